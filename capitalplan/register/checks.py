"""Checks across rows and sheets: what no single cell can show."""

from __future__ import annotations

from capitalplan.register.check_machines import check_machines
from capitalplan.register.check_references import check_references
from capitalplan.register.check_schemes import check_schemes
from capitalplan.register.check_tables import check_tables
from capitalplan.register.facts import Facts
from capitalplan.register.issues import Issue
from capitalplan.register.reader import default_book
from capitalplan.register.rows import Book
from capitalplan.register.schema import SHEETS
from capitalplan.settings import Settings

__all__ = ["check_book"]


def check_book(book: Book, settings: Settings) -> tuple[Issue, ...]:
    """Check what rows say of each other.

    Rows that were dropped for faults of their own are not reported again as missing.

    Returns
    -------
    tuple
        Issues in sheet and row order, errors and warnings.
    """
    facts = Facts(book, default_book(), settings)
    issues = (*check_references(facts), *check_machines(facts), *check_schemes(facts), *check_tables(facts))
    order = {kind.sheet: place for place, kind in enumerate(SHEETS)}
    return tuple(sorted(issues, key=lambda issue: (order[issue.sheet], issue.row or 0)))
