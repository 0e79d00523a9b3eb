"""Waiting, extra capacity, cover and staff: at its edges each rule lets through what it should, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import ExtraHours, Outside
from capitalplan.register.register import Register
from capitalplan.terms import Action, ExtraKind, Ownership, SchemeStatus, StaffGroup, TieKind
from capitalplan.verify import verify
from tests.verify.patients_edits import (
    asset_edit,
    edited,
    rules,
    tied,
    with_extra,
    with_line,
    without,
)
from tests.verify.patients_plan import (
    HOURS,
    NEW_ROOM_FIRST,
    OUTSIDE,
    PLAN,
    REGISTER,
    REPLACE,
    REPORTING,
    VAN,
    A,
    B,
    extra,
    flow,
)
from tests.verify.small_network import row, scheme, with_settings, with_site

NEIGHBOUR = PLAN.covers[1]


@pytest.mark.parametrize(
    ("book", "allowed"),
    [
        (asset_edit("CT2", end_of_support_year=2028), True),
        (asset_edit("CT2", end_of_support_year=2025), True),
        (asset_edit("CT2", earliest_year=2029), True),
        (asset_edit("CT2", ownership=Ownership.CHARITY), True),
        (asset_edit("CT2", latest_year=2029), False),
    ],
)
def test_dates_bind_leaving_and_an_upgrade_moves_the_end_of_support(book: Register, allowed: bool) -> None:
    assert ("choice" not in rules(book, PLAN)) is allowed


@pytest.mark.parametrize(
    ("kind", "first", "other", "kept"),
    [
        (TieKind.TOGETHER, "CT1", "CT1", True),
        (TieKind.TOGETHER, "CT1", "MG1", False),
        (TieKind.TOGETHER, "CT1", "S1", False),
        (TieKind.TOGETHER, "MG1", "S1", True),
        (TieKind.AFTER, "MG1", "CT1", True),
        (TieKind.AFTER, "MG1", "S1", False),
        (TieKind.AFTER, "CT2", "CT1", True),
        (TieKind.APART, "CT1", "MG1", True),
        (TieKind.APART, "MG1", "S1", False),
        (TieKind.APART, "CT2", "MG1", True),
    ],
)
def test_ties_between_machines_and_a_committed_addition_in_2028(
    kind: TieKind, first: str, other: str, kept: bool
) -> None:
    addition = scheme("S1", action=Action.ADD, asset_id=None, site=B, trust="R0B", year=2028)
    book = replace(tied(first, kind, other), schemes=(addition,))
    assert ("ties" not in rules(book, PLAN)) is kept


def test_replacements_tied_apart_are_not_in_one_year_the_second_time_either() -> None:
    again = replace(PLAN, schemes=(REPLACE, row(Action.REPLACE, 2028, of=REGISTER.assets[0]), *PLAN.schemes[1:]))
    assert "ties" in rules(tied("CT1", TieKind.APART, "MG1"), again)
    assert "ties" not in rules(tied("CT1", TieKind.APART, "CT2"), again)


def test_a_new_room_comes_first_only_for_the_first_thing_and_no_order() -> None:
    machine = REGISTER.assets[2]
    first = row(Action.REPLACE, 2026, of=machine, option="MG standard")
    twice = replace(PLAN, schemes=(*PLAN.schemes[:2], first, NEW_ROOM_FIRST))
    messages = [breach.message for breach in verify(REGISTER, twice).breaches]
    assert "MG1: a new room may come first only for the first thing that happens to it." in messages
    order = scheme("S1", asset_id="MG1", line="MG", option="MG standard", trust="R0A", year=2028)
    ordered = replace(NEW_ROOM_FIRST, scheme_id="S1", route="committed", committed=True)
    found = verify(replace(REGISTER, schemes=(order,)), replace(PLAN, schemes=(*PLAN.schemes[:2], ordered)))
    assert "MG1: its replacement is committed, so no new room comes first." in [b.message for b in found.breaches]


def test_nothing_comes_before_an_order() -> None:
    order = scheme("S1", asset_id="CT2", site=B, trust="R0B", year=2029)
    ordered = row(
        Action.REPLACE, 2029, of=REGISTER.assets[1], scheme_id="S1", trust="R0B", committed=True, capital_gbp=2000
    )
    made = replace(PLAN, schemes=(*PLAN.schemes, ordered))
    messages = [breach.message for breach in verify(replace(REGISTER, schemes=(order,)), made).breaches]
    assert (
        "CT2: its committed replacement in 2029/30 by CT standard is not the first thing to happen to it." in messages
    )
    bare = replace(made, schemes=(REPLACE, ordered, NEW_ROOM_FIRST))
    assert not any(
        "not the first thing" in breach.message for breach in verify(replace(REGISTER, schemes=(order,)), bare).breaches
    )


def test_an_idea_ties_nothing() -> None:
    addition = scheme("S1", action=Action.ADD, asset_id=None, site=B, year=2028, status=SchemeStatus.IDEA)
    assert "ties" in rules(replace(tied("MG1", TieKind.TOGETHER, "S1"), schemes=(addition,)), PLAN)


def test_a_machine_set_up_in_a_spare_room_needs_no_cover() -> None:
    book = replace(REGISTER, lines={**REGISTER.lines, "MG": replace(REGISTER.lines["MG"], swap_cover=True)})
    assert rules(book, PLAN) == set()
    messages = [b.message for b in verify(book, edited("schemes", 2, new_room_first=False)).breaches]
    assert f"The only MG machine at {A} is replaced in 2028/29 and nobody is named to stand in for it." in messages
    assert f"The only MG machine at {A} is replaced in 2028/29: 0 scans are done for it; 100 cannot wait." in messages


@pytest.mark.parametrize("changes", [{"swap_cover": False}, {"outage_weeks": Fraction(0)}])
def test_nothing_is_covered_where_no_cover_is_asked(changes: dict[str, Any]) -> None:
    messages = [b.message for b in verify(with_line(**changes), PLAN).breaches if b.rule == "cover"]
    assert messages == [
        f"The plan says that {who} stands in for CT1 in 2027/28, which needs no cover then."
        for who in ("mobile van CT van", f"neighbour {B}")
    ]
    assert "cover" not in rules(with_line(**changes), without("covers", 0, 1))


def test_a_neighbour_that_is_replaced_itself_covers_nothing() -> None:
    both = replace(PLAN, schemes=(REPLACE, row(Action.REPLACE, 2027, of=REGISTER.assets[1], trust="R0B")))
    messages = [b.message for b in verify(REGISTER, both).breaches if b.rule == "cover"]
    assert (
        f"The plan says that neighbour {B} stands in for CT1 in 2027/28; no CT machine is in service there." in messages
    )
    assert f"The only CT machine at {B} is replaced in 2027/28 and nobody is named to stand in for it." in messages


def test_a_neighbour_that_is_not_open_covers_nothing() -> None:
    messages = [b.message for b in verify(with_site(REGISTER, B, opening_year=2028), PLAN).breaches]
    assert f"The plan says that neighbour {B} stands in for CT1 in 2027/28; that site is not open." in messages


def test_an_added_machine_covers_and_carries() -> None:
    book = replace(with_site(REGISTER, A, spare_rooms={"CT": 1, "MG": 1}), extra=(HOURS, OUTSIDE, REPORTING))
    book = replace(book, waiting_demand={})
    cover = replace(NEIGHBOUR, kind="added machine", place=A)
    bare = replace(PLAN, covers=(cover,), vans=(), flows=tuple(f for f in PLAN.flows if f.to_site == f.from_site))
    added = replace(bare, schemes=(*PLAN.schemes, row(Action.ADD, 2027, site=A)))
    assert "cover" not in rules(book, added)
    later = replace(bare, schemes=(*PLAN.schemes, row(Action.ADD, 2028, site=A)))
    messages = [b.message for b in verify(book, later).breaches if b.rule == "cover"]
    assert messages == [
        f"The plan says that added machine {A} stands in for CT1 in 2027/28; no CT machine is in service there.",
        f"The only CT machine at {A} is replaced in 2027/28: 0 scans are done for it; 250 cannot wait.",
    ]


@pytest.mark.parametrize(("outside", "short"), [(40, False), (38, True)])
def test_scans_bought_outside_carry_too(outside: int, short: bool) -> None:
    bought = Outside(line="CT", site=A, year=2027, scans=Fraction(outside))
    alone = replace(PLAN, vans=(), covers=(NEIGHBOUR,), outside=(*PLAN.outside, bought))
    messages = [breach.message for breach in verify(REGISTER, alone).breaches if breach.rule == "cover"]
    what = f"The only CT machine at {A} is replaced in 2027/28: 98 scans are done for it; 100 cannot wait."
    assert messages == ([what] if short else [])


def test_a_van_does_no_more_scans_than_are_done_there_and_a_year_has_364_days() -> None:
    fast = with_extra(VAN, scans_per_day=20, limit=None, cover_only=False)
    messages = [breach.message for breach in verify(fast, edited("vans", 0, scans=Fraction(903))).breaches]
    what = f"65 days of the van CT van at {A} in 2027/28"
    assert f"{what}: 903 scans are done on it; all scans done there are 900." in messages
    messages = [breach.message for breach in verify(fast, edited("vans", 0, days=365)).breaches]
    assert f"365 days of the van CT van at {A} in 2027/28: at most 364 days are in a year." in messages


def test_a_van_that_comes_with_no_radiographers_needs_the_trusts_own() -> None:
    messages = [b.message for b in verify(with_extra(VAN, crewed=False), PLAN).breaches]
    assert "radiographers of R0A in 2027/28 need 375 hours in the plan; recomputed it is 450." in messages


def test_without_reporters_the_plan_shows_what_reporting_would_need() -> None:
    radiographers = tuple(each for each in REGISTER.staff if each.group is StaffGroup.RADIOGRAPHER)
    book = replace(REGISTER, staff=radiographers)
    # 980 scans of R0A in 2026/27: a quarter of them by radiographers, 0.2 hours each
    needed = {"radiologist": Fraction(147), "reporting radiographer": Fraction(49)}
    messages = [breach.message for breach in verify(book, PLAN).breaches]
    assert "Reporting of CT by R0A in 2026/27 is not planned." in messages
    for group, hours in needed.items():
        stated = next(u for u in PLAN.staff if (u.group, u.trust, u.year) == (group, "R0A", 2026))
        assert (
            f"{group}s of R0A in 2026/27 need {float(stated.hours):g} hours in the plan; recomputed it is "
            f"{float(hours):g}."
        ) in messages
    assert "radiologists of R0A in 2026/27 have no limit." in messages


def test_unscheduled_patients_may_be_away_where_no_machine_is_registered() -> None:
    book = replace(REGISTER, assets=tuple(each for each in REGISTER.assets if each.asset_id != "CT2"))
    messages = [breach.message for breach in verify(book, PLAN).breaches]
    assert (
        f"The breach of 'unscheduled' at CT at {B} in 2027/28 is 10 patients in the plan; recomputed it is 0."
        in messages
    )


def test_what_an_outside_provider_does_in_years_it_is_not_offered_is_unmet() -> None:
    messages = [breach.message for breach in verify(with_extra(OUTSIDE, last_year=2026), PLAN).breaches]
    assert "The breach of 'unmet' at CT outside in 2027/28 is 10 scans in the plan; recomputed it is 30." in messages
    messages = [breach.message for breach in verify(with_extra(OUTSIDE, limit=None), PLAN).breaches]
    assert "The breach of 'unmet' at CT outside in 2027/28 is 10 scans in the plan; recomputed it is 0." in messages


def test_without_a_provider_the_price_of_modalities_holds() -> None:
    book = replace(REGISTER, extra=tuple(each for each in REGISTER.extra if each is not OUTSIDE))
    # 30 scans at £100 rather than £120, and nothing unmet
    out = [b.amount for b in verify(book, PLAN).breaches if b.rule == "objective"]
    assert out == [30 * 20 + 10 * 300]


def test_turnaround_is_weighted_by_the_demand_of_the_network() -> None:
    # half of demand is unscheduled: (14.6 + 73) / 2 days, 0.12 of 880 reports, leave 110 - 105.6 late
    book = with_settings(REGISTER, turnaround_days_unscheduled=Fraction(146, 10))
    messages = [breach.message for breach in verify(book, PLAN).breaches]
    assert (
        "The breach of 'turnaround' at CT reported by R0A in 2027/28 is 22 reports in the plan; recomputed it is 4.4."
    ) in messages


def test_patients_on_lists_may_travel() -> None:
    # 10% of 1,000 and of the 70 who wait; 250 scans are lost to the replacement besides
    flows = tuple(f for f in PLAN.flows if (f.from_site, f.to_site, f.year) != (A, B, 2028))
    more = replace(PLAN, flows=(*flows, flow(A, B, 2028, 111)))
    assert not any("scanned elsewhere" in b.message for b in verify(REGISTER, more).breaches)
    most = replace(PLAN, flows=(*flows, flow(A, B, 2028, 113)))
    assert any("113 patients are scanned elsewhere, at most 111" in b.message for b in verify(REGISTER, most).breaches)


def test_patients_of_a_closed_site_travel_without_limit() -> None:
    more = replace(PLAN, flows=(*PLAN.flows, flow(A, B, 2029, 800)))
    assert any("890 patients are scanned elsewhere" in b.message for b in verify(REGISTER, more).breaches)
    closed = with_site(REGISTER, A, closing_year=2029)
    assert not any("are scanned elsewhere" in b.message for b in verify(closed, more).breaches)


def test_an_added_machine_brings_its_staff_and_works_extra_hours() -> None:
    able = replace(REGISTER.options["CT standard"], annual_staff_gbp=1000)
    book = replace(REGISTER, options={**REGISTER.options, "CT standard": able})
    book = with_site(book, A, spare_rooms={"CT": 1, "MG": 1})
    more = replace(PLAN, schemes=(*PLAN.schemes, row(Action.ADD, 2028, site=A, capital_gbp=1946)))
    # upkeep 90 + 1000 beside 240
    messages = [breach.message for breach in verify(book, more).breaches]
    assert "The upkeep of Small network in 2028/29 is 240 in the plan; recomputed it is 1,330." in messages
    # 4 x 50 hours at 0.98 of CT1, and half of 200 of the new one
    for hours, over in ((296, False), (298, True)):
        worked = ExtraHours(line="CT", site=A, scans_per_hour=Fraction(2), year=2028, hours=Fraction(hours))
        found = rules(book, replace(more, extra_hours=(*PLAN.extra_hours, worked)))
        assert ("extra" in found) is over


def test_an_upgraded_machine_works_extra_hours_in_its_own_class() -> None:
    book = with_extra(HOURS, places=(A, B), last_year=None)
    # 2 x 1.1 scans an hour; 4 x 50 weeks x 0.94
    worked = ExtraHours(line="CT", site=B, scans_per_hour=Fraction(11, 5), year=2028, hours=Fraction(188))
    assert "extra" not in rules(book, replace(PLAN, extra_hours=(*PLAN.extra_hours, worked)))
    for wrong in (replace(worked, hours=Fraction(190)), replace(worked, scans_per_hour=Fraction(2))):
        assert "extra" in rules(book, replace(PLAN, extra_hours=(*PLAN.extra_hours, wrong)))


def test_a_van_at_another_service_is_not_this_one() -> None:
    other = extra("MG van", ExtraKind.VAN, (A, B), 50, 100, line="MG", scans_per_day=10)
    book = replace(REGISTER, extra=(*REGISTER.extra, other))
    assert rules(book, PLAN) == set()
    assert "extra" in rules(book, edited("vans", 0, name="MG van"))


ODD: dict[type, tuple[object, ...]] = {
    bool: (True, False),
    int: (-1, 0, 2031, 10**9),
    float: (float("nan"), float("inf"), -1.0),
    str: ("", "MG", "R0A", B, "mobile van"),
    Fraction: (Fraction(-5), Fraction(0), Fraction(7, 3), Fraction(10**9)),
    Action: tuple(Action),
    type(None): ("MG", 2027),
}


@pytest.mark.parametrize(
    "items",
    [
        "flows",
        "outside",
        "moves",
        "extra_hours",
        "vans",
        "waiting",
        "reports",
        "staff",
        "covers",
        "breaches",
        "schemes",
    ],
)
def test_an_odd_figure_is_reported_and_never_stops_the_recheck(items: str) -> None:
    first = getattr(PLAN, items)[0]
    for each in fields(first):
        for odd in ODD.get(type(getattr(first, each.name)), ()):
            report = verify(REGISTER, edited(items, 0, **{each.name: odd}))
            assert all(breach.message.endswith(".") for breach in report.breaches)
