"""Money: every charge is paid in full, by sources that may pay it, within their limits and totals of the year.

For class of payers ``c`` (what one trust bears and the same sources may pay), source ``f`` and year ``t``, in £
thousand cash:

paid     ``sum charge y + sum charge n + sum charge room - sum rebates = sum_f pay[f,c,t]``

source   ``sum_c pay[f,c,t] + carry[f,t] - carry[f,t-1] <= planned - committed``

minimum  ``sum_c pay[f,c,t] + short[f,t] >= minimum - committed``

capital  ``sum_c sum_f pay[f,c,t] <= limit - committed`` over sources that use the capital limit of a trust, or of the
         network; *cash* likewise over purchases and sources that bring none

A source that serves one class only, without carry, minimum and totals, stands in the paid row as a number. Paying more
than is due gains nothing, unless towards a minimum: elsewhere the paid row is an inequality. Committed schemes are paid
first and lower the limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from capitalplan.finance.limits import CAPITAL, CASH
from capitalplan.formulation.names import slug
from capitalplan.formulation.purses import Carry, Payment, Short
from capitalplan.formulation.rows import Part, RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["capital_rows", "cash_rows", "minimum_rows", "paid_rows", "source_rows"]

THOUSAND = 1000.0

Key = tuple[str, int]
"""Source or place, and year (position)."""


def paid_rows(columns: Columns) -> RowBlock:
    """One row a class and year in which something may be charged; none without funding sources."""
    purses, borne = columns.purses, columns.charged
    if not purses.due:
        return gather("money", [], [], [], [])
    row_of = np.full((len(borne.classes), columns.register.settings.years), -1, dtype=np.int64)
    for number, key in enumerate(purses.due):
        row_of[key] = number
    payments = np.array([row_of[each.payer, each.year] for each in purses.payments], dtype=np.int64)
    parts: list[Part] = [
        (row_of[borne.payer, borne.year], borne.column, borne.gbp / THOUSAND),
        (payments, columns.starts["payments"] + np.arange(len(payments)), -np.ones(len(payments))),
    ]
    sources = [borne.classes[payer].sources for payer, _ in purses.due]
    lower = [0.0 if any(any(purses.limits.minimum[name]) for name in names) else -np.inf for names in sources]
    upper = [
        sum(purses.limits.free(name, year) for name in names if name in purses.private) / THOUSAND
        for names, (_, year) in zip(sources, purses.due, strict=True)
    ]
    labels = borne.labels
    keys = [(labels[payer], year) for payer, year in purses.due]
    return gather("money", _names("paid", keys, columns), lower, upper, parts)


def source_rows(columns: Columns) -> RowBlock:
    """One row a year and source whose payments are told apart."""
    purses, starts = columns.purses, columns.starts
    named = sorted({each.source.name for each in purses.payments})
    rows = _numbered([(name, year) for name in named for year in range(columns.register.settings.years)])
    parts = [
        _part(rows, purses.payments, starts["payments"]),
        _part(rows, purses.carries, starts["carries"]),
        _part(rows, purses.carries, starts["carries"], value=-1.0, later=1),
    ]
    upper = [purses.limits.free(name, year) / THOUSAND for name, year in rows]
    return gather("money", _names("source", rows, columns), np.full(len(rows), -np.inf), upper, parts)


def minimum_rows(columns: Columns) -> RowBlock:
    """One row a year and source of which more should be used than committed schemes do."""
    purses, starts = columns.purses, columns.starts
    rows = _numbered([(each.source.name, each.year) for each in purses.shorts])
    parts = [_part(rows, purses.payments, starts["payments"]), _part(rows, purses.shorts, starts["shorts"])]
    lower = [each.asked_gbp / THOUSAND for each in purses.shorts]
    return gather("money", _names("minimum", rows, columns), lower, np.full(len(rows), np.inf), parts)


def capital_rows(columns: Columns) -> RowBlock:
    """One row a year and capital limit, of a trust or of the network."""
    return _total_rows("capital", CAPITAL, columns)


def cash_rows(columns: Columns) -> RowBlock:
    """One row a year and limit on cash, of a trust or of the network."""
    return _total_rows("cash", CASH, columns)


def _total_rows(name: str, kind: str, columns: Columns) -> RowBlock:
    purses, classes, start = columns.purses, columns.borne.classes, columns.starts["payments"]
    keys: list[Key] = []
    upper: list[float] = []
    parts: list[Part] = []
    for total in purses.limits.totals:
        if total.kind != kind:
            continue
        limited = [
            (year, left) for year in range(columns.register.settings.years) if (left := total.left(year)) is not None
        ]
        rows = {year: len(keys) + number for number, (year, _) in enumerate(limited)}
        keys += [(total.place, year) for year, _ in limited]
        upper += [left / THOUSAND for _, left in limited]
        counted = [
            (rows[each.year], start + number)
            for number, each in enumerate(purses.payments)
            if each.year in rows and total.counts(each.source.name, is_purchase=classes[each.payer].takes_cash)
        ]
        row, column = np.array(counted, dtype=np.int64).reshape(-1, 2).T
        parts.append((row, column, np.ones(len(row))))
    return gather("money", _names(name, keys, columns), np.full(len(keys), -np.inf), upper, parts)


def _numbered(keys: Sequence[Key]) -> dict[Key, int]:
    return {key: number for number, key in enumerate(keys)}


def _part(
    rows: Mapping[Key, int],
    items: Sequence[Payment | Carry | Short],
    start: int,
    *,
    value: float = 1.0,
    later: int = 0,
) -> Part:
    """Entries of the columns of a block in the rows of their source and year, or of a later year."""
    found = [
        (rows[key], start + number)
        for number, each in enumerate(items)
        if (key := (each.source.name, each.year + later)) in rows
    ]
    row, column = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return row, column, np.full(len(row), value)


def _names(kind: str, keys: Sequence[Key] | Mapping[Key, int], columns: Columns) -> list[str]:
    return [f"{kind}.{slug(place)}.{columns.register.settings.horizon[year]}" for place, year in keys]
