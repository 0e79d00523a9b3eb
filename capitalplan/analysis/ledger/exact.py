"""Exact prices of the ledger: the problem solved again under each forcing, its plan read off and re-checked.

With the plan's value ``v`` and bound ``b``, and ``v_F``, ``b_F`` of the forced plan, the best plans' values lie in
``[b, v]`` and ``[b_F, v_F]``, so the price lies in ``[b_F - v, v_F - b]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.ledger.estimates import Subject, closed_price
from capitalplan.analysis.ledger.forcing import Forced, forced_problem
from capitalplan.analysis.ledger.lines import REPLACED, ForcedPrice, LedgerEntry
from capitalplan.analysis.price import Basis, Price
from capitalplan.formulation.problem import Problem
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.terms import Action

__all__ = ["ProblemAttempts", "exact_entries"]

ProblemAttempts = Callable[[Sequence[Problem]], Iterable[Attempt]]
"""Solves several problems of one register and hands on what came of each, in order."""


def exact_entries(
    problem: Problem, chosen: Sequence[Subject], plan: Plan, attempts: ProblemAttempts
) -> tuple[LedgerEntry, ...]:
    """Entries of the ledger with exact prices.

    Parameters
    ----------
    problem
        The problem the subjects' columns belong to.
    chosen
        Machines and additions asked about.
    attempts
        Plans of the register of that problem.
    """
    open_ones = [forced for subject in chosen for forced in subject.forcings if not forced.closed_by]
    tried = iter(attempts([forced_problem(problem, forced) for forced in open_ones]))
    return tuple(
        subject.entry(
            [
                closed_price(forced, Basis.EXACT) if forced.closed_by else _exact(subject, forced, plan, next(tried))
                for forced in subject.forcings
            ]
        )
        for subject in chosen
    )


def _exact(subject: Subject, forced: Forced, plan: Plan, attempt: Attempt) -> ForcedPrice:
    other = attempt.plan
    if other is None:
        price = Price(basis=Basis.EXACT, is_impossible=attempt.is_impossible)
        return ForcedPrice(forcing=forced.forcing, year=None, option=None, offer=None, action="", price=price)
    lines = [line for line in other.schemes if _is_of(line, subject)]
    if subject.asset_id is not None and forced.forcing in REPLACED:
        lines = [line for line in lines if line.action is Action.REPLACE]
    first = next(iter(lines), None)
    happens = None if first is None or first.year is None else first
    return ForcedPrice(
        forcing=forced.forcing,
        year=None if happens is None else happens.year,
        option=None if happens is None else happens.option,
        offer=None if happens is None else happens.offer,
        action=str(Action.KEEP if happens is None else happens.action),
        price=Price(
            basis=Basis.EXACT,
            low_gbp=0 if other.bound_gbp is None else other.bound_gbp - plan.objective_gbp,
            high_gbp=None if plan.bound_gbp is None else other.objective_gbp - plan.bound_gbp,
            estimate_gbp=other.objective_gbp - plan.objective_gbp,
        ),
        scans_outside=round(_outside(other) - _outside(plan)),
        patients_waiting=round(_waiting(other) - _waiting(plan)),
        over_age_years=sum(line.over_age for line in other.years) - sum(line.over_age for line in plan.years),
        breakdowns=_breakdowns(other) - _breakdowns(plan),
    )


def _is_of(line: PlannedScheme, subject: Subject) -> bool:
    """Whether a line of a plan is about a machine or addition."""
    if subject.asset_id is not None:
        return line.asset_id == subject.asset_id
    return (
        line.action is Action.ADD
        and not line.committed
        and line.option != NEW_ROOM
        and (line.site, line.option, line.offer) == (subject.site, subject.option, subject.offer)
    )


def _outside(plan: Plan) -> Fraction:
    return sum((line.scans for line in plan.outside), Fraction(0))


def _waiting(plan: Plan) -> Fraction:
    return sum((line.patients for line in plan.waiting), Fraction(0))


def _breakdowns(plan: Plan) -> Fraction:
    return sum((line.breakdowns for line in plan.years), Fraction(0))
