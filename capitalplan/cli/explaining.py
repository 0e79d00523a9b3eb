"""Why this plan: ``explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import AsJson, TimeLimit, print_json, say, solve_options

__all__ = ["explain"]


def explain(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    asset: Annotated[
        str | None,
        typer.Argument(metavar="ASSET", help="A machine, or an addition as 'OPTION @ SITE'; all if left out."),
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Plan again under each thing that might be done.")] = False,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Say why the plan does what it does, and what anything else would cost the network."""
    from capitalplan.analysis.ledger.as_json import as_object, worth_object
    from capitalplan.workflow import explaining
    from capitalplan.workflow.planning import STOPPED_EARLY
    from capitalplan.workflow.sealed import open_sealed
    from capitalplan.workflow.worth import show_worth, worth_lines

    if exact and asset is None:
        raise typer.BadParameter("Every choice is planned again: name a machine or addition.", param_hint="--exact")
    sealed = open_sealed(run)
    stopped = 0
    try:
        if exact and asset is not None:
            gap = sealed.run.manifest.options["gap"] or 0.0
            found = explaining.exact_ledger(sealed, asset, solve_options(gap, time_limit))
            entries, stopped = found.entries, found.stopped
        else:
            entries = explaining.estimated_ledger(sealed, asset)
    except LookupError as error:
        raise typer.BadParameter(str(error)) from error
    worth = worth_lines(sealed) if asset is None else ()
    if as_json:
        ledger = [as_object(entry) for entry in entries]
        print_json({"ledger": ledger, "worth": [worth_object(line) for line in worth], "stopped": stopped})
    elif asset is not None:
        explaining.show_entries(entries)
    else:
        explaining.show_ledger(entries)
        show_worth(worth)
    if stopped:
        say(f"{stopped} of the plans were stopped before the gap of the run was reached.")
    raise typer.Exit(STOPPED_EARLY if stopped else 0)
