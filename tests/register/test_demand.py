"""Demand by class, by trust and by growth, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

from data._tables import Cell, Cells
from tests.register.small_service import EAST, NORTH, SOUTH, service_register, year


def row(scans: int | None = None, position: int = 0, **changes: Cell) -> Cells:
    given: dict[str, Cell] = {} if scans is None else {"scans": scans}
    place: dict[str, Cell] = {} if "trust_code" in changes else {"site_code": NORTH}
    return {"modality": "CT", "year": year(position), **place, **given, **changes}


def test_without_the_sheet_todays_exams_grow_and_everything_is_planned(tmp_path: Path) -> None:
    register = service_register(tmp_path / "book")
    assert register.demand["CT", SOUTH] == (3300, 3630, 3993, 4392)
    assert register.unscheduled == register.waiting_demand == {}
    assert not [*register.waiting, *register.staff, *register.ties]
    assert register.unreported == {}
    assert [each.cover_only for each in register.extra] == [True, True]


def test_a_trusts_demand_is_split_by_exams_and_adds_up(tmp_path: Path) -> None:
    register = service_register(tmp_path / "book", {"Demand": [row(10_001, trust_code="QA1", growth_rate="0%")]})
    assert register.demand["CT", NORTH] == (6667,) * 4
    assert register.demand["CT", SOUTH] == (3334,) * 4
    assert register.demand["CT", EAST] == (1100, 1210, 1331, 1464)


def test_a_trust_without_machines_of_the_line_splits_equally(tmp_path: Path) -> None:
    rows = [row(7, trust_code="QA1", modality="PT", growth_rate="0%")]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert [register.demand["PT", site][0] for site in (NORTH, SOUTH)] == [4, 3]


def test_a_site_with_a_line_of_its_own_is_left_out_of_the_trusts_split(tmp_path: Path) -> None:
    rows = [row(900, growth_rate="0%"), row(5000, trust_code="QA1", growth_rate="0%")]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert register.demand["CT", NORTH] == (900,) * 4
    assert register.demand["CT", SOUTH] == (5000,) * 4


def test_classes_by_site_and_by_trust_come_together(tmp_path: Path) -> None:
    rows = [
        row(100, demand_class="emergency", growth_rate="5%"),
        row(300, trust_code="QA1", demand_class="waiting list", growth_rate="0%"),
        row(30, trust_code="QA1", demand_class="planned", growth_rate="0%"),
    ]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert register.unscheduled == {("CT", NORTH): (100, 105, 110, 116)}
    assert register.waiting_demand == {("CT", NORTH): (200,) * 4, ("CT", SOUTH): (100,) * 4}
    assert register.demand["CT", NORTH] == (320, 325, 330, 336)
    assert register.demand["CT", SOUTH] == (110,) * 4


def test_each_class_is_grown_and_rounded_on_its_own(tmp_path: Path) -> None:
    rows = [row(5, demand_class=name) for name in ("unscheduled", "waiting list", "planned")]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert register.demand["CT", NORTH] == (15, 18, 18, 21)
    assert register.unscheduled["CT", NORTH] == (5, 6, 6, 7)


def test_growth_changes_year_by_year(tmp_path: Path) -> None:
    rows = [row(1000, growth_rate="0%"), row(position=1, growth_rate="10%"), row(position=2, growth_rate="50%")]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert register.demand["CT", NORTH] == (1000, 1000, 1100, 1650)


def test_growth_alone_grows_todays_exams(tmp_path: Path) -> None:
    rows = [row(position=1, growth_rate="0%"), row(position=1, growth_rate="50%", trust_code="QB1")]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert register.demand["CT", NORTH] == (6600, 7260, 7260, 7260)
    assert register.demand["CT", EAST] == (1100, 1210, 1815, 2723)


def test_growth_of_a_class_alone_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {
        "Modalities": [
            {"modality": "CT", "growth_rate": "0%", "unscheduled_share": "40%", "waiting_list_share": "50%"},
        ],
        "Demand": [row(demand_class="unscheduled", growth_rate="50%")],
    }
    register = service_register(tmp_path / "book", sheets)
    assert register.unscheduled["CT", NORTH] == (2400, 3600, 5400, 8100)
    assert register.waiting_demand["CT", NORTH] == (3000,) * 4
    assert register.demand["CT", NORTH] == (6000, 7200, 9000, 11_700)


def test_years_before_the_first_line_are_counted_back_from_it(tmp_path: Path) -> None:
    rows = [row(1210, position=2), row(2000, position=3)]
    register = service_register(tmp_path / "book", {"Demand": rows})
    assert register.demand["CT", NORTH] == (1000, 1100, 1210, 2000)


def test_shares_typed_are_used_without_a_list(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {
        "Modalities": [
            {"modality": "CT", "growth_rate": "0%", "unscheduled_share": "50%", "waiting_list_share": "50%"},
            {"modality": "MR", "growth_rate": "0%"},
        ],
        "Demand": [row(3, growth_rate="0%")],
    }
    register = service_register(tmp_path / "book", sheets)
    assert register.demand["CT", NORTH] == (3,) * 4
    assert register.unscheduled["CT", NORTH] == (2,) * 4
    assert register.waiting_demand["CT", NORTH] == (1,) * 4
    assert ("MR", NORTH) not in register.unscheduled
    assert not [each for each in register.assumptions if each.item.startswith("Demand: classes")]


def test_default_shares_are_used_and_told_where_there_is_a_list(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {"Waiting": [{"site_code": NORTH, "modality": "MR", "list_start": 100}]}
    register = service_register(tmp_path / "book", sheets)
    assert register.demand["MR", NORTH][0] == 4400
    assert register.unscheduled["MR", NORTH][0] == 704
    assert register.waiting_demand["MR", NORTH][0] == 3476
    assert ("CT", NORTH) not in register.unscheduled
    (told,) = (each for each in register.assumptions if each.item.startswith("Demand: classes"))
    assert (told.item, told.value) == ("Demand: classes, MR", "16% unscheduled, 79% on the waiting list")
    assert "Swann" in told.source
