"""What the Checks sheet holds against each other: totals of money, machines and patients, each as a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.format import Format

from capitalplan.plan.plan import Plan
from capitalplan.sheets import Styles
from reports.book.capital import Flow
from reports.book.grid import Placed
from reports.book.money import ADDS_UP, FIRST_LINE, funding_columns
from reports.book.revenue import Bridge
from reports.figures.bridge import CAPITAL_ROUNDING, RUNNING_ROUNDING
from reports.figures.schemes import not_renewed
from reports.style import CHECK
from reports.tables import Tables

__all__ = ["Sheets", "Total", "totals_of"]

ROUNDING = 0.501
"""Half a pound, scan or patient, and the tolerance of a spreadsheet's sums."""

_BESIDE = ("outside_gbp", "hours_gbp", "vans_gbp", "outsourced_gbp")
_TO_REPORT = ("backlog_before", "scans_done")
_REPORTED = ("radiologist", "radiographer", "outsourced", "backlog")
_WAYS = {"payer": "trust", "source": "source", "line": "modality", "purpose": "purpose", "route": "route"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Tables that the checks recompute from.

    Attributes
    ----------
    lines, spend, costs, paid
        The Plan, Spend by year, Costs by year and Payments sheets.
    flow
        Grand totals of the Cash flow sheet.
    whole_life
        Make-up of the whole-life cost on the Comparison sheet.
    sources, limits, payers
        The Sources, Capital limits and Who pays sheets, where the book has them.
    revenue, trusts, bridge
        The lines of the revenue statement, the same by trust, and the bridge.
    lists
        Tables of the sheets that are one table each, by sheet name, those that the book has.
    """

    lines: Placed
    spend: Placed
    costs: Placed
    paid: Placed
    flow: Flow
    whole_life: Placed
    sources: Placed | None
    limits: Placed | None
    payers: Placed | None
    revenue: Placed | None
    trusts: Placed | None
    bridge: Bridge | None
    lists: Mapping[str, Placed]


@dataclass(frozen=True, slots=True)
class Total:
    """One total: the formula and value it should be, the formula and value it is, and what rounding may part them.

    What rounding explains is shown as no difference.
    """

    title: str
    wanted: str
    target: float
    found: str
    value: float
    style: Format
    apart: float = ROUNDING


def totals_of(plan: Plan, tables: Tables, sheets: Sheets, styles: Styles, *, assets: int) -> list[Total]:
    """List every total of the book and what it should be."""
    return [
        *_lines(sheets, styles, assets),
        *_ledger(plan, sheets, styles, assets),
        *_payments(plan, sheets, styles),
        *_sources(sheets, styles),
        *_objective(plan, sheets, styles),
        *_revenue(sheets, styles),
        *_bridge(tables, sheets, styles),
        *_beside(sheets, styles),
        *_patients(plan, sheets, styles),
    ]


def _lines(sheets: Sheets, styles: Styles, assets: int) -> list[Total]:
    lines = sheets.lines
    funded = lines.frame[funding_columns(lines)].sum(axis=1)
    present = lines.frame.loc[lines.frame["asset_id"] != "", "asset_id"].nunique()
    return [
        Total("Lines whose payments do not add up to their capital", "=0", 0,
              f'=COUNTIF({lines.span(ADDS_UP)},"{CHECK}")', int((lines.frame["capital_gbp"] != funded).sum()),
              styles.whole),
        Total("Machines of the register that have a line in the plan", f"={assets}", assets,
              f"=SUM({lines.span(FIRST_LINE)})", present, styles.whole),
    ]  # fmt: skip


def _ledger(plan: Plan, sheets: Sheets, styles: Styles, assets: int) -> list[Total]:
    """Hold machines on the sheet Why not ours against the register and the Plan sheet, each counted once."""
    ledger, timing = sheets.lists.get("Why not ours"), sheets.lines.span("timing")
    if ledger is None:
        return []
    word = not_renewed(plan)
    once = ledger.frame[(ledger.frame["choice"] == 1) & (ledger.frame["timing"] != "")]
    machines = f'({ledger.span("choice")}=1)*({ledger.span("timing")}<>"")'
    return [
        Total("Machines of the register that have a row in Why not ours", f"={assets}", assets,
              f"=SUMPRODUCT({machines})", len(once), styles.whole),
        Total(f"Machines {word} in Why not ours against the Plan sheet", f'=COUNTIF({timing},"{word}")',
              int((sheets.lines.frame["timing"] == word).sum()),
              f'=SUMPRODUCT({machines}*({ledger.span("timing")}="{word}"))', int((once["timing"] == word).sum()),
              styles.whole),
    ]  # fmt: skip


def _payments(plan: Plan, sheets: Sheets, styles: Styles) -> list[Total]:
    paid, spend, capital = sheets.paid, sheets.spend, int(plan.kpis["capital_cash_gbp"])
    every, amount = f"=SUM({paid.span('paid_gbp')})", float(paid.sum("paid_gbp"))
    found = [
        Total("Capital on the Plan sheet against the payments", every, amount,
              f"=SUM({sheets.lines.span('capital_gbp')})", sheets.lines.sum("capital_gbp"), styles.pounds),
        Total("Spend by year against the payments", every, amount, f"=SUM({spend.span('spent_gbp')})",
              spend.sum("spent_gbp"), styles.pounds),
        Total("Payments against the plan's key figure", f"={capital}", capital, every, amount, styles.pounds),
        *(
            Total(f"Cash flow by {name} against the payments", every, amount, f"={sheets.flow[way][0]}",
                  sheets.flow[way][1], styles.pounds)
            for way, name in _WAYS.items()
        ),
    ]  # fmt: skip
    if (payers := sheets.payers) is not None:
        found.append(Total("Who pays against the payments", every, amount, f"=SUM({payers.span('paid_gbp')})",
                           payers.sum("paid_gbp"), styles.pounds))  # fmt: skip
    if (tiers := sheets.lists.get("Price tiers")) is not None and "rebate_gbp" in sheets.lines.columns:
        found.append(Total("Price rebates on the Plan sheet against the price tiers reached",
                           f"=SUM({tiers.span('rebate_gbp')})", tiers.sum("rebate_gbp"),
                           f"=SUM({sheets.lines.span('rebate_gbp')})", sheets.lines.sum("rebate_gbp"),
                           styles.pounds))  # fmt: skip
    return found


def _sources(sheets: Sheets, styles: Styles) -> list[Total]:
    sources = sheets.sources
    if sources is None:
        return []
    return [
        Total("Paid on the Sources sheet against the payments", f"=SUM({sheets.paid.span('paid_gbp')})",
              sheets.paid.sum("paid_gbp"), f"=SUM({sources.span('paid_gbp')})", sources.sum("paid_gbp"),
              styles.pounds),
        Total("Limits on Spend by year against the Sources sheet", f"=SUM({sources.span('limit_gbp')})",
              sources.sum("limit_gbp"), f"=SUM({sheets.spend.span('limit_gbp')})", sheets.spend.sum("limit_gbp"),
              styles.pounds),
        Total("Carried in against carried out", f"=SUM({sources.span('carried_out_gbp')})",
              sources.sum("carried_out_gbp"), f"=SUM({sources.span('carried_in_gbp')})",
              sources.sum("carried_in_gbp"), styles.pounds),
    ]  # fmt: skip


def _objective(plan: Plan, sheets: Sheets, styles: Styles) -> list[Total]:
    costs, whole = sheets.costs, sheets.whole_life
    cash, objective = int(plan.kpis["cash_cost_gbp"]), plan.objective_gbp
    parts = [name for name in whole.columns if name not in {"alternative", "whole_life_gbp"}]
    summed = f"=SUM({whole.far_cell(parts[0], 0)}:{whole.cell(parts[-1], 0)})"
    rounded = 0.5 * (len(plan.schemes) + sum(scheme.units for scheme in plan.schemes) + len(plan.tiers) + len(parts))
    return [
        Total("Cash costs by year, discounted, against the plan's key figure", f"={cash}", cash,
              f"=SUM({costs.span('discounted_gbp')})", costs.frame["discounted_gbp"].sum(), styles.pounds),
        Total("Discounted cash costs by year against their part in the whole-life cost",
              f"={whole.far_cell('cash_cost_gbp', 0)}", whole.frame["cash_cost_gbp"].iloc[0],
              f"=SUM({costs.span('discounted_gbp')})", costs.frame["discounted_gbp"].sum(), styles.pounds),
        Total("Parts of the whole-life cost against the objective, to the rounding of each machine", f"={objective}",
              objective, summed, sum(whole.frame[name].iloc[0] for name in parts), styles.pounds, rounded),
    ]  # fmt: skip


def _revenue(sheets: Sheets, styles: Styles) -> list[Total]:
    lines, trusts = sheets.revenue, sheets.trusts
    if lines is None or trusts is None:
        return []
    names = {"after_gbp": "after", "before_gbp": "before", "change_gbp": "change"}
    return [
        Total(f"Revenue by trust against its lines, {title}", f"=SUM({lines.span(name)})", lines.sum(name),
              f"=SUM({trusts.span(name)})", trusts.sum(name), styles.pounds)
        for name, title in names.items()
        if name in lines.columns
    ]  # fmt: skip


def _bridge(tables: Tables, sheets: Sheets, styles: Styles) -> list[Total]:
    bridge, lines = sheets.bridge, sheets.revenue
    if bridge is None or lines is None:
        return []
    found = [
        Total("Capital charged in the bridge against Spend by year", f"=SUM({sheets.spend.span('spent_gbp')})",
              sheets.spend.sum("spent_gbp"), f"={bridge.total('charged')}", bridge.values("charged")[-1],
              styles.pounds),
        Total("Revenue statement in the bridge against its lines", f"=SUM({lines.span('after_gbp')})",
              lines.sum("after_gbp"), f"={bridge.total('statement')}", bridge.values("statement")[-1], styles.pounds),
    ]  # fmt: skip
    steps = ((CAPITAL_ROUNDING, "capital, scheme by scheme"), (RUNNING_ROUNDING, "running costs, machine by machine"))
    for (step, title), allowed in zip(steps, tables.money.rounding, strict=True):
        cells = bridge.years(step)
        over = [f"(ABS({cell})>{most + ROUNDING:g})" for cell, most in zip(cells, allowed, strict=True)]
        now = sum(abs(amount) > most + ROUNDING for amount, most in zip(bridge.values(step), allowed, strict=False))
        found.append(
            Total(f"Years in which more than rounding parts the two views: {title}", "=0", 0, f"={'+'.join(over)}",
                  now, styles.whole)
        )  # fmt: skip
    return found


def _beside(sheets: Sheets, styles: Styles) -> list[Total]:
    """Costs beside machines, to the rounding of each line and year."""
    costs, extra = sheets.costs, sheets.lists.get("Beside machines")
    if extra is None:
        return []
    names = [name for name in _BESIDE if name in costs.columns]
    rounded = 0.5 * (len(extra.frame.drop_duplicates(["name", "year"])) + len(costs.frame))
    return [
        Total("Costs on Beside machines against Costs by year, to the rounding of each line and year",
              "=" + "+".join(f"SUM({costs.span(name)})" for name in names), sum(costs.sum(name) for name in names),
              f"=SUM({extra.span('extra_gbp')})", extra.frame["extra_gbp"].sum(), styles.pounds, rounded)
    ]  # fmt: skip


def _patients(plan: Plan, sheets: Sheets, styles: Styles) -> list[Total]:
    """Hold reports, lists and moves against each other and against the plan's key figures."""
    found, totals = sheets.lists, []
    if (reports := found.get("Reporting")) is not None:
        sums = {name: float(reports.frame[name].sum()) for name in (*_TO_REPORT, *_REPORTED)}
        totals.append(Total("Scans to report against reports made and scans left without one",
                            _sum_of(reports, _TO_REPORT), sum(sums[name] for name in _TO_REPORT),
                            _sum_of(reports, _REPORTED), sum(sums[name] for name in _REPORTED),
                            styles.whole))  # fmt: skip
    if (lists := found.get("Waiting")) is not None:
        last, end = lists.frame["year"].max(), int(plan.kpis["waiting_end"])
        totals.append(Total("Patients waiting at the end against the plan's key figure", f"={end}", end,
                            f"=SUMIFS({lists.span('waiting')},{lists.span('year')},{last})",
                            lists.frame.loc[lists.frame["year"] == last, "waiting"].sum(), styles.whole))  # fmt: skip
    if (moved := found.get("Moved patients")) is not None:
        patients = int(plan.kpis["patients_moved"])
        totals.append(Total("Patients moved against the plan's key figure", f"={patients}", patients,
                            f"=SUM({moved.span('scans')})", moved.frame["scans"].sum(), styles.whole))  # fmt: skip
    return totals


def _sum_of(placed: Placed, names: tuple[str, ...]) -> str:
    return "=" + "+".join(f"SUM({placed.span(name)})" for name in names)
