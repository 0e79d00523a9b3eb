"""What one machine may do, and its figures by year, worked out on paper."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.finance.costs import Rates
from capitalplan.formulation.acquired import Market
from capitalplan.formulation.additions import vintage_years
from capitalplan.formulation.schedules import Menu, ScheduleTable, build_schedules
from capitalplan.register.provision import ExtraCapacity, Tie, Upgrade
from capitalplan.register.register import Asset, Register
from capitalplan.settings import EndOfSupportPolicy
from capitalplan.terms import Action, ContractKind, ExtraKind, Lock, Ownership, SchemeStatus, TieKind
from tests.verify.small_network import (
    CURVE,
    SITE_A,
    SITE_B,
    asset,
    contract,
    line,
    option,
    register,
    scheme,
    settings,
    site,
)

# CT1 is 4 years old in 2026/27, with a planned life of 5: uptime 0.90, 0.88, 0.85, 0.80 in the four years of the plan,
# upkeep £100, £125, £150, £200, resale of £800 at 20%, 10%, 5%, 0%.
DEMAND = {("CT", SITE_A): (900,) * 4}
TUBE = Upgrade(
    name="new tube", cost_gbp=300, years_gained=4, throughput_gain=Fraction(1, 10), first_year=None, last_year=None
)
NO_LINKS: dict[str, Any] = {"links": ()}


def offer(kind: ExtraKind, **changes: Any) -> ExtraCapacity:
    values: dict[str, Any] = {
        "name": f"{kind} CT",
        "kind": kind,
        "line": "CT",
        "places": (SITE_A,),
        "price_gbp": 100,
        "limit": Fraction(20),
        "scans_per_day": 10,
        "minimum_days": 1,
        "crewed": True,
        "cover_only": False,
        "first_year": None,
        "last_year": None,
    }
    return ExtraCapacity(**{**values, **changes})


def menu_of(book: Register, *, prune: bool = False) -> Menu:
    return build_schedules(book, prune=prune).menus[0]


def names(menu: Menu) -> list[str]:
    """Every schedule of a menu in short, such as ``upgrade 1, replace 3``; a second room is marked."""
    return [
        ", ".join(f"{each.action} {each.year}{' first' if each.new_room_first else ''}" for each in events) or "keep"
        for events in menu.events
    ]


def figures(menu: Menu, name: str, which: str) -> list[int]:
    values: list[int] = getattr(menu.figures, which)[names(menu).index(name)].tolist()
    return values


def reasons(table: ScheduleTable) -> dict[str, str]:
    return {each.rule: each.detail for each in table.removals}


# Upgrades


def upgraded(**changes: Any) -> Asset:
    return asset(**{"upgrades": (TUBE,), **changes})


def test_an_upgraded_machine_does_more_costs_once_and_lives_longer() -> None:
    menu = menu_of(register(upgraded(), demand=DEMAND))
    assert figures(menu, "upgrade 1", "capital") == [0, 330, 0, 0]  # 300 x 1.1
    assert figures(menu, "upgrade 1", "charged") == [0, 436, 0, 0]  # 330 x 1.2 x 1.1
    assert figures(menu, "upgrade 1", "capacity") == [900, 968, 935, 880]
    assert figures(menu, "upgrade 1", "upkeep") == [100, 125, 150, 200]
    assert figures(menu, "keep", "risk") == [0, 0, 100, 200]
    assert figures(menu, "upgrade 1", "risk") == [0, 0, 0, 0]
    row = names(menu).index("upgrade 1")
    assert menu.figures.terminal[row] == 89  # 800 x (9 - 8) / 9
    assert menu.figures.present_value[row] == 330 + 575 - 89
    for which in ("works", "swap", "second_room", "first_replaced", "lost"):
        assert figures(menu, "upgrade 1", which) == [0, 0, 0, 0]


def test_an_upgraded_machine_may_go_in_a_later_year_for_what_it_is_then_worth() -> None:
    menu = menu_of(register(upgraded(), demand=DEMAND, settings=settings(allow_last_machine_retirement=True)))
    assert figures(menu, "upgrade 1, replace 2", "receipts") == [0, 0, 40, 0]
    assert figures(menu, "upgrade 1, replace 2", "capacity") == [900, 968, 750, 980]
    assert figures(menu, "upgrade 1, retire 2", "vacated") == [0, 0, 1, 1]
    assert not any(name.startswith(("upgrade 1, replace 1", "replace 0, upgrade")) for name in names(menu))


def test_an_upgrade_is_had_only_in_the_years_it_is_offered() -> None:
    tube = replace(TUBE, first_year=2027, last_year=2027)
    found = names(menu_of(register(asset(upgrades=(tube,)), demand=DEMAND)))
    assert {name.split(",")[0] for name in found if name.startswith("upgrade")} == {"upgrade 1"}


@pytest.mark.parametrize("kind", [ContractKind.LEASE, ContractKind.MANAGED_SERVICE])
def test_only_owned_machines_are_upgraded(kind: ContractKind) -> None:
    held = upgraded(ownership=Ownership(kind), contract_id="K")
    found = names(menu_of(register(held, contracts={"K": contract(kind)}, demand=DEMAND)))
    assert not any("upgrade" in name for name in found)


def test_an_upgrade_moves_the_end_of_support() -> None:
    tube = replace(TUBE, years_gained=2)
    machine = upgraded(end_of_support_year=2027, upgrades=(tube,))
    found = names(menu_of(register(machine, demand=DEMAND)))
    assert {name.split(",")[0] for name in found} == {"replace 0", "replace 1", "upgrade 0", "upgrade 1"}
    assert "upgrade 0" not in found
    assert "upgrade 1, replace 3" in found
    longer = replace(machine, upgrades=(TUBE,))
    assert "upgrade 1" in names(menu_of(register(longer, demand=DEMAND)))
    priced = settings(end_of_support=EndOfSupportPolicy.PRICED)
    assert "upgrade 2" in names(menu_of(register(machine, demand=DEMAND, settings=priced)))


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"lock": Lock.KEEP}, {"keep"}),
        ({"lock": Lock.REPLACE, "lock_year": 2028}, {"replace 2"}),
        ({"lock": Lock.RETIRE, "lock_year": 2028}, {"retire 2"}),
    ],
)
def test_a_locked_machine_is_not_upgraded(changes: dict[str, Any], first: set[str]) -> None:
    found = names(menu_of(register(upgraded(**changes), demand=DEMAND)))
    assert {name.split(",")[0] for name in found} == first


@pytest.mark.parametrize(("end", "found"), [(2027, []), (2029, []), (2030, ["keep"])])
def test_a_lease_of_a_machine_locked_to_keep_is_not_extended(end: int, found: list[str]) -> None:
    leased = asset(ownership=Ownership.LEASE, contract_id="K", lock=Lock.KEEP)
    terms = {"K": contract(ContractKind.LEASE, end_year=end)}
    assert names(menu_of(register(leased, contracts=terms, demand=DEMAND))) == found


def test_dates_bind_the_year_a_machine_goes_not_that_of_an_upgrade() -> None:
    found = names(menu_of(register(upgraded(earliest_year=2028, latest_year=2028), demand=DEMAND)))
    assert set(found) == {"replace 2", "upgrade 0, replace 2", "upgrade 1, replace 2"}


def test_a_committed_scheme_stands_alone() -> None:
    menu = menu_of(register(upgraded(), demand=DEMAND, schemes=(scheme("S"),), settings=settings(new_room_first=True)))
    assert {name.split(",")[0] for name in names(menu)} == {"replace 1"}
    assert figures(menu, "replace 1", "swap") == [0, 1, 0, 0]


def test_what_stands_at_a_closing_site_is_removed_upgraded_or_not() -> None:
    sites = {SITE_A: site(SITE_A, closing_year=2028), SITE_B: site(SITE_B)}
    menu = menu_of(register(upgraded(), demand=DEMAND, sites=sites))
    assert {name for name in names(menu) if name.startswith("upgrade")} == {
        "upgrade 0, retire 2",
        "upgrade 0, replace 1, retire 2",
        "upgrade 1, retire 2",
    }
    assert figures(menu, "upgrade 1, retire 2", "capacity") == [900, 968, 0, 0]
    assert figures(menu, "upgrade 1, retire 2", "vacated") == [0, 0, 0, 0]


# New room first


def test_a_machine_set_up_in_a_spare_room_first_has_no_outage() -> None:
    menu = menu_of(register(asset(), demand=DEMAND, settings=settings(new_room_first=True)))
    assert figures(menu, "replace 1", "capacity") == [900, 750, 980, 960]
    assert figures(menu, "replace 1", "lost") == [0, 250, 0, 0]
    assert figures(menu, "replace 1", "swap") == [0, 1, 0, 0]
    assert figures(menu, "replace 1 first", "capacity") == [900, 1000, 980, 960]
    assert figures(menu, "replace 1 first", "lost") == [0, 0, 0, 0]
    assert figures(menu, "replace 1 first", "swap") == [0, 0, 0, 0]
    assert figures(menu, "replace 1 first", "second_room") == [0, 1, 0, 0]
    assert figures(menu, "replace 1 first", "charged") == figures(menu, "replace 1", "charged")
    later = figures(menu, "replace 1 first, replace 3", "capacity")
    assert later == [900, 1000, 980, 750]
    assert figures(menu, "replace 1 first, replace 3", "first_replaced") == [0, 1, 0, 0]
    assert not any(name.endswith("3 first") and "," in name for name in names(menu))


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": settings(new_room_first=False)},
        {"demand": {}},
        {"sites": {SITE_A: site(SITE_A, spare_rooms={"MR": 1}), SITE_B: site(SITE_B)}},
        {"lines": {"CT": line("CT", outage_weeks=Fraction(0))}},
    ],
)
def test_a_second_room_is_not_always_to_be_had(changes: dict[str, Any]) -> None:
    book = register(asset(), **{"demand": DEMAND, "settings": settings(new_room_first=True), **changes})
    assert not any("first" in name for name in names(menu_of(book)))


def test_neither_way_of_replacing_rules_the_other_out() -> None:
    book = register(asset(), demand=DEMAND, settings=settings(new_room_first=True))
    assert {"replace 0", "replace 0 first"} <= set(names(menu_of(book, prune=True)))


# Extra hours


@pytest.mark.parametrize(
    ("limit", "hours", "kept"),
    [
        (Fraction(20), Fraction(10), [900, 880, 850, 800]),
        (Fraction(20), Fraction(150), [810, 792, 765, 720]),
        (None, Fraction(160), [360, 352, 340, 320]),
        (Fraction(20), Fraction(168), None),
    ],
)
def test_extra_hours_fill_the_week_and_follow_uptime(
    limit: Fraction | None, hours: Fraction, kept: list[int] | None
) -> None:
    book = register(asset(hours_per_week=hours), demand=DEMAND, extra=(offer(ExtraKind.HOURS, limit=limit),))
    extra = menu_of(book).figures.extra
    keep = names(menu_of(book)).index("keep")
    assert {rate: values[keep].tolist() for rate, values in extra.items()} == ({} if kept is None else {2: kept})


def test_extra_hours_are_those_of_the_machine_that_stands_and_of_the_years_offered() -> None:
    book = register(
        upgraded(),
        demand=DEMAND,
        extra=(offer(ExtraKind.HOURS, first_year=2027, last_year=2028),),
        settings=settings(new_room_first=True),
    )
    menu = menu_of(book)
    extra = {
        rate: {name: values[row].tolist() for row, name in enumerate(names(menu))}
        for rate, values in menu.figures.extra.items()
    }
    assert set(extra) == {Fraction(2), Fraction(11, 5)}
    assert extra[Fraction(2)]["keep"] == [0, 880, 850, 0]
    assert extra[Fraction(2)]["upgrade 2"] == [0, 880, 0, 0]
    assert extra[Fraction(11, 5)]["upgrade 2"] == [0, 0, 850, 0]
    assert extra[Fraction(2)]["replace 1"] == [0, 750, 980, 0]
    assert extra[Fraction(2)]["replace 1 first"] == [0, 1000, 980, 0]


def test_measured_uptime_never_exceeds_the_year() -> None:
    book = register(asset(uptime_scale=Fraction(6, 5)), demand=DEMAND, extra=(offer(ExtraKind.HOURS),))
    menu = menu_of(book)
    assert menu.figures.extra[Fraction(2)][names(menu).index("keep")].tolist() == [1000, 1000, 1000, 960]


def test_no_extra_hours_where_they_are_not_offered() -> None:
    assert (
        menu_of(register(asset(), demand=DEMAND, extra=(offer(ExtraKind.HOURS, places=(SITE_B,)),))).figures.extra == {}
    )


def test_the_hours_of_a_renewal_are_lost_with_its_scans() -> None:
    held = asset(ownership=Ownership.MANAGED_SERVICE, contract_id="K")
    book = register(
        held,
        contracts={"K": contract(ContractKind.MANAGED_SERVICE)},
        demand=DEMAND,
        extra=(offer(ExtraKind.HOURS),),
    )
    menu = menu_of(book)
    assert menu.figures.capacity.tolist() == [[900, 750, 980, 960]]
    assert menu.figures.extra[Fraction(2)].tolist() == [[900, 750, 980, 960]]
    assert menu.figures.swap.tolist() == [[0, 0, 0, 0]]


def test_an_added_machine_works_extra_hours_and_needs_staff() -> None:
    book = register(demand=DEMAND, extra=(offer(ExtraKind.HOURS),))
    machine = Market(book, Rates.of(book.settings)).added(option(annual_staff_gbp=500), book.sites[SITE_A])
    assert machine.extra_hours.tolist() == [500, 980, 960, 940]
    assert machine.upkeep.tolist() == [590, 590, 608, 608]
    assert machine.lost.tolist() == [0, 0, 0, 0]
    years = vintage_years(machine, 2, book.sites[SITE_A], book)
    assert years["extra_hours"].tolist() == [0, 0, 500, 980]


# Failure


def test_breakdowns_are_priced_by_age() -> None:
    curve = replace(CURVE, failure=tuple(Fraction(each, 10) for each in range(5)))
    priced = settings(failure_price_gbp=505)
    menu = menu_of(register(asset(), curves={"default": curve}, settings=priced, demand=DEMAND))
    assert figures(menu, "keep", "risk") == [202, 202, 302, 402]  # 505 x 0.4, with £100 a year past planned life
    assert figures(menu, "replace 1", "risk") == [202, 0, 51, 101]  # halves go up
    assert menu.machines[0].breakdowns == (Fraction(2, 5),) * 4
    assert menu.machines[1].breakdowns == tuple(Fraction(each, 10) for each in range(4))


def test_breakdowns_of_a_managed_service_are_the_providers() -> None:
    curve = replace(CURVE, failure=(Fraction(1, 2),))
    held = asset(ownership=Ownership.MANAGED_SERVICE, contract_id="K")
    book = register(
        held,
        curves={"default": curve},
        contracts={"K": contract(ContractKind.MANAGED_SERVICE)},
        settings=settings(failure_price_gbp=100),
    )
    assert menu_of(book).figures.risk.tolist() == [[0, 0, 0, 0]]


# Cover


def lone(**changes: Any) -> Register:
    """A site with the only CT there is, with no room for another, no neighbour and no van."""
    values: dict[str, Any] = {
        "demand": DEMAND,
        "sites": {SITE_A: site(SITE_A, spare_rooms={}, max_new_rooms=0, van_standing=True)},
        "lines": {"CT": line("CT", swap_cover=True)},
        **NO_LINKS,
    }
    return register(asset(), **{**values, **changes})


def replaced(book: Register) -> set[str]:
    return {name for name in names(menu_of(book)) if name.startswith("replace")}


def test_a_machine_nobody_can_stand_in_for_is_not_replaced() -> None:
    table = build_schedules(lone())
    assert names(table.menus[0]) == ["keep"]
    assert reasons(table)["swap cover"] == (
        f"nothing could stand in for the only CT at {SITE_A} while it is replaced: no van, no neighbour, no room for "
        "another"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": settings(swap_cover=False)},
        {"lines": {"CT": line("CT")}},
        {"lines": {"CT": line("CT", swap_cover=True, outage_weeks=Fraction(0))}},
        {"demand": {("MG", SITE_A): (900,) * 4}, "lines": {name: line(name, swap_cover=True) for name in ("CT", "MG")}},
        {"assets": (asset(), asset("CT2"))},
    ],
)
def test_not_every_machine_needs_cover(changes: dict[str, Any]) -> None:
    assert "replace 2" in replaced(replace(lone(), **changes))


def test_a_van_covers_in_the_years_it_is_offered() -> None:
    van = offer(ExtraKind.VAN, limit=Fraction(65), first_year=2027, last_year=2027)
    table = build_schedules(lone(extra=(van,)))
    assert {name for name in names(table.menus[0]) if name != "keep"} == {"replace 1"}
    assert "while it is replaced in 2026/27, 2028/29, 2029/30: no van" in reasons(table)["swap cover"]


@pytest.mark.parametrize(
    "changes",
    [
        {"limit": Fraction(64)},  # 13 weeks of 5 days are 65
        {"limit": Fraction(99), "minimum_days": 50},
        {"minimum_days": 365, "limit": None},
        {"places": (SITE_B,)},
        {"line": "MR"},
    ],
)
def test_a_van_that_cannot_stay_for_the_outage_is_no_cover(changes: dict[str, Any]) -> None:
    assert replaced(lone(extra=(offer(ExtraKind.VAN, **changes),))) == set()


def test_a_van_needs_standing() -> None:
    sites = {SITE_A: site(SITE_A, spare_rooms={}, max_new_rooms=0, van_standing=False)}
    assert replaced(lone(extra=(offer(ExtraKind.VAN, limit=None),), sites=sites)) == set()


@pytest.mark.parametrize(
    ("neighbour", "assets", "years"),
    [
        (site(SITE_B, spare_rooms={}, max_new_rooms=0), (asset("CT2", site=SITE_B),), {0, 1, 2, 3}),
        (site(SITE_B, spare_rooms={}, max_new_rooms=0, closing_year=2028), (asset("CT2", site=SITE_B),), {0, 1}),
        (site(SITE_B, opening_year=2029), (), {3}),
        (site(SITE_B, spare_rooms={}, max_new_rooms=0), (), set()),
    ],
)
def test_a_neighbour_covers_while_it_is_open(neighbour: Any, assets: tuple[Asset, ...], years: set[int]) -> None:
    links = register().links
    book = lone(links=links)
    book = replace(book, assets=(*book.assets, *assets), sites={**book.sites, SITE_B: neighbour})
    assert {int(name[8]) for name in replaced(book)} == years


def test_a_machine_on_order_covers_from_its_year_on() -> None:
    order = scheme("S", action=Action.ADD, asset_id=None, year=2028, status=SchemeStatus.ORDERED)
    assert {int(name[8]) for name in replaced(lone(schemes=(order,)))} == {2, 3}


def test_room_for_another_is_cover_enough_unless_nothing_may_be_added() -> None:
    roomy = {SITE_A: site(SITE_A, spare_rooms={}, max_new_rooms=1)}
    assert replaced(lone(sites=roomy))
    assert not replaced(lone(sites=roomy, settings=settings(allow_new_capacity=False)))
    assert not replaced(lone(sites=roomy, options={"CT standard": option(can_add=False)}))


def test_a_second_room_needs_no_cover() -> None:
    spare = {SITE_A: site(SITE_A, spare_rooms={"CT": 1}, max_new_rooms=0)}
    apart = settings(allow_new_capacity=False, new_room_first=True, max_replacements=1)
    assert replaced(lone(sites=spare, settings=apart)) == {f"replace {year} first" for year in range(4)}


# Dominance


def test_a_van_for_cover_only_keeps_the_swap_that_lets_it_come() -> None:
    """A machine that scans nothing is best left alone, but only its replacement brings the van."""
    van = offer(ExtraKind.VAN, limit=None)
    book = replace(lone(extra=(van,)), assets=(asset(nominal_scans=Fraction(0), life_years=30),))
    assert names(menu_of(book, prune=True)) == ["keep"]
    book = replace(book, extra=(replace(van, cover_only=True),))
    assert {f"replace {year}" for year in range(4)} <= set(names(menu_of(book, prune=True)))


def test_tied_machines_keep_every_year_in_which_they_may_be_replaced() -> None:
    tie = Tie(first="CT1", kind=TieKind.TOGETHER, other="CT2")
    pair = (asset(), asset("CT2"))
    assert "replace 0" not in names(menu_of(register(*pair), prune=True))
    assert {f"replace {year}" for year in range(4)} <= set(names(menu_of(register(*pair, ties=(tie,)), prune=True)))


def test_doing_nothing_stays_on_the_menu() -> None:
    """An upgrade for nothing is better in every way, but what it saves is told against keeping the machine as it is."""
    gift = replace(TUBE, cost_gbp=0)
    found = names(menu_of(register(asset(upgrades=(gift,)), demand=DEMAND), prune=True))
    assert {"keep", "upgrade 0"} <= set(found)
    assert "upgrade 3" not in found
