"""Extended hours, vans and outside providers, and the staff they need, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.plan.plan import Plan
from capitalplan.terms import Action
from data._tables import Cell, Cells
from tests.folders import START_YEAR
from tests.service.cases import (
    HOME,
    OTHER,
    Rows,
    demand,
    events,
    machine,
    modality,
    option,
    outside,
    planned,
    site,
    staff,
    year,
)

ROOM = {"Sites": [site(spare_rooms_ct=1)]}
A_YEAR_OF_HOURS: dict[str, Cell] = {"hours_per_wte": 25, "radiographer_productive_share": "80%"}
"""1,040 hours a radiographer and year: 25 x 52 x 80%."""


def extended_hours(price: int, **changes: Cell) -> Cells:
    """12 hours a week, 600 a year."""
    return {"kind": "extended hours", "modality": "CT", "site_code": HOME, "price_gbp": price, "limit": 12, **changes}


def van(price: int, **changes: Cell) -> Cells:
    """Twenty scans a day."""
    return {
        "kind": "mobile van",
        "name": "CT van",
        "modality": "CT",
        "site_code": HOME,
        "price_gbp": price,
        "scans_per_day": 20,
        "minimum_days": 1,
        "crewed": "yes",
        "cover_only": "no",
        **changes,
    }


def provider(price: int, **changes: Cell) -> Cells:
    """A clinic that takes a site's patients."""
    row: Cells = {"kind": "outside provider", "name": "Clinic", "modality": "CT", "site_code": HOME, "price_gbp": price}
    return {**row, **changes}


def hours(plan: Plan) -> list[int]:
    worked = [0] * len(plan.years)
    for each in plan.extra_hours:
        worked[each.year - START_YEAR] += int(each.hours)
    return worked


# Extended hours against a new scanner: 1,600 scans wanted of a CT that does 1,000


def test_extended_hours_beat_a_scanner_that_costs_more(tmp_path: Path) -> None:
    """600 hours at £40 in three years are £72,000, the scanner £100,000 and upkeep."""
    sheets: dict[str, Rows] = {**ROOM, "Demand": [demand(1600)], "Extra capacity": [extended_hours(40)]}
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes")
    assert events(plan) == []
    assert hours(plan) == [600, 600, 600]
    assert plan.objective_gbp == 3 * (1000 + 600 * 40)


def test_a_scanner_beats_extended_hours_that_cost_more(tmp_path: Path) -> None:
    """600 hours at £60 in three years are £108,000, the scanner £103,000 with upkeep."""
    sheets: dict[str, Rows] = {**ROOM, "Demand": [demand(1600)], "Extra capacity": [extended_hours(60)]}
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes")
    assert events(plan) == [(HOME, Action.ADD, 0)]
    assert hours(plan) == [0, 0, 0]
    assert plan.objective_gbp == 100_000 + 2 * 3 * 1000


@pytest.mark.parametrize(
    ("wte", "worked", "days", "cost"),
    [(2, 600, 0, 3 * (1000 + 600 * 40)), (1, 40, 28, 3 * (1000 + 40 * 40 + 28 * 1000))],
    ids=["enough radiographers", "too few radiographers"],
)
def test_extended_hours_lose_where_radiographers_are_short(
    wte: int, worked: int, days: int, cost: int, tmp_path: Path
) -> None:
    """One radiographer does 1,040 scans; the 560 that are left go to a van with its own crew at £50 a scan, not £40."""
    sheets: dict[str, Rows] = {
        "Sites": [site(spare_rooms_ct=1, van_standing="yes")],
        "Demand": [demand(1600)],
        "Extra capacity": [extended_hours(40), van(1000)],
        "Workforce": [staff("radiographer", wte)],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes", **A_YEAR_OF_HOURS)
    assert events(plan) == []
    assert hours(plan) == [worked] * 3
    assert [each.days for each in plan.vans] == ([days] * 3 if days else [])
    assert plan.objective_gbp == cost
    binding = [(each.place, each.year, each.used) for each in plan.binding if each.rule == "workforce"]
    assert binding == ([("QA1", START_YEAR + t, 1040) for t in range(3)] if wte == 1 else [])


def test_a_van_without_a_crew_needs_the_same_radiographers(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Sites": [site(van_standing="yes")],
        "Demand": [demand(1600)],
        "Extra capacity": [van(1000, crewed="no")],
        "Workforce": [staff("radiographer", 1)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, **A_YEAR_OF_HOURS)
    assert [each.days for each in plan.vans] == [2]
    assert outside(plan, 0) == 560
    assert plan.objective_gbp == 1000 + 2 * 1000 + 560 * 100


def test_a_crew_frees_only_the_radiographers_of_scans_done_where_the_van_stands(tmp_path: Path) -> None:
    """Five days do all 100 scans of one site; the 1,040 hours left do as many of the 1,500 at the other."""
    elsewhere = "QA102"
    sheets: dict[str, Rows] = {
        "Sites": [site(van_standing="yes"), site(elsewhere)],
        "Equipment": [
            machine("CT1", exams_per_year=100),
            machine("CT2", elsewhere, scans_per_hour=2, exams_per_year=900),
        ],
        "Demand": [demand(100), demand(1500, elsewhere)],
        "Travel": [{"from_site": HOME, "to_site": elsewhere, "agreed": "no", "minutes": 20}],
        "Extra capacity": [van(10)],
        "Workforce": [staff("radiographer", 1)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, **A_YEAR_OF_HOURS)
    assert [(each.days, int(each.scans)) for each in plan.vans] == [(5, 100)]
    assert outside(plan, 0, elsewhere) == 460
    assert plan.objective_gbp == 2 * 1000 + 5 * 10 + 460 * 100


def test_the_faster_machine_works_the_extra_hours(tmp_path: Path) -> None:
    """150 scans too many of 3,000: 75 hours on the CT that does two an hour, not 150 on the other."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1"), machine("CT2", scans_per_hour=2, exams_per_year=2000)],
        "Demand": [demand(3150)],
        "Extra capacity": [extended_hours(40, limit=2)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    assert [each.scans_per_hour for each in plan.extra_hours] == [2]
    assert hours(plan) == [75]
    assert plan.objective_gbp == 2 * 1000 + 75 * 40


def test_a_scanner_on_order_works_extra_hours_too(tmp_path: Path) -> None:
    """900 scans too many of 2,000: 600 hours on the CT that is there, 300 on the one ordered for £100,000."""
    order: Cells = {
        "scheme_id": "S1",
        "action": "add",
        "site_code": HOME,
        "option": "CT standard",
        "year": year(0),
        "capital_gbp": 100_000,
        "status": "ordered",
    }
    sheets: dict[str, Rows] = {
        "Demand": [demand(2900)],
        "Extra capacity": [extended_hours(40)],
        "Schemes": [order],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    assert hours(plan) == [900]
    assert plan.objective_gbp == 100_000 + 2 * 1000 + 900 * 40


def test_a_week_has_no_more_than_168_hours(tmp_path: Path) -> None:
    """Eight hours are left of 160: 400 a year, whatever the limit; 600 of 1,000 scans go outside."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", hours_per_week=160, exams_per_year=8000)],
        "Demand": [demand(9000)],
        "Extra capacity": [extended_hours(40, limit="")],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    assert hours(plan) == [400]
    assert plan.objective_gbp == 1000 + 400 * 40 + 600 * 100


def test_the_staff_of_a_scanner_count_as_those_of_extended_hours_do(tmp_path: Path) -> None:
    """600 hours at £60 in three years are £108,000; the scanner is £103,000, £133,000 with £10,000 of staff a year."""
    sheets: dict[str, Rows] = {
        **ROOM,
        "Catalogue": [option(annual_staff_gbp=10_000)],
        "Demand": [demand(1600)],
        "Extra capacity": [extended_hours(60)],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes")
    assert events(plan) == []
    assert plan.objective_gbp == 3 * (1000 + 600 * 60)
    plan = planned(tmp_path / "dearer", {**sheets, "Extra capacity": [extended_hours(80)]}, allow_new_capacity="yes")
    assert events(plan) == [(HOME, Action.ADD, 0)]
    assert plan.objective_gbp == 100_000 + 3 * (2 * 1000 + 10_000)


def test_a_shared_pool_goes_where_a_scan_is_worth_more(tmp_path: Path) -> None:
    """1,040 hours for two trusts that need 1,000 each: the one whose patients cost £100 outside takes its fill."""
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [machine("CT1", exams_per_year=500), machine("CT2", OTHER, exams_per_year=500)],
        "Demand": [demand(1000), demand(1000, OTHER)],
        "Travel": [{"from_site": HOME, "to_site": OTHER, "agreed": "no", "minutes": 20}],
        "Extra capacity": [provider(50, site_code=OTHER)],
        "Workforce": [staff("radiographer", 1, "SHARED")],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, **A_YEAR_OF_HOURS)
    assert {each.from_site: each.scans for each in plan.flows} == {HOME: 1000, OTHER: 40}
    assert plan.objective_gbp == 2 * 1000 + 960 * 50


# Vans


@pytest.mark.parametrize(
    ("standing", "changes", "days", "cost"),
    [
        ("yes", {}, 5, 1000 + 5 * 300 + 35 * 30),
        ("yes", {"minimum_days": 1}, 7, 1000 + 7 * 300),
        ("yes", {"limit": 4}, 0, 1000 + 135 * 30),
        ("yes", {"first_year": year(1)}, 0, 1000 + 135 * 30),
        ("yes", {"cover_only": "yes"}, 0, 1000 + 135 * 30),
        ("no", {}, 0, 1000 + 135 * 30),
    ],
    ids=["whole hires", "single days", "limit below a hire", "not yet offered", "for cover only", "nowhere to stand"],
)
def test_a_van_is_hired_whole_where_it_may_stand(
    standing: str, changes: dict[str, Cell], days: int, cost: int, tmp_path: Path
) -> None:
    """135 scans too many: a hire of five days does 100 for £1,500, and 35 outside at £30 are cheaper than a second."""
    sheets: dict[str, Rows] = {
        "Sites": [site(van_standing=standing)],
        "Modalities": [modality(outside_price_gbp=30)],
        "Demand": [demand(1135)],
        "Extra capacity": [van(300, **{"minimum_days": 5, **changes})],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    assert sum(each.days for each in plan.vans) == days
    assert plan.objective_gbp == cost


def test_a_van_is_hired_for_at_most_364_days(tmp_path: Path) -> None:
    """400 scans too many at one a day: 36 of them go outside."""
    sheets: dict[str, Rows] = {
        "Sites": [site(van_standing="yes")],
        "Demand": [demand(1400)],
        "Extra capacity": [van(10, scans_per_day=1)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    assert [each.days for each in plan.vans] == [364]
    assert plan.objective_gbp == 1000 + 364 * 10 + 36 * 100


def test_a_limit_of_van_days_holds_for_all_sites_of_a_line_together(tmp_path: Path) -> None:
    """Five days at one site and three at the other would do, within seven in all: the last 20 scans cost £100 each."""
    sheets: dict[str, Rows] = {
        "Sites": [site(van_standing="yes"), site(OTHER, van_standing="yes")],
        "Equipment": [machine("CT1"), machine("CT2", OTHER)],
        "Demand": [demand(1100), demand(1060, OTHER)],
        "Travel": [{"from_site": HOME, "to_site": OTHER, "agreed": "no", "minutes": 20}],
        "Extra capacity": [van(300, site_code="", limit=7)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    assert sum(each.days for each in plan.vans) == 7
    assert plan.objective_gbp == 2 * 1000 + 7 * 300 + 20 * 100


# Outside providers: 1,500 scans wanted of a CT that does 1,000


@pytest.mark.parametrize(
    ("rows", "unmet", "cost"),
    [
        ([], [0, 0], 2 * (1000 + 500 * 100)),
        ([provider(90)], [0, 0], 2 * (1000 + 500 * 90)),
        ([provider(90, limit=300)], [200, 200], 2 * (1000 + 500 * 90 + 200 * 250)),
        ([provider(90, limit=300, first_year=year(1))], [500, 200], 2 * (1000 + 500 * 90) + 700 * 250),
    ],
    ids=["price in Modalities", "price of the provider", "limit", "not yet offered"],
)
def test_scans_over_the_limit_of_outside_providers_are_priced(
    rows: Rows, unmet: list[int], cost: int, tmp_path: Path
) -> None:
    plan = planned(
        tmp_path / "book", {"Demand": [demand(1500)], "Extra capacity": rows}, firm_years=2, unmet_price_gbp=250
    )
    assert [outside(plan, position) for position in range(2)] == [500, 500]
    found = {each.year: each.amount for each in plan.breaches if (each.rule, each.place) == ("unmet", "Clinic")}
    assert [found.get(START_YEAR + position, 0) for position in range(2)] == unmet
    assert plan.objective_gbp == cost
