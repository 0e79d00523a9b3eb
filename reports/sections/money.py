"""Parts of the page on money: spend, limits, revenue, business cases, who pays, routes and changes."""

from __future__ import annotations

from capitalplan.plan.plan import Plan
from reports.charts import money as money_charts
from reports.charts import plan as plan_charts
from reports.figures.frames import lean
from reports.findings import decided, money, service
from reports.findings import plan as findings
from reports.sections.section import Section, given, named, section
from reports.tables import Tables

__all__ = ["budget", "commitments", "spending"]

_NEXT = ["case_by", "order_by", "in_service_by", "asset_id", "line", "site_name", "option", "capital_gbp", "status",
         "approver"]  # fmt: skip
"""Columns of business cases on the page: days first."""


def spending(tables: Tables, plan: Plan) -> list[Section]:
    """Capital by source, the limits it is held to, what holds it back, and what is left undone."""
    spend = (
        "Cash, VAT and optimism bias included. Columns are planned spend by funding source; the line is the limit of "
        "all sources together."
        if plan.funded
        else "Cash, VAT and optimism bias included. No limits were given: nothing holds spend back."
    )
    return [
        section("Spend", findings.spend(tables, plan), named(tables.spend), spend, plan_charts.spend(tables)),
        *_totals(tables),
        *_limits(tables),
        section("Not funded" if plan.funded else "Not renewed", findings.not_funded(tables, plan), tables.not_funded,
                 "Prices are like for like, today, ex VAT and without works.", is_whole=True),
    ]  # fmt: skip


def _totals(tables: Tables) -> list[Section]:
    """The two totals over all sources, and sources where there is more to say of them than limit and spend."""
    return [
        *given("Capital limits", money.limits, tables, named(tables.money.limits),
               "Two totals are tested: the capital limit holds what sources that count against it pay, cash what "
               "sources without cash of their own pay for purchases. Marks are the most that may be used; the chart "
               "shows the network, or all trusts with a limit together.", money_charts.limits),
        *given("Sources", money.sources, tables,
               named(tables.money.eventful_sources, "certainty", "firm", "committed_gbp"),
               "What each source offers, pays and carries over. Expected outturn is what a year is likely to spend if "
               "capital slips as set."),
    ]  # fmt: skip


def _limits(tables: Tables) -> list[Section]:
    return [
        section("Binding limits", findings.binding(tables), named(tables.binding_places, "amount", "used"),
                 f"{findings.LIMITS_RULE}. Each year is in the workbook, on the sheet Limits."),
        *given("Rules passed at a price", service.passed, tables, tables.passed_places,
                "In brackets: how many places. The plan may pass these rules where that costs less than keeping them; "
                "each has its price in Settings. Each year is in the workbook, on the sheet Rules passed."),
    ]  # fmt: skip


def budget(tables: Tables) -> list[Section]:
    """The revenue statement before and after, and by trust."""
    cash = "Cash, by legal owner. Before is business as usual, after is this plan."
    return [
        *given("Revenue", money.revenue, tables, tables.money.heading_years,
               f"{cash} The table is this plan by heading, all trusts; the workbook has both, trust by trust.",
               money_charts.revenue),
        *given("Revenue by trust", money.trust_revenue, tables,
               named(lean(tables.money.trust_revenue, "relief_gbp revenue_limit_gbp over_gbp lease_rents_gbp"),
                     "held_gbp"),
               f"{cash} Limits hold the statement before relief for gifts and rebates."),
        *given("Routes", money.routes, tables, tables.money.routes,
               "One machine of each option with an offer, set up in the first year of the plan: nothing but the route "
               "differs. Costs a year are compared because a contract may end sooner."),
        *given("Price tiers", money.tiers, tables, named(tables.money.tiers),
               "Rebates of frameworks on machines bought in the same year.", is_whole=True),
    ]  # fmt: skip


def commitments(tables: Tables) -> list[Section]:
    """Who approves and when, who owns and who pays, what to look at, and what differs from the approved plan."""
    return [
        *given("Business cases", money.cases, tables, tables.money.cases[_NEXT],
               "The next day first. Days follow from lead times: in service by the end of the scheme's year, ordered "
               "the line's months before, the business case the approver's months before that. No day where it is "
               "passed or not needed."),
        *given("Who pays", money.payers, tables,
               tables.money.shared_payers.drop(columns=["number", "scheme_id", "payer_code"]),
               "Schemes that several trusts pay for, that stand at another trust's site, or that scan patients of "
               "several trusts. Every scheme is in the workbook, on the sheet Who pays."),
        *given("To look at", money.flags, tables, tables.money.flags,
               "The plan does not judge these: somebody should, before money is committed.", is_whole=True),
        *given("Changes", money.changes, tables, tables.money.changes,
               "Schemes that differ from the approved plan. The price on a change is a judgement, not cash.",
               is_whole=True),
        *given("Decisions", decided.decisions, tables, tables.decisions, f"{decided.REMARK}.", is_whole=True),
    ]  # fmt: skip
