"""What is said by hand about a fictional network; machines are made from it by ``data._fleet``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from data._tables import Cells

__all__ = ["START_YEAR", "YEARS", "Money", "Network", "Place", "Service", "machine_ids"]

START_YEAR = 2026
YEARS = 9

Counts = Mapping[str, int]
"""Whole numbers by service line: CT, MR, DX, DX mobile, RF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site.

    Attributes
    ----------
    machines
        Machines by service line.
    spare_rooms
        Empty rooms by modality.
    opening_year
        First year open as a financial year, blank for open already.
    van_standing
        ``no`` where no mobile van can stand, else blank.
    """

    code: str
    name: str
    latitude: float
    longitude: float
    machines: Counts
    spare_rooms: Counts = field(default_factory=dict)
    max_new_rooms: int = 1
    max_installations: int = 3
    opening_year: str = ""
    van_standing: str = ""

    @property
    def trust(self) -> str:
        """Trust the site belongs to."""
        return self.code[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Patients, staff and what can be had beside machines.

    Attributes
    ----------
    extra, upgrades, ties
        Rows of those sheets.
    class_shares
        Unscheduled and waiting-list shares of demand, by trust and service line, where demand is told by class.
    weeks_waiting
        Today's lists, by trust, in weeks of waiting-list demand.
    reach_by
        Year by whose end each trust reaches the standard.
    lists_by_trust
        Trusts whose lists are told for the whole trust.
    days_unreported
        Scans waiting for a report, in days of demand, by trust.
    staff_margin
        Staff in post by group, as a multiple of what the first year's demand takes.
    shared_share
        Part of the staff, by group, whom any trust may use.
    radiographer_reports
        Part of reporting that is done by reporting radiographers.
    recruitment
        Growth of staff a year.
    """

    extra: tuple[Cells, ...]
    upgrades: tuple[Cells, ...]
    ties: tuple[Cells, ...]
    class_shares: Mapping[str, Mapping[str, tuple[float, float]]]
    weeks_waiting: Mapping[str, float]
    reach_by: Mapping[str, int]
    lists_by_trust: tuple[str, ...]
    days_unreported: Mapping[str, float]
    staff_margin: Mapping[str, float]
    shared_share: Mapping[str, float]
    radiographer_reports: float
    recruitment: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What money may be spent on and by what routes; every sheet may be empty.

    Attributes
    ----------
    sources, routes, frameworks, cost_shares, challenges
        Rows of those sheets.
    capital_thousands, cash_thousands
        Capital limits and cash by trust (``SHARED`` for the network) and year, £ thousand.
    revenue_thousands
        Revenue limits by trust and year, £ thousand.
    """

    sources: tuple[Cells, ...] = ()
    capital_thousands: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    cash_thousands: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    revenue_thousands: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    routes: tuple[Cells, ...] = ()
    frameworks: tuple[Cells, ...] = ()
    cost_shares: tuple[Cells, ...] = ()
    challenges: tuple[Cells, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A fictional network.

    Attributes
    ----------
    folder
        Folder it is written to.
    trusts
        Names by code.
    ages
        Ages at the start of the plan of machines that have a story; all others are dealt.
    facts
        Cells set by hand, by machine; they come after, and replace, those that are made.
    contracts, schemes, travel
        Rows of those sheets.
    demand_over_exams
        Scans wanted in the first year as a multiple of last year's exams, by service line.
    limits_thousands
        Limits by funding source and year, £ thousand cash.
    owners
        Trust of each source that is not shared.
    money
        What money may be spent on.
    service
        Patients and staff; None for a network that says nothing of them.
    """

    folder: str
    name: str
    seed: int
    trusts: Mapping[str, str]
    places: tuple[Place, ...]
    ages: Counts
    facts: Mapping[str, Cells]
    contracts: tuple[Cells, ...]
    schemes: tuple[Cells, ...] = ()
    travel: tuple[Cells, ...] = ()
    demand_over_exams: Mapping[str, float]
    limits_thousands: Mapping[str, tuple[int, ...]]
    owners: Mapping[str, str]
    money: Money = field(default_factory=Money)
    service: Service | None = None


def machine_ids(place: Place, line: str) -> Iterator[str]:
    """Name the machines of a service line at a site: ``QX101-CT-01``, ``QX101-DXM-01`` for a mobile unit."""
    tag = line.replace(" mobile", "M")
    return (f"{place.code}-{tag}-{number:02d}" for number in range(1, place.machines.get(line, 0) + 1))
