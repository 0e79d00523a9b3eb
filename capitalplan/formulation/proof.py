"""What a run keeps so that others can check and explain its plan without solving it again.

The choices made, and the prices of the linear relaxation: any prices prove a bound, so they need not be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import FiniteFloat, TypeAdapter, ValidationError

from capitalplan.errors import RunFolderError
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.pricing import certified_bound
from capitalplan.formulation.problem import Problem

__all__ = ["Proof", "certified_gbp", "proof_from_json", "proof_to_json"]

_SCHEMA_VERSION = "1"
_ROUNDING_GBP = 1000
"""Most by which a bound may pass the value of its own plan for the rounding of the plan, £; or a millionth of it."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Choices and prices by name.

    Attributes
    ----------
    choices
        Value of each whole-number column that is not zero, by the column's name.
    prices
        Price of each row that is not zero, £ thousand for each unit of the row, by the row's name; empty where the
        linear relaxation was not solved.
    """

    choices: Mapping[str, int]
    prices: Mapping[str, FiniteFloat]

    @classmethod
    def of(cls, problem: Problem, values: Floats, duals: Floats | None) -> Proof:
        """Keep what a solution chose, and the duals of the linear relaxation."""
        chosen = np.flatnonzero(problem.integer & (np.rint(values) != 0))
        priced = np.flatnonzero(duals) if duals is not None else np.array([], dtype=np.int64)
        return cls(
            choices={problem.column_names[column]: round(float(values[column])) for column in chosen},
            prices={problem.row_names[row]: float(duals[row]) for row in priced} if duals is not None else {},
        )

    def duals(self, problem: Problem) -> Floats:
        """Price of each row of a problem, 0 for rows without one, shape ``(n_rows,)``."""
        return np.array([self.prices.get(name, 0.0) for name in problem.row_names], dtype=np.float64)

    def integers(self, problem: Problem) -> Floats:
        """Value of each whole-number column of a problem, 0 for others, shape ``(n_columns,)``."""
        return np.array([self.choices.get(name, 0) for name in problem.column_names], dtype=np.float64)


def certified_gbp(formulation: Formulation, proof: Proof, value_gbp: int) -> int | None:
    """Bound on every plan's cost that the prices kept prove, £; None where there are none, or they prove nothing.

    Parameters
    ----------
    value_gbp
        Value of the plan the proof belongs to, £. Scans and reports of a plan are rounded to thousandths, so that its
        value may lie below that of its choices; where no more than such rounding lets the bound pass the value, it
        counts as equal to it.
    """
    if not proof.prices:
        return None
    proven = certified_bound(formulation.problem, proof.duals(formulation.problem))
    if proven == -math.inf:
        return None
    bound = math.floor(proven * 1000) + formulation.constant_gbp
    rounding = max(_ROUNDING_GBP, abs(value_gbp) // 1_000_000)
    return value_gbp if value_gbp < bound <= value_gbp + rounding else bound


def proof_to_json(proof: Proof) -> dict[str, Any]:
    """Write choices and prices as one object."""
    return {"schema_version": _SCHEMA_VERSION, "choices": dict(proof.choices), "prices": dict(proof.prices)}


def proof_from_json(data: Mapping[str, Any]) -> Proof:
    """Read what ``proof_to_json`` wrote.

    Raises
    ------
    RunFolderError
        If it was written in another format, or cannot be read.
    """
    if data.get("schema_version") != _SCHEMA_VERSION:
        raise RunFolderError(
            f"proof.json is in format {data.get('schema_version')}; this version of capitalplan reads format "
            f"{_SCHEMA_VERSION}."
        )
    try:
        return TypeAdapter(Proof).validate_python({name: data[name] for name in ("choices", "prices")})
    except KeyError as error:
        raise RunFolderError(f"proof.json is damaged: it has no {error}.") from error
    except ValidationError as error:
        raise RunFolderError(f"proof.json is damaged: {error.errors()[0]['msg']}.") from error
