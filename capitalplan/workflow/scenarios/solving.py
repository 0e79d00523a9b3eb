"""One scenario planned and re-checked, wherever the process runs: its task, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.scenarios import Outcome, Solved, without_plan
from capitalplan.errors import ImpossiblePlanError, SolverError, VerifyRefusedError
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.planning import is_within, make_plan

__all__ = ["Task", "solve_task"]

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is asked of a process.

    Attributes
    ----------
    gap, time_limit
        As in ``SolveOptions``.
    start
        Columns of a plan that keeps the scenario's limits, from a scenario with less; None where there is none.
    bound
        Lower bound that holds for the scenario, from one with more, in the units of the problem; None for none.
    """

    register: Register
    gap: float
    time_limit: float | None
    start: Values | None = None
    bound: float | None = None


def solve_task(task: Task) -> Solved:
    """Plan a scenario in one thread and re-check the plan; whatever stands in the way is told, not raised."""
    began = time.perf_counter()
    options = SolveOptions(gap=task.gap, time_limit=task.time_limit, start=task.start, root_bound=task.bound)
    try:
        planned = make_plan(task.register, options)
    except ImpossiblePlanError as error:
        breaches: tuple[Any, ...] = error.breaches
        words = " ".join((str(error), *(str(each.message) for each in breaches[:1])))
        return without_plan(Outcome.IMPOSSIBLE, words, time.perf_counter() - began)
    except (VerifyRefusedError, SolverError) as error:
        return without_plan(Outcome.FAILED, str(error), time.perf_counter() - began)
    is_proven = planned.solution.status is Status.OPTIMAL and is_within(planned.plan.gap, task.gap)
    return Solved(
        outcome=Outcome.PLANNED if is_proven else Outcome.UNPROVEN,
        reason="" if is_proven else f"Stopped: {planned.solution.message}.",
        plan=planned.plan,
        values=planned.solution.values,
        bound=planned.solution.bound,
        seconds=time.perf_counter() - began,
    )
