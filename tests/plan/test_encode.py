"""A plan survives being written as plan.json and read back."""

from __future__ import annotations

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
    Cover,
    ExtraHours,
    Flow,
    Moved,
    Outside,
    Plan,
    PlannedScheme,
    Reports,
    StaffUse,
    VanHire,
    Waiting,
    YearLine,
)
from capitalplan.register.register import Assumption
from capitalplan.terms import Action, Timing

words = st.text(max_size=8)
years = st.integers(1900, 2098)
pounds = st.integers(-(10**12), 10**12)
scans = st.integers(0, 10**9).map(lambda thousandths: Fraction(thousandths, 1000))
exact = st.fractions(-(10**6), 10**6)
estimates = st.none() | st.floats(0, 1000)
by_name = st.dictionaries(words, pounds, max_size=3)

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
    capital_real_gbp=pounds,
    resale_gbp=pounds,
    outside_gbp=pounds,
    extra_gbp=by_name,
    travel_gbp=pounds,
    age_risk_gbp=pounds,
    service_value_gbp=by_name,
    breakdowns=exact,
    demand=by_name,
    capacity=by_name,
    outside_scans=by_name,
    machines=st.integers(0, 999),
    over_age=st.integers(0, 999),
)


def several(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


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
    binding=(Binding(rule="money", place="R0A", year=2027, amount=10, used=10, unit="£"),),
    breaches=(),
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


def test_keys_of_a_later_hand_are_left_aside() -> None:
    assert from_json({**to_json(EMPTY), "added_later": 1}) == EMPTY


@pytest.mark.parametrize(
    ("change", "words_expected"),
    [
        ({"schema_version": "999"}, "format 999"),
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
