"""Two sealed runs compared, and on request which difference of their input made which scheme move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from capitalplan.analysis.approved import with_approved
from capitalplan.analysis.comparison import Figure, SchemeMove, compare_plans, cost_difference, figures
from capitalplan.analysis.move_causes import (
    APPROVED_PLAN,
    Difference,
    MoveCause,
    Outcome,
    Trial,
    grouped,
    move_causes,
    trial,
)
from capitalplan.analysis.price import Price
from capitalplan.errors import InputError, SolverError
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.plan.plan import Plan
from capitalplan.register.edits import RowEdit, apply_edits, differences
from capitalplan.register.issues import Issue
from capitalplan.register.read import read_register
from capitalplan.register.reading.reader import read_book
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.register.schema import SettingRow
from capitalplan.runs import Run
from capitalplan.solution import SolveOptions
from capitalplan.terms import year_label
from capitalplan.workflow.planning import SMALL
from capitalplan.workflow.sealed import read_sealed
from capitalplan.workflow.workers import attempts_apart

__all__ = ["MOST_ALONE", "Comparison", "Why", "compare_runs"]

MOST_ALONE = 12
"""With more differences than this, those of one sheet and source or place are tried together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Which difference made which move.

    Attributes
    ----------
    gap
        Relative gap at which everything was planned again.
    trials
        The first run's input planned again with each difference alone.
    causes
        Of each move.
    is_stopped
        Whether it was ended before all was tried.
    """

    gap: float
    trials: tuple[Trial, ...]
    causes: tuple[MoveCause, ...]
    is_stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side.

    Attributes
    ----------
    edits
        What turns the first input into the second; settings that come to the same by default are left out.
    approved
        Lines that only one of the two approved plans has, in words.
    made
        How the runs were made, where that differs: first and second by name.
    moves
        Schemes that moved, were added or dropped.
    figures
        Key figures side by side.
    cost
        How much more the best plan costs in the second, as far as both are proven, £; None where either is not.
    same_years
        Whether both plan the same years; otherwise costs are of different spans.
    why
        What made schemes move, where it was asked for.
    """

    first: Run
    second: Run
    edits: tuple[RowEdit, ...]
    approved: tuple[str, ...]
    made: Mapping[str, tuple[str, str]]
    moves: tuple[SchemeMove, ...]
    figures: tuple[Figure, ...]
    cost: Price | None
    same_years: bool
    why: Why | None = None


def compare_runs(
    first: Path,
    second: Path,
    *,
    why: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Compare two run folders.

    Parameters
    ----------
    why
        Whether to plan again with one difference at a time, where there is anything to find out.
    should_stop
        Asked after each plan; True leaves the others untried.

    Raises
    ------
    RunFolderError
        If either is not a run folder, or its core was changed; the message names each file.
    InputError
        If an input can no longer be read.
    """
    one, two = read_sealed(first), read_sealed(second)
    found = Comparison(
        first=one,
        second=two,
        edits=_edits(one, two),
        approved=tuple(_approved_differences(one.approved(), two.approved())),
        made=_made(one, two),
        moves=compare_plans(one.plan, two.plan),
        figures=figures(one.plan, two.plan),
        cost=cost_difference(one.plan, two.plan),
        same_years=[line.year for line in one.plan.years] == [line.year for line in two.plan.years],
    )
    is_asked = why and (found.edits or found.approved or found.moves)
    return replace(found, why=_why(found, should_stop, note)) if is_asked else found


def _edits(one: Run, two: Run) -> tuple[RowEdit, ...]:
    """Rows that differ, but for settings given in the one and left to the same default in the other."""
    used, given = one.manifest.settings, two.manifest.settings
    return tuple(
        edit
        for edit in differences(read_book(one.input), read_book(two.input))
        if edit.sheet != SettingRow.sheet or used.get(edit.key["setting"]) != given.get(edit.key["setting"])
    )


def _approved_differences(first: Sequence[ApprovedLine], second: Sequence[ApprovedLine]) -> Iterator[str]:
    ours, theirs = Counter(map(_line_words, first)), Counter(map(_line_words, second))
    for words in sorted((ours - theirs).elements()):
        yield f"{words}: only in the first"
    for words in sorted((theirs - ours).elements()):
        yield f"{words}: only in the second"


def _line_words(line: ApprovedLine) -> str:
    what = line.asset_id or f"{line.option} at {line.site}"
    option = f" with {line.option}" if line.asset_id and line.option else ""
    units = "" if line.asset_id else f" {line.units}"
    year = "" if line.year is None else f" {year_label(line.year)}"
    offer = "" if line.offer is None else f" by {line.offer}"
    return f"{what}: {line.action}{units}{year}{option}{offer}"


def _made(one: Run, two: Run) -> dict[str, tuple[str, str]]:
    sides = [_how_made(run) for run in (one, two)]
    names = dict.fromkeys([*sides[0], *sides[1]])
    pairs = {name: (sides[0].get(name, "none"), sides[1].get(name, "none")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _how_made(run: Run) -> dict[str, str]:
    manifest = run.manifest
    limit = manifest.options.get("time_limit")
    return {
        "Engine": manifest.engine,
        "Gap asked for": f"{manifest.options['gap'] or 0:.2%}",
        "Time limit": "none" if limit is None else f"{limit:g} s",
        "Seed": str(manifest.seed),
        "Threads": str(manifest.threads),
        "Status": manifest.status,
        "capitalplan": manifest.tool_version,
        **manifest.versions,
    }


def _why(found: Comparison, should_stop: Callable[[], bool], note: Callable[[str], None]) -> Why:
    gap = max(_gap(found.first), _gap(found.second))
    todo = grouped(found.edits, MOST_ALONE)
    if len(todo) < len(found.edits):
        note(f"{len(found.edits)} rows differ; they are tried in {len(todo)} groups of one sheet and source or place")
    with TemporaryDirectory() as folder:
        cases = _Cases(found, Path(folder))
        ready = cases.ready(todo)
        small = cases.base.problem.n_columns <= SMALL
        note(f"planning the first input again: with nothing changed, and with each of {len(ready)} changes alone")
        registers = [cases.register, *(register for _, register in ready)]
        options = SolveOptions(gap=gap)
        plans: list[tuple[Plan | None, bool]] = []
        for attempt in attempts_apart(registers, options, workers=1 if small else None):
            plans.append((attempt.plan, attempt.is_impossible))
            if should_stop() and len(plans) < len(registers):
                break
            note(f"  {len(plans)} of {len(registers)} planned")
    base = plans[0][0]
    if base is None:
        raise SolverError(f"No plan was found for the input of {found.first.path} when it was planned again.")
    tried = [_tried(each, base, *result) for (each, _), result in zip(ready, plans[1:], strict=False)]
    left = [Trial(difference=each, outcome=Outcome.NOT_TRIED) for each, _ in ready[len(tried) :]]
    trials = (*tried, *left, *cases.aside)
    return Why(gap=gap, trials=trials, causes=move_causes(found.moves, base, trials), is_stopped=bool(left))


def _gap(run: Run) -> float:
    """The gap a run was asked for, or that it got to where it was stopped before."""
    return max(run.manifest.options["gap"] or 0.0, run.plan.gap or 0.0)


def _tried(difference: Difference, base: Plan, plan: Plan | None, is_impossible: bool) -> Trial:
    if plan is None:
        outcome = Outcome.IMPOSSIBLE if is_impossible else Outcome.NOT_FOUND
        return Trial(difference=difference, outcome=outcome)
    return trial(difference, base, plan)


class _Cases:
    """The first run's register with each difference made."""

    def __init__(self, found: Comparison, folder: Path) -> None:
        self.run = found.first
        self.folder = folder
        self.approved = found.first.approved()
        self.other = found.second.approved() if found.approved else None
        self.register = with_approved(read_register(self.run.input), self.approved)
        self.base = formulate(self.register)
        self.aside: list[Trial] = []
        self.made = 0

    def ready(self, todo: Sequence[Difference]) -> list[tuple[Difference, Register]]:
        """Differences to be planned with, and the registers; what cannot be, or changes nothing, is put aside.

        Rows that need others, such as a machine and its contract, are no sound input alone: they are tried with the
        first difference that makes them one.
        """
        found: list[tuple[Difference, Register]] = []
        done: list[Difference] = []
        for difference in todo:
            if difference in done:
                continue
            register = self._edited(difference.edits)
            if not isinstance(register, str):
                self._keep(found, difference, register)
                continue
            helped = self._helped(difference, todo)
            if helped is None:
                self.aside.append(Trial(difference=difference, outcome=Outcome.UNREADABLE, note=register))
                continue
            self._keep(found, *helped)
            done += [each for each in todo if all(edit in helped[0].edits for edit in each.edits)]
        if self.other is not None:
            register = with_approved(self.register, self.other)
            self._keep(found, Difference(words=APPROVED_PLAN, edits=()), register)
        return found

    def _keep(self, found: list[tuple[Difference, Register]], difference: Difference, register: Register) -> None:
        if _is_same(formulate(register), self.base):
            self.aside.append(Trial(difference=difference, outcome=Outcome.UNUSED))
        else:
            found.append((difference, register))

    def _helped(self, difference: Difference, todo: Sequence[Difference]) -> tuple[Difference, Register] | None:
        """A difference together with another one, where that makes it a sound input."""
        for other in todo:
            edits = (*difference.edits, *other.edits)
            register = "" if other is difference else self._edited(edits)
            if not isinstance(register, str):
                return Difference(words=f"{difference.words}, with {other.words}", edits=edits), register
        return None

    def _edited(self, edits: Sequence[RowEdit]) -> Register | str:
        """The register with edits made, or why there is none."""
        self.made += 1
        copy = self.folder / str(self.made) / self.run.input.name
        apply_edits(self.run.input, copy, edits)
        try:
            return with_approved(read_register(copy), self.approved)
        except InputError as error:
            return next(
                (str(issue) for issue in error.issues if isinstance(issue, Issue) and issue.severity.stops), str(error)
            )


def _is_same(one: Formulation, other: Formulation) -> bool:
    """Whether two problems are the same, to the last number."""
    ours, theirs = one.problem, other.problem
    if one.constant_gbp != other.constant_gbp or ours.column_names != theirs.column_names:
        return False
    if ours.row_names != theirs.row_names or ours.matrix.nnz != theirs.matrix.nnz:
        return False
    parts = ("costs", "lower", "upper", "row_lower", "row_upper", "integer")
    matrix = ("data", "indices", "indptr")
    return all(np.array_equal(getattr(ours, part), getattr(theirs, part)) for part in parts) and all(
        np.array_equal(getattr(ours.matrix, part), getattr(theirs.matrix, part)) for part in matrix
    )
