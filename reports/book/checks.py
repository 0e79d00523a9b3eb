"""The Checks sheet: totals recomputed from the other sheets and held against limits, each with a verdict in words."""

from __future__ import annotations

from collections.abc import Sequence

from capitalplan.plan.plan import Plan
from reports.book.grid import TOP, Leaf
from reports.book.totals import Sheets, Total, totals_of
from reports.findings import plan as findings
from reports.style import CHECK, OK, capitalised
from reports.tables import Tables

__all__ = ["VERDICT", "checks_sheet"]

VERDICT = "'Checks'!$B$3"
"""Address of the verdict on all checks together."""

_VERDICTS = (f"{OK}: every check holds", f"{CHECK}: a check below does not hold")


def checks_sheet(leaf: Leaf, tables: Tables, plan: Plan, sheets: Sheets, *, assets: int) -> str:
    """Write the checks; returns the verdict on all of them together, as its formula gives it."""
    leaf.head(
        findings.checks(tables), "Recomputed here from the other sheets: change a figure there and the verdict follows."
    )
    leaf.set_widths((84, 32, 18, 18, 18, 14, 16))
    leaf.sheet.freeze_panes(TOP, 0)
    good = _totals(leaf, TOP, totals_of(plan, tables, sheets, leaf.styles, assets=assets))
    row = TOP + len(good) + 2
    good += _recheck(leaf, row, tables)
    row += len(tables.checks) + 2
    good += _by_source(leaf, row, sheets)
    row += len(sheets.spend.frame) + 2
    good += _by_total(leaf, row, sheets)
    last = row + (0 if sheets.limits is None else len(sheets.limits.frame)) + 1
    leaf.sheet.write_string(2, 0, "All checks together", leaf.styles.total_label)
    now = _VERDICTS[0] if all(good) else _VERDICTS[1]
    test = f'COUNTIF(F{TOP + 2}:G{last},"{CHECK}")=0'
    leaf.formula(2, 1, f'=IF({test},"{_VERDICTS[0]}","{_VERDICTS[1]}")', now, leaf.styles.total_label)
    leaf.colour_verdicts("B3")
    leaf.colour_verdicts(f"F{TOP + 2}:G{last}")
    return now


def _totals(leaf: Leaf, row: int, totals: Sequence[Total]) -> list[bool]:
    leaf.labels(row, ("Totals", "", "Should be", "Is", "Difference", "Verdict"))
    good = []
    for number, total in enumerate(totals, start=row + 1):
        leaf.sheet.write_string(number, 0, total.title, leaf.styles.wrap)
        leaf.formula(number, 2, total.wanted, total.target, total.style)
        leaf.formula(number, 3, total.found, total.value, total.style)
        between = f"D{number + 1}-C{number + 1}"
        holds = abs(total.value - total.target) <= total.apart
        difference = 0.0 if holds else total.value - total.target
        leaf.formula(number, 4, f"=IF(ABS({between})<={total.apart:g},0,{between})", difference, total.style)
        good.append(leaf.verdict(number, 5, f"E{number + 1}=0", holds))
    return good


def _recheck(leaf: Leaf, row: int, tables: Tables) -> list[bool]:
    leaf.labels(row, ("Independent re-check of the plan", "", "Things checked", "Not kept", "", "Verdict"))
    good = []
    for number, check in enumerate(tables.checks.to_dict("records"), start=row + 1):
        leaf.sheet.write_string(number, 0, check["rule"], leaf.styles.wrap)
        leaf.sheet.write_number(number, 2, check["checked"], leaf.styles.whole)
        leaf.sheet.write_number(number, 3, check["not_kept"], leaf.styles.whole)
        good.append(leaf.verdict(number, 5, f"D{number + 1}=0", check["not_kept"] == 0))
    return good


def _by_source(leaf: Leaf, row: int, sheets: Sheets) -> list[bool]:
    """Hold payments by year and source against Spend by year, and against what the source may pay.

    That is its planned limit, or what is committed where that is more, with what is carried in and without what is
    carried out.
    """
    spend, paid, sources = sheets.spend, sheets.paid, sheets.sources
    titles = ("Spend by year and source", "Source", "Payments (£)", "On Spend by year (£)", "May be paid (£)")
    leaf.labels(row, (*titles, "Adds up", "Within its limit"))
    money, good = leaf.styles.pounds, []
    frame = paid.frame
    places = {} if sources is None else {(s, y): i for i, (s, y) in enumerate(sources.frame[["source", "year"]].values)}
    for position, line in enumerate(spend.frame.to_dict("records")):
        number = row + 1 + position
        found = (frame["year"] == line["year"]) & (frame["source"] == line["source"])
        amount = frame.loc[found, "paid_gbp"].sum()
        year = spend.far_cell("year", position)
        by_year = (
            f"=SUMPRODUCT(({paid.span('year')}={year})*({paid.span('source')}=B{number + 1}),{paid.span('paid_gbp')})"
        )
        leaf.sheet.write_string(number, 0, line["year_label"], leaf.styles.text)
        leaf.formula(number, 1, f"={spend.far_cell('source', position)}", line["source"])
        leaf.formula(number, 2, by_year, amount, money)
        leaf.formula(number, 3, f"={spend.far_cell('spent_gbp', position)}", line["spent_gbp"], money)
        good.append(leaf.verdict(number, 5, f"ABS(C{number + 1}-D{number + 1})<0.5", amount == line["spent_gbp"]))
        if sources is not None:
            at = places[line["source"], line["year"]]
            kept = sources.frame.iloc[at]
            most = max(kept.planned_gbp, kept.committed_gbp) + kept.carried_in_gbp - kept.carried_out_gbp
            cell = {name: sources.far_cell(name, at) for name in sources.columns}
            free = f"MAX({cell['planned_gbp']},{cell['committed_gbp']})"
            formula = f"={free}+{cell['carried_in_gbp']}-{cell['carried_out_gbp']}"
            leaf.formula(number, 4, formula, most, money)
            good.append(leaf.verdict(number, 6, f"C{number + 1}<=E{number + 1}+0.5", bool(amount <= most)))
    return good


def _by_total(leaf: Leaf, row: int, sheets: Sheets) -> list[bool]:
    """Hold what counts against capital limits and cash against them."""
    limits = sheets.limits
    if limits is None:
        return []
    titles = ("Capital limits and cash", "Trust", "Used (£)", "", "May be used (£)", "", "Within its limit")
    leaf.labels(row, titles)
    money, good = leaf.styles.pounds, []
    for position, line in enumerate(limits.frame.to_dict("records")):
        number = row + 1 + position
        most = max(line["planned_gbp"], line["committed_gbp"])
        free = f"=MAX({limits.far_cell('planned_gbp', position)},{limits.far_cell('committed_gbp', position)})"
        leaf.sheet.write_string(number, 0, f"{capitalised(line['total'])}, {line['year_label']}", leaf.styles.text)
        leaf.formula(number, 1, f"={limits.far_cell('trust_name', position)}", line["trust_name"])
        leaf.formula(number, 2, f"={limits.far_cell('used_gbp', position)}", line["used_gbp"], money)
        leaf.formula(number, 4, free, most, money)
        good.append(leaf.verdict(number, 6, f"C{number + 1}<=E{number + 1}+0.5", line["used_gbp"] <= most))
    return good
