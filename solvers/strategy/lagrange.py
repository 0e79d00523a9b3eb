"""Bounds from blocks: coupling rows priced, every block solved for itself.

With prices ``pi`` of the coupling rows ``l <= A x <= u`` (``pi >= 0`` at the lower end, ``<= 0`` at the upper), and
``z_b(pi) = min (c - A' pi) x`` over block ``b``, every plan costs at least

    sum_r pi_r (l_r or u_r) + sum_b z_b(pi).

Prices from the linear relaxation make this at least the relaxation's own value. A block that is not solved to its end
counts with the bound it has reached. The bound is affine in ``l`` and ``u``: one pass bounds every level of a budget.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution
from solvers.strategy.relaxed import Relaxed
from solvers.strategy.structure import Block, Blocks, part

__all__ = ["BlockBound", "block_bounds"]

Values = npt.NDArray[np.float64]
SolveBlock = Callable[[Problem], Solution]


@dataclass(frozen=True, slots=True)
class BlockBound:
    """One block solved at the prices.

    Attributes
    ----------
    gain
        What the block adds to the bound of the relaxation, £ thousand.
    solution
        Its answer, over the columns of the block.
    """

    block: Block
    gain: float
    solution: Solution


def block_bounds(relaxed: Relaxed, blocks: Blocks, solve: SolveBlock) -> Iterator[BlockBound]:
    """Solve each block at the prices of the relaxation, those first that are least whole in it.

    Parameters
    ----------
    solve
        Solves one block; may stop early.
    """
    problem, coupling = relaxed.problem, blocks.coupling
    costs = problem.costs - problem.matrix.tocsr()[coupling].T @ relaxed.duals[coupling]
    for block in sorted(blocks.parts, key=lambda each: -_fractions(problem, each, relaxed.values)):
        if not problem.integer[block.columns].any():
            continue
        found = solve(part(problem, block, costs))
        floor = float(costs[block.columns] @ relaxed.values[block.columns])
        if math.isfinite(found.bound):
            yield BlockBound(block, max(0.0, found.bound - floor), found)


def _fractions(problem: Problem, block: Block, relaxed: Values) -> float:
    """How far a block of the relaxation is from whole numbers."""
    values = relaxed[block.columns][problem.integer[block.columns]]
    return float(np.abs(values - np.rint(values)).sum())
