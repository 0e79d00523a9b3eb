"""How far the elastic rules are not kept: lists over target, unscheduled patients away, scans unmet, reports late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.plan.plan import Breach, Plan
from capitalplan.terms import ExtraKind, round_half_up, year_label
from capitalplan.verify.context import Context, Place
from capitalplan.verify.findings import Findings, count
from capitalplan.verify.money.burdens import Burdens
from capitalplan.verify.provision import Provision
from capitalplan.verify.traffic import Traffic

__all__ = ["Elastic", "check_breaches", "measure", "turnaround"]

Key = tuple[str, str, int | None, str]
"""Rule, place, financial year and unit of a breach."""


@dataclass(frozen=True, slots=True)
class Elastic:
    """What is over each elastic limit; only where it is above nought.

    Attributes
    ----------
    over_target
        Patients waiting over the target at the end of a year.
    away
        Unscheduled patients not scanned at home.
    unmet
        Scans over the limit of an outside provider, by its name and position.
    late
        Reports over the backlog that turnaround allows at the end of a year, by line, trust and position.
    """

    over_target: Mapping[Place, Fraction]
    away: Mapping[Place, Fraction]
    unmet: Mapping[tuple[str, int], Fraction]
    late: Mapping[Place, Fraction]


def measure(context: Context, traffic: Traffic, provision: Provision) -> Elastic:
    """Recompute what is over each elastic limit from the patients, lists and reports of the plan."""
    return Elastic(
        over_target=dict(_over_target(context, provision)),
        away=dict(_away(context, traffic)),
        unmet=dict(_unmet(context, traffic)),
        late=dict(_late(context, provision)),
    )


def turnaround(context: Context, line: str, t: int) -> Fraction:
    """Share of a year's reports that may stand unmade at its end: days allowed, weighted by demand, over 365."""
    settings, sites = context.settings, context.register.sites
    wanted = sum(context.demand((line, site, t)) for site in sites)
    urgent = sum(context.unscheduled((line, site, t)) for site in sites)
    if not wanted:
        return settings.turnaround_days / 365
    days = urgent * settings.turnaround_days_unscheduled + (wanted - urgent) * settings.turnaround_days
    return days / wanted / 365


def check_breaches(context: Context, plan: Plan, elastic: Elastic, burdens: Burdens, findings: Findings) -> None:
    """Require the breaches that the plan states to be those of one and more that are recomputed, in thousandths."""
    recomputed = (
        ((rule, place, year, unit), Fraction(round_half_up(amount * 1000), 1000))
        for rule, place, year, amount, unit in _listed(context, elastic, burdens)
    )
    expected: dict[Key, Fraction] = {key: amount for key, amount in recomputed if amount >= 1}
    found: dict[Key, Fraction] = {}
    for breach in plan.breaches:
        key = (breach.rule, breach.place, breach.year, breach.unit)
        findings.require("figures", key not in found, f"{_said(breach)} is stated twice.", place=breach.place)
        found[key] = breach.amount
    for key in sorted({*found, *expected}, key=str):
        rule, place, year, unit = key
        stated, right = found.get(key, Fraction(0)), expected.get(key, Fraction(0))
        when = "" if year is None else f" in {year_label(year)}"
        message = (
            f"The breach of '{rule}' at {place}{when} is {count(stated)} {unit} in the plan; "
            f"recomputed it is {count(right)}."
        )
        holds = stated == right and (key in found) == (key in expected)
        findings.require("figures", holds, message, place=place, year=year, amount=stated - right, unit=unit)


def _said(breach: Breach) -> str:
    return f"The breach of '{breach.rule}' at {breach.place}"


def _over_target(context: Context, provision: Provision) -> Iterator[tuple[Place, Fraction]]:
    for (line, site), waiting in context.lists.items():
        for t, target in enumerate(waiting.targets):
            over = provision.waiting((line, site, t)) - target
            if over > 0:
                yield (line, site, t), over


def _away(context: Context, traffic: Traffic) -> Iterator[tuple[Place, Fraction]]:
    for line, site in context.register.unscheduled:
        if (line, site) not in context.fleet:
            continue
        for t in range(context.years):
            place = (line, site, t)
            away = context.unscheduled(place) - traffic.home[place]
            if away > 0 and context.is_open(site, t):
                yield place, away


def _unmet(context: Context, traffic: Traffic) -> Iterator[tuple[tuple[str, int], Fraction]]:
    for extra in context.register.extra:
        if extra.kind is not ExtraKind.OUTSIDE:
            continue
        for t in range(context.years):
            limit = extra.limit if extra.is_offered(context.year(t)) else Fraction(0)
            bought = sum((traffic.outside[extra.line, site, t] for site in extra.places), Fraction(0))
            if limit is not None and bought > limit:
                yield (extra.name, t), bought - limit


def _late(context: Context, provision: Provision) -> Iterator[tuple[Place, Fraction]]:
    allowed: dict[tuple[str, int], Fraction] = {}
    for (line, trust, t), each in provision.reports.items():
        if (line, t) not in allowed:
            allowed[line, t] = turnaround(context, line, t)
        late = each.backlog - allowed[line, t] * (each.radiologist + each.radiographer + each.outsourced)
        if late > 0:
            yield (line, trust, t), late


def _listed(context: Context, elastic: Elastic, burdens: Burdens) -> Iterator[tuple[str, str, int, Fraction, str]]:
    """Yield rule, place, financial year, amount and unit of everything over a limit."""
    for (line, site, t), patients in elastic.over_target.items():
        yield "waiting", f"{line} at {site}", context.year(t), patients, "patients"
    for (line, site, t), patients in elastic.away.items():
        yield "unscheduled", f"{line} at {site}", context.year(t), patients, "patients"
    for (name, t), scans in elastic.unmet.items():
        yield "unmet", name, context.year(t), scans, "scans"
    for (line, trust, t), reports in elastic.late.items():
        yield "turnaround", f"{line} reported by {trust}", context.year(t), reports, "reports"
    for (source, t), short in burdens.under_use.items():
        yield "minimum use", source, context.year(t), Fraction(short), "£"
    for (trust, t), over in burdens.revenue_over.items():
        yield "revenue", trust, context.year(t), Fraction(over), "£"
