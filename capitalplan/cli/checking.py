"""Commands that look at what is there: ``verify`` a run, and ``doctor`` an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import AsJson, print_json
from capitalplan.errors import VerifyRefusedError

__all__ = ["doctor", "verify"]


def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    as_json: AsJson = False,
) -> None:
    """Re-check a run without any solver: hashes, every rule, every pound."""
    from capitalplan.workflow.recheck import recheck
    from capitalplan.workflow.summary import breach_line

    found = recheck(run)
    if as_json:
        print_json(
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


def doctor(as_json: AsJson = False) -> None:
    """Say what is installed: versions, engines found, browser found."""
    from capitalplan.workflow.diagnosis import diagnose

    found = diagnose()
    if as_json:
        print_json(found)
        return
    for group, lines in found.items():
        typer.echo(f"{group}:")
        for name, value in lines.items():
            typer.echo(f"  {name:<14}{value}")
