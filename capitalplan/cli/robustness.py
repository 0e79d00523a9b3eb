"""Commands on how firm a plan is: ``negotiable`` and ``gaps``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from capitalplan.cli.terminal import AsJson, TimeLimit, print_json, say, solve_options

__all__ = ["gaps", "negotiable"]

MOST_PLANS = 30
MOST_CELLS = 20
MOST_DIGITS = 12


def negotiable(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    within: Annotated[
        str, typer.Option(metavar="SHARE", help="How much more than the best a plan may cost, such as 0.5%.")
    ] = "0.5%",
    plans: Annotated[int, typer.Option(min=1, max=MOST_PLANS, help="Plans to look for beside the best.")] = 8,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Say which schemes all plans near the best have, which most have and which are optional."""
    from capitalplan.workflow.near_plans import near_plans

    answer = near_plans(run, _share(within), plans, solve_options(0.0, time_limit), say)
    if as_json:
        print_json({**answer.content(), "exit_code": answer.exit_code})
    else:
        answer.show()
    raise typer.Exit(answer.exit_code)


def gaps(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="Run folder.")],
    exact: Annotated[
        int, typer.Option(min=0, max=MOST_CELLS, metavar="N", help="Plan again with each of the N that matter most.")
    ] = 0,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Rank blank and doubtful cells of the register by whether another plausible value would change the plan."""
    from capitalplan.solution import SolveOptions
    from capitalplan.workflow.gaps import data_gaps

    answer = data_gaps(run, exact, SolveOptions(time_limit=time_limit), say)
    if as_json:
        print_json(answer.content())
    else:
        answer.show()


def _share(text: str) -> Fraction:
    """A share typed as ``0.5%`` or ``0.005``."""
    typed = text.strip()
    try:
        number = Decimal(typed.removesuffix("%"))
    except InvalidOperation:
        number = Decimal(-1)
    is_sensible = number.is_finite() and -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS
    share = Fraction(number) / (100 if typed.endswith("%") else 1) if is_sensible else Fraction(-1)
    if not 0 <= share <= 1:
        raise typer.BadParameter("Type a share between 0% and 100%, such as 0.5%.", param_hint="--within")
    return share
