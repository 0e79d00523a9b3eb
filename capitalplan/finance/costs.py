"""What a purchase costs, what it charges to capital limits, and what is left of its value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from capitalplan.register.register import Curve, Option, Register, Scheme, Upgrade
from capitalplan.settings import Settings, TerminalValue
from capitalplan.terms import discount_factors, inflation_factors, round_half_up, rounded_product

__all__ = [
    "Purchase",
    "Rates",
    "age_risk",
    "breakdown_risk",
    "committed_purchase",
    "energy_cost",
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
    """The money of buying one machine, building one room or making one upgrade.

    Attributes
    ----------
    price_gbp
        Equipment price without optimism bias, £ ex VAT today: what its resale value is a share of.
    equipment_gbp, works_gbp
        Real capital, £ ex VAT, of both years.
    before_gbp
        The part of real capital paid in the year before commissioning (in the same year in the first of the plan).
    residual_equipment_gbp, residual_works_gbp
        What remaining value is taken of.
    charges_gbp, charges_before_gbp
        Charge to capital limits if commissioned in year t, £ cash, positions ``0..T-1``: that of year t, and that of
        the year before it (in the first year of the plan, of that year).
    equipment_charges_gbp
        Equipment with VAT if commissioned in year t, £ cash: what is depreciated over the life of the machine.
    """

    price_gbp: int
    equipment_gbp: int
    works_gbp: int
    before_gbp: int
    residual_equipment_gbp: int
    residual_works_gbp: int
    charges_gbp: tuple[int, ...]
    charges_before_gbp: tuple[int, ...]
    equipment_charges_gbp: tuple[int, ...]

    @property
    def capital_gbp(self) -> int:
        """Real capital of both years, £ ex VAT."""
        return self.equipment_gbp + self.works_gbp

    def charged_gbp(self, year: int) -> int:
        """Charge of both years if commissioned in a year (position), £ cash."""
        return self.charges_gbp[year] + self.charges_before_gbp[year]


def purchase(
    price: int, works: int, settings: Settings, rates: Rates, *, paid_before: Fraction = Fraction(0)
) -> Purchase:
    """Money of a purchase not yet ordered: optimism bias on both parts (HM Treasury / Mott MacDonald 2002).

    Parameters
    ----------
    price, works
        Equipment and enabling works, £ ex VAT today.
    paid_before
        Share of the works paid in the year before commissioning.
    """
    equipment, enabling = price * (1 + settings.optimism_bias_equipment), works * (1 + settings.optimism_bias_works)
    return _bought(price, equipment, enabling, paid_before, settings, rates)


def _bought(
    price: int, equipment: Fraction, works: Fraction, paid_before: Fraction, settings: Settings, rates: Rates
) -> Purchase:
    vat, early, years = 1 + settings.vat_rate, paid_before * works, settings.years
    index = rates.inflation[:years]
    before = _in_cash(early * vat, index)
    return Purchase(
        price_gbp=price,
        equipment_gbp=round_half_up(equipment),
        works_gbp=round_half_up(works),
        before_gbp=rounded_product(paid_before, round_half_up(works)),
        residual_equipment_gbp=round_half_up(equipment),
        residual_works_gbp=round_half_up(works),
        charges_gbp=_in_cash((equipment + works - early) * vat, index),
        charges_before_gbp=before[:1] + before[: years - 1],
        equipment_charges_gbp=_in_cash(equipment * vat, index),
    )


def _in_cash(amount: Fraction, index: tuple[Fraction, ...]) -> tuple[int, ...]:
    """An amount of today in each year's prices, £."""
    return tuple(rounded_product(amount, each) for each in index) if amount else (0,) * len(index)


def committed_purchase(scheme: Scheme, price: int, works: int, settings: Settings, rates: Rates) -> Purchase:
    """Money of a committed scheme: its own cash, no bias; real capital is its cash without VAT and inflation.

    What was paid before the plan starts is left out.
    """
    year = scheme.year - settings.start_year
    before = scheme.paid_before_gbp if year else 0
    after = scheme.capital_gbp - scheme.paid_before_gbp
    early, late = (
        round_half_up(cash / (1 + settings.vat_rate) / rates.inflation[t])
        for cash, t in ((before, year - 1), (after, year))
    )
    years = range(settings.years)
    return Purchase(
        price_gbp=price,
        equipment_gbp=early + late,
        works_gbp=0,
        before_gbp=early,
        residual_equipment_gbp=price,
        residual_works_gbp=works,
        charges_gbp=tuple(after if t == year else 0 for t in years),
        charges_before_gbp=tuple(before if t == year else 0 for t in years),
        equipment_charges_gbp=tuple(scheme.capital_gbp if t == year else 0 for t in years),
    )


def upgrade_purchase(upgrade: Upgrade, settings: Settings, rates: Rates) -> Purchase:
    """Money of an upgrade or life extension: optimism bias as on equipment, no works, and no value of its own left."""
    cost = upgrade.cost_gbp * (1 + settings.optimism_bias_equipment)
    return replace(_bought(0, cost, Fraction(0), Fraction(0), settings, rates), residual_equipment_gbp=0)


def room_purchase(modality: str, register: Register, rates: Rates) -> Purchase:
    """Money of building a room for an added machine: the extra over works in an existing room, dearest option."""
    settings = register.settings
    works = max(
        (option.works_gbp for option in register.options.values() if option.modality == modality and option.can_add),
        default=0,
    )
    own = settings.optimism_bias_rooms
    bias = settings.optimism_bias_works if own is None else own
    extra = works * (1 + bias) * (settings.new_room_factor - 1)
    return _bought(0, Fraction(0), Fraction(extra), settings.works_paid_before, settings, rates)


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
        equipment = rounded_product(bought.residual_equipment_gbp, remaining_share(age, life, rate))
        works_share = remaining_share(age, settings.works_life_years, rate)
        return equipment + rounded_product(bought.residual_works_gbp, works_share)
    if settings.terminal_value is TerminalValue.RESALE and curve is not None:
        return rounded_product(curve.at(curve.resale, age), bought.price_gbp)
    return 0


def age_risk(price: int, age: int, life: int, settings: Settings) -> int:
    """Price of a year's risk of an over-age machine, £: a judgement, linear in years past planned life."""
    return rounded_product(settings.over_age_price, price, age - life) if age > life else 0


def breakdown_risk(expected: Fraction, settings: Settings) -> int:
    """Price of the serious breakdowns expected in a year, £: a judgement."""
    return rounded_product(settings.failure_price_gbp, expected)


def energy_cost(mwh: Fraction, settings: Settings) -> int:
    """Electricity of a machine in a year, £ ex VAT today."""
    return rounded_product(mwh, settings.energy_price_gbp_per_mwh)


def option_life(option: Option, fallback: int) -> int:
    """Planned life of a bought machine, in years."""
    return option.life_years or fallback
