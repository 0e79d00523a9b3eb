"""A schedule that costs more for its own machine stays on the menu where it opens something to others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.register.provision import ExtraCapacity, Tie, Upgrade
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Status
from capitalplan.terms import Action, ExtraKind, Route, TieKind
from capitalplan.workflow.planning import make_plan, solve
from tests.formulation.offers import offer, tier
from tests.verify.small_network import (
    CURVE,
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    limits,
    line,
    option,
    register,
    settings,
    site,
)


def crowded(*, allow_retirement: bool) -> Register:
    """Two small scanners that cost nothing to keep and bring nothing when they go, in the only two rooms of a site.

    Nothing may replace them, but a machine ten times as able may be added where there is a room.
    """
    small = {"nominal_scans": Fraction(100), "install_year": 2025, "life_years": 10, "maintenance_gbp": 0}
    return register(
        asset("CT1", **small),
        asset("CT2", **small),
        settings=settings(allow_retirement=allow_retirement),
        sites={SITE_A: site(SITE_A, spare_rooms={}, max_new_rooms=0)},
        options={"CT standard": option(can_replace=False)},
        curves={"default": replace(CURVE, resale=(Fraction(0),))},
        demand={("CT", SITE_A): (1500,) * 4},
        links=(),
    )


@pytest.mark.parametrize(("allowed", "expected"), [(True, {Action.RETIRE: 1, Action.ADD: 1}), (False, {})])
def test_a_machine_makes_room_for_a_better_one(allowed: bool, expected: dict[Action, int]) -> None:
    plan = make_plan(crowded(allow_retirement=allowed), SolveOptions(gap=0)).plan
    done = [line.action for line in plan.schemes if line.action is not Action.KEEP]
    assert {action: done.count(action) for action in done} == expected


TUBE = Upgrade(
    name="tube", cost_gbp=150, years_gained=2, throughput_gain=Fraction(1, 5), first_year=None, last_year=2028
)


def offered(kind: ExtraKind, price: int, **changes: Any) -> ExtraCapacity:
    values: dict[str, Any] = {
        "name": kind,
        "kind": kind,
        "line": "CT",
        "places": (SITE_A, SITE_B),
        "price_gbp": price,
        "limit": None,
        "scans_per_day": 5,
        "minimum_days": 5,
        "crewed": True,
        "cover_only": False,
        "first_year": None,
        "last_year": None,
    }
    return ExtraCapacity(**{**values, **changes})


def busy(**changes: Any) -> Register:
    """Three scanners at two sites that patients fill, one of them to be upgraded, with a spare room at each site."""
    values: dict[str, Any] = {
        "settings": settings(new_room_first=True, failure_price_gbp=100),
        "lines": {"CT": line("CT", swap_cover=True)},
        "sites": {code: site(code, van_standing=True, max_new_rooms=0) for code in (SITE_A, SITE_B)},
        "curves": {"default": replace(CURVE, failure=(Fraction(0), Fraction(1, 2)))},
        "demand": {("CT", SITE_A): (2100,) * 4, ("CT", SITE_B): (1100,) * 4},
        "extra": (
            offered(ExtraKind.HOURS, 60, limit=Fraction(2)),
            offered(ExtraKind.VAN, 300, cover_only=True),
        ),
    }
    machines = (asset("CT1", upgrades=(TUBE,)), asset("CT2", install_year=2019), asset("CT3", site=SITE_B))
    return register(*machines, **{**values, **changes})


BY_ROUTE = (
    limits("Buying", TRUST, 1700, routes=frozenset({Route.PURCHASE})),
    limits("Leasing", TRUST, 2100, routes=frozenset({Route.LEASE})),
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sources": (limits("Own", TRUST, 2500),)},
        {"links": ()},
        {"ties": (Tie(first="CT1", kind=TieKind.AFTER, other="CT2"),)},
        {"ties": (Tie(first="CT1", kind=TieKind.TOGETHER, other="CT3"),), "sources": (limits("Own", TRUST, 4000),)},
        {"ties": (Tie(first="CT1", kind=TieKind.APART, other="CT2"),)},
        {"offers": (offer(lease_gbp=600, years=3),), "sources": BY_ROUTE},
        {"offers": (offer(lease_gbp=600, years=3),), "sources": BY_ROUTE, "tiers": (tier(2, "1/10"),)},
        {"sources": (limits("Own", TRUST, 3000, minimum_share=Fraction(1, 2)),)},
    ],
)
def test_pruning_costs_nothing(changes: dict[str, Any]) -> None:
    costs = []
    for prune in (True, False):
        formulation = formulate(busy(**changes), prune=prune)
        solution = solve(formulation.problem, SolveOptions(gap=0))
        assert solution.status is Status.OPTIMAL
        costs.append(solution.objective)
    assert costs[0] == pytest.approx(costs[1], abs=1e-6)
