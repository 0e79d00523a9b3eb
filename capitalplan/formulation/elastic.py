"""The same problem with rules that may be broken at a price: to find where, and by how much, they must be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem

__all__ = ["broken_rows", "elastic"]

PRICE = 10_000.0
"""£ thousand for each unit (£ thousand, installation, machine, room) by which a row is broken."""


def elastic(problem: Problem, *, least_breach: bool = False) -> Problem:
    """Let every inequality be broken at a price, by columns added after the problem's own.

    Equalities stay: one schedule is always chosen, and patients can always be scanned outside.

    Parameters
    ----------
    least_breach
        Whether to forget the problem's own costs, so that the least breach is all that counts.
    """
    rows, signs = _breakable(problem)
    count = len(rows)
    slack = sp.csc_array((signs, (rows, np.arange(count))), shape=(problem.n_rows, count))
    own = np.zeros_like(problem.costs) if least_breach else problem.costs
    return replace(
        problem,
        costs=np.concatenate([own, np.full(count, 1.0 if least_breach else PRICE)]),
        matrix=sp.csc_array(sp.hstack([problem.matrix, slack])),
        lower=np.concatenate([problem.lower, np.zeros(count)]),
        upper=np.concatenate([problem.upper, np.full(count, np.inf)]),
        integer=np.concatenate([problem.integer, np.zeros(count, dtype=bool)]),
        column_names=problem.column_names + tuple(f"slack.{number}" for number in range(count)),
        column_block=np.concatenate([problem.column_block, np.full(count, -1, dtype=np.int32)]),
        column_owner=np.concatenate([problem.column_owner, np.full(count, -1, dtype=np.int32)]),
    )


def broken_rows(problem: Problem, values: np.ndarray) -> list[tuple[int, float]]:
    """Rows of the problem that a solution of its elastic twin breaks, with by how much."""
    rows, _ = _breakable(problem)
    slack = values[problem.n_columns :]
    return [(int(row), float(amount)) for row, amount in zip(rows, slack, strict=True) if amount > 1e-6]


def _breakable(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    inequality = problem.row_lower != problem.row_upper
    over = np.flatnonzero(np.isfinite(problem.row_upper) & inequality)
    under = np.flatnonzero(np.isfinite(problem.row_lower) & inequality)
    return np.concatenate([over, under]), np.concatenate([-np.ones(len(over)), np.ones(len(under))])
