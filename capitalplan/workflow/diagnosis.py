"""What is installed here."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import version

from capitalplan import __version__
from capitalplan.workflow.engines import ENGINES, engine_module

__all__ = ["diagnose"]

LIBRARIES = ("numpy", "scipy", "pandas", "pydantic", "openpyxl", "XlsxWriter", "plotly", "jinja2", "typer")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def diagnose() -> dict[str, dict[str, str]]:
    """Versions, engines and browser, group by group."""
    engines = {}
    for name in ENGINES:
        module = engine_module(name)
        engines[name] = module.version() if module.available() else "not installed"
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    return {
        "capitalplan": {"version": __version__, "python": platform.python_version(), "system": platform.platform()},
        "engines": engines,
        "libraries": {name: version(name) for name in LIBRARIES},
        "tools": {"browser": browser or "not found (only needed for pictures in later reports and for tests)"},
    }
