"""A whole plan with waiting lists, vans, extra hours, reporting, staff and cover, worked out by hand.

Two trusts with a site each. Site A has one CT and one mammography machine, site B one CT. CT of A is replaced in its
own room in 2027/28 while a van stands in, mammography new room first in 2028/29, CT of B is upgraded in 2028/29.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

from capitalplan.plan.plan import (
    Breach,
    Cover,
    ExtraHours,
    Flow,
    Moved,
    Outside,
    Reports,
    RevenueLine,
    StaffUse,
    VanHire,
    Waiting,
    YearLine,
)
from capitalplan.register.register import ExtraCapacity, Link, StaffPool, Tie, Trust, Upgrade, WaitingList
from capitalplan.terms import Action, ExtraKind, Heading, StaffGroup, TieKind, Timing
from tests.verify.small_network import CURVE, asset, line, option, plan, register, revenue, row, settings, site

A, B = "R0A01", "R0B01"
YEARS = range(2026, 2030)

CT1 = asset("CT1", site=A)
CT2 = asset(
    "CT2",
    site=B,
    trust="R0B",
    install_year=2025,
    life_years=10,
    paid_gbp=1000,
    upgrades=(
        Upgrade(
            name="New tube",
            cost_gbp=100,
            years_gained=2,
            throughput_gain=Fraction(1, 10),
            first_year=2027,
            last_year=2028,
        ),
    ),
)
MG1 = asset(
    "MG1",
    site=A,
    line="MG",
    modality="MG",
    price_gbp=500,
    paid_gbp=400,
    maintenance_gbp=30,
    like_for_like="MG standard",
)


def extra(name: str, kind: ExtraKind, places: tuple[str, ...], price: int, limit: int, **changes: Any) -> ExtraCapacity:
    values: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "line": "CT",
        "places": places,
        "price_gbp": price,
        "limit": Fraction(limit),
        "scans_per_day": 0,
        "minimum_days": 1,
        "crewed": True,
        "cover_only": False,
        "first_year": None,
        "last_year": None,
    }
    return ExtraCapacity(**{**values, **changes})


HOURS = extra("CT hours", ExtraKind.HOURS, (A,), 20, 4, last_year=2028)
VAN = extra("CT van", ExtraKind.VAN, (A, B), 50, 100, scans_per_day=10, minimum_days=5, cover_only=True)
OUTSIDE = extra("CT outside", ExtraKind.OUTSIDE, (A, B), 120, 20)
REPORTING = extra("CT reports", ExtraKind.REPORTING, ("R0A",), 5, 60)


def pool(group: StaffGroup, trust: str | None, hours: int) -> StaffPool:
    return StaffPool(group=group, trust=trust, wte=(Fraction(1),) * 4, hours=(hours,) * 4)


REGISTER = register(
    CT1,
    CT2,
    MG1,
    settings=settings(
        new_room_first=True,
        failure_price_gbp=10,
        turnaround_days=Fraction(73),
        turnaround_days_unscheduled=Fraction(0),
    ),
    trusts={code: Trust(code=code, name=code) for code in ("R0A", "R0B")},
    sites={
        A: site(A, trust="R0A", spare_rooms={"CT": 0, "MG": 1}, van_standing=True),
        B: site(B, trust="R0B", van_standing=True),
    },
    lines={
        "CT": line("CT", swap_cover=True, minutes_per_report=Fraction(12), radiographer_reporting_share=Fraction(1, 4)),
        "MG": line("MG", radiographers_per_scan_hour=Fraction(0)),
    },
    options={
        "CT standard": option(),
        "MG standard": option(
            "MG standard", line="MG", modality="MG", price_gbp=500, works_gbp=100, annual_maintenance_gbp=30
        ),
    },
    curves={"default": replace(CURVE, failure=tuple(map(Fraction, ("0", "0.1", "0.2", "0.3", "0.5", "0.6"))))},
    demand={("CT", A): (1000,) * 4, ("CT", B): (900,) * 4, ("MG", A): (400,) * 4},
    unscheduled={("CT", A): (70,) * 4, ("CT", B): (880,) * 4},
    waiting_demand={("CT", A): (600,) * 4},
    waiting=(WaitingList(line="CT", site=A, start=100, standard=(15,) * 4, targets=(60, 110, 70, 15)),),
    unreported={("CT", "R0A"): 40},
    extra=(HOURS, VAN, OUTSIDE, REPORTING),
    staff=(
        pool(StaffGroup.RADIOGRAPHER, "R0A", 500),
        pool(StaffGroup.RADIOGRAPHER, "R0B", 400),
        pool(StaffGroup.RADIOGRAPHER, None, 95),
        pool(StaffGroup.RADIOLOGIST, "R0A", 144),
        pool(StaffGroup.RADIOLOGIST, "R0B", 200),
        pool(StaffGroup.REPORTING_RADIOGRAPHER, "R0A", 48),
    ),
    ties=(Tie(first="MG1", kind=TieKind.AFTER, other="CT1"),),
    links=tuple(Link(from_site=start, to_site=end, minutes=Fraction(10)) for start, end in ((A, B), (B, A))),
)

PAYER = "no limits given"

# Revenue effects are the statement of what is bought, further below, less maintenance of what it replaces as it is:
# of CT1 138 and 182, of MG1 45 x 1.21 = 54 and 60 x 1.331 = 80.
REPLACE = row(
    Action.REPLACE,
    2027,
    of=CT1,
    capital_gbp=1769,
    timing=Timing.ON_TIME,
    funding={PAYER: 1769},
    own_cost_gbp=1012,
    benefits={"R0A": Fraction(1)},
    revenue_part_year_gbp=99 + 290 + 16 + 20 + 5 - 138,
    revenue_full_year_gbp=109 + 291 + 16 + 36 + 10 - 182,
)
UPGRADE = row(
    Action.UPGRADE,
    2028,
    of=CT2,
    trust="R0B",
    option="New tube",
    route="upgrade",
    capital_gbp=160,
    timing=Timing.KEPT,
    funding={PAYER: 160},
    own_cost_gbp=78,
    benefits={"R0A": Fraction(60, 960), "R0B": Fraction(900, 960)},
    revenue_part_year_gbp=18 + 2,
    revenue_full_year_gbp=18 + 5,
)
NEW_ROOM_FIRST = row(
    Action.REPLACE,
    2028,
    of=MG1,
    option="MG standard",
    capital_gbp=973,
    timing=Timing.LATE,
    new_room_first=True,
    funding={PAYER: 973},
    own_cost_gbp=352,
    benefits={"R0A": Fraction(1)},
    revenue_part_year_gbp=36 + 160 + 9 + 11 + 3 - 54,
    revenue_full_year_gbp=40 + 160 + 8 + 20 + 6 - 80,
)


def flow(start: str, end: str, year: int, scans: int, service: str = "CT") -> Flow:
    return Flow(line=service, from_site=start, to_site=end, year=year, scans=Fraction(scans))


def waiting(year: int, patients: int, target: int) -> Waiting:
    """A list of A: the mean wait is the list over 600 patients a year, exp(-6 / mean) of them wait over 6 weeks."""
    mean = patients / 600 * 52
    return Waiting(
        line="CT",
        site=A,
        year=year,
        patients=Fraction(patients),
        target=target,
        mean_weeks=mean,
        share_over=math.exp(-6 / mean),
    )


def reports(trust: str, year: int, needed: int, *made: int, backlog: int = 0) -> Reports:
    radiologist, radiographer, outsourced = made
    return Reports(
        line="CT",
        trust=trust,
        year=year,
        needed=Fraction(needed),
        radiologist=Fraction(radiologist),
        radiographer=Fraction(radiographer),
        outsourced=Fraction(outsourced),
        backlog=Fraction(backlog),
    )


def staff(group: str, trust: str, own: int, *hours: int) -> tuple[StaffUse, ...]:
    """A radiographer has 37.5 x 52 x 80% = 1560 hours a year, a reporter 37.5 x 52 x 55% = 1072.5."""
    a_year = 1560 if group == "radiographer" else 1072.5
    return tuple(
        StaffUse(group=group, trust=trust, year=year, hours=Fraction(needed), wte=needed / a_year, own_hours=own)
        for year, needed in zip(YEARS, hours, strict=True)
    )


def breach(rule: str, place: str, year: int, amount: int, unit: str) -> Breach:
    return Breach(rule=rule, place=place, year=year, amount=Fraction(amount), unit=unit, message="")


def statement(trust: str, **by_heading: tuple[int, int, int, int]) -> tuple[RevenueLine, ...]:
    """The revenue statement of a trust in all years, from the years of each heading."""
    lines = zip(*by_heading.values(), strict=True)
    return tuple(
        revenue(trust, year, {Heading[name]: amount for name, amount in zip(by_heading, line, strict=True) if amount})
        for year, line in zip(YEARS, lines, strict=True)
    )


def year_line(year: int, upkeep: int, **changes: Any) -> YearLine:
    values: dict[str, Any] = {
        "year": year,
        "upkeep_gbp": upkeep,
        "running_gbp": {Heading.MAINTENANCE: upkeep},
        "firm": year < 2029,
        "capital_by_source": {},
        "limit_by_source": {},
        "capital_by_trust": {},
        "capital_real_gbp": 0,
        "resale_gbp": 0,
        "outside_gbp": 0,
        "extra_gbp": {},
        "service_value_gbp": dict.fromkeys(("waiting", "unscheduled away", "unmet", "late reports"), 0),
        "money_value_gbp": {},
        "demand": {"CT": 1900, "MG": 400},
        "outside_scans": {"CT": 0, "MG": 0},
        "machines": 3,
        "over_age": 0,
    }
    return YearLine(**{**values, **changes})


# Capacity. CT1: 0.9 x 1000 at age 4; new in 2027/28 with a quarter of the year lost 750 (250 lost); then 980, 960.
# CT2 at ages 1, 2: 980, 960; upgraded, at ages 3, 4: 0.94 x 1100 = 1034, 0.9 x 1100 = 990.
# MG1 at ages 4, 5: 900, 880; new in 2028/29 without an outage: 1000; then 980.
# Extra hours CT1 can work: 4 x 50 weeks x 0.9 = 180 in 2026/27, 200 x 0.75 = 150, 200 x 0.98 = 196, then none offered.
#
# CT patients of A: 1000 and those waiting. 2026/27: 100 wait, 980 are scanned at home (80 of them in 40 extra hours),
# 50 at B, 70 wait at the end, 10 over the target. 2027/28: 900 at home (150 of them on the van), 60 at B, 110 wait.
# 2028/29: 980 at home, 60 at B, 70 wait. 2029/30: 960 at home, 90 at B, 20 wait, 5 over the target.
# CT patients of B: 900 at home, but in 2027/28 870, 10 fewer than are unscheduled, and 30 outside, 10 over the limit.
# The van: 13 weeks x 5 days = 65 days, 650 scans; a quarter of the 400 who cannot wait are 100.
#
# Radiographers: half an hour a scan. A: 490, (900 - 150) / 2 = 375, 490, 480; B: 475, 465, 480, 495, 95 over its own.
# Reports: 0.2 hours each; half of demand is unscheduled, so (0 + 73) / 2 days or a tenth of a year's reports may stand.
# A: 40 + 980 - 930 = 90 of at most 93; + 900 - 880 = 110 of at most 88, 22 late; + 980 - 1020 = 70; + 960 - 980 = 50.
#
# Revenue statement, inflation 1, 1.1, 1.21, 1.331. CT1, CT2 and new CT1 as in the other plan. The upgrade of CT2 160
# over 10 + 2 - 3 = 9 years 142, 124; dividend 2, 5. MG1 160 in its last year, dividend 3, maintenance 30, 42, sold for
# 20 x 1.21 = 24; new MG1 550 x 1.2 x 1.21 = 799 over 5 years 639, 479, works 973 - 799 = 174 over 20 years 165, 157;
# dividend 11, 20 and 3, 6, maintenance 36, 40. Van 3250 x 1.1, outside 3600 x 1.1, reports 300 x 1.21 and 200 x 1.331.
#
# Value. Failures are priced at £10: CT1 5, 0, 1, 2, CT2 1, 2, 3, 5, MG1 5, 6, 0, 1.
# CT1: 100 + 1340 + 90 + 90 + 108 + 8 - 80 - 644 (see test_costs) = 1012.
# CT2: upkeep 100 + 120 + 120 + 200, 11, upgraded for 110 (charged 110 x 1.2 x 1.21 = 159.7), worth at age 5 of 12
# years 1000 x 7/12 = 583: 78.
# MG1: upkeep 30 + 37.5 + 30 + 30, 12, 550 + 120 (charged 670 x 1.2 x 1.21 = 972.8), trade-in at age 6 0.05 x 400 = 20,
# worth 550 x 3/5 + 120 x 18/20 = 438: 352.
# Outside 30 x 120 = 3600, hours 40 x 20 = 800, van 65 x 50 = 3250, 100 reports 500, moved 260 x 15 = 3900,
# waiting 15 x 100, away 10 x 100, unmet 10 x 300, late 22 x 50, at the end 5 x 100: 19150. In all 20592.
PLAN = plan(
    REPLACE,
    UPGRADE,
    NEW_ROOM_FIRST,
    objective_gbp=20592,
    flows=(
        *(flow(A, A, year, scans) for year, scans in zip(YEARS, (980, 900, 980, 960), strict=True)),
        *(flow(A, B, year, scans) for year, scans in zip(YEARS, (50, 60, 60, 90), strict=True)),
        *(flow(B, B, year, scans) for year, scans in zip(YEARS, (900, 870, 900, 900), strict=True)),
        *(flow(A, A, year, 400, "MG") for year in YEARS),
    ),
    outside=(Outside(line="CT", site=B, year=2027, scans=Fraction(30)),),
    moves=tuple(
        Moved(line="CT", from_trust="R0A", to_trust="R0B", year=year, scans=Fraction(scans))
        for year, scans in zip(YEARS, (50, 60, 60, 90), strict=True)
    ),
    extra_hours=(ExtraHours(line="CT", site=A, scans_per_hour=Fraction(2), year=2026, hours=Fraction(40)),),
    vans=(VanHire(name="CT van", line="CT", site=A, year=2027, days=65, scans=Fraction(150)),),
    waiting=(waiting(2026, 70, 60), waiting(2027, 110, 110), waiting(2028, 70, 70), waiting(2029, 20, 15)),
    reports=(
        reports("R0A", 2026, 980, 700, 230, 0, backlog=90),
        reports("R0A", 2027, 900, 660, 220, 0, backlog=110),
        reports("R0A", 2028, 980, 720, 240, 60, backlog=70),
        reports("R0A", 2029, 960, 700, 240, 40, backlog=50),
        *(reports("R0B", year, scans, scans, 0, 0) for year, scans in zip(YEARS, (950, 930, 960, 990), strict=True)),
    ),
    staff=(
        *staff("radiographer", "R0A", 500, 490, 375, 490, 480),
        *staff("radiographer", "R0B", 400, 475, 465, 480, 495),
        *staff("radiologist", "R0A", 144, 140, 132, 144, 140),
        *staff("radiologist", "R0B", 200, 190, 186, 192, 198),
        *staff("reporting radiographer", "R0A", 48, 46, 44, 48, 48),
        *staff("reporting radiographer", "R0B", 0, 0, 0, 0, 0),
    ),
    covers=(
        Cover(asset_id="CT1", line="CT", site=A, year=2027, kind="mobile van", place="CT van"),
        Cover(asset_id="CT1", line="CT", site=A, year=2027, kind="neighbour", place=B),
    ),
    capacity={
        ("CT", A): (900, 750, 980, 960),
        ("CT", B): (980, 960, 1034, 990),
        ("MG", A): (900, 880, 1000, 980),
    },
    revenue=(
        *statement(
            "R0A",
            MAINTENANCE=(100 + 30, 99 + 42, 109 + 36, 144 + 40),
            DEPRECIATION=(160 + 160, 290 + 16, 291 + 16 + 160 + 9, 290 + 16 + 160 + 8),
            DIVIDEND=(3 + 3, 20 + 5, 36 + 10 + 11 + 3, 25 + 10 + 20 + 6),
            LOSS=(0, -88, -24, 0),
            EXTRA_HOURS=(800, 0, 0, 0),
            VANS=(0, 3575, 0, 0),
            REPORTING=(0, 0, 363, 266),
        ),
        *statement(
            "R0B",
            MAINTENANCE=(100, 132, 145, 266),
            DEPRECIATION=(18, 18, 17 + 18, 18 + 18),
            DIVIDEND=(5, 5, 4 + 2, 3 + 5),
            OUTSIDE=(0, 3960, 0, 0),
        ),
    ),
    years=(
        year_line(
            2026,
            230,
            extra_gbp={"CT hours": 800},
            travel_gbp=750,
            age_risk_gbp=11,
            service_value_gbp={"waiting": 1000, "unscheduled away": 0, "unmet": 0, "late reports": 0},
            breakdowns=Fraction(11, 10),
            capacity={"CT": 1880, "MG": 900},
        ),
        year_line(
            2027,
            248,
            capital_by_source={PAYER: 1769},
            capital_by_trust={"R0A": 1769},
            capital_real_gbp=1340,
            resale_gbp=80,
            outside_gbp=3600,
            extra_gbp={"CT van": 3250},
            travel_gbp=900,
            age_risk_gbp=8,
            service_value_gbp={"waiting": 0, "unscheduled away": 1000, "unmet": 3000, "late reports": 1100},
            breakdowns=Fraction(8, 10),
            capacity={"CT": 1710, "MG": 880},
            outside_scans={"CT": 30, "MG": 0},
        ),
        year_line(
            2028,
            240,
            capital_by_source={PAYER: 1133},
            capital_by_trust={"R0A": 973, "R0B": 160},
            capital_real_gbp=780,
            resale_gbp=20,
            extra_gbp={"CT reports": 300},
            travel_gbp=900,
            age_risk_gbp=4,
            breakdowns=Fraction(4, 10),
            capacity={"CT": 2014, "MG": 1000},
        ),
        year_line(
            2029,
            338,
            extra_gbp={"CT reports": 200},
            travel_gbp=1350,
            age_risk_gbp=8,
            service_value_gbp={"waiting": 500, "unscheduled away": 0, "unmet": 0, "late reports": 0},
            breakdowns=Fraction(8, 10),
            capacity={"CT": 1950, "MG": 980},
        ),
    ),
    kpis={
        "upgrades": 1,
        "new_room_first": 1,
        "replacements": 2,
        "capital_cash_gbp": 1769 + 160 + 973,
        "cash_cost_gbp": 1340 + 780 + 230 + 248 + 240 + 338 + 3600 + 800 + 3250 + 300 + 200 - 80 - 20,
        "remaining_value_gbp": 644 + 583 + 438,
        "age_risk_value_gbp": 31,
        "travel_value_gbp": 3900,
        "waiting_start": 100,
        "waiting_end": 20,
        "waiting_target_end": 15,
        "mean_wait_weeks_end": 20 / 600 * 52,
        "share_over_standard_end": math.exp(-6 / (20 / 600 * 52)),
        "unmet_scans": 10,
        "unscheduled_away": 10,
        "extended_hours": 40,
        "van_days": 65,
        "outsourced_reports": 100,
        "patients_moved": 260,
        "patients_moved_between_trusts": 260,
        "late_reports_end": 0,
        "waiting_value_gbp": 1500,
        "unscheduled_value_gbp": 1000,
        "unmet_value_gbp": 3000,
        "late_reports_value_gbp": 1100,
        "left_at_end_gbp": 500,
    },
    breaches=(
        breach("waiting", f"CT at {A}", 2026, 10, "patients"),
        breach("waiting", f"CT at {A}", 2029, 5, "patients"),
        breach("unscheduled", f"CT at {B}", 2027, 10, "patients"),
        breach("unmet", "CT outside", 2027, 10, "scans"),
        breach("turnaround", "CT reported by R0A", 2027, 22, "reports"),
    ),
)
