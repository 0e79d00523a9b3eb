"""Rentals that may be leases: under IFRS 16 a lease of more than a year counts against capital limits."""

from __future__ import annotations

from collections.abc import Iterator

from capitalplan.register.checks.facts import Facts
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.schema import ExtraCapacityRow, RouteRow
from capitalplan.terms import ExtraKind, Route

__all__ = ["check_leases"]

RENTAL = "a rental over 12 months may be a lease (IFRS 16)"
ASK = "Ask finance."


def check_leases(facts: Facts) -> Iterator[Issue]:
    """Warn of offers of managed services and of vans hired without a limit, while the setting ifrs16 is on.

    Managed services that exist today are not faults of the input: the register lists them as an assumption.
    """
    if not facts.settings.ifrs16:
        return
    for offer in facts.book.rows(RouteRow):
        if offer.data.route is Route.MANAGED_SERVICE and offer.data.lease_gbp is None:
            message = f"'{offer.data.offer}' has no lease part; {RENTAL}."
            fix = f"{ASK} Fill in the lease part, or type 0 where there is none."
            yield offer.issue("lease_gbp", message, fix, Severity.WARNING)
    for van in facts.book.rows(ExtraCapacityRow):
        line = van.data
        one_year = line.first_year is not None and line.first_year == line.last_year
        if line.kind is ExtraKind.VAN and line.limit is None and not line.cover_only and not one_year:
            message = f"The van may be hired without a limit; {RENTAL}."
            yield van.issue("kind", message, f"{ASK} Or give its days a limit.", Severity.WARNING)
