"""The main job: from a workbook to a verified plan with what stands beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from capitalplan.analysis.baselines import business_as_usual, in_order, oldest, own_plan, worst
from capitalplan.analysis.compare import moves
from capitalplan.analysis.evaluate import FixedChoices, evaluate
from capitalplan.analysis.need import unconstrained_need
from capitalplan.analysis.prices import price_test, price_variants
from capitalplan.analysis.study import Alternative, PriceTest, Study
from capitalplan.errors import ImpossiblePlanError, SolverError, VerifyRefusedError
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.pricing import certified_bound
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import TOLERANCE, UNPROVEN, extract
from capitalplan.plan.plan import Breach, Check, Plan
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.solution import Progress, Solution, SolveOptions, Status
from capitalplan.verify import verify
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.impossible import commitments_over_limit, least_breaches, no_schedule_left
from capitalplan.workflow.workers import plans_apart

__all__ = [
    "INTERRUPTED",
    "SMALL",
    "STOPPED_EARLY",
    "Planned",
    "exit_code",
    "is_within",
    "make_plan",
    "make_study",
    "plan_workbook",
    "solve",
    "with_own_bound",
]

PRICE_TEST = SolveOptions(gap=0.03, node_limit=1)
"""A price test stops at this gap, or after the root of the search tree: never by the clock, so that it repeats."""
STOPPED_EARLY, INTERRUPTED = 5, 130
ROUNDING = 1e-6
"""What rounding to whole pounds may add to a gap."""
SMALL = 2_000
"""Problems with at most this many columns are not worth a process of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A verified plan and how it came about.

    Attributes
    ----------
    checks
        The independent re-check, rule by rule, without a breach.
    """

    register: Register
    formulation: Formulation
    solution: Solution
    plan: Plan
    checks: tuple[Check, ...]


def solve(problem: Problem, options: SolveOptions | None = None, *, engine_name: str = DEFAULT_ENGINE) -> Solution:
    """Solve a problem with an engine.

    Raises
    ------
    SolverError
        If the engine is not installed, fails, or contradicts itself.
    """
    return engine(engine_name)(problem, options or SolveOptions())


def make_plan(register: Register, options: SolveOptions, *, engine_name: str = DEFAULT_ENGINE) -> Planned:
    """Plan a register and re-check the plan from the register alone.

    Raises
    ------
    ImpossiblePlanError
        If no plan meets the hard rules; carries where, when and by how much they would have to give.
    VerifyRefusedError
        If the re-check finds a breach: the plan is not to be shown as good.
    SolverError
        If the engine fails, or stops without any plan.
    KeyboardInterrupt
        If the user ends the solve before there is a plan.
    """
    _refuse(commitments_over_limit(register))
    formulation = formulate(register)
    _refuse(no_schedule_left(formulation))
    counted = _with_what_is_fixed(options, formulation.constant_gbp)
    solution = with_own_bound(formulation.problem, solve(formulation.problem, counted, engine_name=engine_name))
    if solution.status is Status.INFEASIBLE:
        _refuse(least_breaches(formulation, engine(DEFAULT_ENGINE)))
        raise SolverError(f"{solution.engine} finds no plan, yet no rule has to give: the answer is not to be trusted.")
    if solution.values is None and solution.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    if solution.values is None:
        raise SolverError(_no_plan(solution, options))
    plan = extract(formulation, solution)
    if solution.status is Status.OPTIMAL and not is_within(plan.gap, options.gap):
        plan = replace(plan, status=UNPROVEN)
    if not register.sources:
        plan = replace(plan, status=f"unconstrained need, not a funded plan; {plan.status}")
    report = verify(register, plan)
    if not report.ok:
        raise VerifyRefusedError("The independent re-check refuses the plan; it is not shown.", report.breaches)
    return Planned(
        register=register, formulation=formulation, solution=solution, plan=plan, checks=tuple(report.checks)
    )


def _with_what_is_fixed(options: SolveOptions, constant_gbp: int) -> SolveOptions:
    """Options whose progress counts what no choice changes, as the plan does."""
    tell, fixed = options.on_progress, constant_gbp / 1000
    if tell is None:
        return options

    def show(line: Progress) -> None:
        incumbent = None if line.incumbent is None else line.incumbent + fixed
        tell(replace(line, incumbent=incumbent, bound=line.bound + fixed))

    return replace(options, on_progress=show)


def with_own_bound(problem: Problem, solution: Solution) -> Solution:
    """A plan whose engine states no bound, with the bound that prices of the linear relaxation prove, in whole pounds.

    Any other solution as it is.
    """
    if solution.values is None or solution.bound != -math.inf:
        return solution
    duals = engine(DEFAULT_ENGINE)(problem, SolveOptions(relax=True)).duals
    proven = -math.inf if duals is None else certified_bound(problem, duals)
    return solution if proven == -math.inf else replace(solution, bound=math.floor(proven * 1000) / 1000)


def exit_code(planned: Planned, gap: float) -> int:
    """Exit code of a plan: 0 only where it is proven within the gap asked for, 5 where not, 130 interrupted.

    The proof of a scaled copy of the problem may fall short of the gap asked for; so may that of the linear relaxation,
    which is all there is where the engine states no bound.
    """
    if planned.solution.status is Status.INTERRUPTED:
        return INTERRUPTED
    return 0 if planned.solution.status is Status.OPTIMAL and is_within(planned.plan.gap, gap) else STOPPED_EARLY


def is_within(proven: float | None, gap: float) -> bool:
    """Whether a proven gap, if there is one, is no wider than the gap asked for."""
    return proven is not None and proven <= gap + ROUNDING


def make_study(
    planned: Planned,
    *,
    test_prices: bool,
    should_stop: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda _: None,
) -> Study:
    """Make what stands beside a plan: need, other ways of planning, what moved, what each price does.

    The lead's own plan is one of the other ways where the register has planned years.

    Parameters
    ----------
    test_prices
        Whether to plan again with each price halved and doubled.
    should_stop
        Asked after each price test; True leaves the others out.
    note
        Told what is being worked on.

    Raises
    ------
    SolverError
        If one of the other ways keeps every rule and costs less than the engine claims that any plan can.
    """
    register = planned.register
    alternatives = _alternatives(register, note)
    _refuse_disproven(planned, alternatives)
    return Study(
        need=unconstrained_need(register),
        alternatives=alternatives,
        moves=tuple(move for each in alternatives for move in moves(planned.plan, each, register)),
        price_tests=_price_tests(planned, should_stop, note) if test_prices else (),
    )


def _alternatives(register: Register, note: Callable[[str], None]) -> tuple[Alternative, ...]:
    full = formulate(register, prune=False)
    ways: list[tuple[str, str, FixedChoices, tuple[Breach, ...]]] = [
        ("business as usual", "Business as usual: no new money", business_as_usual(full), ()),
        ("oldest first", "Oldest first, like for like", in_order(full, oldest), ()),
        ("worst first", "Worst risk score first, like for like", in_order(full, worst), ()),
    ]
    own = own_plan(full)
    if own is not None:
        ways.append(("own plan", "The lead's own plan", *own))
    alternatives = []
    for name, title, choices, known in ways:
        note(f"costing {name}")
        other = evaluate(full, choices, engine(DEFAULT_ENGINE))
        breaches = (*known, *verify(register, other).breaches)
        alternatives.append(Alternative(name=name, title=title, plan=other, breaches=breaches))
    return tuple(alternatives)


def _refuse_disproven(planned: Planned, alternatives: Sequence[Alternative]) -> None:
    bound = planned.plan.bound_gbp
    for each in alternatives:
        value = each.plan.objective_gbp
        if bound is not None and not each.breaches and bound > value + TOLERANCE * abs(value) + 1:
            raise SolverError(
                f"{planned.solution.engine} is wrong: it claims that no plan costs less than £{bound:,}, yet "
                f"{each.name} keeps every rule and costs £{value:,}. The plan is not to be trusted."
            )


def _price_tests(
    planned: Planned, should_stop: Callable[[], bool], note: Callable[[str], None]
) -> tuple[PriceTest, ...]:
    """Plan again under each price changed; a test that proves no gap says nothing and is left out."""
    note("testing prices")
    variants = price_variants(planned.register, planned.plan)
    small = planned.formulation.problem.n_columns <= SMALL
    others = plans_apart([each.register for each in variants], PRICE_TEST, workers=1 if small else None)
    tests = []
    for variant, changed in zip(variants, others, strict=True):
        if changed is not None and changed.gap is not None:
            tests.append(price_test(planned.plan, variant, changed))
        if should_stop():
            note("stopped; the price tests so far are kept")
            break
    return tuple(tests)


def plan_workbook(path: Path, *, gap: float = 0.005, time_limit: float | None = None) -> Planned:
    """Read, plan and re-check a workbook or CSV folder.

    Parameters
    ----------
    gap
        Relative gap at which to stop.
    time_limit
        Seconds after which to stop with the best plan so far.

    Raises
    ------
    InputError
        If the input has errors; carries every issue.
    ImpossiblePlanError, VerifyRefusedError, SolverError
        As ``make_plan``.
    """
    return make_plan(read_register(path), SolveOptions(gap=gap, time_limit=time_limit))


def _no_plan(solution: Solution, options: SolveOptions) -> str:
    """Why there is no plan though the problem may have one, and what to do."""
    if solution.status is Status.STOPPED and options.time_limit is not None:
        return (
            f"No plan was found within {options.time_limit:g} seconds by {solution.engine}. Allow more, or leave the "
            "time limit out."
        )
    words = f"{solution.message or solution.status} ({solution.engine})"
    if solution.status is Status.FAILED:
        return f"The engine failed, and no plan was found: {words}. Another engine may do better."
    return f"No plan was found: {words}."


def _refuse(breaches: list[Breach]) -> None:
    if breaches:
        raise ImpossiblePlanError("No plan meets the hard rules.", breaches)
