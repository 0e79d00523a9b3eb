"""HiGHS asked for plans that cost less than a value: one of them, or word that there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, Status
from solvers import highs
from tests.benchmarks.families.growth import growth
from tests.solvers.problems import assert_feasible, best_by_enumeration, knapsack, problem, siting

SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))]


def small_growth(seed: int) -> Problem:
    return growth(12, seed).problem


def best_of(model: Problem) -> float:
    best = highs.solve(model, SolveOptions(gap=0.0)).objective
    assert best is not None
    return best


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [knapsack, siting, small_growth])
@pytest.mark.parametrize("less", [0.5, 40.0])
def test_there_is_none_better(make: Callable[[int], Problem], seed: int, less: float) -> None:
    """Costs of the knapsack are below zero, those of the others above; presolve alone settles most of them."""
    model = make(seed)
    wanted = best_of(model) - less
    solution = highs.solve(model, SolveOptions(gap=0.0, better_than=wanted))
    assert (solution.status, solution.has_plan) == (Status.NONE_BETTER, False)
    assert solution.bound == wanted


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [knapsack, siting])
@pytest.mark.parametrize("more", [0.5, 40.0])
def test_the_better_plan_is_found(make: Callable[[int], Problem], seed: int, more: float) -> None:
    model = make(seed)
    best = best_of(model)
    solution = highs.solve(model, SolveOptions(gap=0.0, better_than=best + more))
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(best, abs=1e-6)
    assert solution.bound <= best + 1e-6
    assert_feasible(model, solution)


def test_the_knapsack_is_what_enumeration_says() -> None:
    assert best_of(knapsack(0)) == best_by_enumeration(knapsack(0)) < 0


def test_a_bound_never_rules_out_what_costs_as_much_as_asked() -> None:
    """No plan costs less than 1e5, and that is all that is said: the bound must hold for every plan of the problem."""
    model = siting(0)
    solution = highs.solve(model, SolveOptions(gap=0.0, better_than=-1e5))
    assert solution.status is Status.NONE_BETTER
    assert solution.bound == -1e5


@pytest.mark.parametrize("better_than", [-5.0, 5.0])
def test_without_any_plan_there_is_none_better(better_than: float) -> None:
    """Twice a whole number is never odd; that there is no plan at all is not claimed."""
    model = problem([1, 1], [[2, 2]], [5], [5], upper=4)
    solution = highs.solve(model, SolveOptions(better_than=better_than))
    assert (solution.status, solution.has_plan) == (Status.NONE_BETTER, False)
    assert solution.bound <= better_than


def test_linear_problems_are_solved_as_ever() -> None:
    model = siting(0)
    plain, asked = (highs.solve(model, SolveOptions(relax=True, better_than=each)) for each in (None, 0.0))
    assert asked.status is Status.OPTIMAL
    assert asked.objective == plain.objective
    linear = replace(model, integer=np.zeros_like(model.integer))
    assert highs.solve(linear, SolveOptions(better_than=0.0)).objective == plain.objective
