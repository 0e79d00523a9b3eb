"""Price tiers of frameworks: which is reached, and what it takes off a machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.finance.costs import Rates, remaining_share
from capitalplan.register.register import Tier
from capitalplan.settings import Settings, TerminalValue
from capitalplan.terms import round_half_up

__all__ = ["RebateMoney", "reached", "rebate_money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RebateMoney:
    """What a tier takes off one machine.

    Attributes
    ----------
    real_gbp
        Off real capital, £ ex VAT.
    charge_gbp
        Off the charge to limits in the year of commissioning, £ cash.
    residual_gbp
        Off its value at the end of the plan, £; 0 where it does not stand to the end.
    present_value_gbp
        Off its discounted cost, £.
    """

    real_gbp: int
    charge_gbp: int
    residual_gbp: int
    present_value_gbp: int


def reached(tiers: Iterable[Tier], units: int, year: int) -> Tier | None:
    """Tier of a framework that a number of machines bought in a financial year reaches, if any."""
    return next(
        (
            tier
            for tier in tiers
            if tier.holds(year) and tier.from_units <= units and (tier.to_units is None or units <= tier.to_units)
        ),
        None,
    )


def rebate_money(
    tier: Tier, price: int, year: int, life: int, settings: Settings, rates: Rates, *, stands_to_end: bool
) -> RebateMoney:
    """Money of a rebate on one machine.

    Parameters
    ----------
    price
        Equipment price without optimism bias, £ ex VAT today.
    year
        Position of the year of commissioning.
    life
        Planned life of the machine, years.
    stands_to_end
        Whether it is in service when the plan ends.
    """
    equipment = price * (1 + settings.optimism_bias_equipment)
    real = round_half_up(tier.rebate * round_half_up(equipment))
    cash = tier.rebate * equipment * (1 + settings.vat_rate) * rates.inflation[year]
    counted = stands_to_end and settings.terminal_value is TerminalValue.ANNUITY
    left = remaining_share(settings.years - year, life, settings.discount_rate) if counted else Fraction(0)
    residual = round_half_up(real * left)
    discount = rates.discount
    return RebateMoney(
        real_gbp=real,
        charge_gbp=round_half_up(cash),
        residual_gbp=residual,
        present_value_gbp=round_half_up(discount[year] * real - discount[settings.years] * residual),
    )
