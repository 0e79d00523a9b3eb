"""Identical machines as cohorts: how many of them follow each schedule, in place of which of them does.

A menu is the whole membership of a row that asks for exactly one of its binary columns. Menus are identical when their
columns, in some order, cost the same, have the same bounds and stand with the same entries in all other rows. Of ``n``
identical menus one is left, whose columns count to ``n``. Every plan of one problem is a plan of the other at the same
cost and with the same sum of every row left, so nothing is lost; what goes is the symmetry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from solvers.checks import TOLERANCE
from solvers.strengthen.menus import menus

__all__ = ["Cohorts", "merge_cohorts"]

Values = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
Hash = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """A problem whose identical menus are merged, and the way back.

    Attributes
    ----------
    problem
        What is left.
    column
        Column of ``problem`` that stands for each column of the whole problem, shape ``(n_whole,)``.
    place
        Place of each column's menu in its cohort, from 0; -1 outside cohorts, shape ``(n_whole,)``.
    counted, cohort
        Columns of ``problem`` that count a cohort's menus, cohort by cohort, and the cohort each belongs to.
    """

    problem: Problem
    column: Index
    place: Index
    counted: Index
    cohort: Index

    def spread(self, values: Values) -> Values:
        """Values of the whole problem's columns: numbers are dealt out to a cohort's menus in order of columns.

        Fractions are dealt out in the same way, so that the answer to a linear relaxation stays one.

        Parameters
        ----------
        values
            Of the columns of ``problem``, shape ``(n_columns,)``.
        """
        near = self.problem.integer & (np.abs(values - np.rint(values)) <= TOLERANCE)
        values = np.where(near, np.rint(values), values)
        numbers = values[self.counted]
        total = np.cumsum(numbers)
        base = np.append(0.0, total)[np.searchsorted(self.cohort, self.cohort)]
        end, start = values.copy(), np.zeros_like(values)
        end[self.counted], start[self.counted] = total - base, total - base - numbers
        share = np.minimum(end[self.column], self.place + 1) - np.maximum(start[self.column], self.place)
        return np.where(self.place < 0, values[self.column], np.maximum(share, 0.0))

    def gathered(self, values: Values) -> Values:
        """Values of what is left, from those of the whole problem's columns: the way there."""
        return np.bincount(self.column, values, self.problem.n_columns).astype(np.float64)


def merge_cohorts(problem: Problem) -> Cohorts:
    """Merge identical menus; the problem itself comes back where there are none."""
    columns, menu = _choices(problem)
    whole = np.arange(problem.n_columns)
    if not len(columns):
        return Cohorts(problem=problem, column=whole, place=np.full_like(whole, -1), counted=columns, cohort=columns)
    rest = _without_own_row(problem, columns, menu)
    twin, leader = _twins(problem, rest, columns, menu)
    merged = leader != menu
    is_shared = np.isin(menu, leader[merged])
    kept = np.ones(problem.n_columns, dtype=bool)
    kept[columns[merged]] = False
    kept_rows = np.ones(problem.n_rows, dtype=bool)
    kept_rows[menu[merged]] = False

    number = np.cumsum(kept) - 1
    column = number.copy()
    column[columns] = number[twin]
    place = np.full(problem.n_columns, -1)
    place[columns[merged | is_shared]] = _places(menu, leader)[merged | is_shared]
    first = columns[is_shared]
    many = np.bincount(column, minlength=int(kept.sum())).astype(np.float64)
    size = np.ones(problem.n_rows)
    size[menu[is_shared]] = many[number[first]]
    return Cohorts(
        problem=replace(
            problem,
            costs=problem.costs[kept],
            matrix=sp.csc_array(problem.matrix[:, kept].tocsr()[kept_rows]),
            lower=problem.lower[kept] * many,
            upper=problem.upper[kept] * many,
            row_lower=(problem.row_lower * size)[kept_rows],
            row_upper=(problem.row_upper * size)[kept_rows],
            integer=problem.integer[kept],
            column_names=tuple(problem.column_names[each] for each in np.flatnonzero(kept)),
            row_names=tuple(problem.row_names[each] for each in np.flatnonzero(kept_rows)),
            row_rule=tuple(problem.row_rule[each] for each in np.flatnonzero(kept_rows)),
            column_block=problem.column_block[kept],
            column_owner=problem.column_owner[kept],
            column_year=problem.column_year[kept],
        ),
        column=column,
        place=place,
        counted=number[first],
        cohort=menu[is_shared],
    )


def _choices(problem: Problem) -> tuple[Index, Index]:
    """Columns of menus of which exactly one binary column is chosen, menu by menu, and the row of each."""
    columns, menu = menus(problem)
    binary = np.isin(problem.lower, (0, 1)) & np.isin(problem.upper, (0, 1))
    strange = np.bincount(menu, ~binary[columns], minlength=problem.n_rows) > 0
    is_choice = ((problem.row_lower == 1) & ~strange)[menu]
    return columns[is_choice], menu[is_choice]


def _without_own_row(problem: Problem, columns: Index, menu: Index) -> sp.csc_array:
    own = sp.csc_array((np.ones(len(columns)), (menu, columns)), shape=problem.matrix.shape)
    return sp.csc_array(problem.matrix - own)


def _twins(problem: Problem, rest: sp.csc_array, columns: Index, menu: Index) -> tuple[Index, Index]:
    """Column each column may be counted as, and the row of that one's menu: its own where it has no twin."""
    content = _contents(problem, rest)[columns]
    fingerprint = _summed(_mixed(content), menu, problem.n_rows)[menu]
    order = np.lexsort((columns, content, menu, fingerprint))
    starts = np.flatnonzero(np.diff(menu[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    same = np.diff(fingerprint[order][starts], prepend=~fingerprint[order][0]) == 0
    same &= sizes == np.append(0, sizes[:-1])
    first = np.maximum.accumulate(np.where(same, 0, starts))
    position = np.empty_like(order)
    position[order] = np.repeat(first - starts, sizes) + np.arange(len(order))
    twin, leader = columns[order][position], menu[order][position]
    differs = np.diff((rest[:, columns] - rest[:, twin]).indptr) > 0
    for each in _marks(problem):
        differs |= each[columns] != each[twin]
    alone = np.bincount(menu, differs, minlength=problem.n_rows)[menu] > 0
    return np.where(alone, columns, twin), np.where(alone, menu, leader)


def _contents(problem: Problem, rest: sp.csc_array) -> Hash:
    """A number for what each column costs, may be, and stands in; twins have the same."""
    column = np.repeat(np.arange(problem.n_columns), np.diff(rest.indptr))
    content = _summed(_mixed(_bits(rest.data), rest.indices.astype(np.uint64)), column, problem.n_columns)
    for each in _marks(problem):
        content = _mixed(content, _bits(each))
    return content


def _marks(problem: Problem) -> tuple[npt.NDArray[np.generic], ...]:
    """What twins share beside their entries."""
    belonging = problem.column_block, problem.column_owner, problem.column_year
    return problem.costs, problem.lower, problem.upper, *belonging


def _bits(numbers: npt.NDArray[np.generic]) -> Hash:
    return (numbers.astype(np.float64) + 0.0).view(np.uint64)


def _mixed(*numbers: Hash) -> Hash:
    """Numbers stirred into one another (the finaliser of splitmix64, Steele, Lea and Flood 2014)."""
    stirred = np.zeros_like(numbers[0])
    for each in numbers:
        stirred = (stirred ^ each) + np.uint64(0x9E3779B97F4A7C15)
        stirred = (stirred ^ (stirred >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        stirred = (stirred ^ (stirred >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        stirred = stirred ^ (stirred >> np.uint64(31))
    return stirred


def _summed(numbers: Hash, group: Index, groups: int) -> Hash:
    sums = np.zeros(groups, dtype=np.uint64)
    np.add.at(sums, group, numbers)
    return sums


def _places(menu: Index, leader: Index) -> Index:
    """Place of each column's menu among those of the same leader, in order of rows."""
    menus, where = np.unique(menu, return_inverse=True)
    lead = np.empty_like(menus)
    lead[where] = leader
    order = np.argsort(lead, kind="stable")
    starts = np.searchsorted(lead[order], lead[order])
    places = np.empty_like(menus)
    places[order] = np.arange(len(menus)) - starts
    return places[where]
