"""Ties: replacements bound to each other by the user.

With ``z[i,t]`` 1 where machine ``i`` is first replaced in year ``t``, and ``w[i,t]`` where it is replaced in it at all
(for a committed addition, 1 in its year):

together           ``z[i,t] - z[j,t] = 0`` for every year

after              ``sum_{tau<=t} z[i,tau] <= sum_{tau<t} z[j,tau]`` for every year

not the same year  ``w[i,t] + w[j,t] <= 1`` for every year
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Index, Part, RowBlock, gather
from capitalplan.formulation.variables import Columns
from capitalplan.terms import TieKind

__all__ = ["tie_rows"]


def tie_rows(columns: Columns) -> RowBlock:
    """One row a tie and year."""
    horizon = columns.register.settings.horizon
    years = np.arange(len(horizon))
    names: list[str] = []
    lower: list[float] = []
    upper: list[float] = []
    parts: list[Part] = []
    for number, tie in enumerate(columns.register.ties):
        row = len(names)
        constant = np.zeros(len(horizon))
        for name, sign, lag in ((tie.first, 1.0, 0), (tie.other, 1.0 if tie.kind is TieKind.APART else -1.0, 1)):
            first, happens, fixed = _happens(name, columns, any_time=tie.kind is TieKind.APART)
            if tie.kind is TieKind.AFTER:
                happens, fixed = _by_then(happens, lag), _by_then(fixed[None, :], lag)[0]
            schedule, year = np.nonzero(happens)
            parts.append((row + year, first + schedule, sign * happens[schedule, year].astype(np.float64)))
            constant += sign * fixed
        highest = 1.0 if tie.kind is TieKind.APART else 0.0
        upper += list(highest - constant)
        lower += list(0.0 - constant if tie.kind is TieKind.TOGETHER else np.full(len(years), -np.inf))
        names += [f"{slug(tie.kind)}.{number}.{slug(tie.first)}.{slug(tie.other)}.{start}" for start in horizon]
    return gather("ties", names, lower, upper, parts)


def _happens(name: str, columns: Columns, *, any_time: bool) -> tuple[int, Index, Index]:
    """First column of a machine's schedules, in which years each replaces it, and the years of a committed addition."""
    years = columns.register.settings.years
    for number, menu in enumerate(columns.table.menus):
        if menu.asset.asset_id == name:
            figures = menu.figures
            happens = figures.works if any_time else figures.first_replaced
            return int(columns.table.first[number]), happens, np.zeros(years, dtype=np.int64)
    fixed = np.zeros(years, dtype=np.int64)
    for each in columns.fixed:
        if each.scheme.scheme_id == name:
            fixed[each.year] = 1
    return 0, np.zeros((0, years), dtype=np.int64), fixed


def _by_then(happens: Index, lag: int) -> Index:
    """Whether it has happened by each year, or by the year before where ``lag`` is 1."""
    done = happens.cumsum(axis=1)
    return np.hstack([np.zeros((len(done), lag), dtype=np.int64), done])[:, : happens.shape[1]]
