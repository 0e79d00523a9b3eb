"""Problems with known answers, as plain arrays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution

INF = np.inf


def problem(
    costs: Sequence[float],
    rows: Sequence[Sequence[float]],
    row_lower: Sequence[float],
    row_upper: Sequence[float],
    *,
    lower: Sequence[float] | float = 0.0,
    upper: Sequence[float] | float = INF,
    integer: Sequence[bool] | bool = True,
) -> Problem:
    columns, count = len(costs), len(row_lower)
    return Problem(
        costs=np.array(costs, dtype=np.float64),
        matrix=sp.csc_array(np.array(rows, dtype=np.float64).reshape(count, columns)),
        lower=np.broadcast_to(np.asarray(lower, dtype=np.float64), columns).copy(),
        upper=np.broadcast_to(np.asarray(upper, dtype=np.float64), columns).copy(),
        row_lower=np.array(row_lower, dtype=np.float64),
        row_upper=np.array(row_upper, dtype=np.float64),
        integer=np.broadcast_to(np.asarray(integer), columns).copy(),
        column_names=tuple(f"column_{number}" for number in range(columns)),
        row_names=tuple(f"row_{number}" for number in range(count)),
        row_rule=("rule",) * count,
        column_block=np.zeros(columns, dtype=np.int32),
        column_owner=np.zeros(columns, dtype=np.int32),
        column_year=np.zeros(columns, dtype=np.int32),
    )


def capital_rationing() -> Problem:
    """Nine projects, two yearly budgets: the linear value is 70.2727, the whole-number value 70."""
    return problem(
        [-14, -17, -17, -15, -40, -12, -14, -10, -12],
        [[12, 54, 6, 6, 30, 6, 48, 36, 18], [3, 7, 6, 2, 35, 6, 4, 3, 3]],
        [-INF, -INF],
        [50, 20],
        upper=1,
    )


def brealey_myers() -> Problem:
    """Four projects whose inflows pay for later years: value 13.45 with W 1, X 0.75, Y 1, Z 0."""
    return problem(
        [-6.7, -9, 0, 1.5],
        [[10, 0, 10, 15], [10, 20, -5, -5], [0, -5, -5, -4]],
        [-INF, -INF, -INF],
        [20, 20, 20],
        upper=1,
        integer=False,
    )


def knapsack(seed: int, items: int = 10) -> Problem:
    rng = np.random.default_rng(seed)
    weights = rng.integers(5, 60, (2, items))
    worth = rng.integers(1, 90, items)
    return problem((-worth).tolist(), weights.tolist(), [-INF] * 2, (weights.sum(axis=1) // 3).tolist(), upper=1)


def best_by_enumeration(knapsack: Problem) -> float:
    picks = np.array(list(itertools.product((0.0, 1.0), repeat=knapsack.n_columns)))
    fits = (picks @ knapsack.matrix.toarray().T <= knapsack.row_upper).all(axis=1)
    return float((picks[fits] @ knapsack.costs).min())


def hard_knapsack() -> Problem:
    """Far too large to prove within seconds; the empty pick is always a plan."""
    rng = np.random.default_rng(0)
    rows = np.round(rng.random((60, 400)) * 100) * (rng.random((60, 400)) < 0.5)
    costs = -np.round(rng.random(400) * 100)
    return problem(costs.tolist(), rows.tolist(), [-INF] * 60, (rows.sum(axis=1) / 3).tolist(), upper=1)


def market_split() -> Problem:
    """Equations that hardly any pick meets: no engine finds a plan, or proves there is none, within seconds."""
    rng = np.random.default_rng(7)
    rows = rng.integers(0, 100, (6, 50))
    half = (rows.sum(axis=1) // 2).tolist()
    return problem([0.0] * 50, rows.tolist(), half, half, upper=1)


def siting(seed: int) -> Problem:
    """Random machines with a fixed charge and flows of scans, fractional numbers throughout, always feasible."""
    rng = np.random.default_rng(seed)
    sites, options = 4, 3
    machines = sites * options
    charge = rng.uniform(50, 200, machines).round(2)
    travel = rng.uniform(0.05, 0.4, (sites, sites)).round(3)
    np.fill_diagonal(travel, 0.0)
    demand = rng.uniform(20, 100, sites).round(1)
    capacity = rng.uniform(40, 120, machines).round(1)
    columns = machines + sites * sites + sites
    costs = np.concatenate([charge, travel.ravel(), np.full(sites, 4.7)])
    rows = np.zeros((2 * sites + 1, columns))
    for site in range(sites):
        rows[site, [machines + site * sites + place for place in range(sites)]] = 1
        rows[site, machines + sites * sites + site] = 1
        rows[sites + site, [machines + origin * sites + site for origin in range(sites)]] = 1
        rows[sites + site, site * options : (site + 1) * options] = -capacity[site * options : (site + 1) * options]
    rows[-1, :machines] = charge
    row_lower = [*demand.tolist(), *[-INF] * (sites + 1)]
    row_upper = [*demand.tolist(), *[0.0] * sites, float(charge.sum() * 0.4)]
    return problem(
        costs.tolist(),
        rows.tolist(),
        row_lower,
        row_upper,
        upper=[1.0] * machines + [INF] * (columns - machines),
        integer=[True] * machines + [False] * (columns - machines),
    )


def assert_feasible(model: Problem, solution: Solution) -> None:
    assert solution.values is not None
    assert solution.objective is not None
    assert solution.objective == pytest.approx(float(model.costs @ solution.values), abs=1e-9)
    assert solution.bound <= solution.objective
    activity = model.matrix.toarray() @ solution.values
    slack = 1e-5 * (1 + np.abs(activity))
    assert (activity >= model.row_lower - slack).all()
    assert (activity <= model.row_upper + slack).all()
    assert (solution.values >= model.lower).all()
    assert (solution.values <= model.upper).all()
    whole = solution.values[model.integer]
    assert (whole == np.rint(whole)).all()
