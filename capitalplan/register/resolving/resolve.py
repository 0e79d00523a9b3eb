"""Rows in, frozen Register out: every default filled in and entered in the ledger."""

from __future__ import annotations

from typing import Any

from capitalplan.register.issues import Issue
from capitalplan.register.register import Asset, Contract, Register, Scheme
from capitalplan.register.resolving.assets import resolve_assets, resolve_contracts
from capitalplan.register.resolving.catalogue import planned_lines, resolve_curves, resolve_lines, resolve_options
from capitalplan.register.resolving.demand import resolve_demand
from capitalplan.register.resolving.extra import extra_left_out, resolve_extra
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.money import (
    resolve_approvals,
    resolve_capital_limits,
    resolve_challenges,
    resolve_cost_shares,
    resolve_offers,
    resolve_revenue_limits,
    resolve_sources,
    resolve_tiers,
    sources_left_out,
)
from capitalplan.register.resolving.places import resolve_links, resolve_sites, resolve_trusts
from capitalplan.register.resolving.schemes import resolve_schemes, resolve_ties
from capitalplan.register.resolving.waiting import resolve_unreported, resolve_waiting
from capitalplan.register.resolving.workforce import resolve_staff
from capitalplan.register.rows import Book
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
        The packaged default Catalogue, Ageing, Modalities, Extra capacity and Approvals.
    warnings
        Issues that did not stop the reading, kept with the register.
    """
    ledger = Ledger()
    _note_settings(settings, ledger)
    sites = resolve_sites(book, ledger)
    lines = resolve_lines(book, defaults, planned_lines(book, defaults), ledger)
    curves = resolve_curves(book, defaults, ledger)
    options = resolve_options(book, defaults, settings, lines, curves, ledger)
    contracts = resolve_contracts(book, settings, ledger)
    assets = resolve_assets(book, settings, sites, lines, options, curves, contracts, ledger)
    trusts = resolve_trusts(book, sites, {asset.trust for asset in assets})
    schemes = resolve_schemes(book, assets, sites, options)
    demand = resolve_demand(book, defaults, settings, lines, sites, assets, ledger)
    waiting = resolve_waiting(book, settings, sites, assets, demand.waiting)
    nothing = {(each.line, each.site): (0,) * settings.years for each in waiting}
    extra = resolve_extra(book, defaults, settings, lines, sites, ledger)
    links = resolve_links(book, sites, settings, ledger)
    _note_contracts(assets, contracts, settings, ledger)
    return Register(
        settings=settings,
        trusts=trusts,
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
        sources=resolve_sources(book, settings, trusts),
        capital_limits=resolve_capital_limits(book, settings),
        revenue_limits=resolve_revenue_limits(book, settings),
        offers=resolve_offers(book, settings, options, ledger),
        tiers=resolve_tiers(book),
        approvals=resolve_approvals(book, defaults, ledger),
        cost_shares=resolve_cost_shares(book),
        challenges=resolve_challenges(book, assets),
        approved=(),
        assumptions=ledger.assumptions(),
        warnings=warnings,
        left_out=(
            *_ideas(schemes),
            *sources_left_out(book, settings, trusts),
            *extra_left_out(book, lines, extra),
        ),
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
        return f"{float(100 * value):.4g}%"
    if kind == "number":
        return f"{float(value):g}"
    if kind == "date":
        return f"{value:%d/%m/%Y}"
    return f"£{value:,}" if kind == "pounds" else str(value)


def _note_contracts(
    assets: tuple[Asset, ...], contracts: dict[str, Contract], settings: Settings, ledger: Ledger
) -> None:
    for asset in assets:
        contract = contracts.get(asset.contract_id or "")
        if contract is None or contract.kind is ContractKind.LEASE:
            continue
        if settings.ifrs16 and contract.kind is ContractKind.MANAGED_SERVICE:
            ledger.use(
                f"Contracts: {contract.contract_id}",
                "taken to hold no lease; a rental over 12 months may be a lease (IFRS 16): ask finance",
                "illustrative",
                asset.asset_id,
            )
        if contract.end_year > settings.horizon[-1]:
            continue
        ledger.use(
            f"Contracts: {contract.contract_id}",
            f"taken to be renewed on the same terms from {year_label(contract.end_year)}",
            "illustrative",
            asset.asset_id,
        )


def _ideas(schemes: tuple[Scheme, ...]) -> tuple[str, ...]:
    return tuple(
        f"Scheme {scheme.scheme_id} is {'an idea' if scheme.status is SchemeStatus.IDEA else f'at {scheme.status}'}: "
        "listed, not planned as fixed"
        for scheme in schemes
        if not scheme.is_committed
    )
