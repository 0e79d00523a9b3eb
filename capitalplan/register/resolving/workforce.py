"""Staff in post by year, and the hours in which they scan or report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from capitalplan.register.provision import StaffPool
from capitalplan.register.resolving.places import SHARED
from capitalplan.register.rows import Book
from capitalplan.register.schema import WorkforceRow
from capitalplan.settings import Settings
from capitalplan.terms import StaffGroup, round_half_up

__all__ = ["productive_hours", "resolve_staff"]

WEEKS_IN_A_YEAR = 52


def resolve_staff(book: Book, settings: Settings) -> tuple[StaffPool, ...]:
    """Staff pools of the Workforce sheet.

    Years before the first line have its staff in post, without its joiners; years after a line carry on from it. Paid
    hours are those of 52 weeks, leave included; the productive share is what is left of them for patients.
    """
    rows: dict[tuple[StaffGroup, str | None], dict[int, WorkforceRow]] = defaultdict(dict)
    for read in book.rows(WorkforceRow):
        row = read.data
        rows[row.staff_group, None if row.trust_code in SHARED else row.trust_code][row.year] = row
    pools = []
    for group, trust in sorted(rows, key=lambda pool: (pool[0], pool[1] or "")):
        wte = _staff_by_year(rows[group, trust], settings)
        hours = tuple(productive_hours(each, group, settings) for each in wte)
        pools.append(StaffPool(group=group, trust=trust, wte=wte, hours=hours))
    return tuple(pools)


def productive_hours(wte: Fraction, group: StaffGroup, settings: Settings) -> int:
    """Hours in which so many whole-time equivalents scan or report in a year."""
    scans = group is StaffGroup.RADIOGRAPHER
    share = settings.radiographer_productive_share if scans else settings.reporting_productive_share
    return round_half_up(wte * settings.hours_per_wte * WEEKS_IN_A_YEAR * share)


def _staff_by_year(rows: Mapping[int, WorkforceRow], settings: Settings) -> tuple[Fraction, ...]:
    first = min(rows)
    level = rows[first].wte or Fraction(0)
    levels = {}
    for year in range(min(first, settings.start_year), settings.horizon[-1] + 1):
        row = rows.get(year)
        if row is not None:
            level = max(Fraction(0), (level if row.wte is None else row.wte) + (row.joiners_wte or 0))
        levels[year] = level
    return tuple(levels[year] for year in settings.horizon)
