"""The money side of a made-up case: payments, limits, revenue, shares and offers that add up, without a solver."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from capitalplan.analysis.causes import ChangeCause
from capitalplan.analysis.challenge import ChallengeResult, YearlyCash
from capitalplan.analysis.coalitions import BuyingTogether, Coalition, Share, Split
from capitalplan.analysis.fairness import FairnessCurve, FairnessMeasure, FairnessPoint
from capitalplan.analysis.study import Study
from capitalplan.plan.plan import (
    CaseDates,
    Change,
    Flag,
    Payer,
    Payment,
    Plan,
    PlannedScheme,
    RevenueLine,
    SourceYear,
    TierReached,
)
from capitalplan.register.register import CapitalLimit, Offer, Register, RevenueLimit, Source
from capitalplan.terms import (
    UNFUNDED,
    Action,
    BeyondPlan,
    Certainty,
    Consent,
    ContractEnd,
    Heading,
    Route,
    SchemeStatus,
    discount_factors,
    inflation_factors,
    round_half_up,
)

__all__ = ["OFFER", "RESERVE", "asked_study", "money_register", "open_sources", "paid_plan", "sources_of"]

OFFER = '=1+1 lease <b onmouseover="alert(4)">'
"""Name of the lease on offer: one that must stay text."""
RESERVE = "Reserve of Q01"
"""A trust's own source."""
CHARITY = "Charity"
MINIMUM = Fraction(1, 2)
RENTS = 9_000
REBATE = 12_345


def sources_of(assets: int, years: int, names: list[str]) -> tuple[Source, ...]:
    """Three shared sources, and one of a trust: operational capital without cash, a programme, a gift and a reserve."""

    def source(name: str, amount: int, trust: str | None, **other: Any) -> Source:
        own = Source(
            name=name, trust=trust, limits_gbp=(assets * amount,) * years,
            trusts=frozenset({"Q00", "Q01", "Q02", "Q03"} if trust is None else {trust}), modalities=frozenset(),
            purposes=frozenset(), routes=frozenset(), uses_capital_limit=True, brings_cash=False, donated=False,
            certainty=Certainty.CONFIRMED, carry_share=Fraction(0), minimum_share=Fraction(0),
        )  # fmt: skip
        return replace(own, **other)

    operational, programme, charity = names
    return (
        source(operational, 38_000, None),
        source(programme, 16_000, None, brings_cash=True, carry_share=Fraction(1, 10)),
        source(charity, 2_000, None, uses_capital_limit=False, brings_cash=True, donated=True, minimum_share=MINIMUM),
        source(RESERVE, 1_000, "Q01", brings_cash=True),
    )


def open_sources(register: Register, trust: str) -> list[str]:
    """Names of the sources that may pay for a trust."""
    return [source.name for source in register.sources if source.trust in (None, trust)]


def money_register(register: Register) -> Register:
    """Add capital limits, a revenue limit and an offer of a lease."""
    years = register.settings.years
    first, last = next(iter(register.trusts)), list(register.trusts)[-1]
    by_name = {source.name: source.limits_gbp for source in register.sources}
    limits: tuple[CapitalLimit, ...] = ()
    if by_name:
        together = tuple(map(sum, zip(*(v for k, v in by_name.items() if k != CHARITY), strict=True)))
        cash = tuple(2 * gbp for gbp in next(iter(by_name.values())))
        reserve = (by_name[RESERVE][0], *[None] * (years - 1))
        limits = (
            CapitalLimit(trust=None, limits_gbp=together, cash_gbp=cash),
            CapitalLimit(trust="Q01", limits_gbp=reserve, cash_gbp=(None,) * years),
        )
    offer = Offer(
        name=OFFER, route=Route.LEASE, option="CT premium", trusts=frozenset(), years=7, lease_gbp=150_000,
        service_gbp=0, rate=Fraction(475, 10_000), in_advance=True, indexed=True, vat=Fraction(1, 5),
        maintenance_included=True, works_included=False, refresh_years=None, at_end=ContractEnd.RENEW,
        beyond=BeyondPlan.INSIDE, first_year=None, last_year=None,
    )  # fmt: skip
    return replace(
        register,
        capital_limits=limits,
        revenue_limits=(RevenueLimit(trust=first, limits_gbp=(2_500_000,) * years),) if last != first else (),
        offers=(offer,),
    )


def paid_plan(register: Register, plan: Plan) -> Plan:
    """Add who pays, when and by which route, and all that follows from it; figures of the plan add up."""
    schemes = _paid(plan)
    if register.offers:
        schemes = _routes(_shares(register, _two_years(register, schemes)))
    schemes = tuple(_described(register, scheme) for scheme in schemes)
    plan = _with_years(register, replace(plan, schemes=schemes))
    sources = _source_years(register, plan)
    plan = replace(plan, sources=sources, revenue=_revenue(register, plan), tiers=_tiers(plan))
    return _with_figures(register, _judged(plan) if register.offers else plan)


def _judged(plan: Plan) -> Plan:
    """Put a price on what is short of a minimum, over a limit and changed, and flag what should be looked at."""
    short = Counter[int]()
    for line in plan.sources:
        short[line.year] += line.short_gbp
    years = tuple(
        replace(line, money_value_gbp={"under use": short[line.year], "revenue over": 1_000, "changes": 25_000})
        for line in plan.years
    )
    first = plan.schemes[0]
    change = Change(
        what=first.asset_id or "", asset_id=first.asset_id, site=first.site,
        approved="replace 2027/28 by CT standard", planned="keep", firm=True, price_gbp=1_000_000,
    )  # fmt: skip
    flags = (
        Flag(rule="maybe a lease", place=first.site, year=years[1].year,
             message="A van stands here for 364 days in two years running: this may be a lease."),
        Flag(rule="consent", place=first.site, year=years[2].year, message="A share is asked, not agreed."),
    )  # fmt: skip
    return replace(plan, years=years, changes=(change,), flags=flags)


def _paid(plan: Plan) -> tuple[PlannedScheme, ...]:
    """Pay each scheme in its year from the sources that fund it."""
    schemes = []
    for scheme in plan.schemes:
        funding = scheme.funding if plan.funded else {UNFUNDED: scheme.capital_gbp} if scheme.capital_gbp else {}
        payments = tuple(
            Payment(year=scheme.year or 0, trust=scheme.trust, source=source, route=Route.PURCHASE, gbp=gbp)
            for source, gbp in funding.items()
        )
        owner = Payer(trust=scheme.trust, share=Fraction(1), basis="", consent=None)
        payers = (owner,) if payments else ()
        schemes.append(replace(scheme, funding=funding, payments=payments, payers=payers))
    return tuple(schemes)


def _two_years(register: Register, schemes: tuple[PlannedScheme, ...]) -> tuple[PlannedScheme, ...]:
    """Pay a tenth of one scheme in the year before it, where its source has as much left."""
    limits = {source.name: source.limits_gbp[0] for source in register.sources}
    paid = Counter[tuple[str, int]]()
    for scheme in schemes:
        for payment in scheme.payments:
            paid[payment.source, payment.year] += payment.gbp
    for number, scheme in enumerate(schemes):
        for each in scheme.payments:
            early = each.gbp // 10
            fits = limits and paid[each.source, each.year - 1] + early <= limits[each.source]
            if scheme.action is Action.REPLACE and fits and each.year > register.settings.start_year + 1:
                parts = (replace(each, year=each.year - 1, gbp=early), replace(each, gbp=each.gbp - early))
                rest = tuple(other for other in scheme.payments if other is not each)
                return (*schemes[:number], replace(scheme, payments=(*parts, *rest)), *schemes[number + 1 :])
    return schemes


def _shares(register: Register, schemes: tuple[PlannedScheme, ...]) -> tuple[PlannedScheme, ...]:
    """Let another trust bear three tenths of the first scheme bought from a shared source."""
    shared = {source.name for source in register.sources if source.trust is None} | {UNFUNDED}
    others = list(register.trusts)
    done, found = False, []
    for scheme in schemes:
        payers, payments = scheme.payers, scheme.payments
        fits = scheme.action is Action.REPLACE and payments and shared >= {payment.source for payment in payments}
        other = next((trust for trust in others if trust != scheme.trust), None)
        if fits and other is not None and not done:
            done = True
            payers = (
                Payer(trust=other, share=Fraction(3, 10), basis="share of its scans", consent=Consent.ASKED),
                replace(payers[0], share=Fraction(7, 10)),
            )
            parts = [(payment, round_half_up(Fraction(3 * payment.gbp, 10))) for payment in payments]
            payments = tuple(
                each
                for payment, part in parts
                for each in (replace(payment, trust=other, gbp=part), replace(payment, gbp=payment.gbp - part))
            )
        found.append(replace(scheme, payers=payers, payments=payments))
    return tuple(found)


def _routes(schemes: tuple[PlannedScheme, ...]) -> tuple[PlannedScheme, ...]:
    """Lease one machine, and take a price rebate off another."""
    bought = [s for s in schemes if s.action is Action.REPLACE and s.payments and not s.committed]
    leased, rebated = (*bought[-2:], None, None)[:2]

    def routed(scheme: PlannedScheme) -> PlannedScheme:
        if scheme is leased:
            payments = tuple(replace(payment, route=Route.LEASE) for payment in scheme.payments)
            return replace(scheme, route="lease", offer=OFFER, payments=payments)
        return replace(scheme, rebate_gbp=REBATE) if scheme is rebated else scheme

    return tuple(map(routed, schemes))


def _described(register: Register, scheme: PlannedScheme) -> PlannedScheme:
    """Give a scheme its business case, the patients it serves and its effect on revenue."""
    if not scheme.payments or scheme.year is None:
        return scheme
    in_service = dt.date(scheme.year + 1, 3, 31)
    open_case = not scheme.committed
    case = CaseDates(
        status=SchemeStatus.IDEA if open_case else SchemeStatus.ORDERED,
        approver=("Board" if scheme.capital_gbp > 500_000 else "Director of Finance") if open_case else "",
        case_by=dt.date(scheme.year, 3, 31) if open_case else None,
        order_by=dt.date(scheme.year, 9, 30) if open_case else None,
        in_service_by=in_service,
    )
    last = scheme.year == register.settings.horizon[-1]
    others = [trust for trust in register.trusts if trust != scheme.trust]
    benefits = {scheme.trust: Fraction(4, 5), others[0]: Fraction(1, 5)} if others else {scheme.trust: Fraction(1)}
    return replace(
        scheme, case=case, benefits=benefits, revenue_part_year_gbp=20_000,
        revenue_full_year_gbp=None if last else 41_500,
    )  # fmt: skip


def _with_years(register: Register, plan: Plan) -> Plan:
    """Make capital by year of the payments, and real capital of what is bought."""
    index = inflation_factors(register.settings.inflation_rate, len(plan.years))
    years = []
    for position, line in enumerate(plan.years):
        by_source, by_trust, real = Counter[str](), Counter[str](), 0
        for scheme in plan.schemes:
            for payment in scheme.payments:
                if payment.year == line.year:
                    by_source[payment.source] += payment.gbp
                    by_trust[payment.trust] += payment.gbp
            bought = sum(p.gbp for p in scheme.payments if p.year == line.year and p.route is Route.PURCHASE)
            real += round_half_up(bought / (1 + register.settings.vat_rate) / index[position])
        running = {Heading.MAINTENANCE: line.upkeep_gbp - RENTS, Heading.RENT: RENTS}
        years.append(replace(line, capital_by_source=by_source, capital_by_trust=by_trust, capital_real_gbp=real,
                             running_gbp=running))  # fmt: skip
    return replace(plan, years=tuple(years))


def _source_years(register: Register, plan: Plan) -> tuple[SourceYear, ...]:
    lines = []
    for source in register.sources:
        for position, year in enumerate(plan.years):
            limit = source.limits_gbp[position]
            paid = year.capital_by_source.get(source.name, 0)
            minimum = round_half_up(source.minimum_share * limit)
            lines.append(
                SourceYear(source=source.name, year=year.year, limit_gbp=limit, planned_limit_gbp=limit,
                           carried_in_gbp=0, paid_gbp=paid, carried_out_gbp=0, minimum_gbp=minimum,
                           short_gbp=max(0, minimum - paid))
            )  # fmt: skip
    return tuple(lines)


def _revenue(register: Register, plan: Plan) -> tuple[RevenueLine, ...]:
    """The statement: real running costs in cash, split evenly between trusts, then what is no cash."""
    settings, trusts = register.settings, tuple(register.trusts)
    index = inflation_factors(settings.inflation_rate, len(plan.years))
    limits = {line.trust: line.limits_gbp for line in register.revenue_limits}
    lines = []
    for position, year in enumerate(plan.years):
        extra = sum(year.extra_gbp.values())
        for number, trust in enumerate(trusts):
            share = Fraction(1, len(trusts)) * index[position]
            first = number == 0
            rents = RENTS if first else 0
            amounts = {
                Heading.MAINTENANCE: round_half_up(year.upkeep_gbp * share) - rents,
                Heading.OUTSIDE: round_half_up(year.outside_gbp * share),
                Heading.EXTRA_HOURS: round_half_up(extra * share),
                Heading.VAT: 1_800 if first else 0,
                Heading.DISPOSAL: 3_000 if first else 0,
                Heading.DEPRECIATION: 400_000 + 10_000 * position,
                Heading.LOSS: -2_000 if first else 0,
                Heading.INTEREST: 1_500 if first else 0,
                Heading.DIVIDEND: 90_000,
                Heading.RELIEF: -4_000 if first else 0,
            }
            amounts = {heading: gbp for heading, gbp in amounts.items() if gbp}
            held = sum(amounts.values()) - amounts.get(Heading.RELIEF, 0)
            limit = limits[trust][position] if trust in limits else None
            over = 0 if limit is None else max(0, held - limit)
            lines.append(RevenueLine(trust=trust, year=year.year, amounts_gbp=amounts, limit_gbp=limit, over_gbp=over,
                                     lease_rents_gbp=rents))  # fmt: skip
    return tuple(lines)


def _tiers(plan: Plan) -> tuple[TierReached, ...]:
    rebated = [scheme for scheme in plan.schemes if scheme.rebate_gbp]
    return tuple(
        TierReached(framework="Framework {{ 7*7 }}", year=scheme.year or 0, units=3, from_units=3,
                    rebate=Fraction(3, 100), rebate_gbp=scheme.rebate_gbp, real_gbp=10_000)
        for scheme in rebated
    )  # fmt: skip


def _with_figures(register: Register, plan: Plan) -> Plan:
    """Make key figures of money, and the objective as the sum of its parts."""
    factors = discount_factors(register.settings.discount_rate, len(plan.years))

    def worth(amounts: list[int]) -> int:
        return round_half_up(sum((factor * gbp for factor, gbp in zip(factors, amounts, strict=False)), Fraction(0)))

    cash = [
        line.capital_real_gbp + line.upkeep_gbp + line.outside_gbp + sum(line.extra_gbp.values()) - line.resale_gbp
        for line in plan.years
    ]
    values = {
        f"{name.replace(' ', '_')}_value_gbp": worth([line.money_value_gbp.get(name, 0) for line in plan.years])
        for name in ("under use", "revenue over", "changes")
    }
    kpis = {
        **plan.kpis,
        **values,
        "cash_cost_gbp": worth(cash),
        "capital_cash_gbp": sum(scheme.capital_gbp for scheme in plan.schemes),
    }
    parts = [int(gbp) for name, gbp in kpis.items() if name.endswith("_value_gbp") and name != "remaining_value_gbp"]
    objective = int(kpis["cash_cost_gbp"]) - int(kpis["remaining_value_gbp"]) + int(kpis["left_at_end_gbp"])
    objective += sum(parts)
    return replace(plan, kpis=kpis, objective_gbp=objective, bound_gbp=objective - 1_200_000, gap_gbp=1_200_000)


def asked_study(study: Study, register: Register, plan: Plan) -> Study:
    """Add what stands beside a plan only where it was asked for."""
    first, second = tuple(register.trusts)[:2]
    together = BuyingTogether(
        split=Split.SHAPLEY,
        alone={first: plan, second: plan},
        shares=(Share(trust=first, alone_gbp=10_000_000, saving_gbp=300_000),
                Share(trust=second, alone_gbp=8_000_000, saving_gbp=200_000)),
        left_out={}, alone_gbp=18_000_000, joint_gbp=17_500_000, saving_gbp=500_000, saving_low_gbp=400_000,
        saving_high_gbp=600_000, groups=((first, second),),
        coalitions=(Coalition(trusts=(first,), cost_gbp=10_000_000, bound_gbp=9_950_000, value_gbp=0),
                    Coalition(trusts=(second,), cost_gbp=8_000_000, bound_gbp=7_950_000, value_gbp=0),
                    Coalition(trusts=(first, second), cost_gbp=17_500_000, bound_gbp=None, value_gbp=500_000)),
        in_core=True, objection=(), objection_gbp=0,
        sentences=("Together the trusts save £500,000.", "No group would save more by itself."),
    )  # fmt: skip

    def point(limit: Fraction | None, spread: Fraction, price: int) -> FairnessPoint:
        cost = plan.objective_gbp + price
        return FairnessPoint(
            limit=limit, spread=spread, shares={first: Fraction(1, 10), second: Fraction(1, 10) + spread},
            cost_gbp=cost, bound_gbp=cost - 9_000, price_gbp=price, price_share=Fraction(price, plan.objective_gbp),
            price_low_gbp=max(0, price - 9_000), price_high_gbp=price + 9_000, is_impossible=False,
        )  # fmt: skip

    none = FairnessPoint(
        limit=Fraction(0), spread=None, shares={}, cost_gbp=None, bound_gbp=None, price_gbp=None, price_share=None,
        price_low_gbp=None, price_high_gbp=None, is_impossible=True,
    )  # fmt: skip
    fairness = FairnessCurve(
        measure=FairnessMeasure.UNMET,
        points=(point(None, Fraction(6, 100), 0), point(Fraction(3, 100), Fraction(3, 100), 240_000), none),
        sentences=("Without a bound trusts differ by 6.00%.", "With a bound of 0.00% no plan keeps it."),
    )
    years = tuple(
        YearlyCash(year=line.year, owned_gbp=5_000_000, offer_gbp=5_400_000, owned_capital_gbp=3_000_000,
                   offer_capital_gbp=2_000_000, owned_outside=100, offer_outside=90)
        for line in plan.years
    )  # fmt: skip
    challenge = ChallengeResult(
        name="{{ 7*7 }} <i>offer</i>", supplier="Alpine plc", machines=tuple(a.asset_id for a in register.assets[:3]),
        annual_charge_gbp=900_000, owned=plan, offer=replace(plan, objective_gbp=plan.objective_gbp + 750_000),
        why_not="", right_of_use_gbp=450_000, cost_gbp=750_000, cost_low_gbp=-450_000, cost_high_gbp=1_950_000,
        tie_gbp=800_000, tie_low_gbp=640_000, tie_high_gbp=960_000, years=years, assumptions=("Prices rise.",),
        sentences=("Under the offer of Alpine plc the plan costs £750,000 more than owning the machines.",
                   "The two cost the same at a charge of £800,000 a year."),
    )  # fmt: skip
    causes = tuple(
        ChangeCause(change=change, causes=("The limit of Charity in 2028/29 fell by £40,000.",), follows=())
        for change in plan.changes
    )
    return replace(study, together=together, fairness=fairness, challenges=(challenge,), change_causes=causes)
