"""Columns of the problem: blocks of variables and the numbers of their columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from capitalplan.finance.costs import Rates
from capitalplan.formulation.additions import (
    Addition,
    FixedAddition,
    Room,
    committed_additions,
    new_rooms,
    possible_additions,
)
from capitalplan.formulation.provision import Provision, build_provision
from capitalplan.formulation.schedules import Menu, ScheduleTable, build_schedules
from capitalplan.register.register import Register, Source
from capitalplan.terms import ExtraKind

__all__ = ["Arc", "Columns", "Payment", "Shortfall", "build_columns"]


@dataclass(frozen=True, slots=True)
class Arc:
    """``f[m,s,s',t]``: thousand scans of patients of one site done at another (or the same) in a year."""

    line: str
    from_site: str
    to_site: str
    year: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """``x[m,s,t]``: thousand scans of a site's patients bought outside in a year."""

    line: str
    site: str
    year: int


@dataclass(frozen=True, slots=True)
class Payment:
    """``pay[f,g,t]``: £ thousand from a shared source for a trust in a year."""

    source: Source
    trust: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All columns, block after block: schedules, additions, rooms, van hires, and from there on continuous ones.

    Attributes
    ----------
    table
        Schedules, the first block.
    additions, rooms, arcs, shortfalls, payments
        What each column of the later blocks stands for, in order.
    provision
        The blocks of the service side.
    fixed
        Committed additions, which have no columns.
    served
        Service lines that have demand, sorted.
    """

    register: Register
    rates: Rates
    table: ScheduleTable
    additions: tuple[Addition, ...]
    rooms: tuple[Room, ...]
    arcs: tuple[Arc, ...]
    shortfalls: tuple[Shortfall, ...]
    payments: tuple[Payment, ...]
    provision: Provision
    fixed: tuple[FixedAddition, ...]
    served: tuple[str, ...]

    @property
    def starts(self) -> dict[str, int]:
        """Number of the first column of each block."""
        sizes = {
            "schedules": int(self.table.first[-1]),
            "additions": len(self.additions),
            "rooms": len(self.rooms),
            "hires": len(self.provision.hires),
            "arcs": len(self.arcs),
            "shortfalls": len(self.shortfalls),
            "payments": len(self.payments),
            "hours": len(self.provision.hours),
            "on_vans": len(self.provision.on_vans),
            "lists": len(self.provision.lists),
            "over": len(self.provision.lists),
            "away": len(self.provision.away),
            "unmet": len(self.provision.unmet),
            "reported": len(self.provision.reported),
            "backlogs": len(self.provision.backlogs),
            "late": len(self.provision.backlogs),
            "draws": len(self.provision.draws),
        }
        ends = np.cumsum([0, *sizes.values()])
        return dict(zip([*sizes, "end"], (int(end) for end in ends), strict=True))


def build_columns(register: Register, *, prune: bool = True) -> Columns:
    """Decide which variables the register needs."""
    table = build_schedules(register, prune=prune)
    rates = Rates.of(register.settings)
    served = tuple(sorted({line for line, _ in register.demand}))
    additions = possible_additions(register, rates, table.menus, served)
    fixed = committed_additions(register, rates)
    listed = {(each.line, each.site) for each in register.waiting}
    return Columns(
        register=register,
        rates=rates,
        table=table,
        additions=additions,
        rooms=new_rooms(register, rates, additions),
        arcs=_arcs(register, additions, served),
        shortfalls=tuple(
            Shortfall(line, site, year)
            for (line, site), scans in sorted(register.demand.items())
            for year in range(register.settings.years)
            if scans[year] or (line, site) in listed
        ),
        payments=tuple(
            Payment(source, trust, year)
            for year in range(register.settings.years)
            for source in register.sources
            if source.trust is None
            for trust in sorted(register.trusts)
        ),
        provision=build_provision(register, served, _throughput_classes(table.menus, additions, fixed)),
        fixed=fixed,
        served=served,
    )


def _throughput_classes(
    menus: Sequence[Menu], additions: Sequence[Addition], fixed: Sequence[FixedAddition]
) -> dict[tuple[str, str], set[Fraction]]:
    """Scans an hour of the machines that may work extra hours, by (service line, site)."""
    classes: dict[tuple[str, str], set[Fraction]] = defaultdict(set)
    for menu in menus:
        classes[menu.asset.line, menu.asset.site] |= set(menu.figures.extra)
    for each in additions:
        if each.extra_hours.any():
            classes[each.option.line, each.site.code].add(each.machine.scans_per_hour)
    for added in fixed:
        if added.extra_hours.any():
            classes[added.scheme.line, added.scheme.site].add(added.machine.scans_per_hour)
    return {place: rates for place, rates in classes.items() if rates}


def _arcs(register: Register, additions: Sequence[Addition], served: Sequence[str]) -> tuple[Arc, ...]:
    """Arcs from sites with demand to themselves and to linked sites, open in the year and able to scan."""
    able = {(asset.line, asset.site) for asset in register.assets}
    able |= {(scheme.line, scheme.site) for scheme in register.committed}
    able |= {(each.option.line, each.site.code) for each in additions}
    able |= {
        (each.line, code)
        for each in register.extra
        if each.kind is ExtraKind.VAN and not each.cover_only
        for code in each.places
        if register.sites[code].van_standing
    }
    listed = {(each.line, each.site) for each in register.waiting}
    reach: dict[str, list[str]] = {code: [code] for code in register.sites}
    for link in register.links:
        reach[link.from_site].append(link.to_site)
    return tuple(
        Arc(line, start, end, year)
        for line in served
        for start in register.sites
        if (line, start) in register.demand
        for end in reach[start]
        if (line, end) in able
        for year, calendar in enumerate(register.settings.horizon)
        if (register.demand[line, start][year] or (line, start) in listed)
        and (register.sites[end].is_open(calendar) or end == start)
    )
