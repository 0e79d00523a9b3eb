"""A whole-number copy of a problem, for engines that know nothing else; a relaxation, so its bounds hold.

Continuous columns move on a grid of ``1 / GRID``. Rounding a plan's continuous columns to the grid moves each by
at most ``1 / (2 GRID)``; rounding a coefficient to the copy's whole numbers moves a row by at most that error times the
column's largest size. Each row's bounds are widened by the sum of both, so every plan of the problem has a rounded twin
in the copy, and the twin's cost differs by at most ``cost_error``. Hence, for every plan ``x`` of the problem,

    c x >= (bound of the copy) / cost_scale - cost_error.

A plan of the copy gives whole-number choices for the problem; the continuous columns must be solved again around them.

A column without bounds takes those that follow from the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.bounds import implied_bounds
from capitalplan.formulation.problem import Problem

__all__ = ["GRID", "ScaledCopy", "scaled_copy"]

GRID = 1000
"""Grid steps per unit of a continuous column: flows keep 3 decimals."""

LARGEST = 2.0**52
"""Largest size of a row in the copy: whole numbers below it are exact in floats and far from overflow."""

EXACT = 1e-9
"""Relative distance at which a scaled coefficient counts as whole."""

MOST_DIGITS = 9

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledCopy:
    """Least ``costs y`` with ``row_lower <= matrix y <= row_upper``, all entries whole.

    Attributes
    ----------
    step
        What one unit of each column of the copy stands for in the problem.
    cost_scale
        Units of the copy's objective in one unit of the problem's.
    cost_error
        Largest difference in cost between a plan and its rounded twin, in units of the problem's objective.
    """

    costs: Floats
    matrix: sp.csr_array
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    step: Floats
    cost_scale: float
    cost_error: float


def scaled_copy(problem: Problem) -> ScaledCopy:
    """Build the copy.

    Raises
    ------
    ValueError
        If a column has no bound and none follows from the rows, or the numbers are too large; the message names it.
    """
    matrix = problem.matrix.tocsr()
    lower, upper = implied_bounds(problem)
    endless = np.flatnonzero(~(np.isfinite(lower) & np.isfinite(upper)))
    if endless.size:
        raise ValueError(f"column {problem.column_names[endless[0]]} has no bounds")
    step = np.where(problem.integer, 1.0, 1.0 / GRID)
    copy_lower = np.where(problem.integer, np.ceil(lower - EXACT), np.floor(lower / step + EXACT))
    copy_upper = np.where(problem.integer, np.floor(upper + EXACT), np.ceil(upper / step - EXACT))
    size = np.maximum(np.abs(copy_lower), np.abs(copy_upper))
    rounding = np.where(problem.integer, 0.0, 0.5)

    everything = sp.vstack([matrix, sp.csr_array(problem.costs[None, :])], format="csr") @ sp.diags_array(step)
    names = (*problem.row_names, "the objective")
    scale = _scales(everything, size, names)
    wished = sp.csr_array(sp.diags_array(scale) @ everything)
    whole = wished.copy()
    whole.data = np.rint(wished.data)
    error = abs(wished) @ rounding + abs(wished - whole) @ size
    slack = 1e-6 + error[:-1]
    return ScaledCopy(
        costs=whole[[-1], :].toarray()[0],
        matrix=whole[:-1, :],
        lower=copy_lower,
        upper=copy_upper,
        row_lower=np.ceil(problem.row_lower * scale[:-1] - slack),
        row_upper=np.floor(problem.row_upper * scale[:-1] + slack),
        step=step,
        cost_scale=float(scale[-1]),
        cost_error=float(error[-1] / scale[-1]),
    )


def _scales(matrix: sp.csr_array, size: Floats, names: tuple[str, ...]) -> Floats:
    """Power of ten for each row: the least that makes it whole, or the largest that fits."""
    reach = abs(matrix) @ size
    too_large = np.flatnonzero(reach > LARGEST)
    if too_large.size:
        raise ValueError(f"the numbers of {names[too_large[0]]} are too large")
    scale = np.ones(len(reach))
    rows = np.repeat(np.arange(len(reach)), np.diff(matrix.indptr))
    for _ in range(MOST_DIGITS):
        scaled = matrix.data * scale[rows]
        ragged = np.abs(scaled - np.rint(scaled)) > EXACT * np.maximum(1.0, np.abs(scaled))
        grow = np.zeros(len(reach), dtype=bool)
        grow[rows[ragged]] = True
        grow &= reach * scale * 10 <= LARGEST
        if not grow.any():
            break
        scale[grow] *= 10
    return scale
