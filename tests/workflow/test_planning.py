"""What ends a plan before it is shown: no engine, no plan, a refusal of the re-check, a contradiction."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from capitalplan.errors import InputError, SolverError, VerifyRefusedError
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Breach, Plan
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.resources import data_path
from capitalplan.solution import Solution, SolveOptions, Status
from capitalplan.workflow import cross_check as checking
from capitalplan.workflow import planning
from capitalplan.workflow.cross_check import cross_check
from capitalplan.workflow.engines import ENGINES, engine
from capitalplan.workflow.planning import Planned, make_plan, make_study, plan_workbook, solve
from tests.e2e.every_part import Sheets, write_network
from tests.service.cases import year

Answer = Callable[[Problem, SolveOptions], Solution]

NOTHING = Solution(
    status=Status.STOPPED, values=None, objective=None, bound=-math.inf, engine="Abacus 1", seconds=0.0, message="tired"
)


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(data_path("twelve_assets"))


@pytest.fixture(scope="module")
def planned(register: Register) -> Planned:
    return make_plan(register, SolveOptions(gap=0.0))


def answering(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    monkeypatch.setattr(planning, "solve", lambda problem, options, **_: answer(problem, options))


def test_a_plan_comes_with_its_checks(planned: Planned) -> None:
    assert planned.solution.status is Status.OPTIMAL
    assert planned.plan.gap == 0
    assert {check.breaches for check in planned.checks} == {0}
    assert sum(check.checked for check in planned.checks) > 100


def test_from_a_workbook_in_one_call(planned: Planned) -> None:
    assert plan_workbook(data_path("twelve_assets"), gap=0.0).plan == planned.plan


def test_a_workbook_with_errors_says_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "Equipment.csv").write_text("Asset ID,Site code,Modality,Installed\nA,S,laser,soon\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        plan_workbook(tmp_path)
    assert len(caught.value.issues) >= 2


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_gives_a_plan_of_the_same_value(name: str, register: Register, planned: Planned) -> None:
    other = make_plan(register, SolveOptions(gap=0.0, time_limit=60), engine_name=name)
    assert other.plan.objective_gbp == planned.plan.objective_gbp


def test_an_unknown_engine_is_told_with_those_there_are(planned: Planned) -> None:
    with pytest.raises(SolverError, match="'abacus': choose one of highs, scip"):
        solve(planned.formulation.problem, engine_name="abacus")


def test_an_engine_without_its_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from solvers import or_tools

    monkeypatch.setattr(or_tools, "available", lambda: False)
    with pytest.raises(SolverError, match="scip is not installed here"):
        engine("scip")


def test_no_plan_in_time_is_told_in_the_engines_words(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, lambda *_: NOTHING)
    with pytest.raises(SolverError, match=r"No plan was found: tired \(Abacus 1\)"):
        make_plan(register, SolveOptions())


def test_a_wish_to_stop_before_there_is_a_plan_is_an_interrupt(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, lambda *_: replace(NOTHING, status=Status.INTERRUPTED))
    with pytest.raises(KeyboardInterrupt):
        make_plan(register, SolveOptions())


def test_an_engine_that_finds_nothing_where_nothing_is_in_the_way_is_not_trusted(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, lambda *_: replace(NOTHING, status=Status.INFEASIBLE))
    with pytest.raises(SolverError, match="no rule has to give"):
        make_plan(register, SolveOptions())


def test_a_plan_the_recheck_refuses_is_not_shown(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Extraction loses a machine on the way; the re-check, which knows the register alone, sees it."""

    def careless(formulation: Formulation, solution: Solution) -> Plan:
        plan = extract(formulation, solution)
        return replace(plan, schemes=tuple(line for line in plan.schemes if line.asset_id != "QX601-RF-01"))

    monkeypatch.setattr(planning, "extract", careless)
    with pytest.raises(VerifyRefusedError) as caught:
        make_plan(register, SolveOptions())
    assert any(isinstance(each, Breach) and "QX601-RF-01" in each.message for each in caught.value.findings)


def second_opinion(monkeypatch: pytest.MonkeyPatch, **answer: float | None) -> None:
    solution = replace(NOTHING, **answer)  # type: ignore[arg-type]  # any field may be answered
    monkeypatch.setattr(checking, "solve_apart", lambda *_: solution)


def test_engines_that_agree_are_quoted(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    value = planned.solution.objective
    assert value is not None
    second_opinion(monkeypatch, objective=value + 5, bound=value - 5)
    said = cross_check(planned, "abacus", 0.01, 10)
    assert "Abacus 1 agrees" in said
    assert f"£{planned.plan.objective_gbp + 5000:,}" in said
    assert f"£{planned.plan.objective_gbp - 5000:,}" in said


def test_an_engine_without_plan_or_bound_says_so(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    second_opinion(monkeypatch)
    said = cross_check(planned, "abacus", 0.01, 10)
    assert "no bound" in said
    assert "no plan" in said


def test_an_engine_that_fails_does_not_agree(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "solve_apart", lambda *_: replace(NOTHING, status=Status.FAILED))
    with pytest.raises(SolverError, match="Abacus 1 could not check the plan: tired"):
        cross_check(planned, "abacus", 0.01, 10)


def test_a_better_plan_than_our_bound_is_a_contradiction(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    second_opinion(monkeypatch, objective=planned.solution.bound - 5)
    with pytest.raises(SolverError, match=r"HiGHS .* claims that no plan costs less"):
        cross_check(planned, "abacus", 0.01, 10)


def test_a_bound_above_our_plan_is_a_contradiction(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    second_opinion(monkeypatch, bound=planned.solution.bound + 5)
    with pytest.raises(SolverError, match="Abacus 1 claims that no plan costs less"):
        cross_check(planned, "abacus", 0.01, 10)


def test_other_ways_are_costed_with_vans_and_staff_and_what_they_break_is_named(tmp_path: Path) -> None:
    """The rules of thumb know no ties; in everything else they keep to the rules, as vans and patients are chosen."""
    ours = plan_workbook(write_network(tmp_path / "network"), gap=0)
    ways = make_study(ours, test_prices=False).alternatives
    assert [each.name for each in ways] == ["business as usual", "oldest first", "worst first"]
    for each in ways:
        assert {breach.rule for breach in each.breaches} <= {"ties"}
        assert all(cover.kind == "mobile van" for cover in each.plan.covers)
        assert each.breaches or each.plan.objective_gbp >= ours.plan.objective_gbp


def test_a_swap_without_cover_is_named_in_another_way(tmp_path: Path) -> None:
    """The lead's own years have the only CT of two sites replaced at once, with a van for one of them."""

    def one_van(sheets: Sheets) -> None:
        sheets["Ties"] = sheets["Travel"] = []
        for row in sheets["Extra capacity"]:
            if row["kind"] == "mobile van":
                row["limit"] = 65
        for row in sheets["Equipment"]:
            if row["asset_id"] in {"CT3", "CT4"}:
                row |= {"planned_year": year(1), "earliest_year": "", "latest_year": year(2)}

    ours = plan_workbook(write_network(tmp_path / "network", one_van), gap=0)
    own = next(each for each in make_study(ours, test_prices=False).alternatives if each.name == "own plan")
    assert "cover" in {breach.rule for breach in own.breaches}
    assert any("nobody is named to stand in" in breach.message for breach in own.breaches)
