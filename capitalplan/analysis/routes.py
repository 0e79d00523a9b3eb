"""The same machine by each route side by side: bought, leased, or by managed service.

One machine of each option of the catalogue for which Routes has an offer, set up in an existing room in the first year
of the plan at the option's own price and works, kept to the end of the plan or until its contract returns it. Nothing
but the route differs: its charges, what it scores to capital, maintenance and age risk it takes off the trust, and what
is left at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from capitalplan.finance.costs import Rates
from capitalplan.formulation.accounts import Bookkeeper
from capitalplan.formulation.acquired import Market
from capitalplan.formulation.machines import Machine
from capitalplan.register.register import Offer, Option, Register
from capitalplan.terms import ContractEnd, Heading, Route, round_half_up

__all__ = ["NOT_CASH", "RouteComparison", "RouteFigures", "compare_routes"]

NOT_CASH = frozenset({Heading.DEPRECIATION, Heading.LOSS, Heading.INTEREST, Heading.DIVIDEND, Heading.RELIEF})
"""Lines of the revenue statement that are no running costs in cash; rents of right-of-use assets are added instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFigures:
    """One machine by one route.

    Attributes
    ----------
    offer
        Line of Routes; None for a purchase.
    years_in_service
        Years of the plan in which it stands: fewer where a contract returns it.
    cost_gbp
        Discounted cost over the plan, age risk in and value left at the end out, real £ ex VAT.
    yearly_gbp
        The same as an equivalent annual cost over its years in service.
    capital_gbp
        Charged to capital limits by year of the plan, £ cash.
    cash_gbp
        Paid by year, £ cash: purchases, running costs, rents and charges, with VAT that cannot be recovered.
    revenue_gbp
        Revenue statement by year, before relief, £ cash.
    """

    route: Route
    offer: str | None
    years_in_service: int
    cost_gbp: int
    yearly_gbp: int
    capital_gbp: tuple[int, ...]
    cash_gbp: tuple[int, ...]
    revenue_gbp: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteComparison:
    """One machine of an option by each route: bought first, then each offer in order of Routes."""

    option: str
    routes: tuple[RouteFigures, ...]


def compare_routes(register: Register) -> tuple[RouteComparison, ...]:
    """Compare the routes of each option with an offer, in order of the catalogue; none without Routes."""
    rates = Rates.of(register.settings)
    found = []
    for option in register.options.values():
        offers = [offer for offer in register.offers if offer.option == option.name]
        if offers:
            routes = tuple(_figures(option, offer, register, rates) for offer in (None, *offers))
            found.append(RouteComparison(option=option.name, routes=routes))
    return tuple(found)


def _figures(option: Option, offer: Offer | None, register: Register, rates: Rates) -> RouteFigures:
    settings = register.settings
    unstaffed, site = replace(option, annual_staff_gbp=0), next(iter(register.sites.values()))
    machine = Market(register, rates).added(unstaffed, site, offer=offer)
    returned = offer is not None and offer.at_end is ContractEnd.RETURN
    until = min(settings.years, offer.years) if offer is not None and returned else settings.years
    statement = Bookkeeper(register, rates).acquired(machine, 0).statement(until)
    charges = {route: tuple(int(gbp) for gbp in table[0]) for route, table in machine.charge.items()}
    cost = _discounted(machine, until, rates)
    nothing = (0,) * settings.years
    return RouteFigures(
        route=Route.PURCHASE if offer is None else offer.route,
        offer=None if offer is None else offer.name,
        years_in_service=until,
        cost_gbp=round_half_up(cost),
        yearly_gbp=round_half_up(cost / sum(rates.discount[:until], Fraction(0))),
        capital_gbp=tuple(sum(parts) for parts in zip(nothing, *charges.values(), strict=True)),
        cash_gbp=tuple(
            bought + rents + _cash(statement.amounts, year)
            for year, (bought, rents) in enumerate(
                zip(charges.get(Route.PURCHASE, nothing), statement.lease_rents, strict=True)
            )
        ),
        revenue_gbp=statement.total,
    )


def _discounted(machine: Machine, until: int, rates: Rates) -> Fraction:
    years = len(machine.risk)
    yearly = [
        int(machine.capital[0][year]) + (int(machine.upkeep[year]) + int(machine.risk[year]) if year < until else 0)
        for year in range(years)
    ]
    left = int(machine.terminal[years]) if until == years else 0
    spent = sum((rates.discount[year] * gbp for year, gbp in enumerate(yearly)), Fraction(0))
    return spent - rates.discount[years] * left


def _cash(amounts: Mapping[Heading, tuple[int, ...]], year: int) -> int:
    return sum(line[year] for heading, line in amounts.items() if heading not in NOT_CASH)
