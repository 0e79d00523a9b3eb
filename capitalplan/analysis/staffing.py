"""Staff that today's work and each year's demand need, beside what is in post, before any plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Register
from capitalplan.service.staff import hours_per_report, hours_per_scan
from capitalplan.settings import Settings
from capitalplan.terms import StaffGroup

__all__ = ["StaffNeed", "staff_needed"]

WEEKS_A_YEAR = 52

Scans = Mapping[tuple[str, str], int]
"""Scans by (service line, trust)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNeed:
    """Staff of one group that a trust needs.

    Attributes
    ----------
    trust
        Who needs them; None for a pool any trust may use, whose need is what the trusts lack beyond their own staff.
    year
        Financial year whose demand it is for; None for today's work.
    wte
        Whole-time equivalents needed if every patient is scanned at home.
    in_post
        Whole-time equivalents there are in the year (today: in the first year); None where the group is not given.
    """

    group: StaffGroup
    trust: str | None
    year: int | None
    wte: Fraction
    in_post: Fraction | None


def staff_needed(register: Register) -> tuple[StaffNeed, ...]:
    """Radiographers and reporters by group, trust and year, today's work first; groups nobody needs are left out.

    Lines without demand are left out, as they are in the plan. Reporting radiographers are taken to make their full
    share of the reports, and radiologists the rest.
    """
    served = {line for line, _ in register.demand}
    today: dict[tuple[str, str], int] = defaultdict(int)
    for asset in register.assets:
        if asset.line in served:
            today[asset.line, asset.trust] += asset.exams_per_year
    by_year: list[dict[tuple[str, str], int]] = [defaultdict(int) for _ in register.settings.horizon]
    for (line, site), scans in register.demand.items():
        for year, number in enumerate(scans):
            by_year[year][line, register.sites[site].trust] += number
    found: list[StaffNeed] = []
    for group in StaffGroup:
        lines = _of_group(group, 0, None, today, register)
        for position, year in enumerate(register.settings.horizon):
            lines += _of_group(group, position, year, by_year[position], register)
        if any(line.wte for line in lines):
            found += sorted(lines, key=lambda line: (line.trust is None, line.trust or ""))
    return tuple(found)


def _of_group(group: StaffGroup, position: int, year: int | None, scans: Scans, register: Register) -> list[StaffNeed]:
    pools = [pool for pool in register.staff if pool.group is group]
    in_post = {pool.trust: pool.wte[position] for pool in pools}
    lines, lacking = [], Fraction(0)
    for trust in sorted({site.trust for site in register.sites.values()}):
        hours = sum(
            (number * _hours_each(group, line, register) for (line, owner), number in scans.items() if owner == trust),
            Fraction(0),
        )
        wte = _wte(hours, group, register.settings)
        own = in_post.get(trust, Fraction(0))
        lacking += max(Fraction(0), wte - own)
        lines.append(StaffNeed(group=group, trust=trust, year=year, wte=wte, in_post=own if pools else None))
    if None in in_post:
        lines.append(StaffNeed(group=group, trust=None, year=year, wte=lacking, in_post=in_post[None]))
    return lines


def _hours_each(group: StaffGroup, line: str, register: Register) -> Fraction:
    about = register.lines[line]
    share = about.radiographer_reporting_share
    match group:
        case StaffGroup.RADIOGRAPHER:
            return hours_per_scan(about)
        case StaffGroup.REPORTING_RADIOGRAPHER:
            return hours_per_report(about) * share
        case StaffGroup.RADIOLOGIST:
            return hours_per_report(about) * (1 - share)


def _wte(hours: Fraction, group: StaffGroup, settings: Settings) -> Fraction:
    scanning = group is StaffGroup.RADIOGRAPHER
    share = settings.radiographer_productive_share if scanning else settings.reporting_productive_share
    a_year = settings.hours_per_wte * WEEKS_A_YEAR * share
    return hours / a_year if a_year else Fraction(0)
