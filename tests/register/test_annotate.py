from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.annotate import annotate
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.read import inspect
from capitalplan.register.reading.reader import read_book

Sheets = dict[str, list[list[object]]]
Writer = Callable[[Sheets], Path]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def broken(sheets: Sheets, write_book: Writer) -> Path:
    sheets["Equipment"][1][2] = "=toaster"
    sheets["Equipment"][2][9] = "tbc"
    sheets["Sites"][1][3] = "north"
    path = write_book(sheets)
    book = openpyxl.load_workbook(path)
    book["Equipment"]["C2"].data_type = "s"
    book.save(path)
    return path


def test_the_copy_is_marked_listed_and_linked(broken: Path, tmp_path: Path) -> None:
    before = digest(broken)
    issues = read_book(broken).issues
    copy = tmp_path / "marked.xlsx"
    annotate(broken, copy, issues)
    assert digest(broken) == before
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames[0] == "Issues"
    cell = book["Equipment"]["C2"]
    assert cell.fill.fgColor.rgb != book["Equipment"]["J3"].fill.fgColor.rgb
    assert cell.comment is not None
    assert issues[1].fix in cell.comment.text or "Type one of" in cell.comment.text
    listing = book["Issues"]
    places = {row[1].value: row[1].hyperlink for row in listing.iter_rows(min_row=5)}
    assert set(places) == {issue.place for issue in issues}
    link = places["Equipment!C2"]
    assert link is not None
    assert link.location == "'Equipment'!C2"
    assert all(cell.data_type != "f" for row in listing.iter_rows() for cell in row)


def test_a_marked_copy_reads_like_the_original(broken: Path, tmp_path: Path) -> None:
    copy = tmp_path / "marked.xlsx"
    annotate(broken, copy, read_book(broken).issues)
    assert read_book(copy).issues == read_book(broken).issues


def test_the_original_and_other_files_are_never_overwritten(broken: Path, tmp_path: Path) -> None:
    before = digest(broken)
    with pytest.raises(EnvironmentFaultError, match="exists already"):
        annotate(broken, broken, ())
    assert digest(broken) == before
    with pytest.raises(EnvironmentFaultError, match=r"\.xlsx"):
        annotate(broken, tmp_path / "copy.csv", ())


def test_a_csv_folder_becomes_a_marked_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "Equipment.csv").write_text(
        "Asset ID,Site code,Modality,Installed,Notes\nA1,RAA01,toaster,01/04/2019,=1+1\n", encoding="utf-8"
    )
    issue = Issue(sheet="Equipment", row=2, column="Notes", cell=None, value="", message="Look.", fix="Do.",
                  severity=Severity.WARNING)  # fmt: skip
    copy = tmp_path / "marked.xlsx"
    annotate(folder, copy, (*read_book(folder).issues, issue))
    sheet = openpyxl.load_workbook(copy)["Equipment"]
    assert sheet["C2"].comment is not None
    assert sheet["A2"].comment is not None
    assert sheet["E2"].data_type == "s"
    assert sheet["D2"].is_date


def test_a_judgement_is_marked_with_its_code(sheets: Sheets, write_book: Writer, tmp_path: Path) -> None:
    sheets["Demand"].append(["RAA01", "RF", "2026/27", 10])
    path, copy = write_book(sheets), tmp_path / "marked.xlsx"
    issues = inspect(path)
    annotate(path, copy, issues)
    book = openpyxl.load_workbook(copy)
    assert book["Issues"]["A2"].value.startswith("0 to correct, 1 to correct or accept, 0 to look at.")
    assert [cell.value for cell in book["Issues"][5]][-2:] == ["site-unreachable", "RAA01 RF"]
    assert "JUDGEMENT" in book["Demand"]["A3"].comment.text
