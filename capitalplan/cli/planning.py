"""Commands that make plans, or the model of one: ``demo``, ``plan``, ``model`` and ``sensitivity``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from capitalplan.cli.network import Measure, Split
from capitalplan.cli.terminal import (
    DEFAULT_GAP,
    AsJson,
    Book,
    Gap,
    TimeLimit,
    print_json,
    repair_command,
    say,
    solve_options,
)
from capitalplan.errors import ImpossiblePlanError

if TYPE_CHECKING:
    from capitalplan.workflow.advanced import Asked

__all__ = ["Least", "demo", "model", "plan", "sensitivity"]

SENSITIVITY_GAP = 0.02
DEFAULT_SOLVER = "highs"
ENGINE_NAMES = "highs, scip, cp-sat, cbc, or one that PuLP finds here, such as GUROBI (see doctor)"


class Least(StrEnum):
    """What a repair of the input has least of."""

    MONEY = "money"
    PLACES = "places"
    DELAY = "delay"


def _known(name: str | None) -> str | None:
    """Refuse the name of an engine that nobody knows."""
    from capitalplan.workflow.engines import unknown_engine

    fault = None if name is None else unknown_engine(name)
    if fault is not None:
        raise typer.BadParameter(fault)
    return name


def demo(out: Annotated[Path, typer.Option(help="Run folder to make.")] = Path("out/demo")) -> None:
    """Plan the fictional example network and say in a few lines what the plan does."""
    from capitalplan.resources import data_path

    _plan(data_path("example_network"), out, gap=DEFAULT_GAP)


def plan(
    book: Book,
    out: Annotated[Path, typer.Option(help="Run folder to make; absent or empty.")],
    gap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Stop when the plan is proven this close to the best.")
    ] = DEFAULT_GAP,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, metavar="S", help="Stop after this many seconds.")
    ] = None,
    solver: Annotated[
        str, typer.Option(metavar="ENGINE", callback=_known, help=f"Engine: {ENGINE_NAMES}.")
    ] = DEFAULT_SOLVER,
    cross_check: Annotated[
        str | None, typer.Option(metavar="ENGINE", callback=_known, help="Check the result with a second engine.")
    ] = None,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Report on the lead's own planned years.")] = False,
    price_tests: Annotated[bool, typer.Option(help="Also halve and double each price.")] = True,
    approved: Annotated[
        Path | None,
        typer.Option("--from", metavar="RUN", readable=False, help="Stay close to the plan of this run folder."),
    ] = None,
    together: Annotated[
        Split | None, typer.Option(help="Also plan each trust alone, and split what is saved together.")
    ] = None,
    fairness: Annotated[Measure | None, typer.Option(help="Also show what it costs to treat trusts alike.")] = None,
    challenge: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Also hold an offer of Challenges against the plan.")
    ] = None,
    repair: Annotated[
        Least | None,
        typer.Option(help="Where there is no plan: change a copy of the input by the least money, places or delay."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Plan a register into a run folder: page, workbook, plan.json and manifest."""
    if cross_check == solver:
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
        approved=approved,
        repair=repair,
        asked=_asked(together, fairness, challenge or []),
        as_json=as_json,
    )


def model(
    book: Book,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .mps or .lp; must not exist.")],
) -> None:
    """Write the model of a register as a file for any other solver."""
    from capitalplan.workflow.model_file import write_model

    problem = write_model(book, out).problem
    size = f"{problem.n_rows:,} rows and {problem.n_columns:,} columns"
    say(f"Wrote {out}: {size}, {problem.integer.sum():,} of them whole numbers.")


def sensitivity(
    book: Book,
    gap: Gap = SENSITIVITY_GAP,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Show how far the plan moves with each ageing curve: planned again with each halved, doubled or shifted."""
    from capitalplan.workflow import curves

    study = curves.study_curves(book, solve_options(gap, time_limit), say)
    if as_json:
        print_json(curves.as_json(study))
    else:
        curves.show(study)
    raise typer.Exit(study.exit_code)


def _asked(together: Split | None, fairness: Measure | None, challenges: list[str]) -> Asked:
    from capitalplan.analysis.coalitions import Split as Way
    from capitalplan.analysis.fairness import FairnessMeasure
    from capitalplan.workflow.advanced import Asked

    return Asked(
        together=None if together is None else Way(together.value),
        fairness=None if fairness is None else FairnessMeasure(fairness.value),
        challenges=tuple(challenges),
    )


def _plan(
    book: Path,
    out: Path,
    *,
    gap: float,
    time_limit: float | None = None,
    engine: str = DEFAULT_SOLVER,
    check: str | None = None,
    evaluate: bool = False,
    price_tests: bool = True,
    approved: Path | None = None,
    repair: Least | None = None,
    asked: Asked | None = None,
    as_json: bool = False,
) -> None:
    from capitalplan.analysis.repair.repair import RepairKind
    from capitalplan.verify.findings import pounds
    from capitalplan.workflow.advanced import Asked
    from capitalplan.workflow.running import plan_to_folder
    from capitalplan.workflow.summary import compared, impossible_json, lines, outcome_json, shortfall

    try:
        outcome = plan_to_folder(
            book,
            out,
            solve_options(gap, time_limit),
            engine_name=engine,
            cross_check_with=check,
            test_prices=price_tests,
            approved=approved,
            repair=None if repair is None else RepairKind(repair.value),
            asked=asked or Asked(),
            note=say,
        )
    except ImpossiblePlanError as error:
        if not as_json:
            raise
        print_json(impossible_json(error, repair_command))
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt:
        say("Interrupted; nothing was written.")
        raise
    own = next((each for each in outcome.study.alternatives if each.name == "own plan"), None)
    if as_json:
        print_json(outcome_json(outcome))
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
        for sentence in shortfall(outcome):
            typer.echo(sentence)
    raise typer.Exit(outcome.exit_code)
