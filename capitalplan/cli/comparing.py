"""The command that compares two runs: ``compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import DEFAULT_GAP, AsJson, print_json, say, solve_options

__all__ = ["compare"]


def compare(
    first: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    second: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder to compare it with.")],
    why: Annotated[
        bool, typer.Option("--why", help="Plan again with one difference at a time: which one moved which scheme.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two runs: cells and settings that differ, schemes that moved, were added or dropped."""
    from capitalplan.workflow.comparing import compare_runs
    from capitalplan.workflow.comparison_words import comparison_json, show_comparison
    from capitalplan.workflow.planning import INTERRUPTED

    should_stop = solve_options(DEFAULT_GAP, None).should_stop or (lambda: False)
    found = compare_runs(first, second, why=why, should_stop=should_stop, note=say)
    if as_json:
        print_json(comparison_json(found))
    else:
        show_comparison(found)
    raise typer.Exit(INTERRUPTED if found.why is not None and found.why.is_stopped else 0)
