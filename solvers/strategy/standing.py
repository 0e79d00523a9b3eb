"""Where a solve stands: best plan, bound, and whether it is to end; shared by the arms of the strategy."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Progress, Solution, SolveOptions, Status, relative_gap
from solvers import highs

__all__ = ["LEAST_GAIN", "Found", "Standing"]

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LEAST_GAIN = 1e-7
"""What a plan must be better by to be taken for a better one, £ thousand."""
USED = 0.5
"""From which value on a plan uses a whole-number column."""
NO_TIME = 0.01
"""Seconds left that are as good as none."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan, with its values and objective, which a plan always has."""

    solution: Solution
    values: Values
    objective: float


class Standing:
    """Best plan, bound and trace of a solve, and the wish to end it.

    Plans are offered by the searching thread alone; bounds are raised by any thread.

    Attributes
    ----------
    best
        Best plan so far, or None.
    used
        Columns that any plan offered uses, shape ``(n_columns,)``; None before the first.
    bound
        Best proven lower bound so far.
    claimed
        Value of the best plan the proof says it holds; infinity where it has none.
    closed
        Set when the proof is to end.
    ended
        Set when the proof has ended.
    cut_short
        How the solve was ended before its time: by the clock or by the user; None where it was not.
    """

    def __init__(self, options: SolveOptions) -> None:
        self.options = options
        self.started = time.perf_counter()
        self.best: Found | None = None
        self.used: Mask | None = None
        self.bound = -math.inf
        self.trace: list[Progress] = []
        self.cut_short: Status | None = None
        self.claimed = math.inf
        self.closed = threading.Event()
        self.ended = threading.Event()
        self._searcher = threading.get_ident()
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self.started

    @property
    def left(self) -> float | None:
        """Seconds left; None without a time limit."""
        limit = self.options.time_limit
        return None if limit is None else max(NO_TIME, limit - self.seconds)

    @property
    def is_settled(self) -> bool:
        """Whether the best plan is within the gap asked for."""
        return self.best is not None and relative_gap(self.best.objective, self.bound) <= self.options.gap

    def raise_bound(self, bound: float, claimed: float | None = None) -> None:
        """Take note of a lower bound that is proven, and of the value of a plan the proof holds, if it has one."""
        with self._lock:
            self.bound = max(self.bound, bound)
            self.claimed = self.claimed if claimed is None else min(self.claimed, claimed)

    def offer(self, found: Solution | None) -> None:
        """Take a plan for the best one if it is."""
        if found is not None and found.values is not None and found.objective is not None:
            new = Found(found, found.values, found.objective)
            is_used = new.values > USED
            self.used = is_used if self.used is None else self.used | is_used
            if self.best is None or new.objective < self.best.objective - LEAST_GAIN:
                self.best = new
        self.report()

    def must_stop(self) -> bool:
        """Whether the clock or the user ends the solve, or, for the proof, whether it is closed.

        Asked often, so that progress is told meanwhile.
        """
        if threading.get_ident() != self._searcher:
            return self.closed.is_set()
        self.report()
        if self.cut_short is None:
            if self.options.should_stop is not None and self.options.should_stop():
                self.cut_short = Status.INTERRUPTED
            elif (left := self.left) is not None and left <= NO_TIME:
                self.cut_short = Status.STOPPED
        return self.cut_short is not None

    def report(self) -> None:
        """Tell of progress, where there is any, from the thread the solve began in."""
        if threading.get_ident() != self._searcher:
            return
        value = min(self.claimed, math.inf if self.best is None else self.best.objective)
        line = Progress(self.seconds, None if math.isinf(value) else value, self.bound)
        if self.trace and (self.trace[-1].incumbent, self.trace[-1].bound) == (line.incumbent, line.bound):
            return
        self.trace.append(line)
        if self.options.on_progress is not None:
            self.options.on_progress(line)

    def step(
        self,
        problem: Problem,
        *,
        gap: float = 0.0,
        node_limit: int | None = None,
        relax: bool = False,
        better_than: float | None = None,
        seconds: float | None = None,
    ) -> Solution:
        """One solve of the search, without progress of its own; the whole ends with it when the user ends it.

        Parameters
        ----------
        better_than
            Only plans that cost less are looked for.
        seconds
            Most it may take, where the whole has a time limit; without one nothing is stopped by the clock.
        """
        left = self.left
        options = SolveOptions(
            gap=gap,
            node_limit=node_limit,
            relax=relax,
            threads=self.options.threads,
            seed=self.options.seed,
            better_than=better_than,
            time_limit=left if left is None or seconds is None else min(left, seconds),
            should_stop=self.must_stop,
        )
        found = highs.solve(problem, options)
        if found.status is Status.INTERRUPTED and self.cut_short is None and not self.closed.is_set():
            self.cut_short = Status.INTERRUPTED
        return found
