"""Sheets on money: funding sources, limits, routes, frameworks, approvals, cost shares and challenges."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from capitalplan.register.columns import MODALITIES, MOST_GBP, Column, Row
from capitalplan.terms import BeyondPlan, Certainty, Consent, ContractEnd, Modality, Route

__all__ = [
    "ApprovalRow",
    "CapitalLimitRow",
    "ChallengeRow",
    "CostShareRow",
    "FrameworkRow",
    "FundingRow",
    "RevenueLimitRow",
    "RouteRow",
    "SourceRow",
]

WORDS = "Words parted by commas."
TRUSTS = ("trust_ods", "trust")


class FundingRow(Row):
    """A line of the Funding sheet."""

    sheet = "Funding"
    about = "Capital limits by source and year, in cash. Without it the answer is the need, not a funded plan."
    key = ("source", "year")
    basic = True

    source: Annotated[
        str,
        Column("text", "Source", "Name of the funding source; each trust's own has a name of its own.",
               aliases=("funding source",), basic=True),
    ]  # fmt: skip
    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", "Whose limit it is; blank or SHARED for a source all trusts may draw on.",
               aliases=("owner", "trust_ods", "trust"), basic=True),
    ] = None  # fmt: skip
    year: Annotated[int, Column("year", "Year", "Every year of the plan has a line.", basic=True)]
    limit_gbp: Annotated[
        int,
        Column("pounds", "Limit (£ cash)", "Most that may be charged in the year, VAT included.", low=0,
               high=MOST_GBP, aliases=("limit", "budget", "amount"), basic=True),
    ]  # fmt: skip


class SourceRow(Row):
    """A line of the Sources sheet."""

    sheet = "Sources"
    about = "What each funding source may pay for, and how sure it is. A source left out may pay for everything."
    key = ("source",)

    source: Annotated[str, Column("text", "Source", "A source of Funding.", aliases=("funding source",))]
    kind: Annotated[str | None, Column("text", "Kind", "Such as operational capital or charity; for information.")] = (
        None
    )
    certainty: Annotated[
        Certainty | None,
        Column("choice", "Certainty", "Blank: confirmed. Less certain ones count only if the setting says so.",
               choices=tuple(Certainty)),
    ] = None  # fmt: skip
    uses_capital_limit: Annotated[
        bool | None, Column("yes_no", "Uses capital limit", "Counts in the totals of Capital limits. Blank: yes.")
    ] = None
    brings_cash: Annotated[
        bool | None,
        Column("yes_no", "Brings cash", "No: what it pays for purchases is paid from the trust's cash. Blank: yes."),
    ] = None
    donated: Annotated[
        bool | None, Column("yes_no", "Donated or granted", "Its assets bear no dividend. Blank: no.")
    ] = None
    trusts: Annotated[
        tuple[str, ...] | None, Column("list", "Trusts", "Of a shared source: whom it may pay for. Blank: all.")
    ] = None
    modalities: Annotated[tuple[str, ...] | None, Column("list", "Modalities", WORDS + " Blank: all.")] = None
    purposes: Annotated[
        tuple[str, ...] | None, Column("list", "Purposes", "'replacement', 'new' or both. Blank: both.")
    ] = None
    routes: Annotated[
        tuple[str, ...] | None,
        Column("list", "Routes", "'purchase', 'lease', 'managed service'. Blank: all."),
    ] = None
    carry_forward: Annotated[
        Fraction | None,
        Column("share", "Carry-forward (%)", "Of a limit, into the next year. Blank: 0%: capital is annual.", low=0,
               high=1),
    ] = None  # fmt: skip
    minimum_use: Annotated[
        Fraction | None,
        Column("share", "Minimum use (%)", "Of a limit; what is short is priced. Blank: 0%.", low=0, high=1),
    ] = None


class CapitalLimitRow(Row):
    """A line of the Capital limits sheet."""

    sheet = "Capital limits"
    about = "Totals beside the sources, by trust or for the network: capital limit and cash. Without it there are none."
    key = ("trust_code", "year")

    trust_code: Annotated[
        str | None, Column("code", "Trust code", "Blank or SHARED: the whole network.", aliases=TRUSTS)
    ] = None
    year: Annotated[int, Column("year", "Year")]
    limit_gbp: Annotated[
        int | None,
        Column("pounds", "Capital limit (£ cash)", "Most that sources which use it may pay. Blank: no limit.", low=0,
               high=MOST_GBP, aliases=("limit",)),
    ] = None  # fmt: skip
    cash_gbp: Annotated[
        int | None,
        Column("pounds", "Cash (£)", "For what sources that bring no cash pay. Blank: not limited.", low=0,
               high=MOST_GBP, aliases=("cash",)),
    ] = None  # fmt: skip


class RevenueLimitRow(Row):
    """A line of the Revenue limits sheet."""

    sheet = "Revenue limits"
    about = "Most that imaging equipment may cost a trust's revenue in a year; what is over is priced and listed."
    key = ("trust_code", "year")

    trust_code: Annotated[str, Column("code", "Trust code", aliases=TRUSTS)]
    year: Annotated[int, Column("year", "Year")]
    limit_gbp: Annotated[
        int,
        Column("pounds", "Revenue limit (£ cash)", "All headings of the revenue statement.", low=0, high=MOST_GBP,
               aliases=("limit",)),
    ]  # fmt: skip


class RouteRow(Row):
    """A line of the Routes sheet."""

    sheet = "Routes"
    about = (
        "Leases and managed services on offer, each for an option of the Catalogue. Without it everything is bought."
    )
    key = ("offer",)

    offer: Annotated[str, Column("text", "Offer", "Unique short name.")]
    route: Annotated[Route, Column("choice", "Route", choices=(Route.LEASE, Route.MANAGED_SERVICE))]
    option: Annotated[str, Column("text", "Option", "What is leased or provided: an option of Catalogue.")]
    trusts: Annotated[tuple[str, ...] | None, Column("list", "Trusts", "Who may take it. Blank: all.")] = None
    term_years: Annotated[int, Column("whole", "Term (years)", low=1, high=30)]
    extension_years: Annotated[
        int | None,
        Column("whole", "Extension (years)", "Reasonably certain: counts in the right of use. Blank: none.", low=0,
               high=15),
    ] = None  # fmt: skip
    lease_gbp: Annotated[
        int | None,
        Column("pounds", "Lease part (£ a year)", "Rent, or the lease embedded in a managed service, per machine, ex "
               "VAT, today.", low=0, high=MOST_GBP),
    ] = None  # fmt: skip
    service_gbp: Annotated[
        int | None,
        Column("pounds", "Service part (£ a year)", "The rest of the charge per machine, ex VAT, today.", low=0,
               high=MOST_GBP),
    ] = None  # fmt: skip
    per_scan_gbp: Annotated[
        Fraction | None,
        Column("number", "Charge (£ a scan)", "Counted at contract volume, in the service part.", low=0, high=10_000),
    ] = None
    contract_scans: Annotated[
        int | None, Column("whole", "Contract volume (scans a year)", "Per machine.", low=0, high=200_000)
    ] = None
    rate: Annotated[
        Fraction | None,
        Column("share", "Implicit rate (% a year)", "Blank: the published rate of Settings.", low=0, high=0.5),
    ] = None
    paid: Annotated[
        str | None,
        Column("choice", "Paid", "At the start or the end of each year. Blank: advance.",
               choices=("advance", "arrears")),
    ] = None  # fmt: skip
    indexed: Annotated[
        bool | None,
        Column("yes_no", "Indexed", "Rises with inflation. Blank: a lease no, a managed service yes."),
    ] = None
    vat: Annotated[
        Fraction | None,
        Column("share", "Irrecoverable VAT (%)", "Of the whole charge. Blank: by route, from Settings.", low=0, high=1),
    ] = None
    maintenance_included: Annotated[
        bool | None,
        Column("yes_no", "Maintenance included", "Blank: a lease no, a managed service yes."),
    ] = None
    works_included: Annotated[bool | None, Column("yes_no", "Works included", "Blank: no.")] = None
    refresh_years: Annotated[
        int | None,
        Column("whole", "Refreshed every (years)", "Of a managed service: age at which it renews its machine.", low=1,
               high=30),
    ] = None  # fmt: skip
    at_end: Annotated[
        ContractEnd | None,
        Column("choice", "At its end", "When it ends inside the plan.", choices=tuple(ContractEnd)),
    ] = None
    beyond: Annotated[
        BeyondPlan | None,
        Column("choice", "Beyond the plan", "When it outlasts the plan: which charges count.",
               choices=tuple(BeyondPlan)),
    ] = None  # fmt: skip
    first_year: Annotated[int | None, Column("year", "First year", "Blank: from the start.")] = None
    last_year: Annotated[int | None, Column("year", "Last year", "Blank: to the end.")] = None
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.", aliases=("notes",))] = None


class FrameworkRow(Row):
    """A line of the Frameworks sheet."""

    sheet = "Frameworks"
    about = "Price tiers: a rebate on every machine bought in a year when enough are bought. Without it there are none."
    key = ("framework", "from_units", "first_year")

    framework: Annotated[str, Column("text", "Framework", "Its tiers share this name.")]
    options: Annotated[tuple[str, ...], Column("list", "Options", "Options of Catalogue that count; " + WORDS.lower())]
    trusts: Annotated[tuple[str, ...] | None, Column("list", "Trusts", "Whose purchases count. Blank: all.")] = None
    from_units: Annotated[
        int, Column("whole", "From (machines a year)", "Fewest machines bought in the year.", low=1, high=1000)
    ]
    to_units: Annotated[
        int | None, Column("whole", "To (machines a year)", "Blank: up to the next tier.", low=1, high=1000)
    ] = None
    rebate: Annotated[Fraction, Column("share", "Rebate (% of price)", "On each machine of the year.", low=0, high=0.9)]
    first_year: Annotated[int | None, Column("year", "First year", "Blank: from the start.")] = None
    last_year: Annotated[int | None, Column("year", "Last year", "Blank: to the end.")] = None
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.", aliases=("notes",))] = None


class ApprovalRow(Row):
    """A line of the Approvals sheet."""

    sheet = "Approvals"
    about = "Who approves a scheme up to what capital, and how long it takes. Without it, illustrative defaults."
    key = ("approver",)

    approver: Annotated[str, Column("text", "Approver", "Unique.")]
    up_to_gbp: Annotated[
        int | None, Column("pounds", "Up to (£ cash)", "Largest scheme. Blank: any.", low=0, high=MOST_GBP)
    ] = None
    months: Annotated[
        int, Column("whole", "Months to approve", "From the business case to its approval.", low=0, high=120)
    ]
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.", aliases=("notes",))] = None


class CostShareRow(Row):
    """A line of the Cost shares sheet."""

    sheet = "Cost shares"
    about = (
        "Shares that other trusts bear of a machine's capital, or of what is added at a site. Without it owners pay."
    )
    key = ("asset_id", "site_code", "trust_code")

    asset_id: Annotated[str | None, Column("text", "Asset ID", "The machine; blank where a site is given.")] = None
    site_code: Annotated[
        str | None, Column("code", "Site code", "Where what is added is shared; blank where a machine is given.")
    ] = None
    trust_code: Annotated[str, Column("code", "Trust code", "Who bears the share, beside the owner.", aliases=TRUSTS)]
    share: Annotated[Fraction, Column("share", "Share (%)", low=0, high=1)]
    basis: Annotated[str | None, Column("text", "Basis", "Such as share of patients.")] = None
    consent: Annotated[
        Consent | None, Column("choice", "Consent", "Whether that trust has agreed.", choices=tuple(Consent))
    ] = None


class ChallengeRow(Row):
    """A line of the Challenges sheet."""

    sheet = "Challenges"
    about = (
        "Suppliers' offers to take over a fleet, to be held against the plan on request. The plan leaves them aside."
    )
    key = ("name",)

    name: Annotated[str, Column("text", "Name", "Unique.")]
    supplier: Annotated[str | None, Column("text", "Supplier")] = None
    trust_code: Annotated[str | None, Column("code", "Trust code", "Its owned machines only.", aliases=TRUSTS)] = None
    site_code: Annotated[str | None, Column("code", "Site code", "Machines at the site only.")] = None
    modality: Annotated[Modality | None, Column("choice", "Modality", "Machines of it only.", choices=MODALITIES)] = (
        None
    )
    asset_ids: Annotated[tuple[str, ...] | None, Column("list", "Asset IDs", "These machines only.")] = None
    start_year: Annotated[int, Column("year", "Start year")]
    term_years: Annotated[int, Column("whole", "Term (years)", low=1, high=40)]
    annual_charge_gbp: Annotated[
        int,
        Column("pounds", "Charge (£ a year)", "For all its machines together, ex VAT, today.", low=0, high=MOST_GBP),
    ]
    embedded_lease_gbp: Annotated[
        int | None,
        Column("pounds", "Embedded lease (£ a year)", "The part of the charge that is a lease. Blank: 0.", low=0,
               high=MOST_GBP),
    ] = None  # fmt: skip
    refresh_years: Annotated[
        int, Column("whole", "Refreshed every (years)", "Age at which it renews each machine.", low=1, high=30)
    ]
    covers: Annotated[str | None, Column("text", "Covers", "What the charge covers beyond that.")] = None
