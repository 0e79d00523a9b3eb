"""What every engine module shares: how its library is found, and what it can do.

Each engine module offers ``NAME``, ``CAPABILITIES``, ``available()``, ``version()`` and ``solve(problem, options)``, a
:class:`capitalplan.solution.Solver`. A vendor library is imported only when it is used.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from capitalplan.errors import SolverError

__all__ = ["Capabilities", "installed", "library_version", "load", "quiet_output"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine can do beyond finding a plan.

    Attributes
    ----------
    bound
        States a bound when it stops early.
    progress
        Reports plans and bounds while it runs.
    interrupt
        Ends at once, with the best plan so far, when asked to stop.
    unbounded_columns
        Accepts columns whose range no row limits.
    """

    bound: bool
    progress: bool
    interrupt: bool
    unbounded_columns: bool


def load(module: str) -> Any:
    """Import a vendor module.

    Raises
    ------
    SolverError
        If it is not installed or cannot be loaded here.
    """
    try:
        return importlib.import_module(module)
    except (ImportError, OSError) as error:
        raise SolverError(f"The solver library {module.partition('.')[0]} cannot be loaded: {error}") from error


def installed(module: str) -> bool:
    """Whether a vendor module can be loaded here."""
    try:
        load(module)
    except SolverError:
        return False
    return True


@cache
def library_version(distribution: str) -> str:
    """Version of an installed distribution, or ``not installed``."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


@contextmanager
def quiet_output() -> Iterator[None]:
    """Send what a vendor prints, whatever it was told, to standard error: standard output is for data."""
    sys.stdout.flush()
    output, kept = 1, os.dup(1)
    try:
        os.dup2(2, output)
        yield
    finally:
        os.dup2(kept, output)
        os.close(kept)
