"""Changes of a workbook, row by row: what differs between two, and one with some changes made."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.csv_copy import write_csv_copy
from capitalplan.register.reading.converters import CellError
from capitalplan.register.reading.headers import find_headers, required_fields
from capitalplan.register.reading.raw import RawSheet, raw_sheets
from capitalplan.register.reading.reader import match_sheets, read_book
from capitalplan.register.reading.words import plain_key
from capitalplan.register.resolving.places import SHARED
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.schema import SHEETS, Row, SettingRow, TieRow, columns_of
from capitalplan.register.sheet_changes import NewValue, SheetChanges
from capitalplan.register.typed import cell_column, in_words, read_typed, typed
from capitalplan.register.workbook_copy import write_workbook_copy

__all__ = ["RowEdit", "apply_edits", "differences", "edit_words"]

MOST_TOLD = 6
"""Cells of an added row that are told; what is left is counted."""
_KINDS: Mapping[str, type[Row]] = {kind.sheet: kind for kind in SHEETS}
_Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdit:
    """One row of a sheet that is added, removed or changed.

    Attributes
    ----------
    sheet
        Name of the sheet.
    key
        The fields that tell its row from others, and their values as text, such as
        ``{"source": "QX1 operational capital", "year": "2027/28"}``; field names are those of the row's class. A key
        field left out is blank.
    before
        Value of each field that is changed or removed, as text; an empty text is a blank cell. None: there is no row.
    after
        Value of each field that is changed or added, as text. None: the row is removed.
    """

    sheet: str
    key: Mapping[str, str]
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("an edit adds, removes or changes a row")


def differences(before: Book, after: Book) -> tuple[RowEdit, ...]:
    """List what turns the rows of one book into those of another; their order does not count.

    Rows are told apart by the key of their sheet. Settings that are typed in neither book, or left blank, are not
    listed, nor is what the Settings sheet says of them for information.
    """
    return tuple(edit for kind in SHEETS for edit in _sheet_differences(kind, before, after))


def _sheet_differences(kind: type[Row], before: Book, after: Book) -> Iterator[RowEdit]:
    old, new = _rows_by_key(kind, before), _rows_by_key(kind, after)
    for key, row in old.items():
        if key not in new:
            yield RowEdit(sheet=kind.sheet, key=_key_texts(row), before=_filled(row), after=None)
            continue
        other = new[key]
        changed = [name for name in _compared(kind) if getattr(row, name) != getattr(other, name)]
        if changed:
            was, now = ({name: _text(each, name) for name in changed} for each in (row, other))
            yield RowEdit(sheet=kind.sheet, key=_key_texts(row), before=was, after=now)
    for key, row in new.items():
        if key not in old:
            yield RowEdit(sheet=kind.sheet, key=_key_texts(row), before=None, after=_filled(row))


def _rows_by_key(kind: type[Row], book: Book) -> dict[_Key, Row]:
    rows = (read.data for read in book.rows(kind))
    return {_key_of(row): row for row in rows if not (isinstance(row, SettingRow) and row.value is None)}


def _compared(kind: type[Row]) -> tuple[str, ...]:
    return ("value",) if kind is SettingRow else tuple(columns_of(kind))


def _key_texts(row: Row) -> dict[str, str]:
    return {name: _text(row, name) for name in row.key}


def _filled(row: Row) -> dict[str, str]:
    """Cells of a row that are not of its key."""
    names = (name for name in _compared(type(row)) if name not in row.key)
    return {name: text for name in names if (text := _text(row, name))}


def _text(row: Row, name: str) -> str:
    return typed(getattr(row, name), cell_column(type(row), name, _setting_of(row)))


def _setting_of(row: Row) -> str:
    return row.setting if isinstance(row, SettingRow) else ""


def _key_of(row: Row) -> _Key:
    return tuple(_comparable(type(row), name, getattr(row, name)) for name in row.key)


def _comparable(kind: type[Row], name: str, value: object) -> object:
    """A part of a key as the reader tells doubles: case does not count, nor how shared money and staff are marked."""
    if name == "trust_code" and value in SHARED:
        return None
    if isinstance(value, str):
        return plain_key(value) if kind is SettingRow else value.casefold()
    return value


def edit_words(edit: RowEdit) -> str:
    """Say an edit in words.

    ``Funding, QX1 operational capital, 2027/28: Limit (£ cash) £2,900,000 -> £3,104,000``; ``Ties: the row CT1 together
    CT3 removed``; ``Settings, firm_years: 4 -> 5``.
    """
    kind = _KINDS[edit.sheet]
    setting = edit.key.get("setting", "")
    if kind is SettingRow:
        was, now = (
            "not given" if side is None else _said(kind, "value", side.get("value", ""), setting)
            for side in (edit.before, edit.after)
        )
        return f"{edit.sheet}, {setting}: {was} -> {now}"
    parts = [_said(kind, name, text, setting) for name, text in edit.key.items() if text]
    row = (" " if kind is TieRow else ", ").join(parts)
    if edit.after is None:
        return f"{edit.sheet}: the row {row} removed"
    if edit.before is None:
        told = [
            f"{columns_of(kind)[name].title} {_said(kind, name, text, setting)}"
            for name, text in edit.after.items()
            if text and name not in edit.key
        ]
        rest = [f"{len(told) - MOST_TOLD} more cells"] if len(told) > MOST_TOLD else []
        cells = ", ".join([*told[:MOST_TOLD], *rest])
        return f"{edit.sheet}: the row {row} added{f' ({cells})' if cells else ''}"
    changes = [
        f"{columns_of(kind)[name].title} {_said(kind, name, edit.before.get(name, ''), setting)} -> "
        f"{_said(kind, name, text, setting)}"
        for name, text in edit.after.items()
    ]
    return f"{edit.sheet}, {row}: {'; '.join(changes)}"


def _said(kind: type[Row], name: str, text: str, setting: str) -> str:
    column = cell_column(kind, name, setting)
    try:
        return in_words(read_typed(text, name, column), column)
    except CellError:
        return text


def apply_edits(source: Path, target: Path, edits: Sequence[RowEdit]) -> None:
    """Write a copy of a workbook or CSV folder with edits made; the original is only read.

    Every other cell stays as it is. In a workbook, cells that are changed say what they were in a comment, and formulas
    in columns that are read become their saved values: a copy written outside a spreadsheet has none saved. A row
    removed from a workbook is left blank, so that nothing moves.

    Parameters
    ----------
    target
        The copy, a file that ends in .xlsx or a folder as the original is; it must not exist.

    Raises
    ------
    EnvironmentFaultError
        If the copy exists, or cannot be written.
    NotAWorkbookError
        If the original is not safe to open.
    ValueError
        If an edit names a sheet, field or setting that does not exist, a value that cannot be read, or a row that is
        not there.
    """
    if os.path.lexists(target):
        raise EnvironmentFaultError(f"'{target}' exists already; choose another name, nothing was overwritten.")
    if not source.is_dir() and target.suffix.lower() != ".xlsx":
        raise EnvironmentFaultError(f"The edited copy is an Excel workbook, so '{target.name}' must end in .xlsx.")
    sheets, _ = match_sheets(raw_sheets(source))
    book = read_book(source)
    by_sheet: dict[str, list[RowEdit]] = defaultdict(list)
    for edit in edits:
        if edit.sheet not in _KINDS:
            raise ValueError(f"there is no sheet {edit.sheet!r}")
        by_sheet[edit.sheet].append(edit)
    changes = [_changes(_KINDS[name], sheets.get(name), book, by_sheet[name]) for name in by_sheet]
    try:
        if source.is_dir():
            write_csv_copy(source, target, changes)
        else:
            write_workbook_copy(source, target, changes)
    except OSError as error:
        raise EnvironmentFaultError(f"'{target}' could not be written: {error.strerror or error}.") from error


def _changes(kind: type[Row], raw: RawSheet | None, book: Book, edits: Sequence[RowEdit]) -> SheetChanges:
    places: dict[str, int] = {}
    header, last, width = 1, 0, 0
    if raw is not None and raw.rows:
        headers = find_headers(raw, kind)
        if headers.row is None:
            raise ValueError(f"{kind.sheet} has no header row")
        header, last = headers.row, raw.rows[-1][0]
        places = {name: place for place, name in headers.fields.items()}
        width = max(place for _, values in raw.rows for place, value in enumerate(values, 1) if value not in {None, ""})
    lacking = _lacking_fields(kind, edits, places)
    new_headers = {width + number: columns_of(kind)[name].title for number, name in enumerate(lacking)}
    places |= {name: width + number for number, name in enumerate(lacking)}
    rows = {_key_of(read.data): read for read in book.rows(kind)}
    cells: dict[tuple[int, int], NewValue] = {}
    removed: set[int] = set()
    added: list[dict[int, NewValue]] = []
    for edit in edits:
        row = rows.get(_key_from_texts(kind, edit.key))
        if row is None and edit.before is not None:
            raise ValueError(f"{kind.sheet} has no row {', '.join(edit.key.values())}")
        if edit.after is None and row is not None:
            removed.add(row.number)
        elif row is None:
            values = {**edit.key, **(edit.after or {})}
            filled = {name: text for name, text in values.items() if name in places}
            added.append({places[name]: _new_value(kind, edit, name, text, None) for name, text in filled.items()})
        else:
            for name, text in (edit.after or {}).items():
                if name in places:
                    cells[row.number, places[name]] = _new_value(kind, edit, name, text, row)
    return SheetChanges(
        name=kind.sheet if raw is None else raw.name,
        is_new=raw is None,
        header=header,
        new_headers=new_headers,
        cells=cells,
        removed=frozenset(removed),
        added=added,
        last=last,
    )


def _lacking_fields(kind: type[Row], edits: Sequence[RowEdit], places: Mapping[str, int]) -> list[str]:
    """Fields that need a column and have none, in the order of the sheet."""
    named = {name for edit in edits for name in (*edit.key, *(edit.before or ()), *(edit.after or ()))}
    if unknown := named - set(columns_of(kind)):
        raise ValueError(f"{kind.sheet} has no field {', '.join(sorted(unknown))}")
    filled = {
        name
        for edit in edits
        if edit.after is not None
        for name, text in {**(edit.key if edit.before is None else {}), **edit.after}.items()
        if text
    }
    needed = filled | (set() if places else set(required_fields(kind)))
    return [name for name in columns_of(kind) if name in needed and name not in places]


def _key_from_texts(kind: type[Row], texts: Mapping[str, str]) -> _Key:
    parts = []
    for name in kind.key:
        value = read_typed(texts.get(name, ""), name, columns_of(kind)[name])
        parts.append(_comparable(kind, name, value))
    return tuple(parts)


def _new_value(kind: type[Row], edit: RowEdit, name: str, text: str, row: ReadRow[Row] | None) -> NewValue:
    """What a cell is to hold, spelt as values of its column are."""
    column = cell_column(kind, name, edit.key.get("setting", ""))
    return NewValue(
        text=typed(read_typed(text, name, column), column),
        column=column,
        was=None if row is None else row.typed.get(name, ""),
    )
