"""Three guards between an engine's word and anybody who reads it; one that fails is the engine's fault.

The value stated is the cost of the plan returned, and the plan keeps every row (``solvers.checks.check_values``); no
plan costs less than the linear relaxation (``refuse_below_root``); no claim rules out a plan that is there
(``refuse_if_disproven``).

A plan that passes the first guard passes the second, within tolerance; so the root's bound is not solved for here, but
taken from a caller who has it. It convicts what is stated without a plan to look at, or before one is looked at.

A weak bound is no fault: an engine stopped early may state one, below the root's bound too. An 'optimal' is a claim:
that no plan costs less than the one returned by more than the gap asked for.
"""

from __future__ import annotations

from capitalplan.errors import SolverError
from capitalplan.solution import Status
from solvers.checks import TOLERANCE

__all__ = ["refuse_below_root", "refuse_if_disproven"]


def refuse_below_root(engine: str, status: Status, stated: float | None, root_bound: float) -> None:
    """Refuse a plan that an engine states to be cheaper than the root's bound, or a cost said to fall without end.

    Parameters
    ----------
    stated
        Value the engine states for its plan; None where it states none.
    root_bound
        Lower bound on every plan's value, such as that of the linear relaxation.

    Raises
    ------
    SolverError
        If no plan can cost as little.
    """
    if status is Status.UNBOUNDED:
        raise SolverError(f"{engine} is wrong: it says costs fall without end, yet none is below {root_bound:,.2f}")
    if stated is not None and stated < root_bound - _slack(root_bound):
        raise SolverError(
            f"{engine} is wrong: it states a plan of {stated:,.2f}, yet the linear relaxation proves that none costs "
            f"less than {root_bound:,.2f}"
        )


def refuse_if_disproven(
    engine: str, status: Status, value: float | None, bound: float, *, gap: float, known: float
) -> None:
    """Refuse a claim that no plan is as good as one that is known.

    Parameters
    ----------
    value
        Cost ``c x`` of the plan the engine returned; None where it returned none, or does not vouch for its cost.
    bound
        Lower bound it states.
    gap
        Relative gap that was asked for; engines relate it to the plan or to the bound, and either will do.
    known
        Value of a plan of the same problem.

    Raises
    ------
    SolverError
        If the known plan disproves the bound, the 'optimal' or the 'infeasible'.
    """
    if status is Status.INFEASIBLE:
        raise SolverError(f"{engine} is wrong: it says there is no plan, yet one of {known:,.2f} is known")
    claimed = bound
    if status is Status.OPTIMAL and value is not None:
        claimed = max(bound, value - gap * max(abs(value), abs(known)))
    if claimed > known + _slack(known):
        raise SolverError(
            f"{engine} is wrong: it claims that no plan costs less than {claimed:,.2f}, yet one of {known:,.2f} is "
            "known"
        )


def _slack(value: float) -> float:
    return 10 * TOLERANCE * (1 + abs(value))
