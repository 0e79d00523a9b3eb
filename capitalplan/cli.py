"""The command line: data on standard output, progress on standard error, exit codes as in ``capitalplan.errors``."""

from __future__ import annotations

import json
import signal
import sys
import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from capitalplan import __version__
from capitalplan.errors import (
    CapitalPlanError,
    EnvironmentFaultError,
    ImpossiblePlanError,
    InputError,
    VerifyRefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from capitalplan.solution import Progress, SolveOptions

__all__ = [
    "Engine",
    "Level",
    "app",
    "demo",
    "doctor",
    "main",
    "need",
    "plan",
    "sensitivity",
    "template",
    "validate",
    "verify",
]

SCHEMA_VERSION = "1"
DEFAULT_GAP = 0.01
SENSITIVITY_GAP = 0.02

app = typer.Typer(
    name="capitalplan",
    help="From an imaging equipment register to a proven, explained capital plan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Level(StrEnum):
    """Whose register a template is for."""

    OPERATIONAL = "operational"
    NETWORK = "network"
    STRATEGIC = "strategic"


class Engine(StrEnum):
    """Engines that can solve a plan."""

    HIGHS = "highs"
    SCIP = "scip"
    CP_SAT = "cp-sat"
    CBC = "cbc"


Book = Annotated[
    Path,
    typer.Argument(
        metavar="BOOK", readable=False, help="Workbook (.xlsx), or folder of CSV files named like its sheets."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def main() -> None:
    """Run the command line; every fault the product foresees ends in words and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        from capitalplan.workflow.startup import check_neighbours

        check_neighbours()
        app()
    except CapitalPlanError as error:
        _explain(error)
        sys.exit(error.exit_code)
    except OSError as error:
        _say(f"{error.filename or 'The output'}: {error.strerror or error}.")
        sys.exit(EnvironmentFaultError.exit_code)


@app.command()
def demo(out: Annotated[Path, typer.Option(help="Run folder to make.")] = Path("out/demo")) -> None:
    """Plan the fictional example network and say in a few lines what the plan does."""
    from capitalplan.resources import data_path

    _plan(data_path("example_network"), out, gap=DEFAULT_GAP)


@app.command()
def template(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="Workbook to make; must not exist.")],
    level: Annotated[Level, typer.Option(help="Whose register it is for.")],
    basic: Annotated[bool, typer.Option("--basic", help="Only the five sheets most people need.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Fill it with a fictional example.")] = False,
    trust: Annotated[str | None, typer.Option(metavar="CODE", help="Trust code to fill in.")] = None,
) -> None:
    """Write a workbook to fill in."""
    from capitalplan.register.templates import template as templates
    from capitalplan.resources import data_path

    folder = "one_trust" if level is Level.OPERATIONAL else "example_network"
    source = data_path(folder) if example else None
    templates.write_template(book, templates.Level(level.value), basic=basic, example=source, trust=trust)
    _say(f"Wrote {book}.")


@app.command()
def validate(
    book: Book,
    annotate: Annotated[Path | None, typer.Option(metavar="COPY", help="Write a copy with every issue marked.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every issue of a register at once, with sheet, cell and fix."""
    from capitalplan.register.annotate import annotate as mark
    from capitalplan.register.issues import Severity
    from capitalplan.register.read import inspect

    issues = inspect(book)
    if annotate is not None:
        mark(book, annotate, issues)
        _say(f"Wrote a marked copy: {annotate}.")
    counts = {severity: sum(issue.severity is severity for issue in issues) for severity in Severity}
    if as_json:
        told = {f"{severity}s": number for severity, number in counts.items()}
        _print_json({**told, "issues": [_issue(each) for each in issues]})
    else:
        _print_issues(issues)
        shown = {
            severity: number for severity, number in counts.items() if number or severity is not Severity.JUDGEMENT
        }
        typer.echo(", ".join(_count(number, str(severity)) for severity, number in shown.items()) + ".")
    raise typer.Exit(InputError.exit_code if any(issue.severity.stops for issue in issues) else 0)


@app.command()
def need(book: Book, as_json: AsJson = False) -> None:
    """Show the register as understood, and the unconstrained need by year and trust."""
    from capitalplan.register.read import read_register
    from capitalplan.workflow import needs

    register = read_register(book)
    if as_json:
        _print_json(needs.as_json(register))
    else:
        needs.show(register)


@app.command()
def plan(
    book: Book,
    out: Annotated[Path, typer.Option(help="Run folder to make; absent or empty.")],
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Stop when the plan is proven this close to the best.")
    ] = DEFAULT_GAP,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, metavar="S", help="Stop after this many seconds.")
    ] = None,
    solver: Annotated[Engine, typer.Option(help="Engine.")] = Engine.HIGHS,
    cross_check: Annotated[Engine | None, typer.Option(help="Check the result with a second engine.")] = None,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Report on the lead's own planned years.")] = False,
    price_tests: Annotated[bool, typer.Option(help="Also halve and double each price.")] = True,
    as_json: AsJson = False,
) -> None:
    """Plan a register into a run folder: page, workbook, plan.json and manifest."""
    if cross_check is solver:
        raise typer.BadParameter(
            f"{solver} makes the plan; name another engine to check it.", param_hint="--cross-check"
        )
    _plan(
        book,
        out,
        gap=gap,
        time_limit=time_limit,
        engine=solver,
        check=cross_check,
        evaluate=evaluate,
        price_tests=price_tests,
        as_json=as_json,
    )


@app.command()
def sensitivity(
    book: Book,
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Stop each plan when it is proven this close to the best.")
    ] = SENSITIVITY_GAP,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, metavar="S", help="Stop each plan after this many seconds.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how far the plan moves with each ageing curve: planned again with each halved, doubled or shifted."""
    from capitalplan.workflow import curves

    study = curves.study_curves(book, _options(gap, time_limit), _say)
    if as_json:
        _print_json(curves.as_json(study))
    else:
        curves.show(study)
    raise typer.Exit(study.exit_code)


@app.command()
def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    as_json: AsJson = False,
) -> None:
    """Re-check a run without any solver: hashes, every rule, every pound."""
    from capitalplan.workflow.recheck import recheck
    from capitalplan.workflow.summary import breach_line

    found = recheck(run)
    if as_json:
        _print_json(
            {
                "ok": found.ok,
                "changed_core": list(found.changed_core),
                "changed_views": list(found.changed_views),
                "checks": [
                    {"rule": each.rule, "checked": each.checked, "breaches": each.breaches} for each in found.checks
                ],
                "breaches": [breach_line(each) for each in found.breaches],
            }
        )
    else:
        for check in found.checks:
            typer.echo(f"{check.rule:<12}{check.checked:>8,} checked{check.breaches:>8,} breaches")
        for name in found.changed_views:
            typer.echo(f"Notice: {name} was changed after the run was sealed.")
        for name in found.changed_core:
            typer.echo(f"{name} is not as it was sealed.")
        for breach in found.breaches:
            typer.echo(f"{breach.rule}: {breach.message}")
        typer.echo("The run holds." if found.ok else "The run is refused.")
    raise typer.Exit(0 if found.ok else VerifyRefusedError.exit_code)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is installed: versions, engines found, browser found."""
    from capitalplan.workflow.diagnosis import diagnose

    found = diagnose()
    if as_json:
        _print_json(found)
        return
    for group, lines in found.items():
        typer.echo(f"{group}:")
        for name, value in lines.items():
            typer.echo(f"  {name:<14}{value}")


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def _plan(
    book: Path,
    out: Path,
    *,
    gap: float,
    time_limit: float | None = None,
    engine: Engine = Engine.HIGHS,
    check: Engine | None = None,
    evaluate: bool = False,
    price_tests: bool = True,
    as_json: bool = False,
) -> None:
    from capitalplan.verify.findings import pounds
    from capitalplan.workflow.running import plan_to_folder
    from capitalplan.workflow.summary import compared, lines, outcome_json

    try:
        outcome = plan_to_folder(
            book,
            out,
            _options(gap, time_limit),
            engine_name=engine.value,
            cross_check_with=None if check is None else check.value,
            test_prices=price_tests,
            note=_say,
        )
    except KeyboardInterrupt:
        _say("Interrupted; nothing was written.")
        raise
    own = next((each for each in outcome.study.alternatives if each.name == "own plan"), None)
    if as_json:
        _print_json(outcome_json(outcome))
    else:
        for line in lines(outcome):
            typer.echo(line)
        if outcome.agreement:
            typer.echo(outcome.agreement)
        if evaluate and own is None:
            typer.echo("There is no own plan to evaluate: no machine has a planned year.")
        elif evaluate and own is not None:
            saved = outcome.planned.plan.objective_gbp - own.plan.objective_gbp
            typer.echo(f"The lead's own plan costs {pounds(own.plan.objective_gbp)}, {compared(saved)} this plan.")
            for breach in own.breaches:
                typer.echo(f"  {breach.message}")
        if outcome.exit_code:
            typer.echo(f"Stopped before the gap asked for: {outcome.planned.plan.status}.")
    raise typer.Exit(outcome.exit_code)


def _options(gap: float, time_limit: float | None) -> SolveOptions:
    """Solve options whose progress goes to standard error, and which Ctrl-C ends with the best plan so far."""
    from capitalplan.solution import SolveOptions

    stop = threading.Event()

    def interrupt(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        _say("Stopping; the best plan so far is kept. Press Ctrl-C again to give it up.")

    signal.signal(signal.SIGINT, interrupt)
    return SolveOptions(gap=gap, time_limit=time_limit, on_progress=_progress(), should_stop=stop.is_set)


def _progress() -> Callable[[Progress], None]:
    from rich.console import Console

    from capitalplan.verify.findings import pounds

    console = Console(stderr=True)

    def show(line: Progress) -> None:
        best = "no plan yet" if line.incumbent is None else f"best {pounds(round(line.incumbent * 1000))}"
        gap = "" if line.gap is None or line.gap > 1 else f"  gap {line.gap:.2%}"
        bound = "" if line.bound == float("-inf") else f"  bound {pounds(round(line.bound * 1000))}"
        console.print(f"{line.seconds:6.1f} s  {best}{bound}{gap}", highlight=False)

    return show


def _explain(error: CapitalPlanError) -> None:
    if isinstance(error, InputError) and error.issues:
        _print_issues(error.issues, to_error=True)
    _say(str(error))
    if isinstance(error, ImpossiblePlanError | VerifyRefusedError):
        breaches: Iterable[Any] = error.breaches if isinstance(error, ImpossiblePlanError) else error.findings
        for breach in breaches:
            _say(f"  {breach.rule}: {breach.message}")


def _print_issues(issues: Iterable[Any], *, to_error: bool = False) -> None:
    for issue in issues:
        typer.echo(f"{issue.severity}: {issue}", err=to_error)


def _issue(issue: Any) -> dict[str, Any]:
    names = ("sheet", "row", "column", "cell", "value", "message", "fix", "code", "subject")
    return {**{name: getattr(issue, name) for name in names}, "severity": str(issue.severity)}


def _print_json(content: dict[str, Any]) -> None:
    typer.echo(json.dumps({"schema_version": SCHEMA_VERSION, **content}, ensure_ascii=False, indent=1, allow_nan=False))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _say(text: str) -> None:
    typer.echo(text, err=True)
