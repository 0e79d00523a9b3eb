"""The Summary sheet: what the plan does, key figures, capital by trust and the age of the machines."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from capitalplan.plan.plan import Plan
from capitalplan.sheets import safe_text
from capitalplan.terms import Route, year_label
from reports.book import charts
from reports.book.checks import VERDICT
from reports.book.grid import Leaf, Placed
from reports.figures.schemes import not_renewed
from reports.findings import plan as findings
from reports.findings import service, story
from reports.style import BANDS
from reports.tables import Tables

__all__ = ["Source", "summary_sheet"]


Figure = tuple[str, str | None, object, Format]
"""Title, formula if any, value and format of a key figure."""

_ONE_LINE = 165
"""Characters that fit on one line beside a question."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the summary is made from.

    Attributes
    ----------
    lines, paid, years
        The Plan and Payments sheets and the years of the Spend by year sheet, at which the formulas point.
    verdict
        The verdict on all checks together.
    """

    book: Workbook
    tables: Tables
    plan: Plan
    lines: Placed
    paid: Placed
    years: Placed
    verdict: str


def summary_sheet(leaf: Leaf, source: Source) -> None:
    """Write what the plan does, its key figures, capital by trust and the age of the machines."""
    plan, tables = source.plan, source.tables
    columns = 3 + len(plan.years)
    leaf.set_widths((46, 24, *[14] * (columns - 2)))
    row = _story(leaf, source, columns) + 1
    row = _key_figures(leaf, row, source) + 1
    row = _by_trust(leaf, row, tables, source.paid) + 2
    leaf.sheet.repeat_rows(0)
    leaf.sheet.set_h_pagebreaks([row])
    _ages(leaf, source.book, row, tables)


def _story(leaf: Leaf, source: Source, columns: int) -> int:
    answers = story.story(source.tables, source.plan)
    for row, (question, answer) in enumerate(answers, start=2):
        leaf.sheet.write_string(row, 0, question, leaf.styles.info)
        leaf.sheet.merge_range(row, 1, row, columns - 1, safe_text(answer), leaf.styles.wrap)
        leaf.sheet.set_row(row, 15 * ceil(len(answer) / _ONE_LINE))
    return 2 + len(answers)


def _key_figures(leaf: Leaf, row: int, source: Source) -> int:
    plan, tables, lines, years = source.plan, source.tables, source.lines, source.years
    ours = tables.comparison.iloc[0]
    money, whole = leaf.styles.pounds, leaf.styles.whole
    limits = years.sum("limit_gbp") if plan.funded else None
    units, action = lines.span("units"), lines.span("action")
    figures: list[Figure] = [
        ("Capital planned (£, cash)", f"=SUM({lines.span('capital_gbp')})", lines.sum("capital_gbp"), money),
        ("Limits of all sources (£, cash)", f"=SUM({years.span('limit_gbp')})" if plan.funded else None, limits, money),
        *_money_figures(leaf, source),
        ("Unlimited need (£, cash)", f"=SUM({years.span('need_gbp')})", years.sum("need_gbp"), money),
        ("Machines replaced", f'=SUMIFS({units},{action},"replace")', ours.replacements, whole),
        ("Machines added", f'=SUMIFS({units},{action},"add")', ours.additions, whole),
        (f"Machines due and {not_renewed(plan)}", f'=COUNTIF({lines.span("timing")},"{not_renewed(plan)}")',
         len(tables.not_funded), whole),
        ("Machines past planned life at the start", None, plan.kpis["over_age_start"], whole),
        ("Machines past planned life in the last year", None, ours.over_age, whole),
        ("Scans bought outside, all years", None, ours.unmet_scans, whole),
        ("Whole-life cost (£, discounted, real)", None, plan.objective_gbp, money),
        ("No plan can cost less than (£)", None, plan.bound_gbp, money),
        ("Distance from the best possible, at most (£)", None, plan.gap_gbp, money),
        ("The same in scanners, at most", None, story.scanners(plan), leaf.styles.number),
        *_service_figures(leaf, source),
        ("Checks", f"={VERDICT}", source.verdict, leaf.styles.wrap),
    ]  # fmt: skip
    leaf.labels(row, ("Key figure", "Value"))
    for number, (title, formula, value, style) in enumerate(figures, start=row + 1):
        leaf.sheet.write_string(number, 0, title, leaf.styles.text)
        if formula is not None:
            leaf.formula(number, 1, formula, value, style)
        elif value is None:
            leaf.sheet.write_string(number, 1, "not given" if "Limits" in title else "not known", leaf.styles.text)
        else:
            leaf.sheet.write_number(number, 1, float(str(value)), style)
    leaf.colour_verdicts(f"B{row + len(figures) + 1}")
    return row + len(figures) + 1


def _money_figures(leaf: Leaf, source: Source) -> list[Figure]:
    """Key figures of rights of use, rebates and revenue; those that are 0 or not known are left out."""
    paid, lines, money = source.paid, source.lines, leaf.styles.pounds
    frame, figures = paid.frame, list[Figure]()
    leased = frame.loc[frame["route"] != str(Route.PURCHASE), "paid_gbp"].sum()
    if leased:
        bought = f'SUMIFS({paid.span("paid_gbp")},{paid.span("route")},"{Route.PURCHASE}")'
        formula = f"=SUM({paid.span('paid_gbp')})-{bought}"
        figures.append(("Of which the value of leases, charged without cash (£)", formula, leased, money))
    if "rebate_gbp" in lines.columns:
        figures.append(("Price rebates (£, cash)", f"=SUM({lines.span('rebate_gbp')})", lines.sum("rebate_gbp"), money))
    if not source.tables.money.trust_revenue.empty:
        last = source.tables.money.revenue_years.iloc[-1]
        figures.append((f"Revenue cost in {last.year_label} (£, cash)", None, last.after_gbp, money))
        if "change_gbp" in last.index:
            figures.append(("The same against business as usual (£, cash)", None, last.change_gbp, money))
    return figures


def _service_figures(leaf: Leaf, source: Source) -> list[Figure]:
    """Key figures of lists, staff and extra capacity; those that are 0 or not given are left out."""
    kpis, tables = source.plan.kpis, source.tables
    whole, number, share = leaf.styles.whole, leaf.styles.number, leaf.styles.share
    lists: list[Figure] = [
        ("Patients waiting at the start", None, kpis["waiting_start"], whole),
        ("Patients waiting at the end", None, kpis["waiting_end"], whole),
        ("Target for the lists at the end (patients)", None, kpis["waiting_target_end"], whole),
        ("Mean wait at the end, estimated (weeks)", None, kpis["mean_wait_weeks_end"], number),
        ("Over the standard at the end, estimated", None, kpis["share_over_standard_end"], share),
    ]
    more: list[Figure] = [
        ("Scans nobody can do, all years", None, service.unmet_scans(tables), whole),
        ("Unscheduled patients not scanned at home", None, kpis["unscheduled_away"], whole),
        ("Patients moved", None, kpis["patients_moved"], whole),
        ("Patients moved between trusts", None, kpis["patients_moved_between_trusts"], whole),
        ("Extended hours worked", None, kpis["extended_hours"], whole),
        ("Days of mobile vans", None, kpis["van_days"], whole),
        ("Outsourced reports", None, kpis["outsourced_reports"], whole),
        ("Late reports at the end", None, kpis["late_reports_end"], whole),
        ("Machines upgraded or given longer life", None, kpis["upgrades"], whole),
        ("Machines replaced new room first", None, kpis["new_room_first"], whole),
    ]
    return [*(lists if not tables.waiting.empty else []), *(figure for figure in more if figure[2])]


def _by_trust(leaf: Leaf, row: int, tables: Tables, paid: Placed) -> int:
    """Write capital by trust that pays and year, summed from the payments."""
    spend = tables.trust_spend.pivot_table(
        index=["trust", "trust_name"], columns="year", values="capital_gbp", aggfunc="sum", sort=False
    )
    years = [int(year) for year in spend.columns]
    leaf.title(row, "Capital by trust that pays (£, cash)")
    leaf.labels(row + 1, ("Trust", "Trust code", *map(year_label, years), "All years"))
    first = row + 2
    capital, trust, when = (paid.span(name) for name in ("paid_gbp", "payer_code", "year"))
    last = xl_col_to_name(len(years) + 1)
    for number, (code, name, *amounts) in enumerate(spend.reset_index().to_numpy(), start=first):
        leaf.sheet.write_string(number, 0, safe_text(name), leaf.styles.wrap)
        leaf.sheet.write_string(number, 1, safe_text(code), leaf.styles.text)
        for position, (year, amount) in enumerate(zip(years, amounts, strict=True), start=2):
            formula = f"=SUMIFS({capital},{trust},$B{number + 1},{when},{year})"
            leaf.formula(number, position, formula, amount, leaf.styles.pounds)
        formula = f"=SUM(C{number + 1}:{last}{number + 1})"
        leaf.formula(number, len(years) + 2, formula, sum(amounts), leaf.styles.total_pounds)
    total = first + len(spend)
    leaf.sheet.write_string(total, 0, "Total", leaf.styles.total_label)
    sums = [*spend.sum(), spend.to_numpy().sum()]
    for position, amount in enumerate(sums, start=2):
        letter = xl_col_to_name(position)
        leaf.formula(total, position, f"=SUM({letter}{first + 1}:{letter}{total})", amount, leaf.styles.total_pounds)
    return total


def _ages(leaf: Leaf, book: Workbook, row: int, tables: Tables) -> None:
    everything = tables.ages[tables.ages["way"] == "all"]
    counts: pd.DataFrame = everything.pivot_table(
        index="moment", columns="band", values="machines", aggfunc="sum", sort=False
    )[list(BANDS)].reset_index()
    leaf.title(row, findings.ages(tables))
    placed = leaf.place(counts, row + 1, main=False)
    leaf.sheet.write_string(placed.last + 1, 0, findings.AGE_RULE, leaf.styles.text)
    leaf.sheet.insert_chart(placed.last + 3, 0, charts.ages(book, placed, list(BANDS)))
