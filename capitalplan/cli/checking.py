"""Commands that look at what is there: ``verify`` and ``replay`` a run, and ``doctor`` an installation."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from capitalplan import __version__
from capitalplan.cli.terminal import DEFAULT_GAP, AsJson, print_json, say, solve_options
from capitalplan.errors import VerifyRefusedError

__all__ = ["doctor", "replay", "verify"]


def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    as_json: AsJson = False,
) -> None:
    """Re-check a run without any solver: hashes, every rule, every pound, and the bound its prices prove."""
    from capitalplan.workflow.recheck import recheck
    from capitalplan.workflow.summary import breach_line

    found = recheck(run)
    if as_json:
        print_json(
            {
                "ok": found.ok,
                "changed_core": list(found.changed_core),
                "changed_views": list(found.changed_views),
                "broken_log": list(found.broken_log),
                "checks": [
                    {"rule": each.rule, "checked": each.checked, "breaches": each.breaches} for each in found.checks
                ],
                "breaches": [breach_line(each) for each in found.breaches],
                "bound": None if found.bound is None else asdict(found.bound),
            }
        )
    else:
        for check in found.checks:
            typer.echo(f"{check.rule:<12}{check.checked:>8,} checked{check.breaches:>8,} breaches")
        for sentence in () if found.bound is None else found.bound.sentences:
            typer.echo(sentence)
        if found.run.manifest.tool_version != __version__:
            typer.echo(f"Notice: made by capitalplan {found.run.manifest.tool_version}, checked by {__version__}.")
        for name in found.changed_views:
            typer.echo(f"Notice: {name} was changed after the run was sealed.")
        for name in found.changed_core:
            typer.echo(f"{name} is not as it was sealed.")
        for fault in found.broken_log:
            typer.echo(fault)
        for breach in found.breaches:
            typer.echo(f"{breach.rule}: {breach.message}")
        typer.echo("The run holds." if found.ok else "The run is refused.")
    raise typer.Exit(0 if found.ok else VerifyRefusedError.exit_code)


def replay(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    out: Annotated[Path, typer.Option(help="Run folder to make; absent or empty.")],
    as_json: AsJson = False,
) -> None:
    """Plan a sealed run again as it was planned, and say whether the plan is the same."""
    from capitalplan.workflow.replay import replay as plan_again

    try:
        found = plan_again(run, out, solve_options(DEFAULT_GAP, None), say)
    except KeyboardInterrupt:
        say("Interrupted; nothing was written.")
        raise
    if as_json:
        print_json(found.as_object())
    else:
        for sentence in found.sentences:
            typer.echo(sentence)
    raise typer.Exit(found.exit_code)


def doctor(as_json: AsJson = False) -> None:
    """Say what is installed: versions, engines found and whether they run, browser found."""
    from capitalplan.workflow.diagnosis import diagnose

    found = diagnose()
    if as_json:
        print_json(found)
        return
    for group, lines in found.items():
        typer.echo(f"{group}:")
        for name, value in lines.items():
            typer.echo(f"  {name:<14}{value}")
