"""Key figures of a plan. Shares are fractions of one; money is discounted real £ unless it says cash."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from capitalplan.plan.cashflow import ages_in, remaining_value
from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import NEW_ROOM, PlannedScheme, YearLine
from capitalplan.terms import Action, Timing, round_half_up

__all__ = ["key_figures"]

YOUNG = 5
OLD = 10


def key_figures(
    choices: Choices, schemes: Sequence[PlannedScheme], years: Sequence[YearLine]
) -> dict[str, int | float | str]:
    """Key figures by name.

    Age shares use the bands under 5, 5 to 10 and over 10 years of the golden rules of COCIR and ESR (at least 60%, at
    most 30%, at most 10%); machines of exactly 5 or 10 years count to the middle band, which the rules leave open.
    """
    register = choices.columns.register
    discount = choices.columns.rates.discount
    cash = sum(
        (
            discount[t] * (line.capital_real_gbp + line.upkeep_gbp + line.outside_gbp - line.resale_gbp)
            for t, line in enumerate(years)
        ),
        Fraction(0),
    )
    worth = remaining_value(choices)
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
        "retirements": sum(scheme.action is Action.RETIRE for scheme in schemes),
        "lease_extensions": sum(scheme.action is Action.EXTEND for scheme in schemes),
        "not_funded": sum(scheme.timing is Timing.NOT_FUNDED for scheme in schemes),
        "capital_cash_gbp": sum(scheme.capital_gbp for scheme in schemes),
        "limits_cash_gbp": sum(sum(source.limits_gbp) for source in register.sources),
        "cash_cost_gbp": round_half_up(cash),
        "remaining_value_gbp": round_half_up(worth),
        "net_cash_cost_gbp": round_half_up(cash - worth),
        "age_risk_value_gbp": round_half_up(
            sum((discount[t] * line.age_risk_gbp for t, line in enumerate(years)), Fraction(0))
        ),
        "travel_value_gbp": round_half_up(
            sum((discount[t] * line.travel_gbp for t, line in enumerate(years)), Fraction(0))
        ),
        "demand_scans": demand,
        "outside_scans": outside,
        "outside_share": outside / demand if demand else 0.0,
        "over_age_start": sum(asset.due_year < register.settings.start_year for asset in register.assets),
        "over_age_end": years[-1].over_age,
        **_age_shares("start", start),
        **_age_shares("end", end),
    }


def _age_shares(when: str, ages: Sequence[int]) -> dict[str, float]:
    count = max(1, len(ages))
    return {
        f"share_under_5_{when}": sum(age < YOUNG for age in ages) / count,
        f"share_5_to_10_{when}": sum(YOUNG <= age <= OLD for age in ages) / count,
        f"share_over_10_{when}": sum(age > OLD for age in ages) / count,
        f"mean_age_{when}": sum(ages) / count,
    }
