"""Menus: rows in which a sum of whole-number columns, each counted once, is fixed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem

__all__ = ["menus"]

Index = npt.NDArray[np.intp]


def menus(problem: Problem) -> tuple[Index, Index]:
    """Columns that belong to menus, menu by menu, and the row of each; rows that share a column are no menus."""
    rows = problem.matrix.tocsr()
    row = np.repeat(np.arange(problem.n_rows), np.diff(rows.indptr))
    strange = (rows.data != 1) | ~problem.integer[rows.indices]
    fixed = (problem.row_lower == problem.row_upper) & (np.bincount(row, strange, minlength=problem.n_rows) == 0)
    times = np.bincount(rows.indices, fixed[row], minlength=problem.n_columns)
    fixed &= np.bincount(row, times[rows.indices] > 1, minlength=problem.n_rows) == 0
    inside = fixed[row]
    return rows.indices[inside].astype(np.intp), row[inside]
