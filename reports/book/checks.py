"""The Checks sheet: the plan's money and machines recomputed from the Plan sheet, each with a verdict in words."""

from __future__ import annotations

from reports import findings
from reports.book.grid import TOP, Leaf, Placed
from reports.book.money import ADDS_UP, FIRST_LINE, funding_columns
from reports.style import CHECK, FUNDING, OK
from reports.tables import Tables

__all__ = ["VERDICT", "checks_sheet"]

VERDICT = "'Checks'!$B$3"
"""Address of the verdict on all checks together."""

_VERDICTS = (f"{OK}: every check holds", f"{CHECK}: a check below does not hold")


def checks_sheet(leaf: Leaf, tables: Tables, lines: Placed, spend: Placed, *, assets: int, funded: bool) -> str:
    """Write the checks; returns the verdict on all of them together, as its formula gives it."""
    leaf.head(
        findings.checks(tables), "Recomputed here from the Plan sheet: change a figure there and the verdict follows."
    )
    leaf.set_widths((84, 32, 18, 18, 18, 14, 16))
    leaf.sheet.freeze_panes(TOP, 0)
    good = _totals(leaf, TOP, lines, spend, assets)
    row = TOP + len(good) + 2
    good += _recheck(leaf, row, tables)
    row += len(tables.checks) + 2
    good += _by_source(leaf, row, lines, spend, funded)
    last = row + len(spend.frame) + 1
    leaf.sheet.write_string(2, 0, "All checks together", leaf.styles.total_label)
    now = _VERDICTS[0] if all(good) else _VERDICTS[1]
    test = f'COUNTIF(F{TOP + 2}:G{last},"{CHECK}")=0'
    leaf.formula(2, 1, f'=IF({test},"{_VERDICTS[0]}","{_VERDICTS[1]}")', now, leaf.styles.total_label)
    leaf.colour_verdicts("B3")
    leaf.colour_verdicts(f"F{TOP + 2}:G{last}")
    return now


def _totals(leaf: Leaf, row: int, lines: Placed, spend: Placed, assets: int) -> list[bool]:
    leaf.labels(row, ("Totals", "", "Should be", "Is", "Difference", "Verdict"))
    funded = lines.frame[funding_columns(lines)].sum(axis=1)
    present = lines.frame.loc[lines.frame["asset_id"] != "", "asset_id"].nunique()
    whole, money = leaf.styles.whole, leaf.styles.pounds
    tests = (
        ("Lines whose funding does not add up to their capital", "=0", 0,
         f'=COUNTIF({lines.span(ADDS_UP)},"{CHECK}")', int((lines.frame["capital_gbp"] != funded).sum()), whole),
        ("Capital on the Plan sheet against Spend by year", f"=SUM({spend.span('spent_gbp')})", spend.sum("spent_gbp"),
         f"=SUM({lines.span('capital_gbp')})", lines.sum("capital_gbp"), money),
        ("Machines of the register that have a line in the plan", f"={assets}", assets,
         f"=SUM({lines.span(FIRST_LINE)})", present, whole),
    )  # fmt: skip
    good = []
    for number, (title, wanted, target, found, value, style) in enumerate(tests, start=row + 1):
        leaf.sheet.write_string(number, 0, title, leaf.styles.wrap)
        leaf.formula(number, 2, wanted, target, style)
        leaf.formula(number, 3, found, value, style)
        leaf.formula(number, 4, f"=D{number + 1}-C{number + 1}", value - target, style)
        good.append(leaf.verdict(number, 5, f"ABS(E{number + 1})<0.5", value == target))
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


def _by_source(leaf: Leaf, row: int, lines: Placed, spend: Placed, funded: bool) -> list[bool]:
    titles = ("Spend by year and source", "Source", "On the Plan sheet (£)", "On Spend by year (£)", "Limit (£)")
    leaf.labels(row, (*titles, "Adds up", "Within its limit"))
    money, good = leaf.styles.pounds, []
    for position, line in enumerate(spend.frame.to_dict("records")):
        number = row + 1 + position
        name = FUNDING + line["source"]
        planned = lines.frame.loc[lines.frame["year"] == line["year"], name].sum()
        by_year = f"=SUMIFS({lines.span(name)},{lines.span('year')},{spend.far_cell('year', position)})"
        leaf.sheet.write_string(number, 0, line["year_label"], leaf.styles.text)
        leaf.formula(number, 1, f"={spend.far_cell('source', position)}", line["source"])
        leaf.formula(number, 2, by_year, planned, money)
        leaf.formula(number, 3, f"={spend.far_cell('spent_gbp', position)}", line["spent_gbp"], money)
        adds_up = planned == line["spent_gbp"]
        good.append(leaf.verdict(number, 5, f"ABS(C{number + 1}-D{number + 1})<0.5", adds_up))
        if funded:
            leaf.formula(number, 4, f"={spend.far_cell('limit_gbp', position)}", line["limit_gbp"], money)
            within = planned <= line["limit_gbp"]
            good.append(leaf.verdict(number, 6, f"C{number + 1}<=E{number + 1}+0.5", within))
    return good
