"""Building a problem from arrays: columns by block, rows by rule, entries as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem

__all__ = ["Builder", "Index", "Numbers"]

Index = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

YEARS = 10
DISCOUNT = 1.035 ** -np.arange(YEARS + 1)


@dataclass(slots=True)
class Builder:
    """Columns and rows of a problem, gathered block by block.

    Every block of columns or rows has a shape; what is handed back are the numbers of its members, in that shape.
    """

    columns: list[tuple[Numbers, Numbers, bool, Index, Index, Index]] = field(default_factory=list)
    rows: list[tuple[str, Numbers, Numbers]] = field(default_factory=list)
    entries: list[tuple[Index, Index, Numbers]] = field(default_factory=list)
    n_columns: int = 0
    n_rows: int = 0

    def add_columns(
        self,
        costs: Numbers,
        *,
        upper: Any = np.inf,
        whole: bool = False,
        block: Any = -1,
        owner: Any = -1,
        year: Any = -1,
    ) -> Index:
        """Add columns with lower bound 0; bounds, blocks, owners and years are spread over the shape of ``costs``."""
        shape = costs.shape
        numbers = self.n_columns + np.arange(costs.size).reshape(shape)
        most, *places = (np.broadcast_to(np.asarray(each), shape).ravel() for each in (upper, block, owner, year))
        self.columns.append((costs.ravel(), most.astype(np.float64), whole, places[0], places[1], places[2]))
        self.n_columns += costs.size
        return numbers

    def add_rows(self, rule: str, shape: tuple[int, ...], *, lower: Any = -np.inf, upper: Any = np.inf) -> Index:
        """Add rows; bounds are spread over ``shape``."""
        size = int(np.prod(shape))
        low, high = (np.broadcast_to(np.asarray(each, dtype=np.float64), shape).ravel() for each in (lower, upper))
        self.rows.append((rule, low, high))
        numbers = self.n_rows + np.arange(size).reshape(shape)
        self.n_rows += size
        return numbers

    def add(self, row: Any, column: Any, value: Any) -> None:
        """Add entries; the three are spread against each other, zeros are left out."""
        row, column, value = np.broadcast_arrays(row, column, np.asarray(value, dtype=np.float64))
        filled = value != 0
        self.entries.append((row[filled], column[filled], value[filled]))

    def problem(self) -> Problem:
        """Make the problem."""
        row, column, value = (np.concatenate([each[part] for each in self.entries]) for part in range(3))
        costs, upper, block, owner, year = (
            np.concatenate([each[part] for each in self.columns]) for part in (0, 1, 3, 4, 5)
        )
        rule = [name for name, low, _ in self.rows for _ in range(len(low))]
        return Problem(
            costs=costs,
            matrix=sp.csc_array((value, (row, column)), shape=(self.n_rows, self.n_columns)),
            lower=np.zeros(self.n_columns),
            upper=upper,
            row_lower=np.concatenate([low for _, low, _ in self.rows]),
            row_upper=np.concatenate([high for _, _, high in self.rows]),
            integer=np.concatenate([np.full(len(each[0]), each[2]) for each in self.columns]),
            column_names=tuple(f"x{number}" for number in range(self.n_columns)),
            row_names=tuple(f"{name}_{number}" for number, name in enumerate(rule)),
            row_rule=tuple(rule),
            column_block=block.astype(np.int32),
            column_owner=owner.astype(np.int32),
            column_year=year.astype(np.int32),
        )
