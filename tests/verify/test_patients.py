"""Waiting, extra capacity, cover and staff: a plan worked out by hand passes, each edit is caught by name."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.terms import Action, Lock, Ownership, StaffGroup, TieKind, Timing
from capitalplan.verify import verify
from tests.verify.patients_edits import (
    asset_edit,
    edited,
    rules,
    tied,
    twice,
    with_extra,
    with_line,
    with_pool,
    without,
)
from tests.verify.patients_plan import (
    HOURS,
    NEW_ROOM_FIRST,
    PLAN,
    REGISTER,
    REPORTING,
    UPGRADE,
    VAN,
    A,
    B,
    breach,
)
from tests.verify.small_network import row, scheme, with_settings, with_site


def test_the_plan_worked_out_by_hand_passes() -> None:
    report = verify(REGISTER, PLAN)
    assert [breach.message for breach in report.breaches] == []
    assert all(check.checked > 0 for check in report.checks if check.rule not in ("age", "fairness", "stability"))


REGISTER_EDITS: dict[str, tuple[Register, str, str]] = {
    "upgrade of a leased machine": (asset_edit("CT2", ownership=Ownership.LEASE), "choice", "may not be upgraded"),
    "upgrade not offered": (
        asset_edit("CT2", upgrades=(replace(REGISTER.assets[1].upgrades[0], last_year=2027),)),
        "choice",
        "not offered in 2028/29",
    ),
    "upgrade unknown": (asset_edit("CT2", upgrades=()), "choice", "not offered for it"),
    "upgrade of a machine locked to be kept": (asset_edit("CT2", lock=Lock.KEEP), "choice", "locked to be kept"),
    "upgrade of a machine locked to be replaced": (asset_edit("CT2", lock=Lock.REPLACE), "choice", "to be replaced"),
    "upgrade of a machine locked to be retired": (asset_edit("CT2", lock=Lock.RETIRE), "choice", "to be retired"),
    "upgrade is no leaving": (asset_edit("CT2", latest_year=2029), "choice", "does not leave by 2029/30"),
    "upgrade after the end of support": (
        asset_edit("CT2", end_of_support_year=2027),
        "choice",
        "does not leave by 2027/28, when its support ends",
    ),
    "upgrade of a machine with a committed replacement": (
        replace(REGISTER, schemes=(scheme("S1", asset_id="CT2", site=B, trust="R0B", year=2029),)),
        "choice",
        "not the first thing",
    ),
    "new room first is off": (with_settings(REGISTER, new_room_first=False), "choice", "may not come first"),
    "no spare room": (with_site(REGISTER, A, spare_rooms={}), "rooms", "1 set up before the old one goes"),
    "tied together": (tied("CT1", TieKind.TOGETHER, "MG1"), "ties", "CT1 is replaced in 2027/28, MG1 is replaced in"),
    "tied together with one kept": (tied("CT2", TieKind.TOGETHER, "CT1"), "ties", "CT2 is not replaced"),
    "tied after": (tied("CT1", TieKind.AFTER, "MG1"), "ties", "'after'"),
    "tied after one that is kept": (tied("CT1", TieKind.AFTER, "CT2"), "ties", "CT2 is not replaced"),
    "fewer may travel": (with_settings(REGISTER, travel_share=Fraction(4, 100)), "service", "at most 44 may be"),
    "other patients wait": (
        replace(REGISTER, waiting=(replace(REGISTER.waiting[0], start=98),)),
        "service",
        "1,100 scans are planned, 70 of them waiting at its end, 1,098 are wanted, 98 of them waiting from before",
    ),
    "fewer may wait": (
        replace(REGISTER, waiting_demand={("CT", A): (600, 38, 600, 600)}),
        "waiting",
        "the waiting list grows by 40; 38 patients may wait",
    ),
    "fewer extra hours": (
        with_extra(HOURS, limit=Fraction(84, 100)),
        "extra",
        "40 extra hours are worked at 2 scans an hour; 38 can be",
    ),
    "a full week leaves none": (asset_edit("CT1", hours_per_week=Fraction(168)), "extra", "0 can be"),
    "extra hours are over": (with_extra(HOURS, last_year=2025), "extra", "extended hours are not offered"),
    "extra hours elsewhere": (with_extra(HOURS, places=(B,)), "extra", "extended hours are not offered"),
    "another class": (asset_edit("CT1", scans_per_hour=Fraction(3)), "extra", "worked at 2 scans an hour; 0 can be"),
    "no such van": (with_extra(VAN, first_year=2028), "extra", "no such van is offered for CT"),
    "no standing": (with_site(REGISTER, A, van_standing=False), "extra", "a van cannot stand there"),
    "longer hires": (with_extra(VAN, minimum_days=10), "extra", "hired for 10 days at a time"),
    "fewer van days": (with_extra(VAN, limit=Fraction(64)), "extra", "gives 65 van days in 2027/28; its limit is 64"),
    "a slower van": (with_extra(VAN, scans_per_day=2), "extra", "150 scans are done on it; it can do 130"),
    "fewer reports outsourced": (with_extra(REPORTING, limit=Fraction(58)), "extra", "its limit is 58"),
    "no reports outsourced": (with_extra(REPORTING, last_year=2028), "extra", "40 CT reports of R0A are outsourced"),
    "a longer outage": (
        with_settings(REGISTER, van_days_a_week=Fraction(51, 10)),
        "cover",
        "it is hired for 65 days, 67 are needed",
    ),
    "fewer radiographers to share": (
        with_pool(StaffGroup.RADIOGRAPHER, None, 93),
        "workforce",
        "Trusts draw 95 radiographer hours on the pool any of them may use in 2029/30; it has 93",
    ),
    "fewer radiographers": (
        with_pool(StaffGroup.RADIOGRAPHER, "R0A", 390),
        "workforce",
        "radiographers of R0A need 490 hours in 2026/27; 485 can be had, 95 of them from the pool",
    ),
    "radiologists but not enough": (
        with_pool(StaffGroup.RADIOLOGIST, "R0A", 142),
        "reporting",
        "radiologists of R0A need 144 hours in 2028/29; 142 can be had",
    ),
    "no reporting radiographers": (
        replace(REGISTER, staff=tuple(p for p in REGISTER.staff if p.group != StaffGroup.REPORTING_RADIOGRAPHER)),
        "reporting",
        "reporting radiographers of R0A need 48 hours in 2028/29; 0 can be had",
    ),
    "a smaller share": (
        with_line(radiographer_reporting_share=Fraction(24, 100)),
        "reporting",
        "radiographers make 230 reports; 223.2 may be theirs",
    ),
    "more unreported": (
        replace(REGISTER, unreported={("CT", "R0A"): 42}),
        "reporting",
        "90 scans are left without a report; it should be 92",
    ),
}


@pytest.mark.parametrize("edit", REGISTER_EDITS)
def test_a_rule_the_plan_does_not_keep_is_named(edit: str) -> None:
    book, rule, words = REGISTER_EDITS[edit]
    breaches = verify(book, PLAN).breaches
    assert any(breach.rule == rule and words in breach.message for breach in breaches)


JUST_ONE = (
    "upgrade not offered",
    "upgrade is no leaving",
    "upgrade after the end of support",
    "new room first is off",
    "tied together",
    "tied together with one kept",
    "tied after",
    "tied after one that is kept",
    "fewer may travel",
    "fewer extra hours",
    "a full week leaves none",
    "another class",
    "no such van",
    "no standing",
    "longer hires",
    "fewer van days",
    "a slower van",
    "fewer reports outsourced",
    "no reports outsourced",
    "fewer radiographers to share",
    "a smaller share",
    "more unreported",
)


@pytest.mark.parametrize("edit", JUST_ONE)
def test_just_that_rule_breaks(edit: str) -> None:
    book, rule, _ = REGISTER_EDITS[edit]
    assert rules(book, PLAN) == {rule}


HIRE = PLAN.vans[0]

PLAN_EDITS: dict[str, tuple[Plan, str]] = {
    "an upgrade names nothing": (edited("schemes", 1, option=None), "choice"),
    "an upgrade goes by another route": (edited("schemes", 1, route="purchase"), "choice"),
    "an upgrade installs a machine": (edited("schemes", 1, units=1), "choice"),
    "an upgrade follows a replacement": (
        replace(PLAN, schemes=(*PLAN.schemes, row(Action.REPLACE, 2027, of=REGISTER.assets[1]))),
        "choice",
    ),
    "a machine is upgraded twice": (
        replace(PLAN, schemes=(*PLAN.schemes, replace(UPGRADE, year=2027, scheme_id="again"))),
        "choice",
    ),
    "an upgrade sets up a new room": (edited("schemes", 1, new_room_first=True), "choice"),
    "a second replacement is new room first": (
        replace(PLAN, schemes=(*PLAN.schemes, replace(NEW_ROOM_FIRST, year=2026, new_room_first=False))),
        "choice",
    ),
    "an upgrade costs a pound more": (edited("schemes", 1, capital_gbp=161, funding={"Trust limit": 161}), "money"),
    "an outage is left out": (edited("schemes", 0, new_room_first=True), "choice"),
    "a patient waits for ever": (edited("waiting", 1, patients=Fraction(112)), "service"),
    "a list is less than none": (edited("waiting", 3, patients=Fraction(-20)), "waiting"),
    "a list is left out": (without("waiting", 3), "waiting"),
    "a list stands twice": (twice("waiting"), "waiting"),
    "a list where there is none": (edited("waiting", 0, site=B), "waiting"),
    "extra hours at an unknown site": (edited("extra_hours", 0, site="R0C01"), "extra"),
    "extra hours less than none": (edited("extra_hours", 0, hours=Fraction(-40)), "extra"),
    "extra hours outside the plan": (edited("extra_hours", 0, year=2040), "extra"),
    "extra hours at another throughput": (edited("extra_hours", 0, scans_per_hour=Fraction(7, 2)), "extra"),
    "extra hours left out": (without("extra_hours", 0), "service"),
    "the van left out": (without("vans", 0), "service"),
    "the van is another": (edited("vans", 0, name="MR van"), "extra"),
    "the van stands where nothing is replaced": (
        replace(PLAN, vans=(HIRE, replace(HIRE, site=B, days=5, scans=Fraction(0)))),
        "extra",
    ),
    "the van is hired longer than it stands in": (edited("vans", 0, days=70), "extra"),
    "the van is hired for part of a hire": (edited("vans", 0, days=64), "extra"),
    "the van does more than is done there": (edited("vans", 0, scans=Fraction(902)), "extra"),
    "days of the van are less than none": (edited("vans", 0, days=-5), "extra"),
    "nobody covers": (without("covers", 0, 1), "cover"),
    "a cover stands twice": (twice("covers"), "cover"),
    "the van covers for too few days": (edited("vans", 0, days=60), "cover"),
    "cover by another van": (edited("covers", 0, place="MR van"), "cover"),
    "cover of no kind": (edited("covers", 0, kind="good will"), "cover"),
    "cover where none is needed": (edited("covers", 0, year=2028), "cover"),
    "cover by a site that is not linked": (edited("covers", 1, place="R0C01"), "cover"),
    "cover by an added machine that is not there": (edited("covers", 1, kind="added machine", place=A), "cover"),
    "cover by an added machine elsewhere": (edited("covers", 1, kind="added machine"), "cover"),
    "radiologists work too long": (
        edited("reports", 2, radiologist=Fraction(730), outsourced=Fraction(50)),
        "reporting",
    ),
    "reports by nobody": (edited("reports", 0, radiologist=Fraction(690)), "reporting"),
    "reports left out": (without("reports", 1), "reporting"),
    "reports stand twice": (twice("reports"), "reporting"),
    "reports less than none": (edited("reports", 0, outsourced=Fraction(-1)), "reporting"),
    "reports of a line that is not reported": (edited("reports", 0, line="MG"), "reporting"),
    "reports of an unknown trust": (edited("reports", 0, trust="R0Z"), "reporting"),
    "scans to be reported are others": (edited("reports", 0, needed=Fraction(979)), "figures"),
    "a target is another": (edited("waiting", 0, target=61), "figures"),
    "a mean wait is another": (edited("waiting", 0, mean_weeks=6.0), "figures"),
    "a mean wait is left out": (edited("waiting", 0, mean_weeks=None), "figures"),
    "a mean wait is no number": (edited("waiting", 0, mean_weeks=float("nan")), "figures"),
    "a share over the standard is another": (edited("waiting", 0, share_over=0.01), "figures"),
    "patients moved are others": (edited("moves", 0, scans=Fraction(49)), "figures"),
    "patients moved are left out": (without("moves", 0), "figures"),
    "patients moved stand twice": (twice("moves"), "figures"),
    "patients moved the other way": (edited("moves", 0, from_trust="R0B", to_trust="R0A"), "figures"),
    "staff needed are fewer": (edited("staff", 0, hours=Fraction(489), wte=489 / 1560), "figures"),
    "staff needed are left out": (without("staff", 0), "figures"),
    "staff needed stand twice": (twice("staff"), "figures"),
    "staff in whole-time equivalents": (edited("staff", 0, wte=0.4), "figures"),
    "staff are not limited": (edited("staff", 0, own_hours=None), "figures"),
    "staff of an unknown group": (edited("staff", 0, group="porter"), "figures"),
    "a breach is left out": (without("breaches", 0), "figures"),
    "a breach is smaller": (edited("breaches", 3, amount=Fraction(9)), "figures"),
    "a breach is in another year": (edited("breaches", 3, year=2028), "figures"),
    "a breach stands twice": (twice("breaches"), "figures"),
    "a breach is made up": (
        replace(PLAN, breaches=(*PLAN.breaches, breach("unmet", "CT outside", 2028, 1, "scans"))),
        "figures",
    ),
    "a breach of nothing": (
        replace(PLAN, breaches=(*PLAN.breaches, breach("unmet", "CT outside", 2028, 0, "scans"))),
        "figures",
    ),
    "the terminal value of the list is left out": (replace(PLAN, objective_gbp=20092), "objective"),
    "an upgrade is on time": (edited("schemes", 1, timing=Timing.ON_TIME), "figures"),
}


@pytest.mark.parametrize("edit", PLAN_EDITS)
def test_an_edit_of_the_plan_is_caught(edit: str) -> None:
    made, rule = PLAN_EDITS[edit]
    report = verify(REGISTER, made)
    assert rule in {breach.rule for breach in report.breaches}
    assert all(breach.message.endswith(".") for breach in report.breaches)


@pytest.mark.parametrize(
    "edit",
    [
        "nobody covers",
        "a cover stands twice",
        "cover by another van",
        "cover of no kind",
        "cover where none is needed",
        "cover by a site that is not linked",
        "cover by an added machine that is not there",
        "cover by an added machine elsewhere",
        *(name for name, (_, rule) in PLAN_EDITS.items() if rule in ("figures", "objective")),
    ],
)
def test_just_that_rule_is_broken_by_an_edit(edit: str) -> None:
    made, rule = PLAN_EDITS[edit]
    assert rules(REGISTER, made) == {rule}


@pytest.mark.parametrize(
    ("field", "figure"),
    [
        ("extra_gbp", {"CT van": 3249}),
        ("extra_gbp", {"CT hours": 3250}),
        ("service_value_gbp", {"waiting": 1, "unscheduled away": 1000, "unmet": 3000, "late reports": 1100}),
        ("service_value_gbp", {"unscheduled away": 1000, "unmet": 3000}),
        ("breakdowns", Fraction(7, 10)),
        ("upkeep_gbp", 249),
        ("age_risk_gbp", 2),
    ],
)
def test_a_yearly_figure_that_is_out_is_caught(field: str, figure: object) -> None:
    breaches = verify(REGISTER, edited("years", 1, **{field: figure})).breaches
    assert {(breach.rule, breach.year) for breach in breaches} == {("figures", 2027)}


@pytest.mark.parametrize("name", PLAN.kpis)
def test_a_key_figure_that_is_out_is_caught(name: str) -> None:
    stated = PLAN.kpis[name]
    assert not isinstance(stated, str)
    breaches = verify(REGISTER, replace(PLAN, kpis={**PLAN.kpis, name: stated + 1})).breaches
    assert [(breach.rule, f"'{name}'" in breach.message) for breach in breaches] == [("figures", True)]
