"""The example network, planned once: 4 trusts, 12 sites, 190 machines."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from capitalplan.register.issues import Severity
from capitalplan.register.read import inspect
from capitalplan.register.schema import FundingRow
from capitalplan.register.service_rows import AcceptedRow, WorkforceRow
from capitalplan.resources import data_path
from data._tables import Cells, read_sheet, write_sheet
from tests.e2e.command import run_command
from tests.folders import change_rows, copy_network

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

GAP = 0.02


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("example") / "run"
    ended = run_command("plan", data_path("example_network"), "--gap", GAP, "--no-price-tests", "--out", path)
    assert ended.code == 0, ended.err
    return path


@pytest.fixture(scope="module")
def plan(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return content


def table(name: str) -> list[dict[str, str]]:
    with (data_path("example_network") / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def additions(plan: dict[str, Any]) -> int:
    return sum(row["units"] for row in plan["schemes"] if row["action"] == "add" and row["option"] != "new room")


def test_it_is_proven_to_the_gap_and_holds(folder: Path, plan: dict[str, Any]) -> None:
    assert 0 <= plan["gap"] <= GAP
    assert plan["bound_gbp"] <= plan["objective_gbp"]
    ended = run_command("verify", folder, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["ok"] is True
    assert sum(check["checked"] for check in told["checks"]) > 5_000


def test_every_machine_has_a_row(plan: dict[str, Any]) -> None:
    machines = {row["Asset ID"] for row in table("Equipment")}
    assert len(machines) == 190
    assert {row["asset_id"] for row in plan["schemes"] if row["asset_id"]} == machines
    assert all(row["reason"] and row["sentence"] for row in plan["schemes"])


def test_money_is_short_and_is_used_where_it_helps(plan: dict[str, Any]) -> None:
    assert additions(plan) >= 3
    assert Counter(row["timing"] for row in plan["schemes"])["not funded"] > 0
    assert len({(each["place"], each["year"]) for each in plan["binding"] if each["rule"] == "money"}) >= 3
    limits = {(row["Source"], row["Year"]): int(row["Limit (£ cash)"]) for row in table("Funding")}
    for year in plan["years"]:
        for source, spent in year["capital_by_source"].items():
            assert spent <= limits[source, year["year"]]


def test_contracts_and_commitments_are_left_as_they_are(plan: dict[str, Any]) -> None:
    kinds = {row["Contract ID"]: row["Kind"] for row in table("Contracts")}
    held = {row["Asset ID"] for row in table("Equipment") if kinds.get(row["Contract ID"]) == "managed service"}
    assert held
    for row in plan["schemes"]:
        if row["asset_id"] in held:
            assert (row["action"], row["route"], row["capital_gbp"]) == ("keep", "contract", 0)
    planned = {row["scheme_id"]: row for row in plan["schemes"] if row["committed"]}
    committed = [row for row in table("Schemes") if row["Status"] in {"ordered", "committed"}]
    assert planned.keys() == {row["Scheme ID"] for row in committed}
    for row in committed:
        scheme = planned[row["Scheme ID"]]
        assert scheme["year"] == row["Year"]
        assert scheme["option"] == row["Option"]
        assert scheme["capital_gbp"] == int(row["Capital (£ cash)"])
        assert scheme["funding"] == {row["Funding source"]: scheme["capital_gbp"]}


def test_it_is_better_than_the_usual_ways(folder: Path, plan: dict[str, Any]) -> None:
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert f"£{plan['objective_gbp'] / 1e6:.1f}" in page or f"{plan['objective_gbp']:,}" in page
    assert (folder / "plan.html").stat().st_size < 3_000_000


def test_patients_staff_and_swaps_are_planned(plan: dict[str, Any]) -> None:
    assert plan["waiting"]
    assert plan["kpis"]["waiting_end"] < plan["kpis"]["waiting_start"]
    assert {line["group"] for line in plan["staff"]} == {"radiographer", "radiologist", "reporting radiographer"}
    assert all(line["own_hours"] is not None for line in plan["staff"])
    swapped = {(row["asset_id"], row["year"]) for row in plan["schemes"] if row["action"] == "replace"}
    assert {(cover["asset_id"], cover["year"]) for cover in plan["covers"]} <= swapped


def planned_under(network: Path, run: Path) -> dict[str, Any]:
    """Plan of a changed example, every judgement on it accepted."""
    judgements = [issue for issue in inspect(network) if issue.severity is Severity.JUDGEMENT]
    accepted = [{"warning": each.code, "place": each.subject, "reason": "As if."} for each in judgements]
    if accepted:
        write_sheet(network, AcceptedRow, accepted)
    ended = run_command("plan", network, "--gap", GAP, "--no-price-tests", "--out", run)
    assert ended.code == 0, ended.err
    content: dict[str, Any] = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    return content


def test_with_a_third_less_staff_it_buys_fewer_machines_and_names_them(plan: dict[str, Any], tmp_path: Path) -> None:
    def cut(row: dict[str, str]) -> Cells:
        return {name: str(float(value) * 0.7) if name in {"wte", "joiners_wte"} and value else value
                for name, value in row.items()}  # fmt: skip

    network = copy_network("example_network", tmp_path / "network")
    change_rows(network, WorkforceRow, cut)
    short = planned_under(network, tmp_path / "run")
    assert additions(short) < additions(plan)
    named = {(each["place"], each["unit"]) for each in short["binding"] if each["rule"] == "workforce"}
    assert {(trust, "radiographer hours") for trust in ("QX1", "QX2", "QX3", "QX4")} <= named


def test_without_limits_on_reporting_it_buys_more_machines(plan: dict[str, Any], tmp_path: Path) -> None:
    assert "reporting" in {each["rule"] for each in plan["binding"]}
    network = copy_network("example_network", tmp_path / "network")
    staff = read_sheet(network, WorkforceRow)
    write_sheet(network, WorkforceRow, [row for row in staff if row["staff_group"] == "radiographer"])
    unlimited = planned_under(network, tmp_path / "run")
    assert additions(unlimited) > additions(plan)
    assert "reporting" not in {each["rule"] for each in unlimited["binding"]}


def test_half_the_limits_still_make_a_plan(tmp_path: Path) -> None:
    network = copy_network("example_network", tmp_path / "network")
    change_rows(network, FundingRow, lambda row: {**row, "limit_gbp": str(int(row["limit_gbp"]) // 2)})
    ended = run_command("plan", network, "--gap", GAP, "--no-price-tests", "--out", tmp_path / "run")
    assert ended.code == 0, ended.err
    assert run_command("verify", tmp_path / "run").code == 0
