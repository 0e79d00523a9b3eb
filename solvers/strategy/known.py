"""What is known of many levels of one problem: how they lie to each other, plans found, and bounds proven."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, Status, relative_gap
from solvers import highs
from solvers.checks import TOLERANCE, objective_value, row_violation
from solvers.strategy.standing import Found

__all__ = ["Known"]


class Known:
    """Plans and bounds of all levels, each used wherever it holds.

    Attributes
    ----------
    contains
        Whether a level (row) allows all that another (column) allows.
    plans
        Plans found, cheapest first.
    bounds
        Best bound of each level.
    """

    def __init__(self, problems: Sequence[Problem], gap: float) -> None:
        self.problems, self.gap = problems, gap
        self._lower = lower = np.array([problem.row_lower for problem in problems])
        self._upper = upper = np.array([problem.row_upper for problem in problems])
        self.contains = np.array(
            [(low <= lower).all(axis=1) & (high >= upper).all(axis=1) for low, high in zip(lower, upper, strict=True)]
        )
        self.plans: list[Found] = []
        self.bounds = np.full(len(problems), -np.inf)

    def envelope(self) -> Problem:
        """The problem that allows what any level allows."""
        return replace(self.problems[0], row_lower=self._lower.min(axis=0), row_upper=self._upper.max(axis=0))

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
        lower, upper = self._lower[level], self._upper[level]
        room = sum(
            sign * float(each[(all_of != all_of[0]).any(axis=0) & np.isfinite(each)].sum())
            for sign, each, all_of in ((1, upper, self._upper), (-1, lower, self._lower))
        )
        return room, lower.tobytes(), upper.tobytes()

    def is_same(self, level: int, other: int) -> bool:
        """Whether two levels have the same limits."""
        return bool(self.contains[level, other] and self.contains[other, level])

    def note_plan(self, found: Solution) -> None:
        """Keep the plan of an answer, if it has one; columns beyond the problem's own are left out."""
        if found.values is None:
            return
        values = found.values[: self.problems[0].n_columns]
        if any(np.array_equal(values, each.values) for each in self.plans):
            return
        value = objective_value(self.problems[0], values)
        self.plans.append(Found(replace(found, values=values, objective=value), values, value))
        self.plans.sort(key=lambda each: each.objective)

    def note_bound(self, level: int, bound: float) -> None:
        """A bound of a level is one of every level it contains."""
        inside = self.contains[level]
        self.bounds[inside] = np.maximum(self.bounds[inside], bound)

    def plan(self, level: int) -> Found | None:
        """The best plan that keeps the limits of a level."""
        problem = self.problems[level]
        return next((each for each in self.plans if row_violation(problem, each.values) <= TOLERANCE), None)

    def bound(self, level: int) -> float | None:
        """The best bound of a level; None where there is none."""
        bound = float(self.bounds[level])
        return bound if math.isfinite(bound) else None

    def is_settled(self, level: int) -> bool:
        """Whether a level has a plan within the gap, or is known to have none."""
        plan, bound = self.plan(level), self.bounds[level]
        return bool(bound == math.inf) if plan is None else relative_gap(plan.objective, bound) <= self.gap

    def answer(self, level: int, answer: Solution) -> Solution:
        """An answer with the best plan and the best bound that are known of its level now."""
        bound, plan = float(self.bounds[level]), self.plan(level)
        if plan is None:
            return replace(answer, bound=max(bound, answer.bound))
        is_settled = self.is_settled(level)
        return replace(
            answer,
            status=Status.OPTIMAL if is_settled else answer.status,
            values=plan.values,
            objective=plan.objective,
            bound=min(bound, plan.objective),
            message=highs.GAP_REACHED if is_settled else answer.message,
        )
