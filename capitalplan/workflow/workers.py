"""Work in processes of its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions
from capitalplan.workflow.engines import engine

__all__ = ["solve_apart"]


def solve_apart(problem: Problem, options: SolveOptions, engine_name: str) -> Solution:
    """Solve in a child process: two engines that carry the same library must not meet in one.

    Raises
    ------
    SolverError
        If the engine is not installed, fails, or contradicts itself.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_solve, problem, options, engine_name).result()


def _solve(problem: Problem, options: SolveOptions, engine_name: str) -> Solution:
    return engine(engine_name)(problem, options)
