"""``plan`` of a network without a plan offers repairs, and runs the one asked for in a copy of the input."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from capitalplan.register.schema import CapitalLimitRow, EquipmentRow, FundingRow, Row, SettingRow, SourceRow, TieRow
from data._tables import Cells, read_sheet, write_sheet
from tests.e2e.command import Ended
from tests.folders import copy_network
from tests.workflow.impossible_networks import WAYS, change_machines, impossible_network, money_for_a_lock

Command = Callable[..., Ended]
Way = Callable[[Path], None]


def offered(said: str) -> list[list[str]]:
    """Commands that a message offers, as words."""
    lines = [line.strip() for line in said.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("capitalplan plan") and "--repair" in line]


def test_repairs_are_offered_and_run(capitalplan: Command, tmp_path: Path) -> None:
    folder = impossible_network(money_for_a_lock, tmp_path)
    given = (folder / "Funding.csv").read_bytes(), (folder / "Equipment.csv").read_bytes()
    ended = capitalplan("plan", folder, "--out", tmp_path / "run", "--no-price-tests")
    assert ended.code == 4
    assert "The capital limit of QX6 in 2027/28 is too low by £1,559,872" in ended.err
    assert "Funding, Regional diagnostics fund, 2027/28: Limit (£ cash) £300,000 -> £1,859,872" in ended.err
    commands = offered(ended.err)
    assert [words[-1] for words in commands] == ["money", "places"]

    ended = capitalplan(*commands[0])
    assert ended.code == 0
    assert "The input was repaired in a copy" in ended.out
    assert "£300,000 -> £1,859,872" in ended.out
    assert given == ((folder / "Funding.csv").read_bytes(), (folder / "Equipment.csv").read_bytes())
    run = tmp_path / "run"
    kept = json.loads((run / "input" / "repair.json").read_text(encoding="utf-8"))
    assert (kept["schema_version"], kept["kind"], len(kept["edits"])) == ("1", "money", 1)
    assert "1859872" in (run / "input" / "original" / folder.name / "Funding.csv").read_text(encoding="utf-8")
    assert "input/repair.json" in json.loads((run / "manifest.json").read_text(encoding="utf-8"))["core"]
    assert "£1,859,872" in (run / "plan.html").read_text(encoding="utf-8")
    assert capitalplan("verify", run).code == 0
    again = capitalplan("replay", run, "--out", tmp_path / "again")
    assert (again.code, "The same plan" in again.out) == (0, True)


def test_json_holds_breaches_and_repairs(capitalplan: Command, tmp_path: Path) -> None:
    folder = impossible_network(money_for_a_lock, tmp_path)
    ended = capitalplan("plan", folder, "--out", tmp_path / "run", "--json")
    said = json.loads(ended.out)
    assert (ended.code, said["exit_code"]) == (4, 4)
    assert [each["place"] for each in said["breaches"]] == ["QX6"]
    assert [each["kind"] for each in said["repairs"]] == ["money", "places"]
    assert said["repairs"][1]["edits"][0]["after"] == {"lock_year": "2028/29"}
    assert said["repairs"][1]["command"].endswith("--repair places")


def test_nothing_is_repaired_where_there_is_a_plan(capitalplan: Command, tmp_path: Path) -> None:
    ended = capitalplan(
        "plan", copy_network("twelve_assets", tmp_path / "net"), "--out", tmp_path / "run", "--no-price-tests",
        "--repair", "places",
    )  # fmt: skip
    assert ended.code == 0
    assert "nothing is repaired" in ended.err
    assert not (tmp_path / "run" / "input" / "repair.json").exists()


def test_a_kind_there_is_none_of_is_said(capitalplan: Command, tmp_path: Path) -> None:
    folder = copy_network("twelve_assets", tmp_path / "net")
    change_machines(folder, {"QX601-DX-02": {"lock": "keep", "latest_year": "2029/30"}})
    ended = capitalplan("plan", folder, "--out", tmp_path / "run", "--repair", "money")
    assert ended.code == 4
    assert "the least money more" in ended.err
    assert not (tmp_path / "run").exists()


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_command_offered_ends_well(way: Way, capitalplan: Command, tmp_path: Path) -> None:
    folder = impossible_network(way, tmp_path)
    ended = capitalplan("plan", folder, "--out", tmp_path / "run", "--no-price-tests")
    commands = offered(ended.err)
    assert commands
    for number, words in enumerate(commands):
        words[words.index("--out") + 1] = str(tmp_path / f"run {number}")
        assert capitalplan(*words).code == 0


def machines(*names: str, **cells: str) -> Way:
    return lambda folder: change_machines(folder, dict.fromkeys(names, cells))


def lock(*names: str, year: str) -> Way:
    return machines(*names, lock="replace", lock_year=year)


def all_of(*ways: Way) -> Way:
    def way(folder: Path) -> None:
        for each in ways:
            each(folder)

    return way


def rows(kind: type[Row], *added: Cells) -> Way:
    return lambda folder: write_sheet(folder, kind, [*read_sheet(folder, kind), *added])


def changed(kind: type[Row], where: Mapping[str, str], **cells: str) -> Way:
    def way(folder: Path) -> None:
        given = read_sheet(folder, kind)
        found = [row for row in given if where.items() <= row.items()]
        assert found
        write_sheet(folder, kind, [{**row, **cells} if row in found else row for row in given])

    return way


def no_support(folder: Path) -> None:
    changed(EquipmentRow, {"modality": "MR", "ownership": "owned"}, end_of_support="2027-03-31")(folder)


CTS = ("QX101-CT-01", "QX101-CT-03", "QX101-CT-04")
ROOMS = tuple(f"QX102-DX-0{number}" for number in (1, 3, 4, 5, 6))
EXAMPLE_WAYS: dict[str, Way] = {
    "money": lock(*CTS, "QX101-MR-03", year="2029/30"),
    "works": lock(*ROOMS, year="2030/31"),
    "projects": all_of(lock(*ROOMS[:2], "QX101-RF-03", year="2030/31"),
                       rows(SettingRow, {"setting": "max_network_projects", "value": "2"})),
    "support": no_support,
    "committed": changed(FundingRow, {"source": "QX2 operational capital", "year": "2026/27"}, limit_gbp="100000"),
    "tie": all_of(machines(ROOMS[3], latest_year="2028/29"), machines(ROOMS[0], earliest_year="2030/31"),
                  rows(TieRow, {"first": ROOMS[3], "tie": "together", "other": ROOMS[0]})),
    "dates": machines(ROOMS[0], lock="keep", latest_year="2029/30"),
    "capital limit": all_of(lock(*CTS, year="2029/30"),
                            changed(CapitalLimitRow, {"trust_code": "SHARED", "year": "2029/30"}, limit_gbp="900000")),
    "cash": all_of(lock("QX203-CT-01", "QX203-DX-02", year="2029/30"),
                   changed(CapitalLimitRow, {"trust_code": "QX2", "year": "2029/30"}, cash_gbp="10000"),
                   changed(SourceRow, {"source": "Network diagnostics fund"}, purposes="new")),
    "age cap": rows(SettingRow, {"setting": "hard_age_cap", "value": "8"}),
}  # fmt: skip


@pytest.mark.campaign
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", EXAMPLE_WAYS)
def test_the_example_is_repaired(name: str, capitalplan: Command, tmp_path: Path) -> None:
    folder = copy_network("example_network", tmp_path / "net")
    EXAMPLE_WAYS[name](folder)
    ended = capitalplan("plan", folder, "--out", tmp_path / "run", "--no-price-tests")
    commands = offered(ended.err)
    assert ended.code == 4
    assert commands
    assert capitalplan(*commands[0]).code == 0
