"""Buying together, fairness and challenges as a user asks for them; none of them is there unless asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data._tables import Cells
from tests.e2e.command import Ended
from tests.folders import funding_rows
from tests.service.cases import OTHER, Rows, Workbook, demand, machine, site, year

Command = Callable[..., Ended]

OFFER: Cells = {
    "name": "Acme offer", "supplier": "Acme", "asset_ids": "CT1", "start_year": year(0), "term_years": 3,
    "annual_charge_gbp": 30_000, "refresh_years": 8,
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A CT at each of two trusts; one is to be replaced, and a supplier would take over the other."""
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [machine("CT1"), machine("CT2", OTHER, lock="replace")],
        "Demand": [demand(1200), demand(1000, OTHER)],
        "Funding": funding_rows("Capital", "SHARED", [400_000] * 3),
        "Challenges": [OFFER],
    }
    return Workbook(tmp_path / "book", sheets).folder


def test_together(book: Path, capitalplan: Command) -> None:
    told = capitalplan("together", book, "--gap", "0")
    assert told.code == 0, told.err
    assert "QA1 and QB1" in told.out
    answer = json.loads(capitalplan("together", book, "--split", "shapley", "--gap", "0", "--json").out)
    assert answer["schema_version"] == "1"
    assert sum(share["saving_gbp"] for share in answer["shares"]) == answer["saving_gbp"]
    assert answer["in_core"]


def test_fairness(book: Path, capitalplan: Command) -> None:
    told = capitalplan("fairness", book, "--unmet", "--levels", "1", "--gap", "0", "--json")
    assert told.code == 0, told.err
    assert [point["limit"] for point in json.loads(told.out)["points"]] == [None, 0.0]
    for flags in ((), ("--unmet", "--capital")):
        refused = capitalplan("fairness", book, *flags)
        assert refused.code == 2
        assert "--unmet or --capital" in refused.err


def test_challenge(book: Path, capitalplan: Command) -> None:
    told = capitalplan("challenge", book, "Acme offer", "--gap", "0")
    assert told.code == 0, told.err
    assert "cost the same at a charge of £1,000 a year, against £30,000 offered" in told.out
    unknown = capitalplan("challenge", book, "Other offer")
    assert unknown.code == 3
    assert "there are: Acme offer" in unknown.err


def test_a_plan_shows_them_only_when_asked(book: Path, tmp_path: Path, capitalplan: Command) -> None:
    """The second run stays close to the first, and is asked for everything."""
    first, second = tmp_path / "first", tmp_path / "second"
    told = capitalplan("plan", book, "--out", first, "--no-price-tests", "--gap", "0")
    assert told.code == 0, told.err
    asked = ("--together", "pro-rata", "--fairness", "unmet", "--challenge", "Acme offer", "--from", first)
    more = capitalplan("plan", book, "--out", second, "--no-price-tests", "--gap", "0", *asked)
    assert more.code == 0, more.err
    assert "The plan is the approved one: no scheme changes." in more.out
    for words in (
        "The two cost the same at a charge",
        "Without a bound trusts differ",
        "Planned together, QA1 and QB1",
    ):
        assert words not in told.out
        assert words in more.out
    before, after = ((run / "plan.html").read_text(encoding="utf-8") for run in (first, second))
    assert "Acme offer" not in before
    assert "Acme offer" in after
    assert not (first / "input" / "approved.json").exists()
    assert capitalplan("verify", second).code == 0
