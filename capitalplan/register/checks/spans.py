"""Years between which something is offered, and places given by site or by trust: the same on several sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from capitalplan.register.checks.facts import Facts
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.terms import year_label

__all__ = ["check_offer", "check_place", "span"]


def span(horizon: range) -> str:
    """Write the years of the plan: ``2026/27 to 2034/35``."""
    return f"{year_label(horizon[0])} to {year_label(horizon[-1])}"


def check_offer(read: ReadRow[Any], facts: Facts) -> Iterator[Issue]:
    """First year after last year, or both outside the plan."""
    first, last = read.data.first_year, read.data.last_year
    if first is not None and last is not None and first > last:
        message = f"The first year {year_label(first)} is after the last year {year_label(last)}."
        yield read.issue("first_year", message, "Correct one of the two years.")
    elif facts.horizon is not None:
        late = first is not None and first > facts.horizon[-1]
        if late or (last is not None and last < facts.horizon[0]):
            message = f"It is never offered within the plan ({span(facts.horizon)}), so the line does nothing."
            yield read.issue("first_year" if late else "last_year", message, "Check the years.", Severity.WARNING)


def check_place(read: ReadRow[Any], facts: Facts, *, needed: bool) -> Iterator[Issue]:
    """Site and trust both given, or neither where one is needed, or a trust without sites."""
    site, trust = read.data.site_code, read.data.trust_code
    if not needed and facts.is_shared(trust):
        return
    if site is not None and trust is not None:
        yield read.issue("trust_code", "Both a site and a trust are given.", "Keep one of the two.")
    elif site is None and trust is None:
        yield read.issue("site_code", "Neither a site nor a trust is given.", "Fill in one of the two.")
    elif trust is not None and trust in (facts.trusts or ()) and facts.sites is not None and not facts.sites_of(trust):
        yield read.issue("trust_code", f"Trust {trust} has no site.", "Add its sites, or name another trust.")
