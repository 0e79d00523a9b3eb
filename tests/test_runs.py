"""A run folder is whole or absent, refuses what stands in its way, and knows when it was changed."""

from __future__ import annotations

import datetime as dt
import errno
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from capitalplan import runs
from capitalplan.errors import EnvironmentFaultError, RunFolderError
from capitalplan.formulation.proof import Proof
from capitalplan.plan.plan import Check, Flow, Plan
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.register import Assumption, Link, Register, Site, Trust
from capitalplan.runs import Run, new_run, normalise, read_run, run_facts
from capitalplan.settings import Settings
from capitalplan.solution import Solution, SolveOptions, Status
from capitalplan.terms import Action
from tests.verify.small_network import asset, row

SITE = Site(
    code="R0A01",
    trust="R0A",
    name="General",
    latitude=Fraction(105, 2),
    longitude=None,
    opening_year=None,
    closing_year=None,
    spare_rooms={"MR": 1, "CT": 0},
    max_new_rooms=1,
    max_installations=1,
    van_standing=True,
)
REGISTER = Register(
    settings=Settings(plan_date=dt.date(2026, 5, 1)),
    trusts={"R0A": Trust(code="R0A", name="Example")},
    sites={"R0A01": SITE},
    lines={},
    options={},
    curves={},
    contracts={},
    assets=(),
    schemes=(),
    demand={("MR", "R0A01"): (10, 11), ("CT", "R0A01"): (20, 21)},
    unscheduled={("CT", "R0A01"): (5, 6)},
    waiting_demand={},
    waiting=(),
    unreported={("CT", "R0A"): 7},
    extra=(),
    staff=(),
    ties=(),
    links=(Link(from_site="R0A01", to_site="R0A02", minutes=Fraction(61, 3)),),
    sources=(),
    capital_limits=(),
    revenue_limits=(),
    offers=(),
    tiers=(),
    approvals=(),
    cost_shares=(),
    challenges=(),
    approved=(),
    assumptions=(Assumption(item="VAT", value="20%", source="illustrative", used_for="the plan"),),
    warnings=(),
    left_out=(),
)
PLAN = Plan(
    network="Example",
    funded=False,
    status="planned within the gap asked for",
    objective_gbp=1_234_567,
    bound_gbp=1_234_000,
    gap=0.0005,
    gap_gbp=567,
    schemes=(),
    flows=(Flow(line="CT", from_site="R0A01", to_site="R0A02", year=2026, scans=Fraction(1, 8)),),
    outside=(),
    moves=(),
    extra_hours=(),
    vans=(),
    waiting=(),
    reports=(),
    staff=(),
    covers=(),
    capacity={("CT", "R0A01"): (30, 30)},
    years=(),
    kpis={"over_age_at_end": 0},
    sources=(),
    revenue=(),
    tiers=(),
    changes=(),
    flags=(),
    binding=(),
    breaches=(),
)
SOLUTION = Solution(
    status=Status.OPTIMAL, values=None, objective=1234.5, bound=1234.0, engine="HiGHS", seconds=1.5, message="gap"
)
PROOF = Proof(choices={"y.CT1.0": 1}, prices={"source.Fund.2026": -0.25})


def write(target: Path, source: Path, checks: tuple[Check, ...] = (Check(rule="money", checked=9, breaches=0),)) -> Run:
    with new_run(target) as run:
        run.take_input(source)
        run.keep(REGISTER, PLAN, SOLUTION, SolveOptions(seed=7), checks, proof=PROOF, certified_gbp=1_200_000)
        run.view("plan.html").write_text("<p>plan</p>", encoding="utf-8")
        path = run.seal()
    return read_run(path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "given" / "register 2026.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"PK\x03\x04 any bytes\r\n\x00")
    return path


def test_a_run_comes_back_whole(tmp_path: Path, book: Path) -> None:
    run = write(tmp_path / "out" / "run", book)
    assert run.plan == PLAN
    assert run.input.read_bytes() == book.read_bytes()
    assert run.changed_core == run.changed_views == ()
    assert set(run.manifest.core) == {
        "input/original/register 2026.xlsx",
        "input/register.json",
        "plan.json",
        "proof.json",
    }
    assert set(run.manifest.views) == {"plan.html"}
    assert run.proof() == PROOF
    assert (run.path / "input/register.json").read_bytes() == normalise(REGISTER)
    assert run.manifest.assumptions == REGISTER.assumptions
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["run"]


def test_the_approved_plan_is_kept_with_the_run(tmp_path: Path, book: Path) -> None:
    retired = row(Action.RETIRE, 2028, of=asset("CT1"))
    approved = replace(write(tmp_path / "first", book), plan=replace(PLAN, schemes=(retired,)))
    with new_run(tmp_path / "second") as folder:
        folder.take_input(book)
        lines = folder.take_approved(approved)
        folder.keep(REGISTER, PLAN, SOLUTION, SolveOptions(), (), proof=PROOF, certified_gbp=None)
        run = read_run(folder.seal())
    assert [(line.asset_id, line.action, line.year) for line in lines] == [("CT1", Action.RETIRE, 2028)]
    assert run.approved() == lines
    assert "input/approved.json" in run.manifest.core
    assert approved.approved() == ()
    for old, new in (('"lines"', '"rows"'), ('"2028/29"', '"soon"'), ('_version": "1"', '_version": "9"')):
        kept = (run.path / "input/approved.json").read_text(encoding="utf-8")
        (run.path / "input/approved.json").write_text(kept.replace(old, new), encoding="utf-8")
        assert read_run(run.path).changed_core == ("input/approved.json",)
        with pytest.raises(RunFolderError, match=r"approved\.json is"):
            run.approved()
        (run.path / "input/approved.json").write_text(kept, encoding="utf-8")


def test_facts_show_what_was_done(tmp_path: Path, book: Path) -> None:
    facts = run_facts(write(tmp_path / "run", book).manifest)
    assert facts.facts["Whole-life cost"] == "£1,234,567"
    assert facts.facts["Seed"] == "7"
    assert facts.facts["Independent re-check"] == "accepted"
    assert facts.checks == (Check(rule="money", checked=9, breaches=0),)


def test_a_breach_is_on_record(tmp_path: Path, book: Path) -> None:
    assert write(tmp_path / "run", book, (Check(rule="works", checked=3, breaches=1),)).manifest.verify == "refused"


def test_a_csv_folder_is_kept_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "network"
    folder.mkdir()
    (folder / "Equipment.csv").write_bytes(b"asset_id\r\nA1\r\n")
    (folder / "notes.docx").write_bytes(b"not ours")
    run = write(tmp_path / "run", folder)
    assert {path.name: path.read_bytes() for path in run.input.iterdir()} == {"Equipment.csv": b"asset_id\r\nA1\r\n"}
    (run.input / "Funding.csv").write_bytes(b"source\r\n")
    assert read_run(run.path).changed_core == ("input/original/network/Funding.csv",)


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "core", "views"),
    [
        (edit("plan.json", "1234567", "1234568"), ("plan.json",), ()),
        (edit("manifest.json", '"seed": 7', '"seed": 8'), ("manifest.json",), ()),
        (edit("input/register.json", "R0A", "R0B"), ("input/register.json",), ()),
        (lambda folder: (folder / "input/register.json").unlink(), ("input/register.json",), ()),
        (edit("plan.html", "plan", "hand-edited"), (), ("plan.html",)),
        (lambda folder: (folder / "notes.txt").touch(), (), ()),
    ],
)
def test_changes_are_told_apart(
    tmp_path: Path, book: Path, change: Callable[[Path], None], core: tuple[str, ...], views: tuple[str, ...]
) -> None:
    path = write(tmp_path / "run", book).path
    change(path)
    run = read_run(path)
    assert (run.changed_core, run.changed_views) == (core, views)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "plan.json").unlink(), "plan.json"),
        (lambda folder: (folder / "manifest.json").unlink(), "not a whole run folder"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"), "not JSON"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "not a JSON object"),
        (edit("manifest.json", '"schema_version": "2"', '"schema_version": "0"'), "format 0"),
        (edit("manifest.json", '"seed": 7', '"seed": "x"'), "damaged"),
    ],
)
def test_what_is_not_a_run_is_refused(tmp_path: Path, book: Path, change: Callable[[Path], None], said: str) -> None:
    path = write(tmp_path / "run", book).path
    change(path)
    with pytest.raises(RunFolderError, match=said):
        read_run(path)


def test_an_empty_folder_is_used_and_a_full_one_is_not(tmp_path: Path, book: Path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    write(target, book)
    with pytest.raises(RunFolderError, match="not empty"):
        write(target, book)
    assert read_run(target).changed_core == ()
    with pytest.raises(RunFolderError, match="not empty"):
        write(book, book)


def test_a_second_writer_is_turned_away(tmp_path: Path, book: Path) -> None:
    with new_run(tmp_path / "run"):
        with pytest.raises(RunFolderError, match="being written"):
            write(tmp_path / "run", book)
        write(tmp_path / "another", book)
    write(tmp_path / "run", book)


def test_what_a_dead_command_left_is_cleared(tmp_path: Path, book: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from capitalplan.runs import new_run\n"
        "with new_run(Path(sys.argv[1])) as run: run.view('half.txt').write_text('x'); os._exit(9)"
    )
    target = tmp_path / "out" / "run"
    house = Path(runs.__file__).parents[1]
    died = subprocess.run([sys.executable, "-c", script, target], cwd=house, check=False)
    assert died.returncode == 9
    assert not target.exists()
    write(target, book)
    assert [path.name for path in target.parent.iterdir()] == ["run"]
    assert not (target / "half.txt").exists()


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_broken_run_leaves_nothing(tmp_path: Path, book: Path, fault: BaseException) -> None:
    expected = EnvironmentFaultError if isinstance(fault, OSError) else KeyboardInterrupt

    def broken() -> None:
        with new_run(tmp_path / "out" / "run") as run:
            run.take_input(book)
            raise fault

    with pytest.raises(expected):
        broken()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EnvironmentFaultError, match=r"No space left on device\. Nothing was left half-written\.$"):
        write(tmp_path / "out" / "run", book)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_place_that_cannot_hold_a_folder_is_told(book: Path) -> None:
    with pytest.raises(EnvironmentFaultError, match="could not be written"):
        write(book / "run", book)


def test_inputs_that_mean_the_same_hash_alike() -> None:
    warning = Issue(
        sheet="Sites", row=3, column=None, cell=None, value="", message="Odd.", fix="", severity=Severity.WARNING
    )
    turned = dict(sorted(REGISTER.demand.items()))
    assert list(turned) != list(REGISTER.demand)
    assert normalise(replace(REGISTER, demand=turned, warnings=(warning,))) == normalise(REGISTER)
    assert json.loads(normalise(REGISTER))["links"][0]["minutes"] == "61/3"


def test_inputs_that_differ_hash_apart() -> None:
    dearer = replace(REGISTER, settings=Settings(vat_rate=Fraction(20_001, 100_000)))
    assert normalise(dearer) != normalise(REGISTER)
