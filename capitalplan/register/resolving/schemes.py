"""Schemes already decided, and replacements tied to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from capitalplan.register.provision import Tie
from capitalplan.register.register import Asset, Option, Scheme, Site
from capitalplan.register.rows import Book
from capitalplan.register.schema import SchemeRow, TieRow
from capitalplan.terms import Action

__all__ = ["resolve_schemes", "resolve_ties"]


def resolve_schemes(
    book: Book, assets: Iterable[Asset], sites: Mapping[str, Site], options: Mapping[str, Option]
) -> tuple[Scheme, ...]:
    """Read the Schemes sheet; a replacement is where its machine is."""
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
                paid_before_gbp=row.paid_before_gbp or 0,
                status=row.status,
                source=row.funding_source,
            )
        )
    return tuple(sorted(schemes, key=lambda scheme: scheme.scheme_id))


def resolve_ties(book: Book, assets: Iterable[Asset], schemes: Iterable[Scheme]) -> tuple[Tie, ...]:
    """Read the Ties sheet; a committed replacement is named by its machine, a committed addition by its scheme."""
    machines = {asset.asset_id for asset in assets}
    replaced = {scheme.scheme_id: scheme.asset_id for scheme in schemes if scheme.asset_id is not None}

    def named(word: str) -> str:
        return word if word in machines else replaced.get(word, word)

    ties = (Tie(first=named(r.data.first), kind=r.data.tie, other=named(r.data.other)) for r in book.rows(TieRow))
    return tuple(sorted(ties, key=lambda tie: (tie.first, tie.kind, tie.other)))
