"""Work in processes of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from joblib import Parallel, cpu_count, delayed

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.solution import Solution, SolveOptions
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine

__all__ = ["plans_apart", "solve_apart"]


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
    jobs = workers or min(len(registers), cpu_count()) or 1
    pool = Parallel(n_jobs=jobs, return_as="generator")
    yield from pool(delayed(_plan)(register, options) for register in registers)


def _solve(problem: Problem, options: SolveOptions, engine_name: str) -> Solution:
    return engine(engine_name)(problem, options)


def _plan(register: Register, options: SolveOptions) -> Plan | None:
    formulation = formulate(register)
    solution = engine(DEFAULT_ENGINE)(formulation.problem, options)
    return None if solution.values is None else extract(formulation, solution)
