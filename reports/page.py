"""The plan as one page that needs no network: charts with a finding each, tables behind them, safe to open anywhere."""

from __future__ import annotations

from pathlib import Path

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan, RunFacts
from capitalplan.register.register import Register
from capitalplan.terms import year_label
from reports.findings import service, story
from reports.rendering import render
from reports.sections.whole import sections_of
from reports.style import millions, pounds
from reports.tables import Tables, make_tables

__all__ = ["write_page"]

_MOST_CARDS = 12
"""Key figures shown at the top, four in a row."""


def write_page(path: Path, register: Register, plan: Plan, study: Study, facts: RunFacts) -> None:
    """Write a plan as one HTML file that opens without any network.

    Parameters
    ----------
    path
        File to write; an existing file is replaced.
    register
        What the plan was made from.
    plan
        The plan.
    study
        Other ways of planning, price tests and need.
    facts
        How the plan came about, and its re-check.
    """
    tables = make_tables(register, plan, study, facts)
    period = f"{year_label(plan.years[0].year)} to {year_label(plan.years[-1].year)}"
    render(
        path,
        title=f"{plan.network}: capital plan {period}",
        heading=f"{plan.network}, {period}",
        statement=None if plan.funded else story.STATEMENT_OF_NEED,
        story=story.story(tables, plan),
        cards=_cards(tables, plan),
        sections=sections_of(tables, plan),
    )


def _cards(tables: Tables, plan: Plan) -> list[tuple[str, str]]:
    ours = tables.comparison.iloc[0]
    limit = pounds(tables.years["limit_gbp"].sum()) if plan.funded else "not given"
    over_age = f"{plan.kpis['over_age_start']:,} to {ours.over_age:,}"
    kpis = plan.kpis
    cards = [
        ("Capital planned, cash", pounds(ours.capital_gbp)),
        ("Offered by funding sources, cash", limit),
        ("Unlimited like-for-like need, cash", pounds(tables.years["need_gbp"].sum())),
        ("Scans bought outside, all years", f"{ours.unmet_scans:,}"),
        ("Machines replaced", f"{ours.replacements:,}"),
        ("Machines added", f"{ours.additions:,}"),
        ("Due and not funded" if plan.funded else "Due and not renewed", f"{len(tables.not_funded):,}"),
        ("Past planned life, from start to end", over_age),
    ]
    if not tables.money.trust_revenue.empty:
        ends = tables.money.revenue_years["after_gbp"].iloc[[0, -1]]
        cards.append(("Revenue cost, first and last year", " to ".join(map(millions, ends))))
    if not tables.waiting.empty:
        weeks = f"{float(kpis['mean_wait_weeks_end']):.1f} weeks"
        cards.append(("Waiting, from start to end", f"{kpis['waiting_start']:,} to {kpis['waiting_end']:,}"))
        cards.append(("Mean wait at the end, estimated", weeks))
    if not tables.extra.empty:
        cards.append(("Bought beside machines, all years", pounds(service.spent_beside(tables).sum())))
    more = [
        ("Scans nobody can do, all years", service.unmet_scans(tables)),
        ("Late reports at the end", kpis["late_reports_end"]),
        ("Patients moved between trusts", kpis["patients_moved_between_trusts"]),
        ("Upgraded or given longer life", kpis["upgrades"]),
    ]
    return [*cards, *((name, f"{number:,}") for name, number in more if number)][:_MOST_CARDS]
