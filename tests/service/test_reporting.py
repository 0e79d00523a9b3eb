"""Reporting staff, outsourced reports and the backlog that turnaround allows, against figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from capitalplan.terms import Action
from data._tables import Cell
from tests.folders import START_YEAR
from tests.service.cases import HOME, Rows, demand, events, machine, modality, planned, site, staff

HALF_AN_HOUR = modality(minutes_per_report=30, radiographer_reporting_share="25%")
A_YEAR_OF_HOURS: dict[str, Cell] = {"hours_per_wte": 20, "reporting_productive_share": "50%"}
"""520 hours a reporter and year, in which 1,040 scans are reported: 20 x 52 x 50%."""
TURNAROUND = Fraction(28, 365)


def outsourcing(price: int, **changes: Cell) -> Rows:
    return [
        {
            "kind": "outsourced reporting",
            "name": "Reporters",
            "modality": "CT",
            "trust_code": "QA1",
            "price_gbp": price,
            **changes,
        }
    ]


def growing(extra: Rows = (), wte: float | None = 0.85) -> dict[str, Rows]:
    """2,000 scans wanted of a CT that does 1,000, with a room for another; 884 can be reported a year."""
    return {
        "Sites": [site(spare_rooms_ct=1)],
        "Equipment": [machine("CT1", exams_per_year=800)],
        "Modalities": [HALF_AN_HOUR],
        "Demand": [demand(2000)],
        "Workforce": [] if wte is None else [staff("radiologist", wte)],
        "Extra capacity": extra,
    }


SETTINGS: dict[str, Cell] = {**A_YEAR_OF_HOURS, "allow_new_capacity": "yes", "late_report_price_gbp": 1000}


def test_without_reporters_given_the_scanner_is_added(tmp_path: Path) -> None:
    plan = planned(tmp_path / "book", growing(wte=None), **SETTINGS)
    assert events(plan) == [(HOME, Action.ADD, 0)]
    assert plan.reports == ()
    assert plan.objective_gbp == 100_000 + 2 * 3 * 1000


def test_radiologists_limit_additions(tmp_path: Path) -> None:
    """3 x 884 reports and a backlog of 28/365 x 884 = 67.8 in the end: 2,719.8 scans of 6,000, whatever is added."""
    plan = planned(tmp_path / "book", growing(), **SETTINGS)
    assert events(plan) == []
    done = 3 * 884 + TURNAROUND * 884
    assert plan.objective_gbp == pytest.approx(float(3 * 1000 + 100 * (6000 - done)), abs=1)
    assert sum(each.needed for each in plan.reports) == pytest.approx(done, abs=0.01)
    binding = {each.year for each in plan.binding if (each.rule, each.place) == ("reporting", "QA1")}
    assert binding == {START_YEAR, START_YEAR + 1, START_YEAR + 2}


def test_outsourced_reporting_lets_a_scanner_be_added(tmp_path: Path) -> None:
    """All 6,000 are scanned. Each year leaves the most that turnaround allows: 28/393 of what waits for a report."""
    plan = planned(tmp_path / "book", growing(outsourcing(10)), **SETTINGS)
    backlog = Fraction(0)
    for _ in range(3):
        backlog = (backlog + 2000) * TURNAROUND / (1 + TURNAROUND)
    bought = 6000 - backlog - 3 * 884
    assert events(plan) == [(HOME, Action.ADD, 0)]
    assert sum(each.outsourced for each in plan.reports) == pytest.approx(bought, abs=0.01)
    assert plan.objective_gbp == pytest.approx(float(100_000 + 2 * 3 * 1000 + 10 * bought), abs=1)


def test_dear_or_scarce_outsourcing_lifts_nothing(tmp_path: Path) -> None:
    """At £90 a report a scan outside for £100 saves too little; 100 reports a year are 300 scans, £30,000 in all."""
    for name, extra in (("dear", outsourcing(90)), ("scarce", outsourcing(10, limit=100))):
        assert events(planned(tmp_path / name, growing(extra), **SETTINGS)) == []


def test_the_backlog_of_a_year_is_at_most_what_turnaround_allows(tmp_path: Path) -> None:
    """1,000 scans: 1,000 - made <= 28/365 x made, so 928.8 are reported, 884 of them by radiologists."""
    sheets: dict[str, Rows] = {**growing(outsourcing(10)), "Demand": [demand(1000)]}
    plan = planned(tmp_path / "book", sheets, firm_years=1, **A_YEAR_OF_HOURS)
    made = 1000 / (1 + TURNAROUND)
    (reports,) = plan.reports
    assert reports.radiologist == pytest.approx(884, abs=0.01)
    assert reports.backlog == pytest.approx(1000 - made, abs=0.01)
    assert plan.objective_gbp == pytest.approx(float(1000 + 10 * (made - 884)), abs=1)


def test_unscheduled_patients_allow_less_backlog(tmp_path: Path) -> None:
    """Half of them within a day, half within 28: 14.5 days for all."""
    sheets: dict[str, Rows] = {
        **growing(outsourcing(10)),
        "Demand": [demand(500, demand_class=name) for name in ("unscheduled", "planned")],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, **A_YEAR_OF_HOURS)
    (reports,) = plan.reports
    assert reports.backlog == pytest.approx(1000 - 1000 / (1 + Fraction(29, 2) / 365), abs=0.01)


def test_reporting_radiographers_make_no_more_than_their_share(tmp_path: Path) -> None:
    """Radiologists make 624, radiographers a quarter of 832, 28/365 x 832 may be left.

    The others are scanned outside at £100: left without a report they would cost £50, and £100 at the end.
    """
    sheets: dict[str, Rows] = {
        **growing(),
        "Equipment": [machine("CT1", exams_per_year=600)],
        "Demand": [demand(1000)],
        "Workforce": [staff("radiologist", 0.6), staff("reporting radiographer", 1)],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, late_report_price_gbp=50, **A_YEAR_OF_HOURS)
    (reports,) = plan.reports
    assert reports.radiologist == pytest.approx(624, abs=0.01)
    assert reports.radiographer == pytest.approx(208, abs=0.01)
    assert reports.backlog == pytest.approx(TURNAROUND * 832, abs=0.01)
    assert not plan.breaches
    assert plan.objective_gbp == pytest.approx(float(1000 + 100 * (168 - TURNAROUND * 832)), abs=1)


def test_scans_that_wait_for_a_report_at_the_start_are_reported(tmp_path: Path) -> None:
    """300 from before and 800 new ones: all but 28/393 of 1,100 are reported."""
    sheets: dict[str, Rows] = {
        **growing(outsourcing(10)),
        "Demand": [demand(800)],
        "Waiting": [{"trust_code": "QA1", "modality": "CT", "unreported": 300}],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, **A_YEAR_OF_HOURS)
    made = 1100 / (1 + TURNAROUND)
    assert plan.objective_gbp == pytest.approx(float(1000 + 10 * (made - 884)), abs=1)
