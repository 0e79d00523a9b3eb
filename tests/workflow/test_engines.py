"""An engine is found again by the name its solutions are signed with."""

from __future__ import annotations

import pytest

from capitalplan.errors import SolverError
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import (
    ENGINES,
    claims_bound,
    engine,
    engine_module,
    engine_of,
    pulp_engines,
    unknown_engine,
)
from tests.solvers.problems import capital_rationing


@pytest.mark.parametrize("name", [name for name in ENGINES if engine_module(name).available()])
def test_a_solution_names_its_engine(name: str) -> None:
    assert engine_of(engine_module(name).solve(capital_rationing(), SolveOptions()).engine) == name


def test_an_engine_found_by_pulp_is_found_again_by_its_name() -> None:
    """PuLP's HiGHS and ours differ in a letter's case alone."""
    assert pulp_engines()["HiGHS"]
    signed = engine("HiGHS")(capital_rationing(), SolveOptions()).engine
    assert (engine_of(signed), claims_bound(signed)) == ("HiGHS", False)
    assert (engine_of("GUROBI (PuLP 3.3.2)"), claims_bound("GUROBI (PuLP 3.3.2)")) == ("GUROBI", False)
    assert (engine_of("CBC (PuLP 3.3.2)"), claims_bound("CBC (PuLP 3.3.2)")) == ("cbc", True)


@pytest.mark.parametrize("name", [name for name in ENGINES if engine_module(name).available()])
def test_ours_claim_bounds(name: str) -> None:
    assert claims_bound(engine_module(name).solve(capital_rationing(), SolveOptions()).engine)


@pytest.mark.parametrize(("name", "near"), [("gurobi", "GUROBI"), ("HIGHS", "highs"), ("cpsat", "cp-sat")])
def test_a_name_nearly_right_is_guessed(name: str, near: str) -> None:
    fault = unknown_engine(name)
    assert fault is not None
    assert fault.endswith(f"Did you mean {near}?")


def test_an_engine_not_found_here_is_told_with_those_that_are() -> None:
    missing = next(name for name, is_found in pulp_engines().items() if not is_found)
    assert unknown_engine(missing) is None
    with pytest.raises(SolverError, match=rf"{missing} is not installed here\. There are highs.*through PuLP .*HiGHS"):
        engine(missing)


def test_an_engine_that_is_not_ours_is_told() -> None:
    with pytest.raises(SolverError, match="There is no engine 'abacus'"):
        engine_of("Abacus 1.0")
