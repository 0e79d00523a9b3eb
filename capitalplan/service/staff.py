"""Staff: hours a scan and a report take, hours a pool has, and the backlog of reports that turnaround allows."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.register.register import Register, ServiceLine
from capitalplan.terms import StaffGroup

__all__ = ["hours_per_report", "hours_per_scan", "pool_hours", "turnaround"]

DAYS_IN_A_YEAR = 365


def hours_per_scan(line: ServiceLine) -> Fraction:
    """Radiographer hours a scan takes: radiographers in an hour of scanning over the scans of that hour."""
    return line.radiographers_per_scan_hour / line.scans_per_hour if line.scans_per_hour else Fraction(0)


def hours_per_report(line: ServiceLine) -> Fraction:
    """Hours a report takes."""
    return line.minutes_per_report / 60


def pool_hours(register: Register, group: StaffGroup, trust: str | None, year: int) -> int:
    """Productive hours of a trust's own pool, or of the one any trust may use (None), in a year (position)."""
    return sum(pool.hours[year] for pool in register.staff if pool.group is group and pool.trust == trust)


def turnaround(register: Register, line: str, year: int) -> Fraction:
    """Backlog of reports that may stand at the end of a year (position), as a share of the reports made in it.

    Days allowed for unscheduled demand and for the rest (NHS England 2023: 28 days at most), weighted by the demand of
    the whole network, over the days of a year.
    """
    settings = register.settings
    total = sum(scans[year] for (name, _), scans in register.demand.items() if name == line)
    urgent = sum(scans[year] for (name, _), scans in register.unscheduled.items() if name == line)
    share = Fraction(urgent, total) if total else Fraction(0)
    days = share * settings.turnaround_days_unscheduled + (1 - share) * settings.turnaround_days
    return days / DAYS_IN_A_YEAR
