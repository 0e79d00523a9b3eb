"""A copy of a workbook with some cells changed and marked, everything else as it stands."""

from __future__ import annotations

import copy
import datetime as dt
import warnings
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.natural import natural_value
from capitalplan.register.reading.converters import UNCALCULATED
from capitalplan.register.reading.guards import guard_input
from capitalplan.register.reading.headers import find_headers
from capitalplan.register.reading.raw import raw_sheets
from capitalplan.register.reading.reader import match_sheets
from capitalplan.register.schema import SHEETS
from capitalplan.register.sheet_changes import NewValue, SheetChanges
from capitalplan.sheets import safe_text

__all__ = ["write_workbook_copy"]

WORDS = frozenset({"text", "code", "choice", "list", "yes_no", "year", "raw"})
"""Kinds of column whose values stay text, whatever they look like."""


def write_workbook_copy(source: Path, target: Path, changes: Sequence[SheetChanges]) -> None:
    """Copy a workbook with changes made.

    Raises
    ------
    NotAWorkbookError
        If the original is not safe to open.
    OSError
        If the copy cannot be written; then nothing of it is left.
    """
    guard_input(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of features it does not read, such as some validations
        book = openpyxl.load_workbook(source)
    _settle_formulas(book, source)
    for change in changes:
        sheet = book.create_sheet(change.name) if change.is_new else book[change.name]
        if isinstance(sheet, Worksheet):
            _change(sheet, change)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        book.save(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def _settle_formulas(book: Workbook, source: Path) -> None:
    """Put saved values in place of formulas in columns that are read: the copy has no saved values of its own."""
    named, _ = match_sheets(raw_sheets(source))
    for kind in SHEETS:
        raw = named.get(kind.sheet)
        if raw is None:
            continue
        headers = find_headers(raw, kind)
        for number, values in raw.rows:
            if headers.row is None or number < headers.row:
                continue
            for place in headers.fields:
                cell = book[raw.name].cell(number, place + 1)
                value = values[place] if place < len(values) else None
                if isinstance(cell, Cell) and cell.data_type == "f" and value is not UNCALCULATED:
                    cell.value = value  # type: ignore[assignment]  # what the reader found is what a cell may hold
                    if isinstance(value, str):
                        cell.data_type = "s"


def _change(sheet: Worksheet, change: SheetChanges) -> None:
    last = max(change.last, change.header)
    tables = [table for table in sheet.tables.values() if _holds(table, change.header)]
    for place, title in change.new_headers.items():
        cell = sheet.cell(change.header, place + 1)
        _put(cell, title)
        if place and not change.is_new:
            _dress(cell, sheet.cell(change.header, place))
        for table in tables:
            _widen(table, place + 1, title)
    for (number, place), value in change.cells.items():
        cell = sheet.cell(number, place + 1)
        _set(cell, value)
        if isinstance(cell, Cell):
            _mark(cell, value.was or "blank")
    for number in change.removed:
        for cell in sheet[number]:
            if isinstance(cell, Cell) and cell.data_type != "f":
                cell.value = None
    for number, row in enumerate(change.added, start=last + 1):
        for place, value in row.items():
            cell = sheet.cell(number, place + 1)
            if last > change.header:
                _dress(cell, sheet.cell(last, place + 1))
            _set(cell, value)
    for table in tables:
        _lengthen(table, last + len(change.added))


def _set(cell: object, value: NewValue) -> None:
    if not isinstance(cell, Cell):
        raise EnvironmentFaultError(f"'{value.text}' would go into merged cells; split them first.")
    natural = value.text if value.column.kind in WORDS else natural_value(value.text)
    if isinstance(natural, str):
        _put(cell, natural)
        return
    cell.value = natural
    if value.column.kind == "share" and "%" not in cell.number_format:
        cell.number_format = "0.0%"
    if isinstance(natural, dt.date):
        cell.number_format = "dd/mm/yyyy"


def _put(cell: object, text: str) -> None:
    """Write text that is never taken for a formula; an empty one is a blank cell."""
    if isinstance(cell, Cell):
        cell.value = safe_text(text) or None
        if text:
            cell.data_type = "s"


def _dress(cell: object, pattern: object) -> None:
    """Give a cell the looks of another."""
    if isinstance(cell, Cell) and isinstance(pattern, Cell):
        for look in ("font", "fill", "border", "alignment", "number_format"):
            setattr(cell, look, copy.copy(getattr(pattern, look)))


def _mark(cell: Cell, was: str) -> None:
    texts = [f"Was {was}."] if cell.comment is None else [cell.comment.text, f"Was {was}."]
    cell.comment = Comment(safe_text("\n".join(texts), 4_000), "capitalplan")


def _holds(table: Table, header: int) -> bool:
    return bool(CellRange(table.ref).min_row == header)


def _widen(table: Table, column: int, title: str) -> None:
    """Take a new column into a table that ends just before it."""
    area = CellRange(table.ref)
    if area.max_col == column - 1:
        table.tableColumns.append(TableColumn(id=1 + max(each.id for each in table.tableColumns), name=title))
        area.expand(right=1)
        _resize(table, area)


def _lengthen(table: Table, last: int) -> None:
    """Take rows below a table into it; one with a row of totals stays as it is."""
    area = CellRange(table.ref)
    if last > area.max_row and not table.totalsRowCount:
        area.expand(down=last - area.max_row)
        _resize(table, area)


def _resize(table: Table, area: CellRange) -> None:
    table.ref = area.coord
    if table.autoFilter is not None:
        table.autoFilter.ref = area.coord
