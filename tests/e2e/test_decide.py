"""``decide`` and ``decisions``: against what the optimiser chose, into the next plan and its reports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from capitalplan.decisions import Ruling
from capitalplan.solution import SolveOptions
from capitalplan.workflow.deciding import decide as record
from capitalplan.workflow.running import plan_to_folder
from tests.e2e.command import Ended

Command = Callable[..., Ended]

DX, MR = "QX601-DX-02", "QX601-MR-01"
ROGUE, REASON = '=HYPERLINK("http://x")', "<script>alert(1)</script> & =1+1"


def decide(capitalplan: Command, run: Path, *words: object, by: str = "A. Lead", why: str = "So decided.") -> Ended:
    return capitalplan("decide", run, *words, "--by", by, "--why", why)


def listed(capitalplan: Command, run: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(capitalplan("decisions", run, "--json").out)
    return told


def planned_for(run: Path, asset_id: str) -> dict[str, Any]:
    schemes = json.loads((run / "plan.json").read_text(encoding="utf-8"))["schemes"]
    return next(line for line in schemes if line["asset_id"] == asset_id)


def test_a_decision_stands_beside_what_was_planned(run: Path, capitalplan: Command) -> None:
    scheme = planned_for(run, DX)
    ended = decide(capitalplan, run, DX, "defer", "--year", "2032/33")
    assert ended.code == 0
    assert f"Planned: replace in {scheme['year']} by DX room, £{scheme['capital_gbp']:,}." in ended.out
    assert "Decided: replace in 2032/33 by DX room." in ended.out
    (entry,) = listed(capitalplan, run)["decisions"]
    assert (entry["who"], entry["ruling"], entry["why"], entry["outcome"]) == (
        "A. Lead",
        "defer",
        "So decided.",
        "stands",
    )
    assert entry["planned"]["capital_gbp"] == scheme["capital_gbp"]
    assert entry["decided"]["year"] == "2032/33"
    assert "A. Lead" in capitalplan("decisions", run).out
    assert capitalplan("verify", run).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("QX601-DX-2", "approve"), "Did you mean 'QX601-DX-02'"),
        (("CT standard @ Foxley Hospital", "reject"), "name one of them: 'QX601 add CT standard"),
        ((DX, "defer"), "'defer' needs --year"),
        ((DX, "defer", "--year", "2026/27"), "defer it to a later year"),
        ((DX, "bring-forward", "--year", "2033/34"), "bring it forward to an earlier year"),
        ((DX, "defer", "--year", "2055/56"), "not a year of the plan"),
        ((DX, "defer", "--year", "soon"), "not a financial year"),
        ((DX, "change"), "'change' needs --option"),
        ((DX, "change", "--option", "MR 3T"), "nothing that can be bought for"),
        ((DX, "approve", "--year", "2030/31"), "takes no year"),
        ((MR, "reject"), "could be rejected"),
        ((MR, "bring-forward", "--year", "2028/29"), "say what with --option"),
        (("QX601-DX-01", "change", "--option", "DX room"), "its contract renews it"),
    ],
)
def test_what_cannot_be_decided(words: tuple[str, ...], said: str, run: Path, capitalplan: Command) -> None:
    ended = decide(capitalplan, run, *words)
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err
    assert not (run / "decisions.jsonl").exists()


def test_a_changed_log_is_named_by_verify_and_is_no_approved_plan(run: Path, book: Path, capitalplan: Command) -> None:
    for who in ("First", "Second"):
        assert decide(capitalplan, run, DX, "note", by=who).code == 0
    log = run / "decisions.jsonl"
    log.write_bytes(log.read_bytes().replace(b"So decided.", b"So d3cided.", 1))
    ended = capitalplan("verify", run)
    assert ended.code == 7
    assert "decisions.jsonl line 1 (First, " in ended.out
    told = json.loads(capitalplan("verify", run, "--json").out)
    assert (told["ok"], len(told["broken_log"]), told["breaches"], told["changed_core"]) == (False, 1, [], [])
    assert capitalplan("decisions", run).code == 7
    assert decide(capitalplan, run, DX, "note").code == 6
    ended = capitalplan("plan", book, "--from", run, "--out", run.parent / "next")
    assert (ended.code, (run.parent / "next").exists()) == (6, False)
    assert "line 1 (First, " in ended.err


def test_what_cannot_be_seen_is_not_kept(run: Path, capitalplan: Command) -> None:
    for words in ({"why": "a\x1b[2J"}, {"by": "A\nB"}, {"why": "x" * 1001}, {"by": " "}):
        assert decide(capitalplan, run, DX, "note", **words).code == 3
    assert not (run / "decisions.jsonl").exists()


@pytest.fixture(scope="module")
def after(planned: tuple[Path, Ended], book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan made after three decisions on the run of that workbook; not to be changed."""
    folder = tmp_path_factory.mktemp("decided")
    before = Path(shutil.copytree(planned[0], folder / "before"))
    made = (
        (DX, Ruling.REJECT, None, None),
        (MR, Ruling.BRING_FORWARD, "2028/29", "MR 1.5T"),
        (MR, Ruling.NOTE, None, None),
    )
    for what, ruling, year, option in made:
        record(before, what, ruling, who=ROGUE, why=REASON, year=year, option=option)
    plan_to_folder(book, folder / "after", SolveOptions(gap=0), test_prices=False, approved=before)
    return folder / "after"


def test_decisions_travel_and_the_plan_says_whether_it_follows(after: Path, capitalplan: Command) -> None:
    told = listed(capitalplan, after)
    assert told["decisions"] == []
    outcomes = [entry["outcome"] for entry in told["earlier"]]
    assert outcomes[2] == "a note"
    for asset_id, outcome, year in ((DX, outcomes[0], None), (MR, outcomes[1], "2028/29")):
        follows = planned_for(after, asset_id)["year"] == year
        assert outcome == "followed" if follows else outcome.startswith("not followed: planned ")
    kept = json.loads((after / "input" / "approved.json").read_text(encoding="utf-8"))["lines"]
    assert [line["year"] for line in kept if line["asset_id"] in (DX, MR)] == ["2028/29"]
    assert "input/decisions.jsonl" in json.loads((after / "manifest.json").read_text(encoding="utf-8"))["core"]
    assert capitalplan("verify", after).code == 0


def test_what_changed_is_put_down_to_decisions(after: Path) -> None:
    page = (after / "plan.html").read_text(encoding="utf-8")
    assert f"decided on {DX}" in page or f"decided on {MR}" in page
    assert "Nothing in the input differs" not in page


def test_decisions_stand_in_both_reports_as_text(after: Path) -> None:
    sheet = openpyxl.load_workbook(after / "plan.xlsx")["Decisions"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells if cell.value in (ROGUE, REASON)} == {"s"}
    assert sum(cell.value == ROGUE for cell in cells) == sum(cell.value == REASON for cell in cells) == 3
    for page in (after / "plan.html", after.parent / "before" / "decisions.html"):
        text = page.read_text(encoding="utf-8")
        assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
        assert "<script>alert(1)" not in text


def test_earlier_decisions_edited_are_an_edited_core(after: Path, tmp_path: Path, capitalplan: Command) -> None:
    copy = Path(shutil.copytree(after, tmp_path / "copy"))
    kept = copy / "input" / "decisions.jsonl"
    kept.write_bytes(kept.read_bytes().replace(b"reject", b"approve", 1))
    ended = capitalplan("verify", copy)
    assert ended.code == 7
    assert "input/decisions.jsonl is not as it was sealed." in ended.out
