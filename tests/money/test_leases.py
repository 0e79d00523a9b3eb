"""A CT leased or managed instead of bought: what it costs, what it charges to capital, what happens at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.terms import Heading, Route
from data._tables import Cell
from tests.money.cases import WORN, charges, due, fund, lease, replaced, revenue, service, total
from tests.service.cases import Rows, machine, modality, option, outside, planned, site, year

LEASED, BOUGHT = [(0, "CT lease")], [(0, None)]
AS_BOUGHT: dict[str, Cell] = {"terminal_value": "annuity"}
"""A CT bought for £100,000 to last ten years is worth £70,000 after three: three years cost £30,000."""


def one_ct(price: int, offer: dict[str, Cell] | None = None, **changes: Cell) -> dict[str, Rows]:
    return {
        "Equipment": [{**due(), **changes}],
        "Catalogue": [option(price_gbp=price)],
        "Routes": [] if offer is None else [offer],
    }


# Lease against purchase


@pytest.mark.parametrize(
    ("price", "rent", "way"),
    [(100_000, 33_333, LEASED), (100_000, 33_334, BOUGHT), (99_998, 33_333, BOUGHT)],
    ids=["£1 below the price", "£2 above it", "£1 above it"],
)
def test_the_cheaper_of_lease_and_purchase_is_taken(
    price: int, rent: int, way: list[tuple[int, str | None]], tmp_path: Path
) -> None:
    """Three rents of £33,333 are £99,999."""
    plan = planned(tmp_path / "book", one_ct(price, lease(rent)))
    assert replaced(plan) == way
    assert plan.objective_gbp == min(price, 3 * rent) + 3 * 1000


@pytest.mark.parametrize(
    ("indexed", "tie"),
    [("no", 56_890), ("yes", 57_994)],
)
@pytest.mark.parametrize("dearer_by", [-1, 1])
def test_the_tie_moves_with_indexation(dearer_by: int, indexed: str, tie: int, tmp_path: Path) -> None:
    """Indexed: £20,000 x (1 + 0.966184 + 0.933511) = £57,994 at 3.5%.

    Fixed in cash at 2% inflation: £20,000 + 0.966184 x £19,608 + 0.933511 x £19,223 = £56,890.
    """
    sheets = one_ct(tie + dearer_by, lease(indexed=indexed))
    plan = planned(tmp_path / "book", sheets, discount_rate="3.5%", inflation_rate="2%")
    assert replaced(plan) == (LEASED if dearer_by > 0 else BOUGHT)
    upkeep = 1000 * (1 + 0.966183575 + 0.933510700)
    assert plan.objective_gbp == pytest.approx(min(tie, tie + dearer_by) + upkeep, abs=1)


def test_a_lease_leaves_nothing_of_value(tmp_path: Path) -> None:
    """Bought, three of ten years are used up: £30,000. Three rents of £9,999 are £29,997, of £10,001 £30,003."""
    plan = planned(tmp_path / "cheaper", one_ct(100_000, lease(9_999)), **AS_BOUGHT)
    assert (replaced(plan), plan.objective_gbp) == (LEASED, 29_997 + 3000)
    plan = planned(tmp_path / "dearer", one_ct(100_000, lease(10_001)), **AS_BOUGHT)
    assert (replaced(plan), plan.objective_gbp) == (BOUGHT, 30_000 + 3000)


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({}, 3 * (10_000 + 1000) + 40_000),
        ({"maintenance_included": "yes"}, 3 * 10_000 + 40_000),
        ({"works_included": "yes"}, 3 * (10_000 + 1000)),
    ],
    ids=["rent alone", "with maintenance", "with works"],
)
def test_what_a_rent_covers(changes: dict[str, Cell], cost: int, tmp_path: Path) -> None:
    """Rent £10,000, maintenance £1,000, works £40,000."""
    sheets = {**one_ct(100_000, {**lease(10_000), **changes}), "Catalogue": [option(works_gbp=40_000)]}
    plan = planned(tmp_path / "book", sheets)
    assert (replaced(plan), plan.objective_gbp) == (LEASED, cost)
    assert charges(plan, Route.PURCHASE) == [0 if "works_included" in changes else 40_000, 0, 0]


def test_a_lease_is_taken_only_by_its_trusts_and_in_its_years(tmp_path: Path) -> None:
    offers = {
        "trusts": lease(10_000, trusts="QB1"),
        "too late": lease(10_000, first_year=year(1)),
        "too early": lease(10_000, last_year=year(0)),
    }
    for name, offer in offers.items():
        position = 1 if name == "too early" else 0
        plan = planned(
            tmp_path / name,
            {
                "Sites": [site(), site("QB101")],
                "Equipment": [due(position=position)],
                "Routes": [offer],
            },
        )
        assert replaced(plan) == [(position, None)], name


# The right of use, charged to capital


@pytest.mark.parametrize(
    ("changes", "inflation", "value"),
    [
        ({"paid": "advance"}, "0%", 57_188),
        ({"paid": "arrears"}, "0%", 54_465),
        ({"rate": "0%"}, "0%", 60_000),
        ({"term_years": 2, "extension_years": 1}, "0%", 57_188),
        ({"paid": "advance"}, "10%", 62_907),
    ],
    ids=["in advance", "in arrears", "at no rate", "with an extension", "a year later, inflated"],
)
def test_a_lease_is_charged_at_the_value_of_its_rents(
    changes: dict[str, Cell], inflation: str, value: int, tmp_path: Path
) -> None:
    """£20,000 x (1 + 1/1.05 + 1/1.05^2) = £57,188 in advance; £57,188 / 1.05 = £54,465 in arrears.

    Begun a year later at 10% inflation: £20,000 x 2.859410 x 1.1 = £62,907.
    """
    later = int(inflation != "0%")
    sheets = {
        **one_ct(500_000, {**lease(), **changes}),
        "Equipment": [due(position=later)],
        "Funding": fund(70_000, 70_000, 70_000),
    }
    plan = planned(tmp_path / "book", sheets, inflation_rate=inflation)
    assert replaced(plan) == [(later, "CT lease")]
    assert charges(plan, Route.LEASE) == charges(plan) == [value if t == later else 0 for t in range(3)]


def test_the_published_rate_values_a_lease_without_its_own(tmp_path: Path) -> None:
    """At 4%: £20,000 x (1 + 1/1.04 + 1/1.04^2) = £57,722."""
    sheets = {**one_ct(500_000, lease(rate="")), "Funding": fund(70_000, 0, 0)}
    plan = planned(tmp_path / "book", sheets, lease_rate="4%")
    assert charges(plan) == [57_722, 0, 0]


@pytest.mark.parametrize(
    ("ifrs16", "limit", "way"),
    [("yes", 57_188, LEASED), ("yes", 57_187, []), ("no", 0, LEASED)],
    ids=["enough", "£1 too little", "not on the balance sheet"],
)
def test_a_lease_does_not_escape_the_limit(
    ifrs16: str, limit: int, way: list[tuple[int, str | None]], tmp_path: Path
) -> None:
    """A CT that costs £60,000 a year is leased for £20,000 and £1,000, if £57,188 may be charged in the first year."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", annual_maintenance_gbp=WORN)],
        "Catalogue": [option(price_gbp=500_000)],
        "Routes": [lease()],
        "Funding": fund(limit, 0, 0),
    }
    plan = planned(tmp_path / "book", sheets, ifrs16=ifrs16)
    assert replaced(plan) == way
    assert plan.objective_gbp == 3 * (21_000 if way else WORN)


def test_purchase_pays_vat_to_the_limit_and_a_lease_to_revenue(tmp_path: Path) -> None:
    """£100,000 + 10% optimism bias + 20% VAT = £132,000 charged, £110,000 counted; the lease: £4,000 a year."""
    bought = planned(
        tmp_path / "bought", one_ct(100_000), vat_rate="20%", optimism_bias_equipment="10%", dividend_rate="0%"
    )
    assert (charges(bought), bought.objective_gbp) == ([132_000, 0, 0], 110_000 + 3000)
    assert revenue(bought, Heading.VAT) == [0, 0, 0]
    leased = planned(tmp_path / "leased", one_ct(100_000, lease()), vat_rate="20%", optimism_bias_equipment="10%")
    assert (charges(leased), leased.objective_gbp) == ([57_188, 0, 0], 60_000 + 3000)
    assert revenue(leased, Heading.VAT) == [4000, 4000, 4000]


@pytest.mark.parametrize(("ifrs16", "limit"), [("yes", 39_048), ("yes", 39_047), ("no", 0)])
def test_a_lease_extended_is_charged_at_the_value_of_its_new_rents(ifrs16: str, limit: int, tmp_path: Path) -> None:
    """The lease of today ends after a year; two years more at £20,000 are worth £20,000 x (1 + 1/1.05) = £39,048."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", ownership="lease", contract_id="K1")],
        "Contracts": [
            {
                "contract_id": "K1",
                "kind": "lease",
                "end_date": "2027-03-31",
                "annual_charge_gbp": 30_000,
                "extension_years": 2,
                "extension_charge_gbp": 20_000,
            }
        ],
        "Catalogue": [option(price_gbp=500_000)],
        "Funding": fund(0, limit, 0),
    }
    settings: dict[str, Cell] = {"ifrs16": ifrs16, "lease_rate": "5%"}
    if limit == 39_047:
        with pytest.raises(ImpossiblePlanError):
            planned(tmp_path / "book", sheets, **settings)
        return
    plan = planned(tmp_path / "book", sheets, **settings)
    assert charges(plan) == [0, limit, 0]
    assert plan.objective_gbp == 30_000 + 2 * 20_000 + 3 * 1000
    assert revenue(plan, Heading.RENT) == ([30_000, 0, 0] if limit else [30_000, 20_000, 20_000])
    assert revenue(plan, Heading.DEPRECIATION) == ([0, 19_524, 19_524] if limit else [0, 0, 0])
    assert revenue(plan, Heading.INTEREST) == ([0, 952, 0] if limit else [0, 0, 0])
    assert revenue(plan, Heading.VAT) == [6000, 4000, 4000]


# What revenue shows of a lease


@pytest.mark.parametrize(
    ("changes", "depreciation", "interest"),
    [
        ({"paid": "advance"}, [19_063, 19_062, 19_063], [1860, 952, 0]),
        ({"paid": "arrears"}, [18_155, 18_155, 18_155], [2723, 1860, 952]),
    ],
    ids=["in advance", "in arrears"],
)
def test_interest_adds_up_to_the_rents_less_the_value(
    changes: dict[str, Cell], depreciation: list[int], interest: list[int], tmp_path: Path
) -> None:
    """Rents of £60,000: £57,188 + £2,812 in advance, £54,465 + £5,535 in arrears.

    Liability in advance £57,188, £39,048, £20,000, 0: interest £39,048 - £57,188 + £20,000 = £1,860, then £952.
    """
    plan = planned(tmp_path / "book", one_ct(500_000, {**lease(), **changes}))
    assert revenue(plan, Heading.DEPRECIATION) == depreciation
    assert revenue(plan, Heading.INTEREST) == interest
    assert sum(interest) == 60_000 - sum(depreciation)
    assert [each.lease_rents_gbp for each in plan.revenue] == [20_000] * 3
    assert revenue(plan, Heading.RENT) == revenue(plan, Heading.DIVIDEND) == [0, 0, 0]


def test_what_indexation_adds_to_a_rent_is_an_expense(tmp_path: Path) -> None:
    """At 10%: rents of £20,000, £22,000 and £24,200; £2,000 and £4,200 are not in the right of use. VAT is on all."""
    plan = planned(tmp_path / "book", one_ct(500_000, lease(indexed="yes")), inflation_rate="10%")
    assert revenue(plan, Heading.RENT) == [0, 2000, 4200]
    assert revenue(plan, Heading.VAT) == [4000, 4400, 4840]
    assert revenue(plan, Heading.INTEREST) == [1860, 952, 0]


def test_a_lease_off_the_balance_sheet_is_rent(tmp_path: Path) -> None:
    plan = planned(tmp_path / "book", one_ct(500_000, lease()), ifrs16="no")
    assert charges(plan) == [0, 0, 0]
    assert revenue(plan, Heading.RENT) == [20_000] * 3
    assert revenue(plan, Heading.DEPRECIATION) == revenue(plan, Heading.INTEREST) == [0, 0, 0]
    assert total(plan) == [1000 + 20_000 + 4000] * 3


# A contract that ends inside the plan, or beyond it


def test_a_lease_renewed_is_charged_again(tmp_path: Path) -> None:
    """Two-year leases at £9,000: £9,000 x (1 + 1/1.05) = £17,571 in the first and the third year."""
    plan = planned(tmp_path / "book", one_ct(100_000, lease(9_000, 2)), **AS_BOUGHT)
    assert (replaced(plan), plan.objective_gbp) == (LEASED, 3 * (9_000 + 1000))
    assert charges(plan) == [17_571, 0, 17_571]


def test_a_lease_returned_is_followed_by_a_purchase(tmp_path: Path) -> None:
    """Two rents of £9,000, then a CT of £100,000 that is worth £90,000 a year later: £28,000, not £30,000 bought."""
    offer = lease(9_000, 2, at_end="return", last_year=year(0))
    plan = planned(tmp_path / "book", one_ct(100_000, offer), **AS_BOUGHT, max_replacements=2)
    assert replaced(plan) == [(0, "CT lease"), (2, None)]
    assert plan.objective_gbp == 2 * 9_000 + 10_000 + 3 * 1000
    assert charges(plan) == [17_571, 0, 100_000]


@pytest.mark.parametrize(
    ("beyond", "rent", "way", "cost"),
    [
        ("charges inside the plan", 9_000, LEASED, 27_000),
        ("charges to the end of the term", 9_000, BOUGHT, 30_000),
        ("charges to the end of the term", 5_999, LEASED, 29_995),
    ],
)
def test_which_charges_beyond_the_plan_count(
    beyond: str, rent: int, way: list[tuple[int, str | None]], cost: int, tmp_path: Path
) -> None:
    """Five rents are signed for, three fall in the plan: £27,000 of £45,000 at £9,000; £29,995 in all at £5,999."""
    plan = planned(tmp_path / "book", one_ct(100_000, lease(rent, 5, beyond=beyond)), **AS_BOUGHT)
    assert (replaced(plan), plan.objective_gbp) == (way, cost + 3 * 1000)


def test_charges_beyond_the_plan_are_discounted(tmp_path: Path) -> None:
    """£9,000 in the first three years and in the two after, at 10%: £9,000 x 4.169865 = £37,529."""
    offer = lease(9_000, 5, indexed="yes", beyond="charges to the end of the term", maintenance_included="yes")
    plan = planned(tmp_path / "book", one_ct(500_000, offer), discount_rate="10%")
    assert replaced(plan) == LEASED
    assert plan.objective_gbp == pytest.approx(37_529, abs=1)


# Managed services


def test_a_managed_service_by_its_parts(tmp_path: Path) -> None:
    """£8,000, £2 for each of 1,000 scans at contract volume, and a lease of £5,000 worth £14,297 within it."""
    offer = service(8_000, lease_gbp=5_000, per_scan_gbp=2, contract_scans=1000)
    plan = planned(tmp_path / "book", one_ct(500_000, offer), inflation_rate="10%")
    assert replaced(plan) == [(0, "CT service")]
    assert plan.objective_gbp == 3 * 15_000
    assert charges(plan, Route.MANAGED_SERVICE) == charges(plan) == [14_297, 0, 0]
    assert revenue(plan, Heading.UNITARY) == [10_000, 11_000, 12_100]
    assert revenue(plan, Heading.RENT) == [0, 500, 1050]
    assert revenue(plan, Heading.MAINTENANCE) == revenue(plan, Heading.VAT) == [0, 0, 0]


def test_a_managed_service_renews_its_machine(tmp_path: Path) -> None:
    """Half a year out in the first and, refreshed after two years, in the third: 500 scans outside at £100 each.

    No age risk for the machine that is one year old although its life is put at one year.
    """
    sheets = {
        **one_ct(500_000, service(8_000, refresh_years=2)),
        "Catalogue": [option(price_gbp=500_000, life_years=1)],
        "Modalities": [modality(outage_weeks=26)],
    }
    plan = planned(tmp_path / "book", sheets, over_age_price="4%")
    assert replaced(plan) == [(0, "CT service")]
    assert [outside(plan, t) for t in range(3)] == [500, 0, 500]
    assert plan.objective_gbp == 3 * 8_000 + 2 * 500 * 100


@pytest.mark.parametrize(("rent", "way"), [(7_999, "CT lease"), (8_001, "CT service")])
def test_the_same_machine_by_each_route(rent: int, way: str, tmp_path: Path) -> None:
    """A rent of £7,999 with £1,000 of maintenance against a charge of £9,000."""
    sheets = {**one_ct(500_000), "Routes": [lease(rent), service(9_000)]}
    plan = planned(tmp_path / "book", sheets)
    assert replaced(plan) == [(0, way)]
    assert plan.objective_gbp == 3 * min(9_000, rent + 1000)
