"""Leases and managed services taken in the plan, extensions and upgrades in the books, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import Payment, Plan, PlannedScheme, RevenueLine
from capitalplan.register.register import Offer, Register, Upgrade
from capitalplan.terms import (
    UNFUNDED,
    Action,
    BeyondPlan,
    ContractEnd,
    ContractKind,
    Heading,
    Lock,
    Ownership,
    Route,
)
from capitalplan.verify import verify
from tests.verify.small_network import (
    SITE_A,
    TRUST,
    asset,
    contract,
    limits,
    line,
    pay,
    plan,
    register,
    revenue,
    row,
    settings,
    source_year,
    unfunded,
    with_settings,
    with_site,
)

CT1 = asset()


def said(book: Register, made: Plan, *rules: str) -> list[str]:
    return [breach.message for breach in verify(book, made).breaches if breach.rule in rules]


def offer(**changes: Any) -> Offer:
    """A lease of two years for £300 a year, paid in advance, valued at 10%, with a fifth of VAT."""
    values: dict[str, Any] = {
        "name": "Lease",
        "route": Route.LEASE,
        "option": "CT standard",
        "trusts": frozenset(),
        "years": 2,
        "lease_gbp": 300,
        "service_gbp": 0,
        "rate": Fraction(1, 10),
        "in_advance": True,
        "indexed": False,
        "vat": Fraction(1, 5),
        "maintenance_included": False,
        "works_included": False,
        "refresh_years": None,
        "at_end": ContractEnd.RENEW,
        "beyond": BeyondPlan.INSIDE,
        "first_year": None,
        "last_year": None,
    }
    return Offer(**{**values, **changes})


def owes(year: int, route: Route, gbp: int) -> Payment:
    return Payment(year=year, trust=TRUST, source=UNFUNDED, route=route, gbp=gbp)


def taken(*payments: Payment, action: Action = Action.REPLACE, year: int = 2027, **changes: Any) -> PlannedScheme:
    total = sum(payment.gbp for payment in payments)
    values: dict[str, Any] = {
        "capital_gbp": total,
        "funding": {UNFUNDED: total} if total else {},
        "payments": payments,
        "offer": "Lease",
        "route": "lease",
        **changes,
    }
    return row(action, year, of=CT1 if action is Action.REPLACE else None, **values)


def statements(*years: dict[Heading, int], rents: tuple[int, ...] = (0, 0, 0, 0)) -> tuple[RevenueLine, ...]:
    return tuple(revenue(TRUST, 2026 + t, amounts, lease_rents_gbp=rents[t]) for t, amounts in enumerate(years))


# Replaced in 2027/28 and renewed in 2029/30. Works 240 x 1.2 x 1.1 = 317. Right of use 300 x (1 + 1/1.1) x 1.1 = 630,
# then x 1.331 = 762. Rents, real, 300, 300 / 1.1 = 273, 300; maintenance 100, then 288; sold for 80; works left 204.
WORKS = owes(2027, Route.PURCHASE, 317)
LEASED = taken(
    WORKS,
    owes(2027, Route.LEASE, 630),
    owes(2029, Route.LEASE, 762),
    # VAT a fifth of 330; 630 in two years of 315; 630 less the first rent of 330 is 300, owed as 330 a year later:
    # interest 30; works 16 with dividend 5 and 10; less maintenance of CT1 as it is, 138 and 182
    revenue_part_year_gbp=99 + 66 + 315 + 30 + 16 + 5 - 138,
    revenue_full_year_gbp=109 + 66 + 315 + 16 + 10 - 182,
)
VALUE = 100 - 80 + 240 + 300 + 273 + 300 + 288 - 204
LEASE_STATEMENT = statements(
    {Heading.MAINTENANCE: 100, Heading.DEPRECIATION: 160, Heading.DIVIDEND: 3},
    {
        Heading.MAINTENANCE: 99,
        Heading.VAT: 66,
        Heading.DEPRECIATION: 315 + 16,
        Heading.INTEREST: 30,
        Heading.DIVIDEND: 5,
        Heading.LOSS: -88,
    },
    {Heading.MAINTENANCE: 109, Heading.VAT: 66, Heading.DEPRECIATION: 315 + 16, Heading.DIVIDEND: 10},
    # 762 in two years of 381; rent 300 x 1.331 = 399 twice, interest 36
    {
        Heading.MAINTENANCE: 144,
        Heading.VAT: 80,
        Heading.DEPRECIATION: 381 + 16,
        Heading.INTEREST: 36,
        Heading.DIVIDEND: 10,
    },
    rents=(0, 330, 330, 399),
)
WITHOUT_RIGHT_OF_USE = (330, 330, 399)


def test_a_lease_renewed_in_the_plan() -> None:
    book = register(CT1, offers=(offer(),))
    made = plan(LEASED, objective_gbp=VALUE, revenue=LEASE_STATEMENT)
    assert said(book, made, "choice", "money", "objective", "revenue") == []


def test_a_lease_never_escapes_the_capital_limit() -> None:
    book = register(CT1, offers=(offer(),))
    hidden = taken(WORKS)
    assert said(book, plan(hidden), "money")
    assert said(book, plan(replace(LEASED, offer=None, route="purchase")), "money", "choice")


def test_without_right_of_use_the_rent_is_revenue() -> None:
    book = with_settings(register(CT1, offers=(offer(),)), ifrs16=False)
    amounts = [dict(line.amounts_gbp) for line in LEASE_STATEMENT]
    for rent, by_heading in zip(WITHOUT_RIGHT_OF_USE, amounts[1:], strict=True):
        by_heading.pop(Heading.INTEREST, None)
        by_heading |= {Heading.RENT: rent, Heading.DEPRECIATION: 16}
    alone = taken(
        WORKS,
        revenue_part_year_gbp=99 + 66 + 330 + 16 + 5 - 138,
        revenue_full_year_gbp=109 + 66 + 330 + 16 + 10 - 182,
    )
    made = plan(alone, objective_gbp=VALUE, revenue=statements(*amounts))
    assert said(book, made, "choice", "money", "objective", "revenue") == []


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        # the contract that runs at the end has a year to go, 273
        ({"beyond": BeyondPlan.TERM}, VALUE + 273),
        ({"beyond": BeyondPlan.TERM, "indexed": True}, VALUE + 27 + 300),
        ({"indexed": True}, VALUE + 27),
        ({"maintenance_included": True}, VALUE - 288),
        ({"works_included": True}, VALUE - 240 + 204),
        ({"service_gbp": 110}, VALUE + 110 + 100 + 110),
    ],
)
def test_the_value_of_a_lease(changes: dict[str, Any], value: int) -> None:
    book = register(CT1, offers=(offer(**changes),))
    assert said(book, plan(LEASED, objective_gbp=value), "objective") == []


def test_rents_at_the_end_of_the_year_are_worth_less() -> None:
    """300 / 1.1 + 300 / 1.21 = 520.66, x 1.1 = 573 and x 1.331 = 693."""
    book = register(CT1, offers=(offer(in_advance=False),))
    later = taken(WORKS, owes(2027, Route.LEASE, 573), owes(2029, Route.LEASE, 693))
    assert said(book, plan(later), "money") == []


RETURNED = offer(at_end=ContractEnd.RETURN)


@pytest.mark.parametrize(
    ("book", "fault"),
    [
        (register(CT1), "it is taken by Lease, which is not offered"),
        (register(CT1, offers=(offer(option="CT gold"),)), "Lease is an offer of CT gold"),
        (register(CT1, offers=(offer(trusts=frozenset({"R0B"})),)), "Lease is not offered to R0A in 2027/28"),
        (register(CT1, offers=(offer(last_year=2026),)), "Lease is not offered to R0A in 2027/28"),
        (register(CT1, offers=(RETURNED,)), "Lease, taken in 2027/28, is to be returned after 2 years, yet stays"),
    ],
)
def test_an_offer_that_cannot_be_taken(book: Register, fault: str) -> None:
    assert f"CT1: {fault}." in said(book, plan(LEASED), "choice")


def test_a_leased_machine_leaves_when_its_contract_ends() -> None:
    closing = with_site(register(CT1, offers=(offer(),)), SITE_A, closing_year=2028)
    gone = row(Action.RETIRE, 2028, of=CT1)
    assert said(closing, plan(taken(WORKS, owes(2027, Route.LEASE, 630)), gone), "choice") == [
        "CT1: Lease, taken in 2027/28 for 2 years, is given up after 1."
    ]
    in_time = with_site(closing, SITE_A, closing_year=2029)
    made = plan(taken(WORKS, owes(2027, Route.LEASE, 630)), replace(gone, year=2029))
    assert said(in_time, made, "choice", "money") == []


def test_an_added_machine_is_returned() -> None:
    """Two rents and two years of upkeep, works of 240, of which nothing is left: 300 + 273 + 180 + 240."""
    book = register(offers=(RETURNED,))
    added = taken(WORKS, owes(2027, Route.LEASE, 630), action=Action.ADD)
    assert said(book, plan(added, objective_gbp=993), "choice", "money", "objective") == []
    short = with_site(book, SITE_A, closing_year=2028)
    assert said(short, plan(added), "choice")


MANAGED = offer(
    route=Route.MANAGED_SERVICE,
    years=4,
    lease_gbp=0,
    service_gbp=100,
    indexed=True,
    vat=Fraction(0),
    maintenance_included=True,
    works_included=True,
    refresh_years=2,
)


def test_a_managed_service_renews_its_machine() -> None:
    """Nothing is charged to capital; new in 2027/28 and in 2029/30, each time a quarter of the year lost."""
    book = register(CT1, offers=(MANAGED,), demand={("CT", SITE_A): (0,) * 4}, settings=settings(hard_age_cap=4))
    served = taken(route="managed service", revenue_part_year_gbp=110 - 138, revenue_full_year_gbp=121 - 182)
    made = plan(
        served,
        objective_gbp=100 - 80 + 300,
        capacity={("CT", SITE_A): (900, 750, 980, 750)},
        revenue=statements(
            {Heading.MAINTENANCE: 100, Heading.DEPRECIATION: 160, Heading.DIVIDEND: 3},
            {Heading.UNITARY: 110, Heading.LOSS: -88},
            {Heading.UNITARY: 121},
            {Heading.UNITARY: 133},
        ),
    )
    rules = ("choice", "service", "money", "age", "objective", "revenue")
    assert said(book, made, *rules) == []


def test_a_managed_service_that_has_yet_to_begin() -> None:
    """From 2028/29 on; until then it is maintained, at ages 4 and 5, for 100 and 125; renewed when it begins."""
    held = asset(ownership=Ownership.MANAGED_SERVICE, contract_id="K")
    book = register(
        held,
        contracts={"K": contract(ContractKind.MANAGED_SERVICE, start_year=2028, end_year=2032)},
        demand={("CT", SITE_A): (0,) * 4},
    )
    made = plan(
        row(Action.KEEP, of=held, route="contract"),
        objective_gbp=100 + 125 + 50 + 50,
        capacity={("CT", SITE_A): (900, 880, 750, 980)},
        revenue=statements(
            {Heading.MAINTENANCE: 100}, {Heading.MAINTENANCE: 138}, {Heading.UNITARY: 61}, {Heading.UNITARY: 67}
        ),
    )
    assert said(book, made, "choice", "service", "objective", "revenue") == []


def test_a_lease_extension_is_a_right_of_use() -> None:
    """60 x (1 + 1/1.0475) x 1.1 = 129 in two years of 64 and 65; after the first rent of 66, 63 becomes 66: interest 3.

    In 2028/29 the rent is 60 x 1.21 = 73, 7 more than was valued.
    """
    leased = asset(ownership=Ownership.LEASE, contract_id="K", lock=Lock.RETIRE)
    book = register(leased, contracts={"K": contract(ContractKind.LEASE)})
    extended = unfunded(row(Action.EXTEND, 2027, of=leased), 129)
    made = plan(
        extended,
        row(Action.RETIRE, 2029, of=leased),
        revenue=statements(
            {Heading.MAINTENANCE: 100, Heading.RENT: 50, Heading.VAT: 10},
            {Heading.MAINTENANCE: 138, Heading.DEPRECIATION: 64, Heading.INTEREST: 3, Heading.VAT: 13},
            {Heading.MAINTENANCE: 182, Heading.RENT: 7, Heading.DEPRECIATION: 65, Heading.VAT: 15},
            {},
            rents=(0, 66, 66, 0),
        ),
    )
    assert said(book, made, "money", "revenue") == []


def test_months_of_the_first_year() -> None:
    """1452 over 5 years from the middle of 2027/28: 1307, 1016, 726 are left; works 317: 309, 293, 277."""
    book = register(CT1, settings=settings(months_in_first_year=6, dividend_rate=Fraction(0)))
    bought = unfunded(row(Action.REPLACE, 2027, of=CT1), 1769)
    made = plan(
        replace(bought, revenue_part_year_gbp=99 + 145 + 8 - 138, revenue_full_year_gbp=109 + 291 + 16 - 182),
        revenue=statements(
            {Heading.MAINTENANCE: 100, Heading.DEPRECIATION: 160},
            {Heading.MAINTENANCE: 99, Heading.DEPRECIATION: 145 + 8, Heading.LOSS: -88},
            {Heading.MAINTENANCE: 109, Heading.DEPRECIATION: 291 + 16},
            {Heading.MAINTENANCE: 144, Heading.DEPRECIATION: 290 + 16},
        ),
    )
    assert said(book, made, "revenue") == []


TUBE = Upgrade(
    name="New tube", cost_gbp=100, years_gained=2, throughput_gain=Fraction(0), first_year=None, last_year=None
)


def test_an_upgrade_is_lost_with_its_machine() -> None:
    """Upgraded in 2026/27 for 110 x 1.2 = 132 over 10 - 4 = 6 years: 110, 88; replaced in 2028/29 and sold for 40."""
    machine = asset(upgrades=(TUBE,), life_years=8, book_value_gbp=400)
    book = register(machine, settings=settings(min_years_kept=1), lines={"CT": line("CT", disposal_gbp=10)})
    better = unfunded(row(Action.UPGRADE, 2026, of=machine, option="New tube", route="upgrade"), 132)
    bought = unfunded(row(Action.REPLACE, 2028, of=machine), 1946)
    # CT1 over 4 years 400, 300, 200; sold for 40 x 1.21 = 48, disposal 12; new 1100 x 1.2 x 1.21 = 1597 over 5 years
    # 1278, 958, works 349: 332, 314
    made = plan(
        replace(better, revenue_part_year_gbp=22 + 2, revenue_full_year_gbp=22 + 3),
        replace(
            bought,
            revenue_part_year_gbp=109 + 319 + 17 + 22 + 6 - (182 + 100 + 5),
            revenue_full_year_gbp=120 + 320 + 18 + 39 + 11 - (266 + 100 + 2),
        ),
        revenue=statements(
            {Heading.MAINTENANCE: 100, Heading.DEPRECIATION: 100 + 22, Heading.DIVIDEND: 12 + 2},
            {Heading.MAINTENANCE: 138, Heading.DEPRECIATION: 100 + 22, Heading.DIVIDEND: 9 + 3},
            {
                Heading.MAINTENANCE: 109,
                Heading.DEPRECIATION: 319 + 17,
                Heading.DIVIDEND: 4 + 2 + 22 + 6,
                Heading.DISPOSAL: 12,
                Heading.LOSS: 200 + 88 - 48,
            },
            {Heading.MAINTENANCE: 120, Heading.DEPRECIATION: 320 + 18, Heading.DIVIDEND: 39 + 11},
        ),
    )
    assert said(book, made, "revenue", "money") == []


def test_a_gift_pays_no_dividend() -> None:
    """884 of 1,769 are given: of dividends of 25, 46 and 35 that share is relieved; a charity's machine pays none."""
    given = asset(ownership=Ownership.CHARITY)
    sources = (limits("Charity", TRUST, 884, donated=True), limits("Own", TRUST, 2000))
    book = register(given, sources=sources)
    funding = {"Charity": 884, "Own": 885}
    bought = row(Action.REPLACE, 2027, of=given, capital_gbp=1769, funding=funding, payments=pay(2027, TRUST, funding))
    made = plan(
        replace(
            bought,
            revenue_part_year_gbp=99 + 290 + 16 + 20 + 5 - 138,
            revenue_full_year_gbp=109 + 291 + 16 + 36 + 10 - 182,
        ),
        funded=True,
        sources=tuple(
            source_year(source.name, 2026 + t, source.limits_gbp[t], funding[source.name] if t == 1 else 0)
            for source in sources
            for t in range(4)
        ),
        revenue=statements(
            {Heading.MAINTENANCE: 100, Heading.DEPRECIATION: 160},
            {
                Heading.MAINTENANCE: 99,
                Heading.DEPRECIATION: 306,
                Heading.DIVIDEND: 25,
                Heading.LOSS: -88,
                Heading.RELIEF: -12,
            },
            {
                Heading.MAINTENANCE: 109,
                Heading.DEPRECIATION: 307,
                Heading.DIVIDEND: 46,
                Heading.RELIEF: -23,
            },
            {Heading.MAINTENANCE: 144, Heading.DEPRECIATION: 306, Heading.DIVIDEND: 35, Heading.RELIEF: -17},
        ),
    )
    assert said(book, made, "money", "revenue") == []
