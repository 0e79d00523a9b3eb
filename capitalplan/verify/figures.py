"""Whether the yearly figures the plan shows are those its lines make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from capitalplan.plan.plan import Plan, YearLine
from capitalplan.terms import Heading, round_half_up, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, count
from capitalplan.verify.holdings import Holding
from capitalplan.verify.money.burdens import Burdens
from capitalplan.verify.money.limits import paid_by_source
from capitalplan.verify.money.outlays import Outlay, bear
from capitalplan.verify.objective import ServiceCosts
from capitalplan.verify.traffic import Traffic, sum_capacity

__all__ = ["check_figures", "recompute_years"]

POUNDS = (
    "capital_by_source",
    "limit_by_source",
    "capital_by_trust",
    "upkeep_gbp",
    "running_gbp",
    "capital_real_gbp",
    "resale_gbp",
    "outside_gbp",
    "extra_gbp",
    "travel_gbp",
    "age_risk_gbp",
    "service_value_gbp",
    "money_value_gbp",
)
COUNTS = ("breakdowns", "demand", "capacity", "outside_scans", "machines", "over_age")


def check_figures(context: Context, plan: Plan, expected: Sequence[YearLine], findings: Findings) -> bool:
    """Require one line a year, in order, and every yearly figure to be as recomputed.

    Returns whether there is one line a year; without, no yearly figure is compared.
    """
    name = context.settings.network_name
    message = f"The plan is of the network '{plan.network}', the register of '{name}'."
    findings.require("figures", plan.network == name, message, place=name)
    years = tuple(line.year for line in plan.years)
    message = "The yearly figures do not run over the years of the plan, one line a year."
    if not findings.require("figures", years == context.settings.horizon, message, place=name, unit="years"):
        return False
    for stated, right in zip(plan.years, expected, strict=True):
        message = f"The limits of {year_label(stated.year)} are {'firm' if right.firm else 'indicative'}."
        findings.require("figures", stated.firm == right.firm, message, place=name, year=stated.year)
        for field in (*POUNDS, *COUNTS):
            _compare(field, stated, right, name, findings)
    return True


def _compare(field: str, stated: YearLine, right: YearLine, network: str, findings: Findings) -> None:
    """Compare one figure, or one of each source, trust or service line; absent and nought are the same."""
    found, expected = (_by_place(getattr(line, field), network) for line in (stated, right))
    unit, what = "£" if field in POUNDS else "number", field.removesuffix("_gbp").replace("_", " ")
    for place in sorted({*found, *expected}):
        a, b = found.get(place, 0), expected.get(place, 0)
        message = (
            f"The {what} of {place} in {year_label(right.year)} is {count(a)} in the plan; recomputed it is {count(b)}."
        )
        findings.require("figures", a == b, message, place=place, year=right.year, amount=a - b, unit=unit)


def _by_place(figure: int | Fraction | Mapping[str, int], network: str) -> Mapping[str, int | Fraction]:
    return figure if isinstance(figure, Mapping) else {network: figure}


def recompute_years(
    context: Context,
    plan: Plan,
    traffic: Traffic,
    costs: ServiceCosts,
    burdens: Burdens,
    *,
    holdings: Sequence[Holding],
    outlays: Sequence[Outlay],
) -> list[YearLine]:
    """Recompute the line of every year."""
    paid = paid_by_source(plan.schemes)
    by_trust: defaultdict[int, Counter[str]] = defaultdict(Counter)
    rebates: Counter[int] = Counter()
    for outlay in outlays:
        for (t, _, trust), amount in bear(context, outlay).items():
            by_trust[t][trust] += amount
        if outlay.stint is not None:
            rebates[outlay.stint.machine.first] += outlay.units * sum(rebate.real for rebate in outlay.rebates)
    capacity = sum_capacity(context, holdings)
    lines = []
    for t, year in enumerate(context.settings.horizon):
        running: Counter[Heading] = Counter()
        for holding in holdings:
            for heading, amounts in holding.running.items():
                running[heading] += amounts[t]
        outside: defaultdict[str, Fraction] = defaultdict(Fraction)
        for (service, _, at), scans in traffic.outside.items():
            if at == t:
                outside[service] += scans
        lines.append(
            YearLine(
                year=year,
                firm=t < context.settings.firm_years,
                capital_by_source={source: amount for (source, when), amount in paid.items() if when == year},
                limit_by_source={source.name: source.limits_gbp[t] for source in context.register.sources},
                capital_by_trust=by_trust[t],
                upkeep_gbp=sum(holding.upkeep[t] for holding in holdings),
                running_gbp=running,
                capital_real_gbp=sum(holding.capital[t] for holding in holdings) - rebates[t],
                resale_gbp=sum(holding.receipts[t] for holding in holdings),
                outside_gbp=round_half_up(costs.outside[t]),
                extra_gbp={name: round_half_up(amount) for name, amount in costs.extra[t].items()},
                travel_gbp=round_half_up(costs.travel[t]),
                age_risk_gbp=sum(holding.age_risk[t] for holding in holdings),
                service_value_gbp={word: round_half_up(amount) for word, amount in costs.values[t].items()},
                money_value_gbp={word: round_half_up(amount) for word, amount in burdens.values[t].items()},
                breakdowns=sum((holding.breakdowns[t] for holding in holdings), Fraction(0)),
                demand=_by_line({key: scans[t] for key, scans in context.register.demand.items()}),
                capacity=_by_line({key: scans[t] for key, scans in capacity.items()}),
                outside_scans={service: round_half_up(scans) for service, scans in outside.items()},
                machines=sum(holding.machines[t] for holding in holdings),
                over_age=sum(holding.over_age[t] for holding in holdings),
            )
        )
    return lines


def _by_line(values: Mapping[tuple[str, str], int]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for (line, _), value in values.items():
        total[line] += value
    return dict(total)
