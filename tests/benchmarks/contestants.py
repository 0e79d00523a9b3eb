"""The engines that race, each as it comes, all handed the same problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from capitalplan.solution import Solver
from capitalplan.workflow.engines import engine
from solvers.pulp_solvers import solver_named

__all__ = ["CONTESTANTS", "Contestant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """An engine as it is run.

    Attributes
    ----------
    solver
        Finds it.
    threads
        What it is told; 0 is HiGHS's word for its own default, 1 our own default.
    """

    solver: Callable[[], Solver]
    threads: int


def _solver(module: str) -> Solver:
    found: Solver = import_module(module).solve
    return found


CONTESTANTS = {
    "ours": Contestant(solver=lambda: engine("highs"), threads=1),
    "highs": Contestant(solver=lambda: _solver("solvers.highs"), threads=0),
    "pulp-highs": Contestant(solver=lambda: solver_named("HiGHS"), threads=0),
    "cbc": Contestant(solver=lambda: _solver("solvers.pulp_solvers"), threads=2),
    "scip": Contestant(solver=lambda: _solver("solvers.or_tools"), threads=1),
    "cp-sat": Contestant(solver=lambda: _solver("solvers.cp_sat"), threads=2),
}
"""PuLP's HiGHS runs with its own default of threads and states no bound; SCIP has one thread in OR-Tools."""
