"""The fictional national register: made again alike, read without a fault, planned whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from capitalplan.formulation.blocks import block_numbers
from capitalplan.formulation.formulate import formulate
from capitalplan.register.read import inspect, read_register
from capitalplan.register.schema import EquipmentRow, FundingRow, OrganisationRow, SourceRow, WorkforceRow
from tests.benchmarks.national import national_sheets, write_national
from tests.e2e.command import run_command
from tests.formulation.test_blocks import OF_PATIENTS, blocks_by_row

MACHINES = 300


def test_a_seed_makes_the_same_register_again_and_another_seed_another() -> None:
    once, again, other = (national_sheets(MACHINES, seed=seed) for seed in (1, 1, 2))
    assert once == again
    assert once[EquipmentRow] != other[EquipmentRow]


@pytest.mark.parametrize(("machines", "trusts"), [(150, 4), (MACHINES, 8), (650, 12)])
def test_it_has_as_many_machines_as_asked_for_in_networks_of_four_trusts(machines: int, trusts: int) -> None:
    sheets = national_sheets(machines)
    named = Counter(row["asset_id"] for row in sheets[EquipmentRow])
    assert (len(named), set(named.values())) == (machines, {1})
    assert len(sheets[OrganisationRow]) == trusts


def test_networks_share_one_source_and_no_staff() -> None:
    sheets = national_sheets(MACHINES)
    shared = {row["source"] for row in sheets[FundingRow] if row["trust_code"] == "SHARED"}
    limited = {row["source"] for row in sheets[SourceRow] if row.get("trusts")}
    assert shared - limited == {"National imaging fund (fictional)"}
    assert all(row["trust_code"] != "SHARED" for row in sheets[WorkforceRow])


def test_too_few_machines_are_refused() -> None:
    with pytest.raises(ValueError, match="no fewer than"):
        national_sheets(20)


@pytest.mark.long
def test_it_is_read_without_a_fault_and_falls_apart_into_networks(tmp_path: Path) -> None:
    write_national(tmp_path / "folder", MACHINES)
    write_national(tmp_path / "book.xlsx", MACHINES)
    assert not [issue for issue in inspect(tmp_path / "book.xlsx") if issue.severity.stops]
    register = read_register(tmp_path / "folder")
    book = read_register(tmp_path / "book.xlsx")
    assert (book.assets, book.demand, book.sources) == (register.assets, register.demand, register.sources)
    problem = formulate(register).problem
    first = {trust: block for (_, trust), block in block_numbers(register).items()}
    assert {trust[:2] for trust in first} == {"QA", "QB"}
    assert not {block for trust, block in first.items() if trust.startswith("QA")} & {
        block for trust, block in first.items() if trust.startswith("QB")
    }
    met = blocks_by_row(problem, OF_PATIENTS)
    assert {len({block // len(register.lines) for block in blocks}) for blocks in met.values()} == {1}


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_three_hundred_machines_are_planned_and_verified(tmp_path: Path) -> None:
    book, run = tmp_path / "book.xlsx", tmp_path / "run"
    write_national(book, MACHINES)
    planned = run_command("plan", book, "--out", run, "--time-limit", 300, "--no-price-tests")
    assert planned.code in {0, 5}, planned.err
    assert run_command("verify", run).code == 0
    assert (run / "plan.html").stat().st_size < 15_000_000
