"""Two arms for problems one engine run cannot settle: the plain engine proves, a neighbourhood search finds plans.

The search knows which organisation and which service line each column belongs to, and nothing else of what it solves.
It starts from the problem with only the columns whose reduced cost in the linear relaxation is low, then frees one
organisation, one line, or two organisations at a time while the rest stays as it is in the best plan.

The search stops by nodes and gaps, never by what the other arm has reached, so that the same problem gives the same
plan however fast the machine is; only a time limit or the user cuts it short. No start is ever passed to the engine.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Progress, Solution, SolveOptions, Status, relative_gap
from solvers import highs
from solvers.checks import TOLERANCE

__all__ = ["NAME", "SMALL", "available", "solve", "version"]

NAME = "highs"
SMALL = 1_200
"""Problems with at most this many whole-number columns go to the plain engine alone."""

KEPT_SHARE, QUICK_SHARE = 0.6, 0.4
START_GAP, START_NODES = 0.02, 400
SEARCH_GAP, SEARCH_NODES = 0.001, 300
LEAST_GAIN = 1e-7
"""What a plan must be better by to be taken for a better one, £ thousand."""
LEAST_ROUND_GAIN = 0.0005
ROUNDS = 3
FEW_OWNERS = 8
"""Up to this many organisations, all pairs are searched; beyond, only neighbours."""
POLL_SECONDS = 0.05

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

available = highs.available
version = highs.version


def solve(problem: Problem, options: SolveOptions) -> Solution:
    """Solve with HiGHS, as both arms, or alone where the problem is small.

    With a node limit there is no search: the columns cheapest in the linear relaxation are tried first, and the whole
    problem only where their plan is not within the gap of the relaxation.

    Raises
    ------
    SolverError
        If highspy cannot be loaded, refuses the problem, or contradicts itself.
    """
    if options.relax or np.count_nonzero(problem.integer) <= SMALL:
        return highs.solve(problem, options)
    if options.node_limit is not None:
        return _near_relaxation(problem, options) or highs.solve(problem, options)
    return _Portfolio(problem, options).run()


def _near_relaxation(problem: Problem, options: SolveOptions) -> Solution | None:
    """A plan among the cheapest columns that is within the gap of the linear relaxation; None where there is none."""
    relaxed = highs.solve(problem, replace(options, relax=True))
    if relaxed.reduced_costs is None or relaxed.values is None:
        return None
    cheap = _cheap(problem, relaxed.values, relaxed.reduced_costs, QUICK_SHARE)
    found = highs.solve(_without(problem, ~cheap & problem.integer), replace(options, gap=options.gap / 2))
    if found.objective is None or relative_gap(found.objective, relaxed.bound) > options.gap:
        return None
    return replace(found, status=Status.OPTIMAL, bound=min(relaxed.bound, found.objective), message="Gap reached")


@dataclass(slots=True)
class _Proof:
    """The plain engine at work in a thread of its own; it ends with a solution or an error."""

    bound: float = -math.inf
    solution: Solution | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A plan, with its values and objective, which a plan always has."""

    solution: Solution
    values: Values
    objective: float


class _Portfolio:
    def __init__(self, problem: Problem, options: SolveOptions) -> None:
        self.problem = problem
        self.options = options
        self.started = time.perf_counter()
        self.proof = _Proof()
        self.end = threading.Event()
        self.best: _Found | None = None
        self.trace: list[Progress] = []
        self.cut_short: Status | None = None

    def run(self) -> Solution:
        thread = threading.Thread(target=self._prove, name="proof", daemon=True)
        thread.start()
        try:
            self._search()
            while not self._settled() and not self._must_stop() and thread.is_alive():
                time.sleep(POLL_SECONDS)
                self._report()
        except KeyboardInterrupt:
            self.cut_short = Status.INTERRUPTED
        finally:
            self.end.set()
            thread.join()
        if self.proof.solution is None:
            raise self.proof.error or SolverError("the proof ended without an answer")
        return self._answer(self.proof.solution)

    def _prove(self) -> None:
        def note(progress: Progress) -> None:
            self.proof.bound = max(self.proof.bound, progress.bound)

        options = replace(self.options, on_progress=note, should_stop=self.end.is_set, time_limit=self._left())
        try:
            self.proof.solution = highs.solve(self.problem, options)
            self.proof.bound = max(self.proof.bound, self.proof.solution.bound)
        except Exception as error:
            self.proof.error = error

    def _search(self) -> None:
        relaxed = self._step(self.problem, relax=True)
        if relaxed.reduced_costs is None or relaxed.values is None:
            return
        self.proof.bound = max(self.proof.bound, relaxed.bound)
        cheap = _cheap(self.problem, relaxed.values, relaxed.reduced_costs, KEPT_SHARE)
        start = _without(self.problem, ~cheap & self.problem.integer)
        self._offer(self._step(start, gap=START_GAP, node_limit=START_NODES))
        for _ in range(ROUNDS):
            before = self.best
            if before is None:
                return
            for free in self._neighbourhoods():
                if self._must_stop():
                    return
                self._improve(self.best or before, free, cheap)
            after = self.best or before
            if before.objective - after.objective < LEAST_ROUND_GAIN * abs(before.objective):
                return

    def _neighbourhoods(self) -> Iterator[Mask]:
        owner, block = self.problem.column_owner, self.problem.column_block
        owners, blocks = np.unique(owner[owner >= 0]), np.unique(block[block >= 0])
        if len(owners) > 1:
            for each in owners:
                yield owner == each
        for each in blocks:
            yield block == each
        pairs = combinations(owners, 2) if len(owners) <= FEW_OWNERS else pairwise(owners)
        for pair in pairs:
            for each in blocks:
                yield np.isin(owner, pair) & ((block == each) | (block < 0))

    def _improve(self, best: _Found, free: Mask, cheap: Mask) -> None:
        whole, values = self.problem.integer, best.values
        fixed = whole & ~free
        closed = whole & free & ~cheap & (values < 0.5)
        if not (whole & free & ~closed).any():
            return
        lower = np.where(fixed, values, self.problem.lower)
        upper = np.where(fixed, values, np.where(closed, self.problem.lower, self.problem.upper))
        part = replace(self.problem, lower=lower, upper=upper)
        self._offer(self._step(part, gap=SEARCH_GAP, node_limit=SEARCH_NODES))

    def _offer(self, found: Solution) -> None:
        if found.values is None or found.objective is None:
            return
        if self.best is None or found.objective < self.best.objective - LEAST_GAIN:
            self.best = _Found(found, found.values, found.objective)
        self._report()

    def _step(
        self, problem: Problem, *, gap: float = 0.0, node_limit: int | None = None, relax: bool = False
    ) -> Solution:
        """One solve of the search: without progress of its own; the whole ends with it when the user ends it."""
        options = SolveOptions(
            gap=gap,
            node_limit=node_limit,
            relax=relax,
            threads=self.options.threads,
            seed=self.options.seed,
            time_limit=self._left(),
            should_stop=self._must_stop,
        )
        found = highs.solve(problem, options)
        if found.status is Status.INTERRUPTED and self.cut_short is None:
            self.cut_short = Status.INTERRUPTED
        return found

    def _left(self) -> float | None:
        limit = self.options.time_limit
        return None if limit is None else max(0.01, limit - (time.perf_counter() - self.started))

    def _must_stop(self) -> bool:
        if self.cut_short is None:
            if self.options.should_stop is not None and self.options.should_stop():
                self.cut_short = Status.INTERRUPTED
            elif (left := self._left()) is not None and left <= 0.01:
                self.cut_short = Status.STOPPED
        return self.cut_short is not None

    def _settled(self) -> bool:
        best = self.best
        return best is not None and relative_gap(best.objective, self.proof.bound) <= self.options.gap

    def _report(self) -> None:
        value = None if self.best is None else self.best.objective
        line = Progress(time.perf_counter() - self.started, value, self.proof.bound)
        if self.trace and (self.trace[-1].incumbent, self.trace[-1].bound) == (line.incumbent, line.bound):
            return
        self.trace.append(line)
        if self.options.on_progress is not None:
            self.options.on_progress(line)

    def _answer(self, proof: Solution) -> Solution:
        seconds, trace = time.perf_counter() - self.started, tuple(self.trace)
        if self.best is None:
            stopped = proof.status in {Status.STOPPED, Status.INTERRUPTED}
            status = self.cut_short or proof.status if stopped else proof.status
            return replace(proof, status=status, trace=trace, seconds=seconds)
        best, value = self.best.solution, self.best.objective
        enough = self.cut_short is None and self._settled()
        if not enough and proof.objective is not None and proof.objective < value - LEAST_GAIN:
            best, value = proof, proof.objective
        bound = self._bound_under(value, best.engine)
        settled = proof.status is Status.OPTIMAL or relative_gap(value, bound) <= self.options.gap
        return replace(
            best,
            status=Status.OPTIMAL if settled else self.cut_short or proof.status,
            bound=bound,
            seconds=seconds,
            message="Gap reached" if settled else proof.message,
            trace=trace,
        )

    def _bound_under(self, value: float, engine: str) -> float:
        bound = self.proof.bound
        if bound > value + 10 * TOLERANCE * (1 + abs(value)):
            raise SolverError(f"{engine} contradicts itself: its bound {bound} lies above its plan {value}")
        return min(bound, value)


def _cheap(problem: Problem, values: Values, reduced_costs: Values, share: float) -> Mask:
    """Whole-number columns that the relaxation uses or could use at little cost: a fixed share of all of them."""
    price = np.where(values > 1e-9, -math.inf, reduced_costs)
    whole = np.flatnonzero(problem.integer)
    kept = max(SMALL, int(share * len(whole)))
    limit = np.partition(price[whole], kept - 1)[kept - 1] if kept < len(whole) else math.inf
    return np.asarray(price <= limit)


def _without(problem: Problem, closed: Mask) -> Problem:
    return replace(problem, upper=np.where(closed, problem.lower, problem.upper))
