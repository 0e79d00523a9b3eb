"""``explain``: why a machine is treated as it is, and what anything else would cost, asked of a sealed run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.e2e.command import Ended

Command = Callable[..., Ended]


def flat(text: str) -> str:
    """A message without the frame and line breaks of a terminal."""
    return " ".join(text.replace("│", " ").split())


def test_a_machine_is_explained_with_estimates_labelled_so(capitalplan: Command, planned: tuple[Path, Ended]) -> None:
    ended = capitalplan("explain", planned[0], "qx601-rf-01")
    assert ended.code == 0
    assert ended.out.startswith("QX601-RF-01: ")
    assert "(estimate; " in ended.out
    assert "exact" not in ended.out


def test_a_machine_is_planned_again_on_request(capitalplan: Command, planned: tuple[Path, Ended]) -> None:
    ended = capitalplan("explain", planned[0], "QX601-RF-01", "--exact", "--json")
    assert ended.code == 0
    (entry,) = json.loads(ended.out)["ledger"]
    assert entry["asset_id"] == "QX601-RF-01"
    assert {each["price"]["basis"] for each in entry["forced"]} == {"exact"}
    for each in entry["forced"]:
        price = each["price"]
        assert price["low_gbp"] <= price["estimate_gbp"] <= price["high_gbp"]
        assert ("not resolved at this gap" in price["words"]) == (price["low_gbp"] <= 0 < price["high_gbp"])


def test_an_addition_is_named_by_its_option_and_site(capitalplan: Command, planned: tuple[Path, Ended]) -> None:
    ended = capitalplan("explain", planned[0], "RF room @ QX602", "--json")
    (entry,) = json.loads(ended.out)["ledger"]
    assert (entry["what"], entry["decided"]) == ("RF room added at QX602", "not added")
    assert [each["forcing"] for each in entry["forced"]] == ["in"]


def test_without_a_name_all_are_explained_and_what_binds(capitalplan: Command, planned: tuple[Path, Ended]) -> None:
    found = json.loads(capitalplan("explain", planned[0], "--json").out)
    assert sum(entry["asset_id"] is not None for entry in found["ledger"]) == 12
    assert found["worth"]
    ended = capitalplan("explain", planned[0])
    assert ended.code == 0
    assert "Why not ours" in ended.out
    assert "QX601-RF-01" in ended.out


def test_an_unknown_machine_suggests_a_near_one(capitalplan: Command, planned: tuple[Path, Ended]) -> None:
    ended = capitalplan("explain", planned[0], "QX601-RF-1")
    assert ended.code == 2
    assert "Did you mean QX601-RF-01?" in flat(ended.err)


def test_planning_again_for_everything_at_once_is_refused(capitalplan: Command, planned: tuple[Path, Ended]) -> None:
    ended = capitalplan("explain", planned[0], "--exact")
    assert ended.code == 2
    assert "name a machine or addition" in flat(ended.err)


def test_an_edited_run_says_where(capitalplan: Command, run: Path) -> None:
    proof = run / "proof.json"
    proof.write_text(proof.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    ended = capitalplan("explain", run, "QX601-RF-01")
    assert ended.code != 0
    assert "proof.json" in ended.err
