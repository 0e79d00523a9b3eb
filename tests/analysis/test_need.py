"""The unconstrained need, from nothing but an equipment list."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.analysis.need import unconstrained_need
from capitalplan.analysis.study import NeedLine
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.register.schema import EquipmentRow, ModalityRow, SchemeRow
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan
from data._tables import Cell, Cells
from tests.folders import Sheets, write_folder


def machine(asset_id: str, **changes: Cell) -> Cells:
    """An X-ray room of trust RAA for £200,000 and £50,000 of works, with a planned life of twelve years."""
    room: dict[str, Cell] = {
        "asset_id": asset_id,
        "site_code": "RAA01",
        "modality": "DX",
        "install_date": "2016/17",
        "exams_per_year": 9000,
        "replacement_cost_gbp": 200_000,
        "enabling_works_gbp": 50_000,
        "life_years": 12,
    }
    return {**room, **changes}


EQUIPMENT = [
    machine("DUE-2028"),
    machine("OVERDUE", install_date="2010/11"),
    machine("OTHER-TRUST", site_code="RBB01"),
    machine("NOT-DUE", install_date="2025/26"),
    machine("HELD", install_date="2010/11", ownership="managed service", contract_end="2040-03-31"),
]


def register_of(folder: Path, more: Sheets | None = None) -> Register:
    return read_register(write_folder(folder, {EquipmentRow: EQUIPMENT, **(more or {})}))


def due(need: tuple[NeedLine, ...]) -> dict[tuple[str, int], tuple[int, int]]:
    """Machines and capital by trust and year, where there are any."""
    return {(line.trust, line.year): (line.machines, line.capital_gbp) for line in need if line.machines}


def test_need_by_year_and_trust_to_the_pound(tmp_path: Path) -> None:
    # (200,000 x 1.10 + 50,000 x 1.24) x 1.20 = 338,400 in 2026/27; x 1.02 x 1.02 = 352,071.36 in 2028/29
    need = unconstrained_need(register_of(tmp_path))
    assert due(need) == {
        ("RAA", 2026): (1, 338_400),
        ("RAA", 2028): (1, 352_071),
        ("RBB", 2028): (1, 352_071),
    }
    assert [line.overdue for line in need if line.machines] == [1, 0, 0]


def test_need_is_told_for_every_year_of_every_trust(tmp_path: Path) -> None:
    register = register_of(tmp_path)
    told = [(line.trust, line.year) for line in unconstrained_need(register)]
    assert told == [(trust, year) for trust in ("RAA", "RBB") for year in register.settings.horizon]


def test_what_is_committed_is_no_need(tmp_path: Path) -> None:
    scheme: Cells = {
        "scheme_id": "S",
        "action": "replace",
        "asset_id": "OVERDUE",
        "option": "DX room",
        "year": "2027/28",
        "capital_gbp": 300_000,
        "status": "ordered",
    }
    committed = due(unconstrained_need(register_of(tmp_path / "ordered", {SchemeRow: [scheme]})))
    assert ("RAA", 2026) not in committed
    idea = due(unconstrained_need(register_of(tmp_path / "idea", {SchemeRow: [{**scheme, "status": "idea"}]})))
    assert idea["RAA", 2026] == (1, 338_400)


@pytest.mark.parametrize(("life", "years"), [(4, [2026, 2030, 2034]), (9, [2026])])
def test_a_machine_replaced_is_due_again_when_its_new_life_ends(life: int, years: list[int], tmp_path: Path) -> None:
    lives: Cells = {"modality": "DX", "life_high_use": life, "life_mid_use": life, "life_low_use": life}
    rows = [machine("ONE", install_date="2010/11")]
    need = unconstrained_need(read_register(write_folder(tmp_path, {EquipmentRow: rows, ModalityRow: [lives]})))
    assert [line.year for line in need if line.machines] == years


def test_a_plan_without_limits_says_that_it_is_no_funded_plan(tmp_path: Path) -> None:
    plan = make_plan(register_of(tmp_path), SolveOptions()).plan
    assert not plan.funded
    assert "not a funded plan" in plan.status
