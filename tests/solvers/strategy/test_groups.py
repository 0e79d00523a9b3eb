"""A plan made group by group is a plan of the whole, among the columns it was given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions
from solvers.checks import check_values
from solvers.strategy import groups
from solvers.strategy.groups import group_by_group
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.standing import Standing
from tests.benchmarks.families.growth import growth
from tests.solvers.problems import INF, problem


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "GROUP_COLUMNS", 1)


def relaxation(model: Problem) -> tuple[Standing, Relaxed]:
    standing = Standing(SolveOptions())
    relaxed = solve_relaxed(model, standing)
    assert isinstance(relaxed, Relaxed)
    return standing, relaxed


def without_dearest(relaxed: Relaxed) -> npt.NDArray[np.bool_]:
    """All whole-number columns but those dearest at the prices, each of which some other stands for."""
    model = relaxed.problem
    dearest = np.isin(np.arange(model.n_columns), np.argsort(relaxed.reduced_costs)[-5:])
    return np.asarray(model.integer & ~(dearest & (relaxed.values == 0) & (model.column_year >= 0)))


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))])
@pytest.mark.parametrize("owners", [1, 3, 6])
def test_the_plan_keeps_every_row(seed: int, owners: int) -> None:
    model = growth(12, seed).problem
    owner = np.where(model.integer | (np.arange(model.n_columns) % 7 > 0), model.column_block % owners, -1)
    model = replace(model, column_owner=owner.astype(np.int32))
    standing, relaxed = relaxation(model)
    kept = without_dearest(relaxed)
    found = group_by_group(standing, relaxed, kept)
    assert found is not None
    assert found.values is not None
    assert found.objective is not None
    check_values(model, found.values, found.objective, "group by group")
    assert found.objective >= relaxed.bound
    assert (found.values[model.integer & ~kept] == model.lower[model.integer & ~kept]).all()


def test_a_group_that_finds_none_ends_it() -> None:
    """Halves add up in the relaxation; no whole number of the first group's only machine does."""
    model = problem([1, 1], [[2, 0], [0, 2]], [1, 1], [1, INF], upper=1)
    standing, relaxed = relaxation(replace(model, column_owner=np.array([0, 1], dtype=np.int32)))
    assert group_by_group(standing, relaxed, model.integer) is None
