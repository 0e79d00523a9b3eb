"""Who bears and pays what, price tiers, fairness, changes and business cases: worked out by hand, edits caught."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import (
    NEW_ROOM,
    Change,
    Outside,
    Payer,
    Plan,
    PlannedScheme,
    SourceYear,
    TierReached,
)
from capitalplan.register.register import (
    Approval,
    ApprovedLine,
    CapitalLimit,
    CostShare,
    Register,
    Source,
    Tier,
    Trust,
)
from capitalplan.terms import Action, Consent, Heading, Purpose, Route, SchemeStatus
from capitalplan.verify import verify
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    case,
    limits,
    line,
    option,
    pay,
    plan,
    register,
    revenue,
    row,
    scheme,
    settings,
    site,
    source_year,
    unfunded,
    with_settings,
)

OTHER = "R0B"
CT1 = asset()
ADDED = row(Action.ADD, 2027, capital_gbp=1769)
"""Charged (1100 + 240) x 1.2 x 1.1 = 1768.8."""
LATER = row(Action.ADD, 2028, capital_gbp=1946)
"""Charged 1340 x 1.2 x 1.21 = 1945.7."""


def said(book: Register, made: Plan, rule: str) -> list[str]:
    return [breach.message for breach in verify(book, made).breaches if breach.rule == rule]


def funded(*sources: Source, **changes: Any) -> Register:
    return register(sources=sources, **changes)


def years(source: Source, *paid: int, **changes: tuple[int, int, int, int]) -> tuple[SourceYear, ...]:
    """The source in all four years: what it pays, and other figures by their names."""
    return tuple(
        source_year(
            source.name, 2026 + t, source.limits_gbp[t], amount, **{name: given[t] for name, given in changes.items()}
        )
        for t, amount in enumerate(paid)
    )


OWN = limits("Own", TRUST, 2000)


def own(scheme: PlannedScheme, **changes: Any) -> PlannedScheme:
    """The line paid from the trust's own source in its year."""
    funding = {"Own": scheme.capital_gbp}
    return replace(scheme, funding=funding, payments=pay(scheme.year or 0, TRUST, funding), **changes)


def test_a_source_pays_within_its_limit() -> None:
    made = plan(own(ADDED), funded=True, sources=years(OWN, 0, 1769, 0, 0))
    assert said(funded(OWN), made, "money") == []


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"modalities": frozenset({"CT"})}, True),
        ({"modalities": frozenset({"MR"})}, False),
        ({"purposes": frozenset({Purpose.NEW})}, True),
        ({"purposes": frozenset({Purpose.REPLACEMENT})}, False),
        ({"routes": frozenset({Route.PURCHASE})}, True),
        ({"routes": frozenset({Route.LEASE})}, False),
        ({"trusts": frozenset({OTHER})}, False),
    ],
)
def test_a_source_pays_for_what_it_is_open_to(change: dict[str, Any], allowed: bool) -> None:
    source = replace(OWN, **change)
    made = plan(own(ADDED), funded=True, sources=years(source, 0, 1769, 0, 0))
    expected = [] if allowed else ["new add 2027/28 CT standard of R0A may not draw £1,769 on Own."]
    assert said(funded(source), made, "money") == expected


@pytest.mark.parametrize(("carry_share", "carried", "holds"), [("1/10", 200, True), ("1/20", 200, False)])
def test_what_is_left_is_carried_over(carry_share: str, carried: int, holds: bool) -> None:
    source = replace(limits("Own", TRUST, 2000), limits_gbp=(2000, 1569, 2000, 2000), carry_share=Fraction(carry_share))
    lines = years(source, 0, 1769, 0, 0, carried_out_gbp=(carried, 0, 0, 0), carried_in_gbp=(0, carried, 0, 0))
    found = said(funded(source), plan(own(ADDED), funded=True, sources=lines), "money")
    assert found == ([] if holds else ["Own carries £200 out of 2026/27; at most £100 may be."])


def test_nothing_is_carried_twice_or_out_of_the_plan() -> None:
    source = replace(OWN, carry_share=Fraction(1))
    lines = years(source, 0, 0, 0, 0, carried_out_gbp=(0, 0, 0, 1))
    assert said(funded(source), plan(funded=True, sources=lines), "money") == [
        "Own carries £1 out of 2029/30; at most £0 may be."
    ]
    lines = years(source, 0, 1769, 0, 0, carried_out_gbp=(0, 300, 0, 0), carried_in_gbp=(0, 0, 300, 0))
    assert said(funded(source), plan(own(ADDED), funded=True, sources=lines), "money") == [
        "Own pays £1,769 and keeps £300 in 2027/28; its limit is £2,000."
    ]


@pytest.mark.parametrize(("firm", "holds"), [("1/10", True), ("0", False)])
def test_a_firm_year_may_be_over_programmed(firm: str, holds: bool) -> None:
    source, share = replace(OWN, limits_gbp=(1700,) * 4), Fraction(firm)
    planned = 1870 if holds else 1700
    book = funded(source, settings=settings(over_programming_firm=share))
    made = years(source, 0, 1769, 0, 0, planned_limit_gbp=(planned, planned, planned, 1700))
    found = said(book, plan(own(ADDED), funded=True, sources=made), "money")
    assert found == ([] if holds else ["Own pays £1,769 in 2027/28; its limit is £1,700."])


def test_money_short_of_a_minimum_is_priced_and_listed() -> None:
    source = replace(OWN, minimum_share=Fraction(9, 10))
    lines = years(source, 0, 1769, 0, 0, minimum_gbp=(1800,) * 4, short_gbp=(1800, 31, 1800, 1800))
    # 984 of value, see the costs of a machine added, and 5,431 short at a price of a half: 2,715.5
    book = with_settings(funded(source), under_use_price=Fraction(1, 2))
    report = verify(book, plan(own(ADDED), funded=True, sources=lines, objective_gbp=984 + 2716))
    assert [b.message for b in report.breaches if b.rule in ("money", "objective")] == []
    listed = [b.message for b in report.breaches if "minimum use" in b.message]
    assert len(listed) == 4
    assert "The breach of 'minimum use' at Own in 2027/28 is 0 £ in the plan; recomputed it is 31." in listed


CAPITAL = CapitalLimit(trust=TRUST, limits_gbp=(1700,) * 4, cash_gbp=(None,) * 4)


@pytest.mark.parametrize(
    ("limit", "source", "said_of_it"),
    [
        (CAPITAL, OWN, "R0A uses £1,769 of its capital limit in 2027/28; it is £1,700."),
        (CAPITAL, replace(OWN, uses_capital_limit=False), None),
        (replace(CAPITAL, trust=None), OWN, "Small network uses £1,769 of its capital limit in 2027/28; it is £1,700."),
        (replace(CAPITAL, trust=OTHER), OWN, None),
        (replace(CAPITAL, limits_gbp=(None,) * 4, cash_gbp=(1700,) * 4), OWN, None),
        (
            replace(CAPITAL, limits_gbp=(None,) * 4, cash_gbp=(1700,) * 4),
            replace(OWN, brings_cash=False),
            "R0A uses £1,769 of its cash in 2027/28; it is £1,700.",
        ),
    ],
)
def test_capital_limit_and_cash_are_two_totals(limit: CapitalLimit, source: Source, said_of_it: str | None) -> None:
    book = funded(source, capital_limits=(limit,))
    made = plan(own(ADDED), funded=True, sources=years(source, 0, 1769, 0, 0))
    assert said(book, made, "money") == ([] if said_of_it is None else [said_of_it])


SHARED_COST = CostShare(
    asset_id=None, site=SITE_A, trust=OTHER, share=Fraction(1, 3), basis="scans", consent=Consent.ASKED
)
PAYERS = (
    Payer(trust=OTHER, share=Fraction(1, 3), basis="scans", consent=Consent.ASKED),
    Payer(trust=TRUST, share=Fraction(2, 3), basis="", consent=None),
)


def test_a_cost_is_shared_by_each_machine() -> None:
    """A third of 1,769 is 590 of each of two machines."""
    theirs = limits("Theirs", OTHER, 2000)
    book = funded(replace(OWN, limits_gbp=(3000,) * 4), theirs, cost_shares=(SHARED_COST,))
    payments = (*pay(2027, OTHER, {"Theirs": 1180}), *pay(2027, TRUST, {"Own": 2358}))
    two = replace(
        ADDED, units=2, capital_gbp=3538, funding={"Theirs": 1180, "Own": 2358}, payments=payments, payers=PAYERS
    )
    lines = (*years(replace(OWN, limits_gbp=(3000,) * 4), 0, 2358, 0, 0), *years(theirs, 0, 1180, 0, 0))
    made = plan(two, funded=True, sources=lines)
    assert said(book, made, "money") == []
    assert said(book, made, "case") == []
    other = replace(two, payments=(*pay(2027, OTHER, {"Theirs": 1179}), *pay(2027, TRUST, {"Own": 2359})))
    assert said(book, plan(other, funded=True, sources=lines), "money")
    assert said(book, plan(replace(two, payers=PAYERS[1:]), funded=True, sources=lines), "case")


def test_works_are_paid_in_part_the_year_before() -> None:
    """Half of 240: charged 120 x 1.2 = 144 in 2026/27, then (1100 + 120) x 1.2 x 1.1 = 1610.4; 120 and 1220 real.

    Discounted at 10%: 120 + (1220 + 90) / 1.1 + 90 / 1.21 + 108 / 1.331 = 1466.435, less 730 / 1.4641 = 498.600.
    """
    book = register(
        options={"CT standard": option(works_paid_before=Fraction(1, 2))},
        settings=settings(discount_rate=Fraction(1, 10)),
    )
    payments = (*pay(2026, TRUST, {"no limits given": 144}), *pay(2027, TRUST, {"no limits given": 1610}))
    bought = replace(ADDED, capital_gbp=1754, funding={"no limits given": 1754}, payments=payments)
    assert said(book, plan(bought, objective_gbp=968), "money") == []
    assert said(book, plan(bought, objective_gbp=968), "objective") == []
    assert said(book, plan(unfunded(bought, 1754), objective_gbp=968), "money")
    # in the first year nothing lies before: 1340 x 1.2 = 1608
    now = unfunded(replace(row(Action.ADD, 2026)), 1608)
    assert said(book, plan(now), "money") == []


def test_a_new_room_is_paid_and_ordered_in_time() -> None:
    """Works 200 x 1.5 = 300: half of 360 cash in 2026/27, of 396 in 2027/28; worth 300 x 17/20 = 255 at the end."""
    book = register(
        settings=settings(
            works_paid_before=Fraction(1, 2),
            optimism_bias_rooms=Fraction(1, 2),
            new_room_months=12,
            inflation_rate=Fraction(1, 10),
        )
    )
    payments = (*pay(2026, TRUST, {"no limits given": 180}), *pay(2027, TRUST, {"no limits given": 198}))
    room = row(Action.ADD, 2027, option=NEW_ROOM, capital_gbp=378, funding={"no limits given": 378}, payments=payments)
    made = plan(room, objective_gbp=300 - 255)
    assert [said(book, made, rule) for rule in ("choice", "money", "objective")] == [[], [], []]
    late = with_settings(book, plan_date=dt.date(2027, 4, 1))
    assert said(late, made, "choice") == [
        "new add 2027/28 new room at R0A01: it should have been ordered before the plan begins."
    ]


def test_disposal_and_energy_are_paid() -> None:
    """As replaced in 2027/28 for £1,004, with £50 of disposal and electricity of £20 and 3 x £10."""
    book = register(
        CT1,
        lines={"CT": line("CT", energy_mwh=Fraction(2), disposal_gbp=50)},
        options={"CT standard": option(energy_mwh=Fraction(1))},
        settings=settings(energy_price_gbp_per_mwh=10),
    )
    replaced = unfunded(row(Action.REPLACE, 2027, of=CT1), 1769)
    assert said(book, plan(replaced, objective_gbp=1004 + 50 + 20 + 30), "objective") == []


def test_an_order_by_date_that_has_passed() -> None:
    book = register(CT1, lines={"CT": line("CT", order_months=9)}, settings=settings(plan_date=dt.date(2027, 7, 1)))
    replaced = unfunded(row(Action.REPLACE, 2027, of=CT1), 1769)
    added = unfunded(row(Action.ADD, 2027), 1769)
    words = "9 months, so it should have been ordered before the plan begins."
    assert said(book, plan(replaced, added), "choice") == [
        f"new add 2027/28 CT standard at R0A01: CT standard takes {words}",
        "CT1: a machine in use in 2027/28 takes 9 months, so its order-by date has passed.",
    ]
    in_time = with_settings(book, plan_date=dt.date(2027, 6, 30))
    assert said(in_time, plan(replaced, added), "choice") == []


COMMITTED = scheme("S1", paid_before_gbp=500)


def test_a_committed_scheme_is_paid_in_part_before() -> None:
    """500 / 1.2 = 417 and 1500 / 1.2 / 1.1 = 1136 real, for what was 1515 in one."""
    book = register(CT1, schemes=(COMMITTED,))
    payments = (*pay(2026, TRUST, {"no limits given": 500}), *pay(2027, TRUST, {"no limits given": 1500}))
    bought = row(
        Action.REPLACE,
        2027,
        of=CT1,
        capital_gbp=2000,
        committed=True,
        scheme_id="S1",
        funding={"no limits given": 2000},
    )
    made = plan(replace(bought, payments=payments), objective_gbp=100 - 80 + 417 + 1136 + 288 - 570)
    assert [said(book, made, rule) for rule in ("choice", "money", "objective")] == [[], [], []]
    assert said(book, plan(unfunded(bought, 2000)), "money")
    first = register(CT1, schemes=(replace(COMMITTED, year=2026),))
    alone = unfunded(replace(bought, year=2026), 1500)
    assert [said(first, plan(alone), rule) for rule in ("choice", "money")] == [[], []]


def test_committed_schemes_are_paid_first_and_in_order() -> None:
    """S1 takes all of Own, then the shared source; S2 what is left there, and what exceeds it is charged to it."""
    schemes = tuple(scheme(name, action=Action.ADD, asset_id=None) for name in ("S1", "S2"))
    shared = limits("Shared", None, 1500)
    source = replace(OWN, limits_gbp=(1200,) * 4)
    book = funded(source, shared, schemes=schemes)
    lines = (*years(source, 0, 1200, 0, 0), *years(shared, 0, 2800, 0, 0))

    def paid(first: dict[str, int], second: dict[str, int]) -> Plan:
        rows = (
            row(Action.ADD, 2027, capital_gbp=2000, committed=True, scheme_id=name, funding=funding)
            for name, funding in (("S1", first), ("S2", second))
        )
        return plan(*rows, funded=True, sources=lines)

    assert said(book, paid({"Own": 1200, "Shared": 800}, {"Shared": 2000}), "money") == []
    assert said(book, paid({"Own": 1000, "Shared": 1000}, {"Own": 200, "Shared": 1800}), "money")
    named = replace(book, schemes=(replace(schemes[0], source="Shared"), schemes[1]))
    assert said(named, paid({"Own": 1200, "Shared": 800}, {"Shared": 2000}), "money")
    assert said(named, paid({"Shared": 2000}, {"Own": 1200, "Shared": 800}), "money") == []


TIER = Tier(
    framework="CTs",
    options=frozenset({"CT standard"}),
    trusts=frozenset(),
    from_units=2,
    to_units=None,
    rebate=Fraction(1, 10),
    first_year=None,
    last_year=None,
)
TOGETHER = replace(unfunded(row(Action.ADD, 2027, units=2), 2 * (1769 - 145)), rebate_gbp=290)
"""A tenth of 1100 x 1.2 x 1.1 is 145 cash, of 1100 real 110, of which 110 x 2/5 = 44 would be left at the end."""
REACHED = TierReached(
    framework="CTs", year=2027, units=2, from_units=2, rebate=Fraction(1, 10), rebate_gbp=290, real_gbp=220
)
# 145 over 5 years: 116, 87, 58 are left, 29 a year is not written off; dividend 2, 4, 3 on the average.
RELIEF = (-62, -66, -64)


def test_enough_machines_reach_a_tier() -> None:
    book = register(tiers=(TIER,))
    made = plan(TOGETHER, tiers=(REACHED,), objective_gbp=2 * 984 - 2 * (110 - 44))
    assert [said(book, made, rule) for rule in ("money", "tiers", "objective")] == [[], [], []]
    statement = [m for m in said(book, made, "revenue") if "£0 in the plan" not in m]
    assert len(statement) == 4 + 1 + 1  # no statement is given, and no effect
    amounts = {2027 + k: amount for k, amount in enumerate(RELIEF)}
    lines = tuple(revenue(TRUST, year, {Heading.RELIEF: amount}) for year, amount in amounts.items())
    assert [m for m in said(book, replace(made, revenue=lines), "revenue") if "relief" in m] == []


@pytest.mark.parametrize(
    ("tier", "made"),
    [
        (TIER, plan(unfunded(row(Action.ADD, 2027, units=2), 2 * 1769))),
        (TIER, plan(TOGETHER)),
        (TIER, plan(TOGETHER, tiers=(replace(REACHED, units=3),))),
        (TIER, plan(TOGETHER, tiers=(replace(REACHED, real_gbp=221),))),
        (TIER, plan(replace(TOGETHER, rebate_gbp=291), tiers=(REACHED,))),
        (TIER, plan(TOGETHER, tiers=(REACHED, REACHED))),
        (replace(TIER, from_units=3), plan(TOGETHER, tiers=(REACHED,))),
        (replace(TIER, to_units=1, from_units=1), plan(TOGETHER, tiers=(REACHED,))),
        (replace(TIER, trusts=frozenset({OTHER})), plan(TOGETHER, tiers=(REACHED,))),
        (replace(TIER, options=frozenset({"CT gold"})), plan(TOGETHER, tiers=(REACHED,))),
        (replace(TIER, last_year=2026), plan(TOGETHER, tiers=(REACHED,))),
    ],
)
def test_a_tier_is_reached_by_enough_machines_only(tier: Tier, made: Plan) -> None:
    assert said(register(tiers=(tier,)), made, "tiers")


def test_committed_machines_reach_no_tier() -> None:
    book = register(tiers=(TIER,), schemes=(scheme("S1", action=Action.ADD, asset_id=None),))
    first = unfunded(row(Action.ADD, 2027, committed=True, scheme_id="S1"), 2000)
    second = unfunded(row(Action.ADD, 2027), 1769)
    assert said(book, plan(first, second), "tiers") == []


TWO_TRUSTS: dict[str, Any] = {
    "trusts": {code: Trust(code=code, name=code) for code in (TRUST, OTHER)},
    "sites": {SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust=OTHER)},
}


def test_unmet_need_is_spread_within_its_bound() -> None:
    """A tenth of 4,000 scans of one trust is bought outside, and nothing of the other's 2,000."""
    outside = (Outside(line="CT", site=SITE_A, year=2027, scans=Fraction(400)),)
    demand = {("CT", SITE_A): (1000,) * 4, ("CT", SITE_B): (500,) * 4}

    def book(bound: str) -> Register:
        return register(demand=demand, settings=settings(fair_unmet_spread=Fraction(bound)), **TWO_TRUSTS)

    assert said(book("1/10"), plan(outside=outside), "fairness") == []
    assert said(book("9/100"), plan(outside=outside), "fairness") == [
        "The share of scans bought outside is 10.00% for R0A and 0.00% for R0B; they may differ by 9.00%."
    ]


def test_capital_is_spread_within_its_bound() -> None:
    """1,769 against a machine of £1,000 of one trust, nothing against £2,000 of the other."""
    theirs = asset("CT2", site=SITE_B, trust=OTHER, price_gbp=2000)
    made = plan(unfunded(row(Action.REPLACE, 2027, of=CT1), 1769), row(Action.KEEP, of=theirs, trust=OTHER))

    def book(bound: str) -> Register:
        return register(CT1, theirs, settings=settings(fair_capital_spread=Fraction(bound)), **TWO_TRUSTS)

    assert said(book("1769/1000"), made, "fairness") == []
    assert said(book("1768/1000"), made, "fairness")


def approved(**changes: Any) -> ApprovedLine:
    values: dict[str, Any] = {
        "asset_id": "CT1",
        "site": SITE_A,
        "action": Action.REPLACE,
        "option": "CT standard",
        "offer": None,
        "year": 2027,
        "units": 1,
    }
    return ApprovedLine(**{**values, **changes})


def change(price: int, *, firm: bool, asset_id: str | None = "CT1") -> Change:
    return Change(what="", asset_id=asset_id, site=SITE_A, approved="", planned="", firm=firm, price_gbp=price)


PRICES = settings(change_price_gbp=10, firm_change_price_gbp=100)
AS_APPROVED = unfunded(row(Action.REPLACE, 2027, of=CT1), 1769)
TWO_ADDED = unfunded(row(Action.ADD, 2029, units=2), 2 * 2140)


@pytest.mark.parametrize(
    ("before", "lines", "changes"),
    [
        ((approved(),), (AS_APPROVED,), ()),
        ((approved(year=2029),), (AS_APPROVED,), (change(100, firm=True),)),
        ((approved(option="CT gold"),), (AS_APPROVED,), (change(100, firm=True),)),
        ((approved(new_room_first=True),), (AS_APPROVED,), (change(100, firm=True),)),
        (
            (approved(action=Action.RETIRE, option=None, year=2029),),
            (row(Action.KEEP, of=CT1),),
            (change(10, firm=False),),
        ),
        ((approved(), approved(year=2020)), (AS_APPROVED,), ()),
        (
            (approved(), approved(asset_id=None, action=Action.ADD, year=2029, units=4)),
            (AS_APPROVED, TWO_ADDED),
            (change(20, firm=False, asset_id=None),),
        ),
        (
            (approved(),),
            (AS_APPROVED, TWO_ADDED),
            (change(10, firm=False, asset_id=None), change(10, firm=False, asset_id=None)),
        ),
    ],
)
def test_what_differs_from_the_approved_plan_is_a_change(
    before: tuple[ApprovedLine, ...], lines: tuple[PlannedScheme, ...], changes: tuple[Change, ...]
) -> None:
    book = register(CT1, approved=before, settings=PRICES)
    assert said(book, plan(*lines, changes=changes), "stability") == []
    fewer = plan(*lines, changes=changes[1:] if changes else (change(100, firm=True),))
    assert said(book, fewer, "stability")


def test_a_change_is_priced() -> None:
    """As replaced in 2027/28 for £1,004, and £100 for it."""
    book = register(CT1, approved=(approved(year=2029),), settings=PRICES)
    made = plan(AS_APPROVED, changes=(change(100, firm=True),), objective_gbp=1104)
    assert said(book, made, "objective") == []


APPROVALS = (
    Approval(approver="Board", up_to_gbp=1000, months=2),
    Approval(approver="NHS England", up_to_gbp=None, months=5),
)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, case(2027, approver="NHS England", order_by=dt.date(2027, 6, 30), case_by=dt.date(2027, 1, 30))),
        (
            SchemeStatus.OBC,
            case(
                2027,
                status=SchemeStatus.OBC,
                approver="NHS England",
                order_by=dt.date(2027, 6, 30),
                case_by=dt.date(2027, 1, 30),
            ),
        ),
        (
            SchemeStatus.FBC,
            case(2027, status=SchemeStatus.FBC, approver="NHS England", order_by=dt.date(2027, 6, 30), case_by=None),
        ),
    ],
)
def test_the_way_of_a_business_case(status: SchemeStatus | None, expected: Any) -> None:
    schemes = () if status is None else (scheme("S1", status=status),)
    book = register(CT1, lines={"CT": line("CT", order_months=9)}, approvals=APPROVALS, schemes=schemes)
    made = plan(replace(AS_APPROVED, case=expected, payers=PAYERS[1:]))
    found = said(book, made, "case")
    assert [m for m in found if "business-case" in m] == []
    other = plan(replace(AS_APPROVED, case=replace(expected, approver="Board")))
    assert [m for m in said(book, other, "case") if "business-case" in m]
