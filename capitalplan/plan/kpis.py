"""Key figures of a plan. Shares are fractions of one; money is discounted real £ unless it says cash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from capitalplan.plan.breaches import Excess
from capitalplan.plan.cashflow import ages_in, remaining_value
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.money_values import CHANGES, REVENUE_OVER, UNDER_USE
from capitalplan.plan.plan import NEW_ROOM, PlannedScheme, RevenueLine, YearLine
from capitalplan.plan.serving import mean_wait, share_over
from capitalplan.terms import Action, Route, Timing, round_half_up

__all__ = ["key_figures"]

YOUNG = 5
OLD = 10


def key_figures(
    choices: Choices,
    drafts: Sequence[Draft],
    schemes: Sequence[PlannedScheme],
    years: Sequence[YearLine],
    excess: Excess,
    revenue: Sequence[RevenueLine],
) -> dict[str, int | float | str]:
    """Key figures by name.

    Age shares use the bands under 5, 5 to 10 and over 10 years of the golden rules of COCIR and ESR (at least 60%, at
    most 30%, at most 10%); machines of exactly 5 or 10 years count to the middle band, which the rules leave open.
    Mean wait and share over the standard are estimates, as those of ``capitalplan.plan.plan.Waiting`` are.
    """
    register = choices.columns.register
    cash = _discounted(
        choices,
        (
            line.capital_real_gbp + line.upkeep_gbp + line.outside_gbp + sum(line.extra_gbp.values()) - line.resale_gbp
            for line in years
        ),
    )
    worth = remaining_value(choices, drafts)
    start = [register.settings.start_year - asset.install_year for asset in register.assets]
    end = ages_in(choices, register.settings.years - 1)
    demand = sum(sum(line.demand.values()) for line in years)
    outside = sum(sum(line.outside_scans.values()) for line in years)
    bought = [scheme for scheme in schemes if scheme.option != NEW_ROOM]
    return {
        "machines_start": len(start),
        "machines_end": years[-1].machines,
        "replacements": sum(scheme.action is Action.REPLACE for scheme in schemes),
        "additions": sum(scheme.units for scheme in bought if scheme.action is Action.ADD),
        "new_rooms": sum(scheme.units for scheme in schemes if scheme.option == NEW_ROOM),
        "new_room_first": sum(scheme.new_room_first for scheme in schemes),
        "upgrades": sum(scheme.action is Action.UPGRADE for scheme in schemes),
        "retirements": sum(scheme.action is Action.RETIRE for scheme in schemes),
        "lease_extensions": sum(scheme.action is Action.EXTEND for scheme in schemes),
        "not_funded": sum(scheme.timing is Timing.NOT_FUNDED for scheme in schemes),
        "capital_cash_gbp": sum(scheme.capital_gbp for scheme in schemes),
        "limits_cash_gbp": sum(sum(source.limits_gbp) for source in register.sources),
        "cash_cost_gbp": round_half_up(cash),
        "remaining_value_gbp": round_half_up(worth),
        "net_cash_cost_gbp": round_half_up(cash - worth),
        "age_risk_value_gbp": round_half_up(_discounted(choices, (line.age_risk_gbp for line in years))),
        "travel_value_gbp": round_half_up(_discounted(choices, (line.travel_gbp for line in years))),
        "demand_scans": demand,
        "outside_scans": outside,
        "outside_share": outside / demand if demand else 0.0,
        "over_age_start": sum(asset.due_year < register.settings.start_year for asset in register.assets),
        "over_age_end": years[-1].over_age,
        **_money(choices, schemes, years, revenue),
        **_service(choices, excess),
        **_service_values(choices, years, excess),
        **_waits(choices),
        **_age_shares("start", start),
        **_age_shares("end", end),
    }


def _money(
    choices: Choices, schemes: Sequence[PlannedScheme], years: Sequence[YearLine], revenue: Sequence[RevenueLine]
) -> dict[str, int]:
    """Rebates and leases in cash, the revenue statement of the first and last year after relief, and what is priced."""
    leased = (payment.gbp for scheme in schemes for payment in scheme.payments if payment.route is not Route.PURCHASE)
    names = {
        "under_use_value_gbp": UNDER_USE,
        "revenue_over_value_gbp": REVENUE_OVER,
        "changes_value_gbp": CHANGES,
    }
    horizon = choices.columns.register.settings.horizon
    return {
        "rebates_gbp": sum(scheme.rebate_gbp for scheme in schemes),
        "lease_capital_gbp": sum(leased),
        **{
            f"revenue_{when}_gbp": sum(sum(line.amounts_gbp.values()) for line in revenue if line.year == year)
            for when, year in (("start", horizon[0]), ("end", horizon[-1]))
        },
        **{
            name: round_half_up(_discounted(choices, (line.money_value_gbp.get(part, 0) for line in years)))
            for name, part in names.items()
        },
    }


def _discounted(choices: Choices, amounts: Iterable[int]) -> Fraction:
    factors = zip(choices.columns.rates.discount, amounts, strict=False)
    return sum((factor * amount for factor, amount in factors), Fraction(0))


def _service(choices: Choices, excess: Excess) -> dict[str, int]:
    """Patients, hours, days and reports of the whole plan, to the nearest whole one."""
    register = choices.columns.register
    trust = {code: site.trust for code, site in register.sites.items()}
    last = register.settings.years - 1
    away = {key: scans for key, scans in choices.flows.items() if key[1] != key[2]}
    amounts = {
        "waiting_end": (patients for (*_, year), patients in choices.lists.items() if year == last),
        "unmet_scans": excess.unmet.values(),
        "unscheduled_away": excess.away.values(),
        "extended_hours": choices.hours.values(),
        "van_days": (Fraction(count * hire.extra.minimum_days) for hire, count in choices.hires),
        "outsourced_reports": (made for (_, _, group, _), made in choices.reports.items() if group is None),
        "patients_moved": away.values(),
        "patients_moved_between_trusts": (
            scans for (_, home, place, _), scans in away.items() if trust[home] != trust[place]
        ),
        "late_reports_end": (late for (*_, year), late in excess.late.items() if year == last),
    }
    return {
        "waiting_start": sum(each.start for each in register.waiting),
        "waiting_target_end": sum(each.targets[-1] for each in register.waiting),
        **{name: round_half_up(sum(values, Fraction(0))) for name, values in amounts.items()},
    }


def _service_values(choices: Choices, years: Sequence[YearLine], excess: Excess) -> dict[str, int]:
    names = {
        "waiting_value_gbp": "waiting",
        "unscheduled_value_gbp": "unscheduled away",
        "unmet_value_gbp": "unmet",
        "late_reports_value_gbp": "late reports",
    }
    values = {
        name: round_half_up(_discounted(choices, (line.service_value_gbp[part] for line in years)))
        for name, part in names.items()
    }
    return values | {"left_at_end_gbp": round_half_up(excess.terminal_gbp(choices))}


def _waits(choices: Choices) -> dict[str, float]:
    """Estimated waits of all lists together at the end of the plan; 0 where nobody may wait."""
    register = choices.columns.register
    last, nothing = register.settings.years - 1, (0,) * register.settings.years
    lists = [
        (choices.lists[each.line, each.site, last], register.waiting_demand.get((each.line, each.site), nothing)[last])
        for each in register.waiting
    ]
    joining = sum(demand for _, demand in lists)
    over = sum(demand * share_over(patients, demand, register) for patients, demand in lists if demand)
    patients = sum((patients for patients, _ in lists), Fraction(0))
    return {
        "mean_wait_weeks_end": mean_wait(patients, joining) if joining else 0.0,
        "share_over_standard_end": over / joining if joining else 0.0,
    }


def _age_shares(when: str, ages: Sequence[int]) -> dict[str, float]:
    count = max(1, len(ages))
    return {
        f"share_under_5_{when}": sum(age < YOUNG for age in ages) / count,
        f"share_5_to_10_{when}": sum(YOUNG <= age <= OLD for age in ages) / count,
        f"share_over_10_{when}": sum(age > OLD for age in ages) / count,
        f"mean_age_{when}": sum(ages) / count,
    }
