"""Offers of suppliers for the tests' CT scanner, with figures that can be worked out on paper."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from capitalplan.register.register import Offer, Tier
from capitalplan.terms import BeyondPlan, ContractEnd, Route

__all__ = ["offer", "tier"]


def offer(name: str = "Lease", **changes: Any) -> Offer:
    """A lease of two years for £300 a year and £40 for service, valued without interest, rising with prices."""
    values: dict[str, Any] = {
        "name": name,
        "route": Route.LEASE,
        "option": "CT standard",
        "trusts": frozenset(),
        "years": 2,
        "lease_gbp": 300,
        "service_gbp": 40,
        "rate": Fraction(0),
        "in_advance": True,
        "indexed": True,
        "vat": Fraction(1, 5),
        "maintenance_included": True,
        "works_included": False,
        "refresh_years": None,
        "at_end": ContractEnd.RENEW,
        "beyond": BeyondPlan.INSIDE,
        "first_year": None,
        "last_year": None,
    }
    return Offer(**{**values, **changes})


def tier(from_units: int, rebate: str, to_units: int | None = None, **changes: Any) -> Tier:
    """A tier of a framework for the scanner, open to all trusts in all years."""
    values: dict[str, Any] = {
        "framework": "Framework",
        "options": frozenset({"CT standard"}),
        "trusts": frozenset(),
        "from_units": from_units,
        "to_units": to_units,
        "rebate": Fraction(rebate),
        "first_year": None,
        "last_year": None,
    }
    return Tier(**{**values, **changes})
