"""Revenue: a trust's revenue statement of a year is to stay within its limit; what is over is priced.

For trust ``g`` and year ``t`` with a limit, in £ thousand: ``sum statement y + sum statement n + sum statement room +
infl[t] (prices x scans outside, extra hours, van hires and outsourced reports) - over <= limit - committed additions``,
each statement before relief for gifts and rebates.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from capitalplan.formulation.accounts import Bookkeeper
from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Numbers, Part, RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["revenue_rows"]

THOUSAND = 1000.0


def revenue_rows(columns: Columns) -> RowBlock:
    """One row a trust and year with a limit."""
    items = columns.over_revenue
    if not items:
        return gather("revenue", [], [], [], [])
    rows = {(each.trust, each.year): number for number, each in enumerate(items)}
    statements = _Statements(columns, rows)
    numbers = np.arange(len(items))
    parts = [
        *statements.machines(),
        *statements.services(),
        (numbers, columns.starts["over_revenue"] + numbers, -np.ones(len(items))),
    ]
    upper = [each.limit_gbp / THOUSAND for each in items] - statements.committed()
    names = [f"revenue.{slug(each.trust)}.{columns.register.settings.horizon[each.year]}" for each in items]
    return gather("revenue", names, np.full(len(names), -np.inf), upper, parts)


class _Statements:
    """What columns add to the statements that are limited."""

    def __init__(self, columns: Columns, rows: dict[tuple[str, int], int]) -> None:
        self.columns = columns
        self.rows = rows
        self.limited: dict[str, dict[int, int]] = defaultdict(dict)
        for (trust, year), row in rows.items():
            self.limited[trust][year] = row
        self.trust_of = {code: site.trust for code, site in columns.register.sites.items()}
        self.books = Bookkeeper(columns.register, columns.rates)

    def machines(self) -> list[Part]:
        """Schedules, additions and rooms of trusts with limits."""
        columns, books = self.columns, self.books
        parts = [
            self._part(menu.asset.trust, first, books.schedule_totals(menu))
            for first, menu in zip(columns.table.first[:-1].tolist(), columns.table.menus, strict=True)
            if menu.asset.trust in self.limited
        ]
        for number, addition in enumerate(columns.additions, columns.starts["additions"]):
            if addition.site.trust in self.limited:
                parts.append(self._part(addition.site.trust, number, books.addition_total(addition)[None, :]))
        for number, room in enumerate(columns.rooms, columns.starts["rooms"]):
            if room.site.trust in self.limited:
                parts.append(self._part(room.site.trust, number, books.room_total(room)[None, :]))
        return parts

    def services(self) -> list[Part]:
        """What is bought for patients: each column at its price in the cash of its year."""
        register, provision = self.columns.register, self.columns.provision
        trust_of, starts = self.trust_of, self.columns.starts
        bought = {
            "shortfalls": [
                (trust_of[each.site], each.year, float(register.outside_price(each.line, each.site)))
                for each in self.columns.shortfalls
            ],
            "hours": [(trust_of[each.site], each.year, float(each.extra.price_gbp)) for each in provision.hours],
            "hires": [(each.site.trust, each.year, each.price_gbp / THOUSAND) for each in provision.hires],
            "reported": [
                (each.trust, each.year, 0.0 if each.extra is None else float(each.extra.price_gbp))
                for each in provision.reported
            ],
        }
        inflation = self.columns.rates.inflation
        found = [
            (self.rows[trust, year], starts[block] + number, price * float(inflation[year]))
            for block, items in bought.items()
            for number, (trust, year, price) in enumerate(items)
            if (trust, year) in self.rows
        ]
        row, column, value = zip(*found, strict=True) if found else ((), (), ())
        return [(np.array(row, dtype=np.int64), np.array(column, dtype=np.int64), np.array(value, dtype=np.float64))]

    def committed(self) -> Numbers:
        """What committed additions add to each limited statement, £ thousand."""
        total = np.zeros(len(self.rows))
        for fixed in self.columns.fixed:
            amounts = self.books.addition_total(fixed)
            for year, row in self.limited.get(fixed.scheme.trust, {}).items():
                total[row] += amounts[year] / THOUSAND
        return total

    def _part(self, trust: str, first: int, totals: np.ndarray) -> Part:
        """Statements of columns numbered from ``first`` on, £ cash by year, in the rows of their trust."""
        limited = self.limited[trust]
        count, years = len(totals), list(limited)
        column = np.tile(first + np.arange(count), len(years))
        return np.repeat(list(limited.values()), count), column, totals[:, years].T.ravel() / THOUSAND
