"""What row prices prove and are worth: published shadow prices, and a bound that no plan and no price undercuts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capitalplan.formulation.pricing import certified_bound, reduced_costs, usable_prices
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions
from solvers import highs
from tests.solvers.problems import INF, brealey_myers, capital_rationing, problem

RELAXED = SolveOptions(relax=True)


def relaxed(case: Problem) -> tuple[Solution, np.ndarray, np.ndarray]:
    """The linear relaxation: all of it, its values and its prices."""
    solution = highs.solve(case, RELAXED)
    assert solution.values is not None
    assert solution.duals is not None
    return solution, solution.values, solution.duals


def worth_of_more(case: Problem, duals: np.ndarray, row: int) -> float:
    """What one more unit of a limit saves by the bounds proven before and after, as what binds is priced."""
    upper, lower = case.row_upper.copy(), case.row_lower.copy()
    upper[row] += 1
    lower[row] += 1
    return certified_bound(case, duals) - certified_bound(replace(case, row_lower=lower, row_upper=upper), duals)


def test_capital_rationing_has_its_published_prices() -> None:
    case = capital_rationing()
    solution, values, duals = relaxed(case)
    assert solution.objective == pytest.approx(-70.2727, abs=5e-5)
    assert np.count_nonzero((values > 1e-9) & (values < 1 - 1e-9)) == 2
    assert [worth_of_more(case, duals, row) for row in (0, 1)] == pytest.approx([0.13636, 1.86364], abs=5e-6)
    bound = certified_bound(case, duals)
    assert bound <= -70.2727 + 5e-5
    assert bound == pytest.approx(solution.objective, rel=1e-9)
    whole = highs.solve(case, SolveOptions(gap=0))
    assert whole.values is not None
    assert (np.flatnonzero(whole.values > 0.5) + 1).tolist() == [1, 3, 4, 6, 9]
    assert whole.objective == pytest.approx(-70)


@pytest.mark.parametrize("third", [0.0, 20.0])
def test_inflows_that_pay_for_later_years_have_their_published_prices(third: float) -> None:
    case = brealey_myers()
    case.row_upper[2] = third
    solution, values, duals = relaxed(case)
    assert solution.objective == pytest.approx(-13.45)
    assert values == pytest.approx([1, 0.75, 1, 0])
    assert [worth_of_more(case, duals, row) for row in range(3)] == pytest.approx([0.05, 0.45, 0], abs=1e-9)
    assert certified_bound(case, duals) == pytest.approx(-13.45)


def test_more_of_a_need_costs_its_price() -> None:
    case = problem([3.0], [[2.0]], [8.0], [INF], integer=False)
    _, _, duals = relaxed(case)
    assert worth_of_more(case, duals, 0) == pytest.approx(-1.5)


def test_a_price_without_a_bound_behind_it_is_worth_nothing() -> None:
    case = problem([3.0], [[2.0]], [8.0], [INF], upper=9)
    assert worth_of_more(case, np.array([-5.0]), 0) == pytest.approx(0, abs=1e-9)
    assert certified_bound(case, np.array([-5.0])) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("size", [1e300, -1e300, 1e308])
def test_prices_too_large_to_reckon_with_prove_nothing(size: float) -> None:
    case = problem([1.0, -1.0], [[1e10, -3e10], [1.0, 1.0]], [-1e9, 0.0], [1e9, 5.0], upper=1e9)
    bound = certified_bound(case, np.array([size, -size]))
    assert not math.isnan(bound)
    assert bound < -1e200


NUMBERS = st.integers(-40, 40).map(lambda whole: whole / 7)
"""Amounts that floats do not hold exactly."""


@st.composite
def problems(draw: st.DrawFn, *, endless: bool = False) -> Problem:
    """Up to four whole-number columns in boxes, or some without an upper end, and up to three rows of every kind."""
    columns, rows = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    matrix = [draw(st.lists(NUMBERS, min_size=columns, max_size=columns)) for _ in range(rows)]
    lower = draw(st.lists(st.integers(-2, 1), min_size=columns, max_size=columns))
    upper = [INF if endless and draw(st.booleans()) else low + draw(st.integers(0, 3)) for low in lower]
    bounds = []
    for _ in range(rows):
        ends = sorted((draw(NUMBERS), draw(NUMBERS)))
        kind = draw(st.sampled_from(["at most", "at least", "between", "free"]))
        bounds.append((ends[0] if kind in ("at least", "between") else -INF,
                       ends[1] if kind in ("at most", "between") else INF))  # fmt: skip
    return problem(
        draw(st.lists(NUMBERS, min_size=columns, max_size=columns)),
        matrix,
        [low for low, _ in bounds],
        [high for _, high in bounds],
        lower=[float(low) for low in lower],
        upper=[float(high) for high in upper],
    )


def plans(case: Problem) -> Iterator[Fraction]:
    """Exact value of every whole plan whose columns are at most four over their lower ends."""
    ends = np.minimum(case.upper, case.lower + 4)
    boxes = [range(int(low), int(high) + 1) for low, high in zip(case.lower, ends, strict=True)]
    for point in itertools.product(*boxes):
        activity = [_total(row, point) for row in case.matrix.toarray()]
        if all(low <= each <= high for low, each, high in zip(case.row_lower, activity, case.row_upper, strict=True)):
            yield _total(case.costs, point)


def _total(weights: np.ndarray, point: tuple[int, ...]) -> Fraction:
    return sum((Fraction(float(weight)) * whole for weight, whole in zip(weights, point, strict=True)), Fraction(0))


def lagrangian(case: Problem, duals: np.ndarray) -> Fraction:
    """The bound in exact arithmetic, from the definition."""
    prices = [Fraction(float(price)) for price in usable_prices(case, duals)]
    matrix = [[Fraction(float(entry)) for entry in row] for row in case.matrix.toarray()]
    total = Fraction(0)
    for row, price in enumerate(prices):
        if price:
            total += price * Fraction(float(case.row_lower[row] if price > 0 else case.row_upper[row]))
    for column in range(case.n_columns):
        reduced = Fraction(float(case.costs[column])) - sum(
            (price * matrix[row][column] for row, price in enumerate(prices)), Fraction(0)
        )
        total += reduced * Fraction(float(case.lower[column] if reduced > 0 else case.upper[column]))
    return total


def some_prices(case: Problem, data: st.DataObject) -> np.ndarray:
    scale = data.draw(st.sampled_from([1e-3, 1.0, 1e3, 1e7]))
    return scale * np.array(data.draw(st.lists(NUMBERS, min_size=case.n_rows, max_size=case.n_rows)))


@given(case=problems(), data=st.data())
def test_any_prices_prove_a_bound_that_no_plan_undercuts(case: Problem, data: st.DataObject) -> None:
    duals = some_prices(case, data)
    bound, exact = certified_bound(case, duals), lagrangian(case, duals)
    assert Fraction(bound) <= exact
    assert bound == pytest.approx(float(exact), rel=1e-9, abs=1e-9 * (1 + float(np.abs(duals).sum())))
    assert all(Fraction(bound) <= value for value in plans(case))


@given(case=problems(endless=True), data=st.data())
def test_columns_without_an_end_leave_the_bound_true(case: Problem, data: st.DataObject) -> None:
    bound = certified_bound(case, some_prices(case, data))
    assert all(bound <= value for value in plans(case))


@given(case=problems())
def test_the_duals_of_the_relaxation_prove_its_value(case: Problem) -> None:
    solution = highs.solve(case, RELAXED)
    assume(solution.objective is not None)
    assert solution.duals is not None
    assert certified_bound(case, solution.duals) == pytest.approx(solution.objective, rel=1e-6, abs=1e-6)
    assert reduced_costs(case, solution.duals) == pytest.approx(solution.reduced_costs, abs=1e-6)
