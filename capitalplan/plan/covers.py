"""Who stands in for each site's only machine while it is replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from capitalplan.plan.decode import Choices, Place
from capitalplan.plan.plan import Cover
from capitalplan.register.register import Asset
from capitalplan.service.cover import cover_days, needs_cover
from capitalplan.terms import CoverKind

__all__ = ["covers"]


def covers(choices: Choices) -> tuple[Cover, ...]:
    """Every kind of cover there is for each replacement that needs one: van, first neighbour by code, added machine."""
    register = choices.columns.register
    vans = {
        (hire.extra.line, hire.site.code, hire.year): (hire.extra.name, count * hire.extra.minimum_days)
        for hire, count in choices.hires
    }
    standing, added = _standing(choices), _added(choices)
    found = []
    for menu, chosen in choices.schedules:
        if not needs_cover(menu.asset, register):
            continue
        for year in range(register.settings.years):
            if menu.figures.swap[chosen, year]:
                found += [
                    _cover(menu.asset, register.settings.horizon[year], kind, place)
                    for kind, place in _kinds(choices, menu.asset, year, vans, standing, added)
                ]
    return tuple(found)


def _kinds(
    choices: Choices,
    asset: Asset,
    year: int,
    vans: Mapping[Place, tuple[str, int]],
    standing: Mapping[Place, int],
    added: Mapping[Place, int],
) -> Iterator[tuple[CoverKind, str]]:
    register, line, site = choices.columns.register, asset.line, asset.site
    here = (line, site, year)
    name, days = vans.get(here, ("", 0))
    if days and days >= cover_days(asset, register):
        yield CoverKind.VAN, name
    neighbours = sorted(
        link.to_site
        for link in register.links
        if link.from_site == site and register.sites[link.to_site].is_open(register.settings.horizon[year])
    )
    neighbour = next((code for code in neighbours if standing[line, code, year] > 0), None)
    if neighbour is not None:
        yield CoverKind.NEIGHBOUR, neighbour
    if added[here]:
        yield CoverKind.ADDED, site


def _standing(choices: Choices) -> Mapping[Place, int]:
    """Machines in service that are not being replaced in their own rooms, by (line, site, year)."""
    standing = defaultdict(int, _added(choices))
    for menu, chosen in choices.schedules:
        on = menu.figures.serving[chosen] - menu.figures.swap[chosen]
        for year, count in enumerate(on):
            standing[menu.asset.line, menu.asset.site, year] += int(count)
    return standing


def _added(choices: Choices) -> Mapping[Place, int]:
    """Machines in service that were added, by (line, site, year)."""
    added: dict[Place, int] = defaultdict(int)
    for each, count in choices.additions:
        for year, stands in enumerate(each.stands):
            added[each.option.line, each.site.code, year] += count * int(stands)
    for fixed in choices.columns.fixed:
        for year, stands in enumerate(fixed.stands):
            added[fixed.scheme.line, fixed.scheme.site, year] += int(stands)
    return added


def _cover(asset: Asset, year: int, kind: CoverKind, place: str) -> Cover:
    return Cover(asset_id=asset.asset_id, line=asset.line, site=asset.site, year=year, kind=str(kind), place=place)
