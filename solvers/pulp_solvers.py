"""CBC through PuLP, and a door to any engine PuLP finds here, licensed ones included.

PuLP states no bound: for CBC it is read from CBC's own log, for the others none is claimed. PuLP runs CBC as a process
that cannot be asked to stop; Ctrl-C in a terminal reaches it and it ends with its best plan.
"""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Solver, Status
from solvers.answer import Answer, answered
from solvers.engine import Capabilities, installed, library_version, load
from solvers.watch import Watch

__all__ = ["CAPABILITIES", "NAME", "available", "others", "solve", "solver_named", "version"]

NAME = "cbc"
CAPABILITIES = Capabilities(bound=True, progress=False, interrupt=False, unbounded_columns=True)

LOG_BOUND = re.compile(r"^Lower bound:\s+(\S+)$", re.MULTILINE)


def available() -> bool:
    """Whether PuLP can be loaded here and finds a CBC that runs."""
    return installed("pulp") and _cbc_path() is not None


def version() -> str:
    """Version of PuLP."""
    return library_version("pulp")


def solve(problem: Problem, options: SolveOptions) -> Solution:
    """Solve with CBC.

    Raises
    ------
    SolverError
        If PuLP or CBC cannot be loaded, or CBC fails or contradicts itself.
    """
    return answered(problem, options, f"CBC (PuLP {version()})", _run_cbc, solve)


def others() -> tuple[str, ...]:
    """Names of the engines PuLP finds here, for :func:`solver_named`."""
    return tuple(load("pulp").listSolvers(onlyAvailable=True))


def solver_named(name: str) -> Solver:
    """Door to an engine PuLP finds here, such as ``GUROBI``; it claims no bound and cannot be asked to stop.

    Raises
    ------
    SolverError
        If PuLP does not find it here; the message lists those it does find.
    """
    found = others()
    if name not in found:
        raise SolverError(f"PuLP does not find {name} here; it finds {', '.join(found) or 'none'}")

    def solve_named(problem: Problem, options: SolveOptions) -> Solution:
        return answered(problem, options, f"{name} (PuLP {version()})", partial(_run_named, name), solve_named)

    return solve_named


def _cbc_path() -> str | None:
    bundled = load("pulp.apis.coin_api").pulp_cbc_path
    return shutil.which(bundled) or shutil.which("cbc")


def _run_cbc(problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
    path = _cbc_path()
    if path is None:
        raise SolverError("PuLP finds no CBC here")
    with tempfile.TemporaryDirectory(prefix="capitalplan-") as folder:
        log = Path(folder) / "cbc.log"
        engine = load("pulp").COIN_CMD(
            path=path,
            msg=False,
            mip=bool(problem.integer.any()),
            gapRel=options.gap,
            timeLimit=options.time_limit,
            threads=options.threads if options.threads > 1 else None,
            options=[f"randomCbcSeed {options.seed}"],
            logPath=str(log),
        )
        engine.tmpDir = folder
        answer = _run(engine, problem, watch)
        return replace(answer, bound=_cbc_bound(answer, log.read_text(encoding="utf-8", errors="replace"), options))


def _run_named(name: str, problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
    mixed = bool(problem.integer.any())
    engine = load("pulp").getSolver(name, msg=False, mip=mixed, gapRel=options.gap, timeLimit=options.time_limit)
    return _run(engine, problem, watch)


def _run(engine: Any, problem: Problem, watch: Watch) -> Answer:
    pulp = load("pulp")
    model, columns, rows = _model(pulp, problem)
    try:
        watch.run(lambda: model.solve(engine), lambda: None)
    except pulp.PulpSolverError as error:
        return Answer(status=Status.FAILED, message=str(error))
    mixed = bool(problem.integer.any())
    stopped = Status.INTERRUPTED if watch.stopping else Status.STOPPED
    status = {
        pulp.LpSolutionOptimal: Status.OPTIMAL,
        pulp.LpSolutionIntegerFeasible: stopped,
        pulp.LpSolutionNoSolutionFound: Status.INFEASIBLE if model.status == pulp.LpStatusInfeasible else stopped,
        pulp.LpSolutionInfeasible: Status.INFEASIBLE,
        pulp.LpSolutionUnbounded: Status.UNBOUNDED,
    }[model.sol_status]
    has_plan = status is Status.OPTIMAL or (mixed and model.sol_status == pulp.LpSolutionIntegerFeasible)
    unused = np.clip(0.0, problem.lower, problem.upper)
    values = np.array([rest if x.varValue is None else x.varValue for x, rest in zip(columns, unused, strict=True)])
    priced = status is Status.OPTIMAL and not mixed and all(part.pi is not None for parts in rows for part in parts)
    return Answer(
        status=status,
        values=values if has_plan else None,
        objective=float(pulp.value(model.objective)) if has_plan else None,
        duals=np.array([sum(part.pi for part in parts) for parts in rows], dtype=np.float64) if priced else None,
        message=str(pulp.LpSolution[model.sol_status]),
    )


def _model(pulp: Any, problem: Problem) -> tuple[Any, list[Any], list[list[Any]]]:
    """Build PuLP's model: its columns in order, and for each row its one or two constraints."""
    model = pulp.LpProblem("plan", pulp.LpMinimize)
    ends = zip(problem.lower.tolist(), problem.upper.tolist(), problem.integer.tolist(), strict=True)
    columns = [
        model.add_variable(
            f"x{number}",
            lower if math.isfinite(lower) else None,
            upper if math.isfinite(upper) else None,
            pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for number, (lower, upper, whole) in enumerate(ends)
    ]
    model.setObjective(pulp.LpAffineExpression(zip(columns, problem.costs.tolist(), strict=True)))
    matrix = problem.matrix.tocsr()
    starts, places, entries = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    rows = []
    for row, (lower, upper) in enumerate(zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)):
        part = range(starts[row], starts[row + 1])
        expression = pulp.LpAffineExpression([(columns[places[k]], entries[k]) for k in part])
        if lower == upper:
            limits = [(pulp.LpConstraintEQ, lower)]
        else:
            limits = [(pulp.LpConstraintGE, lower), (pulp.LpConstraintLE, upper)]
        parts = [
            pulp.LpConstraint(expression.copy(), sense, f"r{row}_{sense + 1}", limit)
            for sense, limit in limits
            if math.isfinite(limit)
        ]
        for constraint in parts:
            model.addConstraint(constraint)
        rows.append(parts)
    return model, columns, rows


def _cbc_bound(answer: Answer, log: str, options: SolveOptions) -> float:
    """Bound CBC states in its log, less its rounding to 3 decimals; without one, what its 'optimal' implies."""
    stated = [float(number) for number in LOG_BOUND.findall(log)]
    if stated:
        return stated[-1] - 0.001
    if answer.status is Status.OPTIMAL and answer.objective is not None:
        return answer.objective - options.gap * abs(answer.objective) * (not options.relax)
    return -math.inf
