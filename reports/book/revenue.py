"""The revenue statement before and after, and the bridge from the economic to the budget view."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from capitalplan.register.register import Register
from capitalplan.terms import Heading, Route, inflation_factors, year_label
from reports.book.grid import TOP, Leaf, Placed
from reports.columns import MONEY
from reports.figures.bridge import ALL, HEADINGS, SUBTOTALS
from reports.figures.revenue import NOT_CASH
from reports.findings import money
from reports.tables import Tables

__all__ = ["Base", "Bridge", "bridge_sheet", "revenue_sheet", "statement_sheet", "trust_revenue_sheet"]

_BLOCKS = {
    "after_gbp": "After: this plan (£, cash)",
    "before_gbp": "Before: business as usual (£, cash)",
    "change_gbp": "Change (£, cash)",
}
_CHARGES = ("depreciation", "loss", "interest", "dividend", "relief")
"""Steps from running costs paid to the statement."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """The bridge as it stands on its sheet: addresses of steps in all years together, and of a step year by year."""

    placed: Placed

    def total(self, step: str) -> str:
        """Address of a step in all years together."""
        return self.placed.far_cell(f"{MONEY}{ALL}", self._row(step))

    def years(self, step: str) -> list[str]:
        """Addresses of a step in each year."""
        names = [name for name in self.placed.columns if name.startswith(MONEY) and name != f"{MONEY}{ALL}"]
        return [self.placed.far_cell(name, self._row(step)) for name in names]

    def values(self, step: str) -> list[float]:
        """Amounts of a step: each year, then all together."""
        row = self.placed.frame.iloc[self._row(step)]
        return [float(amount) for name, amount in row.items() if str(name).startswith(MONEY)]

    def _row(self, step: str) -> int:
        return list(self.placed.frame.index).index(step)


def revenue_sheet(leaf: Leaf, tables: Tables) -> Placed:
    """Write the statement line by line, the change a formula: the base of what is summed from it."""
    remark = (
        "By legal owner, cash. Before is business as usual; after is this plan. Relief is below zero, and so is a "
        "profit on disposal."
    )
    placed = leaf.sheet_of(money.revenue(tables), remark, tables.money.revenue, "RevenueLines")
    leaf.sheet.freeze_panes(TOP + 1, 2)
    if "change_gbp" in placed.columns:
        _change(leaf, placed)
    leaf.totals(placed, [name for name in placed.columns if name.endswith("_gbp")])
    return placed


def _change(leaf: Leaf, placed: Placed) -> None:
    for position, change in enumerate(placed.frame["change_gbp"]):
        formula = f"={placed.cell('after_gbp', position)}-{placed.cell('before_gbp', position)}"
        leaf.formula(placed.first + position, placed.columns["change_gbp"], formula, change, leaf.styles.pounds)


def statement_sheet(leaf: Leaf, tables: Tables, lines: Placed) -> None:
    """Write the statement of all trusts by heading and year: after, before and the change, summed from its lines."""
    leaf.head(
        money.revenue(tables),
        "All trusts together, £ cash; each trust is on the sheets Revenue by trust and Revenue lines.",
    )
    years = [int(year) for year in tables.years["year"]]
    leaf.set_widths((34, *[14] * (len(years) + 1)))
    row = TOP
    for name, title in _BLOCKS.items():
        if name in lines.columns:
            leaf.title(row, title)
            row = _statement(leaf, row + 1, lines, name, years)
    leaf.sheet.freeze_panes(TOP, 1)
    leaf.sheet.print_area(0, 0, row, len(years) + 1)


def _statement(leaf: Leaf, row: int, lines: Placed, name: str, years: list[int]) -> int:
    frame, last = lines.frame, xl_col_to_name(len(years))
    headings = [str(each) for each in Heading if (frame["heading"] == str(each)).any()]
    leaf.labels(row, ("Heading", *map(year_label, years), ALL))
    for number, heading in enumerate(headings, start=row + 1):
        leaf.sheet.write_string(number, 0, heading, leaf.styles.text)
        rows = frame[frame["heading"] == heading]
        for position, year in enumerate(years, start=1):
            formula = f"=SUMIFS({lines.span(name)},{lines.span('heading')},$A{number + 1},{lines.span('year')},{year})"
            leaf.formula(number, position, formula, rows.loc[rows["year"] == year, name].sum(), leaf.styles.pounds)
        leaf.formula(
            number, len(years) + 1, f"=SUM(B{number + 1}:{last}{number + 1})", rows[name].sum(), leaf.styles.pounds
        )
    total = row + 1 + max(len(headings), 1)
    leaf.sheet.write_string(total, 0, "Revenue statement", leaf.styles.total_label)
    sums = [frame.loc[frame["year"] == year, name].sum() for year in years]
    for position, value in enumerate([*sums, sum(sums)], start=1):
        letter = xl_col_to_name(position)
        leaf.formula(total, position, f"=SUM({letter}{row + 2}:{letter}{total})", value, leaf.styles.total_pounds)
    return total + 3


def trust_revenue_sheet(leaf: Leaf, tables: Tables, lines: Placed) -> Placed:
    """Write the statement by trust and year beside revenue limits, summed from its lines."""
    remark = (
        "Limits hold the statement before relief for gifts and rebates. Rents of right-of-use assets are paid in cash "
        "and stand in the statement as depreciation and interest."
    )
    placed = leaf.sheet_of(money.trust_revenue(tables), remark, tables.money.trust_revenue, "TrustRevenue")
    leaf.sheet.freeze_panes(TOP + 1, 2)
    pounds = leaf.styles.pounds
    for position, line in enumerate(placed.frame.to_dict("records")):
        row = placed.first + position
        where = (
            f"{lines.span('trust')},{placed.cell('trust', position)},{lines.span('year')},"
            f"{placed.cell('year', position)}"
        )
        after = lines.span("after_gbp")
        formulas = {
            "after_gbp": f"=SUMIFS({after},{where})",
            "relief_gbp": f'=SUMIFS({after},{where},{lines.span("heading")},"{Heading.RELIEF}")',
            "held_gbp": f"={placed.cell('after_gbp', position)}-{placed.cell('relief_gbp', position)}",
        }
        if line["revenue_limit_gbp"] is not None:
            held, limit = (placed.cell(name, position) for name in ("held_gbp", "revenue_limit_gbp"))
            formulas["over_gbp"] = f"=MAX(0,{held}-{limit})"
        if "before_gbp" in placed.columns:
            formulas["before_gbp"] = f"=SUMIFS({lines.span('before_gbp')},{where})"
        for name, formula in formulas.items():
            leaf.formula(row, placed.columns[name], formula, line[name], pounds)
    if "change_gbp" in placed.columns:
        _change(leaf, placed)
    leaf.totals(placed, [name for name in placed.columns if name.endswith("_gbp") and name != "revenue_limit_gbp"])
    return placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Sheets that the bridge is made from."""

    costs: Placed
    paid: Placed
    lines: Placed
    trusts: Placed


def bridge_sheet(leaf: Leaf, tables: Tables, register: Register, base: Base) -> Bridge:
    """Write the bridge from the economic to the budget view, every step a formula on the sheets it comes from."""
    leaf.head(
        money.bridge(tables),
        "Optimism bias is in both views. Steps of capital and of revenue start from the economic view; roundings are "
        "of each scheme and machine to whole pounds.",
    )
    placed = leaf.place(tables.money.bridge)
    leaf.sheet.freeze_panes(TOP + 1, 2)
    leaf.sheet.print_area(0, 0, placed.last, len(placed.columns) - 1)
    steps = list(placed.frame.index)
    settings, years = register.settings, [int(year) for year in tables.years["year"]]
    index = inflation_factors(settings.inflation_rate, len(years))
    styles = [leaf.styles.total_pounds if step in SUBTOTALS else leaf.styles.pounds for step in steps]
    for position, year in enumerate(years):
        name = f"{MONEY}{year_label(year)}"
        at = {step: placed.cell(name, number) for number, step in enumerate(steps)}
        formulas = _steps(at, base, position, year, float(index[position] - 1), float(settings.vat_rate))
        for number, step in enumerate(steps):
            value = placed.frame.at[step, name]
            leaf.formula(placed.first + number, placed.columns[name], formulas[step], value, styles[number])
    first, last = (f"{MONEY}{year_label(year)}" for year in (years[0], years[-1]))
    for number, step in enumerate(steps):
        formula = f"=SUM({placed.cell(first, number)}:{placed.cell(last, number)})"
        value = placed.frame.at[step, f"{MONEY}{ALL}"]
        leaf.formula(placed.first + number, placed.columns[f"{MONEY}{ALL}"], formula, value, styles[number])
        if step in SUBTOTALS:
            leaf.sheet.write_string(
                placed.first + number, placed.columns["step"], placed.frame.at[step, "step"], leaf.styles.total_label
            )
    return Bridge(placed)


def _steps(at: dict[str, str], base: Base, position: int, year: int, rise: float, vat: float) -> dict[str, str]:
    """Formula of each step in one year; ``at`` are the addresses of the steps."""
    costs, paid, lines, trusts = base.costs, base.paid, base.lines, base.trusts

    def cost(*names: str) -> str:
        return "+".join(costs.far_cell(name, position) for name in names if name in costs.columns)

    def said(heading: str) -> str:
        return f'SUMIFS({lines.span("after_gbp")},{lines.span("year")},{year},{lines.span("heading")},"{heading}")'

    def bought(route: str) -> str:
        return f'SUMIFS({paid.span("paid_gbp")},{paid.span("year")},{year},{paid.span("route")},"{route}")'

    rents = f"SUMIFS({trusts.span('lease_rents_gbp')},{trusts.span('year')},{year})"
    whole = f"SUMIFS({lines.span('after_gbp')},{lines.span('year')},{year})"
    not_cash = "".join(f"-{said(str(heading))}" for heading in NOT_CASH)
    formulas = {
        "discounted": cost("discounted_gbp"),
        "undone": f"{at['real']}-{at['discounted']}",
        "real": cost("cash_gbp"),
        "capital_real": cost("capital_real_gbp"),
        "running_real": cost("upkeep_gbp", "outside_gbp", "hours_gbp", "vans_gbp", "outsourced_gbp"),
        "receipts_real": cost("resale_gbp"),
        "capital_inflation": f"{at['capital_real']}*{rise!r}",
        "capital_vat": f"({at['capital_real']}+{at['capital_inflation']})*{vat!r}",
        "capital_rounding": f"{at['purchases']}-{at['capital_real']}-{at['capital_inflation']}-{at['capital_vat']}",
        "purchases": bought(Route.PURCHASE),
        "right_of_use": f"{bought(Route.LEASE)}+{bought(Route.MANAGED_SERVICE)}",
        "charged": f"{at['purchases']}+{at['right_of_use']}",
        "running_inflation": f"{at['running_real']}*{rise!r}",
        "running_rounding": f"{at['running_cash']}-{at['running_real']}-{at['running_inflation']}-{at['running_vat']}"
        f"-{at['disposal']}",
        "running_cash": f"{whole}{not_cash}-{at['rents']}",
        "rents": f"-{rents}",
        "statement": "+".join(at[step] for step in ("running_cash", "rents", *_CHARGES)),
        **{step: said(str(heading)) for step, heading in HEADINGS.items()},
    }
    return {step: f"={formula}" for step, formula in formulas.items()}
