"""A whole plan of a small network, worked out by hand, and ways to change it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from capitalplan.plan.plan import Flow, Outside, Plan, PlannedScheme, RevenueLine, StaffUse, YearLine
from capitalplan.register.register import Register
from capitalplan.terms import Action, ContractKind, Heading, Ownership, Timing
from capitalplan.verify import verify
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    contract,
    limits,
    plan,
    register,
    revenue,
    row,
    scheme,
    source_year,
)

CT1 = asset("CT1")
CT2 = asset("CT2", install_year=2025, life_years=10, paid_gbp=1000)
CT3 = asset("CT3", site=SITE_B, install_year=2023, ownership=Ownership.MANAGED_SERVICE, contract_id="K")
MG1 = asset("MG1", line="MG", modality="MG", install_year=2016, life_years=8, price_gbp=500, maintenance_gbp=30)

REGISTER = register(
    CT1,
    CT2,
    CT3,
    MG1,
    contracts={"K": contract(ContractKind.MANAGED_SERVICE)},
    schemes=(scheme("S1", action=Action.ADD, asset_id=None, site=SITE_B, year=2028),),
    demand={("CT", SITE_A): (1800,) * 4, ("CT", SITE_B): (850,) * 4},
    sources=(limits("Shared", None, 1000), limits("Trust limit", TRUST, 2000)),
)

OWN_PATIENTS = {TRUST: Fraction(1)}

# The statement of what is bought, further below, less maintenance of CT1 as it is: 125 x 1.1 = 138, 150 x 1.21 = 182.
REPLACE = row(
    Action.REPLACE,
    2027,
    of=CT1,
    capital_gbp=1769,
    timing=Timing.ON_TIME,
    scheme_id="replace CT1",
    own_cost_gbp=1004,
    benefits=OWN_PATIENTS,
    revenue_part_year_gbp=99 + 290 + 16 + 20 + 5 - 138,
    revenue_full_year_gbp=109 + 291 + 16 + 36 + 10 - 182,
)
COMMITTED = row(
    Action.ADD,
    2028,
    site=SITE_B,
    capital_gbp=2000,
    committed=True,
    scheme_id="S1",
    own_cost_gbp=777,
    benefits=OWN_PATIENTS,
    revenue_part_year_gbp=109 + 400 + 28,
    revenue_full_year_gbp=120 + 400 + 49,
)
ADD = row(
    Action.ADD,
    2029,
    capital_gbp=2140,
    funding={"Trust limit": 1500, "Shared": 640},
    scheme_id="add CT",
    own_cost_gbp=322,
    benefits=OWN_PATIENTS,
    revenue_part_year_gbp=120 + 351 + 19 + 25 + 6,
)
KEEP_CT2 = row(Action.KEEP, of=CT2, own_cost_gbp=40)
KEEP_CT3 = row(Action.KEEP, of=CT3, route="contract", own_cost_gbp=200)
KEEP_MG1 = row(Action.KEEP, of=MG1, timing=Timing.NOT_FUNDED, own_cost_gbp=820)


def flow(start: str, end: str, year: int, scans: int) -> Flow:
    return Flow(line="CT", from_site=start, to_site=end, year=year, scans=Fraction(scans))


def staff(year: int, hours: int) -> StaffUse:
    return StaffUse(
        group="radiographer", trust=TRUST, year=year, hours=Fraction(hours), wte=hours / 1560, own_hours=None
    )


def running(maintenance: int) -> dict[Heading, int]:
    """Upkeep of a year: maintenance, and the unitary charge of CT3."""
    return {Heading.MAINTENANCE: maintenance, Heading.UNITARY: 50}


def statement(year: int, *, maintenance: int, unitary: int, depreciation: int, dividend: int) -> RevenueLine:
    amounts = {
        Heading.MAINTENANCE: maintenance,
        Heading.UNITARY: unitary,
        Heading.DEPRECIATION: depreciation,
        Heading.DIVIDEND: dividend,
    }
    return revenue(TRUST, year, amounts)


def year_line(year: int, **changes: Any) -> YearLine:
    values: dict[str, Any] = {
        "year": year,
        "firm": year < 2029,
        "capital_by_source": {},
        "limit_by_source": {"Shared": 1000, "Trust limit": 2000},
        "capital_by_trust": {},
        "capital_real_gbp": 0,
        "resale_gbp": 0,
        "outside_gbp": 0,
        "extra_gbp": {},
        "travel_gbp": 0,
        "service_value_gbp": {},
        "money_value_gbp": {},
        "breakdowns": Fraction(0),
        "demand": {"CT": 2650},
        "outside_scans": {},
        "over_age": 1,
    }
    return YearLine(**{**values, **changes})


# Capacity. CT1: 0.9 x 1000 at age 4; new in 2027/28 with a quarter of the year lost 750 (250 lost); then 980, 960.
# CT2 at ages 1..4: 980, 960, 940, 900. ADD in its first year half of 20 hours x 50 weeks = 500.
# CT3 at ages 3, 4, 0, 1, renewed in 2028/29: 940, 900, 750, 980. S1: 500, then 980.
#
# Value. CT1 1004 (test_costs). CT2: upkeep 100 + 120 + 120 + 200, worth 1000 x 5/10: 40. CT3: 4 x 50 = 200.
# MG1: upkeep 4 x 30, over age by 2..5 years 0.1 x 500 x 14 = 700: 820.
# S1: 2000 / 1.2 / 1.21 = 1377, upkeep 90 + 90, worth 1000 x 3/5 + 200 x 18/20 = 780: 777.
# ADD: 1340 + 90, worth 1100 x 4/5 + 240 x 19/20 = 1108: 322.
# Revenue statement, inflation 1, 1.1, 1.21, 1.331, dividend 3.5% of average book values.
# Maintenance of CT1 100, then new 99, 109, 144; of CT2 100, 132, 145, 266; of MG1 30, 33, 36, 40; of S1 109, 120; of
# ADD 120. Unitary charge of CT3 50, 55, 61, 67. Outside 4000 x 1.1.
# Books. CT1 and MG1 160 in their last year. CT2 over 9 years 160, 142, 124, 107, 89. New CT1 1100 x 1.2 x 1.1 = 1452
# over 5 years 1162, 871, 581 and works 1769 - 1452 = 317 over 20 years 301, 285, 269. S1 2000 over 5 years 1600, 1200.
# ADD 1100 x 1.2 x 1.331 = 1757 to 1406 and works 2140 - 1757 = 383 to 364. CT1 is sold for 80 x 1.1 = 88 and nothing
# left in the books.
# Dividend. CT1, MG1 160 / 2: 3 each; CT2 5, 5, 4, 3; new CT1 20, 36, 25, its works 5, 10, 10; S1 28, 49; ADD 25 and 6.
#
# Radiographers: an hour for two scans, at both sites together; one of them has 37.5 x 52 x 80% = 1560 hours a year.
# In 2027/28 40 scans outside at £100 and 50 moved at £15: 4750. In all 7913.
PLAN = plan(
    REPLACE,
    KEEP_CT2,
    KEEP_CT3,
    KEEP_MG1,
    COMMITTED,
    ADD,
    funded=True,
    objective_gbp=7913,
    bound_gbp=7900,
    gap=13 / 7913,
    gap_gbp=13,
    flows=(
        *(flow(SITE_A, SITE_A, year, 1710 if year == 2027 else 1800) for year in range(2026, 2030)),
        *(flow(SITE_B, SITE_B, year, 850) for year in range(2026, 2030)),
        flow(SITE_A, SITE_B, 2027, 50),
    ),
    outside=(Outside(line="CT", site=SITE_A, year=2027, scans=Fraction(40)),),
    capacity={("CT", SITE_A): (1880, 1710, 1920, 2360), ("CT", SITE_B): (940, 900, 1250, 1960)},
    staff=tuple(staff(year, 1305 if year == 2027 else 1325) for year in range(2026, 2030)),
    sources=(
        *(source_year("Shared", year, 1000, 640 if year == 2029 else 0) for year in range(2026, 2030)),
        *(
            source_year("Trust limit", year, 2000, paid)
            for year, paid in zip(range(2026, 2030), (0, 1769, 2000, 1500), strict=True)
        ),
    ),
    revenue=(
        statement(2026, maintenance=230, unitary=50, depreciation=160 + 160 + 18, dividend=11),
        revenue(
            TRUST,
            2027,
            {
                Heading.MAINTENANCE: 264,
                Heading.UNITARY: 55,
                Heading.DEPRECIATION: 290 + 16 + 18,
                Heading.DIVIDEND: 30,
                Heading.LOSS: -88,
                Heading.OUTSIDE: 4400,
            },
        ),
        statement(2028, maintenance=399, unitary=61, depreciation=291 + 16 + 17 + 400, dividend=78),
        statement(2029, maintenance=690, unitary=67, depreciation=290 + 16 + 18 + 400 + 351 + 19, dividend=118),
    ),
    years=(
        year_line(2026, upkeep_gbp=280, running_gbp=running(230), age_risk_gbp=100, capacity={"CT": 2820}, machines=4),
        year_line(
            2027,
            upkeep_gbp=290,
            running_gbp=running(240),
            age_risk_gbp=150,
            capacity={"CT": 2610},
            machines=4,
            capital_by_source={"Trust limit": 1769},
            capital_by_trust={TRUST: 1769},
            capital_real_gbp=1340,
            resale_gbp=80,
            outside_gbp=4000,
            travel_gbp=750,
            outside_scans={"CT": 40},
        ),
        year_line(
            2028,
            upkeep_gbp=380,
            running_gbp=running(330),
            age_risk_gbp=200,
            capacity={"CT": 3170},
            machines=5,
            capital_by_source={"Trust limit": 2000},
            capital_by_trust={TRUST: 2000},
            capital_real_gbp=1377,
        ),
        year_line(
            2029,
            upkeep_gbp=568,
            running_gbp=running(518),
            age_risk_gbp=250,
            capacity={"CT": 4320},
            machines=6,
            capital_by_source={"Trust limit": 1500, "Shared": 640},
            capital_by_trust={TRUST: 2140},
            capital_real_gbp=1340,
        ),
    ),
    kpis={
        "machines_start": 4,
        "over_age_start": 1,
        "lease_capital_gbp": 0,
        "rebates_gbp": 0,
        "revenue_start_gbp": 230 + 50 + 338 + 11,
        "revenue_end_gbp": 690 + 67 + 1094 + 118,
        "under_use_value_gbp": 0,
        "revenue_over_value_gbp": 0,
        "changes_value_gbp": 0,
        "machines_end": 6,
        "replacements": 1,
        "additions": 2,
        "new_rooms": 0,
        "retirements": 0,
        "lease_extensions": 0,
        "not_funded": 1,
        "capital_cash_gbp": 1769 + 2000 + 2140,
        "limits_cash_gbp": 12000,
        "cash_cost_gbp": 1340 + 1377 + 1340 + 280 + 290 + 380 + 568 + 4000 - 80,
        "remaining_value_gbp": 644 + 500 + 780 + 1108,
        "net_cash_cost_gbp": 7913 - 700 - 750,
        "age_risk_value_gbp": 700,
        "travel_value_gbp": 750,
        "demand_scans": 4 * 2650,
        "outside_scans": 40,
        "outside_share": 40 / 10600,
        "over_age_end": 1,
        # at the start 4, 1, 3 and 10 years; in 2029/30 2 (CT1), 4, 1 (CT3), 13, 1 (S1) and 0
        "share_under_5_start": 0.75,
        "share_5_to_10_start": 0.25,
        "share_over_10_start": 0.0,
        "mean_age_start": 4.5,
        "share_under_5_end": 5 / 6,
        "share_5_to_10_end": 0.0,
        "share_over_10_end": 1 / 6,
        "mean_age_end": 3.5,
    },
)


def rules(book: Register, made: Plan) -> set[str]:
    return {breach.rule for breach in verify(book, made).breaches}


def line_edit(line: PlannedScheme, **changes: Any) -> Plan:
    """The plan with one line changed."""
    return replace(PLAN, schemes=tuple(replace(s, **changes) if s is line else s for s in PLAN.schemes))


def more(*lines: PlannedScheme, without: tuple[PlannedScheme, ...] = ()) -> Plan:
    """The plan with lines more and fewer."""
    return replace(PLAN, schemes=(*(s for s in PLAN.schemes if s not in without), *lines))


def year_edit(**changes: Any) -> Plan:
    """The plan with one figure of 2027/28 changed."""
    return replace(PLAN, years=(PLAN.years[0], replace(PLAN.years[1], **changes), *PLAN.years[2:]))
