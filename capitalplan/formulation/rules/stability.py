"""Stability: machines added are held against those approved, one by one.

For an addition of which ``approved`` machines stand in the approved plan: ``n - more + fewer = approved``. Both are
priced; so is every schedule that is not the approved one, and every machine added of which none is approved.
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.rows import Part, RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["stability_rows"]


def stability_rows(columns: Columns) -> RowBlock:
    """One row an addition that is approved."""
    starts, deviations = columns.starts, columns.deviations
    rows = np.arange(len(deviations))
    additions = np.array([each.addition for each in deviations], dtype=np.int64)
    parts: list[Part] = [
        (rows, starts["additions"] + additions, np.ones(len(rows))),
        (rows, starts["more"] + rows, -np.ones(len(rows))),
        (rows, starts["fewer"] + rows, np.ones(len(rows))),
    ]
    approved = [float(each.approved) for each in deviations]
    return gather("stability", [f"added.{each.addition}" for each in deviations], approved, approved, parts)
