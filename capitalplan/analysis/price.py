"""What a change would cost or save, as an interval, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Basis", "Price"]


class Basis(StrEnum):
    """How a price is known."""

    ESTIMATE = "estimate"
    """From the prices of the linear relaxation and plans at hand: the estimate is a guide, the interval is valid."""
    EXACT = "exact"
    """From planning again: the interval is as wide as the gaps to which the two plans are proven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Discounted whole-life cost of a change to the network, £; what a change saves is told as such by its holder.

    Attributes
    ----------
    low_gbp
        It is no less; below zero where the gaps leave room for that.
    high_gbp
        It is no more; None where no plan with the change is at hand.
    estimate_gbp
        Best guess within the interval; of an exact price the difference of the two plans' values. None where there is
        nothing to guess from.
    is_impossible
        Whether no plan with the change exists, by the engine's claim or because no choice is left open.
    """

    basis: Basis
    low_gbp: int = 0
    high_gbp: int | None = None
    estimate_gbp: int | None = None
    is_impossible: bool = False

    @property
    def is_resolved(self) -> bool:
        """Whether the interval says on which side of zero the price lies, or that it is zero."""
        return self.is_impossible or self.low_gbp > 0 or (self.high_gbp is not None and self.high_gbp <= 0)

    def words(self) -> str:
        """The price in words, labelled as what it is.

        ``exactly £1,234``, ``between £1 and £9 (exact)``, ``not resolved at this gap (between ..)``, ``about £5
        (estimate; between £1 and £9)``, ``about £5 (estimate; at least £1)``, ``no plan``.
        """
        if self.is_impossible:
            return "no plan"
        bounds = (
            f"at least {_pounds(self.low_gbp)}"
            if self.high_gbp is None
            else f"between {_pounds(self.low_gbp)} and {_pounds(self.high_gbp)}"
        )
        if self.basis is Basis.EXACT:
            if self.low_gbp == self.high_gbp:
                return f"exactly {_pounds(self.low_gbp)}"
            return f"{bounds} (exact)" if self.is_resolved else f"not resolved at this gap ({bounds})"
        guess = "not estimated" if self.estimate_gbp is None else f"about {_pounds(self.estimate_gbp)}"
        return f"{guess} (estimate; {bounds})"


def _pounds(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,}"
