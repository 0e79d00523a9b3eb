"""Why this plan: the ledger of a sealed run, estimated or solved again, as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.ledger.estimates import Subject, estimated_entries, ledger, subjects
from capitalplan.analysis.ledger.exact import exact_entries
from capitalplan.analysis.ledger.lines import ForcedPrice, LedgerEntry
from capitalplan.analysis.ledger.words import forced_words, limit_words
from capitalplan.analysis.whole_menus import whole_menus
from capitalplan.formulation.problem import Problem
from capitalplan.register.reading.words import nearest, plain_key
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Timing
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import SMALL, is_within
from capitalplan.workflow.sealed import Sealed
from capitalplan.workflow.terminal import table_console
from capitalplan.workflow.workers import problems_apart

__all__ = ["ExactLedger", "estimated_ledger", "exact_ledger", "show_entries", "show_ledger"]

AT = " @ "


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactLedger:
    """Entries priced by planning again.

    Attributes
    ----------
    stopped
        How many plans were stopped before the gap asked for, or were not found in time.
    """

    entries: tuple[LedgerEntry, ...]
    stopped: int


def estimated_ledger(sealed: Sealed, name: str | None = None) -> tuple[LedgerEntry, ...]:
    """Fast prices of every machine and addition of a run, or of what a name stands for.

    Parameters
    ----------
    name
        A machine, or ``OPTION @ SITE``, the site by its code or name: bought and by every offer. None for all.

    Raises
    ------
    LookupError
        If nothing is called so; the message suggests a near name.
    """
    plan, solve = sealed.plan, engine(DEFAULT_ENGINE)
    if name is None:
        return ledger(sealed.formulation, sealed.values, sealed.duals, plan, solve)
    whole = whole_menus(sealed.formulation, sealed.values, sealed.duals)
    return estimated_entries(whole, _named(name, subjects(whole, plan), sealed.register), plan, solve)


def exact_ledger(sealed: Sealed, name: str, options: SolveOptions) -> ExactLedger:
    """Plan again under each forcing of what a name stands for, several at once, each in one thread and re-checked.

    Raises
    ------
    LookupError
        If nothing is called so; the message suggests a near name.
    VerifyRefusedError
        If the re-check refuses a plan.
    """
    whole = whole_menus(sealed.formulation, sealed.values, sealed.duals)
    problem = whole.formulation.problem
    chosen = _named(name, subjects(whole, sealed.plan), sealed.register)
    alone = replace(options, on_progress=None, should_stop=None)
    workers = 1 if problem.n_columns <= SMALL else None
    stopped: list[Attempt] = []

    def attempts(problems: Sequence[Problem]) -> Iterator[Attempt]:
        for attempt in problems_apart(whole.formulation, problems, alone, workers=workers):
            proven = attempt.is_impossible or (attempt.plan is not None and is_within(attempt.plan.gap, options.gap))
            if not proven:
                stopped.append(attempt)
            yield attempt

    entries = exact_entries(problem, chosen, sealed.plan, attempts)
    return ExactLedger(entries=entries, stopped=len(stopped))


def show_entries(entries: Sequence[LedgerEntry]) -> None:
    """Print a few entries whole: the sentence, and each thing that might be done at its price."""
    console = table_console()
    for entry in entries:
        console.print(f"{entry.what}: {entry.decided}.", highlight=False, markup=False, soft_wrap=True)
        console.print(entry.sentence, highlight=False, markup=False, soft_wrap=True)
        if not entry.forced:
            continue
        table = Table()
        for column in ("If forced", "Then", "Whole-life cost to the network"):
            table.add_column(column, overflow="fold")
        for column in ("Scans outside", "Patients waiting", "Years over age", "Breakdowns"):
            table.add_column(column, justify="right")
        has_limits = any(forced.limits for forced in entry.forced)
        if has_limits:
            table.add_column("Limits", overflow="fold")
        for forced in entry.forced:
            table.add_row(
                forced.forcing,
                Text(forced_words(forced)),
                _price(forced),
                *(_more(each) for each in (forced.scans_outside, forced.patients_waiting, forced.over_age_years)),
                "" if forced.breakdowns is None else f"{float(forced.breakdowns):+.2f}",
                *([Text(_limits(forced))] if has_limits else []),
            )
        console.print(table)


def show_ledger(entries: Sequence[LedgerEntry]) -> None:
    """Print a line for each machine that waits, is replaced or otherwise touched, and for each refused addition."""
    table = Table(title="Why not ours: what comes next to the plan, and what it would cost the network")
    for column in ("What", "Timing", "In the plan", "Next best", "Whole-life cost to the network", "Limits"):
        table.add_column(column, overflow="fold")
    shown = [entry for entry in entries if _is_shown(entry)]
    for entry in shown:
        first = entry.forced[0] if entry.forced else None
        table.add_row(
            Text(entry.what),
            "" if entry.timing is None else entry.timing,
            Text(entry.decided),
            Text("" if first is None else forced_words(first)),
            Text("") if first is None else _price(first),
            Text("" if first is None else _limits(first)),
        )
    console = table_console()
    console.print(table)
    left_out = len(entries) - len(shown)
    if left_out:
        console.print(
            f"{left_out} others are left out: machines kept within their planned life, and additions made.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _is_shown(entry: LedgerEntry) -> bool:
    if entry.asset_id is None:
        return entry.year is None
    return entry.timing is not Timing.KEPT or entry.year is not None


def _price(forced: ForcedPrice) -> Text:
    return Text(f"not open: {forced.closed_by}" if forced.closed_by else forced.price.words())


def _limits(forced: ForcedPrice) -> str:
    return "; ".join(f"{limit_words(each)} (£{each.gbp:,})" for each in forced.limits)


def _more(number: int | None) -> str:
    return "" if number is None else f"{number:+,}"


def _named(name: str, known: Sequence[Subject], register: Register) -> list[Subject]:
    """What a name stands for."""
    wanted = plain_key(name)
    found = [each for each in known if wanted in map(plain_key, _names(each, register))]
    if found:
        return found
    near = nearest(name, (_names(each, register)[0] for each in known))
    guess = "" if near is None else f" Did you mean {near}?"
    raise LookupError(f"The run has no machine, and nothing that may be added, called {name}.{guess}")


def _names(subject: Subject, register: Register) -> tuple[str, ...]:
    if subject.asset_id is not None:
        return (subject.asset_id,)
    return tuple(f"{subject.option}{AT}{place}" for place in (subject.site, register.sites[subject.site].name))
