"""The plan costs what the best of all plans costs, and there is no plan exactly where none of all plans is possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan
from tests.properties.brute_force import TooManyPlansError, is_plain, least_cost
from tests.properties.random_network import random_register

ROUNDING_GBP = 2.0
"""Scans, hours and reports are kept to thousandths, so a plan may differ by so much from the best one."""


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
    [
        range(60),
        *(pytest.param(range(k, k + 110), marks=pytest.mark.long) for k in range(60, 280, 110)),
        *(pytest.param(range(k, k + 500), marks=pytest.mark.campaign) for k in range(280, 4280, 500)),
    ],
    ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}",
)
def test_no_plan_is_cheaper(seeds: range, tmp_path: Path) -> None:
    different, served, funded, impossible = {}, 0, 0, 0
    for seed in seeds:
        register = random_register(seed, tmp_path / str(seed))
        try:
            best = least_cost(register)
        except TooManyPlansError:
            continue
        planned = planned_cost(register)
        if not agree(planned, best):
            different[seed] = (planned, best)
        served += not is_plain(register)
        funded += planned is not None
        impossible += planned is None
    assert different == {}
    assert served > len(seeds) / 3
    assert funded > len(seeds) / 2
    assert impossible > len(seeds) / 20


def test_plain_patients_cost_the_same_by_hand_and_by_programme(tmp_path: Path) -> None:
    compared = 0
    for seed in range(0, 60, 2):
        register = random_register(seed, tmp_path / str(seed))
        try:
            by_programme, by_hand = least_cost(register, by_programme=True), least_cost(register)
        except TooManyPlansError:
            continue
        assert by_programme == (None if by_hand is None else pytest.approx(by_hand, abs=0.05)), seed
        compared += by_hand is not None
    assert compared > 5
