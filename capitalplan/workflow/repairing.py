"""When there is no plan: the smallest changes of the user's own input with which there is one, each proven to work."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from capitalplan.analysis.repair.choices import held_to
from capitalplan.analysis.repair.edits import repair_edits
from capitalplan.analysis.repair.repair import Changes, Repair, RepairKind, least_changes, with_commitments
from capitalplan.errors import CapitalPlanError, ImpossiblePlanError, InputError
from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.lever import Cell
from capitalplan.formulation.levers import Levers
from capitalplan.formulation.lifted import LIFTED
from capitalplan.plan.extract import extract
from capitalplan.register.edits import RowEdit, apply_edits, edit_words
from capitalplan.register.read import read_register
from capitalplan.register.reading.reader import read_book
from capitalplan.register.register import Register
from capitalplan.register.rows import Book
from capitalplan.solution import SolveOptions
from capitalplan.verify import verify
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine

__all__ = ["Repairs", "find_repairs", "repaired_copy", "repaired_input", "with_repairs"]

SEARCH = SolveOptions(gap=0.0, node_limit=2_000)
PROOF = SolveOptions(gap=0.1, node_limit=500)
"""Both stop by gaps and nodes, never by the clock, so that a repair is found again."""
PENCE = 1e-5
"""Less than this is no money, £ thousand."""
SEEKING = {
    RepairKind.MONEY: "the least money more",
    RepairKind.PLACES: "the fewest cells changed",
    RepairKind.DELAY: "the least delay",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What was found.

    Attributes
    ----------
    found
        Repairs with which there is a plan, at most one of a kind.
    tried
        What was tried without finding one, in words.
    """

    found: tuple[Repair, ...]
    tried: tuple[str, ...]


def find_repairs(
    source: Path,
    register: Register,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda _: None,
) -> Repairs:
    """Find the smallest repairs of an input without a plan, and prove each by planning the input so changed.

    Parameters
    ----------
    source
        Workbook or CSV folder; only read.
    register
        The same, read.
    """
    finder = _Finder(source, register, should_stop, note)
    repairs: list[Repair] = []
    tried = []
    for kind in RepairKind:
        repair = None if should_stop() else finder.find(kind)
        if should_stop():
            tried.append(f"{SEEKING[kind]}: stopped before it was found and proven")
        elif repair is None:
            tried.append(f"{SEEKING[kind]}: there is none, or none was found")
        elif all(repair.edits != other.edits for other in repairs):
            if finder.works(repair):
                repairs.append(repair)
            else:
                tried.append(f"{SEEKING[kind]}: found, but no plan came of it")
    return Repairs(found=tuple(repairs), tried=tuple(tried))


def with_repairs(
    error: ImpossiblePlanError,
    source: Path,
    register: Register,
    options: SolveOptions,
    note: Callable[[str], None],
) -> ImpossiblePlanError:
    """Say with an error what would repair the input; a fault on the way leaves the error as it is, and is told."""
    try:
        found = find_repairs(source, register, should_stop=options.should_stop or (lambda: False), note=note)
    except CapitalPlanError as fault:
        return ImpossiblePlanError(str(error), error.breaches, tried=(str(fault),))
    return ImpossiblePlanError(str(error), error.breaches, repairs=found.found, tried=found.tried)


@contextmanager
def repaired_input(
    source: Path, kind: RepairKind | None, options: SolveOptions, note: Callable[[str], None]
) -> Iterator[tuple[Path, Repair | None]]:
    """Find a repair of an input again, and hand on a copy so edited; the input itself where nothing need be changed.

    Raises
    ------
    ImpossiblePlanError
        If no repair of the kind is found.
    """
    if kind is None:
        yield source, None
        return
    finder = _Finder(source, read_register(source), options.should_stop or (lambda: False), note)
    repair = finder.find(kind)
    any_repair = repair or finder.find(RepairKind.PLACES)
    if repair is None and (any_repair is None or any_repair.edits):
        raise ImpossiblePlanError(f"No repair was found: {SEEKING[kind]} was looked for.")
    if repair is None or not repair.edits:
        note("the input has a plan as it is: nothing is repaired")
        yield source, None
        return
    with tempfile.TemporaryDirectory() as folder:
        yield repaired_copy(source, Path(folder), repair.edits), repair


def repaired_copy(source: Path, folder: Path, edits: Sequence[RowEdit]) -> Path:
    """Write the edited input into a folder, under its own name; the source is only read."""
    target = folder / source.resolve().name
    apply_edits(source, target, edits)
    return target


class _Finder:
    def __init__(
        self, source: Path, register: Register, should_stop: Callable[[], bool], note: Callable[[str], None]
    ) -> None:
        self.source = source
        self.book: Book = read_book(source)
        raised, self.committed = with_commitments(register)
        self.levers = Levers(formulate(raised, lifted=LIFTED))
        self.found: dict[RepairKind, Changes] = {}
        self.should_stop = should_stop
        self.note = note

    def find(self, kind: RepairKind) -> Repair | None:
        """Least change of a kind, not yet proven to work."""
        self.note(f"looking for {SEEKING[kind]}")
        options = replace(SEARCH, should_stop=self.should_stop)
        if kind is RepairKind.DELAY and self.committed:
            return None
        changes = least_changes(self.levers, kind, engine(DEFAULT_ENGINE), options)
        if changes is not None:
            changes = _with_committed(changes, kind, self.committed)
        no_money = kind is RepairKind.MONEY and changes is not None and changes.used and changes.measure < PENCE
        if changes is None or no_money:
            return None
        self.found[kind] = changes
        edits = repair_edits(self.levers, changes, self.book)
        return Repair(
            kind=kind,
            title=_title(kind, changes),
            edits=edits,
            words=tuple(edit_words(edit) for edit in edits),
            is_least=changes.is_least,
        )

    def works(self, repair: Repair) -> bool:
        """Whether the input so changed has a plan, with the choices the repair rests on, that passes the re-check."""
        self.note("planning with it")
        try:
            register = self._repaired(repair)
        except InputError:
            return False
        formulation = formulate(register, prune=False)
        held = held_to(formulation, self.levers, self.found[repair.kind])
        solution = engine(DEFAULT_ENGINE)(held, replace(PROOF, should_stop=self.should_stop))
        return solution.values is not None and verify(register, extract(formulation, solution)).ok

    def _repaired(self, repair: Repair) -> Register:
        with tempfile.TemporaryDirectory() as folder:
            return read_register(repaired_copy(self.source, Path(folder), repair.edits))


def _with_committed(changes: Changes, kind: RepairKind, raised: Mapping[Cell, int]) -> Changes:
    """Changes with those that committed schemes ask for by themselves."""
    used = {**dict.fromkeys(raised, 0.0), **changes.used}
    extra = {RepairKind.MONEY: sum(raised.values()) / 1000, RepairKind.PLACES: len(used) - len(changes.used)}
    return replace(changes, used=used, measure=changes.measure + extra.get(kind, 0))


def _title(kind: RepairKind, changes: Changes) -> str:
    least = "" if changes.is_least else " found"
    places = f"{_count(len(changes.used), 'place')} changed"
    if kind is RepairKind.MONEY:
        return f"Least money{least}: £{round(changes.measure * 1000):,} more in limits, {places}"
    if kind is RepairKind.PLACES:
        return f"Fewest places{least}: {places}"
    return f"Least delay{least}: {_count(round(changes.measure), 'year')} later in all, {places}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
