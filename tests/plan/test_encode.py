"""A plan survives being written as plan.json and read back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capitalplan.errors import RunFolderError
from capitalplan.plan.encode import from_json, to_json
from capitalplan.plan.plan import (
    Binding,
    Breach,
    CaseDates,
    Change,
    Cover,
    ExtraHours,
    Flag,
    Flow,
    Moved,
    Outside,
    Payer,
    Payment,
    Plan,
    PlannedScheme,
    Reports,
    RevenueLine,
    SourceYear,
    StaffUse,
    TierReached,
    VanHire,
    Waiting,
    YearLine,
)
from capitalplan.register.register import Assumption
from capitalplan.terms import Action, Consent, Heading, Route, SchemeStatus, Timing

words = st.text(max_size=8)
years = st.integers(1900, 2098)
pounds = st.integers(-(10**12), 10**12)
scans = st.integers(0, 10**9).map(lambda thousandths: Fraction(thousandths, 1000))
exact = st.fractions(-(10**6), 10**6)
estimates = st.none() | st.floats(0, 1000)
by_name = st.dictionaries(words, pounds, max_size=3)
by_heading = st.dictionaries(st.sampled_from(Heading), pounds, max_size=3)


def several(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


payments = st.builds(
    Payment, year=years, trust=words, source=words, route=st.sampled_from(Route), gbp=st.integers(1, 10**9)
)
payers = st.builds(Payer, trust=words, share=exact, basis=words, consent=st.none() | st.sampled_from(Consent))
cases = st.builds(
    CaseDates,
    status=st.sampled_from(SchemeStatus),
    approver=words,
    case_by=st.none() | st.dates(),
    order_by=st.none() | st.dates(),
    in_service_by=st.dates(),
)
schemes = st.builds(
    PlannedScheme,
    scheme_id=words,
    asset_id=st.none() | words,
    trust=words,
    site=words,
    modality=words,
    mobile=st.booleans(),
    action=st.sampled_from(Action),
    year=st.none() | years,
    option=st.none() | words,
    route=words,
    units=st.integers(0, 9),
    capital_gbp=pounds,
    funding=by_name,
    timing=st.sampled_from(Timing),
    due_year=st.none() | years,
    reason=words,
    sentence=words,
    committed=st.booleans(),
    own_cost_gbp=pounds,
    new_room_first=st.booleans(),
    offer=st.none() | words,
    rebate_gbp=pounds,
    payments=several(payments),
    payers=several(payers),
    benefits=st.dictionaries(words, exact, max_size=3),
    case=st.none() | cases,
    revenue_part_year_gbp=st.none() | pounds,
    revenue_full_year_gbp=st.none() | pounds,
)
flows = st.builds(Flow, line=words, from_site=words, to_site=words, year=years, scans=scans)
outsides = st.builds(Outside, line=words, site=words, year=years, scans=scans)
moves = st.builds(Moved, line=words, from_trust=words, to_trust=words, year=years, scans=scans)
hours = st.builds(ExtraHours, line=words, site=words, scans_per_hour=exact, year=years, hours=scans)
vans = st.builds(VanHire, name=words, line=words, site=words, year=years, days=st.integers(0, 364), scans=scans)
lists = st.builds(
    Waiting,
    line=words,
    site=words,
    year=years,
    patients=scans,
    target=st.integers(0, 10**6),
    mean_weeks=estimates,
    share_over=estimates,
)
reporting = st.builds(
    Reports,
    line=words,
    trust=words,
    year=years,
    needed=scans,
    radiologist=scans,
    radiographer=scans,
    outsourced=scans,
    backlog=scans,
)
staff = st.builds(
    StaffUse,
    group=words,
    trust=words,
    year=years,
    hours=scans,
    wte=st.floats(0, 1000),
    own_hours=st.none() | st.integers(0, 10**6),
)
covers = st.builds(Cover, asset_id=words, line=words, site=words, year=years, kind=words, place=words)
breaches = st.builds(Breach, rule=words, place=words, year=st.none() | years, amount=exact, unit=words, message=words)
bindings = st.builds(
    Binding, rule=words, place=words, year=st.none() | years, amount=pounds, used=pounds, unit=st.just("£")
)
year_lines = st.builds(
    YearLine,
    year=years,
    firm=st.booleans(),
    capital_by_source=by_name,
    limit_by_source=by_name,
    capital_by_trust=by_name,
    upkeep_gbp=pounds,
    running_gbp=by_heading,
    capital_real_gbp=pounds,
    resale_gbp=pounds,
    outside_gbp=pounds,
    extra_gbp=by_name,
    travel_gbp=pounds,
    age_risk_gbp=pounds,
    service_value_gbp=by_name,
    money_value_gbp=by_name,
    breakdowns=exact,
    demand=by_name,
    capacity=by_name,
    outside_scans=by_name,
    machines=st.integers(0, 999),
    over_age=st.integers(0, 999),
)

source_years = st.builds(
    SourceYear,
    source=words,
    year=years,
    limit_gbp=pounds,
    planned_limit_gbp=pounds,
    carried_in_gbp=pounds,
    paid_gbp=pounds,
    carried_out_gbp=pounds,
    minimum_gbp=pounds,
    short_gbp=pounds,
)
revenue_lines = st.builds(
    RevenueLine,
    trust=words,
    year=years,
    amounts_gbp=by_heading,
    limit_gbp=st.none() | pounds,
    over_gbp=pounds,
    lease_rents_gbp=pounds,
)
tiers = st.builds(
    TierReached,
    framework=words,
    year=years,
    units=st.integers(1, 9),
    from_units=st.integers(1, 9),
    rebate=exact,
    rebate_gbp=pounds,
    real_gbp=pounds,
)
changes = st.builds(
    Change,
    what=words,
    asset_id=st.none() | words,
    site=words,
    approved=words,
    planned=words,
    firm=st.booleans(),
    price_gbp=pounds,
)
flags = st.builds(Flag, rule=words, place=words, year=st.none() | years, message=words)
plans = st.builds(
    Plan,
    network=words,
    funded=st.booleans(),
    status=words,
    objective_gbp=pounds,
    bound_gbp=st.none() | pounds,
    gap=st.none() | st.floats(0, 1),
    gap_gbp=st.none() | pounds,
    schemes=several(schemes),
    flows=several(flows),
    outside=several(outsides),
    moves=several(moves),
    extra_hours=several(hours),
    vans=several(vans),
    waiting=several(lists),
    reports=several(reporting),
    staff=several(staff),
    covers=several(covers),
    capacity=st.dictionaries(st.tuples(words, words), several(st.integers(0, 10**6)), max_size=3),
    years=several(year_lines),
    kpis=st.dictionaries(words, pounds | st.floats(allow_nan=False, allow_infinity=False) | words, max_size=4),
    sources=several(source_years),
    revenue=several(revenue_lines),
    tiers=several(tiers),
    changes=several(changes),
    flags=several(flags),
    binding=several(bindings),
    breaches=several(breaches),
)
EMPTY = Plan(
    network="Network",
    funded=True,
    status="optimal",
    objective_gbp=0,
    bound_gbp=None,
    gap=None,
    gap_gbp=None,
    schemes=(),
    flows=(),
    outside=(),
    moves=(),
    extra_hours=(),
    vans=(),
    waiting=(),
    reports=(),
    staff=(),
    covers=(),
    capacity={},
    years=(),
    kpis={},
    sources=(),
    revenue=(),
    tiers=(),
    changes=(),
    flags=(),
    binding=(Binding(rule="money", place="R0A", year=2027, amount=10, used=10, unit="£"),),
    breaches=(),
)
SCHEME = PlannedScheme(
    scheme_id="CT1 replace 2027/28",
    asset_id="CT1",
    trust="R0A",
    site="R0A01",
    modality="CT",
    mobile=False,
    action=Action.REPLACE,
    year=2027,
    option="CT standard",
    route="lease",
    units=1,
    capital_gbp=5,
    funding={"Own": 5},
    timing=Timing.ON_TIME,
    due_year=2027,
    reason="",
    sentence="",
)


@given(plans)
def test_a_plan_comes_back_as_it_was(plan: Plan) -> None:
    written = json.dumps(to_json(plan), allow_nan=False)
    back = from_json(json.loads(written))
    assert back == plan
    assert {name: type(value) for name, value in back.kpis.items()} == {
        name: type(value) for name, value in plan.kpis.items()
    }


def test_years_and_assumptions_read_as_users_write_them() -> None:
    assumption = Assumption(item="VAT", value="20%", source="illustrative", used_for="the plan")
    data = to_json(EMPTY, [assumption])
    assert data["binding"][0]["year"] == "2027/28"
    assert data["assumptions"] == [
        {"item": "VAT", "value": "20%", "source": "illustrative", "used_for": "the plan"},
    ]


@pytest.mark.parametrize(
    ("amount", "written"),
    [(Fraction(7, 2), "3.500"), (Fraction(-1, 8), "-0.125"), (Fraction(10, 3), "10/3"), (Fraction(1234), "1234.000")],
)
def test_an_amount_is_a_decimal_where_three_places_hold_it_and_a_fraction_elsewhere(
    amount: Fraction, written: str
) -> None:
    worked = ExtraHours(line="CT", site="R0A01", scans_per_hour=amount, year=2027, hours=Fraction(1))
    data = to_json(replace(EMPTY, extra_hours=(worked,)))
    assert data["extra_hours"] == [
        {"line": "CT", "site": "R0A01", "scans_per_hour": written, "year": "2027/28", "hours": "1.000"}
    ]
    assert from_json(data).extra_hours == (worked,)


def test_days_headings_and_years_of_payments_read_as_users_write_them() -> None:
    paid = Payment(year=2027, trust="R0A", source="Own", route=Route.LEASE, gbp=5)
    day = dt.date(2028, 3, 31)
    case = CaseDates(
        status=SchemeStatus.OBC, approver="Board", case_by=None, order_by=dt.date(2027, 9, 30), in_service_by=day
    )
    scheme = replace(SCHEME, payments=(paid,), case=case)
    line = RevenueLine(
        trust="R0A", year=2027, amounts_gbp={Heading.RENT: 5}, limit_gbp=None, over_gbp=0, lease_rents_gbp=0
    )
    plan = replace(EMPTY, schemes=(scheme,), revenue=(line,))
    data = to_json(plan)
    assert data["schemes"][0]["payments"][0]["year"] == data["revenue"][0]["year"] == "2027/28"
    assert (data["schemes"][0]["case"]["order_by"], data["schemes"][0]["case"]["status"]) == ("2027-09-30", "OBC")
    assert data["revenue"][0]["amounts_gbp"] == {"rent": 5}
    assert from_json(json.loads(json.dumps(data))) == plan


def test_keys_of_a_later_hand_are_left_aside() -> None:
    assert from_json({**to_json(EMPTY), "added_later": 1}) == EMPTY


@pytest.mark.parametrize(
    ("change", "words_expected"),
    [
        ({"schema_version": "999"}, "format 999"),
        ({"schema_version": "2"}, "format 2; this version of capitalplan reads format 3"),
        ({"schema_version": None}, "names no format"),
        ({"objective_gbp": "a lot"}, "objective_gbp"),
        ({"binding": [{"year": "soon"}]}, "soon"),
        ({"schemes": 3}, "damaged"),
        ({"capacity": [{"line": "CT"}]}, "site"),
    ],
)
def test_what_is_not_a_whole_plan_of_this_format_is_refused(change: dict[str, Any], words_expected: str) -> None:
    with pytest.raises(RunFolderError, match=words_expected):
        from_json({**to_json(EMPTY), **change})
