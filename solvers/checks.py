"""Re-checks of an engine's answer from the problem's own arrays, shared by all engines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem

__all__ = [
    "TOLERANCE",
    "bound_violation",
    "check_values",
    "could_be_unbounded",
    "integrality_violation",
    "objective_value",
    "row_violation",
]

TOLERANCE = 1e-6
"""Feasibility tolerance, relative to the size of what is compared; the engines' own."""

Values = npt.NDArray[np.float64]


def objective_value(problem: Problem, values: Values) -> float:
    """Value ``c x`` of a plan, £ thousand."""
    return float(problem.costs @ values)


def row_violation(problem: Problem, values: Values) -> float:
    """Largest breach of a row, relative to ``1 + sum |a x|`` of that row; 0 when every row holds."""
    activity = problem.matrix @ values
    breach = np.maximum(problem.row_lower - activity, activity - problem.row_upper)
    return _largest(breach / (1 + abs(problem.matrix) @ np.abs(values)))


def bound_violation(problem: Problem, values: Values) -> float:
    """Largest breach of a column's bounds, relative to ``1 + |x|``; 0 when every bound holds."""
    return _largest(np.maximum(problem.lower - values, values - problem.upper) / (1 + np.abs(values)))


def integrality_violation(problem: Problem, values: Values) -> float:
    """Largest distance of an integer column from a whole number."""
    return _largest(np.abs(values - np.rint(values))[problem.integer])


def check_values(problem: Problem, values: Values, objective: float, engine: str) -> None:
    """Hold an engine's plan against the problem.

    Raises
    ------
    SolverError
        If a value is not finite, a row, a bound or a whole number is breached, or ``objective`` is not ``c x``.
    """
    if not np.isfinite(values).all():
        raise SolverError(f"{engine} contradicts itself: its plan holds values that are not numbers")
    breaches = {
        "a row of its plan is breached": row_violation(problem, values),
        "a bound of its plan is breached": bound_violation(problem, values),
        "a whole number of its plan is not whole": integrality_violation(problem, values),
        "its objective is not the cost of its plan": abs(objective - objective_value(problem, values))
        / (1 + float(np.abs(problem.costs) @ np.abs(values))),
    }
    for breach, size in breaches.items():
        if not size <= 10 * TOLERANCE:
            raise SolverError(f"{engine} contradicts itself: {breach} by {size:.3g}")


def could_be_unbounded(problem: Problem) -> bool:
    """Whether some column can grow cheaper without end as far as its own bounds tell."""
    up = (problem.costs < 0) & np.isposinf(problem.upper)
    down = (problem.costs > 0) & np.isneginf(problem.lower)
    return bool((up | down).any())


def _largest(breaches: Values) -> float:
    return max(0.0, float(breaches.max(initial=0.0)))
