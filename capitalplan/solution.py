"""What an engine is asked and what it answers: options, status, values and report, kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from capitalplan.formulation.problem import Problem

__all__ = ["Progress", "Solution", "SolveOptions", "Solver", "Status", "relative_gap"]


class Status(StrEnum):
    """How a solve ended. A solve stopped with a plan is a success with a gap."""

    OPTIMAL = "optimal"
    """The gap asked for was reached."""
    STOPPED = "stopped"
    """A time limit ended the solve; ``values`` says whether a plan was found."""
    INTERRUPTED = "interrupted"
    """The user ended the solve; ``values`` says whether a plan was found."""
    NONE_BETTER = "none better"
    """No plan costs less than ``SolveOptions.better_than``."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of progress, in the units of the problem's objective.

    Attributes
    ----------
    seconds
        Time since the solve began.
    incumbent
        Value of the best plan so far, or None.
    bound
        Proven lower bound.
    """

    seconds: float
    incumbent: float | None
    bound: float

    @property
    def gap(self) -> float | None:
        """Relative gap ``(incumbent - bound) / |incumbent|``, or None without a plan."""
        return None if self.incumbent is None else relative_gap(self.incumbent, self.bound)


def relative_gap(incumbent: float, bound: float) -> float:
    """Relative gap ``(incumbent - bound) / |incumbent|``, never below zero."""
    return max(0.0, incumbent - bound) / max(abs(incumbent), 1e-9)


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """How to solve.

    Attributes
    ----------
    gap
        Relative gap at which to stop.
    time_limit
        Seconds after which to stop, or None. A plan stopped by the clock cannot be promised to repeat.
    node_limit
        Nodes of the search tree after which to stop, or None; unlike the clock, it stops every run at the same plan.
        Engines that cannot count nodes ignore it.
    threads
        Threads of the engine; 1 makes a run repeatable.
    seed
        Random seed of the engine.
    relax
        Solve the linear relaxation instead.
    root_bound
        Lower bound on every plan of this problem that is proven already, such as that of its linear relaxation; None
        where none is known. An engine whose plan is cheaper is wrong; one that claims less is given this bound.
    known
        Value of a plan of this problem known from elsewhere; None where none is known. An engine that claims there is
        no plan as good is wrong.
    start
        Values of a plan to search from, shape ``(n_columns,)``; None for none. Engines ignore it. The strategy begins
        from it, answers with it where it is within the gap of ``root_bound``, and ignores it where it breaks the
        problem.
    better_than
        Only plans that cost less are looked for; None for any plan. Engines that cannot do so ignore it.
    on_progress
        Called with each line of progress; must be quick.
    should_stop
        Polled by the engine; returning True ends the solve with the best plan so far.
    """

    gap: float = 0.005
    time_limit: float | None = None
    node_limit: int | None = None
    threads: int = 1
    seed: int = 0
    relax: bool = False
    root_bound: float | None = None
    known: float | None = None
    start: npt.NDArray[np.float64] | None = None
    better_than: float | None = None
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """An engine's answer.

    Attributes
    ----------
    status
        How the solve ended.
    values
        Value of each column, shape ``(n_columns,)``; None when no plan was found.
    objective
        Value of the plan as the engine counts it; None when no plan was found.
    bound
        Lower bound the engine claims on every plan's value, or the ``root_bound`` it was given where that is higher;
        minus infinity when there is none.
    duals
        Row prices of a linear relaxation, shape ``(n_rows,)``; None otherwise.
    reduced_costs
        Reduced cost of each column of a linear relaxation, shape ``(n_columns,)``; None otherwise.
    engine
        Name and version of the engine.
    seconds
        Wall-clock time of the solve.
    message
        The engine's own words on why it stopped.
    trace
        The lines of progress, in order.
    """

    status: Status
    values: npt.NDArray[np.float64] | None
    objective: float | None
    bound: float
    duals: npt.NDArray[np.float64] | None = None
    reduced_costs: npt.NDArray[np.float64] | None = None
    engine: str
    seconds: float
    message: str = ""
    trace: tuple[Progress, ...] = field(default=())

    @property
    def has_plan(self) -> bool:
        """Whether a plan was found."""
        return self.values is not None

    @property
    def gap(self) -> float | None:
        """Relative gap between plan and bound, or None without a plan."""
        return None if self.objective is None else relative_gap(self.objective, self.bound)


class Solver(Protocol):
    """An engine: takes a problem and options, returns a solution, keeps nothing."""

    def __call__(self, problem: Problem, options: SolveOptions) -> Solution:
        """Solve ``problem`` and report; never raises for an infeasible or stopped solve."""
        ...
