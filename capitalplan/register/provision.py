"""How patients are served beside the machines: waiting lists, extra capacity, staff, upgrades, and ties of schemes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import ExtraKind, StaffGroup, TieKind

__all__ = ["ExtraCapacity", "StaffPool", "Tie", "Upgrade", "WaitingList"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingList:
    """The waiting list of one service line at one site.

    Attributes
    ----------
    start
        Patients waiting when the plan starts.
    standard
        List that goes with the diagnostic standard, by year, patients.
    targets
        List to be reached by the end of each year: the standard, or the way to it.
    """

    line: str
    site: str
    start: int
    standard: tuple[int, ...]
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraCapacity:
    """A line of the Extra capacity sheet, with the places it governs.

    Attributes
    ----------
    name
        Unique name, made from kind, line and place where none was given.
    places
        Sites it governs; trusts for outsourced reporting. No two lines of a kind govern the same line and place.
    price_gbp
        £ today: an extra hour worked, a van day, a scan, or a report.
    limit
        Hours a week and machine; van days, scans or reports a year over all its places; None for no limit.
    scans_per_day, minimum_days
        Of a van; 0 and 1 for others.
    crewed
        Whether a van brings its own radiographers.
    cover_only
        Whether a van may only stand in for a machine that is being replaced.
    first_year, last_year
        Financial years between which it is offered; None for no end.
    """

    name: str
    kind: ExtraKind
    line: str
    places: tuple[str, ...]
    price_gbp: int
    limit: Fraction | None
    scans_per_day: int
    minimum_days: int
    crewed: bool
    cover_only: bool
    first_year: int | None
    last_year: int | None

    def is_offered(self, year: int) -> bool:
        """Whether it can be had in a financial year."""
        return (self.first_year is None or year >= self.first_year) and (
            self.last_year is None or year <= self.last_year
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPool:
    """Staff of one group and trust.

    Attributes
    ----------
    trust
        Whose staff they are; None for a pool every trust may draw on.
    wte
        Whole-time equivalents by year.
    hours
        Productive hours by year.
    """

    group: StaffGroup
    trust: str | None
    wte: tuple[Fraction, ...]
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Two replacements bound to each other: ``first`` together with, after, or not in the same year as ``other``.

    Attributes
    ----------
    first, other
        Identifier of a machine, or of a committed addition.
    """

    first: str
    kind: TieKind
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """An upgrade or life extension offered for a registered machine.

    Attributes
    ----------
    cost_gbp
        £ ex VAT today.
    years_gained
        Years added to planned life, and to an end of support.
    throughput_gain
        Gain in scans an hour, as a share.
    first_year, last_year
        Financial years between which it is offered; None for no end.
    """

    name: str
    cost_gbp: int
    years_gained: int
    throughput_gain: Fraction
    first_year: int | None
    last_year: int | None

    def is_offered(self, year: int) -> bool:
        """Whether it can be had in a financial year."""
        return (self.first_year is None or year >= self.first_year) and (
            self.last_year is None or year <= self.last_year
        )
