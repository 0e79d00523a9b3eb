"""Cover: rounding cuts for capacity that comes in lumps. They cut off no plan, only fractions of machines.

For a group of sites ``G``, served line ``m`` and year ``t``, balance and capacity rows add up to

``sum_o,tau q[o,tau,t] n[s,o,tau] + S >= b + sum_i sum_k d[i,k,t] y[i,k]``

with ``S`` the scans of G's patients done outside G or bought outside, ``d = (most machine i can do) - q[i,k,t] >= 0``
and ``b = demand of G - committed additions - sum_i most``. Divided by the capacity ``Q`` of one full machine, with
``f = frac(b / Q) > 0``, the mixed-integer rounding inequality is

``sum F(q / Q) n + S / (Q f) + sum F(-d / Q) y >= ceil(b / Q)``,  ``F(a) = floor(a) + min(frac(a), f) / f``

(Nemhauser and Wolsey 1990). Groups are single sites, the sites of a trust, and sites joined by links.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Index, Numbers, RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["cover_rows"]

THOUSAND = 1000.0
LEAST_FRACTION = 0.01


def cover_rows(columns: Columns) -> RowBlock:
    """One row a group, served line, year and machine size, where rounding says something."""
    names: list[str] = []
    lower: list[float] = []
    parts: list[tuple[Index, Index, Numbers]] = []
    for name, group in _groups(columns):
        for line in columns.served:
            lump = _Lump(columns, line, group)
            for size in lump.sizes:
                for year in range(columns.register.settings.years):
                    least = lump.needed(year) / size
                    fraction = least - math.floor(least)
                    if not LEAST_FRACTION < fraction < 1 - LEAST_FRACTION:
                        continue
                    column, value = lump.row(year, size, fraction)
                    if least <= 0 and (value >= 0).all():
                        continue
                    parts.append((np.full(len(column), len(names)), column, value))
                    names.append(f"cover.{slug(name)}.{slug(line)}.{columns.register.settings.horizon[year]}.{size}")
                    lower.append(math.ceil(least))
    return gather("cover", names, lower, np.full(len(names), np.inf), parts)


def _groups(columns: Columns) -> Iterator[tuple[str, frozenset[str]]]:
    register = columns.register
    found: dict[frozenset[str], str] = {frozenset({code}): code for code in register.sites}
    by_trust: dict[str, set[str]] = defaultdict(set)
    joined = {code: {code} for code in register.sites}
    for code, site in register.sites.items():
        by_trust[site.trust].add(code)
    for link in register.links:
        whole = joined[link.from_site] | joined[link.to_site]
        for code in whole:
            joined[code] = whole
    for trust, codes in by_trust.items():
        found.setdefault(frozenset(codes), trust)
    for codes in joined.values():
        found.setdefault(frozenset(codes), f"joined.{min(codes)}")
    for group, name in found.items():
        yield name, group


class _Lump:
    """What a group of sites can do for a line, taken apart into lumps."""

    def __init__(self, columns: Columns, line: str, group: frozenset[str]) -> None:
        self.columns = columns
        register, starts, years = columns.register, columns.starts, columns.register.settings.years
        self.demand = _total(
            [scans for (name, site), scans in register.demand.items() if name == line and site in group], years
        )
        self.menus = [
            (number, menu)
            for number, menu in enumerate(columns.table.menus)
            if menu.asset.line == line and menu.asset.site in group
        ]
        self.most = [menu.figures.capacity.max(axis=0, initial=0) for _, menu in self.menus]
        self.additions = [
            (starts["additions"] + number, each)
            for number, each in enumerate(columns.additions)
            if each.option.line == line and each.site.code in group
        ]
        fixed = [each for each in columns.fixed if each.scheme.line == line and each.scheme.site in group]
        self.fixed = _total([each.capacity for each in fixed], years)
        sizes = {int(each.machine.capacity.max()) for _, each in self.additions}
        self.sizes = sorted(size for size in sizes if size)
        self.leaving: dict[int, list[int]] = defaultdict(list)
        for number, arc in enumerate(columns.arcs):
            if arc.line == line and arc.from_site in group and arc.to_site not in group:
                self.leaving[arc.year].append(starts["arcs"] + number)
        for number, each in enumerate(columns.shortfalls):
            if each.line == line and each.site in group:
                self.leaving[each.year].append(starts["shortfalls"] + number)

    def needed(self, year: int) -> int:
        """Scans that only added machines, or others, can do, even if all of the group's machines do their most."""
        return int(self.demand[year] - self.fixed[year] - sum(int(most[year]) for most in self.most))

    def row(self, year: int, size: int, fraction: float) -> tuple[Index, Numbers]:
        """Columns and coefficients of the rounding inequality."""
        columns, values = [], []
        for (number, menu), most in zip(self.menus, self.most, strict=True):
            first = self.columns.table.first[number]
            columns.append(first + np.arange(len(menu.events)))
            values.append(_rounded((menu.figures.capacity[:, year] - most[year]) / size, fraction))
        columns.append(np.array([column for column, _ in self.additions], dtype=np.int64))
        values.append(_rounded(np.array([each.capacity[year] for _, each in self.additions]) / size, fraction))
        leaving = np.array(self.leaving[year], dtype=np.int64)
        columns.append(leaving)
        values.append(np.full(len(leaving), THOUSAND / (size * fraction)))
        return np.concatenate(columns), np.concatenate(values)


def _total(rows: Sequence[Sequence[int] | Index], years: int) -> Index:
    return np.asarray(np.array(rows, dtype=np.int64).reshape(-1, years).sum(axis=0), dtype=np.int64)


def _rounded(share: Numbers, fraction: float) -> Numbers:
    whole = np.floor(share + 1e-12)
    return np.asarray(whole + np.minimum(np.maximum(share - whole, 0), fraction) / fraction)
