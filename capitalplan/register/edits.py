"""Changes of a workbook, row by row: what differs between two, and one with some changes made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["RowEdit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdit:
    """One row of a sheet that is added, removed or changed.

    Attributes
    ----------
    sheet
        Name of the sheet.
    key
        The fields that tell its row from others, and their values as text, such as
        ``{"source": "QX1 operational capital", "year": "2027/28"}``; field names are those of the row's class.
    before
        Value of each field that is changed or removed, as text; an empty text is a blank cell. None: there is no row.
    after
        Value of each field that is changed or added, as text. None: the row is removed.
    """

    sheet: str
    key: Mapping[str, str]
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("an edit adds, removes or changes a row")
