"""The frozen Plan: plain data, every figure in users' units, nothing of the model inside.

Money is whole pounds; capital is cash, VAT and optimism bias included; costs are real, ex VAT. Scans are scans a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import Action, Timing

__all__ = [
    "NEW_ROOM",
    "SCHEMA_VERSION",
    "Binding",
    "Breach",
    "Check",
    "Flow",
    "Outside",
    "Plan",
    "PlannedScheme",
    "RunFacts",
    "YearLine",
]

SCHEMA_VERSION = "1"

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
    year
        Financial year of commissioning, retirement or extension; None where nothing happens.
    option
        Catalogue option bought, or ``NEW_ROOM``; None otherwise.
    route
        ``purchase``, ``committed``, ``contract``, ``lease extension`` or ``none``.
    units
        Machines installed by this line: 1 for a replacement, the number added (rooms for ``NEW_ROOM``), else 0.
    capital_gbp
        Charged to capital limits in ``year``, £ cash.
    funding
        Capital by source; adds up to ``capital_gbp``.
    own_cost_gbp
        Discounted whole-life cost of what the plan does with the machine, or of what is added, real £: age risk in,
        remaining value out, patients left out. On a machine's first line only; 0 on its others.
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
class Binding:
    """A limit that holds the plan back.

    Attributes
    ----------
    rule
        Name of the rule: ``money``, ``works``, ``rooms``.
    place
        Funding source, site or network.
    year
        Financial year; None for a limit over the whole horizon.
    amount
        The limit, in ``unit``.
    used
        How much of it the plan uses.
    unit
        ``£``, ``installations`` or ``rooms``.
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
        £ cash charged by trust.
    upkeep_gbp
        Maintenance, rent and unitary charges, real £ ex VAT, undiscounted.
    capital_real_gbp
        Equipment and works, real £ ex VAT, undiscounted.
    resale_gbp
        Trade-in receipts, real £.
    outside_gbp
        Scans bought outside, real £.
    travel_gbp, age_risk_gbp
        Values put on patients moved and on over-age machines; judgements, not cash.
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
    capital_real_gbp: int
    resale_gbp: int
    outside_gbp: int
    travel_gbp: int
    age_risk_gbp: int
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
    capacity
        Capacity by (service line, site) and year, scans, lines with demand only.
    years
        One line a year.
    kpis
        Key figures by name; see ``capitalplan.plan.kpis``.
    binding
        Limits that hold the plan back.
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
    capacity: Mapping[tuple[str, str], tuple[int, ...]]
    years: tuple[YearLine, ...]
    kpis: Mapping[str, int | float | str]
    binding: tuple[Binding, ...]


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
