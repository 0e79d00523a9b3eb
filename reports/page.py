"""The plan as one page that needs no network: charts with a finding each, tables behind them, safe to open anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.graph_objects import Figure

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan, RunFacts
from capitalplan.register.register import Register
from capitalplan.terms import parse_year, year_label
from reports import charts, findings
from reports.beside import largest_moves
from reports.style import column, pounds, years_listed
from reports.tables import ALL_YEARS, Tables, make_tables

__all__ = ["Section", "write_page"]

_MOST_ROWS = 400
"""Rows of a table shown on the page; the workbook has them all."""

_LONG = 44
"""Width in characters from which a column is given room for sentences."""


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


def write_page(path: Path, register: Register, plan: Plan, study: Study, facts: RunFacts) -> None:
    """Write a plan as one HTML file that opens without any network.

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
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scripts = [_text("vendor", "plotly-cartesian.min.js"), _text("templates", "page.js")]
    text = environment.get_template("page.html").render(
        plan=plan,
        period=f"{year_label(plan.years[0].year)} to {year_label(plan.years[-1].year)}",
        statement=None if plan.funded else findings.STATEMENT_OF_NEED,
        story=findings.story(tables, plan),
        cards=_cards(tables, plan),
        sections=_sections(tables, plan),
        style=_text("templates", "page.css"),
        scripts=scripts,
        hashes=[_source_hash(script) for script in scripts],
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def _text(*parts: str) -> str:
    return files("reports").joinpath(*parts).read_text(encoding="utf-8")


def _source_hash(script: str) -> str:
    """Hash by which the page's security policy lets a script run, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _shown(name: str, value: object) -> str:
    kind = column(name).kind
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "pounds":
        return pounds(float(str(value)))
    if kind == "whole":
        return f"{value:,}"
    return f"{value:.1%}" if kind == "share" else str(value)


def _cards(tables: Tables, plan: Plan) -> list[tuple[str, str]]:
    ours = tables.comparison.iloc[0]
    limit = pounds(tables.years["limit_gbp"].sum()) if plan.funded else "not given"
    over_age = f"{plan.kpis['over_age_start']:,} and {ours.over_age:,}"
    return [
        ("Capital planned, cash", pounds(ours.capital_gbp)),
        ("Capital limits, cash", limit),
        ("Unlimited like-for-like need, cash", pounds(tables.years["need_gbp"].sum())),
        ("Scans bought outside, all years", f"{ours.unmet_scans:,}"),
        ("Machines replaced", f"{ours.replacements:,}"),
        ("Machines added", f"{ours.additions:,}"),
        ("Due and not funded" if plan.funded else "Due and not renewed", f"{len(tables.not_funded):,}"),
        ("Past planned life, start and end", over_age),
    ]


def _by_place(tables: Tables) -> pd.DataFrame:
    """Limits that hold the plan back, one line for each place."""
    grouped = tables.binding.groupby(["rule", "place"], sort=False)["year_label"]
    return grouped.agg(_years).reset_index()


def _years(labels: pd.Series) -> str:
    """Financial years of a limit in one phrase; a limit over the whole plan has a single label that is no year."""
    return str(labels.iloc[0]) if list(labels) == [ALL_YEARS] else years_listed([parse_year(each) for each in labels])


def _sections(tables: Tables, plan: Plan) -> list[Section]:
    order = ["year_label", "trust_name", "site_name"]
    why = ["line", "action", "option", "capital_gbp", "timing", "reason"]
    schemes = tables.acted[[*order, "asset_id", *why]].sort_values(order, kind="stable")
    added = tables.added[[*order, "units", *why]].drop(columns="timing").sort_values(order, kind="stable")
    by_trust = tables.trust_spend[["trust", "trust_name", "year_label", "capital_gbp"]]
    wide = ["moment", "group", "band", "machines", "share", "target", "verdict"]

    def drawn(draw: Callable[[Tables], Figure], frame: pd.DataFrame) -> dict[str, Any] | None:
        return None if frame.empty else json.loads(draw(tables).to_json())

    def section(
        name: str, finding: str, frame: pd.DataFrame, remark: str = "",
        draw: Callable[[Tables], Figure] | None = None, *, is_open: bool = False, is_whole: bool = False,
    ) -> Section:  # fmt: skip
        anchor = name.lower().replace(" ", "-")
        figure = None if draw is None else drawn(draw, frame)
        return Section(anchor, name, finding, remark, figure, frame, is_open or figure is None, is_whole)

    return [
        section("Spend", findings.spend(tables, plan), tables.spend.drop(columns="year"),
                "Cash, VAT and optimism bias included. Columns are planned spend by funding source; the line is the "
                "limit of all sources together." if plan.funded else
                "Cash, VAT and optimism bias included. No limits were given: nothing holds spend back.", charts.spend),
        section("Not funded" if plan.funded else "Not renewed", findings.not_funded(tables, plan), tables.not_funded,
                "Prices are like for like, today, ex VAT and without works.", is_whole=True),
        section("Patients", findings.patients(tables, plan), tables.capacity.drop(columns="year"),
                f"{findings.capacity(tables)}. Own capacity is shown as a share of own demand, before patients move "
                "between sites: orange is short, blue is ample. "
                f"At most {charts.MOST_PLACES} places, the shortest, are drawn.",
                charts.capacity),
        section("Additions", findings.added(tables), added, is_whole=True),
        section("Timeline", findings.timeline(tables), tables.activity.drop(columns="year"),
                "Machines installed by year; additions are hatched, mobile units dotted.", charts.timeline),
        section("Ages", findings.ages(tables), tables.ages[wide],
                f"{findings.AGE_RULE}. Numbers are machines; dashed lines stand at 60% and 90%.", charts.ages),
        section("Need", findings.need(tables), tables.need.drop(columns="year"),
                "Every machine renewed like for like when it reaches its planned life, with no limits; machines that "
                "contracts or committed schemes renew are left out.", charts.need),
        section("Spend by trust", findings.trusts(tables), by_trust, "Capital over all years, £ cash.", charts.trusts),
        section("Binding limits", findings.binding(tables), _by_place(tables),
                "In brackets: how many sources or sites. A limit holds the plan back where a machine waits that what "
                "is left of it cannot pay for or take. Amounts are in the workbook, on the sheet Not funded."),
        section("Other ways", findings.comparison(tables), tables.comparison,
                ("All under the same limits. " if plan.funded else "") +
                "Whole-life cost is discounted and real, ex VAT, priced risks included. "
                "A way of planning that does not keep every rule cannot be carried out.", charts.comparison),
        section("Make-up of cost", findings.costs(plan), tables.costs,
                "Discounted and real, ex VAT; each figure is rounded by itself, so sums may differ by a few pounds."),
        section("Rules not kept", findings.breaches(tables), tables.breaches),
        section("What moved", findings.moved(tables), tables.moved,
                "Machines and additions that each other way treats differently. Gain is their own whole-life cost "
                "there less here; what it does for patients and for the limits of other machines is not in it."),
        section("Largest moves", findings.largest_moves(tables), largest_moves(tables.moves),
                "For each other way the largest gains, and the machines left past their planned life here and renewed "
                "there at the largest saving. Every one is in the workbook, on the sheet Comparison."),
        section("Price tests", findings.price_tests(tables), tables.price_tests,
                "" if tables.price_tests.empty else
                "One price at a time is halved or doubled and the plan made again. Each test stops within its own gap "
                "of the best, and plans as close as that may still differ: a count says where to look, no more.",
                charts.price_tests),
        section("Schemes", findings.schemes(tables), schemes, "Every line in which something happens, by year.",
                is_whole=True),
        section("Assumptions", findings.assumptions(tables), tables.assumptions,
                "An illustrative value is a judgement, to be replaced by the network's own. "
                f"{findings.NOT_KNOWN}."),
        section("Checks", findings.checks(tables), tables.checks, "The plan re-checked from the register alone."),
        section("Run", f"How this plan came about: {plan.status}", tables.facts),
    ]  # fmt: skip
