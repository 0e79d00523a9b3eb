"""Which choices to free next around the best plan: blocks, networks, years, and what looks wrong at the prices.

A neighbourhood is a set of whole-number columns to be decided anew while all others stay. Its size, in columns that are
worth opening, grows where such problems are settled and shrinks where they are not; kinds that found better plans are
drawn more often. What is drawn depends on the seed and on what was found, never on the clock.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem
from solvers.strategy.structure import units_of

__all__ = ["Neighbourhoods"]

Values = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FIRST_SIZE = 450
LEAST_SIZE, MOST_SIZE = 60, 6_000
GROWTH, DECLINE = 1.2, 0.8
MEMORY, LEAST_SCORE = 0.8, 0.15
YEARS = (2, 5)
"""Fewest and most years of a window."""


class Neighbourhoods:
    """Draws neighbourhoods of the best plan.

    Parameters
    ----------
    open_columns
        Whole-number columns worth opening, shape ``(n_columns,)``.
    reduced_costs
        Of the linear relaxation, shape ``(n_columns,)``.
    seed
        Of the draws.
    """

    def __init__(self, problem: Problem, open_columns: Mask, reduced_costs: Values, seed: int) -> None:
        self.problem = problem
        self.open = open_columns & problem.integer
        self.random = np.random.default_rng(seed)
        self.units = units_of(problem)
        self.whole = np.flatnonzero(problem.integer)
        self.unit_of = self.units[self.whole]
        self.n_units = int(self.unit_of.max()) + 1
        self.weight = np.maximum(1, np.bincount(self.unit_of, weights=self.open[self.whole], minlength=self.n_units))
        self.block = self._of_units(problem.column_block)
        self.owner = self._of_units(problem.column_owner)
        self.reduced_costs = reduced_costs
        self.kinds: dict[str, Callable[[Values], Mask]] = {"regret": self._regret, "random": self._random}
        if len(np.unique(self.block)) > 1:
            self.kinds |= {"block": self._block}
        if len(np.unique(self.owner)) > 1:
            self.kinds |= {"pair": self._pair}
        if len(np.unique(problem.column_year[self.whole])) > 1:
            self.kinds |= {"window": self._window}
        self.score = dict.fromkeys(self.kinds, 1.0)
        self.size = dict.fromkeys(self.kinds, float(FIRST_SIZE))

    def draw(self, values: Values) -> tuple[str, Mask]:
        """Draw a kind and the columns it frees around a plan, shape ``(n_columns,)``."""
        kinds = list(self.kinds)
        scores = np.array([self.score[kind] for kind in kinds])
        kind = kinds[self.random.choice(len(kinds), p=scores / scores.sum())]
        return kind, self.kinds[kind](values)

    def learn(self, kind: str, *, is_settled: bool, gain: float) -> None:
        """Take note of what came of a neighbourhood.

        Parameters
        ----------
        is_settled
            Whether it was solved to its end.
        gain
            What the plan became cheaper by, as a share of its cost.
        """
        size = self.size[kind] * (GROWTH if is_settled else DECLINE)
        self.size[kind] = min(max(size, LEAST_SIZE), MOST_SIZE)
        self.score[kind] = max(LEAST_SCORE, MEMORY * self.score[kind] + (1 - MEMORY) * min(5.0, gain * 5_000))

    def _random(self, _: Values) -> Mask:
        return self._columns(self._fill(self.random.permutation(self.n_units), "random"))

    def _regret(self, values: Values) -> Mask:
        """Units whose choice costs most at the prices, with some luck."""
        chosen = self.whole[values[self.whole] > 0.5]
        regret = np.zeros(self.n_units)
        costs = np.maximum(self.reduced_costs[chosen], 0) * values[chosen]
        np.maximum.at(regret, self.units[chosen], costs)
        scale = regret[regret > 0].mean() if (regret > 0).any() else 1.0
        luck = self.random.exponential(size=self.n_units)
        return self._columns(self._fill(np.argsort(-(regret / scale + luck), kind="stable"), "regret"))

    def _block(self, _: Values) -> Mask:
        """One block, or as much of it as may be, and units of anywhere."""
        inside = self.block == self.random.choice(np.unique(self.block))
        return self._columns(self._fill(self._first(inside), "block"))

    def _pair(self, _: Values) -> Mask:
        """One service line of two owners, and what they share."""
        owners = np.unique(self.owner)
        pair = self.random.choice(owners, size=2, replace=False)
        near = np.isin(self.owner, pair)
        block = self.random.choice(np.unique(self.block[near]))
        first = near & ((self.block == block) | (self.block < 0))
        return self._columns(self._fill(self._first(first), "pair"))

    def _window(self, _: Values) -> Mask:
        """What happens in some years, of units of anywhere."""
        year = self.problem.column_year
        length = int(self.random.integers(YEARS[0], YEARS[1] + 1))
        begin = int(self.random.integers(0, max(1, int(year.max()) + 2 - length)))
        inside = (year < 0) | ((year >= begin) & (year < begin + length))
        weight = np.bincount(self.unit_of, weights=(self.open & inside)[self.whole], minlength=self.n_units)
        units = self._fill(self.random.permutation(self.n_units), "window", weight)
        return self._columns(units) & inside

    def _first(self, first: Mask) -> Index:
        """Units in random order, some before all others."""
        order = self.random.permutation(self.n_units)
        return np.concatenate([order[first[order]], order[~first[order]]])

    def _fill(self, order: Index, kind: str, weight: npt.NDArray[np.float64] | Index | None = None) -> Index:
        """Units in order until their columns reach the size of the kind."""
        sizes = np.cumsum((self.weight if weight is None else weight)[order])
        return order[: int(np.searchsorted(sizes, self.size[kind])) + 1]

    def _columns(self, units: Index) -> Mask:
        free = np.zeros(self.n_units, dtype=bool)
        free[units] = True
        mask = np.zeros(self.problem.n_columns, dtype=bool)
        mask[self.whole] = free[self.unit_of]
        return mask

    def _of_units(self, numbers: npt.NDArray[np.int32]) -> Index:
        """A number of each unit, by its last column."""
        result = np.full(self.n_units, -1, dtype=np.int64)
        result[self.unit_of] = numbers[self.whole]
        return result
