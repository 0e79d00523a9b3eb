"""Whatever opens more to the plan never makes it dearer: staff, limits, offers, reach, upgrades, rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from capitalplan.register.provision import ExtraCapacity, Upgrade
from capitalplan.register.register import Link, Register
from capitalplan.terms import ExtraKind, Ownership
from tests.properties.least import assert_never_dearer, cost
from tests.properties.random_network import random_register

SEEDS = range(20001, 20101, 2)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Register, float]]:
    folder = tmp_path_factory.mktemp("networks")
    registers = [random_register(seed, folder / str(seed)) for seed in SEEDS]
    return [(register, cost(register)) for register in registers]


def more_staff(register: Register) -> Register:
    pools = (replace(each, hours=tuple(2 * hours + 100 for hours in each.hours)) for each in register.staff)
    return replace(register, staff=tuple(pools))


def higher_limits(register: Register) -> Register:
    """Of hours a week, or of van days, scans and reports a year."""
    more = {ExtraKind.HOURS: 5}
    return replace(
        register,
        extra=tuple(
            each if each.limit is None else replace(each, limit=each.limit + more.get(each.kind, 50))
            for each in register.extra
        ),
    )


def offered_throughout(register: Register) -> Register:
    return replace(register, extra=tuple(replace(each, first_year=None, last_year=None) for each in register.extra))


def shorter_hires(register: Register) -> Register:
    return replace(register, extra=tuple(replace(each, minimum_days=1) for each in register.extra))


def more_offers(register: Register) -> Register:
    """Hours, vans and reports at a high price wherever there are none; an outside provider would set the price."""
    offers = []
    for kind, price in ((ExtraKind.HOURS, 90), (ExtraKind.VAN, 600), (ExtraKind.REPORTING, 60)):
        everywhere = register.trusts if kind is ExtraKind.REPORTING else register.sites
        for line in register.lines:
            places = tuple(place for place in everywhere if register.governing(kind, line, place) is None)
            values: dict[str, Any] = {"name": f"another {kind} {line}", "kind": kind, "line": line, "places": places}
            offers.append(
                ExtraCapacity(
                    **values,
                    price_gbp=price,
                    limit=Fraction(10) if kind is ExtraKind.HOURS else None,
                    scans_per_day=6 if kind is ExtraKind.VAN else 0,
                    minimum_days=10 if kind is ExtraKind.VAN else 1,
                    crewed=True,
                    cover_only=False,
                    first_year=None,
                    last_year=None,
                )
            )
    return replace(register, extra=(*register.extra, *(each for each in offers if each.places)))


def longer_reach(register: Register) -> Register:
    links = (Link(from_site=start, to_site=end, minutes=Fraction(60)) for start, end in permutations(register.sites, 2))
    known = {(each.from_site, each.to_site) for each in register.links}
    further = (each for each in links if (each.from_site, each.to_site) not in known)
    all_links = sorted((*register.links, *further), key=lambda each: (each.from_site, each.to_site))
    settings = replace(register.settings, travel_share=Fraction(1))
    return replace(register, links=tuple(all_links), settings=settings)


def more_upgrades(register: Register) -> Register:
    more = Upgrade(
        name="Another",
        cost_gbp=9000,
        years_gained=1,
        throughput_gain=Fraction(1, 20),
        first_year=None,
        last_year=None,
    )
    owned = (Ownership.OWNED, Ownership.CHARITY)
    return replace(
        register,
        assets=tuple(
            replace(each, upgrades=(*each.upgrades, more)) if each.ownership in owned else each
            for each in register.assets
        ),
    )


def more_rooms(register: Register) -> Register:
    sites = {
        code: replace(site, max_new_rooms=site.max_new_rooms + 1, van_standing=True)
        for code, site in register.sites.items()
    }
    return replace(register, sites=sites)


def no_ties(register: Register) -> Register:
    return replace(register, ties=())


@pytest.mark.parametrize(
    "loosened",
    [
        more_staff,
        higher_limits,
        offered_throughout,
        shorter_hires,
        more_offers,
        longer_reach,
        more_upgrades,
        more_rooms,
        no_ties,
    ],
)
def test_more_open_to_it_never_makes_a_plan_dearer(
    loosened: Callable[[Register], Register], networks: list[tuple[Register, float]]
) -> None:
    assert_never_dearer(loosened, networks)
