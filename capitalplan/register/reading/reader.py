"""A workbook or a folder of CSV files read into rows that remember their cell, every fault gathered on the way."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.converters import CellError, convert, shown
from capitalplan.register.reading.headers import Headers, find_headers, required_fields
from capitalplan.register.reading.raw import RawSheet, raw_sheets
from capitalplan.register.reading.setting_values import read_setting_rows, settings_from
from capitalplan.register.reading.words import clean, nearest, plain_key
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.schema import SHEETS, Column, EquipmentRow, Row, SettingRow, columns_of
from capitalplan.resources import data_path

__all__ = ["default_book", "match_sheets", "read_book", "settings_from"]

OTHER_SHEETS = ("README", "Lists", "Checks", "Issues")
_TOTAL = re.compile(r"(?:sub|grand )?[ -]?totals?\b.*|sum", re.IGNORECASE)
_EXAMPLE = re.compile(r"example:?|example:.*|e\.g\.?.*", re.IGNORECASE)


def read_book(path: Path) -> Book:
    """Read a workbook, or a folder of CSV files named like its sheets.

    Raises
    ------
    NotAWorkbookError
        If the file cannot be opened safely. Every other fault is an issue of the book.
    """
    raws = raw_sheets(path)
    named, issues = match_sheets(raws)
    if EquipmentRow.sheet not in named:
        near = nearest(EquipmentRow.sheet, (raw.name for raw in raws))
        fix = f"Rename the sheet '{near}' to 'Equipment'." if near else "Name the sheet with the register 'Equipment'."
        issues.append(_sheet_issue(EquipmentRow.sheet, "There is no sheet 'Equipment'.", fix))
    return _read_sheets(named, issues)


@functools.cache
def default_book() -> Book:
    """Read the packaged default Catalogue, Ageing, Modalities, Extra capacity and Approvals."""
    named, issues = match_sheets(raw_sheets(data_path("defaults")))
    return _read_sheets(named, issues)


def match_sheets(raws: Iterable[RawSheet]) -> tuple[dict[str, RawSheet], list[Issue]]:
    """Tell which sheet is which by its name, and what is left out."""
    known = {plain_key(kind.sheet): kind.sheet for kind in SHEETS}
    others = {plain_key(name) for name in OTHER_SHEETS}
    named: dict[str, RawSheet] = {}
    issues: list[Issue] = []
    for raw in sorted(raws, key=lambda raw: raw.name not in known.values()):
        key = plain_key(raw.name)
        sheet = known.get(key)
        if sheet is not None and sheet not in named:
            named[sheet] = raw
            continue
        if key in others or not raw.rows:
            continue
        near = nearest(raw.name, known.values())
        if sheet is not None:
            message = f"'{raw.name}' is a second '{sheet}' sheet, so it is left out; '{named[sheet].name}' is read."
            fix = "Keep one of them."
        elif near is not None:
            message = f"'{raw.name}' is not a sheet we know, so it is left out: did you mean '{near}'?"
            fix = f"Rename it to '{near}'."
        else:
            message, fix = f"'{raw.name}' is not a sheet we know, so it is left out.", "Nothing need be done."
        issues.append(_sheet_issue(raw.name, message, fix, Severity.WARNING))
    return named, issues


def _read_sheets(named: dict[str, RawSheet], issues: list[Issue]) -> Book:
    sheets: dict[str, tuple[ReadRow[Row], ...]] = {}
    dropped: dict[str, frozenset[str]] = {}
    for kind in SHEETS:
        if kind.sheet not in named:
            continue
        reader = _SheetReader(kind, named[kind.sheet])
        sheets[kind.sheet] = reader.read()
        dropped[kind.sheet] = frozenset(reader.dropped)
        issues.extend(reader.issues)
    return Book(sheets=sheets, present=frozenset(named), dropped_keys=dropped, issues=tuple(issues))


@dataclass(frozen=True, slots=True)
class _Cell:
    sheet: str
    number: int
    column: Column
    address: str
    value: object

    def issue(self, message: str, fix: str, severity: Severity = Severity.ERROR) -> Issue:
        return Issue(
            sheet=self.sheet,
            row=self.number,
            column=self.column.title,
            cell=self.address,
            value=shown(self.value),
            message=message,
            fix=fix,
            severity=severity,
        )


class _SheetReader:
    """Reads one sheet, gathering its issues and the keys of the rows it has to drop."""

    def __init__(self, kind: type[Row], raw: RawSheet) -> None:
        self.kind = kind
        self.raw = raw
        self.columns = columns_of(kind)
        self.required = required_fields(kind)
        self.issues: list[Issue] = list(raw.issues)
        self.dropped: set[str] = set()
        self.seen: dict[tuple[object, ...], int] = {}

    def read(self) -> tuple[ReadRow[Row], ...]:
        """Read the rows below the header."""
        if not self.raw.rows:
            self._blank_sheet()
            return ()
        headers = find_headers(self.raw, self.kind)
        self.issues.extend(headers.issues)
        if headers.row is None:
            return ()
        titles = next(_texts(values) for number, values in self.raw.rows if number == headers.row)
        body = [
            (number, values) for number, values in self.raw.rows if number > headers.row and _texts(values) != titles
        ]
        rows = [
            row
            for number, values in body
            if not _is_example(values) and (row := self._row(number, values, headers)) is not None
        ]
        if not body:
            self._blank_sheet()
        if self.kind is SettingRow:
            rows, faults, names = read_setting_rows(rows)
            self.issues.extend(faults)
            self.dropped |= names
        return tuple(rows)

    def _blank_sheet(self) -> None:
        if self.kind is EquipmentRow:
            fix = "Type or paste the register into it, one row a machine."
            self.issues.append(_sheet_issue(self.kind.sheet, "The sheet is empty.", fix))

    def _row(self, number: int, values: Sequence[object], headers: Headers) -> ReadRow[Row] | None:
        cells = {
            name: _Cell(
                self.kind.sheet,
                number,
                self.columns[name],
                f"{get_column_letter(position + 1)}{number}",
                values[position] if position < len(values) else None,
            )
            for position, name in headers.fields.items()
        }
        typed = {name: shown(cell.value) for name, cell in cells.items() if clean(shown(cell.value))}
        lacking = [name for name in self.required if name in cells and name not in typed]
        if lacking and _TOTAL.fullmatch(_first_text(values)):
            message = "The row looks like a total, so it is left out."
            self.issues.append(cells[lacking[0]].issue(message, "Nothing need be done.", Severity.WARNING))
            return None
        before = len(self.issues)
        found = {name: self._read_cell(name, cell) for name, cell in cells.items()}
        if len(self.issues) == before and all(value is None for value in found.values()):
            return None
        self._note_double(found, cells)
        if len(lacking) > 1 and not set(typed) & set(self.required):
            self._note_nameless([cells[name] for name in lacking])
        data = None
        if not headers.unusable and not any(issue.severity is Severity.ERROR for issue in self.issues[before:]):
            data = self._validated(found, cells)
        if data is None:
            self._drop(found)
            return None
        return ReadRow(data=data, number=number, cells={name: cells[name].address for name in typed}, typed=typed)

    def _note_nameless(self, lacking: Sequence[_Cell]) -> None:
        """Note a row that has none of what every row has once, not column by column."""
        titles = ", ".join(cell.column.title for cell in lacking)
        fix = "Fill them in, or delete the row if it is a total or a note."
        self.issues.append(lacking[0].issue(f"{titles} are all blank.", fix))

    def _read_cell(self, name: str, cell: _Cell) -> object:
        try:
            converted = convert(cell.value, cell.column, year_end=name == "end_of_support")
        except CellError as error:
            self.issues.append(cell.issue(error.message, error.fix))
            return None
        if converted.warning:
            fix = "Type it once it is known." if converted.value is None else "Check it, and format the cell as text."
            self.issues.append(cell.issue(converted.warning, fix, Severity.WARNING))
        return converted.value

    def _validated(self, found: Mapping[str, object], cells: Mapping[str, _Cell]) -> Row | None:
        filled = {name: value for name, value in found.items() if value is not None}
        try:
            return self.kind(**filled)
        except ValidationError as error:
            for fault in error.errors():
                cell = cells[str(fault["loc"][0])]
                title = cell.column.title
                message, fix = f"{title} is blank.", f"Fill in {title}."
                if fault["type"] != "missing":
                    message, fix = f"{title} cannot be read.", cell.column.note or "Type another value."
                self.issues.append(cell.issue(message, fix))
            return None

    def _note_double(self, found: Mapping[str, object], cells: Mapping[str, _Cell]) -> None:
        """Note a row whose key an earlier row has, be that one faulty or not."""
        if any(found.get(part) is None for part in self.kind.key if part in self.required):
            return
        first = next(cells[part] for part in self.kind.key if part in cells)
        key = tuple(self._comparable(found.get(part)) for part in self.kind.key)
        other = self.seen.setdefault(key, first.number)
        if other == first.number:
            return
        named = [part for part in self.kind.key if found.get(part) is not None]
        titles = " and ".join(self.columns[part].title for part in named)
        words = ", ".join(shown(cells[part].value) for part in named)
        message = f"{titles} '{words}' is already in row {other}."
        self.issues.append(first.issue(message, "Remove one of the two rows, or tell them apart."))

    def _comparable(self, value: object) -> object:
        if isinstance(value, str):
            return plain_key(value) if self.kind is SettingRow else value.casefold()
        return False if value is None else value

    def _drop(self, found: Mapping[str, object]) -> None:
        value = found.get(self.kind.key[0])
        if value is not None:
            self.dropped.add(str(value))


def _is_example(values: Sequence[object]) -> bool:
    return _EXAMPLE.fullmatch(_first_text(values)) is not None


def _first_text(values: Sequence[object]) -> str:
    return next(filter(None, _texts(values)), "")


def _texts(values: Sequence[object]) -> list[str]:
    return [clean(shown(value)) for value in values]


def _sheet_issue(sheet: str, message: str, fix: str, severity: Severity = Severity.ERROR) -> Issue:
    return Issue(sheet=sheet, row=None, column=None, cell=None, value="", message=message, fix=fix, severity=severity)
