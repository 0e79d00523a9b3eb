"""The revenue statement by trust and year, recomputed machine by machine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.plan.plan import Plan
from capitalplan.terms import Action, ExtraKind, Heading, round_half_up, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.holdings import Holding, Stint
from capitalplan.verify.machines.existing import registered
from capitalplan.verify.machines.machine import Property
from capitalplan.verify.money.outlays import Outlay, bear
from capitalplan.verify.provision import Provision
from capitalplan.verify.traffic import Traffic

__all__ = ["Statement", "check_effects", "check_revenue", "donated_shares", "make_statement", "over_limits"]

Amounts = Counter[tuple[Heading, int]]
"""£ cash by heading and position."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The revenue statement.

    Attributes
    ----------
    amounts
        £ cash by trust, position and heading.
    rents
        Rents of rights of use by trust and position, £ cash.
    """

    amounts: Mapping[tuple[str, int], Mapping[Heading, int]]
    rents: Mapping[tuple[str, int], int]

    def before_relief(self, trust: str, t: int) -> int:
        """The statement of a year, relief for gifts and rebates left out."""
        lines = self.amounts.get((trust, t), {})
        return sum(amount for heading, amount in lines.items() if heading is not Heading.RELIEF)


def make_statement(
    context: Context,
    traffic: Traffic,
    provision: Provision,
    *,
    assets: Mapping[str, Holding],
    outlays: Sequence[Outlay],
    donated: Mapping[str, Fraction],
) -> Statement:
    """Add up the statement of every trust.

    Parameters
    ----------
    assets
        Registered machines and those that replace them.
    outlays
        Every line of the plan, rebates taken.
    donated
        Share of a scheme's capital that donated sources pay, by its identifier.
    """
    amounts: defaultdict[tuple[str, int], Counter[Heading]] = defaultdict(Counter)
    rents: Counter[tuple[str, int]] = Counter()
    for name, holding in assets.items():
        for stint in holding.stints:
            _enter(amounts, rents, context.assets[name].trust, stint, 1, context)
    for outlay in outlays:
        if outlay.line.asset_id is None:
            if outlay.stint is not None:
                _enter(amounts, rents, outlay.owner, outlay.stint, outlay.units, context)
            if outlay.room is not None:
                for (heading, t), amount in _property(context, outlay.room.building, 0, context.years).items():
                    amounts[outlay.owner, t][heading] += outlay.units * amount
        for t, relief in _relief(context, outlay, donated.get(outlay.line.scheme_id, Fraction(0))).items():
            amounts[outlay.owner, t][Heading.RELIEF] -= relief
    for (trust, t, heading), cost in _services(context, traffic, provision).items():
        amounts[trust, t][heading] += round_half_up(cost * context.inflation[t])
    return Statement(amounts, rents)


def over_limits(context: Context, statement: Statement) -> dict[tuple[str, int], int]:
    """By how much the statement before relief exceeds each revenue limit, by trust and position, £ cash."""
    over = {}
    for each in context.register.revenue_limits:
        for t, limit in enumerate(each.limits_gbp):
            beyond = 0 if limit is None else statement.before_relief(each.trust, t) - limit
            if beyond > 0:
                over[each.trust, t] = beyond
    return over


def check_revenue(context: Context, plan: Plan, statement: Statement, findings: Findings) -> None:
    """Require the statement of every trust and year to the pound, with its limit and what is over it."""
    limits = {each.trust: each.limits_gbp for each in context.register.revenue_limits}
    over = over_limits(context, statement)
    stated = Counter((line.trust, line.year) for line in plan.revenue)
    for trust in context.trusts:
        for year in context.settings.horizon:
            times = stated[trust, year]
            message = f"The revenue statement of {trust} stands {times} times in {year_label(year)}, not once."
            findings.require("revenue", times == 1, message, place=trust, year=year)
    for line in plan.revenue:
        t = context.position(line.year)
        what = f"The revenue statement of {line.trust} in {year_label(line.year)}"
        known = t is not None and line.trust in context.register.trusts
        findings.require("revenue", known, f"{what} is not planned.", place=line.trust, year=line.year)
        if t is None or not known:
            continue
        right = statement.amounts.get((line.trust, t), {})
        for heading in sorted({*right, *line.amounts_gbp}):
            found, expected = line.amounts_gbp.get(heading, 0), right.get(heading, 0)
            _compare(findings, f"{what}, {heading}", found, expected, line.trust, line.year)
        limit = limits[line.trust][t] if line.trust in limits else None
        said = "no limit" if limit is None else f"a limit of {pounds(limit)}"
        message = f"{what} has {said}."
        findings.require("revenue", line.limit_gbp == limit, message, place=line.trust, year=line.year)
        beyond = over.get((line.trust, t), 0)
        _compare(findings, f"{what}, over its limit,", line.over_gbp, beyond, line.trust, line.year)
        rents = statement.rents.get((line.trust, t), 0)
        _compare(findings, f"{what}, rents of rights of use,", line.lease_rents_gbp, rents, line.trust, line.year)


def check_effects(context: Context, outlays: Iterable[Outlay], findings: Findings) -> None:
    """Require what each scheme changes in the statement in its year and in the year after."""
    for outlay in outlays:
        line, t = outlay.line, context.position(outlay.line.year)
        expected: list[int | None] = [None, None]
        if t is not None:
            effect = _effect(context, outlay)
            expected = [None if effect is None or at >= context.years else effect[at] for at in (t, t + 1)]
        found = (line.revenue_part_year_gbp, line.revenue_full_year_gbp)
        for when, stated, right in zip(("its year", "the year after"), found, expected, strict=True):
            message = (
                f"The revenue effect of {line.scheme_id} in {when} is {_said(stated)} in the plan; recomputed it is "
                f"{_said(right)}."
            )
            findings.require("revenue", stated == right, message, place=line.site, year=line.year)


def _said(amount: int | None) -> str:
    return "not given" if amount is None else pounds(amount)


def _compare(findings: Findings, what: str, found: int, expected: int, trust: str, year: int) -> None:
    findings.equal("revenue", what, found, expected, place=trust, year=year)


def _enter(
    amounts: defaultdict[tuple[str, int], Counter[Heading]],
    rents: Counter[tuple[str, int]],
    trust: str,
    stint: Stint,
    units: int,
    context: Context,
) -> None:
    for (heading, t), amount in _stint(context, stint).items():
        amounts[trust, t][heading] += units * amount
    for t in range(stint.machine.first, stint.until):
        rents[trust, t] += units * stint.machine.rents[t]


def _stint(context: Context, stint: Stint) -> Amounts:
    """The statement of a machine over the years in which it stands, and of its works after it."""
    machine, until = stint.machine, stint.until
    amounts: Amounts = Counter()
    for heading, by_year in machine.statement.items():
        for t in range(machine.first, until):
            amounts[heading, t] += by_year[t]
    leaves = until < context.years and not stint.goes_on and machine.is_owned
    for each in machine.properties:
        end = context.years if each.stays else until
        amounts.update(_property(context, each, machine.first, end, leaves=leaves and not each.stays))
    if leaves:
        amounts[Heading.DISPOSAL, until] += round_half_up(machine.disposal * context.inflation[until])
        amounts[Heading.LOSS, until] -= round_half_up(machine.resale[until] * context.inflation[until])
    return amounts


def _property(context: Context, owned: Property, start: int, until: int, *, leaves: bool = False) -> Amounts:
    """Depreciation and dividend of what is owned, and its book value as a loss when it leaves."""
    amounts: Amounts = Counter()
    rate = context.settings.dividend_rate
    for t in range(start, min(context.years, until + 1) if leaves else until):
        amounts[Heading.DEPRECIATION, t] += owned.depreciation(t, until)
        amounts[Heading.DIVIDEND, t] += owned.dividend(t, until if leaves else context.years, rate)
    if leaves:
        amounts[Heading.LOSS, until] += owned.book[until]
    return amounts


def _relief(context: Context, outlay: Outlay, donated: Fraction) -> Counter[int]:
    """What gifts and rebates take off the statement of a line, by position, £ cash."""
    relief: Counter[int] = Counter()
    dividends: Counter[int] = Counter()
    for owned, until in outlay.properties:
        leaves = until is not None and until < context.years
        end = context.years if until is None else until
        for (heading, t), amount in _property(context, owned, 0, end, leaves=leaves).items():
            dividends[t] += outlay.units * amount if heading is Heading.DIVIDEND else 0
    for t, amount in dividends.items():
        relief[t] += round_half_up(donated * amount)
    for rebate in outlay.rebates:
        until = context.years if outlay.stint is None else outlay.stint.until
        saved = _property(context, rebate.saved, 0, until, leaves=until < context.years)
        for (_, t), amount in saved.items():
            relief[t] += outlay.units * amount
    return relief


def _services(context: Context, traffic: Traffic, provision: Provision) -> dict[tuple[str, int, Heading], Fraction]:
    """What serving patients costs beside the machines, by trust, position and heading, real £."""
    register = context.register
    costs: defaultdict[tuple[str, int, Heading], Fraction] = defaultdict(Fraction)

    def trust(site: str) -> str:
        return register.sites[site].trust

    for (line, site, t), scans in traffic.outside.items():
        costs[trust(site), t, Heading.OUTSIDE] += register.outside_price(line, site) * scans
    for ((line, site, t), _), hours in provision.hours.items():
        extra = register.governing(ExtraKind.HOURS, line, site)
        costs[trust(site), t, Heading.EXTRA_HOURS] += 0 if extra is None else extra.price_gbp * hours
    for (_, site, t), van in provision.vans.items():
        costs[trust(site), t, Heading.VANS] += van.extra.price_gbp * van.days
    for (line, reporting, t), each in provision.reports.items():
        extra = register.governing(ExtraKind.REPORTING, line, reporting)
        costs[reporting, t, Heading.REPORTING] += 0 if extra is None else extra.price_gbp * each.outsourced
    return costs


def _effect(context: Context, outlay: Outlay) -> Counter[int] | None:
    """Statement of what a line buys less that of the registered machine had it stayed; None where it buys nothing."""
    if outlay.room is not None:
        made = _property(context, outlay.room.building, 0, context.years)
    elif outlay.stint is not None and outlay.line.action is not Action.EXTEND:
        made = _stint(context, outlay.stint)
    else:
        return None
    effect: Counter[int] = Counter()
    for (_, t), amount in made.items():
        effect[t] += outlay.units * amount
    asset = None if outlay.line.asset_id is None else context.assets[outlay.line.asset_id]
    if asset is not None:
        as_it_is = Stint(registered(context, asset, None), context.years)
        for (_, t), amount in _stint(context, as_it_is).items():
            effect[t] -= amount
    return effect


def donated_shares(context: Context, outlays: Iterable[Outlay]) -> dict[str, Fraction]:
    """Share of each scheme's capital that donated sources pay, by its identifier."""
    gifts = {source.name for source in context.register.sources if source.donated}
    shares = {}
    for outlay in outlays:
        charged = sum(bear(context, outlay).values())
        if charged:
            given = sum(payment.gbp for payment in outlay.line.payments if payment.source in gifts)
            shares[outlay.line.scheme_id] = Fraction(given, charged)
    return shares
