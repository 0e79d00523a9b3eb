"""Rounding: cuts cuts for capacity that comes in lumps. They cut off no plan, only fractions of machines.

For a group of sites ``G``, served line ``m`` and year ``t``, balance and capacity rows add up to

``sum_o,tau q[o,tau,t] n[s,o,tau] + S >= b + sum_i sum_k d[i,k,t] y[i,k]``

with ``S`` the scans of G's patients done outside G, bought outside, on vans, in extra hours or left on a list,
``d = (most machine i can do) - q[i,k,t] >= 0`` and ``b = demand of G - committed additions - sum_i most``. Divided by
the capacity ``Q`` of one full machine, with ``f = frac(b / Q) > 0``, the mixed-integer rounding inequality is

``sum F(q / Q) n + S / (Q f) + sum F(-d / Q) y >= ceil(b / Q)``,  ``F(a) = floor(a) + min(frac(a), f) / f``

(Nemhauser and Wolsey 1990). Groups are single sites, the sites of a trust, and sites joined by links.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from capitalplan.formulation.additions import Addition
from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Index, Numbers, RowBlock, gather
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.variables import Arc, Columns

__all__ = ["rounding_rows"]

THOUSAND = 1000.0
LEAST_FRACTION = 0.01


def rounding_rows(columns: Columns) -> RowBlock:
    """One row a group, served line, year and machine size, where rounding says something."""
    names: list[str] = []
    lower: list[float] = []
    parts: list[tuple[Index, Index, Numbers]] = []
    horizon = columns.register.settings.horizon
    supply = _Supply(columns)
    for name, group in _groups(columns):
        for line in columns.served:
            lump = _Lump(supply, line, group)
            for size in lump.sizes:
                for year, start in enumerate(horizon):
                    least = lump.needed(year) / size
                    fraction = least - math.floor(least)
                    if not LEAST_FRACTION < fraction < 1 - LEAST_FRACTION:
                        continue
                    column, value = lump.row(year, size, fraction)
                    if least <= 0 and (value >= 0).all():
                        continue
                    parts.append((np.full(len(column), len(names)), column, value))
                    names.append(f"rounding.{slug(name)}.{slug(line)}.{start}.{size}")
                    lower.append(math.ceil(least))
    return gather("rounding", names, lower, np.full(len(names), np.inf), parts)


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


class _Supply:
    """What serves each (service line, site), looked up once: machines, additions, and scans done elsewhere."""

    def __init__(self, columns: Columns) -> None:
        starts = columns.starts
        self.columns = columns
        self.menus: dict[tuple[str, str], list[tuple[int, Menu, Index]]] = defaultdict(list)
        self.additions: dict[tuple[str, str], list[tuple[int, Addition]]] = defaultdict(list)
        self.fixed: dict[tuple[str, str], list[Index]] = defaultdict(list)
        self.arcs: dict[tuple[str, str], list[tuple[int, Arc]]] = defaultdict(list)
        self.other: dict[tuple[str, str], list[tuple[int, int, float]]] = defaultdict(list)
        for number, menu in enumerate(columns.table.menus):
            most = menu.figures.capacity.max(axis=0, initial=0)
            self.menus[menu.asset.line, menu.asset.site].append((int(columns.table.first[number]), menu, most))
        for number, each in enumerate(columns.additions, starts["additions"]):
            self.additions[each.option.line, each.site.code].append((number, each))
        for fixed in columns.fixed:
            self.fixed[fixed.scheme.line, fixed.scheme.site].append(fixed.capacity)
        for number, arc in enumerate(columns.arcs, starts["arcs"]):
            self.arcs[arc.line, arc.from_site].append((number, arc))
        for number, short in enumerate(columns.shortfalls, starts["shortfalls"]):
            self.other[short.line, short.site].append((number, short.year, 1.0))
        for number, end in enumerate(columns.provision.lists, starts["lists"]):
            self.other[end.waiting.line, end.waiting.site].append((number, end.year, 1.0))
        for number, van in enumerate(columns.provision.on_vans, starts["on_vans"]):
            self.other[van.line, van.site].append((number, van.year, 1.0))
        for number, hours in enumerate(columns.provision.hours, starts["hours"]):
            self.other[hours.extra.line, hours.site].append((number, hours.year, float(hours.scans_per_hour)))


class _Lump:
    """What a group of sites can do for a line, taken apart into lumps."""

    def __init__(self, supply: _Supply, line: str, group: frozenset[str]) -> None:
        register = supply.columns.register
        years = register.settings.years
        places = [(line, site) for site in sorted(group)]
        self.menus = [each for place in places for each in supply.menus[place]]
        self.additions = [each for place in places for each in supply.additions[place]]
        sizes = {int(each.machine.capacity.max()) for _, each in self.additions}
        self.sizes = sorted(size for size in sizes if size)
        demand = _total([register.demand[place] for place in places if place in register.demand], years)
        fixed = _total([capacity for place in places for capacity in supply.fixed[place]], years)
        self.least = demand - fixed - _total([most for _, _, most in self.menus], years)
        self.leaving: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for place in places:
            for number, arc in supply.arcs[place]:
                if arc.to_site not in group:
                    self.leaving[arc.year].append((number, 1.0))
            for number, year, scans in supply.other[place]:
                self.leaving[year].append((number, scans))

    def needed(self, year: int) -> int:
        """Scans that only added machines, or others, can do, even if all of the group's machines do their most."""
        return int(self.least[year])

    def row(self, year: int, size: int, fraction: float) -> tuple[Index, Numbers]:
        """Columns and coefficients of the rounding inequality."""
        columns = [first + np.arange(len(menu.events)) for first, menu, _ in self.menus]
        lumps = [menu.figures.capacity[:, year] - most[year] for _, menu, most in self.menus]
        columns.append(np.array([column for column, _ in self.additions], dtype=np.int64))
        lumps.append(np.array([each.capacity[year] for _, each in self.additions], dtype=np.int64))
        leaving = np.array([number for number, _ in self.leaving[year]], dtype=np.int64)
        done = np.array([scans for _, scans in self.leaving[year]], dtype=np.float64)
        value = _rounded(np.concatenate(lumps) / size, fraction)
        scans = done * THOUSAND / (size * fraction)
        return np.concatenate([*columns, leaving]), np.concatenate([value, scans])


def _total(rows: Sequence[Sequence[int] | Index], years: int) -> Index:
    return np.asarray(np.array(rows, dtype=np.int64).reshape(-1, years).sum(axis=0), dtype=np.int64)


def _rounded(share: Numbers, fraction: float) -> Numbers:
    whole = np.floor(share + 1e-12)
    return np.asarray(whole + np.minimum(np.maximum(share - whole, 0), fraction) / fraction)
