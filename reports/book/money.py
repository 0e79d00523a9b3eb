"""The Plan, Spend by year and Costs by year sheets, which the checks hold against each other."""

from __future__ import annotations

from dataclasses import replace

from xlsxwriter import Workbook

from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from reports.book import charts
from reports.book.grid import TOP, Leaf, Placed
from reports.columns import FUNDING
from reports.findings import plan as findings
from reports.findings import story
from reports.tables import Tables

__all__ = ["ADDS_UP", "FIRST_LINE", "cost_sheet", "funding_columns", "plan_sheet", "spend_sheet"]

ADDS_UP, FIRST_LINE = "Funding adds up", "First line of asset"
"""Columns of the Plan sheet that the checks count."""


def funding_columns(placed: Placed) -> list[str]:
    """Columns of the Plan sheet that hold capital by source."""
    return [name for name in placed.columns if name.startswith(FUNDING)]


def plan_sheet(leaf: Leaf, tables: Tables, register: Register, basis: str, paid: Placed, spend: Placed) -> Placed:
    """Write the plan line by line, its funding summed from the payments, with two columns of formulas for the checks.

    A source that may pay for none of the trusts that bear a line has nothing to sum there.

    Parameters
    ----------
    paid, spend
        The payments, and spend by year and source, whose names of sources are what payments are compared with.
    """
    leaf.head(findings.schemes(tables), basis)
    placed = leaf.place(tables.schemes)
    leaf.sheet.freeze_panes(TOP + 1, 1)
    leaf.sheet.print_area(0, 0, placed.last + 1, placed.columns["reason"])
    sources = funding_columns(placed)
    after = len(placed.columns)
    for position, title in enumerate((ADDS_UP, FIRST_LINE), start=after):
        leaf.sheet.write_string(TOP, position, title, leaf.styles.header)
        leaf.sheet.set_column(position, position, 11)
    assets = tables.schemes["asset_id"]
    titles = {
        source: spend.far_cell("source", position) for position, source in reversed([*enumerate(spend.frame["source"])])
    }
    bearers = paid.frame.groupby("number")["payer_code"].agg(set).to_dict()
    trusts = {source.name: source.trusts for source in register.sources}
    amounts = {name: placed.frame[name].tolist() for name in sources}
    capital, funded = placed.frame["capital_gbp"].tolist(), placed.frame[sources].sum(axis=1).tolist()
    for position, (asset, key, trust) in enumerate(
        zip(assets, placed.frame["number"], placed.frame["trust"], strict=True)
    ):
        row = placed.first + position
        number = f"{paid.span('number')}={placed.cell('number', position)}"
        bear = {trust, *bearers.get(key, ())}
        for name in sources:
            if bear.isdisjoint(trusts.get(name.removeprefix(FUNDING), bear)):
                continue
            source = titles[name.removeprefix(FUNDING)]
            formula = f"=SUMPRODUCT(({number})*({paid.span('source')}={source}),{paid.span('paid_gbp')})"
            leaf.formula(row, placed.columns[name], formula, amounts[name][position], leaf.styles.pounds)
        funding = f"SUM({placed.cell(sources[0], position)}:{placed.cell(sources[-1], position)})" if sources else "0"
        good = bool(capital[position] == funded[position])
        leaf.verdict(row, after, f"ABS({placed.cell('capital_gbp', position)}-{funding})<0.5", good)
        own, above = placed.cell("asset_id", position), placed.cell("asset_id", position - 1)
        first = bool(asset) and (position == 0 or asset != assets[position - 1])
        leaf.formula(row, after + 1, f'=IF({own}="",0,IF({own}={above},0,1))', int(first), leaf.styles.whole)
    rebates = ["rebate_gbp"] if "rebate_gbp" in placed.columns else []
    leaf.totals(placed, ["capital_gbp", *rebates, *sources])
    placed = replace(placed, columns={**placed.columns, ADDS_UP: after, FIRST_LINE: after + 1})
    leaf.colour_verdicts(placed.span(ADDS_UP).split("!")[1])
    return placed


def spend_sheet(
    leaf: Leaf, book: Workbook, tables: Tables, plan: Plan, basis: str, sources: Placed | None
) -> tuple[Placed, Placed]:
    """Write spend by year, summed from spend by year and source below it; returns both tables.

    Parameters
    ----------
    sources
        The Sources sheet, where limits come from; None without limits.
    """
    leaf.head(findings.spend(tables, plan), basis)
    leaf.set_widths((10, 10, 26, 15, 15, 15, 15, 15))
    years = leaf.place(tables.years, main=False)
    below = years.last + 25
    leaf.sheet.repeat_rows(0)
    leaf.sheet.set_h_pagebreaks([below - 1])
    leaf.title(below - 1, "By year and funding source")
    spend = leaf.place(tables.spend, below, main=False)
    leaf.sheet.autofilter(below, 0, spend.last, len(spend.columns) - 1)
    if sources is not None:
        _limits(leaf, spend, sources)
    leaf.sheet.freeze_panes(TOP + 1, 2)
    summed = ("limit_gbp", "spent_gbp") if plan.funded else ("spent_gbp",)
    for position, year in enumerate(years.frame["year"]):
        row = years.first + position
        for name in summed:
            formula = f"=SUMIFS({spend.span(name)},{spend.span('year')},{years.cell('year', position)})"
            value = spend.frame.loc[spend.frame["year"] == year, name].sum()
            leaf.formula(row, years.columns[name], formula, value, leaf.styles.pounds)
        if plan.funded:
            formula = f"={years.cell('limit_gbp', position)}-{years.cell('spent_gbp', position)}"
            value = years.frame.at[position, "headroom_gbp"]
            leaf.formula(row, years.columns["headroom_gbp"], formula, value, leaf.styles.pounds)
    leaf.totals(years, ["need_gbp", *summed, *(["headroom_gbp"] if plan.funded else [])])
    leaf.totals(spend, [*summed, "committed_gbp", *(["headroom_gbp"] if plan.funded else [])])
    leaf.sheet.insert_chart(years.last + 3, 0, charts.spend(book, years, plan.funded))
    return years, spend


def _limits(leaf: Leaf, spend: Placed, sources: Placed) -> None:
    """Fetch limits from the Sources sheet, and what is left of them."""
    at = {key: row for row, key in enumerate(zip(sources.frame["source"], sources.frame["year"], strict=True))}
    for position, line in enumerate(spend.frame.to_dict("records")):
        row = spend.first + position
        limit = f"={sources.far_cell('limit_gbp', at[line['source'], line['year']])}"
        left = f"={spend.cell('limit_gbp', position)}-{spend.cell('spent_gbp', position)}"
        leaf.formula(row, spend.columns["limit_gbp"], limit, line["limit_gbp"], leaf.styles.pounds)
        leaf.formula(row, spend.columns["headroom_gbp"], left, line["headroom_gbp"], leaf.styles.pounds)


def cost_sheet(leaf: Leaf, tables: Tables) -> Placed:
    """Write every cost of every year: cash, its sum and its worth discounted as formulas, then what is not cash."""
    remark = "Real, ex VAT, in today's prices. Columns after the discounted sum are prices put on what is not cash."
    placed = leaf.sheet_of(story.cost_years(tables), remark, tables.cost_years, "CostsByYear")
    leaf.sheet.freeze_panes(TOP + 1, 2)
    cash = [name for name in placed.columns if placed.columns[name] < placed.columns["cash_gbp"]]
    money = leaf.styles.pounds
    for position, line in enumerate(placed.frame.to_dict("records")):
        row = placed.first + position
        summed = f"=SUM({placed.cell('capital_real_gbp', position)}:{placed.cell(cash[-1], position)})"
        worth = f"={placed.cell('cash_gbp', position)}*{placed.cell('discount_factor', position)}"
        leaf.formula(row, placed.columns["cash_gbp"], summed, line["cash_gbp"], money)
        leaf.formula(row, placed.columns["discounted_gbp"], worth, line["discounted_gbp"], money)
    leaf.totals(placed, [name for name in placed.columns if name.endswith("_gbp")])
    return placed
