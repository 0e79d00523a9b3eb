"""What all commands share: their options, how they are stopped, and how they speak."""

from __future__ import annotations

import json
import shlex
import signal
import sys
import threading
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capitalplan.errors import CapitalPlanError, ImpossiblePlanError, InputError, VerifyRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from capitalplan.solution import Progress, SolveOptions

__all__ = [
    "DEFAULT_GAP",
    "AsJson",
    "Book",
    "Gap",
    "TimeLimit",
    "count",
    "explain",
    "issue_object",
    "print_issues",
    "print_json",
    "repair_command",
    "say",
    "solve_options",
]

SCHEMA_VERSION = "1"
DEFAULT_GAP = 0.005

Book = Annotated[
    Path,
    typer.Argument(
        metavar="BOOK", readable=False, help="Workbook (.xlsx), or folder of CSV files named like its sheets."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Gap = Annotated[float, typer.Option(min=0.0, max=1.0, help="Stop each plan when it is proven this close to the best.")]
TimeLimit = Annotated[float | None, typer.Option(min=0.1, metavar="S", help="Stop each plan after this many seconds.")]


def solve_options(gap: float, time_limit: float | None) -> SolveOptions:
    """Solve options whose progress goes to standard error, and which Ctrl-C ends with the best plan so far."""
    from capitalplan.solution import SolveOptions

    stop = threading.Event()

    def interrupt(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("Stopping; the best plan so far is kept. Press Ctrl-C again to give it up.")

    signal.signal(signal.SIGINT, interrupt)
    return SolveOptions(gap=gap, time_limit=time_limit, on_progress=_progress(), should_stop=stop.is_set)


def _progress() -> Callable[[Progress], None]:
    from rich.console import Console

    from capitalplan.verify.findings import pounds

    console = Console(stderr=True)

    def show(line: Progress) -> None:
        best = "no plan yet" if line.incumbent is None else f"best {pounds(round(line.incumbent * 1000))}"
        gap = "" if line.gap is None or line.gap > 1 else f"  gap {line.gap:.2%}"
        bound = "" if not isfinite(line.bound) else f"  bound {pounds(round(line.bound * 1000))}"
        console.print(f"{line.seconds:6.1f} s  {best}{bound}{gap}", highlight=False)

    return show


def explain(error: CapitalPlanError) -> None:
    """Say what went wrong, on standard error, with all that is known of it."""
    if isinstance(error, InputError) and error.issues:
        print_issues(error.issues, to_error=True)
    say(str(error))
    if isinstance(error, ImpossiblePlanError | VerifyRefusedError):
        breaches: Iterable[Any] = error.breaches if isinstance(error, ImpossiblePlanError) else error.findings
        for breach in breaches:
            say(f"  {breach.rule}: {breach.message}")
    if isinstance(error, ImpossiblePlanError):
        _offer(error)


def _offer(error: ImpossiblePlanError) -> None:
    """Say what would repair the input, each with the command that does it."""
    repairs: Iterable[Any] = error.repairs
    if error.repairs:
        say(f"There is a plan with {'any one of these changes' if len(error.repairs) > 1 else 'this change'}:")
    for repair in repairs:
        say(f"  {repair.title}.")
        for words in repair.words:
            say(f"    {words}")
        say(f"    {repair_command(repair.kind)}")
    if error.tried and not error.repairs:
        say(f"No repair was found. Looked for: {'; '.join(error.tried)}.")


def repair_command(kind: str) -> str:
    """The command that was given, with a repair of the input."""
    return shlex.join(["capitalplan", *sys.argv[1:], "--repair", str(kind)])


def print_issues(issues: Iterable[Any], *, to_error: bool = False) -> None:
    """Print issues of a register, a line each."""
    for issue in issues:
        typer.echo(f"{issue.severity}: {issue}", err=to_error)


def issue_object(issue: Any) -> dict[str, Any]:
    """Write an issue as JSON."""
    names = ("sheet", "row", "column", "cell", "value", "message", "fix", "code", "subject")
    return {**{name: getattr(issue, name) for name in names}, "severity": str(issue.severity)}


def print_json(content: dict[str, Any]) -> None:
    """Print one object, with the version of its format."""
    typer.echo(json.dumps({"schema_version": SCHEMA_VERSION, **content}, ensure_ascii=False, indent=1, allow_nan=False))


def count(number: int, what: str) -> str:
    """A number of things in words, such as ``1 error`` or ``2 errors``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def say(text: str) -> None:
    """Say something on standard error."""
    typer.echo(text, err=True)
