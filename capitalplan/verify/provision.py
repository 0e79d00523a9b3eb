"""Reading extra hours, vans, waiting lists and reports out of the plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.plan.plan import Plan, Reports
from capitalplan.register.register import ExtraCapacity
from capitalplan.terms import ExtraKind, StaffGroup, year_label
from capitalplan.verify.context import Context, Place
from capitalplan.verify.findings import Findings, count

__all__ = ["REPORTERS", "Provision", "Van", "read_provision"]

REPORTERS = (StaffGroup.RADIOLOGIST, StaffGroup.REPORTING_RADIOGRAPHER)


@dataclass(frozen=True, slots=True)
class Van:
    """A van at a site in a year: its line of Extra capacity, the days it is hired, the scans done on it."""

    extra: ExtraCapacity
    days: int
    scans: Fraction

    @property
    def able(self) -> int:
        """Scans it can do in the days it is hired."""
        return self.days * self.extra.scans_per_day


@dataclass(frozen=True, slots=True)
class Provision:
    """What the plan provides beside its machines.

    Attributes
    ----------
    hours
        Extra hours worked by place and throughput class (scans an hour).
    vans
        The van at a place.
    lists
        Patients waiting at the end of a year; position -1 is the start of the plan.
    reports
        Reporting of a line by a trust in a year.
    """

    hours: Mapping[tuple[Place, Fraction], Fraction]
    vans: Mapping[Place, Van]
    lists: Mapping[Place, Fraction]
    reports: Mapping[Place, Reports]

    def waiting(self, place: Place) -> Fraction:
        """Patients waiting at the end of a year, none where there is no list."""
        return self.lists.get(place, Fraction(0))

    def waiting_before(self, place: Place) -> Fraction:
        """Patients waiting at the start of a year."""
        line, site, t = place
        return self.waiting((line, site, t - 1))


def read_provision(context: Context, plan: Plan, findings: Findings) -> Provision:
    """Read what the plan provides; what is of an unknown place or less than nothing is reported."""
    return Provision(
        hours=_read_hours(context, plan, findings),
        vans=_read_vans(context, plan, findings),
        lists=_read_lists(context, plan, findings),
        reports=_read_reports(context, plan, findings),
    )


def _read_hours(context: Context, plan: Plan, findings: Findings) -> dict[tuple[Place, Fraction], Fraction]:
    total: defaultdict[tuple[Place, Fraction], Fraction] = defaultdict(Fraction)
    for each in plan.extra_hours:
        what = f"{count(each.hours)} extra hours of {each.line} at {each.site} in {year_label(each.year)}"
        place = _place(context, "extra", each.line, each.site, each.year, what=what, findings=findings)
        _require_some(context, "extra", each.hours, what, site=each.site, year=each.year, findings=findings)
        if place is not None:
            extra = context.register.governing(ExtraKind.HOURS, each.line, each.site)
            offered = extra is not None and extra.is_offered(each.year)
            message = f"{what}: extended hours are not offered."
            findings.require("extra", offered, message, place=each.site, year=each.year, unit="extra hours")
            total[place, each.scans_per_hour] += each.hours
    return total


def _read_vans(context: Context, plan: Plan, findings: Findings) -> dict[Place, Van]:
    vans: dict[Place, Van] = {}
    for each in plan.vans:
        what = f"{each.days:,} days of the van {each.name} at {each.site} in {year_label(each.year)}"
        place = _place(context, "extra", each.line, each.site, each.year, what=what, findings=findings)
        for amount in (Fraction(each.days), each.scans):
            _require_some(context, "extra", amount, what, site=each.site, year=each.year, findings=findings)
        if place is None:
            continue
        extra = context.register.governing(ExtraKind.VAN, each.line, each.site)
        offered = extra is not None and extra.name == each.name and extra.is_offered(each.year)
        message = f"{what}: no such van is offered for {each.line}."
        findings.require("extra", offered, message, place=each.site, year=each.year, unit="van days")
        if extra is not None:
            days, scans = (vans[place].days, vans[place].scans) if place in vans else (0, Fraction(0))
            vans[place] = Van(extra, days + each.days, scans + each.scans)
    return vans


def _read_lists(context: Context, plan: Plan, findings: Findings) -> dict[Place, Fraction]:
    lists = {(line, site, -1): Fraction(waiting.start) for (line, site), waiting in context.lists.items()}
    stated = Counter((each.line, each.site, each.year) for each in plan.waiting)
    for line, site in context.lists:
        for year in context.settings.horizon:
            times = stated[line, site, year]
            message = f"The waiting list of {line} at {site} stands {times} times in {year_label(year)}, not once."
            findings.require("waiting", times == 1, message, place=site, year=year)
    for each in plan.waiting:
        t = context.position(each.year)
        what = f"{count(each.patients)} patients of {each.line} wait at {each.site} in {year_label(each.year)}"
        known = t is not None and (each.line, each.site) in context.lists
        message = f"{what}, where there is no waiting list."
        findings.require("waiting", known, message, place=each.site, year=each.year, unit="patients")
        _require_some(context, "waiting", each.patients, what, site=each.site, year=each.year, findings=findings)
        if t is not None and known:
            lists[each.line, each.site, t] = each.patients
    return lists


def _read_reports(context: Context, plan: Plan, findings: Findings) -> dict[Place, Reports]:
    reports: dict[Place, Reports] = {}
    given = any(group in context.limited for group in REPORTERS)
    for each in plan.reports:
        t = context.position(each.year)
        what = f"Reporting of {each.line} by {each.trust} in {year_label(each.year)}"
        known = given and t is not None and each.line in context.served and each.trust in context.trusts
        known = known and context.report_hours(each.line) > 0
        message = f"{what} is not planned."
        findings.require("reporting", known, message, place=each.trust, year=each.year, unit="reports")
        for amount in (each.radiologist, each.radiographer, each.outsourced, each.backlog):
            _require_some(context, "reporting", amount, what, site=each.trust, year=each.year, findings=findings)
        if t is not None and known:
            place = (each.line, each.trust, t)
            findings.require(
                "reporting", place not in reports, f"{what} stands twice.", place=each.trust, year=each.year
            )
            reports[place] = each
    return reports


def _place(
    context: Context, rule: str, line: str, site: str, year: int, *, what: str, findings: Findings
) -> Place | None:
    t = context.position(year)
    known = t is not None and line in context.served and site in context.register.sites
    message = f"{what}: no such service line, site or year is planned."
    findings.require(rule, known, message, place=site, year=year)
    return (line, site, t) if t is not None and known else None


def _require_some(
    context: Context, rule: str, amount: Fraction, what: str, *, site: str, year: int, findings: Findings
) -> None:
    message = f"{what}: {count(amount)} is less than none."
    findings.require(rule, amount >= 0, message, place=site, year=year, amount=-amount, unit="number")
