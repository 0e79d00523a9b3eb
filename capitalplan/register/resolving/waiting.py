"""Waiting lists with their targets, and scans that wait for a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from capitalplan.register.provision import WaitingList
from capitalplan.register.register import Asset, Site
from capitalplan.register.resolving.activity import exams_by_place, split_by_activity
from capitalplan.register.rows import Book
from capitalplan.register.schema import WaitingRow
from capitalplan.settings import Settings
from capitalplan.terms import queue_factor, round_half_up

__all__ = ["resolve_unreported", "resolve_waiting", "standard_list", "targets"]

WEEKS_IN_A_YEAR = 52


def resolve_waiting(
    book: Book,
    settings: Settings,
    sites: Mapping[str, Site],
    assets: Sequence[Asset],
    may_wait: Mapping[tuple[str, str], tuple[int, ...]],
) -> tuple[WaitingList, ...]:
    """Waiting lists of the Waiting sheet.

    A list given for a trust is split over those of its sites that have no list of their own, by the exams of their
    machines; a site without a share of it has a list all the same where patients may wait.

    Parameters
    ----------
    may_wait
        Waiting-list demand by year, by (service line, site).
    """
    exams = exams_by_place(assets)
    rows = [read.data for read in book.rows(WaitingRow) if read.data.list_start is not None]
    own = {(str(row.modality), row.site_code) for row in rows if row.site_code is not None}
    found: dict[tuple[str, str], WaitingList] = {}
    for row in rows:
        line, start = str(row.modality), row.list_start or 0
        if row.site_code is not None:
            starts = {row.site_code: start}
        else:
            of_trust = [code for code in sorted(sites) if sites[code].trust == row.trust_code]
            left = [code for code in of_trust if (line, code) not in own] or of_trust
            starts = split_by_activity(start, line, left, exams)
        for site, patients in starts.items():
            wanted = may_wait.get((line, site), (0,) * settings.years)
            if patients or any(wanted) or site == row.site_code:
                before = found[line, site].start if (line, site) in found else 0
                found[line, site] = _waiting_list(line, site, before + patients, wanted, row.reach_by, settings)
    return tuple(found[place] for place in sorted(found))


def resolve_unreported(book: Book, sites: Mapping[str, Site]) -> dict[tuple[str, str], int]:
    """Scans waiting for a report when the plan starts, by (service line, trust), only where there are any."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for read in book.rows(WaitingRow):
        row = read.data
        trust = row.trust_code if row.site_code is None else sites[row.site_code].trust
        if row.unreported and trust is not None:
            found[str(row.modality), trust] += row.unreported
    return {place: found[place] for place in sorted(found)}


def standard_list(demand: int, settings: Settings) -> int:
    """List that goes with the diagnostic standard, in patients: demand a year times the mean wait in years.

    The mean wait is ``standard / ln(1 / share over it)``: Little's law with waits spread exponentially (Fong et al.
    2022, the method of NHS-R's waiting list package).
    """
    wait = settings.waiting_standard_weeks / WEEKS_IN_A_YEAR
    return round_half_up(demand * wait / queue_factor(settings.waiting_breach_share))


def targets(start: int, standard: Sequence[int], reached: int) -> tuple[int, ...]:
    """List to be reached by the end of each year: the standard from year ``reached`` (position) on, even steps before.

    A standard to be reached after the plan is that of its last year.
    """
    goal = standard[min(reached, len(standard) - 1)]
    return tuple(
        level if t >= reached else max(level, round_half_up(start + Fraction((goal - start) * (t + 1), reached + 1)))
        for t, level in enumerate(standard)
    )


def _waiting_list(
    line: str, site: str, start: int, wanted: Sequence[int], reach_by: int | None, settings: Settings
) -> WaitingList:
    standard = tuple(standard_list(scans, settings) for scans in wanted)
    year = reach_by or settings.waiting_standard_year or settings.start_year
    reached = max(0, year - settings.start_year)
    return WaitingList(line=line, site=site, start=start, standard=standard, targets=targets(start, standard, reached))
