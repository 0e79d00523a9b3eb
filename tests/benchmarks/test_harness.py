"""The harness: rows, checks of plans and bounds, processes of their own, results, page and exit codes."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from capitalplan.solution import SolveOptions
from solvers import highs
from tests.benchmarks.__main__ import main
from tests.benchmarks.child import Ended, run_apart
from tests.benchmarks.families.registry import FAMILIES
from tests.benchmarks.instance import Instance
from tests.benchmarks.race import Row, gap_at, row_of
from tests.benchmarks.results import bounds_too_high, median

KEYS = {
    "family", "assets", "seed", "engine", "seconds", "incumbent", "bound", "gap", "status", "trace", "checkpoints",
    "peak_memory_mb", "columns", "rows", "nonzeros", "hash", "practice",
}  # fmt: skip
DONE = Ended(seconds=2.0, peak_mb=100.0, overran=False, exit_code=0)


@pytest.fixture(scope="module")
def instance() -> Instance:
    return FAMILIES["KB"](12, 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    arguments = ["GROWTH", "--assets", "12", "--seconds", "20", "--seeds", "1", "--engines", "highs,scip"]
    assert main([*arguments, "--json", str(folder / "one.json"), "--page", str(folder / "one.html")]) == 0
    return folder


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def left(folder: Path, instance: Instance, **changes: Any) -> Path:
    """What a run leaves: an optimal plan, but for what is changed."""
    solved = highs.solve(instance.problem, SolveOptions(gap=0.0))
    assert solved.values is not None
    answer: dict[str, Any] = {
        "status": "optimal",
        "message": "",
        "bound": solved.bound,
        "objective": solved.objective,
        "seconds": 1.0,
    }
    values = changes.pop("values", solved.values)
    (folder / "answer.json").write_text(json.dumps(answer | changes), encoding="utf-8")
    np.save(folder / "values.npy", values)
    return folder


def test_rows_hold_what_was_measured(folder: Path) -> None:
    content = read(folder / "one.json")
    first, second = content["rows"]
    assert (first["engine"], second["engine"]) == ("highs", "scip")
    assert set(first) >= KEYS
    assert first["hash"] == second["hash"] == FAMILIES["GROWTH"](12, 0).digest
    for row in content["rows"]:
        assert row["status"] == "optimal"
        assert 0 <= row["gap"] <= 1e-4
        assert row["bound"] <= row["incumbent"] + 1e-6
        assert row["trace"][-1][1] == row["incumbent"]
        assert row["checkpoints"] == {"10": row["gap"]}
        assert 20 < row["peak_memory_mb"] < 2000
        assert {told["value"] >= row["incumbent"] for told in row["practice"].values()} == {True}
    assert first["incumbent"] == pytest.approx(second["incumbent"], rel=1e-3)
    head = content["head"]
    assert head["schema_version"] == 1
    assert head["machine"]["cores"] >= 1
    assert set(head["versions"]) >= {"highspy", "ortools", "pulp"}


def test_the_page_needs_no_network_and_shows_each_engine(folder: Path) -> None:
    page = (folder / "one.html").read_text(encoding="utf-8")
    charts = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, flags=re.DOTALL)
    assert {trace["name"] for trace in json.loads(charts[0])["data"]} == {"highs", "scip"}
    assert {trace["name"] for trace in json.loads(charts[-1])["data"]} == {"oldest first", "worst first"}
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=\"(?!data:)", page)


def test_results_of_several_sizes_are_merged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = read(folder / "one.json")
    larger = folder / "larger.json"
    rows = [row | {"assets": 24, "hash": "of another"} for row in content["rows"]]
    larger.write_text(json.dumps(content | {"rows": rows}), encoding="utf-8")
    page, merged = folder / "both.html", folder / "both.json"
    files = ["--merge", str(folder / "one.json"), str(larger)]
    assert main(["report", *files, "--page", str(page), "--json", str(merged)]) == 0
    assert "against size" in page.read_text(encoding="utf-8")
    assert len(read(merged)["rows"]) == 4
    assert len(read(merged)["earlier"]) == 1
    assert "No bound exceeds" in capsys.readouterr().out


def test_a_bound_above_a_plan_is_caught(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = read(folder / "one.json")
    forged = folder / "forged.json"
    content["rows"][1]["bound"] *= 1.001
    forged.write_text(json.dumps(content), encoding="utf-8")
    assert main(["report", "--merge", str(forged)]) == 1
    assert "scip states a bound of" in capsys.readouterr().out.replace("\n", " ")


def test_a_bound_of_a_trace_is_caught_too(folder: Path) -> None:
    rows = read(folder / "one.json")["rows"]
    assert bounds_too_high(rows) == []
    rows[0]["trace"][0][2] = rows[0]["incumbent"] * 1.001
    assert len(bounds_too_high(rows)) == 1


def test_a_plan_that_holds_counts(instance: Instance, tmp_path: Path) -> None:
    row = row_of(instance, "highs", 10.0, left(tmp_path, instance), DONE)
    assert row["status"] == "optimal"
    assert row["gap"] == 0
    assert row["incumbent"] is not None


@pytest.mark.parametrize("fault", ["row", "whole number", "objective", "shape", "not a number"])
def test_a_plan_that_does_not_hold_is_wrong(fault: str, instance: Instance, tmp_path: Path) -> None:
    right = highs.solve(instance.problem, SolveOptions(gap=0.0))
    assert right.values is not None
    assert right.objective is not None
    faults: dict[str, dict[str, Any]] = {
        "row": {"values": np.zeros_like(right.values), "objective": 0.0},
        "whole number": {"values": right.values * 0.5, "objective": right.objective * 0.5},
        "objective": {"objective": right.objective - 1},
        "shape": {"values": right.values[:-1]},
        "not a number": {"values": right.values * np.nan},
    }
    row = row_of(instance, "liar", 10.0, left(tmp_path, instance, **faults[fault]), DONE)
    assert (row["status"], row["incumbent"], row["gap"]) == ("wrong", None, None)
    assert "liar contradicts itself" in row["message"]


def test_a_trace_claims_no_better_plan_than_the_one_that_holds(instance: Instance, tmp_path: Path) -> None:
    left(tmp_path, instance)
    lines: list[list[Any]] = [[0.2, None, -1.0], [0.4, 1.0, 0.5], [0.6, 1e9, 0.7]]
    (tmp_path / "trace.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    row = row_of(instance, "highs", 10.0, tmp_path, DONE)
    assert [plan for _, plan, _ in row["trace"]] == [None, row["incumbent"], 1e9, row["incumbent"]]


def test_a_run_that_was_ended_says_so(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").write_text("[1.0, 70000.0, 50000.0]\n[2.0, 690", encoding="utf-8")
    ended = Ended(seconds=42.0, peak_mb=50.0, overran=True, exit_code=None)
    row = row_of(instance, "highs", 10.0, tmp_path, ended)
    assert (row["status"], row["incumbent"], row["bound"], row["seconds"]) == ("overran", None, 50000.0, 42.0)
    asked = row_of(instance, "highs", 10.0, left(tmp_path, instance, status="interrupted", seconds=41.0), ended)
    assert (asked["status"], asked["gap"], asked["seconds"]) == ("overran", 0, 41.0)


def test_a_run_that_crashed_has_failed(instance: Instance, tmp_path: Path) -> None:
    crashed = Ended(seconds=1.0, peak_mb=50.0, overran=False, exit_code=-9)
    assert row_of(instance, "highs", 10.0, tmp_path, crashed)["status"] == "failed"


def dawdle(folder: Path, seconds: float, megabytes: int) -> None:
    held = np.ones(megabytes * 131_072)
    (folder / "held").write_text(str(held.sum()), encoding="utf-8")
    time.sleep(seconds)


def test_a_process_is_measured_and_ended_when_it_overruns(tmp_path: Path) -> None:
    quick = run_apart(dawdle, tmp_path, 0.0, 200, limit=120.0)
    assert (quick.overran, quick.exit_code) == (False, 0)
    assert quick.peak_mb > 200
    slow = run_apart(dawdle, tmp_path, 300.0, 1, limit=1.0)
    assert (slow.overran, slow.exit_code) == (True, None)


def test_a_gap_is_read_off_a_trace() -> None:
    trace: list[list[Any]] = [[1.0, None, 50.0], [5.0, 100.0, 40.0], [20.0, 90.0, 60.0]]
    assert gap_at(trace, 2) is None
    assert gap_at(trace, 10) == pytest.approx(0.5)
    assert gap_at(trace, 60) == pytest.approx(1 / 3)


def test_a_run_without_a_value_counts_as_the_worst() -> None:
    assert median([0.1, None, 0.3]) == 0.3
    assert median([None, None, 0.3]) is None
    assert median([0.1, 0.2]) == pytest.approx(0.15)


@pytest.mark.parametrize(
    "arguments",
    [
        ["GROWTH"],
        ["GROWTH", "--assets", "0"],
        ["SMALL", "--assets", "12"],
        ["GROWTH", "--assets", "12", "--engines", "highs,abacus"],
        ["GROWTH", "--assets", "12", "--seconds", "inf"],
        ["GROWTH", "--assets", "12", "--json", "no-such-folder/rows.json"],
        ["report"],
        ["report", "--merge", "no-such-file.json"],
    ],
)
def test_bad_usage_is_said_before_anything_runs(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.long
def test_the_other_commands_say_what_they_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formulate", "--assets", "100"]) == 0
    assert "times as long" in capsys.readouterr().out
    path = tmp_path / "whole.json"
    assert main(["whole", "--assets", "50", "--seconds", "20", "--json", str(path)]) == 0
    told: Row = read(path)
    assert told["value"] >= told["bound"]
    assert told["peak_memory_mb"] > 20
