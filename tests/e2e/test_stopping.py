"""Stopped early, by the clock or by the user: the best plan so far is kept, verified, and its gap is told."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from capitalplan.resources import data_path
from tests.e2e.command import Ended, command_line, environment

Command = Callable[..., Ended]

POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT can be sent to one process there")


def assert_good_but_not_best(folder: Path, code: int, ended: Ended, command: Command) -> None:
    assert ended.code == code, ended.err
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert plan["bound_gbp"] < plan["objective_gbp"]
    assert plan["gap_gbp"] == plan["objective_gbp"] - plan["bound_gbp"]
    assert f"within £{plan['gap_gbp']:,} ({plan['gap']:.2%})" in ended.out
    assert f"Stopped before the gap asked for: {plan['status']}" in ended.out
    assert "best plan so far" in plan["status"]
    assert {"plan.html", "plan.xlsx"} <= {path.name for path in folder.iterdir()}
    assert command("verify", folder).code == 0


def test_the_clock_ends_it_with_a_plan(tmp_path: Path, capitalplan: Command) -> None:
    """CP-SAT has a plan of this register at once and its proof not for long."""
    words = ("plan", data_path("one_trust"), "--solver", "cp-sat", "--gap", "0", "--time-limit", "3")
    ended = capitalplan(*words, "--out", tmp_path / "run")
    assert_good_but_not_best(tmp_path / "run", 5, ended, capitalplan)


@pytest.mark.parametrize(
    ("engine", "signs"),
    [
        ("highs", "HiGHS "),
        *(
            pytest.param(engine, signs, marks=pytest.mark.long)
            for engine, signs in (("scip", "SCIP "), ("cp-sat", "CP-SAT "), ("cbc", "CBC "), ("HiGHS", "HiGHS (PuLP "))
        ),
    ],
)
def test_the_clock_ends_it_without_a_plan(engine: str, signs: str, tmp_path: Path, capitalplan: Command) -> None:
    words = ("--solver", engine, "--time-limit", "0.1", "--out", tmp_path / "run")
    ended = capitalplan("plan", data_path("example_network"), *words)
    assert (ended.code, ended.out) == (6, "")
    assert f"No plan was found within 0.1 seconds by {signs}" in ended.err
    assert "Allow more, or leave the time limit out." in ended.err
    assert list(tmp_path.iterdir()) == []


def interrupted(words: tuple[object, ...], sign: str) -> Ended:
    """Run a command and press Ctrl-C once ``sign`` shows on standard error."""
    with subprocess.Popen(
        command_line(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment()
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if re.search(sign, line):
                process.send_signal(signal.SIGINT)
                break
        out, err = process.communicate(timeout=120)
    return Ended(process.returncode, out, said + err)


@POSIX_ONLY
@pytest.mark.long
def test_ctrl_c_keeps_the_best_plan(tmp_path: Path, capitalplan: Command) -> None:
    words = ("plan", data_path("example_network"), "--gap", "0", "--out", tmp_path / "run")
    ended = interrupted(words, r"best £.*gap")
    assert "Stopping; the best plan so far is kept" in ended.err
    assert_good_but_not_best(tmp_path / "run", 130, ended, capitalplan)


@POSIX_ONLY
def test_ctrl_c_before_there_is_a_plan_leaves_nothing(tmp_path: Path) -> None:
    ended = interrupted(("plan", data_path("example_network"), "--gap", "0", "--out", tmp_path / "run"), "planning")
    assert (ended.code, ended.out) == (130, "")
    assert "Interrupted; nothing was written." in ended.err
    assert "Traceback" not in ended.err
    assert list(tmp_path.iterdir()) == []
