"""The structure of a problem that the strategy works along: units that choose, blocks, and what couples them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from solvers.strengthen.menus import menus

__all__ = ["Block", "Blocks", "blocks_of", "part", "units_of", "without"]

Values = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SHARED = -1
COUPLING = -2


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of one block, and the rows that no other column is in."""

    columns: Index
    rows: Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """A problem taken apart.

    Attributes
    ----------
    parts
        The blocks; the columns that blocks share are one of them.
    coupling
        Rows with columns of more than one block.
    """

    parts: tuple[Block, ...]
    coupling: Index


def blocks_of(problem: Problem) -> Blocks:
    """Take a problem apart into its (network, service line) blocks."""
    matrix = problem.matrix.tocoo()
    row, column = matrix.coords
    block = problem.column_block[column]
    low = np.full(problem.n_rows, np.iinfo(np.int32).max, dtype=np.int64)
    high = np.full(problem.n_rows, np.iinfo(np.int32).min, dtype=np.int64)
    np.minimum.at(low, row, block)
    np.maximum.at(high, row, block)
    row_block = np.where(low == high, low, np.where(low > high, SHARED, COUPLING))
    parts = tuple(
        Block(np.flatnonzero(problem.column_block == number), np.flatnonzero(row_block == number))
        for number in np.unique(problem.column_block)
    )
    return Blocks(parts=parts, coupling=np.flatnonzero(row_block == COUPLING))


def units_of(problem: Problem) -> Index:
    """Number of the unit each whole-number column belongs to, -1 for others.

    A unit is a menu, whose columns move together: a machine with its schedules, or identical machines counted as one;
    or a column that belongs to none.
    """
    columns, menu = menus(problem)
    units = np.where(problem.integer, np.arange(problem.n_columns) + problem.n_rows, -1)
    units[columns] = menu
    numbers = np.unique(units[units >= 0])
    return np.where(units >= 0, np.searchsorted(numbers, units), -1)


def part(problem: Problem, block: Block, costs: Values) -> Problem:
    """The problem of one block alone.

    Parameters
    ----------
    costs
        Cost of each column of the whole problem, shape ``(n_columns,)``.
    """
    columns, rows = block.columns, block.rows
    return replace(
        problem,
        costs=costs[columns],
        matrix=sp.csc_array(problem.matrix[:, columns].tocsr()[rows]),
        lower=problem.lower[columns],
        upper=problem.upper[columns],
        row_lower=problem.row_lower[rows],
        row_upper=problem.row_upper[rows],
        integer=problem.integer[columns],
        column_names=_chosen(problem.column_names, columns),
        row_names=_chosen(problem.row_names, rows),
        row_rule=_chosen(problem.row_rule, rows),
        column_block=problem.column_block[columns],
        column_owner=problem.column_owner[columns],
        column_year=problem.column_year[columns],
    )


def without(problem: Problem, closed: Mask) -> Problem:
    """A problem with some columns held at their lower bounds."""
    return replace(problem, upper=np.where(closed, problem.lower, problem.upper))


def _chosen(names: tuple[str, ...], numbers: Index) -> tuple[str, ...]:
    return tuple(names[number] for number in numbers)
