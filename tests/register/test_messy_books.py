"""Registers as people keep them: totals, pasted headers, other units, doubled sheets, odd files."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from capitalplan.errors import EnvironmentFaultError, InputError, NotAWorkbookError
from capitalplan.register.annotate import annotate
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.read import inspect
from capitalplan.register.reading.reader import read_book
from capitalplan.register.schema import EquipmentRow, OrganisationRow
from capitalplan.register.templates.template import Level, write_template
from capitalplan.resources import data_path

Sheets = dict[str, list[list[object]]]
Writer = Callable[[Sheets], Path]
HEADER = "Asset ID;Site code;Modality;Installed\n"
MACHINE = "CT1;RAA01;CT;2015\n"


def machines(path: Path) -> list[str]:
    return [read.data.asset_id for read in read_book(path).rows(EquipmentRow)]


def only(issues: tuple[Issue, ...]) -> Issue:
    assert len(issues) == 1, issues
    return issues[0]


def row_with(sheets: Sheets, **filled: object) -> list[object]:
    return [filled.get(str(title).replace(" ", "_")) for title in sheets["Equipment"][0]]


@pytest.mark.parametrize("word", ["Total", "TOTALS:", "Grand total", "Sub-total CT"])
def test_a_row_of_totals_is_left_out_in_words(word: str, sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"].append(row_with(sheets, Asset_ID=word, Exams_a_year="=SUM(G2:G5)"))
    path = write_book(sheets)
    found = only(inspect(path))
    assert (found.severity, found.row) == (Severity.WARNING, 6)
    assert "total" in found.message
    assert word not in machines(path)


def test_a_machine_whose_name_begins_like_a_total_is_read(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"][1][0] = sheets["Schemes"][1][2] = "Total body CT"
    path = write_book(sheets)
    assert inspect(path) == ()
    assert machines(path)[0] == "Total body CT"


def test_a_row_without_a_name_is_one_fault(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"].append(row_with(sheets, Exams_a_year=38_000))
    found = only(inspect(write_book(sheets)))
    assert (found.place, found.severity) == ("Equipment!A6", Severity.ERROR)
    assert "delete the row" in found.fix


def test_a_header_repeated_among_the_rows_is_no_machine(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"].insert(3, list(sheets["Equipment"][0]))
    path = write_book(sheets)
    assert inspect(path) == ()
    assert len(machines(path)) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Replacement price (£)", "Replacement price (£000)"),
        ("Replacement price (£)", "Cost (£'000s)"),
        ("Replacement price (£)", "Replacement cost [£m]"),
        ("Replacement price (£)", "Cost (k)"),
        ("Replacement price (£)", "Replacement price (inc. VAT)"),
        ("Staffed hours a week", "Staffed hours (per day)"),
    ],
)
def test_a_header_in_another_unit_is_never_read_in_silence(
    old: str, new: str, sheets: Sheets, write_book: Writer
) -> None:
    header = sheets["Equipment"][0]
    header[header.index(old)] = new
    found = only(read_book(write_book(sheets)).issues)
    assert (found.severity, found.value, found.row) == (Severity.ERROR, new, 1)
    assert old in found.message


@pytest.mark.parametrize("title", ["Replacement price (GBP, ex VAT)", "Replacement cost (£)"])
def test_a_header_with_the_unit_in_other_words_is_read(title: str, sheets: Sheets, write_book: Writer) -> None:
    header = sheets["Equipment"][0]
    header[header.index("Replacement price (£)")] = title
    assert inspect(write_book(sheets)) == ()


def test_years_across_the_top_are_told_how_to_stand(sheets: Sheets, write_book: Writer) -> None:
    sheets["Funding"] = [["Source", "Trust code", "2026/27", "27/28"], ["Own", "RAA", 1, 2]]
    told = [issue for issue in inspect(write_book(sheets)) if "across the top" in issue.message]
    assert [issue.cell for issue in told] == ["C1", "D1"]


def test_years_of_two_digits_are_read(sheets: Sheets, write_book: Writer) -> None:
    before = read_book(write_book(sheets)).sheets["Funding"]
    for row in sheets["Funding"][1:]:
        row[2] = str(row[2])[2:]
    assert [read.data for read in read_book(write_book(sheets)).sheets["Funding"]] == [read.data for read in before]


def test_a_price_no_machine_can_have_is_a_fault(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"][1][9] = 800_000_000_000
    assert "above the most allowed" in only(inspect(write_book(sheets))).message


def test_a_machine_at_a_site_not_open_is_noted(sheets: Sheets, write_book: Writer) -> None:
    sheets["Sites"][1][5], sheets["Sites"][2][6] = "2028/29", "2026/27"
    del sheets["Schemes"]
    told = {issue.cell: issue.message for issue in inspect(write_book(sheets)) if issue.sheet == "Equipment"}
    assert set(told) == {"B2", "B3", "B4", "B5"}
    assert "opens only in 2028/29" in told["B2"]
    assert "closed from 2026/27" in told["B4"]


@pytest.mark.parametrize("other", ["EQUIPMENT ", "equipment_"])
@pytest.mark.parametrize("first", [True, False])
def test_of_two_sheets_the_one_named_as_it_should_be_is_read_and_marked(
    other: str, first: bool, sheets: Sheets, write_book: Writer, tmp_path: Path
) -> None:
    sheets["Equipment"][1][2] = "laser"
    old: Sheets = {other: [["Old list"], ["x"]]}
    path = write_book(old | sheets if first else sheets | old)
    issues = inspect(path)
    assert "'Equipment' is read" in next(issue for issue in issues if issue.sheet == other).message
    annotate(path, tmp_path / "marked.xlsx", issues)
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert marked["Equipment"]["C2"].comment is not None
    assert marked[other]["C2"].comment is None


def test_a_fault_within_merged_cells_is_marked_where_it_shows(
    sheets: Sheets, write_book: Writer, tmp_path: Path
) -> None:
    path = write_book(sheets)
    book = openpyxl.load_workbook(path)
    book["Equipment"]["A7"] = "Ask the estates team"
    book["Equipment"].merge_cells("A7:D8")
    book.save(path)
    annotate(path, tmp_path / "marked.xlsx", inspect(path))
    comment = openpyxl.load_workbook(tmp_path / "marked.xlsx")["Equipment"]["A7"].comment
    assert comment is not None
    assert "Site code is blank" in comment.text


@pytest.mark.parametrize(
    "text", [f"Imaging register 2026\n\n{HEADER}{MACHINE}", f"{HEADER}CT1;RAA01;CT;2015\u2028\n", f"{HEADER}{MACHINE}"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_csv_as_programs_write_it(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "Equipment.csv").write_text(text, encoding=encoding)
    assert [issue for issue in inspect(tmp_path) if issue.severity is Severity.ERROR] == []
    assert machines(tmp_path) == ["CT1"]


def test_a_strict_workbook_is_named_as_such(sheets: Sheets, write_book: Writer, tmp_path: Path) -> None:
    strict = tmp_path / "strict.xlsx"
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(write_book(sheets)) as old, zipfile.ZipFile(strict, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(main, b"http://purl.oclc.org/ooxml/spreadsheetml/main"))
    with pytest.raises(NotAWorkbookError, match="Strict Open XML"):
        inspect(strict)


def test_a_template_is_a_workbook_by_name(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFaultError, match=r"must end in \.xlsx"):
        write_template(tmp_path / "register.xls", Level.NETWORK)
    assert list(tmp_path.iterdir()) == []


def test_a_basic_template_for_a_trust_names_it(tmp_path: Path) -> None:
    write_template(tmp_path / "basic.xlsx", Level.OPERATIONAL, basic=True, trust="r0a")
    assert [read.data.trust_code for read in read_book(tmp_path / "basic.xlsx").rows(OrganisationRow)] == ["R0A"]


def test_an_example_of_a_trust_it_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no machines of the trust 'R0A'"):
        write_template(tmp_path / "example.xlsx", Level.OPERATIONAL, example=data_path("one_trust"), trust="R0A")
    assert list(tmp_path.iterdir()) == []
