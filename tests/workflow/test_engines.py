"""An engine is found again by the name its solutions are signed with."""

from __future__ import annotations

import pytest

from capitalplan.errors import SolverError
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import ENGINES, engine_module, engine_of
from tests.solvers.problems import capital_rationing


@pytest.mark.parametrize("name", [name for name in ENGINES if engine_module(name).available()])
def test_a_solution_names_its_engine(name: str) -> None:
    assert engine_of(engine_module(name).solve(capital_rationing(), SolveOptions()).engine) == name


def test_an_engine_that_is_not_ours_is_told() -> None:
    with pytest.raises(SolverError, match="There is no engine 'abacus'"):
        engine_of("Abacus 1.0")
