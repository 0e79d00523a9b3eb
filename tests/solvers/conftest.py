from __future__ import annotations

import importlib
from types import ModuleType

import pytest

MODULES = ("solvers.highs", "solvers.or_tools", "solvers.cp_sat", "solvers.pulp_solvers")


@pytest.fixture(params=MODULES)
def engine(request: pytest.FixtureRequest) -> ModuleType:
    module = importlib.import_module(request.param)
    if not module.available():
        pytest.skip(f"{module.NAME} is not available here")
    return module
