"""A comparison of two runs for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.comparison import Figure
from capitalplan.analysis.move_causes import MoveCause, Outcome, Trial
from capitalplan.analysis.price import Price
from capitalplan.register.edits import RowEdit, edit_words
from capitalplan.verify.findings import pounds
from capitalplan.workflow.comparing import Comparison, Why
from capitalplan.workflow.summary import compared
from capitalplan.workflow.terminal import table_console

__all__ = ["comparison_json", "cost_sentence", "show_comparison"]

NOTHING = "The two runs have the same input, were made the same way and plan the same."


def cost_sentence(found: Comparison) -> str:
    """Say how the costs differ, and whether the gaps let anything be said of the best plans."""
    first, second = found.first.plan, found.second.plan
    told = f"The second plan costs {pounds(second.objective_gbp)}, {compared(_saved(found))} the first."
    if not found.same_years:
        told += " They plan different years, so the costs are not of one span."
    cost = found.cost
    if cost is None:
        return f"{told} Which of the best plans costs less is not known: {_unproven(found)} no proven bound."
    if cost.low_gbp == cost.high_gbp:
        return f"{told} Both are proven to be the best."
    low, high = cost.low_gbp, cost.high_gbp or 0
    if cost.is_resolved:
        least, most = sorted((abs(low), abs(high)))
        word = "more" if low > 0 else "less"
        between = f"its best plan costs between {pounds(least)} and {pounds(most)} {word}"
        return f"{told} The difference is larger than the gaps: {between}."
    between = f"the best plans may differ by anything between {pounds(low)} and {pounds(high)}"
    gaps = " and ".join("none" if plan.gap_gbp is None else pounds(plan.gap_gbp) for plan in (first, second))
    return f"{told} Not resolved: within the gaps ({gaps}) {between}."


def _saved(found: Comparison) -> int:
    return found.first.plan.objective_gbp - found.second.plan.objective_gbp


def _unproven(found: Comparison) -> str:
    lacking = [name for name, run in _sides(found) if run.plan.bound_gbp is None]
    return "neither has" if len(lacking) == 2 else f"the {lacking[0]} has"


def _sides(found: Comparison) -> tuple[tuple[str, Any], ...]:
    return ("first", found.first), ("second", found.second)


def show_comparison(found: Comparison) -> None:
    """Print a comparison to standard output."""
    console = table_console()

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    if not (found.edits or found.approved or found.made or found.moves):
        say(NOTHING)
        return
    say(_counted("Cells: ", len(found.edits), "row differs", "rows differ"))
    for edit in found.edits:
        say(f"  {edit_words(edit)}")
    if found.approved:
        say(_counted("Approved plans: ", len(found.approved), "line differs", "lines differ"))
    for words in found.approved:
        say(f"  {words}")
    if found.made:
        say("Made in another way:")
    for name, (was, now) in found.made.items():
        say(f"  {name}: {was} -> {now}")
    say(_counted("Schemes: ", len(found.moves), "differs", "differ"))
    causes: Sequence[MoveCause | None] = [None] * len(found.moves) if found.why is None else found.why.causes
    if found.moves:
        table = Table(title="Schemes of the two plans")
        for name in ("", "Scheme", "First", "Second", *(() if found.why is None else ("Why",))):
            table.add_column(name, overflow="fold")
        for move, cause in zip(found.moves, causes, strict=True):
            why = () if cause is None else (Text(cause.sentence),)
            table.add_row(str(move.kind), Text(move.what), Text(move.first), Text(move.second), *why)
        console.print(table)
    console.print(_figures_table(found.figures))
    say(cost_sentence(found))
    if found.why is not None:
        _show_why(found.why, say, console)


def _show_why(why: Why, say: Any, console: Any) -> None:
    if why.trials:
        table = Table(title=f"The first input planned again with one change at a time, to a gap of {why.gap:.2%}")
        for name in ("Change alone", "Effect on the cost"):
            table.add_column(name, overflow="fold")
        for each in why.trials:
            table.add_row(Text(each.difference.words), Text(_effect(each)))
        console.print(table)
    if why.is_stopped:
        say("Stopped before every change was tried.")


def _effect(trial: Trial) -> str:
    """What a change alone does to the cost, in words."""
    if trial.outcome is not Outcome.PLANNED:
        return f"{trial.outcome}{f': {trial.note}' if trial.note else ''}"
    return "not proven" if trial.cost is None else trial.cost.words()


def _figures_table(lines: Sequence[Figure]) -> Table:
    table = Table(title="Key figures")
    table.add_column("")
    for name in ("First", "Second", "Difference"):
        table.add_column(name, justify="right", overflow="fold")
    for line in lines:
        if not (line.first or line.second):
            continue
        known = line.first is not None and line.second is not None
        change = (line.second or 0) - (line.first or 0)
        sign = "+" if change > 0 else ""
        table.add_row(
            line.name,
            _amount(line.first, line.unit),
            _amount(line.second, line.unit),
            f"{sign}{_amount(change, line.unit)}" if known and change else "",
        )
    return table


def _amount(value: int | None, unit: str) -> str:
    if value is None:
        return "-"
    return pounds(value) if unit else f"{value:,}"


def _counted(before: str, number: int, one: str, several: str) -> str:
    return f"{before}{number or 'none'} {one if number == 1 else several}"


def comparison_json(found: Comparison) -> dict[str, Any]:
    """A comparison as one object."""
    content: dict[str, Any] = {
        "first": str(found.first.path),
        "second": str(found.second.path),
        "cells": [_edit_object(edit) for edit in found.edits],
        "approved": list(found.approved),
        "made": {name: {"first": was, "second": now} for name, (was, now) in found.made.items()},
        "moves": [
            {"kind": str(move.kind), "what": move.what, "first": move.first, "second": move.second}
            for move in found.moves
        ],
        "figures": [
            {"name": line.name, "unit": line.unit, "first": line.first, "second": line.second} for line in found.figures
        ],
        "same_years": found.same_years,
        "cost": _price_object(found.cost),
        "sentence": cost_sentence(found),
    }
    if found.why is not None:
        content["why"] = {
            "gap": found.why.gap,
            "stopped": found.why.is_stopped,
            "trials": [
                {
                    "change": each.difference.words,
                    "cells": [_edit_object(edit) for edit in each.difference.edits],
                    "outcome": str(each.outcome),
                    "note": each.note,
                    "cost": _price_object(each.cost),
                }
                for each in found.why.trials
            ],
            "causes": [
                {"what": each.move.what, "causes": list(each.causes), "sentence": each.sentence}
                for each in found.why.causes
            ],
        }
    return content


def _edit_object(edit: RowEdit) -> dict[str, Any]:
    return {
        "sheet": edit.sheet,
        "key": dict(edit.key),
        "before": None if edit.before is None else dict(edit.before),
        "after": None if edit.after is None else dict(edit.after),
        "words": edit_words(edit),
    }


def _price_object(price: Price | None) -> dict[str, Any] | None:
    if price is None:
        return None
    return {
        "low_gbp": price.low_gbp,
        "high_gbp": price.high_gbp,
        "difference_gbp": price.estimate_gbp,
        "resolved": price.is_resolved,
        "words": price.words(),
    }
