"""Tables of money: payments, limits, the revenue statement, the bridge, who pays, and what was asked for beside."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capitalplan.analysis.routes import compare_routes
from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from reports.figures import asked, bridge, parties, payments, revenue, routes
from reports.figures.frames import frame, lean

__all__ = ["MoneyTables", "make_money_tables"]

_UNCHANGED = {"planned_gbp": "limit_gbp", "outturn_gbp": "paid_gbp"}
_EVENTS = "carried_in_gbp carried_out_gbp minimum_gbp short_gbp"
"""Columns of sources that say nothing where they equal another, or are 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyTables:
    """Tables of money; one on something the plan does not have is empty.

    Attributes
    ----------
    payments
        Every payment, the base of every total of capital.
    sources
        Every funding source in every year; empty without limits.
    limits
        Capital limits and cash by trust and year, and what counts against them.
    revenue
        The revenue statement by trust, year and heading, before and after; the columns before are left out where
        business as usual was not costed.
    trust_revenue
        The same by trust and year, beside revenue limits.
    heading_years
        The statement after the plan by heading, all trusts, a column a year.
    effects
        What each scheme does to revenue.
    bridge
        From the economic to the budget view, indexed by step; empty without a statement.
    rounding
        The most that rounding can explain by year, £: of capital and of running costs.
    cases
        Business-case dates, the next first.
    payers
        Who owns and who pays, a row for each trust of each scheme.
    routes, route_years
        The same machine by each route, over the plan and by year; empty without offers.
    tiers, flags, changes
        Price tiers reached; what should be looked at; what differs from the approved plan.
    shares, coalitions, together_words
        Buying together: trusts and groups, and the findings.
    fairness, fairness_shares, fairness_words
        Price of fairness by bound, what is compared between trusts, and the findings.
    challenges, challenge_years
        Suppliers' offers against the plan, and by year.
    """

    payments: pd.DataFrame
    sources: pd.DataFrame
    limits: pd.DataFrame
    revenue: pd.DataFrame
    trust_revenue: pd.DataFrame
    heading_years: pd.DataFrame
    effects: pd.DataFrame
    bridge: pd.DataFrame
    rounding: tuple[list[int], list[int]]
    cases: pd.DataFrame
    payers: pd.DataFrame
    routes: pd.DataFrame
    route_years: pd.DataFrame
    tiers: pd.DataFrame
    flags: pd.DataFrame
    changes: pd.DataFrame
    shares: pd.DataFrame
    coalitions: pd.DataFrame
    together_words: tuple[str, ...]
    fairness: pd.DataFrame
    fairness_shares: pd.DataFrame
    fairness_words: tuple[str, ...]
    challenges: pd.DataFrame
    challenge_years: pd.DataFrame

    @property
    def revenue_years(self) -> pd.DataFrame:
        """The statement of all trusts together by year, before where it is known, and after."""
        names = [name for name in ("before_gbp", "after_gbp", "change_gbp") if name in self.trust_revenue.columns]
        return self.trust_revenue.groupby(["year", "year_label"], sort=False)[names].sum().reset_index()

    @property
    def eventful_sources(self) -> pd.DataFrame:
        """Sources where there is more to say of them than limit and spend, without columns that say nothing."""
        table = self.sources
        same = [name for name, base in _UNCHANGED.items() if (table[name] == table[base]).all()]
        told = lean(table.drop(columns=same), _EVENTS)
        return told if set(told.columns) & {*_UNCHANGED, *_EVENTS.split()} else table.head(0)

    @property
    def shared_payers(self) -> pd.DataFrame:
        """Rows of schemes that are borne by several trusts, hosted by another, or used by patients of another."""
        rows = self.payers
        several = rows.groupby("number")["payer_code"].transform("nunique") > 1
        return rows[several | (rows["owner"] != rows["host"]) | (rows["benefits"] != "")]


def make_money_tables(register: Register, plan: Plan, study: Study) -> MoneyTables:
    """Make the tables of money from a plan and what stands beside it."""
    years = bridge.year_columns(plan)
    other = "before_gbp change_gbp"
    compared = compare_routes(register)
    return MoneyTables(
        payments=frame(
            "number scheme_id asset_id site_name year year_label payer_code payer source source_owner line purpose "
            "route committed uses_limit takes_cash paid_gbp",
            payments.payment_cells(register, plan),
        ),
        sources=frame(
            "source owner certainty year year_label firm limit_gbp planned_gbp carried_in_gbp paid_gbp committed_gbp "
            "carried_out_gbp source_left_gbp minimum_gbp short_gbp outturn_gbp",
            payments.source_cells(register, plan),
        ),
        limits=frame(
            "total trust trust_name year year_label limit_gbp planned_gbp committed_gbp used_gbp headroom_gbp",
            payments.limit_cells(register, plan),
        ),
        revenue=_known(frame(
            "trust trust_name year year_label heading before_gbp after_gbp change_gbp",
            revenue.heading_cells(register, plan, study),
        ), other),
        trust_revenue=_known(frame(
            "trust trust_name year year_label before_gbp after_gbp change_gbp relief_gbp held_gbp revenue_limit_gbp "
            "over_gbp lease_rents_gbp",
            revenue.trust_year_cells(register, plan, study),
        ), other),
        heading_years=frame("heading", revenue.heading_year_cells(plan), years),
        effects=frame(
            "year_label trust_name site_name asset_id line action option route capital_gbp part_year_gbp "
            "full_year_gbp",
            revenue.effect_cells(register, plan),
        ),
        bridge=bridge.bridge_table(register, plan) if plan.revenue else frame("", ()),
        rounding=bridge.rounding_allowed(plan),
        cases=frame(
            "year_label trust_name site_name asset_id line action option capital_gbp status approver case_by order_by "
            "in_service_by",
            parties.case_cells(register, plan),
        ),
        payers=frame(
            "number scheme_id year_label asset_id site_name line owner host payer payer_code share paid_gbp basis "
            "consent benefits",
            parties.payer_cells(register, plan),
        ),
        routes=frame(
            "route_option route offer years_in_service cost_gbp yearly_gbp yearly_more_gbp route_capital_gbp "
            "route_cash_gbp route_revenue_gbp route_verdict",
            routes.route_cells(compared),
        ),
        route_years=frame(
            "route_option route offer year year_label route_capital_gbp route_cash_gbp route_revenue_gbp",
            routes.route_year_cells(compared, register),
        ),
        tiers=frame(
            "framework year year_label units from_units rebate rebate_gbp rebate_real_gbp", parties.tier_cells(plan)
        ),
        flags=frame("flag place year_label flag_message", parties.flag_cells(register, plan)),
        changes=lean(frame(
            "what site_name approved planned firm_change change_price_gbp causes",
            parties.change_cells(register, plan, study),
        ), "causes"),
        shares=lean(frame(
            "trust trust_name alone_gbp pays_gbp saving_gbp saving_share note",
            asked.share_cells(register, study.together),
        ), "note"),
        coalitions=frame("coalition cost_gbp bound_gbp value_gbp", asked.coalition_cells(register, study.together)),
        together_words=() if study.together is None else study.together.sentences,
        fairness=frame(
            "fair_limit fair_spread cost_gbp fair_price_gbp fair_price_share fair_low_gbp fair_high_gbp fair_verdict",
            asked.fairness_cells(study.fairness),
        ),
        fairness_shares=frame(
            "fair_limit trust trust_name fair_share", asked.fairness_share_cells(register, study.fairness)
        ),
        fairness_words=() if study.fairness is None else study.fairness.sentences,
        challenges=frame(
            "challenge supplier machines charge_gbp tie_gbp tie_low_gbp tie_high_gbp owned_cost_gbp offer_cost_gbp "
            "more_gbp more_low_gbp more_high_gbp right_of_use_gbp findings",
            asked.challenge_cells(study.challenges),
        ),
        challenge_years=frame(
            "challenge year year_label owned_gbp offer_gbp owned_capital_gbp offer_capital_gbp owned_outside "
            "offer_outside",
            asked.challenge_year_cells(study.challenges),
        ),
    )  # fmt: skip


def _known(table: pd.DataFrame, names: str) -> pd.DataFrame:
    """Leave out columns that are not known in any row."""
    return table.drop(columns=[name for name in names.split() if not table[name].notna().any()])
