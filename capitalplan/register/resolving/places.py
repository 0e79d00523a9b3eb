"""Trusts, sites and the journeys between them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from capitalplan.register.register import Link, Site, Trust
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.rows import Book
from capitalplan.register.schema import EquipmentRow, OrganisationRow, SiteRow, TravelRow
from capitalplan.settings import Settings
from capitalplan.terms import Modality

__all__ = ["SHARED", "resolve_links", "resolve_sites", "resolve_trusts", "trust_of_site"]

SHARED = frozenset({None, "SHARED", "NETWORK", "ALL"})
"""Trust codes that stand for every trust: of a funding source, a staff pool or a line of Extra capacity."""

ILLUSTRATIVE = "illustrative"
INSTALLATION_SHARE = Fraction(15, 100)
EARTH_RADIUS_MILES = 3958.8
TRUST_CODE_LENGTH = 3


def trust_of_site(site_code: str) -> str:
    """Trust that a site code names: its first three characters, by the ODS convention (NHS Data Dictionary)."""
    return site_code[:TRUST_CODE_LENGTH]


def resolve_sites(book: Book, ledger: Ledger) -> dict[str, Site]:
    """Read the Sites sheet; sites that only Equipment mentions are added with defaults."""
    machines = Counter(read.data.site_code for read in book.rows(EquipmentRow))
    rows = {read.data.site_code: read.data for read in book.rows(SiteRow)}
    sites = {}
    for code in sorted({*rows, *machines}):
        row = rows.get(code) or SiteRow(site_code=code)
        works = row.max_installations
        if works is None:
            works = max(1, math.ceil(INSTALLATION_SHARE * machines[code]))
            ledger.use("Sites: most installations a year", "15% of machines, at least 1", ILLUSTRATIVE, code)
        if row.max_new_rooms is None:
            ledger.use("Sites: most new rooms", "1", ILLUSTRATIVE, code)
        spare = {
            Modality.CT: row.spare_rooms_ct,
            Modality.MR: row.spare_rooms_mr,
            Modality.DX: row.spare_rooms_dx,
            Modality.RF: row.spare_rooms_rf,
        }
        if all(rooms is None for rooms in spare.values()):
            ledger.use("Sites: spare rooms", "none", ILLUSTRATIVE, code)
        if row.van_standing is None:
            ledger.use("Sites: standing for a mobile van", "yes", ILLUSTRATIVE, code)
        sites[code] = Site(
            code=code,
            trust=row.trust_code or trust_of_site(code),
            name=row.name or code,
            latitude=row.latitude,
            longitude=row.longitude,
            opening_year=row.opening_year,
            closing_year=row.closing_year,
            spare_rooms={str(modality): rooms or 0 for modality, rooms in spare.items()},
            max_new_rooms=1 if row.max_new_rooms is None else row.max_new_rooms,
            max_installations=works,
            van_standing=row.van_standing is not False,
        )
    return sites


def resolve_trusts(book: Book, sites: Mapping[str, Site], owners: set[str]) -> dict[str, Trust]:
    """Read the Organisations sheet; trusts that only sites or machines mention are named by their code."""
    names = {read.data.trust_code: read.data.name for read in book.rows(OrganisationRow)}
    codes = sorted({*names, *(site.trust for site in sites.values()), *owners})
    return {code: Trust(code=code, name=names.get(code) or code) for code in codes}


def resolve_links(book: Book, sites: Mapping[str, Site], settings: Settings, ledger: Ledger) -> tuple[Link, ...]:
    """Pairs of sites that may scan each other's patients.

    A Travel line that is agreed links its two sites, both ways unless the way back has a line of its own, and across
    trusts too; one that is not agreed parts them. Other pairs are linked where one trust holds both. No pair further
    apart than ``max_travel_minutes`` is linked; a pair of unknown distance is linked only where a line agrees it.
    """
    typed = {(read.data.from_site, read.data.to_site): read.data for read in book.rows(TravelRow)}
    links = []
    for start in sites.values():
        for end in sites.values():
            if start.code == end.code:
                continue
            row = typed.get((start.code, end.code)) or typed.get((end.code, start.code))
            allowed = row.agreed is not False if row is not None else start.trust == end.trust
            if not allowed:
                continue
            minutes = row.minutes if row is not None and row.minutes is not None else _drive(start, end, settings)
            if minutes is None and row is None:
                continue
            if minutes is not None and minutes > settings.max_travel_minutes:
                continue
            if row is None or row.minutes is None:
                ledger.use("Travel: minutes", "from coordinates, speed and detour factor", ILLUSTRATIVE, start.code)
            links.append(Link(from_site=start.code, to_site=end.code, minutes=minutes or Fraction(0)))
    return tuple(sorted(links, key=lambda link: (link.from_site, link.to_site)))


def _drive(start: Site, end: Site, settings: Settings) -> Fraction | None:
    """Minutes by road from great-circle distance (haversine), to a tenth of a minute."""
    places = (start.latitude, start.longitude, end.latitude, end.longitude)
    if any(place is None for place in places):
        return None
    lat1, lon1, lat2, lon2 = (math.radians(float(place or 0)) for place in places)
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    miles = 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(chord))
    return Fraction(round(miles * float(settings.detour_factor) / float(settings.speed_mph) * 600), 10)
