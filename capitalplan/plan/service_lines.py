"""The service side of a plan: who is scanned and reported where, by whom, and who waits. Plain data in users' units."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Cover", "ExtraHours", "Flow", "Moved", "Outside", "Reports", "StaffUse", "VanHire", "Waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Patients of ``from_site`` scanned at ``to_site`` (or at home) in a year, scans to three decimals."""

    line: str
    from_site: str
    to_site: str
    year: int
    scans: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Scans of a site's patients that the network cannot do and that are priced at the outside price."""

    line: str
    site: str
    year: int
    scans: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Patients of one trust scanned at another's sites in a year."""

    line: str
    from_trust: str
    to_trust: str
    year: int
    scans: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraHours:
    """Hours worked beyond staffed hours on the machines of one throughput class at a site in a year."""

    line: str
    site: str
    scans_per_hour: Fraction
    year: int
    hours: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class VanHire:
    """A mobile van at a site in a year.

    Attributes
    ----------
    name
        Line of Extra capacity.
    days
        Days hired.
    scans
        Scans done on it, to three decimals.
    """

    name: str
    line: str
    site: str
    year: int
    days: int
    scans: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A waiting list at the end of a year.

    Attributes
    ----------
    patients
        The list, to three decimals.
    target
        The list it should not exceed.
    mean_weeks
        Estimated mean wait: the list over the year's waiting-list demand, in weeks (Little's law); None without demand.
    share_over
        Estimated share waiting longer than the standard, waits taken to be spread exponentially; None without demand.
    """

    line: str
    site: str
    year: int
    patients: Fraction
    target: int
    mean_weeks: float | None
    share_over: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Reporting of a service line by a trust in a year; reports to three decimals.

    Attributes
    ----------
    needed
        Scans done at the trust's sites in the year.
    radiologist, radiographer, outsourced
        Reports made by each.
    backlog
        Scans without a report at the end of the year.
    """

    line: str
    trust: str
    year: int
    needed: Fraction
    radiologist: Fraction
    radiographer: Fraction
    outsourced: Fraction
    backlog: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffUse:
    """Staff a trust needs in a year, against its own.

    Attributes
    ----------
    hours
        Productive hours the plan needs, to three decimals.
    wte
        The same in whole-time equivalents.
    own_hours
        Productive hours of the trust's own pool; None where the group is not limited.
    """

    group: str
    trust: str
    year: int
    hours: Fraction
    wte: float
    own_hours: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who scans the patients of a site's only machine in the year it is replaced.

    Attributes
    ----------
    kind
        ``mobile van``, ``neighbour`` or ``added machine``.
    place
        Line of Extra capacity of the van, or site of the machine.
    """

    asset_id: str
    line: str
    site: str
    year: int
    kind: str
    place: str
