"""The value of the plan, to the pound, and whether bound and gap fit it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from capitalplan.plan.plan import Plan
from capitalplan.terms import round_half_up
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.holdings import Holding
from capitalplan.verify.traffic import Traffic

__all__ = ["check_objective", "flow_costs"]

ROUNDING_GBP = 1000
"""Most by which a bound may pass the value of its own plan for an engine's tolerance, £; or a millionth of it."""


def flow_costs(context: Context, traffic: Traffic) -> tuple[list[Fraction], list[Fraction]]:
    """Cost of scans bought outside and value put on patients moved, by position, real £, undiscounted."""
    outside, travel = [Fraction(0)] * context.years, [Fraction(0)] * context.years
    for (line, _, t), scans in traffic.outside.items():
        outside[t] += context.register.lines[line].outside_price_gbp * scans
    for (_, _, t), scans in traffic.moved.items():
        travel[t] += context.settings.travel_price_gbp * scans
    return outside, travel


def check_objective(
    context: Context, plan: Plan, traffic: Traffic, holdings: Sequence[Holding], findings: Findings
) -> None:
    """Require the objective to the pound, a bound no higher, and the gaps that follow from the two."""
    outside, travel = flow_costs(context, traffic)
    flows = sum((d * (o + m) for d, o, m in zip(context.discount, outside, travel, strict=False)), Fraction(0))
    objective = sum(holding.present_value for holding in holdings) + round_half_up(flows)
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
