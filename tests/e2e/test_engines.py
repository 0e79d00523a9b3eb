"""Any engine by name, from plan to replay, and what is said where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from capitalplan.resources import data_path
from capitalplan.runs import read_run
from capitalplan.workflow.engines import pulp_engines
from tests.e2e.command import Ended, run_command

Command = Callable[..., Ended]
BOOK = data_path("twelve_assets")


def test_an_engine_found_by_pulp_plans_and_is_verified_and_replayed(tmp_path: Path, capitalplan: Command) -> None:
    ended = capitalplan("plan", BOOK, "--no-price-tests", "--solver", "HiGHS", "--out", tmp_path / "run")
    run = read_run(tmp_path / "run")
    assert ended.code == 5, ended.err
    assert (
        f"{run.manifest.engine} states no bound: the gap is the one that prices of the linear relaxation" in ended.out
    )
    assert "Notice: not proven to the gap asked for, though the engine calls it so." in ended.out
    assert run.manifest.engine.startswith("HiGHS (PuLP ")
    assert run.manifest.bound_gbp == run.manifest.certified_gbp
    verified = capitalplan("verify", run.path)
    assert verified.code == 0, verified.out
    assert f"{run.manifest.engine} claims no bound." in verified.out
    again = capitalplan("replay", run.path, "--out", tmp_path / "again")
    assert (again.code, again.out) == (0, f"The same plan: the same schemes, at £{run.plan.objective_gbp:,}.\n")
    assert read_run(tmp_path / "again").manifest.engine == run.manifest.engine


def test_what_an_engine_prints_is_not_among_the_data(tmp_path: Path) -> None:
    words = ("--no-price-tests", "--solver", "HiGHS", "--gap", "0.5", "--out", tmp_path / "run", "--json")
    ended = run_command("plan", BOOK, *words)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["gap"] < 0.5


def test_a_missing_engine_is_told_before_anything_is_done(tmp_path: Path, capitalplan: Command) -> None:
    missing = next(name for name, is_found in pulp_engines().items() if not is_found)
    for option in ("--solver", "--cross-check"):
        ended = capitalplan("plan", tmp_path / "no book", option, missing, "--out", tmp_path / "run")
        assert (ended.code, ended.out) == (6, "")
        assert f"The engine {missing} is not installed here. There are highs" in ended.err
        assert "'capitalplan doctor' lists them." in ended.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_engine_is_a_slip_of_the_pen(tmp_path: Path, capitalplan: Command) -> None:
    for option in ("--solver", "--cross-check"):
        ended = capitalplan("plan", BOOK, option, "gurobi", "--out", tmp_path / "run")
        assert ended.code == 2
        assert "There is no engine 'gurobi'" in ended.err
    assert capitalplan("plan", BOOK, "--cross-check", "highs", "--out", tmp_path / "run").code == 2
    assert list(tmp_path.iterdir()) == []


def test_doctor_tells_which_engines_run(capitalplan: Command) -> None:
    told = json.loads(capitalplan("doctor", "--json").out)
    others = told["engines through PuLP"]
    assert others["HiGHS"] == "runs"
    assert set(others["not found"].split(", ")) == {name for name, is_found in pulp_engines().items() if not is_found}


def test_the_model_is_written_for_other_solvers(tmp_path: Path, capitalplan: Command) -> None:
    ended = capitalplan("model", BOOK, "--out", tmp_path / "model.mps")
    assert ended.code == 0, ended.err
    assert "702 of them whole numbers" in ended.err
    assert capitalplan("model", BOOK, "--out", tmp_path / "model.mps").code == 6
