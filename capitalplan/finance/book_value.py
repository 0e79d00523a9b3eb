"""What stands in the books: straight-line depreciation, and the dividend on average book value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from capitalplan.terms import round_half_up

__all__ = ["Book", "bought_book", "registered_book"]

Pounds = tuple[int, ...]
"""£ cash by year (position)."""


@dataclass(frozen=True, slots=True)
class Book:
    """Something that is written off, as if it were kept to the end of the plan.

    Attributes
    ----------
    opening, closing
        Book value at the start and at the end of each year; 0 at the start of the year in which it is bought, and
        before.
    depreciation
        Charge of each year.
    """

    opening: Pounds
    closing: Pounds
    depreciation: Pounds

    def dividend(self, rate: Fraction) -> Pounds:
        """Dividend of each year on the average of its book value at the start and at the end."""
        return tuple(round_half_up(rate * (a + b) / 2) for a, b in zip(self.opening, self.closing, strict=True))

    def leaving_dividend(self, rate: Fraction) -> Pounds:
        """Dividend of each year if it leaves in it, so that nothing is left at the end."""
        return tuple(round_half_up(rate * value / 2) for value in self.opening)


def registered_book(value: int, life_left: int, years: int) -> Book:
    """Books of a machine that stands when the plan starts.

    Parameters
    ----------
    value
        Net book value at the start, £ cash.
    life_left
        Years over which it is written off; with none left all of it is charged in the first year.
    years
        Length of the plan.
    """
    values = [
        value if t == 0 else round_half_up(Fraction(value * max(0, life_left - t), max(1, life_left)))
        for t in range(years + 1)
    ]
    return Book(
        opening=tuple(values[:-1]),
        closing=tuple(values[1:]),
        depreciation=tuple(values[t] - values[t + 1] for t in range(years)),
    )


@lru_cache(maxsize=65536)
def bought_book(cost: int, life: int, since: int, years: int, months: int) -> Book:
    """Books of something bought in the plan.

    Parameters
    ----------
    cost
        What it cost, £ cash.
    life
        Years over which it is written off.
    since
        Year (position) in which it is bought.
    years
        Length of the plan.
    months
        Months charged in that year.
    """
    closing = [0] * since + [
        round_half_up(Fraction(cost * max(0, 12 * (life - age) - months), 12 * life)) for age in range(years - since)
    ]
    opening = [0 if t <= since else closing[t - 1] for t in range(years)]
    charged = [(cost if t == since else opening[t]) - closing[t] for t in range(years)]
    return Book(opening=tuple(opening), closing=tuple(closing), depreciation=tuple(charged))
