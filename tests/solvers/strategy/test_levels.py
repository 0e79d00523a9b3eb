"""Many limits at once: each level's plan and bound are its own, whatever was found under other limits."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.formulation.reuse import with_limits
from capitalplan.register.read import read_register
from capitalplan.resources import data_path
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import highs, strategy
from solvers.checks import check_values
from solvers.strategy.levels import solve_levels
from tests.benchmarks.desk import with_budgets
from tests.solvers.problems import capital_rationing, knapsack, siting

GAP = 0.01
PERCENTS = tuple(range(50, 151, 13))


@pytest.fixture(scope="module")
def levels() -> list[Problem]:
    register = read_register(data_path("twelve_assets"))
    base = formulate(register)
    return [with_limits(base, with_budgets(register, percent)).problem for percent in PERCENTS]


@pytest.fixture(scope="module")
def best(levels: list[Problem]) -> list[float]:
    return [value_of(highs.solve(level, SolveOptions(gap=0.0))) for level in levels]


@pytest.fixture(scope="module")
def answers(levels: list[Problem]) -> list[Solution]:
    return solved(levels, GAP)


def solved(levels: list[Problem], gap: float) -> list[Solution]:
    answers = dict(solve_levels(levels, SolveOptions(gap=gap)))
    return [answers[level] for level in range(len(levels))]


def value_of(solution: Solution) -> float:
    assert solution.objective is not None
    return solution.objective


def assert_sound(model: Problem, solution: Solution, best: float, gap: float) -> None:
    assert solution.values is not None
    check_values(model, solution.values, value_of(solution), "levels")
    assert solution.status is Status.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= max(gap, 1e-6)
    assert solution.bound - 1e-6 * abs(best) <= best <= value_of(solution) + 1e-6 * abs(best)


def limited(share: float) -> Problem:
    """A choice of projects under budgets that are a share of the usual ones."""
    model = knapsack(3, items=20)
    return replace(model, row_upper=np.floor(model.row_upper * share))


def test_each_level_has_a_plan_and_a_bound_of_its_own(
    levels: list[Problem], answers: list[Solution], best: list[float]
) -> None:
    for level, answer, value in zip(levels, answers, best, strict=True):
        assert_sound(level, answer, value, GAP)


@pytest.mark.long
def test_levels_are_exact_where_no_gap_is_left(levels: list[Problem], best: list[float]) -> None:
    for level, answer, value in zip(levels, solved(levels, 0.0), best, strict=True):
        assert_sound(level, answer, value, 0.0)


def test_more_money_never_costs_more(answers: list[Solution]) -> None:
    values, bounds = [value_of(answer) for answer in answers], [answer.bound for answer in answers]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds, reverse=True)
    assert values[0] > values[-1]


def test_levels_come_in_any_order(levels: list[Problem], answers: list[Solution]) -> None:
    again = solved(levels[::-1], GAP)
    for number, answer in enumerate(again[::-1]):
        assert answer.values is not None
        assert answer.values.tolist() == np.asarray(answers[number].values).tolist()
        assert (answer.objective, answer.bound) == (answers[number].objective, answers[number].bound)


def test_it_does_not_matter_which_of_two_levels_ends_first(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, models = highs.solve, [limited(share) for share in np.linspace(0.5, 1.5, 9).tolist()]
    usual = solved(models, GAP)
    for slow in models[0], models[-1]:

        def slowed(model: Problem, options: SolveOptions, slow: Problem = slow) -> Solution:
            time.sleep(0.05 * bool((model.row_upper[: slow.n_rows] == slow.row_upper).all()))
            return plain(model, options)

        monkeypatch.setattr(highs, "solve", slowed)
        for answer, again in zip(usual, solved(models, GAP), strict=True):
            assert (answer.objective, answer.bound) == (again.objective, again.bound)
            assert np.array_equal(np.asarray(answer.values), np.asarray(again.values))


def test_the_user_is_asked_and_told_in_one_thread(levels: list[Problem]) -> None:
    threads: set[int] = set()

    def asked() -> bool:
        threads.add(threading.get_ident())
        return False

    options = SolveOptions(gap=GAP, should_stop=asked, on_progress=lambda _: threads.add(threading.get_ident()))
    list(solve_levels(levels[:3], options))
    assert threads == {threading.get_ident()}


def test_levels_that_are_settled_already_are_not_solved(
    levels: list[Problem], answers: list[Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, plain = [], highs.solve

    def counted(model: Problem, options: SolveOptions) -> Solution:
        runs.append(model)
        return plain(model, options)

    monkeypatch.setattr(highs, "solve", counted)
    one = solved(levels[-1:], GAP)
    alone = len(runs)
    twins = solved([levels[-1]] * 5, GAP)
    assert len(runs) == 2 * alone
    assert [answer.objective for answer in twins] == [one[0].objective] * 5


def test_many_levels_need_fewer_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, plain = [], highs.solve
    models = [limited(share) for share in np.linspace(0.5, 1.5, 21).tolist()]

    def counted(model: Problem, options: SolveOptions) -> Solution:
        whole.append(bool((model.upper[model.integer] > model.lower[model.integer]).all()) and not options.relax)
        return plain(model, options)

    monkeypatch.setattr(highs, "solve", counted)
    answers = solved(models, 0.05)
    assert 0 < sum(whole) < len(models)
    for model, answer in zip(models, answers, strict=True):
        assert_sound(model, answer, value_of(plain(model, SolveOptions(gap=0.0))), 0.05)


def test_a_level_without_a_plan_is_told_and_spoils_no_other(levels: list[Problem], best: list[float]) -> None:
    none = []
    for limit in (-1.0, -2.0):
        upper = levels[0].row_upper.copy()
        upper[[rule == "money" for rule in levels[0].row_rule]] = limit
        none.append(replace(levels[0], row_upper=upper))
    answers = solved([*none, *levels[:3]], GAP)
    for answer in answers[:2]:
        assert (answer.status, answer.has_plan, answer.bound) == (Status.INFEASIBLE, False, np.inf)
    for level, answer, value in zip(levels[:3], answers[2:], best[:3], strict=True):
        assert_sound(level, answer, value, GAP)


def test_levels_of_which_none_contains_the_other_are_solved_each() -> None:
    model = capital_rationing()
    models = [replace(model, row_upper=np.array(limits, dtype=float)) for limits in ([50, 20], [20, 50], [90, 9])]
    for each, answer in zip(models, solved(models, 0.0), strict=True):
        assert_sound(each, answer, value_of(highs.solve(each, SolveOptions(gap=0.0))), 0.0)


def test_problems_that_differ_in_more_are_refused(levels: list[Problem]) -> None:
    other = replace(levels[0], costs=levels[0].costs * 2)
    with pytest.raises(ValueError, match="one problem under other limits"):
        solve_levels([levels[0], other], SolveOptions())


def test_no_levels_have_no_answers() -> None:
    assert list(solve_levels([], SolveOptions())) == []


def test_a_wish_to_stop_is_heard_at_every_level(levels: list[Problem]) -> None:
    answers = dict(solve_levels(levels[:3], SolveOptions(gap=0.0, should_stop=lambda: True)))
    assert {answer.status for answer in answers.values()} == {Status.INTERRUPTED}


@pytest.mark.parametrize("small", [20, 10_000])
def test_a_start_within_the_gap_of_the_known_bound_is_the_answer(
    levels: list[Problem], best: list[float], small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strategy, "SMALL", small)
    start = highs.solve(levels[4], SolveOptions(gap=0.0)).values
    runs = []
    monkeypatch.setattr(highs, "solve", lambda *asked: runs.append(asked))
    solution = strategy.solve(levels[4], SolveOptions(gap=GAP, start=start, root_bound=0.995 * best[4]))
    assert not runs
    assert_sound(levels[4], solution, best[4], GAP)


@pytest.mark.parametrize("small", [20, 10_000])
def test_the_search_begins_from_a_start_and_ends_with_no_worse(
    levels: list[Problem], small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strategy, "SMALL", small)
    start = highs.solve(levels[3], SolveOptions(gap=0.0))
    assert start.values is not None
    solution = strategy.solve(levels[3], SolveOptions(gap=0.2, start=start.values))
    assert value_of(solution) == pytest.approx(value_of(start))


@pytest.mark.parametrize("small", [20, 10_000])
def test_a_start_that_breaks_the_problem_is_ignored(
    levels: list[Problem], best: list[float], small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strategy, "SMALL", small)
    for start in (np.ones(levels[3].n_columns), np.ones(3), np.full(levels[3].n_columns, np.nan)):
        solution = strategy.solve(levels[3], SolveOptions(gap=GAP, start=start))
        assert_sound(levels[3], solution, best[3], GAP)


def test_random_sites_under_random_budgets() -> None:
    for seed in range(3):
        model = siting(seed)
        rng = np.random.default_rng(seed)
        models = []
        for share in rng.uniform(0.1, 1.5, 6):
            upper = model.row_upper.copy()
            upper[-1] *= share
            models.append(replace(model, row_upper=upper))
        for each, answer in zip(models, solved(models, 0.02), strict=True):
            assert_sound(each, answer, value_of(highs.solve(each, SolveOptions(gap=0.0))), 0.02)
