"""Buying together, the price of fairness and suppliers' offers of a workbook, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.challenge import ChallengeResult
from capitalplan.analysis.coalitions import BuyingTogether, Split
from capitalplan.analysis.fairness import FairnessCurve, FairnessMeasure
from capitalplan.plan.plan import Plan
from capitalplan.register.read import read_register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, year_label
from capitalplan.workflow.advanced import Advanced
from capitalplan.workflow.planning import INTERRUPTED, STOPPED_EARLY, exit_code, is_within, make_plan
from capitalplan.workflow.terminal import table_console

__all__ = ["Answer", "challenge", "fairness", "together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command answers.

    Attributes
    ----------
    content
        The answer as one JSON object.
    tables, sentences
        The same for the terminal.
    exit_code
        0 where every plan was made within the gap asked for, 5 where one was stopped before, 130 interrupted.
    """

    content: dict[str, Any]
    tables: tuple[Table, ...]
    sentences: tuple[str, ...]
    exit_code: int

    def show(self) -> None:
        """Print it to standard output."""
        console = table_console()
        for table in self.tables:
            console.print(table)
        for sentence in self.sentences:
            console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def together(book: Path, options: SolveOptions, split: Split, note: Callable[[str], None]) -> Answer:
    """Plan each trust alone and all together, and split what is saved.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError
        See ``capitalplan.errors``.
    """
    advanced, code = _planned(book, options, note)
    found = advanced.together(split)
    gaps = [_gap(each.cost_gbp, each.bound_gbp) for each in found.coalitions if each.cost_gbp is not None]
    content = {
        **_object(found, without=("alone",)),
        "alone": {trust: _figures(plan, None) for trust, plan in found.alone.items()},
        "joint": {trust: _figures(advanced.planned.plan, trust) for trust in found.alone},
    }
    return Answer(
        content=content,
        tables=(_together_table(found, advanced.planned.plan),),
        sentences=found.sentences,
        exit_code=_code(code, gaps, options),
    )


def fairness(
    book: Path, options: SolveOptions, measure: FairnessMeasure, levels: int, note: Callable[[str], None]
) -> Answer:
    """Plan under bounds on the difference between trusts.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError
        See ``capitalplan.errors``.
    """
    advanced, code = _planned(book, options, note)
    curve = advanced.fairness(measure, levels)
    if curve is None:
        return Answer(content={}, tables=(), sentences=("No plan was found without a bound.",), exit_code=STOPPED_EARLY)
    gaps = [_gap(each.cost_gbp, each.bound_gbp) for each in curve.points if not each.is_impossible]
    return Answer(
        content=_object(curve),
        tables=(_fairness_table(curve),),
        sentences=curve.sentences,
        exit_code=_code(code, gaps, options),
    )


def challenge(book: Path, options: SolveOptions, name: str, note: Callable[[str], None]) -> Answer:
    """Hold a supplier's offer against the plan.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError
        See ``capitalplan.errors``.
    """
    advanced, code = _planned(book, options, note)
    result = advanced.challenge(name)
    gaps = [plan.gap for plan in (result.owned, result.offer) if plan is not None]
    content = {
        **_object(result, without=("owned", "offer", "years")),
        "years": [{**_object(year), "year": year_label(year.year)} for year in result.years],
        "owned_gbp": result.owned.objective_gbp,
        "offer_gbp": None if result.offer is None else result.offer.objective_gbp,
    }
    return Answer(
        content=content,
        tables=(_challenge_table(result),) if result.years else (),
        sentences=(*result.sentences, *(f"Taken for granted: {each}" for each in result.assumptions)),
        exit_code=_code(code, gaps, options),
    )


def _planned(book: Path, options: SolveOptions, note: Callable[[str], None]) -> tuple[Advanced, int]:
    register = read_register(book)
    note("planning")
    planned = make_plan(register, options)
    return Advanced(planned, options, note), exit_code(planned, options.gap)


def _code(code: int, gaps: list[float | None], options: SolveOptions) -> int:
    if options.should_stop is not None and options.should_stop():
        return INTERRUPTED
    return code or (0 if all(is_within(gap, options.gap) for gap in gaps) else STOPPED_EARLY)


def _gap(cost: int | None, bound: int | None) -> float | None:
    return None if cost is None or bound is None else (cost - bound) / max(1, abs(cost))


def _figures(plan: Plan, trust: str | None) -> dict[str, int]:
    """Key figures of a plan, or of a trust's part of it."""
    lines = [line for line in plan.schemes if trust is None or line.trust == trust]
    paid = [payment for line in plan.schemes for payment in line.payments if trust is None or payment.trust == trust]
    return {
        "replacements": sum(line.action is Action.REPLACE for line in lines),
        "additions": sum(line.units for line in lines if line.action is Action.ADD),
        "capital_gbp": sum(payment.gbp for payment in paid),
    }


def _together_table(found: BuyingTogether, joint: Plan) -> Table:
    table = Table(title="Each trust's plan alone, and together")
    table.add_column("Trust")
    for name in (
        "Cost alone", "Replacements alone (together)", "Additions alone (together)", "Capital alone (together)",
        "Part of the saving", "Pays together",
    ):  # fmt: skip
        table.add_column(name, justify="right", overflow="fold")
    for share in found.shares:
        alone, there = _figures(found.alone[share.trust], None), _figures(joint, share.trust)
        table.add_row(
            Text(share.trust),
            f"£{share.alone_gbp:,}",
            *(f"{alone[name]} ({there[name]})" for name in ("replacements", "additions")),
            f"£{alone['capital_gbp']:,} (£{there['capital_gbp']:,})",
            f"£{share.saving_gbp:,}",
            f"£{share.pays_gbp:,}",
        )
    return table


def _fairness_table(curve: FairnessCurve) -> Table:
    table = Table(title="What it costs to treat trusts alike")
    for name in ("Bound", "Difference", "Whole-life cost", "Price of fairness", "Best plans between"):
        table.add_column(name, justify="right", overflow="fold")
    for point in curve.points:
        bound = "none" if point.limit is None else f"{float(point.limit):.2%}"
        if point.cost_gbp is None or point.spread is None or point.price_gbp is None:
            table.add_row(bound, "no plan" if point.is_impossible else "none found", "", "", "")
            continue
        share = "" if point.price_share is None else f" ({float(point.price_share):.2%})"
        known = point.price_low_gbp is not None and point.price_high_gbp is not None
        between = f"£{point.price_low_gbp:,} and £{point.price_high_gbp:,}" if known else "not proven"
        table.add_row(
            bound, f"{float(point.spread):.2%}", f"£{point.cost_gbp:,}", f"£{point.price_gbp:,}{share}", between
        )
    return table


def _challenge_table(result: ChallengeResult) -> Table:
    table = Table(title=f"Owned, and under {result.name}: £ cash, and scans bought outside")
    table.add_column("Year")
    for name in ("Cash owned", "Cash, offer", "Capital owned", "Capital, offer", "Outside owned", "Outside, offer"):
        table.add_column(name, justify="right", overflow="fold")
    for year in result.years:
        table.add_row(
            year_label(year.year),
            *(f"£{gbp:,}" for gbp in (year.owned_gbp, year.offer_gbp, year.owned_capital_gbp, year.offer_capital_gbp)),
            f"{year.owned_outside:,}",
            f"{year.offer_outside:,}",
        )
    return table


def _object(value: Any, without: Collection[str] = ()) -> Any:
    """What JSON can hold of an answer: exact shares become decimals."""
    if is_dataclass(value):
        return {each.name: _object(getattr(value, each.name)) for each in fields(value) if each.name not in without}
    if isinstance(value, Mapping):
        return {key: _object(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_object(item) for item in value]
    return float(value) if isinstance(value, Fraction) else value
