"""HiGHS through highspy: the default engine.

No start is ever passed: HiGHS 1.16.0 with a start and presolve on can end 'Optimal' at a false value. Each solve runs
in a thread of its own, and so with a scheduler of its own: within one thread a second solve with another number of
threads fails.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status, relative_gap
from solvers.answer import Answer, answered
from solvers.engine import Capabilities, installed, library_version, load
from solvers.watch import Watch

__all__ = ["CAPABILITIES", "NAME", "available", "solve", "version"]

NAME = "highs"
CAPABILITIES = Capabilities(bound=True, progress=True, interrupt=True, unbounded_columns=True)

STATUSES = {
    "kOptimal": Status.OPTIMAL,
    "kInfeasible": Status.INFEASIBLE,
    "kUnbounded": Status.UNBOUNDED,
    "kUnboundedOrInfeasible": Status.UNBOUNDED,
    "kTimeLimit": Status.STOPPED,
    "kObjectiveBound": Status.NONE_BETTER,
    "kIterationLimit": Status.STOPPED,
    "kSolutionLimit": Status.STOPPED,
    "kInterrupt": Status.INTERRUPTED,
    "kHighsInterrupt": Status.INTERRUPTED,
}
"""HiGHS model statuses; any other is a failure."""

GAP_REACHED, PROVEN = "Gap reached", 1e-9
"""What is said of a plan within the gap asked for, and up to which gap it is called optimal."""

FEASIBLE = 2
"""``primal_solution_status`` of a feasible point."""


def available() -> bool:
    """Whether highspy can be loaded here."""
    return installed("highspy")


def version() -> str:
    """Version of highspy."""
    return library_version("highspy")


def solve(problem: Problem, options: SolveOptions) -> Solution:
    """Solve with HiGHS; linear problems by simplex, with duals.

    Raises
    ------
    SolverError
        If highspy cannot be loaded, refuses the problem, or contradicts itself.
    """
    return answered(problem, options, f"HiGHS {version()}", _run, solve)


def _run(problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
    highspy = load("highspy")
    highs = _quiet(highspy)
    settings: dict[str, Any] = {
        "output_flag": True,  # without it the progress callback stays silent
        "threads": options.threads,
        "random_seed": options.seed,
        "mip_rel_gap": options.gap,
        "time_limit": math.inf if options.time_limit is None else float(options.time_limit),
    }
    if options.node_limit is not None:
        settings["mip_max_nodes"] = options.node_limit
    if not problem.integer.any():
        settings["solver"] = "simplex"
    elif options.better_than is not None:
        settings["objective_bound"] = options.better_than
    for name, value in settings.items():
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            return Answer(status=Status.FAILED, message=f"HiGHS refuses the option {name} = {value}")
    if highs.passModel(_model(highspy, problem)) == highspy.HighsStatus.kError:
        return Answer(status=Status.FAILED, message="HiGHS refuses the problem")

    def interrupt(event: Any) -> None:
        if watch.stopping:
            event.interrupt()

    def progress(event: Any) -> None:
        watch.report(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)

    highs.cbSimplexInterrupt += interrupt
    highs.cbMipInterrupt += interrupt
    highs.cbMipLogging += progress
    if watch.run(highs.run, lambda: None) == highspy.HighsStatus.kError:
        return Answer(status=Status.FAILED, message=f"HiGHS fails: {highs.getModelStatus().name}")
    return _answer(highs, problem, options.better_than)


def _quiet(highspy: Any) -> Any:
    """Make an engine that never prints: its banner would otherwise come with the first callback, on standard output."""

    class Quiet(highspy.Highs):  # type: ignore[misc]  # highspy is loaded late, untyped
        def enableCallbacks(self) -> None:  # noqa: N802 - its name there
            self.setOptionValue("log_to_console", False)
            super().enableCallbacks()

    return Quiet()


def _model(highspy: Any, problem: Problem) -> Any:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = problem.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = problem.costs, problem.lower, problem.upper
    lp.row_lower_, lp.row_upper_ = problem.row_lower, problem.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = problem.matrix.indptr
    lp.a_matrix_.index_ = problem.matrix.indices
    lp.a_matrix_.value_ = problem.matrix.data
    if problem.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in problem.integer.astype(int)]
    return lp


def _answer(highs: Any, problem: Problem, better_than: float | None) -> Answer:
    status = STATUSES.get(highs.getModelStatus().name, Status.FAILED)
    info, point = highs.getInfo(), highs.getSolution()
    mixed = bool(problem.integer.any())
    if mixed and better_than is not None and _is_none_better(status, info.mip_dual_bound, better_than):
        status = Status.NONE_BETTER
    optimal = status is Status.OPTIMAL
    has_plan = info.primal_solution_status == FEASIBLE and (optimal or status in {Status.STOPPED, Status.INTERRUPTED})
    within_gap = optimal and mixed and relative_gap(info.objective_function_value, info.mip_dual_bound) > PROVEN
    bound = -math.inf
    if optimal or (mixed and status is not Status.FAILED):
        bound = float(info.mip_dual_bound if mixed else info.objective_function_value)
    if mixed and better_than is not None:
        bound = min(bound, better_than)
    return Answer(
        status=status,
        values=np.array(point.col_value) if has_plan else None,
        objective=float(info.objective_function_value) if has_plan else None,
        bound=bound,
        duals=np.array(point.row_dual) if optimal and not mixed else None,
        message=GAP_REACHED if within_gap else str(highs.modelStatusToString(highs.getModelStatus())),
    )


def _is_none_better(status: Status, bound: float, better_than: float) -> bool:
    """Whether no plan is better: presolve may call any plan optimal where those that are better are cut off."""
    return status is Status.INFEASIBLE or (status is Status.OPTIMAL and bound >= better_than)
