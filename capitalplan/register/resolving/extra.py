"""Extended hours, mobile vans, outside providers and outsourced reporting, each with the places it governs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from capitalplan.register.provision import ExtraCapacity
from capitalplan.register.register import ServiceLine, Site
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.places import SHARED
from capitalplan.register.rows import Book
from capitalplan.register.schema import ExtraCapacityRow
from capitalplan.settings import Settings
from capitalplan.terms import ExtraKind

__all__ = ["extra_left_out", "extra_name", "resolve_extra"]

UNSET = "illustrative"


def resolve_extra(
    book: Book,
    defaults: Book,
    settings: Settings,
    lines: Mapping[str, ServiceLine],
    sites: Mapping[str, Site],
    ledger: Ledger,
) -> tuple[ExtraCapacity, ...]:
    """Lines of the Extra capacity sheet, and the default vans where it has none for a service line.

    Of the lines of a kind and modality, the most particular one governs a site: its own, else its trust's, else the
    network's. Outsourced reporting is had by trusts. The default vans only stand in for machines being replaced, and
    only where Modalities asks for cover. Lines for modalities that are not planned, or that others govern everywhere,
    are left out.
    """
    typed = [read.data for read in book.rows(ExtraCapacityRow)]
    has_van = {str(row.modality) for row in typed if row.kind is ExtraKind.VAN}
    rows = [row for row in typed if row.modality in lines]
    for read in defaults.rows(ExtraCapacityRow):
        line = lines.get(str(read.data.modality))
        if settings.swap_cover and line is not None and line.swap_cover and line.name not in has_van:
            rows.append(read.data)
            ledger.use(
                f"Extra capacity: {extra_name(read.data)}", _shown(read.data), read.data.source or UNSET, line.name
            )
    governed = _governed(rows, sites)
    extra = []
    for place, row in enumerate(rows):
        if not governed[place]:
            continue
        line = lines[str(row.modality)]
        price = row.price_gbp
        if price is None:
            price = line.outside_price_gbp if row.kind is ExtraKind.OUTSIDE else 0
            ledger.use(f"Extra capacity: price, {extra_name(row)}", f"£{price:,}", "Modalities", line.name)
        is_van = row.kind is ExtraKind.VAN
        extra.append(
            ExtraCapacity(
                name=extra_name(row),
                kind=row.kind,
                line=line.name,
                places=tuple(governed[place]),
                price_gbp=price,
                limit=row.limit,
                scans_per_day=(row.scans_per_day or 0) if is_van else 0,
                minimum_days=(row.minimum_days or 1) if is_van else 1,
                crewed=row.crewed is not False,
                cover_only=bool(row.cover_only),
                first_year=row.first_year,
                last_year=row.last_year,
            )
        )
    return tuple(sorted(extra, key=lambda each: each.name))


def extra_left_out(book: Book, lines: Mapping[str, ServiceLine], extra: Iterable[ExtraCapacity]) -> Iterator[str]:
    """Lines of the sheet that are not planned, each with its reason."""
    used = {each.name for each in extra}
    for row in (read.data for read in book.rows(ExtraCapacityRow)):
        if row.modality not in lines:
            yield f"Extra capacity {extra_name(row)}: no {row.modality} is planned"
        elif extra_name(row) not in used:
            yield f"Extra capacity {extra_name(row)}: other lines go before it at every place"


def _governed(rows: Sequence[ExtraCapacityRow], sites: Mapping[str, Site]) -> list[list[str]]:
    """Places that each row governs, in order of their codes."""
    trusts = sorted({site.trust for site in sites.values()})
    governed: list[list[str]] = [[] for _ in rows]
    for kind, modality in {(row.kind, row.modality) for row in rows}:
        here = [(n, row) for n, row in enumerate(rows) if (row.kind, row.modality) == (kind, modality)]
        by_trust = kind is ExtraKind.REPORTING
        for place in trusts if by_trust else sorted(sites):
            trust = place if by_trust else sites[place].trust
            ranked = [(_rank(row, place, trust, sites), n) for n, row in here]
            rank, best = min(ranked)
            if rank <= NETWORK:
                governed[best].append(place)
    return governed


OWN, OF_TRUST, NETWORK, ELSEWHERE = range(4)


def _rank(row: ExtraCapacityRow, place: str, trust: str, sites: Mapping[str, Site]) -> int:
    """How particular a row is to a place."""
    if row.site_code is not None:
        of_site = sites[row.site_code].trust if place not in sites else row.site_code
        return OWN if of_site == place else ELSEWHERE
    if row.trust_code in SHARED:
        return NETWORK
    return OF_TRUST if row.trust_code == trust else ELSEWHERE


def extra_name(row: ExtraCapacityRow) -> str:
    """Name of a line, made from kind, modality and place where it has none."""
    place = row.site_code or (None if row.trust_code in SHARED else row.trust_code) or "network"
    return row.name or f"{row.modality} {row.kind}, {place}"


def _shown(row: ExtraCapacityRow) -> str:
    return (
        f"£{row.price_gbp or 0:,} a day, {row.scans_per_day} scans a day, hired for {row.minimum_days} days or more, "
        f"only in place of a machine being replaced"
    )
