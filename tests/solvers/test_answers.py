"""What is done with an engine's raw answer: contradictions are refused, ambiguous words are settled."""

from __future__ import annotations

import math

import numpy as np
import pytest

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import highs, pulp_solvers
from solvers.answer import Answer, answered
from solvers.scaled_copy import scaled_copy
from solvers.watch import Watch
from tests.solvers.problems import INF, capital_rationing, problem, siting

BEST = np.array([1.0, 0, 1, 1, 0, 1, 0, 0, 1])


def solution_of(answer: Answer, model: Problem | None = None) -> Solution:
    def run(_problem: Problem, _options: SolveOptions, _watch: Watch) -> Answer:
        return answer

    return answered(model or capital_rationing(), SolveOptions(), "an engine", run, highs.solve)


def test_a_true_answer_passes() -> None:
    solution = solution_of(Answer(status=Status.OPTIMAL, values=BEST + 4e-7, objective=-70.00002, bound=-70.0))
    assert solution.values is not None
    assert solution.values.tolist() == BEST.tolist()
    assert (solution.objective, solution.bound) == (-70, -70)


@pytest.mark.parametrize(
    ("values", "objective", "bound", "fault"),
    [
        (BEST, -75.0, -75.0, "its objective is not the cost"),
        (np.ones(9), -151.0, -151.0, "a row of its plan is breached"),
        (np.where(BEST > 0, 2.0, 0.0) * [1, 0, 0, 0, 0, 0, 0, 0, 0], -28.0, -71.0, "a bound of its plan is breached"),
        (BEST * [0.9, 1, 1, 1, 1, 1, 1, 1, 1], -68.6, -71.0, "a whole number of its plan is not whole"),
        (BEST * math.nan, -70.0, -71.0, "not numbers"),
        (BEST, -70.0, -60.0, "bound -60.0 lies above its plan"),
    ],
)
def test_contradictions_are_refused(values: np.ndarray, objective: float, bound: float, fault: str) -> None:
    with pytest.raises(SolverError, match=fault):
        solution_of(Answer(status=Status.OPTIMAL, values=values, objective=objective, bound=bound))


def test_flows_are_exact_for_the_rounded_choices() -> None:
    """A ten-millionth of a machine carries a few scans; no machine carries none."""
    model = problem([5, -1], [[-100, 1]], [-INF], [0], upper=[1, INF], integer=[True, False])
    crumb = Answer(status=Status.STOPPED, values=np.array([1e-7, 1e-5]), objective=-9.5e-6, bound=-95.0)
    solution = solution_of(crumb, model)
    assert solution.values is not None
    assert solution.values.tolist() == [0, 0]
    assert (solution.objective, solution.bound) == (0, -95)


def test_choices_of_a_rounded_copy_that_do_not_hold_are_no_plan() -> None:
    solution = solution_of(Answer(status=Status.OPTIMAL, values=np.ones(9), bound=-151.0, message="optimal"))
    assert (solution.status, solution.has_plan, solution.bound) == (Status.FAILED, False, -151)
    assert "do not hold exactly" in solution.message


@pytest.mark.parametrize("seed", range(5))
def test_every_plan_has_a_twin_in_the_scaled_copy(seed: int) -> None:
    """The best plan, rounded to the grid, fits the copy, and costs there what it costs, within the error stated."""
    model = siting(seed)
    values = highs.solve(model, SolveOptions(gap=0.0)).values
    assert values is not None
    copy = scaled_copy(model)
    twin = np.rint(values / copy.step)
    activity = copy.matrix @ twin
    assert (copy.lower <= twin).all()
    assert (twin <= copy.upper).all()
    assert (copy.row_lower <= activity).all()
    assert (activity <= copy.row_upper).all()
    assert abs(copy.costs @ twin / copy.cost_scale - model.costs @ values) <= copy.cost_error + 1e-9
    assert copy.cost_error < 0.05


def test_whole_numbers_are_copied_without_error() -> None:
    copy = scaled_copy(capital_rationing())
    assert copy.cost_error == 0
    assert copy.row_upper.tolist() == [50, 20]


def test_a_column_that_only_eases_rows_is_bounded_by_what_they_need() -> None:
    """``over >= list - 3``, with ``list <= 8``; and ``over + late >= 2``: at most 5 over, and at most 2 late."""
    rows = [[1, -1, 0], [0, 1, 1]]
    copy = scaled_copy(problem([-1, 5, 0], rows, [-INF, 2], [3, INF], upper=[8, INF, INF], integer=False))
    assert (copy.upper * copy.step).tolist() == [8, 5, 2]


def test_a_column_that_earns_without_end_has_no_bound() -> None:
    with pytest.raises(ValueError, match="column_1 has no bounds"):
        scaled_copy(problem([0, -1], [[1, -1]], [-INF], [3], upper=[8, INF], integer=False))


def test_numbers_too_large_for_a_copy_are_named() -> None:
    with pytest.raises(ValueError, match="row_0 are too large"):
        scaled_copy(problem([1], [[1e12]], [-INF], [1e12], upper=1e6))


def test_engines_known_to_pulp_by_name() -> None:
    pytest.importorskip("pulp")
    if "HiGHS" in pulp_solvers.others():
        solution = pulp_solvers.solver_named("HiGHS")(capital_rationing(), SolveOptions(gap=0.0))
        assert (solution.objective, solution.bound) == (-70, -math.inf)
    with pytest.raises(SolverError, match="does not find NO_SUCH"):
        pulp_solvers.solver_named("NO_SUCH")
