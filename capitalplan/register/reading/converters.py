"""Cell values, as Excel or a CSV file gives them, turned into the strict types of the row classes.

Numbers are exact: a cell that shows 0.85 becomes 17/20. Truth values never become numbers, numbers never become dates
unless they can be nothing else, and nothing is guessed in silence.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from capitalplan.register.reading.days import DAY_FIX, day_or_none, serial_day
from capitalplan.register.reading.words import ALIASES, BLANK, LOSSY, NOTHING, clean, plain_key
from capitalplan.register.schema import Column
from capitalplan.terms import financial_year, parse_year, round_half_up

__all__ = ["UNCALCULATED", "CellError", "Converted", "Uncalculated", "convert", "shown"]


class Uncalculated(Enum):
    """Stands in a cell that holds a formula whose value was not saved."""

    CELL = "a formula without a saved value"


UNCALCULATED = Uncalculated.CELL
EXCEL_ERRORS = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d*)?(?:[eE][+-]?\d{1,2})?|[+-]?\.\d+")
_MULTIPLES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "bn": 10**9}
_POUNDS = re.compile(r"(?P<number>.*?)(?P<multiple>k|thousand|mn|million|m|bn)?", re.IGNORECASE)
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
FIRST_YEAR, LAST_YEAR = 1950, 2150


class CellError(ValueError):
    """A cell that cannot be read.

    Attributes
    ----------
    message
        What is wrong, in one sentence.
    fix
        What to type instead.
    """

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Converted:
    """A cell turned into a strict type.

    Attributes
    ----------
    value
        None for a blank cell.
    warning
        What was lost on the way, in one sentence; empty where nothing was.
    """

    value: object
    warning: str = ""


def shown(value: object) -> str:
    """Write a cell's value as its user sees it, at most 200 characters."""
    if value is None:
        return ""
    if isinstance(value, Uncalculated):
        return value.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}"
    return str(value)[:200]


def convert(value: object, column: Column, *, year_end: bool = False) -> Converted:
    """Turn a cell into the type its column names.

    Parameters
    ----------
    value
        What the cell holds: text, number, truth value, day or None.
    year_end
        For ``day_or_year``: a bare financial year means its last day, 31 March, not its first, 1 April.

    Raises
    ------
    CellError
        If the cell cannot be read or is out of bounds.
    """
    if value is UNCALCULATED:
        raise CellError(
            "The cell holds a formula whose value was not saved.",
            "Open the workbook in Excel, save it there and try again, or type the value.",
        )
    if isinstance(value, str):
        value = clean(value)
        if value.upper() in EXCEL_ERRORS:
            raise CellError(f"The cell shows the Excel error {value}.", "Mend the formula or type the value.")
    if column.kind == "raw":
        return Converted(None if value == "" else value)
    if isinstance(value, str):
        blank = _blank(value, column)
        if blank is not None:
            return blank
    if value is None:
        return Converted(None)
    if column.kind == "day_or_year":
        return Converted(_day_or_year(value, year_end))
    converted = _KINDS[column.kind](value, column)
    if isinstance(converted, int | Fraction) and not isinstance(converted, bool):
        _check_bounds(value, converted, column)
    if column.kind in {"text", "code"} and isinstance(value, dt.date):
        return Converted(converted, f"Excel has turned this into a date, read as '{converted}'.")
    return Converted(converted)


def _blank(text: str, column: Column) -> Converted | None:
    key = text.casefold()
    if key in {choice.casefold() for choice in column.choices}:
        return None
    if key in BLANK or (key in NOTHING and column.kind in {"text", "code", "choice", "list"}):
        return Converted(None)
    return Converted(None, f"'{text}' is read as a blank.") if key in LOSSY else None


def _check_bounds(value: object, number: int | Fraction, column: Column) -> None:
    if column.low is not None and number < Fraction(str(column.low)):
        raise CellError(
            f"{_quoted(value)} is below the least allowed, {_limit(column.low, column.kind)}.",
            f"Type {_limit(column.low, column.kind)} or more.",
        )
    if column.high is not None and number > Fraction(str(column.high)):
        fix = f"Type {_limit(column.high, column.kind)} or less."
        if column.kind == "share" and "%" not in shown(value) and number / 100 <= Fraction(str(column.high)):
            meant = f"{shown(value)}% or {float(number / 100):.10g}"
            fix = f"{shown(value)} means {float(number * 100):,.10g}%: type {meant}."
        raise CellError(f"{_quoted(value)} is above the most allowed, {_limit(column.high, column.kind)}.", fix)


def _limit(limit: float | Fraction, kind: str) -> str:
    if kind == "share":
        return f"{float(limit * 100):.10g}%"
    if kind == "pounds":
        return f"£{int(limit):,}"
    return f"{float(limit):.10g}" if kind == "year" else f"{float(limit):,.10g}"


def _quoted(value: object) -> str:
    return f"'{shown(value)}'"


def _text(value: object, _: Column) -> str:
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    return shown(value) if not isinstance(value, str) else value


def _code(value: object, column: Column) -> str:
    return re.sub(r"\s", "", _text(value, column)).upper()


def _number_or_none(value: object) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(f"{value:.15g}") if abs(value) < 1e15 else None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Fraction(value.replace(",", ""))
    return None


def _number(value: object, _: Column) -> Fraction:
    number = _number_or_none(value)
    if number is None:
        raise CellError(f"{_quoted(value)} is not a number.", "Type a number such as 12.5, without words or units.")
    return number


def _whole(value: object, _: Column) -> int:
    number = _number_or_none(value)
    if number is None or number.denominator != 1:
        raise CellError(f"{_quoted(value)} is not a whole number.", "Type a whole number such as 12.")
    return int(number)


def _pounds(value: object, _: Column) -> int:
    number = _number_or_none(value)
    if number is None and isinstance(value, str):
        text = re.sub(r"[£\s]|gbp", "", value, flags=re.IGNORECASE)
        negative = text.startswith("(") and text.endswith(")")
        match = _POUNDS.fullmatch(text.strip("()") if negative else text)
        number = None if match is None else _number_or_none(match["number"])
        if number is not None and match is not None:
            number *= _MULTIPLES.get((match["multiple"] or "").lower(), 1) * (-1 if negative else 1)
    if number is None:
        raise CellError(f"{_quoted(value)} is not an amount in pounds.", "Type an amount such as 850000 or £850,000.")
    return round_half_up(number)


def _share(value: object, _: Column) -> Fraction:
    if isinstance(value, str) and value.endswith("%"):
        number = _number_or_none(value[:-1].rstrip())
        number = None if number is None else number / 100
    else:
        number = _number_or_none(value)
    if number is None:
        raise CellError(f"{_quoted(value)} is not a percentage.", "Type a percentage such as 85%.")
    return number


def _year(value: object, _: Column) -> int:
    if isinstance(value, dt.date):
        return financial_year(value)
    fix = "Type a financial year such as 2026/27."
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise CellError(f"{_quoted(value)} is not a financial year.", fix)
    try:
        return parse_year(str(value))
    except ValueError:
        day = day_or_none(value) if isinstance(value, str) else None
        if day is not None:
            return financial_year(day)
    raise CellError(f"{_quoted(value)} is not a financial year.", fix)


def _date(value: object, _: Column) -> dt.date:
    day = serial_day(value) or day_or_none(value)
    if day is None:
        raise CellError(f"{_quoted(value)} is not a date.", DAY_FIX)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellError(f"{_quoted(value)} is a date in the year {day.year}.", "Check the year.")
    return day


def _day_or_year(value: object, year_end: bool) -> dt.date:
    column = Column("day_or_year", "")
    try:
        year = None if isinstance(value, dt.date) else parse_year(shown(value))
    except ValueError:
        year = None
    if year is not None:
        return dt.date(year + 1, 3, 31) if year_end else dt.date(year, 4, 1)
    try:
        return _date(value, column)
    except CellError as error:
        if error.fix is not DAY_FIX:
            raise
        raise CellError(
            f"{_quoted(value)} is neither a date nor a financial year.",
            "Type a date, day first, such as 01/04/2019, or a financial year such as 2019/20.",
        ) from error


def _yes_no(value: object, _: Column) -> bool:
    word = shown(value).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(f"{_quoted(value)} is neither yes nor no.", "Type yes or no.")


def _choice(value: object, column: Column) -> str:
    known, key = _words_for(column.choices), plain_key(shown(value))
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.7)
    listed = ", ".join(column.choices)
    fix = f"Did you mean '{known[near[0]]}'? Allowed: {listed}." if near else f"Type one of: {listed}."
    raise CellError(f"{_quoted(value)} is not one of the words allowed for {column.title}.", fix)


@lru_cache(maxsize=256)
def _words_for(choices: tuple[str, ...]) -> Mapping[str, str]:
    """Choices by how they and their aliases may be typed."""
    words = {plain_key(choice): choice for choice in choices}
    return words | {alias: words[plain_key(word)] for alias, word in ALIASES.items() if plain_key(word) in words}


def _list(value: object, column: Column) -> tuple[str, ...]:
    words = (clean(word) for word in re.split(r"[,;|]", _text(value, column)))
    return tuple(dict.fromkeys(word for word in words if word))


_KINDS: Mapping[str, Callable[[object, Column], object]] = MappingProxyType({
    "text": _text,
    "code": _code,
    "number": _number,
    "whole": _whole,
    "pounds": _pounds,
    "share": _share,
    "year": _year,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "list": _list,
})  # fmt: skip
