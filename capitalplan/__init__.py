"""From an imaging equipment register to a proven, explained capital plan.

The public names are loaded when first used, so that starting the command line loads no engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capitalplan.formulation.formulate import formulate
    from capitalplan.register.read import read_register
    from capitalplan.workflow.planning import plan_workbook, solve

__all__ = ["__version__", "formulate", "plan_workbook", "read_register", "solve"]

__version__ = "0.1.0"

_HOMES = {
    "formulate": "capitalplan.formulation.formulate",
    "plan_workbook": "capitalplan.workflow.planning",
    "read_register": "capitalplan.register.read",
    "solve": "capitalplan.workflow.planning",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
