"""Levels evenly spread between two values of one thing, each a scenario: ``budget=50%:150%:11``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from capitalplan.register.columns import Column
from capitalplan.register.rows import Book
from capitalplan.register.scenarios.change import Change, How
from capitalplan.register.schema import (
    CapitalLimitRow,
    CatalogueRow,
    DemandRow,
    EquipmentRow,
    FundingRow,
    ModalityRow,
    Row,
    SourceRow,
)
from capitalplan.register.typed import typed

__all__ = ["Sweep", "Swept", "read_sweep"]

MOST_LEVELS = 200
_SWEEP = re.compile(r"(?P<swept>\w+)=(?P<low>[+-]?[\d.]+)%:(?P<high>[+-]?[\d.]+)%:(?P<count>\d{1,4})")
_SHARE = Column("share", "Level")


class Swept(StrEnum):
    """What differs between levels."""

    BUDGET = "budget"
    """Limits of funding sources, capital limits and cash: a share of the book's. Minimum use stays the amount it is at
    the lowest level, so that a plan of one level keeps the limits of every higher one."""
    PRICE = "price"
    """Prices and works of the catalogue and of machines: a share of the book's."""
    GROWTH = "growth"
    """Growth of demand: points a year more than the book's."""


_COLUMNS: dict[Swept, tuple[tuple[type[Row], str], ...]] = {
    Swept.BUDGET: ((FundingRow, "limit_gbp"), (CapitalLimitRow, "limit_gbp"), (CapitalLimitRow, "cash_gbp")),
    Swept.PRICE: (
        (CatalogueRow, "price_gbp"),
        (CatalogueRow, "works_gbp"),
        (EquipmentRow, "replacement_cost_gbp"),
        (EquipmentRow, "enabling_works_gbp"),
    ),
    Swept.GROWTH: ((ModalityRow, "growth_rate"), (DemandRow, "growth_rate")),
}
_HAVE_DEFAULTS = frozenset({CatalogueRow, ModalityRow})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Levels of one thing.

    Attributes
    ----------
    levels
        From the lowest to the highest: shares of the book's figures, or points added to them.
    """

    swept: Swept
    levels: tuple[Fraction, ...]

    def name(self, level: Fraction) -> str:
        """Name of a level's scenario: ``budget 50%``."""
        sign = "+" if self.swept is Swept.GROWTH and level >= 0 else ""
        return f"{self.swept} {sign}{typed(level, _SHARE)}"

    def changes(self, book: Book, level: Fraction) -> Iterator[Change]:
        """Changes that a level makes in a book; amounts it does not have are left out."""
        how = How.SHIFT if self.swept is Swept.GROWTH else How.SCALE
        for kind, field in _COLUMNS[self.swept]:
            if _is_there(book, kind, field) or kind in _HAVE_DEFAULTS:
                yield Change(kind=kind, where=(), field=field, how=how, value=typed(level, _SHARE))
        if self.swept is Swept.BUDGET and level > 0 and _is_there(book, SourceRow, "minimum_use"):
            share = typed(self.levels[0] / level, _SHARE)
            yield Change(kind=SourceRow, where=(), field="minimum_use", how=How.SCALE, value=share)


def _is_there(book: Book, kind: type[Row], field: str) -> bool:
    return any(getattr(read.data, field) is not None for read in book.rows(kind))


def read_sweep(text: str) -> Sweep:
    """Read ``budget=50%:150%:11``: from, to and how many levels.

    Raises
    ------
    ValueError
        If it cannot be read, in a sentence that says how it is written.
    """
    example = "Write it as budget=50%:150%:11, price=90%:120%:4 or growth=-1%:2%:4."
    match = _SWEEP.fullmatch(text.replace(" ", ""))
    if match is None:
        raise ValueError(f"'{text}' is no sweep. {example}")
    swept = match["swept"].casefold()
    if swept not in set(Swept):
        raise ValueError(f"'{match['swept']}' cannot be swept: {', '.join(Swept)} can. {example}")
    try:
        low, high = (Fraction(match[end]) / 100 for end in ("low", "high"))
    except ValueError:
        raise ValueError(f"'{text}' is no sweep. {example}") from None
    count = int(match["count"])
    if not 2 <= count <= MOST_LEVELS:
        raise ValueError(f"A sweep has 2 to {MOST_LEVELS} levels, not {count}.")
    if low >= high:
        raise ValueError("A sweep goes from a lower to a higher level.")
    if swept != Swept.GROWTH and low < 0:
        raise ValueError(f"A {swept} is not below 0%.")
    step = (high - low) / (count - 1)
    levels = tuple(Fraction(round((low + place * step) * 10_000), 10_000) for place in range(count))
    if len(set(levels)) < count:
        raise ValueError("Levels of a sweep are at least 0.01% apart: ask for fewer, or a wider span.")
    return Sweep(swept=Swept(swept), levels=levels)
