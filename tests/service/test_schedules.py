"""Life extensions, upgrades and schemes tied to each other, against figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.terms import Action
from data._tables import Cell, Cells
from tests.folders import START_YEAR
from tests.service.cases import HOME, Rows, demand, events, machine, option, planned, year

LATE = option(annual_maintenance_gbp=5000)
"""Dearer to keep than what it replaces: a replacement that must be is best made as late as it may be."""


def supported(asset_id: str, until: int | None) -> Cells:
    """A machine that must leave no later than a year of the plan."""
    return machine(asset_id, **({} if until is None else {"end_of_support": f"{START_YEAR + until}-03-31"}))


def life_extension(cost: int, years: int, **changes: Cell) -> Cells:
    """Offered in the second year only."""
    return {
        "name": "Tube and software",
        "asset_id": "CT1",
        "cost_gbp": cost,
        "years_gained": years,
        "first_year": year(1),
        "last_year": year(1),
        **changes,
    }


# Support ends at the start of the second year


def extended(*upgrades: Cells) -> dict[str, Rows]:
    return {"Equipment": [supported("CT1", 1)], "Catalogue": [LATE], "Upgrades": upgrades}


def test_without_an_extension_it_is_replaced_when_support_ends(tmp_path: Path) -> None:
    plan = planned(tmp_path / "book", extended(), firm_years=4)
    assert events(plan) == [("CT1", Action.REPLACE, 1)]
    assert plan.objective_gbp == 1000 + 100_000 + 3 * 5000


def test_a_life_extension_is_chosen_where_it_is_cheaper(tmp_path: Path) -> None:
    """£20,000 for three years carry it beyond the plan of four."""
    plan = planned(tmp_path / "book", extended(life_extension(20_000, 3)), firm_years=4)
    assert events(plan) == [("CT1", Action.UPGRADE, 1)]
    (line,) = plan.schemes
    assert (line.option, line.route, line.units, line.capital_gbp) == ("Tube and software", "upgrade", 0, 20_000)
    assert plan.objective_gbp == 4 * 1000 + 20_000


@pytest.mark.parametrize(
    ("cost", "expected", "objective"),
    [
        (5000, [("CT1", Action.UPGRADE, 1), ("CT1", Action.REPLACE, 4)], 5000 + 4 * 1000 + 100_000 + 5000),
        (13_000, [("CT1", Action.REPLACE, 1)], 1000 + 100_000 + 4 * 5000),
    ],
)
def test_the_years_of_an_extension_are_kept_to(
    cost: int, expected: list[tuple[str, Action, int]], objective: int, tmp_path: Path
) -> None:
    """Three years more end in the fifth of five: three years of upkeep saved, £12,000, and then it is replaced."""
    plan = planned(tmp_path / "book", extended(life_extension(cost, 3)), firm_years=5)
    assert events(plan) == expected
    assert plan.objective_gbp == objective


def test_an_extension_after_support_has_ended_comes_too_late(tmp_path: Path) -> None:
    late = life_extension(1000, 3, first_year=year(2), last_year=year(3))
    plan = planned(tmp_path / "book", extended(late), firm_years=4)
    assert events(plan) == [("CT1", Action.REPLACE, 1)]


def test_an_upgrade_that_scans_faster_is_bought_where_it_saves_more(tmp_path: Path) -> None:
    """A fifth more scans save 200 x £100 in each of two years; £30,000 pay, £50,000 do not."""
    for cost, bought in ((30_000, True), (50_000, False)):
        sheets: dict[str, Rows] = {
            "Demand": [demand(1200)],
            "Upgrades": [life_extension(cost, 0, throughput_gain="20%")],
        }
        plan = planned(tmp_path / str(cost), sheets)
        assert events(plan) == ([("CT1", Action.UPGRADE, 1)] if bought else [])
        assert plan.capacity["CT", HOME] == ((1000, 1200, 1200) if bought else (1000, 1000, 1000))
        assert plan.objective_gbp == 3 * 1000 + (20_000 + cost if bought else 60_000)


@pytest.mark.parametrize(
    ("price", "expected", "breakdowns", "cost"),
    [
        (100_000, [("CT1", Action.REPLACE, 1)], [0, 0, 0], 1000 + 100_000 + 2 * 5000),
        (40_000, [], [0, 1, 1], 3 * 1000 + 2 * 40_000),
    ],
)
def test_breakdowns_are_priced_by_age(
    price: int, expected: list[tuple[str, Action, int]], breakdowns: list[int], cost: int, tmp_path: Path
) -> None:
    """None a year up to age two, one a year from three on, which it reaches in the second year."""
    sheets: dict[str, Rows] = {
        "Catalogue": [LATE],
        "Ageing": [
            {"curve": "default", "age": age, "uptime": "100%", "upkeep_factor": 1, "resale": "0%", "failure": age // 3}
            for age in range(4)
        ],
    }
    plan = planned(tmp_path / "book", sheets, failure_price_gbp=price)
    assert events(plan) == expected
    assert [line.breakdowns for line in plan.years] == breakdowns
    assert plan.objective_gbp == cost


# Ties: years in which A and B must leave at the latest, and years in which they are replaced


@pytest.mark.parametrize(
    ("until", "tie", "replaced"),
    [
        ((0, 2), None, (0, 2)),
        ((0, 2), "together", (0, 0)),
        ((2, None), None, (2, None)),
        ((2, None), "together", (2, 2)),
        ((2, None), "after", (2, 1)),
        ((None, 1), "after", (None, 1)),
        ((1, 1), None, (1, 1)),
        ((1, 1), "not the same year", {(0, 1), (1, 0)}),
    ],
)
def test_a_tie_changes_the_years(
    until: tuple[int | None, int | None],
    tie: str | None,
    replaced: tuple[int | None, int | None] | set[tuple[int, int]],
    tmp_path: Path,
) -> None:
    sheets: dict[str, Rows] = {
        "Equipment": [supported("A", until[0]), supported("B", until[1])],
        "Catalogue": [LATE],
        "Demand": [demand(2000)],
        "Ties": [] if tie is None else [{"first": "A", "tie": tie, "other": "B"}],
    }
    plan = planned(tmp_path / "book", sheets)
    found = {asset: position for asset, action, position in events(plan) if action is Action.REPLACE}
    years = (found.get("A"), found.get("B"))
    assert years in replaced if isinstance(replaced, set) else years == replaced
    costs = [3000 if each is None else 100_000 + each * 1000 + (3 - each) * 5000 for each in years]
    assert plan.objective_gbp == sum(costs)


@pytest.mark.parametrize(
    ("until", "tie", "added", "replaced"),
    [
        (2, None, 2, 2),
        (2, "not the same year", 2, 1),
        (None, "together", 1, 1),
        (2, "after", 1, 2),
        (None, "after", 1, None),
        (None, None, 1, None),
    ],
)
def test_a_machine_is_tied_to_a_committed_addition(
    until: int | None, tie: str | None, added: int, replaced: int | None, tmp_path: Path
) -> None:
    scheme: Cells = {
        "scheme_id": "S-1",
        "action": "add",
        "site_code": HOME,
        "option": "CT standard",
        "year": year(added),
        "capital_gbp": 100_000,
        "status": "ordered",
    }
    sheets: dict[str, Rows] = {
        "Equipment": [supported("A", until)],
        "Catalogue": [LATE],
        "Schemes": [scheme],
        "Ties": [] if tie is None else [{"first": "A", "tie": tie, "other": "S-1"}],
    }
    plan = planned(tmp_path / "book", sheets)
    found = [position for asset, action, position in events(plan) if (asset, action) == ("A", Action.REPLACE)]
    assert found == ([] if replaced is None else [replaced])


@pytest.mark.parametrize(("tie", "again"), [(None, 2), ("not the same year", 1)])
def test_a_second_replacement_is_not_in_the_same_year_either(tie: str | None, again: int, tmp_path: Path) -> None:
    """No machine may be two years old: the one bought in the first year goes by the third, when another is ordered."""
    scheme: Cells = {
        "scheme_id": "S-1",
        "action": "add",
        "site_code": HOME,
        "option": "CT standard",
        "year": year(2),
        "capital_gbp": 100_000,
        "status": "ordered",
    }
    sheets: dict[str, Rows] = {
        "Equipment": [machine("A", lock="replace", lock_year=year(0))],
        "Schemes": [scheme],
        "Ties": [] if tie is None else [{"first": "A", "tie": tie, "other": "S-1"}],
    }
    plan = planned(tmp_path / "book", sheets, discount_rate="10%", max_replacements=2, hard_age_cap=1)
    assert [position for asset, _, position in events(plan) if asset == "A"] == [0, again]
