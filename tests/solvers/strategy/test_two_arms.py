"""Both arms together: whatever the search finds is a plan, whatever the proof claims is a bound, and runs repeat."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from capitalplan.errors import SolverError
from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.register.read import read_register
from capitalplan.resources import data_path
from capitalplan.solution import Progress, Solution, SolveOptions, Status
from solvers import highs, strategy
from solvers.checks import check_values
from tests.solvers.problems import hard_knapsack, market_split, problem, siting

GAP = 0.01


def assert_sound(model: Problem, solution: Solution) -> None:
    assert solution.values is not None
    assert solution.objective is not None
    check_values(model, solution.values, solution.objective, "both arms")
    assert solution.bound <= solution.objective


def assert_intervals_meet(one: Solution, other: Solution) -> None:
    assert one.objective is not None
    assert other.objective is not None
    assert one.bound <= other.objective + 1e-6 * abs(other.objective)
    assert other.bound <= one.objective + 1e-6 * abs(one.objective)


@pytest.fixture(scope="module")
def one_trust() -> Problem:
    model = formulate(read_register(data_path("one_trust"))).problem
    assert np.count_nonzero(model.integer) > strategy.SMALL
    return model


@pytest.fixture(scope="module")
def several() -> Problem:
    """The twelve-asset problem with its columns shared out among three owners, as a network's are."""
    model = formulate(read_register(data_path("twelve_assets"))).problem
    owners = np.arange(model.n_columns, dtype=np.int32) % 3
    return replace(model, column_owner=owners)


@pytest.fixture
def always_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send even small problems to both arms."""
    monkeypatch.setattr(strategy, "SMALL", 20)


@pytest.mark.long
def test_one_trust_as_the_plain_engine_has_it(one_trust: Problem) -> None:
    both = strategy.solve(one_trust, SolveOptions(gap=GAP))
    plain = highs.solve(one_trust, SolveOptions(gap=GAP))
    assert both.status is plain.status is Status.OPTIMAL
    assert both.gap is not None
    assert both.gap <= GAP
    assert_sound(one_trust, both)
    assert_intervals_meet(both, plain)


@pytest.mark.usefixtures("always_both")
@pytest.mark.parametrize("gap", [0.0, GAP, 0.05])
def test_the_gap_asked_for_is_kept(several: Problem, gap: float) -> None:
    solution = strategy.solve(several, SolveOptions(gap=gap))
    assert solution.status is Status.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= max(gap, 1e-6)
    assert_sound(several, solution)
    assert_intervals_meet(solution, highs.solve(several, SolveOptions(gap=0.0)))


@pytest.mark.usefixtures("always_both")
def test_the_same_problem_gives_the_same_plan(several: Problem) -> None:
    first, second = (strategy.solve(several, SolveOptions(gap=0.03)) for _ in range(2))
    assert first.values is not None
    assert second.values is not None
    assert (first.values == second.values).all()


def hold_the_search(monkeypatch: pytest.MonkeyPatch, whole: Problem) -> None:
    """Let the search begin only when the proof has ended."""
    ended, plain = threading.Event(), highs.solve

    def solve(model: Problem, options: SolveOptions) -> Solution:
        proof = model is whole and not options.relax
        if not proof:
            ended.wait(60)
        solution = plain(model, options)
        if proof:
            ended.set()
        return solution

    monkeypatch.setattr(highs, "solve", solve)


@pytest.mark.usefixtures("always_both")
@pytest.mark.parametrize("gap", [0.0, 0.03])
def test_the_speed_of_either_arm_does_not_change_the_plan(
    several: Problem, gap: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = strategy.solve(several, SolveOptions(gap=gap))
    hold_the_search(monkeypatch, several)
    other = strategy.solve(several, SolveOptions(gap=gap))
    assert usual.values is not None
    assert other.values is not None
    assert (usual.values == other.values).all()


@pytest.mark.usefixtures("always_both")
def test_the_search_starts_from_nothing_and_only_improves(several: Problem) -> None:
    lines: list[Progress] = []
    solution = strategy.solve(several, SolveOptions(gap=0.0, on_progress=lines.append))
    assert solution.trace == tuple(lines)
    found = [line.incumbent for line in lines if line.incumbent is not None]
    assert found == sorted(found, reverse=True)
    assert [line.bound for line in lines] == sorted(line.bound for line in lines)


@pytest.mark.usefixtures("always_both")
def test_no_plan_is_told_as_such() -> None:
    model = siting(1)
    upper = model.row_upper.copy()
    upper[0], lower = 5.0, model.row_lower.copy()
    lower[0] = 5.0
    impossible = replace(model, row_lower=lower, row_upper=upper, upper=np.zeros(model.n_columns))
    solution = strategy.solve(impossible, SolveOptions())
    assert (solution.status, solution.has_plan) == (Status.INFEASIBLE, False)


@pytest.mark.usefixtures("always_both")
def test_a_bound_above_a_known_plan_is_refused(several: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof claims more than a plan the search holds: one of the two is wrong, and neither is shown."""
    plain = highs.solve

    def overbold(model: Problem, options: SolveOptions) -> Solution:
        solution = plain(model, options)
        return replace(solution, bound=1e9) if model is several and not options.relax else solution

    monkeypatch.setattr(highs, "solve", overbold)
    with pytest.raises(SolverError, match="lies above its plan"):
        strategy.solve(several, SolveOptions(gap=0.0))


@pytest.mark.usefixtures("always_both")
def test_a_fault_of_the_proof_comes_back(several: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = highs.solve

    def faulty(model: Problem, options: SolveOptions) -> Solution:
        if model is several and not options.relax:
            raise SolverError("the proof breaks")
        return plain(model, options)

    monkeypatch.setattr(highs, "solve", faulty)
    with pytest.raises(SolverError, match="the proof breaks"):
        strategy.solve(several, SolveOptions())


@pytest.mark.usefixtures("always_both")
def test_a_wish_to_stop_keeps_the_best_plan() -> None:
    """Far too hard to settle; the wish comes with the first plan."""
    seen: list[Progress] = []

    def enough() -> bool:
        return any(line.incumbent is not None for line in seen)

    solution = strategy.solve(
        hard_knapsack(), SolveOptions(gap=0.0, time_limit=60, on_progress=seen.append, should_stop=enough)
    )
    assert solution.status is Status.INTERRUPTED
    assert_sound(hard_knapsack(), solution)


@pytest.mark.usefixtures("always_both")
def test_a_finished_proof_counts_though_the_clock_ends_the_search(
    several: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search is held up until the time is over; by then the proof has its plan."""
    best = highs.solve(several, SolveOptions(gap=0.0))
    hold_the_search(monkeypatch, several)
    solution = strategy.solve(several, SolveOptions(gap=0.0, time_limit=5))
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(best.objective)


@pytest.mark.usefixtures("always_both")
def test_a_step_the_user_ends_ends_the_search(several: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C without a handler reaches whichever step is at work, which reports it as its own end."""
    plain, steps = highs.solve, []

    def interrupted(model: Problem, options: SolveOptions) -> Solution:
        if model is several and not options.relax:
            return plain(model, options)
        steps.append(model)
        return replace(plain(model, options), status=Status.INTERRUPTED if len(steps) > 1 else Status.OPTIMAL)

    monkeypatch.setattr(highs, "solve", interrupted)
    strategy.solve(several, SolveOptions(gap=0.0))
    assert len(steps) == 2


@pytest.mark.usefixtures("always_both")
def test_a_wish_to_stop_from_the_start_is_heard() -> None:
    solution = strategy.solve(market_split(), SolveOptions(gap=0.0, time_limit=60, should_stop=lambda: True))
    assert (solution.status, solution.has_plan) == (Status.INTERRUPTED, False)


@pytest.mark.usefixtures("always_both")
@pytest.mark.parametrize(("model", "has_plan"), [(hard_knapsack(), True), (market_split(), False)])
def test_the_clock_ends_it(model: Problem, has_plan: bool) -> None:
    solution = strategy.solve(model, SolveOptions(gap=0.0, time_limit=2))
    assert (solution.status, solution.has_plan) == (Status.STOPPED, has_plan)
    if has_plan:
        assert_sound(model, solution)


def test_small_problems_and_relaxations_go_to_the_plain_engine(
    several: Problem, one_trust: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Problem, SolveOptions]] = []
    answer = Solution(status=Status.STOPPED, values=None, objective=None, bound=0.0, engine="plain", seconds=0.0)

    def plain(model: Problem, options: SolveOptions) -> Solution:
        asked.append((model, options))
        return answer

    monkeypatch.setattr(highs, "solve", plain)
    small, relaxed = SolveOptions(gap=0.2), SolveOptions(relax=True)
    assert strategy.solve(several, small) is answer
    assert strategy.solve(one_trust, relaxed) is answer
    assert strategy.solve(problem([1], [[1]], [0], [1]), small) is answer
    assert [(model is several, options) for model, options in asked] == [
        (True, small),
        (False, relaxed),
        (False, small),
    ]
