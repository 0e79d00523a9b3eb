"""Who waits, who moves, which staff are needed, and which limits of the service side hold the plan back."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.register.register import Curve, Register, Site, Trust
from capitalplan.terms import ExtraKind, StaffGroup
from tests.plan.beside import bare, extra, planned, pool, waiting_list
from tests.verify.small_network import SITE_A, SITE_B, asset, line, register, settings

STEADY = Curve(
    name="default", uptime=(Fraction(1),), upkeep=(Fraction(1),), resale=(Fraction(0),), failure=(Fraction(0),)
)
OTHER = "R0B"


def year(**changes: Any) -> Any:
    """One year, in which nothing may be added."""
    return settings(**{"firm_years": 1, "indicative_years": 0, "allow_new_capacity": False, **changes})


def steady(**changes: Any) -> Register:
    """Two sites with a CT of 1,000 scans a year each, of two trusts."""
    sites: dict[str, Site] = {SITE_A: bare(SITE_A), SITE_B: bare(SITE_B, trust=OTHER)}
    values: dict[str, Any] = {
        "settings": year(),
        "sites": sites,
        "trusts": {code: Trust(code=code, name=code) for code in ("R0A", OTHER)},
        "curves": {"default": STEADY},
        "options": {},
    }
    machines = (asset("CT1"), asset("CT2", site=SITE_B, trust=OTHER))
    return register(*machines, **{**values, **changes})


def test_patients_moved_between_trusts_are_listed_by_pair() -> None:
    plan = planned(steady(demand={("CT", SITE_A): (1100,)}))
    (moved,) = plan.moves
    assert (moved.line, moved.from_trust, moved.to_trust, moved.year, moved.scans) == (
        "CT",
        "R0A",
        OTHER,
        2026,
        Fraction(100),
    )
    assert plan.kpis["patients_moved"] == plan.kpis["patients_moved_between_trusts"] == 100


def test_lists_are_told_with_their_waits_and_what_is_over_target() -> None:
    """50 + 1,100 patients, 1,000 scanned at home, 100 or so may wait; none may be scanned elsewhere."""
    book = steady(
        settings=year(travel_share=Fraction(0), waiting_price_gbp=10),
        demand={("CT", SITE_A): (1100,)},
        waiting_demand={("CT", SITE_A): (300,)},
        waiting=(waiting_list(50, 20),),
        lines={"CT": line("CT", outside_price_gbp=1000), "MG": line("MG")},
        extra=(extra(ExtraKind.OUTSIDE, 5000),),
    )
    plan = planned(book)
    (waits,) = plan.waiting
    assert (waits.line, waits.site, waits.year, waits.patients, waits.target) == ("CT", SITE_A, 2026, Fraction(150), 20)
    assert waits.mean_weeks == pytest.approx(52 * 150 / 300)
    assert waits.share_over == pytest.approx(math.exp(-6 / 26))
    (breach,) = plan.breaches
    assert (breach.rule, breach.place, breach.year, breach.amount, breach.unit) == (
        "waiting",
        f"CT at {SITE_A}",
        2026,
        Fraction(130),
        "patients",
    )
    assert breach.message == "130 patients more than the target of 20 wait for CT at R0A01 at the end of 2026/27."
    assert plan.years[0].service_value_gbp == {"waiting": 1300, "unscheduled away": 0, "unmet": 0, "late reports": 0}
    assert plan.kpis["waiting_value_gbp"] == 1300
    assert plan.kpis["left_at_end_gbp"] == 130_000
    assert (plan.kpis["waiting_start"], plan.kpis["waiting_end"], plan.kpis["waiting_target_end"]) == (50, 150, 20)
    assert plan.kpis["mean_wait_weeks_end"] == waits.mean_weeks
    assert plan.kpis["share_over_standard_end"] == pytest.approx(waits.share_over)
    upkeep = sum(each.upkeep_gbp + each.age_risk_gbp for each in plan.years)
    assert plan.objective_gbp == pytest.approx(upkeep + 1300 + 130_000, abs=800)


def test_scans_over_the_limit_of_a_provider_are_a_breach_and_the_limit_binds() -> None:
    book = steady(
        settings=year(travel_share=Fraction(0)),
        demand={("CT", SITE_A): (1500,)},
        extra=(extra(ExtraKind.OUTSIDE, 90, limit=Fraction(300), name="Clinic"),),
    )
    plan = planned(book)
    (breach,) = plan.breaches
    assert (breach.rule, breach.place, breach.amount, breach.unit) == ("unmet", "Clinic", Fraction(200), "scans")
    assert breach.message == "200 scans in 2026/27 are over the limit of Clinic: nobody can do them."
    (limit,) = plan.binding
    assert (limit.rule, limit.place, limit.year, limit.amount, limit.used, limit.unit) == (
        "extra",
        "Clinic",
        2026,
        300,
        500,
        "scans",
    )
    assert plan.years[0].outside_gbp == 500 * 90
    assert plan.kpis["unmet_scans"] == 200
    assert plan.kpis["unmet_value_gbp"] == 200 * 300


def test_extra_hours_and_van_days_that_are_used_up_bind() -> None:
    """Four hours a week for 50 weeks at two scans each are 400 scans; a van has 10 days of 10 scans; 200 go outside."""
    book = steady(
        settings=year(travel_share=Fraction(0)),
        demand={("CT", SITE_A): (1700,)},
        extra=(
            extra(ExtraKind.HOURS, 10, limit=Fraction(4)),
            extra(ExtraKind.VAN, 100, limit=Fraction(12), minimum_days=5, name="Van"),
        ),
    )
    plan = planned(book)
    (worked,) = plan.extra_hours
    assert (worked.site, worked.scans_per_hour, worked.hours) == (SITE_A, Fraction(2), Fraction(200))
    (van,) = plan.vans
    assert (van.days, van.scans) == (10, Fraction(100))
    assert {(each.place, each.unit, each.amount, each.used) for each in plan.binding} == {
        (SITE_A, "extra hours", 200, 200),
        ("Van", "van days", 12, 10),
    }
    assert plan.years[0].extra_gbp == {"CT extended hours": 2000, "Van": 1000}
    assert (plan.kpis["extended_hours"], plan.kpis["van_days"]) == (200, 10)


def staffed(hours: int, *others: Any, **changes: Any) -> Register:
    """Radiographers of the first trust, half an hour a scan."""
    staff = (pool(StaffGroup.RADIOGRAPHER, hours, years=1), *others)
    values: dict[str, Any] = {"demand": {("CT", SITE_A): (1000,), ("CT", SITE_B): (500,)}, "staff": staff}
    return steady(**{**values, **changes})


def shared(hours: int) -> Any:
    return pool(StaffGroup.RADIOGRAPHER, hours, None, years=1)


def test_staff_are_told_by_trust_against_their_own() -> None:
    """A radiographer for every scan hour of two scans: 500 and 250 hours; 37.5 x 52 x 80% make one of 1,560."""
    plan = planned(staffed(600, shared(300)))
    found = [(use.group, use.trust, use.year, use.hours, use.own_hours) for use in plan.staff]
    assert found == [("radiographer", "R0A", 2026, Fraction(500), 600), ("radiographer", OTHER, 2026, Fraction(250), 0)]
    assert [use.wte for use in plan.staff] == [pytest.approx(500 / 1560), pytest.approx(250 / 1560)]
    assert plan.binding == ()


def test_staff_that_nobody_limits_are_told_too() -> None:
    lines = {
        "CT": line("CT", minutes_per_report=Fraction(15), radiographer_reporting_share=Fraction(1, 5)),
        "MG": line("MG"),
    }
    plan = planned(steady(demand={("CT", SITE_A): (1000,)}, lines=lines))
    found = {(use.group, use.trust): (use.hours, use.own_hours) for use in plan.staff if use.hours}
    assert found == {
        ("radiographer", "R0A"): (Fraction(500), None),
        ("radiologist", "R0A"): (Fraction(200), None),
        ("reporting radiographer", "R0A"): (Fraction(50), None),
    }


@pytest.mark.parametrize(
    ("own", "others", "binding"),
    [
        (
            400,
            (),
            {
                ("R0A", 400, 400),
            },
        ),
        (400, (shared(300),), {("R0A", 400, 400), ("network", 300, 300)}),
        (400, (shared(400),), set()),
    ],
    ids=["own", "shared used up too", "shared to spare"],
)
def test_radiographers_bind_where_they_are_used_up_and_scans_are_bought(
    own: int, others: tuple[Any, ...], binding: set[tuple[str, int, int]]
) -> None:
    plan = planned(staffed(own, *others, settings=year(travel_share=Fraction(0))))
    found = {(each.place, each.amount, each.used) for each in plan.binding}
    assert found == binding
    assert {(each.rule, each.unit, each.year) for each in plan.binding} <= {("workforce", "radiographer hours", 2026)}


def test_staff_used_up_to_the_hour_do_not_bind_where_nothing_is_held_back() -> None:
    assert planned(staffed(500, shared(250))).binding == ()


def test_reporters_bind_where_reports_are_outsourced() -> None:
    lines = {"CT": line("CT", minutes_per_report=Fraction(30)), "MG": line("MG")}
    book = steady(
        demand={("CT", SITE_A): (1000,)},
        lines=lines,
        staff=(pool(StaffGroup.RADIOLOGIST, 300, years=1), pool(StaffGroup.RADIOLOGIST, 100, OTHER, years=1)),
        extra=(extra(ExtraKind.REPORTING, 5, name="Reporters"),),
        settings=year(travel_share=Fraction(0)),
    )
    plan = planned(book)
    (first, second) = plan.reports
    assert (first.trust, first.needed, first.radiologist) == ("R0A", Fraction(1000), Fraction(600))
    assert first.backlog + first.outsourced == 400
    assert (second.trust, second.needed, second.backlog) == (OTHER, Fraction(0), Fraction(0))
    (limit,) = plan.binding
    assert (limit.rule, limit.place, limit.amount, limit.used, limit.unit) == (
        "reporting",
        "R0A",
        300,
        300,
        "radiologist hours",
    )
    assert plan.breaches == ()
    assert plan.kpis["outsourced_reports"] == round(first.outsourced)


def test_an_addition_says_where_staff_are_used_up() -> None:
    book = steady(
        settings=settings(firm_years=2, indicative_years=0, travel_share=Fraction(0), first_year_share=Fraction(1)),
        sites={SITE_A: bare(SITE_A, spare_rooms={"CT": 1}), SITE_B: bare(SITE_B, trust=OTHER)},
        demand={("CT", SITE_A): (3000, 3000)},
        options=register().options,
        staff=(pool(StaffGroup.RADIOGRAPHER, 900, years=2),),
    )
    plan = planned(book)
    (added,) = (each for each in plan.schemes if each.asset_id is None)
    assert added.reason.endswith("; radiographer hours are used up in each of 2 years from then on.")


def test_unscheduled_patients_away_are_a_breach() -> None:
    """A CT of 1,000 for 1,200 unscheduled patients: 200 are scanned elsewhere."""
    plan = planned(steady(demand={("CT", SITE_A): (1200,)}, unscheduled={("CT", SITE_A): (1200,)}))
    (breach,) = plan.breaches
    assert (breach.rule, breach.place, breach.amount) == ("unscheduled", f"CT at {SITE_A}", Fraction(200))
    assert breach.message == "200 unscheduled CT patients of R0A01 are not scanned at home in 2026/27."
    assert plan.kpis["unscheduled_away"] == 200
    assert plan.years[0].service_value_gbp["unscheduled away"] == 200 * 100
