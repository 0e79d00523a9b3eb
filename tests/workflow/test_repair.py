"""A network made impossible gets repairs of its own rows, each with a plan that passes the re-check."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from capitalplan.analysis.repair.repair import Repair, RepairKind
from capitalplan.errors import ImpossiblePlanError
from capitalplan.formulation.elastic import without_cuts
from capitalplan.formulation.formulate import formulate
from capitalplan.register.edits import RowEdit
from capitalplan.register.read import read_register
from capitalplan.register.reading.reader import read_book
from capitalplan.register.templates.template import Level, write_template
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.planning import make_plan
from capitalplan.workflow.repairing import Repairs, find_repairs, repaired_copy
from solvers import highs
from tests.workflow.impossible_networks import (
    WAYS,
    cash_of_the_trust,
    halves_of_machines,
    impossible_network,
    money_for_a_lock,
    nothing_for_a_committed_scheme,
    support_without_money,
    works_for_locks,
)

QUICK = SolveOptions(gap=0.1)
Way = Callable[[Path], None]


def repairs(folder: Path) -> Repairs:
    return find_repairs(folder, read_register(folder))


def by_kind(folder: Path) -> dict[RepairKind, Repair]:
    return {each.kind: each for each in repairs(folder).found}


@pytest.mark.parametrize("way", WAYS[::3], ids=lambda way: way.__name__)
def test_each_way_is_impossible_and_is_repaired(way: Way, tmp_path: Path) -> None:
    folder = impossible_network(way, tmp_path)
    before = digest(folder)
    with pytest.raises(ImpossiblePlanError):
        make_plan(read_register(folder), QUICK)
    found = repairs(folder).found
    assert found
    assert len({each.words for each in found}) == len(found)
    make_plan(read_register(repaired_copy(folder, make(tmp_path / "copy"), found[0].edits)), QUICK)
    assert digest(folder) == before


def digest(folder: Path) -> str:
    files = sorted(folder.rglob("*.csv"))
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def test_least_money_is_the_least(tmp_path: Path) -> None:
    """A pound less, and there is no plan."""
    folder = impossible_network(money_for_a_lock, tmp_path)
    repair = by_kind(folder)[RepairKind.MONEY]
    (edit,) = repair.edits
    assert repair.is_least
    assert edit.after is not None
    raised = int(edit.after["limit_gbp"])
    assert repair.title == f"Least money: £{raised - 300_000:,} more in limits, 1 place changed"
    less = RowEdit(sheet=edit.sheet, key=edit.key, before=edit.before, after={"limit_gbp": str(raised - 1)})
    with pytest.raises(ImpossiblePlanError):
        make_plan(read_register(repaired_copy(folder, make(tmp_path / "less"), (less,))), QUICK)


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_edits_are_told_as_users_know_them(tmp_path: Path) -> None:
    found = by_kind(impossible_network(works_for_locks, tmp_path))
    assert found[RepairKind.PLACES].words == ("Sites, QX601: Most installations a year 2 -> 3",)
    (moved,) = found[RepairKind.DELAY].words
    assert moved.endswith("Lock year 2028/29 -> 2029/30")
    assert RepairKind.MONEY not in found


def test_dates_move_later_by_the_fewest_years(tmp_path: Path) -> None:
    found = by_kind(impossible_network(support_without_money, tmp_path))
    assert {edit.sheet for edit in found[RepairKind.DELAY].edits} == {"Equipment"}
    assert {name for edit in found[RepairKind.DELAY].edits for name in edit.after or {}} == {"end_of_support"}
    assert found[RepairKind.PLACES].words == ("Settings, end_of_support: not given -> priced",)
    assert {edit.sheet for edit in found[RepairKind.MONEY].edits} == {"Funding"}


def test_committed_schemes_are_never_touched(tmp_path: Path) -> None:
    folder = impossible_network(nothing_for_a_committed_scheme, tmp_path)
    found = repairs(folder).found
    assert [each.kind for each in found] == [RepairKind.MONEY]
    assert {edit.sheet for edit in found[0].edits} == {"Funding"}


def test_cash_is_raised_where_cash_is_short(tmp_path: Path) -> None:
    (edit,) = by_kind(impossible_network(cash_of_the_trust, tmp_path))[RepairKind.MONEY].edits
    assert (edit.sheet, edit.key["year"], set(edit.after or {})) == ("Capital limits", "2028/29", {"cash_gbp"})


def test_halves_of_machines_would_do_and_whole_ones_are_repaired(tmp_path: Path) -> None:
    folder = impossible_network(halves_of_machines, tmp_path)
    problem = without_cuts(formulate(read_register(folder)).problem)
    assert highs.solve(problem, SolveOptions(relax=True)).status is Status.OPTIMAL
    assert RepairKind.MONEY in by_kind(folder)


@pytest.mark.long
def test_a_workbook_is_repaired_as_its_folder_is(tmp_path: Path) -> None:
    folder = impossible_network(money_for_a_lock, tmp_path)
    book = tmp_path / "register.xlsx"
    write_template(book, Level.NETWORK, example=folder)
    found = repairs(book).found
    assert [each.words for each in found] == [each.words for each in repairs(folder).found]
    copy = repaired_copy(book, make(tmp_path / "copy"), found[0].edits)
    assert not [issue for issue in read_book(copy).issues if issue.severity.stops]
    make_plan(read_register(copy), QUICK)


def test_a_wish_to_stop_leaves_what_is_proven(tmp_path: Path) -> None:
    folder = impossible_network(money_for_a_lock, tmp_path)
    notes: list[str] = []
    found = find_repairs(
        folder, read_register(folder), should_stop=lambda: "fewest" in "".join(notes), note=notes.append
    )
    assert [each.kind for each in found.found] == [RepairKind.MONEY]
    assert any("stopped" in each for each in found.tried)
