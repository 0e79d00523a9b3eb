"""Where patients are scanned and how long they wait: capacity, waiting lists, patients moved, use of machines.

Scans and patients are exact to the thousandth, as the plan holds them; reports show them whole.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import exp

from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register, ServiceLine
from capitalplan.terms import year_label
from reports.figures.fleet import fleet_in
from reports.figures.names import Cells, site_name, trust_name
from reports.style import count, years_listed

__all__ = [
    "AS_PLANNED",
    "AT_THE_START",
    "BANDS_OF_USE",
    "WITHIN",
    "capacity_cells",
    "missed_cells",
    "moved_patient_cells",
    "use_cells",
    "waiting_cells",
    "waiting_line_cells",
    "waiting_rule",
]

AT_THE_START = "start"
"""Label of the lists with which the plan starts."""

WITHIN = "Within trusts, all together"
"""Said in place of two trusts of patients who move between sites of their own."""

BANDS_OF_USE = ("low use", "mid use", "high use")
"""Bands of use by which lives are planned, the lightest first."""

AS_PLANNED = "as planned"
"""Verdict on use that is in the band by which lives were planned."""

_HALF_A_PATIENT = Fraction(1, 2)
_WEEKS_IN_A_YEAR = 52

Place = tuple[str, str, int]
"""Service line, site and financial year."""


def capacity_cells(register: Register, plan: Plan) -> Cells:
    """Capacity and demand by service line, site and year, with scans moved, done otherwise and bought outside."""
    sent: dict[Place, Fraction] = defaultdict(Fraction)
    received: dict[Place, Fraction] = defaultdict(Fraction)
    for flow in plan.flows:
        if flow.from_site != flow.to_site:
            sent[flow.line, flow.from_site, flow.year] += flow.scans
            received[flow.line, flow.to_site, flow.year] += flow.scans
    extra: dict[Place, Fraction] = defaultdict(Fraction)
    for worked in plan.extra_hours:
        extra[worked.line, worked.site, worked.year] += worked.hours * worked.scans_per_hour
    for van in plan.vans:
        extra[van.line, van.site, van.year] += van.scans
    outside: dict[Place, Fraction] = defaultdict(Fraction)
    for bought in plan.outside:
        outside[bought.line, bought.site, bought.year] += bought.scans
    horizon = register.settings.horizon
    nothing = (0,) * len(horizon)
    for name, site in sorted({*plan.capacity, *register.demand}):
        can, wanted = plan.capacity.get((name, site), nothing), register.demand.get((name, site), nothing)
        for year, capacity, demand in zip(horizon, can, wanted, strict=True):
            place = (name, site, year)
            scans = (round(flows[place]) for flows in (extra, sent, received, outside))
            label = year_label(year)
            yield name, site, site_name(register, site), year, label, demand, capacity, capacity - demand, *scans


def waiting_rule(register: Register) -> str:
    """Say the diagnostic standard: ``99% of patients within 6 weeks``."""
    settings = register.settings
    within = float(100 * (1 - settings.waiting_breach_share))
    return f"{within:.6g}% of patients within {float(settings.waiting_standard_weeks):g} weeks"


def waiting_cells(register: Register, plan: Plan) -> Cells:
    """Every waiting list at the end of every year beside its target and the list of the standard."""
    lists = {(each.line, each.site): each for each in register.waiting}
    start = register.settings.start_year
    for each in plan.waiting:
        over = max(Fraction(0), each.patients - each.target)
        yield (
            each.line,
            each.site,
            site_name(register, each.site),
            each.year,
            year_label(each.year),
            float(each.patients),
            each.target,
            lists[each.line, each.site].standard[each.year - start],
            float(over),
            each.mean_weeks,
            each.share_over,
            "over target" if over >= _HALF_A_PATIENT else "met",
        )


def waiting_line_cells(register: Register, plan: Plan) -> Cells:
    """Waiting lists of all sites together by service line and year; first the start, by demand of the first year."""
    for line in dict.fromkeys(each.line for each in register.waiting):
        lists = [each for each in register.waiting if each.line == line]
        first = [(each.start, register.waiting_demand.get((line, each.site), (0,))[0]) for each in lists]
        joining = sum(demand for _, demand in first)
        over = sum(demand * _share_over(register, start, demand) for start, demand in first)
        yield (
            line,
            None,
            AT_THE_START,
            float(sum(start for start, _ in first)),
            None,
            None,
            sum(start for start, demand in first if demand) * _WEEKS_IN_A_YEAR / joining if joining else None,
            over / joining if joining else None,
        )
        for t, year in enumerate(register.settings.horizon):
            now = [each for each in plan.waiting if each.line == line and each.year == year]
            coming = {each.site: register.waiting_demand.get((line, each.site), ())[t:][:1] for each in now}
            wanted = {site: scans[0] for site, scans in coming.items() if scans and scans[0]}
            patients = sum((each.patients for each in now), Fraction(0))
            timed = sum((each.patients for each in now if each.site in wanted), Fraction(0))
            total = sum(wanted.values())
            longer = sum(wanted[each.site] * (each.share_over or 0.0) for each in now if each.site in wanted)
            yield (
                line,
                year,
                year_label(year),
                float(patients),
                sum(each.target for each in now),
                sum(each.standard[t] for each in lists),
                float(timed * _WEEKS_IN_A_YEAR / total) if total else None,
                longer / total if total else None,
            )


def _share_over(register: Register, patients: int, joining: int) -> float:
    """Estimated share of a list who wait longer than the standard, waits taken to be spread exponentially."""
    if not patients or not joining:
        return 0.0
    return exp(-float(register.settings.waiting_standard_weeks * joining / (_WEEKS_IN_A_YEAR * patients)))


def missed_cells(register: Register, plan: Plan) -> Cells:
    """Each list that is over its target in any year, in words, the longest at the end first."""
    rows = []
    for line, site in dict.fromkeys((each.line, each.site) for each in plan.waiting):
        lists = [each for each in plan.waiting if (each.line, each.site) == (line, site)]
        missed = [each for each in lists if each.patients - each.target >= _HALF_A_PATIENT]
        if missed:
            last = lists[-1]
            most = max(missed, key=lambda each: each.patients - each.target)
            rows.append(
                (
                    line,
                    site,
                    site_name(register, site),
                    years_listed([each.year for each in missed]),
                    round(most.patients - most.target),
                    round(last.patients),
                    last.target,
                    last.mean_weeks,
                    last.share_over,
                    _missed(last.patients, last.target, last.mean_weeks),
                )
            )
    return sorted(rows, key=lambda row: (row[6] - row[5], row[0], row[1]))


def _missed(patients: Fraction, target: int, weeks: float | None) -> str:
    wait = "" if weeks is None else f"; the mean wait is an estimated {weeks:.1f} weeks"
    if patients - target < _HALF_A_PATIENT:
        return f"Late, but at its target at the end: {count(round(patients), 'patient waits')}{wait}."
    return f"Still over target at the end: {count(round(patients), 'patient waits')} against {target:,}{wait}."


def moved_patient_cells(register: Register, plan: Plan) -> Cells:
    """Patients scanned at another trust's sites by pair of trusts; those moved within trusts in total."""
    for each in plan.moves:
        yield (
            trust_name(register, each.from_trust),
            trust_name(register, each.to_trust),
            each.line,
            each.year,
            year_label(each.year),
            float(each.scans),
        )
    within: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for flow in plan.flows:
        trusts = {register.sites[site].trust for site in (flow.from_site, flow.to_site)}
        if flow.from_site != flow.to_site and len(trusts) == 1:
            within[flow.line, flow.year] += flow.scans
    for (line, year), scans in sorted(within.items()):
        yield WITHIN, WITHIN, line, year, year_label(year), float(scans)


def use_cells(register: Register, plan: Plan) -> Cells:
    """Scans a machine by service line and site beside the band of use by which lives were planned."""
    scans: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for flow in plan.flows:
        scans[flow.line, flow.to_site] += flow.scans
    for van in plan.vans:
        scans[van.line, van.site] -= van.scans
    machine_years: dict[tuple[str, str], int] = defaultdict(int)
    for year in register.settings.horizon:
        for machine in fleet_in(register, plan, year):
            machine_years[machine.line, machine.site] += 1
    for place, done in sorted(scans.items()):
        if not machine_years[place]:
            continue
        name, site = place
        line = register.lines[name]
        assets = [asset for asset in register.assets if (asset.line, asset.site) == place]
        each = round(done / machine_years[place])
        bands = sorted({_band(line, asset.exams_per_year) for asset in assets}) or ["mid use"]
        lives = sorted({asset.life_years for asset in assets}) or [line.life_mid_use]
        implied = _band(line, each)
        differs = "differs" if implied not in bands else "differs for some"
        yield (
            name,
            site,
            site_name(register, site),
            len(assets),
            round(Fraction(sum(asset.exams_per_year for asset in assets), len(assets))) if assets else None,
            " and ".join(bands),
            " to ".join(str(life) for life in dict.fromkeys((lives[0], lives[-1]))),
            each,
            implied,
            line.life(each),
            AS_PLANNED if bands == [implied] else differs,
        )


def _band(line: ServiceLine, scans: int) -> str:
    """Band of use (CAR 2013, endorsed by ESR 2014) of a machine by its scans a year."""
    if scans > line.high_use_over:
        return "high use"
    return "low use" if scans < line.low_use_under else "mid use"
