"""The parts of the page, in order: each a finding, what to know when reading it, a chart and the figures behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from plotly.graph_objects import Figure

from capitalplan.plan.plan import Plan
from reports.charts import plan as plan_charts
from reports.charts import service as service_charts
from reports.figures.ways import largest_moves
from reports.findings import plan as findings
from reports.findings import service, story
from reports.style import column, pounds
from reports.tables import Tables

__all__ = ["Section", "sections_of"]

_MOST_ROWS = 400
"""Rows of a table shown on the page; the workbook has them all."""

_LONG = 44
"""Width in characters from which a column is given room for sentences."""

_CODES = ("trust", "site", "year")
_NUMBERS = {"whole": ",.0f", "number": ",.1f", "share": ".1%"}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    Attributes
    ----------
    anchor, name
        Its address on the page and its word in the contents.
    finding
        Heading: what it says in one sentence.
    remark
        What to know when reading it.
    figure
        Its chart as plain data, or None.
    table
        The figures behind it.
    is_open
        Whether the table is shown at once rather than on demand.
    is_whole
        Whether paper has the whole table rather than its first rows.
    """

    anchor: str
    name: str
    finding: str
    remark: str
    figure: dict[str, Any] | None
    table: pd.DataFrame
    is_open: bool
    is_whole: bool

    @property
    def rows(self) -> list[list[str]]:
        """Cells of the table as users read them, at most ``_MOST_ROWS`` rows."""
        names = [str(name) for name in self.table.columns]
        shown = self.table.head(_MOST_ROWS).itertuples(index=False, name=None)
        return [[_shown(name, value) for name, value in zip(names, cells, strict=True)] for cells in shown]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Title and style of each column."""
        shown = [column(str(name)) for name in self.table.columns]
        return [(each.title, f"{each.kind} long" if each.width >= _LONG else each.kind) for each in shown]

    @property
    def hidden(self) -> int:
        """How many rows are left to the workbook."""
        return max(0, len(self.table) - _MOST_ROWS)


def _shown(name: str, value: object) -> str:
    kind = column(name).kind
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "pounds":
        return pounds(float(str(value)))
    if kind in _NUMBERS:
        return format(float(str(value)), _NUMBERS[kind])
    return str(value)


def sections_of(tables: Tables, plan: Plan) -> list[Section]:
    """Make every part of the page; parts on something the plan does not have are absent."""
    return [
        *_money(tables, plan),
        *_patients(tables),
        *_service(tables),
        *_machines(tables),
        *_need(tables),
        *_ways(tables, plan),
        *_background(tables, plan),
    ]


def _section(
    name: str,
    finding: str,
    frame: pd.DataFrame,
    remark: str = "",
    figure: Figure | None = None,
    *,
    is_whole: bool = False,
) -> Section:
    drawn = None if figure is None else json.loads(figure.to_json())
    return Section(name.lower().replace(" ", "-"), name, finding, remark, drawn, frame, drawn is None, is_whole)


def _given(
    name: str,
    say: Callable[[Tables], str],
    tables: Tables,
    frame: pd.DataFrame,
    remark: str = "",
    draw: Callable[[Tables], Figure] | None = None,
    *,
    is_whole: bool = False,
) -> list[Section]:
    """Part that is absent where its table is empty."""
    if frame.empty:
        return []
    figure = None if draw is None else draw(tables)
    return [_section(name, say(tables), frame, remark, figure, is_whole=is_whole)]


def _drawn(draw: Callable[[Tables], Figure], tables: Tables, frame: pd.DataFrame) -> Figure | None:
    return None if frame.empty else draw(tables)


def _named(frame: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Table as the page shows it, without codes where there are names; ``more`` names further columns left out."""
    return frame.drop(columns=[name for name in (*_CODES, *more) if name in frame.columns])


def _money(tables: Tables, plan: Plan) -> list[Section]:
    spend = (
        "Cash, VAT and optimism bias included. Columns are planned spend by funding source; the line is the limit of "
        "all sources together."
        if plan.funded
        else "Cash, VAT and optimism bias included. No limits were given: nothing holds spend back."
    )
    return [
        _section("Spend", findings.spend(tables, plan), _named(tables.spend), spend, plan_charts.spend(tables)),
        *_limits(tables),
        _section("Not funded" if plan.funded else "Not renewed", findings.not_funded(tables, plan), tables.not_funded,
                 "Prices are like for like, today, ex VAT and without works.", is_whole=True),
    ]  # fmt: skip


def _patients(tables: Tables) -> list[Section]:
    rule = f"The diagnostic standard is {tables.waiting_rule}. {service.ESTIMATES}."
    return [
        _section("Patients", findings.capacity(tables), tables.capacity.drop(columns="year"),
                 "Own capacity is shown as a share of own demand, before patients move between sites: orange is short, "
                 f"blue is ample. At most {plan_charts.MOST_PLACES} places, those shortest of capacity, are drawn.",
                 _drawn(plan_charts.capacity, tables, tables.capacity)),
        *_given("Patients moved", service.patients_moved, tables, tables.moved_by_year,
                "Patients scanned at another site than the one they come to: scans by year."),
        *_given("Waiting", service.waiting, tables, _named(tables.waiting, "over_target"), rule,
                service_charts.waiting),
        *_given("Lists over target", service.missed, tables, _named(tables.missed),
                "Sites whose list is over its target in some year, the furthest over at the end first.",
                is_whole=True),
    ]  # fmt: skip


def _service(tables: Tables) -> list[Section]:
    prices = "Prices are today's, ex VAT. Reports are bought where a trust's own staff do not make them."
    return [
        *_given("Staff", service.staff, tables, _named(tables.staff), f"{service.STAFF_NEED}.", service_charts.staff),
        *_given("Staff for added machines", service.added_staff, tables, tables.added_staff,
                "What each added machine needs in its first full year, if patients fill its staffed hours."),
        *_given("Reporting", service.reporting, tables, _named(tables.reports, "backlog_before"),
                f"Turnaround allowed is {tables.turnaround_rule}, weighed by demand. All trusts and modalities "
                "together.",
                service_charts.reporting),
        *_given("Beside machines", service.beside_machines, tables, _named(tables.extra), prices,
                service_charts.beside_machines),
        *_given("How sites with one machine are kept going", service.cover, tables, tables.cover,
                "Each replacement of the only machine of its modality at a site, and who scans its patients meanwhile.",
                is_whole=True),
    ]  # fmt: skip


def _machines(tables: Tables) -> list[Section]:
    order = ["year_label", "trust_name", "site_name"]
    shown = [*order, "units", "line", "action", "option", "capital_gbp", "reason"]
    added = tables.added[shown].sort_values(order, kind="stable")
    wide = ["moment", "group", "band", "machines", "share", "target", "verdict"]
    return [
        _section("Additions", findings.added(tables), added, is_whole=True),
        _section("Timeline", findings.timeline(tables), tables.activity.drop(columns="year"),
                 "Machines installed by year; additions are hatched, mobile units dotted.",
                 _drawn(plan_charts.timeline, tables, tables.activity)),
        _section("Ages", findings.ages(tables), tables.ages[wide],
                 f"{findings.AGE_RULE}. Numbers are machines; dashed lines stand at 60% and 90%.",
                 _drawn(plan_charts.ages, tables, tables.ages)),
        *_given("Use", service.use, tables, _named(tables.use),
                "Planned lives are fixed from use in the base year; this is the band of use that the plan implies, "
                "scans on mobile vans left out."),
    ]  # fmt: skip


def _need(tables: Tables) -> list[Section]:
    by_trust = tables.trust_spend[["trust", "trust_name", "year_label", "capital_gbp"]]
    return [
        _section("Need", findings.need(tables), tables.need.drop(columns="year"),
                 "Every machine renewed like for like when it reaches its planned life, with no limits; machines that "
                 "contracts or committed schemes renew are left out.", _drawn(plan_charts.need, tables, tables.need)),
        _section("Spend by trust", findings.trusts(tables), by_trust, "Capital over all years, £ cash.",
                 _drawn(plan_charts.trusts, tables, by_trust)),
    ]  # fmt: skip


def _limits(tables: Tables) -> list[Section]:
    return [
        _section("Binding limits", findings.binding(tables), _named(tables.binding_places, "amount", "used"),
                 f"{findings.LIMITS_RULE}. Each year is in the workbook, on the sheet Limits."),
        *_given("Rules passed at a price", service.passed, tables, tables.passed_places,
                "In brackets: how many places. The plan may pass these rules where that costs less than keeping them; "
                "each has its price in Settings. Each year is in the workbook, on the sheet Rules passed."),
    ]  # fmt: skip


def _ways(tables: Tables, plan: Plan) -> list[Section]:
    remark = (
        "Whole-life cost is discounted and real, ex VAT, priced risks included. A way of planning that does not keep "
        "every rule cannot be carried out."
    )
    return [
        _section("Other ways", story.comparison(tables), tables.comparison,
                 f"All under the same limits. {remark}" if plan.funded else remark,
                 _drawn(plan_charts.comparison, tables, tables.comparison)),
        _section("Make-up of cost", story.costs(plan), tables.costs,
                 "Discounted and real, ex VAT; each figure is rounded by itself, so sums may differ by a few pounds."),
        _section("Costs by year", story.cost_years(tables), _named(tables.cost_years),
                 "Real, ex VAT, in today's prices; what comes after the discounted sum are prices put on what is not "
                 "cash."),
        _section("Rules not kept", findings.breaches(tables), tables.breaches),
        _section("What moved", findings.moved(tables), tables.moved,
                 "Machines and additions that each other way treats differently. Gain is their own whole-life cost "
                 "there less here; what it does for patients and for the limits of other machines is not in it."),
        _section("Largest moves", findings.largest_moves(tables), largest_moves(tables.moves),
                 "For each other way the largest gains, and the machines left past their planned life here and renewed "
                 "there at the largest saving. Every one is in the workbook, on the sheet Comparison."),
        *_given("Price tests", findings.price_tests, tables, tables.price_tests,
                "One price at a time is halved or doubled and the plan made again. Each test stops within its own gap "
                "of the best, and plans as close as that may still differ: a count says where to look, no more.",
                plan_charts.price_tests),
    ]  # fmt: skip


def _background(tables: Tables, plan: Plan) -> list[Section]:
    order = ["year_label", "trust_name", "site_name"]
    why = ["asset_id", "line", "action", "option", "how", "capital_gbp", "timing", "reason"]
    acted = tables.acted
    schemes = acted[[name for name in (*order, *why) if name in acted.columns]].sort_values(order, kind="stable")
    return [
        _section("Schemes", findings.schemes(tables), schemes, "Every line in which something happens, by year.",
                 is_whole=True),
        _section("Assumptions", findings.assumptions(tables), tables.assumptions,
                 "An illustrative value is a judgement, to be replaced by the network's own. "
                 f"{service.not_known(tables)}."),
        _section("Checks", findings.checks(tables), tables.checks, "The plan re-checked from the register alone."),
        _section("Run", f"How this plan came about: {plan.status}", tables.facts),
    ]  # fmt: skip
