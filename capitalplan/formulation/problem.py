"""The mixed-integer problem as plain arrays: minimise ``c x`` with ``row_lower <= A x <= row_upper``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["Problem", "with_integers_held", "with_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A mixed-integer linear problem, without any notion of scanners.

    Attributes
    ----------
    costs
        Objective coefficient of each column, £ thousand, shape ``(n_columns,)``.
    matrix
        Constraint matrix, shape ``(n_rows, n_columns)``, compressed by column.
    lower, upper
        Bounds of each column; ``inf`` where there is none.
    row_lower, row_upper
        Bounds of each row; ``inf`` where there is none.
    integer
        Whether each column takes whole numbers only.
    column_names, row_names
        A readable name for each column and row, unique, of letters, digits and ``_.()`` only.
    row_rule
        Name of the rule each row belongs to.
    column_block
        Number of the block (service line in one network) each column belongs to; -1 for columns shared between blocks.
    column_owner
        Number of the organisation each column belongs to.
    column_year
        Year (position) in which a whole-number column first changes something; -1 for those that change nothing, and
        for continuous columns.
    """

    costs: npt.NDArray[np.float64]
    matrix: sp.csc_array
    lower: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]
    row_lower: npt.NDArray[np.float64]
    row_upper: npt.NDArray[np.float64]
    integer: npt.NDArray[np.bool_]
    column_names: tuple[str, ...]
    row_names: tuple[str, ...]
    row_rule: tuple[str, ...]
    column_block: npt.NDArray[np.int32]
    column_owner: npt.NDArray[np.int32]
    column_year: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        rows, columns = self.matrix.shape
        by_column = (
            self.costs,
            self.lower,
            self.upper,
            self.integer,
            self.column_names,
            self.column_block,
            self.column_owner,
            self.column_year,
        )
        by_row = (self.row_lower, self.row_upper, self.row_names, self.row_rule)
        if any(len(values) != columns for values in by_column) or any(len(values) != rows for values in by_row):
            raise ValueError("the arrays of a problem must agree in length with its matrix")

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])


def with_integers_held(problem: Problem, values: npt.NDArray[np.float64]) -> Problem:
    """The linear problem that is left where every whole-number column is held at a value, rounded.

    Parameters
    ----------
    values
        Value of each column, shape ``(n_columns,)``; only those of whole-number columns count.
    """
    whole, held = problem.integer, np.rint(values)
    return replace(
        problem,
        lower=np.where(whole, held, problem.lower),
        upper=np.where(whole, held, problem.upper),
        integer=np.zeros_like(whole),
    )


def with_rows(
    problem: Problem,
    rows: sp.csc_array,
    lower: npt.NDArray[np.float64],
    upper: npt.NDArray[np.float64],
    names: tuple[str, ...],
    rule: str,
) -> Problem:
    """Add rows of one rule below a problem's own.

    Parameters
    ----------
    rows
        Their coefficients, shape ``(n_added, n_columns)``.
    lower, upper
        Their bounds, shape ``(n_added,)``.
    """
    return replace(
        problem,
        matrix=sp.csc_array(sp.vstack([problem.matrix, rows])),
        row_lower=np.concatenate([problem.row_lower, lower]),
        row_upper=np.concatenate([problem.row_upper, upper]),
        row_names=problem.row_names + names,
        row_rule=problem.row_rule + (rule,) * len(names),
    )
