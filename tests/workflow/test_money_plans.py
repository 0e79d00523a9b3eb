"""Whole plans, re-checked, in which money of every kind is used, against what is worked out by hand.

A replacement charges £1,608 in 2026/27 and 10% more each year: 1,769, 1,946, 2,140.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import Plan, SourceYear
from capitalplan.register.register import ApprovedLine, Asset, CapitalLimit, CostShare, Register, Source, Trust
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, Certainty, Lock, Route
from capitalplan.workflow.planning import make_plan
from tests.formulation.tiny_money import tiny_money
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, limits, register, settings, site

OTHER = "R0B"
TRUSTS = {code: Trust(code=code, name=code) for code in (TRUST, OTHER)}
LOCKED = asset("CT1", lock=Lock.REPLACE, lock_year=2027)


def planned(*machines: Asset, **changes: Any) -> Plan:
    """The best plan of two trusts with a site each; no machine is replaced twice."""
    values: dict[str, Any] = {
        "settings": settings(max_replacements=1),
        "trusts": TRUSTS,
        "sites": {SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust=OTHER)},
    }
    return make_plan(register(*machines, **{**values, **changes}), SolveOptions(gap=0)).plan


def source(name: str, trust: str | None, *by_year: int, **changes: Any) -> Source:
    own = frozenset(TRUSTS) if trust is None else frozenset({trust})
    values: dict[str, Any] = {"limits_gbp": by_year if len(by_year) == 4 else by_year * 4, "trusts": own, **changes}
    return replace(limits(name, trust, 0), **values)


def paid(plan: Plan, asset_id: str = "CT1") -> dict[tuple[int, str, str], int]:
    """Payments for a machine by year, trust and source."""
    lines = [line for line in plan.schemes if line.asset_id == asset_id]
    return {(each.year, each.trust, each.source): each.gbp for line in lines for each in line.payments}


def in_year(plan: Plan, name: str, year: int) -> SourceYear:
    (found,) = (each for each in plan.sources if (each.source, each.year) == (name, year))
    return found


def test_one_plan_with_every_kind_of_money_passes_the_re_check() -> None:
    plan = make_plan(tiny_money(), SolveOptions(gap=0)).plan
    assert plan.gap_gbp == 0
    assert {each.source for line in plan.schemes for each in line.payments} == {"Gift", "Own", "Shared"}


def test_two_sources_split_a_charge_own_money_first() -> None:
    plan = planned(LOCKED, sources=(source("Own", TRUST, 1000), source("Shared", None, 2000)))
    assert paid(plan) == {(2027, TRUST, "Own"): 1000, (2027, TRUST, "Shared"): 769}


def test_what_is_carried_forward_is_shown_in_both_years() -> None:
    plan = planned(LOCKED, sources=(source("Own", TRUST, 1000, carry_share=Fraction(4, 5)),))
    assert paid(plan) == {(2027, TRUST, "Own"): 1769}
    before, after = in_year(plan, "Own", 2026), in_year(plan, "Own", 2027)
    assert (before.paid_gbp, before.carried_out_gbp) == (0, 769)
    assert (after.carried_in_gbp, after.paid_gbp, after.carried_out_gbp) == (769, 1769, 0)


def test_what_is_not_used_is_short_priced_and_listed() -> None:
    """Half of £2,000 should be used each year; only 2027/28 has a scheme. Three years are £1,000 short at 10%."""
    values = settings(max_replacements=1, under_use_price=Fraction(1, 10))
    plain = planned(LOCKED, sources=(source("Own", TRUST, 2000),), settings=values)
    plan = planned(LOCKED, sources=(source("Own", TRUST, 2000, minimum_share=Fraction(1, 2)),), settings=values)
    assert [each.short_gbp for each in plan.sources] == [1000, 0, 1000, 1000]
    assert [(each.rule, each.year) for each in plan.breaches] == [("minimum use", year) for year in (2026, 2028, 2029)]
    assert plan.objective_gbp - plain.objective_gbp == 300


def test_over_programming_promises_more_than_the_limit() -> None:
    values = settings(max_replacements=1, over_programming_firm=Fraction(1, 10))
    plan = planned(LOCKED, sources=(source("Own", TRUST, 1609),), settings=values)
    year = in_year(plan, "Own", 2027)
    assert (year.limit_gbp, year.planned_limit_gbp, year.paid_gbp) == (1609, 1770, 1769)


def test_each_trust_pays_its_share() -> None:
    half = CostShare(asset_id="CT1", site=None, trust=OTHER, share=Fraction(1, 2), basis="scans", consent=None)
    plan = planned(LOCKED, sources=(source("Own", TRUST, 885), source("Theirs", OTHER, 885)), cost_shares=(half,))
    assert paid(plan) == {(2027, OTHER, "Theirs"): 885, (2027, TRUST, "Own"): 884}


def test_a_source_that_brings_its_cash_leaves_the_cash_alone() -> None:
    total = CapitalLimit(trust=TRUST, limits_gbp=(1000,) * 4, cash_gbp=(900,) * 4)
    gift = source("Gift", TRUST, 900, uses_capital_limit=False)
    plan = planned(LOCKED, sources=(gift, source("Own", TRUST, 5000, brings_cash=False)), capital_limits=(total,))
    assert paid(plan) == {(2027, TRUST, "Gift"): 900, (2027, TRUST, "Own"): 869}


@pytest.mark.parametrize(
    ("limit", "rule", "place"),
    [
        (None, "money", "Own"),
        (CapitalLimit(trust=TRUST, limits_gbp=(1500,) * 4, cash_gbp=(None,) * 4), "capital limit", TRUST),
        (CapitalLimit(trust=None, limits_gbp=(None,) * 4, cash_gbp=(1500,) * 4), "cash", "network"),
    ],
)
def test_the_limit_that_holds_a_machine_back_is_named(limit: CapitalLimit | None, rule: str, place: str) -> None:
    own = source("Own", TRUST, 1500 if limit is None else 9000, brings_cash=False)
    plan = planned(asset("CT1", install_year=2018), sources=(own,), capital_limits=() if limit is None else (limit,))
    found = [(each.rule, each.place, each.year, each.amount, each.used) for each in plan.binding]
    assert found == [(rule, place, year, 1500, 0) for year in range(2026, 2030)]


def test_a_cut_in_the_third_year_moves_no_more_with_a_price_on_changes() -> None:
    """Three scanners are approved one a year; the money of the third year is cut to nothing."""
    machines = [asset(name, install_year=year) for name, year in (("CT1", 2018), ("CT2", 2019), ("CT3", 2020))]
    values = settings(firm_years=2, indicative_years=2, max_replacements=1)
    before = planned(*machines, sources=(source("Own", TRUST, 2140),), settings=values)
    lines = tuple(
        ApprovedLine(
            asset_id=line.asset_id,
            site=line.site,
            action=line.action,
            option=line.option,
            offer=None,
            year=line.year,
            units=1,
        )
        for line in before.schemes
        if line.year is not None
    )
    cut = source("Own", TRUST, 2140, 2140, 0, 2140)
    free, stable = (planned(*machines, sources=(cut,), settings=values, approved=each) for each in ((), lines))
    assert moved(before, stable) <= moved(before, free)
    assert {each.asset_id for each in stable.changes} == moved(before, stable)
    assert stable.years[2].money_value_gbp["changes"] == sum(each.price_gbp for each in stable.changes)


def moved(before: Plan, after: Plan) -> set[str | None]:
    """Machines to which something else happens."""
    events = [
        {(line.asset_id, line.action, line.year, line.option) for line in plan.schemes} for plan in (before, after)
    ]
    return {asset_id for asset_id, *_ in events[0] ^ events[1]}


def test_bounds_on_the_difference_between_trusts_are_kept_and_named() -> None:
    """One trust must spend £1,769 on a fleet of £1,000; within a spread of 1 the other must spend £769 or more."""
    values = settings(max_replacements=1, fair_capital_spread=Fraction(1))
    theirs = asset("CT2", site=SITE_B, trust=OTHER, install_year=2025, maintenance_gbp=0)
    plan = planned(LOCKED, theirs, sources=(source("Own", TRUST, 5000), source("Theirs", OTHER, 5000)), settings=values)
    spent = {trust: sum(each.capital_by_trust.get(trust, 0) for each in plan.years) for trust in TRUSTS}
    assert abs(spent[TRUST] - spent[OTHER]) <= 1000
    assert spent[OTHER] > 0


def test_a_register_without_new_money_is_planned_as_before() -> None:
    """The figures of a plan made before there were sources with rules, totals, routes and tiers."""
    known: Register = register(
        asset("CT1", install_year=2018), sources=(limits("Own", TRUST, 1500), limits("Shared", None, 700))
    )
    plan = make_plan(known, SolveOptions(gap=0)).plan
    assert [(line.action, line.year, dict(line.funding)) for line in plan.schemes] == [
        (Action.REPLACE, 2026, {"Own": 1500, "Shared": 108})
    ]
    assert all(each.certainty is Certainty.CONFIRMED for each in known.sources)
    assert {each.route for line in plan.schemes for each in line.payments} == {Route.PURCHASE}
