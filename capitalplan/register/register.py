"""The frozen Register: everything the plan needs, checked and with every default filled in.

All amounts are exact: whole pounds and whole scans as integers, rates and shares as fractions. Tuples indexed by year
run over the horizon, position 0 being ``settings.start_year``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.issues import Issue
from capitalplan.settings import Settings
from capitalplan.terms import Action, ContractKind, Lock, Ownership, SchemeStatus

__all__ = [
    "Asset",
    "Assumption",
    "Contract",
    "Curve",
    "Link",
    "Option",
    "Register",
    "Scheme",
    "ServiceLine",
    "Site",
    "Source",
    "Trust",
]


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
    """

    name: str
    uptime: tuple[Fraction, ...]
    upkeep: tuple[Fraction, ...]
    resale: tuple[Fraction, ...]

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
    scans_per_hour, hours_per_week
        Throughput and staffed hours when added as a new machine.
    throughput_gain
        Gain in scans an hour against the machine it replaces, as a share.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A scheme of the Schemes sheet; ordered and committed ones are fixed.

    Attributes
    ----------
    asset_id
        The machine replaced; None for an addition.
    site, line
        Where and in which service line.
    year
        Year of commissioning, in which it is charged.
    capital_gbp
        Whole scheme, £ cash, VAT included.
    source
        Funding source named for it, or None.
    """

    scheme_id: str
    action: Action
    asset_id: str | None
    site: str
    trust: str
    line: str
    option: str
    year: int
    capital_gbp: int
    status: SchemeStatus
    source: str | None

    @property
    def is_committed(self) -> bool:
        """Whether the plan must leave the scheme as it is."""
        return self.status is not SchemeStatus.IDEA


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One registered machine, all defaults filled in.

    Attributes
    ----------
    line
        Name of its service line.
    install_year
        Financial year of installation; its age in year t is ``t - install_year``.
    contract_id
        Its contract, or None.
    exams_per_year
        Examinations in the base year.
    nominal_scans
        Scans a year if it worked all of its staffed time: scans an hour x staffed hours x weeks.
    uptime_scale
        Measured uptime against its curve's at today's age; 1 where nothing was measured.
    maintenance_gbp
        Maintenance today, £ a year ex VAT.
    price_gbp
        Like-for-like equipment price, £ ex VAT today, own or from the catalogue: the base of over-age pricing.
    like_for_like
        Name of its like-for-like option; None where nothing in the catalogue is.
    own_price_gbp, own_works_gbp
        Replacement price (of its like-for-like option) and works (of any option) entered for this machine; None to
        use the option's.
    paid_gbp
        Price paid, the base of its remaining and resale value.
    life_years
        Planned life by modality and use, or as entered.
    capabilities
        What a replacement must have; empty where waived.
    end_of_support_year
        First financial year without the maker's support; None where not known.
    risk_score
        1-25, entered or illustrative from age and support status.
    risk_score_entered
        Whether the score was entered by the user.
    planned_year, planned_option
        The lead's own plan; ``planned_option`` may be ``retire``.
    """

    asset_id: str
    site: str
    trust: str
    line: str
    modality: str
    mobile: bool
    subtype: str
    manufacturer: str
    model: str
    serial: str
    install_year: int
    ownership: Ownership
    contract_id: str | None
    exams_per_year: int
    nominal_scans: Fraction
    uptime_scale: Fraction
    maintenance_gbp: int
    price_gbp: int
    like_for_like: str | None
    own_price_gbp: int | None
    own_works_gbp: int | None
    paid_gbp: int
    life_years: int
    curve: str
    capabilities: frozenset[str]
    end_of_support_year: int | None
    risk_score: int
    risk_score_entered: bool
    lock: Lock | None
    lock_year: int | None
    earliest_year: int | None
    latest_year: int | None
    planned_year: int | None
    planned_option: str | None

    @property
    def due_year(self) -> int:
        """Financial year in which it reaches its planned life."""
        return self.install_year + self.life_years


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair of sites between which patients may move, for every modality with demand.

    Attributes
    ----------
    minutes
        Journey by road, as entered or from coordinates.
    """

    from_site: str
    to_site: str
    minutes: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A funding source.

    Attributes
    ----------
    trust
        Whose limit it is; None for a source every trust may draw on.
    limits_gbp
        Limit by year, £ cash.
    """

    name: str
    trust: str | None
    limits_gbp: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A default that was used.

    Attributes
    ----------
    item
        What was filled in, such as ``Equipment: maintenance``.
    value
        The value, as users read it.
    source
        Where the default comes from, or ``illustrative``.
    used_for
        How many rows it filled, and which where they are few.
    """

    item: str
    value: str
    source: str
    used_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The whole input, checked, resolved and sorted by identifier.

    Attributes
    ----------
    trusts, sites, lines, options, curves, contracts
        By their code or name.
    assets
        Sorted by ``asset_id``.
    schemes
        Every scheme of the Schemes sheet, sorted by ``scheme_id``.
    demand
        Scans wanted by year, by (service line, site); lines without demand are planned by age only.
    links
        Pairs of different sites between which patients may move, sorted.
    sources
        Funding sources sorted by name; empty when no limits were given, and then there is no funded plan.
    assumptions
        Every default used.
    warnings
        Issues that did not stop the reading.
    left_out
        Rows that were read but are not planned, each with its reason.
    """

    settings: Settings
    trusts: Mapping[str, Trust]
    sites: Mapping[str, Site]
    lines: Mapping[str, ServiceLine]
    options: Mapping[str, Option]
    curves: Mapping[str, Curve]
    contracts: Mapping[str, Contract]
    assets: tuple[Asset, ...]
    schemes: tuple[Scheme, ...]
    demand: Mapping[tuple[str, str], tuple[int, ...]]
    links: tuple[Link, ...]
    sources: tuple[Source, ...]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Issue, ...]
    left_out: tuple[str, ...]

    @property
    def committed(self) -> tuple[Scheme, ...]:
        """Schemes the plan must leave as they are."""
        return tuple(scheme for scheme in self.schemes if scheme.is_committed)
