"""A plan to start from, and the bound that is known beforehand, as an answer to be made better."""

from __future__ import annotations

import math

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import highs
from solvers.checks import check_values, objective_value
from solvers.strategy.standing import Found

__all__ = ["started_from"]


def started_from(problem: Problem, options: SolveOptions) -> Found | None:
    """The plan to start from under the bound known beforehand; None where there is none, or it breaks the problem."""
    values = options.start
    if values is None or values.shape != (problem.n_columns,):
        return None
    value, engine = objective_value(problem, values), f"HiGHS {highs.version()}"
    try:
        check_values(problem, values, value, engine)
    except SolverError:
        return None
    bound = -math.inf if options.root_bound is None else min(options.root_bound, value)
    solution = Solution(
        status=Status.OPTIMAL,
        values=values,
        objective=value,
        bound=bound,
        engine=engine,
        seconds=0.0,
        message=highs.GAP_REACHED,
    )
    return Found(solution, values, value)
