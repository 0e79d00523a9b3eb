"""From what somebody decided on a scheme of a run to the run's log, and the log as a table and a page."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.approved import with_approved
from capitalplan.analysis.followed import DecidedLine, decided_lines, logged_lines
from capitalplan.decisions import MOST_NAME, MOST_REASON, Decision, Ruling, append, clean, to_object
from capitalplan.errors import EnvironmentFaultError, InputError, RunFolderError, VerifyRefusedError
from capitalplan.register.read import read_register
from capitalplan.runs import Run, read_run
from capitalplan.terms import parse_year
from capitalplan.verify.findings import pounds
from capitalplan.workflow.subject import Wish, find_subject, treat
from capitalplan.workflow.terminal import table_console
from reports.decisions import write_decisions

__all__ = [
    "Decisions",
    "Recorded",
    "decide",
    "decision_object",
    "decisions_json",
    "decisions_of",
    "show_decisions",
]

PAGE = "decisions.html"
_COLUMNS = ("When (UTC)", "Who", "What", "Decision", "Planned", "Decided", "Why", "Outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A decision in the log.

    Attributes
    ----------
    number
        Its line of the log.
    page
        The log as a page.
    """

    decision: Decision
    number: int
    page: Path

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was recorded, in words."""
        each = self.decision
        capital = (
            "" if each.planned is None or not each.planned.capital_gbp else f", {pounds(each.planned.capital_gbp)}"
        )
        return (
            f"Decision {self.number:,} on {each.scheme_id}: {each.ruling}, by {each.who} at {each.when}.",
            f"Planned: {each.planned_words}{capital}. Decided: {each.decided_words}.",
            f"Why: {each.why}",
            f"All decisions on this run: {self.page}. A plan made --from this run stays close to what was decided.",
        )


def decide(
    folder: Path, what: str, ruling: Ruling, *, who: str, why: str, year: str | None, option: str | None
) -> Recorded:
    """Record what was decided on one scheme of a run, and write the page of all its decisions again.

    Parameters
    ----------
    what
        Identifier of a scheme, a machine, or ``OPTION @ SITE``.
    who, why
        In the user's words.
    year, option
        When and by what instead, where the decision says so.

    Raises
    ------
    InputError
        If there is no such scheme, or this cannot be decided on it.
    RunFolderError
        If the run or its log was changed, or another command keeps writing the log.
    EnvironmentFaultError
        If it could not be written.
    """
    run = _open(folder)
    register = read_register(run.input)
    try:
        name, reason = clean(who, "name", MOST_NAME), clean(why, "reason", MOST_REASON)
        wish = Wish(ruling=ruling, year=None if year is None else parse_year(year), option=option)
    except ValueError as error:
        raise InputError(str(error)) from error
    subject = find_subject(what, run.plan, register)
    decision = Decision(
        when=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        who=name,
        ruling=ruling,
        why=reason,
        run=run.seal,
        scheme_id=subject.scheme_id,
        asset_id=subject.asset_id,
        site=subject.site,
        planned=subject.planned,
        decided=treat(subject, wish, register),
    )
    log = append(run.path, run.seal, decision)
    page = run.path / PAGE
    try:
        write_decisions(page, run.plan.network, logged_lines(log.decisions, register))
    except OSError as error:
        raise EnvironmentFaultError(
            f"The decision is recorded, but {page} could not be written: {error.strerror or error}."
        ) from error
    return Recorded(decision=decision, number=log.lines, page=page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The decisions a run knows of.

    Attributes
    ----------
    earlier
        On the plans before it, held against its own.
    own
        On its own plan, in order; ``lines`` are the same as reports show them.
    broken_log
        Where the log was changed, in words.
    """

    earlier: tuple[DecidedLine, ...]
    own: tuple[Decision, ...]
    lines: tuple[DecidedLine, ...]
    broken_log: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0, or that of a refused re-check where the log was changed."""
        return VerifyRefusedError.exit_code if self.broken_log else 0


def decisions_of(folder: Path) -> Decisions:
    """List the decisions on a run, and on the plans before it.

    Raises
    ------
    RunFolderError
        If it is not a run folder, or its core was changed.
    InputError
        If its input can no longer be read.
    """
    run = _open(folder)
    register = with_approved(read_register(run.input), run.approved())
    return Decisions(
        earlier=decided_lines(run.earlier(), register, run.plan),
        own=run.decisions,
        lines=logged_lines(run.decisions, register),
        broken_log=run.broken_log,
    )


def decision_object(decision: Decision) -> dict[str, Any]:
    """A decision as JSON, in words too."""
    words = {"planned_words": decision.planned_words, "decided_words": decision.decided_words}
    return {**to_object(decision), **words}


def decisions_json(found: Decisions) -> dict[str, Any]:
    """Decisions of a run as one JSON object."""
    own = zip(found.own, found.lines, strict=True)
    return {
        "decisions": [{**decision_object(each), "outcome": line.outcome} for each, line in own],
        "earlier": [asdict(line) for line in found.earlier],
        "broken_log": list(found.broken_log),
        "exit_code": found.exit_code,
    }


def show_decisions(found: Decisions) -> None:
    """Print the decisions of a run to standard output."""
    console = table_console()
    for title, lines in (("On this plan", found.lines), ("On the plans before, and what this one does", found.earlier)):
        if lines:
            table = Table(title=title, title_justify="left", show_lines=True)
            for name in _COLUMNS:
                table.add_column(name, overflow="fold")
            for line in lines:
                table.add_row(*(Text(cell) for cell in _cells(line)))
            console.print(table)
    if not found.lines and not found.earlier:
        console.print("No decisions.")
    for fault in found.broken_log:
        console.print(Text(fault))


def _cells(line: DecidedLine) -> tuple[str, ...]:
    capital = f", {pounds(line.capital_gbp)}" if line.capital_gbp else ""
    planned = f"{line.planned}{capital}"
    return (line.when, line.who, line.what, line.ruling, planned, line.decided, line.why, line.outcome)


def _open(folder: Path) -> Run:
    run = read_run(folder)
    if run.changed_core:
        changed = ", ".join(run.changed_core)
        raise RunFolderError(f"{folder} is not as it was sealed: {changed} changed since.")
    return run
