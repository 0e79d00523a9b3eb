"""What binds: what a little more, or less, of each limit would be worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from capitalplan.analysis.price import Price
from capitalplan.register.register import Register

__all__ = ["NETWORK", "LimitChange", "LimitKind", "LimitWorth"]

NETWORK = "network"
"""Place of what holds for every site or trust."""


class LimitKind(StrEnum):
    """Which limits are asked about, and by how much they are changed."""

    MONEY = "money"
    """£100,000 more, and less, of a funding source in a year."""
    WORKS = "works"
    """One more installation a year at a site, or in the network, in every year."""
    STAFF = "staff"
    """One more radiographer (1.0 whole-time equivalent) of a trust in every year."""
    TRAVEL = "travel"
    """Ten more minutes of travel for every site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """A change of one limit that a user can make.

    Attributes
    ----------
    kind
        Which limit.
    place
        Funding source, site, trust, or ``NETWORK``: all of it, or staff that any trust may use.
    year
        Financial year; None for every year.
    change
        The change as users read it, such as ``£100,000 more``.
    is_more
        Whether the limit is widened.
    register
        The register so changed.
    """

    kind: LimitKind
    place: str
    year: int | None
    change: str
    is_more: bool
    register: Register

    def priced(self, price: Price) -> LimitWorth:
        """What it is worth."""
        return LimitWorth(
            kind=self.kind, place=self.place, year=self.year, change=self.change, is_more=self.is_more, price=price
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWorth:
    """What a change of one limit is worth to the network.

    Attributes
    ----------
    kind, place, year, change
        As those of a ``LimitChange``.
    is_more
        Whether the limit is widened: then ``price`` is what the plan saves, else what it costs.
    price
        £ of discounted whole-life cost.
    """

    kind: LimitKind
    place: str
    year: int | None
    change: str
    is_more: bool
    price: Price
