"""Data gaps of a sealed run that matter, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.approved import with_approved
from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.compare import moves
from capitalplan.analysis.gap_cells import Trial, cells_in_question, with_values
from capitalplan.analysis.gaps import CellEffect, Replanned, cell_effects, held_choices, sentences
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.study import Alternative
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.register.reading.reader import default_book, read_book, settings_from
from capitalplan.register.register import Register
from capitalplan.register.resolving.resolve import resolve
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import SMALL
from capitalplan.workflow.sealed import Sealed, open_sealed
from capitalplan.workflow.terminal import table_console
from capitalplan.workflow.workers import attempts_apart

__all__ = ["GapAnswer", "data_gaps"]

SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GapAnswer:
    """What ``gaps`` answers: every cell in question, those that matter most first."""

    effects: tuple[CellEffect, ...]
    sentences: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Write it as one JSON object."""
        return {"cells": [_object(each) for each in self.effects], "sentences": list(self.sentences)}

    def show(self) -> None:
        """Print it to standard output."""
        console = table_console()
        table = Table(title="Data gaps that matter")
        for name in ("Equipment", "Machine", "Column", "Assumed", "Tried", "Effect"):
            table.add_column(name, overflow="fold")
        matter = [each for each in self.effects if each.matters]
        for each in matter[:SHOWN]:
            cell = each.cell
            table.add_row(
                cell.address,
                Text(cell.asset_id),
                cell.column,
                Text(f"{cell.assumed} ({cell.doubt or cell.source})"),
                Text("; ".join(f"{trial.text} ({trial.basis})" for trial in each.tried)),
                each.verdict,
            )
        if matter:
            console.print(table)
        if len(matter) > SHOWN:
            console.print(f"{len(matter) - SHOWN:,} more may change the plan; --json lists them all.", highlight=False)
        again = [each.replanned.sentence for each in self.effects if each.replanned is not None]
        for sentence in (*self.sentences, *again):
            console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def data_gaps(run: Path, exact: int, options: SolveOptions, note: Callable[[str], None]) -> GapAnswer:
    """Rank the blank and doubtful cells of a run's register by whether another plausible value would change its plan.

    Parameters
    ----------
    exact
        How many of those that matter most to plan again with, each changed alone, at the gap of the run.
    options
        Time limit of each plan, if any.

    Raises
    ------
    RunFolderError, SolverError, VerifyRefusedError
        See ``capitalplan.errors``.
    """
    sealed = open_sealed(run)
    book, defaults = read_book(sealed.run.input), default_book()
    settings = settings_from(book)
    register = sealed.register

    def changed(values: Mapping[str, Trial], field: str) -> Register:
        typed = with_values(book, {asset_id: trial.value for asset_id, trial in values.items()}, field)
        return with_approved(resolve(typed, defaults, settings, register.warnings), sealed.run.approved())

    choices = _choices(sealed)
    others = dict(zip(sealed.formulation.problem.column_names, sealed.values.tolist(), strict=True))

    def held(formulation: Formulation) -> Problem | None:
        return held_choices(formulation, choices, others)

    cells = cells_in_question(book, register)
    effects = cell_effects(register, cells, changed, choices, engine(DEFAULT_ENGINE), held, note)
    again = [each for each in effects if each.matters][:exact]
    if again:
        note(f"planning again with {len(again)} cells changed, one at a time")
        worst = [_worst(each) for each in again]
        registers = [
            changed({each.cell.asset_id: trial}, each.cell.field) for each, trial in zip(again, worst, strict=True)
        ]
        asked = SolveOptions(gap=float(sealed.run.manifest.options["gap"] or 0), time_limit=options.time_limit)
        small = sealed.formulation.problem.n_columns <= SMALL
        attempts = attempts_apart(registers, asked, workers=1 if small else None)
        replanned = [
            replace(each, replanned=_replanned(sealed, each, trial.text, other, attempt, held))
            for each, trial, other, attempt in zip(again, worst, registers, attempts, strict=True)
        ]
        effects = (*replanned, *(each for each in effects if each not in again))
    return GapAnswer(effects=effects, sentences=sentences(effects))


def _choices(sealed: Sealed) -> dict[str, tuple[object, ...]]:
    table = sealed.formulation.columns.table
    return {
        menu.asset.asset_id: menu.events[int(sealed.values[table.first[n] : table.first[n + 1]].argmax())]
        for n, menu in enumerate(table.menus)
    }


def _worst(effect: CellEffect) -> Trial:
    """The value tried that does most."""
    number = max(range(len(effect.tried)), key=lambda k: (effect.tried[k].is_impossible, effect.tried[k].effect_gbp))
    return effect.cell.trials[number]


def _replanned(
    sealed: Sealed,
    effect: CellEffect,
    value: str,
    register: Register,
    attempt: Attempt,
    held: Callable[[Formulation], Problem | None],
) -> Replanned:
    name = f"{effect.cell.column} of {effect.cell.asset_id} at {value}"
    plan = attempt.plan
    if plan is None:
        reason = "there is no plan at all" if attempt.is_impossible else "no plan was found in the time given"
        price = Price(basis=Basis.EXACT, is_impossible=attempt.is_impossible)
        return Replanned(value=value, moved=(), saving=price, sentence=f"With {name} {reason}.")
    there = Alternative(name="changed", title="", plan=plan, breaches=())
    moved = tuple(f"{each.what}: {each.ours}, then {each.theirs}" for each in moves(sealed.plan, there, register))
    kept = _kept(register, held)
    saving = _saving(kept, plan)
    return Replanned(value=value, moved=moved, saving=saving, sentence=_sentence(name, moved, saving))


def _kept(register: Register, held: Callable[[Formulation], Problem | None]) -> Plan | None:
    """The old plan's choices under the changed register; None where they make no plan."""
    full = formulate(register, prune=False)
    problem = held(full)
    if problem is None:
        return None
    solution = engine(DEFAULT_ENGINE)(problem, SolveOptions(relax=True))
    return None if solution.values is None else extract(full, solution, bounded=False)


def _saving(kept: Plan | None, plan: Plan) -> Price:
    if kept is None:
        return Price(basis=Basis.EXACT, is_impossible=True)
    saved = kept.objective_gbp - plan.objective_gbp
    high = None if plan.bound_gbp is None else kept.objective_gbp - plan.bound_gbp
    return Price(basis=Basis.EXACT, low_gbp=max(0, saved), high_gbp=high, estimate_gbp=max(0, saved))


def _sentence(name: str, moved: Sequence[str], saving: Price) -> str:
    schemes = "1 scheme moves" if len(moved) == 1 else f"{len(moved):,} schemes move"
    if saving.is_impossible:
        return f"With {name} the plan could not be kept as it is; {schemes}: {'; '.join(moved)}."
    if not moved:
        return f"With {name} the plan stays as it is."
    if saving.low_gbp == 0:
        return f"With {name} {schemes}, within the gap: a tie ({'; '.join(moved)})."
    return f"With {name} {schemes}, which saves {saving.words()} against keeping the plan: {'; '.join(moved)}."


def _object(effect: CellEffect) -> dict[str, Any]:
    cell = asdict(effect.cell)
    del cell["trials"], cell["field"]
    again = effect.replanned
    return {
        "sheet": "Equipment",
        **cell,
        "tried": [asdict(each) for each in effect.tried],
        "effect_gbp": effect.effect_gbp,
        "matters": effect.matters,
        "makes_demand": effect.makes_demand,
        "verdict": effect.verdict,
        "basis": str(Basis.ESTIMATE if again is None else Basis.EXACT),
        "replanned": None if again is None else {**asdict(again), "saving": again.saving.words()},
    }
