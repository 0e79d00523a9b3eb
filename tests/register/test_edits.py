"""Edits of a workbook: found between two books, told in words, made in a copy, and read back."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.edits import RowEdit, apply_edits, differences, edit_words
from capitalplan.register.reading.converters import CellError
from capitalplan.register.reading.reader import read_book
from capitalplan.register.rows import Book
from capitalplan.register.schema import FundingRow, SettingRow, SiteRow
from capitalplan.register.templates.template import Level, write_template
from tests.folders import DATA
from tests.folders import write_folder as write_sheets
from tests.properties.random_network import random_sheets

Sheets = dict[str, list[list[object]]]
Writer = Callable[[Sheets], Path]

TWELVE = DATA / "twelve_assets"
RAISED = RowEdit(
    sheet="Funding",
    key={"source": "Own", "year": "27/28"},
    before={"limit_gbp": "900000"},
    after={"limit_gbp": "£1,200,000"},
)


def rows(book: Book) -> dict[str, list[str]]:
    """What a book says, whatever the order of its rows; what Settings say for information aside."""
    found = {}
    for sheet, read in book.sheets.items():
        lines = [
            f"{row.data.setting} {row.data.value}" if isinstance(row.data, SettingRow) else repr(row.data)
            for row in read
            if not isinstance(row.data, SettingRow) or row.data.value is not None
        ]
        if lines:
            found[sheet] = sorted(lines)
    return found


def assert_turned(source: Path, goal: Path, copy: Path) -> None:
    """Making the differences in a copy gives the other book."""
    apply_edits(source, copy, differences(read_book(source), read_book(goal)))
    assert rows(read_book(copy)) == rows(read_book(goal))


def workbook(folder: Path) -> Path:
    path = folder.with_suffix(".xlsx")
    write_template(path, Level.NETWORK, example=folder)
    return path


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 10_000), second=st.integers(0, 10_000))
def test_the_differences_made_give_the_other_folder(first: int, second: int, tmp_path: Path) -> None:
    folders = [write_sheets(tmp_path / f"{seed}", random_sheets(seed)) for seed in (first, second)]
    copy = tmp_path / "copy"
    assert_turned(folders[0], folders[1], copy)
    shutil.rmtree(copy)


@pytest.mark.parametrize(("first", "second"), [(3, 8), pytest.param(11, 20, marks=pytest.mark.long)])
def test_the_differences_made_give_the_other_workbook(first: int, second: int, tmp_path: Path) -> None:
    books = [workbook(write_sheets(tmp_path / f"{seed}", random_sheets(seed))) for seed in (first, second)]
    assert_turned(books[0], books[1], tmp_path / "copy.xlsx")


@pytest.mark.long
def test_a_large_network_turns_into_a_small_one_and_back(tmp_path: Path) -> None:
    assert_turned(DATA / "example_network", TWELVE, tmp_path / "small")
    assert_turned(tmp_path / "small", DATA / "example_network", tmp_path / "large")


@pytest.mark.long
def test_a_workbook_turns_into_a_large_folder(tmp_path: Path) -> None:
    shutil.copytree(TWELVE, tmp_path / "twelve")
    assert_turned(workbook(tmp_path / "twelve"), DATA / "example_network", tmp_path / "large.xlsx")


def test_a_folder_and_its_workbook_differ_by_defaults_typed_out_only(tmp_path: Path) -> None:
    shutil.copytree(TWELVE, tmp_path / "twelve")
    found = differences(read_book(TWELVE), read_book(workbook(tmp_path / "twelve")))
    assert {edit.sheet for edit in found} == {"Settings"}
    assert all(edit.before is None for edit in found)


def test_every_other_byte_of_a_csv_stays(tmp_path: Path) -> None:
    folder = write_sheets(tmp_path / "given", random_sheets(1))
    text = '\ufeffTitle;;;\r\nSource;Trust code;Year;"Limit\r\n(£ cash)";Mine\r\n"Own";QA1;2026;900,000;"a\r\nb"\r\n'
    (folder / "Funding.csv").write_bytes((text + " Own ;QA1; 27/28 ;£900k;x").encode())
    apply_edits(folder, tmp_path / "copy", [RAISED])
    expected = text + " Own ;QA1; 27/28 ;1200000;x\r\n"
    assert (tmp_path / "copy" / "Funding.csv").read_bytes() == expected.encode()
    for file in folder.glob("*.csv"):
        if file.name != "Funding.csv":
            assert (tmp_path / "copy" / file.name).read_bytes() == file.read_bytes()


def test_rows_and_columns_are_added_and_removed_in_a_csv(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    sites = [{"site_code": "QA101"}, {"site_code": "QA102"}]
    write_sheets(folder, {SiteRow: sites})
    apply_edits(
        folder,
        tmp_path / "copy",
        [
            RowEdit(sheet="Sites", key={"site_code": "qa101"}, before={}, after=None),
            RowEdit(sheet="Sites", key={"site_code": "QA103"}, before=None, after={"max_installations": "2"}),
            RowEdit(
                sheet="Modalities", key={"modality": "CT"}, before=None, after={"outage_weeks": "8", "swap_cover": "no"}
            ),
        ],
    )
    assert (tmp_path / "copy" / "Sites.csv").read_text(encoding="utf-8") == (
        "Site code,Most installations a year\nQA102\nQA103,2\n"
    )
    (line,) = read_book(tmp_path / "copy").sheets["Modalities"]
    assert {"modality": "CT", "outage_weeks": "8", "swap_cover": "no"}.items() <= line.typed.items()


def test_a_workbook_keeps_its_looks_and_its_formulas_values(sheets: Sheets, write_book: Writer, tmp_path: Path) -> None:
    path = write_book(sheets)
    book = openpyxl.load_workbook(path)
    book["Funding"]["D2"].number_format = "£#,##0"
    book["Funding"]["D3"].number_format = "£#,##0"
    book.create_sheet("Checks")["A1"] = "=1+1"
    book.save(path)
    apply_edits(path, tmp_path / "copy.xlsx", [RAISED])
    copy = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    cell = copy["Funding"]["D3"]
    assert (cell.value, cell.number_format) == (1_200_000, "£#,##0")
    assert cell.comment is not None
    assert cell.comment.text == "Was 900000."
    assert copy["Checks"]["A1"].value == "=1+1"
    assert len(differences(read_book(path), read_book(tmp_path / "copy.xlsx"))) == 1


def test_a_formula_that_is_read_becomes_its_saved_value(sheets: Sheets, write_book: Writer, tmp_path: Path) -> None:
    """Openpyxl saves no values with formulas, so the file of a spreadsheet is made by hand."""
    path = write_book(sheets)
    formula = tmp_path / "formula.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(formula, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet3.xml":
                content = content.replace(b"<v>12000</v>", b"<f>6000*2</f><v>12000</v>")
            new.writestr(name, content)
    assert openpyxl.load_workbook(formula)["Equipment"]["G2"].value == "=6000*2"
    apply_edits(formula, tmp_path / "copy.xlsx", [RAISED])
    assert [issue.message for issue in read_book(tmp_path / "copy.xlsx").issues] == [
        issue.message for issue in read_book(formula).issues
    ]
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx")["Equipment"]["G2"].value == 12_000


def test_tables_grow_with_their_rows_and_columns(tmp_path: Path) -> None:
    shutil.copytree(TWELVE, tmp_path / "twelve")
    path = tmp_path / "basic.xlsx"
    write_template(path, Level.NETWORK, basic=True, example=tmp_path / "twelve")
    settings_rows = openpyxl.load_workbook(path)["Settings"].max_row
    edits = [
        RowEdit(sheet="Settings", key={"setting": "hard_age_cap"}, before=None, after={"value": "15"}),
        RowEdit(sheet="Sites", key={"site_code": "QX601"}, before={"van_standing": ""}, after={"van_standing": "no"}),
    ]
    known = {row.data.setting for row in read_book(path).rows(SettingRow)}
    apply_edits(path, tmp_path / "copy.xlsx", edits)
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    grown = 0 if "hard_age_cap" in known else 1
    assert next(iter(book["Settings"].tables.values())).ref == f"A1:D{settings_rows + grown}"
    table = next(iter(book["Sites"].tables.values()))
    headers = [cell.value for cell in book["Sites"][1] if cell.value]
    assert [column.name for column in table.tableColumns] == headers
    assert headers[-1] == "Van standing"
    assert table.autoFilter.ref == table.ref
    (changed, added) = differences(read_book(path), read_book(tmp_path / "copy.xlsx"))
    assert edit_words(changed) == "Settings, hard_age_cap: not given -> 15"
    assert edit_words(added) == "Sites, QX601: Van standing blank -> no"


def test_text_is_never_a_formula(sheets: Sheets, write_book: Writer, tmp_path: Path) -> None:
    named = RowEdit(sheet="Sites", key={"site_code": "RAA01"}, before={"name": "North"}, after={"name": "=1+1"})
    apply_edits(write_book(sheets), tmp_path / "copy.xlsx", [named])
    cell = openpyxl.load_workbook(tmp_path / "copy.xlsx")["Sites"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert read_book(tmp_path / "copy.xlsx").rows(SiteRow)[0].data.name == "=1+1"


def test_nothing_is_overwritten_and_no_fault_leaves_a_copy(sheets: Sheets, write_book: Writer, tmp_path: Path) -> None:
    path = write_book(sheets)
    with pytest.raises(EnvironmentFaultError, match="exists already"):
        apply_edits(path, path, [RAISED])
    with pytest.raises(EnvironmentFaultError, match=r"must end in \.xlsx"):
        apply_edits(path, tmp_path / "copy.csv", [RAISED])
    key = {"source": "Own", "year": "2026/27"}
    wrong = (
        RowEdit(sheet="Fundings", key=key, before={}, after=None),
        RowEdit(sheet="Funding", key={"source": "Other", "year": "2026/27"}, before={}, after=None),
        RowEdit(sheet="Funding", key=key, before={}, after={"limits": "1"}),
        RowEdit(sheet="Funding", key=key, before={}, after={"limit_gbp": "much"}),
        RowEdit(sheet="Settings", key={"setting": "luck"}, before=None, after={"value": "1"}),
    )
    for edit in wrong:
        with pytest.raises((ValueError, CellError)):
            apply_edits(path, tmp_path / "copy.xlsx", [edit])
    assert not (tmp_path / "copy.xlsx").exists()
    assert len(read_book(path).rows(FundingRow)) == 4


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (RAISED, "Funding, Own, 2027/28: Limit (£ cash) £900,000 -> £1,200,000"),
        (
            RowEdit(sheet="Ties", key={"first": "CT1", "tie": "together", "other": "CT3"}, before={}, after=None),
            "Ties: the row CT1 together CT3 removed",
        ),
        (
            RowEdit(sheet="Workforce", key={"staff_group": "radiographer", "year": "2026/27"}, before=None,
                    after={"wte": "1250.5"}),
            "Workforce: the row radiographer, 2026/27 added (WTE in post 1,250.5)",
        ),
        (
            RowEdit(sheet="Settings", key={"setting": "discount_rate"}, before={"value": "0.035"}, after=None),
            "Settings, discount_rate: 3.5% -> not given",
        ),
    ],
)  # fmt: skip
def test_edits_are_told_in_words(edit: RowEdit, words: str) -> None:
    assert edit_words(edit) == words
