"""A fault in the input, with its place and its fix; gathered, never raised one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["Issue", "Severity"]


class Severity(StrEnum):
    """What a fault does to the plan."""

    ERROR = "error"
    JUDGEMENT = "judgement"
    WARNING = "warning"

    @property
    def stops(self) -> bool:
        """Whether there is no plan until it is corrected, or accepted."""
        return self is not Severity.WARNING


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
        ``error`` stops the plan; ``judgement`` stops it until a row of the sheet Accepted names its code and subject;
        ``warning`` does not stop it.
    code
        Short name of the kind of fault, such as ``site-unreachable``; empty where nothing refers to it.
    subject
        What in the network it is about, such as ``RAA01 CT``; empty where nothing refers to it.
    """

    sheet: str
    row: int | None
    column: str | None
    cell: str | None
    value: str
    message: str
    fix: str
    severity: Severity = Severity.ERROR
    code: str = ""
    subject: str = ""

    @property
    def place(self) -> str:
        """Where it is, as users read it: ``Equipment!C7``, ``Equipment row 7`` or ``Equipment``."""
        if self.cell is not None:
            return f"{self.sheet}!{self.cell}"
        return self.sheet if self.row is None else f"{self.sheet} row {self.row}"

    def as_judgement(self, code: str, subject: str) -> Issue:
        """Make of it a judgement of the user's: it stops the plan until it is accepted, and its fix says how."""
        accept = f"Or accept it: add a row to Accepted with Warning '{code}', Place '{subject}' and your reason."
        return replace(
            self, severity=Severity.JUDGEMENT, code=code, subject=subject, fix=f"{self.fix} {accept}".lstrip()
        )

    def __str__(self) -> str:
        named = f" [{self.code}, {self.subject}]" if self.code else ""
        return f"{self.place}{named}: {self.message} {self.fix}".rstrip()
