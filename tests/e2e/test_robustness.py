"""The commands that say how firm a plan is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.e2e.command import Ended

Command = Callable[..., Ended]


def test_negotiable_labels_every_scheme(capitalplan: Command, run: Path) -> None:
    ended = capitalplan("negotiable", run, "--within", "0.5%", "--plans", 2, "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert max(plan["cost_gbp"] for plan in told["plans"]) <= told["limit_gbp"]
    assert {each["label"] for each in told["schemes"]} <= {"always", "usually", "optional"}
    assert all(each["label"] == "always" for each in told["schemes"] if each["proven"])
    assert "looking for plan 1 of 2" in ended.err


def test_a_share_that_is_none_is_refused(capitalplan: Command, run: Path) -> None:
    for share in ("half", "-1%", "200%", "nan", "1e999999999"):
        ended = capitalplan("negotiable", run, "--within", share)
        assert ended.code == 2, share
        assert "between 0% and 100%" in ended.err


def test_gaps_rank_cells(capitalplan: Command, run: Path) -> None:
    ended = capitalplan("gaps", run, "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert {each["sheet"] for each in told["cells"]} == {"Equipment"}
    assert all(each["basis"] == "estimate" for each in told["cells"])
    assert "blank or doubtful cells" in told["sentences"][0]


def test_an_edited_run_says_where(capitalplan: Command, run: Path) -> None:
    (run / "plan.json").write_text("{}", encoding="utf-8")
    for command in ("negotiable", "gaps"):
        ended = capitalplan(command, run)
        assert ended.code != 0
        assert "plan.json" in ended.err
