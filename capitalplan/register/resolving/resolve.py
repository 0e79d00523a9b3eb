"""Rows in, frozen Register out: every default filled in and entered in the ledger."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from capitalplan.register.issues import Issue
from capitalplan.register.register import Asset, Contract, Register, Scheme, Source
from capitalplan.register.resolving.assets import resolve_assets, resolve_contracts
from capitalplan.register.resolving.catalogue import planned_lines, resolve_curves, resolve_lines, resolve_options
from capitalplan.register.resolving.demand import resolve_demand
from capitalplan.register.resolving.extra import extra_left_out, resolve_extra
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.places import SHARED, resolve_links, resolve_sites, resolve_trusts
from capitalplan.register.resolving.schemes import resolve_schemes, resolve_ties
from capitalplan.register.resolving.waiting import resolve_unreported, resolve_waiting
from capitalplan.register.resolving.workforce import resolve_staff
from capitalplan.register.rows import Book
from capitalplan.register.schema import FundingRow
from capitalplan.settings import Settings, settings_specs
from capitalplan.terms import ContractKind, SchemeStatus, year_label

__all__ = ["resolve"]


def resolve(book: Book, defaults: Book, settings: Settings, warnings: tuple[Issue, ...]) -> Register:
    """Build the Register from a book without errors.

    Parameters
    ----------
    book
        The user's rows; every reference in them has been checked.
    defaults
        The packaged default Catalogue, Ageing, Modalities and Extra capacity.
    warnings
        Issues that did not stop the reading, kept with the register.
    """
    ledger = Ledger()
    _note_settings(settings, ledger)
    sites = resolve_sites(book, ledger)
    lines = resolve_lines(book, defaults, planned_lines(book, defaults), ledger)
    curves = resolve_curves(book, defaults, ledger)
    options = resolve_options(book, defaults, lines, curves, ledger)
    contracts = resolve_contracts(book, settings, ledger)
    assets = resolve_assets(book, settings, sites, lines, options, curves, contracts, ledger)
    schemes = resolve_schemes(book, assets, sites, options)
    demand = resolve_demand(book, defaults, settings, lines, sites, assets, ledger)
    waiting = resolve_waiting(book, settings, sites, assets, demand.waiting)
    nothing = {(each.line, each.site): (0,) * settings.years for each in waiting}
    extra = resolve_extra(book, defaults, settings, lines, sites, ledger)
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
        demand=nothing | dict(demand.total),
        unscheduled=demand.unscheduled,
        waiting_demand=demand.waiting,
        waiting=waiting,
        unreported=resolve_unreported(book, sites),
        extra=extra,
        staff=resolve_staff(book, settings),
        ties=resolve_ties(book, assets, schemes),
        links=links,
        sources=_sources(book, settings),
        assumptions=ledger.assumptions(),
        warnings=warnings,
        left_out=(*_ideas(schemes), *extra_left_out(book, lines, extra)),
    )


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


def _ideas(schemes: tuple[Scheme, ...]) -> tuple[str, ...]:
    return tuple(
        f"Scheme {scheme.scheme_id} is an idea: listed, not planned as fixed"
        for scheme in schemes
        if scheme.status is SchemeStatus.IDEA
    )
