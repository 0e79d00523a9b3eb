"""Service: every patient is scanned at home, at a linked site, or outside; no machine does more than it can.

For served line ``m``, site ``s`` with demand, year ``t``, in thousand scans:

balance   ``sum_{s'} f[m,s,s',t] + x[m,s,t] = D[m,s,t]``

capacity  ``sum_s f[m,s,s',t] <= sum_i sum_k q[i,k,t] y[i,k] + sum_{o,tau} q[o,tau,t] n[s',o,tau] + committed``

travel    ``sum_{s' != s} f[m,s,s',t] <= phi D[m,s,t] + sum_{i at s} sum_k lost[i,k,t] y[i,k]``
          (the last term lets patients of a machine that is being replaced be covered elsewhere; no such row where the
          site is closed)
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Index, Numbers, RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["balance_rows", "capacity_rows", "travel_rows"]

THOUSAND = 1000.0


def balance_rows(columns: Columns) -> RowBlock:
    """One row a served line, site with demand and year."""
    index = {(each.line, each.site, each.year): row for row, each in enumerate(columns.shortfalls)}
    demand = np.array(
        [columns.register.demand[each.line, each.site][each.year] / THOUSAND for each in columns.shortfalls]
    )
    names = [_name("balance", *key, columns) for key in index]
    arcs = np.array([index[arc.line, arc.from_site, arc.year] for arc in columns.arcs], dtype=np.int64)
    starts = columns.starts
    parts = [
        (arcs, starts["arcs"] + np.arange(len(arcs)), np.ones(len(arcs))),
        (np.arange(len(index)), starts["shortfalls"] + np.arange(len(index)), np.ones(len(index))),
    ]
    return gather("service", names, demand, demand, parts)


def capacity_rows(columns: Columns) -> RowBlock:
    """One row a served line, scanning site and year."""
    keys = sorted({(arc.line, arc.to_site, arc.year) for arc in columns.arcs})
    index = {key: row for row, key in enumerate(keys)}
    starts = columns.starts
    arcs = np.array([index[arc.line, arc.to_site, arc.year] for arc in columns.arcs], dtype=np.int64)
    parts = [(arcs, starts["arcs"] + np.arange(len(arcs)), np.ones(len(arcs)))]
    parts += _schedule_parts(columns, index, "capacity")
    years = columns.register.settings.years
    for number, each in enumerate(columns.additions):
        rows = np.array([index.get((each.option.line, each.site.code, t), -1) for t in range(years)])
        found = rows >= 0
        column = np.full(int(found.sum()), starts["additions"] + number)
        parts.append((rows[found], column, -each.capacity[found] / THOUSAND))
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
    parts = [(rows, columns.starts["arcs"] + numbers, np.ones(len(rows)))]
    parts += _schedule_parts(columns, index, "lost")
    share = float(register.settings.travel_share)
    upper = np.array([share * register.demand[line, site][year] / THOUSAND for line, site, year in keys])
    names = [_name("travel", *key, columns) for key in keys]
    return gather("service", names, np.full(len(keys), -np.inf), upper, parts)


def _schedule_parts(
    columns: Columns, index: dict[tuple[str, str, int], int], figure: str
) -> list[tuple[Index, Index, Numbers]]:
    """Nonzeros of ``- figure[i,k,t] y[i,k]`` in thousand scans, for machines whose line and site have rows."""
    table, years = columns.table, columns.register.settings.years
    parts = []
    for number, menu in enumerate(table.menus):
        rows = np.array([index.get((menu.asset.line, menu.asset.site, t), -1) for t in range(years)])
        values = getattr(menu.figures, figure)
        schedule, year = np.nonzero((values != 0) & (rows >= 0)[None, :])
        parts.append((rows[year], table.first[number] + schedule, -values[schedule, year] / THOUSAND))
    return parts


def _name(kind: str, line: str, site: str, year: int, columns: Columns) -> str:
    return f"{kind}.{slug(line)}.{slug(site)}.{columns.register.settings.horizon[year]}"
