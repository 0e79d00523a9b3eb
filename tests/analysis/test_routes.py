"""One machine bought, leased and managed, side by side, worked out on paper."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from capitalplan.analysis.routes import compare_routes
from capitalplan.register.register import Curve, Offer
from capitalplan.terms import BeyondPlan, ContractEnd, Route
from tests.verify.small_network import asset, option, register, settings


def offer(name: str, route: Route, **changes: Any) -> Offer:
    """£300 a year for four years, indexed, in advance at 0%; works and VAT are the trust's."""
    values: dict[str, Any] = {
        "name": name,
        "route": route,
        "option": "CT standard",
        "trusts": frozenset(),
        "years": 4,
        "lease_gbp": 300,
        "service_gbp": 0,
        "rate": Fraction(0),
        "in_advance": True,
        "indexed": True,
        "vat": Fraction(1, 5),
        "maintenance_included": False,
        "works_included": False,
        "refresh_years": None,
        "at_end": ContractEnd.RETURN,
        "beyond": BeyondPlan.INSIDE,
        "first_year": None,
        "last_year": None,
    }
    return Offer(**{**values, **changes})


FLAT = Curve(
    name="default", uptime=(Fraction(1),), upkeep=(Fraction(1),), resale=(Fraction(0),), failure=(Fraction(0),)
)
CALM = settings(
    inflation_rate=Fraction(0),
    optimism_bias_equipment=Fraction(0),
    optimism_bias_works=Fraction(0),
    dividend_rate=Fraction(0),
)
BOOK = register(
    asset(),
    settings=CALM,
    curves={"default": FLAT},
    options={"CT standard": option(life_years=5), "Other": option("Other")},
    offers=(
        offer("Lease", Route.LEASE),
        offer("Service", Route.MANAGED_SERVICE, lease_gbp=0, service_gbp=500, maintenance_included=True,
              works_included=True, refresh_years=4, vat=Fraction(0)),
        offer("Short", Route.LEASE, years=2),
    ),
)  # fmt: skip


def test_routes_side_by_side() -> None:
    """£1,000 and £200 of works with 20% VAT; £90 of maintenance; over four years without discounting or inflation.

    Bought: 1,200 + 4 x 90 less 1/5 of the machine and 16/20 of the works left: 1,560 - 200 - 160 = 1,200. Leased: works
    200 + 4 x (300 + 90) - 160 = 1,600, scored 4 x 300 with works of 240. Managed: 4 x 500.
    """
    (found,) = compare_routes(BOOK)
    assert found.option == "CT standard"
    bought, leased, managed, _ = found.routes
    assert [each.cost_gbp for each in (bought, leased, managed)] == [1200, 1600, 2000]
    assert [each.yearly_gbp for each in (bought, leased, managed)] == [300, 400, 500]
    assert [sum(each.capital_gbp) for each in (bought, leased, managed)] == [1440, 240 + 1200, 0]
    assert bought.cash_gbp == (1440 + 90, 90, 90, 90)
    assert leased.cash_gbp == (240 + 300 + 60 + 90, 450, 450, 450)
    assert managed.cash_gbp == (500,) * 4
    assert bought.revenue_gbp == (240 + 12 + 90,) * 4
    assert leased.revenue_gbp == (300 + 60 + 12 + 90,) * 4
    assert managed.revenue_gbp == (500,) * 4


def test_a_contract_that_is_returned_serves_fewer_years() -> None:
    """Two years of £390, and works of £200 that then stand unused: £980, £490 a year."""
    (found,) = compare_routes(BOOK)
    short = found.routes[-1]
    assert (short.years_in_service, short.cost_gbp, short.yearly_gbp) == (2, 980, 490)
    assert short.cash_gbp[2:] == (0, 0)


def test_without_offers_there_is_nothing_to_compare() -> None:
    assert compare_routes(register(asset())) == ()
