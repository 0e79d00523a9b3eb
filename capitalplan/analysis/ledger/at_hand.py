"""Plans at hand: the plan with a few choices changed, where patients and money still find a way.

Whole-number choices but those changed stay as they are, and so does the service of all other service lines; patients of
the line, staff and the money of the trusts it reaches are solved again by a small linear problem. So each is a plan,
though seldom the best.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, Solver

__all__ = ["AtHand", "Found"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

THOUSANDTHS = 1e6
"""Thousandths of a scan, hour or report in the unit of a column."""
SLACK = 0.1
"""Distance from a whole thousandth, in thousandths, up to which an amount is rounded to it."""
ROUNDED = ("arcs", "shortfalls", "hours", "on_vans", "reported")
"""Blocks whose amounts a plan rounds to thousandths."""
PER_UNIT = ("arcs", "shortfalls", "hours", "reported", "away", "unmet", "over", "late")
"""Blocks that what is left by rounding may be added to, at their prices."""
FITS = 1e-6
"""Distance by which a row of whole numbers may miss its bound by float roundings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A plan at hand.

    Attributes
    ----------
    value
        No plan that is read off these values costs more, in units of the problem's objective, the constant left out.
    values
        Value of each column, shape ``(n_columns,)``.
    """

    value: float
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The problem of one service line's patients, staff and money, all other columns fixed.

    ``used`` is what the plan uses of each row without its free columns.
    """

    free: Index
    rows: Index
    problem: Problem
    has_free: npt.NDArray[np.bool_]
    used: Floats


class AtHand:
    """Changes a few choices of a plan and solves the rest of their service line again.

    Parameters
    ----------
    values
        Value of each column in the plan, shape ``(n_columns,)``.
    solve
        Solves a linear problem.
    """

    def __init__(self, formulation: Formulation, values: Floats, solve: Solver) -> None:
        self.problem = formulation.problem
        self.values = np.where(self.problem.integer, np.rint(values), values)
        self.solve = solve
        self._networks = _networks(self.problem)
        self._parts: dict[frozenset[int], _Part] = {}
        self._rounding = _Rounding(formulation)

    def changed(self, changes: Mapping[int, int]) -> Found | None:
        """The plan with some whole-number columns of one service line changed; None where it is not one.

        Parameters
        ----------
        changes
            New value of each column that changes.
        """
        problem, columns = self.problem, np.fromiter(changes, dtype=np.int64)
        part = self._part(frozenset(problem.column_block[columns].tolist()))
        fixed = self.values.copy()
        fixed[part.free] = 0
        fixed[columns] = list(changes.values())
        used = part.used + problem.matrix[:, columns] @ (fixed[columns] - self.values[columns])
        if not _fits(problem, used, ~part.has_free):
            return None
        small = part.problem
        solution = self.solve(
            Problem(
                costs=small.costs,
                matrix=small.matrix,
                lower=small.lower,
                upper=small.upper,
                row_lower=problem.row_lower[part.rows] - used[part.rows],
                row_upper=problem.row_upper[part.rows] - used[part.rows],
                integer=small.integer,
                column_names=small.column_names,
                row_names=small.row_names,
                row_rule=small.row_rule,
                column_block=small.column_block,
                column_owner=small.column_owner,
                column_year=small.column_year,
            ),
            SolveOptions(relax=True),
        )
        if solution.values is None:
            return None
        fixed[part.free] = solution.values
        return Found(value=float(problem.costs @ fixed) + self._rounding.most(fixed), values=fixed)

    def _part(self, blocks: frozenset[int]) -> _Part:
        if blocks not in self._parts:
            self._parts[blocks] = self._cut(blocks)
        return self._parts[blocks]

    def _cut(self, blocks: frozenset[int]) -> _Part:
        problem = self.problem
        network = self._networks
        service = np.isin(problem.column_block, [*(blocks - {-1})])
        reached = np.unique(network[service]) if service.any() else np.unique(network)
        money = (problem.column_block < 0) & np.isin(network, [*reached, -1])
        free = np.flatnonzero(~problem.integer & (service | money))
        others = self.values.copy()
        others[free] = 0
        matrix = sp.csc_array(problem.matrix[:, free])
        has_free = np.bincount(matrix.indices, minlength=problem.n_rows) > 0
        rows = np.flatnonzero(has_free)
        return _Part(
            free=free,
            rows=rows,
            has_free=has_free,
            used=problem.matrix @ others,
            problem=Problem(
                costs=problem.costs[free],
                matrix=sp.csc_array(matrix[rows]),
                lower=problem.lower[free],
                upper=problem.upper[free],
                row_lower=problem.row_lower[rows],
                row_upper=problem.row_upper[rows],
                integer=np.zeros(len(free), dtype=bool),
                column_names=tuple(problem.column_names[column] for column in free),
                row_names=tuple(problem.row_names[row] for row in rows),
                row_rule=tuple(problem.row_rule[row] for row in rows),
                column_block=problem.column_block[free],
                column_owner=problem.column_owner[free],
                column_year=problem.column_year[free],
            ),
        )


class _Rounding:
    """What rounding scans, hours and reports to thousandths may add to a plan's cost.

    An amount within ``SLACK`` of a whole thousandth moves by that distance, any other by less than one thousandth.
    What it leaves is bought outside, stands on a list, is carried out away from home, or goes without a report: at most
    at all of these blocks' dearest prices together.
    """

    def __init__(self, formulation: Formulation) -> None:
        starts, costs = formulation.columns.starts, formulation.problem.costs
        spans = {name: slice(starts[name], starts[after]) for name, after in pairwise(starts)}
        self.rounded = np.concatenate([np.arange(spans[name].start, spans[name].stop) for name in ROUNDED])
        dearest = {name: float(costs[spans[name]].max(initial=0.0)) for name in spans}
        entries = np.abs(formulation.problem.matrix[:, self.rounded].data).max(initial=0.0)
        revenue = dearest["over_revenue"] * float(entries)
        self.price = sum(dearest[name] for name in PER_UNIT) + revenue

    def most(self, values: Floats) -> float:
        """Most that it adds, in units of the problem's objective."""
        amounts = values[self.rounded] * THOUSANDTHS
        off = np.abs(amounts - np.rint(amounts))
        return float(np.where(off > SLACK, 1.0, off).sum()) / THOUSANDTHS * self.price


def _networks(problem: Problem) -> Index:
    """Number of each column's network: owners joined by service lines and by what is paid for; -1 for nobody's."""
    owner, block = problem.column_owner, problem.column_block
    paid = sp.coo_array(problem.matrix.tocsr()[[name.startswith("paid.") for name in problem.row_names]])
    lines = int(block.max(initial=-1)) + 1
    ends = np.concatenate([np.stack([owner, block]), np.stack([owner[paid.col], lines + paid.row])], axis=1)
    first, other = ends[:, (ends >= 0).all(axis=0)]
    owners = int(owner.max(initial=-1)) + 1
    size = owners + lines + paid.shape[0]
    graph = sp.coo_array((np.ones(len(first)), (first, owners + other)), shape=(size, size))
    _, network = connected_components(graph, directed=False)
    return np.append(network[:owners], -1)[owner].astype(np.int64)


def _fits(problem: Problem, used: Floats, rows: npt.NDArray[np.bool_]) -> bool:
    """Whether some rows keep to their bounds."""
    return bool(
        (used[rows] >= problem.row_lower[rows] - FITS).all() and (used[rows] <= problem.row_upper[rows] + FITS).all()
    )
