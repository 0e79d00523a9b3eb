"""Bounds for columns that have none of their own, as they follow from the rows.

A column that only eases rows, and earns nothing, takes the most that any row could ever need of it: a plan that has
more of it costs no less than the same plan with that much. So not every plan lies within the bounds, but a best one
does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem

__all__ = ["implied_bounds"]

EXACT = 1e-9
"""Distance at which a bound of a whole-number column counts as whole."""

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


def implied_bounds(problem: Problem, moved: Floats | None = None) -> tuple[Floats, Floats]:
    """Bounds of each column, its own or implied, within which a best plan lies; infinite where none follows.

    Parameters
    ----------
    moved
        How far the bounds of each row may be moved, out or in, shape ``(n_rows,)``: the bounds found hold for every
        such problem, whose own bounds of columns may be tighter too. None for this problem alone.
    """
    matrix = problem.matrix.tocsr()
    out = np.zeros(problem.n_rows) if moved is None else moved
    lower, upper = problem.lower.astype(np.float64), problem.upper.astype(np.float64)
    rows = np.repeat(np.arange(problem.n_rows), np.diff(matrix.indptr))
    while before := np.count_nonzero(np.isinf(lower)) + np.count_nonzero(np.isinf(upper)):
        _bound_by_rows((problem.row_lower - out, problem.row_upper + out), matrix, rows, lower, upper)
        _bound_by_need(problem, (problem.row_lower + out, problem.row_upper - out), matrix, rows, lower, upper)
        if np.count_nonzero(np.isinf(lower)) + np.count_nonzero(np.isinf(upper)) == before:
            break
    return lower, upper


def _bound_by_rows(
    limits: tuple[Floats, Floats], matrix: sp.csr_array, rows: Index, lower: Floats, upper: Floats
) -> None:
    """Bound endless columns by what a row leaves when all its other columns are at their best."""
    columns, entries = matrix.indices, matrix.data
    for sign, limit in ((1.0, limits[1]), (-1.0, -limits[0])):
        rest = _rest(rows, np.minimum(sign * entries * lower[columns], sign * entries * upper[columns]))
        usable = np.isfinite(rest) & np.isfinite(limit[rows]) & (entries != 0)
        ends = np.divide(limit[rows] - rest, sign * entries, out=np.zeros_like(rest), where=usable)
        up = usable & (sign * entries > 0) & np.isinf(upper[columns])
        down = usable & (sign * entries < 0) & np.isinf(lower[columns])
        np.minimum.at(upper, columns[up], ends[up])
        np.maximum.at(lower, columns[down], ends[down])


def _bound_by_need(
    problem: Problem, limits: tuple[Floats, Floats], matrix: sp.csr_array, rows: Index, lower: Floats, upper: Floats
) -> None:
    """Bound endless columns that only ease rows, and earn nothing, by the most that any row could need of them."""
    columns, entries = matrix.indices, matrix.data
    most = lower.copy()
    free = np.isinf(upper) & np.isfinite(lower) & (problem.costs >= 0)
    for sign, limit in ((1.0, limits[1]), (-1.0, -limits[0])):
        limited = np.isfinite(limit[rows]) & (entries != 0)
        rest = -_rest(rows, -np.maximum(sign * entries * lower[columns], sign * entries * upper[columns]))
        eases = limited & (sign * entries < 0)
        known = ~limited | (eases & np.isfinite(rest))
        free &= np.bincount(columns, ~known, minlength=len(free)) == 0
        at = np.flatnonzero(eases & known)
        np.maximum.at(most, columns[at], (rest[at] - limit[rows[at]]) / (-sign * entries[at]))
    upper[free] = np.where(problem.integer, np.ceil(most - EXACT), most)[free]


def _rest(rows: Index, share: Floats) -> Floats:
    """Sum of a row's shares without each entry's own; minus infinity where another one is."""
    endless = np.isneginf(share)
    finite = np.where(endless, 0.0, share)
    total = np.bincount(rows, finite, minlength=1)
    others = np.bincount(rows, endless, minlength=1)[rows] - endless
    return np.where(others > 0, -np.inf, total[rows] - finite)
