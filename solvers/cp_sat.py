"""CP-SAT through OR-Tools, on a whole-number copy of the problem; linear problems go to GLOP.

The bound is the copy's bound less the largest error of the copy, so it holds for the problem itself; the error is
stated in ``Solution.message``. The plan takes its whole numbers from the copy and is solved again around them, exactly.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import or_tools
from solvers.answer import Answer, answered
from solvers.engine import Capabilities, installed, library_version, load
from solvers.scaled_copy import ScaledCopy, scaled_copy
from solvers.watch import Watch

__all__ = ["CAPABILITIES", "NAME", "available", "solve", "version"]

NAME = "cp-sat"
CAPABILITIES = Capabilities(bound=True, progress=True, interrupt=True, unbounded_columns=False)

LIBRARY = "ortools.sat.python.cp_model"
ENDLESS = 2**60
"""Stands for infinity: beyond any row of the copy."""


def available() -> bool:
    """Whether OR-Tools can be loaded here."""
    return installed(LIBRARY)


def version() -> str:
    """Version of OR-Tools."""
    return library_version("ortools")


def solve(problem: Problem, options: SolveOptions) -> Solution:
    """Solve with CP-SAT; fails, in words, when a column has no bounds.

    Raises
    ------
    SolverError
        If OR-Tools cannot be loaded or contradicts itself.
    """
    if options.relax or not problem.integer.any():
        return or_tools.solve(problem, options)
    return answered(problem, options, f"CP-SAT (OR-Tools {version()})", _run, or_tools.solve)


def _run(problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
    try:
        copy = scaled_copy(problem)
    except ValueError as error:
        return Answer(status=Status.FAILED, message=f"CP-SAT cannot take the problem: {error}")
    if (copy.row_lower > copy.row_upper).any() or (copy.lower > copy.upper).any():
        return Answer(status=Status.INFEASIBLE, message="bounds cross")
    cp_model = load(LIBRARY)
    model, columns = _model(cp_model, copy)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = options.threads
    solver.parameters.random_seed = options.seed
    solver.parameters.relative_gap_limit = options.gap
    if options.time_limit is not None:
        solver.parameters.max_time_in_seconds = float(options.time_limit)
    best = math.inf

    def true_cost(scaled: float) -> float:
        return scaled / copy.cost_scale

    class Plans(cp_model.CpSolverSolutionCallback):  # type: ignore[name-defined, misc]  # cp_model is loaded late
        def on_solution_callback(self) -> None:
            nonlocal best
            best = true_cost(self.objective_value)
            watch.report(best, true_cost(self.best_objective_bound) - copy.cost_error)

    solver.best_bound_callback = lambda bound: watch.report(best, true_cost(bound) - copy.cost_error)
    ended = watch.run(lambda: solver.solve(model, Plans()), solver.stop_search)
    status = {
        cp_model.OPTIMAL: Status.OPTIMAL,
        cp_model.INFEASIBLE: Status.INFEASIBLE,
        cp_model.FEASIBLE: Status.INTERRUPTED if watch.stopping else Status.STOPPED,
        cp_model.UNKNOWN: Status.INTERRUPTED if watch.stopping else Status.STOPPED,
    }.get(ended, Status.FAILED)
    if ended not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        bounds = [line.bound for line in watch.trace]
        return Answer(status=status, bound=max(bounds, default=-math.inf), message=solver.status_name(ended))
    bound = true_cost(solver.best_objective_bound) - copy.cost_error
    word = solver.status_name(ended).lower()
    return Answer(
        status=status,
        values=np.array([solver.value(column) for column in columns]) * copy.step,
        bound=bound,
        message=f"{word} on a scaled copy; the bound allows {copy.cost_error:.6g} for scaling",
    )


def _model(cp_model: Any, copy: ScaledCopy) -> tuple[Any, list[Any]]:
    model = cp_model.CpModel()
    columns = [model.new_int_var(*ends, "") for ends in zip(_whole(copy.lower), _whole(copy.upper), strict=True)]
    weighted_sum = cp_model.LinearExpr.weighted_sum
    starts, places, entries = copy.matrix.indptr.tolist(), copy.matrix.indices.tolist(), _whole(copy.matrix.data)
    for row, limits in enumerate(zip(_whole(copy.row_lower), _whole(copy.row_upper), strict=True)):
        part = slice(starts[row], starts[row + 1])
        expression = weighted_sum([columns[place] for place in places[part]], entries[part])
        model.add_linear_constraint(expression, *limits)
    model.minimize(weighted_sum(columns, _whole(copy.costs)))
    return model, columns


def _whole(numbers: npt.NDArray[np.float64]) -> list[int]:
    whole: list[int] = np.clip(numbers, -ENDLESS, ENDLESS).astype(np.int64).tolist()
    return whole
