"""The Checks sheet: money, machines and patients recomputed from the other sheets, each with a verdict in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.format import Format

from capitalplan.plan.plan import Plan
from reports.book.grid import TOP, Leaf, Placed
from reports.book.money import ADDS_UP, FIRST_LINE, funding_columns
from reports.findings import plan as findings
from reports.style import CHECK, FUNDING, OK
from reports.tables import Tables

__all__ = ["VERDICT", "Sheets", "checks_sheet"]

VERDICT = "'Checks'!$B$3"
"""Address of the verdict on all checks together."""

_ROUNDING = 0.501
"""Half a pound, scan or patient, and the tolerance of a spreadsheet's sums."""

_BESIDE = ("outside_gbp", "hours_gbp", "vans_gbp", "outsourced_gbp")
_TO_REPORT = ("backlog_before", "scans_done")
_REPORTED = ("radiologist", "radiographer", "outsourced", "backlog")
_VERDICTS = (f"{OK}: every check holds", f"{CHECK}: a check below does not hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Tables that the checks recompute from.

    Attributes
    ----------
    lines, spend, costs
        The Plan, Spend by year and Costs by year sheets.
    service
        Tables of the sheets on service by sheet name, those that the book has.
    """

    lines: Placed
    spend: Placed
    costs: Placed
    service: Mapping[str, Placed]


@dataclass(frozen=True, slots=True)
class _Test:
    """One total: the formula and value it should be, the formula and value it is, and what rounding may part them.

    What rounding explains is shown as no difference.
    """

    title: str
    wanted: str
    target: float
    found: str
    value: float
    style: Format
    apart: float = _ROUNDING


def checks_sheet(leaf: Leaf, tables: Tables, plan: Plan, sheets: Sheets, *, assets: int) -> str:
    """Write the checks; returns the verdict on all of them together, as its formula gives it."""
    lines, spend = sheets.lines, sheets.spend
    leaf.head(
        findings.checks(tables), "Recomputed here from the other sheets: change a figure there and the verdict follows."
    )
    leaf.set_widths((84, 32, 18, 18, 18, 14, 16))
    leaf.sheet.freeze_panes(TOP, 0)
    good = _totals(leaf, TOP, [*_capital(leaf, lines, spend, assets), *_service(leaf, plan, sheets)])
    row = TOP + len(good) + 2
    good += _recheck(leaf, row, tables)
    row += len(tables.checks) + 2
    good += _by_source(leaf, row, lines, spend, plan.funded)
    last = row + len(spend.frame) + 1
    leaf.sheet.write_string(2, 0, "All checks together", leaf.styles.total_label)
    now = _VERDICTS[0] if all(good) else _VERDICTS[1]
    test = f'COUNTIF(F{TOP + 2}:G{last},"{CHECK}")=0'
    leaf.formula(2, 1, f'=IF({test},"{_VERDICTS[0]}","{_VERDICTS[1]}")', now, leaf.styles.total_label)
    leaf.colour_verdicts("B3")
    leaf.colour_verdicts(f"F{TOP + 2}:G{last}")
    return now


def _capital(leaf: Leaf, lines: Placed, spend: Placed, assets: int) -> list[_Test]:
    funded = lines.frame[funding_columns(lines)].sum(axis=1)
    present = lines.frame.loc[lines.frame["asset_id"] != "", "asset_id"].nunique()
    whole, money = leaf.styles.whole, leaf.styles.pounds
    return [
        _Test("Lines whose funding does not add up to their capital", "=0", 0,
              f'=COUNTIF({lines.span(ADDS_UP)},"{CHECK}")', int((lines.frame["capital_gbp"] != funded).sum()), whole),
        _Test("Capital on the Plan sheet against Spend by year", f"=SUM({spend.span('spent_gbp')})",
              spend.sum("spent_gbp"), f"=SUM({lines.span('capital_gbp')})", lines.sum("capital_gbp"), money),
        _Test("Machines of the register that have a line in the plan", f"={assets}", assets,
              f"=SUM({lines.span(FIRST_LINE)})", present, whole),
    ]  # fmt: skip


def _service(leaf: Leaf, plan: Plan, sheets: Sheets) -> list[_Test]:
    """Hold the sheets on service against each other and against the plan's own key figures."""
    costs, found = sheets.costs, sheets.service
    whole, money = leaf.styles.whole, leaf.styles.pounds
    cash = int(plan.kpis["cash_cost_gbp"])
    tests = [
        _Test("Cash costs by year, discounted, against the plan's key figure", f"={cash}", cash,
              f"=SUM({costs.span('discounted_gbp')})", costs.frame["discounted_gbp"].sum(), money),
    ]  # fmt: skip
    if (extra := found.get("Beside machines")) is not None:
        names = [name for name in _BESIDE if name in costs.columns]
        wanted = "=" + "+".join(f"SUM({costs.span(name)})" for name in names)
        rounded = 0.5 * (len(extra.frame.drop_duplicates(["name", "year"])) + len(costs.frame))
        tests.append(_Test("Costs on Beside machines against Costs by year, to the rounding of each line and year",
                           wanted, sum(costs.sum(name) for name in names), f"=SUM({extra.span('extra_gbp')})",
                           extra.frame["extra_gbp"].sum(), money, rounded))  # fmt: skip
    if (reports := found.get("Reporting")) is not None:
        sums = {name: float(reports.frame[name].sum()) for name in (*_TO_REPORT, *_REPORTED)}
        tests.append(_Test("Scans to report against reports made and scans left without one",
                           _sum_of(reports, _TO_REPORT), sum(sums[name] for name in _TO_REPORT),
                           _sum_of(reports, _REPORTED), sum(sums[name] for name in _REPORTED), whole))  # fmt: skip
    if (lists := found.get("Waiting")) is not None:
        last, end = lists.frame["year"].max(), int(plan.kpis["waiting_end"])
        tests.append(_Test("Patients waiting at the end against the plan's key figure", f"={end}", end,
                           f"=SUMIFS({lists.span('waiting')},{lists.span('year')},{last})",
                           lists.frame.loc[lists.frame["year"] == last, "waiting"].sum(), whole))  # fmt: skip
    if (moved := found.get("Moved patients")) is not None:
        patients = int(plan.kpis["patients_moved"])
        tests.append(_Test("Patients moved against the plan's key figure", f"={patients}", patients,
                           f"=SUM({moved.span('scans')})", moved.frame["scans"].sum(), whole))  # fmt: skip
    return tests


def _sum_of(placed: Placed, names: tuple[str, ...]) -> str:
    return "=" + "+".join(f"SUM({placed.span(name)})" for name in names)


def _totals(leaf: Leaf, row: int, tests: list[_Test]) -> list[bool]:
    leaf.labels(row, ("Totals", "", "Should be", "Is", "Difference", "Verdict"))
    good = []
    for number, test in enumerate(tests, start=row + 1):
        leaf.sheet.write_string(number, 0, test.title, leaf.styles.wrap)
        leaf.formula(number, 2, test.wanted, test.target, test.style)
        leaf.formula(number, 3, test.found, test.value, test.style)
        between = f"D{number + 1}-C{number + 1}"
        holds = abs(test.value - test.target) <= test.apart
        difference = 0.0 if holds else test.value - test.target
        leaf.formula(number, 4, f"=IF(ABS({between})<={test.apart:g},0,{between})", difference, test.style)
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
