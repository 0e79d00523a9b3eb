"""Commands on several trusts and on offers to them: ``together``, ``fairness`` and ``challenge``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from capitalplan.cli.terminal import AsJson, Book, Gap, TimeLimit, print_json, say, solve_options

if TYPE_CHECKING:
    from capitalplan.workflow.network import Answer

__all__ = ["Measure", "Split", "challenge", "fairness", "show_answer", "together"]

MOST_LEVELS = 20

SEVERAL_PLANS_GAP = 0.01
"""Gap at which plans that are held against each other stop: there are many of them."""


class Split(StrEnum):
    """Ways to split what trusts save together."""

    PRO_RATA = "pro-rata"
    SHAPLEY = "shapley"


class Measure(StrEnum):
    """What is to differ little between trusts."""

    UNMET = "unmet"
    CAPITAL = "capital"


def together(
    book: Book,
    split: Annotated[Split, typer.Option(help="How to split what is saved.")] = Split.PRO_RATA,
    gap: Gap = SEVERAL_PLANS_GAP,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Plan each trust alone and all together, and split what is saved by planning together."""
    from capitalplan.analysis.coalitions import Split as Way
    from capitalplan.workflow import network

    show_answer(network.together(book, solve_options(gap, time_limit), Way(split.value), say), as_json=as_json)


def fairness(
    book: Book,
    unmet: Annotated[bool, typer.Option("--unmet", help="Bound differences in scans bought outside.")] = False,
    capital: Annotated[bool, typer.Option("--capital", help="Bound differences in capital.")] = False,
    levels: Annotated[int, typer.Option(min=1, max=MOST_LEVELS, help="Bounds to plan under.")] = 4,
    gap: Gap = SEVERAL_PLANS_GAP,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Show what it costs to treat trusts alike: plans from no bound to the tightest possible."""
    from capitalplan.analysis.fairness import FairnessMeasure
    from capitalplan.workflow import network

    if unmet == capital:
        raise typer.BadParameter("Say which: --unmet or --capital.")
    measure = FairnessMeasure.UNMET if unmet else FairnessMeasure.CAPITAL
    show_answer(network.fairness(book, solve_options(gap, time_limit), measure, levels, say), as_json=as_json)


def challenge(
    book: Book,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Offer of the sheet Challenges.")],
    gap: Gap = SEVERAL_PLANS_GAP,
    time_limit: TimeLimit = None,
    as_json: AsJson = False,
) -> None:
    """Hold a supplier's managed service against the plan in which the same machines are owned."""
    from capitalplan.workflow import network

    show_answer(network.challenge(book, solve_options(gap, time_limit), name, say), as_json=as_json)


def show_answer(answer: Answer, *, as_json: bool) -> None:
    """Print what a command answers and leave with its exit code."""
    if as_json:
        print_json({**answer.content, "sentences": list(answer.sentences), "exit_code": answer.exit_code})
    else:
        answer.show()
    raise typer.Exit(answer.exit_code)
