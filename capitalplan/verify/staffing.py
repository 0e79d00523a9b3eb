"""Whether radiographers and reporters have the hours for what the plan does, and what staff it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from capitalplan.plan.plan import Plan, Reports
from capitalplan.terms import StaffGroup, round_half_up, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import TOLERANCE, Findings, count
from capitalplan.verify.provision import REPORTERS, Provision
from capitalplan.verify.traffic import Traffic

__all__ = ["check_reporting", "check_staff", "check_workforce", "scans_by_trust"]

Hours = defaultdict[tuple[StaffGroup, str, int], Fraction]
"""Hours by group, trust and position."""

THOUSAND = 1000
WEEKS = 52
NEAR = Fraction(1, 10**6)


def scans_by_trust(context: Context, traffic: Traffic) -> dict[tuple[str, str, int], Fraction]:
    """Scans done at the sites of each trust, by line, trust and position."""
    scans: defaultdict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for (line, site, t), done in traffic.done.items():
        scans[line, context.register.sites[site].trust, t] += done
    return scans


def check_workforce(context: Context, traffic: Traffic, provision: Provision, findings: Findings) -> None:
    """Require the scans of every trust to be within its radiographer hours and those that any trust may use."""
    if StaffGroup.RADIOGRAPHER in context.limited:
        hours = _radiographer_hours(context, traffic, provision)
        _check_pool(context, "workforce", StaffGroup.RADIOGRAPHER, hours, findings)


def check_reporting(context: Context, traffic: Traffic, provision: Provision, findings: Findings) -> None:
    """Require backlogs that add up, shares kept and reports within the hours of those who make them."""
    if not _has_reporters(context):
        return
    scans = scans_by_trust(context, traffic)
    for line in sorted(context.served):
        if context.report_hours(line):
            for trust in context.trusts:
                _check_backlogs(context, line, trust, scans=scans, provision=provision, findings=findings)
    hours = _reporter_hours(context, scans, provision)
    for group in REPORTERS:
        _check_pool(context, "reporting", group, hours, findings)


def check_staff(context: Context, plan: Plan, traffic: Traffic, provision: Provision, findings: Findings) -> None:
    """Require the staff that the plan says it needs to be as recomputed, and beside it what each trust has."""
    needed = _radiographer_hours(context, traffic, provision)
    needed.update(_reporter_hours(context, scans_by_trust(context, traffic), provision))
    expected = {(str(group), trust, context.year(t)): hours for (group, trust, t), hours in needed.items()}
    stated: dict[tuple[str, str, int], Fraction] = {}
    for use in plan.staff:
        key = (use.group, use.trust, use.year)
        what = f"{use.group}s of {use.trust} in {year_label(use.year)}"
        t = context.position(use.year)
        known = key not in stated and t is not None and use.trust in context.trusts and use.group in tuple(StaffGroup)
        findings.require("figures", known, f"{what} stand twice, or are not planned.", place=use.trust, year=use.year)
        stated[key] = use.hours
        if t is None or not known:
            continue
        group = StaffGroup(use.group)
        own = context.pool_hours(group, use.trust, t) if group in context.limited else None
        message = f"{what} have {'no limit' if own is None else f'{own:,} hours of their own'}."
        findings.require("figures", use.own_hours == own, message, place=use.trust, year=use.year, unit="hours")
        wte = _wte(context, group, use.hours)
        message = f"{what} are {use.wte} whole-time equivalents; recomputed they are {float(wte):,.6f}."
        near = abs(use.wte) < float("inf") and abs(Fraction(use.wte) - wte) <= NEAR
        findings.require("figures", near, message, place=use.trust, year=use.year, unit="WTE")
    for group_name, trust, year in sorted({*stated, *expected}):
        found = stated.get((group_name, trust, year), Fraction(0))
        exact = expected.get((group_name, trust, year), Fraction(0))
        right = Fraction(round_half_up(exact * THOUSAND), THOUSAND)
        message = (
            f"{group_name}s of {trust} in {year_label(year)} need {count(found)} hours in the plan; recomputed it is "
            f"{count(right)}."
        )
        findings.require("figures", found == right, message, place=trust, year=year, amount=found - right, unit="hours")


def _has_reporters(context: Context) -> bool:
    return any(group in context.limited for group in REPORTERS)


def _wte(context: Context, group: StaffGroup, hours: Fraction) -> Fraction:
    settings = context.settings
    radiographers = group is StaffGroup.RADIOGRAPHER
    share = settings.radiographer_productive_share if radiographers else settings.reporting_productive_share
    return hours / (settings.hours_per_wte * WEEKS * share) if share else Fraction(0)


def _radiographer_hours(context: Context, traffic: Traffic, provision: Provision) -> Hours:
    hours: Hours = defaultdict(Fraction)
    for (line, site, t), done in traffic.done.items():
        van, about = provision.vans.get((line, site, t)), context.register.lines[line]
        crewed = van.scans if van is not None and van.extra.crewed else Fraction(0)
        if about.scans_per_hour:
            trust = context.register.sites[site].trust
            needed = (done - crewed) * about.radiographers_per_scan_hour / about.scans_per_hour
            hours[StaffGroup.RADIOGRAPHER, trust, t] += needed
    return hours


def _reporter_hours(context: Context, scans: Mapping[tuple[str, str, int], Fraction], provision: Provision) -> Hours:
    """Hours of the reports made; where no reporters are given, of all scans shared out as far as radiographers may."""
    hours: Hours = defaultdict(Fraction)
    radiologist, radiographer = REPORTERS
    if _has_reporters(context):
        for (line, trust, t), each in provision.reports.items():
            hours[radiologist, trust, t] += context.report_hours(line) * each.radiologist
            hours[radiographer, trust, t] += context.report_hours(line) * each.radiographer
        return hours
    for (line, trust, t), done in scans.items():
        share = context.register.lines[line].radiographer_reporting_share
        hours[radiologist, trust, t] += context.report_hours(line) * done * (1 - share)
        hours[radiographer, trust, t] += context.report_hours(line) * done * share
    return hours


def _check_pool(context: Context, rule: str, group: StaffGroup, hours: Hours, findings: Findings) -> None:
    """Require what trusts need beyond their own hours to be within the pool that any of them may use."""
    for t in range(context.years):
        year, shared = context.year(t), context.pool_hours(group, None, t)
        drawn = Fraction(0)
        for trust in context.trusts:
            own, needed = context.pool_hours(group, trust, t), hours[group, trust, t]
            most = own + shared
            message = (
                f"{group}s of {trust} need {count(needed)} hours in {year_label(year)}; {count(most)} can be had, "
                f"{count(shared)} of them from the pool any trust may use."
            )
            over = needed - most
            holds = over <= TOLERANCE
            findings.require(rule, holds, message, place=trust, year=year, amount=over, unit=f"{group} hours")
            drawn += max(Fraction(0), needed - own)
        if not shared:
            continue
        message = (
            f"Trusts draw {count(drawn)} {group} hours on the pool any of them may use in {year_label(year)}; "
            f"it has {count(shared)}."
        )
        over, place = drawn - shared, context.settings.network_name
        findings.require(rule, over <= TOLERANCE, message, place=place, year=year, amount=over, unit=f"{group} hours")


def _check_backlogs(
    context: Context,
    line: str,
    trust: str,
    *,
    scans: Mapping[tuple[str, str, int], Fraction],
    provision: Provision,
    findings: Findings,
) -> None:
    share = context.register.lines[line].radiographer_reporting_share
    before = Fraction(context.register.unreported.get((line, trust), 0))
    for t, year in enumerate(context.settings.horizon):
        done = scans.get((line, trust, t), Fraction(0))
        each = provision.reports.get((line, trust, t), _none_made(line, trust, year))
        made = each.radiologist + each.radiographer + each.outsourced
        what = f"{line} reported by {trust} in {year_label(year)}"
        left, by_share = before + done - made, share * made
        for out, message in (
            (
                abs(each.backlog - left),
                f"{what}: {count(each.backlog)} scans are left without a report; it should be {count(left)}.",
            ),
            (
                each.radiographer - by_share,
                f"{what}: radiographers make {count(each.radiographer)} reports; {count(by_share)} may be theirs.",
            ),
        ):
            findings.require("reporting", out <= TOLERANCE, message, place=trust, year=year, amount=out, unit="reports")
        message = (
            f"{what}: {count(each.needed)} scans are to be reported in the plan; recomputed they are {count(done)}."
        )
        holds = each.needed == done
        findings.require("figures", holds, message, place=trust, year=year, amount=each.needed - done, unit="reports")
        before = each.backlog


def _none_made(line: str, trust: str, year: int) -> Reports:
    none = Fraction(0)
    return Reports(
        line=line,
        trust=trust,
        year=year,
        needed=none,
        radiologist=none,
        radiographer=none,
        outsourced=none,
        backlog=none,
    )
