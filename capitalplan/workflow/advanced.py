"""What is only worked out when asked for: buying together, the price of fairness, and suppliers' offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.challenge import ChallengeResult, hold_against_plan
from capitalplan.analysis.coalitions import BuyingTogether, Split, buying_together
from capitalplan.analysis.fairness import FairnessCurve, FairnessMeasure, fairness_curve
from capitalplan.errors import ImpossiblePlanError, SolverError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import SMALL, Planned, make_plan
from capitalplan.workflow.workers import attempts_apart

__all__ = ["LEVELS", "Advanced", "Asked"]

LEVELS = 4
"""Bounds of the fairness curve, unless another number is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for beside a plan.

    Attributes
    ----------
    together, fairness
        How to split the saving, and what is to differ little; None for neither.
    levels
        Bounds of the fairness curve.
    challenges
        Names of the suppliers' offers to hold against the plan.
    """

    together: Split | None = None
    fairness: FairnessMeasure | None = None
    levels: int = LEVELS
    challenges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advanced:
    """Works out what is asked for, several plans at once, each in one thread and re-checked.

    Attributes
    ----------
    planned
        The plan it stands beside.
    options
        How to solve; the time limit is for each plan.
    note
        Told what is being worked on.
    """

    planned: Planned
    options: SolveOptions
    note: Callable[[str], None] = lambda _: None

    def together(self, split: Split) -> BuyingTogether:
        """Plan each trust alone and all together, and split what is saved.

        Raises
        ------
        InputError
            If Shapley values are asked for with too many trusts.
        VerifyRefusedError
            If the re-check refuses a plan.
        """
        return buying_together(
            self.planned.register, split, self._attempts, self._reason, joint=self.planned.plan, note=self.note
        )

    def fairness(self, measure: FairnessMeasure, levels: int = LEVELS) -> FairnessCurve | None:
        """Plan under bounds on the difference between trusts; None where there is no plan without one.

        Raises
        ------
        VerifyRefusedError
            If the re-check refuses a plan.
        """
        register = self.planned.register
        is_free = getattr(register.settings, f"fair_{measure}_spread") is None
        free = self.planned.plan if is_free else None
        return fairness_curve(register, measure, levels, self._attempts, free=free, note=self.note)

    def challenge(self, name: str) -> ChallengeResult:
        """Hold a supplier's offer against the plan.

        Raises
        ------
        InputError
            If there is no such offer, or it cannot be held against the plan.
        VerifyRefusedError
            If the re-check refuses a plan.
        """
        self.note(f"holding {name} against the plan")
        return hold_against_plan(self.planned.register, name, self._attempts, self._reason, planned=self.planned.plan)

    def _attempts(self, registers: Sequence[Register]) -> Iterable[Attempt]:
        small = self.planned.formulation.problem.n_columns <= SMALL
        return attempts_apart(registers, self._apart, workers=1 if small else None)

    def _reason(self, register: Register) -> str:
        try:
            make_plan(register, self._apart)
        except ImpossiblePlanError as error:
            breaches: Iterable[Any] = error.breaches[:2]
            return " ".join(breach.message for breach in breaches)
        except SolverError as error:
            return str(error)
        return "no plan was found in time."

    @property
    def _apart(self) -> SolveOptions:
        return replace(self.options, on_progress=None, should_stop=None)
