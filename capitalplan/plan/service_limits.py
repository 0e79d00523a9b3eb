"""Which limits of staff and of extra capacity hold the plan back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from capitalplan.formulation.provision import REPORTERS, outside_limit
from capitalplan.plan.breaches import Excess
from capitalplan.plan.decode import Choices, Place
from capitalplan.plan.headroom import NETWORK
from capitalplan.plan.plan import Binding
from capitalplan.plan.staffing import Pool, Staffing
from capitalplan.terms import ExtraKind, StaffGroup, round_half_up

__all__ = ["service_limits"]

SPARE = 1
"""Hours, scans or reports that may be left of a limit that is used up."""

LEAST = 1
"""Patients, scans or reports from which on something is held back: less is left by rounding to thousandths."""

TrustYear = tuple[str, int]
"""Trust, position of the year."""


def service_limits(choices: Choices, excess: Excess, staffing: Staffing) -> tuple[Binding, ...]:
    """Limits of the service side that are used up.

    Those of staff are listed where something is held back: scans of the trust's patients are bought outside or done by
    the crew of a van, patients wait over target, or, of reporters, reports are outsourced or late.
    """
    return tuple(
        sorted(
            (
                *_staff(choices, excess, staffing),
                *_hours(choices),
                *_vans(choices),
                *_outside(choices),
                *_reports(choices),
            ),
            key=lambda each: (each.rule, each.unit, each.place, each.year or 0),
        )
    )


def _staff(choices: Choices, excess: Excess, staffing: Staffing) -> Iterator[Binding]:
    register = choices.columns.register
    horizon, limited = register.settings.horizon, {pool.group for pool in register.staff}
    scans, reports = _held_back(choices, excess), _reports_held_back(choices, excess)
    for group in (each for each in StaffGroup if each in limited):
        held = scans | reports if group in REPORTERS else scans
        pools = staffing.pools(group)
        shared = {pool.year: pool for pool in pools if pool.trust is None}
        for pool in pools:
            if pool.trust is None:
                binds = _is_used_up(pool) and any(year == pool.year for _, year in held)
            else:
                free = pool.year in shared and not _is_used_up(shared[pool.year])
                binds = _is_used_up(pool) and not free and (pool.trust, pool.year) in held
            if binds:
                yield Binding(
                    rule="reporting" if group in REPORTERS else "workforce",
                    place=pool.trust or NETWORK,
                    year=horizon[pool.year],
                    amount=pool.hours,
                    used=round_half_up(pool.used),
                    unit=f"{group} hours",
                )


def _is_used_up(pool: Pool) -> bool:
    return pool.used > 0 and pool.used >= pool.hours - SPARE


def _held_back(choices: Choices, excess: Excess) -> set[TrustYear]:
    """Trusts and years whose patients are scanned outside or by the crew of a van, or wait over target."""
    sites = choices.columns.register.sites
    crewed = {(van.line, van.site, van.year) for van in choices.columns.provision.on_vans if van.crewed}
    by_crew = {key: scans for key, scans in choices.on_vans.items() if key in crewed}
    return {
        (sites[site].trust, year)
        for amounts in (choices.outside, excess.over, by_crew)
        for (_, site, year), amount in amounts.items()
        if amount >= LEAST
    }


def _reports_held_back(choices: Choices, excess: Excess) -> set[TrustYear]:
    """Trusts and years of which reports are outsourced or late."""
    return {
        (trust, year)
        for amounts in (_outsourced(choices), excess.late)
        for (_, trust, year), amount in amounts.items()
        if amount >= LEAST
    }


def _hours(choices: Choices) -> Iterator[Binding]:
    """Sites at which every extra hour that machines of a line can work is worked."""
    columns = choices.columns
    able: dict[Place, int] = defaultdict(int)
    for menu, chosen in choices.schedules:
        for by_schedule in menu.figures.extra.values():
            for year, hours in enumerate(by_schedule[chosen]):
                able[menu.asset.line, menu.asset.site, year] += int(hours)
    for each, count in choices.additions:
        for year, hours in enumerate(each.extra_hours):
            able[each.option.line, each.site.code, year] += count * int(hours)
    for fixed in columns.fixed:
        for year, hours in enumerate(fixed.extra_hours):
            able[fixed.scheme.line, fixed.scheme.site, year] += int(hours)
    worked: dict[Place, Fraction] = defaultdict(Fraction)
    for (line, site, _, year), hours in choices.hours.items():
        worked[line, site, year] += hours
    for key, hours in worked.items():
        if hours >= able[key] - SPARE:
            yield _extra(choices, key[1], key[2], able[key], hours, "extra hours")


def _vans(choices: Choices) -> Iterator[Binding]:
    """Vans of which no further hire is left."""
    extras = {hire.extra.name: hire.extra for hire, _ in choices.hires}
    days: dict[tuple[str, int], int] = defaultdict(int)
    for hire, count in choices.hires:
        days[hire.extra.name, hire.year] += count * hire.extra.minimum_days
    for (name, year), hired in days.items():
        limit = extras[name].limit
        if limit is not None and hired + extras[name].minimum_days > limit:
            yield _extra(choices, name, year, int(limit), Fraction(hired), "van days")


def _outside(choices: Choices) -> Iterator[Binding]:
    """Outside providers whose limit is reached or passed."""
    register = choices.columns.register
    for extra in (each for each in register.extra if each.kind is ExtraKind.OUTSIDE):
        for year, start in enumerate(register.settings.horizon):
            limit = outside_limit(extra, start)
            bought = _total(choices.outside, extra.line, extra.places, year)
            if limit is not None and bought >= LEAST and bought >= limit - SPARE:
                yield _extra(choices, extra.name, year, int(limit), bought, "scans")


def _reports(choices: Choices) -> Iterator[Binding]:
    """Outsourcing of reports whose limit is reached."""
    register, outsourced = choices.columns.register, _outsourced(choices)
    for extra in (each for each in register.extra if each.kind is ExtraKind.REPORTING):
        for year in range(register.settings.years):
            made = _total(outsourced, extra.line, extra.places, year)
            if extra.limit is not None and made >= LEAST and made >= extra.limit - SPARE:
                yield _extra(choices, extra.name, year, int(extra.limit), made, "reports")


def _outsourced(choices: Choices) -> dict[Place, Fraction]:
    return {(line, trust, year): made for (line, trust, group, year), made in choices.reports.items() if group is None}


def _total(amounts: Mapping[Place, Fraction], line: str, places: tuple[str, ...], year: int) -> Fraction:
    return sum((amounts.get((line, place, year), Fraction(0)) for place in places), Fraction(0))


def _extra(choices: Choices, place: str, year: int, amount: int, used: Fraction, unit: str) -> Binding:
    start = choices.columns.register.settings.horizon[year]
    return Binding(rule="extra", place=place, year=start, amount=amount, used=round_half_up(used), unit=unit)
