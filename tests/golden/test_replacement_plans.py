"""Published replacement plans, put in as a register and planned as any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.plan.plan import Plan
from capitalplan.register.read import read_register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action
from capitalplan.workflow.planning import make_plan, solve
from tests.folders import copy_network, set_limits

EXACT = SolveOptions(gap=0)
LIMITS: dict[tuple[int, ...], tuple[int, float]] = {
    (150, 100, 0, 80): (634, 607.4),
    (100, 100, 100, 100): (634, 626.4),
    (100, 150, 0, 80): (634, 622.4),
    (80, 80, 80, 80): (696, 642.4),
}
"""Yearly limits of the three-asset plan, with its least whole-life cost and that of its linear relaxation."""


def three_assets(folder: Path, limits: Sequence[int] | None) -> Path:
    set_limits(copy_network("three_assets", folder), limits)
    return folder


def replacements(plan: Plan) -> list[tuple[str | None, int | None]]:
    return [(line.asset_id, line.year) for line in plan.schemes if line.action is Action.REPLACE]


def test_three_assets_without_limits(tmp_path: Path) -> None:
    plan = make_plan(read_register(three_assets(tmp_path / "book", None)), EXACT).plan
    assert plan.objective_gbp == 574
    assert not plan.funded


@pytest.mark.parametrize("limits", LIMITS)
def test_three_assets_under_yearly_limits(limits: tuple[int, ...], tmp_path: Path) -> None:
    planned = make_plan(read_register(three_assets(tmp_path / "book", limits)), EXACT)
    assert planned.plan.objective_gbp == LIMITS[limits][0]
    for line, limit in zip(planned.plan.years, limits, strict=True):
        assert sum(line.capital_by_source.values()) <= limit


def test_at_eighty_a_year_only_c_is_replaced_and_at_once(tmp_path: Path) -> None:
    plan = make_plan(read_register(three_assets(tmp_path / "book", (80, 80, 80, 80))), EXACT).plan
    assert replacements(plan) == [("C", 2026)]


@pytest.mark.parametrize("prune", [True, False])
@pytest.mark.parametrize("limits", LIMITS)
def test_the_linear_relaxation_of_three_assets(limits: tuple[int, ...], prune: bool, tmp_path: Path) -> None:
    formulation = formulate(read_register(three_assets(tmp_path / "book", limits)), prune=prune)
    relaxed = solve(formulation.problem, SolveOptions(relax=True))
    assert relaxed.objective is not None
    assert relaxed.objective * 1000 == pytest.approx(LIMITS[limits][1], abs=0.05)


def test_five_years_of_one_machine(tmp_path: Path) -> None:
    plan = make_plan(read_register(copy_network("five_year_machine", tmp_path / "book")), EXACT).plan
    assert plan.objective_gbp == 1280
    assert len(replacements(plan)) == 3
    assert float(plan.kpis["cash_cost_gbp"]) - float(plan.kpis["remaining_value_gbp"]) == 1280
