"""The proof: cuts, bounds from blocks where few rows couple them, then the whole problem in the plain engine.

It runs in a thread of its own and knows nothing of the search; whatever it proves holds for every plan.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Progress, Solution
from solvers import highs
from solvers.strategy.lagrange import block_bounds
from solvers.strategy.relaxed import Relaxed, with_cuts
from solvers.strategy.standing import Standing
from solvers.strategy.structure import Blocks, blocks_of
from solvers.strengthen.totals import with_totals

__all__ = ["Proof"]

COUPLING_PER_BLOCK = 4
"""Blocks are worth solving where no more coupling rows than this bind for each of them."""
PRICED = 1e-9
BLOCK_SHARE_OF_GAP, LEAST_BLOCK_GAP = 0.1, 5e-5
BLOCKS_SHARE_OF_TIME, BLOCK_SECONDS = 0.6, 60.0


class Proof:
    """The proving arm of a solve.

    Attributes
    ----------
    solution
        Answer of the plain engine to the whole problem, once it has ended.
    error
        What ended it instead.
    """

    def __init__(self, standing: Standing, relaxed: Relaxed) -> None:
        self.standing = standing
        self.relaxed = relaxed
        self.solution: Solution | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """Prove until there is nothing to add, or until the whole ends."""
        try:
            self.relaxed = with_cuts(self.relaxed, self.standing)
            self.standing.raise_bound(self.relaxed.bound)
            self._price_blocks()
            if not self.standing.closed.is_set():
                self.solution = self._whole()
                self.standing.raise_bound(self.solution.bound)
        except Exception as error:
            self.error = error
        finally:
            self.standing.ended.set()

    def _price_blocks(self) -> None:
        relaxed, blocks = self.relaxed, blocks_of(self.relaxed.problem)
        if not self._is_worth_taking_apart(blocks):
            return
        bound = relaxed.bound
        found = block_bounds(relaxed, blocks, lambda part: self._block(part, len(blocks.parts)))
        for each in found:
            bound += each.gain
            self.standing.raise_bound(bound)
            if self.standing.closed.is_set():
                return

    def _is_worth_taking_apart(self, blocks: Blocks) -> bool:
        binding = np.count_nonzero(np.abs(self.relaxed.duals[blocks.coupling]) > PRICED)
        return len(blocks.parts) > 1 and int(binding) <= COUPLING_PER_BLOCK * len(blocks.parts)

    def _block(self, part: Problem, count: int) -> Solution:
        options, left = self.standing.options, self.standing.left
        seconds = BLOCK_SECONDS
        if left is not None and options.time_limit is not None:
            seconds = min(seconds, 2 * BLOCKS_SHARE_OF_TIME * options.time_limit / count, left)
        return highs.solve(
            part,
            replace(
                options,
                gap=max(LEAST_BLOCK_GAP, BLOCK_SHARE_OF_GAP * options.gap),
                time_limit=seconds,
                root_bound=None,
                known=None,
                start=None,
                on_progress=None,
                should_stop=self.standing.closed.is_set,
            ),
        )

    def _whole(self) -> Solution:
        def note(progress: Progress) -> None:
            self.standing.raise_bound(progress.bound, progress.incumbent)

        problem = self.relaxed.problem
        options = replace(
            self.standing.options,
            on_progress=note,
            should_stop=self.standing.closed.is_set,
            time_limit=self.standing.left,
            root_bound=self.relaxed.bound,
        )
        found = highs.solve(with_totals(problem), options)
        return found if found.values is None else replace(found, values=found.values[: problem.n_columns])
