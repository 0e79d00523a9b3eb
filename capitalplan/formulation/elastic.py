"""The same problem with rules that may be broken at a price: to find where, and by how much, they must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem

__all__ = ["Prices", "broken_rows", "elastic", "rows_that_may_give", "without_cuts"]

Prices = Mapping[tuple[str, str], float]
"""£ thousand for each unit (£ thousand, installation, machine, room, day) by which a row is broken, by its rule and its
kind, which is the first part of its name."""

CUTS = frozenset({"rounding"})
NEVER_GIVE = frozenset({"service", "waiting", "workforce", "reporting", "revenue", "stability"})
"""Rules that every choice of schedules can keep, at a price: what the network cannot do is bought outside, or waits."""
TIES = "ties"
MONEY = "money"


def without_cuts(problem: Problem) -> Problem:
    """Leave out the rows that only help an engine: they follow from rules that are to be broken."""
    return _without(problem, CUTS)


def rows_that_may_give(problem: Problem, *, is_fair: bool) -> Problem:
    """Leave out, with the cuts, rows for which no other rule is ever broken.

    Parameters
    ----------
    is_fair
        Whether scans bought outside are bounded between trusts: then rows about patients bind choices too.
    """
    return _without(problem, CUTS if is_fair else CUTS | NEVER_GIVE)


def _without(problem: Problem, rules: frozenset[str]) -> Problem:
    kept = np.array([rule not in rules for rule in problem.row_rule], dtype=bool)
    numbers = np.flatnonzero(kept)
    return replace(
        problem,
        matrix=problem.matrix[kept, :],
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        row_names=tuple(problem.row_names[number] for number in numbers),
        row_rule=tuple(problem.row_rule[number] for number in numbers),
    )


def elastic(problem: Problem, prices: Prices, *, least_breach: bool = False) -> Problem:
    """Let rows be broken at a price, by columns added after the problem's own.

    Parameters
    ----------
    problem
        A problem without cuts.
    prices
        Rows of kinds without a price stay hard, and so do equalities other than ties and charges. A charge may stay
        unpaid, but more than it may not be paid.
    least_breach
        Whether to forget the problem's own costs, so that the least breach is all that counts.
    """
    rows, signs, each = _breakable(problem, prices)
    count = len(rows)
    slack = sp.csc_array((signs, (rows, np.arange(count))), shape=(problem.n_rows, count))
    own = np.zeros_like(problem.costs) if least_breach else problem.costs
    return replace(
        problem,
        costs=np.concatenate([own, each]),
        matrix=sp.csc_array(sp.hstack([problem.matrix, slack])),
        lower=np.concatenate([problem.lower, np.zeros(count)]),
        upper=np.concatenate([problem.upper, np.full(count, np.inf)]),
        integer=np.concatenate([problem.integer, np.zeros(count, dtype=bool)]),
        column_names=problem.column_names + tuple(f"slack.{number}" for number in range(count)),
        column_block=np.concatenate([problem.column_block, np.full(count, -1, dtype=np.int32)]),
        column_owner=np.concatenate([problem.column_owner, np.full(count, -1, dtype=np.int32)]),
        column_year=np.concatenate([problem.column_year, np.full(count, -1, dtype=np.int32)]),
    )


def broken_rows(problem: Problem, values: npt.NDArray[np.float64], prices: Prices) -> list[tuple[int, float]]:
    """Rows of the problem that a solution of its elastic twin breaks, with by how much."""
    rows, _, _ = _breakable(problem, prices)
    slack = values[problem.n_columns :]
    return [(int(row), float(amount)) for row, amount in zip(rows, slack, strict=True) if amount > 1e-6]


def _breakable(
    problem: Problem, prices: Prices
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Rows that may be broken (an equality twice, from above and from below), sign and price of each."""
    kinds = zip(problem.row_rule, (name.partition(".")[0] for name in problem.row_names), strict=True)
    price = np.array([prices.get(kind, np.inf) for kind in kinds], dtype=np.float64)
    money = np.array([rule == MONEY for rule in problem.row_rule], dtype=bool)
    tied = np.array([rule == TIES for rule in problem.row_rule], dtype=bool)
    gives = np.isfinite(price) & ((problem.row_lower != problem.row_upper) | tied | money)
    over = np.flatnonzero(np.isfinite(problem.row_upper) & gives)
    under = np.flatnonzero(np.isfinite(problem.row_lower) & gives & ~money)
    rows = np.concatenate([over, under])
    return rows, np.concatenate([-np.ones(len(over)), np.ones(len(under))]), price[rows]
