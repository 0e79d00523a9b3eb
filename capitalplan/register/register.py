"""The frozen Register: everything the plan needs, checked and with every default filled in.

All amounts are exact: whole pounds and whole scans as integers, rates and shares as fractions. Tuples indexed by year
run over the horizon, position 0 being ``settings.start_year``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from capitalplan.register.funding import Approval, ApprovedLine, CapitalLimit, CostShare, RevenueLimit, Source
from capitalplan.register.issues import Issue
from capitalplan.register.provision import ExtraCapacity, StaffPool, Tie, Upgrade, WaitingList
from capitalplan.register.routes import Challenge, Offer, Tier
from capitalplan.register.surroundings import Contract, Curve, Option, ServiceLine, Site, Trust
from capitalplan.settings import Settings
from capitalplan.terms import Action, ExtraKind, Lock, Ownership, SchemeStatus

__all__ = [
    "Approval",
    "ApprovedLine",
    "Asset",
    "Assumption",
    "CapitalLimit",
    "Challenge",
    "Contract",
    "CostShare",
    "Curve",
    "ExtraCapacity",
    "Link",
    "Offer",
    "Option",
    "Register",
    "RevenueLimit",
    "Scheme",
    "ServiceLine",
    "Site",
    "Source",
    "StaffPool",
    "Tie",
    "Tier",
    "Trust",
    "Upgrade",
    "WaitingList",
]


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
    paid_before_gbp
        The part of it paid in the year before ``year``, £ cash.
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
    paid_before_gbp: int
    status: SchemeStatus
    source: str | None

    @property
    def is_committed(self) -> bool:
        """Whether the plan must leave the scheme as it is."""
        return self.status in (SchemeStatus.ORDERED, SchemeStatus.COMMITTED)


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
    scans_per_hour, hours_per_week
        Throughput and staffed hours behind ``nominal_scans``.
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
    outage_weeks
        Weeks it is out of use while it is replaced in its room; None for those of its service line.
    paid_gbp
        Price paid, the base of its remaining and resale value.
    book_value_gbp
        Net book value when the plan starts, £ cash: entered, or straight line from the price paid.
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
    upgrades
        Upgrades and life extensions offered for it.
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
    scans_per_hour: Fraction
    hours_per_week: Fraction
    uptime_scale: Fraction
    maintenance_gbp: int
    price_gbp: int
    like_for_like: str | None
    own_price_gbp: int | None
    own_works_gbp: int | None
    outage_weeks: Fraction | None
    paid_gbp: int
    book_value_gbp: int
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
    upgrades: tuple[Upgrade, ...]
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


@dataclass(frozen=True, kw_only=True)
class Register:
    """The whole input, checked, resolved and sorted by identifier. It has no slots, so that it may keep what it found.

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
    unscheduled, waiting_demand
        The parts of ``demand`` that are unscheduled and that may wait on a list, by the same keys, only where there are
        any; the rest is planned.
    waiting
        Waiting lists, sorted by line and site.
    unreported
        Scans waiting for a report when the plan starts, by (service line, trust), only where there are any.
    extra
        Extended hours, vans, outside providers and outsourced reporting, sorted by name.
    staff
        Staff pools, sorted by group and trust; a group without any is not limited.
    ties
        Schemes bound to each other.
    links
        Pairs of different sites between which patients may move, sorted.
    sources
        Funding sources sorted by name; empty when no limits were given, and then there is no funded plan.
    capital_limits, revenue_limits
        Totals beside the sources, sorted by trust, the network first.
    offers, tiers
        Leases and managed services by name, and price tiers sorted by framework and first unit.
    approvals
        Who approves what, in order of limit, the last without one.
    cost_shares
        Shares of other trusts in machines and in what is added at sites.
    challenges
        Suppliers' offers to be held against the plan; the plan itself leaves them aside.
    approved
        Lines of the approved plan to stay close to; empty for none.
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
    unscheduled: Mapping[tuple[str, str], tuple[int, ...]]
    waiting_demand: Mapping[tuple[str, str], tuple[int, ...]]
    waiting: tuple[WaitingList, ...]
    unreported: Mapping[tuple[str, str], int]
    extra: tuple[ExtraCapacity, ...]
    staff: tuple[StaffPool, ...]
    ties: tuple[Tie, ...]
    links: tuple[Link, ...]
    sources: tuple[Source, ...]
    capital_limits: tuple[CapitalLimit, ...]
    revenue_limits: tuple[RevenueLimit, ...]
    offers: tuple[Offer, ...]
    tiers: tuple[Tier, ...]
    approvals: tuple[Approval, ...]
    cost_shares: tuple[CostShare, ...]
    challenges: tuple[Challenge, ...]
    approved: tuple[ApprovedLine, ...]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Issue, ...]
    left_out: tuple[str, ...]

    @cached_property
    def committed(self) -> tuple[Scheme, ...]:
        """Schemes the plan must leave as they are."""
        return tuple(scheme for scheme in self.schemes if scheme.is_committed)

    @cached_property
    def served(self) -> frozenset[str]:
        """Service lines that have demand."""
        return frozenset(line for line, _ in self.demand)

    @cached_property
    def machines_at(self) -> Mapping[tuple[str, str], int]:
        """How many machines are registered, by (service line, site); 0 where none is."""
        return Counter((asset.line, asset.site) for asset in self.assets)

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[str, ...]]:
        """Sites that may scan each site's patients, in order; sites without any are absent."""
        found: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for link in self.links:
            found[link.from_site] += (link.to_site,)
        return dict(found)

    @cached_property
    def _governing(self) -> Mapping[tuple[ExtraKind, str, str], ExtraCapacity]:
        return {(each.kind, each.line, place): each for each in self.extra for place in each.places}

    def governing(self, kind: ExtraKind, line: str, place: str) -> ExtraCapacity | None:
        """Line of Extra capacity that governs a service line at a site (a trust for outsourced reporting), if any."""
        return self._governing.get((kind, line, place))

    def outage_weeks(self, asset: Asset) -> Fraction:
        """Weeks a machine is out of use while it is replaced in its room: its own, or those of its service line."""
        return self.lines[asset.line].outage_weeks if asset.outage_weeks is None else asset.outage_weeks

    def outside_price(self, line: str, site: str) -> int:
        """Price of a scan of a site's patient bought outside, £ ex VAT today."""
        provider = self.governing(ExtraKind.OUTSIDE, line, site)
        return self.lines[line].outside_price_gbp if provider is None else provider.price_gbp
