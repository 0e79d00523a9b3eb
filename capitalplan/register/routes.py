"""What suppliers offer: leases and managed services, price tiers of frameworks, and offers to be challenged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import BeyondPlan, ContractEnd, Route

__all__ = ["Challenge", "Offer", "Tier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A line of Routes: an option of the Catalogue by lease or managed service.

    Attributes
    ----------
    route
        ``lease`` or ``managed service``.
    option
        Name of the catalogue option.
    trusts
        Trusts that may take it; empty for all.
    years
        Length of the contract: its term and extensions that are reasonably certain.
    lease_gbp
        Rent a year per machine, or the lease embedded in a managed service: what right of use is valued by; £ ex VAT
        today.
    service_gbp
        The rest of the charge a year per machine, £ ex VAT today; a charge per scan at contract volume counts in it.
    rate
        Nominal rate at which rents are valued: implicit, or as published.
    in_advance
        Whether rents are paid at the start of each year rather than at its end.
    indexed
        Whether charges rise with inflation during the contract; otherwise they stay as agreed when it starts.
    vat
        VAT on the whole charge that cannot be recovered, as a share of it.
    maintenance_included
        Whether the charge covers maintenance.
    works_included
        Whether the charge covers enabling works.
    refresh_years
        Age at which a managed service renews its machine; None for a lease.
    at_end, beyond
        What happens when it ends inside the plan, and which charges count when it outlasts the plan.
    first_year, last_year
        Financial years between which it may be taken out; None for no end.
    """

    name: str
    route: Route
    option: str
    trusts: frozenset[str]
    years: int
    lease_gbp: int
    service_gbp: int
    rate: Fraction
    in_advance: bool
    indexed: bool
    vat: Fraction
    maintenance_included: bool
    works_included: bool
    refresh_years: int | None
    at_end: ContractEnd
    beyond: BeyondPlan
    first_year: int | None
    last_year: int | None

    def is_offered(self, trust: str, year: int) -> bool:
        """Whether a trust may take it out in a financial year."""
        begun = self.first_year is None or year >= self.first_year
        return (
            (not self.trusts or trust in self.trusts) and begun and (self.last_year is None or year <= self.last_year)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A price tier of a framework: a rebate on each machine bought in a year when enough are bought.

    Attributes
    ----------
    options
        Catalogue options that count and are rebated.
    trusts
        Trusts whose purchases count and are rebated; empty for all.
    from_units, to_units
        Machines bought in the year; no end where None.
    rebate
        Share of the equipment price.
    first_year, last_year
        Financial years in which it holds; None for no end.
    """

    framework: str
    options: frozenset[str]
    trusts: frozenset[str]
    from_units: int
    to_units: int | None
    rebate: Fraction
    first_year: int | None
    last_year: int | None

    def holds(self, year: int) -> bool:
        """Whether it holds in a financial year."""
        return (self.first_year is None or year >= self.first_year) and (
            self.last_year is None or year <= self.last_year
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A supplier's offer to take over a fleet as a managed service, to be held against the plan.

    Attributes
    ----------
    assets
        Machines it would take over, by ``asset_id``.
    start_year, term_years
        First financial year, and how many years it runs.
    annual_charge_gbp
        Charge a year for all of them together, £ ex VAT today.
    embedded_lease_gbp
        The part of it that is a lease, £ a year ex VAT today.
    refresh_years
        Age at which it renews each machine.
    scope
        What the charge covers beyond that, in the supplier's words.
    """

    name: str
    supplier: str
    assets: tuple[str, ...]
    start_year: int
    term_years: int
    annual_charge_gbp: int
    embedded_lease_gbp: int
    refresh_years: int
    scope: str
