"""A plan's problem with every schedule on the menus, those left out as dominated included: other plans may have them.

Prices and choices are carried over by name, schedules by what happens in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.formulate import Formulation, formulate

__all__ = ["WholeMenus", "whole_menus"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMenus:
    """A problem whose menus were not pruned, with the plan in it.

    Attributes
    ----------
    values
        Value of each column in the plan, shape ``(n_columns,)``.
    duals
        Price of each row, 0 for rows that had none, shape ``(n_rows,)``.
    """

    formulation: Formulation
    values: Floats
    duals: Floats


def whole_menus(formulation: Formulation, values: Floats, duals: Floats) -> WholeMenus:
    """Build the problem again with whole menus, and find the plan and the prices in it."""
    whole = formulate(formulation.columns.register, prune=False)
    before, after = formulation.columns.table, whole.columns.table
    given = np.zeros(whole.problem.n_columns)
    for number, menu in enumerate(before.menus):
        rows = {events: row for row, events in enumerate(after.menus[number].events)}
        for row, events in enumerate(menu.events):
            given[after.first[number] + rows[events]] = values[before.first[number] + row]
    start = int(before.first[-1])
    others = dict(zip(formulation.problem.column_names[start:], values[start:].tolist(), strict=True))
    given[after.first[-1] :] = [others.get(name, 0.0) for name in whole.problem.column_names[after.first[-1] :]]
    prices = dict(zip(formulation.problem.row_names, duals.tolist(), strict=True))
    return WholeMenus(
        formulation=whole,
        values=given,
        duals=np.array([prices.get(name, 0.0) for name in whole.problem.row_names]),
    )
