"""How a site with one CT is kept going while it is replaced, and what happens where nothing can stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.plan.plan import Breach, Plan
from capitalplan.terms import Action, Timing
from data._tables import Cell, Cells
from tests.e2e.command import run_command
from tests.folders import START_YEAR, funding_rows
from tests.service.cases import (
    HOME,
    OTHER,
    Rows,
    Workbook,
    demand,
    events,
    machine,
    modality,
    option,
    planned,
    site,
    year,
)

QUARTER = modality(outage_weeks=13, swap_cover="yes")
"""13 weeks out of use: 250 of 1,000 scans, and 65 days of a van on five days a week."""
SWAP: dict[str, Cell] = {"swap_cover": "yes"}
VAN: Cells = {
    "kind": "mobile van",
    "name": "CT van",
    "modality": "CT",
    "site_code": HOME,
    "price_gbp": 100,
    "scans_per_day": 10,
    "minimum_days": 5,
    "crewed": "yes",
    "cover_only": "yes",
}
SMALL = option("CT small", price_gbp=20_000, like_for_like="no", can_replace="no")
LINK: Cells = {"from_site": HOME, "to_site": OTHER, "minutes": 20, "agreed": "yes"}


def one_ct(**changes: Cell) -> dict[str, Rows]:
    """A site with one CT that is to be replaced in the second year."""
    locked: Cells = {**machine("CT1"), "lock": "replace", "lock_year": year(1), **changes}
    return {"Modalities": [QUARTER], "Equipment": [locked]}


def covers(plan: Plan) -> list[tuple[str, int, str, str]]:
    return [(each.asset_id, each.year - START_YEAR, each.kind, each.place) for each in plan.covers]


def swap(plan: Plan) -> tuple[int | None, bool]:
    """Year in which CT1 is replaced, and whether the new one is set up first."""
    (line,) = (each for each in plan.schemes if each.asset_id == "CT1" and each.action is Action.REPLACE)
    return line.year, line.new_room_first


def test_a_van_stands_in(tmp_path: Path) -> None:
    """65 days for £6,500 in which the 250 lost scans are done."""
    sheets: dict[str, Rows] = {**one_ct(), "Sites": [site(van_standing="yes")], "Extra capacity": [VAN]}
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert covers(plan) == [("CT1", 1, "mobile van", "CT van")]
    assert [(each.year - START_YEAR, each.days) for each in plan.vans] == [(1, 65)]
    assert 250 <= plan.vans[0].scans <= 650
    assert plan.objective_gbp == 3 * 1000 + 100_000 + 6500


def test_a_van_comes_in_whole_hires(tmp_path: Path) -> None:
    """65 days are three hires of 28 days."""
    van = {**VAN, "minimum_days": 28}
    sheets: dict[str, Rows] = {**one_ct(), "Sites": [site(van_standing="yes")], "Extra capacity": [van]}
    assert [each.days for each in planned(tmp_path / "book", sheets, **SWAP).vans] == [84]


def test_a_room_may_take_longer_or_shorter_than_its_modality(tmp_path: Path) -> None:
    """26 weeks in this room instead of 13: half of the year is lost, and the van stands there for 130 days."""
    sheets: dict[str, Rows] = {
        **one_ct(outage_weeks=26),
        "Sites": [site(van_standing="yes")],
        "Extra capacity": [VAN],
    }
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert [each.days for each in plan.vans] == [130]
    assert plan.capacity["CT", HOME][1] == 500
    sheets = {**one_ct(outage_weeks=0), "Sites": [site(van_standing="yes")], "Extra capacity": [VAN]}
    plan = planned(tmp_path / "quick", sheets, **SWAP)
    assert (plan.vans, plan.covers, plan.capacity["CT", HOME][1]) == ((), (), 1000)


def test_a_neighbour_stands_in(tmp_path: Path) -> None:
    """The 250 scans are done at the other site for a journey each; half of its 1,000 are its own patients'."""
    sheets: dict[str, Rows] = {
        **one_ct(),
        "Sites": [site(), site(OTHER)],
        "Equipment": [*one_ct()["Equipment"], machine("CT2", OTHER, exams_per_year=500)],
        "Demand": [demand(1000), demand(500, OTHER)],
        "Travel": [LINK],
    }
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert covers(plan) == [("CT1", 1, "neighbour", OTHER)]
    assert plan.objective_gbp == 2 * 3 * 1000 + 100_000 + 250 * 10


def test_what_cannot_wait_is_carried_elsewhere(tmp_path: Path) -> None:
    """What is left of the year is enough for all 500 at home; a quarter of the 400 who cannot wait still move."""
    sheets: dict[str, Rows] = {
        **one_ct(exams_per_year=500),
        "Sites": [site(), site(OTHER)],
        "Equipment": [*one_ct(exams_per_year=500)["Equipment"], machine("CT2", OTHER, exams_per_year=500)],
        "Demand": [
            demand(400, demand_class="planned"),
            demand(100, demand_class="waiting list"),
            demand(500, OTHER, demand_class="planned"),
        ],
        "Travel": [LINK],
    }
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert [each.scans for each in plan.flows if each.from_site != each.to_site] == [100]
    assert plan.objective_gbp == 2 * 3 * 1000 + 100_000 + 100 * 10


def test_an_added_machine_stands_in(tmp_path: Path) -> None:
    """£20,000 and two years' upkeep for a small CT in the spare room."""
    sheets: dict[str, Rows] = {**one_ct(), "Sites": [site(spare_rooms_ct=1)], "Catalogue": [option(), SMALL]}
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes", **SWAP)
    assert covers(plan) == [("CT1", 1, "added machine", HOME)]
    assert sorted(events(plan)) == [("CT1", Action.REPLACE, 1), (HOME, Action.ADD, 1)]
    assert plan.objective_gbp == 3 * 1000 + 100_000 + 20_000 + 2 * 1000


def test_a_committed_addition_stands_in(tmp_path: Path) -> None:
    scheme: Cells = {
        "scheme_id": "S-1",
        "action": "add",
        "site_code": HOME,
        "option": "CT small",
        "year": year(0),
        "capital_gbp": 20_000,
        "status": "ordered",
    }
    sheets: dict[str, Rows] = {**one_ct(), "Catalogue": [option(), SMALL], "Schemes": [scheme]}
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert covers(plan) == [("CT1", 1, "added machine", HOME)]


@pytest.mark.parametrize("ordered", [False, True])
def test_a_machine_added_at_a_neighbour_stands_in(ordered: bool, tmp_path: Path) -> None:
    scheme: Cells = {
        "scheme_id": "S-1",
        "action": "add",
        "site_code": OTHER,
        "option": "CT small",
        "year": year(1),
        "capital_gbp": 20_000,
        "status": "ordered",
    }
    sheets: dict[str, Rows] = {
        **one_ct(),
        "Sites": [site(), site(OTHER, spare_rooms_ct=0 if ordered else 1)],
        "Catalogue": [option(), SMALL],
        "Schemes": [scheme] if ordered else [],
        "Travel": [LINK],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="no" if ordered else "yes", **SWAP)
    assert covers(plan) == [("CT1", 1, "neighbour", OTHER)]
    assert plan.objective_gbp == 3 * 1000 + 100_000 + 20_000 + 2 * 1000 + 250 * 10


@pytest.mark.parametrize(("opening", "kind"), [(1, "neighbour"), (2, "mobile van")])
def test_a_neighbour_that_is_not_open_yet_does_not_stand_in(opening: int, kind: str, tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        **one_ct(),
        "Sites": [site(van_standing="yes"), site(OTHER, opening_year=year(opening))],
        "Equipment": [*one_ct()["Equipment"], machine("CT2", OTHER, exams_per_year=500)],
        "Demand": [demand(1000), demand(500, OTHER, year=year(2))],
        "Extra capacity": [VAN],
        "Travel": [LINK],
    }
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert [each[2] for each in covers(plan)] == [kind]


def test_a_spare_room_needs_no_cover(tmp_path: Path) -> None:
    """The new machine is set up first: no outage, no van, all 1,000 scans done at home."""
    sheets: dict[str, Rows] = {**one_ct(), "Sites": [site(spare_rooms_ct=1)]}
    plan = planned(tmp_path / "book", sheets, new_room_first="yes", **SWAP)
    assert swap(plan) == (START_YEAR + 1, True)
    assert covers(plan) == []
    assert plan.capacity["CT", HOME] == (1000, 1000, 1000)
    assert plan.objective_gbp == 3 * 1000 + 100_000


def test_one_spare_room_serves_one_replacement_at_a_time(tmp_path: Path) -> None:
    """Both are to be replaced by the second year: one after the other through the spare room."""
    sheets: dict[str, Rows] = {
        "Modalities": [QUARTER],
        "Sites": [site(spare_rooms_ct=1)],
        "Equipment": [machine(name, lock="replace", latest_year=year(1)) for name in ("CT1", "CT2")],
        "Demand": [demand(2000)],
    }
    plan = planned(tmp_path / "book", sheets, new_room_first="yes", **SWAP)
    assert sorted(position or 0 for _, _, position in events(plan)) == [0, 1]
    assert plan.capacity["CT", HOME] == (2000, 2000, 2000)


def test_neighbours_that_cover_each_other_take_turns(tmp_path: Path) -> None:
    """Dearer to keep when new, each is best replaced as late as it may be, in the second year; one goes before."""
    sheets: dict[str, Rows] = {
        "Modalities": [QUARTER],
        "Sites": [site(), site(OTHER)],
        "Equipment": [
            machine(name, code, lock="replace", latest_year=year(1), exams_per_year=500)
            for name, code in (("CT1", HOME), ("CT2", OTHER))
        ],
        "Catalogue": [option(annual_maintenance_gbp=5000)],
        "Demand": [demand(500), demand(500, OTHER)],
        "Travel": [LINK, {**LINK, "from_site": OTHER, "to_site": HOME}],
    }
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert sorted(position or 0 for _, _, position in events(plan)) == [0, 1]
    assert sorted(covers(plan)) in (
        [("CT1", 0, "neighbour", OTHER), ("CT2", 1, "neighbour", HOME)],
        [("CT1", 1, "neighbour", OTHER), ("CT2", 0, "neighbour", HOME)],
    )
    assert plan.objective_gbp == 2 * 100_000 + (3 * 5000) + (1000 + 2 * 5000) + 2 * 125 * 10
    sheets["Equipment"] = [{**each, "lock_year": year(1)} for each in sheets["Equipment"]]
    with pytest.raises(ImpossiblePlanError):
        planned(tmp_path / "together", sheets, **SWAP)


WANTED: dict[str, Rows] = {
    "Modalities": [QUARTER],
    "Equipment": [machine("CT1", install_date=year(-16))],
    "Funding": funding_rows("Capital", "SHARED", (1_000_000,) * 3),
}
"""Six years over its planned life at half its price a year: £300,000 in the first year."""


@pytest.mark.parametrize("swap_cover", ["yes", "no"])
def test_a_wanted_replacement_that_nothing_can_cover_is_not_funded(swap_cover: str, tmp_path: Path) -> None:
    plan = planned(tmp_path / "book", WANTED, over_age_price="50%", swap_cover=swap_cover)
    (line,) = (each for each in plan.schemes if each.asset_id == "CT1")
    if swap_cover == "no":
        assert (line.action, line.year) == (Action.REPLACE, START_YEAR)
        return
    assert (line.action, line.timing) == (Action.KEEP, Timing.NOT_FUNDED)
    assert f"only CT at {HOME}" in line.reason
    assert "no van" in line.reason


def test_a_locked_replacement_that_nothing_can_cover_makes_the_plan_impossible(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {**WANTED, **one_ct()}
    with pytest.raises(ImpossiblePlanError) as raised:
        planned(tmp_path / "book", sheets, **SWAP)
    (breach,) = raised.value.breaches
    assert isinstance(breach, Breach)
    assert breach.place == "CT1"
    assert f"only CT at {HOME}" in breach.message
    ended = run_command("plan", Workbook(tmp_path / "again", sheets, **SWAP).folder, "--out", tmp_path / "run")
    assert ended.code == 4
    assert f"only CT at {HOME}" in ended.out + ended.err


def test_a_line_that_needs_no_cover_is_swapped_without(tmp_path: Path) -> None:
    """The 250 lost scans go outside."""
    sheets: dict[str, Rows] = {**one_ct(), "Modalities": [modality(outage_weeks=13, swap_cover="no")]}
    plan = planned(tmp_path / "book", sheets, **SWAP)
    assert covers(plan) == []
    assert plan.objective_gbp == 3 * 1000 + 100_000 + 250 * 100
