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
from capitalplan.terms import year_label
from reports import charts, findings
from reports.style import column, pounds
from reports.tables import Tables, make_tables

__all__ = ["Section", "write_page"]

_MOST_ROWS = 400
"""Rows of a table shown on the page; the workbook has them all."""


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
    """

    anchor: str
    name: str
    finding: str
    remark: str
    figure: dict[str, Any] | None
    table: pd.DataFrame
    is_open: bool

    @property
    def rows(self) -> list[list[str]]:
        """Cells of the table as users read them, at most ``_MOST_ROWS`` rows."""
        names = [str(name) for name in self.table.columns]
        shown = self.table.head(_MOST_ROWS).itertuples(index=False, name=None)
        return [[_shown(name, value) for name, value in zip(names, cells, strict=True)] for cells in shown]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Title and kind of each column."""
        return [(column(str(name)).title, column(str(name)).kind) for name in self.table.columns]

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
        summary=findings.summary(tables, plan),
        distance=findings.distance(plan),
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
    return [
        ("Capital planned", pounds(ours.capital_gbp)),
        ("Capital limits", limit),
        ("Unlimited need", pounds(tables.years["need_gbp"].sum())),
        ("Machines replaced", f"{ours.replacements:,}"),
        ("Machines added", f"{ours.additions:,}"),
        ("Due and not funded", f"{len(tables.not_funded):,}"),
        ("Past planned life, first and last year", f"{plan.years[0].over_age:,} and {plan.years[-1].over_age:,}"),
        ("Scans bought outside", f"{ours.unmet_scans:,}"),
    ]


def _sections(tables: Tables, plan: Plan) -> list[Section]:
    schemes = tables.acted[
        [
            "year_label",
            "trust_name",
            "site_name",
            "line",
            "asset_id",
            "action",
            "option",
            "capital_gbp",
            "timing",
            "reason",
        ]
    ].sort_values(["year_label", "trust_name", "site_name"], kind="stable")
    added = tables.added[
        ["year_label", "trust_name", "site_name", "line", "action", "option", "units", "capital_gbp", "reason"]
    ]
    by_trust = tables.trust_spend[["trust", "trust_name", "year_label", "capital_gbp"]]
    wide = ["moment", "group", "band", "machines", "share", "target", "verdict"]

    def drawn(draw: Callable[[Tables], Figure], frame: pd.DataFrame) -> dict[str, Any] | None:
        return None if frame.empty else json.loads(draw(tables).to_json())

    def section(
        anchor: str, finding: str, frame: pd.DataFrame, remark: str = "",
        draw: Callable[[Tables], Figure] | None = None, *, is_open: bool = False,
    ) -> Section:  # fmt: skip
        name = anchor.replace("-", " ").capitalize()
        figure = None if draw is None else drawn(draw, frame)
        return Section(anchor, name, finding, remark, figure, frame, is_open or figure is None)

    return [
        section("spend", findings.spend(tables, plan), tables.spend.drop(columns="year"),
                "Cash, VAT and optimism bias included. Columns are planned spend by funding source; the line is the "
                "limit of all sources together." if plan.funded else
                "Cash, VAT and optimism bias included. No limits were given: nothing holds spend back.", charts.spend),
        section("spend-by-trust", findings.trusts(tables), by_trust, "Capital over all years, £ cash.", charts.trusts),
        section("need", findings.need(tables), tables.need.drop(columns="year"),
                "Every machine renewed like for like when it reaches its planned life, with no limits.", charts.need),
        section("timeline", findings.timeline(tables), tables.activity.drop(columns="year"),
                "Machines installed by year; additions are hatched.", charts.timeline),
        section("ages", findings.ages(tables), tables.ages[wide],
                "COCIR and ESR golden rules: at least 60% under 5 years, at most 30% from 5 to 10, at most 10% over "
                "10. Numbers are machines; dashed lines stand at 60% and 90%.", charts.ages),
        section("capacity", findings.capacity(tables), tables.capacity.drop(columns="year"),
                "Own capacity as a share of own demand, before patients move between sites. Orange is short, blue "
                "is ample. With more than 40 places, the 40 shortest of capacity are drawn.", charts.capacity),
        section("additions", findings.added(tables), added),
        section("not-funded", findings.not_funded(tables), tables.not_funded,
                "Prices are like for like, today, ex VAT and without works.", is_open=True),
        section("binding-limits", findings.binding(tables), tables.binding,
                "Limits of which the plan uses all it can; more of them would let it do more."),
        section("comparison", findings.comparison(tables), tables.comparison,
                "Whole-life cost is discounted and real, ex VAT, priced risks included. "
                "A way of planning that breaks rules cannot be carried out.", charts.comparison),
        section("rules-not-kept", findings.breaches(tables), tables.breaches),
        section("treated-differently", findings.moves(tables), tables.moves,
                "Machines and additions that another way of planning treats differently."),
        section("price-tests", findings.price_tests(tables), tables.price_tests,
                "One price at a time is halved or doubled and the plan made again.", charts.price_tests),
        section("schemes", findings.schemes(tables), schemes, "Every line in which something happens, by year."),
        section("assumptions", findings.assumptions(tables), tables.assumptions,
                "An illustrative value is a judgement, to be replaced by the network's own."),
        section("checks", findings.checks(tables), tables.checks, "The plan re-checked from the register alone."),
        section("run", f"How this plan came about: {plan.status}", tables.facts),
    ]  # fmt: skip
