"""The search crosses the plans it found: what each does well goes together."""

from __future__ import annotations

import numpy as np
import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions
from solvers import highs
from solvers.strategy import search
from solvers.strategy.neighbourhoods import Neighbourhoods
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.search import improve
from solvers.strategy.standing import Standing
from solvers.strategy.structure import without
from tests.solvers.problems import problem

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
    monkeypatch.setattr(search, "MOST_STEPS", 1)
    standing = Standing(SolveOptions(gap=0.0))
    relaxed = solve_relaxed(two_menus, standing)
    assert isinstance(relaxed, Relaxed)
    offer_plan(standing, two_menus, GOOD[0], BAD[1])
    offer_plan(standing, two_menus, BAD[0], GOOD[1])
    improve(standing, relaxed, patiently=False)
    assert standing.best is not None
    assert standing.best.objective == pytest.approx(2)
    assert np.flatnonzero(standing.best.values).tolist() == [GOOD[0], GOOD[1]]
