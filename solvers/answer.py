"""From an engine's raw answer to a checked Solution: one way for all engines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem, with_integers_held
from capitalplan.solution import Solution, SolveOptions, Solver, Status
from solvers.checks import TOLERANCE, check_values, objective_value, row_violation
from solvers.guards import refuse_below_root, refuse_if_disproven
from solvers.watch import Watch

__all__ = ["Answer", "Run", "answered"]

Values = npt.NDArray[np.float64]

NOTHING = 1e-9
"""Relative breach of a row that is float noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine says, before any check.

    Attributes
    ----------
    status
        How it ended. ``UNBOUNDED`` may also mean 'infeasible or unbounded': :func:`answered` tells the two apart.
    values
        Its plan, shape ``(n_columns,)``, or None.
    objective
        Its own value of the plan; None when there is no plan, or only the plan of a rounded copy, whose continuous
        columns are a guide.
    bound
        Lower bound it claims; minus infinity when it claims none.
    duals
        Row prices of a linear problem, or None. Signs: reduced cost = ``c - A' y``.
    message
        Its own words on why it stopped.
    """

    status: Status
    values: Values | None = None
    objective: float | None = None
    bound: float = -math.inf
    duals: Values | None = None
    message: str = ""


Run = Callable[[Problem, SolveOptions, Watch], Answer]
"""An engine's bare call; the problem it is given is linear when the options say ``relax``."""


def answered(problem: Problem, options: SolveOptions, engine: str, run: Run, solve_lp: Solver) -> Solution:
    """Run an engine and return its answer, checked.

    Whole-number columns are rounded. Where that leaves a row breached, however little, the rest is solved again, as a
    linear problem, around the rounded values; it may take as long as the options allow.

    Parameters
    ----------
    engine
        Name and version.
    run
        The engine's bare call.
    solve_lp
        Solves linear problems; used for the rest.

    Raises
    ------
    SolverError
        If the problem holds entries that are not numbers, or the answer contradicts the problem, itself, or what the
        options say is known.
    """
    _refuse_nan(problem)
    if options.relax:
        problem = replace(problem, integer=np.zeros_like(problem.integer))
    watch = Watch(options)
    trivial = _without_engine(problem)
    answer = run(problem, options, watch) if trivial is None else trivial
    if answer.status is Status.UNBOUNDED:
        answer = _feasible_or_not(problem, options, run, answer)
    if answer.status is Status.INFEASIBLE:
        answer = Answer(status=Status.INFEASIBLE, bound=math.inf, message=answer.message)
    if problem.integer.any():
        _guard(problem, options, answer, engine)
    solution = Solution(
        status=answer.status,
        values=None,
        objective=None,
        bound=_known_bound(problem, options, answer),
        engine=engine,
        seconds=watch.seconds,
        message=answer.message,
        trace=watch.trace,
    )
    if answer.values is None:
        return solution
    values = _clean(problem, options, answer.values, solve_lp)
    if answer.objective is not None:
        check_values(problem, answer.values, answer.objective, engine)
    objective = objective_value(problem, values)
    if answer.objective is None and row_violation(problem, values) > 10 * TOLERANCE:
        message = f"{answer.message}; the choices of the rounded copy do not hold exactly"
        return replace(solution, status=Status.FAILED, message=message)
    check_values(problem, values, objective, engine)
    if answer.bound > objective + 10 * TOLERANCE * (1 + abs(objective)):
        raise SolverError(f"{engine} contradicts itself: its bound {answer.bound} lies above its plan {objective}")
    return replace(
        solution,
        values=values,
        objective=objective,
        bound=min(solution.bound, objective),
        duals=answer.duals,
        reduced_costs=None if answer.duals is None else problem.costs - problem.matrix.T @ answer.duals,
        seconds=watch.seconds,
    )


def _guard(problem: Problem, options: SolveOptions, answer: Answer, engine: str) -> None:
    """Hold an answer against the bound and the plan that are known beforehand."""
    if options.root_bound is not None:
        refuse_below_root(engine, answer.status, answer.objective, options.root_bound)
    if options.known is not None:
        value = None
        if answer.values is not None and answer.objective is not None:
            value = objective_value(problem, answer.values)
        refuse_if_disproven(engine, answer.status, value, answer.bound, gap=options.gap, known=options.known)


def _known_bound(problem: Problem, options: SolveOptions, answer: Answer) -> float:
    """The bound an engine states, or the one it was given where that is higher."""
    if options.root_bound is None or answer.status is Status.FAILED or not problem.integer.any():
        return answer.bound
    return max(answer.bound, options.root_bound)


def _refuse_nan(problem: Problem) -> None:
    finite = (problem.costs, problem.matrix.data)
    numbers = (problem.lower, problem.upper, problem.row_lower, problem.row_upper)
    if not all(np.isfinite(array).all() for array in finite) or any(np.isnan(array).any() for array in numbers):
        raise SolverError("The problem holds entries that are not numbers")


def _without_engine(problem: Problem) -> Answer | None:
    """Answer problems engines disagree on how to load: crossed bounds, no columns."""
    crossed = (problem.lower > problem.upper).any() or (problem.row_lower > problem.row_upper).any()
    if crossed:
        return Answer(status=Status.INFEASIBLE, message="bounds cross")
    if problem.n_columns == 0:
        if (problem.row_lower > 0).any() or (problem.row_upper < 0).any():
            return Answer(status=Status.INFEASIBLE, message="no columns")
        return Answer(
            status=Status.OPTIMAL,
            values=np.zeros(0),
            objective=0.0,
            bound=0.0,
            duals=None if problem.integer.any() else np.zeros(problem.n_rows),
            message="no columns",
        )
    return None


def _feasible_or_not(problem: Problem, options: SolveOptions, run: Run, answer: Answer) -> Answer:
    """Ask for any plan at all: none means infeasible, one means truly unbounded."""
    quiet = replace(options, on_progress=None, better_than=None)
    search = run(replace(problem, costs=np.zeros_like(problem.costs)), quiet, Watch(quiet))
    if search.status is Status.OPTIMAL:
        return Answer(status=Status.UNBOUNDED, message=answer.message)
    no_plan = search.status in {Status.INFEASIBLE, Status.UNBOUNDED}
    return Answer(status=Status.INFEASIBLE if no_plan else search.status, message=search.message)


def _clean(problem: Problem, options: SolveOptions, values: Values, solve_lp: Solver) -> Values:
    whole = problem.integer
    inside = np.clip(np.where(whole, np.rint(values), values), problem.lower, problem.upper)
    if not whole.any() or whole.all() or row_violation(problem, inside) <= NOTHING:
        return inside
    fixed = with_integers_held(problem, inside)
    rest = solve_lp(fixed, replace(options, relax=True, on_progress=None, should_stop=None))
    return rest.values if rest.status is Status.OPTIMAL and rest.values is not None else inside
