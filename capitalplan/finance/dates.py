"""Days of orders: the last day of a financial year, and whether what takes months to come can be there by then."""

from __future__ import annotations

import calendar
import datetime as dt

from capitalplan.settings import Settings

__all__ = ["can_be_ordered", "first_order_day", "last_day", "months_before"]


def last_day(year: int) -> dt.date:
    """Last day of a financial year, by which what is commissioned in it is in service."""
    return dt.date(year + 1, 3, 31)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_order_day(settings: Settings) -> dt.date:
    """Day from which orders can be placed: as set, or the first day of the plan."""
    return settings.plan_date or dt.date(settings.start_year, 4, 1)


def can_be_ordered(year: int, months: int, settings: Settings) -> bool:
    """Whether an order that takes some months can still be placed for a financial year."""
    return months_before(last_day(year), months) >= first_order_day(settings)
