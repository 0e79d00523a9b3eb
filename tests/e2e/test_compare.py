"""Two runs compared by the command line: what differs, what moved, and which difference moved it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capitalplan.register.edits import RowEdit, apply_edits
from tests.e2e.command import Ended, run_command
from tests.folders import DATA, funding_rows
from tests.service.cases import HOME, Rows, Workbook, machine, option, year

Command = Callable[..., Ended]

BOOK = DATA / "twelve_assets"
MOVES = RowEdit(
    sheet="Funding",
    key={"source": "QX6 operational capital", "year": "2027/28"},
    before={"limit_gbp": "500000"},
    after={"limit_gbp": "2000000"},
)
MOVES_NOTHING = RowEdit(
    sheet="Equipment",
    key={"asset_id": "QX601-CT-01"},
    before={"annual_maintenance_gbp": ""},
    after={"annual_maintenance_gbp": "50000"},
)
SAID_ONLY = RowEdit(
    sheet="Equipment", key={"asset_id": "QX601-CT-03"}, before={"notes": ""}, after={"notes": "=Looked at [b]today"}
)


def planned(book: Path, run: Path) -> Path:
    ended = run_command("plan", book, "--gap", "0", "--no-price-tests", "--out", run)
    assert ended.code == 0, ended.err
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The twelve-asset network, and the same with more money in a year, cheaper upkeep a note; not to be changed."""
    folder = tmp_path_factory.mktemp("compared")
    apply_edits(BOOK, folder / "changed", [MOVES, MOVES_NOTHING, SAID_ONLY])
    return planned(BOOK, folder / "first"), planned(folder / "changed", folder / "second")


@pytest.fixture(scope="module")
def compared(runs: tuple[Path, Path]) -> dict[str, Any]:
    ended = run_command("compare", *runs, "--why", "--json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_a_move_is_put_down_to_the_change_that_made_it(compared: dict[str, Any]) -> None:
    words = "Funding, QX6 operational capital, 2027/28: Limit (£ cash) £500,000 -> £2,000,000"
    assert [cell["words"] for cell in compared["cells"]][2] == words
    assert [move["what"] for move in compared["moves"]] == ["CT standard at QX602", "QX601-MR-01"]
    assert [cause["causes"] for cause in compared["why"]["causes"]] == [[words], [words]]
    assert compared["made"] == {}


def test_each_change_alone_has_its_effect_on_the_cost(compared: dict[str, Any], runs: tuple[Path, Path]) -> None:
    trials = {each["cells"][0]["key"].get("asset_id", "money"): each for each in compared["why"]["trials"]}
    assert trials["QX601-CT-03"]["outcome"] == "changes nothing the plan uses"
    plans = [json.loads((run / "plan.json").read_text(encoding="utf-8")) for run in runs]
    whole = plans[1]["objective_gbp"] - plans[0]["objective_gbp"]
    alone = [trials[name]["cost"]["difference_gbp"] for name in ("QX601-CT-01", "money")]
    assert all(gbp < 0 for gbp in alone)
    assert compared["cost"]["difference_gbp"] == whole
    assert compared["cost"]["resolved"]
    assert sum(alone) == pytest.approx(whole, abs=1_000)


def test_it_is_told_in_text_as_well(runs: tuple[Path, Path], capitalplan: Command) -> None:
    ended = capitalplan("compare", *runs)
    assert ended.code == 0, ended.err
    assert "Cells: 3 rows differ" in ended.out
    assert "Equipment, QX601-CT-03: Notes blank -> =Looked at [b]today" in ended.out
    assert "replace 2028/29 with MR 1.5T" in ended.out
    assert "Both are proven to be the best." in ended.out
    assert "Why" not in ended.out


def test_a_run_does_not_differ_from_itself(runs: tuple[Path, Path], capitalplan: Command) -> None:
    ended = capitalplan("compare", runs[0], runs[0], "--why")
    assert ended.code == 0
    assert ended.out == "The two runs have the same input, were made the same way and plan the same.\n"


@pytest.fixture
def plan_case(tmp_path: Path, capitalplan: Command) -> Callable[..., Path]:
    """Plan a CT that may be replaced for £100,000 by one that does half as many scans again, cell by cell changed."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1")],
        "Catalogue": [option(throughput_gain="50%")],
        "Funding": funding_rows("Capital", "SHARED", [50_000] * 3),
    }
    book = Workbook(tmp_path / "book", sheets, firm_change_price_gbp=200_000).folder

    def make(name: str, *edits: RowEdit, approved: Path | None = None) -> Path:
        run = tmp_path / name
        apply_edits(book, tmp_path / f"{name} book", edits)
        stay = () if approved is None else ("--from", approved)
        ended = capitalplan("plan", tmp_path / f"{name} book", "--gap", "0", "--no-price-tests", "--out", run, *stay)
        assert ended.code == 0, ended.err
        return run

    return make


def why(first: Path, second: Path, capitalplan: Command) -> dict[str, Any]:
    ended = capitalplan("compare", first, second, "--why", "--json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


RICHER = RowEdit(sheet="Funding", key={"source": "Capital", "year": year(0)}, before={}, after={"limit_gbp": "100000"})
BUSIER = RowEdit(
    sheet="Demand", key={"site_code": HOME, "modality": "CT", "year": year(0)}, before={}, after={"scans": "1500"}
)


@pytest.mark.long
def test_a_move_that_takes_several_changes_is_told_as_such(
    plan_case: Callable[..., Path], capitalplan: Command
) -> None:
    found = why(plan_case("first"), plan_case("second", RICHER, BUSIER), capitalplan)
    assert [(move["what"], move["first"]) for move in found["moves"]] == [("CT1", "keep")]
    assert [each["outcome"] for each in found["why"]["trials"]] == ["planned", "planned"]
    (cause,) = found["why"]["causes"]
    assert cause["causes"] == []
    assert cause["sentence"].startswith("Seen with no change alone: it takes several together")


@pytest.mark.long
def test_a_row_that_needs_another_is_tried_with_it(plan_case: Callable[..., Path], capitalplan: Command) -> None:
    cells = {name: str(value) for name, value in machine("CT2").items() if name != "asset_id"}
    edits = [
        RowEdit(sheet="Equipment", key={"asset_id": "CT2"}, before=None, after=cells),
        RowEdit(sheet="Ties", key={"first": "CT1", "tie": "together", "other": "CT2"}, before=None, after={}),
    ]
    found = why(plan_case("first"), plan_case("second", *edits), capitalplan)
    alone, tied = found["why"]["trials"]
    assert [len(each["cells"]) for each in (alone, tied)] == [1, 2]
    assert tied["change"] == f"Ties: the row CT1 together CT2 added, with {alone['change']}"


@pytest.mark.long
def test_an_approved_plan_is_a_difference_of_its_own(plan_case: Callable[..., Path], capitalplan: Command) -> None:
    first, approved = plan_case("first", RICHER), plan_case("approved", RICHER, BUSIER)
    found = why(first, plan_case("second", RICHER, approved=approved), capitalplan)
    assert found["cells"] == []
    assert found["approved"] == [f"CT1: replace {year(0)} with CT standard: only in the second"]
    assert [each["causes"] for each in found["why"]["causes"]] == [["the approved plan it is to stay close to"]]


def test_an_edited_run_is_refused_with_its_place(runs: tuple[Path, Path], capitalplan: Command, tmp_path: Path) -> None:
    run = Path(shutil.copytree(runs[0], tmp_path / "run"))
    (run / "plan.json").write_text((run / "plan.json").read_text(encoding="utf-8") + " ", encoding="utf-8")
    ended = capitalplan("compare", run, run)
    assert ended.code == 6
    assert "plan.json changed since" in ended.err
