"""Better plans: from a first one among the cheapest columns to neighbourhoods of the best.

Nothing here depends on the clock unless there is a time limit, nor ever on how far the proof has come: the same problem
gives the same plan however fast the machine is.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Progress, Solution, SolveOptions, Status, relative_gap
from solvers import highs
from solvers.strategy.groups import group_by_group
from solvers.strategy.neighbourhoods import Neighbourhoods
from solvers.strategy.relaxed import Relaxed
from solvers.strategy.standing import Standing
from solvers.strategy.structure import without

__all__ = [
    "FEW_STEPS",
    "MOST_STEPS",
    "TREE_COLUMNS",
    "first_plan",
    "improve",
    "is_enough",
    "is_nearly_whole",
    "nearest_plan",
    "second_tree",
]

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NEARLY_WHOLE = 0.05
"""Share of the columns the relaxation uses that may be fractions where little is left to decide."""
NEAR_COLUMNS = 100
"""Columns beside those the relaxation uses that are tried first."""
START_SHARE, OPEN_SHARE = 0.15, 0.4
"""Share of whole-number columns kept for a first plan, and worth opening in a neighbourhood."""
LEAST_COLUMNS, MOST_COLUMNS = 400, 6_000
START_NODES, START_GAP, START_SHARE_OF_TIME, START_SECONDS = 60, 0.01, 0.08, 5.0
PART_NODES, PART_GAP, PART_SECONDS = 80, 0.0005, 5.0
TREE_COLUMNS = 4_000
"""Whole-number columns up to which a second tree on the whole problem finds better plans than neighbourhoods."""
LEAST_STEP = 1e-6
"""Share of the cost that a better plan must be better by, where neighbourhoods are searched."""
PATIENCE, LEAST_PROGRESS, MOST_STEPS, FEW_STEPS = 8, 2e-4, 12, 5
"""The search ends when so many neighbourhoods on end together made the plan cheaper by less than this share, and after
so many at the latest, or after a few where a second tree follows."""


def is_nearly_whole(relaxed: Relaxed) -> bool:
    """Whether little is left to decide: where budgets alone couple machines, few of them are left in fractions."""
    return relaxed.n_fractional <= NEARLY_WHOLE * relaxed.n_used


def nearest_plan(standing: Standing, relaxed: Relaxed) -> None:
    """Look for a plan among the columns that the relaxation uses and the few nearest at its prices."""
    _try(standing, relaxed, relaxed.cheapest(relaxed.n_used + NEAR_COLUMNS))


def first_plan(standing: Standing, relaxed: Relaxed) -> None:
    """Look for a plan among the columns cheapest in the relaxation, twice as many each time until there is one."""
    share = START_SHARE
    while standing.best is None and not standing.must_stop():
        count = max(LEAST_COLUMNS, int(share * relaxed.n_whole))
        if MOST_COLUMNS < count < relaxed.n_whole:
            standing.offer(group_by_group(standing, relaxed, relaxed.cheapest(count)))
        else:
            _try(standing, relaxed, relaxed.cheapest(count))
        if count >= relaxed.n_whole:
            return
        share *= 2


def improve(standing: Standing, relaxed: Relaxed, most_steps: int | None) -> None:
    """Search neighbourhoods of the best plan until they bring little, or until the clock ends it.

    Parameters
    ----------
    most_steps
        Neighbourhoods at most; None to go on for as long as the whole is not settled: the clock or the proof must then
        end it.
    """
    problem = relaxed.problem
    patiently = most_steps is None
    is_open = relaxed.cheapest(max(LEAST_COLUMNS, int(OPEN_SHARE * relaxed.n_whole)))
    around = Neighbourhoods(problem, is_open, relaxed.reduced_costs, standing.options.seed + patiently)
    gains: deque[float] = deque(maxlen=PATIENCE)
    steps = 0
    while standing.best is not None and not standing.must_stop():
        if standing.is_settled or standing.ended.is_set() if patiently else is_enough(standing, relaxed):
            return
        best = standing.best
        kind, free = around.draw(best.values)
        found = _decide(standing, problem, best.values, free, is_open, best.objective)
        standing.offer(found)
        gain = (best.objective - standing.best.objective) / max(abs(best.objective), 1e-9)
        around.learn(kind, is_settled=found.status in {Status.OPTIMAL, Status.NONE_BETTER}, gain=gain)
        gains.append(gain)
        steps += 1
        is_slow = len(gains) == PATIENCE and sum(gains) < LEAST_PROGRESS
        is_over = not patiently and (is_slow or steps == most_steps)
        if is_over or (patiently and steps % PATIENCE == 0):
            _cross(standing, problem)
        if is_over:
            return


def second_tree(standing: Standing, relaxed: Relaxed) -> None:
    """Put the problem to the engine as it is, only plans better than the best wanted, beside the tree of the proof.

    The proof's tree has cuts and totals, this one has not, and leaves out columns too dear for a better plan: which of
    the two ends first differs from problem to problem.
    """
    best = standing.best
    if best is None or standing.is_settled or standing.must_stop():
        return
    wanted = best.objective - LEAST_STEP * abs(best.objective)

    def note(progress: Progress) -> None:
        standing.raise_bound(min(progress.bound, wanted), progress.incumbent)

    problem, options = relaxed.problem, standing.options
    found = highs.solve(
        without(problem, relaxed.costlier(best.objective)),
        SolveOptions(
            gap=options.gap,
            threads=options.threads,
            seed=options.seed + 1,
            better_than=wanted,
            time_limit=standing.left,
            on_progress=note,
            should_stop=lambda: standing.must_stop() or standing.ended.is_set() or standing.is_settled,
        ),
    )
    standing.raise_bound(min(found.bound, wanted))  # without a better plan nothing is said of dearer ones
    standing.offer(found)


def is_enough(standing: Standing, relaxed: Relaxed) -> bool:
    """Whether the best plan is within the gap of the relaxation, which does not depend on the proof."""
    best = standing.best
    return best is not None and relative_gap(best.objective, relaxed.bound) <= standing.options.gap


def _try(standing: Standing, relaxed: Relaxed, kept: Mask) -> None:
    problem, options = relaxed.problem, standing.options
    found = standing.step(
        without(problem, problem.integer & ~kept),
        gap=min(START_GAP, options.gap / 2),
        node_limit=START_NODES,
        seconds=max(START_SECONDS, START_SHARE_OF_TIME * (options.time_limit or 0.0)),
        better_than=None if standing.best is None else standing.best.objective,
    )
    standing.offer(found)


def _cross(standing: Standing, problem: Problem) -> None:
    """Decide everything anew among the columns that any plan found so far uses."""
    if standing.best is None or standing.used is None or standing.must_stop():
        return
    standing.offer(_better(standing, without(problem, problem.integer & ~standing.used), standing.best.objective))


def _decide(standing: Standing, problem: Problem, values: Values, free: Mask, is_open: Mask, value: float) -> Solution:
    """Decide some columns anew while the others stay; of the free ones those not worth opening stay closed."""
    fixed = problem.integer & ~free
    closed = problem.integer & free & ~is_open & (values < 0.5)
    lower = np.where(fixed, values, problem.lower)
    upper = np.where(fixed, values, np.where(closed, problem.lower, problem.upper))
    return _better(standing, replace(problem, lower=lower, upper=upper), value)


def _better(standing: Standing, problem: Problem, value: float) -> Solution:
    """Look for a plan that costs less than one of a value."""
    return standing.step(
        problem,
        gap=PART_GAP,
        node_limit=PART_NODES,
        seconds=PART_SECONDS,
        better_than=value - LEAST_STEP * abs(value),
    )
