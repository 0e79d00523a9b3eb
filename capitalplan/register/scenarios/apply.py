"""The changes of a scenario made in a book: the same rows, some of them other than they were typed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from capitalplan.register.reading.converters import CellError, convert
from capitalplan.register.reading.reader import default_book
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.scenarios.change import Change, How
from capitalplan.register.scenarios.change_error import ChangeError
from capitalplan.register.scenarios.where import unmet_condition
from capitalplan.register.schema import (
    AgeingRow,
    ApprovalRow,
    CatalogueRow,
    Column,
    ModalityRow,
    Row,
    SettingRow,
    columns_of,
)
from capitalplan.register.typed import cell_column, in_words, read_typed, typed
from capitalplan.settings import settings_specs
from capitalplan.terms import round_half_up

__all__ = ["apply_changes"]

_DATES = frozenset({"date", "day_or_year"})
_DEFAULTED: frozenset[type[Row]] = frozenset({CatalogueRow, AgeingRow, ApprovalRow})
PlacedError = tuple[str, ChangeError]
Cell = tuple[type[Row], tuple[object, ...], str | None]


def apply_changes(
    book: Book, changes: Sequence[tuple[str, Change]]
) -> tuple[Book, tuple[tuple[str, ChangeError], ...]]:
    """Make changes one after the other.

    Parameters
    ----------
    changes
        Each with the place it was typed, such as ``row 5``; all of one scenario.

    Returns
    -------
    tuple
        The changed book, and what could not be changed, with its place: what the book has no row for, values no cell
        of the column may hold, and cells that two changes of the scenario change.
    """
    faults: list[PlacedError] = []
    touched: dict[Cell, str] = {}
    for place, change in changes:
        try:
            book = _Edit(book, change, place, touched).made()
        except ChangeError as fault:
            faults.append((place, fault))
    return book, tuple(faults)


@dataclass(frozen=True, slots=True)
class _Edit:
    """One change being made.

    Attributes
    ----------
    touched
        Cells that changes of the scenario have changed, with the place of the change.
    """

    book: Book
    change: Change
    place: str
    touched: dict[Cell, str]

    def made(self) -> Book:
        """The book with the change made."""
        own = list(self._own())
        everything = [*own, *self._stand_ins(own)]
        chosen = [each for each in everything if all(condition.holds(each.data) for condition in self.change.where)]
        if not chosen:
            return self._with([*own, self._added(own)])
        for each in chosen:
            self._touch(each.data)
        if self.change.field is None:
            gone = {id(each) for each in chosen}
            return self._with([each for each in own if id(each) not in gone])
        changed = [(each, new) for each in chosen if (new := self._changed(each)) is not None]
        if not changed:
            title = columns_of(self.change.kind)[self.change.field].title
            fix = f"Use 'set': there is nothing to {self.change.how}."
            raise ChangeError("column", f"{title} is blank in every row meant.", fix)
        return self._with(self._merged(own, changed))

    def _merged(
        self, own: Sequence[ReadRow[Row]], changed: Sequence[tuple[ReadRow[Row], ReadRow[Row]]]
    ) -> list[ReadRow[Row]]:
        """Rows of the sheet with the changed ones in their place; stand-ins fill the blank of a row or come last."""
        new_of = {id(each): new for each, new in changed}
        rows = [new_of.pop(id(each), each) for each in own]
        place_of = {_key(each.data): place for place, each in enumerate(rows)}
        for new in new_of.values():
            place = place_of.get(_key(new.data))
            if place is None:
                rows.append(new)
                continue
            names = tuple(columns_of(self.change.kind))
            both = self.change.kind(**{**_filled(rows[place].data, names), **_filled(new.data, names)})
            rows[place] = replace(rows[place], data=both, typed={**rows[place].typed, **new.typed})
        return rows

    def _own(self) -> Sequence[ReadRow[Row]]:
        """Rows of the sheet; for some sheets the packaged default is the sheet where the book has none."""
        kind = self.change.kind
        own = self.book.rows(kind)
        return default_book().rows(kind) if not own and kind in _DEFAULTED else own

    def _stand_ins(self, own: Sequence[ReadRow[Row]]) -> list[ReadRow[Row]]:
        """Rows that hold where the book is silent: defaults of a modality or a setting, the changed cell alone."""
        kind, field = self.change.kind, self.change.field
        typed_keys = {_key(each.data) for each in own if field is None or getattr(each.data, field) is not None}
        if kind is SettingRow:
            defaults: list[Row] = [SettingRow(setting=spec.name, value=spec.default) for spec in settings_specs()]
        elif kind is ModalityRow:
            defaults = [
                ModalityRow(**_filled(each.data, (*kind.key, field or "")))  # fields of its own class
                for each in default_book().rows(kind)
            ]
        else:
            return []
        return [
            ReadRow(data=row, number=_next_number(own), cells={}, typed={})
            for row in defaults
            if _key(row) not in typed_keys
        ]

    def _added(self, own: Sequence[ReadRow[Row]]) -> ReadRow[Row]:
        """A new row, where a cell is set in a row that the conditions name in full and that is not there."""
        kind, field = self.change.kind, self.change.field
        rows = [each.data for each in own]
        named = {each.field: each.values[0] for each in self.change.where if len(each.values) == 1}
        is_named = len(named) == len(self.change.where) and named and set(named) <= set(kind.key)
        unmet = unmet_condition(self.change.where, rows, kind)
        if not is_named or self.change.how is not How.SET or field is None:
            raise unmet
        values = {name: read_typed(str(value), name, columns_of(kind)[name]) for name, value in named.items()}
        column = columns_of(kind)[field]
        text = self._read(column, lambda: typed(read_typed(self.change.value, field, column), column))
        try:
            row = kind(**{**values, field: read_typed(text, field, column)})
        except ValidationError:
            raise unmet from None
        self._touch(row)
        return ReadRow(data=row, number=_next_number(own), cells={}, typed={field: text})

    def _touch(self, row: Row) -> None:
        cell = (self.change.kind, _key(row), self.change.field)
        whole = (self.change.kind, _key(row), None)
        other = self.touched.get(cell) or self.touched.get(whole)
        if other is not None:
            words = _words(row)
            message = f"It contradicts {other}: both change {self.change.kind.sheet}, {words}."
            raise ChangeError("rows", message, "Keep one of them, or base a second scenario on the first.")
        self.touched[cell] = self.place

    def _changed(self, read: ReadRow[Row]) -> ReadRow[Row] | None:
        """The row with its cell changed; None where a blank cell is to be scaled, shifted or left blank."""
        kind, field = self.change.kind, self.change.field
        if field is None:
            raise ValueError("a row that is removed has no cell to change")
        column = cell_column(kind, field, self.change.setting)
        before = getattr(read.data, field)
        if before is None and self.change.how is not How.SET:
            return None
        text = self._read(column, lambda: _new_text(self.change, before, column, field))
        value = read_typed(text, field, column)
        try:
            row = kind(**{**_filled(read.data, tuple(columns_of(kind))), field: value})
        except ValidationError:
            raise ChangeError(
                "column", f"{column.title} cannot be left blank.", "Remove the whole row, or set it."
            ) from None
        left = {name: each for name, each in read.typed.items() if name != field}
        return replace(read, data=row, typed={**left, field: text} if text else left)

    def _read(self, column: Column, made: Callable[[], str]) -> str:
        try:
            return made()
        except CellError as error:
            raise ChangeError("value", f"{column.title}: {error.message}", error.fix) from None

    def _with(self, rows: Sequence[ReadRow[Row]]) -> Book:
        kind = self.change.kind
        count = Counter(_key(each.data) for each in rows)
        double = next((each.data for each in rows if count[_key(each.data)] > 1), None)
        if double is not None:
            fix = "Change both, or remove one."
            raise ChangeError("rows", f"The change leaves two rows of {kind.sheet} for {_words(double)}.", fix)
        sheets = {**self.book.sheets, kind.sheet: tuple(rows)}
        return replace(self.book, sheets=sheets, present=self.book.present | {kind.sheet})


def _new_text(change: Change, before: Any, column: Column, field: str) -> str:
    """What the cell would hold, typed, and read once more so that it is within the bounds of its column."""
    if change.how is How.REMOVE:
        return ""
    if change.how is How.SET:
        value = read_typed(change.value, field, column)
    elif change.how is How.SCALE:
        value = _scaled(before, change.value, column)
    else:
        value = _shifted(before, change.value, column)
    text = typed(value, column)
    read_typed(text, field, column)
    return text


def _scaled(before: Any, by: str, column: Column) -> object:
    factor = convert(by, Column("share", "Value", low=0)).value
    return _in_kind(before * Fraction(str(factor)), column)


def _shifted(before: Any, by: str, column: Column) -> object:
    if column.kind == "year":
        return before + _whole_years(by)
    if column.kind in _DATES:
        return _years_later(before, _whole_years(by))
    amount = convert(by, Column(column.kind, "Value")).value
    return _in_kind(before + Fraction(str(amount)), column)


def _whole_years(by: str) -> int:
    years = convert(by, Column("whole", "Value")).value
    return int(str(years))


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _in_kind(value: Fraction, column: Column) -> object:
    return round_half_up(value) if column.kind in {"pounds", "whole"} else value


def _filled(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name in names if name and (value := getattr(row, name)) is not None}


def _key(row: Row) -> tuple[object, ...]:
    values = (getattr(row, name) for name in row.key)
    return tuple(value.casefold() if isinstance(value, str) else value for value in values)


def _words(row: Row) -> str:
    """What tells a row from others, as it is read in a sentence."""
    columns = columns_of(type(row))
    return ", ".join(in_words(value, columns[name]) for name in row.key if (value := getattr(row, name)) is not None)


def _next_number(rows: Sequence[ReadRow[Row]]) -> int:
    return max((each.number for each in rows), default=1) + 1
