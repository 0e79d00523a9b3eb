from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.style import FUNDING
from reports.workbook import SHEETS, write_workbook
from tests.reports.cases import HOSTILE, make_case
from tests.tools import find_tool

Values = dict[tuple[str, str], Any]


def recalculated(path: Path, folder: Path) -> Path:
    """Drop every cached value, then let LibreOffice compute them all afresh."""
    office = find_tool("soffice", "libreoffice")
    bare = folder / "bare.xlsx"
    load_workbook(path).save(bare)
    profile = (folder / "profile").as_uri()
    out = folder / "out"
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx", "--outdir", out, bare],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return out / "bare.xlsx"


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
@pytest.mark.parametrize("funded", [True, False])
def test_shown_values_are_what_the_formulas_give(tmp_path: Path, funded: bool) -> None:
    case = make_case(funded=funded)
    path = tmp_path / "plan.xlsx"
    write_workbook(path, case.register, case.plan, case.study, case.facts)
    shown, fresh = values(path, path), values(recalculated(path, tmp_path), path)
    assert len(shown) > 100
    different = {
        place: (value, fresh[place])
        for place, value in shown.items()
        if (value != fresh[place] if isinstance(value, str) else abs(value - fresh[place]) > 1e-6)
    }
    assert different == {}
    verdicts = {value for value in fresh.values() if isinstance(value, str) and value.startswith(("OK", "CHECK"))}
    assert verdicts == {"OK", "OK: every check holds"}


@pytest.mark.long
@pytest.mark.parametrize("tamper", ["capital", "funding", "machine", "limit", "list", "upkeep"])
def test_a_figure_changed_by_hand_is_noticed(book: Path, tmp_path: Path, tamper: str) -> None:
    loaded: Any = load_workbook(book)
    plan, spend = loaded["Plan"], loaded["Spend by year"]
    capital = find(plan, "Capital (£, cash)")
    row = next(r for r in range(5, plan.max_row) if (plan.cell(r, capital).value or 0) > 0 and plan.cell(r, 1).value)
    if tamper == "capital":
        plan.cell(row, capital).value += 1
    elif tamper == "funding":
        sources = [cell.column for cell in plan[4] if str(cell.value).endswith("(£)")]
        paid = next(column for column in sources if plan.cell(row, column).value > 0)
        plan.cell(row, paid).value -= 1
        plan.cell(row, capital).value -= 1
    elif tamper == "machine":
        plan.cell(row, 1).value = None
    elif tamper == "list":
        lists = loaded["Waiting"]
        lists.cell(13, find(lists, "Waiting (patients)")).value += 1
    elif tamper == "upkeep":
        costs = loaded["Costs by year"]
        costs.cell(5, find(costs, "Upkeep, rent and charges (£, real)")).value += 2
    else:
        header = next(r for r in range(20, 60) if spend.cell(r, 3).value == "Source")
        limit, spent = (find(spend, title, header) for title in ("Limit (£, cash)", "Planned spend (£, cash)"))
        row = next(r for r in range(header + 1, header + 9) if spend.cell(r, spent).value > 0)
        spend.cell(row, limit).value = 0
    changed = tmp_path / "changed.xlsx"
    loaded.save(changed)
    fresh = load_workbook(recalculated(changed, tmp_path), data_only=True)
    assert fresh["Checks"]["B3"].value.startswith("CHECK")
    summary = [cell.value for cell in fresh["Summary"]["B"]]
    assert any(str(value).startswith("CHECK") for value in summary)


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
