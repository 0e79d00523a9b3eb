"""One thread and no search: a plan among the cheapest columns, good enough or not there."""

from __future__ import annotations

from dataclasses import replace

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status, relative_gap
from solvers import highs
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.standing import Standing
from solvers.strategy.structure import without

__all__ = ["near_relaxation"]

KEPT_SHARE, LEAST_COLUMNS = 0.4, 1_200


def near_relaxation(problem: Problem, options: SolveOptions) -> Solution | None:
    """A plan among the cheapest columns that is within the gap of the linear relaxation; None where there is none."""
    relaxed = solve_relaxed(problem, Standing(options))
    if not isinstance(relaxed, Relaxed):
        return None
    kept = relaxed.cheapest(max(LEAST_COLUMNS, int(KEPT_SHARE * relaxed.n_whole)))
    found = highs.solve(without(problem, problem.integer & ~kept), replace(options, gap=options.gap / 2))
    if found.objective is None or relative_gap(found.objective, relaxed.bound) > options.gap:
        return None
    return replace(found, status=Status.OPTIMAL, bound=min(relaxed.bound, found.objective), message=highs.GAP_REACHED)
