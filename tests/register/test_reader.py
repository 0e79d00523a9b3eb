from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from capitalplan.errors import NotAWorkbookError
from capitalplan.register.checks import check_book
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.reader import default_book, read_book, settings_from
from capitalplan.register.schema import AgeingRow, CatalogueRow, EquipmentRow, ModalityRow, SiteRow
from capitalplan.terms import ContractKind, Modality, Ownership

Sheets = dict[str, list[list[object]]]
Writer = Callable[[Sheets], Path]


def issues_of(path: Path) -> tuple[Issue, ...]:
    book = read_book(path)
    return (*book.issues, *check_book(book, settings_from(book)))


def write_folder(folder: Path, sheets: Sheets, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    folder.mkdir()
    for title, rows in sheets.items():
        with (folder / f"{title}.csv").open("w", encoding=encoding, newline="") as file:
            for row in rows:
                csv.writer(file, delimiter=delimiter).writerow(
                    [f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else cell for cell in row]
                )
    return folder


def test_a_sound_workbook_has_no_issues(sheets: Sheets, write_book: Writer) -> None:
    assert issues_of(write_book(sheets)) == ()


def test_values_and_their_cells(sheets: Sheets, write_book: Writer) -> None:
    book = read_book(write_book(sheets))
    mri = next(read for read in book.rows(EquipmentRow) if read.data.asset_id == "MR1")
    assert mri.data.modality is Modality.MR
    assert mri.data.ownership is Ownership.MANAGED_SERVICE
    assert mri.data.install_date == dt.date(2018, 4, 1)
    assert mri.data.uptime == Fraction(97, 100)
    assert mri.data.replacement_cost_gbp == 1_200_000
    assert (mri.number, mri.cells["modality"], mri.typed["modality"]) == (4, "C4", "MRI")
    assert settings_from(book).discount_rate == Fraction(35, 1000)
    assert settings_from(book).horizon == (2026, 2027, 2028, 2029)
    assert ContractKind.MANAGED_SERVICE in {read.data.kind for read in book.sheets["Contracts"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_folder_reads_like_the_workbook(
    sheets: Sheets, write_book: Writer, tmp_path: Path, delimiter: str
) -> None:
    folder = read_book(write_folder(tmp_path / "folder", sheets, delimiter=delimiter))
    book = read_book(write_book(sheets))
    assert not folder.issues
    for name, rows in book.sheets.items():
        if name != "Settings":
            assert [row.data for row in folder.sheets[name]] == [row.data for row in rows]
    assert settings_from(folder) == settings_from(book)


def test_windows_text_is_read_with_a_warning(sheets: Sheets, tmp_path: Path) -> None:
    book = read_book(write_folder(tmp_path / "folder", sheets, encoding="cp1252"))
    assert {issue.severity for issue in book.issues} == {Severity.WARNING}
    assert next(read for read in book.rows(EquipmentRow) if read.data.asset_id == "MR1").data.replacement_cost_gbp


def test_headers_by_alias_case_unit_and_field_name_below_title_rows(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"] = [
        ["Our equipment register", None, None, None, None],
        [None],
        ["ASSET_NUMBER", "site", "Equipment Type", "year\u00a0installed", "replacement value [£]", "uptime"],
        ["A1", "RAA01", "ct", 2016, "850k", 0.9],
    ]
    sheets["Schemes"] = sheets["Schemes"][:1]
    read = read_book(write_book(sheets)).rows(EquipmentRow)[0]
    assert read.data.asset_id == "A1"
    assert read.data.replacement_cost_gbp == 850_000
    assert read.data.uptime == Fraction(9, 10)
    assert read.cells["modality"] == "C4"


def test_stray_spaces_blank_rows_and_examples_are_skipped(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"][1][0] = "\u00a0CT1 "
    width = len(sheets["Equipment"][0])
    sheets["Equipment"].insert(2, [None] * width)
    sheets["Equipment"].insert(2, ["e.g. CT99", "somewhere", "?"])
    sheets["Equipment"].append([" ", "\u00a0"])
    book = read_book(write_book(sheets))
    assert [read.data.asset_id for read in book.rows(EquipmentRow)] == ["CT1", "CT2", "MR1", "DX1"]
    assert not book.issues


def test_unknown_columns_and_sheets_are_told_and_left_out(sheets: Sheets, write_book: Writer) -> None:
    for row, cell in zip(sheets["Sites"], ["Car park", "big", "small"], strict=True):
        row.append(cell)
    sheets["Pivot"] = [["anything"]]
    sheets["Traval"] = [["From site"]]
    sheets["README"] = [["words"]]
    issues = read_book(write_book(sheets)).issues
    assert {issue.severity for issue in issues} == {Severity.WARNING}
    assert {issue.value or issue.sheet for issue in issues} == {"Car park", "Pivot", "Traval"}
    assert "'Travel'" in next(issue.fix for issue in issues if issue.sheet == "Traval")


def test_only_equipment_is_required(sheets: Sheets, write_book: Writer) -> None:
    equipment = sheets["Equipment"]
    equipment[3][4:6] = [None, None]
    assert issues_of(write_book({"Equipment": equipment})) == ()


def test_a_saved_formula_value_is_read_and_an_unsaved_one_is_a_fault(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"][1][6] = "=6000*2"
    path = write_book(sheets)
    faults = read_book(path).issues
    assert [(issue.sheet, issue.cell) for issue in faults] == [("Equipment", "G2")]
    assert "Excel" in faults[0].fix
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(b"<f>6000*2</f><v />", b"<f>6000*2</f><v>12000</v>")
                             .replace(b"<f>6000*2</f><v></v>", b"<f>6000*2</f><v>12000</v>"))  # fmt: skip
    assert read_book(path).rows(EquipmentRow)[0].data.exams_per_year == 12_000


def test_faulty_rows_do_not_make_others_unknown(sheets: Sheets, write_book: Writer) -> None:
    sheets["Sites"][1][3] = "north"
    sheets["Equipment"][1][2] = "toaster"
    issues = issues_of(write_book(sheets))
    assert {issue.place for issue in issues} == {"Sites!D2", "Equipment!C2"}


def test_a_damaged_sheet_is_refused_in_one_sentence(sheets: Sheets, write_book: Writer) -> None:
    path = write_book(sheets)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data[:-30] if name == "xl/worksheets/sheet3.xml" else data)
    with pytest.raises(NotAWorkbookError, match="damaged"):
        read_book(path)


def test_a_row_number_beyond_any_sheet_does_not_hang(sheets: Sheets, write_book: Writer) -> None:
    path = write_book(sheets)
    book = openpyxl.load_workbook(path)
    book["Equipment"]["A1048576"] = "far away"
    book.save(path)
    assert "Equipment!B1048576" in {issue.place for issue in read_book(path).issues}


def test_packaged_defaults_read_clean() -> None:
    book = default_book()
    assert book.issues == ()
    assert book.rows(CatalogueRow)
    assert book.rows(ModalityRow)
    assert "default" in {read.data.curve for read in book.rows(AgeingRow)}
    assert not book.rows(SiteRow)
