"""Service: every patient is scanned at home, at a linked site, or outside, or waits; no machine does more than it can.

For served line ``m``, site ``s`` with demand, year ``t``, in thousand scans (lists ``b``, scans on vans ``g`` and extra
hours ``e`` where there are any):

balance      ``sum_{s'} f[m,s,s',t] + x[m,s,t] + b[m,s,t] - b[m,s,t-1] = D[m,s,t]``, ``b[m,s,-1] = b0``

capacity     ``sum_s f[m,s,s',t] - g[m,s',t] - sum_h h e[m,s',h,t] <= sum q y + sum q n + committed``

travel       ``sum_{s' != s} f[m,s,s',t] <= phi (D[m,s,t] + b[m,s,t-1]) + sum_{i at s} sum_k lost[i,k,t] y[i,k]``
             (the last term lets patients of a machine that is being replaced be covered elsewhere; no such row where
             the site is closed)

unscheduled  ``f[m,s,s,t] + away[m,s,t] >= U[m,s,t]``
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Index, Part, RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["balance_rows", "capacity_rows", "travel_rows", "unscheduled_rows"]

THOUSAND = 1000.0


def balance_rows(columns: Columns) -> RowBlock:
    """One row a served line, site with demand or a list, and year."""
    starts, lists = columns.starts, columns.provision.lists
    index = {(each.line, each.site, each.year): row for row, each in enumerate(columns.shortfalls)}
    wanted = [columns.register.demand[each.line, each.site][each.year] / THOUSAND for each in columns.shortfalls]
    for each in lists:
        if each.year == 0:
            wanted[index[each.waiting.line, each.waiting.site, 0]] += each.waiting.start / THOUSAND
    arcs = np.array([index[arc.line, arc.from_site, arc.year] for arc in columns.arcs], dtype=np.int64)
    ends = np.array([index[each.waiting.line, each.waiting.site, each.year] for each in lists], dtype=np.int64)
    parts = [
        (arcs, starts["arcs"] + np.arange(len(arcs)), np.ones(len(arcs))),
        (np.arange(len(index)), starts["shortfalls"] + np.arange(len(index)), np.ones(len(index))),
        (ends, starts["lists"] + np.arange(len(ends)), np.ones(len(ends))),
        _list_before(columns, index, -1.0),
    ]
    names = [_name("balance", *key, columns) for key in index]
    return gather("service", names, wanted, wanted, parts)


def capacity_rows(columns: Columns) -> RowBlock:
    """One row a served line, scanning site and year."""
    keys = sorted({(arc.line, arc.to_site, arc.year) for arc in columns.arcs})
    index = {key: row for row, key in enumerate(keys)}
    starts, provision = columns.starts, columns.provision
    arcs = np.array([index[arc.line, arc.to_site, arc.year] for arc in columns.arcs], dtype=np.int64)
    parts = [(arcs, starts["arcs"] + np.arange(len(arcs)), np.ones(len(arcs)))]
    parts += _schedule_parts(columns, index, "capacity")
    years = columns.register.settings.years
    for number, each in enumerate(columns.additions):
        rows = np.array([index.get((each.option.line, each.site.code, t), -1) for t in range(years)])
        found = rows >= 0
        column = np.full(int(found.sum()), starts["additions"] + number)
        parts.append((rows[found], column, -each.capacity[found] / THOUSAND))
    for block, items in (
        ("on_vans", [(each.line, each.site, each.year, 1.0) for each in provision.on_vans]),
        ("hours", [(each.extra.line, each.site, each.year, float(each.scans_per_hour)) for each in provision.hours]),
    ):
        found_rows = [(number, index.get(item[:3], -1), item[3]) for number, item in enumerate(items)]
        seen = [each for each in found_rows if each[1] >= 0]
        parts.append(
            (
                np.array([row for _, row, _ in seen], dtype=np.int64),
                np.array([starts[block] + number for number, _, _ in seen], dtype=np.int64),
                np.array([-scans for _, _, scans in seen]),
            )
        )
    upper = np.zeros(len(keys))
    for fixed in columns.fixed:
        for year in range(years):
            row = index.get((fixed.scheme.line, fixed.scheme.site, year))
            if row is not None:
                upper[row] += fixed.capacity[year] / THOUSAND
    names = [_name("capacity", *key, columns) for key in keys]
    return gather("service", names, np.full(len(keys), -np.inf), upper, parts)


def travel_rows(columns: Columns) -> RowBlock:
    """One row a served line, site with demand and links, and year in which the site is open."""
    register = columns.register
    horizon = register.settings.horizon
    away = [
        (number, arc)
        for number, arc in enumerate(columns.arcs)
        if arc.from_site != arc.to_site and register.sites[arc.from_site].is_open(horizon[arc.year])
    ]
    keys = sorted({(arc.line, arc.from_site, arc.year) for _, arc in away})
    index = {key: row for row, key in enumerate(keys)}
    rows = np.array([index[arc.line, arc.from_site, arc.year] for _, arc in away], dtype=np.int64)
    numbers = np.array([number for number, _ in away], dtype=np.int64)
    share = float(register.settings.travel_share)
    parts = [(rows, columns.starts["arcs"] + numbers, np.ones(len(rows))), _list_before(columns, index, -share)]
    parts += _schedule_parts(columns, index, "lost")
    waiting = {(each.line, each.site): each.start for each in register.waiting}
    upper = [
        share * (register.demand[line, site][year] + (waiting.get((line, site), 0) if year == 0 else 0)) / THOUSAND
        for line, site, year in keys
    ]
    names = [_name("travel", *key, columns) for key in keys]
    return gather("service", names, np.full(len(keys), -np.inf), upper, parts)


def unscheduled_rows(columns: Columns) -> RowBlock:
    """One row a site, served line and year with unscheduled demand, where a machine is registered."""
    register, starts, away = columns.register, columns.starts, columns.provision.away
    home = {
        (arc.line, arc.from_site, arc.year): starts["arcs"] + number
        for number, arc in enumerate(columns.arcs)
        if arc.from_site == arc.to_site
    }
    at_home = np.array([home[each.line, each.site, each.year] for each in away], dtype=np.int64)
    rows = np.arange(len(away))
    parts = [(rows, at_home, np.ones(len(away))), (rows, starts["away"] + rows, np.ones(len(away)))]
    lower = [register.unscheduled[each.line, each.site][each.year] / THOUSAND for each in away]
    names = [_name("unscheduled", each.line, each.site, each.year, columns) for each in away]
    return gather("service", names, lower, np.full(len(away), np.inf), parts)


def _list_before(columns: Columns, index: dict[tuple[str, str, int], int], value: float) -> Part:
    """Nonzeros of ``value x b[m,s,t-1]`` in the rows of year ``t``."""
    years = columns.register.settings.years
    found = [
        (index[each.waiting.line, each.waiting.site, each.year + 1], columns.starts["lists"] + number)
        for number, each in enumerate(columns.provision.lists)
        if each.year + 1 < years and (each.waiting.line, each.waiting.site, each.year + 1) in index
    ]
    rows = np.array([row for row, _ in found], dtype=np.int64)
    return rows, np.array([column for _, column in found], dtype=np.int64), np.full(len(found), value)


def _schedule_parts(columns: Columns, index: dict[tuple[str, str, int], int], figure: str) -> list[Part]:
    """Nonzeros of ``- figure[i,k,t] y[i,k]`` in thousand scans, for machines whose line and site have rows."""
    table, years = columns.table, columns.register.settings.years
    parts = []
    for number, menu in enumerate(table.menus):
        rows: Index = np.array([index.get((menu.asset.line, menu.asset.site, t), -1) for t in range(years)])
        values = getattr(menu.figures, figure)
        schedule, year = np.nonzero((values != 0) & (rows >= 0)[None, :])
        parts.append((rows[year], table.first[number] + schedule, -values[schedule, year] / THOUSAND))
    return parts


def _name(kind: str, line: str, site: str, year: int, columns: Columns) -> str:
    return f"{kind}.{slug(line)}.{slug(site)}.{columns.register.settings.horizon[year]}"
