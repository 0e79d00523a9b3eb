"""The revenue statement by hand: depreciation, loss, dividend, relief, energy, disposal; and limits on its total."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.terms import Heading
from data._tables import Cell, Cells
from tests.money.cases import due, fund, replaced, revenue, source, total
from tests.service.cases import Rows, demand, machine, modality, option, outside, planned, site, year

DIVIDEND: dict[str, Cell] = {"dividend_rate": "4%"}
"""A rate that gives whole pounds."""


def book(**changes: Cell) -> Cells:
    """A CT two years old that stands in the books at £40,000, with eight years to go: £5,000 a year."""
    return {**machine("CT1"), "net_book_value_gbp": 40_000, **changes}


# Depreciation, loss and dividend


def test_a_machine_that_stays(tmp_path: Path) -> None:
    """Book values £40,000, £35,000, £30,000, £25,000: 4% of their averages is £1,500, £1,300, £1,100."""
    plan = planned(tmp_path / "book", {"Equipment": [book()]}, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [5000, 5000, 5000]
    assert revenue(plan, Heading.DIVIDEND) == [1500, 1300, 1100]
    assert total(plan) == [1000 + 5000 + 1500, 1000 + 5000 + 1300, 1000 + 5000 + 1100]


def test_a_charity_machine_bears_no_dividend(tmp_path: Path) -> None:
    plan = planned(tmp_path / "book", {"Equipment": [book(ownership="charity")]}, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [5000, 5000, 5000]
    assert revenue(plan, Heading.DIVIDEND) == [0, 0, 0]


@pytest.mark.parametrize(
    ("months", "depreciation", "dividend"),
    [
        (12, [5000, 10_000, 10_000], [1500, 700 + 1800, 3400]),
        (6, [5000, 5000, 10_000], [1500, 700 + 1900, 3600]),
        (0, [5000, 0, 10_000], [1500, 700 + 2000, 3800]),
    ],
    ids=["whole year", "half a year", "none"],
)
def test_a_machine_replaced_early(months: int, depreciation: list[int], dividend: list[int], tmp_path: Path) -> None:
    """It leaves at £35,000 for £5,000: a loss of £30,000, and 4% of half of £35,000 is £700.

    The new one, £100,000 over ten years, ends its first year at £90,000, £95,000 or £100,000 by months charged.
    """
    sheets: dict[str, Rows] = {
        "Equipment": [book(lock="replace", lock_year=year(1), purchase_price_gbp=50_000)],
        "Ageing": [{"curve": "default", "age": 0, "uptime": "100%", "upkeep_factor": 1, "resale": "10%"}],
    }
    plan = planned(tmp_path / "book", sheets, months_in_first_year=months, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == depreciation
    assert revenue(plan, Heading.LOSS) == [0, 30_000, 0]
    assert revenue(plan, Heading.DIVIDEND) == dividend


def test_a_profit_on_disposal_is_below_zero(tmp_path: Path) -> None:
    """Sold for 10% of £50,000, £5,500 at 10% inflation, with nothing in the books."""
    sheets: dict[str, Rows] = {
        "Equipment": [due(position=1, purchase_price_gbp=50_000, net_book_value_gbp=0)],
        "Ageing": [{"curve": "default", "age": 0, "uptime": "100%", "upkeep_factor": 1, "resale": "10%"}],
    }
    plan = planned(tmp_path / "book", sheets, inflation_rate="10%")
    assert revenue(plan, Heading.LOSS) == [0, -5500, 0]


def test_a_machine_past_its_life_leaves_the_books_in_the_first_year(tmp_path: Path) -> None:
    """£8,000 left at the end of its life: all of it is charged at once; half of it bears dividend."""
    plan = planned(tmp_path / "book", {"Equipment": [book(net_book_value_gbp=8000, life_years=2)]}, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [8000, 0, 0]
    assert revenue(plan, Heading.DIVIDEND) == [160, 0, 0]


def test_a_price_paid_stands_for_the_book_value(tmp_path: Path) -> None:
    """£50,000 two years ago over ten: £40,000 are left."""
    plan = planned(tmp_path / "book", {"Equipment": [machine("CT1", purchase_price_gbp=50_000)]}, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [5000, 5000, 5000]
    assert revenue(plan, Heading.DIVIDEND) == [1500, 1300, 1100]


def test_works_have_a_longer_life_of_their_own(tmp_path: Path) -> None:
    """£120,000 with VAT over ten years, £48,000 of works over twenty: £12,000 + £2,400 a year.

    Dividends: 4% of (£108,000 + £45,600) / 2 = £3,072 in the first year, each rounded by itself.
    """
    sheets: dict[str, Rows] = {"Equipment": [due()], "Catalogue": [option(works_gbp=40_000)]}
    plan = planned(tmp_path / "book", sheets, vat_rate="20%", **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [14_400] * 3
    assert revenue(plan, Heading.DIVIDEND) == [2160 + 912, 4080 + 1776, 3600 + 1680]


def test_works_stay_in_the_books_when_a_site_closes(tmp_path: Path) -> None:
    """Bought for £100,000 and removed two years later: £80,000 is lost; works of £40,000 go on at £2,000 a year."""
    other = "QA102"
    sheets: dict[str, Rows] = {
        "Sites": [site(closing_year=year(2)), site(other)],
        "Equipment": [due()],
        "Catalogue": [option(works_gbp=40_000)],
        "Demand": [demand(1000), demand(0, year=year(2))],
    }
    plan = planned(tmp_path / "book", sheets, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [12_000, 12_000, 2000]
    assert revenue(plan, Heading.LOSS) == [0, 0, 80_000]
    assert revenue(plan, Heading.DIVIDEND) == [1800 + 760, 3400 + 1480, 1600 + 1400]


def test_an_upgrade_is_written_off_over_what_is_left(tmp_path: Path) -> None:
    """£20,000 on a CT of two years whose life grows from ten to twelve: £2,000 a year for ten years."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1")],
        "Demand": [demand(1500)],
        "Upgrades": [
            {"name": "Faster", "asset_id": "CT1", "cost_gbp": 20_000, "years_gained": 2, "throughput_gain": "50%"}
        ],
    }
    plan = planned(tmp_path / "book", sheets, **DIVIDEND)
    assert plan.objective_gbp == 20_000 + 3 * 1000
    assert revenue(plan, Heading.DEPRECIATION) == [2000] * 3
    assert revenue(plan, Heading.DIVIDEND) == [360, 680, 600]


def test_a_committed_scheme_is_written_off_whole(tmp_path: Path) -> None:
    """£100,000, £30,000 of it paid before the plan, over ten years."""
    scheme: Cells = {
        "scheme_id": "S1",
        "action": "replace",
        "asset_id": "CT1",
        "option": "CT standard",
        "year": year(0),
        "capital_gbp": 100_000,
        "paid_before_gbp": 30_000,
        "status": "ordered",
    }
    plan = planned(tmp_path / "book", {"Schemes": [scheme]}, **DIVIDEND)
    assert revenue(plan, Heading.DEPRECIATION) == [10_000] * 3


@pytest.mark.parametrize(("gift", "relief"), [(100_000, [-1800, -3400, -3000]), (25_000, [-450, -850, -750])])
def test_what_is_given_bears_no_dividend(gift: int, relief: list[int], tmp_path: Path) -> None:
    """Dividends of £1,800, £3,400 and £3,000 on a CT for £100,000; what a gift pays of it is left out."""
    sheets: dict[str, Rows] = {
        "Equipment": [due()],
        "Funding": [
            *fund(gift, 0, 0, name="Appeal", trust="QA1"),
            *fund(100_000 - gift, 0, 0, name="Network"),
        ],
        "Sources": [source("Appeal", donated="yes")],
    }
    plan = planned(tmp_path / "book", sheets, **DIVIDEND)
    assert revenue(plan, Heading.DIVIDEND) == [1800, 3400, 3000]
    assert revenue(plan, Heading.RELIEF) == relief


def test_the_effect_of_a_scheme_in_part_of_a_year_and_in_full(tmp_path: Path) -> None:
    """Replaced in the second year, half of it charged: £5,000 + £1,900 and £1,000 of maintenance, against £20,000.

    In full: £10,000 + £3,600 + £1,000 against £20,000.
    """
    sheets: dict[str, Rows] = {"Equipment": [due(position=1, annual_maintenance_gbp=20_000)]}
    plan = planned(tmp_path / "book", sheets, months_in_first_year=6, **DIVIDEND)
    scheme = plan.schemes[0]
    assert scheme.revenue_part_year_gbp == 5000 + 1900 + 1000 - 20_000
    assert scheme.revenue_full_year_gbp == 10_000 + 3600 + 1000 - 20_000


# Energy, disposal, scans bought outside


@pytest.mark.parametrize(("price", "ways"), [(100_000, []), (23_999, [(0, None)]), (24_001, [])])
def test_energy_of_old_and_new(price: int, ways: list[tuple[int, None]], tmp_path: Path) -> None:
    """20 MWh a year at £500 are £10,000, of a new CT of 4 MWh £2,000: £24,000 less in three years."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1")],
        "Catalogue": [option(price_gbp=price, energy_mwh=4)],
        "Modalities": [modality(energy_mwh=20)],
    }
    plan = planned(tmp_path / "book", sheets, energy_price_gbp_per_mwh=500)
    assert replaced(plan) == ways
    assert revenue(plan, Heading.ENERGY) == [2000 if ways else 10_000] * 3
    assert plan.objective_gbp == 3 * 1000 + (price + 6000 if ways else 30_000)


def test_an_old_machine_is_disposed_of(tmp_path: Path) -> None:
    """£5,000 to take it out, £5,500 in the second year at 10% inflation; £5,000 in today's money."""
    sheets: dict[str, Rows] = {"Equipment": [due(position=1)], "Modalities": [modality(disposal_gbp=5000)]}
    plan = planned(tmp_path / "book", sheets, inflation_rate="10%")
    assert revenue(plan, Heading.DISPOSAL) == [0, 5500, 0]
    assert plan.objective_gbp == 100_000 + 5000 + 3 * 1000


def test_patients_of_a_trust_and_its_machines(tmp_path: Path) -> None:
    """500 scans a year outside at £100, and £1,000 of maintenance, dearer by 10% a year."""
    plan = planned(tmp_path / "book", {"Demand": [demand(1500)]}, inflation_rate="10%")
    assert [outside(plan, t) for t in range(3)] == [500] * 3
    assert revenue(plan, Heading.OUTSIDE) == [50_000, 55_000, 60_500]
    assert revenue(plan, Heading.MAINTENANCE) == [1000, 1100, 1210]


# Limits


@pytest.mark.parametrize(
    ("weight", "ways", "cost", "over"),
    [(1, [], 50_000 + 40_000, 40_000), (2, [(0, None)], 100_000 + 1000 + 2 * 2800, 2800)],
)
def test_a_revenue_limit_gives_at_its_price(
    weight: int, ways: list[tuple[int, None]], cost: int, over: int, tmp_path: Path
) -> None:
    """Limit £10,000. Kept: £50,000 of maintenance. Replaced: £1,000 + £10,000 + £1,800 = £12,800.

    At £1 a pound over, keeping costs £90,000 and replacing £103,800; at £2, £130,000 and £106,600.
    """
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", annual_maintenance_gbp=50_000)],
        "Revenue limits": [{"trust_code": "QA1", "year": year(0), "limit_gbp": 10_000}],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, revenue_price=f"{100 * weight}%", **DIVIDEND)
    assert (replaced(plan), plan.objective_gbp) == (ways, cost)
    assert [(each.limit_gbp, each.over_gbp) for each in plan.revenue] == [(10_000, over)]
    assert [int(each.amount) for each in plan.breaches if each.rule == "revenue"] == [over]
