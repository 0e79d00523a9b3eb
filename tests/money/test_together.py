"""What binds schemes together: price tiers, fair shares, an approved plan, dates by which to order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from capitalplan.plan.plan import Plan
from data._tables import Cell
from tests.money.cases import (
    APART,
    WORN,
    added,
    approved_replacement,
    charges,
    due,
    fund,
    lease,
    planned_close_to,
    replaced,
    tier,
)
from tests.service.cases import (
    HOME,
    OTHER,
    Rows,
    demand,
    machine,
    modality,
    option,
    outside,
    planned,
    site,
    year,
)

TWO_TRUSTS: dict[str, Rows] = {
    "Sites": [site(), site(OTHER)],
    "Demand": [demand(1000), demand(1000, OTHER)],
    "Travel": APART,
}


# Price tiers


def two_cts(*tiers: dict[str, Cell], offers: Rows = ()) -> dict[str, Rows]:
    """One CT that has to go, and one whose replacement saves £45,000 in the only year of the plan."""
    return {
        **TWO_TRUSTS,
        "Equipment": [due(), machine("CT2", OTHER, annual_maintenance_gbp=46_000)],
        "Frameworks": list(tiers),
        "Routes": offers,
    }


@pytest.mark.parametrize(
    ("rebate", "second", "cost"),
    [("27%", False, 147_000), ("28%", True, 146_000), ("60%", True, 82_000)],
)
def test_one_more_is_cheaper_in_total(rebate: str, second: bool, cost: int, tmp_path: Path) -> None:
    """One: £100,000 + £1,000 + £46,000 = £147,000. Two with 28% off: £144,000 + £2,000; with 27% £148,000.

    With 60% off, two cost £80,000, less than the one.
    """
    plan = planned(tmp_path / "book", two_cts(tier(2, rebate)), firm_years=1)
    assert (replaced(plan, "CT2") == [(0, None)], plan.objective_gbp) == (second, cost)
    assert [(each.units, each.from_units) for each in plan.tiers] == ([(2, 2)] if second else [])


def test_a_rebate_is_taken_off_the_charge(tmp_path: Path) -> None:
    """Two at £100,000 + 20% VAT, 30% off: £84,000 each to the limit, £70,000 each in cost."""
    sheets = {**two_cts(tier(2, "30%")), "Funding": fund(168_000)}
    plan = planned(tmp_path / "book", sheets, firm_years=1, vat_rate="20%")
    assert charges(plan) == [168_000]
    assert [(line.capital_gbp, line.rebate_gbp) for line in plan.schemes] == [(84_000, 36_000)] * 2
    assert plan.objective_gbp == 140_000 + 2 * 1000


def test_a_rebate_lowers_what_is_left_at_the_end(tmp_path: Path) -> None:
    """Two CTs at £70,000, of which nine tenths are left after a year: £14,000 in all, not £20,000."""
    plan = planned(tmp_path / "book", two_cts(tier(2, "30%")), firm_years=1, terminal_value="annuity")
    assert plan.objective_gbp == 2 * 7_000 + 2 * 1000


def test_leases_do_not_count_towards_a_tier(tmp_path: Path) -> None:
    """The second is leased for £5,000: one machine is bought, and nothing comes off its price."""
    plan = planned(tmp_path / "book", two_cts(tier(2, "28%"), offers=[lease(5_000, 1, trusts="QB1")]), firm_years=1)
    assert (replaced(plan), replaced(plan, "CT2")) == ([(0, None)], [(0, "CT lease")])
    assert plan.objective_gbp == 100_000 + 1000 + 5_000 + 1000
    assert plan.tiers == ()


def test_only_machines_of_the_trusts_and_years_of_a_framework_count(tmp_path: Path) -> None:
    for name, changes in {"one trust": {"trusts": "QA1"}, "later": {"first_year": year(1)}}.items():
        plan = planned(tmp_path / name, two_cts(tier(2, "60%", **changes)), firm_years=2)
        assert plan.tiers == (), name


def test_the_higher_tier_goes_before_the_lower(tmp_path: Path) -> None:
    """10% off for one, 50% off both for two: £100,000 + £2,000, against £90,000 + £1,000 + £46,000."""
    plan = planned(tmp_path / "book", two_cts(tier(1, "10%"), tier(2, "50%")), firm_years=1)
    assert plan.objective_gbp == 102_000
    plan = planned(tmp_path / "dear", two_cts(tier(1, "10%"), tier(2, "11%")), firm_years=1)
    assert plan.objective_gbp == 90_000 + 1000 + 46_000


# Fair shares


def test_unmet_need_is_kept_within_a_bound(tmp_path: Path) -> None:
    """One more CT for two trusts short of 1,000 scans a year each: 3,000 of 6,000 of the one go outside, or none.

    No more than 40% apart: 300 patients of the other trust travel there for £10, as many of its own go outside.
    """
    sheets: dict[str, Rows] = {
        **TWO_TRUSTS,
        "Sites": [site(spare_rooms_ct=1), site(OTHER)],
        "Equipment": [machine("CT1"), machine("CT2", OTHER)],
        "Demand": [demand(2000), demand(2000, OTHER)],
        "Travel": [{"from_site": HOME, "to_site": OTHER, "agreed": "yes", "minutes": 20}],
    }
    sheets["Travel"] = [*sheets["Travel"], {"from_site": OTHER, "to_site": HOME, "agreed": "yes", "minutes": 20}]

    def unmet(plan: Plan, code: str) -> float:
        return float(sum(outside(plan, t, code) for t in range(3)))

    free = planned(tmp_path / "free", sheets, allow_new_capacity="yes")
    assert (unmet(free, HOME), unmet(free, OTHER)) == (0, 3000)
    bound = planned(tmp_path / "bound", sheets, allow_new_capacity="yes", fair_unmet_spread="40%")
    assert (unmet(bound, HOME), unmet(bound, OTHER)) == (300, 2700)
    assert bound.objective_gbp == free.objective_gbp + 300 * 10


@pytest.mark.parametrize(
    ("spread", "ways", "cost"),
    [
        ("", [[], [(0, None)]], 100_000 + 3 * 1000 + 3 * WORN),
        ("100%", [[], [(0, None)]], 100_000 + 3 * 1000 + 3 * WORN),
        ("99%", [[], []], 3 * WORN + 3 * (WORN + 1)),
    ],
)
def test_capital_is_kept_within_a_bound(
    spread: str, ways: list[list[tuple[int, None]]], cost: int, tmp_path: Path
) -> None:
    """Money for one of two CTs: 100% of one trust's fleet and nothing of the other's, or nothing at all."""
    sheets: dict[str, Rows] = {
        **TWO_TRUSTS,
        "Equipment": [
            machine("CT1", annual_maintenance_gbp=WORN),
            machine("CT2", OTHER, annual_maintenance_gbp=WORN + 1),
        ],
        "Funding": fund(100_000, 0, 0),
    }
    plan = planned(tmp_path / "book", sheets, fair_capital_spread=spread)
    assert [replaced(plan), replaced(plan, "CT2")] == ways
    assert plan.objective_gbp == cost


# An approved plan


@pytest.mark.parametrize(("price", "position"), [(18_999, 0), (19_001, 1)], ids=["worth it", "not worth it"])
def test_an_approved_year_is_left_only_for_its_price(price: int, position: int, tmp_path: Path) -> None:
    """A year earlier saves £20,000 of maintenance less £1,000."""
    sheets: dict[str, Rows] = {"Equipment": [machine("CT1", annual_maintenance_gbp=20_000, lock="replace")]}
    settings: dict[str, Cell] = {"firm_years": 1, "indicative_years": 2, "firm_change_price_gbp": price}
    plan = planned_close_to([approved_replacement(1)], tmp_path / "book", sheets, **settings)
    assert replaced(plan) == [(position, None)]
    moved = position == 0
    assert [(each.what, each.firm, each.price_gbp) for each in plan.changes] == (
        [("CT1", True, price)] if moved else []
    )
    assert plan.objective_gbp == 100_000 + (3 * 1000 + price if moved else 20_000 + 2 * 1000)


def test_a_change_is_priced_by_the_first_year_that_differs(tmp_path: Path) -> None:
    """Approved in the second year, which has no money any more: the third, £25,000; the first would be £1,000,000."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", annual_maintenance_gbp=WORN, lock="replace")],
        "Funding": fund(100_000, 0, 100_000),
    }
    settings: dict[str, Cell] = {"firm_years": 1, "indicative_years": 2}
    plan = planned_close_to([approved_replacement(1)], tmp_path / "book", sheets, **settings)
    assert replaced(plan) == [(2, None)]
    assert [(each.firm, each.price_gbp) for each in plan.changes] == [(False, 25_000)]
    assert plan.objective_gbp == 100_000 + 2 * WORN + 1000 + 25_000


def test_a_machine_more_than_approved_is_a_change(tmp_path: Path) -> None:
    """A CT added saves £300,000 of scans outside for £103,000, and £25,000 for the change."""
    sheets: dict[str, Rows] = {
        "Sites": [site(spare_rooms_ct=1)],
        "Demand": [demand(2000)],
    }
    approved = [approved_replacement(2)]
    settings: dict[str, Cell] = {"allow_new_capacity": "yes", "firm_change_price_gbp": 25_000}
    plan = planned_close_to(approved, tmp_path / "book", {**sheets, "Equipment": [due(position=2)]}, **settings)
    assert (replaced(plan), added(plan)) == ([(2, None)], [(HOME, 0, None)])
    assert [each.asset_id for each in plan.changes] == [None]
    assert plan.objective_gbp == 200_000 + 6 * 1000 + 25_000


def test_fewer_move_with_an_approved_plan_than_without(tmp_path: Path) -> None:
    """One CT a year was approved; the third year has lost its money, and the first two have changed places in upkeep.

    Planned afresh all three differ from what was approved. Close to it only the third does: the £1,000 a year that a
    change of places would save does not pay for two changes.
    """
    sheets: dict[str, Rows] = {
        "Equipment": [machine(f"CT{n}", annual_maintenance_gbp=WORN - 1000 * n) for n in (1, 2, 3)],
        "Demand": [demand(3000)],
        "Funding": fund(100_000, 100_000, 0),
    }
    settings: dict[str, Cell] = {"firm_years": 1, "indicative_years": 2}
    approved = {"CT1": 1, "CT2": 0, "CT3": 2}
    lines = [approved_replacement(position, name) for name, position in approved.items()]

    def moved(plan: Plan) -> set[str]:
        return {name for name, position in approved.items() if replaced(plan, name) != [(position, None)]}

    afresh = planned(tmp_path / "afresh", sheets, **settings)
    assert [replaced(afresh, name) for name in approved] == [[(0, None)], [(1, None)], []]
    close = planned_close_to(lines, tmp_path / "close", sheets, **settings)
    assert (moved(afresh), moved(close)) == ({"CT1", "CT2", "CT3"}, {"CT3"})
    assert [(each.what, each.firm, each.price_gbp) for each in close.changes] == [("CT3", False, 25_000)]
    assert close.objective_gbp == afresh.objective_gbp + 1000 + 25_000


# Dates


@pytest.mark.parametrize(
    ("today", "months", "position"),
    [
        ("", 9, 0),
        ("2026-06-30", 9, 0),
        ("2026-07-01", 9, 1),
        ("2026-07-01", 8, 0),
        ("2027-07-01", 9, 2),
    ],
)
def test_what_can_no_longer_be_ordered_in_time_starts_later(
    today: str, months: int, position: int, tmp_path: Path
) -> None:
    """In service by 31 March 2027 means ordered nine months before: by 30 June 2026."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", annual_maintenance_gbp=WORN)],
        "Modalities": [modality(order_months=months)],
    }
    plan = planned(tmp_path / "book", sheets, plan_date=today)
    assert replaced(plan) == ([(position, None)] if position < 2 else [])
    assert plan.objective_gbp == (100_000 + 3000 + position * (WORN - 1000) if position < 2 else 3 * WORN)


def test_dates_of_a_scheme(tmp_path: Path) -> None:
    """In service by 31 March 2028, ordered nine months before, the case three months before that."""
    sheets: dict[str, Rows] = {
        "Equipment": [due(position=1)],
        "Modalities": [modality(order_months=9)],
        "Approvals": [
            {"approver": "Finance director", "up_to_gbp": 99_999, "months": 1},
            {"approver": "Board", "months": 3},
        ],
    }
    case = planned(tmp_path / "book", sheets).schemes[0].case
    assert case is not None
    assert (case.approver, case.in_service_by) == ("Board", dt.date(2028, 3, 31))
    assert (case.order_by, case.case_by) == (dt.date(2027, 6, 30), dt.date(2027, 3, 30))


@pytest.mark.parametrize(("months", "position"), [(11, 0), (12, 1)])
def test_a_new_room_takes_its_time(months: int, position: int, tmp_path: Path) -> None:
    """Ordered on 1 April 2026 at the earliest, in use by 31 March 2027: eleven months, not twelve."""
    sheets: dict[str, Rows] = {
        "Sites": [site(max_new_rooms=1)],
        "Demand": [demand(2000)],
        "Catalogue": [option(works_gbp=10_000)],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes", new_room_months=months)
    assert added(plan) == [(HOME, position, None)]
