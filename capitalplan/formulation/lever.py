"""What a lever is: a cell of the input that may be changed, as a column of the problem, and rows added beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = [
    "A_DATE",
    "A_MACHINE",
    "A_POLICY",
    "A_SHARE",
    "A_VAN_DAY",
    "AddedRows",
    "Cell",
    "Entries",
    "Lever",
    "Means",
    "limit_lever",
    "money_lever",
    "rule_lever",
]

Floats = npt.NDArray[np.float64]
Entries = tuple[tuple[int, float], ...]
"""Rows of the problem, each with a coefficient."""

A_MACHINE, A_DATE, A_POLICY, A_SHARE, A_VAN_DAY = 500.0, 750.0, 2_000.0, 50_000.0, 5.0
"""What a unit counts beside money, £ thousand: a machine or room more, a machine's lock or date, a rule for all, the
whole of a share between trusts, and a van day. They decide between repairs only where money alone cannot do."""
MOST_GBP = 1e6
"""No limit of a year is raised by more, £ thousand."""


class Means(StrEnum):
    """What kind of thing a lever changes."""

    MONEY = "money"
    LIMIT = "limit"
    RULE = "rule"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the input, by what it is about.

    Attributes
    ----------
    sheet, field
        Sheet and field of its row's class; for Settings the name of the setting, for Ties empty: the row as a whole.
    place
        Source, trust (``network`` for all), site, machine, service line, or number of the tie; empty for settings.
    year
        Financial year; None where the cell holds for all.
    """

    sheet: str
    field: str
    place: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A cell as a column of the problem.

    Attributes
    ----------
    entries
        Rows it stands in, with its coefficient.
    most
        Upper bound of the column.
    is_whole
        Whether it takes whole numbers only.
    weight
        What a unit counts, £ thousand.
    """

    cell: Cell
    means: Means
    entries: Entries
    most: float = 1.0
    is_whole: bool = True
    weight: float


class AddedRows:
    """Rows added to a problem: parts of nonzeros and upper bounds; none has a lower bound."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.upper: list[float] = []
        self.parts: list[tuple[int, npt.NDArray[np.int64], Floats]] = []

    def add(self, columns: npt.NDArray[np.int64], values: Floats, upper: float) -> int:
        """Add a row and say its number in the problem."""
        row = len(self.upper)
        self.upper.append(upper)
        self.parts.append((row, columns, values))
        return self.first + row

    def matrix(self, columns: int) -> sp.csc_array:
        """Their coefficients."""
        row = np.concatenate([np.full(len(at), number) for number, at, _ in self.parts] or [np.empty(0, np.int64)])
        column = np.concatenate([at for _, at, _ in self.parts] or [np.empty(0, np.int64)])
        value = np.concatenate([values for _, _, values in self.parts] or [np.empty(0)])
        return sp.csc_array((value, (row, column)), shape=(len(self.upper), columns))


def money_lever(cell: Cell, entries: Entries, limit: float) -> Lever:
    """A limit of money, counted in £ thousand of what the plan may promise; its cell rises by ``limit`` for each."""
    return Lever(cell=cell, means=Means.MONEY, entries=entries, most=MOST_GBP, is_whole=False, weight=limit)


def limit_lever(cell: Cell, entries: Entries, most: float) -> Lever:
    """A limit of installations or rooms."""
    return Lever(cell=cell, means=Means.LIMIT, entries=entries, most=most, weight=A_MACHINE)


def rule_lever(cell: Cell, entries: Entries, weight: float) -> Lever:
    """A rule that may be lifted."""
    return Lever(cell=cell, means=Means.RULE, entries=entries, weight=weight)
