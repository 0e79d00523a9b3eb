"""Extra capacity: extended hours, mobile vans, outside providers and outsourced reports, within their limits.

hours     ``e[m,s,h,t] <= sum_i sum_k extra[i,k,h,t] y[i,k] + sum extra[o,tau,h,t] n[s,o,tau] + committed`` (thousand
          hours)

vans      ``g[m,s,t] <= days x scans a day x v[m,s,t]``, ``g[m,s,t] <= sum_s' f[m,s',s,t]``; a van for cover only
          ``v[m,s,t] <= most sum_k swap[i,k,t] y[i,k]``; over the places of a line ``sum days v <= limit``

outside   over the places of a line ``sum_s x[m,s,t] <= limit + unmet[t]``

reports   over the trusts of a line ``sum_g done[m,g,outsourced,t] <= limit``
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.provision import outside_limit
from capitalplan.formulation.rows import Index, Part, RowBlock, gather
from capitalplan.formulation.variables import Columns
from capitalplan.register.register import ExtraCapacity

__all__ = ["hours_rows", "outside_rows", "outsourced_rows", "van_cover_rows", "van_limit_rows", "van_rows"]

THOUSAND = 1000.0


def hours_rows(columns: Columns) -> RowBlock:
    """One row a site, throughput class and year in which extended hours are offered."""
    starts, horizon, hours = columns.starts, columns.register.settings.horizon, columns.provision.hours
    index = {(each.extra.line, each.site, each.scans_per_hour, each.year): row for row, each in enumerate(hours)}
    rows = np.arange(len(hours))
    parts: list[Part] = [(rows, starts["hours"] + rows, np.ones(len(rows)))]
    for number, menu in enumerate(columns.table.menus):
        for rate, values in menu.figures.extra.items():
            schedule, year = np.nonzero(values)
            at = _rows_of(index, (menu.asset.line, menu.asset.site, rate), year)
            parts.append((at, columns.table.first[number] + schedule, -values[schedule, year] / THOUSAND))
    for number, each in enumerate(columns.additions):
        year = np.flatnonzero(each.extra_hours)
        at = _rows_of(index, (each.option.line, each.site.code, each.machine.scans_per_hour), year)
        parts.append((at, np.full(len(year), starts["additions"] + number), -each.extra_hours[year] / THOUSAND))
    upper = np.zeros(len(hours))
    for fixed in columns.fixed:
        year = np.flatnonzero(fixed.extra_hours)
        at = _rows_of(index, (fixed.scheme.line, fixed.scheme.site, fixed.machine.scans_per_hour), year)
        upper[at] += fixed.extra_hours[year] / THOUSAND
    names = [
        f"hours.{slug(each.extra.line)}.{slug(each.site)}.{each.scans_per_hour.numerator}_"
        f"{each.scans_per_hour.denominator}.{horizon[each.year]}"
        for each in hours
    ]
    return gather("extra", names, np.full(len(hours), -np.inf), upper, parts)


def _rows_of(index: dict[tuple[str, str, Fraction, int], int], place: tuple[str, str, Fraction], years: Index) -> Index:
    return np.array([index[*place, int(year)] for year in years], dtype=np.int64)


def van_rows(columns: Columns) -> RowBlock:
    """Two rows a van's site and year: scans on it within its hires, and within the scans done at the site."""
    starts, horizon = columns.starts, columns.register.settings.horizon
    vans, hires = columns.provision.on_vans, columns.provision.hires
    index = {(each.line, each.site, each.year): row for row, each in enumerate(vans)}
    rows = np.arange(len(vans))
    scans = np.array([hires[each.hire].scans for each in vans], dtype=float)
    found = [
        (index[arc.line, arc.to_site, arc.year], number)
        for number, arc in enumerate(columns.arcs)
        if (arc.line, arc.to_site, arc.year) in index
    ]
    arcs = np.array([number for _, number in found], dtype=np.int64)
    done = np.array([row for row, _ in found], dtype=np.int64)
    parts = [
        (rows, starts["on_vans"] + rows, np.ones(len(rows))),
        (rows, starts["hires"] + np.array([each.hire for each in vans], dtype=np.int64), -scans / THOUSAND),
        (len(vans) + rows, starts["on_vans"] + rows, np.ones(len(rows))),
        (len(vans) + done, starts["arcs"] + arcs, -np.ones(len(arcs))),
    ]
    names = [
        f"{kind}.{slug(each.line)}.{slug(each.site)}.{horizon[each.year]}"
        for kind in ("van", "van_use")
        for each in vans
    ]
    return gather("extra", names, np.full(len(names), -np.inf), np.zeros(len(names)), parts)


def van_cover_rows(columns: Columns) -> RowBlock:
    """One row a hire of a van that may only stand in for a machine being replaced."""
    starts, horizon = columns.starts, columns.register.settings.horizon
    hires = [(number, each) for number, each in enumerate(columns.provision.hires) if each.extra.cover_only]
    index = {(each.extra.line, each.site.code, each.year): row for row, (_, each) in enumerate(hires)}
    rows = np.arange(len(hires))
    numbers = np.array([number for number, _ in hires], dtype=np.int64)
    parts: list[Part] = [(rows, starts["hires"] + numbers, np.ones(len(rows)))]
    for number, menu in enumerate(columns.table.menus):
        schedule, year = np.nonzero(menu.figures.swap)
        at = np.array([index.get((menu.asset.line, menu.asset.site, int(t)), -1) for t in year], dtype=np.int64)
        seen = at >= 0
        most = np.array([hires[row][1].most for row in at[seen]], dtype=float)
        parts.append((at[seen], columns.table.first[number] + schedule[seen], -most))
    names = [f"van_cover.{slug(each.extra.line)}.{slug(each.site.code)}.{horizon[each.year]}" for _, each in hires]
    return gather("extra", names, np.full(len(hires), -np.inf), np.zeros(len(hires)), parts)


def van_limit_rows(columns: Columns) -> RowBlock:
    """One row a limited van and year: days over all of its places."""
    starts = columns.starts
    items = [
        (each.extra, each.year, starts["hires"] + number, float(each.extra.minimum_days))
        for number, each in enumerate(columns.provision.hires)
        if each.extra.limit is not None
    ]
    return _limits("van_days", items, 1.0, columns)


def outside_rows(columns: Columns) -> RowBlock:
    """One row a limited outside provider and year; what is over its limit is priced."""
    starts, horizon = columns.starts, columns.register.settings.horizon
    unmet = columns.provision.unmet
    index = {(each.extra.name, each.year): row for row, each in enumerate(unmet)}
    governed = {(each.extra.line, place): each.extra.name for each in unmet for place in each.extra.places}
    found = []
    for number, each in enumerate(columns.shortfalls):
        row = index.get((governed.get((each.line, each.site), ""), each.year))
        if row is not None:
            found.append((row, starts["shortfalls"] + number))
    rows = np.arange(len(unmet))
    parts = [
        (np.array([r for r, _ in found], dtype=np.int64), np.array([c for _, c in found], dtype=np.int64),
         np.ones(len(found))),
        (rows, starts["unmet"] + rows, -np.ones(len(rows))),
    ]  # fmt: skip
    upper = [float(outside_limit(each.extra, horizon[each.year]) or 0) / THOUSAND for each in unmet]
    names = [f"outside.{slug(each.extra.name)}.{horizon[each.year]}" for each in unmet]
    return gather("extra", names, np.full(len(unmet), -np.inf), upper, parts)


def outsourced_rows(columns: Columns) -> RowBlock:
    """One row a limited outsourcing of reports and year: reports over all of its trusts."""
    starts = columns.starts
    items = [
        (each.extra, each.year, starts["reported"] + number, 1.0)
        for number, each in enumerate(columns.provision.reported)
        if each.extra is not None and each.extra.limit is not None
    ]
    return _limits("outsourced", items, THOUSAND, columns)


def _limits(kind: str, items: list[tuple[ExtraCapacity, int, int, float]], unit: float, columns: Columns) -> RowBlock:
    horizon = columns.register.settings.horizon
    members: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    limit: dict[str, float] = {}
    for extra, year, column, value in items:
        members[extra.name, year].append((column, value))
        limit[extra.name] = float(extra.limit or 0) / unit
    parts = [
        (
            np.full(len(found), row),
            np.array([column for column, _ in found], dtype=np.int64),
            np.array([value for _, value in found]),
        )
        for row, found in enumerate(members.values())
    ]
    names = [f"{kind}.{slug(name)}.{horizon[year]}" for name, year in members]
    return gather("extra", names, np.full(len(names), -np.inf), [limit[name] for name, _ in members], parts)
