"""CBC through PuLP, and a door to any engine PuLP finds here, licensed ones included.

PuLP states no bound: for CBC it is read from CBC's own log, for the others none is claimed. PuLP runs CBC as a process
that cannot be asked to stop; Ctrl-C in a terminal reaches it and it ends with its best plan.
"""

from __future__ import annotations

import inspect
import math
import re
import shutil
import tempfile
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Solver, Status
from solvers.answer import Answer, answered
from solvers.checks import could_be_unbounded
from solvers.engine import Capabilities, installed, library_version, load, quiet_output
from solvers.pulp_model import pulp_model
from solvers.watch import Watch

__all__ = ["CAPABILITIES", "NAME", "available", "known", "others", "solve", "solver_named", "version"]

NAME = "cbc"
CAPABILITIES = Capabilities(bound=True, progress=False, interrupt=False, unbounded_columns=True)

SOUND = ("preprocess off",)
"""With its integer preprocessing, CBC 2.10.3 calls plans optimal that are not, and states a bound above better ones."""

CBC_ITSELF = {"PULP_CBC_CMD", "COIN_CMD"}
"""PuLP's names for CBC, which has a module of its own here."""

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


def known() -> tuple[str, ...]:
    """Names of all engines PuLP knows but CBC, found here or not; none where PuLP is not installed."""
    return _listed(only_available=False)


def others() -> tuple[str, ...]:
    """Names of those PuLP finds here, for :func:`solver_named`."""
    return _listed(only_available=True)


def solver_named(name: str) -> Solver:
    """Door to an engine PuLP finds here, such as ``GUROBI``; it claims no bound and cannot be asked to stop.

    It is given the gap, the time limit and the threads as far as PuLP can hand them on.

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


def _listed(*, only_available: bool) -> tuple[str, ...]:
    if not installed("pulp"):
        return ()
    names = load("pulp").listSolvers(onlyAvailable=only_available)
    return tuple(name for name in dict.fromkeys(names) if name not in CBC_ITSELF)


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
            options=[f"randomCbcSeed {options.seed}", *SOUND],
            logPath=str(log),
        )
        engine.tmpDir = folder
        answer = _run(engine, problem, watch)
        return replace(answer, bound=_cbc_bound(answer, log.read_text(encoding="utf-8", errors="replace"), options))


def _run_named(name: str, problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
    wishes = {"gapRel": options.gap, "timeLimit": options.time_limit, "threads": options.threads}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3 warns of engines that PuLP 4 drops
        find = load("pulp").getSolver
        taken = inspect.signature(type(find(name, msg=False)).__init__).parameters
        wishes = {wish: value for wish, value in wishes.items() if wish in taken}
        engine = find(name, msg=False, mip=bool(problem.integer.any()), **wishes)
    with quiet_output():
        return _run(engine, problem, watch)


def _run(engine: Any, problem: Problem, watch: Watch) -> Answer:
    pulp = load("pulp")
    model, columns, rows = pulp_model(problem)
    failed: list[Exception] = []

    def work() -> None:
        try:
            model.solve(engine)
        except Exception as error:  # each vendor has errors of its own: no library, no licence, no file
            failed.append(error)

    watch.run(work, lambda: None)
    if failed:
        return Answer(status=Status.FAILED, message=" ".join(str(failed[0]).split()) or type(failed[0]).__name__)
    mixed = bool(problem.integer.any())
    stopped = Status.INTERRUPTED if watch.stopping else Status.STOPPED
    status = {
        pulp.LpSolutionOptimal: Status.OPTIMAL,
        pulp.LpSolutionIntegerFeasible: stopped,
        pulp.LpSolutionNoSolutionFound: Status.INFEASIBLE if model.status == pulp.LpStatusInfeasible else stopped,
        pulp.LpSolutionInfeasible: Status.INFEASIBLE,
        pulp.LpSolutionUnbounded: Status.UNBOUNDED,
    }[model.sol_status]
    if status is Status.INFEASIBLE and could_be_unbounded(problem):
        status = Status.UNBOUNDED  # PuLP says infeasible of 'infeasible or unbounded'
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


def _cbc_bound(answer: Answer, log: str, options: SolveOptions) -> float:
    """Bound CBC states in its log, less its rounding to 3 decimals; without one, what its 'optimal' implies."""
    stated = [float(number) for number in LOG_BOUND.findall(log)]
    if stated:
        return stated[-1] - 0.001
    if answer.status is Status.OPTIMAL and answer.objective is not None:
        return answer.objective - options.gap * abs(answer.objective) * (not options.relax)
    return -math.inf
