"""Leases and managed services: what their rents are worth when they begin, and their charges year by year.

Right-of-use values count against capital limits under IFRS 16, which NHS bodies apply from 1 April 2022.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from capitalplan.finance.costs import Rates
from capitalplan.register.register import Contract, Offer
from capitalplan.settings import Settings
from capitalplan.terms import BeyondPlan, inflation_factors, round_half_up

__all__ = [
    "beyond_plan",
    "extension_charges",
    "offer_charges",
    "rent_factor",
    "right_of_use",
    "right_of_use_charges",
]


@lru_cache(maxsize=1024)
def rent_factor(years: int, rate: Fraction, *, in_advance: bool) -> Fraction:
    """Value of £1 of rent a year over some years, ``AF(n)``, exact.

    Parameters
    ----------
    years
        Rents paid.
    rate
        Nominal rate a year, as a share.
    in_advance
        Whether they are paid at the start of each year rather than at its end.
    """
    first = 0 if in_advance else 1
    return sum(((1 + rate) ** -k for k in range(first, years + first)), Fraction(0))


def right_of_use(offer: Offer, index: Fraction, years: int | None = None) -> int:
    """Value of the rents of a contract that begins when prices stand at ``index``, £ cash; of its last years only."""
    left = offer.years if years is None else years
    return round_half_up(offer.lease_gbp * rent_factor(left, offer.rate, in_advance=offer.in_advance) * index)


def right_of_use_charges(offer: Offer, settings: Settings, rates: Rates) -> tuple[int, ...]:
    """Charge to capital limits of a contract that begins in year t, £ cash, positions ``0..T-1``; 0 without IFRS 16."""
    return tuple(right_of_use(offer, rates.inflation[t]) if settings.ifrs16 else 0 for t in range(settings.years))


def extension_charges(contract: Contract, settings: Settings, rates: Rates) -> tuple[int, ...]:
    """Charge to capital limits of extending a lease that exists today, £ cash, in the first year after its end."""
    first = max(0, contract.end_year - settings.start_year)
    factor = rent_factor(contract.extension_years, settings.lease_rate, in_advance=True)
    return tuple(
        round_half_up(contract.extension_charge_gbp * factor * rates.inflation[t])
        if settings.ifrs16 and contract.extension_years and t == first
        else 0
        for t in range(settings.years)
    )


def offer_charges(offer: Offer, ages: range, settings: Settings) -> tuple[tuple[int, int], ...]:
    """Rent and unitary charge at each age of the machine, real £; where not indexed they lose value once agreed."""
    index = inflation_factors(Fraction(0) if offer.indexed else settings.inflation_rate, offer.years)
    return tuple(
        (
            round_half_up(offer.lease_gbp / index[age % offer.years]),
            round_half_up(offer.service_gbp / index[age % offer.years]),
        )
        for age in ages
    )


def beyond_plan(offer: Offer, age: int, settings: Settings) -> int:
    """Charges still to pay for the contract running at an age, £ discounted to it; 0 where they are not counted."""
    if offer.beyond is BeyondPlan.INSIDE:
        return 0
    end = -(-age // offer.years) * offer.years
    charges = offer_charges(offer, range(age, end), settings)
    return round_half_up(
        sum((sum(both) * (1 + settings.discount_rate) ** -k for k, both in enumerate(charges)), Fraction(0))
    )
