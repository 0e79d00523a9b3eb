"""Staff that a plan needs, by group, trust and year, against what there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.formulation.provision import REPORTERS
from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import StaffUse
from capitalplan.register.register import Register
from capitalplan.service.staff import hours_per_report, hours_per_scan, pool_hours
from capitalplan.settings import Settings
from capitalplan.terms import StaffGroup, round_half_up

__all__ = ["Pool", "Staffing", "staff_lines"]

WEEKS_IN_A_YEAR = 52

Need = Mapping[tuple[StaffGroup, str, int], Fraction]
"""Productive hours needed by group, trust and year (position), exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """How far the hours of a pool are used in a year (position); ``trust`` is None for the pool any trust may use."""

    group: StaffGroup
    trust: str | None
    year: int
    hours: int
    used: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Hours a plan needs, and what it leaves of those there are."""

    register: Register
    need: Need

    @classmethod
    def of(cls, choices: Choices) -> Staffing:
        """Staff needed by the scans and reports of a plan."""
        return cls(register=choices.columns.register, need=_radiographers(choices) | _reporters(choices))

    def pools(self, group: StaffGroup) -> tuple[Pool, ...]:
        """Every trust's own pool of a limited group, and the shared one where there is one, year by year.

        Trusts use their own hours first; what they need beyond these they draw on the shared pool.
        """
        register = self.register
        has_shared = any(pool.group is group and pool.trust is None for pool in register.staff)
        pools = []
        for year in range(register.settings.years):
            drawn = Fraction(0)
            for trust in sorted(register.trusts):
                own, needed = pool_hours(register, group, trust, year), self.need.get((group, trust, year), Fraction(0))
                used = min(needed, Fraction(own)) if has_shared else needed
                drawn += needed - used
                pools.append(Pool(group=group, trust=trust, year=year, hours=own, used=used))
            if has_shared:
                shared = pool_hours(register, group, None, year)
                pools.append(Pool(group=group, trust=None, year=year, hours=shared, used=drawn))
        return tuple(pools)


def staff_lines(staffing: Staffing) -> tuple[StaffUse, ...]:
    """Staff needed by every trust with sites in every year, of every group of which any is needed."""
    return tuple(_staff_lines(staffing))


def _staff_lines(staffing: Staffing) -> Iterator[StaffUse]:
    register, need = staffing.register, staffing.need
    limited = {pool.group for pool in register.staff}
    groups = [group for group in StaffGroup if any(need[key] for key in need if key[0] is group)]
    for group in groups:
        for trust in sorted({site.trust for site in register.sites.values()}):
            for year, start in enumerate(register.settings.horizon):
                hours = Fraction(round_half_up(need.get((group, trust, year), Fraction(0)) * 1000), 1000)
                yield StaffUse(
                    group=str(group),
                    trust=trust,
                    year=start,
                    hours=hours,
                    wte=_wte(hours, group, register.settings),
                    own_hours=pool_hours(register, group, trust, year) if group in limited else None,
                )


def _radiographers(choices: Choices) -> dict[tuple[StaffGroup, str, int], Fraction]:
    """Hours of the scans done at a trust's sites, less those on vans that bring their own crew."""
    register = choices.columns.register
    crewed = {(van.line, van.site, van.year) for van in choices.columns.provision.on_vans if van.crewed}
    need: dict[tuple[StaffGroup, str, int], Fraction] = defaultdict(Fraction)
    for (line, site, year), scans in choices.done.items():
        by_crew = choices.on_vans.get((line, site, year), Fraction(0)) if (line, site, year) in crewed else Fraction(0)
        hours = hours_per_scan(register.lines[line]) * (scans - by_crew)
        need[StaffGroup.RADIOGRAPHER, register.sites[site].trust, year] += hours
    return need


def _reporters(choices: Choices) -> dict[tuple[StaffGroup, str, int], Fraction]:
    """Hours of the reports made; where no reporters are given, of all scans, radiographers making their full share."""
    register = choices.columns.register
    need: dict[tuple[StaffGroup, str, int], Fraction] = defaultdict(Fraction)
    if any(pool.group in REPORTERS for pool in register.staff):
        for (line, trust, group, year), made in choices.reports.items():
            if group is not None:
                need[group, trust, year] += hours_per_report(register.lines[line]) * made
        return need
    for (line, site, year), scans in choices.done.items():
        about, trust = register.lines[line], register.sites[site].trust
        hours = hours_per_report(about) * scans
        need[StaffGroup.REPORTING_RADIOGRAPHER, trust, year] += about.radiographer_reporting_share * hours
        need[StaffGroup.RADIOLOGIST, trust, year] += (1 - about.radiographer_reporting_share) * hours
    return need


def _wte(hours: Fraction, group: StaffGroup, settings: Settings) -> float:
    """Whole-time equivalents of productive hours; 0 where nobody is productive."""
    share = (
        settings.radiographer_productive_share
        if group is StaffGroup.RADIOGRAPHER
        else settings.reporting_productive_share
    )
    a_year = settings.hours_per_wte * WEEKS_IN_A_YEAR * share
    return float(hours / a_year) if a_year else 0.0
