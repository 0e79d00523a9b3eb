"""Values put on money left unused, revenue over limits and changes from the approved plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.verify.context import Context
from capitalplan.verify.money.stability import Moved

__all__ = ["MONEY_VALUES", "Burdens", "price_burdens"]

MONEY_VALUES = ("under use", "revenue over", "changes")
"""Words under which these values are shown."""


@dataclass(frozen=True, slots=True)
class Burdens:
    """What is short of, over or changed, and the value put on it.

    Attributes
    ----------
    under_use
        Money short of a minimum use, by source and position, £ cash.
    revenue_over
        Revenue over limits, by trust and position, £ cash.
    values
        Values by position and the words of ``MONEY_VALUES``, £, undiscounted and exact.
    """

    under_use: Mapping[tuple[str, int], int]
    revenue_over: Mapping[tuple[str, int], int]
    values: tuple[Mapping[str, Fraction], ...]

    def in_year(self, t: int) -> Fraction:
        """All values of one year together."""
        return sum(self.values[t].values(), Fraction(0))


def price_burdens(
    context: Context,
    *,
    under_use: Mapping[tuple[str, int], int],
    revenue_over: Mapping[tuple[str, int], int],
    moved: Sequence[Moved],
) -> Burdens:
    """Price what is short, over or changed at the prices of the settings."""
    settings = context.settings
    values: list[defaultdict[str, Fraction]] = [defaultdict(Fraction) for _ in range(context.years)]
    for (_, t), short in under_use.items():
        values[t]["under use"] += settings.under_use_price * short
    for (_, t), over in revenue_over.items():
        values[t]["revenue over"] += settings.revenue_price * over
    for each in moved:
        values[each.t]["changes"] += each.price
    return Burdens(under_use, revenue_over, tuple(values))
