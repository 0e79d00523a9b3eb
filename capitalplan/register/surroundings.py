"""What machines live among: trusts, sites, ageing curves, service lines, catalogue options and contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import ContractKind

__all__ = ["Contract", "Curve", "Option", "ServiceLine", "Site", "Trust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """An organisation that owns machines and holds capital limits."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where machines stand.

    Attributes
    ----------
    opening_year, closing_year
        First year open and first year no longer open; None for open already and staying open.
    spare_rooms
        Empty rooms today by modality code.
    max_new_rooms
        Rooms of any kind that may be built over the whole horizon.
    max_installations
        Machines that may be installed in one year, replacements and additions together.
    van_standing
        Whether a mobile van can stand there.
    """

    code: str
    trust: str
    name: str
    latitude: Fraction | None
    longitude: Fraction | None
    opening_year: int | None
    closing_year: int | None
    spare_rooms: Mapping[str, int]
    max_new_rooms: int
    max_installations: int
    van_standing: bool

    def is_open(self, year: int) -> bool:
        """Whether the site is open in a financial year."""
        opened = self.opening_year is None or year >= self.opening_year
        return opened and (self.closing_year is None or year < self.closing_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How a machine ages. Each tuple is indexed by age in years; the last entry also covers older machines.

    Attributes
    ----------
    uptime
        Share of staffed time in which the machine works.
    upkeep
        Maintenance as a multiple of what it is when new.
    resale
        Trade-in value as a share of the price paid.
    failure
        Serious breakdowns expected in a year.
    """

    name: str
    uptime: tuple[Fraction, ...]
    upkeep: tuple[Fraction, ...]
    resale: tuple[Fraction, ...]
    failure: tuple[Fraction, ...]

    def at(self, values: tuple[Fraction, ...], age: int) -> Fraction:
        """Entry of one of the curve's tuples at an age, the last entry standing for all beyond it."""
        return values[min(max(age, 0), len(values) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """What holds for all machines of a modality (mobile units are a line of their own).

    Attributes
    ----------
    name
        Name of the line, ``capitalplan.terms.service_name``: ``CT``, ``DX mobile``.
    growth_rate
        Growth of demand a year.
    outside_price_gbp
        Price of one scan bought from another provider, £ ex VAT today.
    outage_weeks
        Weeks a machine is out of use in the year it is replaced.
    scans_per_hour, hours_per_week
        Throughput and staffed hours of a new machine where nothing else is known.
    life_high_use, life_mid_use, life_low_use
        Planned life in years by band of use.
    high_use_over, low_use_under
        Exams a year above which use is high, below which it is low.
    swap_cover
        Whether a site's only machine needs someone to stand in while it is replaced.
    radiographers_per_scan_hour
        Radiographers needed for an hour of scanning.
    minutes_per_report
        Time of reporting one scan; 0 where reporting is not counted.
    radiographer_reporting_share
        Largest share of reports that reporting radiographers may make.
    energy_mwh
        Electricity a machine uses in a year, MWh.
    disposal_gbp
        Cost of taking an owned machine out, £ ex VAT today.
    order_months
        From the order of a machine to its use.
    """

    name: str
    modality: str
    mobile: bool
    title: str
    growth_rate: Fraction
    outside_price_gbp: int
    outage_weeks: Fraction
    scans_per_hour: Fraction
    hours_per_week: Fraction
    life_high_use: int
    life_mid_use: int
    life_low_use: int
    high_use_over: int
    low_use_under: int
    swap_cover: bool
    radiographers_per_scan_hour: Fraction
    minutes_per_report: Fraction
    radiographer_reporting_share: Fraction
    energy_mwh: Fraction
    disposal_gbp: int
    order_months: int

    def life(self, exams_per_year: int) -> int:
        """Planned life in years for a machine by its use in the base year (bands of CAR 2013, endorsed by ESR 2014)."""
        if exams_per_year > self.high_use_over:
            return self.life_high_use
        return self.life_low_use if exams_per_year < self.low_use_under else self.life_mid_use


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A catalogue entry that can replace a machine or be added.

    Attributes
    ----------
    price_gbp, works_gbp
        Equipment and enabling works in an existing room, £ ex VAT today.
    annual_maintenance_gbp
        Maintenance when new, £ a year ex VAT today.
    annual_staff_gbp
        Staff that an added machine needs, £ a year today.
    scans_per_hour, hours_per_week
        Throughput and staffed hours when added as a new machine.
    energy_mwh
        Electricity it uses in a year, MWh.
    throughput_gain
        Gain in scans an hour against the machine it replaces, as a share.
    works_paid_before
        Share of its enabling works paid in the year before commissioning.
    life_years
        Planned life; None to follow the use of the machine it replaces (mid use when added).
    curve
        Name of its ageing curve.
    like_for_like
        Whether it is the standard replacement of its service line.
    """

    name: str
    line: str
    modality: str
    mobile: bool
    description: str
    capabilities: frozenset[str]
    price_gbp: int
    works_gbp: int
    annual_maintenance_gbp: int
    annual_staff_gbp: int
    energy_mwh: Fraction
    works_paid_before: Fraction
    scans_per_hour: Fraction
    hours_per_week: Fraction
    throughput_gain: Fraction
    life_years: int | None
    curve: str
    like_for_like: bool
    can_replace: bool
    can_add: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A lease, managed service or PFI contract.

    Attributes
    ----------
    start_year
        First financial year of a contract that has yet to begin, until which the machine is the trust's own; None for
        one that runs already.
    end_year
        First financial year no longer covered by the contract.
    annual_charge_gbp, extension_charge_gbp
        Charge a year per machine during the contract and its extension, £ ex VAT today.
    refresh_years
        Age at which the contract itself renews a machine; None for the machine's planned life.
    extension_years
        Years by which a lease may be extended after ``end_year``; 0 for none.
    """

    contract_id: str
    kind: ContractKind
    end_year: int
    annual_charge_gbp: int
    extension_charge_gbp: int
    refresh_years: int | None
    extension_years: int
    start_year: int | None = None
