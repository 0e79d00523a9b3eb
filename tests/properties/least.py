"""What a register costs at least, before and after something is opened to the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from capitalplan.errors import ImpossiblePlanError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan

__all__ = ["assert_never_dearer", "cost"]

ROUNDING_GBP = 2
"""Scans, hours and reports are kept to thousandths, statements and payments to pounds: plans may differ by so much."""


def cost(register: Register) -> float:
    """Least cost, £; infinite where there is no plan."""
    try:
        return make_plan(register, SolveOptions(gap=0)).plan.objective_gbp
    except ImpossiblePlanError:
        return float("inf")


def assert_never_dearer(loosened: Callable[[Register], Register], networks: Iterable[tuple[Register, float]]) -> None:
    """Plan each network, of known cost, again as loosened: none is dearer, and one at least is cheaper."""
    cheaper = 0
    for register, before in networks:
        opened = loosened(register)
        if opened != register:
            after = cost(opened)
            assert after <= before + ROUNDING_GBP
            cheaper += after < before - ROUNDING_GBP
    assert cheaper > 0
