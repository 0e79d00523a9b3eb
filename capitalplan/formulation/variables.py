"""Columns of the problem: blocks of variables and the numbers of their columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

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
from capitalplan.formulation.approved import Approved, Deviation, deviations
from capitalplan.formulation.charges import Borne, borne_charges, borne_rebates
from capitalplan.formulation.provision import Provision, build_provision
from capitalplan.formulation.purses import Purses, build_purses
from capitalplan.formulation.schedules import Menu, ScheduleTable, build_schedules
from capitalplan.formulation.tiers import Tiers, build_tiers
from capitalplan.register.register import Register, RevenueLimit
from capitalplan.terms import ExtraKind

__all__ = ["Arc", "Columns", "OverRevenue", "Shortfall", "Spread", "build_columns"]


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
class OverRevenue:
    """``over[g,t]``: £ thousand by which a trust's revenue statement of a year (position) exceeds its limit."""

    trust: str
    year: int
    limit_gbp: int


class Spread(StrEnum):
    """``lo``: the least of what is to differ little between trusts, as a share."""

    UNMET = "unmet"
    CAPITAL = "capital"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """All columns, block after block: schedules, additions, rooms, van hires, tiers, and then continuous ones.

    It has no slots, so that it may keep what it found.

    Attributes
    ----------
    table
        Schedules, the first block.
    additions, rooms, arcs, shortfalls, over_revenue, spreads, deviations
        What each column of the later blocks stands for, in order.
    provision
        The blocks of the service side.
    tiers
        Price tiers and rebates.
    borne
        What each schedule, addition and room charges to limits, by class of payers.
    rebated
        What rebates take off that; columns are counted from the first rebate on.
    purses
        The blocks of who pays.
    approved
        The approved plan to stay close to, if there is one.
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
    over_revenue: tuple[OverRevenue, ...]
    spreads: tuple[Spread, ...]
    deviations: tuple[Deviation, ...]
    provision: Provision
    tiers: Tiers
    borne: Borne
    rebated: Borne
    purses: Purses
    approved: Approved | None
    fixed: tuple[FixedAddition, ...]
    served: tuple[str, ...]

    @property
    def charged(self) -> Borne:
        """What every choice charges to limits, rebates taken off."""
        return self.borne.less(self.rebated, self.starts["rebates"])

    @cached_property
    def starts(self) -> dict[str, int]:
        """Number of the first column of each block."""
        sizes = {
            "schedules": int(self.table.first[-1]),
            "additions": len(self.additions),
            "rooms": len(self.rooms),
            "hires": len(self.provision.hires),
            "tiers": len(self.tiers.reached),
            "arcs": len(self.arcs),
            "shortfalls": len(self.shortfalls),
            "rebates": len(self.tiers.rebates),
            "payments": len(self.purses.payments),
            "carries": len(self.purses.carries),
            "shorts": len(self.purses.shorts),
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
            "over_revenue": len(self.over_revenue),
            "spreads": len(self.spreads),
            "more": len(self.deviations),
            "fewer": len(self.deviations),
        }
        ends = np.cumsum([0, *sizes.values()])
        return dict(zip([*sizes, "end"], (int(end) for end in ends), strict=True))


def build_columns(register: Register, *, prune: bool = True, lifted: frozenset[str] = frozenset()) -> Columns:
    """Decide which variables the register needs."""
    table = build_schedules(register, prune=prune, lifted=lifted)
    rates = Rates.of(register.settings)
    served = tuple(sorted(register.served))
    additions = possible_additions(register, rates, table.menus, served)
    fixed = committed_additions(register, rates)
    rooms = new_rooms(register, rates, additions)
    approved = Approved.of(register)
    tiers = build_tiers(register, rates, table.menus, table.first, additions)
    borne = borne_charges(table.menus, additions, rooms, register)
    listed = {(each.line, each.site) for each in register.waiting}
    return Columns(
        register=register,
        rates=rates,
        table=table,
        additions=additions,
        rooms=rooms,
        arcs=_arcs(register, additions, served),
        shortfalls=tuple(
            Shortfall(line, site, year)
            for (line, site), scans in sorted(register.demand.items())
            for year in range(register.settings.years)
            if scans[year] or (line, site) in listed
        ),
        over_revenue=tuple(over for limit in register.revenue_limits for over in _over_revenue(limit)),
        spreads=_spreads(register),
        deviations=deviations(approved, additions, fixed),
        provision=build_provision(register, served, _throughput_classes(table.menus, additions, fixed)),
        tiers=tiers,
        borne=borne,
        rebated=borne_rebates(tiers, register),
        purses=build_purses(register, borne),
        approved=approved,
        fixed=fixed,
        served=served,
    )


def _over_revenue(line: RevenueLimit) -> list[OverRevenue]:
    return [OverRevenue(line.trust, year, limit) for year, limit in enumerate(line.limits_gbp) if limit is not None]


def _spreads(register: Register) -> tuple[Spread, ...]:
    settings = register.settings
    bounds = {Spread.UNMET: settings.fair_unmet_spread, Spread.CAPITAL: settings.fair_capital_spread}
    return tuple(spread for spread, bound in bounds.items() if bound is not None)


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
