"""Who may pay for what, and how much: eligibility, carry-forward, minimum use, limits in two totals, certainty."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.terms import Certainty
from data._tables import Cell
from tests.folders import START_YEAR
from tests.money.cases import (
    APART,
    REPLACED_AND_ADDED,
    WORN,
    added,
    charges,
    due,
    fund,
    lease,
    paid,
    replaced,
    source,
    worn,
)
from tests.service.cases import OTHER, Rows, demand, machine, modality, option, planned, site, year

TWO_SOURCES: Rows = [*fund(100_000, 0, 0, name="Backlog"), *fund(100_000, 0, 0, name="Growth")]


# Who may pay for what


@pytest.mark.parametrize(
    ("backlog", "growth"), [("replacement", "new"), ("new", "replacement")], ids=["as named", "the other way round"]
)
def test_moving_a_source_from_replacement_to_new_moves_its_money(backlog: str, growth: str, tmp_path: Path) -> None:
    sheets = {
        **REPLACED_AND_ADDED,
        "Funding": TWO_SOURCES,
        "Sources": [source("Backlog", purposes=backlog), source("Growth", purposes=growth)],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes")
    assert (replaced(plan), added(plan)) == ([(0, None)], [("QA101", 0, None)])
    by_action = {line.action.value: dict(line.funding) for line in plan.schemes}
    names = {backlog: "Backlog", growth: "Growth"}
    assert by_action == {"replace": {names["replacement"]: 100_000}, "add": {names["new"]: 100_000}}


def test_a_source_for_replacements_adds_nothing(tmp_path: Path) -> None:
    """1,000 scans a year stay outside at £100: nobody may pay for the second CT."""
    sheets = {
        **REPLACED_AND_ADDED,
        "Funding": TWO_SOURCES,
        "Sources": [source("Backlog", purposes="replacement"), source("Growth", purposes="replacement")],
    }
    plan = planned(tmp_path / "book", sheets, allow_new_capacity="yes")
    assert added(plan) == []
    assert plan.objective_gbp == 100_000 + 3 * (1000 + 1000 * 100)


def test_sources_by_modality(tmp_path: Path) -> None:
    """A CT and an MR for £100,000 each: each source pays for its own."""
    magnet: dict[str, Cell] = {"modality": "MR"}
    sheets: dict[str, Rows] = {
        "Equipment": [due(), {**due("MR1"), **magnet}],
        "Catalogue": [option(), option("MR standard", **magnet)],
        "Modalities": [modality(), modality(**magnet, order_months=9)],
        "Demand": [demand(1000), {**demand(1000), **magnet}],
        "Funding": [*fund(150_000, 0, 0, name="X-rays"), *fund(150_000, 0, 0, name="Magnets")],
        "Sources": [source("X-rays", modalities="CT"), source("Magnets", modalities="MR")],
    }
    plan = planned(tmp_path / "book", sheets)
    assert paid(plan) == {("X-rays", 0): 100_000, ("Magnets", 0): 100_000}
    assert {line.asset_id: dict(line.funding) for line in plan.schemes} == {
        "CT1": {"X-rays": 100_000},
        "MR1": {"Magnets": 100_000},
    }


@pytest.mark.parametrize(("routes", "way"), [("purchase", None), ("lease", "CT lease"), ("", "CT lease")])
def test_a_source_for_one_route_decides_the_route(routes: str, way: str | None, tmp_path: Path) -> None:
    """A lease of £60,000 is cheaper than £100,000, but can only be taken where it may be charged."""
    sheets: dict[str, Rows] = {
        "Equipment": [due()],
        "Routes": [lease()],
        "Funding": fund(100_000, 0, 0),
        "Sources": [source(routes=routes)],
    }
    plan = planned(tmp_path / "book", sheets)
    assert replaced(plan) == [(0, way)]
    assert charges(plan) == [57_188 if way else 100_000, 0, 0]


def test_a_shared_source_pays_only_for_its_trusts(tmp_path: Path) -> None:
    """Two CTs that cost £60,000 a year, one source for both, open to the second trust alone."""
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [
            machine("CT1", annual_maintenance_gbp=WORN),
            machine("CT2", OTHER, annual_maintenance_gbp=WORN),
        ],
        "Demand": [demand(1000), demand(1000, OTHER)],
        "Travel": APART,
        "Funding": fund(200_000, 0, 0),
        "Sources": [source(trusts="QB1")],
    }
    plan = planned(tmp_path / "book", sheets)
    assert (replaced(plan), replaced(plan, "CT2")) == ([], [(0, None)])


@pytest.mark.parametrize(("own", "ways"), [(60_000, [(0, None)]), (59_999, [])])
def test_two_sources_pay_for_one_machine(own: int, ways: list[tuple[int, None]], tmp_path: Path) -> None:
    """£60,000 of the trust's own and £40,000 of the network's are just enough for £100,000."""
    funding = [*fund(own, 0, 0, name="Own", trust="QA1"), *fund(40_000, 0, 0, name="Network")]
    plan = planned(tmp_path / "book", worn(Funding=funding))
    assert replaced(plan) == ways
    assert paid(plan) == ({("Own", 0): 60_000, ("Network", 0): 40_000} if ways else {})


@pytest.mark.parametrize(
    ("counted", "given", "pays"),
    [
        ("confirmed", "confirmed", True),
        ("confirmed", "bid", False),
        ("bid", "bid", True),
        ("bid", "possible", False),
        ("possible", "possible", True),
    ],
)
def test_only_money_sure_enough_is_planned(counted: str, given: str, pays: bool, tmp_path: Path) -> None:
    sheets = worn(
        Funding=[*fund(0, 0, 0), *fund(100_000, 0, 0, name="Hoped for")],
        Sources=[source("Hoped for", certainty=Certainty(given))],
    )
    plan = planned(tmp_path / "book", sheets, funding_certainty=counted)
    assert paid(plan) == ({("Hoped for", 0): 100_000} if pays else {})


def test_hopes_alone_are_no_money_rather_than_money_without_limit(tmp_path: Path) -> None:
    sheets = worn(Funding=fund(100_000, 0, 0), Sources=[source(certainty="bid")])
    plan = planned(tmp_path / "book", sheets)
    assert (plan.funded, replaced(plan), paid(plan)) == (True, [], {})


# From one year into the next


@pytest.mark.parametrize(
    ("share", "price", "ways"),
    [
        ("0%", 50_000, [(0, None)]),
        ("0%", 50_001, []),
        ("50%", 75_000, [(1, None)]),
        ("50%", 75_001, []),
        ("100%", 100_000, [(1, None)]),
        ("100%", 100_001, []),
    ],
)
def test_money_carried_forward(share: str, price: int, ways: list[tuple[int, None]], tmp_path: Path) -> None:
    """£50,000 a year; no more than the share of one year's limit is ever carried into the next."""
    sheets = worn(
        Catalogue=[option(price_gbp=price)],
        Funding=fund(50_000, 50_000, 50_000),
        Sources=[source(carry_forward=share)],
    )
    plan = planned(tmp_path / "book", sheets)
    assert replaced(plan) == ways
    carried = {each.year - START_YEAR: each.carried_in_gbp for each in plan.sources}
    if ways == [(1, None)]:
        assert (carried[0], carried[1], carried[2]) == (0, price - 50_000, 0)


@pytest.mark.parametrize(
    ("price", "weight", "ways", "cost", "short"),
    [
        (50_000, 2, [(0, None)], 50_000 + 1000 + 20_000, 10_000),
        (60_001, 1, [], 1000 + 60_000, 60_000),
        (60_001, 2, [(0, None)], 60_001 + 1000, 0),
        (50_000, 0, [], 1000, 60_000),
    ],
    ids=["used in part", "not worth it", "dearer to leave", "at no price"],
)
def test_a_minimum_use_is_priced(
    price: int, weight: int, ways: list[tuple[int, None]], cost: int, short: int, tmp_path: Path
) -> None:
    """60% of £100,000 should be used: each pound short costs its price, against a replacement that saves nothing."""
    sheets: dict[str, Rows] = {
        "Catalogue": [option(price_gbp=price)],
        "Funding": fund(100_000),
        "Sources": [source(minimum_use="60%")],
    }
    plan = planned(tmp_path / "book", sheets, firm_years=1, under_use_price=f"{100 * weight}%")
    assert (replaced(plan), plan.objective_gbp) == (ways, cost)
    assert [(each.minimum_gbp, each.short_gbp) for each in plan.sources] == [(60_000, short)]
    if weight:
        assert [int(each.amount) for each in plan.breaches if each.rule == "minimum use"] == ([short] if short else [])


@pytest.mark.parametrize(
    ("settings", "ways"),
    [
        ({"over_programming_firm": "10%"}, [(0, None)]),
        ({"over_programming_firm": "9%"}, []),
        ({"over_programming_indicative": "10%"}, [(1, None)]),
    ],
    ids=["firm", "not enough", "indicative"],
)
def test_more_is_planned_than_the_limit(
    settings: dict[str, Cell], ways: list[tuple[int, None]], tmp_path: Path
) -> None:
    """£110,000 against a limit of £100,000 a year, the first firm and two indicative."""
    sheets = worn(Catalogue=[option(price_gbp=110_000)], Funding=fund(100_000, 100_000, 100_000))
    plan = planned(tmp_path / "book", sheets, firm_years=1, indicative_years=2, **settings)
    assert replaced(plan) == ways


# Capital limit and cash


@pytest.mark.parametrize(
    ("totals", "about", "pays"),
    [
        ({"limit_gbp": 100_000}, {}, True),
        ({"limit_gbp": 99_999}, {}, False),
        ({"limit_gbp": 99_999, "trust_code": "SHARED"}, {}, False),
        ({"limit_gbp": 0}, {"uses_capital_limit": "no"}, True),
        ({"cash_gbp": 100_000}, {"brings_cash": "no"}, True),
        ({"cash_gbp": 99_999}, {"brings_cash": "no"}, False),
        ({"cash_gbp": 0}, {}, True),
        ({"limit_gbp": 100_000, "cash_gbp": 99_999}, {"brings_cash": "no"}, False),
        ({"limit_gbp": 99_999, "cash_gbp": 100_000}, {"brings_cash": "no"}, False),
        ({"limit_gbp": 0, "cash_gbp": 100_000}, {"brings_cash": "no", "uses_capital_limit": "no"}, True),
    ],
)
def test_limit_and_cash_are_two_totals(
    totals: dict[str, Cell], about: dict[str, Cell], pays: bool, tmp_path: Path
) -> None:
    """A source with £200,000 pays £100,000 where both totals have room for it."""
    sheets = worn(
        Funding=fund(200_000, name="Own", trust="QA1"),
        Sources=[source("Own", **about)],
        **{"Capital limits": [{"trust_code": "QA1", "year": year(0), **totals}]},
    )
    plan = planned(tmp_path / "book", sheets, firm_years=1, over_age_price="0%", terminal_value="annuity")
    assert replaced(plan) == ([(0, None)] if pays else [])


@pytest.mark.parametrize(
    ("totals", "pays"),
    [({"limit_gbp": 100_000}, True), ({"limit_gbp": 99_999}, False), ({"cash_gbp": 109_999}, False)],
)
def test_a_capital_limit_is_over_programmed_too_but_cash_is_not(
    totals: dict[str, Cell], pays: bool, tmp_path: Path
) -> None:
    """£110,000 is 10% more than a limit of £100,000; cash has to be there."""
    sheets = worn(
        Catalogue=[option(price_gbp=110_000)],
        Funding=fund(100_000, name="Own", trust="QA1"),
        Sources=[source("Own", brings_cash="no")],
    )
    sheets["Capital limits"] = [{"trust_code": "QA1", "year": year(0), **totals}]
    plan = planned(tmp_path / "book", sheets, firm_years=1, over_programming_firm="10%", terminal_value="annuity")
    assert replaced(plan) == ([(0, None)] if pays else [])


def test_a_lease_needs_the_limit_but_no_cash(tmp_path: Path) -> None:
    """£57,188 fits under the limit, whatever cash there is; a purchase of £50,000 would need it."""
    sheets = worn(
        Catalogue=[option(price_gbp=50_000)],
        Routes=[lease()],
        Funding=fund(200_000, 0, 0, name="Own", trust="QA1"),
        Sources=[source("Own", brings_cash="no")],
    )
    sheets["Capital limits"] = [{"trust_code": "QA1", "year": year(0), "limit_gbp": 57_188, "cash_gbp": 49_999}]
    assert replaced(planned(tmp_path / "book", sheets)) == [(0, "CT lease")]


def test_the_network_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """Each trust may spend £100,000, and so may both together: the first, past its life, waits a year."""
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [
            machine("CT1", annual_maintenance_gbp=WORN, install_date=year(-12)),
            machine("CT2", OTHER, annual_maintenance_gbp=WORN + 1, install_date=year(-12)),
        ],
        "Demand": [demand(1000), demand(1000, OTHER)],
        "Travel": APART,
        "Funding": [
            *fund(*[100_000] * 3, name="A", trust="QA1"),
            *fund(*[100_000] * 3, name="B", trust="QB1"),
        ],
        "Capital limits": [{"trust_code": "SHARED", "year": year(t), "limit_gbp": 100_000} for t in range(3)],
    }
    plan = planned(tmp_path / "book", sheets)
    assert (replaced(plan), replaced(plan, "CT2")) == ([(1, None)], [(0, None)])
    assert [(each.rule, each.place, each.year) for each in plan.binding] == [("capital limit", "network", START_YEAR)]
