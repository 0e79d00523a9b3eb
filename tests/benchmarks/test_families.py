"""The families: the same arrays from the same seed, the same optimum by two engines, gaps as they should be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capitalplan.formulation.problem import Problem, with_integers_held
from capitalplan.solution import SolveOptions, Status
from solvers import highs, or_tools
from solvers.checks import bound_violation, row_violation
from tests.benchmarks.desk import desk, race_desk
from tests.benchmarks.families.arrays import Builder
from tests.benchmarks.families.registry import FAMILIES
from tests.benchmarks.instance import Instance, Replacing
from tests.benchmarks.practice import ORDERS, choices, practice
from tests.benchmarks.race import race

ASSETS = 12
HASHES = {
    "KB": "93a55a580ff15195ad678e98970cc215ac0409a4d56ad64cba030bc28c235df4",
    "NET": "40815d131640669353364a53e6468ac3838be78b83d2b46bb187eafefb0187c6",
    "GROWTH": "5aca8ee5834359d170413d875e92d653b69707e32460dedc6a0f26ab3037f2d2",
    "BACKLOG": "128c2cb4ab7873f68e461178b888288db4256c35f887e93fc5fce048c69d3eab",
    "PRES": "f9fbe9c7996ce1e693168c7fe0eacc62899e025caacd054e04133c4e97556c7a",
    "PRES-BIG-M": "8515b18236d8a023420b03d33d99f5a89d3baaa4548b61197ba777874f758771",
}


def drawn(family: str, assets: int = ASSETS, seed: int = 0) -> Instance:
    return FAMILIES[family](assets, seed)


def least(problem: Problem, *, relax: bool = False) -> float:
    found = highs.solve(problem, SolveOptions(gap=0.0, relax=relax))
    assert found.status is Status.OPTIMAL
    assert found.objective is not None
    return found.objective


@pytest.mark.parametrize("family", FAMILIES)
def test_a_seed_gives_the_same_arrays_everywhere(family: str) -> None:
    assert drawn(family).digest == drawn(family).digest == HASHES[family]
    assert drawn(family, seed=1).digest != HASHES[family]


def test_the_hash_sees_every_array() -> None:
    instance = drawn("GROWTH")
    problem = instance.problem
    for name in ("costs", "lower", "upper", "row_lower", "row_upper", "integer"):
        changed = getattr(problem, name).copy()
        changed[-1] = not changed[-1] if changed.dtype == bool else 77.0
        assert replace(instance, problem=replace(problem, **{name: changed})).digest != instance.digest
    assert replace(instance, problem=replace(problem, matrix=problem.matrix * 2)).digest != instance.digest


@pytest.mark.parametrize(
    "family", [pytest.param(name, marks=[pytest.mark.long] * (name == "PRES-BIG-M")) for name in FAMILIES]
)
def test_two_engines_agree(family: str) -> None:
    problem = drawn(family).problem
    other = or_tools.solve(problem, SolveOptions(gap=0.0))
    assert other.status is Status.OPTIMAL
    assert other.objective == pytest.approx(least(problem), rel=1e-6)


@pytest.mark.parametrize("family", [name for name in FAMILIES if not name.startswith("PRES")])
def test_practice_keeps_the_limits_and_costs_no_less_than_the_optimum(family: str) -> None:
    instance = drawn(family)
    replacing, problem = instance.replacing, instance.problem
    assert replacing is not None
    for order in ORDERS.values():
        chosen = choices(instance, order)
        years = np.argwhere(chosen[replacing.like] > 0)
        assert len(years)
        assert all(replacing.age[machine] + year >= replacing.life[machine] for machine, year in years)
        rest = with_integers_held(problem, chosen)
        held = highs.solve(rest, SolveOptions(relax=True))
        assert held.values is not None
        assert max(row_violation(problem, held.values), bound_violation(problem, held.values)) < 1e-6
    usual = practice(instance)
    assert usual is not None
    optimum = least(problem)
    assert all(told["value"] is not None and told["value"] >= optimum - 1e-6 for told in usual.values())
    assert all((told["scans_outside"] is None) == (family == "KB") for told in usual.values())


def test_the_oldest_due_machine_goes_first_and_waits_for_money() -> None:
    build, years = Builder(), 3
    keep = build.add_columns(np.zeros(4), upper=1, whole=True)
    like = build.add_columns(np.ones((4, years)), upper=1, whole=True)
    build.add(build.add_rows("budget", (years,), upper=10), like, np.array([[8.0], [11.0], [8.0], [2.0]]))
    build.add(build.add_rows("works", (years,), upper=1), like, 1)
    replacing = Replacing(
        keep=keep,
        like=like,
        age=np.array([12, 15, 13, 9]),
        life=np.full(4, 11),
        running=np.array([[3.0] * years, [2.0] * years, [1.0] * years, [9.0] * years]),
    )
    instance = Instance(family="four", assets=4, seed=0, problem=build.problem(), replacing=replacing)
    # the second is never affordable, the fourth is due in the last year only, one machine a year
    oldest, worst = (choices(instance, ORDERS[name])[like] for name in ("oldest first", "worst first"))
    assert [(machine, year) for machine, year in np.argwhere(oldest)] == [(0, 1), (2, 0), (3, 2)]
    assert [(machine, year) for machine, year in np.argwhere(worst)] == [(0, 0), (2, 1), (3, 2)]


def test_a_linear_relaxation_closes_the_gap_of_the_charge_only_where_links_are_disaggregated() -> None:
    tight, loose = drawn("PRES", 50).problem, drawn("PRES-BIG-M", 50).problem
    optimum = least(tight)
    assert least(loose) == pytest.approx(optimum, rel=1e-6)
    assert least(tight, relax=True) == pytest.approx(optimum, rel=1e-6)
    assert 0.007 < 1 - least(loose, relax=True) / optimum < 0.012


def test_a_list_is_carried_in_the_backlog_family() -> None:
    growth, backlog = drawn("GROWTH"), drawn("BACKLOG")
    lists = backlog.problem.n_columns - growth.problem.n_columns
    assert lists == 2 * len(growth.outside)
    due = np.array(backlog.problem.row_rule) == "demand"
    before = growth.problem.row_lower[np.array(growth.problem.row_rule) == "demand"]
    assert (backlog.problem.row_lower[due] >= before).all()
    carried = backlog.problem.matrix.tocsr()[np.flatnonzero(due)][:, growth.problem.n_columns :]
    assert carried.sum() == pytest.approx(len(growth.outside) / 10)  # each list is carried, but for the last year's


@pytest.mark.long
def test_the_desk_asks_one_problem_under_other_limits() -> None:
    poor, rich = desk(2)
    assert (poor.level, rich.level) == (50, 150)
    assert abs(poor.problem.matrix - rich.problem.matrix).sum() == 0
    assert (poor.problem.row_upper <= rich.problem.row_upper).all()
    assert (poor.problem.row_lower == rich.problem.row_lower).all()  # what is at least to be used stays
    assert poor.digest != rich.digest


def test_ours_answers_every_level_of_a_desk() -> None:
    model = drawn("KB").problem
    limited = np.isfinite(model.row_upper) & (model.row_lower < model.row_upper)
    levels = [
        Instance(
            family="DESK",
            assets=ASSETS,
            seed=0,
            level=percent,
            problem=replace(model, row_upper=np.where(limited, model.row_upper * percent / 100, model.row_upper)),
        )
        for percent in (150, 100, 125)
    ]
    rows = list(race_desk(levels, "ours", seconds=30.0, gap=0.02))
    assert [(row["level"], row["status"], row["gap"] <= 0.02) for row in rows] == [
        (percent, "optimal", True) for percent in (150, 100, 125)
    ]
    assert rows[0]["incumbent"] <= rows[2]["incumbent"] <= rows[1]["incumbent"]


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("assets", "seconds", "measured"), [(60, 60.0, 1.6), (300, 120.0, 1.47)])
def test_growth_is_as_hard_for_highs_as_it_was(assets: int, seconds: float, measured: float) -> None:
    row = race(drawn("GROWTH", assets), "highs", seconds=seconds, gap=0.0)
    assert 100 * row["gap"] == pytest.approx(measured, abs=0.4)
