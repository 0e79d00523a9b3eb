"""The plan of a network with money of every kind costs what the best of all its plans costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan
from tests.properties.choices import TooManyPlansError
from tests.properties.money_brute_force import least_cost
from tests.properties.random_money import random_money

ROUNDING_GBP = 2.0
"""Scans are kept to thousandths, and payments to pounds."""


def rounding(register: Register) -> float:
    """By how much a plan may differ from the best one: scans bought outside stand in pounds in limited statements."""
    limited = sum(limit is not None for each in register.revenue_limits for limit in each.limits_gbp)
    return ROUNDING_GBP + float(register.settings.revenue_price) * limited / 2


def planned_cost(register: Register) -> int | None:
    """Cost of the plan, which the re-check accepts; None where there is none."""
    try:
        return make_plan(register, SolveOptions(gap=0)).plan.objective_gbp
    except ImpossiblePlanError:
        return None


def agree(register: Register, planned: int | None, best: float | None) -> bool:
    if planned is None or best is None:
        return planned is best
    return abs(planned - best) <= rounding(register)


@pytest.mark.parametrize(
    "seeds",
    [
        range(60),
        *(pytest.param(range(k, k + 400), marks=pytest.mark.campaign) for k in range(60, 4060, 400)),
    ],
    ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}",
)
def test_no_plan_with_money_is_cheaper(seeds: range, tmp_path: Path) -> None:
    different, compared, impossible = {}, 0, 0
    for seed in seeds:
        register = random_money(seed, tmp_path / str(seed))
        try:
            best = least_cost(register)
        except TooManyPlansError:
            continue
        planned = planned_cost(register)
        if not agree(register, planned, best):
            different[seed] = (planned, best)
        compared += planned is not None
        impossible += planned is None
    assert different == {}
    assert compared > len(seeds) / 2
    assert impossible > len(seeds) / 20
