"""A supplier's managed service held against the plan in which the same machines are owned.

Both plans serve the same patients at the same prices and are optimised in everything the offer leaves open. Under the
offer its machines are handed over (``capitalplan.analysis.handover``). Nothing of the rest of the plan depends on the
charge, so that cost rises by ``sum d[t]`` over the years of the contract for each £1 of it: the charge at which the two
tie is exact for the plans found. Limits on revenue, and prices of changes from an approved plan, are left out of both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from capitalplan.analysis.attempt import Attempts, Reason
from capitalplan.analysis.handover import Handover, hand_over
from capitalplan.analysis.routes import NOT_CASH
from capitalplan.errors import InputError, SolverError
from capitalplan.finance.costs import Rates
from capitalplan.plan.plan import Plan, YearLine
from capitalplan.register.register import Register
from capitalplan.terms import Heading, Route, round_half_up, year_label

__all__ = ["ChallengeResult", "YearlyCash", "hold_against_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyCash:
    """Cash and capital of two ways of holding the same machines in a year, all trusts and machines of the plan.

    Attributes
    ----------
    owned_gbp, offer_gbp
        Cash paid: purchases, running costs with VAT that cannot be recovered, scans bought, less receipts, £ cash.
    owned_capital_gbp, offer_capital_gbp
        Charged to capital limits, £ cash; of the offer with the right-of-use value of its lease.
    owned_outside, offer_outside
        Scans bought outside.
    """

    year: int
    owned_gbp: int
    offer_gbp: int
    owned_capital_gbp: int
    offer_capital_gbp: int
    owned_outside: int
    offer_outside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeResult:
    """A supplier's offer held against the plan in which the same machines are owned.

    Attributes
    ----------
    owned, offer
        The two plans, for the same patients at the same prices; ``offer`` is None where its limits leave no plan.
    why_not
        Why there is no plan under the offer, in words; empty where there is one.
    right_of_use_gbp
        Capital score of the lease within the offer, £ cash, by the year in which the contract begins; 0 where leases
        are not charged to capital.
    cost_gbp
        Cost of the plan under the offer less that of the owned plan, £: above zero where owning is cheaper.
    cost_low_gbp, cost_high_gbp
        Between which the difference of the best plans lies, by the gaps proven, £.
    tie_gbp
        Charge a year at which the two cost the same, £ ex VAT today.
    tie_low_gbp, tie_high_gbp
        Between which it lies by the gaps proven.
    years
        Cash, capital and scans bought outside by year.
    assumptions
        What was taken for granted, in words.
    sentences
        The findings, in words.
    """

    name: str
    supplier: str
    machines: tuple[str, ...]
    annual_charge_gbp: int
    owned: Plan
    offer: Plan | None
    why_not: str
    right_of_use_gbp: int
    cost_gbp: int | None
    cost_low_gbp: int | None
    cost_high_gbp: int | None
    tie_gbp: int | None
    tie_low_gbp: int | None
    tie_high_gbp: int | None
    years: tuple[YearlyCash, ...]
    assumptions: tuple[str, ...]
    sentences: tuple[str, ...]


def hold_against_plan(
    register: Register, name: str, attempts: Attempts, reason: Reason, *, planned: Plan | None = None
) -> ChallengeResult:
    """Plan with the machines of an offer owned, and again with them under the offer.

    Parameters
    ----------
    name
        Name of the challenge.
    attempts
        Plans registers, in order.
    reason
        Says why a register has no plan.
    planned
        The plan of the register, where it was made before.

    Raises
    ------
    InputError
        If there is no such challenge, it begins after the plan, or none of its machines can be handed over.
    SolverError
        If there is no plan even with the machines owned.
    """
    challenge = next((each for each in register.challenges if each.name == name), None)
    if challenge is None:
        known = ", ".join(each.name for each in register.challenges) or "none"
        raise InputError(f"There is no challenge {name!r} on the sheet Challenges; there are: {known}.")
    alike = replace(register, revenue_limits=(), approved=())
    offer = hand_over(alike, challenge)
    first = [] if planned is not None and alike == register else [alike]
    made = [attempt.plan for attempt in attempts([*first, offer.register])]
    owned, other = (planned, *made)[-2:]
    if owned is None:
        raise SolverError(f"No plan was found with the machines owned: {reason(alike)}")
    why = "" if other is not None else reason(offer.register)
    if offer.short_gbp:
        other, why = None, (
            f"the limits of {offer.first_year} leave £{offer.short_gbp:,} too little for the "
            f"£{offer.right_of_use_gbp:,} that the lease within it scores to capital"
        )  # fmt: skip
    return _result(offer, owned, other, why)


def _result(offer: Handover, owned: Plan, other: Plan | None, why: str) -> ChallengeResult:
    challenge = offer.challenge
    cost, low, high = _difference(owned, other)
    ties = [
        None if gbp is None else round_half_up(challenge.annual_charge_gbp - gbp / offer.weight)
        for gbp in (cost, high, low)
    ]
    result = ChallengeResult(
        name=challenge.name,
        supplier=challenge.supplier,
        machines=tuple(asset.asset_id for asset in offer.handed),
        annual_charge_gbp=challenge.annual_charge_gbp,
        owned=owned,
        offer=other,
        why_not=why,
        right_of_use_gbp=offer.right_of_use_gbp,
        cost_gbp=cost,
        cost_low_gbp=low,
        cost_high_gbp=high,
        tie_gbp=ties[0],
        tie_low_gbp=ties[1],
        tie_high_gbp=ties[2],
        years=() if other is None else _years(offer, owned, other),
        assumptions=(*offer.kept, *_assumptions(offer)),
        sentences=(),
    )
    return replace(result, sentences=tuple(_sentences(result, offer)))


def _difference(owned: Plan, other: Plan | None) -> tuple[int | None, int | None, int | None]:
    """Cost of the plan under the offer less that of the owned plan, and between which it lies by the gaps, £."""
    if other is None:
        return None, None, None
    low = None if other.bound_gbp is None else other.bound_gbp - owned.objective_gbp
    high = None if owned.bound_gbp is None else other.objective_gbp - owned.bound_gbp
    return other.objective_gbp - owned.objective_gbp, low, high


def _years(offer: Handover, owned: Plan, other: Plan) -> tuple[YearlyCash, ...]:
    index = Rates.of(offer.base.settings).inflation
    return tuple(
        YearlyCash(
            year=ours.year,
            owned_gbp=_cash(owned, ours, index[position]),
            offer_gbp=_cash(other, theirs, index[position]),
            owned_capital_gbp=sum(ours.capital_by_source.values()),
            offer_capital_gbp=sum(theirs.capital_by_source.values())
            + (offer.right_of_use_gbp if position == offer.position else 0),
            owned_outside=sum(ours.outside_scans.values()),
            offer_outside=sum(theirs.outside_scans.values()),
        )
        for position, (ours, theirs) in enumerate(zip(owned.years, other.years, strict=True))
    )


def _cash(plan: Plan, year: YearLine, index: Fraction) -> int:
    """Money paid in a year: purchases, running costs and rents, less what machines bring when they leave, £ cash."""
    bought = sum(
        payment.gbp
        for scheme in plan.schemes
        for payment in scheme.payments
        if payment.year == year.year and payment.route is Route.PURCHASE
    )
    lines = [line for line in plan.revenue if line.year == year.year]
    running = sum(
        gbp
        for line in lines
        for heading, gbp in line.amounts_gbp.items()
        if heading not in NOT_CASH and heading is not Heading.DISPOSAL
    )
    rents = sum(line.lease_rents_gbp for line in lines)
    return bought + running + rents - round_half_up(year.resale_gbp * index)


def _assumptions(offer: Handover) -> list[str]:
    challenge, settings = offer.challenge, offer.base.settings
    told = [
        f"The supplier takes over {_listed(offer)} in {offer.first_year}, keeps all at work and renews each at age "
        f"{challenge.refresh_years}, works included; nothing is paid for what is handed over.",
        "The charge is divided evenly among the machines and rises with inflation.",
        "Costs are discounted, real and without VAT; VAT that cannot be recovered is in the yearly cash.",
    ]
    if challenge.scope:
        told.append(f"The supplier says that the charge covers: {challenge.scope}")
    if challenge.start_year + challenge.term_years <= settings.horizon[-1]:
        end = year_label(challenge.start_year + challenge.term_years)
        told.append(f"From {end}, when it ends, the contract is taken to run on at the same terms.")
    return told


def _sentences(result: ChallengeResult, offer: Handover) -> list[str]:
    who = result.supplier or "the supplier"
    if result.offer is None or result.cost_gbp is None:
        return [f"There is no plan under the offer of {who}: {result.why_not}."]
    cheaper = "no more than owning the machines" if not result.cost_gbp else (
        f"£{abs(result.cost_gbp):,} {'more' if result.cost_gbp > 0 else 'less'} than owning the machines"
    )  # fmt: skip
    gaps = _between(result.cost_low_gbp, result.cost_high_gbp, "the best plans differ by")
    told = [
        f"Under the offer of {who} the plan costs {cheaper}: £{result.offer.objective_gbp:,} against "
        f"£{result.owned.objective_gbp:,}{gaps}.",
        f"The two cost the same at a charge of {_pounds(result.tie_gbp)} a year, against £{result.annual_charge_gbp:,} "
        f"offered{_between(result.tie_low_gbp, result.tie_high_gbp, 'by the gaps proven')}.",
    ]
    ours = sum(year.owned_capital_gbp for year in result.years)
    theirs = sum(year.offer_capital_gbp for year in result.years)
    told.append(
        f"Owned, the plan charges £{ours:,} to capital limits; under the offer £{theirs:,}, of which "
        f"£{result.right_of_use_gbp:,} is the lease within it in {offer.first_year}."
    )
    scans = [sum(getattr(year, f"{way}_outside") for year in result.years) for way in ("owned", "offer")]
    told.append(f"Scans bought outside: {scans[0]:,} with the machines owned, {scans[1]:,} under the offer.")
    return told


def _between(low: int | None, high: int | None, what: str) -> str:
    if low is None or high is None:
        return " (no gap proven)"
    if low == high:
        return ""
    return f" ({what} between {_pounds(low)} and {_pounds(high)})"


def _listed(offer: Handover) -> str:
    number = len(offer.handed)
    return offer.handed[0].asset_id if number == 1 else f"{number:,} machines"


def _pounds(gbp: int | None) -> str:
    return "-" if gbp is None else f"{'-' if gbp < 0 else ''}£{abs(gbp):,}"
