"""What serves patients beside the machines, and how a site with one machine is kept going while it is replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, CoverKind, ExtraKind, year_label
from reports.figures.names import Cells, machine_name, place_name, site_name, trust_name
from reports.style import count

__all__ = ["FROM_MODALITIES", "NEW_ROOM_FIRST", "NO_COVER", "cover_cells", "extra_cells"]

FROM_MODALITIES = "any provider"
"""Outside provider of a place that no line of Extra capacity governs; the price is that of Modalities."""

NEW_ROOM_FIRST = "new room first"
NO_COVER = "none asked for"
"""Cover of a replacement without an outage, and of one whose modality needs no cover."""


def extra_cells(register: Register, plan: Plan) -> Cells:
    """Extended hours, mobile vans, outside providers and outsourced reporting by place and year, with their cost.

    Costs are exact, real £ ex VAT; the plan rounds them once a line and year.
    """
    rows = [*_hours(register, plan), *_vans(register, plan), *_outside(register, plan), *_reports(register, plan)]
    for kind, name, line, place, year, amount, unit, scans, price in rows:
        yield (
            str(kind), name, line, place_name(register, place), year, year_label(year), float(amount), unit,
            None if scans is None else float(scans), float(amount * price),
        )  # fmt: skip


Row = tuple[ExtraKind, str, str, str, int, Fraction | int, str, Fraction | None, int]


def _hours(register: Register, plan: Plan) -> Iterator[Row]:
    for each in plan.extra_hours:
        offer = register.governing(ExtraKind.HOURS, each.line, each.site)
        if offer is not None:
            scans = each.hours * each.scans_per_hour
            yield offer.kind, offer.name, each.line, each.site, each.year, each.hours, "hours", scans, offer.price_gbp


def _vans(register: Register, plan: Plan) -> Iterator[Row]:
    prices = {each.name: each.price_gbp for each in register.extra}
    for van in plan.vans:
        price = prices[van.name]
        yield ExtraKind.VAN, van.name, van.line, van.site, van.year, van.days, "days", van.scans, price


def _outside(register: Register, plan: Plan) -> Iterator[Row]:
    for each in plan.outside:
        offer = register.governing(ExtraKind.OUTSIDE, each.line, each.site)
        name = FROM_MODALITIES if offer is None else offer.name
        price = register.outside_price(each.line, each.site)
        yield ExtraKind.OUTSIDE, name, each.line, each.site, each.year, each.scans, "scans", each.scans, price


def _reports(register: Register, plan: Plan) -> Iterator[Row]:
    for each in plan.reports:
        offer = register.governing(ExtraKind.REPORTING, each.line, each.trust)
        if offer is not None and each.outsourced:
            price = offer.price_gbp
            yield offer.kind, offer.name, each.line, each.trust, each.year, each.outsourced, "reports", None, price


def cover_cells(register: Register, plan: Plan) -> Cells:
    """Each replacement of a site's only machine, and who stands in for it, by year."""
    only = _only_machines(register)
    replaced = [
        scheme
        for scheme in plan.schemes
        if scheme.asset_id in only and scheme.action is Action.REPLACE and scheme.route != "contract"
    ]
    for scheme in sorted(replaced, key=lambda scheme: (scheme.year or 0, scheme.site, scheme.asset_id or "")):
        asset = only[scheme.asset_id or ""]
        cover, where, weeks = _cover(register, plan, scheme, asset)
        yield (
            year_label(scheme.year or 0),
            trust_name(register, asset.trust),
            site_name(register, asset.site),
            asset.line,
            asset.asset_id,
            machine_name(asset),
            cover,
            where,
            weeks,
        )


def _only_machines(register: Register) -> dict[str, Asset]:
    """Machines that are the only one of their served line at their site and are out of use while they are replaced."""
    served = {line for line, _ in register.demand}
    places: dict[tuple[str, str], list[Asset]] = defaultdict(list)
    for asset in register.assets:
        if asset.line in served and register.outage_weeks(asset) > 0:
            places[asset.line, asset.site].append(asset)
    return {assets[0].asset_id: assets[0] for assets in places.values() if len(assets) == 1}


def _cover(register: Register, plan: Plan, scheme: PlannedScheme, asset: Asset) -> tuple[Any, ...]:
    if scheme.new_room_first:
        return NEW_ROOM_FIRST, "the old machine serves until the new one works in a spare room", 0.0
    weeks = float(register.outage_weeks(asset))
    covers = [each for each in plan.covers if (each.asset_id, each.year) == (asset.asset_id, scheme.year)]
    if not covers:
        return NO_COVER, f"Modalities asks for no cover for {asset.line}", weeks
    kinds = ", ".join(dict.fromkeys(each.kind for each in covers))
    places = []
    for each in covers:
        if each.kind == str(CoverKind.VAN):
            days = sum(van.days for van in plan.vans
                       if (van.name, van.site, van.year) == (each.place, asset.site, scheme.year))  # fmt: skip
            places.append(f"{each.place}, {count(days, 'day')} hired in the year")
        else:
            places.append(place_name(register, each.place))
    return kinds, "; ".join(places), weeks
