"""A register grows: equipment alone, then with money, then with the lead's own years."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from capitalplan.terms import year_label
from tests.e2e.command import Ended

Command = Callable[..., Ended]
Row = list[object]

LIMIT = 1_700_000
HEADERS: Row = ["Asset ID", "Site code", "Modality", "Installed", "Exams a year", "Planned year"]
MACHINES: list[Row] = [
    ["CT1", "QX701", "CT", "2015/16", 16000, None],
    ["CT2", "QX701", "CT", "2021/22", 15000, None],
    ["MR1", "QX701", "MR", "2017/18", 8000, None],
    ["DX1", "QX701", "X-ray", "2012/13", 9000, None],
    ["DX2", "QX702", "X-ray", "2018/19", 8000, None],
    ["US1", "QX702", "US", "2020/21", 3000, None],
]
FUNDING: list[Row] = [
    ["Source", "Trust code", "Year", "Limit (£ cash)"],
    *(["Capital", "SHARED", year_label(year), LIMIT] for year in range(2026, 2035)),
]


def register(path: Path, machines: list[Row], *, funded: bool) -> Path:
    book = openpyxl.Workbook()
    equipment = book.active
    assert equipment is not None
    equipment.title = "Equipment"
    for row in [HEADERS, *machines]:
        equipment.append(row)
    if funded:
        funding = book.create_sheet("Funding")
        for row in FUNDING:
            funding.append(row)
    book.save(path)
    return path


def plan(command: Command, book: Path, out: Path) -> tuple[Ended, dict[str, Any]]:
    ended = command("plan", book, "--no-price-tests", "--evaluate", "--out", out)
    assert ended.code == 0, ended.err
    return ended, json.loads((out / "plan.json").read_text(encoding="utf-8"))


def test_need_works_by_year(tmp_path: Path, capitalplan: Command) -> None:
    book = register(tmp_path / "book.xlsx", MACHINES, funded=False)
    told = json.loads(capitalplan("need", book, "--json").out)
    by_year = {line["year"]: line for line in told["need"]}
    assert len(by_year) == 9
    assert by_year["2026/27"]["overdue"] >= 1
    assert sum(line["machines"] for line in by_year.values()) >= len(MACHINES)
    assert all((line["capital_gbp"] > 0) == (line["machines"] > 0) for line in by_year.values())


def test_without_money_it_is_a_statement_of_need(tmp_path: Path, capitalplan: Command) -> None:
    ended, told = plan(capitalplan, register(tmp_path / "book.xlsx", MACHINES, funded=False), tmp_path / "run")
    assert told["funded"] is False
    assert "not a funded plan" in told["status"]
    assert ended.out.startswith("STATEMENT OF NEED, not a funded plan")
    assert "not a funded plan" in (tmp_path / "run" / "plan.html").read_text(encoding="utf-8")
    assert {row["asset_id"] for row in told["schemes"] if row["asset_id"]} == {row[0] for row in MACHINES}
    assert "no own plan to evaluate" in ended.out


def test_with_money_it_is_a_funded_plan(tmp_path: Path, capitalplan: Command) -> None:
    ended, told = plan(capitalplan, register(tmp_path / "book.xlsx", MACHINES, funded=True), tmp_path / "run")
    assert told["funded"] is True
    assert "STATEMENT OF NEED" not in ended.out
    assert {source for row in told["schemes"] for source in row["funding"]} == {"Capital"}
    assert all(year["capital_by_source"].get("Capital", 0) <= LIMIT for year in told["years"])


def test_the_leads_own_years_are_held_against_the_plan(tmp_path: Path, capitalplan: Command) -> None:
    """Two machines at once cost more than a year's money, and every breach of that is told."""
    wished: list[Row] = [[*row[:-1], "2026/27" if row[0] in {"CT1", "MR1"} else None] for row in MACHINES]
    ended, _ = plan(capitalplan, register(tmp_path / "book.xlsx", wished, funded=True), tmp_path / "run")
    own = ended.out.partition("The lead's own plan costs £")[2]
    assert "more than this plan" in own
    told = json.loads(
        capitalplan("plan", tmp_path / "book.xlsx", "--no-price-tests", "--json", "--out", tmp_path / "again").out
    )
    ways = {each["name"]: each for each in told["alternatives"]}
    breaches = ways["own plan"]["breaches"]
    assert any("£" in breach and "2026/27" in breach for breach in breaches)
    assert any("installed at QX701 in 2026/27" in breach for breach in breaches)
    assert all(f"  {breach}" in own.splitlines() for breach in breaches)


@pytest.mark.parametrize("name", ["CT1", "US1"])
def test_an_own_plan_within_the_limits_has_no_breach(name: str, tmp_path: Path, capitalplan: Command) -> None:
    wished: list[Row] = [[*row[:-1], "2040/41" if row[0] == name else None] for row in MACHINES]
    book = register(tmp_path / "book.xlsx", wished, funded=True)
    ended = capitalplan("plan", book, "--no-price-tests", "--json", "--out", tmp_path / "run")
    ways = {each["name"]: each for each in json.loads(ended.out)["alternatives"]}
    assert ways["own plan"]["breaches"] == []
    assert ways["own plan"]["objective_gbp"] >= json.loads(ended.out)["bound_gbp"]
