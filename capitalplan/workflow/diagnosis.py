"""What is installed here."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import version

import numpy as np
import scipy.sparse as sp

from capitalplan import __version__
from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.engines import ENGINES, engine, engine_module, pulp_engines

__all__ = ["diagnose"]

LIBRARIES = ("numpy", "scipy", "pandas", "pydantic", "openpyxl", "XlsxWriter", "plotly", "jinja2", "typer")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def diagnose() -> dict[str, dict[str, str]]:
    """Versions, engines and browser, group by group; each engine found is run once, on a problem of one column."""
    engines = {}
    for name in ENGINES:
        module = engine_module(name)
        engines[name] = _told(name, module.version()) if module.available() else "not installed"
    others = pulp_engines()
    through_pulp = {name: _told(name, "runs") for name, is_found in others.items() if is_found}
    missing = [name for name, is_found in others.items() if not is_found]
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    return {
        "capitalplan": {"version": __version__, "python": platform.python_version(), "system": platform.platform()},
        "engines": engines,
        "engines through PuLP": through_pulp | {"not found": ", ".join(missing) or "none"},
        "libraries": {name: version(name) for name in LIBRARIES},
        "tools": {"browser": browser or "not found (only needed for pictures in later reports and for tests)"},
    }


def _told(name: str, words: str) -> str:
    """What is said of an engine that is found: the words given where it runs, else why not."""
    try:
        answer = engine(name)(_one_column(), SolveOptions(gap=0.0))
    except SolverError as error:
        return f"found, but does not run: {error}"
    return words if answer.status is Status.OPTIMAL else f"found, but does not run: {answer.message or answer.status}"


def _one_column() -> Problem:
    """Least ``-x`` with ``x <= 1.5``, in whole numbers."""
    return Problem(
        costs=np.array([-1.0]),
        matrix=sp.csc_array(np.array([[1.0]])),
        lower=np.zeros(1),
        upper=np.full(1, 9.0),
        row_lower=np.full(1, -np.inf),
        row_upper=np.full(1, 1.5),
        integer=np.ones(1, dtype=np.bool_),
        column_names=("x",),
        row_names=("limit",),
        row_rule=("limit",),
        column_block=np.zeros(1, dtype=np.int32),
        column_owner=np.zeros(1, dtype=np.int32),
        column_year=np.zeros(1, dtype=np.int32),
    )
