"""Bounds on money that hold the plan back beside sources and totals: revenue limits, and fairness between trusts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from capitalplan.formulation.rules.fairness import demand_of_trusts, fleet_value
from capitalplan.plan.decode import Choices
from capitalplan.plan.funding import Funding
from capitalplan.plan.plan import Binding, RevenueLine
from capitalplan.terms import round_half_up

__all__ = ["capital_shares", "money_limits", "unmet_shares"]

BASIS_POINTS = 10_000
NEAR = Fraction(1, 100_000)
"""How near a bound a difference must come to bind: engines keep it to a tolerance, and scans are rounded."""


def money_limits(choices: Choices, funding: Funding, revenue: Sequence[RevenueLine]) -> tuple[Binding, ...]:
    """Revenue limits that are reached, and bounds on the difference between trusts that are."""
    settings = choices.columns.register.settings
    return (
        *_revenue(revenue),
        *_spread(unmet_shares(choices), settings.fair_unmet_spread, settings.network_name),
        *_spread(capital_shares(choices, funding), settings.fair_capital_spread, settings.network_name),
    )


def unmet_shares(choices: Choices) -> dict[str, Fraction]:
    """Scans bought outside over the plan as a share of demand, by trust with demand."""
    sites = choices.columns.register.sites
    bought: dict[str, Fraction] = {}
    for (_, site, _), scans in choices.outside.items():
        trust = sites[site].trust
        bought[trust] = bought.get(trust, Fraction(0)) + scans
    return {
        trust: bought.get(trust, Fraction(0)) / demand
        for trust, demand in demand_of_trusts(choices.columns.register).items()
    }


def capital_shares(choices: Choices, funding: Funding) -> dict[str, Fraction]:
    """Capital borne over the plan against like-for-like prices of the registered fleet, by trust with a fleet."""
    paid: Counter[str] = Counter()
    for payments in funding.payments:
        for payment in payments:
            paid[payment.trust] += payment.gbp
    return {trust: Fraction(paid[trust], value) for trust, value in fleet_value(choices.columns.register).items()}


def _revenue(lines: Iterable[RevenueLine]) -> Iterator[Binding]:
    for line in lines:
        limit = line.limit_gbp
        if limit is not None and line.over_gbp:
            yield Binding(
                rule="revenue", place=line.trust, year=line.year, amount=limit, used=limit + line.over_gbp, unit="£"
            )


def _spread(shares: Mapping[str, Fraction], bound: Fraction | None, network: str) -> Iterator[Binding]:
    if bound is None or len(shares) < 2:
        return
    spread = max(shares.values()) - min(shares.values())
    if spread >= bound - NEAR:
        yield Binding(
            rule="fairness",
            place=network,
            year=None,
            amount=round_half_up(BASIS_POINTS * bound),
            used=round_half_up(BASIS_POINTS * spread),
            unit="basis points",
        )
