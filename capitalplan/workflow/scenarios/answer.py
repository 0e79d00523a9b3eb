"""What a study found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.scenarios import Outcome, ScenarioResult
from capitalplan.plan.plan import Plan
from capitalplan.workflow.network import Answer
from capitalplan.workflow.planning import STOPPED_EARLY

__all__ = ["answer"]

FIGURES = (
    ("capital_cash_gbp", "Capital, cash"),
    ("replacements", "Replaced"),
    ("additions", "Added"),
    ("not_funded", "Not funded"),
    ("waiting_end", "Waiting at the end"),
    ("outside_scans", "Scans bought outside"),
    ("over_age_end", "Past planned life at the end"),
)
"""Key figures that are shown beside the cost."""


def answer(results: Sequence[ScenarioResult]) -> Answer:
    """Tell what came of each scenario, and what differs from the first, which is the book unless others were named."""
    base = results[0].solved.plan if results else None
    is_whole = all(result.solved.outcome is Outcome.PLANNED for result in results)
    return Answer(
        content={"scenarios": [_content(result, base) for result in results], "counts": _counts(results)},
        tables=(_table(results, base),),
        sentences=tuple(_sentences(results)),
        exit_code=0 if is_whole else STOPPED_EARLY,
    )


def _content(result: ScenarioResult, base: Plan | None) -> dict[str, Any]:
    solved, plan = result.solved, result.solved.plan
    told = {
        "scenario": result.name,
        "based_on": result.based_on,
        "changes": list(result.changes),
        "outcome": str(solved.outcome),
        "reason": solved.reason,
        "seconds": round(solved.seconds, 1),
    }
    if plan is None:
        return told
    return told | {
        "objective_gbp": plan.objective_gbp,
        "bound_gbp": plan.bound_gbp,
        "gap": plan.gap,
        "difference_gbp": None if base is None else plan.objective_gbp - base.objective_gbp,
        "resolved": _is_resolved(plan, base),
        "kpis": dict(plan.kpis),
    }


def _counts(results: Sequence[ScenarioResult]) -> dict[str, int]:
    return {str(outcome): sum(each.solved.outcome is outcome for each in results) for outcome in Outcome}


def _is_resolved(plan: Plan, base: Plan | None) -> bool | None:
    """Whether the two costs differ by more than their gaps; None where a bound is missing."""
    if base is None or plan.bound_gbp is None or base.bound_gbp is None:
        return None
    return plan.bound_gbp > base.objective_gbp or base.bound_gbp > plan.objective_gbp


def _table(results: Sequence[ScenarioResult], base: Plan | None) -> Table:
    table = Table(title="Scenarios")
    table.add_column("Scenario")
    for name in ("Whole-life cost", "Against the first", "Gap", *(title for _, title in FIGURES)):
        table.add_column(name, justify="right", overflow="fold")
    for result in results:
        plan = result.solved.plan
        if plan is None:
            table.add_row(Text(result.name), str(result.solved.outcome), *[""] * (len(FIGURES) + 2))
            continue
        figures = (f"{'£' if name.endswith('gbp') else ''}{plan.kpis[name]:,}" for name, _ in FIGURES)
        gap = "none proven" if plan.gap is None else f"{plan.gap:.2%}"
        table.add_row(Text(result.name), f"£{plan.objective_gbp:,}", _against(plan, base), gap, *figures)
    return table


def _against(plan: Plan, base: Plan | None) -> str:
    if base is None or plan is base:
        return ""
    difference = plan.objective_gbp - base.objective_gbp
    words = f"{'-' if difference < 0 else '+'}£{abs(difference):,}"
    return words if _is_resolved(plan, base) else f"{words} (not resolved)"


def _sentences(results: Sequence[ScenarioResult]) -> list[str]:
    counts = ", ".join(f"{number} {outcome}" for outcome, number in _counts(results).items() if number)
    told = [f"{len(results)} scenarios: {counts}."]
    told += [f"{each.name}: {each.solved.reason}" for each in results if each.solved.reason]
    if any(each.solved.plan is not None for each in results[1:]):
        told.append("Differences marked as not resolved are within the gaps of the two plans.")
    return told
