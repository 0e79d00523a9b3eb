"""Cover rows: what a place, or all places joined by flows, must have of machines or buy outside.

Rows that ask for something are equations of continuous columns alone. Rows that supply it hold whole-number columns
that ease them. A flow is a continuous column that stands in one of each; added up in the right measure, the two rows no
longer hold it:

``sum flows + outside = demand`` and ``sum flows <= sum capacity y`` give ``sum capacity y + outside >= demand``

The sum is taken for each supplying row with the one it serves at least cost, and for all rows joined by flows. Sums of
rows are rows: no plan is lost. Nothing here knows what a flow carries, or for whom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from capitalplan.formulation.problem import Problem

__all__ = ["CoverRows", "cover_rows"]

CANCELLED = 1e-12
"""Share of what is added up below which a sum is float noise."""

Values = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRows:
    """Rows ``matrix x >= lower`` that follow from a problem's own.

    Attributes
    ----------
    matrix
        Shape ``(n_cover, n_columns)``, compressed by row.
    lower
        Shape ``(n_cover,)``.
    is_joined
        Whether a row is that of all places joined by flows, shape ``(n_cover,)``.
    """

    matrix: sp.csr_array
    lower: Values
    is_joined: Mask


@dataclass(frozen=True, slots=True)
class _Flows:
    """Continuous columns from the row that asks for them to the row that supplies them.

    Attributes
    ----------
    weight
        What each row of the problem is to be counted with in a sum, shape ``(n_rows,)``.
    """

    column: Index
    asks: Index
    supplies: Index
    weight: Values


def cover_rows(problem: Problem) -> CoverRows:
    """The cover rows of a problem, each once."""
    flows = _flows(problem)
    if not len(flows.column):
        return CoverRows(
            matrix=sp.csr_array((0, problem.n_columns)), lower=np.zeros(0), is_joined=np.zeros(0, dtype=bool)
        )
    pairs, joined = _pairs(problem, flows), _joined(problem, flows)
    groups = sp.csr_array(sp.vstack([pairs, joined]))
    weights = sp.csr_array(groups * flows.weight[None, :])
    matrix = sp.csr_array(weights @ problem.matrix)
    real = abs(matrix) - CANCELLED * (abs(weights) @ abs(problem.matrix)) > 0
    matrix = sp.csr_array(matrix.multiply(real))
    used = flows.weight != 0
    limit = np.where(flows.weight > 0, problem.row_lower, problem.row_upper)
    return CoverRows(
        matrix=matrix,
        lower=weights @ np.where(used, limit, 0.0),
        is_joined=np.arange(len(matrix.indptr) - 1) >= pairs.shape[0],
    )


def _flows(problem: Problem) -> _Flows:
    rows = problem.matrix.tocsr()
    row, column, value = (
        np.repeat(np.arange(problem.n_rows), np.diff(rows.indptr)),
        rows.indices.astype(np.intp),
        rows.data,
    )
    whole = problem.integer[column]
    equal = problem.row_lower == problem.row_upper
    sign = np.where(problem.row_lower < 0, -1.0, 1.0)
    asking = equal & (np.bincount(row, whole, minlength=problem.n_rows) == 0)
    side = np.where(np.isfinite(problem.row_upper), -1.0, np.where(np.isfinite(problem.row_lower), 1.0, 0.0))
    most = np.where(np.isfinite(problem.upper), problem.upper, 1.0)
    eased = np.where(whole, np.maximum(side[row] * value, 0.0) * most[column], 0.0)
    relief = np.where(equal, 0.0, np.bincount(row, eased, minlength=problem.n_rows))
    asks = _entry(~whole & asking[row] & (sign[row] * value > 0), np.abs(problem.row_lower)[row], row, column, value)
    supplies = _entry(~whole & (relief[row] > 0) & (side[row] * value < 0), relief[row], row, column, value)
    found = np.intersect1d(asks[0], supplies[0])
    asked, supplied = (np.searchsorted(each[0], found) for each in (asks, supplies))
    origin, target = asks[1][asked], supplies[1][supplied]
    weight = np.zeros(problem.n_rows)
    weight[origin] = sign[origin]
    weight[target] = -sign[origin] * asks[2][asked] / supplies[2][supplied]
    return _Flows(found, origin, target, weight)


def _entry(mask: Mask, score: Values, row: Index, column: Index, value: Values) -> tuple[Index, Index, Values]:
    """Of each column the entry with the highest score among those masked: columns, their rows and values."""
    at = np.flatnonzero(mask)
    at = at[np.lexsort((score[at], column[at]))]
    at = at[np.diff(column[at], append=-1) != 0]
    return column[at], row[at], value[at]


def _pairs(problem: Problem, flows: _Flows) -> sp.csr_array:
    """Each supplying row, and the row it serves at least cost: one row a group, 1 where a row belongs to it."""
    order = np.lexsort((problem.costs[flows.column], flows.supplies))
    first = order[np.diff(flows.supplies[order], prepend=-1) != 0]
    members = np.stack([flows.supplies[first], flows.asks[first]], axis=1)
    return _grouped(np.repeat(np.arange(len(first)), 2), members.ravel(), problem.n_rows)


def _joined(problem: Problem, flows: _Flows) -> sp.csr_array:
    """All rows joined by flows, where they are more than a pair."""
    size = (problem.n_rows, problem.n_rows)
    links = sp.coo_array((np.ones(len(flows.column)), (flows.asks, flows.supplies)), shape=size)
    _, label = connected_components(links, directed=False)
    members = np.union1d(flows.asks, flows.supplies)
    members = members[np.bincount(label[members])[label[members]] > 2]
    _, group = np.unique(label[members], return_inverse=True)
    return _grouped(group, members, problem.n_rows)


def _grouped(group: Index, row: Index, n_rows: int) -> sp.csr_array:
    groups = int(group.max(initial=-1)) + 1
    return sp.csr_array((np.ones(len(row)), (group, row)), shape=(groups, n_rows))
