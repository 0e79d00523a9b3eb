"""What row prices prove: a lower bound on every plan, and what each column costs at them.

For row prices ``y`` and any plan ``x`` within its bounds,

    c x = y (A x) + (c - A' y) x >= sum_r min(y_r row_lower_r, y_r row_upper_r) + sum_j min(d_j lower_j, d_j upper_j)

with the *reduced costs* ``d = c - A' y`` (Lagrange; Geoffrion 1974, *Lagrangean relaxation for integer programming*).
Any ``y`` gives a bound; the duals of the linear relaxation give its value. The bound is *certified*: every rounding of
the floats on the way is allowed for (Higham 2002, *Accuracy and Stability of Numerical Algorithms*, section 3.1;
Neumaier and Shcherbina 2004, *Safe bounds in linear and mixed-integer linear programming*).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.bounds import implied_bounds
from capitalplan.formulation.problem import Problem

__all__ = ["certified_bound", "reduced_costs", "rise", "rounding_errors", "usable_prices"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

UNIT = 2.0**-53
"""Relative error of one float operation."""
NOTHING = 1e-9
"""Relative distance by which implied bounds are widened, for the roundings on the way to them."""


def usable_prices(problem: Problem, duals: Floats) -> Floats:
    """Row prices with those set to zero that no bound of their row stands behind."""
    behind = np.where(duals > 0, problem.row_lower, problem.row_upper)
    return np.where(np.isfinite(behind), duals, 0.0)


def reduced_costs(problem: Problem, duals: Floats) -> Floats:
    """Reduced cost of each column at row prices, shape ``(n_columns,)``, units of the objective."""
    return np.asarray(problem.costs - problem.matrix.T @ duals)


def rounding_errors(problem: Problem, prices: Floats) -> Floats:
    """Most that the roundings of floats may have put each reduced cost off by, shape ``(n_columns,)``."""
    gross = np.abs(problem.costs) + abs(problem.matrix).T @ np.abs(prices)
    terms = np.diff(problem.matrix.indptr) + 2
    return np.asarray(2 * UNIT * terms * gross)


def rise(reduced: Floats, error: Floats, upper: Floats, *, closed: Index, asked: Index) -> float:
    """By how much the bound that row prices prove rises where some columns are shut and one of others must be chosen.

    With reduced costs ``d``: ``sum_{j in closed} max(0, -d_j) upper_j + max(0, min_{j in asked} d_j)``. A column that
    is shut adds nothing, where the bound counts the most it could earn; if none of those asked for earns, the one that
    is chosen costs its reduced cost, where the bound counts nothing.

    Parameters
    ----------
    reduced, error
        Reduced cost of each column and how far it may be off: both parts are taken at the end at which they are least.
    upper
        Upper bound of each column.
    closed, asked
        Columns of which none is chosen, and columns of which at least one is; empty where none need be.

    Returns
    -------
    float
        In units of the problem's objective.
    """
    shut = np.maximum(0, -(reduced[closed] + error[closed])) * upper[closed]
    least = float((reduced[asked] - error[asked]).min()) if len(asked) else 0.0
    return float(shut.sum()) + max(0.0, least)


def certified_bound(problem: Problem, duals: Floats, within: tuple[Floats, Floats] | None = None) -> float:
    """Lower bound on the value of every plan that row prices prove, whatever they are; float errors allowed for.

    Parameters
    ----------
    duals
        Price of each row, shape ``(n_rows,)``, such as the duals of the linear relaxation.
    within
        Bounds of each column within which a best plan lies, where they are known; else they are worked out.

    Returns
    -------
    float
        In units of the problem's objective; minus infinity where a column without bounds could earn without end, or
        prices are too large to reckon with.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _certified(problem, duals, implied_bounds(problem) if within is None else within)


def _certified(problem: Problem, duals: Floats, within: tuple[Floats, Floats]) -> float:
    prices = usable_prices(problem, duals)
    lower, upper = (_widened(ends, sign) for ends, sign in zip(within, (-1.0, 1.0), strict=True))
    error = rounding_errors(problem, prices)
    reduced = reduced_costs(problem, prices)
    corners = [_product(cost, end) for cost in (reduced - error, reduced + error) for end in (lower, upper)]
    columns = np.minimum.reduce(corners)
    rows = _product(prices, np.where(prices > 0, problem.row_lower, problem.row_upper))
    if not np.isfinite(np.abs(columns).sum() + np.abs(rows).sum()):
        return -math.inf
    total = math.fsum([*columns, *rows])
    size = math.fsum([*np.abs(columns), *np.abs(rows)])
    return total - 8 * UNIT * size


def _product(factor: Floats, end: Floats) -> Floats:
    """Products in which nothing times endless is nothing."""
    return np.where(factor == 0, 0.0, factor * np.where(factor == 0, 0.0, end))


def _widened(ends: Floats, sign: float) -> Floats:
    return np.where(ends == np.rint(ends), ends, ends + sign * NOTHING * np.abs(ends))
