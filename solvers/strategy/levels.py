"""One problem under many limits: what is found and proven under one of them is used under all it holds for.

A level is looser than another where every limit of it contains the other's. A plan of the tighter is a plan of the
looser, and a bound of the looser is a bound of the tighter; so levels between a plan and a bound that are close enough
need no solve. Levels are taken by bisection: the loosest, the tightest, then the middle of what lies between; two at
once, which know of each other only afterwards, so that answers do not depend on which of them ends first.

Plans found so far are also crossed: the columns that any of them uses and those cheapest at the level's own prices
make a small problem, whose plan is often good enough. With a plan at hand only a plan that is better by most of the
gap is looked for, among the columns whose reduced costs leave room for one: where there is none, the plan is proven.

Cuts are those of the envelope, which allows what any level allows; whatever holds for it holds for every level.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from capitalplan.formulation.problem import Problem, with_rows
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import highs, strategy
from solvers.strategy.known import Known
from solvers.strategy.relaxed import Relaxed, solve_relaxed, with_cuts
from solvers.strategy.standing import Found, Standing
from solvers.strategy.structure import without
from solvers.strengthen.tightening import tightened
from solvers.strengthen.totals import with_totals

__all__ = ["solve_levels"]

ALONE = 20_000
"""Problems with more whole-number columns than this are not tried in one run of the engine."""
NODES = 200
"""Of one run, before both arms take over."""
SHARE_OF_GAP = 0.8
"""Of the gap asked for, that a level is solved to, so that its neighbours may need no solve."""
NEAR_SHARE, CROSS_NODES, CROSS_SHARE_OF_GAP = 0.1, 20, 0.2
"""Of a cross: share of whole-number columns taken for cheap, nodes, and share of the gap."""
NOTHING = 1e-9
"""Share of a gap that is float noise."""
POLL_SECONDS = 0.05


def solve_levels(problems: Sequence[Problem], options: SolveOptions) -> Iterator[tuple[int, Solution]]:
    """Solve problems that differ in the bounds of their rows only, in any order.

    Plans cost no less, and bounds are no lower, at a tighter level than at a looser one.

    Parameters
    ----------
    options
        As for each problem alone; what they say is known of one problem is left out.

    Yields
    ------
    tuple
        Number of a problem and its answer, as soon as there is one; once more where what came later made it better:
        the last answer counts. Seconds are those spent on the level itself.

    Raises
    ------
    ValueError
        If the problems differ in anything but the bounds of their rows.
    SolverError
        As the strategy does.
    """
    _refuse_if_different(problems)
    return _solved(problems, options)


def _solved(problems: Sequence[Problem], options: SolveOptions) -> Iterator[tuple[int, Solution]]:
    if not problems or options.relax or not problems[0].integer.any():
        yield from ((level, strategy.solve(problem, options)) for level, problem in enumerate(problems))
        return
    sweep = _Sweep(problems, options)
    answers: dict[int, Solution] = {}
    for level, answer in sweep.solved():
        answers[level] = answer
        yield level, answer
    for level, answer in answers.items():
        last = sweep.known.answer(level, answer)
        if (last.objective, last.bound) != (answer.objective, answer.bound):
            yield level, last


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a level: where it stands, and the engine's answer to the whole of it, if it was asked."""

    level: int
    standing: Standing
    found: Solution | None = None


class _Sweep:
    """Solves levels, each from what is known of those before."""

    def __init__(self, problems: Sequence[Problem], options: SolveOptions) -> None:
        self.problems, self.options = problems, replace(options, known=None, root_bound=None, start=None)
        self.known = Known(problems, options.gap)
        self.fits = int(np.count_nonzero(problems[0].integer)) <= ALONE
        self.cuts = self._cuts(tightened(self.known.envelope()))

    def solved(self) -> Iterator[tuple[int, Solution]]:
        """Levels and their answers by bisection."""
        waiting = deque(self.known.order())
        while waiting:
            looks = self._side_by_side(self._taken(waiting))
            for look in looks:
                if look.standing.best is not None:
                    self.known.note_plan(look.standing.best.solution)
                self.known.note_bound(look.level, look.standing.bound)
            for look in looks:
                yield look.level, self._finished(look)

    def _taken(self, waiting: deque[int]) -> list[int]:
        """Take the next level and, where it needs a look, another one that does and is not the same."""
        levels = [waiting.popleft()]
        if self._needs_look(levels[0]):
            others = (each for each in waiting if self._needs_look(each) and not self.known.is_same(levels[0], each))
            levels += islice(others, 1)
            for other in levels[1:]:
                waiting.remove(other)
        return levels

    def _needs_look(self, level: int) -> bool:
        return self.fits and not self.known.is_settled(level)

    def _side_by_side(self, levels: list[int]) -> list[_Look]:
        """Look at levels at the same time; the user is asked from this thread whether to go on."""
        ended, asked = threading.Event(), self.options.should_stop
        with ThreadPoolExecutor(len(levels), thread_name_prefix="level") as pool:
            try:
                if asked is not None and asked():
                    ended.set()
                looks = [pool.submit(self._look, level, ended.is_set) for level in levels]
                while not all(look.done() for look in looks):
                    try:
                        wait(looks, timeout=POLL_SECONDS)
                        if asked is not None and asked():
                            ended.set()
                    except KeyboardInterrupt:
                        ended.set()
            finally:
                ended.set()
        return [look.result() for look in looks]

    def _look(self, level: int, should_stop: Callable[[], bool]) -> _Look:
        standing = Standing(replace(self.options, should_stop=should_stop, on_progress=None))
        if not self._needs_look(level):
            return _Look(level, standing)
        plan = self.known.plan(level)
        standing.offer(None if plan is None else plan.solution)
        standing.raise_bound(float(self.known.bounds[level]))
        problem = self._strong(tightened(self.problems[level]))
        relaxed = solve_relaxed(problem, standing)
        if isinstance(relaxed, Relaxed):
            standing.raise_bound(relaxed.bound)
            self._cross(standing, relaxed)
            if standing.is_settled:
                return _Look(level, standing)
        return _Look(level, standing, self._prove(standing, problem, relaxed))

    def _cross(self, standing: Standing, relaxed: Relaxed) -> None:
        """Look for a plan among the columns that plans found so far use, and those cheapest at the level's prices."""
        if len(self.known.plans) < 2:
            return
        problem, gap = relaxed.problem, CROSS_SHARE_OF_GAP * self.options.gap
        used = np.any([each.values > 0.5 for each in self.known.plans], axis=0)
        kept = used | relaxed.cheapest(max(1, int(NEAR_SHARE * relaxed.n_whole)))
        found = standing.step(
            without(problem, problem.integer & ~kept),
            gap=gap,
            node_limit=self._at_most(CROSS_NODES),
            better_than=_less(standing.best, gap),
        )
        standing.offer(found)

    def _prove(self, standing: Standing, problem: Problem, relaxed: Relaxed | Solution) -> Solution:
        """One run of the engine: for a plan that is better by most of the gap, or for a proof that there is none."""
        gap = SHARE_OF_GAP * self.options.gap
        better = _less(standing.best, gap)
        if better is not None and isinstance(relaxed, Relaxed):
            problem = without(problem, relaxed.costlier(better))
        found = standing.step(with_totals(problem), gap=gap, node_limit=self._at_most(NODES), better_than=better)
        if found.values is not None:
            found = replace(found, values=found.values[: problem.n_columns])
        standing.offer(found)
        standing.raise_bound(found.bound)
        return found

    def _finished(self, look: _Look) -> Solution:
        """The answer of a level, solved by itself where a look was not enough."""
        found = look.found
        if not self.known.is_settled(look.level) and (found is None or not _is_over(found)):
            found = self._in_two_arms(look)
        answer = Solution(
            status=Status.INFEASIBLE if found is None else found.status,
            values=None,
            objective=None,
            bound=-math.inf,
            engine=f"HiGHS {highs.version()}",
            seconds=look.standing.seconds,
            message="" if found is None else found.message,
        )
        return self.known.answer(look.level, answer)

    def _in_two_arms(self, look: _Look) -> Solution:
        """The level by itself, from the best plan and the best bound that are known of it."""
        level, plan = look.level, self.known.plan(look.level)
        options = replace(
            self.options,
            start=None if plan is None else plan.values,
            root_bound=self.known.bound(level),
            time_limit=look.standing.left,
        )
        found = strategy.solve(self.problems[level], options)
        self.known.note_plan(found)
        proven = found.bound
        if self.options.time_limit is None and found.status is Status.OPTIMAL and found.objective is not None:
            asked = self.options.gap * (1 - NOTHING) * abs(found.objective)
            proven = min(proven, found.objective - asked)  # what was reached beyond depends on the speed
        self.known.note_bound(level, proven)
        return found

    def _at_most(self, nodes: int) -> int:
        limit = self.options.node_limit
        return nodes if limit is None else min(nodes, limit)

    def _strong(self, problem: Problem) -> Problem:
        """A level with the cuts of the envelope."""
        cuts = self.cuts
        rows, names = cuts.matrix.tocsr()[problem.n_rows :].tocsc(), cuts.row_names[problem.n_rows :]
        lower, upper = cuts.row_lower[problem.n_rows :], cuts.row_upper[problem.n_rows :]
        return with_rows(problem, rows, lower, upper, names, "lumps")

    def _cuts(self, envelope: Problem) -> Problem:
        standing = Standing(self.options)
        relaxed = solve_relaxed(envelope, standing)
        return with_cuts(relaxed, standing).problem if isinstance(relaxed, Relaxed) else envelope


def _less(best: Found | None, gap: float) -> float | None:
    """What a plan must cost at most to be better by a gap; None where there is none to be better than."""
    return None if best is None else best.objective - gap * abs(best.objective)


def _is_over(found: Solution) -> bool:
    return found.status in {Status.INFEASIBLE, Status.UNBOUNDED, Status.INTERRUPTED, Status.FAILED}


def _refuse_if_different(problems: Sequence[Problem]) -> None:
    for problem in problems[1:]:
        first = problems[0]
        same = all(
            np.array_equal(getattr(problem, name), getattr(first, name))
            for name in ("costs", "lower", "upper", "integer")
        )
        same = same and problem.matrix.shape == first.matrix.shape and abs(problem.matrix - first.matrix).nnz == 0
        if not same:
            raise ValueError("levels must be one problem under other limits: these differ in more than rows' bounds")
