"""``worth``: what a little more, or less, of each limit of a run is worth, estimated or planned again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from capitalplan.runs import read_run
from tests.e2e.command import Ended
from tests.folders import funding_rows
from tests.service.cases import Rows, Workbook, machine, year

Command = Callable[..., Ended]


def test_estimates_are_called_so(planned: tuple[Path, Ended], capitalplan: Command) -> None:
    told = capitalplan("worth", planned[0])
    assert told.code == 0, told.err
    assert "(estimate; between £0 and £" in told.out
    assert "exact" not in told.out
    assert "worth nothing" in told.out
    lines = json.loads(capitalplan("worth", planned[0], "--json").out)["worth"]
    assert {line["kind"] for line in lines} == {"money", "works", "travel"}
    assert {line["price"]["basis"] for line in lines} == {"estimate"}


def test_some_of_them(planned: tuple[Path, Ended], capitalplan: Command) -> None:
    asked = ("--only", "money", "--place", "qx6 operational capital", "--year", "2030/31", "--json")
    lines = json.loads(capitalplan("worth", planned[0], *asked).out)["worth"]
    assert [(line["place"], line["year"], line["change"]) for line in lines] == [
        ("QX6 operational capital", "2030/31", "£100,000 more"),
        ("QX6 operational capital", "2030/31", "£100,000 less"),
    ]


def test_planned_again(planned: tuple[Path, Ended], capitalplan: Command) -> None:
    """As near as the gap of the run lets one say, and within what the estimates had said."""
    asked = ("--place", "QX6 operational capital", "--year", "2030/31", "--json")
    guesses = json.loads(capitalplan("worth", planned[0], *asked).out)["worth"]
    told = capitalplan("worth", planned[0], *asked, "--exact")
    assert told.code == 0, told.err
    answer = json.loads(told.out)
    assert answer["stopped"] == 0
    for line, guess in zip(answer["worth"], guesses, strict=True):
        assert line["price"]["basis"] == "exact"
        assert line["price"]["low_gbp"] >= 0
        assert line["price"]["high_gbp"] >= guess["price"]["low_gbp"]
        assert guess["price"]["high_gbp"] is None or line["price"]["low_gbp"] <= guess["price"]["high_gbp"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--exact",), "--only or --place"),
        (("--place", "QX6 operational captial"), "Did you mean QX6 operational capital?"),
        (("--place", "QX6", "--only", "works"), "There are: QX601, QX602"),
        (("--year", "2050/51"), "runs from 2026/27 to 2034/35"),
        (("--only", "staff"), "no limit of that kind"),
    ],
)
def test_what_is_not_there(
    words: tuple[str, ...], said: str, planned: tuple[Path, Ended], capitalplan: Command
) -> None:
    told = capitalplan("worth", planned[0], *words)
    assert (told.code, told.out) == (2, "")
    assert said in " ".join(told.err.replace("│", " ").split())


def test_an_edited_run_is_refused(run: Path, capitalplan: Command) -> None:
    sheet = next(path for path in read_run(run).input.parent.rglob("*") if path.is_file())
    sheet.write_bytes(sheet.read_bytes() + b" ")
    told = capitalplan("worth", run)
    assert told.code != 0
    assert told.out == ""
    assert sheet.name in told.err


def test_commitments_leave_no_plan_without_their_money(tmp_path: Path, capitalplan: Command) -> None:
    """A scheme on order takes nearly all there is: £100,000 less is not enough for it, whatever else is planned."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1")],
        "Schemes": [
            {
                "scheme_id": "S1", "action": "replace", "asset_id": "CT1", "option": "CT standard", "year": year(1),
                "capital_gbp": 90_000, "status": "ordered",
            }
        ],
        "Funding": funding_rows("Capital", "SHARED", [0, 100_000, 0]),
    }  # fmt: skip
    book = Workbook(tmp_path / "book", sheets).folder
    folder = tmp_path / "run"
    assert capitalplan("plan", book, "--out", folder, "--gap", "0", "--no-price-tests").code == 0
    for exact in ((), ("--exact",)):
        told = capitalplan("worth", folder, "--only", "money", "--year", year(1), *exact)
        assert told.code == 0, told.err
        assert "no plan" in told.out
