"""What binds: what a little more, or less, of each limit would be worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from capitalplan.analysis.price import Price

__all__ = ["LimitKind", "LimitWorth"]


class LimitKind(StrEnum):
    """Which limits are asked about, and by how much they are changed."""

    MONEY = "money"
    """£100,000 more, and less, of a funding source in a year."""
    WORKS = "works"
    """One more installation at a site, or in the network, in a year."""
    STAFF = "staff"
    """One more radiographer (1.0 whole-time equivalent) of a trust in every year."""
    TRAVEL = "travel"
    """Ten more minutes of travel for every site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWorth:
    """What a change of one limit is worth to the network.

    Attributes
    ----------
    kind
        Which limit.
    place
        Funding source, site, trust, or ``network``.
    year
        Financial year; None for every year.
    change
        The change as users read it, such as ``£100,000 more``.
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
