"""When charges fall due, and who bears them: works over a year end, committed schemes, shares of other trusts."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import ImpossiblePlanError
from data._tables import Cell, Cells
from tests.money.cases import APART, PAID, REPLACED_AND_ADDED, WORN, due, fund, paid, replaced, worn
from tests.service.cases import OTHER, Rows, demand, machine, option, planned, site, year


def ordered(position: int, capital: int, **changes: Cell) -> Cells:
    """The replacement of the first CT, ordered for a year."""
    return {
        "scheme_id": "S1",
        "action": "replace",
        "asset_id": "CT1",
        "option": "CT standard",
        "year": year(position),
        "capital_gbp": capital,
        "status": "ordered",
        **changes,
    }


# When it falls due


@pytest.mark.parametrize(("first", "enough"), [(20_000, True), (19_999, False)])
def test_works_are_paid_over_a_year_end(first: int, enough: bool, tmp_path: Path) -> None:
    """£100,000 and works of £40,000, half of them in the year before; at 10% inflation £20,000 and £132,000."""
    sheets: dict[str, Rows] = {
        "Equipment": [due(position=1)],
        "Catalogue": [option(works_gbp=40_000)],
        "Funding": fund(first, 132_000, 0),
    }
    settings: dict[str, Cell] = {"works_paid_before": "50%", "inflation_rate": "10%"}
    if not enough:
        with pytest.raises(ImpossiblePlanError):
            planned(tmp_path / "book", sheets, **settings)
        return
    plan = planned(tmp_path / "book", sheets, **settings)
    assert paid(plan) == {(PAID, 0): 20_000, (PAID, 1): 132_000}
    assert plan.objective_gbp == 140_000 + 3 * 1000


def test_works_of_the_first_year_are_paid_in_it(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Equipment": [due()],
        "Catalogue": [option(works_gbp=40_000, works_paid_before="50%")],
        "Funding": fund(140_000, 0, 0),
    }
    assert paid(planned(tmp_path / "book", sheets)) == {(PAID, 0): 140_000}


@pytest.mark.parametrize(
    ("position", "payments"), [(1, {(PAID, 0): 30_000, (PAID, 1): 70_000}), (0, {(PAID, 0): 70_000})]
)
def test_a_committed_scheme_paid_in_part_the_year_before(
    position: int, payments: dict[tuple[str, int], int], tmp_path: Path
) -> None:
    """£100,000, of which £30,000 the year before: where that lies before the plan, only £70,000 is left."""
    plan = planned(
        tmp_path / "book",
        {"Schemes": [ordered(position, 100_000, paid_before_gbp=30_000)], "Funding": fund(70_000, 70_000, 0)},
    )
    assert paid(plan) == payments
    assert plan.objective_gbp == sum(payments.values()) + 3 * 1000


def test_what_is_committed_raises_the_totals_that_it_exceeds(tmp_path: Path) -> None:
    """£100,000 ordered against a limit of £60,000 leaves nothing, but does not make the plan impossible."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1"), machine("CT2", annual_maintenance_gbp=WORN)],
        "Demand": [demand(2000)],
        "Catalogue": [option(price_gbp=10_000)],
        "Schemes": [ordered(0, 100_000)],
        "Funding": fund(200_000, 200_000, 0, name="Own", trust="QA1"),
        "Capital limits": [{"trust_code": "QA1", "year": year(t), "limit_gbp": 60_000} for t in range(3)],
    }
    plan = planned(tmp_path / "book", sheets)
    assert (replaced(plan), replaced(plan, "CT2")) == ([(0, None)], [(1, None)])


def test_a_committed_scheme_is_paid_by_the_source_it_names(tmp_path: Path) -> None:
    """£70,000 left of one source and £100,000 of the other, of which £90,000 is for the scheme of the year."""
    funding = [*fund(70_000, 0, 0, name="A"), *fund(100_000, 0, 0, name="B")]
    for named, payments in {"B": {("B", 0): 90_000}, "": {("A", 0): 70_000, ("B", 0): 20_000}}.items():
        sheets: dict[str, Rows] = {"Schemes": [ordered(0, 90_000, funding_source=named)], "Funding": funding}
        assert paid(planned(tmp_path / f"book {named}", sheets)) == payments


# Who bears it


@pytest.mark.parametrize(("partner", "pays"), [(30_000, True), (29_999, False)])
def test_a_cost_is_shared(partner: int, pays: bool, tmp_path: Path) -> None:
    """The second trust bears 30% of £100,000 from its own source; without it there is no replacement."""
    sheets = worn(
        Sites=[site(), site(OTHER)],
        Travel=APART,
        Funding=[*fund(70_000, 0, 0, name="A", trust="QA1"), *fund(partner, 0, 0, name="B", trust="QB1")],
        **{"Cost shares": [{"asset_id": "CT1", "trust_code": "QB1", "share": "30%", "basis": "patients"}]},
    )
    plan = planned(tmp_path / "book", sheets)
    assert paid(plan) == ({("A", 0): 70_000, ("B", 0): 30_000} if pays else {})
    if pays:
        payers = [(each.trust, float(each.share), each.basis) for each in plan.schemes[0].payers]
        assert payers == [("QB1", 0.3, "patients"), ("QA1", 0.7, "")]


def test_what_is_added_at_a_site_is_shared(tmp_path: Path) -> None:
    """25% of the second CT is borne by the other trust, nothing of the first."""
    sheets = {
        **REPLACED_AND_ADDED,
        "Sites": [site(spare_rooms_ct=1), site(OTHER)],
        "Travel": APART,
        "Funding": [*fund(175_000, 0, 0, name="A", trust="QA1"), *fund(25_000, 0, 0, name="B", trust="QB1")],
        "Cost shares": [{"site_code": "QA101", "trust_code": "QB1", "share": "25%"}],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes")
    assert paid(plan) == {("A", 0): 175_000, ("B", 0): 25_000}
