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
from solvers.guards import refuse_below_root
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


def test_an_engine_whose_files_or_licence_are_missing_fails_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever each of PuLP's engines raises, and whichever settings it takes."""
    found = pulp_solvers.others()
    monkeypatch.setattr(pulp_solvers, "others", pulp_solvers.known)
    missing = [name for name in pulp_solvers.known() if name not in found]
    assert missing
    for name in missing:
        solution = pulp_solvers.solver_named(name)(capital_rationing(), SolveOptions(gap=0.0, time_limit=5))
        assert (solution.status, solution.has_plan) == (Status.FAILED, False), name
        assert solution.message, name
        assert "\n" not in solution.message


def guarded(answer: Answer, **known: float) -> Solution:
    def run(_problem: Problem, _options: SolveOptions, _watch: Watch) -> Answer:
        return answer

    return answered(capital_rationing(), SolveOptions(gap=0.0, **known), "an engine", run, highs.solve)  # type: ignore[arg-type]  # bounds only


OPTIMAL = Answer(status=Status.OPTIMAL, values=BEST, objective=-70.0, bound=-70.0)
WORSE = np.array([0.0, 0, 1, 1, 0, 1, 0, 0, 1])
"""A plan worth 56."""


@pytest.mark.parametrize(
    ("answer", "known", "fault"),
    [
        (OPTIMAL, {"root_bound": -69.0}, "states a plan of -70.00, yet the linear relaxation"),
        (Answer(status=Status.STOPPED, values=BEST, objective=-70.0), {"root_bound": -69.0}, "states a plan of -70.00"),
        (Answer(status=Status.INFEASIBLE), {"known": -70.0}, "no plan, yet one of -70.00"),
        (Answer(status=Status.STOPPED, bound=-69.0), {"known": -70.0}, "less than -69.00, yet one of -70.00"),
        (
            Answer(status=Status.OPTIMAL, values=WORSE, objective=-56.0, bound=-71.0),
            {"known": -70.0},
            "less than -56.00, yet one of -70.00",
        ),
    ],
)
def test_what_is_known_convicts_an_engine(answer: Answer, known: dict[str, float], fault: str) -> None:
    with pytest.raises(SolverError, match=f"^an engine is wrong: .*{fault}"):
        guarded(answer, **known)


def test_costs_that_fall_without_end_are_above_no_bound() -> None:
    with pytest.raises(SolverError, match=r"costs fall without end, yet none is below -70\.27"):
        refuse_below_root("an engine", Status.UNBOUNDED, None, -70.2727)


@pytest.mark.parametrize(
    "answer",
    [
        OPTIMAL,
        Answer(status=Status.STOPPED, values=WORSE, objective=-56.0, bound=-500.0),
        Answer(status=Status.STOPPED, values=WORSE, objective=-56.0),
        Answer(status=Status.INTERRUPTED, bound=-70.1),
        Answer(status=Status.OPTIMAL, values=WORSE, bound=-71.0),
    ],
)
def test_an_engine_that_knows_less_is_not_wrong_and_is_given_the_bound(answer: Answer) -> None:
    """A weak bound, a poor plan, none at all, or the plan of a rounded copy whose cost nobody vouches for."""
    solution = guarded(answer, root_bound=-70.2727, known=-70.0)
    assert solution.status is answer.status
    assert solution.bound == max(answer.bound, -70.2727)


def test_two_ways_to_relate_a_gap_are_both_honest() -> None:
    """A plan of 56 is 0.2 off the best of 70 as engines count that relate the gap to the bound."""
    honest = Answer(status=Status.OPTIMAL, values=WORSE, objective=-56.0, bound=-70.0)

    def run(_problem: Problem, _options: SolveOptions, _watch: Watch) -> Answer:
        return honest

    options = SolveOptions(gap=0.2, known=-70.0)
    assert answered(capital_rationing(), options, "an engine", run, highs.solve).objective == -56


def test_the_linear_relaxation_may_lie_below_what_is_known() -> None:
    solution = highs.solve(capital_rationing(), SolveOptions(relax=True, root_bound=-70.0, known=-70.0))
    assert solution.bound == pytest.approx(-70.2727, abs=1e-4)
