"""SCIP through OR-Tools: an engine independent of HiGHS. Linear problems go to GLOP, which gives prices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status
from solvers.answer import Answer, answered
from solvers.checks import could_be_unbounded
from solvers.engine import Capabilities, installed, library_version, load
from solvers.watch import Watch

__all__ = ["CAPABILITIES", "NAME", "available", "solve", "version"]

NAME = "scip"
CAPABILITIES = Capabilities(bound=True, progress=False, interrupt=True, unbounded_columns=True)

LIBRARY = "ortools.linear_solver.pywraplp"
STATUSES = ("OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNBOUNDED", "ABNORMAL", "MODEL_INVALID", "NOT_SOLVED")


def available() -> bool:
    """Whether OR-Tools can be loaded here."""
    return installed(LIBRARY)


def version() -> str:
    """Version of OR-Tools."""
    return library_version("ortools")


def solve(problem: Problem, options: SolveOptions) -> Solution:
    """Solve with SCIP, or GLOP when the problem is linear; always with one thread.

    Raises
    ------
    SolverError
        If OR-Tools cannot be loaded or contradicts itself.
    """
    backend = "SCIP" if problem.integer.any() and not options.relax else "GLOP"
    return answered(problem, options, f"{backend} (OR-Tools {version()})", _run, solve)


def _run(problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
    pywraplp = load(LIBRARY)
    mixed = bool(problem.integer.any())
    solver = pywraplp.Solver.CreateSolver("SCIP" if mixed else "GLOP")
    refusal = solver.LoadModelFromProto(_model(problem))
    if refusal:
        return Answer(status=Status.FAILED, message=f"OR-Tools refuses the problem: {refusal}")
    if options.time_limit is not None:
        solver.set_time_limit(max(1, round(1000 * options.time_limit)))
    parameters = pywraplp.MPSolverParameters()
    if mixed:
        parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, options.gap)
        solver.SetSolverSpecificParametersAsString(f"randomization/randomseedshift = {options.seed}\n")
    ended = watch.run(lambda: solver.Solve(parameters), solver.InterruptSolve)
    word = next((word for word in STATUSES if getattr(pywraplp.Solver, word) == ended), "ABNORMAL")
    stopped = Status.INTERRUPTED if watch.stopping else Status.STOPPED
    status = {
        "OPTIMAL": Status.OPTIMAL,
        "FEASIBLE": stopped,
        "NOT_SOLVED": stopped,
        "INFEASIBLE": Status.INFEASIBLE,
        "UNBOUNDED": Status.UNBOUNDED,
    }.get(word, Status.INTERRUPTED if watch.stopping else Status.FAILED)  # 'abnormal' of one stopped without a plan
    if status is Status.INFEASIBLE and could_be_unbounded(problem):
        status = Status.UNBOUNDED  # OR-Tools says infeasible of 'infeasible or unbounded'
    optimal = status is Status.OPTIMAL
    has_plan = optimal or (mixed and word == "FEASIBLE")
    bound = -math.inf
    if optimal or (mixed and word in {"FEASIBLE", "NOT_SOLVED"}):
        bound = float(solver.Objective().BestBound() if mixed else solver.Objective().Value())
    return Answer(
        status=status,
        values=np.array([variable.solution_value() for variable in solver.variables()]) if has_plan else None,
        objective=float(solver.Objective().Value()) if has_plan else None,
        bound=bound,
        duals=np.array([row.dual_value() for row in solver.constraints()]) if optimal and not mixed else None,
        message=word.lower().replace("_", " "),
    )


def _model(problem: Problem) -> Any:
    pb = load("ortools.linear_solver.linear_solver_pb2")
    model = pb.MPModelProto()
    columns = (array.tolist() for array in (problem.costs, problem.lower, problem.upper, problem.integer))
    for cost, lower, upper, whole in zip(*columns, strict=True):
        model.variable.add(objective_coefficient=cost, lower_bound=lower, upper_bound=upper, is_integer=whole)
    by_row = problem.matrix.tocsr()
    ends, places, entries = by_row.indptr.tolist(), by_row.indices.tolist(), by_row.data.tolist()
    for row, (lower, upper) in enumerate(zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)):
        part = slice(ends[row], ends[row + 1])
        model.constraint.add(lower_bound=lower, upper_bound=upper, var_index=places[part], coefficient=entries[part])
    return model
