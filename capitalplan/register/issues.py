"""A fault in the input, with its place and its fix; gathered, never raised one by one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Issue", "Severity"]


class Severity(StrEnum):
    """Whether a fault stops the plan."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One fault.

    Attributes
    ----------
    sheet
        Sheet (or CSV file) it is on.
    row
        Row number as the spreadsheet counts them; None for a fault of the whole sheet.
    column
        Header of the column; None for a fault of the whole row or sheet.
    cell
        Address such as ``C7``; None where there is no single cell.
    value
        What was found, as text.
    message
        What is wrong, in one sentence.
    fix
        What to type or do, in one sentence.
    severity
        ``error`` stops the plan; ``warning`` does not.
    """

    sheet: str
    row: int | None
    column: str | None
    cell: str | None
    value: str
    message: str
    fix: str
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """Where it is, as users read it: ``Equipment!C7``, ``Equipment row 7`` or ``Equipment``."""
        if self.cell is not None:
            return f"{self.sheet}!{self.cell}"
        return self.sheet if self.row is None else f"{self.sheet} row {self.row}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.fix}".rstrip()
