"""``verify``: what was sealed holds, what was changed is named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capitalplan.runs import new_run
from tests.e2e.command import Ended, run_command

Command = Callable[..., Ended]


def test_an_untouched_run_holds(planned: tuple[Path, Ended], capitalplan: Command) -> None:
    ended = capitalplan("verify", planned[0])
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("The run holds.\n")
    assert "Notice" not in ended.out


def test_a_run_holds_wherever_it_is_moved(run: Path) -> None:
    ended = run_command("verify", run, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["ok"] is True
    assert {check["rule"] for check in told["checks"]} >= {"choice", "service", "money", "rooms", "works", "objective"}
    assert sum(check["checked"] for check in told["checks"]) > 100
    assert {check["breaches"] for check in told["checks"]} == {0}


def edit(run: Path, change: Callable[[dict[str, Any]], None], name: str = "plan.json") -> None:
    path = run / name
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def seal_again(run: Path) -> None:
    """Make every hash fit, as someone would who wants the change to pass unseen."""
    path = run / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["seal"]
    for name in manifest["core"]:
        manifest["core"][name] = hashlib.sha256((run / name).read_bytes()).hexdigest()
    plain = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    manifest["seal"] = hashlib.sha256(plain).hexdigest()
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def cheaper(content: dict[str, Any]) -> None:
    row = next(row for row in content["schemes"] if row["action"] == "replace")
    source = next(iter(row["funding"]))
    row["capital_gbp"] -= 1
    row["funding"][source] -= 1


def later(content: dict[str, Any]) -> None:
    row = next(row for row in content["schemes"] if row["action"] == "replace")
    row["year"] = "2033/34" if row["year"] != "2033/34" else "2032/33"


def without_a_machine(content: dict[str, Any]) -> None:
    content["schemes"] = [row for row in content["schemes"] if row["asset_id"] != "QX601-RF-01"]


def better_value(content: dict[str, Any]) -> None:
    content["objective_gbp"] -= 1000


EDITS = (cheaper, later, without_a_machine, better_value)


@pytest.mark.parametrize("change", EDITS)
def test_an_edited_plan_is_refused_by_file_and_by_rule(
    change: Callable[[dict[str, Any]], None], run: Path, capitalplan: Command
) -> None:
    edit(run, change)
    ended = capitalplan("verify", run)
    assert ended.code == 7
    assert "plan.json is not as it was sealed." in ended.out

    seal_again(run)
    told = capitalplan("verify", run, "--json")
    assert told.code == 7
    found = json.loads(told.out)
    assert found["changed_core"] == []
    assert found["breaches"]
    assert all(breach["rule"] and breach["message"] for breach in found["breaches"])
    assert "The run is refused." in capitalplan("verify", run).out


def test_sealing_again_changes_nothing_by_itself(run: Path, capitalplan: Command) -> None:
    seal_again(run)
    assert capitalplan("verify", run).code == 0


@pytest.mark.parametrize("name", ["plan.html", "plan.xlsx"])
def test_an_edited_view_is_a_notice(name: str, run: Path, capitalplan: Command) -> None:
    with (run / name).open("ab") as view:
        view.write(b" ")
    ended = capitalplan("verify", run)
    assert ended.code == 0
    assert f"Notice: {name} was changed" in ended.out


def test_an_edited_input_is_refused(run: Path, capitalplan: Command) -> None:
    kept = run / "input" / "register.json"
    kept.write_bytes(kept.read_bytes().replace(b'"price_gbp":', b'"price_gbp": ', 1))
    ended = capitalplan("verify", run)
    assert ended.code == 7
    assert "input/register.json is not as it was sealed." in ended.out


def test_another_original_is_refused_even_with_fitting_hashes(run: Path, tmp_path: Path, capitalplan: Command) -> None:
    original = next((run / "input" / "original").iterdir())
    capitalplan("template", tmp_path / "other.xlsx", "--level", "operational", "--example")
    shutil.copyfile(tmp_path / "other.xlsx", original)
    ended = capitalplan("verify", run)
    assert ended.code == 7
    assert original.name in ended.out
    seal_again(run)
    assert capitalplan("verify", run).code == 7


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"not a workbook")])
def test_an_original_that_can_no_longer_be_read_is_refused(
    damage: Callable[[Path], object], run: Path, capitalplan: Command
) -> None:
    original = next((run / "input" / "original").iterdir())
    damage(original)
    ended = capitalplan("verify", run)
    assert ended.code == 7
    assert f"input/original/{original.name} is not as it was sealed." in ended.out


def test_a_folder_that_is_no_run_is_told(tmp_path: Path, capitalplan: Command) -> None:
    ended = capitalplan("verify", tmp_path)
    assert (ended.code, ended.out) == (6, "")
    assert "not a whole run folder" in ended.err


def test_a_second_writer_is_turned_away(book: Path, tmp_path: Path) -> None:
    """The first writer is this process; the second is another command."""
    with new_run(tmp_path / "run"):
        ended = run_command("plan", book, "--no-price-tests", "--out", tmp_path / "run")
    assert (ended.code, ended.out) == (6, "")
    assert "is being written by another capitalplan command" in ended.err
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names are enough
