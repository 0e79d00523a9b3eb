"""Payments, limits, revenue, the bridge, who pays and what was asked for: figures that tie, and words that are true."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from capitalplan.plan.plan import Binding, Plan, RunFacts
from capitalplan.register.read import read_register
from capitalplan.register.register import CapitalLimit, Register, RevenueLimit, Tier
from capitalplan.solution import SolveOptions
from capitalplan.terms import Heading, Route
from capitalplan.workflow.planning import make_plan, make_study
from reports.columns import MONEY
from reports.figures.bridge import ALL, STEPS
from reports.figures.fleet import fleet_in
from reports.figures.revenue import NOT_CASH
from reports.findings import money
from reports.findings import plan as findings
from reports.sections.whole import sections_of
from reports.tables import Tables, make_tables
from reports.workbook import write_workbook
from tests.reports.cases import Case, make_case
from tests.reports.conftest import NETWORK
from tests.reports.money_cases import OFFER, RESERVE

ASKED = {"Buying together", "Fairness", "Challenge"}


@pytest.fixture(scope="module")
def tables(case: Case) -> Tables:
    return make_tables(case.register, case.plan, case.study, case.facts)


def made(case: Case, register: Register | None = None, plan: Plan | None = None) -> Tables:
    return make_tables(register or case.register, plan or case.plan, case.study, case.facts)


def test_every_payment_is_there_once(case: Case, tables: Tables) -> None:
    paid = tables.money.payments
    assert len(paid) == sum(len(scheme.payments) for scheme in case.plan.schemes)
    assert paid["paid_gbp"].sum() == sum(scheme.capital_gbp for scheme in case.plan.schemes)
    two_years = paid.groupby("number")["year"].nunique()
    several = paid.groupby("number")["payer_code"].nunique()
    assert (two_years.max(), several.max()) == (2, 2)
    assert set(paid["route"]) == {"purchase", "lease"}
    for line in case.plan.years:
        by_trust = paid[paid["year"] == line.year].groupby("payer_code")["paid_gbp"].sum()
        assert dict(by_trust) == {trust: gbp for trust, gbp in line.capital_by_trust.items() if gbp}


def test_capital_limit_and_cash_hold_what_counts_in_each(case: Case, tables: Tables) -> None:
    sources = {source.name: source for source in case.register.sources}
    payments = [payment for scheme in case.plan.schemes for payment in scheme.payments]
    for line in tables.money.limits.to_dict("records"):
        due = [payment for payment in payments if payment.year == line["year"]]
        if line["trust"]:
            due = [payment for payment in due if payment.source == RESERVE]
        elif line["total"] == "capital limit":
            due = [payment for payment in due if sources[payment.source].uses_capital_limit]
        else:
            due = [
                payment
                for payment in due
                if not sources[payment.source].brings_cash and payment.route is Route.PURCHASE
            ]
        assert line["used_gbp"] == sum(payment.gbp for payment in due)
        assert line["headroom_gbp"] == max(line["planned_gbp"], line["committed_gbp"]) - line["used_gbp"]
    own = tables.money.limits[tables.money.limits["trust"] == "Q01"]
    assert list(own["year_label"]) == ["2026/27"]


def test_over_programming_raises_capital_limits_and_not_cash(case: Case) -> None:
    settings = replace(case.register.settings, over_programming_indicative=Fraction(1, 10))
    limits = (CapitalLimit(trust=None, limits_gbp=(1_000,) * 9, cash_gbp=(700,) * 9),)
    frame = made(case, replace(case.register, settings=settings, capital_limits=limits)).money.limits
    assert list(frame["planned_gbp"]) == [1_000] * 4 + [1_100] * 5 + [700] * 9


def test_slippage_moves_the_expected_outturn_into_the_next_year(case: Case) -> None:
    settings = replace(case.register.settings, slippage_share=Fraction(1, 10))
    tables = made(case, replace(case.register, settings=settings))
    rows = tables.money.sources[tables.money.sources["source"] == "Operational capital"]
    paid, outturn = list(rows["paid_gbp"]), list(rows["outturn_gbp"])
    assert outturn[0] == round(paid[0] * 0.9)
    assert outturn[1] == pytest.approx(paid[1] * 0.9 + paid[0] * 0.1, abs=0.51)
    assert "outturn_gbp" in tables.money.eventful_sources.columns


def test_sources_without_events_leave_the_page(case: Case, tables: Tables) -> None:
    assert {"minimum_gbp", "short_gbp"} <= set(tables.money.eventful_sources.columns)
    assert "carried_in_gbp" not in tables.money.eventful_sources.columns
    quiet = replace(case.plan, sources=tuple(replace(s, minimum_gbp=0, short_gbp=0) for s in case.plan.sources))
    assert made(case, plan=quiet).money.eventful_sources.empty


def test_the_statement_stands_beside_business_as_usual(case: Case, tables: Tables) -> None:
    lines = tables.money.revenue
    dividend = lines[lines["heading"] == str(Heading.DIVIDEND)]
    assert set(dividend["before_gbp"]) == {0}
    assert lines["change_gbp"].sum() == dividend["after_gbp"].sum()
    assert lines["after_gbp"].sum() == tables.money.trust_revenue["after_gbp"].sum()
    held = tables.money.trust_revenue
    assert (held["held_gbp"] == held["after_gbp"] - held["relief_gbp"]).all()
    assert "more than under business as usual that year" in money.revenue(tables)
    alone = make_tables(case.register, case.plan, replace(case.study, alternatives=()), case.facts)
    assert "before_gbp" not in alone.money.revenue.columns
    assert "business as usual" not in money.revenue(alone)


def test_the_bridge_ties_year_by_year(case: Case, tables: Tables) -> None:
    bridge = tables.money.bridge
    assert list(bridge.index) == list(STEPS)
    capital, running = tables.money.rounding
    for position, line in enumerate(case.plan.years):
        year = bridge[f"{MONEY}{tables.years['year_label'].iloc[position]}"]
        assert year["charged"] == sum(line.capital_by_source.values())
        assert year[["capital_real", "running_real", "receipts_real"]].sum() == pytest.approx(year["real"])
        statement = [each for each in case.plan.revenue if each.year == line.year]
        assert year["statement"] == sum(sum(each.amounts_gbp.values()) for each in statement)
        cash = sum(gbp for each in statement for heading, gbp in each.amounts_gbp.items() if heading not in NOT_CASH)
        assert year["running_cash"] == cash + sum(each.lease_rents_gbp for each in statement)
        assert abs(year["capital_rounding"]) <= capital[position]
        assert abs(year["running_rounding"]) <= running[position]
    assert bridge.at["discounted", f"{MONEY}{ALL}"] == pytest.approx(case.plan.kpis["cash_cost_gbp"], abs=0.51)


def test_business_cases_stand_in_order_of_their_days(tables: Tables) -> None:
    frame = tables.money.cases
    days = [a or b or c for a, b, c in zip(frame["case_by"], frame["order_by"], frame["in_service_by"], strict=True)]
    assert days == sorted(days)
    assert isinstance(days[0], dt.date)
    said = money.cases(tables)
    first = frame[frame["case_by"].notna()].iloc[0]
    assert f"due by {first.case_by:%d/%m/%Y}" in said
    assert "to Board" in said


def test_owner_host_payers_and_patients_are_named(case: Case, tables: Tables) -> None:
    frame = tables.money.payers
    for number, rows in frame.groupby("number"):
        assert rows["paid_gbp"].sum() == case.plan.schemes[int(str(number)) - 1].capital_gbp
        assert rows["share"].sum() == pytest.approx(1)
    other = frame[frame["consent"] == "asked"].iloc[0]
    assert (other.share, other.basis) == (0.3, "share of its scans")
    assert other.payer != other.owner
    assert other.benefits.startswith("own 80%, ")
    assert "1 share is not agreed yet" in money.payers(tables)


def test_changes_are_told_with_their_causes(tables: Tables) -> None:
    (line,) = tables.money.changes.to_dict("records")
    assert line["causes"] == "The limit of Charity in 2028/29 fell by £40,000."
    assert money.changes(tables) == "1 scheme differs from the approved plan, 1 of them in firm years"


def test_routes_stand_side_by_side(tables: Tables) -> None:
    routes = tables.money.routes
    assert list(routes["route"]) == ["purchase", "lease"]
    assert list(routes["offer"]) == ["bought", OFFER]
    assert routes["route_verdict"].iloc[int(routes["yearly_gbp"].astype(int).argmin())] == "least a year"
    assert len(tables.money.route_years) == 2 * len(tables.years)
    assert tables.money.route_years["route_cash_gbp"].sum() == routes["route_cash_gbp"].sum()


def test_advanced_parts_are_absent_until_asked_for(case: Case, tables: Tables) -> None:
    assert {part.name for part in sections_of(tables, case.plan)} >= ASKED
    study = replace(case.study, together=None, fairness=None, challenges=(), change_causes=())
    plain = make_tables(case.register, case.plan, study, case.facts)
    assert not {part.name for part in sections_of(plain, case.plan)} & ASKED
    anchors = [part.anchor for part in sections_of(tables, case.plan)]
    assert len(anchors) == len(set(anchors))


def test_parts_on_money_say_nothing_where_there_is_nothing() -> None:
    case = make_case(served=False, funded=False)
    bare = make_tables(case.register, case.plan, case.study, case.facts)
    names = {part.name for part in sections_of(bare, case.plan)}
    assert not names & {"Capital limits", "Sources", "Routes", "Price tiers", "To look at", "Changes"}
    assert {"Revenue", "Business cases", "Bridge"} <= names


def test_limits_of_money_are_told_apart(case: Case) -> None:
    bound = (
        Binding(rule="capital limit", place="network", year=2026, amount=10, used=9, unit="£"),
        Binding(rule="cash", place="Q00", year=2026, amount=10, used=9, unit="£"),
        Binding(rule="revenue", place="Q01", year=2027, amount=100, used=130, unit="£"),
        Binding(rule="fairness", place="Any", year=None, amount=500, used=499, unit="basis points"),
    )
    tables = made(case, plan=replace(case.plan, binding=bound))
    words = list(tables.binding["sentence"])
    assert words[0].startswith("The capital limit of the network is the limit in 2026/27: £9 of £10 is spent")
    assert words[1].startswith(f"Cash of {case.register.trusts['Q00'].name} (Q00) is the limit")
    assert words[2].endswith("in 2027/28: £130 against £100.")
    assert words[3] == (
        "The difference between trusts is the limit over the whole plan: 4.99 of 5.00 percentage points."
    )
    assert list(tables.binding["amount"]) == ["£10", "£10", "£100", "5.00%"]
    assert "in 1 of 9 years machines wait" in findings.spend(tables, replace(case.plan, binding=bound))


def test_a_managed_service_renews_its_machine(case: Case) -> None:
    offer = replace(case.register.offers[0], route=Route.MANAGED_SERVICE, refresh_years=3)
    register = replace(case.register, offers=(offer,))
    scheme = next(s for s in case.plan.schemes if s.offer == OFFER)
    assert scheme.year is not None
    alone = replace(case.plan, schemes=(replace(scheme, year=2026),))
    only = replace(register, assets=tuple(a for a in register.assets if a.asset_id == scheme.asset_id))
    ages = [machine.age for year in range(2026, 2033) for machine in fleet_in(only, alone, year)]
    assert ages[: len(ages)] == [0, 1, 2, 0, 1, 2, 0][: len(ages)]
    assert len(ages) >= 4


def test_the_cash_flow_sums_the_payments(case: Case, book: Path) -> None:
    sheet: Any = load_workbook(book, data_only=True)["Cash flow"]
    rows = {str(row[0].value): [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=5)}
    total = sum(scheme.capital_gbp for scheme in case.plan.schemes)
    totals = [row[10].value for row in sheet.iter_rows() if row[0].value == "Total"]
    assert totals == [total] * 5
    leased = sum(p.gbp for s in case.plan.schemes for p in s.payments if p.route is Route.LEASE)
    assert rows["lease"][9] == leased > 0


def leased(register: Register) -> Register:
    """Offers, totals, carry, over-programming, price tiers and early payment for a real register."""
    option = next(each for each in register.options.values() if each.modality == "CT")
    lease = replace(
        make_case().register.offers[0], name="Seven years", option=option.name, lease_gbp=70_000, indexed=False
    )
    tier = Tier(framework="Framework", options=frozenset(register.options), trusts=frozenset(), from_units=2,
                to_units=None, rebate=Fraction(5, 100), first_year=None, last_year=None)  # fmt: skip
    sums = tuple(map(sum, zip(*(source.limits_gbp for source in register.sources), strict=True)))
    settings = replace(
        register.settings, over_programming_indicative=Fraction(1, 10), slippage_share=Fraction(6, 100),
        energy_price_gbp_per_mwh=250, months_in_first_year=6,
    )  # fmt: skip
    return replace(
        register,
        settings=settings,
        offers=(lease,),
        tiers=(tier,),
        sources=tuple(
            replace(each, carry_share=Fraction(1, 10), minimum_share=Fraction(3, 10)) for each in register.sources
        ),
        capital_limits=(CapitalLimit(trust=None, limits_gbp=sums, cash_gbp=tuple(gbp * 9 // 10 for gbp in sums)),),
        revenue_limits=(RevenueLimit(trust=next(iter(register.trusts)), limits_gbp=(2_000_000,) * len(sums)),),
        options={name: replace(each, works_paid_before=Fraction(1, 4)) for name, each in register.options.items()},
    )


def test_a_real_plan_with_leases_ties_in_every_check(tmp_path: Path) -> None:
    planned = make_plan(leased(read_register(NETWORK)), SolveOptions(gap=0.05))
    study = make_study(planned, test_prices=False)
    register, plan, facts = planned.register, planned.plan, RunFacts(facts={}, checks=planned.checks)
    assert {payment.route for scheme in plan.schemes for payment in scheme.payments} == {Route.PURCHASE, Route.LEASE}
    assert any(line.lease_rents_gbp for line in plan.revenue)
    write_workbook(tmp_path / "plan.xlsx", register, plan, study, facts)
    loaded: Any = load_workbook(tmp_path / "plan.xlsx", data_only=True)
    assert loaded["Checks"]["B3"].value == "OK: every check holds"
    assert {"Capital limits", "Routes", "Routes by year", "Sources", "Bridge"} <= set(loaded.sheetnames)
