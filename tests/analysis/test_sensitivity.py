"""How a plan answers to each ageing curve: what is changed, what is left, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.analysis.sensitivity import CurveTest, CurveVariant, curve_test, curve_variants, is_unused, sensitivity
from capitalplan.formulation.formulate import formulate
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.settings import TerminalValue
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action
from capitalplan.workflow.planning import solve
from tests.verify.small_network import CURVE, SITE_A, asset, option, plan, register, row, settings

DEMAND = {("CT", SITE_A): (900,) * 4}
AGED = replace(CURVE, failure=(Fraction(0), Fraction(1, 10)))


def book(**changes: Any) -> Register:
    values: dict[str, Any] = {"demand": DEMAND, "curves": {"default": AGED}}
    return register(asset(), **{**values, **changes})


def variants(base: Register) -> dict[tuple[str, str], Register]:
    return {(each.curve, each.change): each.register for each in curve_variants(base)}


def unused(base: Register) -> set[str]:
    """Curves of which neither change reaches any cost or limit."""
    ours = formulate(base)
    kinds: dict[str, list[bool]] = {}
    for each in curve_variants(base):
        kinds.setdefault(each.curve, []).append(is_unused(ours, formulate(each.register)))
    return {curve for curve, found in kinds.items() if all(found)}


@pytest.mark.parametrize(
    ("curve", "change", "values"),
    [
        ("uptime", "halved", ["1", "0.99", "0.98", "0.97", "0.95", "0.94", "0.925", "0.9"]),
        ("uptime", "doubled", ["1", "0.96", "0.92", "0.88", "0.8", "0.76", "0.7", "0.6"]),
        ("upkeep", "halved", ["1", "1", "1.1", "1.1", "1.5", "1.75", "2", "2.5"]),
        ("upkeep", "doubled", ["1", "1", "1.4", "1.4", "3", "4", "5", "7"]),
        ("failure", "halved", ["0", "0.05"]),
        ("failure", "doubled", ["0", "0.2"]),
        ("resale", "halved", ["0.3", "0.25", "0.2", "0.15", "0.1", "0.05", "0.025", "0"]),
        ("resale", "doubled", ["1", "1", "0.8", "0.6", "0.4", "0.2", "0.1", "0"]),
    ],
)
def test_a_curve_is_changed_at_every_age_and_nothing_else(curve: str, change: str, values: list[str]) -> None:
    changed = variants(book())[curve, change]
    moved: dict[str, Any] = {curve: tuple(map(Fraction, values))}
    expected = replace(AGED, **moved)
    assert changed == replace(book(), curves={"default": expected})


def test_time_lost_cannot_be_more_than_all_and_upkeep_not_less_than_nothing() -> None:
    worn = replace(AGED, uptime=(Fraction(1), Fraction(2, 5)), upkeep=(Fraction(1), Fraction(1, 4)))
    found = variants(book(curves={"default": worn}))
    assert found["uptime", "doubled"].curves["default"].uptime == (Fraction(1), Fraction(0))
    assert found["upkeep", "doubled"].curves["default"].upkeep == (Fraction(1), Fraction(0))


@pytest.mark.parametrize(("change", "lives"), [("one year shorter", (4, 3, 4, 5)), ("one year longer", (6, 5, 6, 7))])
def test_planned_life_moves_by_a_year_but_for_options_with_their_own(change: str, lives: tuple[int, ...]) -> None:
    options = {"CT standard": option(), "CT hardy": option("CT hardy", life_years=9)}
    changed = variants(book(options=options))["planned life", change]
    line = changed.lines["CT"]
    assert (changed.assets[0].life_years, line.life_high_use, line.life_mid_use, line.life_low_use) == lives
    assert changed.options == options


def test_a_life_of_one_year_gets_no_shorter() -> None:
    assert variants(register(asset(life_years=1)))["planned life", "one year shorter"].assets[0].life_years == 1


def test_measured_uptime_stays_what_it_is_today() -> None:
    """Measured at 72% where the curve gives 90% at age 4: still 72% where it gives 95%, or 80%."""
    base = register(asset(uptime_scale=Fraction(4, 5)))
    for change in ("halved", "doubled"):
        changed = variants(base)["uptime", change]
        now = changed.assets[0].uptime_scale * changed.curves["default"].uptime[4]
        assert now == Fraction(72, 100)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"settings": settings(failure_price_gbp=100)}, set()),
        ({}, {"failure"}),
        ({"demand": {}}, {"failure", "uptime"}),
        ({"curves": {"default": replace(AGED, resale=(Fraction(0),))}}, {"failure", "resale"}),
        ({"curves": {"default": replace(AGED, upkeep=(Fraction(1),))}}, {"failure", "upkeep"}),
        (
            {"settings": settings(over_age_price=Fraction(0), terminal_value=TerminalValue.NONE)},
            {"failure", "planned life"},
        ),
    ],
)
def test_a_curve_that_nothing_depends_on_is_found(changes: dict[str, Any], expected: set[str]) -> None:
    assert unused(book(**changes)) == expected


# In words

CT1 = asset()
KEPT = plan(
    row(Action.KEEP, of=CT1),
    objective_gbp=10_000,
    gap=0.01,
    gap_gbp=100,
    kpis={"additions": 0, "replacements": 0, "capital_cash_gbp": 0},
)


def outcome(other: Plan | None, curve: str = "upkeep", **changes: Any) -> Any:
    variant = CurveVariant(curve=curve, change="doubled", register=register(CT1))
    return curve_test(KEPT, variant, other, **changes)


def test_a_change_of_plan_is_told_with_its_cost_and_gap() -> None:
    replaced = replace(
        KEPT,
        schemes=(row(Action.REPLACE, 2027, of=CT1, capital_gbp=1769),),
        objective_gbp=12_500,
        gap=0.02,
        gap_gbp=250,
        kpis={"additions": 0, "replacements": 1, "capital_cash_gbp": 1769},
    )
    found = outcome(replaced)
    assert (found.schemes_changed, found.additions, found.replacements, found.capital_gbp) == (1, 0, 1, 1769)
    assert (found.cost_gbp, found.gap, found.gap_gbp, found.is_used) == (2500, 0.02, 250, True)
    assert found.sentence == (
        "With the rise of upkeep with age doubled, 1 scheme changes: as many additions, 1 more replacement, capital of "
        "£1,769 against £0; whole-life cost is £2,500 higher, proven to within £250."
    )


def test_a_difference_within_the_gap_is_called_so() -> None:
    found = outcome(replace(KEPT, objective_gbp=9_950))
    assert (found.schemes_changed, found.cost_gbp, found.gap_gbp) == (0, -50, 100)
    assert found.sentence.endswith(
        "no scheme changes; whole-life cost is £50 lower, which lies within the £100 to which the plans are proven."
    )


def test_without_a_proven_gap_none_is_claimed() -> None:
    found = outcome(replace(KEPT, objective_gbp=11_000, gap=None, gap_gbp=None))
    assert (found.gap, found.gap_gbp) == (None, None)
    assert found.sentence.endswith("whole-life cost is £1,000 higher, with no gap proven.")


def test_a_curve_without_use_says_why() -> None:
    found = outcome(KEPT, curve="failure", is_used=False)
    assert (found.is_used, found.schemes_changed, found.cost_gbp) == (False, 0, 0)
    assert "nothing changes: a breakdown has no price" in found.sentence


def test_no_plan_is_told_as_none() -> None:
    found = outcome(None)
    assert (found.schemes_changed, found.cost_gbp, found.gap) == (None, None, None)
    assert found.sentence == "With the rise of upkeep with age doubled, no plan was found."


def curve_tests(base: Register, should_stop: Callable[[], bool] = lambda: False) -> tuple[CurveTest, ...]:
    def planned(book: Register) -> Plan:
        formulation = formulate(book)
        return extract(formulation, solve(formulation.problem, SolveOptions(gap=0)))

    return sensitivity(formulate(base), planned(base), lambda books: map(planned, books), should_stop=should_stop)


def test_every_curve_is_tested_both_ways() -> None:
    """A machine of four years costs £100, £125, £150, £200 to keep; with the rise doubled £100, £133, £167, £233."""
    base = register(asset(price_gbp=1, life_years=20), options={"CT standard": option(can_replace=False)})
    found = {(each.curve, each.change): each for each in curve_tests(base)}
    assert len(found) == 10
    assert found["upkeep", "doubled"].cost_gbp == (133 + 167 + 233) - (125 + 150 + 200)
    assert found["upkeep", "doubled"].schemes_changed == 0
    assert not found["uptime", "halved"].is_used
    assert not found["failure", "doubled"].is_used
    assert found["planned life", "one year shorter"].cost_gbp == 800 * (20 - 8) // 20 - 800 * (19 - 8) // 19


def test_stopping_keeps_the_tests_so_far() -> None:
    answers = iter((False, False, True))
    base = register(asset())
    assert len(curve_tests(base, should_stop=lambda: next(answers))) == 2
