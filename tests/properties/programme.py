"""A linear programme with what a plan can do on its right-hand sides: one solve bounds the cost of every other plan."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

__all__ = ["Figure", "Floats", "Name", "Programme", "Terms"]

Figure = tuple[str, str, str, Fraction, int]
"""Kind of figure, service line, site, scans an hour (0 where it means nothing) and position of the year."""
Name = tuple[object, ...]
"""A column; its first word is its kind, and ``hires`` are whole."""
Terms = Mapping[Name, Fraction | int]
Figures = Mapping[Figure, Fraction | int]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """``terms <= constant + figures``, or equal to it."""

    terms: Terms
    constant: Fraction | int
    figures: Figures
    equal: bool


class Programme:
    """Columns, none of them negative, with their prices, and rows, as they are written down one by one."""

    def __init__(self) -> None:
        self._prices: defaultdict[Name, Fraction] = defaultdict(Fraction)
        self._rows: list[_Row] = []

    def price(self, name: Name, price: Fraction | int) -> None:
        """Add to the price of a column."""
        self._prices[name] += price

    def most(self, terms: Terms, constant: Fraction | int = 0, figures: Figures | None = None) -> None:
        """Require ``terms <= constant + figures``."""
        self._rows.append(_Row(terms=terms, constant=constant, figures=figures or {}, equal=False))

    def least(self, terms: Terms, constant: Fraction | int = 0, figures: Figures | None = None) -> None:
        """Require ``terms >= constant + figures``."""
        turned = {figure: -factor for figure, factor in (figures or {}).items()}
        self.most({name: -factor for name, factor in terms.items()}, -constant, turned)

    def equals(self, terms: Terms, constant: Fraction | int = 0) -> None:
        """Require ``terms = constant``."""
        self._rows.append(_Row(terms=terms, constant=constant, figures={}, equal=True))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Columns in order."""
        return tuple(dict.fromkeys(name for row in self._rows for name in row.terms))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """What a plan can do, as far as it matters."""
        return tuple(sorted({figure for row in self._rows for figure in row.figures}))

    @cached_property
    def is_whole(self) -> npt.NDArray[np.bool_]:
        """Which columns are whole numbers."""
        return np.array([name[0] == "hires" for name in self.names])

    @cached_property
    def _cost(self) -> Floats:
        return np.array([float(self._prices[name]) for name in self.names])

    @cached_property
    def _equal(self) -> npt.NDArray[np.bool_]:
        return np.array([row.equal for row in self._rows])

    @cached_property
    def _matrix(self) -> Floats:
        where = {name: number for number, name in enumerate(self.names)}
        matrix = np.zeros((len(self._rows), len(where)))
        for number, row in enumerate(self._rows):
            for name, factor in row.terms.items():
                matrix[number, where[name]] = float(factor)
        return matrix

    @cached_property
    def _sides(self) -> Floats:
        """Constants, then what each figure adds, a row a row."""
        where = {figure: number for number, figure in enumerate(self.figures, start=1)}
        sides = np.zeros((len(self._rows), len(where) + 1))
        for number, row in enumerate(self._rows):
            sides[number, 0] = float(row.constant)
            for figure, factor in row.figures.items():
                sides[number, where[figure]] = float(factor)
        return sides

    def bound(self, figures: Floats) -> tuple[float, Floats] | None:
        """Least cost with hires by parts, and the worth of what a plan can do; None where nothing is possible.

        For every plan the cost is at least ``worth @ (1, *figures)``.
        """
        sides, equal = self._sides @ np.concatenate(([1.0], figures)), self._equal
        found = linprog(
            self._cost,
            A_ub=self._matrix[~equal],
            b_ub=sides[~equal],
            A_eq=self._matrix[equal],
            b_eq=sides[equal],
            method="highs",
        )
        if found.status == 2:
            return None
        if found.fun is None:
            raise AssertionError(found.message)
        duals = np.zeros(len(sides))
        duals[~equal], duals[equal] = found.ineqlin.marginals, found.eqlin.marginals
        return float(found.fun), duals @ self._sides

    def least_cost(self, figures: Floats) -> float:
        """Least cost with whole hires, £; infinite where nothing is possible."""
        sides = self._sides @ np.concatenate(([1.0], figures))
        found = milp(
            self._cost,
            integrality=self.is_whole.astype(int),
            bounds=Bounds(lb=0),
            constraints=LinearConstraint(self._matrix, np.where(self._equal, sides, -np.inf), sides),
            options={"mip_rel_gap": 0},
        )
        if found.status == 2:
            return math.inf
        if found.fun is None:
            raise AssertionError(found.message)
        return float(found.fun)
