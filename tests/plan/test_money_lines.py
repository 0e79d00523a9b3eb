"""Money of a plan in lines: routes in words, payers, dates, price tiers, what is priced, and what to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import (
    Approval,
    ApprovedLine,
    CapitalLimit,
    CostShare,
    Register,
    RevenueLimit,
    Trust,
)
from capitalplan.terms import (
    Action,
    Consent,
    ContractEnd,
    ContractKind,
    ExtraKind,
    Heading,
    Lock,
    Ownership,
    Route,
    SchemeStatus,
)
from tests.formulation.offers import offer, tier
from tests.plan.beside import bare, extra, planned
from tests.verify.small_network import (
    SITE_A,
    TRUST,
    asset,
    contract,
    limits,
    line,
    option,
    register,
    scheme,
    settings,
)

DUE: Mapping[str, Any] = {"lock": Lock.REPLACE, "lock_year": 2027}
OTHER = "R0B"


def replacement(plan: Plan, asset_id: str = "CT1") -> PlannedScheme:
    (found,) = (each for each in plan.schemes if (each.asset_id, each.action) == (asset_id, Action.REPLACE))
    return found


def only_leased(**changes: Any) -> Register:
    """A CT that has to be replaced in 2027/28, and money for nothing but leases."""
    source = replace(limits("Leases", TRUST, 5000), routes=frozenset({Route.LEASE, Route.MANAGED_SERVICE}))
    values = {"offers": (offer(works_included=True),), "sources": (source,), **changes}
    return register(asset("CT1", **DUE), **values)


# Routes


def test_a_lease_is_told_with_its_term_rent_and_charges() -> None:
    """Two rents of £300, paid in advance, at the prices of 2027/28 and, renewed, of 2029/30."""
    bought = replacement(planned(only_leased()))
    assert (bought.route, bought.offer, bought.capital_gbp) == ("lease", "Lease", 660 + 799)
    assert [(each.year, each.route, each.gbp) for each in bought.payments] == [
        (2027, Route.LEASE, 660),
        (2029, Route.LEASE, 799),
    ]
    assert bought.funding == {"Leases": 1459}
    assert bought.sentence == (
        "Replace the CT machine CT1 at R0A01 with CT standard in 2027/28, leased for 2 years by Lease at £340 a year "
        "(ex VAT, today's prices), with £1,459 charged to capital limits (£660 in 2027/28 and £799 in 2029/30)."
    )


def test_a_lease_that_is_not_charged_says_so() -> None:
    book = only_leased(settings=settings(ifrs16=False))
    bought = replacement(planned(book))
    assert (bought.capital_gbp, bought.payments, bought.case, bought.payers) == (0, (), None, ())
    assert bought.sentence.endswith(", with nothing charged to capital limits.")


def test_the_reason_holds_a_lease_against_buying() -> None:
    """Where there is money for either, it is said what buying it would have cost."""
    book = only_leased(
        sources=(limits("Own", TRUST, 5000),), offers=(offer(lease_gbp=10, service_gbp=0, works_included=True),)
    )
    found = replacement(planned(book))
    assert found.offer == "Lease"
    assert "; bought, it would cost £" in found.reason
    assert found.reason.endswith(" more over the plan.")


def test_a_machine_replaced_after_a_lease_is_told_so() -> None:
    """The first must go in 2026/27 and its lease is returned after two years; works cost nothing."""
    cheap = offer(at_end=ContractEnd.RETURN, lease_gbp=10, service_gbp=0, last_year=2026, works_included=True)
    book = register(
        asset("CT1", lock=Lock.REPLACE, lock_year=2026), offers=(cheap,), options={"CT standard": option(works_gbp=0)}
    )
    first, second = planned(book).schemes
    assert (first.offer, second.offer, second.year) == ("Lease", None, 2028)
    assert second.reason == "Replaced again: the lease begun in 2026/27 ends after 2 years."


def test_a_machine_added_by_a_lease_is_a_line_of_its_own() -> None:
    book = only_leased(
        demand={("CT", SITE_A): (2800,) * 4}, sites={SITE_A: bare(SITE_A, spare_rooms={"CT": 1})}, links=()
    )
    added = [each for each in planned(book).schemes if each.action is Action.ADD]
    assert {each.scheme_id for each in added} == {"R0A01 add CT standard by Lease 2026/27"}
    assert added[0].sentence.startswith(
        "Add one additional CT standard at R0A01 in 2026/27, leased for 2 years by Lease at £340 a year"
    )


def test_the_extension_of_a_lease_is_told_by_its_charge() -> None:
    """Two rents of £60 at the prices of 2027/28, valued at 4.75%: £66 and £63."""
    leased = asset("CT1", ownership=Ownership.LEASE, contract_id="K")
    book = register(leased, contracts={"K": contract(ContractKind.LEASE)}, options={}, settings=settings(firm_years=2))
    (extended,) = planned(book).schemes
    assert extended.sentence == (
        "Extend the lease of the CT machine CT1 at R0A01 in 2027/28, with £129 charged to capital limits."
    )


def test_works_paid_over_a_year_end_are_told_by_year() -> None:
    """Half of £200 + 20% of bias + VAT in 2026/27: £144; the rest of the machine at 10% of inflation."""
    options = {"CT standard": option(works_paid_before=Fraction(1, 2))}
    bought = replacement(planned(register(asset("CT1", **DUE), options=options)))
    assert bought.sentence.endswith("for £1,754 (cash, VAT included; £144 in 2026/27 and £1,610 in 2027/28).")


def test_money_that_is_short_is_named() -> None:
    """The source holds enough, the capital limit of the trust does not; another machine's source is not told."""
    late = asset("CT1", install_year=2016)
    book = register(
        late,
        settings=settings(over_age_price=Fraction(1)),
        sources=(limits("Own", TRUST, 5000),),
        capital_limits=(CapitalLimit(trust=TRUST, limits_gbp=(100,) * 4, cash_gbp=(None,) * 4),),
    )
    (kept,) = planned(book).schemes
    assert kept.reason.endswith("than replacing it would cost: too little of the capital limit of Trust.")
    nobody = replace(limits("Own", TRUST, 5000), modalities=frozenset({"MG"}))
    (kept,) = planned(replace(book, sources=(nobody,), capital_limits=())).schemes
    assert kept.reason.endswith("than replacing it would cost: no source may pay for it.")


# Price tiers


def test_a_tier_is_counted_again_and_taken_off_every_figure() -> None:
    """Two machines of £1,000 + 10% of bias: a tenth is £110 each, with VAT £132; at age 4 of 5 a fifth is left."""
    machines = [asset(name, lock=Lock.REPLACE, lock_year=2026) for name in ("CT1", "CT2")]
    plan, dear = (planned(register(*machines, tiers=tiers)) for tiers in ((tier(2, "1/10"),), ()))
    (found,) = plan.tiers
    assert (found.framework, found.year, found.units, found.from_units) == ("Framework", 2026, 2, 2)
    assert (found.rebate_gbp, found.real_gbp) == (264, 220)
    assert [each.rebate_gbp for each in plan.schemes] == [132, 132]
    assert plan.schemes[0].capital_gbp == 1608 - 132
    assert plan.schemes[0].sentence.endswith("for £1,476 (cash, VAT included; after a rebate of £132).")
    assert plan.years[0].capital_real_gbp == dear.years[0].capital_real_gbp - 220
    assert plan.kpis["rebates_gbp"] == 264
    assert plan.kpis["remaining_value_gbp"] == int(dear.kpis["remaining_value_gbp"]) - 2 * 22
    assert plan.objective_gbp == dear.objective_gbp - 2 * (110 - 22)
    assert sum(each.own_cost_gbp for each in plan.schemes) == plan.objective_gbp


def test_what_a_rebate_saves_is_relief() -> None:
    """£132 over five years: £26 a year and dividends on what is left; the statement before relief knows no rebate."""
    machines = [asset(name, lock=Lock.REPLACE, lock_year=2026) for name in ("CT1", "CT2")]
    plan, dear = (planned(register(*machines, tiers=tiers)) for tiers in ((tier(2, "1/10"),), ()))
    for ours, theirs in zip(plan.revenue, dear.revenue, strict=True):
        before = {heading: gbp for heading, gbp in ours.amounts_gbp.items() if heading is not Heading.RELIEF}
        assert before == theirs.amounts_gbp
    # Half of £106 at 3.5% is £1.86; £26 and £2 for each of two machines.
    assert plan.revenue[0].amounts_gbp[Heading.RELIEF] == -2 * (26 + 2)


# Who bears it, who benefits, when it has to be decided


def shared(consent: Consent | None) -> Register:
    """A machine of which another trust bears a quarter."""
    share = CostShare(
        asset_id="CT1", site=None, trust=OTHER, share=Fraction(1, 4), basis="a quarter of the scans", consent=consent
    )
    return register(
        asset("CT1", **DUE),
        trusts={TRUST: Trust(code=TRUST, name="Trust"), OTHER: Trust(code=OTHER, name="Other")},
        cost_shares=(share,),
        demand={("CT", SITE_A): (900,) * 4},
    )


def test_payers_and_those_who_benefit() -> None:
    bought = replacement(planned(shared(Consent.AGREED)))
    assert [(each.trust, each.share, each.basis) for each in bought.payers] == [
        (OTHER, Fraction(1, 4), "a quarter of the scans"),
        (TRUST, Fraction(3, 4), ""),
    ]
    assert {each.trust: each.gbp for each in bought.payments} == {OTHER: 442, TRUST: 1327}
    assert bought.benefits == {TRUST: 1}


@pytest.mark.parametrize(
    ("consent", "said"),
    [
        (Consent.AGREED, None),
        (Consent.ASKED, "has been asked"),
        (Consent.REFUSED, "has refused"),
        (None, "is not said to have agreed"),
    ],
)
def test_a_share_nobody_has_agreed_to_is_flagged(consent: Consent | None, said: str | None) -> None:
    found = [(flag.rule, flag.place, flag.year, flag.message) for flag in planned(shared(consent)).flags]
    words = f"CT1 replace 2027/28: R0B is to bear 25% of its capital and {said}."
    assert found == ([] if said is None else [("consent", "CT1", 2027, words)])


@pytest.mark.parametrize(
    ("status", "approver", "case_by", "order_by"),
    [
        (None, "Region", dt.date(2026, 2, 28), dt.date(2027, 8, 31)),
        (SchemeStatus.OBC, "Region", dt.date(2026, 2, 28), dt.date(2027, 8, 31)),
        (SchemeStatus.FBC, "Region", None, dt.date(2027, 8, 31)),
    ],
)
def test_dates_of_a_scheme(
    status: SchemeStatus | None, approver: str, case_by: dt.date | None, order_by: dt.date
) -> None:
    """In service by 31 March 2028, ordered seven months before (August has 31 days), approved 18 months before that."""
    book = register(
        asset("CT1", **DUE),
        lines={"CT": line("CT", order_months=7), "MG": line("MG")},
        settings=settings(plan_date=dt.date(2026, 1, 1)),
        approvals=(
            Approval(approver="Board", up_to_gbp=1000, months=1),
            Approval(approver="Region", up_to_gbp=None, months=18),
        ),
        schemes=() if status is None else (scheme("S", status=status),),
    )
    case = replacement(planned(book)).case
    assert case is not None
    assert (case.status, case.approver, case.in_service_by) == (
        status or SchemeStatus.IDEA,
        approver,
        dt.date(2028, 3, 31),
    )
    assert (case.case_by, case.order_by) == (case_by, order_by)


def test_a_committed_scheme_has_nothing_left_to_decide() -> None:
    case = replacement(planned(register(asset("CT1"), schemes=(scheme("S"),)))).case
    assert case is not None
    assert (case.status, case.case_by, case.order_by) == (SchemeStatus.COMMITTED, None, None)


# What is priced


def test_money_left_unused_and_revenue_over_its_limit_are_priced_and_listed() -> None:
    """Half of £1,000 should be used in each of four years; the statement is over a limit of nothing."""
    book = register(
        asset("CT1", lock=Lock.KEEP),
        sources=(replace(limits("Own", TRUST, 1000), minimum_share=Fraction(1, 2)),),
        revenue_limits=(RevenueLimit(trust=TRUST, limits_gbp=(0, None, None, None)),),
        settings=settings(under_use_price=Fraction(1, 10), revenue_price=Fraction(2)),
    )
    plan = planned(book)
    over = plan.revenue[0].over_gbp
    assert over == sum(plan.revenue[0].amounts_gbp.values()) > 0
    assert [year.money_value_gbp for year in plan.years] == [
        {"under use": 50, "revenue over": 2 * over},
        *[{"under use": 50}] * 3,
    ]
    assert [(each.rule, each.place, each.year, each.amount) for each in plan.breaches] == [
        *(("minimum use", "Own", year, Fraction(500)) for year in range(2026, 2030)),
        ("revenue", TRUST, 2026, Fraction(over)),
    ]
    assert plan.breaches[0].message == "Own pays £0 in 2026/27, £500 less than the £500 that should be used."
    assert (plan.kpis["under_use_value_gbp"], plan.kpis["revenue_over_value_gbp"]) == (200, 2 * over)


def test_a_change_is_priced_in_its_year() -> None:
    approved = ApprovedLine(
        asset_id="CT1", site=SITE_A, action=Action.REPLACE, option="CT standard", offer=None, year=2028, units=1
    )
    book = register(asset("CT1", **DUE), approved=(approved,), settings=settings(firm_change_price_gbp=70))
    plan = planned(book)
    assert [year.money_value_gbp for year in plan.years] == [{}, {"changes": 70}, {}, {}]
    assert plan.kpis["changes_value_gbp"] == 70
    assert [each.what for each in plan.changes] == ["CT1"]


# What to look at


def test_a_van_hired_all_year_round_may_be_a_lease() -> None:
    book = register(
        asset("CT1", lock=Lock.KEEP),
        sites={SITE_A: bare(SITE_A)},
        links=(),
        demand={("CT", SITE_A): (9000,) * 4},
        extra=(extra(ExtraKind.VAN, 1, minimum_days=7, name="Van"),),
    )
    (flag,) = planned(book).flags
    assert (flag.rule, flag.place, flag.year) == ("maybe a lease", SITE_A, 2026)
    assert flag.message.startswith("Van is hired at R0A01 all year round from 2026/27")


def test_a_managed_service_without_a_lease_within_may_hold_one() -> None:
    managed = offer(
        "Managed", route=Route.MANAGED_SERVICE, lease_gbp=0, service_gbp=10, refresh_years=2, works_included=True
    )
    held = asset("CT2", ownership=Ownership.MANAGED_SERVICE, contract_id="K")
    book = replace(only_leased(), offers=(managed,), contracts={"K": contract(ContractKind.MANAGED_SERVICE)})
    plan = planned(replace(book, assets=(*book.assets, held)))
    assert [(flag.place, flag.year) for flag in plan.flags] == [("CT1", 2027), ("K", None)]
    assert "under a managed service for 2 years by Managed" in replacement(plan).sentence
    quiet = planned(replace(plan_without_ifrs16(book), assets=(*book.assets, held)))
    assert quiet.flags == ()


def plan_without_ifrs16(book: Register) -> Register:
    return replace(book, settings=settings(ifrs16=False))


def test_running_costs_by_heading_add_up() -> None:
    plan = planned(only_leased())
    for year in plan.years:
        assert sum(year.running_gbp.values()) == year.upkeep_gbp
    assert [year.running_gbp.get(Heading.RENT, 0) for year in plan.years] == [0, 300, 300, 300]
    assert plan.kpis["lease_capital_gbp"] == 1459
    assert plan.kpis["revenue_end_gbp"] == sum(plan.revenue[-1].amounts_gbp.values())
