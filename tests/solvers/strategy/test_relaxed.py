"""What the linear relaxation tells of plans."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions
from solvers import highs
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.standing import Standing
from solvers.strategy.structure import without
from tests.solvers.problems import knapsack, siting

EXACT = SolveOptions(gap=0.0)


@pytest.mark.parametrize("make", [partial(knapsack, items=20), siting])
def test_columns_too_dear_for_a_value_are_in_no_plan_of_that_value(make: Callable[[int], Problem]) -> None:
    closed = 0
    for seed in range(6):
        model = make(seed)
        relaxed = solve_relaxed(model, Standing(EXACT))
        best = highs.solve(model, EXACT).objective
        assert isinstance(relaxed, Relaxed)
        assert best is not None
        costlier = relaxed.costlier(best)
        closed += int(costlier.sum())
        assert highs.solve(without(model, costlier), EXACT).objective == pytest.approx(best)
    assert closed > 0
