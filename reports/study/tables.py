"""Tables of scenarios: the only source of figures for the study's workbook and page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from capitalplan.analysis.scenarios import ScenarioResult
from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from reports.figures.frames import frame
from reports.style import count, pounds

__all__ = ["StudyTables", "make_study_tables"]

_COMPARED = (
    ("capital_cash_gbp", "capital"),
    ("replacements", "replacement"),
    ("additions", "addition"),
    ("not_funded", "machine not funded"),
    ("waiting_end", "patient waiting at the end"),
    ("outside_scans", "scan bought outside"),
    ("over_age_end", "machine past planned life at the end"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTables:
    """Every table of a study.

    Attributes
    ----------
    results
        A row for each scenario: how it ended, its cost and key figures; blank where it has no plan.
    differing
        Inputs that differ beside results that differ, a row for each scenario but the first.
    years
        Capital, scans bought outside and machines past planned life by scenario and year.
    levels
        The same as ``results`` for levels of sweeps, with what is swept and the level.
    """

    results: pd.DataFrame
    differing: pd.DataFrame
    years: pd.DataFrame
    levels: pd.DataFrame


def make_study_tables(results: Sequence[ScenarioResult]) -> StudyTables:
    """Make the tables of a study; scenarios are held against the first, which is the book unless others were named."""
    base = results[0].solved.plan
    names = (
        "scenario ending whole_life_gbp against_gbp against_verdict bound_gbp plan_gap capital_gbp replacements "
        "additions machines_not_funded waiting_end mean_weeks unmet_scans over_age over_ten solve_seconds"
    )
    return StudyTables(
        results=frame(names, (_result(each, base) for each in results)),
        differing=frame("scenario inputs_changed results_changed", _differing(results, base)),
        years=frame("scenario year_label limit_gbp spent_gbp outside machines past_life", _years(results)),
        levels=frame(
            f"swept level {names}",
            ((each.swept, each.level, *_result(each, base)) for each in results if each.level is not None),
        ),
    )


def _result(result: ScenarioResult, base: Plan | None) -> tuple[Any, ...]:
    plan, ending = result.solved.plan, str(result.solved.outcome)
    if plan is None:
        return (result.name, ending, *[None] * 14, result.solved.seconds)
    kpis = plan.kpis
    against = None if base is None or plan is base else plan.objective_gbp - base.objective_gbp
    return (
        result.name,
        ending,
        plan.objective_gbp,
        against,
        "" if against is None else _verdict(plan, base),
        plan.bound_gbp,
        plan.gap,
        *(kpis[name] for name in ("capital_cash_gbp", "replacements", "additions", "not_funded", "waiting_end")),
        kpis["mean_wait_weeks_end"],
        *(kpis[name] for name in ("outside_scans", "over_age_end", "share_over_10_end")),
        result.solved.seconds,
    )


def _verdict(plan: Plan, base: Plan | None) -> str:
    """Whether the costs of two plans differ by more than their gaps leave open."""
    if base is None or plan.bound_gbp is None or base.bound_gbp is None:
        return "not proven"
    if plan.bound_gbp > base.objective_gbp:
        return "costs more"
    return "costs less" if base.bound_gbp > plan.objective_gbp else "not resolved"


def _differing(results: Sequence[ScenarioResult], base: Plan | None) -> Iterator[tuple[str, str, str]]:
    for result in results[1:]:
        own = "; ".join(result.changes)
        inputs = f"As {result.based_on}, then {own or 'nothing else'}" if result.based_on else own
        yield result.name, inputs, _results_words(result, base)


def _results_words(result: ScenarioResult, base: Plan | None) -> str:
    plan = result.solved.plan
    if plan is None or base is None:
        return f"{result.solved.outcome}: {result.solved.reason}".rstrip(": ")
    difference = plan.objective_gbp - base.objective_gbp
    cost = f"Costs {pounds(abs(difference))} {'more' if difference > 0 else 'less'} ({_verdict(plan, base)})"
    parts = []
    for name, thing in _COMPARED:
        change = round(float(plan.kpis[name]) - float(base.kpis[name]))
        if change and name.endswith("_gbp"):
            parts.append(f"{pounds(abs(change))} {'more' if change > 0 else 'less'} {thing}")
        elif change:
            counted = count(abs(change), thing).split(" ", 1)
            parts.append(f"{counted[0]} {'more' if change > 0 else 'fewer'} {counted[1]}")
    same = "the same plan" if not difference and not parts else ""
    return "; ".join([*([cost] if difference else []), *parts]) or same


def _years(results: Sequence[ScenarioResult]) -> Iterator[tuple[Any, ...]]:
    for result in results:
        for line in () if result.solved.plan is None else result.solved.plan.years:
            limit = sum(line.limit_by_source.values()) if result.solved.plan and result.solved.plan.funded else None
            yield (
                result.name,
                year_label(line.year),
                limit,
                sum(line.capital_by_source.values()),
                sum(line.outside_scans.values()),
                line.machines,
                line.over_age,
            )
