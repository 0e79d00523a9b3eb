"""Bounds of whole-number columns, as tight as budgets, rooms and works leave them.

In a row ``sum a x <= b`` all other columns use at least what they use at their best bounds. What is then left for one
column, divided by its entry and rounded to whole units, is a bound of its own. A unit that breaks a limit alone is
closed: no plan holds it, but fractions of it do.

Limits reach machines through payments, which are not whole: what a source has left bounds its payments, and these
bound what is paid for. So bounds of other columns are followed too, but not kept.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from solvers.checks import TOLERANCE

__all__ = ["tightened"]

PASSES = 6

Values = npt.NDArray[np.float64]


def tightened(problem: Problem) -> Problem:
    """The problem with tighter bounds of its whole-number columns; bounds cross where it has no plan."""
    rows = problem.matrix.tocsr()
    lower, upper = problem.lower, problem.upper
    for _ in range(PASSES):
        low, high = _implied(problem, rows, lower, upper)
        settled = bool((low == lower).all() and (high == upper).all())
        lower, upper = low, high
        if settled or (lower > upper).any():
            break
    whole = problem.integer
    return replace(problem, lower=np.where(whole, lower, problem.lower), upper=np.where(whole, upper, problem.upper))


def _implied(problem: Problem, rows: sp.csr_array, lower: Values, upper: Values) -> tuple[Values, Values]:
    row, column = np.repeat(np.arange(problem.n_rows), np.diff(rows.indptr)), rows.indices
    low, high = lower.copy(), upper.copy()
    for entry, limit in ((rows.data, problem.row_upper), (-rows.data, -problem.row_lower)):
        least = np.minimum(entry * lower[column], entry * upper[column], where=entry != 0, out=np.zeros_like(entry))
        endless = np.isneginf(least)
        finite = np.where(endless, 0.0, least)
        others_endless = np.bincount(row, endless, minlength=problem.n_rows)[row] - endless
        left = (limit - np.bincount(row, finite, minlength=problem.n_rows))[row] + finite
        left += TOLERANCE * (1 + np.abs(limit[row]))
        usable = np.isfinite(left) & (others_endless == 0) & (entry != 0)
        units = np.divide(left, entry, out=np.zeros_like(entry), where=usable)
        up, down = usable & (entry > 0), usable & (entry < 0)
        whole = problem.integer[column]
        eased = TOLERANCE * np.where(whole, 1.0, 1 + np.abs(units))
        most, least = units + eased, units - eased
        np.minimum.at(high, column[up], np.where(whole, np.floor(most), most)[up])
        np.maximum.at(low, column[down], np.where(whole, np.ceil(least), least)[down])
    return low, high
