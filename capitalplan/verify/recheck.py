"""The re-check of a whole plan, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass

from capitalplan.plan.plan import Breach, Check, Plan
from capitalplan.register.register import Register
from capitalplan.verify.additions import read_additions
from capitalplan.verify.choice import check_age, check_last_machine, check_schedules
from capitalplan.verify.context import Context
from capitalplan.verify.cover import check_cover
from capitalplan.verify.elastic import check_breaches, measure
from capitalplan.verify.extra import check_extra
from capitalplan.verify.figures import check_figures, recompute_years
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import hold_asset
from capitalplan.verify.keyfigures import Recomputed, check_key_figures
from capitalplan.verify.lines import check_committed, check_lines
from capitalplan.verify.money.burdens import price_burdens
from capitalplan.verify.money.case import check_cases
from capitalplan.verify.money.fairness import check_fairness
from capitalplan.verify.money.limits import check_limits, short_of_minimum
from capitalplan.verify.money.outlays import list_outlays
from capitalplan.verify.money.payments import check_payments
from capitalplan.verify.money.stability import check_changes, find_changes
from capitalplan.verify.money.statement import (
    check_effects,
    check_revenue,
    donated_shares,
    make_statement,
    over_limits,
)
from capitalplan.verify.money.tiers import check_tiers, reach_tiers
from capitalplan.verify.objective import check_objective, check_own_costs, service_costs
from capitalplan.verify.provision import read_provision
from capitalplan.verify.rooms import check_rooms, check_works
from capitalplan.verify.schedules import read_schedules
from capitalplan.verify.service import check_service
from capitalplan.verify.staffing import check_reporting, check_staff, check_workforce
from capitalplan.verify.ties import check_ties
from capitalplan.verify.traffic import check_moves, read_traffic
from capitalplan.verify.waiting import check_estimates, check_lists
from capitalplan.verify.words import check_words

__all__ = ["Report", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the re-check found.

    Attributes
    ----------
    checks
        One line a rule: how many things were checked and how many did not hold.
    breaches
        Everything that did not hold, in the order of the rules.
    """

    checks: tuple[Check, ...]
    breaches: tuple[Breach, ...]

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.breaches


def verify(register: Register, plan: Plan) -> Report:
    """Re-check a plan from the register alone, in exact arithmetic, sharing nothing with the planner.

    Every rule and figure of the model is computed anew: schedules and ties, costs, service, waiting lists, extra
    capacity, cover, staff, who bears and pays what, price tiers, the revenue statement, fairness, changes from the
    approved plan, business-case dates, rooms, works, age, the objective to the pound, yearly figures and words. A plan
    that was edited never stops the re-check; what does not hold is reported in words.

    Parameters
    ----------
    register
        The checked input the plan was made from.
    plan
        The plan.

    Returns
    -------
    Report
        Rules: ``choice``, ``ties``, ``service``, ``waiting``, ``extra``, ``cover``, ``workforce``, ``reporting``,
        ``money``, ``tiers``, ``revenue``, ``fairness``, ``stability``, ``case``, ``rooms``, ``works``, ``age``,
        ``objective``, ``figures``, ``words``.
    """
    findings = Findings()
    context = Context.of(register)
    schedules = read_schedules(context, plan, findings)
    additions = read_additions(context, plan, findings)
    traffic = read_traffic(context, plan, findings)
    provision = read_provision(context, plan, findings)
    assets = {name: hold_asset(context, schedule) for name, schedule in schedules.items()}
    holdings = [*assets.values(), *(addition.holding for addition in additions)]
    outlays, tiers = reach_tiers(context, list_outlays(context, schedules, assets, additions))
    elastic = measure(context, traffic, provision)
    costs = service_costs(context, traffic, provision, elastic)
    statement = make_statement(
        context, traffic, provision, assets=assets, outlays=outlays, donated=donated_shares(context, outlays)
    )
    moved = find_changes(context, plan)
    burdens = price_burdens(
        context,
        under_use=short_of_minimum(context, plan),
        revenue_over=over_limits(context, statement),
        moved=moved,
    )

    check_schedules(context, schedules, findings)
    check_last_machine(context, assets, findings)
    check_committed(context, plan, findings)
    check_lines(context, plan, schedules, findings)
    check_ties(context, schedules, findings)
    check_age(context, assets, findings)
    check_service(context, plan, traffic, provision, holdings=holdings, findings=findings)
    check_lists(context, provision, findings)
    check_extra(context, traffic, provision, holdings=holdings, assets=assets, findings=findings)
    check_cover(context, plan, traffic, provision, assets=assets, additions=additions, findings=findings)
    check_workforce(context, traffic, provision, findings)
    check_reporting(context, traffic, provision, findings)
    check_payments(context, plan, outlays, findings)
    check_limits(context, plan, outlays, findings)
    check_tiers(context, plan, outlays, tiers, findings)
    check_revenue(context, plan, statement, findings)
    check_effects(context, outlays, findings)
    check_fairness(context, traffic, outlays, findings)
    check_changes(context, plan, moved, findings)
    check_cases(context, plan, outlays, findings)
    check_rooms(context, schedules, additions, findings)
    check_works(context, schedules, additions, findings)
    check_objective(context, plan, costs, burdens, holdings=holdings, outlays=outlays, findings=findings)
    check_own_costs(context, schedules, assets, additions=additions, outlays=outlays, findings=findings)
    years = recompute_years(context, plan, traffic, costs, burdens, holdings=holdings, outlays=outlays)
    if check_figures(context, plan, years, findings):
        known = Recomputed(
            years=years,
            holdings=holdings,
            outlays=outlays,
            statement=statement,
            traffic=traffic,
            provision=provision,
            elastic=elastic,
            costs=costs,
        )
        check_key_figures(context, plan, known, findings)
    check_estimates(context, plan, provision, findings)
    check_moves(context, plan, traffic, findings)
    check_staff(context, plan, traffic, provision, findings)
    check_breaches(context, plan, elastic, burdens, findings)
    check_words(context, plan, findings)
    return Report(checks=findings.checks, breaches=findings.breaches)
