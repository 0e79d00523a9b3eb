"""Payments, and what is summed from them: cash flow, sources, and the two totals of capital limit and cash."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from capitalplan.register.register import Register
from capitalplan.sheets import safe_text
from capitalplan.terms import year_label
from reports.book.grid import TOP, Leaf, Placed
from reports.columns import column
from reports.figures.payments import CAPITAL, YES
from reports.findings import money
from reports.tables import Tables

__all__ = ["Flow", "cash_flow_sheet", "limit_sheet", "payer_sheet", "payment_sheet", "source_sheet"]

Flow = dict[str, tuple[str, float]]
"""Address and value of the grand total of each block of the cash flow, by what it is broken down by."""

_WAYS = {
    "payer": "By trust that pays",
    "source": "By source",
    "line": "By modality",
    "purpose": "By purpose",
    "route": "By route",
}


def payment_sheet(leaf: Leaf, tables: Tables) -> Placed:
    """Write every payment: the base of every total of capital in the book."""
    remark = (
        "The base of the other sheets: change a payment and they follow. Purchases are paid; a lease or managed "
        "service is charged the value of its right of use when it begins, and its rents are in revenue."
    )
    placed = leaf.sheet_of(money.payments(tables), remark, tables.money.payments, "Payments")
    leaf.sheet.freeze_panes(TOP + 1, 2)
    leaf.totals(placed, ["paid_gbp"])
    return placed


def cash_flow_sheet(leaf: Leaf, tables: Tables, paid: Placed) -> Flow:
    """Write capital by year and each of trust, source, modality, purpose and route, summed from the payments."""
    leaf.head(
        money.cash_flow(tables),
        "Capital in the year in which it is paid or charged, £ cash. Every block sums the Payments sheet.",
    )
    years = [int(year) for year in tables.years["year"]]
    leaf.set_widths((44, *[14] * (len(years) + 1)))
    row, totals = TOP, {}
    for way, title in _WAYS.items():
        leaf.title(row, title)
        row, totals[way] = _block(leaf, row + 1, tables, paid, way, years)
    leaf.sheet.freeze_panes(TOP, 1)
    leaf.sheet.print_area(0, 0, row, len(years) + 1)
    return totals


def _block(
    leaf: Leaf, row: int, tables: Tables, paid: Placed, way: str, years: list[int]
) -> tuple[int, tuple[str, float]]:
    """Write one block; returns the row of the next, and address and value of its grand total.

    Names are compared as they are: a condition of SUMIFS would read some of them as patterns.
    """
    frame = tables.money.payments
    names = sorted(frame[way].unique())
    leaf.labels(row, (column(way).title, *map(year_label, years), "All years"))
    paid_of = frame.pivot_table("paid_gbp", way, "year", "sum", fill_value=0).reindex(columns=years, fill_value=0)
    last = xl_col_to_name(len(years))
    for number, name in enumerate(names, start=row + 1):
        leaf.sheet.write_string(number, 0, safe_text(name), leaf.styles.wrap)
        for position, year in enumerate(years, start=1):
            formula = (
                f"=SUMPRODUCT(({paid.span(way)}=$A{number + 1})*({paid.span('year')}={year}),{paid.span('paid_gbp')})"
            )
            leaf.formula(number, position, formula, paid_of.at[name, year], leaf.styles.pounds)
        value = paid_of.loc[name].sum()
        leaf.formula(number, len(years) + 1, f"=SUM(B{number + 1}:{last}{number + 1})", value, leaf.styles.pounds)
    total = row + 1 + max(len(names), 1)
    leaf.sheet.write_string(total, 0, "Total", leaf.styles.total_label)
    sums = [frame.loc[frame["year"] == year, "paid_gbp"].sum() for year in years]
    for position, value in enumerate([*sums, sum(sums)], start=1):
        letter = xl_col_to_name(position)
        leaf.formula(total, position, f"=SUM({letter}{row + 2}:{letter}{total})", value, leaf.styles.total_pounds)
    address = f"'{leaf.sheet.get_name()}'!{xl_rowcol_to_cell(total, len(years) + 1, row_abs=True, col_abs=True)}"
    return total + 3, (address, float(sum(sums)))


def source_sheet(leaf: Leaf, tables: Tables, register: Register) -> Placed:
    """Write every source in every year: what follows from limits and payments is a formula."""
    slips = register.settings.slippage_share
    slippage = f"{float(slips):.0%} of each year's capital slips into the next" if slips else "nothing slips"
    remark = (
        "Limits with over-programming are the most the plan may promise. Expected outturn: what each year is likely to "
        f"spend if {slippage}."
    )
    placed = leaf.sheet_of(money.sources(tables), remark, tables.money.sources, "Sources")
    leaf.sheet.freeze_panes(TOP + 1, 1)
    pounds, settings = leaf.styles.pounds, register.settings
    more = {"firm": settings.over_programming_firm, "indicative": settings.over_programming_indicative}
    before = ""
    for position, line in enumerate(placed.frame.to_dict("records")):
        cell = {name: placed.cell(name, position) for name in placed.columns}
        left = (
            f"=MAX({cell['planned_gbp']},{cell['committed_gbp']})+{cell['carried_in_gbp']}-{cell['paid_gbp']}"
            f"-{cell['carried_out_gbp']}"
        )
        late = placed.cell("paid_gbp", position - 1) if line["source"] == before else "0"
        formulas = {
            "planned_gbp": f"=ROUND({float(1 + more[line['firm']])!r}*{cell['limit_gbp']},0)",
            "source_left_gbp": left,
            "short_gbp": f"=MAX(0,{cell['minimum_gbp']}-{cell['paid_gbp']})",
            "outturn_gbp": f"=ROUND({float(1 - slips)!r}*{cell['paid_gbp']}+{float(slips)!r}*{late},0)",
        }
        for name, formula in formulas.items():
            leaf.formula(placed.first + position, placed.columns[name], formula, line[name], pounds)
        before = line["source"]
    leaf.totals(placed, [name for name in placed.columns if name.endswith("_gbp") and name != "source_left_gbp"])
    return placed


def limit_sheet(leaf: Leaf, tables: Tables, paid: Placed) -> Placed:
    """Write capital limits and cash, two totals, each with what counts in it summed from the payments."""
    remark = (
        "Capital limit: what sources that count against it pay. Cash: what sources that bring no cash of their own pay "
        "for purchases. What is committed is never refused."
    )
    placed = leaf.sheet_of(money.limits(tables), remark, tables.money.limits, "CapitalLimits")
    leaf.sheet.freeze_panes(TOP + 1, 3)
    pounds = leaf.styles.pounds
    for position, line in enumerate(placed.frame.to_dict("records")):
        row = placed.first + position
        counts = paid.span("uses_limit" if line["total"] == CAPITAL else "takes_cash")
        where = f'{paid.span("year")},{placed.cell("year", position)},{counts},"{YES}"'
        if line["trust"]:
            where = f"{where},{paid.span('source_owner')},{placed.cell('trust', position)}"
        committed = f'{where},{paid.span("committed")},"{YES}"'
        free = f"MAX({placed.cell('planned_gbp', position)},{placed.cell('committed_gbp', position)})"
        formulas = {
            "committed_gbp": f"=SUMIFS({paid.span('paid_gbp')},{committed})",
            "used_gbp": f"=SUMIFS({paid.span('paid_gbp')},{where})",
            "headroom_gbp": f"={free}-{placed.cell('used_gbp', position)}",
        }
        for name, formula in formulas.items():
            leaf.formula(row, placed.columns[name], formula, line[name], pounds)
    return placed


def payer_sheet(leaf: Leaf, tables: Tables, paid: Placed) -> Placed:
    """Write who owns and who pays, each amount summed from the payments of its plan line and trust."""
    remark = (
        "Legal owner, host, and the trusts that bear the capital with the basis of their shares. Scans there are those "
        "of the scheme's year in its modality."
    )
    placed = leaf.sheet_of(money.payers(tables), remark, tables.money.payers, "WhoPays")
    leaf.sheet.freeze_panes(TOP + 1, 2)
    for position, gbp in enumerate(placed.frame["paid_gbp"]):
        formula = (
            f"=SUMIFS({paid.span('paid_gbp')},{paid.span('number')},{placed.cell('number', position)},"
            f"{paid.span('payer_code')},{placed.cell('payer_code', position)})"
        )
        leaf.formula(placed.first + position, placed.columns["paid_gbp"], formula, gbp, leaf.styles.pounds)
    leaf.totals(placed, ["paid_gbp"])
    return placed
