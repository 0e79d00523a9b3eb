"""Networks that share nothing: a problem that falls into parts, each solved for itself, so that time adds up only.

Parts are connected through rows: money, patients, staff or works that they share. The plan is the parts' plans side by
side, the bound the sum of their bounds; where each is within the gap, so is the whole, as long as all cost something.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status, relative_gap
from solvers.strategy.structure import Block, part

__all__ = ["parts_of", "solve_apart"]

LEAST_COLUMNS = 1_200
"""Whole-number columns from which a part is solved for itself; smaller ones are solved together."""

Solve = Callable[[Problem, SolveOptions], Solution]


def parts_of(problem: Problem) -> tuple[Block, ...]:
    """Parts that no row connects, the largest first; a single one where there are not two large ones."""
    matrix = problem.matrix.tocoo()
    rows, columns = matrix.coords
    size = problem.n_rows + problem.n_columns
    links = sp.coo_array((np.ones(len(rows), dtype=bool), (rows, problem.n_rows + columns)), shape=(size, size))
    count, labels = connected_components(links, directed=False)
    row_part, column_part = labels[: problem.n_rows], labels[problem.n_rows :]
    whole = np.bincount(column_part[problem.integer], minlength=count)
    large = np.flatnonzero(whole > LEAST_COLUMNS)
    if len(large) < 2:
        return (Block(np.arange(problem.n_columns), np.arange(problem.n_rows)),)
    group = np.full(count, len(large))
    group[large[np.argsort(-whole[large], kind="stable")]] = np.arange(len(large))
    found = (
        Block(np.flatnonzero(group[column_part] == number), np.flatnonzero(group[row_part] == number))
        for number in range(len(large) + 1)
    )
    return tuple(each for each in found if len(each.columns) or len(each.rows))


def solve_apart(problem: Problem, parts: tuple[Block, ...], options: SolveOptions, solve: Solve) -> Solution | None:
    """Solve parts one after the other; None where their plans together are not within the gap, though each is.

    Parameters
    ----------
    solve
        Solves one part, time shared out by their columns.
    """
    began = time.perf_counter()
    values = np.zeros(problem.n_columns)
    answers: list[Solution] = []
    for number, block in enumerate(parts):
        left = None if options.time_limit is None else options.time_limit - (time.perf_counter() - began)
        weight = len(block.columns) / sum(len(each.columns) for each in parts[number:])
        answer = solve(part(problem, block, problem.costs), _options(options, block, left, weight))
        answers.append(answer)
        if answer.values is None:
            break
        values[block.columns] = answer.values
    return _together(problem, answers, values, options, time.perf_counter() - began)


def _options(options: SolveOptions, block: Block, left: float | None, weight: float) -> SolveOptions:
    return replace(
        options,
        time_limit=None if left is None else max(0.01, left * weight),
        start=None if options.start is None else options.start[block.columns],
        known=None,
        root_bound=None,
        better_than=None,
        on_progress=None,
    )


def _together(
    problem: Problem,
    answers: list[Solution],
    values: npt.NDArray[np.float64],
    options: SolveOptions,
    seconds: float,
) -> Solution | None:
    """The parts' answers as one; an ending that is no success is the whole's."""
    last = answers[-1]
    if last.values is None:
        nothing = math.inf if last.status is Status.INFEASIBLE else -math.inf
        return replace(last, bound=nothing, seconds=seconds, trace=())
    value, bound = float(problem.costs @ values), sum(answer.bound for answer in answers)
    bound = min(bound, value) if options.root_bound is None else min(max(bound, options.root_bound), value)
    others = [answer for answer in answers if answer.status is not Status.OPTIMAL]
    if not others and relative_gap(value, bound) > options.gap:
        return None
    ending = others[0] if others else last
    return replace(ending, values=values, objective=value, bound=bound, seconds=seconds, trace=())
