"""Sites, contracts, ageing curves, travel and funding: each whole in itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from capitalplan.register.checks.facts import Facts
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import AgeingRow, ContractRow, FundingRow, SiteRow, TravelRow
from capitalplan.terms import year_label

__all__ = ["check_tables"]


def check_tables(facts: Facts) -> Iterator[Issue]:
    """Check coordinates and years of sites, dates of contracts, gaps in curves and limits, and journeys to nowhere."""
    for site in facts.book.rows(SiteRow):
        yield from _site(site)
    for contract in facts.book.rows(ContractRow):
        if contract.data.start_date is not None and contract.data.end_date < contract.data.start_date:
            yield contract.issue("end_date", "The contract ends before it starts.", "Check both dates.")
    for journey in facts.book.rows(TravelRow):
        if journey.data.from_site == journey.data.to_site:
            yield journey.issue("to_site", "The journey leads back to its own site.", "Remove the line.")
    yield from _curves(facts)
    yield from _funding(facts)


def _site(site: ReadRow[SiteRow]) -> Iterator[Issue]:
    row = site.data
    if (row.latitude is None) != (row.longitude is None):
        given, lacking = ("latitude", "longitude") if row.longitude is None else ("longitude", "latitude")
        yield site.issue(given, f"The site has a {given} but no {lacking}.", f"Fill in the {lacking}, or clear both.")
    if row.opening_year is not None and row.closing_year is not None and row.opening_year >= row.closing_year:
        yield site.issue("closing_year", "The site closes before it opens.", "Correct one of the two years.")


def _curves(facts: Facts) -> Iterator[Issue]:
    curves: dict[str, list[ReadRow[AgeingRow]]] = defaultdict(list)
    for read in facts.book.rows(AgeingRow):
        curves[read.data.curve].append(read)
    for name, rows in curves.items():
        if name in facts.book.dropped_keys.get(AgeingRow.sheet, frozenset()):
            continue
        ages = {read.data.age for read in rows}
        gaps = [str(age) for age in range(max(ages)) if age not in ages]
        if gaps:
            message = f"Curve '{name}' has no line for age {_some(gaps)}."
            yield rows[0].issue("age", message, "Give every age from 0 to the last without gaps.")
        blank = [str(read.data.age) for read in rows if read.data.failure is None]
        if blank and len(blank) < len(rows):
            message = f"Curve '{name}' has breakdowns for some ages, but not for age {_some(blank)}."
            given = next(read for read in rows if read.data.failure is not None)
            yield given.issue("failure", message, "Give breakdowns for every age of the curve, or for none.")


def _some(ages: list[str]) -> str:
    return ", ".join(ages[:10]) + (" and more" if len(ages) > 10 else "")


def _funding(facts: Facts) -> Iterator[Issue]:
    sources: dict[str, list[ReadRow[FundingRow]]] = defaultdict(list)
    for read in facts.book.rows(FundingRow):
        sources[read.data.source].append(read)
    for name, rows in sources.items():
        first = rows[0]
        yield from _owners(name, rows, facts)
        if facts.horizon is None or name in facts.book.dropped_keys.get(FundingRow.sheet, frozenset()):
            continue
        given = {read.data.year for read in rows}
        missing = [year_label(year) for year in facts.horizon if year not in given]
        if missing:
            message = f"Source '{name}' has no limit for {', '.join(missing)}."
            yield first.issue("year", message, "Add a line for every year of the plan; type 0 where there is nothing.")
        for read in rows:
            if read.data.year not in facts.horizon:
                message = f"{year_label(read.data.year)} is outside the plan, so this limit is not used."
                yield read.issue("year", message, "Check the year.", Severity.WARNING)


def _owners(name: str, rows: list[ReadRow[FundingRow]], facts: Facts) -> Iterator[Issue]:
    def owner(read: ReadRow[FundingRow]) -> str | None:
        return None if facts.is_shared(read.data.trust_code) else read.data.trust_code

    first = rows[0]
    for read in rows[1:]:
        if owner(read) != owner(first):
            message = (
                f"Source '{name}' belongs to {owner(read) or 'all trusts'} here, "
                f"but to {owner(first) or 'all trusts'} in row {first.number}."
            )
            yield read.issue("trust_code", message, "Use one owner a source, or name the sources apart.")
