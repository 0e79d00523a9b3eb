"""Days as people write them: UK order, ISO, month names, Excel serial numbers."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["DAY_FIX", "day_or_none", "serial_day"]

DAY_FIX = "Type a date, day first, such as 01/04/2019."
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
_EPOCH = dt.date(1899, 12, 30)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TIME = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_PATTERNS = (
    re.compile(r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>\d{4}|\d{2})" + _TIME),
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -](?P<month>[a-zA-Z]{3,9})[ ,-]+(?P<year>\d{4}|\d{2})"),
    re.compile(r"(?P<month>[a-zA-Z]{3,9})[ -](?P<year>\d{4})"),
)


def serial_day(value: object) -> dt.date | None:
    """Day of an Excel serial number where it can be nothing else: whole, and between 1954 and 2119."""
    if isinstance(value, str) and re.fullmatch(r"\d{5}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    whole = FIRST_SERIAL <= value <= LAST_SERIAL and int(value) == value
    return _EPOCH + dt.timedelta(days=int(value)) if whole else None


def day_or_none(value: object) -> dt.date | None:
    """Day that a date or text stands for, day before month; a month alone is its first day; None if it is no day."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(str(value)))), None)
    if match is None or not isinstance(value, str):
        return None
    parts = match.groupdict(default="1")
    try:
        return dt.date(_year(parts["year"]), _month(parts["month"]), int(parts.get("day", "1")))
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    full = (number for number in range(1, 13) if _MONTHS[number - 1].startswith(text.lower()))
    return next(full, 0)
