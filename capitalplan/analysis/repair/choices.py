"""The choices a repair rests on, held in the problem of the repaired input: what is left is quickly planned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from capitalplan.analysis.repair.repair import Changes
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.levers import Levers
from capitalplan.formulation.problem import Problem

__all__ = ["held_to"]


def held_to(formulation: Formulation, levers: Levers, changes: Changes) -> Problem:
    """Problem of the repaired input in which each machine follows the schedule the repair rests on.

    Other whole numbers are held too, where the problem the repair was found in has the same column; a machine whose
    schedule is not on its menu stays free.

    Parameters
    ----------
    formulation
        Of the repaired register, nothing pruned.
    """
    problem = formulation.problem
    lower, upper = problem.lower.copy(), problem.upper.copy()
    table, before = formulation.columns.table, levers.columns.table
    for number, menu in enumerate(table.menus):
        values = changes.values[before.first[number] : before.first[number + 1]]
        chosen = before.menus[number].events[int(np.argmax(values))]
        if chosen in menu.events:
            first = int(table.first[number])
            upper[first : int(table.first[number + 1])] = 0.0
            lower[first + menu.events.index(chosen)] = upper[first + menu.events.index(chosen)] = 1.0
    known = dict(zip(levers.problem.column_names, changes.values, strict=True))
    for column in range(int(table.first[-1]), int(np.count_nonzero(problem.integer))):
        value = known.get(problem.column_names[column])
        if value is not None:
            lower[column] = upper[column] = min(float(np.rint(value)), upper[column])
    return replace(problem, lower=lower, upper=upper)
