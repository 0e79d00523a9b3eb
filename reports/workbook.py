"""The plan as a workbook: every total and check a live formula, written with the value it gives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan, RunFacts
from capitalplan.register.register import Register
from capitalplan.sheets import Styles, open_book
from capitalplan.terms import year_label
from reports.book.capital import cash_flow_sheet, limit_sheet, payer_sheet, payment_sheet, source_sheet
from reports.book.checks import checks_sheet
from reports.book.grid import TOP, Leaf, Placed
from reports.book.lists import list_sheet, list_sheets
from reports.book.money import cost_sheet, plan_sheet, spend_sheet
from reports.book.revenue import Base, Bridge, bridge_sheet, revenue_sheet, statement_sheet, trust_revenue_sheet
from reports.book.summary import Source, summary_sheet
from reports.book.totals import Sheets
from reports.findings import plan as findings
from reports.findings import service, story
from reports.tables import Tables, make_tables

__all__ = ["SHEETS", "write_workbook"]

SHEETS = (
    "Summary",
    "Plan",
    "Payments",
    "Cash flow",
    "Spend by year",
    "Sources",
    "Capital limits",
    "Costs by year",
    "Bridge",
    "Revenue",
    "Revenue by trust",
    "Revenue lines",
    "Revenue by scheme",
    "Business cases",
    "Who pays",
    "Routes",
    "Routes by year",
    "Price tiers",
    "To look at",
    "Changes",
    "Decisions",
    "Not funded",
    "Why not ours",
    "Limits",
    "What binds",
    "Rules passed",
    "Capacity",
    "Moved patients",
    "Waiting",
    "Lists by modality",
    "Lists over target",
    "Staff",
    "Added staff",
    "Reporting",
    "Beside machines",
    "Cover",
    "Use",
    "Comparison",
    "Buying together",
    "Groups of trusts",
    "Fairness",
    "Fairness by trust",
    "Challenges",
    "Challenge by year",
    "Assumptions used",
    "Checks",
    "Run",
)
"""Every sheet there can be; those that would have nothing to show are left out."""

_ALWAYS = (
    "Summary",
    "Plan",
    "Payments",
    "Cash flow",
    "Spend by year",
    "Costs by year",
    "Not funded",
    "Limits",
    "Capacity",
    "Comparison",
    "Assumptions used",
    "Checks",
    "Run",
)
_OF_REVENUE = ("Bridge", "Revenue", "Revenue by trust", "Revenue lines")

_CASH = "Capital is cash: prices of the year, VAT and optimism bias included."


def write_workbook(path: Path, register: Register, plan: Plan, study: Study, facts: RunFacts) -> None:
    """Write a plan as an Excel workbook of the sheets ``SHEETS``, without those that would have nothing to show.

    Every total and check is a formula that Excel and LibreOffice 7.4 recalculate; names and texts of the register are
    never formulas.

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
    basis = _CASH if plan.funded else f"{story.STATEMENT_OF_NEED}. {_CASH}"
    present = _present(tables)
    with open_book(path) as book:
        styles = Styles.of(book)
        leaves = {name: Leaf(book.add_worksheet(name), styles) for name in SHEETS if name in present}
        paid = payment_sheet(leaves["Payments"], tables)
        sources = source_sheet(leaves["Sources"], tables, register) if "Sources" in leaves else None
        years, spend = spend_sheet(leaves["Spend by year"], book, tables, plan, basis, sources)
        lines = plan_sheet(leaves["Plan"], tables, register, basis, paid, spend)
        costs = cost_sheet(leaves["Costs by year"], tables)
        revenue, trusts, bridge = _revenue(leaves, tables, register, paid, costs)
        _not_funded(leaves["Not funded"], tables, plan)
        _limits(leaves["Limits"], tables)
        _capacity(leaves["Capacity"], tables)
        sheets = Sheets(
            lines=lines,
            spend=spend,
            costs=costs,
            paid=paid,
            flow=cash_flow_sheet(leaves["Cash flow"], tables, paid),
            whole_life=_comparison(leaves["Comparison"], tables, plan),
            sources=sources,
            limits=limit_sheet(leaves["Capital limits"], tables, paid) if "Capital limits" in leaves else None,
            payers=payer_sheet(leaves["Who pays"], tables, paid) if "Who pays" in leaves else None,
            revenue=revenue,
            trusts=trusts,
            bridge=bridge,
            lists={name: list_sheet(leaves[name], tables) for name in list_sheets(tables)},
        )
        verdict = checks_sheet(leaves["Checks"], tables, plan, sheets, assets=len(register.assets))
        leaves["Summary"].head(_title(plan), basis)
        summary_sheet(leaves["Summary"], Source(book, tables, plan, lines, paid, years, verdict))
        _texts(leaves["Assumptions used"], leaves["Run"], tables, plan)


def _present(tables: Tables) -> set[str]:
    """Names of the sheets that have something to show."""
    money = tables.money
    return {
        *_ALWAYS,
        *list_sheets(tables),
        *([] if money.revenue.empty else _OF_REVENUE),
        *([] if money.sources.empty else ["Sources"]),
        *([] if money.limits.empty else ["Capital limits"]),
        *([] if money.payers.empty else ["Who pays"]),
    }


def _revenue(
    leaves: Mapping[str, Leaf], tables: Tables, register: Register, paid: Placed, costs: Placed
) -> tuple[Placed | None, Placed | None, Bridge | None]:
    """Write the revenue statement and the bridge, where there is a statement."""
    if "Revenue" not in leaves:
        return None, None, None
    lines = revenue_sheet(leaves["Revenue lines"], tables)
    statement_sheet(leaves["Revenue"], tables, lines)
    trusts = trust_revenue_sheet(leaves["Revenue by trust"], tables, lines)
    base = Base(costs=costs, paid=paid, lines=lines, trusts=trusts)
    return lines, trusts, bridge_sheet(leaves["Bridge"], tables, register, base)


def _title(plan: Plan) -> str:
    return f"{plan.network}: capital plan {year_label(plan.years[0].year)} to {year_label(plan.years[-1].year)}"


def _not_funded(leaf: Leaf, tables: Tables, plan: Plan) -> None:
    leaf.head(findings.not_funded(tables, plan), "Prices are like for like, today, ex VAT and without works.")
    placed = leaf.place(tables.not_funded)
    leaf.totals(placed, ["price_gbp"])


def _limits(leaf: Leaf, tables: Tables) -> None:
    remark = f"{findings.LIMITS_RULE}."
    if tables.binding.empty:
        leaf.head(findings.binding(tables), remark)
        leaf.place(tables.binding)
    else:
        placed = leaf.sheet_of(findings.binding(tables), remark, tables.binding_places, "BindingPlaces")
        row = placed.last + 3
        leaf.title(row, "The same year by year")
        years = leaf.place(tables.binding, row + 1, main=False, name="Binding")
        leaf.sheet.set_h_pagebreaks([row])
        leaf.sheet.print_area(0, 0, years.last, len(tables.binding.columns) - 1)


def _capacity(leaf: Leaf, tables: Tables) -> None:
    leaf.head(
        findings.capacity(tables),
        "Capacity is what machines there can do. A site may send patients to others within reach, work extended hours "
        "or hire vans; what the network cannot do waits or is bought outside.",
    )
    placed = leaf.place(tables.capacity)
    leaf.sheet.freeze_panes(TOP + 1, 3)
    for position, balance in enumerate(tables.capacity["balance"]):
        formula = f"={placed.cell('capacity', position)}-{placed.cell('demand', position)}"
        leaf.formula(placed.first + position, placed.columns["balance"], formula, balance, leaf.styles.whole)
    if not tables.capacity.empty:
        letter = placed.cell("balance", 0)[0]
        shortfall = {"type": "cell", "criteria": "<", "value": 0, "format": leaf.styles.warn}
        leaf.sheet.conditional_format(f"{letter}{placed.first + 1}:{letter}{placed.last + 1}", shortfall)


def _comparison(leaf: Leaf, tables: Tables, plan: Plan) -> Placed:
    """Write other ways of planning; returns the make-up of the whole-life cost of each."""
    remark = (
        "Whole-life cost is discounted and real, ex VAT, priced risks included. "
        "A way that does not keep every rule cannot be carried out."
    )
    leaf.head(story.comparison(tables), remark)
    leaf.set_widths((34, 26, 20, 26, 22, 22, 18, 18, 70, 22, 22))
    placed = leaf.place(tables.comparison, main=False)
    for position, cost in enumerate(placed.frame["difference_gbp"]):
        formula = f"={placed.cell('whole_life_gbp', position)}-{placed.cell('whole_life_gbp', 0)}"
        leaf.formula(placed.first + position, placed.columns["difference_gbp"], formula, cost, leaf.styles.pounds)
    leaf.sheet.freeze_panes(TOP + 1, 1)
    row = placed.last + 2
    leaf.title(row, story.costs(plan))
    costs = leaf.place(tables.costs, row + 1, main=False)
    row = leaf.block(costs.last + 3, findings.moved(tables), tables.moved)
    if not tables.price_tests.empty:
        row = leaf.block(row, findings.price_tests(tables), tables.price_tests)
    row = leaf.block(row, findings.breaches(tables), tables.breaches)
    leaf.sheet.set_h_pagebreaks([row])
    leaf.sheet.repeat_rows(row + 1)
    last = leaf.block(row, findings.largest_moves(tables), tables.moves)
    leaf.sheet.print_area(
        0, 0, last, max(len(frame.columns) for frame in (tables.moves, tables.comparison, tables.costs)) - 1
    )
    return costs


def _texts(assumptions: Leaf, run: Leaf, tables: Tables, plan: Plan) -> None:
    assumptions.head(
        findings.assumptions(tables),
        f"Replace an illustrative value by your own in the input workbook and plan again. {service.not_known(tables)}.",
    )
    assumptions.place(tables.assumptions)
    run.head("How this plan came about", f"Status: {plan.status}")
    run.set_widths((30, 90))
    run.place(tables.facts, main=False)
