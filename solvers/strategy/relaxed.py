"""The linear relaxation, solved once: bound, prices, and which columns are cheap."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution
from solvers.strategy.standing import Standing
from solvers.strengthen.lumps import with_lump_cuts

__all__ = ["Relaxed", "solve_relaxed", "with_cuts"]

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

USED, FRACTIONAL = 1e-9, 1e-6
NOISE = 1e-6
"""Share of a cost by which its sums of floats may be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """A solved linear relaxation.

    Attributes
    ----------
    bound
        Its value, £ thousand.
    values, reduced_costs
        Of each column, shape ``(n_columns,)``.
    duals
        Row prices, shape ``(n_rows,)``.
    solution
        The engine's answer.
    """

    problem: Problem
    bound: float
    values: Values
    reduced_costs: Values
    duals: Values
    solution: Solution

    @property
    def n_whole(self) -> int:
        """Number of whole-number columns."""
        return int(np.count_nonzero(self.problem.integer))

    @property
    def n_fractional(self) -> int:
        """Number of whole-number columns it uses in part."""
        used = self.values[self.problem.integer]
        return int(np.count_nonzero(np.abs(used - np.rint(used)) > FRACTIONAL))

    @property
    def n_used(self) -> int:
        """Number of whole-number columns it uses."""
        return int(np.count_nonzero(self.values[self.problem.integer] > USED))

    def cheapest(self, count: int) -> Mask:
        """Whole-number columns it uses, and the cheapest others at its prices, ``count`` in all or a few more."""
        price = np.where(self.values > USED, -math.inf, self.reduced_costs)
        whole = np.flatnonzero(self.problem.integer)
        limit = np.partition(price[whole], count - 1)[count - 1] if count < len(whole) else math.inf
        return np.asarray((price <= limit) & self.problem.integer)

    def costlier(self, value: float) -> Mask:
        """Whole-number columns it leaves at their lower bounds that no plan as cheap as this holds more of."""
        room = value - self.bound + NOISE * (1 + abs(value))
        at_lower = self.values <= self.problem.lower + USED
        return np.asarray(self.problem.integer & at_lower & (self.reduced_costs > room))


def solve_relaxed(problem: Problem, standing: Standing) -> Relaxed | Solution:
    """Solve the linear relaxation by simplex; the engine's answer as it is where there are no prices to work with."""
    found = standing.step(problem, relax=True)
    return _relaxed(problem, found) or found


def with_cuts(relaxed: Relaxed, standing: Standing) -> Relaxed:
    """The relaxation of the problem with cuts for lumps of capacity."""
    problem, found = with_lump_cuts(relaxed.problem, relaxed.solution, lambda some: standing.step(some, relax=True))
    return _relaxed(problem, found) or relaxed


def _relaxed(problem: Problem, found: Solution) -> Relaxed | None:
    if found.values is None or found.reduced_costs is None or found.duals is None:
        return None
    return Relaxed(
        problem=problem,
        bound=found.bound,
        values=found.values,
        reduced_costs=found.reduced_costs,
        duals=found.duals,
        solution=found,
    )
