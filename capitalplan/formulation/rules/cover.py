"""Cover: a site's only machine is replaced in its own room only while someone stands in for it.

For every machine ``i`` that needs cover, with site ``s`` and line ``m``, and year ``t``:

presence  ``sum_k swap[i,k,t] y[i,k] <= days / cover days x v[m,s,t] + sum_{s' linked, open} on[m,s',t]
          + sum_{tau<=t} n[s,o,tau] + committed``, ``on = sum_i' sum_k (serving - swap) y + sum_{tau<=t} n + committed``

carried   ``sum_{s'!=s} f[m,s,s',t] + x[m,s,t] + van scans v[m,s,t] + sum q n + committed
          >= out (D - W) sum_k swap[i,k,t] y[i,k]``

Hires are whole numbers, and so is all else on the right: a van for part of the outage covers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from capitalplan.formulation.additions import Addition, FixedAddition
from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Index, Part, RowBlock, gather
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.variables import Columns
from capitalplan.service.capacity import outage_share
from capitalplan.service.cover import cover_days, needs_cover
from capitalplan.terms import round_half_up

__all__ = ["carried_rows", "presence_rows"]

THOUSAND = 1000.0

Place = tuple[str, str]
"""A service line at a site."""


def presence_rows(columns: Columns) -> RowBlock:
    """One row a machine that needs cover and year in which it may be replaced in its own room."""
    register, starts = columns.register, columns.starts
    hires, places = _hires(columns), _Places(columns)
    names: list[str] = []
    upper: list[float] = []
    parts: list[Part] = []
    for number, menu, year, start in _swaps(columns):
        line, site, row = menu.asset.line, menu.asset.site, len(names)
        swap = np.flatnonzero(menu.figures.swap[:, year])
        parts.append(_part(row, columns.table.first[number] + swap, 1.0))
        hire = hires.get((line, site, year))
        if hire is not None:
            days = columns.provision.hires[hire].extra.minimum_days
            need = cover_days(menu.asset, register)
            parts.append(_part(row, np.array([starts["hires"] + hire]), -days / need))
        near = [(line, code) for code in register.neighbours.get(site, ()) if register.sites[code].is_open(start)]
        added, fixed = places.added([(line, site), *near], year)
        parts.append(_part(row, np.array(added, dtype=np.int64), -1.0))
        for first, neighbour in places.menus_at(near):
            on = neighbour.figures.serving[:, year] - neighbour.figures.swap[:, year]
            at = np.flatnonzero(on)
            parts.append((np.full(len(at), row), first + at, -on[at].astype(float)))
        names.append(f"presence.{slug(menu.asset.asset_id)}.{start}")
        upper.append(float(fixed))
    return gather("cover", names, np.full(len(names), -np.inf), upper, parts)


def carried_rows(columns: Columns) -> RowBlock:
    """One row a machine that needs cover and year in which it may be replaced in its own room."""
    register, starts = columns.register, columns.starts
    leaving: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for number, arc in enumerate(columns.arcs):
        if arc.from_site != arc.to_site:
            leaving[arc.line, arc.from_site, arc.year].append(starts["arcs"] + number)
    for number, each in enumerate(columns.shortfalls):
        leaving[each.line, each.site, each.year].append(starts["shortfalls"] + number)
    hires, places = _hires(columns), _Places(columns)
    nothing = (0,) * register.settings.years
    names: list[str] = []
    lower: list[float] = []
    parts: list[Part] = []
    for number, menu, year, start in _swaps(columns):
        line, site, row = menu.asset.line, menu.asset.site, len(names)
        here = (line, site)
        stays = register.demand.get(here, nothing)[year] - register.waiting_demand.get(here, nothing)[year]
        carried = round_half_up(outage_share(register.outage_weeks(menu.asset)) * stays)
        if not carried:
            continue
        swap = np.flatnonzero(menu.figures.swap[:, year])
        parts.append(_part(row, columns.table.first[number] + swap, -carried / THOUSAND))
        parts.append(_part(row, np.array(leaving[line, site, year], dtype=np.int64), 1.0))
        hire = hires.get((line, site, year))
        if hire is not None:
            parts.append(_part(row, np.array([starts["hires"] + hire]), columns.provision.hires[hire].scans / THOUSAND))
        for other, added in places.additions[here]:
            if added.capacity[year]:
                parts.append(_part(row, np.array([other]), added.capacity[year] / THOUSAND))
        committed = sum(int(fixed.capacity[year]) for fixed in places.fixed[here])
        names.append(f"carried.{slug(menu.asset.asset_id)}.{start}")
        lower.append(-committed / THOUSAND)
    return gather("cover", names, lower, np.full(len(names), np.inf), parts)


def _swaps(columns: Columns) -> Iterator[tuple[int, Menu, int, int]]:
    """Machines that need cover, with the years (position and calendar) in which they may be replaced in their rooms."""
    for number, menu in enumerate(columns.table.menus):
        if needs_cover(menu.asset, columns.register):
            for year, start in enumerate(columns.register.settings.horizon):
                if menu.figures.swap[:, year].any():
                    yield number, menu, year, start


def _hires(columns: Columns) -> dict[tuple[str, str, int], int]:
    return {(each.extra.line, each.site.code, each.year): number for number, each in enumerate(columns.provision.hires)}


class _Places:
    """What stands or may be added at each (service line, site), looked up once."""

    def __init__(self, columns: Columns) -> None:
        self.menus: dict[Place, list[tuple[int, Menu]]] = defaultdict(list)
        self.additions: dict[Place, list[tuple[int, Addition]]] = defaultdict(list)
        self.fixed: dict[Place, list[FixedAddition]] = defaultdict(list)
        for first, menu in zip(columns.table.first.tolist(), columns.table.menus, strict=False):
            self.menus[menu.asset.line, menu.asset.site].append((first, menu))
        for number, each in enumerate(columns.additions, columns.starts["additions"]):
            self.additions[each.option.line, each.site.code].append((number, each))
        for fixed in columns.fixed:
            self.fixed[fixed.scheme.line, fixed.scheme.site].append(fixed)

    def menus_at(self, places: Sequence[Place]) -> Iterator[tuple[int, Menu]]:
        """Menus of the machines at some places, each with its first column."""
        return (each for place in places for each in self.menus[place])

    def added(self, places: Sequence[Place], year: int) -> tuple[list[int], int]:
        """Columns of additions that stand at some places in a year, and how many committed ones do."""
        added = [number for place in places for number, each in self.additions[place] if each.stands[year]]
        return added, sum(int(each.stands[year]) for place in places for each in self.fixed[place])


def _part(row: int, column: Index, value: float) -> Part:
    return np.full(len(column), row), column, np.full(len(column), value)
