"""How patients are served, line by line: who is moved, who waits, what vans and extra hours do, what is reported."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import ExtraHours, Flow, Moved, Outside, Reports, VanHire, Waiting
from capitalplan.register.register import Register
from capitalplan.terms import StaffGroup

__all__ = ["extra_hours", "flows", "mean_wait", "moves", "outside", "reports", "share_over", "vans", "waiting"]

WEEKS_IN_A_YEAR = 52


def flows(choices: Choices) -> tuple[Flow, ...]:
    """Patients by site of scan, only non-zero lines."""
    horizon = choices.columns.register.settings.horizon
    return tuple(
        Flow(line=line, from_site=home, to_site=place, year=horizon[t], scans=scans)
        for (line, home, place, t), scans in sorted(choices.flows.items())
    )


def outside(choices: Choices) -> tuple[Outside, ...]:
    """Scans bought outside, only non-zero lines."""
    horizon = choices.columns.register.settings.horizon
    return tuple(
        Outside(line=line, site=site, year=horizon[t], scans=scans)
        for (line, site, t), scans in sorted(choices.outside.items())
    )


def moves(choices: Choices) -> tuple[Moved, ...]:
    """Patients of one trust scanned at another's sites, only non-zero lines."""
    register = choices.columns.register
    moved: dict[tuple[str, str, str, int], Fraction] = defaultdict(Fraction)
    for (line, home, place, t), scans in choices.flows.items():
        trust, other = register.sites[home].trust, register.sites[place].trust
        if trust != other:
            moved[line, trust, other, t] += scans
    return tuple(
        Moved(line=line, from_trust=trust, to_trust=other, year=register.settings.horizon[t], scans=scans)
        for (line, trust, other, t), scans in sorted(moved.items())
    )


def extra_hours(choices: Choices) -> tuple[ExtraHours, ...]:
    """Extended hours worked, only non-zero lines."""
    horizon = choices.columns.register.settings.horizon
    return tuple(
        ExtraHours(line=line, site=site, scans_per_hour=rate, year=horizon[t], hours=hours)
        for (line, site, rate, t), hours in sorted(choices.hours.items())
    )


def vans(choices: Choices) -> tuple[VanHire, ...]:
    """Vans hired, in order of line, site and year."""
    horizon = choices.columns.register.settings.horizon
    hired = sorted(choices.hires, key=lambda pair: (pair[0].extra.line, pair[0].site.code, pair[0].year))
    return tuple(
        VanHire(
            name=hire.extra.name,
            line=hire.extra.line,
            site=hire.site.code,
            year=horizon[hire.year],
            days=count * hire.extra.minimum_days,
            scans=choices.on_vans.get((hire.extra.line, hire.site.code, hire.year), Fraction(0)),
        )
        for hire, count in hired
    )


def waiting(choices: Choices) -> tuple[Waiting, ...]:
    """Every waiting list at the end of every year, with the waits estimated from it."""
    register = choices.columns.register
    targets = {(each.line, each.site): each.targets for each in register.waiting}
    lines = []
    for (line, site, t), patients in sorted(choices.lists.items()):
        joining = _joining(register, line, site, t)
        lines.append(
            Waiting(
                line=line,
                site=site,
                year=register.settings.horizon[t],
                patients=patients,
                target=targets[line, site][t],
                mean_weeks=mean_wait(patients, joining) if joining else None,
                share_over=share_over(patients, joining, register) if joining else None,
            )
        )
    return tuple(lines)


def mean_wait(patients: Fraction, joining: int) -> float:
    """Estimated mean wait, weeks: the list over those who join it in a year (Little's law)."""
    return float(WEEKS_IN_A_YEAR * patients / joining)


def share_over(patients: Fraction, joining: int, register: Register) -> float:
    """Estimated share waiting longer than the standard, waits taken to be spread exponentially (Fong et al. 2022)."""
    if not patients:
        return 0.0
    return math.exp(-float(register.settings.waiting_standard_weeks * joining / (WEEKS_IN_A_YEAR * patients)))


def reports(choices: Choices) -> tuple[Reports, ...]:
    """Reporting by line, trust and year, wherever reports are counted."""
    register = choices.columns.register
    needed: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for (line, site, t), scans in choices.done.items():
        needed[line, register.sites[site].trust, t] += scans

    def made(line: str, trust: str, group: StaffGroup | None, t: int) -> Fraction:
        return choices.reports.get((line, trust, group, t), Fraction(0))

    return tuple(
        Reports(
            line=line,
            trust=trust,
            year=register.settings.horizon[t],
            needed=needed[line, trust, t],
            radiologist=made(line, trust, StaffGroup.RADIOLOGIST, t),
            radiographer=made(line, trust, StaffGroup.REPORTING_RADIOGRAPHER, t),
            outsourced=made(line, trust, None, t),
            backlog=backlog,
        )
        for (line, trust, t), backlog in sorted(choices.backlogs.items())
    )


def _joining(register: Register, line: str, site: str, year: int) -> int:
    """Patients who join a waiting list in a year (position)."""
    by_year = register.waiting_demand.get((line, site))
    return 0 if by_year is None else by_year[year]
