"""The command ``scenarios``: many plans of one book."""

from __future__ import annotations

import signal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capitalplan.cli.network import SEVERAL_PLANS_GAP, show_answer
from capitalplan.cli.terminal import AsJson, Book, Gap, TimeLimit, say

if TYPE_CHECKING:
    from capitalplan.register.scenarios.sweep import Sweep

__all__ = ["Where", "scenarios"]

INTERRUPTED = 130


class Where(StrEnum):
    """Where the plans are made."""

    LOCAL = "local"
    DASK = "dask"


def scenarios(
    book: Book,
    out: Annotated[Path, typer.Option(help="Folder of the study to make, or to go on with.")],
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this scenario or preset; may be given again.")
    ] = None,
    sweep: Annotated[
        list[str] | None,
        typer.Option(metavar="SWEEP", help="Levels of budget, price or growth, such as budget=50%:150%:11."),
    ] = None,
    gap: Gap = SEVERAL_PLANS_GAP,
    time_limit: TimeLimit = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes to use. Blank: one a processor.")
    ] = None,
    engine: Annotated[Where, typer.Option(help="This machine, or a Dask cluster that runs already.")] = Where.LOCAL,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="Of the Dask scheduler, such as tcp://10.0.0.1:8786.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a study that was stopped.")] = False,
    as_json: AsJson = False,
) -> None:
    """Plan the scenarios of a workbook, and levels of budget, price or growth, each written as it finishes."""
    from capitalplan.workflow.pools import open_pool
    from capitalplan.workflow.scenarios.answer import answer
    from capitalplan.workflow.scenarios.running import Asked, run_scenarios

    if (engine is Where.DASK) != (address is not None):
        raise typer.BadParameter("A Dask cluster needs both: --engine dask --address URL.")
    names, sweeps = tuple(scenario or ()), tuple(sweep or ())
    asked = Asked(only=names, sweeps=sweeps, gap=gap, time_limit=time_limit)
    levels = [_swept(each) for each in sweeps]
    if len({each.swept for each in levels}) < len(levels):
        raise typer.BadParameter("The same thing is swept twice: give each once.")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with open_pool(workers, address) as pool:
            results = run_scenarios(book, out, asked, levels, pool, resume=resume, note=say)
    except KeyboardInterrupt:
        say(f"Stopped; what was finished is kept in {out}. Go on with the same command and --resume.")
        raise typer.Exit(INTERRUPTED) from None
    found = answer(results)
    show_answer(found, as_json=as_json)


def _swept(text: str) -> Sweep:
    from capitalplan.register.scenarios.sweep import read_sweep

    try:
        return read_sweep(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
