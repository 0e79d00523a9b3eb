"""Costing choices made beforehand: by a rule of thumb, by the lead, or by doing nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.elastic import elastic, without_cuts
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.solution import Solution, SolveOptions

__all__ = ["FixedChoices", "Solve", "evaluate"]

Solve = Callable[[Problem, SolveOptions], Solution]

PRICES = MappingProxyType(
    {
        ("money", "paid"): 1.0,
        ("works", "works"): 1.0,
        ("rooms", "rooms"): 1.0,
        ("rooms", "new_rooms"): 1.0,
        ("choice", "last_machine"): 1.0,
        ("ties", "together"): 1.0,
        ("ties", "after"): 1.0,
        ("ties", "not_the_same_year"): 1.0,
        ("cover", "presence"): 10_000.0,
        ("extra", "van_days"): 1_000.0,
        ("fairness", "unmet"): 100_000.0,
        ("fairness", "capital"): 1.0,
    }
)
"""What may be broken, and its price. Most are settled by the choices, or by the split of money, so that any price does;
cover must cost more than the vans that would give it, and unequal shares of scans bought outside more than buying
enough of them elsewhere."""
OPTIONS = SolveOptions(gap=1e-5, node_limit=200)
"""Only van hires are whole numbers: a handful of nodes settles them, and nothing depends on the clock."""


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
    """Cost choices: only van hires, patients, staff, rebates and the split of money are left to the engine.

    Rules that the choices break are let go at a price, so that there is always a plan to look at; the re-check says
    which rules those are.
    """
    problem = without_cuts(formulation.problem)
    starts = formulation.columns.starts
    made = starts["hires"]
    values = np.zeros(made)
    values[formulation.columns.table.first[:-1] + np.array(choices.schedules, dtype=np.int64)] = 1
    for number, count in choices.additions.items():
        values[starts["additions"] + number] = count
    for number, count in choices.rooms.items():
        values[starts["rooms"] + number] = count
    lower, upper, integer = problem.lower.copy(), problem.upper.copy(), problem.integer.copy()
    lower[:made] = upper[:made] = values
    integer[:made] = False
    fixed = replace(problem, lower=lower, upper=upper, integer=integer)
    solution = solve(elastic(fixed, PRICES), OPTIONS)
    if solution.values is None:
        raise SolverError(f"{solution.engine} could not cost choices made beforehand: {solution.message}")
    return extract(formulation, replace(solution, values=solution.values[: problem.n_columns]), bounded=False)
