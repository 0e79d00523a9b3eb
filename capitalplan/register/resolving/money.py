"""Funding sources, totals, routes, price tiers, approvals, cost shares and challenges, with every blank filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from capitalplan.register.funding import Approval, CapitalLimit, CostShare, RevenueLimit, Source
from capitalplan.register.register import Asset
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.places import SHARED
from capitalplan.register.routes import Challenge, Offer, Tier
from capitalplan.register.rows import Book
from capitalplan.register.schema import (
    ApprovalRow,
    CapitalLimitRow,
    ChallengeRow,
    CostShareRow,
    FrameworkRow,
    FundingRow,
    RevenueLimitRow,
    RouteRow,
    SourceRow,
)
from capitalplan.settings import Settings
from capitalplan.terms import BeyondPlan, Certainty, ContractEnd, Ownership, Purpose, Route, round_half_up

__all__ = [
    "resolve_approvals",
    "resolve_capital_limits",
    "resolve_challenges",
    "resolve_cost_shares",
    "resolve_offers",
    "resolve_revenue_limits",
    "resolve_sources",
    "resolve_tiers",
    "share_years",
    "sources_left_out",
]

OWNED = frozenset({Ownership.OWNED, Ownership.CHARITY})
CERTAINTIES = tuple(Certainty)


def resolve_sources(book: Book, settings: Settings, trusts: Iterable[str]) -> tuple[Source, ...]:
    """Sources sure enough to be counted, in order of name; one without a line in Sources may pay for everything.

    Where none of them is, they are kept with nothing to spend: a plan without any source would have no limits.
    """
    sources = _all_sources(book, settings, trusts)
    counted = tuple(each for each in sources if _counts(each, settings))
    return counted or tuple(replace(each, limits_gbp=(0,) * settings.years) for each in sources)


def sources_left_out(book: Book, settings: Settings, trusts: Iterable[str]) -> tuple[str, ...]:
    """Sources that are not sure enough to be counted, in words."""
    return tuple(
        f"Source {each.name} is a {each.certainty}: its £{sum(each.limits_gbp):,} over the plan is not counted"
        if each.certainty is Certainty.BID
        else f"Source {each.name} is only {each.certainty}: its £{sum(each.limits_gbp):,} over the plan is not counted"
        for each in _all_sources(book, settings, trusts)
        if not _counts(each, settings)
    )


def _counts(source: Source, settings: Settings) -> bool:
    return CERTAINTIES.index(source.certainty) <= CERTAINTIES.index(settings.funding_certainty)


def _all_sources(book: Book, settings: Settings, trusts: Iterable[str]) -> list[Source]:
    limits: dict[str, dict[int, int]] = defaultdict(dict)
    owners: dict[str, str | None] = {}
    everyone = frozenset(trusts)
    for read in book.rows(FundingRow):
        limits[read.data.source][read.data.year] = read.data.limit_gbp
        owners[read.data.source] = None if read.data.trust_code in SHARED else read.data.trust_code
    rows = {read.data.source: read.data for read in book.rows(SourceRow)}
    return [
        _source(name, owners[name], limits[name], rows.get(name) or SourceRow(source=name), everyone, settings)
        for name in sorted(limits)
    ]


def _source(
    name: str,
    owner: str | None,
    limits: Mapping[int, int],
    row: SourceRow,
    everyone: frozenset[str],
    settings: Settings,
) -> Source:
    named = frozenset(code.upper() for code in row.trusts or ()) or everyone
    return Source(
        name=name,
        trust=owner,
        limits_gbp=tuple(limits.get(year, 0) for year in settings.horizon),
        trusts=named if owner is None else frozenset({owner}),
        modalities=frozenset(word.upper() for word in row.modalities or ()),
        purposes=frozenset(Purpose(word.casefold()) for word in row.purposes or ()),
        routes=frozenset(Route(word.casefold()) for word in row.routes or ()),
        uses_capital_limit=row.uses_capital_limit is not False,
        brings_cash=row.brings_cash is not False,
        donated=bool(row.donated),
        certainty=row.certainty or Certainty.CONFIRMED,
        carry_share=row.carry_forward or Fraction(0),
        minimum_share=row.minimum_use or Fraction(0),
    )


def resolve_capital_limits(book: Book, settings: Settings) -> tuple[CapitalLimit, ...]:
    """Totals of the network and then of trusts, in order of code."""
    limits: dict[str | None, dict[int, int | None]] = defaultdict(dict)
    cash: dict[str | None, dict[int, int | None]] = defaultdict(dict)
    for read in book.rows(CapitalLimitRow):
        row = read.data
        trust = None if row.trust_code in SHARED else row.trust_code
        limits[trust][row.year] = row.limit_gbp
        cash[trust][row.year] = row.cash_gbp
    return tuple(
        CapitalLimit(
            trust=trust,
            limits_gbp=tuple(limits[trust].get(year) for year in settings.horizon),
            cash_gbp=tuple(cash[trust].get(year) for year in settings.horizon),
        )
        for trust in sorted(limits, key=lambda code: (code is not None, code))
    )


def resolve_revenue_limits(book: Book, settings: Settings) -> tuple[RevenueLimit, ...]:
    """Revenue limits by trust, in order of code."""
    limits: dict[str, dict[int, int]] = defaultdict(dict)
    for read in book.rows(RevenueLimitRow):
        limits[read.data.trust_code][read.data.year] = read.data.limit_gbp
    return tuple(
        RevenueLimit(trust=trust, limits_gbp=tuple(limits[trust].get(year) for year in settings.horizon))
        for trust in sorted(limits)
    )


def resolve_offers(book: Book, settings: Settings, options: Iterable[str], ledger: Ledger) -> tuple[Offer, ...]:
    """Leases and managed services by name, those of options that are not planned left aside."""
    known = frozenset(options)
    offers = (read.data for read in book.rows(RouteRow) if read.data.option in known)
    return tuple(_offer(row, settings, ledger) for row in sorted(offers, key=lambda row: row.offer))


def _offer(row: RouteRow, settings: Settings, ledger: Ledger) -> Offer:
    managed = row.route is Route.MANAGED_SERVICE
    if row.rate is None and row.lease_gbp:
        when = "" if settings.lease_rate_date is None else f" from {settings.lease_rate_date:%d/%m/%Y}"
        ledger.use("Routes: rate", f"{float(settings.lease_rate):.2%}{when}", "Settings: lease_rate", row.offer)
    by_route = settings.managed_vat_rate if managed else settings.lease_vat_rate
    per_scan = round_half_up((row.per_scan_gbp or Fraction(0)) * (row.contract_scans or 0))
    return Offer(
        name=row.offer,
        route=row.route,
        option=row.option,
        trusts=frozenset(code.upper() for code in row.trusts or ()),
        years=row.term_years + (row.extension_years or 0),
        lease_gbp=row.lease_gbp or 0,
        service_gbp=(row.service_gbp or 0) + per_scan,
        rate=settings.lease_rate if row.rate is None else row.rate,
        in_advance=row.paid != "arrears",
        indexed=managed if row.indexed is None else row.indexed,
        vat=by_route if row.vat is None else row.vat,
        maintenance_included=managed if row.maintenance_included is None else row.maintenance_included,
        works_included=bool(row.works_included),
        refresh_years=row.refresh_years if managed else None,
        at_end=row.at_end or ContractEnd.RENEW,
        beyond=row.beyond or BeyondPlan.INSIDE,
        first_year=row.first_year,
        last_year=row.last_year,
    )


def resolve_tiers(book: Book) -> tuple[Tier, ...]:
    """Price tiers in order of framework and first unit; one without an end reaches up to the next."""
    rows = [read.data for read in book.rows(FrameworkRow)]
    tiers = [
        Tier(
            framework=row.framework,
            options=frozenset(row.options),
            trusts=frozenset(code.upper() for code in row.trusts or ()),
            from_units=row.from_units,
            to_units=row.to_units if row.to_units is not None else _before_next(row, rows),
            rebate=row.rebate,
            first_year=row.first_year,
            last_year=row.last_year,
        )
        for row in rows
    ]
    return tuple(sorted(tiers, key=lambda tier: (tier.framework, tier.from_units, tier.first_year or 0)))


def _before_next(row: FrameworkRow, rows: Iterable[FrameworkRow]) -> int | None:
    later = [
        other.from_units
        for other in rows
        if other.framework == row.framework and other.from_units > row.from_units and share_years(other, row)
    ]
    return min(later) - 1 if later else None


def share_years(one: FrameworkRow, other: FrameworkRow) -> bool:
    """Whether two tiers hold in a year together."""
    return (one.first_year or 0) <= (other.last_year or 9999) and (other.first_year or 0) <= (one.last_year or 9999)


def resolve_approvals(book: Book, defaults: Book, ledger: Ledger) -> tuple[Approval, ...]:
    """Approvers from the smallest limit to the largest, the one without a limit last."""
    rows = book.rows(ApprovalRow)
    if not rows:
        rows = defaults.rows(ApprovalRow)
        for read in rows:
            row = read.data
            limit = "any capital" if row.up_to_gbp is None else f"up to £{row.up_to_gbp:,}"
            ledger.use(
                f"Approvals: {row.approver}",
                f"{limit}, {row.months} months",
                row.source or "illustrative",
                "the whole plan",
            )
    found = (
        Approval(approver=read.data.approver, up_to_gbp=read.data.up_to_gbp, months=read.data.months) for read in rows
    )
    return tuple(sorted(found, key=lambda each: (each.up_to_gbp is None, each.up_to_gbp or 0, each.approver)))


def resolve_cost_shares(book: Book) -> tuple[CostShare, ...]:
    """Shares in machines and at sites, in order."""
    shares = (
        CostShare(
            asset_id=row.asset_id,
            site=row.site_code,
            trust=row.trust_code,
            share=row.share,
            basis=row.basis or "",
            consent=row.consent,
        )
        for row in (read.data for read in book.rows(CostShareRow))
    )
    return tuple(sorted(shares, key=lambda each: (each.asset_id or "", each.site or "", each.trust)))


def resolve_challenges(book: Book, assets: Iterable[Asset]) -> tuple[Challenge, ...]:
    """Suppliers' offers with the owned machines that each would take over, in order of name."""
    fleet = [asset for asset in assets if asset.ownership in OWNED]
    rows = sorted((read.data for read in book.rows(ChallengeRow)), key=lambda row: row.name)
    return tuple(
        Challenge(
            name=row.name,
            supplier=row.supplier or "",
            assets=tuple(asset.asset_id for asset in fleet if _in_scope(asset, row)),
            start_year=row.start_year,
            term_years=row.term_years,
            annual_charge_gbp=row.annual_charge_gbp,
            embedded_lease_gbp=row.embedded_lease_gbp or 0,
            refresh_years=row.refresh_years,
            scope=row.covers or "",
        )
        for row in rows
    )


def _in_scope(asset: Asset, row: ChallengeRow) -> bool:
    return (
        (row.trust_code is None or asset.trust == row.trust_code)
        and (row.site_code is None or asset.site == row.site_code)
        and (row.modality is None or asset.modality == row.modality)
        and (row.asset_ids is None or asset.asset_id in row.asset_ids)
    )
