from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.register.read import read_register
from capitalplan.solution import SolveOptions, Status
from solvers import highs
from solvers.strengthen.tightening import tightened
from tests.folders import DATA
from tests.solvers.problems import capital_rationing
from tests.solvers.problems import problem as made


def limited(seed: int) -> Problem:
    """A few whole numbers, of either sign, under limits from above and below; a continuous column in some rows."""
    random = np.random.default_rng(seed)
    columns, rows = int(random.integers(2, 5)), int(random.integers(1, 4))
    entries = random.integers(-9, 10, (rows, columns + 1)) * random.choice([1.0, 0.35, 100.0], (rows, 1))
    entries[:, -1] *= random.random(rows) < 0.4
    lower = random.integers(-2, 2, columns)
    inside = entries @ np.append(lower + random.integers(0, 3, columns), 0.0)
    room = random.integers(0, 15, rows) * (random.random(rows) < 0.8)
    return made(
        [0.0] * (columns + 1),
        entries.tolist(),
        np.where(random.random(rows) < 0.4, inside - room, -np.inf).tolist(),
        np.where(random.random(rows) < 0.7, inside + room, np.inf).tolist(),
        lower=[*lower.tolist(), 0.0],
        upper=[*(lower + 3).tolist(), float(random.choice([2.0, np.inf]))],
        integer=[True] * columns + [False],
    )


def plans(problem: Problem) -> list[npt.NDArray[np.float64]]:
    """All whole numbers for which the continuous column has a value."""
    matrix = problem.matrix.toarray()
    found = []
    for point in itertools.product(
        *(range(int(problem.lower[k]), int(problem.upper[k]) + 1) for k in range(len(matrix[0]) - 1))
    ):
        low, high = problem.lower[-1], problem.upper[-1]
        for row, least, most in zip(matrix, problem.row_lower, problem.row_upper, strict=True):
            used, entry = row[:-1] @ np.array(point), row[-1]
            if entry == 0:
                low, high = (low, high) if least - 1e-9 <= used <= most + 1e-9 else (np.inf, -np.inf)
            else:
                ends = sorted(((least - used) / entry, (most - used) / entry))
                low, high = max(low, ends[0]), min(high, ends[1])
        if low <= high + 1e-9:
            found.append(np.array(point, dtype=np.float64))
    return found


def test_no_plan_is_lost() -> None:
    tighter = 0
    for seed in range(250):
        problem = limited(seed)
        tight = tightened(problem)
        every = plans(problem)
        assert every
        for plan in every:
            assert (tight.lower[:-1] <= plan).all(), seed
            assert (plan <= tight.upper[:-1]).all(), seed
        tighter += bool((tight.lower != problem.lower).any() or (tight.upper != problem.upper).any())
        assert tight.lower[-1] == problem.lower[-1]
        assert tight.upper[-1] == problem.upper[-1]
    assert tighter > 60


def test_what_breaks_a_limit_alone_is_closed() -> None:
    problem = capital_rationing()
    tight = tightened(problem)
    assert tight.upper.tolist() == [1, 0, 1, 1, 0, 1, 1, 1, 1]
    relaxed = SolveOptions(relax=True)
    assert highs.solve(problem, relaxed).bound < highs.solve(tight, relaxed).bound <= -70


def test_one_bound_leads_to_the_next() -> None:
    rows = [[3, 0, 0], [-1, 1, 0], [0, -1, 1]]
    tight = tightened(made([0, 0, 0], rows, [-np.inf] * 3, [5, 0, 0], upper=[9, np.inf, np.inf]))
    assert tight.upper.tolist() == [1, 1, 1]


def test_bounds_cross_where_there_is_no_plan() -> None:
    tight = tightened(made([1, 1], [[2, 2], [1, 1]], [3, -np.inf], [3, 1], upper=1))
    assert highs.solve(tight, SolveOptions()).status is Status.INFEASIBLE
    crossed = tightened(made([1], [[2], [1]], [1.5, -np.inf], [np.inf, 0.5], upper=1))
    assert (crossed.lower > crossed.upper).any()


def test_the_best_plan_of_the_twelve_costs_the_same_and_half_of_their_schedules_are_closed() -> None:
    problem = formulate(read_register(DATA / "twelve_assets")).problem
    tight = tightened(problem)
    exact = SolveOptions(gap=0)
    assert highs.solve(tight, exact).objective == pytest.approx(highs.solve(problem, exact).objective, rel=1e-9)
    assert np.count_nonzero(tight.upper < problem.upper) > 0.5 * np.count_nonzero(problem.integer)


def test_what_a_source_has_left_closes_machines_that_are_paid_from_it() -> None:
    """Two machines of 8 and 3, each paid by amounts from two sources that have 5 and 1 left."""
    model = made(
        [0.0] * 6,
        [[8, 0, -1, -1, 0, 0], [0, 3, 0, 0, -1, -1], [0, 0, 1, 0, 1, 0], [0, 0, 0, 1, 0, 1]],
        [-np.inf] * 4,
        [0.0, 0.0, 5.0, 1.0],
        upper=[1.0, 1.0, *[np.inf] * 4],
        integer=[True, True, *[False] * 4],
    )
    tight = tightened(model)
    assert tight.upper.tolist() == [0.0, 1.0, *[np.inf] * 4]
    assert (tight.lower == 0).all()
