from __future__ import annotations

import numpy as np
import pytest

from capitalplan.solution import SolveOptions
from solvers import highs
from solvers.strengthen.totals import with_totals
from tests.benchmarks.families.growth import growth
from tests.solvers.problems import knapsack
from tests.solvers.strengthen.test_lumps import network

EXACT = SolveOptions(gap=0)


@pytest.mark.parametrize("seed", range(12))
def test_totals_change_no_plan(seed: int) -> None:
    problem = network(seed)
    counted = with_totals(problem)
    whole, totalled = highs.solve(problem, EXACT), highs.solve(counted, EXACT)
    assert totalled.status is whole.status
    if totalled.values is not None:
        assert totalled.objective == pytest.approx(whole.objective, abs=1e-6)
        assert (counted.matrix[: problem.n_rows, problem.n_columns :].nnz) == 0
        values = totalled.values[: problem.n_columns]
        assert (problem.matrix @ values <= problem.row_upper + 1e-6).all()
        assert (problem.matrix @ values >= problem.row_lower - 1e-6).all()


def test_each_line_of_a_network_has_a_total_a_year_of_what_was_added_by_then() -> None:
    problem = growth(12, 0).problem
    counted = with_totals(problem)
    added = counted.n_columns - problem.n_columns
    blocks = len(np.unique(problem.column_block))
    assert added == blocks * 10
    assert counted.integer[-added:].all()
    sums = counted.matrix.tocsr()[-added:, : problem.n_columns]
    assert (sums.data == 1).all()
    assert problem.integer[sums.indices].all()
    assert (problem.upper[sums.indices] > 1).all()
    by_year = np.diff(sums.indptr).reshape(-1)
    assert sorted(set(by_year)) == [int(by_year.max() / 10 * (year + 1)) for year in range(10)]
    for total in range(added):
        members = sums.indices[sums.indptr[total] : sums.indptr[total + 1]]
        assert (problem.column_block[members] == counted.column_block[problem.n_columns + total]).all()


def test_nothing_is_counted_where_nothing_flows() -> None:
    problem = knapsack(0)
    assert with_totals(problem) is problem
