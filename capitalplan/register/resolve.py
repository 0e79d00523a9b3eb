"""Rows in, frozen Register out: every default filled in and entered in the ledger."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from capitalplan.register.assets import resolve_assets, resolve_contracts
from capitalplan.register.catalogue import resolve_curves, resolve_lines, resolve_options
from capitalplan.register.demand import resolve_demand
from capitalplan.register.issues import Issue
from capitalplan.register.ledger import Ledger
from capitalplan.register.places import resolve_links, resolve_sites, resolve_trusts
from capitalplan.register.register import Asset, Contract, Option, Register, Scheme, Site, Source
from capitalplan.register.rows import Book
from capitalplan.register.schema import CatalogueRow, DemandRow, EquipmentRow, FundingRow, SchemeRow
from capitalplan.settings import Settings, settings_specs
from capitalplan.terms import Action, ContractKind, SchemeStatus, service_name, year_label

__all__ = ["SHARED", "resolve"]

SHARED = frozenset({None, "SHARED", "NETWORK", "ALL"})
"""Trust codes in Funding that stand for a source every trust may draw on."""


def resolve(book: Book, defaults: Book, settings: Settings, warnings: tuple[Issue, ...]) -> Register:
    """Build the Register from a book without errors.

    Parameters
    ----------
    book
        The user's rows; every reference in them has been checked.
    defaults
        The packaged default Catalogue, Ageing and Modalities.
    warnings
        Issues that did not stop the reading, kept with the register.
    """
    ledger = Ledger()
    _note_settings(settings, ledger)
    used = {service_name(read.data.modality, bool(read.data.mobile)) for read in book.rows(EquipmentRow)}
    used |= {str(read.data.modality) for read in book.rows(DemandRow)}
    used |= _scheme_lines(book, defaults)
    sites = resolve_sites(book, ledger)
    lines = resolve_lines(book, defaults, used, ledger)
    curves = resolve_curves(book, defaults, ledger)
    options = resolve_options(book, defaults, lines, curves, ledger)
    contracts = resolve_contracts(book, settings, ledger)
    assets = resolve_assets(book, settings, sites, lines, options, curves, contracts, ledger)
    schemes = _schemes(book, assets, sites, options)
    demand = resolve_demand(book, settings, lines, assets, ledger)
    links = resolve_links(book, sites, settings, ledger)
    _note_contracts(assets, contracts, settings, ledger)
    return Register(
        settings=settings,
        trusts=resolve_trusts(book, sites, {asset.trust for asset in assets}),
        sites=sites,
        lines=lines,
        options=options,
        curves=curves,
        contracts=contracts,
        assets=assets,
        schemes=schemes,
        demand=demand,
        links=links,
        sources=_sources(book, settings),
        assumptions=ledger.assumptions(),
        warnings=warnings,
        left_out=_left_out(schemes),
    )


def _scheme_lines(book: Book, defaults: Book) -> set[str]:
    """Service lines of what the Schemes sheet buys."""
    bought = {read.data.option for read in book.rows(SchemeRow)}
    catalogue = book.rows(CatalogueRow) or defaults.rows(CatalogueRow)
    return {
        service_name(read.data.modality, bool(read.data.mobile)) for read in catalogue if read.data.option in bought
    }


def _note_settings(settings: Settings, ledger: Ledger) -> None:
    """Enter every setting that stands at its default, typed or not: a template shows them filled in."""
    for spec in settings_specs():
        value = getattr(settings, spec.name)
        if value == spec.default:
            ledger.use(f"Settings: {spec.name}", _shown(spec.kind, value), spec.source, "the whole plan")


def _shown(kind: str, value: Any) -> str:
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "year":
        return year_label(value)
    if kind == "share":
        return f"{float(value):.1%}"
    if kind == "number":
        return f"{float(value):g}"
    return f"£{value:,}" if kind == "pounds" else str(value)


def _schemes(
    book: Book, assets: tuple[Asset, ...], sites: dict[str, Site], options: dict[str, Option]
) -> tuple[Scheme, ...]:
    by_id = {asset.asset_id: asset for asset in assets}
    schemes = []
    for read in book.rows(SchemeRow):
        row = read.data
        asset = by_id.get(row.asset_id or "")
        site = asset.site if asset is not None else str(row.site_code)
        schemes.append(
            Scheme(
                scheme_id=row.scheme_id,
                action=row.action,
                asset_id=None if row.action is Action.ADD else row.asset_id,
                site=site,
                trust=asset.trust if asset is not None else sites[site].trust,
                line=options[row.option].line,
                option=row.option,
                year=row.year,
                capital_gbp=row.capital_gbp,
                status=row.status,
                source=row.funding_source,
            )
        )
    return tuple(sorted(schemes, key=lambda scheme: scheme.scheme_id))


def _sources(book: Book, settings: Settings) -> tuple[Source, ...]:
    limits: dict[str, dict[int, int]] = defaultdict(dict)
    owners: dict[str, str | None] = {}
    for read in book.rows(FundingRow):
        row = read.data
        limits[row.source][row.year] = row.limit_gbp
        owners[row.source] = None if row.trust_code in SHARED else row.trust_code
    return tuple(
        Source(name=name, trust=owners[name], limits_gbp=tuple(limits[name].get(year, 0) for year in settings.horizon))
        for name in sorted(limits)
    )


def _note_contracts(
    assets: tuple[Asset, ...], contracts: dict[str, Contract], settings: Settings, ledger: Ledger
) -> None:
    for asset in assets:
        contract = contracts.get(asset.contract_id or "")
        if contract is None or contract.kind is ContractKind.LEASE or contract.end_year > settings.horizon[-1]:
            continue
        ledger.use(
            f"Contracts: {contract.contract_id}",
            f"taken to be renewed on the same terms from {year_label(contract.end_year)}",
            "illustrative",
            asset.asset_id,
        )


def _left_out(schemes: tuple[Scheme, ...]) -> tuple[str, ...]:
    return tuple(
        f"Scheme {scheme.scheme_id} is an idea: listed, not planned as fixed"
        for scheme in schemes
        if scheme.status is SchemeStatus.IDEA
    )
