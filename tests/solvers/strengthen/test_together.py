from __future__ import annotations

import numpy as np
import pytest

from capitalplan.solution import SolveOptions
from solvers import highs
from solvers.checks import check_values
from solvers.strengthen.cohorts import merge_cohorts
from solvers.strengthen.lumps import with_lump_cuts
from solvers.strengthen.tightening import tightened
from solvers.strengthen.totals import with_totals
from tests.solvers.strengthen.test_lumps import check_no_plan_is_lost, network, relaxed

EXACT = SolveOptions(gap=0)


@pytest.mark.parametrize(
    "seeds",
    [range(20), pytest.param(range(20, 300), marks=pytest.mark.long)],
    ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}",
)
def test_one_after_the_other_they_keep_the_best_plan(seeds: range) -> None:
    cut = 0
    for seed in seeds:
        problem = network(seed, alike=True)
        cohorts = merge_cohorts(problem)
        assert cohorts.problem.n_columns < problem.n_columns
        bounded = tightened(cohorts.problem)
        tight, _ = with_lump_cuts(bounded, relaxed(bounded), relaxed)
        check_no_plan_is_lost(cohorts.problem, tight)
        cut += tight.n_rows > bounded.n_rows
        best = highs.solve(with_totals(tight), EXACT)
        whole = highs.solve(problem, EXACT)
        assert best.status is whole.status
        if best.values is None or best.objective is None:
            continue
        assert best.objective == pytest.approx(whole.objective, abs=1e-5)
        values = cohorts.spread(best.values[: cohorts.problem.n_columns])
        check_values(problem, values, best.objective, "the way back")
        assert (values[problem.integer] == np.rint(values[problem.integer])).all()
    assert cut > len(seeds) / 4
