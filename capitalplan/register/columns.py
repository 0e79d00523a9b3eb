"""What a column and a row of a sheet are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from capitalplan.terms import Modality

__all__ = ["MODALITIES", "MOST_GBP", "SITE", "TRUST", "Column", "Row", "columns_of"]

MODALITIES = tuple(Modality)
MOST_GBP = 1_000_000_000
"""No price is higher: beyond it the engines lose the pounds, and what was typed is a slip."""
TRUST = "ODS code of the trust, three characters, such as R0A."
SITE = "ODS code of the site, five characters, such as R0A01."


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of a sheet is read and shown.

    Attributes
    ----------
    kind
        ``text``, ``code`` (upper case, no spaces), ``whole``, ``number``, ``pounds`` (whole, £), ``share`` (a fraction
        of one, shown as a percentage), ``year`` (financial year), ``date``, ``day_or_year``, ``yes_no``, ``choice``,
        ``list`` (words parted by commas) or ``raw`` (kept as typed).
    title
        The header, unit included.
    note
        One or two sentences shown as the header's note and in the guides.
    low, high
        Inclusive bounds, where there are any.
    choices
        The words allowed, for a choice.
    aliases
        Other headers accepted.
    basic
        Whether the basic template shows the column.
    """

    kind: str
    title: str
    note: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    basic: bool = False


class Row(BaseModel):
    """One row of a sheet, after its cells have been converted.

    Attributes
    ----------
    sheet
        Name of the sheet, and of its CSV file.
    about
        What the sheet is for and what happens without it.
    key
        The columns that together name a row; no two rows may share them.
    basic
        Whether the basic template has the sheet.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)

    sheet: ClassVar[str]
    about: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    basic: ClassVar[bool] = False


def columns_of(row: type[Row]) -> dict[str, Column]:
    """Columns of a sheet by field name, in order."""
    return {
        name: next(item for item in info.metadata if isinstance(item, Column))
        for name, info in row.model_fields.items()
    }
