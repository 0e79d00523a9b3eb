"""Capital by year, source and trust, and every cost of every year."""

from __future__ import annotations

from collections import Counter
from statistics import median

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import NEW_ROOM, Plan
from capitalplan.register.register import Register
from capitalplan.terms import UNFUNDED, ExtraKind, discount_factors, year_label
from reports.figures.names import Cells

__all__ = [
    "cost_year_cells",
    "sources_of",
    "spend_cells",
    "trust_spend_cells",
    "typical_scanner_gbp",
    "year_cells",
]

SERVICE = ("waiting", "unscheduled away", "unmet", "late reports")
MONEY = ("under use", "revenue over", "changes")
"""Values that a plan puts on service not given and on money, as its yearly figures name them."""


def typical_scanner_gbp(plan: Plan) -> float | None:
    """Median capital charged for a CT or MR scanner that is bought outright, £ cash; None where none is."""
    prices = [
        scheme.capital_gbp / scheme.units
        for scheme in plan.schemes
        if scheme.units
        and scheme.capital_gbp
        and scheme.modality in {"CT", "MR"}
        and scheme.option != NEW_ROOM
        and scheme.offer is None
    ]
    return median(prices) if prices else None


def sources_of(plan: Plan) -> list[str]:
    """Names of the funding sources, in order."""
    named = {source for line in plan.years for source in (*line.limit_by_source, *line.capital_by_source)}
    return sorted(named) if plan.funded else [UNFUNDED]


def year_cells(plan: Plan, study: Study) -> Cells:
    """Need, limit and spend by year, all sources together."""
    need: Counter[int] = Counter()
    for line in study.need:
        need[line.year] += line.capital_gbp
    for year in plan.years:
        limit = sum(year.limit_by_source.values()) if plan.funded else None
        spent = sum(year.capital_by_trust.values())
        yield (
            year.year,
            year_label(year.year),
            _firmness(plan, year.firm),
            need[year.year],
            limit,
            spent,
            None if limit is None else limit - spent,
        )


def _firmness(plan: Plan, firm: bool) -> str:
    if not plan.funded:
        return "not given"
    return "firm" if firm else "indicative"


def spend_cells(plan: Plan, sources: list[str]) -> Cells:
    """Limit, spend and committed spend by year and source."""
    committed: Counter[tuple[int, str]] = Counter()
    for scheme in plan.schemes:
        for payment in scheme.payments if scheme.committed else ():
            committed[payment.year, payment.source] += payment.gbp
    for line in plan.years:
        for source in sources:
            limit = line.limit_by_source.get(source, 0) if plan.funded else None
            paid = line.capital_by_source.get(source, 0)
            left = None if limit is None else limit - paid
            firm = _firmness(plan, line.firm)
            yield line.year, year_label(line.year), source, firm, limit, paid, committed[line.year, source], left


def trust_spend_cells(register: Register, plan: Plan) -> Cells:
    """Spend by trust and year."""
    for code, trust in register.trusts.items():
        for line in plan.years:
            yield code, trust.name, line.year, year_label(line.year), line.capital_by_trust.get(code, 0)


def cost_year_cells(register: Register, plan: Plan) -> Cells:
    """Every cost of every year, real £ ex VAT, and what it is worth discounted; judgements stand after cash."""
    kinds = {each.name: each.kind for each in register.extra}
    factors = discount_factors(register.settings.discount_rate, len(plan.years))
    for line, factor in zip(plan.years, factors, strict=False):
        extra = dict.fromkeys((ExtraKind.HOURS, ExtraKind.VAN, ExtraKind.REPORTING), 0)
        for name, amount in line.extra_gbp.items():
            extra[kinds[name]] += amount
        cash = (
            line.capital_real_gbp,
            line.upkeep_gbp,
            line.outside_gbp,
            *extra.values(),
            -line.resale_gbp,
        )
        total = sum(cash)
        judged = (
            line.travel_gbp,
            line.age_risk_gbp,
            *(line.service_value_gbp.get(name, 0) for name in SERVICE),
            *(line.money_value_gbp.get(name, 0) for name in MONEY),
        )
        yield line.year, year_label(line.year), *cash, total, float(factor), float(factor * total), *judged
