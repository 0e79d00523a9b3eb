"""One problem of a family, known by the hash of its arrays, with what is needed to plan it as practice does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem

__all__ = ["Instance", "Replacing"]

Index = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

DECIMALS = 6
"""Of figures as they are hashed: a thousandth of a pound, or of a scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """How machines are replaced like for like; those past their life are due.

    Attributes
    ----------
    keep
        Column of each machine being kept, shape ``(n,)``.
    like
        Column of each machine being replaced like for like in each year, shape ``(n, years)``.
    age
        Age of each machine in the first year, shape ``(n,)``.
    life
        Age from which it is due, shape ``(n,)``.
    running
        Upkeep and risk of each machine in each year it is kept, as a share of its price, shape ``(n, years)``.
    """

    keep: Index
    like: Index
    age: Index
    life: Index
    running: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One problem of a family.

    Attributes
    ----------
    family, assets, seed
        Where it comes from.
    problem
        The problem every engine is handed.
    outside
        Columns of scans bought outside or lost, thousand; none where no demand is modelled.
    replacing
        Columns of replacement; None where practice cannot be simulated.
    level
        Budget, per cent of that of the book; None where there is one budget only.
    """

    family: str
    assets: int
    seed: int
    problem: Problem
    outside: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    replacing: Replacing | None = None
    level: int | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the arrays: of each its name, shape, kind and bytes, in a fixed order, little-endian.

        Figures are rounded for it: powers differ in the last bit from one processor to another.
        """
        problem, matrix = self.problem, self.problem.matrix
        arrays = {
            "costs": problem.costs.astype("<f8"),
            "starts": matrix.indptr.astype("<i8"),
            "rows": matrix.indices.astype("<i8"),
            "entries": matrix.data.astype("<f8"),
            "lower": problem.lower.astype("<f8"),
            "upper": problem.upper.astype("<f8"),
            "row_lower": problem.row_lower.astype("<f8"),
            "row_upper": problem.row_upper.astype("<f8"),
            "integer": problem.integer.astype("|b1"),
        }
        digest = hashlib.sha256()
        for name, array in arrays.items():
            digest.update(f"{name} {array.shape} {array.dtype.str}\n".encode())
            is_figure = array.dtype.kind == "f"
            digest.update((np.round(array, DECIMALS) + 0 if is_figure else array).tobytes())  # -0.0 becomes 0.0
        return digest.hexdigest()
