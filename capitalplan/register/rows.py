"""Rows that remember their cell: what the reader hands on before defaults are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from capitalplan.register.issues import Issue, Severity
from capitalplan.register.schema import Row, columns_of

__all__ = ["Book", "ReadRow"]

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class ReadRow(Generic[R]):
    """One row of a sheet and where it came from.

    Attributes
    ----------
    data
        The converted row.
    number
        Row number as the spreadsheet counts them.
    cells
        Address of each filled field, such as ``{"modality": "C7"}``.
    typed
        What was typed into each filled field, as text.
    """

    data: R
    number: int
    cells: Mapping[str, str]
    typed: Mapping[str, str]

    def issue(self, field: str, message: str, fix: str, severity: Severity = Severity.ERROR) -> Issue:
        """Make an issue about one of the row's fields; a blank field gives an issue about the row."""
        return Issue(
            sheet=self.data.sheet,
            row=self.number,
            column=columns_of(type(self.data))[field].title,
            cell=self.cells.get(field),
            value=self.typed.get(field, ""),
            message=message,
            fix=fix,
            severity=severity,
        )


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook or CSV folder, read but not yet resolved.

    Attributes
    ----------
    sheets
        Good rows by sheet name; a sheet that is absent or empty has no rows.
    present
        Names of the sheets that were there.
    dropped_keys
        First key value, as text, of rows that had faults, by sheet: so that no later check calls them unknown.
    issues
        Every fault found while reading.
    """

    sheets: Mapping[str, tuple[ReadRow[Row], ...]]
    present: frozenset[str]
    dropped_keys: Mapping[str, frozenset[str]]
    issues: tuple[Issue, ...]

    def rows(self, kind: type[R]) -> tuple[ReadRow[R], ...]:
        """Good rows of one sheet."""
        return self.sheets.get(kind.sheet, ())  # type: ignore[return-value]  # rows are keyed by their class's sheet
