"""The frozen Plan: plain data, every figure in users' units, nothing of the model inside.

Money is whole pounds; capital is cash, VAT and optimism bias included; costs are real, ex VAT. Scans are scans a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from capitalplan.plan.money_lines import (
    CaseDates,
    Change,
    Flag,
    Payer,
    Payment,
    RevenueLine,
    SourceYear,
    TierReached,
)
from capitalplan.plan.service_lines import (
    Cover,
    ExtraHours,
    Flow,
    Moved,
    Outside,
    Reports,
    StaffUse,
    VanHire,
    Waiting,
)
from capitalplan.terms import Action, Heading, Purpose, Timing

__all__ = [
    "NEW_ROOM",
    "SCHEMA_VERSION",
    "Binding",
    "Breach",
    "CaseDates",
    "Change",
    "Check",
    "Cover",
    "ExtraHours",
    "Flag",
    "Flow",
    "Moved",
    "Outside",
    "Payer",
    "Payment",
    "Plan",
    "PlannedScheme",
    "Reports",
    "RevenueLine",
    "RunFacts",
    "SourceYear",
    "StaffUse",
    "TierReached",
    "VanHire",
    "Waiting",
    "YearLine",
]

SCHEMA_VERSION = "3"

NEW_ROOM = "new room"
"""Option name of a line that builds rooms rather than buys machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedScheme:
    """One line of the plan. Every asset has at least one; a machine replaced twice has two.

    Attributes
    ----------
    scheme_id
        The committed scheme's own identifier, or one made from asset or site, option and year.
    asset_id
        The machine; None for an addition.
    trust, site
        Legal owner, and where it stands; its host is the trust of the site.
    year
        Financial year of commissioning, retirement or extension; None where nothing happens.
    option
        Catalogue option bought, ``NEW_ROOM``, or name of the upgrade; None otherwise.
    route
        ``purchase``, ``lease``, ``managed service``, ``committed``, ``contract``, ``lease extension``, ``upgrade`` or
        ``none``.
    offer
        Line of Routes by which it is leased or managed; None otherwise.
    units
        Machines installed by this line: 1 for a replacement, the number added (rooms for ``NEW_ROOM``), else 0.
    capital_gbp
        Charged to capital limits in all years, £ cash, rebates taken off.
    rebate_gbp
        Taken off by price tiers, £ cash.
    funding
        Capital by source, all years together; adds up to ``capital_gbp``.
    payments
        The same by year, trust, source and route; adds up to ``capital_gbp``.
    payers
        Who bears the capital, the owner last; empty where nothing is charged.
    benefits
        Share of the scans done at the site in its service line, in the scheme's year, by trust of the patients; empty
        where nothing is scanned or nothing happens.
    case
        Business-case route; None where nothing is charged.
    revenue_part_year_gbp, revenue_full_year_gbp
        Change of the revenue statement in ``year`` and in the year after, before relief, £ cash; None where nothing is
        installed or upgraded, and beyond the plan.
    own_cost_gbp
        Discounted whole-life cost of what the plan does with the machine, or of what is added, real £: age risk in,
        remaining value out, patients left out. On a machine's first line only; 0 on its others.
    new_room_first
        Whether a replacement is set up in a spare room before the old machine goes, without an outage.
    reason
        One sentence: why this, why then.
    sentence
        One sentence a board member understands: what happens.
    """

    scheme_id: str
    asset_id: str | None
    trust: str
    site: str
    modality: str
    mobile: bool
    action: Action
    year: int | None
    option: str | None
    route: str
    units: int
    capital_gbp: int
    funding: Mapping[str, int]
    timing: Timing
    due_year: int | None
    reason: str
    sentence: str
    committed: bool = False
    own_cost_gbp: int = 0
    new_room_first: bool = False
    offer: str | None = None
    rebate_gbp: int = 0
    payments: tuple[Payment, ...] = ()
    payers: tuple[Payer, ...] = ()
    benefits: Mapping[str, Fraction] = field(default_factory=dict)
    case: CaseDates | None = None
    revenue_part_year_gbp: int | None = None
    revenue_full_year_gbp: int | None = None

    @property
    def purpose(self) -> Purpose:
        """What its capital is spent on."""
        return Purpose.NEW if self.action is Action.ADD else Purpose.REPLACEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A limit that holds the plan back.

    Attributes
    ----------
    rule
        Name of the rule: ``money``, ``capital limit``, ``cash``, ``revenue``, ``fairness``, ``works``, ``rooms``,
        ``workforce``, ``reporting`` or ``extra``.
    place
        Funding source, site, trust, line of Extra capacity, or network.
    year
        Financial year; None for a limit over the whole horizon.
    amount
        The limit, in ``unit``.
    used
        How much of it the plan uses.
    unit
        ``£``, ``installations``, ``rooms``, ``radiographer hours``, ``radiologist hours``,
        ``reporting radiographer hours``, ``extra hours``, ``van days``, ``scans``, ``reports`` or ``basis points``
        (hundredths of a percent, of fairness).
    """

    rule: str
    place: str
    year: int | None
    amount: int
    used: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that is not kept: which, where, when, by how much.

    Attributes
    ----------
    amount
        By how much, in ``unit``.
    message
        The same in one sentence.
    """

    rule: str
    place: str
    year: int | None
    amount: Fraction
    unit: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """One financial year of the plan, all trusts together.

    Attributes
    ----------
    firm
        Whether the year's limits are firm rather than indicative.
    capital_by_source
        £ cash charged by funding source.
    limit_by_source
        £ cash limit by funding source.
    capital_by_trust
        £ cash charged by trust that pays.
    upkeep_gbp
        Running costs of machines, real £ ex VAT, undiscounted.
    running_gbp
        The same by heading: maintenance, rent, unitary charge, energy and staff of added machines.
    capital_real_gbp
        Equipment, works and upgrades, rebates taken off, real £ ex VAT, undiscounted.
    resale_gbp
        Trade-in receipts less the cost of disposal, real £.
    outside_gbp
        Scans bought outside, real £.
    extra_gbp
        Extended hours, mobile vans and outsourced reporting by name, real £.
    travel_gbp, age_risk_gbp
        Values put on patients moved and on over-age machines; judgements, not cash.
    service_value_gbp
        Values put on ``waiting``, ``unscheduled away``, ``unmet`` and ``late reports``; judgements, not cash.
    money_value_gbp
        Values put on ``under use`` of sources, ``revenue over`` limits and ``changes`` from the approved plan;
        judgements, not cash; only those that are not zero.
    breakdowns
        Serious breakdowns expected of the machines in service, by their failure curves.
    demand, capacity, outside_scans
        Scans by service line, lines with demand only.
    machines
        Machines in service.
    over_age
        Machines in service past their planned life.
    """

    year: int
    firm: bool
    capital_by_source: Mapping[str, int]
    limit_by_source: Mapping[str, int]
    capital_by_trust: Mapping[str, int]
    upkeep_gbp: int
    running_gbp: Mapping[Heading, int]
    capital_real_gbp: int
    resale_gbp: int
    outside_gbp: int
    extra_gbp: Mapping[str, int]
    travel_gbp: int
    age_risk_gbp: int
    service_value_gbp: Mapping[str, int]
    money_value_gbp: Mapping[str, int]
    breakdowns: Fraction
    demand: Mapping[str, int]
    capacity: Mapping[str, int]
    outside_scans: Mapping[str, int]
    machines: int
    over_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A strategic capital plan.

    Attributes
    ----------
    network
        Name of the network.
    funded
        Whether capital limits were given; without them this is a statement of need.
    status
        How the solve ended, in words.
    objective_gbp
        Value of the plan: discounted whole-life cost with the priced risks, £.
    bound_gbp
        No plan under these assumptions can cost less, by the engine's claim, £; None where nothing was proven.
    gap, gap_gbp
        Relative and absolute distance between the two; None where nothing was proven.
    schemes
        In order of trust, site, asset and year.
    flows, outside
        Patients by site of scan and scans bought outside; only non-zero lines.
    moves
        Patients scanned at another trust's sites; only non-zero lines.
    extra_hours, vans
        Extended hours worked and vans hired; only non-zero lines.
    waiting
        Every waiting list at the end of every year.
    reports
        Reporting by line, trust and year, where reporters are given; empty otherwise.
    staff
        Staff needed by group, trust and year, limited or not.
    covers
        Who stands in for each site's only machine while it is replaced.
    capacity
        Capacity by (service line, site) and year, scans, lines with demand only.
    years
        One line a year.
    kpis
        Key figures by name; see ``capitalplan.plan.kpis``.
    sources
        Every funding source in every year.
    revenue
        The revenue statement, every trust and year.
    tiers
        Price tiers reached.
    changes
        What differs from the approved plan, where there is one.
    flags
        What should be looked at before money is committed.
    binding
        Limits that hold the plan back.
    breaches
        Elastic rules the plan does not keep, each at its price: ``waiting``, ``unscheduled``, ``unmet``,
        ``turnaround``, ``minimum use`` and ``revenue``.
    """

    network: str
    funded: bool
    status: str
    objective_gbp: int
    bound_gbp: int | None
    gap: float | None
    gap_gbp: int | None
    schemes: tuple[PlannedScheme, ...]
    flows: tuple[Flow, ...]
    outside: tuple[Outside, ...]
    moves: tuple[Moved, ...]
    extra_hours: tuple[ExtraHours, ...]
    vans: tuple[VanHire, ...]
    waiting: tuple[Waiting, ...]
    reports: tuple[Reports, ...]
    staff: tuple[StaffUse, ...]
    covers: tuple[Cover, ...]
    capacity: Mapping[tuple[str, str], tuple[int, ...]]
    years: tuple[YearLine, ...]
    kpis: Mapping[str, int | float | str]
    sources: tuple[SourceYear, ...]
    revenue: tuple[RevenueLine, ...]
    tiers: tuple[TierReached, ...]
    changes: tuple[Change, ...]
    flags: tuple[Flag, ...]
    binding: tuple[Binding, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule of the independent re-check: how many things were checked and how many did not hold."""

    rule: str
    checked: int
    breaches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """How a plan came about, as reports show it.

    Attributes
    ----------
    facts
        Label and value of each line, in order: input file, engine, options, stop reason, versions, hashes, times.
    checks
        The re-check, rule by rule.
    """

    facts: Mapping[str, str]
    checks: tuple[Check, ...]
