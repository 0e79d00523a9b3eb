"""The engines by name, each loaded only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

from capitalplan.errors import SolverError
from capitalplan.solution import Solver

__all__ = ["DEFAULT_ENGINE", "ENGINES", "engine", "engine_module", "engine_of"]

DEFAULT_ENGINE = "highs"
ENGINES = MappingProxyType(
    {
        "highs": "solvers.portfolio",
        "scip": "solvers.or_tools",
        "cp-sat": "solvers.cp_sat",
        "cbc": "solvers.pulp_solvers",
    }
)
"""Module of each engine."""


def engine_module(name: str) -> Any:
    """Module of an engine, whether or not its library is installed.

    Raises
    ------
    SolverError
        If there is no engine of that name.
    """
    if name not in ENGINES:
        raise SolverError(f"There is no engine {name!r}: choose one of {', '.join(ENGINES)}.")
    return import_module(ENGINES[name])


def engine(name: str) -> Solver:
    """Find an engine that can be used here.

    Raises
    ------
    SolverError
        If there is none of that name, or its library is not installed.
    """
    module = engine_module(name)
    if not module.available():
        raise SolverError(f"The engine {name} is not installed here. 'capitalplan doctor' lists those that are.")
    solver: Solver = module.solve
    return solver


def engine_of(report: str) -> str:
    """Name of the engine that signs a solution, such as ``highs`` for ``HiGHS 1.12.0``.

    Raises
    ------
    SolverError
        If none of ours signs so.
    """
    name = report.split(" ", maxsplit=1)[0].lower()
    engine_module(name)
    return name
