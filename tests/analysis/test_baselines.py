"""Other ways of planning, under the same limits, against what is worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from capitalplan.analysis.study import Alternative
from capitalplan.register.read import read_register
from capitalplan.register.register import Asset, Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, Lock
from capitalplan.workflow.planning import make_plan, make_study
from tests.folders import copy_network
from tests.verify.small_network import SITE_A, TRUST, asset, limits, register, with_assets

# A replacement charges (1,000 x 1.1 + 200 x 1.2) x 1.2 = 1,608, 10% more each year: 1,769, 1,946, 2,140.
# £2,200 a year buys one. OLD, MID and NEW are past their life of five years when the plan starts, FRESH is not due.
CAPITAL = "Capital"
OLD = asset("OLD", install_year=2018, risk_score=5)
MID = asset("MID", install_year=2019, risk_score=20)
NEW = asset("NEW", install_year=2020, risk_score=10)
FRESH = asset("FRESH", install_year=2025, risk_score=25)
FLEET = register(FRESH, MID, NEW, OLD, sources=(limits(CAPITAL, TRUST, 2200),))


def alternatives(book: Register) -> dict[str, Alternative]:
    planned = make_plan(book, SolveOptions(gap=0))
    return {each.name: each for each in make_study(planned, test_prices=False).alternatives}


def replaced(way: Alternative) -> dict[str | None, int | None]:
    return {line.asset_id: line.year for line in way.plan.schemes if line.action is Action.REPLACE}


def test_business_as_usual_spends_nothing() -> None:
    way = alternatives(FLEET)["business as usual"]
    assert {line.action for line in way.plan.schemes} == {Action.KEEP}
    assert way.breaches == ()


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("oldest first", {"OLD": 2026, "MID": 2027, "NEW": 2028}),
        ("worst first", {"MID": 2026, "NEW": 2027, "OLD": 2028}),
    ],
)
def test_rules_of_thumb_spend_in_their_order(name: str, years: dict[str, int]) -> None:
    way = alternatives(FLEET)[name]
    assert replaced(way) == years
    assert way.breaches == ()
    spent = [line.capital_by_source.get(CAPITAL, 0) for line in way.plan.years]
    assert spent == [1608, 1769, 1946, 0]


def test_a_locked_machine_is_passed_over() -> None:
    way = alternatives(with_assets(FLEET, {"OLD": {"lock": Lock.KEEP}}))["oldest first"]
    assert replaced(way) == {"MID": 2026, "NEW": 2027}


@pytest.mark.parametrize("share", [0, 50, 100])
def test_rules_of_thumb_keep_every_limit(share: int, tmp_path: Path) -> None:
    book = read_register(copy_network("twelve_assets", tmp_path / "book"))
    sources = (
        replace(each, limits_gbp=tuple(limit * share // 100 for limit in each.limits_gbp)) for each in book.sources
    )
    book = replace(book, sources=tuple(sources))
    ways = alternatives(book)
    best = make_plan(book, SolveOptions(gap=0)).plan.objective_gbp
    for name in ("business as usual", "oldest first", "worst first"):
        assert ways[name].breaches == (), name
        assert ways[name].plan.objective_gbp >= best - 1, name


def planned_in(year: int, *assets: Asset) -> Register:
    return replace(FLEET, assets=tuple(replace(each, planned_year=year) for each in assets))


def test_an_own_plan_within_limits_has_no_breach() -> None:
    assert alternatives(planned_in(2028, MID))["own plan"].breaches == ()


def test_without_planned_years_there_is_no_own_plan() -> None:
    assert "own plan" not in alternatives(FLEET)


def test_an_own_plan_over_its_limits_is_costed_and_its_breaches_are_named() -> None:
    way = alternatives(planned_in(2026, MID, NEW, OLD))["own plan"]
    assert replaced(way) == {"MID": 2026, "NEW": 2026, "OLD": 2026}
    money = [each for each in way.breaches if each.rule == "money"]
    assert {(each.year, each.unit) for each in money} == {(2026, "£")}
    assert sum(each.amount for each in money) == 3 * 1608 - 2200
    (works,) = [each for each in way.breaches if each.rule == "works"]
    assert (works.place, works.year, int(works.amount), works.unit) == (SITE_A, 2026, 1, "installations")


def test_an_own_plan_that_is_not_open_to_a_machine_is_named_with_the_reason() -> None:
    way = alternatives(planned_in(2028, replace(MID, lock=Lock.KEEP)))["own plan"]
    (breach,) = way.breaches
    assert (breach.rule, breach.place, breach.year) == ("choice", "MID", 2028)
    assert "locked to keep" in breach.message
    assert replaced(way) == {}
