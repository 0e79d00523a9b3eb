"""``replay``: the same plan again from the sealed input, or what differs and why it may."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from capitalplan.runs import Run, read_run
from capitalplan.terms import Action
from capitalplan.workflow.replay import Replayed
from tests.e2e.command import Ended
from tests.e2e.test_recheck import edit, seal_again
from tests.e2e.test_record import put

Command = Callable[..., Ended]
STOPPED = "stopped by the time limit, best plan so far"


def test_an_untouched_run_gives_the_same_plan(
    planned: tuple[Path, Ended], tmp_path: Path, capitalplan: Command
) -> None:
    sealed = planned[0]
    ended = capitalplan("replay", sealed, "--out", tmp_path / "again")
    run, again = read_run(sealed), read_run(tmp_path / "again")
    assert (ended.code, ended.out) == (0, f"The same plan: the same schemes, at £{run.plan.objective_gbp:,}.\n")
    assert {path.name for path in again.path.iterdir()} == {path.name for path in sealed.iterdir()}
    for name in ("plan.json", "proof.json", "input/register.json"):
        assert (again.path / name).read_bytes() == (sealed / name).read_bytes()
    for name in ("engine", "options", "seed", "threads"):
        assert getattr(again.manifest, name) == getattr(run.manifest, name)
    assert again.changed_core == ()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("plan.json", put("objective_gbp", 1)),
        ("proof.json", lambda content: content["prices"].clear()),
        ("manifest.json", put("seed", 5)),
    ],
)
def test_an_edited_run_is_refused_and_says_where(
    name: str, change: Callable[[dict[str, Any]], None], run: Path, tmp_path: Path, capitalplan: Command
) -> None:
    edit(run, change, name)
    ended = capitalplan("replay", run, "--out", tmp_path / "again")
    assert (ended.code, ended.out) == (7, "")
    assert f"{name} is not as it was sealed." in ended.err
    assert not (tmp_path / "again").exists()


def test_an_edit_whose_hash_fits_is_refused_by_rule(run: Path, tmp_path: Path, capitalplan: Command) -> None:
    edit(run, put("certified_gbp", 1), "manifest.json")
    seal_again(run)
    ended = capitalplan("replay", run, "--out", tmp_path / "again")
    assert ended.code == 7
    assert "bound: The certified bound is £1 in manifest.json" in ended.err


@pytest.fixture
def sealed(planned: tuple[Path, Ended]) -> Run:
    return read_run(planned[0])


def later(run: Run) -> tuple[Run, str]:
    """The run with its first replacement a year later and £1,000 dearer, and the machine replaced."""
    plan = run.plan
    number, line = next((k, each) for k, each in enumerate(plan.schemes) if each.action is Action.REPLACE)
    assert line.year is not None
    schemes = (*plan.schemes[:number], replace(line, year=line.year + 1), *plan.schemes[number + 1 :])
    other = replace(plan, schemes=schemes, objective_gbp=plan.objective_gbp + 1000)
    return replace(run, plan=other), str(line.asset_id)


def stopped(run: Run) -> Run:
    return replace(run, plan=replace(run.plan, status=STOPPED))


def test_another_plan_is_named_with_the_versions_that_differ(sealed: Run) -> None:
    again, machine = later(sealed)
    versions = {**sealed.manifest.versions, "highspy": "99.0"}
    found = Replayed(run=sealed, again=replace(again, manifest=replace(again.manifest, versions=versions)), code=0)
    assert (found.is_same, found.stopped, found.exit_code) == (False, (), 7)
    said = "\n".join(found.sentences)
    assert f"The run: £{sealed.plan.objective_gbp:,}; no plan costs less than £{sealed.plan.bound_gbp:,}" in said
    assert f"The replay: £{sealed.plan.objective_gbp + 1000:,}; " in said
    assert [line.partition(": the run has replace ")[0] for line in found.moved] == [machine]
    assert f"highspy was {sealed.manifest.versions['highspy']}, and is 99.0." in said
    assert found.as_object()["versions"] == {"highspy": {"run": sealed.manifest.versions["highspy"], "replay": "99.0"}}
    alike = Replayed(run=sealed, again=again, code=0)
    assert "Python, system and libraries are those of the run: they do not explain it." in alike.sentences


@pytest.mark.parametrize(("which", "code"), [("run", 0), ("replay", 5), ("both", 130)])
def test_what_the_clock_stopped_need_not_agree(which: str, code: int, sealed: Run) -> None:
    again, _ = later(sealed)
    run = sealed if which == "replay" else stopped(sealed)
    found = Replayed(run=run, again=again if which == "run" else stopped(again), code=code)
    assert (found.is_same, found.exit_code) == (False, code)
    assert set(found.stopped) == ({"run", "replay"} if which == "both" else {which})
    assert sum("need not be found again" in each for each in found.sentences) == len(found.stopped)
    assert sum("no plan costs less than £" in each for each in found.sentences) == 2
    assert json.loads(json.dumps(found.as_object()))["stopped"] == list(found.stopped)


def test_the_same_plan_of_a_stopped_run_is_said_with_both_bounds(sealed: Run) -> None:
    found = Replayed(run=stopped(sealed), again=stopped(sealed), code=5)
    assert (found.is_same, found.exit_code) == (True, 0)
    assert found.sentences[0].startswith("The same plan")
    assert sum("no plan costs less than £" in each for each in found.sentences) == 2


def test_a_plan_cheaper_than_the_bound_of_the_other_is_told(sealed: Run) -> None:
    cheaper = replace(sealed.plan, objective_gbp=sealed.plan.objective_gbp // 2)
    found = Replayed(run=stopped(sealed), again=replace(sealed, plan=cheaper), code=0)
    assert found.exit_code == 7
    assert any("one of the two is wrong" in each for each in found.sentences)
