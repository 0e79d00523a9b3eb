"""Whether the key figures the plan shows are those its lines, years and machines make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.plan.plan import NEW_ROOM, Plan, YearLine
from capitalplan.terms import Action, Route, Timing, round_half_up
from capitalplan.verify.context import Context
from capitalplan.verify.elastic import Elastic
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding
from capitalplan.verify.money.burdens import MONEY_VALUES
from capitalplan.verify.money.outlays import Outlay, bear
from capitalplan.verify.money.statement import Statement
from capitalplan.verify.objective import SERVICE_VALUES, ServiceCosts
from capitalplan.verify.provision import Provision
from capitalplan.verify.traffic import Traffic
from capitalplan.verify.waiting import mean_weeks, share_over

__all__ = ["Recomputed", "check_key_figures"]

NEAR = Fraction(1, 10**9)
"""Most by which a share or a mean may be out, as it is kept as a floating-point number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """All that was recomputed of a plan and that its key figures are made of."""

    years: Sequence[YearLine]
    holdings: Sequence[Holding]
    outlays: Sequence[Outlay]
    statement: Statement
    traffic: Traffic
    provision: Provision
    elastic: Elastic
    costs: ServiceCosts


def check_key_figures(context: Context, plan: Plan, known: Recomputed, findings: Findings) -> None:
    """Require every key figure that is known here by name to be as recomputed."""
    expected = {
        **_counts(context, plan, known.years),
        **_services(context, known),
        **_values(context, known),
        **_cash(context, known),
        **_ages(context, known.holdings),
    }
    for name, right in expected.items():
        if name not in plan.kpis:
            continue
        stated = plan.kpis[name]
        finite = isinstance(stated, int) or (isinstance(stated, float) and abs(stated) < float("inf"))
        out = Fraction(stated) - right if finite else Fraction(1)
        holds = out == 0 if right.denominator == 1 and isinstance(stated, int) else abs(out) <= NEAR
        words = f"{float(right):,.6f}".rstrip("0").rstrip(".")
        message = f"The key figure '{name}' is {stated} in the plan; recomputed it is {words}."
        findings.require("figures", holds, message, place=plan.network, amount=out, unit="number")


def _counts(context: Context, plan: Plan, years: Sequence[YearLine]) -> dict[str, Fraction]:
    machines = [line for line in plan.schemes if line.option != NEW_ROOM]
    rooms = [line for line in plan.schemes if line.option == NEW_ROOM]
    actions = [line.action for line in plan.schemes]
    demand = sum(sum(year.demand.values()) for year in years)
    outside = sum(sum(year.outside_scans.values()) for year in years)
    counts = {
        "machines_start": len(context.assets),
        "over_age_start": sum(asset.due_year < context.settings.start_year for asset in context.assets.values()),
        "machines_end": years[-1].machines,
        "over_age_end": years[-1].over_age,
        "replacements": actions.count(Action.REPLACE),
        "additions": sum(line.units for line in machines if line.action is Action.ADD),
        "new_rooms": sum(line.units for line in rooms),
        "retirements": actions.count(Action.RETIRE),
        "lease_extensions": actions.count(Action.EXTEND),
        "upgrades": actions.count(Action.UPGRADE),
        "new_room_first": sum(line.new_room_first for line in plan.schemes),
        "not_funded": sum(line.timing is Timing.NOT_FUNDED for line in plan.schemes),
        "demand_scans": demand,
        "outside_scans": outside,
    }
    share = Fraction(outside, demand) if demand else Fraction(0)
    return {name: Fraction(count) for name, count in counts.items()} | {"outside_share": share}


def _services(context: Context, known: Recomputed) -> dict[str, Fraction]:
    last, lists = context.years - 1, context.lists
    ends = [(line, site, last) for line, site in lists]
    patients = sum((known.provision.waiting(place) for place in ends), Fraction(0))
    demand = sum(context.waiting_demand(place) for place in ends)
    over = Fraction(0)
    for place in ends:
        mean = mean_weeks(context, known.provision, place)
        over += context.waiting_demand(place) * (Fraction(0) if mean is None else share_over(context, mean))
    reports = known.provision.reports.values()
    totals: dict[str, Iterable[Fraction | int]] = {
        "waiting_start": [waiting.start for waiting in lists.values()],
        "waiting_end": [patients],
        "waiting_target_end": [waiting.targets[last] for waiting in lists.values()],
        "unmet_scans": known.elastic.unmet.values(),
        "unscheduled_away": known.elastic.away.values(),
        "extended_hours": known.provision.hours.values(),
        "van_days": [van.days for van in known.provision.vans.values()],
        "outsourced_reports": [each.outsourced for each in reports],
        "patients_moved": known.traffic.moved.values(),
        "patients_moved_between_trusts": known.traffic.between.values(),
        "late_reports_end": [reports for (_, _, t), reports in known.elastic.late.items() if t == last],
    }
    return {
        **{name: Fraction(round_half_up(Fraction(sum(amounts)))) for name, amounts in totals.items()},
        "mean_wait_weeks_end": patients * 52 / demand if demand else Fraction(0),
        "share_over_standard_end": over / demand if demand else Fraction(0),
    }


def _values(context: Context, known: Recomputed) -> dict[str, Fraction]:
    years = known.years

    def discounted(amounts: Sequence[int]) -> Fraction:
        factors = context.discount[: context.years]
        return sum((factor * amount for factor, amount in zip(factors, amounts, strict=True)), Fraction(0))

    cash = discounted(
        [
            year.capital_real_gbp + year.upkeep_gbp + year.outside_gbp + sum(year.extra_gbp.values()) - year.resale_gbp
            for year in years
        ]
    )
    end = context.discount[context.years]
    given = sum(outlay.units * rebate.worth for outlay in known.outlays for rebate in outlay.rebates)
    worth = end * (sum(holding.terminal for holding in known.holdings) - given)
    charged = sum(sum(year.capital_by_trust.values()) for year in years)
    amounts = {
        "capital_cash_gbp": Fraction(charged),
        "limits_cash_gbp": Fraction(sum(sum(source.limits_gbp) for source in context.register.sources)),
        "cash_cost_gbp": cash,
        "remaining_value_gbp": worth,
        "net_cash_cost_gbp": cash - worth,
        "age_risk_value_gbp": discounted([year.age_risk_gbp for year in years]),
        "travel_value_gbp": discounted([year.travel_gbp for year in years]),
        "left_at_end_gbp": end * known.costs.terminal,
    }
    for word in SERVICE_VALUES:
        key = f"{word.removesuffix(' away').replace(' ', '_')}_value_gbp"
        amounts[key] = discounted([year.service_value_gbp[word] for year in years])
    for word in MONEY_VALUES:
        key = f"{word.replace(' ', '_')}_value_gbp"
        amounts[key] = discounted([year.money_value_gbp.get(word, 0) for year in years])
    return {name: Fraction(round_half_up(amount)) for name, amount in amounts.items()}


def _cash(context: Context, known: Recomputed) -> dict[str, Fraction]:
    leased = sum(
        amount
        for outlay in known.outlays
        for (_, route, _), amount in bear(context, outlay).items()
        if route is not Route.PURCHASE
    )
    revenue: Counter[int] = Counter()
    for (_, t), amounts in known.statement.amounts.items():
        revenue[t] += sum(amounts.values())
    figures = {
        "lease_capital_gbp": leased,
        "rebates_gbp": sum(outlay.rebate_cash for outlay in known.outlays),
        "revenue_start_gbp": revenue[0],
        "revenue_end_gbp": revenue[context.years - 1],
    }
    return {name: Fraction(amount) for name, amount in figures.items()}


def _ages(context: Context, holdings: Sequence[Holding]) -> dict[str, Fraction]:
    start = [context.settings.start_year - asset.install_year for asset in context.register.assets]
    end = [
        age
        for holding in holdings
        for t, age in holding.ages_in_service()
        if t == context.years - 1
        for _ in range(holding.units)
    ]
    figures = {}
    for when, ages in (("start", start), ("end", end)):
        count = max(1, len(ages))
        figures[f"share_under_5_{when}"] = Fraction(sum(age < 5 for age in ages), count)
        figures[f"share_5_to_10_{when}"] = Fraction(sum(5 <= age <= 10 for age in ages), count)
        figures[f"share_over_10_{when}"] = Fraction(sum(age > 10 for age in ages), count)
        figures[f"mean_age_{when}"] = Fraction(sum(ages), count)
    return figures
