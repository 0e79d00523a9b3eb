"""A contract's years in the revenue statement: rent and unitary charge, or depreciation and interest of a right of use.

Under IFRS 16 a lease stands in the statement as straight-line depreciation of its right-of-use value and as interest on
what is left to pay; its rents are cash only.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from capitalplan.finance.costs import Rates
from capitalplan.finance.leases import rent_factor
from capitalplan.register.register import Contract, Offer
from capitalplan.settings import Settings
from capitalplan.terms import round_half_up

__all__ = ["ContractYear", "RentTerms", "contract_years", "extension_terms", "offer_terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RentTerms:
    """What a contract asks for a machine.

    Attributes
    ----------
    lease_gbp, service_gbp
        Rent (or embedded lease) and the rest of the charge, £ a year ex VAT today.
    years
        Length of the contract.
    rate
        Nominal rate at which rents are valued.
    in_advance
        Whether rents are paid at the start of each year.
    indexed
        Whether charges rise with inflation.
    vat
        VAT that cannot be recovered, as a share of the charge.
    """

    lease_gbp: int
    service_gbp: int
    years: int
    rate: Fraction
    in_advance: bool
    indexed: bool
    vat: Fraction


@dataclass(frozen=True, slots=True)
class ContractYear:
    """A year of a contract in the statement, £ cash.

    Attributes
    ----------
    rent
        What of the rent stands in the statement as rent.
    lease_rent
        Rent paid that stands in it as depreciation and interest instead.
    """

    rent: int
    unitary: int
    vat: int
    depreciation: int = 0
    interest: int = 0
    lease_rent: int = 0


def offer_terms(offer: Offer) -> RentTerms:
    """Terms of a line of Routes."""
    return RentTerms(
        lease_gbp=offer.lease_gbp,
        service_gbp=offer.service_gbp,
        years=offer.years,
        rate=offer.rate,
        in_advance=offer.in_advance,
        indexed=offer.indexed,
        vat=offer.vat,
    )


def extension_terms(contract: Contract, settings: Settings) -> RentTerms:
    """Terms of extending a lease that exists today: indexed, paid in advance, valued at the published rate."""
    return RentTerms(
        lease_gbp=contract.extension_charge_gbp,
        service_gbp=0,
        years=contract.extension_years,
        rate=settings.lease_rate,
        in_advance=True,
        indexed=True,
        vat=settings.lease_vat_rate,
    )


def contract_years(terms: RentTerms, begins: int, settings: Settings, rates: Rates) -> tuple[ContractYear, ...]:
    """Years of a contract that begins in a year (position), as far as they lie in the plan."""
    at_start = rates.inflation[begins]
    agreed = round_half_up(terms.lease_gbp * at_start)
    is_right_of_use = settings.ifrs16 and terms.lease_gbp > 0
    value, owed = 0, [0] * (terms.years + 1)
    if is_right_of_use:
        owed = [
            round_half_up(
                terms.lease_gbp * rent_factor(terms.years - k, terms.rate, in_advance=terms.in_advance) * at_start
            )
            for k in range(terms.years + 1)
        ]
        value = owed[0]
    found = []
    for k in range(min(terms.years, settings.years - begins)):
        index = rates.inflation[begins + k] if terms.indexed else at_start
        rent, unitary = round_half_up(terms.lease_gbp * index), round_half_up(terms.service_gbp * index)
        vat = round_half_up(terms.vat * (rent + unitary))
        if is_right_of_use:
            before = value if k == 0 else _left(value, k - 1, terms.years, settings)
            depreciation = before - _left(value, k, terms.years, settings)
            interest = owed[k + 1] - owed[k] + agreed
            found.append(ContractYear(rent - agreed, unitary, vat, depreciation, interest, agreed))
        else:
            found.append(ContractYear(rent, unitary, vat))
    return tuple(found)


def _left(value: int, year: int, years: int, settings: Settings) -> int:
    """Book value of a right of use at the end of a year of its contract, counted from 0; nothing after the last."""
    if year == years - 1:
        return 0
    return round_half_up(Fraction(value * max(0, 12 * (years - year) - settings.months_in_first_year), 12 * years))
