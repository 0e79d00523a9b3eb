"""The command line: data on standard output, progress on standard error, exit codes as in ``capitalplan.errors``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from capitalplan import __version__
from capitalplan.cli.checking import doctor, replay, verify
from capitalplan.cli.comparing import compare
from capitalplan.cli.deciding import decide, decisions
from capitalplan.cli.explaining import explain as explain_run
from capitalplan.cli.network import challenge, fairness, together
from capitalplan.cli.planning import demo, model, plan, sensitivity
from capitalplan.cli.registers import need, template, validate
from capitalplan.cli.robustness import gaps, negotiable
from capitalplan.cli.scenarios import scenarios
from capitalplan.cli.terminal import explain, say
from capitalplan.cli.worth import worth
from capitalplan.errors import CapitalPlanError, EnvironmentFaultError

__all__ = ["app", "main"]

app = typer.Typer(
    name="capitalplan",
    help="From an imaging equipment register to a proven, explained capital plan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    demo, template, validate, need, plan, scenarios, together, fairness, challenge, sensitivity, compare, worth, decide,
    decisions, verify, replay,
    negotiable, gaps, model, doctor
):  # fmt: skip
    app.command()(command)
app.command()(explain_run)


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
        explain(error)
        sys.exit(error.exit_code)
    except OSError as error:
        say(f"{error.filename or 'The output'}: {error.strerror or error}.")
        sys.exit(EnvironmentFaultError.exit_code)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
