"""What every engine must do, whichever it is."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Progress, Solution, SolveOptions, Status
from solvers import highs
from tests.solvers.problems import (
    INF,
    assert_feasible,
    best_by_enumeration,
    brealey_myers,
    capital_rationing,
    hard_knapsack,
    knapsack,
    market_split,
    problem,
    siting,
)

EXACT = SolveOptions(gap=0.0)
LINEAR = SolveOptions(relax=True)


def assert_prices(model: Problem, solution: Solution) -> None:
    """Prices of budgets and of columns between 0 and 1: signs, complementarity, and the value they add up to."""
    assert solution.values is not None
    assert solution.duals is not None
    assert solution.reduced_costs is not None
    assert solution.reduced_costs == pytest.approx(model.costs - model.matrix.T @ solution.duals, abs=1e-9)
    between = (solution.values > 1e-6) & (solution.values < 1 - 1e-6)
    assert solution.reduced_costs[between] == pytest.approx(0, abs=1e-6)
    assert (solution.reduced_costs[solution.values < 1e-6] >= -1e-6).all()
    assert (solution.reduced_costs[solution.values > 1 - 1e-6] <= 1e-6).all()
    assert (solution.duals <= 1e-9).all()
    dual_value = model.row_upper @ solution.duals + np.minimum(solution.reduced_costs, 0).sum()
    assert dual_value == pytest.approx(solution.objective, rel=1e-6)


def test_capital_rationing_in_whole_projects(engine: ModuleType) -> None:
    solution = engine.solve(capital_rationing(), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == -70
    assert np.flatnonzero(solution.values).tolist() == [0, 2, 3, 5, 8]
    assert solution.bound <= -70 + 1e-9
    assert solution.bound >= -70.001 or not engine.CAPABILITIES.bound
    assert_feasible(capital_rationing(), solution)


def test_capital_rationing_in_parts_of_projects(engine: ModuleType) -> None:
    solution = engine.solve(capital_rationing(), LINEAR)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(-70.2727, abs=1e-4)
    assert solution.duals == pytest.approx([-0.13636, -1.86364], abs=1e-5)
    fractional = (solution.values > 1e-6) & (solution.values < 1 - 1e-6)
    assert fractional.sum() == 2


def test_a_project_worth_nothing_is_funded_for_its_cash(engine: ModuleType) -> None:
    solution = engine.solve(brealey_myers(), EXACT)
    assert solution.objective == pytest.approx(-13.45)
    assert solution.values == pytest.approx([1, 0.75, 1, 0], abs=1e-7)
    assert solution.duals[1:] == pytest.approx([-0.45, 0], abs=1e-7)
    assert_prices(brealey_myers(), solution)


def test_published_price_of_cash_in_the_first_year() -> None:
    """The first price is one of many that fit; the default engine gives the published one."""
    solution = highs.solve(brealey_myers(), EXACT)
    assert solution.duals == pytest.approx([-0.05, -0.45, 0], abs=1e-7)


def test_prices_explain_costs(engine: ModuleType) -> None:
    assert_prices(capital_rationing(), engine.solve(capital_rationing(), LINEAR))


def test_price_of_a_demand_is_what_one_more_costs(engine: ModuleType) -> None:
    model = problem([3, 5], [[1, 1], [1, 0]], [10, -INF], [10, 4], integer=False)
    solution = engine.solve(model, LINEAR)
    assert solution.objective == pytest.approx(42)
    assert solution.duals == pytest.approx([5, -2])


def test_row_with_both_limits_has_one_price(engine: ModuleType) -> None:
    solution = engine.solve(problem([2, 3], [[1, 1]], [4], [9], integer=False), LINEAR)
    assert solution.objective == pytest.approx(8)
    assert solution.duals == pytest.approx([2])


@pytest.mark.parametrize("seed", range(3))
def test_knapsack_equals_enumeration(engine: ModuleType, seed: int) -> None:
    model = knapsack(seed)
    solution = engine.solve(model, EXACT)
    assert_feasible(model, solution)
    assert solution.objective == best_by_enumeration(model)


def test_infeasible(engine: ModuleType) -> None:
    solution = engine.solve(problem([1, 1, 1], [[2, 4, 6]], [7], [7], upper=9), EXACT)
    assert (solution.status, solution.has_plan, solution.gap) == (Status.INFEASIBLE, False, None)


@pytest.mark.parametrize("relax", [True, False])
def test_infeasible_linear(engine: ModuleType, relax: bool) -> None:
    model = problem([-1, -1], [[1, 1], [1, 1]], [5, -INF], [INF, 4])
    assert engine.solve(model, SolveOptions(relax=relax)).status is Status.INFEASIBLE


def test_crossed_bounds_are_infeasible(engine: ModuleType) -> None:
    assert engine.solve(problem([1], [[1]], [0], [1], lower=2, upper=1), EXACT).status is Status.INFEASIBLE


@pytest.mark.parametrize("relax", [True, False])
def test_unbounded(engine: ModuleType, relax: bool) -> None:
    solution = engine.solve(problem([-1, 0], [[1, -1]], [-INF], [3]), SolveOptions(relax=relax))
    if relax or engine.CAPABILITIES.unbounded_columns:
        assert (solution.status, solution.bound, solution.has_plan) == (Status.UNBOUNDED, -math.inf, False)
    else:
        assert solution.status is Status.FAILED
        assert "column_0 has no bounds" in solution.message


def test_unbounded_direction_of_an_empty_set_is_infeasible(engine: ModuleType) -> None:
    model = problem([-1, -1], [[1, 0], [2, 0]], [-INF, 7], [3, 7], integer=False)
    assert engine.solve(model, LINEAR).status is Status.INFEASIBLE


def test_bounds_that_follow_from_rows_are_enough(engine: ModuleType) -> None:
    model = problem([-2, -3], [[1, 1], [0, 2]], [-INF, -INF], [4.5, 5])
    solution = engine.solve(model, EXACT)
    assert solution.objective == -10
    assert solution.values.tolist() == [2, 2]


def test_no_rows(engine: ModuleType) -> None:
    solution = engine.solve(problem([1, -1, 0], [], [], [], lower=-2, upper=3), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.values[:2].tolist() == [-2, 3]
    assert -2 <= solution.values[2] <= 3


def test_row_without_entries(engine: ModuleType) -> None:
    model = problem([-1], [[0], [1]], [-1, -INF], [2, 1.5], upper=9)
    assert engine.solve(model, EXACT).objective == -1
    impossible = replace(model, row_lower=np.array([1.0, -INF]))
    assert engine.solve(impossible, EXACT).status is Status.INFEASIBLE


def test_no_columns(engine: ModuleType) -> None:
    empty = problem([], [[], []], [-1, 0], [1, 0])
    solution = engine.solve(empty, EXACT)
    assert (solution.status, solution.objective, len(solution.values)) == (Status.OPTIMAL, 0, 0)
    assert engine.solve(
        replace(empty, row_lower=np.array([-1.0, 0.5]), row_upper=np.array([1, 0.5])), EXACT
    ).status is (Status.INFEASIBLE)


def test_entries_that_are_no_numbers_are_refused(engine: ModuleType) -> None:
    with pytest.raises(SolverError, match="not numbers"):
        engine.solve(problem([math.nan], [[1]], [0], [1]), EXACT)


def test_stopped_by_time_with_a_plan(engine: ModuleType) -> None:
    solution = engine.solve(hard_knapsack(), SolveOptions(gap=0.0, time_limit=2))
    assert solution.status is Status.STOPPED
    assert_feasible(hard_knapsack(), solution)
    assert solution.gap > 0
    assert not engine.CAPABILITIES.bound or solution.bound > -11_000


def test_stopped_by_time_without_a_plan(engine: ModuleType) -> None:
    solution = engine.solve(market_split(), SolveOptions(gap=0.0, time_limit=1))
    assert (solution.status, solution.has_plan, solution.objective) == (Status.STOPPED, False, None)
    assert solution.bound <= 0


def test_stops_at_the_gap_asked_for(engine: ModuleType) -> None:
    solution = engine.solve(hard_knapsack(), SolveOptions(gap=0.1, time_limit=60))
    assert solution.status is Status.OPTIMAL
    assert solution.gap <= 0.1 or not engine.CAPABILITIES.bound


def test_interrupted_keeps_the_plan(engine: ModuleType) -> None:
    asked = time.monotonic() + 1.5
    options = SolveOptions(gap=0.0, time_limit=60 if engine.CAPABILITIES.interrupt else 3)
    solution = engine.solve(hard_knapsack(), replace(options, should_stop=lambda: time.monotonic() > asked))
    assert solution.status is Status.INTERRUPTED
    assert_feasible(hard_knapsack(), solution)
    assert solution.seconds < 30


def test_interrupted_before_there_is_a_plan(engine: ModuleType) -> None:
    options = SolveOptions(gap=0.0, time_limit=60 if engine.CAPABILITIES.interrupt else 1)
    solution = engine.solve(market_split(), replace(options, should_stop=lambda: True))
    assert (solution.status, solution.has_plan, solution.objective) == (Status.INTERRUPTED, False, None)
    assert solution.bound <= 0


def test_ctrl_c_keeps_the_plan(engine: ModuleType) -> None:
    """A KeyboardInterrupt while polling is a wish to stop, not a loss."""
    polls = iter(range(1_000_000))

    def ctrl_c() -> bool:
        if next(polls) == 25:
            raise KeyboardInterrupt
        return False

    options = SolveOptions(gap=0.0, time_limit=60 if engine.CAPABILITIES.interrupt else 3, should_stop=ctrl_c)
    solution = engine.solve(hard_knapsack(), options)
    assert solution.status is Status.INTERRUPTED
    assert_feasible(hard_knapsack(), solution)


def test_fault_of_the_caller_ends_the_engine_and_comes_back(engine: ModuleType) -> None:
    def broken() -> bool:
        raise LookupError("the caller's own fault")

    with pytest.raises(LookupError, match="own fault"):
        engine.solve(hard_knapsack(), SolveOptions(gap=0.0, time_limit=2, should_stop=broken))


def test_progress_tells_plan_and_bound(engine: ModuleType) -> None:
    lines: list[Progress] = []
    solution = engine.solve(hard_knapsack(), SolveOptions(gap=0.0, time_limit=2, on_progress=lines.append))
    assert solution.trace == tuple(lines)
    if engine.CAPABILITIES.progress:
        assert lines[-1].incumbent == pytest.approx(solution.objective, rel=0.05)
        assert all(line.incumbent is None or line.bound <= line.incumbent + 1e-6 for line in lines)
        assert [line.seconds for line in lines] == sorted(line.seconds for line in lines)


def test_another_number_of_threads_in_one_process(engine: ModuleType) -> None:
    for threads in (1, 2, 1):
        assert engine.solve(capital_rationing(), SolveOptions(gap=0.0, threads=threads)).objective == -70


def test_same_seed_same_plan(engine: ModuleType) -> None:
    first, second = (engine.solve(siting(3), SolveOptions(gap=0.0, seed=5)) for _ in range(2))
    assert (first.values == second.values).all()


def test_an_honest_engine_is_not_refused_for_what_is_known(engine: ModuleType) -> None:
    """Neither to the end, nor within a wide gap: the root's bound, and the best plan known, are never contradicted."""
    for model in (capital_rationing(), knapsack(1), siting(0)):
        best, root = (highs.solve(model, options).objective for options in (EXACT, LINEAR))
        assert root is not None
        for gap in (0.0, 0.3, 1.0):
            solution = engine.solve(model, SolveOptions(gap=gap, known=best, root_bound=root))
            assert solution.status is Status.OPTIMAL
            assert_feasible(model, solution)
            assert solution.bound >= root - 1e-9


def test_an_honest_engine_stopped_early_is_not_refused_for_what_is_known(engine: ModuleType) -> None:
    root = highs.solve(hard_knapsack(), LINEAR).objective
    solution = engine.solve(hard_knapsack(), SolveOptions(gap=0.0, time_limit=1, known=-10_776.0, root_bound=root))
    assert solution.status is Status.STOPPED
    assert solution.bound >= root


def test_infeasible_is_refused_where_a_plan_is_known(engine: ModuleType) -> None:
    with pytest.raises(SolverError, match=r"says there is no plan, yet one of 3\.00 is known"):
        engine.solve(problem([1, 1, 1], [[2, 4, 6]], [7], [7], upper=9), SolveOptions(known=3))
