"""Waiting: lists grow only by patients who may wait, and are to be at their target.

For list ``(m,s)`` and year ``t``, in thousand patients: ``b[t] - b[t-1] <= W[t]`` and ``b[t] - over[t] <= target[t]``.
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["growth_rows", "target_rows"]

THOUSAND = 1000.0


def growth_rows(columns: Columns) -> RowBlock:
    """One row a list and year."""
    register, lists = columns.register, columns.provision.lists
    rows = np.arange(len(lists))
    later = np.array([number for number, each in enumerate(lists) if each.year], dtype=np.int64)
    first = columns.starts["lists"]
    nothing = (0,) * register.settings.years
    parts = [(rows, first + rows, np.ones(len(rows))), (later, first + later - 1, -np.ones(len(later)))]
    upper = [
        (
            register.waiting_demand.get((each.waiting.line, each.waiting.site), nothing)[each.year]
            + (0 if each.year else each.waiting.start)
        )
        / THOUSAND
        for each in lists
    ]
    return gather("waiting", _names("grows", columns), np.full(len(rows), -np.inf), upper, parts)


def target_rows(columns: Columns) -> RowBlock:
    """One row a list and year; what is over the target is priced."""
    lists, starts = columns.provision.lists, columns.starts
    rows = np.arange(len(lists))
    parts = [(rows, starts["lists"] + rows, np.ones(len(rows))), (rows, starts["over"] + rows, -np.ones(len(rows)))]
    upper = [each.waiting.targets[each.year] / THOUSAND for each in lists]
    return gather("waiting", _names("target", columns), np.full(len(rows), -np.inf), upper, parts)


def _names(kind: str, columns: Columns) -> list[str]:
    horizon = columns.register.settings.horizon
    return [
        f"{kind}.{slug(each.waiting.line)}.{slug(each.waiting.site)}.{horizon[each.year]}"
        for each in columns.provision.lists
    ]
