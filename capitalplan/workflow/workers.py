"""Work in processes of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from joblib import Parallel, cpu_count, delayed

from capitalplan.analysis.attempt import Attempt
from capitalplan.errors import VerifyRefusedError
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.solution import Solution, SolveOptions, Status
from capitalplan.verify import verify
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine

__all__ = ["attempts_apart", "plans_apart", "problems_apart", "solve_apart"]


def solve_apart(problem: Problem, options: SolveOptions, engine_name: str) -> Solution:
    """Solve in a child process: two engines that carry the same library must not meet in one.

    Raises
    ------
    SolverError
        If the engine is not installed, fails, or contradicts itself.
    """
    # with one worker joblib would stay in this process
    solution: Solution = Parallel(n_jobs=2)([delayed(_solve)(problem, options, engine_name)])[0]
    return solution


def plans_apart(
    registers: Sequence[Register], options: SolveOptions, *, workers: int | None = None
) -> Iterator[Plan | None]:
    """Plan several registers, each in one thread, and hand the plans on in order; None where no plan was found.

    Parameters
    ----------
    workers
        Processes to use; None for one a processor. The plans do not depend on it.
    """
    yield from (attempt.plan for attempt in _apart(registers, options, workers, is_checked=False))


def attempts_apart(
    registers: Sequence[Register], options: SolveOptions, *, workers: int | None = None
) -> Iterator[Attempt]:
    """Plan several registers as ``plans_apart`` does, re-check each plan, and say which registers have none.

    Raises
    ------
    VerifyRefusedError
        If the re-check refuses a plan.
    """
    yield from _apart(registers, options, workers, is_checked=True)


def problems_apart(
    formulation: Formulation, problems: Sequence[Problem], options: SolveOptions, *, workers: int | None = None
) -> Iterator[Attempt]:
    """Solve several problems with a formulation's columns as ``attempts_apart`` plans registers.

    Raises
    ------
    VerifyRefusedError
        If the re-check refuses a plan.
    """
    pool = Parallel(n_jobs=workers or min(len(problems), cpu_count()) or 1, return_as="generator")
    yield from pool(delayed(_solved)(formulation, problem, options, True) for problem in problems)


def _apart(
    registers: Sequence[Register], options: SolveOptions, workers: int | None, *, is_checked: bool
) -> Iterator[Attempt]:
    pool = Parallel(n_jobs=workers or min(len(registers), cpu_count()) or 1, return_as="generator")
    yield from pool(delayed(_attempt)(register, options, is_checked) for register in registers)


def _solve(problem: Problem, options: SolveOptions, engine_name: str) -> Solution:
    return engine(engine_name)(problem, options)


def _attempt(register: Register, options: SolveOptions, is_checked: bool) -> Attempt:
    formulation = formulate(register)
    return _solved(formulation, formulation.problem, options, is_checked)


def _solved(formulation: Formulation, problem: Problem, options: SolveOptions, is_checked: bool) -> Attempt:
    solution = engine(DEFAULT_ENGINE)(problem, options)
    if solution.values is None:
        return Attempt(plan=None, is_impossible=solution.status is Status.INFEASIBLE)
    plan = extract(formulation, solution)
    report = verify(formulation.columns.register, plan) if is_checked else None
    if report is not None and not report.ok:
        raise VerifyRefusedError("The independent re-check refuses a plan; it is not shown.", report.breaches)
    return Attempt(plan=plan)
