"""Which blank and doubtful cells matter, held against planning again from a register typed anew."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from capitalplan.analysis.compare import changed_schemes
from capitalplan.analysis.gap_cells import Cell, Trial, cells_in_question, with_values
from capitalplan.analysis.gaps import cell_effects
from capitalplan.formulation.formulate import formulate
from capitalplan.register.read import read_register
from capitalplan.register.reading.reader import default_book, read_book
from capitalplan.register.register import Register
from capitalplan.register.resolving.resolve import resolve
from capitalplan.register.schema import EquipmentRow
from capitalplan.runs import read_run
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import engine
from capitalplan.workflow.gaps import GapAnswer, data_gaps
from capitalplan.workflow.planning import make_plan
from capitalplan.workflow.running import plan_to_folder
from tests.folders import change_rows, copy_network


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder of the twelve-asset network, planned to the end."""
    folder = tmp_path_factory.mktemp("gaps")
    book = copy_network("twelve_assets", folder / "network")
    return plan_to_folder(book, folder / "run", SolveOptions(gap=0), test_prices=False).folder


@pytest.fixture(scope="module")
def answer(run: Path) -> GapAnswer:
    return data_gaps(run, 3, SolveOptions(), silent)


def test_those_that_matter_most_come_first(answer: GapAnswer) -> None:
    sizes = [each.effect_gbp for each in answer.effects if each.matters and not each.is_impossible]
    assert sizes == sorted(sizes, reverse=True)
    matter = [each.matters for each in answer.effects]
    assert matter == sorted(matter, reverse=True)
    assert answer.sentences[0].startswith(f"{sum(matter)} of {len(matter)} blank or doubtful cells")


def test_a_price_that_bears_on_the_choice_matters_and_an_idle_one_does_not(answer: GapAnswer) -> None:
    verdicts = {(each.cell.asset_id, each.cell.field): each for each in answer.effects}
    assert verdicts["QX601-CT-01", "annual_maintenance_gbp"].matters
    assert "estimate" in verdicts["QX601-CT-01", "annual_maintenance_gbp"].verdict
    idle = verdicts["QX601-MR-02", "net_book_value_gbp"]
    assert (idle.matters, idle.verdict) == (False, "does not matter at these prices")


def test_exact_agrees_with_planning_the_typed_register(run: Path, answer: GapAnswer, tmp_path: Path) -> None:
    before = read_run(run).plan
    again = [each for each in answer.effects if each.replanned is not None]
    assert len(again) == 3
    for number, each in enumerate(again):
        assert each.replanned is not None
        book = Path(shutil.copytree(read_run(run).input, tmp_path / str(number)))
        typed = {each.cell.field: each.replanned.value.lstrip("£").replace(",", "")}
        changes = {each.cell.asset_id: typed}

        def type_in(row: dict[str, str], changes: dict[str, dict[str, str]] = changes) -> dict[str, str]:
            return row | changes.get(row["asset_id"], {})

        change_rows(book, EquipmentRow, type_in)
        plan = make_plan(read_register(book), SolveOptions(gap=0)).plan
        assert changed_schemes(before, plan) == pytest.approx(len(each.replanned.moved), abs=1)
        assert bool(each.replanned.moved) is bool(changed_schemes(before, plan))


def test_a_doubtful_date_is_asked_about(tmp_path: Path) -> None:
    folder = copy_network("twelve_assets", tmp_path / "network")
    old = {"install_date": "1960-05-01"}
    change_rows(folder, EquipmentRow, lambda row: row | (old if row["asset_id"] == "QX601-DX-02" else {}))
    cells = cells_in_question(read_book(folder), read_register(folder))
    dates = [cell for cell in cells if cell.field == "install_date"]
    assert [cell.asset_id for cell in dates] == ["QX601-DX-02"]
    assert "years old when the plan starts" in dates[0].doubt
    assert [each.basis for each in dates[0].trials] == ["2 years earlier, illustrative", "2 years later, illustrative"]


@pytest.mark.long
def test_a_cell_tried_with_others_counts_as_alone(tmp_path: Path) -> None:
    """Changing all cells of a column at once says of each what changing it alone does."""
    book = read_book(copy_network("twelve_assets", tmp_path / "network"))
    register = read_register(tmp_path / "network")
    full = formulate(register, prune=False)
    solution = engine("highs")(full.problem, SolveOptions(gap=0))
    assert solution.values is not None
    table = full.columns.table
    choices: dict[str, tuple[object, ...]] = {
        menu.asset.asset_id: menu.events[int(solution.values[table.first[n] : table.first[n + 1]].argmax())]
        for n, menu in enumerate(table.menus)
    }

    def changed(values: Mapping[str, Trial], field: str) -> Register:
        typed = with_values(book, {asset_id: trial.value for asset_id, trial in values.items()}, field)
        return resolve(typed, default_book(), register.settings, register.warnings)

    def effects(cells: Sequence[Cell]) -> dict[tuple[str, str], int]:
        found = cell_effects(register, cells, changed, choices, engine("highs"), lambda _: None, silent)
        return {(each.cell.asset_id, each.cell.field): each.effect_gbp for each in found}

    cells = cells_in_question(book, register)
    together = effects(cells)
    for field in ("annual_maintenance_gbp", "replacement_cost_gbp", "life_years"):
        for cell in [cell for cell in cells if cell.field == field][:3]:
            alone = effects([cell])[cell.asset_id, field]
            assert together[cell.asset_id, field] == pytest.approx(alone, abs=1)
