"""Work in a fresh process, so that its memory is its own; watched from outside, ended when it overruns."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Progress, Solution, SolveOptions
from solvers.strategy.levels import solve_levels
from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.memory import group_mb, own_peak_mb

__all__ = ["Ended", "limit_of", "run_apart", "solve_levels_to_files", "solve_to_files"]

POLL_SECONDS = 0.1
FREE_SECONDS, FREE_SHARE = 30.0, 0.2
"""How far a run may go beyond its time before it is ended."""
MANNERS_SECONDS = 5.0
"""Between one request to end and the next, firmer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended.

    Attributes
    ----------
    seconds
        From its start to its end, imports included.
    peak_mb
        Most memory it and its own children held together, MB, polled, and at least its own peak.
    overran
        Whether it had to be ended.
    exit_code
        Its exit code; None when it had to be ended.
    """

    seconds: float
    peak_mb: float
    overran: bool
    exit_code: int | None


def limit_of(seconds: float) -> float:
    """Seconds after which a run that was given ``seconds`` is ended."""
    return seconds * (1 + FREE_SHARE) + FREE_SECONDS


def run_apart(work: Callable[..., None], folder: Path, *arguments: Any, limit: float) -> Ended:
    """Run ``work(folder, *arguments)`` in a fresh process and wait; what it has to say it writes into ``folder``."""
    process = multiprocessing.get_context("spawn").Process(target=_lead, args=(work, folder, arguments))
    started, peak = time.perf_counter(), 0.0
    process.start()
    try:
        while process.is_alive() and time.perf_counter() - started < limit:
            process.join(POLL_SECONDS)
            peak = max(peak, group_mb(process.pid or 0))
        overran = process.is_alive()
    finally:
        _end(process)
    seconds = time.perf_counter() - started
    told = folder / "peak.json"
    if told.exists():
        peak = max(peak, json.loads(told.read_text(encoding="utf-8")))
    return Ended(seconds=seconds, peak_mb=peak, overran=overran, exit_code=None if overran else process.exitcode)


def solve_to_files(folder: Path, problem: Problem, contestant: str, options: SolveOptions) -> None:
    """Solve, and write trace, values and answer into ``folder``."""
    with (folder / "trace.jsonl").open("w", encoding="utf-8") as file:

        def note(line: Progress) -> None:
            file.write(json.dumps([line.seconds, line.incumbent, line.bound]) + "\n")
            file.flush()

        given = replace(options, threads=CONTESTANTS[contestant].threads, on_progress=note)
        started = time.perf_counter()
        try:
            solution = CONTESTANTS[contestant].solver()(problem, given)
        except SolverError as error:
            answer: dict[str, Any] = {"status": "failed", "message": str(error), "bound": None, "objective": None}
        else:
            answer = _told(folder, solution)
        answer["seconds"] = time.perf_counter() - started
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def solve_levels_to_files(folder: Path, problems: list[Problem], options: SolveOptions) -> None:
    """Solve levels together with ours, and write values and answer of each into a folder numbered as it is.

    The seconds of a level are those since the answer before; together they are all that were spent.
    """
    seconds, before = dict.fromkeys(range(len(problems)), 0.0), time.perf_counter()
    for level, solution in solve_levels(problems, replace(options, threads=CONTESTANTS["ours"].threads)):
        now = time.perf_counter()
        seconds[level] += now - before
        before = now
        (folder / str(level)).mkdir(exist_ok=True)
        answer = _told(folder / str(level), solution) | {"seconds": seconds[level]}
        (folder / str(level) / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _told(folder: Path, solution: Solution) -> dict[str, Any]:
    """What an answer says; its values are written into a folder."""
    if solution.values is not None:
        np.save(folder / "values.npy", solution.values)
    return {
        "status": str(solution.status),
        "message": solution.message,
        "bound": solution.bound,
        "objective": solution.objective,
    }


def _lead(work: Callable[..., None], folder: Path, arguments: tuple[Any, ...]) -> None:
    """Lead a group of processes of its own, so that it can be measured and ended as a whole."""
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # engines greet; the results have standard output
    work(folder, *arguments)
    (folder / "peak.json").write_text(json.dumps(own_peak_mb()), encoding="utf-8")


def _end(process: Any) -> None:
    """End a group: ask for its best plan so far, then ask to end, then end it."""
    if not process.is_alive():
        return
    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, request)
        except ProcessLookupError:  # it leads no group yet, or the group is gone
            process.kill()
        process.join(MANNERS_SECONDS)
