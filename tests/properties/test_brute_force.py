"""The plan costs what the best of all plans costs, and there is no plan exactly where none of all plans is possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan
from tests.properties.brute_force import TooManyPlansError, least_cost
from tests.properties.random_network import random_register

ROUNDING_GBP = 1.0
"""Flows are kept to a thousandth of a scan, so a plan may differ by so much from the best one."""


def planned_cost(register: Register) -> int | None:
    try:
        return make_plan(register, SolveOptions(gap=0)).plan.objective_gbp
    except ImpossiblePlanError:
        return None


def agree(planned: int | None, best: float | None) -> bool:
    if planned is None or best is None:
        return planned is best
    return abs(planned - best) <= ROUNDING_GBP


@pytest.mark.parametrize(
    "seeds",
    [range(60), *(pytest.param(range(k, k + 110), marks=pytest.mark.long) for k in range(60, 280, 110))],
    ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}",
)
def test_no_plan_is_cheaper(seeds: range, tmp_path: Path) -> None:
    different, funded, impossible = {}, 0, 0
    for seed in seeds:
        register = random_register(seed, tmp_path / str(seed))
        try:
            best = least_cost(register)
        except TooManyPlansError:
            continue
        planned = planned_cost(register)
        if not agree(planned, best):
            different[seed] = (planned, best)
        funded += planned is not None
        impossible += planned is None
    assert different == {}
    assert funded > len(seeds) / 2
    assert impossible > len(seeds) / 20
