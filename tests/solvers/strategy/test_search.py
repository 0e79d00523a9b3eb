"""The search crosses the plans it found: what each does well goes together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions
from solvers import highs
from solvers.checks import objective_value
from solvers.strategy.neighbourhoods import Neighbourhoods
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.search import improve, second_tree
from solvers.strategy.standing import Standing
from solvers.strategy.structure import without
from tests.solvers.problems import problem
from tests.solvers.strategy.coupled import coupled

GOOD = {0: 1, 1: 4}
"""Column that one plan chooses in each menu; the best of all, columns 0 and 3, are in no plan."""
BAD = {0: 2, 1: 5}


@pytest.fixture(scope="module")
def two_menus() -> Problem:
    return problem([0, 1, 9, 0, 1, 9], [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]], [1, 1], [1, 1], upper=1)


def offer_plan(standing: Standing, model: Problem, *columns: int) -> None:
    closed = np.ones(model.n_columns, dtype=bool)
    closed[list(columns)] = False
    standing.offer(highs.solve(without(model, closed), SolveOptions()))


def test_plans_are_crossed_when_neighbourhoods_bring_nothing(
    two_menus: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = np.zeros(two_menus.n_columns, dtype=bool)
    monkeypatch.setattr(Neighbourhoods, "draw", lambda *_: ("regret", nothing))
    standing = Standing(SolveOptions(gap=0.0))
    relaxed = solve_relaxed(two_menus, standing)
    assert isinstance(relaxed, Relaxed)
    offer_plan(standing, two_menus, GOOD[0], BAD[1])
    offer_plan(standing, two_menus, BAD[0], GOOD[1])
    improve(standing, relaxed, 1)
    assert standing.best is not None
    assert standing.best.objective == pytest.approx(2)
    assert np.flatnonzero(standing.best.values).tolist() == [GOOD[0], GOOD[1]]


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5])
def test_a_second_tree_ends_at_the_best_plan_and_its_bound(seed: int) -> None:
    model = coupled(seed)
    best = highs.solve(model, SolveOptions(gap=0.0))
    assert best.objective is not None
    standing = Standing(SolveOptions(gap=0.0))
    relaxed = solve_relaxed(model, standing)
    assert isinstance(relaxed, Relaxed)
    dearest = highs.solve(replace(model, costs=-model.costs), SolveOptions(gap=0.0))
    assert dearest.values is not None
    standing.offer(replace(dearest, objective=objective_value(model, dearest.values)))
    assert standing.best is not None
    assert standing.best.objective > best.objective + 1
    for _ in range(2):  # from the dearest plan, then from the best
        second_tree(standing, relaxed)
        assert standing.best.objective == pytest.approx(best.objective)
        assert standing.bound <= best.objective + 1e-6 * abs(best.objective)
    assert standing.bound == pytest.approx(best.objective, rel=1e-5)
