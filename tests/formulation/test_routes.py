"""Leases and managed services beside a purchase of the same machine, in figures worked out on paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.finance.costs import Rates
from capitalplan.finance.dates import can_be_ordered, months_before
from capitalplan.finance.leases import rent_factor
from capitalplan.formulation.additions import Addition, new_rooms, possible_additions
from capitalplan.formulation.schedules import Menu, build_schedules
from capitalplan.register.register import Offer, Register
from capitalplan.settings import TerminalValue
from capitalplan.solution import SolveOptions
from capitalplan.terms import BeyondPlan, ContractEnd, ContractKind, Heading, Lock, Ownership, Route
from capitalplan.workflow.planning import make_plan
from tests.formulation.offers import offer
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    contract,
    limits,
    line,
    option,
    register,
    scheme,
    settings,
    site,
    with_settings,
)

# Prices rise by 10% a year, nothing is discounted unless said so.
LEASE = offer()
MANAGED = replace(LEASE, name="Managed", route=Route.MANAGED_SERVICE, years=4, refresh_years=2)
WANTED = {("CT", SITE_A): (900,) * 4}


def network(*offers: Offer, **changes: Any) -> Register:
    return register(asset(), **{"offers": offers, "demand": WANTED, **changes})


def menu_of(book: Register) -> Menu:
    return build_schedules(book, prune=False).menus[0]


def names(menu: Menu) -> list[str]:
    """Every schedule in short: ``replace 1 Lease``, ``replace 1`` for a purchase."""
    found = []
    for events in menu.events:
        offers = [menu.machines[each.machine].offer if each.machine >= 0 else None for each in events]
        words = [
            f"{each.action} {each.year}{f' {by.name}' if by else ''}" for each, by in zip(events, offers, strict=True)
        ]
        found.append(", ".join(words) or "keep")
    return found


def row(menu: Menu, name: str) -> int:
    return names(menu).index(name)


def charged(menu: Menu, name: str) -> dict[Route, list[int]]:
    number = row(menu, name)
    return {route: by[number].tolist() for route, by in menu.figures.charge.items() if by[number].any()}


def running(menu: Menu, name: str) -> dict[Heading, list[int]]:
    number = row(menu, name)
    return {heading: by[number].tolist() for heading, by in menu.figures.running.items() if by[number].any()}


def test_rents_are_valued_in_advance_or_in_arrears() -> None:
    rate = Fraction(1, 10)
    assert rent_factor(3, rate, in_advance=True) == 1 + Fraction(10, 11) + Fraction(100, 121)
    assert rent_factor(3, rate, in_advance=False) == rent_factor(3, rate, in_advance=True) / Fraction(11, 10)
    assert rent_factor(3, Fraction(0), in_advance=False) == 3


def test_a_lease_pays_for_works_and_charges_its_right_of_use_whenever_it_begins() -> None:
    menu = menu_of(network(LEASE))
    assert charged(menu, "replace 1") == {Route.PURCHASE: [0, 1769, 0, 0]}  # (1100 + 240) x 1.2 x 1.1
    assert charged(menu, "replace 1 Lease") == {
        Route.PURCHASE: [0, 317, 0, 0],  # 240 x 1.2 x 1.1
        Route.LEASE: [0, 660, 0, 799],  # 300 x 2 x 1.1, and again two years later x 1.331
    }
    assert menu.figures.capital[row(menu, "replace 1 Lease")].tolist() == [0, 240, 0, 0]
    assert running(menu, "replace 1 Lease") == {
        Heading.MAINTENANCE: [100, 0, 0, 0],
        Heading.RENT: [0, 300, 300, 300],
        Heading.UNITARY: [0, 40, 40, 40],
    }
    assert menu.figures.upkeep[row(menu, "replace 1 Lease")].tolist() == [100, 340, 340, 340]


def test_a_lease_is_worth_its_works_and_brings_nothing_when_it_goes() -> None:
    menu = menu_of(network(LEASE, settings=settings(max_replacements=2)))
    assert menu.figures.terminal[row(menu, "replace 1")] == 1100 * 2 // 5 + 240 * 17 // 20
    assert menu.figures.terminal[row(menu, "replace 1 Lease")] == 240 * 17 // 20
    assert menu.figures.receipts[row(menu, "replace 0 Lease, replace 2")].tolist() == [160, 0, 0, 0]
    assert menu.figures.receipts[row(menu, "replace 0, replace 2 Lease")].tolist() == [160, 0, 400, 0]
    assert charged(menu, "replace 0 Lease, replace 2")[Route.LEASE] == [600, 0, 0, 0]
    resale = menu_of(network(LEASE, settings=settings(terminal_value=TerminalValue.RESALE)))
    assert resale.figures.terminal[row(resale, "replace 1 Lease")] == 0


def test_without_the_standard_a_lease_escapes_the_limit() -> None:
    menu = menu_of(network(LEASE, settings=settings(ifrs16=False)))
    assert charged(menu, "replace 1 Lease") == {Route.PURCHASE: [0, 317, 0, 0]}


def test_works_that_are_included_and_maintenance_that_is_not() -> None:
    bare = replace(LEASE, works_included=True, maintenance_included=False, service_gbp=0)
    menu = menu_of(network(bare))
    assert charged(menu, "replace 2 Lease") == {Route.LEASE: [0, 0, 726, 0]}
    assert running(menu, "replace 2 Lease")[Heading.MAINTENANCE] == [100, 125, 90, 90]
    assert menu.figures.terminal[row(menu, "replace 2 Lease")] == 0


def test_charges_that_do_not_rise_lose_value_until_the_contract_is_renewed() -> None:
    menu = menu_of(network(replace(LEASE, indexed=False)))
    assert running(menu, "replace 0 Lease")[Heading.RENT] == [300, 273, 300, 273]  # 300 / 1.1


def test_charges_beyond_the_plan_are_counted_if_asked() -> None:
    """Begun in the last year, two years of a three-year lease are still to pay; discounted by 10% in the second."""
    terms = replace(LEASE, years=3, works_included=True, beyond=BeyondPlan.TERM)
    menu = menu_of(network(terms, settings=settings(discount_rate=Fraction(1, 10))))
    assert menu.figures.terminal[row(menu, "replace 3 Lease")] == -(340 + 309)
    assert menu.figures.terminal[row(menu, "replace 1 Lease")] == 0
    menu = menu_of(network(replace(terms, indexed=False)))
    assert menu.figures.terminal[row(menu, "replace 3 Lease")] == -(273 + 36 + 248 + 33)


def test_a_lease_is_left_when_a_contract_ends() -> None:
    found = names(menu_of(network(replace(LEASE, years=3), settings=settings(min_years_kept=1))))
    assert "replace 0 Lease, replace 3" in found
    assert not {"replace 0 Lease, replace 2", "replace 1 Lease, replace 3"} & set(found)
    assert {"replace 0 Lease", "replace 3 Lease"} <= set(found)


def test_a_lease_to_be_returned_goes_back_after_its_years() -> None:
    back = replace(LEASE, at_end=ContractEnd.RETURN)
    found = {name for name in names(menu_of(network(back))) if "Lease" in name}
    assert found == {
        "replace 0 Lease, replace 2",
        "replace 0 Lease, replace 2 Lease",
        "replace 0, replace 2 Lease",
        "replace 0, replace 3 Lease",
        "replace 1 Lease, replace 3",
        "replace 1, replace 3 Lease",
        "replace 1 Lease, replace 3 Lease",
        "replace 2 Lease",
        "replace 3 Lease",
    }


def test_an_offer_is_had_only_by_its_trusts_in_its_years() -> None:
    late = replace(LEASE, first_year=2028, last_year=2028)
    table = build_schedules(network(late), prune=False)
    assert {name for name in names(table.menus[0]) if "Lease" in name} == {
        "replace 2 Lease",
        "replace 0, replace 2 Lease",
    }
    assert "route" in {each.rule for each in table.removals}
    menu = menu_of(network(replace(LEASE, trusts=frozenset({"R0B"}))))
    assert len(menu.machines) == 2


def test_a_lease_ends_with_its_site() -> None:
    sites = {SITE_A: site(SITE_A, closing_year=2029), SITE_B: site(SITE_B)}
    found = {name for name in names(menu_of(network(LEASE, sites=sites))) if name.startswith("replace 1")}
    assert found == {"replace 1, retire 3", "replace 1 Lease, retire 3"}
    found = {name for name in names(menu_of(network(LEASE, sites=sites))) if name.startswith("replace 2")}
    assert found == {"replace 2, retire 3"}


def test_a_managed_service_renews_its_machine() -> None:
    menu = menu_of(network(MANAGED, settings=settings(failure_price_gbp=100)))
    number = row(menu, "replace 0 Managed")
    assert charged(menu, "replace 0 Managed")[Route.MANAGED_SERVICE] == [1200, 0, 0, 0]
    assert menu.figures.capacity[number].tolist() == [750, 980, 750, 980]
    assert menu.figures.lost[number].tolist() == [250, 0, 250, 0]
    assert menu.figures.risk[number].tolist() == [0, 0, 0, 0]
    assert menu.figures.swap[number].tolist() == [1, 0, 0, 0]
    assert menu.machines[2].ages.tolist() == [0, 1, 0, 1]
    assert menu.machines[2].life is None


def test_a_machine_its_contract_renews_has_no_age_cap() -> None:
    book = network(MANAGED, LEASE, settings=settings(hard_age_cap=2))
    found = names(menu_of(book))
    assert "replace 0 Managed" in found
    assert "replace 0 Lease" not in found


# Purchases, dates and running costs


def test_works_may_be_paid_a_year_before() -> None:
    book = network(options={"CT standard": option(works_paid_before=Fraction(1, 4))})
    menu = menu_of(book)
    assert charged(menu, "replace 2") == {Route.PURCHASE: [0, 79, 1859, 0]}  # 60 x 1.2 x 1.1, 1280 x 1.2 x 1.21
    assert menu.figures.capital[row(menu, "replace 2")].tolist() == [0, 60, 1280, 0]
    assert charged(menu, "replace 0") == {Route.PURCHASE: [1608, 0, 0, 0]}
    assert menu.figures.capital[row(menu, "replace 0")].tolist() == [1340, 0, 0, 0]


def test_what_a_committed_scheme_paid_before_the_plan_is_left_out() -> None:
    real = []
    for year in (2026, 2027):
        menu = menu_of(network(schemes=(scheme("S", year=year, paid_before_gbp=500),)))
        real.append(menu.figures.capital[0].tolist())
    assert real == [[1250, 0, 0, 0], [417, 1136, 0, 0]]  # 1500 / 1.2; 500 / 1.2 and 1500 / 1.2 / 1.1


def test_taking_a_machine_out_costs_money_unless_it_is_leased() -> None:
    lines = {"CT": line("CT", disposal_gbp=70)}
    menu = menu_of(network(LEASE, lines=lines))
    assert menu.figures.receipts[row(menu, "replace 1, replace 3")].tolist() == [0, 10, 0, 330]
    assert menu.figures.receipts[row(menu, "replace 0 Lease, replace 2")].tolist() == [90, 0, 0, 0]


def test_energy_is_paid_for_by_everything_that_stands() -> None:
    book = network(
        MANAGED,
        settings=settings(energy_price_gbp_per_mwh=3),
        lines={"CT": line("CT", energy_mwh=Fraction(21, 2))},
        options={"CT standard": option(energy_mwh=Fraction(10))},
    )
    menu = menu_of(book)
    assert running(menu, "replace 1 Managed")[Heading.ENERGY] == [32, 30, 30, 30]
    held = replace(book, assets=(asset(ownership=Ownership.PFI, contract_id="K"),))
    held = replace(held, contracts={"K": contract(ContractKind.PFI)})
    assert running(menu_of(held), "keep") == {Heading.UNITARY: [50] * 4, Heading.ENERGY: [32] * 4}


def test_an_extension_charges_the_value_of_its_rents() -> None:
    leased = asset(ownership=Ownership.LEASE, contract_id="K")
    terms = {"K": contract(ContractKind.LEASE)}
    free = settings(lease_rate=Fraction(1, 4), allow_last_machine_retirement=True)
    book = register(leased, contracts=terms, demand=WANTED, settings=free)
    extended = charged(menu_of(book), "retire 3")
    assert extended == {Route.LEASE: [0, 119, 0, 0]}  # 60 x (1 + 0.8) x 1.1
    assert running(menu_of(book), "retire 3")[Heading.RENT] == [50, 60, 60, 0]
    assert charged(menu_of(with_settings(book, ifrs16=False)), "retire 3") == {}


def test_months_are_counted_back_from_the_last_day_of_the_year() -> None:
    assert months_before(dt.date(2027, 3, 31), 1) == dt.date(2027, 2, 28)
    assert months_before(dt.date(2027, 3, 31), 9) == dt.date(2026, 6, 30)
    assert months_before(dt.date(2027, 3, 31), 15) == dt.date(2025, 12, 31)
    assert can_be_ordered(2026, 11, settings())
    assert not can_be_ordered(2026, 12, settings())
    assert can_be_ordered(2026, 9, settings(plan_date=dt.date(2026, 6, 30)))
    assert not can_be_ordered(2026, 9, settings(plan_date=dt.date(2026, 7, 1)))


def test_what_can_no_longer_be_ordered_is_not_bought() -> None:
    lines = {"CT": line("CT", order_months=18)}
    table = build_schedules(network(lines=lines), prune=False)
    assert not any("replace 0" in name for name in names(table.menus[0]))
    assert {each.rule: each.detail for each in table.removals}["order by"] == (
        "18 months from order to use, and no order before 1 April 2026"
    )
    committed = network(lines=lines, schemes=(scheme("S", year=2026),))
    assert "replace 0" in names(menu_of(committed))
    locked = replace(committed, schemes=(), assets=(asset(lock=Lock.REPLACE, lock_year=2026),))
    assert names(menu_of(locked)) == []


# Additions


def additions(book: Register) -> dict[str, Addition]:
    found = possible_additions(book, Rates.of(book.settings), build_schedules(book).menus, ("CT",))
    return {
        f"{each.site.code} {each.year}{f' {each.machine.offer.name}' if each.machine.offer else ''}": each
        for each in found
    }


def test_a_machine_may_be_added_by_lease() -> None:
    found = additions(network(LEASE))
    added = found[f"{SITE_A} 1 Lease"]
    assert {route: by.tolist() for route, by in added.charge.items()} == {
        Route.PURCHASE: [0, 317, 0, 0],
        Route.LEASE: [0, 660, 0, 799],
    }
    assert added.capacity.tolist() == [0, 500, 980, 960]
    assert added.present_value == 240 + 3 * 340 - 204
    assert added.stands.tolist() == [0, 1, 1, 1]


def test_an_added_machine_goes_back_when_its_contract_ends() -> None:
    found = additions(network(replace(LEASE, at_end=ContractEnd.RETURN)))
    added = found[f"{SITE_A} 1 Lease"]
    assert added.stands.tolist() == [0, 1, 1, 0]
    assert added.capacity.tolist() == [0, 500, 980, 0]
    assert added.charge[Route.LEASE].tolist() == [0, 660, 0, 0]
    assert added.present_value == 240 + 2 * 340
    assert found[f"{SITE_A} 2 Lease"].present_value == 240 + 2 * 340 - 216  # it stands to the end: 240 x 18 / 20


@pytest.mark.parametrize(
    ("changes", "years"),
    [({}, {1, 3}), ({"years": 1}, {0, 1, 2, 3, 4}), ({"years": 3, "at_end": ContractEnd.RETURN}, {0, 1, 2})],
)
def test_an_added_machine_at_a_closing_site_ends_with_a_contract(changes: dict[str, Any], years: set[int]) -> None:
    sites = {SITE_A: site(SITE_A, closing_year=2031), SITE_B: site(SITE_B)}
    book = network(replace(LEASE, **changes), settings=settings(firm_years=6), sites=sites)
    book = replace(book, demand={("CT", SITE_A): (900,) * 7})
    found = additions(book)
    assert {int(name.split()[1]) for name in found if name.startswith(SITE_A) and "Lease" in name} == years


def test_an_added_managed_machine_is_out_of_use_while_it_is_renewed() -> None:
    found = additions(network(MANAGED))
    assert found[f"{SITE_A} 0 Managed"].capacity.tolist() == [500, 980, 750, 980]


def test_additions_and_rooms_are_ordered_in_time() -> None:
    book = network(
        lines={"CT": line("CT", order_months=18)},
        settings=settings(new_room_months=30, works_paid_before=Fraction(1, 2), optimism_bias_rooms=Fraction(1, 2)),
    )
    found = additions(book)
    assert {each.year for each in found.values()} == {1, 2, 3}
    rooms = new_rooms(book, Rates.of(book.settings), tuple(found.values()))
    assert {room.year for room in rooms} == {2, 3}
    late = next(room for room in rooms if (room.site.code, room.year) == (SITE_A, 2))
    assert late.capital.tolist() == [0, 150, 150, 0]  # 200 x 1.5
    assert late.charge.tolist() == [0, 198, 218, 0]
    assert late.present_value == 300 - 270  # 300 x 18 / 20


# Dominance


def test_a_dearer_lease_stays_on_the_menu_where_money_is_limited() -> None:
    dear = replace(LEASE, lease_gbp=500)
    for sources, kept in (((), False), ((limits("Own", TRUST, 1000),), True)):
        menu = build_schedules(network(dear, sources=sources)).menus[0]
        assert any("Lease" in name for name in names(menu)) is kept


# The whole way


@pytest.mark.parametrize(("ifrs16", "money", "expected"), [(True, 660, True), (True, 659, False), (False, 0, True)])
def test_a_lease_needs_capital_while_the_standard_holds(ifrs16: bool, money: int, expected: bool) -> None:
    """A lease of the rest of the plan must be had in 2027/28 and costs 300 x 2 x 1.1 of the limit, or nothing."""
    sources = (limits("Leasing", TRUST, money, routes=frozenset({Route.LEASE})),)
    bare = replace(LEASE, works_included=True, first_year=2027, last_year=2027, at_end=ContractEnd.RETURN)
    two_years = settings(firm_years=2, indicative_years=0, ifrs16=ifrs16, allow_new_capacity=False)
    book = network(bare, settings=two_years, sources=tuple(replace(each, limits_gbp=(money,) * 2) for each in sources))
    dear = asset(maintenance_gbp=2000, outage_weeks=Fraction(0))
    book = replace(book, demand={("CT", SITE_A): (900,) * 2}, assets=(dear,))
    plan = make_plan(book, SolveOptions(gap=0)).plan
    leased = [line for line in plan.schemes if line.offer == "Lease"]
    assert [(line.year, line.route, line.capital_gbp) for line in leased] == (
        [(2027, "lease", 660 if ifrs16 else 0)] if expected else []
    )
