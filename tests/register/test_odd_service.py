"""Sheets of the service side that are sound, yet may not do what their author thinks: each is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from capitalplan.register.issues import Issue, Severity
from capitalplan.register.read import inspect
from data._tables import Cell, Cells
from tests.register.small_service import EAST, NORTH, SOUTH, machine, service_folder, service_register, year

NEW = "QB102"
"""A site that opens in the third year, without machines."""


def issues(folder: Path, sheets: Mapping[str, Sequence[Cells]]) -> list[Issue]:
    return list(inspect(service_folder(folder, sheets)))


def demand(code: str, scans: int, position: int = 0, **changes: Cell) -> Cells:
    return {"site_code": code, "modality": "CT", "year": year(position), "scans": scans, **changes}


def sites(**new: Cell) -> list[Cells]:
    return [*({"site_code": code} for code in (NORTH, SOUTH, EAST)), {"site_code": NEW, **new}]


def test_a_list_without_a_place_is_one_fault(tmp_path: Path) -> None:
    waiting: list[Cells] = [
        {"modality": "CT", "list_start": 5},
        {"site_code": "QZ999", "modality": "CT", "list_start": 5},
    ]
    found = issues(tmp_path / "book", {"Waiting": waiting})
    assert [issue.severity for issue in found] == [Severity.ERROR, Severity.ERROR]


@pytest.mark.parametrize("reporters", [True, False])
def test_reports_without_reporters_are_told(reporters: bool, tmp_path: Path) -> None:
    group = "radiologist" if reporters else "radiographer"
    sheets: dict[str, list[Cells]] = {
        "Workforce": [{"staff_group": group, "year": year(0), "wte": 50}],
        "Waiting": [{"trust_code": "QA1", "modality": "CT", "unreported": 500}],
        "Extra capacity": [{"kind": "outsourced reporting", "modality": "CT", "price_gbp": 40}],
    }
    found = issues(tmp_path / "book", sheets)
    assert [issue.place for issue in found] == ([] if reporters else ["Waiting!C2", "Extra capacity!A2"])
    assert all("Workforce has no reporters" in issue.message for issue in found)


def test_patients_of_a_site_before_it_opens_are_told(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {
        "Sites": sites(opening_year=year(2)),
        "Travel": [{"from_site": NEW, "to_site": EAST, "minutes": 10}],
        "Demand": [demand(NEW, 1000, 2)],
    }
    (issue,) = issues(tmp_path / "back", sheets)
    assert issue.severity is Severity.WARNING
    assert "counted back from this line, but QB102 opens only in 2028/29" in issue.message
    register = service_register(tmp_path / "again", sheets)
    assert register.demand["CT", NEW] == (826, 909, 1000, 1100)
    told = {each.item: each for each in register.assumptions}
    assert told["Demand: earlier years, CT"].used_for == NEW
    sheets["Demand"].append(demand(NEW, 0))
    assert issues(tmp_path / "none", sheets) == []
    register = service_register(tmp_path / "nobody", sheets)
    assert register.demand["CT", NEW] == (0, 0, 1000, 1100)
    assert "Demand: earlier years, CT" not in {each.item for each in register.assumptions}


def test_patients_out_of_reach_in_some_years_are_a_judgement(tmp_path: Path) -> None:
    closed = [{"site_code": NORTH}, {"site_code": SOUTH}, {"site_code": EAST, "closing_year": year(2)}]
    (issue,) = issues(tmp_path / "closing", {"Sites": closed})
    assert (issue.severity, issue.code, issue.subject) == (Severity.JUDGEMENT, "site-unreachable", f"{EAST} CT")
    assert issue.place == "Sites!B4"
    assert "in 2 years from 2028/29 to 2029/30" in issue.message
    link: list[Cells] = [{"from_site": EAST, "to_site": SOUTH, "minutes": 10}]
    assert issues(tmp_path / "linked", {"Sites": closed, "Travel": link}) == []
    closed[1]["closing_year"] = year(3)
    places = {issue.subject: issue.message for issue in issues(tmp_path / "both", {"Sites": closed, "Travel": link})}
    assert set(places) == {f"{EAST} CT", f"{SOUTH} CT"}
    assert "in 2029/30" in places[f"{EAST} CT"]


def test_machines_held_back_by_a_tie_are_told(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {
        "Equipment": [
            machine("CT1", NORTH, lock="keep"),
            machine("CT2", SOUTH),
            machine("CT3", EAST),
            machine("CT4", EAST),
        ],
        "Ties": [
            {"first": "CT2", "tie": "together", "other": "CT1"},
            {"first": "CT3", "tie": "after", "other": "CT2"},
            {"first": "CT4", "tie": "not the same year", "other": "CT1"},
        ],
    }
    found = issues(tmp_path / "book", sheets)
    assert [(issue.severity, issue.place) for issue in found] == [
        (Severity.WARNING, "Ties!B2"),
        (Severity.WARNING, "Ties!B3"),
    ]
    assert [issue.message.split("tie ")[1] for issue in found] == [
        "'CT2' can never be replaced either.",
        "'CT3' can never be replaced either.",
    ]
