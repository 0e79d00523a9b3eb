"""Commands on decisions: ``decide`` records one, ``decisions`` lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import AsJson, print_json
from capitalplan.decisions import Ruling

__all__ = ["decide", "decisions"]

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")]


def decide(
    run: RunFolder,
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="Scheme or machine by its identifier, or 'OPTION @ SITE'.")
    ],
    decision: Annotated[Ruling, typer.Argument(metavar="DECISION", help=", ".join(Ruling))],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decided.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, in a sentence.")],
    year: Annotated[str | None, typer.Option(metavar="YEAR", help="When instead, such as 2028/29.")] = None,
    option: Annotated[str | None, typer.Option(metavar="NAME", help="What is bought instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record who decided what on a scheme of a run, against what the optimiser chose."""
    from capitalplan.workflow import deciding

    recorded = deciding.decide(run, what, decision, who=by, why=why, year=year, option=option)
    if as_json:
        print_json(
            {"number": recorded.number, "page": str(recorded.page), **deciding.decision_object(recorded.decision)}
        )
    else:
        for sentence in recorded.sentences:
            typer.echo(sentence)


def decisions(run: RunFolder, as_json: AsJson = False) -> None:
    """List the decisions on a run, and on the plans before it."""
    from capitalplan.workflow import deciding

    found = deciding.decisions_of(run)
    if as_json:
        print_json(deciding.decisions_json(found))
    else:
        deciding.show_decisions(found)
    raise typer.Exit(found.exit_code)
