"""Bounds from blocks lie between the linear relaxation and the best plan, whatever a block's own solve came to."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import highs, strategy
from solvers.strategy.lagrange import SolveBlock, block_bounds
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.standing import Standing
from solvers.strategy.structure import blocks_of
from tests.solvers.strategy.coupled import best_by_enumeration, coupled, with_bought

EXACT = SolveOptions(gap=0.0)
CLOSE = 1e-6
SEEDS = range(4)
MORE = [pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 30)]


def relaxation(model: Problem) -> Relaxed:
    relaxed = solve_relaxed(model, Standing(EXACT))
    assert isinstance(relaxed, Relaxed)
    return relaxed


def to_the_end(part: Problem) -> Solution:
    return highs.solve(part, EXACT)


def bound_by_blocks(relaxed: Relaxed, solve: SolveBlock = to_the_end) -> float:
    found = list(block_bounds(relaxed, blocks_of(relaxed.problem), solve))
    assert all(each.gain >= 0 for each in found)
    return relaxed.bound + sum(each.gain for each in found)


@pytest.mark.parametrize("seed", [*SEEDS, *MORE])
def test_the_bound_lies_between_the_relaxation_and_the_best_plan(seed: int) -> None:
    relaxed = relaxation(coupled(seed))
    bound = bound_by_blocks(relaxed)
    assert relaxed.bound - CLOSE <= bound <= best_by_enumeration(relaxed.problem) + CLOSE


@pytest.mark.parametrize("seed", [*SEEDS, *MORE])
def test_so_it_does_with_continuous_columns(seed: int) -> None:
    relaxed = relaxation(with_bought(coupled(seed)))
    best = highs.solve(relaxed.problem, EXACT)
    assert best.objective is not None
    assert relaxed.bound - CLOSE <= bound_by_blocks(relaxed) <= best.objective + CLOSE


def test_it_is_the_formula_of_the_module() -> None:
    """Prices times the ends of the rows they belong to, and what each block costs at the prices."""
    for seed in SEEDS:
        relaxed = relaxation(coupled(seed))
        model, blocks = relaxed.problem, blocks_of(relaxed.problem)
        prices = relaxed.duals[blocks.coupling]
        ends = [
            model.row_lower[row] if price > 0 else model.row_upper[row]
            for row, price in zip(blocks.coupling, prices, strict=True)
            if abs(price) > CLOSE
        ]
        held = [price for price in prices if abs(price) > CLOSE]
        total = sum(price * end for price, end in zip(held, ends, strict=True))
        found = list(block_bounds(relaxed, blocks, to_the_end))
        assert len(found) == len(blocks.parts) == 4
        assert relaxed.bound + sum(each.gain for each in found) == pytest.approx(
            total + sum(each.solution.bound for each in found), abs=1e-5
        )


def test_it_closes_some_of_the_gap() -> None:
    relaxations = [relaxation(coupled(seed)) for seed in SEEDS]
    assert any(bound_by_blocks(each) > each.bound + 0.5 for each in relaxations)


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_stopped_early_count_with_the_bound_they_reached(seed: int) -> None:
    relaxed = relaxation(coupled(seed))

    def early(part: Problem) -> Solution:
        found = to_the_end(part)
        linear = highs.solve(part, SolveOptions(relax=True))
        return replace(found, status=Status.STOPPED, values=None, bound=(found.bound + linear.bound) / 2)

    whole, half = bound_by_blocks(relaxed), bound_by_blocks(relaxed, early)
    assert half == pytest.approx((whole + relaxed.bound) / 2, abs=1e-5)


def test_blocks_stopped_before_any_bound_add_nothing() -> None:
    relaxed = relaxation(coupled(0))

    def nothing(part: Problem) -> Solution:
        return replace(to_the_end(part), status=Status.STOPPED, values=None, bound=-math.inf)

    def less_than_the_relaxation(part: Problem) -> Solution:
        return replace(to_the_end(part), status=Status.STOPPED, values=None, bound=-1e6)

    assert bound_by_blocks(relaxed, nothing) == relaxed.bound
    assert bound_by_blocks(relaxed, less_than_the_relaxation) == relaxed.bound


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_known_of_the_whole_is_not_taken_for_a_bound_of_a_block(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strategy, "SMALL", 0)
    model = coupled(seed)
    best = best_by_enumeration(model)
    solution = strategy.solve(model, SolveOptions(gap=0.0, root_bound=best, known=best))
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(best)
    assert solution.bound <= best + CLOSE
