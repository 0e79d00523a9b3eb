"""One problem under many limits: what is found and proven under one of them is used under all it holds for.

A level is looser than another where every limit of it contains the other's. A plan of the tighter is a plan of the
looser, and a bound of the looser is a bound of the tighter; so levels between a plan and a bound that are close enough
need no solve. Levels are taken by bisection: the loosest, the tightest, then the middle of what lies between. Plans
found so far are also crossed: the columns that any of them uses make a small problem, whose plan is often good enough.

Cuts are those of the envelope, which allows what any level allows; whatever holds for it holds for every level.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from capitalplan.formulation.problem import Problem, with_rows
from capitalplan.solution import Solution, SolveOptions, Status, relative_gap
from solvers import highs, strategy
from solvers.checks import TOLERANCE, objective_value, row_violation
from solvers.strategy.relaxed import Relaxed, solve_relaxed, with_cuts
from solvers.strategy.standing import Found, Standing
from solvers.strategy.structure import without
from solvers.strengthen.tightening import tightened
from solvers.strengthen.totals import with_totals

__all__ = ["solve_levels"]

ALONE = 20_000
"""Problems with more whole-number columns than this are not tried in one run of the engine."""
NODES = 200
"""Of that run, before both arms take over."""
SHARE_OF_GAP = 0.5
"""Of the gap asked for, that a level is solved to, so that its neighbours may need no solve."""
CROSS_NODES, CROSS_SHARE_OF_GAP = 50, 0.1
NOTHING = 1e-9
"""Share of a gap that is float noise."""


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
    for level in sweep.order():
        answers[level] = sweep.solve(level)
        yield level, answers[level]
    for level, answer in answers.items():
        last = sweep.answer(level, answer)
        if (last.objective, last.bound) != (answer.objective, answer.bound):
            yield level, last


class _Sweep:
    """What is known of all levels.

    Attributes
    ----------
    lower, upper
        Bounds of rows, shape ``(n_levels, n_rows)``.
    contains
        Whether a level (row) allows all that another (column) allows.
    plans
        Plans found, cheapest first.
    bounds
        Best bound of each level.
    """

    def __init__(self, problems: Sequence[Problem], options: SolveOptions) -> None:
        self.problems, self.options = problems, replace(options, known=None, root_bound=None, start=None)
        self.lower = lower = np.array([problem.row_lower for problem in problems])
        self.upper = upper = np.array([problem.row_upper for problem in problems])
        self.contains = np.array(
            [(low <= lower).all(axis=1) & (high >= upper).all(axis=1) for low, high in zip(lower, upper, strict=True)]
        )
        self.plans: list[Found] = []
        self.bounds = np.full(len(problems), -np.inf)
        envelope = replace(problems[0], row_lower=lower.min(axis=0), row_upper=upper.max(axis=0))
        self.cuts = self._cuts(tightened(envelope))

    def order(self) -> Iterator[int]:
        """Levels by bisection: the loosest, the tightest, then the middle of what lies between."""
        levels = sorted(range(len(self.problems)), key=self._room)
        yield levels[-1]
        if len(levels) > 1:
            yield levels[0]
        spans = deque([(0, len(levels) - 1)])
        while spans:
            first, last = spans.popleft()
            if last - first > 1:
                middle = (first + last) // 2
                yield levels[middle]
                spans += [(first, middle), (middle, last)]

    def _room(self, level: int) -> tuple[float, bytes, bytes]:
        """How much a level allows: its upper bounds less its lower ones, where levels differ; then any fixed order."""
        lower, upper = self.lower[level], self.upper[level]
        room = sum(
            sign * float(each[(all_of != all_of[0]).any(axis=0) & np.isfinite(each)].sum())
            for sign, each, all_of in ((1, upper, self.upper), (-1, lower, self.lower))
        )
        return room, lower.tobytes(), upper.tobytes()

    def solve(self, level: int) -> Solution:
        """Solve a level as far as what is known of others leaves anything to solve."""
        started = time.perf_counter()
        found = None
        for step in (self._cross, self._alone, self._in_two_arms):
            if self._is_settled(level) or (found is not None and _is_over(found)):
                break
            found = step(level, started) or found
        status = Status.INFEASIBLE if found is None else found.status
        answer = Solution(
            status=status,
            values=None,
            objective=None,
            bound=-math.inf,
            engine=f"HiGHS {highs.version()}",
            seconds=time.perf_counter() - started,
            message="" if found is None else found.message,
        )
        return self.answer(level, answer)

    def answer(self, level: int, answer: Solution) -> Solution:
        """An answer with the best plan and the best bound that are known of its level now."""
        bound, plan = float(self.bounds[level]), self._plan(level)
        if plan is None:
            return replace(answer, bound=max(bound, answer.bound))
        is_settled = self._is_settled(level)
        return replace(
            answer,
            status=Status.OPTIMAL if is_settled else answer.status,
            values=plan.values,
            objective=plan.objective,
            bound=min(bound, plan.objective),
            message=highs.GAP_REACHED if is_settled else answer.message,
        )

    def _cross(self, level: int, started: float) -> Solution | None:
        """Look for a plan among the columns that the plans found so far use."""
        if len(self.plans) < 2:
            return None
        problem, gap = self.problems[level], CROSS_SHARE_OF_GAP * self.options.gap
        used = np.any([each.values > 0.5 for each in self.plans], axis=0)
        found = self._run(without(problem, problem.integer & ~used), started, gap=gap, nodes=CROSS_NODES, level=level)
        self._note_plan(found)
        return None

    def _alone(self, level: int, started: float) -> Solution | None:
        """One run of the engine with the cuts of the envelope."""
        problem = self.problems[level]
        if np.count_nonzero(problem.integer) > ALONE:
            return None
        gap = SHARE_OF_GAP * self.options.gap
        found = self._run(self._strong(tightened(problem)), started, gap=gap, nodes=NODES, level=level)
        self._note_plan(found)
        self._note_bound(level, found.bound)
        return found

    def _in_two_arms(self, level: int, started: float) -> Solution:
        """The level by itself, from the best plan and the best bound that are known of it."""
        plan, bound = self._plan(level), self.bounds[level]
        options = replace(
            self.options,
            start=None if plan is None else plan.values,
            root_bound=bound if math.isfinite(bound) else None,
            time_limit=self._left(started),
        )
        found = strategy.solve(self.problems[level], options)
        self._note_plan(found)
        proven = found.bound
        if self.options.time_limit is None and found.status is Status.OPTIMAL and found.objective is not None:
            asked = self.options.gap * (1 - NOTHING) * abs(found.objective)
            proven = min(proven, found.objective - asked)  # what was reached beyond depends on the speed
        self._note_bound(level, proven)
        return found

    def _run(self, problem: Problem, started: float, *, gap: float, nodes: int, level: int) -> Solution:
        """One run of the engine for a plan that is worth having beside the one there is."""
        plan, bound = self._plan(level), self.bounds[level]
        limit = self.options.node_limit
        return highs.solve(
            problem,
            replace(
                self.options,
                gap=gap,
                node_limit=nodes if limit is None else min(nodes, limit),
                time_limit=self._left(started),
                root_bound=bound if math.isfinite(bound) else None,
                better_than=None if plan is None else plan.objective - gap * abs(plan.objective),
                on_progress=None,
            ),
        )

    def _left(self, started: float) -> float | None:
        limit = self.options.time_limit
        return None if limit is None else max(0.01, limit - (time.perf_counter() - started))

    def _strong(self, problem: Problem) -> Problem:
        """A level with the cuts of the envelope and what follows from its own limits."""
        cuts = self.cuts
        rows, names = cuts.matrix.tocsr()[problem.n_rows :].tocsc(), cuts.row_names[problem.n_rows :]
        lower, upper = cuts.row_lower[problem.n_rows :], cuts.row_upper[problem.n_rows :]
        return with_totals(with_rows(problem, rows, lower, upper, names, "lumps"))

    def _cuts(self, envelope: Problem) -> Problem:
        standing = Standing(self.options)
        relaxed = solve_relaxed(envelope, standing)
        return with_cuts(relaxed, standing).problem if isinstance(relaxed, Relaxed) else envelope

    def _note_plan(self, found: Solution) -> None:
        if found.values is None:
            return
        problem = self.problems[0]
        values = found.values[: problem.n_columns]
        if any(np.array_equal(values, each.values) for each in self.plans):
            return
        self.plans.append(Found(found, values, objective_value(problem, values)))
        self.plans.sort(key=lambda each: each.objective)

    def _note_bound(self, level: int, bound: float) -> None:
        """A bound of a level is one of every level it contains."""
        inside = self.contains[level]
        self.bounds[inside] = np.maximum(self.bounds[inside], bound)

    def _plan(self, level: int) -> Found | None:
        """The best plan that keeps the limits of a level."""
        problem = self.problems[level]
        return next((each for each in self.plans if row_violation(problem, each.values) <= TOLERANCE), None)

    def _is_settled(self, level: int) -> bool:
        plan, bound = self._plan(level), self.bounds[level]
        return bound == math.inf if plan is None else relative_gap(plan.objective, bound) <= self.options.gap


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
