"""What binds in a run: ``worth``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import AsJson, TimeLimit, print_json, say, solve_options

__all__ = ["Limit", "worth"]


class Limit(StrEnum):
    """Kinds of limit whose worth may be asked for."""

    MONEY = "money"
    WORKS = "works"
    STAFF = "staff"
    TRAVEL = "travel"


def worth(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    exact: Annotated[
        bool, typer.Option("--exact", help="Plan again under each change; say which by the options.")
    ] = False,
    only: Annotated[Limit | None, typer.Option(help="Kind of limit.")] = None,
    place: Annotated[str | None, typer.Option(metavar="NAME", help="Funding source, site, trust, or network.")] = None,
    year: Annotated[str | None, typer.Option(metavar="YEAR", help="Financial year, such as 2027/28.")] = None,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Show what a little more, or less, of each limit is worth: money, works, radiographers and travel."""
    from capitalplan.analysis.ledger.as_json import worth_object
    from capitalplan.analysis.worth.lines import LimitKind
    from capitalplan.workflow.planning import STOPPED_EARLY
    from capitalplan.workflow.sealed import open_sealed
    from capitalplan.workflow.worth import LimitChoice, exact_worth, show_worth, worth_lines

    if exact and only is None and place is None:
        raise typer.BadParameter("Every change is planned again: say which by --only or --place.", param_hint="--exact")
    choice = LimitChoice(kinds=() if only is None else (LimitKind(only.value),), place=place, year=year)
    sealed = open_sealed(run)
    stopped = 0
    try:
        if exact:
            gap = sealed.run.manifest.options["gap"] or 0.0
            found = exact_worth(sealed, choice, solve_options(gap, time_limit))
            lines, stopped = found.lines, found.stopped
        else:
            lines = worth_lines(sealed, choice)
    except LookupError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json({"worth": [worth_object(line) for line in lines], "stopped": stopped})
    else:
        show_worth(lines)
    if stopped:
        say(f"{stopped} of the plans were stopped before the gap of the run was reached.")
    raise typer.Exit(STOPPED_EARLY if stopped else 0)
