"""From the columns of a solution to lines, pounds and patients that add up."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.errors import SolverError
from capitalplan.formulation.formulate import formulate
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import NEW_ROOM
from capitalplan.register.read import read_register
from capitalplan.solution import Solution, SolveOptions, Status
from capitalplan.terms import Action, Lock, discount_factors
from capitalplan.workflow.planning import Planned, make_plan, solve
from tests.folders import DATA
from tests.verify.small_network import SITE_A, TRUST, asset, limits, register, with_site

EXACT = SolveOptions(gap=0)


@pytest.fixture(scope="module")
def twelve() -> Planned:
    return make_plan(read_register(DATA / "twelve_assets"), EXACT)


def test_every_machine_has_a_line(twelve: Planned) -> None:
    lines = Counter(line.asset_id for line in twelve.plan.schemes if line.asset_id is not None)
    assert lines.keys() == {each.asset_id for each in twelve.register.assets}


def test_every_patient_is_counted_once(twelve: Planned) -> None:
    counted: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for flow in twelve.plan.flows:
        counted[flow.line, flow.from_site, flow.year] += flow.scans
    for outside in twelve.plan.outside:
        counted[outside.line, outside.site, outside.year] += outside.scans
    wanted = {
        (line, site, year): scans
        for (line, site), by_year in twelve.register.demand.items()
        for year, scans in zip(twelve.register.settings.horizon, by_year, strict=True)
    }
    assert counted == wanted


def test_the_value_is_the_sum_of_its_lines_and_patients(twelve: Planned) -> None:
    plan, book = twelve.plan, twelve.register
    factors = discount_factors(book.settings.discount_rate, book.settings.years)
    patients = Fraction(0)
    for outside in plan.outside:
        price = book.lines[outside.line].outside_price_gbp
        patients += factors[outside.year - book.settings.start_year] * price * outside.scans
    for flow in plan.flows:
        if flow.from_site != flow.to_site:
            patients += factors[flow.year - book.settings.start_year] * book.settings.travel_price_gbp * flow.scans
    lines = sum(line.own_cost_gbp for line in plan.schemes)
    assert plan.objective_gbp == pytest.approx(float(lines + patients), abs=1)


def test_capital_is_told_alike_by_line_source_and_trust(twelve: Planned) -> None:
    for year in twelve.plan.years:
        lines = [line for line in twelve.plan.schemes if line.year == year.year]
        capital = sum(line.capital_gbp for line in lines)
        assert sum(year.capital_by_source.values()) == sum(year.capital_by_trust.values()) == capital
        assert sum(sum(line.funding.values()) for line in lines) == capital
        assert all(spent <= year.limit_by_source[source] for source, spent in year.capital_by_source.items())


def test_own_money_is_spent_before_shared_money() -> None:
    locked = asset("CT1", lock=Lock.REPLACE, lock_year=2026)
    sources = (limits("A shared fund", None, 2000), limits("Own", TRUST, 1000))
    (line,) = make_plan(register(locked, sources=sources), EXACT).plan.schemes
    assert (line.capital_gbp, line.funding) == (1608, {"Own": 1000, "A shared fund": 608})


def test_an_added_machine_and_its_room_are_lines_of_their_own() -> None:
    # 2,000 scans a year more than the machine can do, at £100 each, fill the spare room and a new one at once.
    book = with_site(register(asset("CT1"), demand={("CT", SITE_A): (3000,) * 4}), SITE_A, max_installations=3)
    added = [line for line in make_plan(book, EXACT).plan.schemes if line.action is Action.ADD]
    found = {(line.option, line.units, line.capital_gbp, line.year) for line in added}
    assert found == {("CT standard", 2, 2 * 1608, 2026), (NEW_ROOM, 1, 288, 2026)}


def test_the_bound_is_no_higher_than_the_value_and_gives_the_gap() -> None:
    formulation = formulate(register(asset("CT1"), sources=(limits("Own", TRUST, 2000),)))
    solution = solve(formulation.problem, EXACT)
    assert solution.objective is not None
    plan = extract(formulation, replace(solution, bound=solution.objective - 0.1))
    assert plan.bound_gbp == plan.objective_gbp - 100
    assert plan.gap_gbp == 100
    assert plan.gap == pytest.approx(100 / plan.objective_gbp)
    unproven = extract(formulation, solution, bounded=False)
    assert (unproven.bound_gbp, unproven.gap, unproven.gap_gbp) == (None, None, None)


def test_a_plan_found_before_any_bound_has_no_gap() -> None:
    formulation = formulate(register(asset("CT1")))
    plan = extract(formulation, replace(solve(formulation.problem, EXACT), bound=-math.inf))
    assert (plan.bound_gbp, plan.gap, plan.gap_gbp) == (None, None, None)


def test_a_bound_above_the_plan_s_own_cost_is_refused() -> None:
    formulation = formulate(register(asset("CT1")))
    solution = solve(formulation.problem, EXACT)
    value = extract(formulation, solution).objective_gbp
    with pytest.raises(SolverError, match="not to be trusted"):
        extract(formulation, replace(solution, bound=value / 1000 + 1))


def test_a_solution_without_values_is_refused() -> None:
    nothing = Solution(status=Status.INFEASIBLE, values=None, objective=None, bound=0.0, engine="none", seconds=0.0)
    with pytest.raises(ValueError, match="no plan"):
        extract(formulate(register(asset("CT1"))), nothing)
