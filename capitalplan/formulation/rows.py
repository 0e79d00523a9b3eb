"""Rows of the problem, gathered rule by rule as arrays of nonzeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Index", "Numbers", "Part", "RowBlock", "gather"]

Numbers = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Part = tuple[Index, Index, Numbers]
"""Nonzeros: row within the block, column of the problem, coefficient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBlock:
    """The rows of one rule.

    Attributes
    ----------
    rule
        Name of the rule.
    names
        A readable name for each row.
    lower, upper
        Bounds of each row, shape ``(n_rows,)``.
    row, column, value
        Nonzeros: row within the block, column of the problem, coefficient.
    """

    rule: str
    names: tuple[str, ...]
    lower: Numbers
    upper: Numbers
    row: Index
    column: Index
    value: Numbers


def gather(
    rule: str,
    names: Sequence[str],
    lower: Sequence[float] | Numbers,
    upper: Sequence[float] | Numbers,
    parts: Sequence[Part],
) -> RowBlock:
    """Make a block of rows from parts of nonzeros, each ``(row, column, value)``; zeros are left out."""
    row, column, value = (
        (np.concatenate([np.asarray(part[k]) for part in parts]) if parts else np.empty(0)) for k in range(3)
    )
    filled = value != 0
    return RowBlock(
        rule=rule,
        names=tuple(names),
        lower=np.asarray(lower, dtype=np.float64),
        upper=np.asarray(upper, dtype=np.float64),
        row=row[filled].astype(np.int64),
        column=column[filled].astype(np.int64),
        value=value[filled].astype(np.float64),
    )
