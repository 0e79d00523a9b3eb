"""Totals: how many machines all places joined by flows have added, as a column an engine may branch on.

Flows make it matter little at which place a machine is added, and much how many there are. A branch on one place's
number moves the machine next door; a branch on the total does not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from solvers.strengthen.cover import cover_rows
from solvers.strengthen.menus import menus

__all__ = ["with_totals"]

RULE = "totals"


def with_totals(problem: Problem) -> Problem:
    """Add a whole-number column and a row for each total; a problem's own columns and rows stay where they are.

    A total is the sum of those whole-number columns outside menus that supply a cover row of joined places.
    """
    cover = cover_rows(problem)
    counted = problem.integer & np.isfinite(problem.lower) & np.isfinite(problem.upper)
    counted[menus(problem)[0]] = False
    supplied = sp.csr_array(cover.matrix[cover.is_joined].multiply(counted[None, :]) > 0)
    groups = sorted({tuple(np.sort(each.indices).tolist()) for each in supplied if each.nnz > 1})
    if not groups:
        return problem
    count = len(groups)
    row = np.repeat(np.arange(count), [len(group) for group in groups])
    column = np.array([each for group in groups for each in group])
    sums = sp.csr_array((np.ones(len(row)), (row, column)), shape=(count, problem.n_columns))
    at = problem.n_rows + np.arange(count), np.arange(count)
    less = sp.csc_array((-np.ones(count), at), shape=(problem.n_rows + count, count))
    names = tuple(f"{RULE}.{number}" for number in range(count))
    first = [group[0] for group in groups]
    return replace(
        problem,
        costs=np.append(problem.costs, np.zeros(count)),
        matrix=sp.csc_array(sp.hstack([sp.vstack([problem.matrix, sums]), less])),
        lower=np.append(problem.lower, sums @ np.where(counted, problem.lower, 0.0)),
        upper=np.append(problem.upper, sums @ np.where(counted, problem.upper, 0.0)),
        row_lower=np.append(problem.row_lower, np.zeros(count)),
        row_upper=np.append(problem.row_upper, np.zeros(count)),
        integer=np.append(problem.integer, np.ones(count, dtype=bool)),
        column_names=problem.column_names + names,
        row_names=problem.row_names + names,
        row_rule=problem.row_rule + (RULE,) * count,
        column_block=np.append(problem.column_block, problem.column_block[first]),
        column_owner=np.append(problem.column_owner, np.full(count, -1, dtype=problem.column_owner.dtype)),
        column_year=np.append(problem.column_year, np.full(count, -1, dtype=problem.column_year.dtype)),
    )
