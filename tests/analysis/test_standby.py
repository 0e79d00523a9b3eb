"""Rules of thumb take the only machine of a site out of service only while someone stands in for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.analysis.baselines import business_as_usual, in_order, oldest, own_plan
from capitalplan.analysis.evaluate import FixedChoices
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.register.provision import ExtraCapacity, Upgrade
from capitalplan.register.register import Asset, Register
from capitalplan.terms import ExtraKind, Lock
from tests.verify.small_network import SITE_A, SITE_B, asset, line, register, settings, site

OLD = asset("OLD", install_year=2018)
YOUNGER = asset("YOUNGER", install_year=2019, site=SITE_B)
VAN = ExtraCapacity(
    name="van",
    kind=ExtraKind.VAN,
    line="CT",
    places=(SITE_A, SITE_B),
    price_gbp=1000,
    limit=None,
    scans_per_day=20,
    minimum_days=1,
    crewed=True,
    cover_only=True,
    first_year=None,
    last_year=None,
)


def pair(*assets: Asset, **changes: Any) -> Register:
    """Two linked sites with one old CT scanner each, and no room for more."""
    values: dict[str, Any] = {
        "lines": {"CT": line("CT", swap_cover=True)},
        "sites": {code: site(code, spare_rooms={}, max_new_rooms=0) for code in (SITE_A, SITE_B)},
        "demand": {("CT", code): (800,) * 4 for code in (SITE_A, SITE_B)},
    }
    return register(*(assets or (OLD, YOUNGER)), **{**values, **changes})


def happens(formulation: Formulation, choices: FixedChoices) -> dict[str, list[str]]:
    menus = formulation.columns.table.menus
    return {
        menu.asset.asset_id: [f"{each.action} {each.year}" for each in menu.events[row]]
        for menu, row in zip(menus, choices.schedules, strict=True)
    }


def oldest_first(book: Register) -> dict[str, list[str]]:
    formulation = formulate(book, prune=False)
    return happens(formulation, in_order(formulation, oldest))


def test_neighbours_stand_in_for_each_other_by_turns() -> None:
    assert oldest_first(pair()) == {"OLD": ["replace 0"], "YOUNGER": ["replace 1"]}


def test_a_van_frees_both() -> None:
    sites = {code: site(code, spare_rooms={}, max_new_rooms=0, van_standing=True) for code in (SITE_A, SITE_B)}
    assert oldest_first(pair(extra=(VAN,), sites=sites)) == {"OLD": ["replace 0"], "YOUNGER": ["replace 0"]}


def test_where_no_cover_is_needed_both_go_at_once() -> None:
    assert oldest_first(pair(settings=settings(swap_cover=False))) == {"OLD": ["replace 0"], "YOUNGER": ["replace 0"]}


def test_a_machine_alone_is_left_alone() -> None:
    assert oldest_first(pair(links=())) == {"OLD": [], "YOUNGER": []}


def test_what_must_be_replaced_takes_the_cover_it_finds() -> None:
    locked = replace(YOUNGER, lock=Lock.REPLACE, lock_year=2026)
    assert oldest_first(pair(OLD, locked)) == {"OLD": ["replace 1"], "YOUNGER": ["replace 0"]}


def test_what_must_be_replaced_by_a_date_goes_when_someone_stands_in() -> None:
    by = [replace(each, latest_year=2028) for each in (OLD, YOUNGER)]
    found = oldest_first(pair(*by))
    assert sorted(event for events in found.values() for event in events) == ["replace 1", "replace 2"]


def test_rules_of_thumb_leave_upgrades_and_second_rooms_alone() -> None:
    tube = Upgrade(
        name="tube", cost_gbp=0, years_gained=3, throughput_gain=Fraction(0), first_year=None, last_year=None
    )
    sites = {code: site(code, spare_rooms={"CT": 1}, max_new_rooms=0) for code in (SITE_A, SITE_B)}
    ended = [replace(each, end_of_support_year=2028, upgrades=(tube,)) for each in (OLD, YOUNGER)]
    formulation = formulate(pair(*ended, sites=sites, settings=settings(new_room_first=True)), prune=False)
    for choices in (business_as_usual(formulation), in_order(formulation, oldest)):
        menus = formulation.columns.table.menus
        events = [menu.events[row] for menu, row in zip(menus, choices.schedules, strict=True)]
        assert all(each.action == "replace" and not each.new_room_first for chosen in events for each in chosen)


@pytest.mark.parametrize(("spare", "planned"), [({"CT": 1}, ["replace 1"]), ({}, [])])
def test_an_own_plan_falls_back_on_a_second_room(spare: dict[str, int], planned: list[str]) -> None:
    sites = {SITE_A: site(SITE_A, spare_rooms=spare, max_new_rooms=0), SITE_B: site(SITE_B)}
    apart = settings(new_room_first=True, allow_new_capacity=False)
    book = pair(replace(OLD, planned_year=2027), sites=sites, settings=apart, links=())
    formulation = formulate(book, prune=False)
    found = own_plan(formulation)
    assert found is not None
    choices, breaches = found
    assert happens(formulation, choices) == {"OLD": planned}
    assert ["no van" in each.message for each in breaches] == ([] if planned else [True])
