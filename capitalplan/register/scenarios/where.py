"""Which rows a change is about: conditions such as ``Trust code = QX1; Year = 2027/28 to 2030/31``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from capitalplan.register.reading.converters import CellError
from capitalplan.register.reading.words import clean, nearest, plain_key
from capitalplan.register.scenarios.change_error import ChangeError, did_you_mean
from capitalplan.register.schema import Column, Row, columns_of
from capitalplan.register.typed import in_words, read_typed

__all__ = ["Condition", "field_of", "read_conditions", "unmet_condition"]

_SPAN = re.compile(r"\s+to\s+", re.IGNORECASE)
_ORDERED = frozenset({"whole", "number", "pounds", "share", "year", "date", "day_or_year"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a cell must hold for its row to be changed.

    Attributes
    ----------
    values
        Any of these; None among them is a blank cell.
    low, high
        Or anything between, both included; None where no span is meant.
    """

    field: str
    values: tuple[object, ...] = ()
    low: Any = None
    high: Any = None

    def holds(self, row: Row) -> bool:
        """Whether a row meets it."""
        value = getattr(row, self.field)
        if self.low is not None:
            return value is not None and bool(self.low <= value <= self.high)
        return _comparable(value) in {_comparable(each) for each in self.values}

    def words(self, kind: type[Row]) -> str:
        """The condition as it is typed."""
        column = columns_of(kind)[self.field]
        if self.low is not None:
            return f"{column.title} = {in_words(self.low, column)} to {in_words(self.high, column)}"
        return f"{column.title} = {', '.join(in_words(value, column) for value in self.values)}"


def read_conditions(text: str, kind: type[Row]) -> tuple[Condition, ...]:
    """Read conditions parted by semicolons: ``Column = value``, ``Column = one, other`` or ``Column = low to high``.

    Raises
    ------
    ChangeError
        If one has no equals sign, names no column of the sheet, or a value that its column cannot hold.
    """
    return tuple(_condition(part, kind) for part in map(clean, text.split(";")) if part)


def _condition(text: str, kind: type[Row]) -> Condition:
    title, sign, values = text.partition("=")
    if not sign:
        example = f"{next(iter(columns_of(kind).values())).title} = ..."
        raise ChangeError(
            "rows", f"'{text}' does not say which rows are meant.", f"Type a column and a value: '{example}'."
        )
    field = field_of(kind, title, "rows")
    column = columns_of(kind)[field]
    span = _SPAN.split(clean(values)) if column.kind in _ORDERED else [values]
    if len(span) == 2:
        low, high = (_read(each, field, column) for each in span)
        return Condition(field=field, low=low, high=high)
    return Condition(field=field, values=tuple(_read(each, field, column) for each in values.split(",")))


def _read(text: str, field: str, column: Column) -> object:
    try:
        return read_typed(clean(text), field, column)
    except CellError as error:
        raise ChangeError("rows", f"{column.title}: {error.message}", error.fix) from None


def _comparable(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def field_of(kind: type[Row], title: str, at: str) -> str:
    """Field of a sheet by its header, whatever the case and units.

    Parameters
    ----------
    at
        Column of the Scenarios sheet it is typed in.

    Raises
    ------
    ChangeError
        If the sheet has no such column.
    """
    known: dict[str, str] = {}
    for name, column in columns_of(kind).items():
        without_unit = column.title.split("(", maxsplit=1)[0]
        known |= {plain_key(word): name for word in (*column.aliases, without_unit, name, column.title)}
    field = known.get(plain_key(title))
    if field is not None:
        return field
    near = nearest(title, known)
    titles = {name: column.title for name, column in columns_of(kind).items()}
    fix = did_you_mean(titles[known[plain_key(near)]] if near else None, f"Type one of: {', '.join(titles.values())}.")
    raise ChangeError(at, f"{kind.sheet} has no column '{clean(title)}'.", fix)


def unmet_condition(conditions: Sequence[Condition], rows: Sequence[Row], kind: type[Row]) -> ChangeError:
    """Say why no row meets all conditions: the first that none meets alone, with the nearest value that is there."""
    for condition in conditions:
        if any(condition.holds(row) for row in rows):
            continue
        column = columns_of(kind)[condition.field]
        there = {in_words(getattr(row, condition.field), column) for row in rows}
        near = nearest(in_words(condition.values[0], column), there) if condition.values else None
        fix = did_you_mean(near, f"{kind.sheet} has no such row; check the value.")
        return ChangeError("rows", f"No row of {kind.sheet} has {condition.words(kind)}.", fix)
    words = "; ".join(condition.words(kind) for condition in conditions)
    if not rows:
        return ChangeError("table", f"The book has no rows on {kind.sheet}.", "Fill in the sheet first.")
    return ChangeError("rows", f"No row of {kind.sheet} has {words} together.", "Check them, or use a line for each.")
