"""What people and machines do to commands: odd names, locked files, full disks, damaged runs. No traceback, ever."""

from __future__ import annotations

import builtins
import errno
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capitalplan.register.schema import EquipmentRow, FundingRow, OrganisationRow, SiteRow
from tests.e2e.command import Ended, command_line, environment, run_command
from tests.folders import change_rows, copy_network

Command = Callable[..., Ended]
LONG = "a" * 300


@pytest.mark.parametrize("command", ["validate", "need", "plan", "template"])
def test_a_name_too_long(command: str, tmp_path: Path, capitalplan: Command) -> None:
    more: dict[str, list[object]] = {"plan": ["--out", tmp_path / "run"], "template": ["--level", "network"]}
    ended = capitalplan(command, tmp_path / f"{LONG}.xlsx", *more.get(command, []))
    assert ended.code == (6 if command == "template" else 3)
    assert len(ended.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["folder", "workbook"])
@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_file_that_may_not_be_read(
    command: str, given: str, book: Path, tmp_path: Path, capitalplan: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused by a stand-in for the system, which would let a superuser read anything."""
    folder = copy_network("twelve_assets", tmp_path / "folder")
    workbook = tmp_path / "workbook.xlsx"
    workbook.write_bytes(book.read_bytes())
    really_open = io.open

    def refuse(file: Any, *rest: Any, **more: Any) -> Any:
        if str(file) in {str(folder / "Equipment.csv"), str(workbook)}:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return really_open(file, *rest, **more)

    monkeypatch.setattr(io, "open", refuse)
    monkeypatch.setattr(builtins, "open", refuse)
    more = ["--out", tmp_path / "made" / "run"] if command == "plan" else []
    ended = capitalplan(command, {"folder": folder, "workbook": workbook}[given], *more)
    assert (ended.code, ended.out) == (3, "")
    assert "cannot be read" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_names_that_look_like_markup(tmp_path: Path, capitalplan: Command) -> None:
    network = copy_network("twelve_assets", tmp_path / "network")
    for kind in (SiteRow, OrganisationRow, FundingRow):
        change_rows(
            network, kind, lambda row: {**row, "trust_code": row["trust_code"] and row["trust_code"].replace("Q", "[/")}
        )
    change_rows(network, EquipmentRow, lambda row: {**row, "trust_code": ""})
    ended = capitalplan("need", network)
    assert ended.code == 0, ended.err
    assert "[/X6" in ended.out


@pytest.mark.parametrize("held", ["owned", "managed service"])
def test_a_machine_held_otherwise_than_its_contract_says_is_planned_by_the_contract(
    held: str, tmp_path: Path, capitalplan: Command
) -> None:
    network = copy_network("twelve_assets", tmp_path / "network")
    asked = ("--no-price-tests", "--json")
    as_contract = json.loads(capitalplan("plan", network, "--out", tmp_path / "a", *asked).out)
    change_rows(
        network,
        EquipmentRow,
        lambda row: {**row, "ownership": held} if row["contract_id"].startswith("LEASE") else row,
    )
    ended = capitalplan("plan", network, "--out", tmp_path / "b", *asked)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["kpis"] == as_contract["kpis"]
    assert "that is taken" in capitalplan("validate", network).out


def test_an_engine_does_not_check_itself(book: Path, tmp_path: Path, capitalplan: Command) -> None:
    ended = capitalplan("plan", book, "--out", tmp_path / "run", "--solver", "cbc", "--cross-check", "cbc")
    assert (ended.code, ended.out) == (2, "")
    assert "another engine" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_its_register_is_refused(run: Path, capitalplan: Command) -> None:
    (run / "input" / "register.json").unlink()
    ended = capitalplan("verify", run)
    assert ended.code == 7
    assert "input/register.json is not as it was sealed." in ended.out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_cannot_be_written(book: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            command_line("validate", book), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", env=environment(),
            check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 6
    assert len(done.stderr.strip().splitlines()) == 1
    assert run_command("validate", book).code == 0
