"""Staff needed beside staff in post, what added machines need, and who reports: whole-time equivalents and reports."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from capitalplan.plan.plan import NEW_ROOM, Plan
from capitalplan.register.register import Register
from capitalplan.terms import Action, service_name, year_label
from reports.figures.names import Cells, label, site_name, trust_name

__all__ = ["SHARED", "added_staff_cells", "report_cells", "staff_cells", "staff_group_cells", "turnaround_rule"]

SHARED = "Any trust (shared)"
"""Said in place of a trust of staff whom every trust may draw on."""

_DAYS_IN_A_YEAR = 365
_WEEKS_IN_A_YEAR = 52

InPost = dict[tuple[str, str | None, int], Fraction]
"""WTE in post by group, trust (None: shared) and financial year."""


def staff_cells(register: Register, plan: Plan) -> Cells:
    """WTE needed by group, trust and year beside WTE in post; staff who are shared have a line of their own."""
    in_post = _in_post(register)
    for each in plan.staff:
        limited = each.own_hours is not None
        here = float(in_post.get((each.group, each.trust, each.year), 0)) if limited else None
        yield (
            each.group,
            each.trust,
            trust_name(register, each.trust),
            each.year,
            year_label(each.year),
            float(each.hours),
            each.wte,
            here,
            None if here is None else here - each.wte,
        )
    for (group, trust, year), wte in in_post.items():
        if trust is None:
            yield group, "", SHARED, year, year_label(year), None, None, float(wte), None


def staff_group_cells(register: Register, plan: Plan) -> Cells:
    """WTE needed and in post by group and year, all trusts and shared staff together."""
    in_post = _in_post(register)
    limited = {pool.group for pool in register.staff}
    for group in dict.fromkeys(each.group for each in plan.staff):
        for year in register.settings.horizon:
            needed = sum(each.wte for each in plan.staff if (each.group, each.year) == (group, year))
            here = sum(wte for (of, _, when), wte in in_post.items() if (of, when) == (group, year))
            yield group, year, year_label(year), needed, float(here) if group in limited else None


def _in_post(register: Register) -> InPost:
    found: InPost = defaultdict(Fraction)
    for pool in register.staff:
        for year, wte in zip(register.settings.horizon, pool.wte, strict=True):
            found[str(pool.group), pool.trust, year] += wte
    return found


def added_staff_cells(register: Register, plan: Plan) -> Cells:
    """Staff whom each added machine needs in its first full year, if patients fill it."""
    settings = register.settings
    full_time = settings.hours_per_wte * _WEEKS_IN_A_YEAR
    scanning = full_time * settings.radiographer_productive_share
    reporting = full_time * settings.reporting_productive_share
    added = [each for each in plan.schemes if each.action is Action.ADD and each.option not in {None, NEW_ROOM}]
    for scheme in sorted(added, key=lambda each: each.year or 0):
        option = register.options[str(scheme.option)]
        line = register.lines[service_name(scheme.modality, scheme.mobile)]
        curve = register.curves[option.curve]
        uptime = curve.at(curve.uptime, 1)
        scans = scheme.units * option.scans_per_hour * option.hours_per_week * settings.weeks_per_year * uptime
        per_scan = line.radiographers_per_scan_hour / line.scans_per_hour if line.scans_per_hour else Fraction(0)
        yield (
            label(scheme.year),
            trust_name(register, scheme.trust),
            site_name(register, scheme.site),
            line.name,
            option.name,
            scheme.units,
            round(scans),
            float(scans * per_scan / scanning) if scanning else None,
            float(scans * line.minutes_per_report / 60 / reporting) if reporting else None,
        )


def report_cells(register: Register, plan: Plan) -> Cells:
    """Reports by maker, trust, service line and year; the backlog beside what turnaround allows."""
    backlog: dict[tuple[str, str], Fraction] = {place: Fraction(scans) for place, scans in register.unreported.items()}
    for each in sorted(plan.reports, key=lambda each: (each.line, each.trust, each.year)):
        before = backlog.get((each.line, each.trust), Fraction(0))
        backlog[each.line, each.trust] = each.backlog
        made = each.radiologist + each.radiographer + each.outsourced
        allowed = _days_allowed(register, each.line, each.year) / _DAYS_IN_A_YEAR * made
        yield (
            each.trust,
            trust_name(register, each.trust),
            each.line,
            each.year,
            year_label(each.year),
            float(before),
            float(each.needed),
            float(each.radiologist),
            float(each.radiographer),
            float(each.outsourced),
            float(each.backlog),
            float(allowed),
            float(max(Fraction(0), each.backlog - allowed)),
            float(each.backlog / made * _DAYS_IN_A_YEAR) if made else None,
        )


def turnaround_rule(register: Register) -> str:
    """Say how long a scan may wait for its report: ``28 days from scan to report, 1 for unscheduled patients``."""
    settings = register.settings
    usual, urgent = float(settings.turnaround_days), float(settings.turnaround_days_unscheduled)
    return f"{usual:g} days from scan to report, {urgent:g} for unscheduled patients"


def _days_allowed(register: Register, line: str, year: int) -> Fraction:
    """Days from scan to report that are allowed, unscheduled and other demand of the whole network weighed together."""
    settings, t = register.settings, year - register.settings.start_year
    total = sum(scans[t] for (name, _), scans in register.demand.items() if name == line)
    urgent = sum(scans[t] for (name, _), scans in register.unscheduled.items() if name == line)
    share = Fraction(urgent, total) if total else Fraction(0)
    return share * settings.turnaround_days_unscheduled + (1 - share) * settings.turnaround_days
