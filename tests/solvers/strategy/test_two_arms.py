"""Both arms together: whatever the search finds is a plan, whatever the proof claims is a bound, and runs repeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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
from solvers.strategy.proof import Proof
from solvers.strategy.relaxed import Relaxed
from solvers.strategy.search import first_plan, improve
from solvers.strategy.standing import Standing
from tests.benchmarks.families.growth import growth
from tests.solvers.problems import hard_knapsack, market_split, problem, siting

GAP = 0.01
EXACT = SolveOptions(gap=0.0)
PATIENCE_SECONDS = 60
Search = Callable[[Standing, Relaxed], None]


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


def assert_same_plan(one: Solution, other: Solution) -> None:
    assert one.values is not None
    assert other.values is not None
    assert (one.values == other.values).all()


@pytest.fixture(scope="module")
def one_trust() -> Problem:
    model = formulate(read_register(data_path("one_trust"))).problem
    assert np.count_nonzero(model.integer) > strategy.SMALL
    return model


@pytest.fixture(scope="module")
def twelve_assets() -> Problem:
    """The twelve-asset problem with its columns shared out among three owners, as a network's are."""
    model = formulate(read_register(data_path("twelve_assets"))).problem
    return replace(model, column_owner=np.arange(model.n_columns, dtype=np.int32) % 3)


@pytest.fixture(scope="module")
def several() -> Problem:
    """Twelve assets in three blocks, each of an owner of its own, under one budget and growing demand."""
    model = growth(12, 0).problem
    return replace(model, column_owner=model.column_block)


@pytest.fixture
def always_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send even small problems to both arms."""
    monkeypatch.setattr(strategy, "SMALL", 0)


def hold_the_search(monkeypatch: pytest.MonkeyPatch, search: Search = first_plan) -> None:
    """Let the search begin only when the proof has ended."""

    def late(standing: Standing, relaxed: Relaxed) -> None:
        assert standing.ended.wait(PATIENCE_SECONDS)
        search(standing, relaxed)

    monkeypatch.setattr(strategy, "first_plan", late)


def hold_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the proof begin only when the search has ended."""
    searched, prove = threading.Event(), Proof.run

    def improved(standing: Standing, relaxed: Relaxed, most_steps: int | None) -> None:
        improve(standing, relaxed, most_steps)
        searched.set()

    def late(proof: Proof) -> None:
        assert searched.wait(PATIENCE_SECONDS)
        prove(proof)

    monkeypatch.setattr(strategy, "improve", improved)
    monkeypatch.setattr(Proof, "run", late)


def is_proof() -> bool:
    return threading.current_thread().name == "proof"


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
@pytest.mark.parametrize("name", ["several", pytest.param("twelve_assets", marks=pytest.mark.long)])
@pytest.mark.parametrize("gap", [0.0, GAP, 0.05])
def test_the_gap_asked_for_is_kept(name: str, gap: float, request: pytest.FixtureRequest) -> None:
    model: Problem = request.getfixturevalue(name)
    solution = strategy.solve(model, SolveOptions(gap=gap))
    assert solution.status is Status.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= max(gap, 1e-6)
    assert_sound(model, solution)
    assert_intervals_meet(solution, highs.solve(model, EXACT))


@pytest.mark.usefixtures("always_both")
@pytest.mark.parametrize("name", ["several", pytest.param("twelve_assets", marks=pytest.mark.long)])
@pytest.mark.parametrize("gap", [0.0, 0.03])
@pytest.mark.parametrize("hold", [hold_the_search, hold_the_proof])
def test_the_speed_of_either_arm_does_not_change_the_plan(
    name: str,
    gap: float,
    hold: Callable[[pytest.MonkeyPatch], None],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model: Problem = request.getfixturevalue(name)
    usual = strategy.solve(model, SolveOptions(gap=gap))
    hold(monkeypatch)
    assert_same_plan(usual, strategy.solve(model, SolveOptions(gap=gap)))


@pytest.mark.usefixtures("always_both")
def test_the_search_starts_from_nothing_and_only_improves(several: Problem) -> None:
    lines: list[Progress] = []
    solution = strategy.solve(several, SolveOptions(gap=0.0, on_progress=lines.append))
    assert solution.trace == tuple(lines)
    assert lines
    found = [line.incumbent for line in lines if line.incumbent is not None]
    assert found == sorted(found, reverse=True)
    assert [line.bound for line in lines] == sorted(line.bound for line in lines)


@pytest.mark.long
@pytest.mark.usefixtures("always_both")
def test_progress_is_told_and_wishes_are_asked_where_the_solve_began(twelve_assets: Problem) -> None:
    threads: set[int] = set()

    def note(_: Progress) -> None:
        threads.add(threading.get_ident())

    def go_on() -> bool:
        threads.add(threading.get_ident())
        return False

    strategy.solve(twelve_assets, SolveOptions(gap=0.05, on_progress=note, should_stop=go_on))
    assert threads == {threading.get_ident()}


@pytest.mark.usefixtures("always_both")
def test_no_plan_is_told_as_such() -> None:
    model = siting(1)
    lower, upper = model.row_lower.copy(), model.row_upper.copy()
    lower[0] = upper[0] = 5.0
    impossible = replace(model, row_lower=lower, row_upper=upper, upper=np.zeros(model.n_columns))
    solution = strategy.solve(impossible, SolveOptions())
    assert (solution.status, solution.has_plan) == (Status.INFEASIBLE, False)


@pytest.mark.usefixtures("always_both")
def test_no_plan_is_told_where_only_fractions_would_be_one() -> None:
    model = problem([1, 1, 1], [[2, 2, 2]], [3], [3], upper=4)
    solution = strategy.solve(model, SolveOptions())
    assert (solution.status, solution.has_plan) == (Status.INFEASIBLE, False)


@pytest.mark.usefixtures("always_both")
def test_a_bound_above_a_known_plan_is_refused(several: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof claims more than a plan the search holds: one of the two is wrong, and neither is shown."""
    plain = highs.solve

    def overbold(model: Problem, options: SolveOptions) -> Solution:
        solution = plain(model, options)
        return replace(solution, bound=1e9) if is_proof() and not options.relax else solution

    monkeypatch.setattr(highs, "solve", overbold)
    with pytest.raises(SolverError, match="lies above its plan"):
        strategy.solve(several, EXACT)


@pytest.mark.usefixtures("always_both")
@pytest.mark.parametrize("options", [EXACT, SolveOptions(gap=0.0, time_limit=PATIENCE_SECONDS)])
def test_a_fault_of_the_proof_comes_back(
    several: Problem, options: SolveOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = highs.solve

    def faulty(model: Problem, options: SolveOptions) -> Solution:
        if is_proof() and not options.relax:
            raise SolverError("the proof breaks")
        return plain(model, options)

    monkeypatch.setattr(highs, "solve", faulty)
    with pytest.raises(SolverError, match="the proof breaks"):
        strategy.solve(several, options)


@pytest.mark.usefixtures("always_both")
def test_a_wish_to_stop_keeps_the_best_plan() -> None:
    """Far too hard to settle; the wish comes with the first plan."""
    seen: list[Progress] = []

    def enough() -> bool:
        return any(line.incumbent is not None for line in seen)

    solution = strategy.solve(
        hard_knapsack(),
        SolveOptions(gap=0.0, time_limit=PATIENCE_SECONDS, on_progress=seen.append, should_stop=enough),
    )
    assert solution.status is Status.INTERRUPTED
    assert_sound(hard_knapsack(), solution)


@pytest.mark.usefixtures("always_both")
def test_a_finished_proof_counts_though_the_clock_ends_the_search(
    several: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search is held up until the time is over; by then the proof has its plan."""

    def too_late(standing: Standing, _: Relaxed) -> None:
        standing.cut_short = Status.STOPPED

    best = highs.solve(several, EXACT)
    hold_the_search(monkeypatch, too_late)
    solution = strategy.solve(several, EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(best.objective)


@pytest.mark.timeout(PATIENCE_SECONDS)
@pytest.mark.usefixtures("always_both")
def test_a_finished_proof_ends_a_patient_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof may end at a bound some thousandths of a penny below the plan: nothing is left to search for."""
    plain = highs.solve

    def shy(model: Problem, options: SolveOptions) -> Solution:
        solution = plain(model, options)
        return replace(solution, bound=solution.bound - 1e-6) if is_proof() else solution

    monkeypatch.setattr(highs, "solve", shy)
    solution = strategy.solve(siting(0), SolveOptions(gap=0.0, time_limit=10 * PATIENCE_SECONDS))
    assert solution.status is Status.OPTIMAL


@pytest.mark.usefixtures("always_both")
def test_a_step_the_user_ends_ends_the_search(several: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C without a handler reaches whichever step is at work, which reports it as its own end."""
    plain, steps = highs.solve, []

    def interrupted(model: Problem, options: SolveOptions) -> Solution:
        solution = plain(model, options)
        if options.relax:
            return solution
        steps.append(solution.objective)
        return replace(solution, status=Status.INTERRUPTED if len(steps) > 1 else Status.OPTIMAL)

    monkeypatch.setattr(highs, "solve", interrupted)
    monkeypatch.setattr(Proof, "run", lambda proof: proof.standing.closed.wait(PATIENCE_SECONDS))
    solution = strategy.solve(several, EXACT)
    assert len(steps) == 2
    assert solution.status is Status.INTERRUPTED
    assert_sound(several, solution)


@pytest.mark.usefixtures("always_both")
def test_ctrl_c_between_steps_keeps_the_best_plan(several: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    def ctrl_c(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(strategy, "improve", ctrl_c)
    monkeypatch.setattr(Proof, "run", lambda proof: proof.standing.closed.wait(PATIENCE_SECONDS))
    solution = strategy.solve(several, EXACT)
    assert solution.status is Status.INTERRUPTED
    assert_sound(several, solution)


@pytest.mark.timeout(PATIENCE_SECONDS)
@pytest.mark.usefixtures("always_both")
def test_a_proof_at_its_cuts_is_ended_when_the_search_has_enough(
    twelve_assets: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends it is no wish of the user's."""
    plain, begun, made = highs.solve, [], []

    def noted(options: SolveOptions) -> Standing:
        made.append(Standing(options))
        return made[-1]

    def slow(model: Problem, options: SolveOptions) -> Solution:
        if not is_proof():
            return plain(model, options)
        begun.append(model)
        assert options.should_stop is not None
        while not options.should_stop():
            time.sleep(0.01)
        return replace(plain(model, options), status=Status.INTERRUPTED, values=None)

    monkeypatch.setattr(highs, "solve", slow)
    monkeypatch.setattr(strategy, "Standing", noted)
    solution = strategy.solve(twelve_assets, SolveOptions(gap=0.2))
    assert begun
    assert [standing.cut_short for standing in made] == [None]
    assert solution.status is Status.OPTIMAL


@pytest.mark.usefixtures("always_both")
def test_a_wish_to_stop_from_the_start_is_heard() -> None:
    options = SolveOptions(gap=0.0, time_limit=PATIENCE_SECONDS, should_stop=lambda: True)
    solution = strategy.solve(market_split(), options)
    assert (solution.status, solution.has_plan) == (Status.INTERRUPTED, False)


@pytest.mark.usefixtures("always_both")
@pytest.mark.parametrize(("model", "has_plan"), [(hard_knapsack(), True), (market_split(), False)])
def test_the_clock_ends_it(model: Problem, has_plan: bool) -> None:
    solution = strategy.solve(model, SolveOptions(gap=0.0, time_limit=1))
    assert (solution.status, solution.has_plan) == (Status.STOPPED, has_plan)
    if has_plan:
        assert_sound(model, solution)


def test_small_problems_and_relaxations_have_one_arm(
    several: Problem, twelve_assets: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, asked = highs.solve, []

    def noted(model: Problem, options: SolveOptions) -> Solution:
        asked.append((model, options))
        return plain(model, options)

    monkeypatch.setattr(highs, "solve", noted)
    monkeypatch.delattr(strategy, "Proof")
    strategy.solve(several, SolveOptions(gap=0.2))
    assert [options.gap for _, options in asked if not options.relax] == [0.2]
    asked.clear()
    relaxed, linear = SolveOptions(relax=True), problem([1], [[1]], [0], [1], integer=False)
    strategy.solve(twelve_assets, relaxed)
    strategy.solve(linear, EXACT)
    assert [
        (model is each, options) for (model, options), each in zip(asked, (twelve_assets, linear), strict=True)
    ] == [
        (True, relaxed),
        (True, EXACT),
    ]
