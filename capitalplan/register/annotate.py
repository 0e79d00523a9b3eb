"""A marked copy of a workbook: every fault coloured, explained at its cell and listed on a first sheet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.natural import natural_value
from capitalplan.register.reading.guards import guard_input
from capitalplan.register.reading.raw import raw_sheets
from capitalplan.register.reading.words import plain_key
from capitalplan.register.schema import SHEETS
from capitalplan.sheets import AMBER_FILL, RED_FILL, safe_text

__all__ = ["annotate"]

LIST_TITLE = "Issues found"
_HEADERS = (
    ("Severity", 10), ("Place", 22), ("Column", 26), ("Value", 26), ("What is wrong", 60), ("What to do", 60),
    ("Code", 22), ("Subject", 22),
)  # fmt: skip
_FILLS = {Severity.ERROR: RED_FILL, Severity.JUDGEMENT: RED_FILL, Severity.WARNING: AMBER_FILL}

Sheets: TypeAlias = Mapping[str, Worksheet]


def annotate(path: Path, copy: Path, issues: Sequence[Issue]) -> None:
    """Write a copy of a workbook or CSV folder with its issues marked; the original is only read.

    Parameters
    ----------
    copy
        Where the marked workbook (.xlsx) goes; it must not exist.

    Raises
    ------
    EnvironmentFaultError
        If the copy exists, is the original, or cannot be written.
    NotAWorkbookError
        If the original is not safe to open.
    """
    if copy.suffix.lower() != ".xlsx":
        raise EnvironmentFaultError(f"The marked copy is an Excel workbook, so '{copy.name}' must end in .xlsx.")
    if copy.exists():
        raise EnvironmentFaultError(f"'{copy}' exists already; choose another name, nothing was overwritten.")
    guard_input(path)
    book = _from_folder(path) if path.is_dir() else openpyxl.load_workbook(path)
    known = {kind.sheet for kind in SHEETS}
    by_rank = sorted(book.worksheets, key=lambda sheet: sheet.title not in known)
    sheets = {plain_key(sheet.title): sheet for sheet in reversed(by_rank)}
    _mark_cells(sheets, issues)
    _list_issues(book, sheets, issues)
    try:
        book.save(copy)
    except OSError as error:
        raise EnvironmentFaultError(f"'{copy}' could not be written: {error.strerror}.") from error


def _from_folder(path: Path) -> Workbook:
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for raw in raw_sheets(path):
        sheet = book.create_sheet(safe_text(raw.name, 31))
        for number, values in raw.rows:
            for position, value in enumerate(values, start=1):
                natural = natural_value(str(value))
                if isinstance(natural, str):
                    _put(sheet.cell(number, position), natural)
                else:
                    sheet.cell(number, position, natural)
    return book


def _put(cell: object, text: str) -> None:
    """Write text that is never taken for a formula."""
    if isinstance(cell, Cell):
        cell.value = safe_text(text)
        cell.data_type = "s"


def _mark_cells(sheets: Sheets, issues: Sequence[Issue]) -> None:
    by_cell: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in issues:
        address = issue.cell or (f"A{issue.row}" if issue.row is not None else None)
        if address is not None:
            by_cell[plain_key(issue.sheet), address].append(issue)
    for (key, address), found in by_cell.items():
        sheet = sheets.get(key)
        cell = None if sheet is None else _cell(sheet, address)
        if cell is None:
            continue
        worst = RED_FILL if any(issue.severity.stops for issue in found) else AMBER_FILL
        cell.fill = PatternFill("solid", fgColor=worst)
        texts = [f"{issue.severity.upper()}: {issue.message} {issue.fix}" for issue in found]
        if cell.comment is not None:
            texts.insert(0, cell.comment.text)
        text = safe_text("\n".join(texts), 4_000)
        cell.comment = Comment(text, "capitalplan", height=60 + 20 * (len(text) // 45), width=320)


def _cell(sheet: Worksheet, address: str) -> Cell | None:
    """The cell at an address; within merged cells, the first of them, which is the one that shows."""
    merged = next((area for area in sheet.merged_cells.ranges if address in area), None)
    cell = sheet[address] if merged is None else sheet.cell(merged.min_row, merged.min_col)
    return cell if isinstance(cell, Cell) else None


def _list_issues(book: Workbook, sheets: Sheets, issues: Sequence[Issue]) -> None:
    if "Issues" in book.sheetnames and book["Issues"]["A1"].value == LIST_TITLE:
        book.remove(book["Issues"])
    listing = book.create_sheet("Issues", 0)
    listing["A1"] = LIST_TITLE
    listing["A1"].font = Font(name="Arial", size=16, bold=True, color="003087")
    counts = Counter(issue.severity for issue in issues)
    accept = f"{counts[Severity.JUDGEMENT]} to correct or accept, " if counts[Severity.JUDGEMENT] else ""
    listing["A2"] = (
        f"{counts[Severity.ERROR]} to correct, {accept}{counts[Severity.WARNING]} to look at. "
        "Click a place to go to it."
    )
    for column, (header, width) in enumerate(_HEADERS, start=1):
        cell = listing.cell(4, column, header)
        cell.font = Font(name="Arial", size=10, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="005EB8")
        listing.column_dimensions[cell.column_letter].width = width
    for row, issue in enumerate(issues, start=5):
        texts = (
            str(issue.severity), issue.place, issue.column or "", issue.value, issue.message, issue.fix, issue.code,
            issue.subject,
        )  # fmt: skip
        for column, text in enumerate(texts, start=1):
            cell = listing.cell(row, column)
            _put(cell, text)
            cell.font = Font(name="Arial", size=10)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        listing.cell(row, 1).fill = PatternFill("solid", fgColor=_FILLS[issue.severity])
        sheet = sheets.get(plain_key(issue.sheet))
        if sheet is not None:
            _link(listing.cell(row, 2), sheet, issue.cell or f"A{issue.row or 1}")
    listing.freeze_panes = "A5"
    listing.page_setup.orientation = "landscape"
    listing.page_setup.fitToHeight = 0
    listing.sheet_properties.pageSetUpPr.fitToPage = True
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is listing


def _link(cell: object, sheet: Worksheet, address: str) -> None:
    if isinstance(cell, Cell):
        title = sheet.title.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{title}'!{address}")
        cell.font = Font(name="Arial", size=10, underline="single", color="005EB8")
