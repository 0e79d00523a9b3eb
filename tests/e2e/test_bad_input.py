"""Whatever is wrong ends in words on standard error, its own exit code, and no folder."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from capitalplan.register.schema import EquipmentRow, FundingRow, SchemeRow
from data._tables import write_sheet
from tests.e2e.command import Ended, run_command
from tests.e2e.every_part import SECOND, Sheets, write_network
from tests.folders import change_rows, copy_network

Command = Callable[..., Ended]


def zip_bomb(path: Path) -> None:
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<x>" + b"0" * 8_000_000 + b"</x>")


def with_macros(path: Path) -> None:
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (lambda _: None, "no file or folder"),
    "not a workbook": (lambda path: path.write_text("Dear all, see attached."), "not an Excel workbook"),
    "empty": (lambda path: path.touch(), "empty"),
    "macros": (with_macros, "macros"),
    "zip bomb": (zip_bomb, "unpacks to over"),
    "folder without tables": (lambda path: path.mkdir(), "no CSV files"),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("command", ["validate", "need", "plan"])
def test_a_file_that_cannot_be_a_register(command: str, kind: str, tmp_path: Path, capitalplan: Command) -> None:
    make, words = FILES[kind]
    make(tmp_path / "given.xlsx")
    out = tmp_path / "made" / "run"
    ended = capitalplan(command, tmp_path / "given.xlsx", *(["--out", out] if command == "plan" else []))
    assert (ended.code, ended.out) == (3, "")
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert not out.parent.exists()


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return copy_network("twelve_assets", tmp_path / "network")


def test_a_judgement_stops_the_plan_until_it_is_accepted(network: Path, tmp_path: Path, capitalplan: Command) -> None:
    staff = "Trust code,Staff group,Year,WTE in post\nQX6,radiographer,2026/27,5\n"
    (network / "Workforce.csv").write_text(staff, encoding="utf-8")
    ended = capitalplan("validate", network)
    assert (ended.code, "1 judgement" in ended.out) == (3, True)
    assert "[staff-below-activity, QX6 radiographers]" in ended.out
    told = json.loads(capitalplan("validate", network, "--json").out)
    (issue,) = (each for each in told["issues"] if each["severity"] == "judgement")
    assert (told["errors"], told["judgements"], issue["cell"]) == (0, 1, "D2")
    refused = capitalplan("plan", network, "--out", tmp_path / "run")
    assert (refused.code, (tmp_path / "run").exists()) == (3, False)
    accepted = f"Warning,Place,Reason\n{issue['code']},{issue['subject']},Agency staff are not counted\n"
    (network / "Accepted.csv").write_text(accepted, encoding="utf-8")
    ended = capitalplan("validate", network)
    assert (ended.code, "Accepted: Agency staff are not counted." in ended.out) == (0, True)


def test_every_error_is_listed_and_nothing_is_made(network: Path, tmp_path: Path, capitalplan: Command) -> None:
    text = (network / "Equipment.csv").read_text(encoding="utf-8")
    text = text.replace("QX601-MR-01,QX601,MR", "QX601-CT-01,QX999,laser")
    (network / "Equipment.csv").write_text(text, encoding="utf-8")
    told = json.loads(capitalplan("validate", network, "--json").out)
    errors = [issue for issue in told["issues"] if issue["severity"] == "error"]
    assert len(errors) == told["errors"] >= 2
    assert all(issue["fix"] and issue["sheet"] == "Equipment" for issue in errors)

    checked = capitalplan("validate", network)
    assert checked.code == 3
    ended = capitalplan("plan", network, "--out", tmp_path / "run")
    assert (ended.code, ended.out) == (3, "")
    for issue in errors:
        assert issue["message"] in ended.err
        assert issue["message"] in checked.out
    assert f"has {len(errors)} errors" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["network"]


def test_errors_through_a_real_shell_go_to_standard_error(network: Path, tmp_path: Path) -> None:
    text = (network / "Funding.csv").read_text(encoding="utf-8")
    (network / "Funding.csv").write_text(text.replace("500000", "half a million"), encoding="utf-8")
    ended = run_command("plan", network, "--out", tmp_path / "run", "--json")
    assert (ended.code, ended.out) == (3, "")
    assert "half a million" in ended.err


def locked(network: Path) -> None:
    change_rows(
        network,
        EquipmentRow,
        lambda row: {**row, "lock": "replace", "lock_year": "2026/27"} if row["asset_id"] == "QX601-CT-01" else row,
    )


def no_money_in_the_first_year(network: Path) -> None:
    change_rows(network, FundingRow, lambda row: {**row, "limit_gbp": "0"} if row["year"] == "2026/27" else row)


def committed(network: Path) -> None:
    scheme = {
        "scheme_id": "S-1",
        "action": "replace",
        "asset_id": "QX601-CT-01",
        "option": "CT standard",
        "year": "2026/27",
        "capital_gbp": "1500000",
        "status": "ordered",
        "funding_source": "Regional diagnostics fund",
    }
    write_sheet(network, SchemeRow, [scheme])


def refused(network: Path, out: Path, command: Command) -> str:
    ended = command("plan", network, "--out", out)
    assert (ended.code, ended.out) == (4, "")
    assert "No plan meets the hard rules." in ended.err
    assert not out.exists()
    return ended.err


def test_locks_without_money_name_rule_place_year_and_amount(
    network: Path, tmp_path: Path, capitalplan: Command
) -> None:
    locked(network)
    no_money_in_the_first_year(network)
    said = refused(network, tmp_path / "run", capitalplan)
    found = re.search(r"money: The capital limit of QX6 in 2026/27 is too low by £([\d,]+)", said)
    assert found is not None, said
    missing = int(found[1].replace(",", ""))

    change_rows(
        network,
        FundingRow,
        lambda row: (
            {**row, "limit_gbp": str(missing)} if row["year"] == "2026/27" and row["trust_code"] == "QX6" else row
        ),
    )
    assert capitalplan("plan", network, "--no-price-tests", "--out", tmp_path / "enough").code == 0
    change_rows(
        network,
        FundingRow,
        lambda row: (
            {**row, "limit_gbp": str(missing - 1)} if row["year"] == "2026/27" and row["trust_code"] == "QX6" else row
        ),
    )
    assert "too low by £1:" in refused(network, tmp_path / "run", capitalplan)


def test_a_committed_scheme_above_its_source_is_named(network: Path, tmp_path: Path, capitalplan: Command) -> None:
    committed(network)
    said = refused(network, tmp_path / "run", capitalplan)
    assert "money: The capital limit of Regional diagnostics fund in 2026/27 is too low by £200,000" in said


def test_a_machine_with_nothing_allowed_is_named(network: Path, tmp_path: Path, capitalplan: Command) -> None:
    """Its support ends in a year before the earliest in which it may be replaced."""
    change_rows(
        network,
        EquipmentRow,
        lambda row: (
            {**row, "end_of_support": "2028-06-30", "earliest_year": "2031/32"}
            if row["asset_id"] == "QX601-MR-01"
            else row
        ),
    )
    said = refused(network, tmp_path / "run", capitalplan)
    assert "choice: Nothing may be done with QX601-MR-01" in said
    assert "2028/29" in said


def test_too_many_installations_name_the_site(network: Path, tmp_path: Path, capitalplan: Command) -> None:
    machines = {"QX602-CT-01", "QX602-DX-01"}
    change_rows(
        network,
        EquipmentRow,
        lambda row: {**row, "lock": "replace", "lock_year": "2028/29"} if row["asset_id"] in machines else row,
    )
    said = refused(network, tmp_path / "run", capitalplan)
    assert re.search(r"works: .* at QX602 in 2028/29 is too low by 1 installation\b", said), said


@pytest.mark.parametrize("words", [["--wat"], ["--solver", "abacus"], ["--gap", "2"], ["--time-limit", "soon"]])
def test_wrong_words_are_a_matter_of_usage(words: list[str], book: Path, tmp_path: Path, capitalplan: Command) -> None:
    ended = capitalplan("plan", book, "--out", tmp_path / "run", *words)
    assert (ended.code, ended.out) == (2, "")
    assert words[0].strip("-") in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_left_alone(book: Path, tmp_path: Path, capitalplan: Command) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    ended = capitalplan("plan", book, "--out", tmp_path)
    assert (ended.code, ended.out) == (6, "")
    assert "not empty" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_place_that_cannot_hold_a_folder(book: Path, tmp_path: Path, capitalplan: Command) -> None:
    (tmp_path / "file").touch()
    ended = capitalplan("plan", book, "--out", tmp_path / "file" / "run")
    assert (ended.code, ended.out) == (6, "")
    assert len(ended.err.strip().splitlines()) == 1
    assert "could not be written" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["copyfile", "fsync"])
def test_a_full_disk(
    step: str, book: Path, tmp_path: Path, capitalplan: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil if step == "copyfile" else os, step, full)
    ended = capitalplan("plan", book, "--no-price-tests", "--out", tmp_path / "out" / "run")
    assert (ended.code, ended.out) == (6, "")
    assert ended.err.strip().splitlines()[-1].endswith("Nothing was left half-written.")
    assert os.strerror(errno.ENOSPC) in ended.err
    assert "Traceback" not in ended.err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes cannot be limited there")
@pytest.mark.parametrize("view", ["plan.xlsx", "plan.html"])
def test_a_disk_that_fills_while_the_reports_are_written(
    view: str, planned: tuple[Path, Ended], tmp_path: Path
) -> None:
    """The limit on the size of a file lies just under that of the view."""
    import resource

    most = (planned[0] / view).stat().st_size * 95 // 100
    ended = run_command(
        "plan",
        next((planned[0] / "input" / "original").iterdir()),
        *("--no-price-tests", "--out", tmp_path / "out" / "run"),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert (ended.code, ended.out) == (6, "")
    assert "could not be written" in ended.err
    assert "Nothing was left half-written." in ended.err
    assert list((tmp_path / "out").iterdir()) == []


def no_cover(sheets: Sheets) -> None:
    """No van may stand at the site of CT3, and no line of Travel leads away from it."""
    for row in sheets["Sites"]:
        if row["site_code"] == SECOND:
            row["van_standing"] = "no"


def test_an_only_machine_that_must_be_replaced_without_cover(tmp_path: Path, capitalplan: Command) -> None:
    network = write_network(tmp_path / "network", no_cover)
    said = refused(network, tmp_path / "run", capitalplan)
    assert "cover: Nothing may be done with CT3, and it may not be kept" in said
    assert "nothing could stand in for the only CT at QC101 while it is replaced" in said
    assert "A mobile van for it in Extra capacity" in said


def test_an_only_machine_without_cover_is_not_funded_where_it_may_wait(tmp_path: Path, capitalplan: Command) -> None:
    def due(sheets: Sheets) -> None:
        no_cover(sheets)
        for row in sheets["Equipment"]:
            if row["asset_id"] == "CT3":
                row |= {"latest_year": "", "life_years": 3}

    network = write_network(tmp_path / "network", due)
    ended = capitalplan("plan", network, "--no-price-tests", "--out", tmp_path / "run")
    assert ended.code == 0, ended.err
    plan = json.loads((tmp_path / "run" / "plan.json").read_text(encoding="utf-8"))
    (line,) = (row for row in plan["schemes"] if row["asset_id"] == "CT3")
    assert line["timing"] == "not funded"
    assert "stand in" in line["reason"]


def test_a_judgement_stops_until_it_is_accepted(tmp_path: Path, capitalplan: Command) -> None:
    def unaccepted(sheets: Sheets) -> None:
        sheets["Accepted"] = []

    checked = capitalplan("validate", write_network(tmp_path / "doubtful", unaccepted))
    assert (checked.code, checked.err) == (3, "")
    assert "judgement: Workforce!" in checked.out
    assert "add a row to Accepted with Warning 'staff-below-activity', Place 'QA1 reporters'" in checked.out
    assert "0 errors, 1 judgement, 0 warnings." in checked.out
    ended = capitalplan("plan", tmp_path / "doubtful", "--out", tmp_path / "run")
    assert (ended.code, ended.out) == (3, "")
    assert "1 judgement to correct or accept" in ended.err

    accepted = capitalplan("validate", write_network(tmp_path / "accepted"))
    assert accepted.code == 0
    assert "Accepted: They are being recruited." in accepted.out
    told = json.loads(capitalplan("validate", tmp_path / "accepted", "--json").out)
    assert (told["errors"], told["judgements"], told["warnings"]) == (0, 0, 1)
