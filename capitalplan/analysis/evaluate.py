"""Costing choices made beforehand: by a rule of thumb, by the lead, or by doing nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.elastic import elastic
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.solution import Solution, SolveOptions

__all__ = ["FixedChoices", "Solve", "evaluate"]

Solve = Callable[[Problem, SolveOptions], Solution]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedChoices:
    """Choices made beforehand.

    Attributes
    ----------
    schedules
        Number of the schedule on each machine's menu, in order of asset.
    additions, rooms
        How many of each vintage, by its number among the columns' additions and rooms.
    """

    schedules: tuple[int, ...]
    additions: Mapping[int, int]
    rooms: Mapping[int, int]


def evaluate(formulation: Formulation, choices: FixedChoices, solve: Solve) -> Plan:
    """Cost choices: only patients, and the split of shared money, are left to the engine.

    Rules that the choices break are let go at a price, so that there is always a plan to look at; the re-check says
    which rules those are.
    """
    problem = formulation.problem
    starts = formulation.columns.starts
    values = np.zeros(starts["arcs"])
    values[formulation.columns.table.first[:-1] + np.array(choices.schedules, dtype=np.int64)] = 1
    for number, count in choices.additions.items():
        values[starts["additions"] + number] = count
    for number, count in choices.rooms.items():
        values[starts["rooms"] + number] = count
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[: starts["arcs"]] = upper[: starts["arcs"]] = values
    fixed = replace(problem, lower=lower, upper=upper, integer=np.zeros_like(problem.integer))
    solution = solve(elastic(fixed), SolveOptions())
    if solution.values is None:
        raise SolverError(f"{solution.engine} could not cost choices made beforehand: {solution.message}")
    return extract(formulation, replace(solution, values=solution.values[: problem.n_columns]), bounded=False)
