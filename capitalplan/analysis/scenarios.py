"""What came of each scenario, and what its plan does other than the book's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.plan.plan import Plan

__all__ = ["Outcome", "ScenarioResult", "Solved", "without_plan"]

Values = npt.NDArray[np.float64]


class Outcome(StrEnum):
    """How planning a scenario ended."""

    PLANNED = "planned"
    """A plan proven within the gap asked for."""
    UNPROVEN = "not proven"
    """A plan, but the solve was stopped before its proof."""
    IMPOSSIBLE = "impossible"
    """No plan meets its hard rules."""
    FAILED = "failed"
    """No plan was found, or none that may be shown."""
    FAULTY = "faulty"
    """The scenario itself has faults, so it was not planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What came of solving a scenario.

    Attributes
    ----------
    reason
        Why there is no plan, or none that is proven, in a sentence; empty where there is.
    plan
        The re-checked plan, or None.
    values, bound
        Columns of the plan, and the bound that was proven, in the units of the problem.
    seconds
        Time it took.
    """

    outcome: Outcome
    reason: str
    plan: Plan | None
    values: Values | None
    bound: float | None
    seconds: float


def without_plan(outcome: Outcome, reason: str, seconds: float = 0.0) -> Solved:
    """What came of a scenario that has no plan."""
    return Solved(outcome=outcome, reason=reason, plan=None, values=None, bound=None, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """What came of a scenario.

    Attributes
    ----------
    based_on
        Scenario or preset it starts from; None for the book.
    changes
        Its own changes as phrases.
    solved
        What came of its solve.
    swept, level
        What is swept and the level, where it is a level of a sweep: a share of the book's, or points added.
    """

    name: str
    based_on: str | None
    changes: tuple[str, ...]
    solved: Solved
    swept: str | None = None
    level: Fraction | None = None
