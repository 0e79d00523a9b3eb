"""Waiting lists and their targets, against the figures of the published queue constants."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from capitalplan.register.resolving.waiting import standard_list, targets
from capitalplan.settings import Settings
from capitalplan.terms import queue_factor
from data._tables import Cell, Cells
from tests.register.small_service import NORTH, SOUTH, service_register, year


def test_the_standard_list_of_the_published_queue_constants() -> None:
    """1,000 patients a month: a mean wait of 1.30 weeks and a list of 301 at 1% over six weeks; 462 at 5%."""
    settings = Settings()
    factor = queue_factor(settings.waiting_breach_share)
    assert float(factor) == pytest.approx(4.605170186)
    assert float(settings.waiting_standard_weeks / factor) == pytest.approx(1.30, abs=0.005)
    assert standard_list(12_000, settings) == 301
    assert float(queue_factor(Fraction(5, 100))) == pytest.approx(2.995732274)
    assert standard_list(12_000, Settings(waiting_breach_share=Fraction(5, 100))) == 462


def test_the_way_to_the_standard_is_in_even_steps() -> None:
    standard = (13, 15, 18, 13, 10, 10)
    assert targets(400, standard, 4) == (322, 244, 166, 88, 10, 10)
    assert targets(400, standard, 0) == standard
    assert targets(5, standard, 4) == (13, 15, 18, 13, 10, 10)
    assert targets(410, (10, 10), 3) == (310, 210)


def waiting(**changes: Cell) -> Cells:
    return {"site_code": NORTH, "modality": "CT", "list_start": 400, **changes}


DEMAND: list[Cells] = [
    {"site_code": site, "modality": "CT", "year": year(0), "scans": 12_000, "demand_class": "waiting list",
     "growth_rate": "0%"}
    for site in (NORTH, SOUTH)
]  # fmt: skip


def test_the_year_of_the_line_goes_before_that_of_the_settings(tmp_path: Path) -> None:
    for name, row, settings, expected in (
        ("line", waiting(reach_by=year(2)), {"waiting_standard_year": year(3)}, (367, 334, 301, 301)),
        ("setting", waiting(), {"waiting_standard_year": year(1)}, (351, 301, 301, 301)),
        ("neither", waiting(), {}, (301,) * 4),
    ):
        (found,) = service_register(
            tmp_path / name, {"Demand": DEMAND, "Waiting": [row]}, **dict[str, Cell](settings)
        ).waiting
        assert (found.line, found.site, found.start) == ("CT", NORTH, 400)
        assert found.standard == (301,) * 4
        assert found.targets == expected


def test_a_trusts_list_is_split_by_exams(tmp_path: Path) -> None:
    rows: list[Cells] = [{"trust_code": "QA1", "modality": "CT", "list_start": 100}]
    register = service_register(tmp_path / "book", {"Demand": DEMAND, "Waiting": rows})
    assert [(each.site, each.start) for each in register.waiting] == [(NORTH, 67), (SOUTH, 33)]


def test_a_site_without_a_share_has_a_list_where_patients_may_wait(tmp_path: Path) -> None:
    rows: list[Cells] = [{"trust_code": "QA1", "modality": "MR", "list_start": 100}]
    demand: list[Cells] = [{**row, "modality": "MR"} for row in DEMAND]
    register = service_register(tmp_path / "with", {"Demand": demand, "Waiting": rows})
    assert [(each.site, each.start) for each in register.waiting] == [(NORTH, 100), (SOUTH, 0)]
    register = service_register(tmp_path / "without", {"Waiting": rows})
    assert [(each.site, each.start) for each in register.waiting] == [(NORTH, 100)]


def test_scans_without_a_report_are_counted_by_trust(tmp_path: Path) -> None:
    rows: list[Cells] = [
        {"site_code": NORTH, "modality": "CT", "unreported": 20},
        {"trust_code": "QA1", "modality": "CT", "unreported": 5},
        {"trust_code": "QB1", "modality": "CT", "unreported": 0},
    ]
    register = service_register(tmp_path / "book", {"Waiting": rows})
    assert register.unreported == {("CT", "QA1"): 25}
    assert register.waiting == ()
    assert register.unscheduled == {}
