from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from solvers import pulp_solvers
from solvers.engine import Capabilities

MODULES = ("solvers.highs", "solvers.or_tools", "solvers.cp_sat", "solvers.pulp_solvers")
OTHER_DOOR = "HiGHS"
"""An engine that PuLP finds wherever the default one is installed."""


@pytest.fixture(params=(*MODULES, pytest.param(OTHER_DOOR, marks=pytest.mark.long)))
def engine(request: pytest.FixtureRequest) -> ModuleType:
    if request.param == OTHER_DOOR:
        return through_pulp(OTHER_DOOR)
    module = importlib.import_module(request.param)
    if not module.available():
        pytest.skip(f"{module.NAME} is not available here")
    return module


def through_pulp(name: str) -> ModuleType:
    """An engine that PuLP finds, as a module of ours."""
    if name not in pulp_solvers.others():
        pytest.skip(f"PuLP does not find {name} here")
    module = ModuleType(name)
    can = Capabilities(bound=False, progress=False, interrupt=False, unbounded_columns=True)
    vars(module).update(NAME=name, CAPABILITIES=can, solve=pulp_solvers.solver_named(name))
    return module
