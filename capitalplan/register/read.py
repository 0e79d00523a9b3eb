"""From a workbook or CSV folder to the Register, with every fault at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from capitalplan.errors import InputError
from capitalplan.register.checks import check_book
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.reader import default_book, read_book, settings_from
from capitalplan.register.register import Register
from capitalplan.register.resolving.resolve import resolve

__all__ = ["inspect", "read_register"]


def inspect(path: Path) -> tuple[Issue, ...]:
    """List every fault of a workbook or CSV folder, errors, judgements and warnings, without planning anything.

    Raises
    ------
    NotAWorkbookError
        If the file cannot be opened safely.
    """
    book = read_book(path)
    return (*book.issues, *check_book(book, settings_from(book)))


def read_register(path: Path) -> Register:
    """Read a workbook (or a folder of CSV files with the same names) into the frozen Register.

    Raises
    ------
    NotAWorkbookError
        If the file cannot be opened safely.
    InputError
        If it has errors, or judgements that are not accepted; the error carries every issue, warnings included.
    """
    path = Path(path)
    book = read_book(path)
    settings = settings_from(book)
    issues = (*book.issues, *check_book(book, settings))
    if any(issue.severity.stops for issue in issues):
        raise InputError(f"{path.name} has {_count_of_stops(issues)}", issues)
    return resolve(book, default_book(), settings, issues)


def _count_of_stops(issues: Sequence[Issue]) -> str:
    counts = Counter(issue.severity for issue in issues)
    return " and ".join(
        f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}{rest}"
        for severity, rest in ((Severity.ERROR, ""), (Severity.JUDGEMENT, " to correct or accept"))
        if counts[severity]
    )
