"""The strategy behind the default engine: HiGHS in two arms, one that finds plans and one that proves.

Networks that share nothing are solved one after the other (``apart``). Small problems, with their cuts, go to HiGHS
alone. For the others the linear relaxation is solved once. Then one arm searches (``search``): a plan among the
columns cheapest at the relaxation's prices, group by group where the problem is large, then neighbourhoods of the best
plan. The other proves (``proof``): bounds from blocks where few rows couple them, then HiGHS on the whole problem, so
that the strategy is never far behind it.

The search stops by nodes and gaps, never by what the proof has reached, so that the same problem gives the same plan
however fast the machine is; only a time limit or the user cuts it short. No start is ever passed to HiGHS.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status, relative_gap
from solvers import highs
from solvers.checks import TOLERANCE, check_values, objective_value
from solvers.strategy.apart import parts_of, solve_apart
from solvers.strategy.proof import Proof
from solvers.strategy.quick import near_relaxation
from solvers.strategy.relaxed import Relaxed, solve_relaxed, with_cuts
from solvers.strategy.search import (
    FEW_STEPS,
    MOST_STEPS,
    TREE_COLUMNS,
    first_plan,
    improve,
    is_enough,
    is_nearly_whole,
    nearest_plan,
    second_tree,
)
from solvers.strategy.standing import LEAST_GAIN, Standing
from solvers.strategy.start import started_from
from solvers.strengthen.cohorts import merge_cohorts
from solvers.strengthen.tightening import tightened

__all__ = ["NAME", "SMALL", "available", "solve", "version"]

NAME = "highs"
SMALL = 1_200
"""Problems with at most this many whole-number columns go to the plain engine alone."""
POLL_SECONDS = 0.05
STOPPED_EARLY = "stopped before there was a plan"

available = highs.available
version = highs.version


def solve(problem: Problem, options: SolveOptions) -> Solution:
    """Solve with HiGHS, in two arms, or alone where the problem is small.

    Where a plan to start from is within the gap of the bound known beforehand, it is the answer. With a node limit
    there is one thread and no search: the columns cheapest in the linear relaxation are tried first,
    and the whole problem only where their plan is not within the gap of the relaxation.

    Raises
    ------
    SolverError
        If highspy cannot be loaded, refuses the problem, or contradicts itself.
    """
    if options.relax or not problem.integer.any():
        return highs.solve(problem, options)
    if options.node_limit is not None:
        return near_relaxation(problem, options) or highs.solve(problem, options)
    start = started_from(problem, options)
    if start is not None and relative_gap(start.objective, start.solution.bound) <= options.gap:
        return start.solution
    merged = merge_cohorts(problem)
    tight = tightened(merged.problem)
    options = replace(options, start=None if start is None else merged.gathered(start.values))
    found = _in_parts(tight, options)
    if found.values is None:
        return found
    values = merged.spread(found.values)
    check_values(problem, values, objective_value(problem, values), found.engine)
    return replace(found, values=values, objective=objective_value(problem, values))


def _in_parts(problem: Problem, options: SolveOptions) -> Solution:
    """Networks that share nothing apart from each other, whatever is connected as one."""
    parts = parts_of(problem)
    found = solve_apart(problem, parts, options, _connected) if len(parts) > 1 else None
    return found or _connected(problem, options)


def _connected(problem: Problem, options: SolveOptions) -> Solution:
    is_small = np.count_nonzero(problem.integer) <= SMALL
    return _alone(problem, options) if is_small else _in_two_arms(problem, options)


def _alone(problem: Problem, options: SolveOptions) -> Solution:
    """One run of the engine, on the problem with its cuts."""
    standing = Standing(options)
    relaxed = solve_relaxed(problem, standing)
    if not isinstance(relaxed, Relaxed):
        return _without_plan(problem, relaxed, standing)
    strong = with_cuts(relaxed, standing)
    bound = max(strong.bound, -math.inf if options.root_bound is None else options.root_bound)
    found = highs.solve(strong.problem, replace(options, time_limit=standing.left, root_bound=bound))
    start = started_from(problem, options)
    if start is None or (found.objective is not None and found.objective <= start.objective):
        return found
    value = start.objective
    return replace(found, values=start.values, objective=value, bound=min(found.bound, value))


def _in_two_arms(problem: Problem, options: SolveOptions) -> Solution:
    standing = Standing(options)
    relaxed = solve_relaxed(problem, standing)
    if not isinstance(relaxed, Relaxed):
        return _without_plan(problem, relaxed, standing)
    standing.raise_bound(relaxed.bound)
    if (start := started_from(problem, options)) is not None:
        standing.raise_bound(start.solution.bound)
        standing.offer(start.solution)
    proof = Proof(standing, relaxed)
    thread = threading.Thread(target=proof.run, name="proof", daemon=True)
    try:
        if is_nearly_whole(relaxed):
            nearest_plan(standing, relaxed)
            if is_enough(standing, relaxed):
                return _answer(standing, relaxed, None)
        thread.start()
        if standing.best is None:
            first_plan(standing, relaxed)
        if options.time_limit is None:
            improve(standing, relaxed, MOST_STEPS)
        else:
            _search_while_there_is_time(standing, relaxed)
        while not standing.is_settled and not standing.must_stop() and thread.is_alive():
            time.sleep(POLL_SECONDS)
            standing.report()
    except KeyboardInterrupt:
        standing.cut_short = Status.INTERRUPTED
    finally:
        standing.closed.set()
        if thread.is_alive():
            thread.join()
    if proof.error is not None:
        raise proof.error
    return _answer(standing, relaxed, proof.solution)


def _search_while_there_is_time(standing: Standing, relaxed: Relaxed) -> None:
    if relaxed.n_whole <= TREE_COLUMNS:
        improve(standing, relaxed, FEW_STEPS)
        second_tree(standing, relaxed)
    else:
        improve(standing, relaxed, MOST_STEPS)
    improve(standing, relaxed, None)


def _without_plan(problem: Problem, relaxed: Solution, standing: Standing) -> Solution:
    """What is said where the relaxation has no answer; costs that fall without end in it may not do so in whole."""
    if relaxed.status is Status.UNBOUNDED:
        return highs.solve(problem, standing.options)
    return relaxed if standing.cut_short is None else replace(relaxed, status=standing.cut_short, message=STOPPED_EARLY)


def _answer(standing: Standing, relaxed: Relaxed, proven: Solution | None) -> Solution:
    """The better plan of the two arms under the bound of both."""
    ended = standing.cut_short
    told: dict[str, Any] = {"seconds": standing.seconds, "trace": tuple(standing.trace)}
    best = None if standing.best is None else standing.best.solution
    value = math.inf if standing.best is None else standing.best.objective
    is_enough = ended is None and standing.is_settled
    if proven is not None and proven.objective is not None and not is_enough and proven.objective < value - LEAST_GAIN:
        best, value = proven, proven.objective
    if best is None:
        if proven is None:
            nothing = replace(relaxed.solution, values=None, objective=None, duals=None, reduced_costs=None)
            return replace(nothing, status=ended or Status.FAILED, bound=standing.bound, message=STOPPED_EARLY, **told)
        is_stopped = proven.status in {Status.STOPPED, Status.INTERRUPTED}
        return replace(proven, status=ended or proven.status if is_stopped else proven.status, **told)
    bound = standing.bound
    if bound > value + 10 * TOLERANCE * (1 + abs(value)):
        raise SolverError(f"{best.engine} contradicts itself: its bound {bound} lies above its plan {value}")
    bound = min(bound, value)
    is_settled = relative_gap(value, bound) <= standing.options.gap
    is_settled |= proven is not None and proven.status is Status.OPTIMAL
    status = Status.OPTIMAL if is_settled else ended or (Status.STOPPED if proven is None else proven.status)
    message = highs.GAP_REACHED if is_settled or proven is None else proven.message
    return replace(best, status=status, bound=bound, message=message, **told)
