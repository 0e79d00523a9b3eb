"""A plan that was tried for, which there may not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register

__all__ = ["Attempt", "Attempts", "Reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of planning a register.

    Attributes
    ----------
    plan
        The re-checked plan; None where none was found.
    is_impossible
        Whether it is proven that there is none, by the engine's claim.
    """

    plan: Plan | None
    is_impossible: bool = False


Attempts = Callable[[Sequence[Register]], Iterable[Attempt]]
"""Plans several registers and hands on what came of each, in order."""

Reason = Callable[[Register], str]
"""Says in words why a register has no plan."""
