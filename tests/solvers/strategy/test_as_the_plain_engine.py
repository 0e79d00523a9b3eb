"""The strategy at gap 0 has what HiGHS alone has, on random small problems sent through both arms."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions, Status
from solvers import highs, strategy
from tests.benchmarks.families.growth import growth
from tests.properties.random_money import random_money
from tests.properties.random_network import random_register
from tests.solvers.problems import assert_feasible, siting
from tests.solvers.strategy.coupled import coupled, with_bought

EXACT = SolveOptions(gap=0.0)
CLOSE = 1e-6


def seeds(quick: int, every: int) -> list[object]:
    return [*range(quick), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(quick, every))]


@pytest.fixture(autouse=True)
def always_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strategy, "SMALL", 0)


def assert_as_plain(model: Problem) -> None:
    plain, both = highs.solve(model, EXACT), strategy.solve(model, EXACT)
    assert both.status is plain.status
    if plain.status is Status.INFEASIBLE:
        assert not both.has_plan
        return
    assert plain.status is Status.OPTIMAL
    assert plain.objective is not None
    assert_feasible(model, both)
    assert both.objective == pytest.approx(plain.objective, rel=CLOSE, abs=CLOSE)
    assert both.bound == pytest.approx(plain.objective, rel=CLOSE, abs=CLOSE)


@pytest.mark.parametrize("seed", seeds(1, 8))
def test_where_to_put_machines(seed: int) -> None:
    assert_as_plain(siting(seed))


@pytest.mark.parametrize("seed", seeds(2, 8))
def test_blocks_that_rows_couple(seed: int) -> None:
    assert_as_plain(coupled(seed))
    assert_as_plain(with_bought(coupled(seed)))


@pytest.mark.parametrize("seed", seeds(4, 12))
def test_random_registers(seed: int, tmp_path: Path) -> None:
    assert_as_plain(formulate(random_register(seed, tmp_path / "book")).problem)


@pytest.mark.parametrize("seed", seeds(3, 8))
def test_random_money(seed: int, tmp_path: Path) -> None:
    assert_as_plain(formulate(random_money(seed, tmp_path / "book")).problem)


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_growing_demand(seed: int) -> None:
    assert_as_plain(growth(12, seed).problem)
