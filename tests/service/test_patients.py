"""Waiting lists, unscheduled patients and patients moved, against figures worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from data._tables import Cells
from tests.folders import START_YEAR
from tests.service.cases import HOME, OTHER, Rows, demand, machine, modality, outside, planned, site, staff, year

NINE_YEARS = (
    # waiting-list demand, list at the end, target, over target
    (500, 400, 322, 78),
    (600, 500, 244, 256),
    (700, 700, 166, 534),
    (500, 700, 88, 612),
    (400, 600, 10, 590),
    (400, 500, 10, 490),
    (300, 300, 8, 292),
    (500, 300, 13, 287),
    (500, 300, 13, 287),
)
"""A CT of 1,000 scans a year; 300 unscheduled, 200 planned and ``W`` waiting-list patients; 400 wait at first.

The list becomes list before + 500 + W - 1,000: 400 + 1,000 - 1,000 = 400, 400 + 1,100 - 1,000 = 500, and so on.
The standard list is ``W x 6/52 / 4.605170186``, in whole patients 13, 15, 18, 13, 10, 10, 8, 13, 13. It is to be
reached by the end of the fifth year, in even steps from 400 to 10: 400 - 390/5 = 322, 244, 166, 88, 10.
"""


def by_class(classes: Mapping[str, int], position: int = 0, code: str = HOME) -> list[Cells]:
    return [demand(scans, code, year=year(position), demand_class=name) for name, scans in classes.items()]


def no_provider(code: str = HOME) -> Cells:
    """An outside provider at the price of Modalities that can do nothing: whoever is sent there is unmet."""
    return {"kind": "outside provider", "modality": "CT", "site_code": code, "price_gbp": 100, "limit": 0}


def test_a_waiting_list_over_nine_years_is_the_one_worked_out_by_hand(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Demand": [
            row
            for position, (wanted, *_) in enumerate(NINE_YEARS)
            for row in by_class({"unscheduled": 300, "planned": 200, "waiting list": wanted}, position)
        ],
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 400, "reach_by": year(4)}],
        "Extra capacity": [no_provider()],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=9, waiting_price_gbp=10, unmet_price_gbp=300)
    assert [each.patients for each in plan.waiting] == [left for _, left, *_ in NINE_YEARS]
    assert [each.target for each in plan.waiting] == [target for _, _, target, _ in NINE_YEARS]
    assert not plan.outside
    over = [each.amount for each in plan.breaches if each.rule == "waiting"]
    assert over == [too_many for *_, too_many in NINE_YEARS]
    assert plan.objective_gbp == 9 * 1000 + 10 * sum(over) + 100 * over[-1]
    for each, (wanted, left, *_) in zip(plan.waiting, NINE_YEARS, strict=True):
        assert each.mean_weeks == pytest.approx(52 * left / wanted)
        assert each.share_over == pytest.approx(math.exp(-6 * wanted / (52 * left)))


def test_a_list_within_reach_is_brought_to_the_standard_and_no_further(tmp_path: Path) -> None:
    """1,000 scans against 900 wanted: 250 waiting become 150, then 50, then the target of ten or fewer."""
    sheets: dict[str, Rows] = {
        "Demand": by_class({"planned": 500, "waiting list": 400}),
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 250}],
    }
    plan = planned(tmp_path / "book", sheets, waiting_price_gbp=10)
    assert [each.target for each in plan.waiting] == [10, 10, 10]
    assert [each.patients for each in plan.waiting[:2]] == [150, 50]
    assert plan.waiting[2].patients <= 10
    assert plan.objective_gbp == 3 * 1000 + 10 * (140 + 40)


def test_a_thousandth_of_a_scan_at_a_high_price_is_no_contradiction(tmp_path: Path) -> None:
    """520 hours are 472.727.. scans, 472.728 as they are kept: £73 less than the engine thinks for 473 unscheduled."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", exams_per_year=400)],
        "Modalities": [modality(radiographers_per_scan_hour=1.1)],
        "Demand": by_class({"unscheduled": 473, "waiting list": 10}),
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 0}],
        "Workforce": [staff("radiographer", 0.5)],
    }
    plan = planned(
        tmp_path / "book",
        sheets,
        firm_years=1,
        unscheduled_away_price_gbp=100_000,
        hours_per_wte=25,
        radiographer_productive_share="80%",
    )
    assert [each.scans for each in plan.flows] == [Fraction(472_728, 1000)]
    assert (plan.bound_gbp, plan.gap_gbp) == (plan.objective_gbp, 0)


def test_a_share_of_those_who_wait_may_travel_too(tmp_path: Path) -> None:
    """A tenth of 1,000 new patients and 300 who wait move in the first year, of 1,000 and 170 in the second."""
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [machine("CT1"), machine("CT2", OTHER)],
        "Demand": [*by_class({"waiting list": 1000}), *by_class({"planned": 100}, code=OTHER)],
        "Travel": [{"from_site": HOME, "to_site": OTHER, "minutes": 20, "agreed": "yes"}],
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 300}],
        "Extra capacity": [no_provider()],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=2, travel_share="10%", unmet_price_gbp=300)
    assert [each.scans for each in plan.flows if each.from_site != each.to_site] == [130, 117]
    assert [each.patients for each in plan.waiting] == [170, 53]
    # the standard list is 1,000 x 6/52 / 4.605 = 25
    over = [145, 28]
    assert plan.objective_gbp == 2 * 2 * 1000 + 247 * 10 + 100 * sum(over) + 100 * over[-1]


def test_only_those_who_may_wait_make_a_list_longer(tmp_path: Path) -> None:
    """1,300 are wanted in the second year, 1,100 of them planned: 200 join the list and 100 go outside."""
    sheets: dict[str, Rows] = {
        "Demand": [
            row
            for position, planned_scans in enumerate((800, 1100, 800))
            for row in by_class({"planned": planned_scans, "waiting list": 200}, position)
        ],
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 100}],
        "Extra capacity": [no_provider()],
    }
    plan = planned(tmp_path / "book", sheets, waiting_price_gbp=10)
    assert [each.patients for each in plan.waiting] == [100, 300, 300]
    assert [outside(plan, position) for position in range(3)] == [0, 100, 0]


UNSCHEDULED = {"unscheduled": 600, "planned": 400}
AWAY = {
    # demand at home, price of an unscheduled patient away; served at home, unscheduled away, cost
    "planned": ({"planned": 1000}, 1000, 200, 0, 46_000),
    "unscheduled": (UNSCHEDULED, 1000, 600, 0, 222_000),
    "unscheduled, at a low price": (UNSCHEDULED, 100, 200, 400, 86_000),
}
"""A CT of 700 scans, 1,000 patients at home who could go outside for £50, and 500 at a site where outside costs £500.

Planned patients make room: 500 x £10 + 800 x £50 + £1,000. Unscheduled ones are scanned at home first:
100 x £10 + 400 x £500 + 400 x £50 + £1,000. At £100 a patient, 400 of them give way as the planned ones do:
£46,000 + £40,000.
"""


@pytest.mark.parametrize("case", AWAY)
def test_unscheduled_patients_are_scanned_at_home_first(case: str, tmp_path: Path) -> None:
    classes, price, at_home, away, cost = AWAY[case]
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [machine("CT1", hours_per_week=14, exams_per_year=700)],
        "Demand": [*by_class(classes), demand(500, OTHER)],
        "Travel": [{"from_site": OTHER, "to_site": HOME, "minutes": 20, "agreed": "yes"}],
        "Extra capacity": [
            {"kind": "outside provider", "modality": "CT", "site_code": code, "price_gbp": each}
            for code, each in ((HOME, 50), (OTHER, 500))
        ],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, unscheduled_away_price_gbp=price)
    home = [each.scans for each in plan.flows if each.from_site == each.to_site == HOME]
    assert home == [at_home]
    assert [each.amount for each in plan.breaches if each.rule == "unscheduled"] == ([away] if away else [])
    assert plan.objective_gbp == cost


def test_a_trusts_demand_is_split_by_activity_and_patients_who_move_are_listed(tmp_path: Path) -> None:
    """1,501 scans split as 600 to 400 exams: 901 and 600; 201 and 200 of them find room at the other trust only."""
    near = "QA102"
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(near), site(OTHER)],
        "Equipment": [
            machine("CT1", exams_per_year=600, hours_per_week=14),
            machine("CT2", near, exams_per_year=400, hours_per_week=8),
            machine("CT3", OTHER, exams_per_year=500),
        ],
        "Demand": [{"trust_code": "QA1", "modality": "CT", "year": year(0), "scans": 1501}, demand(500, OTHER)],
        "Travel": [{"from_site": code, "to_site": OTHER, "minutes": 20, "agreed": "yes"} for code in (HOME, near)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1)
    home = {each.from_site: each.scans for each in plan.flows if each.from_site == each.to_site}
    away = {each.from_site: each.scans for each in plan.flows if each.from_site != each.to_site}
    assert home == {HOME: 700, near: 400, OTHER: 500}
    assert away == {HOME: 201, near: 200}
    (moved,) = plan.moves
    assert (moved.line, moved.from_trust, moved.to_trust, moved.year) == ("CT", "QA1", "QB1", START_YEAR)
    assert moved.scans == 401
    assert plan.objective_gbp == 3 * 1000 + 401 * 10
