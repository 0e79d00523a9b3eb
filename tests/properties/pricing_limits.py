"""Changes of limits of a register's best plan, with what it takes to price them."""

from __future__ import annotations

from dataclasses import dataclass

from capitalplan.analysis.worth.changes import limit_changes
from capitalplan.analysis.worth.lines import LimitChange
from capitalplan.analysis.worth.prices import WorthPrices
from capitalplan.errors import ImpossiblePlanError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import Planned, make_plan
from solvers import highs

__all__ = ["Priced", "cost_under", "priced"]


@dataclass(frozen=True)
class Priced:
    """A best plan, and prices of changes at the duals of its linear relaxation."""

    planned: Planned
    prices: WorthPrices

    @property
    def changes(self) -> tuple[LimitChange, ...]:
        """Every change asked about; travel of ten minutes more reaches nowhere new."""
        register = self.planned.register
        return limit_changes(register, register.links)


def priced(register: Register) -> Priced:
    """Plan a register to the end.

    Raises
    ------
    ImpossiblePlanError
        If there is no plan.
    """
    planned = make_plan(register, SolveOptions(gap=0))
    problem, values = planned.formulation.problem, planned.solution.values
    duals = highs.solve(problem, SolveOptions(relax=True)).duals
    assert values is not None
    assert duals is not None
    return Priced(planned, WorthPrices(planned.formulation, values, duals, planned.plan, highs.solve))


def cost_under(change: LimitChange) -> int | None:
    """Least cost under a change, £; None where there is no plan."""
    try:
        return make_plan(change.register, SolveOptions(gap=0)).plan.objective_gbp
    except ImpossiblePlanError:
        return None
