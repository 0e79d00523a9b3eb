"""Checks across rows and sheets: what no single cell can show."""

from __future__ import annotations

from capitalplan.register.checks.accepted import settle_judgements
from capitalplan.register.checks.demand import check_demand
from capitalplan.register.checks.extra import check_extra
from capitalplan.register.checks.facts import Facts
from capitalplan.register.checks.leases import check_leases
from capitalplan.register.checks.machines import check_machines
from capitalplan.register.checks.money import check_money
from capitalplan.register.checks.reach import check_reach
from capitalplan.register.checks.references import check_references
from capitalplan.register.checks.routes import check_routes
from capitalplan.register.checks.schemes import check_schemes
from capitalplan.register.checks.tables import check_tables
from capitalplan.register.checks.ties import check_ties
from capitalplan.register.checks.upgrades import check_upgrades
from capitalplan.register.checks.workforce import check_workforce
from capitalplan.register.issues import Issue
from capitalplan.register.reading.reader import default_book
from capitalplan.register.rows import Book
from capitalplan.register.schema import SHEETS
from capitalplan.settings import Settings

__all__ = ["check_book"]

CHECKS = (
    check_references,
    check_machines,
    check_schemes,
    check_ties,
    check_upgrades,
    check_tables,
    check_demand,
    check_extra,
    check_workforce,
    check_reach,
    check_money,
    check_routes,
    check_leases,
)


def check_book(book: Book, settings: Settings) -> tuple[Issue, ...]:
    """Check what rows say of each other.

    Rows that were dropped for faults of their own are not reported again as missing.

    Returns
    -------
    tuple
        Issues in sheet and row order: errors, judgements that the sheet Accepted does not settle, and warnings.
    """
    facts = Facts(book, default_book(), settings)
    found = [issue for check in CHECKS for issue in check(facts)]
    order = {kind.sheet: place for place, kind in enumerate(SHEETS)}
    return tuple(sorted(settle_judgements(found, facts), key=lambda issue: (order[issue.sheet], issue.row or 0)))
