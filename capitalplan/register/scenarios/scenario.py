"""The scenarios of a book: each its own book, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from capitalplan.errors import InputError
from capitalplan.register.checks import check_book
from capitalplan.register.issues import Issue
from capitalplan.register.reading.reader import default_book, read_book, settings_from
from capitalplan.register.reading.words import nearest, plain_key
from capitalplan.register.register import Register
from capitalplan.register.resolving.resolve import resolve
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.scenarios.apply import apply_changes
from capitalplan.register.scenarios.change import Change, read_change
from capitalplan.register.scenarios.change_error import ChangeError, did_you_mean
from capitalplan.register.scenarios.presets import PRESETS
from capitalplan.register.scenarios.sweep import Sweep
from capitalplan.register.schema import ScenarioRow

__all__ = ["BOOK", "Scenario", "read_scenarios"]

BOOK = "the book"
"""The scenario without any change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named what-if.

    Attributes
    ----------
    based_on
        Scenario or preset whose changes come first; None for the book as it is.
    changes
        Its own changes as phrases.
    register
        The book with all changes made, checked and resolved; None where it has faults.
    book
        The changed rows, for telling what differs; None where there are faults.
    issues
        Faults of its lines, and errors that the changed book has; empty where it may be planned.
    """

    name: str
    based_on: str | None
    changes: tuple[str, ...]
    register: Register | None
    book: Book | None
    issues: tuple[Issue, ...]


def read_scenarios(path: Path, sweeps: Sequence[Sweep] = ()) -> tuple[Scenario, ...]:
    """Read the scenarios of a workbook or CSV folder: the book itself, presets, those of its sheet, levels of sweeps.

    Raises
    ------
    NotAWorkbookError
        If the file cannot be opened safely.
    InputError
        If the book itself has errors, or judgements that are not accepted.
    """
    book = read_book(path)
    base = _resolved(BOOK, None, (), book)
    if base.register is None:
        raise InputError(f"{path.name} has faults that stop every scenario", base.issues)
    found = {BOOK: base}
    for name, preset in PRESETS.items():
        changes = tuple(preset.changes(book, base.register))
        found[name] = _made(name, None, [(f"preset {name}", each) for each in changes], book)
    levels = {
        sweep.name(level): _made(
            sweep.name(level), None, [(str(sweep.swept), each) for each in sweep.changes(book, level)], book
        )
        for sweep in sweeps
        for level in sweep.levels
    }
    reader = _Reader(book, found | levels)
    return (*found.values(), *reader.read(), *levels.values())


class _Reader:
    """Reads the scenarios of the sheet, each after the one it is based on.

    Attributes
    ----------
    lines
        Lines of the sheet by the plain key of their scenario.
    taken
        Plain keys of names that no scenario of the sheet may have.
    found
        Scenarios that are there by the plain key of their name.
    """

    def __init__(self, book: Book, found: Mapping[str, Scenario]) -> None:
        self.book = book
        self.lines: dict[str, list[ReadRow[ScenarioRow]]] = {}
        for read in book.rows(ScenarioRow):
            self.lines.setdefault(plain_key(read.data.scenario), []).append(read)
        self.taken = frozenset(plain_key(name) for name in found)
        self.found = {plain_key(name): scenario for name, scenario in found.items()}
        self.names = [*found, *(lines[0].data.scenario for lines in self.lines.values())]

    def read(self) -> tuple[Scenario, ...]:
        """Read them in the order of the sheet."""
        return tuple(self._scenario(key, ()) for key in self.lines)

    def _scenario(self, key: str, waiting: tuple[str, ...]) -> Scenario:
        """Read one, and before it what it is based on; ``waiting`` are those that wait for it."""
        lines = self.lines[key]
        name, issues = lines[0].data.scenario, []
        if key in self.taken:
            fix = "Give it another name."
            fault = lines[0].issue("scenario", f"'{name}' is the name of a preset, a level or the book.", fix)
            return _faulty(name, None, (), [fault])
        if key in self.found:
            return self.found[key]
        changes: list[tuple[str, Change]] = []
        for read in lines:
            try:
                change = read_change(read.data)
            except ChangeError as fault:
                issues.append(read.issue(fault.field, fault.message, fault.fix))
                continue
            if change is not None:
                changes.append((f"row {read.number}", change))
        based_on, parent = self._parent(lines, issues, (*waiting, key))
        if issues:
            scenario = _faulty(name, based_on, [change for _, change in changes], issues)
        else:
            scenario = _made(name, based_on, changes, parent, lines)
        self.found[key] = scenario
        return scenario

    def _parent(
        self, lines: Sequence[ReadRow[ScenarioRow]], issues: list[Issue], waiting: tuple[str, ...]
    ) -> tuple[str | None, Book]:
        """Name and book of what a scenario is based on; what is wrong with it is added to the issues."""
        named = {plain_key(each.data.based_on): each for each in lines if each.data.based_on is not None}
        if not named:
            return None, self.book
        (key, read), *others = named.items()
        words = str(read.data.based_on)
        if others:
            fix = "Name one of them, on any of its lines."
            issues.append(others[0][1].issue("based_on", "The scenario is based on two others.", fix))
        elif key in waiting:
            fix = "Base one of them on the book: leave its 'Based on' blank."
            issues.append(read.issue("based_on", f"It is based on '{words}', which is based on it.", fix))
        elif key not in self.lines and key not in self.found:
            fix = did_you_mean(nearest(words, self.names), "Type the name of a scenario or preset.")
            issues.append(read.issue("based_on", f"There is no scenario '{words}'.", fix))
        else:
            parent = self.found[key] if key in self.found else self._scenario(key, waiting)
            if parent.book is not None:
                return parent.name, parent.book
            issues.append(read.issue("based_on", f"'{parent.name}', which it is based on, has faults.", "Mend that."))
        return words, self.book


def _made(
    name: str,
    based_on: str | None,
    changes: Sequence[tuple[str, Change]],
    book: Book,
    lines: Sequence[ReadRow[ScenarioRow]] = (),
) -> Scenario:
    """A scenario whose lines can be read: its changes made, and what they leave checked."""
    changed, faults = apply_changes(book, changes)
    phrases = [change for _, change in changes]
    if faults:
        line_of = {f"row {read.number}": read for read in lines}
        return _faulty(name, based_on, phrases, [_issue(line_of.get(place), place, fault) for place, fault in faults])
    return _resolved(name, based_on, phrases, changed)


def _issue(line: ReadRow[ScenarioRow] | None, place: str, fault: ChangeError) -> Issue:
    if line is not None:
        return line.issue(fault.field, fault.message, fault.fix)
    return Issue(
        sheet=ScenarioRow.sheet, row=None, column=None, cell=None, value=place, message=fault.message, fix=fault.fix
    )


def _resolved(name: str, based_on: str | None, changes: Sequence[Change], book: Book) -> Scenario:
    settings = settings_from(book)
    issues = (*book.issues, *check_book(book, settings))
    if any(issue.severity.stops for issue in issues):
        return _faulty(name, based_on, changes, [issue for issue in issues if issue.severity.stops])
    register = resolve(book, default_book(), settings, issues)
    phrases = tuple(change.words for change in changes)
    return Scenario(name=name, based_on=based_on, changes=phrases, register=register, book=book, issues=())


def _faulty(name: str, based_on: str | None, changes: Sequence[Change], issues: Sequence[Issue]) -> Scenario:
    phrases = tuple(change.words for change in changes)
    return Scenario(name=name, based_on=based_on, changes=phrases, register=None, book=None, issues=tuple(issues))
