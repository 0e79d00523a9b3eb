"""The engines by name, each loaded only when it is asked for: four of ours, and any that PuLP finds here."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

from capitalplan.errors import SolverError
from capitalplan.register.reading.words import nearest
from capitalplan.solution import Solver

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "claims_bound",
    "engine",
    "engine_module",
    "engine_of",
    "pulp_engines",
    "unknown_engine",
]

DEFAULT_ENGINE = "highs"
ENGINES = MappingProxyType(
    {
        "highs": "solvers.strategy",
        "scip": "solvers.or_tools",
        "cp-sat": "solvers.cp_sat",
        "cbc": "solvers.pulp_solvers",
    }
)
"""Module of each engine of ours."""


def engine_module(name: str) -> Any:
    """Module of an engine of ours, whether or not its library is installed.

    Raises
    ------
    SolverError
        If we have none of that name.
    """
    if name not in ENGINES:
        raise SolverError(f"There is no engine {name!r}: choose one of {', '.join(ENGINES)}.")
    return import_module(ENGINES[name])


def engine(name: str) -> Solver:
    """Find an engine that can be used here: one of ours, or one that PuLP finds, by PuLP's name for it.

    Raises
    ------
    SolverError
        If there is none of that name, or it is not installed here; the message says which are.
    """
    if name in ENGINES and engine_module(name).available():
        ours: Solver = engine_module(name).solve
        return ours
    others = pulp_engines()
    if others.get(name):
        door: Solver = _pulp().solver_named(name)
        return door
    fault = unknown_engine(name)
    if fault is not None:
        raise SolverError(fault)
    here = ", ".join(each for each in ENGINES if engine_module(each).available())
    found = ", ".join(each for each, is_found in others.items() if is_found)
    raise SolverError(
        f"The engine {name} is not installed here. There are {here or 'none of ours'}, and through PuLP "
        f"{found or 'none'}. 'capitalplan doctor' lists them."
    )


def pulp_engines() -> dict[str, bool]:
    """Every engine PuLP knows, by PuLP's name, and whether it finds it here; none where PuLP is not installed."""
    pulp = _pulp()
    found = set(pulp.others())
    return {name: name in found for name in pulp.known()}


def unknown_engine(name: str) -> str | None:
    """What is wrong with the name of an engine, in words; None where there is one of that name, installed or not."""
    known = () if name in ENGINES else _pulp().known()
    if name in (*ENGINES, *known):
        return None
    near = nearest(name, (*known, *ENGINES))
    guess = f" Did you mean {near}?" if near is not None else ""
    return (
        f"There is no engine {name!r}: choose one of {', '.join(ENGINES)}, or one that PuLP knows, such as GUROBI."
        f"{guess}"
    )


def engine_of(report: str) -> str:
    """Name of the engine that signs a solution, such as ``highs`` for ``HiGHS 1.12.0``.

    Raises
    ------
    SolverError
        If none signs so.
    """
    word = report.split(" ", maxsplit=1)[0]
    if not claims_bound(report):
        return word
    engine_module(word.lower())
    return word.lower()


def claims_bound(report: str) -> bool:
    """Whether the engine that signs a solution so can claim a bound: PuLP hands none on, but for CBC's log."""
    word, _, library = report.partition(" ")
    return word == "CBC" or not library.startswith("(PuLP")


def _pulp() -> Any:
    return import_module("solvers.pulp_solvers")
