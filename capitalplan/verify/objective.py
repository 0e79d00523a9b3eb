"""The value of the plan, to the pound, and whether bound and gap fit it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import ExtraCapacity
from capitalplan.terms import ExtraKind, round_half_up
from capitalplan.verify.additions import Addition
from capitalplan.verify.context import Context
from capitalplan.verify.elastic import Elastic
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.holdings import Holding
from capitalplan.verify.money.burdens import Burdens
from capitalplan.verify.money.outlays import Outlay
from capitalplan.verify.money.tiers import present_value
from capitalplan.verify.provision import Provision
from capitalplan.verify.schedules import Schedule
from capitalplan.verify.traffic import Traffic

__all__ = ["SERVICE_VALUES", "ServiceCosts", "check_objective", "check_own_costs", "service_costs"]

SERVICE_VALUES = ("waiting", "unscheduled away", "unmet", "late reports")
"""Words under which the values put on elastic rules are shown."""
ROUNDING_GBP = 1000
"""Most by which a bound may pass the value of its own plan for an engine's tolerance, £; or a millionth of it."""


@dataclass(frozen=True, slots=True)
class ServiceCosts:
    """What serving patients costs beside the machines, by position, real £, undiscounted and exact.

    Attributes
    ----------
    outside
        Scans bought outside.
    extra
        Extended hours, vans and outsourced reports, by name of their line of Extra capacity.
    travel
        Value put on patients moved.
    values
        Values put on what is over each elastic limit, by the words of ``SERVICE_VALUES``.
    terminal
        Price of scanning elsewhere those over their target, or without a report in time, at the end of the last year.
    """

    outside: tuple[Fraction, ...]
    extra: tuple[Mapping[str, Fraction], ...]
    travel: tuple[Fraction, ...]
    values: tuple[Mapping[str, Fraction], ...]
    terminal: Fraction

    def in_year(self, t: int) -> Fraction:
        """Everything of one year together."""
        cash = self.outside[t] + sum(self.extra[t].values(), Fraction(0))
        return cash + self.travel[t] + sum(self.values[t].values(), Fraction(0))


def service_costs(context: Context, traffic: Traffic, provision: Provision, elastic: Elastic) -> ServiceCosts:
    """Price what patients are given, or not given, at the prices of the register."""
    register, settings, years = context.register, context.settings, range(context.years)
    outside, travel = [Fraction(0)] * context.years, [Fraction(0)] * context.years
    extra: list[defaultdict[str, Fraction]] = [defaultdict(Fraction) for _ in years]
    for (line, site, t), scans in traffic.outside.items():
        outside[t] += register.outside_price(line, site) * scans
    for (_, _, t), scans in traffic.moved.items():
        travel[t] += settings.travel_price_gbp * scans
    for ((line, site, t), _), hours in provision.hours.items():
        _charge(extra[t], register.governing(ExtraKind.HOURS, line, site), hours)
    for (_, _, t), van in provision.vans.items():
        _charge(extra[t], van.extra, Fraction(van.days))
    for (line, trust, t), each in provision.reports.items():
        _charge(extra[t], register.governing(ExtraKind.REPORTING, line, trust), each.outsourced)
    values = [dict.fromkeys(SERVICE_VALUES, Fraction(0)) for _ in years]
    for word, price, over in (
        ("waiting", settings.waiting_price_gbp, elastic.over_target),
        ("unscheduled away", settings.unscheduled_away_price_gbp, elastic.away),
        ("unmet", settings.unmet_price_gbp, elastic.unmet),
        ("late reports", settings.late_report_price_gbp, elastic.late),
    ):
        for key, amount in over.items():
            values[key[-1]][word] += price * amount
    terminal = sum(
        (
            register.lines[line].outside_price_gbp * patients
            for (line, _, t), patients in (*elastic.over_target.items(), *elastic.late.items())
            if t == context.years - 1
        ),
        Fraction(0),
    )
    return ServiceCosts(tuple(outside), tuple(extra), tuple(travel), tuple(values), terminal)


def check_objective(
    context: Context,
    plan: Plan,
    costs: ServiceCosts,
    burdens: Burdens,
    *,
    holdings: Sequence[Holding],
    outlays: Sequence[Outlay],
    findings: Findings,
) -> None:
    """Require the objective to the pound, a bound no higher, and the gaps that follow from the two."""
    yearly = sum(
        (context.discount[t] * (costs.in_year(t) + burdens.in_year(t)) for t in range(context.years)), Fraction(0)
    )
    yearly += context.discount[context.years] * costs.terminal
    rebates = sum(present_value(context, outlay) for outlay in outlays)
    objective = sum(holding.present_value for holding in holdings) - rebates + round_half_up(yearly)
    findings.equal("objective", "The value of the plan", plan.objective_gbp, objective, place=plan.network)
    bound = plan.bound_gbp
    if bound is None:
        message = "The plan states a gap, yet nothing was proven."
        findings.require("objective", plan.gap is None and plan.gap_gbp is None, message, place=plan.network)
        return
    over = bound - objective
    message = f"The bound {pounds(bound)} lies above the value {pounds(objective)} of the plan itself."
    allowed = max(Fraction(ROUNDING_GBP), Fraction(abs(objective), 1_000_000))
    findings.require("objective", over <= allowed, message, place=plan.network, amount=over, unit="£")
    gap_gbp = max(0, objective - bound)
    if plan.gap_gbp is None or plan.gap is None:
        findings.require("objective", False, "The plan states a bound but not its gap.", place=plan.network)
        return
    findings.equal("objective", "The gap", plan.gap_gbp, gap_gbp, place=plan.network)
    if objective != 0:
        gap = Fraction(gap_gbp, abs(objective))
        near = math.isfinite(plan.gap) and abs(Fraction(plan.gap) - gap) <= Fraction(1, 10**9)
        message = f"The relative gap is {plan.gap} in the plan; recomputed it is {float(gap)}."
        findings.require("objective", near, message, place=plan.network, unit="share")


def check_own_costs(
    context: Context,
    schedules: Mapping[str, Schedule],
    assets: Mapping[str, Holding],
    *,
    additions: Sequence[Addition],
    outlays: Sequence[Outlay],
    findings: Findings,
) -> None:
    """Require what the plan does with each machine, or adds, to cost what its first line says, rebates taken off."""
    rebates = {outlay.line.scheme_id: present_value(context, outlay) for outlay in outlays}
    expected: list[tuple[PlannedScheme, int]] = []
    for name, schedule in schedules.items():
        whole = assets[name].present_value - sum(rebates.get(line.scheme_id, 0) for line in schedule.lines)
        expected += [(line, 0 if number else whole) for number, line in enumerate(schedule.lines)]
    expected += [(each.line, each.holding.present_value - rebates.get(each.line.scheme_id, 0)) for each in additions]
    for line, right in expected:
        what = f"The whole-life cost of {line.scheme_id}"
        findings.equal("figures", what, line.own_cost_gbp, right, place=line.site, year=line.year)


def _charge(account: defaultdict[str, Fraction], extra: ExtraCapacity | None, amount: Fraction) -> None:
    if extra is not None:
        account[extra.name] += extra.price_gbp * amount
