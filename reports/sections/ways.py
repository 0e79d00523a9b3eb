"""Parts of the page on need, other ways of planning, what was asked for beside, and how the plan came about."""

from __future__ import annotations

from capitalplan.plan.plan import Plan
from reports.charts import money as money_charts
from reports.charts import plan as plan_charts
from reports.figures.ways import largest_moves
from reports.findings import money, service, story
from reports.findings import plan as findings
from reports.sections.section import Section, drawn, given, named, section
from reports.tables import Tables

__all__ = ["asked", "background", "need", "ways"]


def need(tables: Tables) -> list[Section]:
    """Need without limits, and capital by trust."""
    by_trust = tables.trust_spend[["trust", "trust_name", "year_label", "capital_gbp"]]
    return [
        section("Need", findings.need(tables), tables.need.drop(columns="year"),
                 "Every machine renewed like for like when it reaches its planned life, with no limits; machines that "
                 "contracts or committed schemes renew are left out.", drawn(plan_charts.need, tables, tables.need)),
        section("Spend by trust", findings.trusts(tables), by_trust, "Capital over all years, £ cash.",
                 drawn(plan_charts.trusts, tables, by_trust)),
    ]  # fmt: skip


def ways(tables: Tables, plan: Plan) -> list[Section]:
    """The plan beside other ways of planning, and how costs are made up."""
    remark = (
        "Whole-life cost is discounted and real, ex VAT, priced risks included. A way of planning that does not keep "
        "every rule cannot be carried out."
    )
    return [
        section("Other ways", story.comparison(tables), tables.comparison,
                 f"All under the same limits. {remark}" if plan.funded else remark,
                 drawn(plan_charts.comparison, tables, tables.comparison)),
        section("Make-up of cost", story.costs(plan), tables.costs,
                 "Discounted and real, ex VAT; each figure is rounded by itself, so sums may differ by a few pounds."),
        *given("Bridge", money.bridge, tables, tables.money.bridge,
               "From the economic view (real, discounted, ex VAT) to the budget view (cash, charged to limits and in "
               "the revenue statement), £. Optimism bias is in both.", is_whole=True),
        section("Costs by year", story.cost_years(tables), named(tables.cost_years),
                 "Real, ex VAT, in today's prices; what comes after the discounted sum are prices put on what is not "
                 "cash."),
        section("Rules not kept", findings.breaches(tables), tables.breaches),
        section("What moved", findings.moved(tables), tables.moved,
                 "Machines and additions that each other way treats differently. Gain is their own whole-life cost "
                 "there less here; what it does for patients and for the limits of other machines is not in it."),
        section("Largest moves", findings.largest_moves(tables), largest_moves(tables.moves),
                 "For each other way the largest gains, and the machines left past their planned life here and renewed "
                 "there at the largest saving. Every one is in the workbook, on the sheet Comparison."),
        *given("Price tests", findings.price_tests, tables, tables.price_tests,
                "One price at a time is halved or doubled and the plan made again. Each test stops within its own gap "
                "of the best, and plans as close as that may still differ: a count says where to look, no more.",
                plan_charts.price_tests),
    ]  # fmt: skip


def asked(tables: Tables) -> list[Section]:
    """Parts that are there only where they were asked for: buying together, fairness, suppliers' offers."""
    found = tables.money
    together, fairness = (" ".join(words[1:]) for words in (found.together_words, found.fairness_words))
    return [
        *given("Buying together", lambda _: found.together_words[0].rstrip("."), tables, found.shares,
               f"{together} Every group of trusts that was planned is in the workbook, on the sheet Groups of trusts.",
               money_charts.together if found.shares["saving_gbp"].notna().any() else None),
        *given("Fairness", lambda _: found.fairness_words[0].rstrip("."), tables, found.fairness,
               f"{fairness} Bars are the range in which the price of the best plans lies, by the gaps proven.",
               money_charts.fairness),
        *(_challenge(tables, position) for position in range(len(found.challenges))),
    ]  # fmt: skip


def _challenge(tables: Tables, position: int) -> Section:
    """A supplier's offer against the plan."""
    offer = tables.money.challenges.iloc[position]
    years = tables.money.challenge_years
    years = years[years["challenge"] == offer.challenge]
    first, *others = str(offer.findings).split(". ")
    figure = None if years.empty else money_charts.challenge(years)
    number = f" {position + 1}" if len(tables.money.challenges) > 1 else ""
    shown = years.drop(columns=["challenge", "year"])
    return section(f"Challenge{number}", first.rstrip("."), shown,
                   f"{offer.challenge}, {offer.supplier}. {'. '.join(others)}", figure)  # fmt: skip


def background(tables: Tables, plan: Plan) -> list[Section]:
    """Every scheme, defaults used, the re-check, and the run."""
    order = ["year_label", "trust_name", "site_name"]
    why = ["asset_id", "line", "action", "option", "how", "capital_gbp", "timing", "reason"]
    acted = tables.acted
    schemes = acted[[name for name in (*order, *why) if name in acted.columns]].sort_values(order, kind="stable")
    return [
        section("Schemes", findings.schemes(tables), schemes, "Every line in which something happens, by year.",
                 is_whole=True),
        section("Assumptions", findings.assumptions(tables), tables.assumptions,
                 "An illustrative value is a judgement, to be replaced by the network's own. "
                 f"{service.not_known(tables)}."),
        section("Checks", findings.checks(tables), tables.checks, "The plan re-checked from the register alone."),
        section("Run", f"How this plan came about: {plan.status}", tables.facts),
    ]  # fmt: skip
