"""A schedule that costs more for its own machine stays on the menu where it opens something to others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action
from capitalplan.workflow.planning import make_plan
from tests.verify.small_network import CURVE, SITE_A, asset, option, register, settings, site


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
