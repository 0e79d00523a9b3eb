"""Commands that look at a register: ``template``, ``validate`` and ``need``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import AsJson, Book, count, issue_object, print_issues, print_json, say
from capitalplan.errors import InputError

__all__ = ["Level", "need", "template", "validate"]


class Level(StrEnum):
    """Whose register a template is for."""

    OPERATIONAL = "operational"
    NETWORK = "network"
    STRATEGIC = "strategic"


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
    say(f"Wrote {book}.")


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
        say(f"Wrote a marked copy: {annotate}.")
    counts = {severity: sum(issue.severity is severity for issue in issues) for severity in Severity}
    if as_json:
        told = {f"{severity}s": number for severity, number in counts.items()}
        print_json({**told, "issues": [issue_object(each) for each in issues]})
    else:
        print_issues(issues)
        shown = {
            severity: number for severity, number in counts.items() if number or severity is not Severity.JUDGEMENT
        }
        typer.echo(", ".join(count(number, str(severity)) for severity, number in shown.items()) + ".")
    raise typer.Exit(InputError.exit_code if any(issue.severity.stops for issue in issues) else 0)


def need(book: Book, as_json: AsJson = False) -> None:
    """Show the register as understood, and the unconstrained need by year and trust."""
    from capitalplan.register.read import read_register
    from capitalplan.workflow import needs

    register = read_register(book)
    if as_json:
        print_json(needs.as_json(register))
    else:
        needs.show(register)
