from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.columns import FUNDING
from reports.workbook import SHEETS, write_workbook
from tests.reports.cases import HOSTILE, make_case
from tests.tools import find_tool

Values = dict[tuple[str, str], Any]


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Drop every cached value, then let LibreOffice compute them all afresh."""
    office = find_tool("soffice", "libreoffice")
    (folder / "bare").mkdir()
    bare = [folder / "bare" / path.name for path in paths]
    for path, without in zip(paths, bare, strict=True):
        load_workbook(path).save(without)
    profile = (folder / "profile").as_uri()
    out = folder / "out"
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx", "--outdir", out, *bare],
        check=True, capture_output=True, timeout=540,
    )  # fmt: skip
    return [out / path.name for path in paths]


def values(path: Path, at: Path) -> Values:
    """Values in one book at the cells that are formulas in another."""
    formulas = load_workbook(at)
    shown = load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): shown[sheet.title][cell.coordinate].value
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def find(sheet: Any, text: str, row: int = 4) -> int:
    return next(int(cell.column) for cell in sheet[row] if cell.value == text)


def test_sheets_each_with_a_finding_that_repeats_and_prints(book: Path) -> None:
    loaded: Any = load_workbook(book)
    assert tuple(loaded.sheetnames) == SHEETS
    for sheet in loaded:
        assert sheet["A1"].value
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_names_never_become_formulas_or_links(book: Path) -> None:
    loaded = load_workbook(book)
    texts = [cell for sheet in loaded for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == HOSTILE[1] and cell.data_type == "s" for cell in texts)
    assert not any("HYPERLINK" in str(cell.value) for cell in texts if cell.data_type == "f")
    assert not any(cell.hyperlink for cell in texts)


def test_formulas_are_ones_every_spreadsheet_knows(book: Path) -> None:
    loaded = load_workbook(book)
    formulas = [str(c.value) for sheet in loaded for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert not any("_xl" in formula or "LET(" in formula for formula in formulas)


@pytest.mark.long
def test_shown_values_are_what_the_formulas_give(tmp_path: Path) -> None:
    paths = [tmp_path / "funded.xlsx", tmp_path / "need.xlsx"]
    for path in paths:
        case = make_case(funded=path.stem == "funded")
        write_workbook(path, case.register, case.plan, case.study, case.facts)
    for path, afresh in zip(paths, recalculated(paths, tmp_path), strict=True):
        shown, fresh = values(path, path), values(afresh, path)
        assert len(shown) > 100
        different = {
            place: (value, fresh[place])
            for place, value in shown.items()
            if (value != fresh[place] if isinstance(value, str) else abs(value - fresh[place]) > 1e-6)
        }
        assert different == {}
        verdicts = {value for value in fresh.values() if isinstance(value, str) and value.startswith(("OK", "CHECK"))}
        assert verdicts == {"OK", "OK: every check holds"}


def change_capital(book: Any) -> None:
    plan = book["Plan"]
    capital = find(plan, "Capital (£, cash)")
    row = next(r for r in range(5, plan.max_row) if (plan.cell(r, capital).value or 0) > 0 and plan.cell(r, 1).value)
    plan.cell(row, capital).value += 1


def change_payment(book: Any) -> None:
    payments = book["Payments"]
    payments.cell(6, find(payments, "Paid or charged (£, cash)")).value -= 1


def change_payment_year(book: Any) -> None:
    payments = book["Payments"]
    payments.cell(6, find(payments, "Year starting")).value += 1


def change_source_of_payment(book: Any) -> None:
    payments = book["Payments"]
    payments.cell(6, find(payments, "Source")).value = "Somebody else"


def change_machine(book: Any) -> None:
    plan = book["Plan"]
    row = next(r for r in range(5, plan.max_row) if plan.cell(r, 1).value)
    plan.cell(row, 1).value = None


def change_limit(book: Any) -> None:
    sources = book["Sources"]
    limit, paid = (find(sources, title) for title in ("Limit (£, cash)", "Paid or charged (£, cash)"))
    row = next(r for r in range(5, sources.max_row) if sources.cell(r, paid).value > 1000 and r > 6)
    sources.cell(row, limit).value = 1


def change_limit_of_spend(book: Any) -> None:
    spend = book["Spend by year"]
    header = next(r for r in range(20, 60) if spend.cell(r, 3).value == "Source")
    spend.cell(header + 1, find(spend, "Limit (£, cash)", header)).value = 0


def change_capital_limit(book: Any) -> None:
    limits = book["Capital limits"]
    for row in range(5, 14):
        limits.cell(row, find(limits, "Limit with over-programming (£)")).value = 1


def change_list(book: Any) -> None:
    lists = book["Waiting"]
    lists.cell(13, find(lists, "Waiting (patients)")).value += 1


def change_upkeep(book: Any) -> None:
    costs = book["Costs by year"]
    costs.cell(5, find(costs, "Upkeep, rent and charges (£, real)")).value += 2


def change_revenue(book: Any) -> None:
    lines = book["Revenue lines"]
    lines.cell(5, find(lines, "After: this plan (£, cash)")).value += 5_000


LINES = "Lines whose payments do not add up to their capital"
NOTICED = {
    "capital": ([change_capital], {LINES, "Capital on the Plan sheet against the payments"}),
    "payment": ([change_payment], {
        LINES, "Capital on the Plan sheet against the payments", "Spend by year against the payments",
        "Payments against the plan's key figure", "Paid on the Sources sheet against the payments",
    }),
    "others": (
        [
            change_payment_year, change_source_of_payment, change_machine, change_limit, change_limit_of_spend,
            change_capital_limit, change_list, change_upkeep, change_revenue,
        ],
        {
            LINES, "Cash flow by source against the payments", "Limits on Spend by year against the Sources sheet",
            "Machines of the register that have a line in the plan",
            "Patients waiting at the end against the plan's key figure",
            "Cash costs by year, discounted, against the plan's key figure",
            "Years in which more than rounding parts the two views: running costs, machine by machine",
        },
    ),
}  # fmt: skip
"""What is changed by hand in a book, and checks that must notice it."""


@pytest.mark.long
def test_a_figure_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    case = make_case(assets=8, sites=2)
    book = tmp_path / "plan.xlsx"
    write_workbook(book, case.register, case.plan, case.study, case.facts)
    paths = []
    for name, (changes, _) in NOTICED.items():
        loaded: Any = load_workbook(book)
        for change in changes:
            change(loaded)
        paths.append(tmp_path / f"{name}.xlsx")
        loaded.save(paths[-1])
    for path in recalculated(paths, tmp_path):
        fresh: Any = load_workbook(path, data_only=True)
        checks = fresh["Checks"]
        failed = {row[0].value for row in checks.iter_rows(min_row=5) if "CHECK" in {row[5].value, row[6].value}}
        assert NOTICED[path.stem][1] <= failed, path.stem
        assert any(title.startswith("Capital limit, ") for title in failed) == (path.stem == "others")
        assert checks["B3"].value.startswith("CHECK")
        assert any(str(cell.value).startswith("CHECK") for cell in fresh["Summary"]["B"])


def test_without_limits_every_money_sheet_says_so(tmp_path: Path) -> None:
    case = make_case(funded=False)
    path = tmp_path / "need.xlsx"
    write_workbook(path, case.register, case.plan, case.study, case.facts)
    loaded = load_workbook(path)
    for name in ("Summary", "Plan", "Spend by year"):
        assert "not a funded plan" in loaded[name]["A2"].value


def test_a_column_for_each_source(book: Path) -> None:
    headers = [str(cell.value) for cell in load_workbook(book)["Plan"][4]]
    assert f"{HOSTILE[1]} (£)" in headers
    assert not any(header.startswith(FUNDING) for header in headers)
