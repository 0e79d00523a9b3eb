"""Networks that share nothing: the parts are found, and solving them apart gives what solving them together gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, Status
from solvers import highs, strategy
from solvers.checks import check_values
from solvers.strategy import apart
from tests.solvers.strategy.coupled import coupled


def beside(*models: Problem) -> Problem:
    """Problems that share nothing as one, their columns and rows mixed."""
    rng = np.random.default_rng(0)
    matrix = sp.csc_array(sp.block_diag([model.matrix for model in models]))
    rows, columns = (rng.permutation(count) for count in matrix.shape)

    def all_of(name: str) -> np.ndarray:
        return np.concatenate([getattr(model, name) for model in models])

    return Problem(
        matrix=sp.csc_array(matrix.tocsr()[rows][:, columns]),
        column_names=tuple(f"x{number}" for number in columns),
        row_names=tuple(f"r{number}" for number in rows),
        row_rule=("any",) * len(rows),
        **{
            name: all_of(name)[columns]
            for name in ("costs", "lower", "upper", "integer", "column_block", "column_owner", "column_year")
        },
        **{name: all_of(name)[rows] for name in ("row_lower", "row_upper")},
    )


@pytest.fixture
def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few columns are worth solving for themselves."""
    monkeypatch.setattr(apart, "LEAST_COLUMNS", 3)


@pytest.mark.usefixtures("any_size")
@pytest.mark.parametrize("seed", range(5))
def test_apart_as_together(seed: int) -> None:
    model = beside(coupled(3 * seed), coupled(3 * seed + 1), coupled(3 * seed + 2))
    parts = apart.parts_of(model)
    assert len(parts) == 3
    assert sorted(np.concatenate([part.columns for part in parts])) == list(range(model.n_columns))
    assert sorted(np.concatenate([part.rows for part in parts])) == list(range(model.n_rows))
    found, best = strategy.solve(model, SolveOptions(gap=0.0)), highs.solve(model, SolveOptions(gap=0.0))
    assert found.values is not None
    assert found.objective is not None
    assert found.objective == pytest.approx(best.objective)
    assert found.bound == pytest.approx(best.objective)
    assert found.status is Status.OPTIMAL
    check_values(model, found.values, found.objective, "apart")
    again = strategy.solve(model, SolveOptions(gap=0.0, start=found.values, root_bound=found.bound))
    assert again.values is not None
    assert np.array_equal(again.values, found.values)


@pytest.mark.usefixtures("any_size")
def test_what_is_connected_stays_whole_and_what_is_small_goes_together() -> None:
    assert len(apart.parts_of(coupled(0))) == 1
    small = replace(coupled(1), matrix=sp.csc_array(coupled(1).matrix * 0))  # columns that no row connects
    parts = apart.parts_of(beside(coupled(0), coupled(2), small))
    assert len(parts) == 3
    assert len(parts[-1].columns) == small.n_columns


@pytest.mark.usefixtures("any_size")
def test_one_part_without_a_plan_leaves_none() -> None:
    impossible = coupled(1)
    impossible = replace(impossible, row_lower=impossible.row_lower + 1e5, row_upper=impossible.row_upper + 1e5)
    found = strategy.solve(beside(coupled(0), impossible), SolveOptions(gap=0.0))
    assert (found.status, found.values, found.bound) == (Status.INFEASIBLE, None, np.inf)


@pytest.mark.usefixtures("any_size")
def test_a_part_that_saves_what_another_costs_does_not_hide_a_gap() -> None:
    """Parts of opposite sign: each within its gap, the whole not, so it is solved once more as one."""
    both = beside(coupled(0), replace(coupled(1), costs=-coupled(1).costs))
    found, whole = strategy.solve(both, SolveOptions(gap=0.01)), highs.solve(both, SolveOptions(gap=0.0))
    assert found.objective is not None
    assert whole.objective is not None
    assert found.status is Status.OPTIMAL
    assert found.bound - 1e-6 <= whole.objective <= found.objective + 1e-6
    assert found.objective - found.bound <= 0.01 * abs(found.objective) + 1e-6


def test_a_limit_too_short_for_the_relaxation_is_told_as_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strategy, "SMALL", 0)
    found = strategy.solve(coupled(0), SolveOptions(gap=0.0, time_limit=1e-9))
    assert (found.status, found.values) == (Status.STOPPED, None)
