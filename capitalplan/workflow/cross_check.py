"""The same problem solved by a second engine, and whether the two agree."""

from __future__ import annotations

import math
from fractions import Fraction

from capitalplan.errors import SolverError
from capitalplan.solution import Solution, SolveOptions, Status
from capitalplan.terms import round_half_up
from capitalplan.workflow.planning import Planned
from capitalplan.workflow.workers import solve_apart

__all__ = ["cross_check"]

TOLERANCE = 1e-6


def cross_check(planned: Planned, engine_name: str, gap: float, seconds: float) -> str:
    """Solve again with another engine, in a process of its own, and say in words that the two agree.

    They agree when neither claims that no plan is as good as one the other has found.

    Parameters
    ----------
    gap, seconds
        Relative gap and time at which the other engine stops.

    Raises
    ------
    SolverError
        If the other engine fails, or one of the two must be wrong.
    """
    ours = planned.solution
    theirs = solve_apart(planned.formulation.problem, SolveOptions(gap=gap, time_limit=seconds), engine_name)
    if theirs.status is Status.FAILED:
        raise SolverError(f"{theirs.engine} could not check the plan: {theirs.message}.")
    _refuse_contradiction(theirs, ours)
    _refuse_contradiction(ours, theirs)
    low = "it proves no bound" if math.isinf(theirs.bound) else f"no plan under {_pounds(theirs.bound, planned)}"
    high = "finds no plan" if theirs.objective is None else f"one of {_pounds(theirs.objective, planned)}"
    return f"{theirs.engine} agrees: {low}, {high}."


def _refuse_contradiction(one: Solution, other: Solution) -> None:
    if other.objective is None:
        return
    if one.bound > other.objective + TOLERANCE * max(1.0, abs(other.objective)):
        raise SolverError(
            f"{one.engine} claims that no plan costs less than £{one.bound * 1000:,.0f}, yet {other.engine} has one of "
            f"£{other.objective * 1000:,.0f}: one of the two is wrong, and the plan is not to be trusted."
        )


def _pounds(thousands: float, planned: Planned) -> str:
    return f"£{round_half_up(Fraction(thousands * 1000)) + planned.formulation.constant_gbp:,}"
