"""Columns of the service side: vans, extra hours, waiting lists, reporting and staff."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import ExtraCapacity, Register, Site, WaitingList
from capitalplan.service.cover import cover_days, needs_cover
from capitalplan.terms import ExtraKind, StaffGroup

__all__ = [
    "DAYS_A_YEAR",
    "REPORTERS",
    "Away",
    "Backlog",
    "Draw",
    "Hire",
    "Hours",
    "ListEnd",
    "OnVan",
    "Provision",
    "Reported",
    "Unmet",
    "build_provision",
    "outside_limit",
]

DAYS_A_YEAR = 364
REPORTERS = (StaffGroup.RADIOLOGIST, StaffGroup.REPORTING_RADIOGRAPHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    """``v[m,s,t]``: whole hires of a mobile van at a site in a year (position in the horizon)."""

    extra: ExtraCapacity
    site: Site
    year: int
    most: int

    @property
    def scans(self) -> int:
        """Scans one hire can do."""
        return self.extra.minimum_days * self.extra.scans_per_day

    @property
    def price_gbp(self) -> int:
        """Price of one hire, £."""
        return self.extra.minimum_days * self.extra.price_gbp


@dataclass(frozen=True, slots=True)
class Hours:
    """``e[m,s,h,t]``: thousand extra hours worked on the machines of one throughput class at a site in a year."""

    extra: ExtraCapacity
    site: str
    scans_per_hour: Fraction
    year: int


@dataclass(frozen=True, slots=True)
class OnVan:
    """``g[m,s,t]``: thousand scans done on a van at a site in a year."""

    hire: int
    line: str
    site: str
    year: int
    crewed: bool


@dataclass(frozen=True, slots=True)
class ListEnd:
    """``b[m,s,t]``: thousand patients waiting at the end of a year; also ``over[m,s,t]``, those over the target."""

    waiting: WaitingList
    year: int


@dataclass(frozen=True, slots=True)
class Away:
    """``away[m,s,t]``: thousand unscheduled patients of a site not scanned at home in a year."""

    line: str
    site: str
    year: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """``unmet[p,t]``: thousand scans over the limit of an outside provider in a year."""

    extra: ExtraCapacity
    year: int


@dataclass(frozen=True, slots=True)
class Reported:
    """``done[m,g,c,t]``: thousand reports made in a year for a trust by a staff group, or outsourced (None)."""

    line: str
    trust: str
    year: int
    group: StaffGroup | None
    extra: ExtraCapacity | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """``r[m,g,t]``: thousand scans without a report at the end of a year; also ``late[m,g,t]``, those too many."""

    line: str
    trust: str
    year: int


@dataclass(frozen=True, slots=True)
class Draw:
    """``draw[c,g,t]``: thousand hours a trust draws on a pool that any trust may use, in a year."""

    group: StaffGroup
    trust: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What each column of the service side stands for, block by block.

    Attributes
    ----------
    hires
        Whole numbers; the other blocks are continuous.
    lists, backlogs
        Each stands for two blocks: the list and what is over its target, the backlog and what is over the turnaround.
    limited
        Staff groups that have pools.
    """

    hires: tuple[Hire, ...]
    hours: tuple[Hours, ...]
    on_vans: tuple[OnVan, ...]
    lists: tuple[ListEnd, ...]
    away: tuple[Away, ...]
    unmet: tuple[Unmet, ...]
    reported: tuple[Reported, ...]
    backlogs: tuple[Backlog, ...]
    draws: tuple[Draw, ...]
    limited: frozenset[StaffGroup]


def build_provision(
    register: Register, served: Sequence[str], classes: Mapping[tuple[str, str], Iterable[Fraction]]
) -> Provision:
    """Decide which columns the service side needs.

    Parameters
    ----------
    classes
        Throughput classes, scans an hour, that machines of a (service line, site) may have.
    """
    years = range(register.settings.years)
    hires = tuple(_hires(register, served))
    limited = frozenset(pool.group for pool in register.staff)
    reported, backlogs = _reporting(register, served)
    return Provision(
        hires=hires,
        hours=tuple(_hours(register, classes)),
        on_vans=tuple(
            OnVan(number, each.extra.line, each.site.code, each.year, each.extra.crewed)
            for number, each in enumerate(hires)
        ),
        lists=tuple(ListEnd(each, year) for each in register.waiting for year in years),
        away=tuple(_away(register)),
        unmet=tuple(
            Unmet(each, year)
            for each in register.extra
            if each.kind is ExtraKind.OUTSIDE
            for year in years
            if outside_limit(each, register.settings.horizon[year]) is not None
        ),
        reported=reported,
        backlogs=backlogs,
        draws=tuple(
            Draw(pool.group, trust, year)
            for pool in register.staff
            if pool.trust is None
            for trust in sorted(register.trusts)
            for year in years
        ),
        limited=limited,
    )


def outside_limit(extra: ExtraCapacity, year: int) -> Fraction | None:
    """Scans an outside provider may do in a financial year; None without limit."""
    return extra.limit if extra.is_offered(year) else Fraction(0)


def _hires(register: Register, served: Sequence[str]) -> Iterable[Hire]:
    covered = {(asset.line, asset.site): asset for asset in register.assets if needs_cover(asset, register)}
    for line in served:
        for site in register.sites.values():
            extra, asset = register.governing(ExtraKind.VAN, line, site.code), covered.get((line, site.code))
            if extra is None or not site.van_standing or (extra.cover_only and asset is None):
                continue
            most = DAYS_A_YEAR // extra.minimum_days
            if extra.limit is not None:
                most = min(most, math.floor(extra.limit / extra.minimum_days))
            if extra.cover_only and asset is not None:
                most = min(most, math.ceil(Fraction(cover_days(asset, register), extra.minimum_days)))
            for year, start in enumerate(register.settings.horizon):
                if most and site.is_open(start) and extra.is_offered(start):
                    yield Hire(extra=extra, site=site, year=year, most=most)


def _hours(register: Register, classes: Mapping[tuple[str, str], Iterable[Fraction]]) -> Iterable[Hours]:
    for (line, site), rates in sorted(classes.items()):
        extra = register.governing(ExtraKind.HOURS, line, site)
        for rate in sorted(rates):
            for year, start in enumerate(register.settings.horizon):
                if extra is not None and extra.is_offered(start):
                    yield Hours(extra, site, rate, year)


def _away(register: Register) -> Iterable[Away]:
    homes = {(asset.line, asset.site) for asset in register.assets}
    for (line, site), scans in sorted(register.unscheduled.items()):
        for year, start in enumerate(register.settings.horizon):
            if scans[year] and (line, site) in homes and register.sites[site].is_open(start):
                yield Away(line, site, year)


def _reporting(register: Register, served: Sequence[str]) -> tuple[tuple[Reported, ...], tuple[Backlog, ...]]:
    pools = {(pool.group, pool.trust) for pool in register.staff}
    if not any(group in REPORTERS for group, _ in pools):
        return (), ()
    reported, backlogs = [], []
    for line in served:
        about = register.lines[line]
        if not about.minutes_per_report:
            continue
        for trust in sorted({site.trust for site in register.sites.values()}):
            groups = [group for group in REPORTERS if {(group, trust), (group, None)} & pools]
            if not about.radiographer_reporting_share and StaffGroup.REPORTING_RADIOGRAPHER in groups:
                groups.remove(StaffGroup.REPORTING_RADIOGRAPHER)
            extra = register.governing(ExtraKind.REPORTING, line, trust)
            for year, start in enumerate(register.settings.horizon):
                reported += [Reported(line, trust, year, group, None) for group in groups]
                if extra is not None and extra.is_offered(start):
                    reported.append(Reported(line, trust, year, None, extra))
                backlogs.append(Backlog(line, trust, year))
    return tuple(reported), tuple(backlogs)
