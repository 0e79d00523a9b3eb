"""Many plans of one book: the same whatever works on them, kept as they finish, and never dearer with more money."""

from __future__ import annotations

import html
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import psutil
import pytest
from distributed import LocalCluster

from capitalplan.analysis.scenarios import Outcome, ScenarioResult
from capitalplan.errors import EnvironmentFaultError, InputError, RunFolderError
from capitalplan.register.scenarios.sweep import read_sweep
from capitalplan.register.schema import FundingRow, ScenarioRow
from capitalplan.workflow.pools import LocalPool, Pool, open_pool
from capitalplan.workflow.scenarios.running import Asked, run_scenarios
from data._tables import write_sheet
from tests.e2e.command import command_line, environment, run_command
from tests.folders import change_rows, copy_network

SWEEP = "budget=50%:150%:3"
HOSTILE = '=HYPERLINK("x") <script>&'
LINES = [
    {"scenario": "Growth", "table": "Modalities", "column": "Demand growth", "change": "shift", "value": "1%"},
    {"scenario": "Typo", "table": "Modalitis", "column": "Demand growth", "change": "shift", "value": "1%"},
    {"scenario": HOSTILE, "table": "Settings", "column": "discount_rate", "change": "set", "value": "4%"},
    {"scenario": "No money", "table": "Funding", "column": "Limit", "change": "scale", "value": "0%"},
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_network("twelve_assets", tmp_path_factory.mktemp("book") / "twelve")
    write_sheet(folder, ScenarioRow, LINES)
    return folder


WANTED = Asked(gap=0.01, sweeps=(SWEEP,))
ONE = Asked(gap=0.01, only=("No money",))


def run(
    book: Path, out: Path, pool: Pool, wanted: Asked = WANTED, *, resume: bool = False
) -> tuple[ScenarioResult, ...]:
    with pool:
        return run_scenarios(
            book, out, wanted, [read_sweep(each) for each in wanted.sweeps], pool, resume=resume, note=lambda _: None
        )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("study") / "one"


@pytest.fixture(scope="module")
def results(book: Path, out: Path) -> tuple[ScenarioResult, ...]:
    return run(book, out, LocalPool(1))


def plans_of(results: Sequence[ScenarioResult]) -> list[tuple[object, ...]]:
    """What must not depend on who worked on it: everything but the time it took."""
    return [(each.name, each.solved.outcome, each.solved.reason, each.solved.plan) for each in results]


def costs(results: Sequence[ScenarioResult]) -> list[int]:
    return [each.solved.plan.objective_gbp for each in results if each.name.startswith("budget") and each.solved.plan]


def test_the_book_its_scenarios_and_every_level_are_planned(results: tuple[ScenarioResult, ...]) -> None:
    outcomes = {each.name: each.solved.outcome for each in results}
    levels = [f"budget {percent}%" for percent in (50, 100, 150)]
    assert list(outcomes) == ["the book", "Growth", "Typo", HOSTILE, "No money", *levels]
    assert outcomes.pop("Typo") is Outcome.FAULTY
    assert set(outcomes.values()) == {Outcome.PLANNED}
    assert all(each.solved.plan.gap <= 0.01 for each in results if each.solved.plan and each.solved.plan.gap)
    by_name = {each.name: each.solved.plan for each in results}
    assert by_name["budget 100%"] == by_name["the book"]


def test_more_money_never_costs_more(results: tuple[ScenarioResult, ...]) -> None:
    found = costs(results)
    assert len(found) == 3
    assert found == sorted(found, reverse=True)


def test_page_workbook_and_json_tell_the_same(out: Path, results: tuple[ScenarioResult, ...]) -> None:
    told = {each["scenario"]: each for each in json.loads((out / "scenarios.json").read_text("utf-8"))["scenarios"]}
    page = (out / "scenarios.html").read_text("utf-8")
    book = openpyxl.load_workbook(out / "scenarios.xlsx")
    rows = {row[0]: row for row in book["Scenarios"].iter_rows(min_row=5, values_only=True)}
    assert HOSTILE not in page
    assert html.escape(HOSTILE, quote=False) in page.replace("&#34;", '"')
    assert [cell.data_type for cell in book["Scenarios"]["A"] if cell.value == HOSTILE] == ["s"]
    for result in results:
        plan = result.solved.plan
        assert told[result.name].get("objective_gbp") == (plan and plan.objective_gbp)
        assert rows[result.name][2] == (plan and plan.objective_gbp)
        if plan is not None:
            assert f"£{plan.objective_gbp:,}" in page


def test_two_workers_make_the_same_plans(book: Path, results: tuple[ScenarioResult, ...], tmp_path: Path) -> None:
    assert plans_of(run(book, tmp_path / "two", LocalPool(2))) == plans_of(results)


@pytest.mark.long
def test_a_dask_cluster_makes_the_same_plans(book: Path, results: tuple[ScenarioResult, ...], tmp_path: Path) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        found = run(book, tmp_path / "dask", open_pool(None, cluster.scheduler_address))
    assert plans_of(found) == plans_of(results)


def test_a_cluster_that_cannot_be_reached_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("capitalplan.workflow.clusters.CONNECT_SECONDS", 1)
    with pytest.raises(EnvironmentFaultError, match="cannot be reached"):
        open_pool(None, "tcp://127.0.0.1:9")


@pytest.mark.long
def test_a_killed_worker_loses_nothing(book: Path, results: tuple[ScenarioResult, ...], tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(_: str) -> None:
        workers = [
            each
            for each in psutil.Process().children()
            if each.pid not in killed and "popen_loky" in str(each.cmdline())
        ]
        if len(killed) < 2 and workers:
            killed.append(workers[-1].pid)
            workers[-1].kill()

    with LocalPool(2) as pool:
        found = run_scenarios(book, tmp_path / "killed", WANTED, [read_sweep(SWEEP)], pool, resume=False, note=kill_one)
    assert len(killed) == 2
    assert plans_of(found) == plans_of(results)


@pytest.mark.long
def test_a_task_whose_process_always_ends_is_counted_not_dropped(tmp_path: Path) -> None:
    with LocalPool(1) as pool:
        pool.submit(1, _end_the_process, None)
        key, result = pool.take()
        assert (key, type(result).__name__) == (1, "LostTask")
        pool.submit(2, abs, -5)
        assert pool.take() == (2, 5)


def _end_the_process(_: object) -> None:
    signal.raise_signal(signal.SIGABRT)


@pytest.mark.long
def test_a_study_that_is_killed_goes_on_where_it_was(
    book: Path, results: tuple[ScenarioResult, ...], tmp_path: Path
) -> None:
    out = tmp_path / "study"
    words = ("scenarios", book, "--out", out, "--sweep", SWEEP, "--gap", "0.01", "--workers", "1")
    with subprocess.Popen(command_line(*words), env=environment(), stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while len(kept(out)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    before = {place.name: (place / "outcome.json").stat().st_mtime_ns for place in kept(out)}
    assert 2 <= len(before) < len(results)
    refused = run_command(*words)
    assert refused.code == 6
    assert "--resume" in refused.err
    told = run_command(*words, "--resume", "--json")
    assert told.code == 5, told.err  # one scenario has faults
    after = {place.name: (place / "outcome.json").stat().st_mtime_ns for place in kept(out)}
    assert {name: after[name] for name in before} == before
    answer = {each["scenario"]: each.get("objective_gbp") for each in json.loads(told.out)["scenarios"]}
    assert answer == {each.name: each.solved.plan and each.solved.plan.objective_gbp for each in results}


def kept(out: Path) -> list[Path]:
    return sorted(place for place in (out / "scenarios").glob("*") if not place.name.startswith("."))


def test_a_study_goes_on_only_with_the_same_book_and_wishes(book: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "study", tmp_path / "other"
    first = run(book, out, LocalPool(1), ONE)
    assert plans_of(run(book, out, LocalPool(1), ONE, resume=True)) == plans_of(first)
    with pytest.raises(RunFolderError, match=r"was begun with gap 0\.01, not 0\.02"):
        run(book, out, LocalPool(1), replace(ONE, gap=0.02), resume=True)
    shutil.copytree(book, other / book.name)
    change_rows(other / book.name, FundingRow, lambda row: row | {"limit_gbp": "1"})
    with pytest.raises(RunFolderError, match="was begun with another book"):
        run(other / book.name, out, LocalPool(1), ONE, resume=True)
    with pytest.raises(InputError, match="Did you mean 'Growth'"):
        run(book, tmp_path / "new", LocalPool(1), replace(ONE, only=("Grwth",)))
    (next((out / "scenarios").iterdir()) / "outcome.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunFolderError, match="is not as it was written"):
        run(book, out, LocalPool(1), ONE, resume=True)
