"""Converted values written back: as users type them into a cell, and as they read them in a sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from capitalplan.register.reading.converters import convert
from capitalplan.register.reading.setting_values import setting_column
from capitalplan.register.reading.words import plain_key
from capitalplan.register.schema import Column, Row, SettingRow, columns_of
from capitalplan.settings import settings_specs
from capitalplan.terms import year_label

__all__ = ["cell_column", "in_words", "read_typed", "typed"]


def cell_column(kind: type[Row], field: str, setting: str = "") -> Column:
    """Column of a field; the value of a setting is read as the setting it belongs to says.

    Raises
    ------
    ValueError
        If the sheet has no such field, or there is no such setting.
    """
    columns = columns_of(kind)
    if field not in columns:
        raise ValueError(f"{kind.sheet} has no field {field!r}")
    if kind is not SettingRow or field != "value":
        return columns[field]
    spec = next((spec for spec in settings_specs() if plain_key(spec.name) == plain_key(setting)), None)
    if spec is None:
        raise ValueError(f"there is no setting {setting!r}")
    return setting_column(spec)


def read_typed(text: str, field: str, column: Column) -> object:
    """Convert what is typed into a cell as the reader does; None for a blank.

    Raises
    ------
    CellError
        If it cannot be read.
    """
    return convert(text, column, year_end=field == "end_of_support").value


def typed(value: object, column: Column) -> str:
    """Write a converted value so that, typed into a cell of its column, it is read as the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return year_label(value) if column.kind == "year" else str(value)
    if isinstance(value, Fraction):
        return f"{_decimal(value * 100):f}%" if column.kind == "share" else f"{_decimal(value):f}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def in_words(value: object, column: Column) -> str:
    """Write a converted value as it is read in a sentence; ``blank`` for none."""
    if value is None:
        return "blank"
    if isinstance(value, int) and not isinstance(value, bool) and column.kind != "year":
        return f"£{value:,}" if column.kind == "pounds" else f"{value:,}"
    if isinstance(value, Fraction) and column.kind != "share":
        return f"{_decimal(value):,f}"
    return typed(value, column)


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).normalize()
