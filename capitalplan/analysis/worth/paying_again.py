"""The plan as it is, paid again under other limits: by sources, with what is carried over and short of minimum use."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, Solver

__all__ = ["PayingAgain"]

Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-6
"""Distance by which whole pounds, in £ thousand, may miss a bound by float roundings."""


class PayingAgain:
    """Pays for the choices of a plan within limits of money that may differ from its own.

    Parameters
    ----------
    values
        Value of each column in the plan, shape ``(n_columns,)``.
    solve
        Solves a linear problem.
    """

    def __init__(self, formulation: Formulation, values: Floats, solve: Solver) -> None:
        starts, problem = formulation.columns.starts, formulation.problem
        self.solve = solve
        self._money = slice(starts["payments"], starts["hours"])
        matrix = sp.csc_array(problem.matrix[:, self._money])
        self._rows = np.unique(matrix.indices)
        self._matrix = sp.csc_array(matrix[self._rows])
        settled = np.where(problem.integer, np.rint(values), values)
        settled[self._money] = 0
        self._problem, self._used = problem, problem.matrix @ settled
        self._due = self._used[self._rows]
        self._cost = self._least_cost(problem)

    def more_gbp(self, problem: Problem) -> int | None:
        """What the plan costs more under a problem of the same columns, £, for minimum use; None where it is no plan.

        Parameters
        ----------
        problem
            The plan's own problem but for the bounds of rows and columns of money.
        """
        cost = self._least_cost(problem) if self._fits(problem) else None
        return None if cost is None or self._cost is None else math.ceil(1000 * (cost - self._cost))

    def _fits(self, problem: Problem) -> bool:
        """Whether rows without money that are bounded otherwise are kept: a source may be a number in what it pays."""
        before = self._problem
        moved = (problem.row_lower != before.row_lower) | (problem.row_upper != before.row_upper)
        moved[self._rows] = False
        lower, upper = problem.row_lower[moved] - TOLERANCE, problem.row_upper[moved] + TOLERANCE
        return bool(((lower <= self._used[moved]) & (self._used[moved] <= upper)).all())

    def _least_cost(self, problem: Problem) -> float | None:
        money, rows = self._money, self._rows
        small = replace(
            problem,
            costs=problem.costs[money],
            matrix=self._matrix,
            lower=problem.lower[money],
            upper=problem.upper[money],
            row_lower=problem.row_lower[rows] - self._due,
            row_upper=problem.row_upper[rows] - self._due,
            integer=problem.integer[money],
            column_names=problem.column_names[money],
            row_names=tuple(problem.row_names[row] for row in rows),
            row_rule=tuple(problem.row_rule[row] for row in rows),
            column_block=problem.column_block[money],
            column_owner=problem.column_owner[money],
            column_year=problem.column_year[money],
        )
        return self.solve(small, SolveOptions(relax=True)).objective
