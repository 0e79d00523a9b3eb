"""Extra capacity, staff, upgrades, ties and what stands behind a machine's capacity."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from capitalplan.terms import ExtraKind, StaffGroup, TieKind
from data._tables import Cell, Cells
from tests.register.small_service import EAST, NORTH, SOUTH, machine, service_register, year


def extra(kind: str, **changes: Cell) -> Cells:
    return {"kind": kind, "modality": "CT", "price_gbp": 100, **changes}


def test_the_most_particular_line_governs(tmp_path: Path) -> None:
    rows = [
        extra("outside provider", name="All", limit=500),
        extra("outside provider", name="Trust", trust_code="QA1"),
        extra("outside provider", name="Site", site_code=SOUTH),
        extra("outsourced reporting", name="Reports", trust_code="SHARED"),
        extra("outsourced reporting", name="Own reports", trust_code="QB1"),
        extra("extended hours", name="Evenings", site_code=NORTH, limit=12.5),
    ]
    register = service_register(tmp_path / "book", {"Extra capacity": rows}, swap_cover="no")
    assert {each.name: each.places for each in register.extra} == {
        "All": (EAST,),
        "Trust": (NORTH,),
        "Site": (SOUTH,),
        "Reports": ("QA1",),
        "Own reports": ("QB1",),
        "Evenings": (NORTH,),
    }
    governing = register.governing(ExtraKind.OUTSIDE, "CT", SOUTH)
    assert governing is not None
    assert governing.name == "Site"
    assert {each.name: each.limit for each in register.extra if each.limit is not None} == {
        "All": 500,
        "Evenings": Fraction(25, 2),
    }


def test_blanks_of_a_line_are_filled_in(tmp_path: Path) -> None:
    rows = [
        {"kind": "outside provider", "modality": "CT", "site_code": NORTH},
        extra("mobile van", scans_per_day=30, first_year=year(1), last_year=year(2)),
    ]
    register = service_register(tmp_path / "book", {"Extra capacity": rows}, swap_cover="no")
    provider, van = sorted(register.extra, key=lambda each: each.kind, reverse=True)
    assert (provider.name, provider.price_gbp, provider.limit) == ("CT outside provider, QA101", 160, None)
    assert register.outside_price("CT", NORTH) == register.outside_price("CT", EAST) == 160
    assert (van.name, van.scans_per_day, van.minimum_days) == ("CT mobile van, network", 30, 1)
    assert (van.crewed, van.cover_only, van.limit) == (True, False, None)
    assert [van.is_offered(2026 + t) for t in range(4)] == [False, True, True, False]
    assert "Extra capacity: price, CT outside provider, QA101" in {each.item for each in register.assumptions}


def test_the_default_vans_only_cover_and_are_told(tmp_path: Path) -> None:
    register = service_register(tmp_path / "book")
    assert [(each.line, each.price_gbp, each.scans_per_day, each.minimum_days) for each in register.extra] == [
        ("CT", 4300, 36, 5),
        ("MR", 4300, 24, 5),
    ]
    assert all(each.cover_only and each.crewed and len(each.places) == 3 for each in register.extra)
    told = [each for each in register.assumptions if each.item.startswith("Extra capacity")]
    assert [each.used_for for each in told] == ["CT", "MR"]
    assert all("illustrative" in each.source for each in told)


@pytest.mark.parametrize(
    ("sheets", "settings", "left"),
    [
        ({"Extra capacity": [extra("mobile van", name="Own", site_code=EAST, scans_per_day=20)]}, {}, {"Own", "MR"}),
        ({"Modalities": [{"modality": "MR", "swap_cover": "no"}]}, {}, {"CT"}),
        ({}, {"swap_cover": "no"}, set()),
    ],
)
def test_the_default_vans_give_way(
    sheets: dict[str, list[Cells]], settings: dict[str, Cell], left: set[str], tmp_path: Path
) -> None:
    register = service_register(tmp_path / "book", sheets, **settings)
    assert {each.name.split()[0] for each in register.extra} == left


def test_lines_that_are_not_planned_are_told(tmp_path: Path) -> None:
    rows = [
        extra("outside provider", name="PET", modality="PT"),
        extra("outside provider", name="All"),
        *(extra("outside provider", name=code, site_code=code) for code in (NORTH, SOUTH, EAST)),
    ]
    register = service_register(tmp_path / "book", {"Extra capacity": rows}, swap_cover="no")
    assert {each.name for each in register.extra} == {NORTH, SOUTH, EAST}
    assert register.left_out == (
        "Extra capacity PET: no PT is planned",
        "Extra capacity All: other lines go before it at every place",
    )


def staff(wte: float | None = None, position: int = 0, **changes: Cell) -> Cells:
    given: dict[str, Cell] = {} if wte is None else {"wte": wte}
    return {"staff_group": "radiographer", "trust_code": "QA1", "year": year(position), **given, **changes}


def test_staff_carry_on_and_joiners_are_added(tmp_path: Path) -> None:
    rows = [
        staff(10, position=1, joiners_wte=1.5),
        staff(position=2, joiners_wte=-0.5),
        staff(4, trust_code="QB1", position=-2, joiners_wte=1),
        staff(20, position=9, trust_code="SHARED", staff_group="radiologists"),
    ]
    register = service_register(tmp_path / "book", {"Workforce": rows})
    assert [(each.group, each.trust) for each in register.staff] == [
        (StaffGroup.RADIOGRAPHER, "QA1"),
        (StaffGroup.RADIOGRAPHER, "QB1"),
        (StaffGroup.RADIOLOGIST, None),
    ]
    own, other, shared = register.staff
    assert [float(each) for each in own.wte] == [10, 11.5, 11, 11]
    assert set(other.wte) == {5}
    assert set(shared.wte) == {20}
    assert own.hours == (15_600, 17_940, 17_160, 17_160)
    assert shared.hours == (21_450,) * 4


def test_upgrades_are_for_machines_held_outright(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {
        "Equipment": [
            machine("CT1", NORTH),
            machine("CT2", SOUTH, ownership="charity"),
            machine("CT3", EAST, ownership="lease", contract_end="31/03/2030"),
            machine("MR1", NORTH, modality="MR"),
        ],
        "Upgrades": [
            {"name": "Tube", "modality": "CT", "cost_gbp": 90_000, "years_gained": 3},
            {"name": "Tube", "asset_id": "CT2", "cost_gbp": 80_000, "years_gained": 2, "first_year": year(1)},
            {"name": "Software", "asset_id": "CT3", "cost_gbp": 10_000, "throughput_gain": "10%"},
            {"name": "AI", "asset_id": "CT1", "cost_gbp": 50_000, "throughput_gain": "15%"},
        ],
    }
    by_id = {asset.asset_id: asset.upgrades for asset in service_register(tmp_path / "book", sheets).assets}
    assert {name: [each.name for each in upgrades] for name, upgrades in by_id.items()} == {
        "CT1": ["AI", "Tube"],
        "CT2": ["Tube"],
        "CT3": [],
        "MR1": [],
    }
    assert (by_id["CT2"][0].cost_gbp, by_id["CT2"][0].is_offered(2026)) == (80_000, False)
    assert (by_id["CT1"][0].years_gained, by_id["CT1"][0].throughput_gain) == (0, Fraction(15, 100))


def test_ties_name_machines_and_committed_additions(tmp_path: Path) -> None:
    scheme: dict[str, Cell] = {"option": "CT standard", "year": year(1), "capital_gbp": 1_000_000, "status": "ordered"}
    sheets: dict[str, list[Cells]] = {
        "Schemes": [
            {"scheme_id": "S-1", "action": "replace", "asset_id": "CT2", **scheme},
            {"scheme_id": "S-2", "action": "add", "site_code": EAST, **scheme},
        ],
        "Ties": [
            {"first": "CT1", "tie": "apart", "other": "S-1"},
            {"first": "CT3", "tie": "after", "other": "S-2"},
        ],
    }
    ties = service_register(tmp_path / "book", sheets).ties
    assert [(each.first, each.kind, each.other) for each in ties] == [
        ("CT1", TieKind.APART, "CT2"),
        ("CT3", TieKind.AFTER, "S-2"),
    ]


@pytest.mark.parametrize(
    ("typed", "rate", "hours"),
    [
        ({"hours_per_week": 40, "scans_per_hour": 3}, Fraction(3), Fraction(40)),
        ({"hours_per_week": 60}, Fraction(35, 10), Fraction(60)),
        ({"hours_per_week": 30, "uptime": "100%"}, Fraction(4), Fraction(30)),
        ({"uptime": "100%", "scans_per_hour": 4}, Fraction(4), Fraction(6000 * 100, 85 * 200)),
        ({"uptime": "100%"}, Fraction(35, 10), Fraction(6000 * 100, 85 * 175)),
        ({"uptime": "100%", "scans_per_hour": 0.5}, Fraction(1, 2), Fraction(168)),
    ],
)
def test_pace_behind_the_capacity(typed: dict[str, Cell], rate: Fraction, hours: Fraction, tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {"Equipment": [machine("CT1", NORTH, exams_per_year=6000, **typed)]}
    (asset,) = service_register(tmp_path / "book", sheets).assets
    assert (asset.scans_per_hour, asset.hours_per_week) == (rate, hours)
    if hours < 168:
        assert asset.nominal_scans == rate * hours * 50


def test_blanks_of_sites_options_and_curves_are_neutral(tmp_path: Path) -> None:
    sheets: dict[str, list[Cells]] = {
        "Sites": [{"site_code": NORTH, "van_standing": "no"}, {"site_code": SOUTH}, {"site_code": EAST}],
        "Catalogue": [
            {"option": "A", "modality": "CT", "price_gbp": 1, "annual_maintenance_gbp": 1, "annual_staff_gbp": 70_000},
            {"option": "B", "modality": "CT", "price_gbp": 1, "annual_maintenance_gbp": 1},
        ],
        "Ageing": [
            {"curve": name, "age": age, "uptime": "98%", "upkeep_factor": 1, "resale": "0%", **more}
            for name, more in (("mine", {}), ("risky", {"failure": 1.5}))
            for age in range(2)
        ],
    }
    register = service_register(tmp_path / "book", sheets)
    assert {code: site.van_standing for code, site in register.sites.items()} == {NORTH: False, SOUTH: True, EAST: True}
    assert {name: option.annual_staff_gbp for name, option in register.options.items()} == {"A": 70_000, "B": 0}
    assert list(register.curves["mine"].failure) == [0, 0]
    assert register.curves["risky"].failure == (Fraction(3, 2),) * 2
    assert register.curves["default"].failure[0] == Fraction(1, 5)
