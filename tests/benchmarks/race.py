"""One engine on one instance: run apart, its plan held against the arrays, its row of results."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, relative_gap
from solvers.checks import check_values
from tests.benchmarks.child import Ended, limit_of, run_apart, solve_to_files
from tests.benchmarks.instance import Instance, Numbers
from tests.benchmarks.practice import scans_outside

__all__ = ["CHECKPOINTS", "Row", "gap_at", "race", "row_of"]

CHECKPOINTS = (10, 30, 60, 120, 300)
"""Seconds at which gaps are read off a trace."""

LATE_SECONDS = 0.5
"""By which an engine that is stopped by the clock may hand its answer in."""

Row = dict[str, Any]


def race(instance: Instance, engine: str, *, seconds: float, gap: float) -> Row:
    """Run an engine on an instance.

    A plan counts only if it holds against the arrays, and a bound only if the engine states it. What a trace says of
    plans is not better than the plan at the end.

    Parameters
    ----------
    seconds
        Time the engine is given.
    gap
        Relative gap at which it may stop.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        options = SolveOptions(gap=gap, time_limit=seconds, seed=instance.seed)
        ended = run_apart(solve_to_files, folder, instance.problem, engine, options, limit=limit_of(seconds))
        return row_of(instance, engine, seconds, folder, ended)


def row_of(instance: Instance, engine: str, seconds: float, folder: Path, ended: Ended) -> Row:
    """Row of a run from the files it left in a folder and how its process ended."""
    answer = _answer(folder, ended)
    values = np.load(folder / "values.npy") if (folder / "values.npy").exists() else None
    trace = _trace(folder / "trace.jsonl")
    incumbent, status, message = None, answer["status"], answer["message"]
    if values is not None:
        try:
            incumbent = _checked(instance.problem, values, answer["objective"], engine)
        except SolverError as error:
            status, message = "wrong", str(error)
    took = answer["seconds"] if answer["seconds"] is not None else ended.seconds
    bound = _number(answer["bound"])
    if bound is None and ended.overran and trace:
        bound = trace[-1][2]
    trace = [line for line in trace if line[0] < took] + [[took, incumbent, bound]]
    trace = [[at, _no_better(plan, incumbent), stated] for at, plan, stated in trace]
    problem = instance.problem
    return {
        "family": instance.family,
        "assets": instance.assets,
        "seed": instance.seed,
        "level": instance.level,
        "engine": engine,
        "time_limit": seconds,
        "seconds": round(took, 3),
        "incumbent": incumbent,
        "bound": bound,
        "gap": _gap(incumbent, bound),
        "status": status,
        "message": message,
        "trace": [[round(at, 3), plan, stated] for at, plan, stated in trace],
        "checkpoints": {str(at): gap_at(trace, at) for at in CHECKPOINTS if at <= seconds},
        "scans_outside": None if values is None or incumbent is None else scans_outside(values, instance.outside),
        "peak_memory_mb": round(ended.peak_mb, 1),
        "columns": problem.n_columns,
        "rows": problem.n_rows,
        "nonzeros": int(problem.matrix.nnz),
        "hash": instance.digest,
        "practice": None,
    }


def gap_at(trace: list[list[Any]], seconds: float) -> float | None:
    """Gap at a time: between the best plan and the best bound so far; None without either.

    A run that has ended keeps its last gap.
    """
    so_far = [line for line in trace if line[0] <= seconds + LATE_SECONDS]
    plans = [plan for _, plan, _ in so_far if plan is not None]
    bounds = [bound for _, _, bound in so_far if bound is not None]
    return _gap(min(plans, default=None), max(bounds, default=None))


def _checked(problem: Problem, values: Numbers, objective: float, engine: str) -> float:
    if values.shape != (problem.n_columns,):
        raise SolverError(f"{engine} contradicts itself: its plan has another number of columns than the problem")
    check_values(problem, values, objective, engine)
    return float(problem.costs @ values)


def _answer(folder: Path, ended: Ended) -> dict[str, Any]:
    told = folder / "answer.json"
    answer: dict[str, Any] = {"message": "", "bound": None, "objective": None, "seconds": None}
    if told.exists():
        answer |= json.loads(told.read_text(encoding="utf-8"))
    elif not ended.overran:
        answer |= {"status": "failed", "message": f"ended with code {ended.exit_code}"}
    return answer | {"status": "overran"} if ended.overran else answer


def _trace(path: Path) -> list[list[Any]]:
    if not path.exists():
        return []
    whole = [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("]")]
    return [[at, plan, _number(bound)] for at, plan, bound in map(json.loads, whole)]


def _number(bound: float | None) -> float | None:
    return bound if bound is not None and math.isfinite(bound) else None


def _no_better(plan: float | None, checked: float | None) -> float | None:
    return None if plan is None or checked is None else max(plan, checked)


def _gap(incumbent: float | None, bound: float | None) -> float | None:
    return None if incumbent is None or bound is None else relative_gap(incumbent, bound)
