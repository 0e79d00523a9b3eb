"""Price tiers that are reached by what is bought together, and what they take off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from capitalplan.plan.plan import Plan, TierReached
from capitalplan.register.register import Tier
from capitalplan.settings import TerminalValue
from capitalplan.terms import round_half_up, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, count, pounds
from capitalplan.verify.holdings import Stint
from capitalplan.verify.machines.machine import bought_property
from capitalplan.verify.money.outlays import Outlay, Rebate

__all__ = ["Reached", "check_tiers", "present_value", "reach_tiers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A tier reached at a position by some machines."""

    tier: Tier
    t: int
    units: int


def reach_tiers(context: Context, outlays: Sequence[Outlay]) -> tuple[list[Outlay], list[Reached]]:
    """Count what is bought in every year and take off what the tiers reached give; return both."""
    reached = []
    begun: defaultdict[int, list[Outlay]] = defaultdict(list)
    for outlay in outlays:
        if outlay.stint is not None:
            begun[outlay.stint.machine.first].append(outlay)
    for tier in context.register.tiers:
        for t in range(context.years):
            units = sum(outlay.units for outlay in begun[t] if _counts(tier, outlay, t))
            enough = units >= tier.from_units and (tier.to_units is None or units <= tier.to_units)
            if units and enough and tier.holds(context.year(t)):
                reached.append(Reached(tier=tier, t=t, units=units))
    taken = []
    for outlay in outlays:
        rebates = tuple(
            _rebate(context, each, outlay.stint)
            for each in reached
            if outlay.stint is not None and _counts(each.tier, outlay, each.t)
        )
        taken.append(replace(outlay, rebates=rebates) if rebates else outlay)
    return taken, reached


def present_value(context: Context, outlay: Outlay) -> int:
    """What the rebates of a line take off the value of the plan, £."""
    if outlay.stint is None:
        return 0
    now, end = context.discount[outlay.stint.machine.first], context.discount[context.years]
    return outlay.units * sum(round_half_up(now * each.real - end * each.worth) for each in outlay.rebates)


def check_tiers(
    context: Context, plan: Plan, outlays: Sequence[Outlay], reached: Sequence[Reached], findings: Findings
) -> None:
    """Require the tiers stated to be those reached, one of a framework and year, and the rebates to be right."""
    stated = {(each.framework, each.year): each for each in plan.tiers}
    message = "Two tiers of a framework are stated in one year."
    findings.require("tiers", len(stated) == len(plan.tiers), message, place=plan.network)
    expected: set[tuple[str, int]] = set()
    for each in reached:
        framework, year = each.tier.framework, context.year(each.t)
        message = f"{framework} in {year_label(year)}: more than one tier is reached."
        findings.require("tiers", (framework, year) not in expected, message, place=framework, year=year)
        expected.add((framework, year))
        _check_reached(each, year, stated.get((framework, year)), outlays, findings)
    for framework, year in sorted(set(stated) - expected):
        message = f"{framework} in {year_label(year)}: no tier is reached by what is bought."
        findings.require("tiers", False, message, place=framework, year=year)
    for outlay in outlays:
        line = outlay.line
        what = f"The rebate of {line.scheme_id}"
        findings.equal("tiers", what, line.rebate_gbp, outlay.rebate_cash, place=line.site, year=line.year)


def _check_reached(
    reached: Reached, year: int, found: TierReached | None, outlays: Sequence[Outlay], findings: Findings
) -> None:
    tier = reached.tier
    taken = [
        (outlay.units, rebate)
        for outlay in outlays
        if outlay.stint is not None and outlay.stint.machine.first == reached.t
        for rebate in outlay.rebates
        if rebate.framework == tier.framework
    ]
    right = TierReached(
        framework=tier.framework,
        year=year,
        units=reached.units,
        from_units=tier.from_units,
        rebate=tier.rebate,
        rebate_gbp=sum(units * rebate.cash for units, rebate in taken),
        real_gbp=sum(units * rebate.real for units, rebate in taken),
    )
    message = (
        f"{tier.framework} in {year_label(year)}: {reached.units} machines reach the tier from {tier.from_units} with "
        f"{count(tier.rebate * 100)}% off, {pounds(right.rebate_gbp)} cash and {pounds(right.real_gbp)} real; the plan "
        "does not say so."
    )
    amount = right.rebate_gbp - (0 if found is None else found.rebate_gbp)
    findings.require("tiers", found == right, message, place=tier.framework, year=year, amount=amount, unit="£")


def _counts(tier: Tier, outlay: Outlay, t: int) -> bool:
    """Whether a line buys machines of a framework at a position; committed, leased and managed ones do not count."""
    stint, line = outlay.stint, outlay.line
    return (
        outlay.installs
        and stint is not None
        and stint.machine.first == t
        and stint.machine.offer is None
        and outlay.scheme is None
        and line.option in tier.options
        and (not tier.trusts or outlay.owner in tier.trusts)
    )


def _rebate(context: Context, reached: Reached, stint: Stint) -> Rebate:
    settings, machine, share = context.settings, stint.machine, reached.tier.rebate
    first = machine.first
    price = machine.price * (1 + settings.optimism_bias_equipment)
    cash = round_half_up(share * price * (1 + settings.vat_rate) * context.inflation[first])
    real = round_half_up(share * round_half_up(price))
    stands = stint.until == context.years and settings.terminal_value is TerminalValue.ANNUITY
    left = context.annuity(context.years - first, machine.life) if stands else Fraction(0)
    return Rebate(
        framework=reached.tier.framework,
        cash=cash,
        real=real,
        worth=round_half_up(real * left),
        saved=bought_property(context, cash, machine.life, first),
    )
