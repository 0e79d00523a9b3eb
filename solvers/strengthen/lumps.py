"""Cuts for capacity that comes in lumps: whole machines in place of the fractions a linear relaxation would buy.

A cover row ``sum a x + sum c s >= b`` of whole-number columns ``x`` and continuous columns ``s``, all counted from
one of their bounds, is divided by the size of one lump. With ``f = frac(b) > 0`` the mixed-integer rounding inequality

``sum F(a) x + sum max(c, 0) s / f >= ceil(b)``,  ``F(a) = floor(a) + min(frac(a), f) / f``

holds for every plan (Nemhauser and Wolsey 1990; Marchand and Wolsey 2001). Before, the fixed sum of each menu is
taken off as often as its most used column counts, so that ``x`` are departures from what the relaxation does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem, with_rows
from capitalplan.solution import Solution, Status
from solvers.strengthen.cover import CoverRows, cover_rows
from solvers.strengthen.menus import menus

__all__ = ["with_lump_cuts"]

RULE = "lumps"
ROUNDS = 4
LEAST_GAIN_SHARE = 0.02
"""A round that gains less of what all have gained is the last."""
LEAST_FRACTION = 0.02
"""How far what is asked for must be from a whole number of lumps."""
LEAST_DEPTH = 1e-3
"""How far, in the length of the cut, the relaxation must lie beyond it."""
CUTS_A_ROW = 2
SIZES_A_ROW = 40
FRACTIONAL = 1e-6
FLOAT_NOISE = 1e-9
"""By how much of itself the right side is eased, and within what a share of a lump counts as whole."""

Values = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
SolveLp = Callable[[Problem], Solution]


@dataclass(frozen=True, slots=True)
class _Cut:
    """``values`` of ``columns`` add up to at least ``lower``; ``depth`` is how far a point lies beyond it."""

    depth: float
    columns: Index
    values: Values
    lower: float


def with_lump_cuts(problem: Problem, relaxed: Solution, solve_lp: SolveLp) -> tuple[Problem, Solution]:
    """Add the cuts that the linear relaxation breaks, solve it again, and so on for a few rounds.

    Columns stay as they are; cuts stand below the problem's own rows, as rule ``lumps``. Those that ended slack are
    left out.

    Parameters
    ----------
    relaxed
        The answer to the problem's linear relaxation.
    solve_lp
        Solves the linear relaxation of a problem, whole-number columns or not.

    Returns
    -------
    tuple
        The problem with its cuts, and the answer to its relaxation; the problem itself where there is no answer.
    """
    separation = _Separation(problem)
    own, begun, before = problem.n_rows, relaxed.bound, relaxed.bound
    for _ in range(ROUNDS):
        if relaxed.status is not Status.OPTIMAL or relaxed.values is None:
            break
        cuts = separation.cuts(relaxed.values)
        if not cuts:
            break
        with_cuts = _with_cuts(problem, cuts)
        again = solve_lp(with_cuts)
        if again.status is not Status.OPTIMAL or again.values is None:
            break
        problem, relaxed = _without_slack(with_cuts, again, again.values, own)
        if again.bound - before < LEAST_GAIN_SHARE * (again.bound - begun):
            break
        before = again.bound
    return problem, relaxed


class _Separation:
    """Finds the cuts that a point breaks."""

    def __init__(self, problem: Problem) -> None:
        self.integer = problem.integer
        self.lower = np.where(problem.integer, np.ceil(problem.lower - FRACTIONAL), problem.lower)
        self.upper = np.where(problem.integer, np.floor(problem.upper + FRACTIONAL), problem.upper)
        self.total = problem.row_lower
        self.menu = np.full(problem.n_columns, -1)
        columns, menu = menus(problem)
        self.menu[columns] = menu
        self.rows = list(_with_whole_menus(cover_rows(problem), columns, menu, self.menu))

    def cuts(self, point: Values) -> list[_Cut]:
        """The deepest cuts of each cover row."""
        found: list[_Cut] = []
        for columns, entries, lower in self.rows:
            values, least = self._departures(columns, entries, lower, point)
            broken = sorted(self._broken(columns, values, least, point), key=lambda cut: -cut.depth)
            found += broken[:CUTS_A_ROW]
        return found

    def _departures(self, columns: Index, entries: Values, lower: float, point: Values) -> tuple[Values, float]:
        """Take off the fixed sum of each menu, as often as its most used column counts."""
        menu = self.menu[columns]
        order = np.lexsort((point[columns], menu))
        last = order[np.diff(menu[order], append=-2) != 0]
        most_used = last[menu[last] >= 0]
        taken = np.zeros(len(self.total))
        taken[menu[most_used]] = entries[most_used]
        least = lower - float(entries[most_used] @ self.total[menu[most_used]])
        return np.where(menu >= 0, entries - taken[menu], entries), least

    def _broken(self, columns: Index, entries: Values, least: float, point: Values) -> Iterator[_Cut]:
        low, high, at, whole = self.lower[columns], self.upper[columns], point[columns], self.integer[columns]
        if (np.isinf(low) & np.isinf(high) & (entries != 0)).any():
            return
        fractional = whole & (np.minimum(at - low, high - at) > FRACTIONAL) & (np.abs(entries) > FRACTIONAL)
        sizes: Values = np.unique(np.round(np.abs(entries[fractional]), 9))
        if len(sizes) > SIZES_A_ROW:
            sizes = sizes[np.linspace(0, len(sizes) - 1, SIZES_A_ROW).astype(int)]
        nearer = np.isfinite(high) & (np.isinf(low) | (at - low > high - at))
        only_continuous = nearer & (~whole | np.isinf(low))
        yield from self._rounded(columns, entries, least, at, sizes, only_continuous)
        if (nearer != only_continuous).any():
            yield from self._rounded(columns, entries, least, at, sizes, nearer)

    def _rounded(
        self, columns: Index, entries: Values, least: float, at: Values, sizes: Values, from_above: Mask
    ) -> Iterator[_Cut]:
        """The rounding inequalities, one a size of lump, that the point breaks."""
        bound = np.where(from_above, self.upper[columns], self.lower[columns])
        bound = np.where(entries == 0, 0.0, bound)
        asked = (least - float(entries @ bound)) / sizes
        fraction = asked - np.floor(asked)
        usable = (fraction > LEAST_FRACTION) & (fraction < 1 - LEAST_FRACTION)
        size, f = sizes[usable, None], fraction[usable, None]
        share = np.where(from_above, -entries, entries) / size
        lumps = np.floor(share + FLOAT_NOISE)
        rounded = lumps + np.minimum(np.maximum(share - lumps, 0.0), f) / f
        value = np.where(self.integer[columns], rounded, np.maximum(share, 0.0) / f)
        value = np.where(from_above, -value, value)
        lower = np.ceil(asked[usable]) + value @ bound
        lower -= FLOAT_NOISE * (1 + np.abs(lower))
        length = np.linalg.norm(value, axis=1)
        depth = np.divide(lower - value @ at, length, out=np.zeros_like(length), where=length > 0)
        for each in np.flatnonzero(depth > LEAST_DEPTH):
            yield _Cut(float(depth[each]), columns, value[each], float(lower[each]))


def _with_whole_menus(
    rows: CoverRows, columns: Index, menu: Index, menu_of: Index
) -> Iterator[tuple[Index, Values, float]]:
    """Columns and entries of each cover row, with an entry of zero for columns whose menu it holds but not them."""
    starts = np.searchsorted(menu, np.arange(menu.max(initial=-1) + 2))
    for row, lower in enumerate(rows.lower):
        inside = slice(rows.matrix.indptr[row], rows.matrix.indptr[row + 1])
        held, entries = rows.matrix.indices[inside], rows.matrix.data[inside]
        touched = np.unique(menu_of[held])
        parts = [columns[starts[each] : starts[each + 1]] for each in touched[touched >= 0]]
        absent = np.setdiff1d(np.concatenate([held[:0], *parts]), held)
        yield np.append(held, absent).astype(np.intp), np.append(entries, np.zeros(len(absent))), float(lower)


def _with_cuts(problem: Problem, cuts: list[_Cut]) -> Problem:
    """Add cuts, numbered on from those there are."""
    named = zip(problem.row_names, problem.row_rule, strict=True)
    first = max((int(name.partition(".")[2]) for name, rule in named if rule == RULE), default=-1) + 1
    row = np.repeat(np.arange(len(cuts)), [len(cut.columns) for cut in cuts])
    column = np.concatenate([cut.columns for cut in cuts])
    value = np.concatenate([cut.values for cut in cuts])
    entries = sp.csc_array((value, (row, column)), shape=(len(cuts), problem.n_columns))
    entries.eliminate_zeros()
    lower = np.array([cut.lower for cut in cuts])
    names = tuple(f"{RULE}.{first + number}" for number in range(len(cuts)))
    return with_rows(problem, entries, lower, np.full(len(cuts), np.inf), names, RULE)


def _without_slack(problem: Problem, relaxed: Solution, values: Values, own: int) -> tuple[Problem, Solution]:
    """Leave out rows from number ``own`` on that have room at the answer."""
    rows = problem.matrix.tocsr()
    room = rows @ values - problem.row_lower
    kept = np.flatnonzero((np.arange(problem.n_rows) < own) | (room <= FRACTIONAL * (1 + np.abs(problem.row_lower))))
    fewer = replace(
        problem,
        matrix=sp.csc_array(rows[kept]),
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        row_names=tuple(problem.row_names[each] for each in kept),
        row_rule=tuple(problem.row_rule[each] for each in kept),
    )
    return fewer, replace(relaxed, duals=None if relaxed.duals is None else relaxed.duals[kept])
