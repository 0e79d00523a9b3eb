"""From a solution to the Plan: choices, lines, money, words and key figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from capitalplan.errors import SolverError
from capitalplan.formulation.formulate import Formulation
from capitalplan.plan.breaches import Excess, breaches
from capitalplan.plan.business_case import Benefits, case_dates, payers
from capitalplan.plan.cashflow import capacity_by_site, year_lines
from capitalplan.plan.changes import changes
from capitalplan.plan.covers import covers
from capitalplan.plan.decode import Choices, decode
from capitalplan.plan.drafting import draft_lines
from capitalplan.plan.drafts import Draft
from capitalplan.plan.flags import flags
from capitalplan.plan.funding import fund
from capitalplan.plan.headroom import Headroom, binding_limits
from capitalplan.plan.kpis import key_figures
from capitalplan.plan.money_limits import money_limits
from capitalplan.plan.money_values import MoneyValues, money_values
from capitalplan.plan.plan import Payment, Plan, PlannedScheme
from capitalplan.plan.rebates import Rebates
from capitalplan.plan.revenue import Revenue
from capitalplan.plan.service_limits import service_limits
from capitalplan.plan.service_money import extra_gbp, outside_gbp, travel_gbp
from capitalplan.plan.service_words import ServiceWords
from capitalplan.plan.serving import extra_hours, flows, moves, outside, reports, vans, waiting
from capitalplan.plan.staffing import Staffing, staff_lines
from capitalplan.plan.words import Narrator
from capitalplan.solution import Solution, Status
from capitalplan.terms import round_half_up

__all__ = ["TOLERANCE", "UNPROVEN", "WORDS", "cost_gbp", "extract"]

TOLERANCE = 1e-5
"""Share of a plan's value by which an engine's tolerances may let its bound pass it."""

UNPROVEN = "not proven to the gap asked for, though the engine calls it so"
"""Status of a plan whose engine calls it optimal without the bound to show for it."""
WORDS = {
    Status.OPTIMAL: "planned to the gap asked for",
    Status.STOPPED: "stopped by the time limit, best plan so far",
    Status.INTERRUPTED: "interrupted, best plan so far",
}


def extract(formulation: Formulation, solution: Solution, *, bounded: bool = True) -> Plan:
    """Turn a solution into a plan in users' units.

    Parameters
    ----------
    bounded
        Whether the solution's bound is a bound on every plan; False where choices were fixed beforehand.

    Notes
    -----
    The cost is computed again, exactly, from the choices: that is the plan's value. The bound is the engine's claim,
    rounded as the value is. Where it passes the value, because scans and reports are rounded upwards to thousandths or
    by the engine's tolerance, it counts as equal to it.

    Raises
    ------
    SolverError
        If the engine claims a bound that the plan itself disproves.
    """
    if solution.values is None:
        raise ValueError("a solution without values holds no plan")
    choices = decode(formulation, solution.values)
    register = choices.columns.register
    rebates = Rebates.of(choices)
    drafts = draft_lines(choices, rebates)
    funding = fund(drafts, register)
    capacity = capacity_by_site(choices)
    statement = Revenue(choices)
    revenue = statement.lines(drafts, funding.payments)
    headroom = Headroom.of(drafts, funding, register)
    excess, staffing, covered = Excess.of(choices), Staffing.of(choices), covers(choices)
    priced = money_values(choices, funding.sources, revenue)
    binding = (
        *binding_limits(choices, drafts, headroom),
        *money_limits(choices, funding, revenue),
        *service_limits(choices, excess, staffing),
    )
    narrator = Narrator(choices, headroom, capacity, ServiceWords(choices, covered, binding))
    benefits = Benefits(choices)
    schemes = tuple(
        _scheme(line, paid, narrator, benefits, statement) for line, paid in zip(drafts, funding.payments, strict=True)
    )
    years = year_lines(choices, drafts, funding.payments, capacity, excess, priced)
    value = cost_gbp(choices, drafts, excess, priced)
    bound = _bound_gbp(formulation, solution, value) if bounded else None
    gap_gbp = None if bound is None else value - bound
    hired = vans(choices)
    return Plan(
        network=register.settings.network_name,
        funded=bool(register.sources),
        status=WORDS.get(solution.status, str(solution.status)),
        objective_gbp=value,
        bound_gbp=bound,
        gap=None if gap_gbp is None else gap_gbp / max(1, abs(value)),
        gap_gbp=gap_gbp,
        schemes=schemes,
        flows=flows(choices),
        outside=outside(choices),
        moves=moves(choices),
        extra_hours=extra_hours(choices),
        vans=hired,
        waiting=waiting(choices),
        reports=reports(choices),
        staff=staff_lines(staffing),
        covers=covered,
        capacity=capacity,
        years=years,
        kpis=key_figures(choices, drafts, schemes, years, excess, revenue),
        sources=funding.sources,
        revenue=revenue,
        tiers=rebates.lines(
            [
                (line.stint.since, line.rebate, line.units)
                for line in drafts
                if line.stint is not None and line.rebate is not None
            ]
        ),
        changes=changes(choices),
        flags=flags(drafts, hired, {scheme.scheme_id: scheme.payers for scheme in schemes}, register),
        binding=binding,
        breaches=breaches(choices, excess, funding.sources, revenue),
    )


def _bound_gbp(formulation: Formulation, solution: Solution, value: int) -> int | None:
    if solution.bound == -math.inf:
        return None
    bound = round_half_up(Fraction(solution.bound * 1000)) + formulation.constant_gbp
    own = value
    if solution.objective is not None:
        own = max(value, round_half_up(Fraction(solution.objective * 1000)) + formulation.constant_gbp)
    if bound > own + TOLERANCE * abs(own) + 1:
        raise SolverError(
            f"{solution.engine} claims that no plan costs less than £{bound:,}, yet its own costs £{own:,}: "
            "the answer is not to be trusted."
        )
    return min(bound, value)


def cost_gbp(choices: Choices, drafts: Sequence[Draft], excess: Excess, priced: MoneyValues) -> int:
    """Objective of the choices, £, exact: present values, what serving patients costs, and what is not kept.

    Parameters
    ----------
    drafts
        Lines of the plan, with the present values of what they do, rebates taken off.
    priced
        Values put on money left unused, revenue over limits and changes.
    """
    total = Fraction(sum(line.own_cost_gbp for line in drafts))
    yearly = (
        outside_gbp(choices),
        travel_gbp(choices),
        *extra_gbp(choices).values(),
        *excess.value_gbp(choices).values(),
        *priced.values(),
    )
    for by_year in yearly:
        total += sum(factor * amount for factor, amount in zip(choices.columns.rates.discount, by_year, strict=False))
    return round_half_up(total + excess.terminal_gbp(choices))


def _scheme(
    line: Draft, paid: tuple[Payment, ...], narrator: Narrator, benefits: Benefits, statement: Revenue
) -> PlannedScheme:
    funding: Counter[str] = Counter()
    for payment in paid:
        funding[payment.source] += payment.gbp
    effect = statement.effect(line)
    return PlannedScheme(
        scheme_id=line.scheme_id,
        asset_id=None if line.asset is None else line.asset.asset_id,
        trust=line.trust,
        site=line.site,
        modality=line.modality,
        mobile=line.mobile,
        action=line.action,
        year=line.year,
        option=line.option,
        route=line.route,
        offer=None if line.offer is None else line.offer.name,
        units=line.units,
        capital_gbp=line.charge_gbp,
        rebate_gbp=line.rebate_gbp,
        funding=dict(funding),
        payments=paid,
        payers=payers(line, statement.register),
        benefits=benefits.of(line),
        case=case_dates(line, statement.register),
        revenue_part_year_gbp=None if effect is None else effect.part_year_gbp,
        revenue_full_year_gbp=None if effect is None else effect.full_year_gbp,
        timing=line.timing,
        due_year=None if line.asset is None else line.asset.due_year,
        reason=narrator.reason(line),
        sentence=narrator.sentence(line),
        committed=line.committed,
        own_cost_gbp=line.own_cost_gbp,
        new_room_first=line.new_room_first,
    )
