"""What a purchase costs, what it charges to capital limits, and what is left of its value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from capitalplan.register.register import Curve, Option, Register, Scheme, Upgrade
from capitalplan.settings import Settings, TerminalValue
from capitalplan.terms import discount_factors, inflation_factors, round_half_up

__all__ = [
    "Purchase",
    "Rates",
    "age_risk",
    "breakdown_risk",
    "committed_purchase",
    "option_life",
    "purchase",
    "remaining_share",
    "room_purchase",
    "terminal_value",
    "upgrade_purchase",
]


@dataclass(frozen=True, slots=True)
class Rates:
    """Discount factors and price indices of a horizon, exact to nine decimals, positions ``0..T``."""

    discount: tuple[Fraction, ...]
    inflation: tuple[Fraction, ...]

    @classmethod
    def of(cls, settings: Settings) -> Rates:
        """Rates of the settings' horizon."""
        return cls(
            discount=discount_factors(settings.discount_rate, settings.years),
            inflation=inflation_factors(settings.inflation_rate, settings.years),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """The money of buying one machine or building one room.

    Attributes
    ----------
    price_gbp
        Equipment price without optimism bias, £ ex VAT today: the base of age risk and resale.
    equipment_gbp, works_gbp
        Real capital, £ ex VAT.
    residual_equipment_gbp, residual_works_gbp
        What remaining value is taken of.
    charges_gbp
        Charge to capital limits if commissioned in year t, £ cash, positions ``0..T-1``.
    """

    price_gbp: int
    equipment_gbp: int
    works_gbp: int
    residual_equipment_gbp: int
    residual_works_gbp: int
    charges_gbp: tuple[int, ...]


def purchase(price: int, works: int, settings: Settings, rates: Rates) -> Purchase:
    """Money of a purchase not yet ordered: optimism bias on both parts (HM Treasury / Mott MacDonald 2002)."""
    equipment = price * (1 + settings.optimism_bias_equipment)
    enabling = works * (1 + settings.optimism_bias_works)
    vat = 1 + settings.vat_rate
    return Purchase(
        price_gbp=price,
        equipment_gbp=round_half_up(Fraction(equipment)),
        works_gbp=round_half_up(Fraction(enabling)),
        residual_equipment_gbp=round_half_up(Fraction(equipment)),
        residual_works_gbp=round_half_up(Fraction(enabling)),
        charges_gbp=tuple(
            round_half_up((equipment + enabling) * vat * rates.inflation[t]) for t in range(settings.years)
        ),
    )


def committed_purchase(scheme: Scheme, price: int, works: int, settings: Settings, rates: Rates) -> Purchase:
    """Money of a committed scheme: its own cash, no bias; real capital is its cash without VAT and inflation."""
    year = scheme.year - settings.start_year
    real = round_half_up(scheme.capital_gbp / (1 + settings.vat_rate) / rates.inflation[year])
    return Purchase(
        price_gbp=price,
        equipment_gbp=real,
        works_gbp=0,
        residual_equipment_gbp=price,
        residual_works_gbp=works,
        charges_gbp=tuple(scheme.capital_gbp if t == year else 0 for t in range(settings.years)),
    )


def upgrade_purchase(upgrade: Upgrade, settings: Settings, rates: Rates) -> Purchase:
    """Money of an upgrade or life extension: optimism bias as on equipment, no works, and no value of its own left."""
    cost = upgrade.cost_gbp * (1 + settings.optimism_bias_equipment)
    vat = 1 + settings.vat_rate
    return Purchase(
        price_gbp=0,
        equipment_gbp=round_half_up(cost),
        works_gbp=0,
        residual_equipment_gbp=0,
        residual_works_gbp=0,
        charges_gbp=tuple(round_half_up(cost * vat * rates.inflation[t]) for t in range(settings.years)),
    )


def room_purchase(modality: str, register: Register, rates: Rates) -> Purchase:
    """Money of building a room for an added machine: the extra over works in an existing room, dearest option."""
    settings = register.settings
    works = max(
        (option.works_gbp for option in register.options.values() if option.modality == modality and option.can_add),
        default=0,
    )
    extra = works * (1 + settings.optimism_bias_works) * (settings.new_room_factor - 1)
    vat = 1 + settings.vat_rate
    return Purchase(
        price_gbp=0,
        equipment_gbp=0,
        works_gbp=round_half_up(extra),
        residual_equipment_gbp=0,
        residual_works_gbp=round_half_up(extra),
        charges_gbp=tuple(round_half_up(extra * vat * rates.inflation[t]) for t in range(settings.years)),
    )


@lru_cache(maxsize=4096)
def remaining_share(age: int, life: int, rate: Fraction) -> Fraction:
    """Share of the price that is left at an age: the annuity value of the unused part of a planned life.

    ``(1 - (1+rho)^-(L-a)) / (1 - (1+rho)^-L)`` before the end of life, 0 after; ``(L-a)/L`` without discounting.
    """
    if age >= life:
        return Fraction(0)
    if rate == 0:
        return Fraction(life - age, life)
    return (1 - (1 + rate) ** (age - life)) / (1 - (1 + rate) ** -life)


def terminal_value(bought: Purchase, age: int, life: int, curve: Curve | None, settings: Settings) -> int:
    """Worth at the end of the horizon of something bought in it, £; ``curve`` is None for a room."""
    if settings.terminal_value is TerminalValue.ANNUITY:
        rate = settings.discount_rate
        equipment = round_half_up(bought.residual_equipment_gbp * remaining_share(age, life, rate))
        works_share = remaining_share(age, settings.works_life_years, rate)
        return equipment + round_half_up(bought.residual_works_gbp * works_share)
    if settings.terminal_value is TerminalValue.RESALE and curve is not None:
        return round_half_up(curve.at(curve.resale, age) * bought.price_gbp)
    return 0


def age_risk(price: int, age: int, life: int, settings: Settings) -> int:
    """Price of a year's risk of an over-age machine, £: a judgement, linear in years past planned life."""
    return round_half_up(settings.over_age_price * price * max(0, age - life))


def breakdown_risk(expected: Fraction, settings: Settings) -> int:
    """Price of the serious breakdowns expected in a year, £: a judgement."""
    return round_half_up(settings.failure_price_gbp * expected)


def option_life(option: Option, fallback: int) -> int:
    """Planned life of a bought machine, in years."""
    return option.life_years or fallback
