"""Standing in for a site's only machine while it is replaced: which machines need it, and what could ever do it."""

from __future__ import annotations

import math
from fractions import Fraction

from capitalplan.register.register import Asset, ExtraCapacity, Register
from capitalplan.terms import ExtraKind

__all__ = ["can_be_covered", "cover_days", "covering_van", "needs_cover"]

DAYS_A_YEAR = 364


def needs_cover(asset: Asset, register: Register) -> bool:
    """Whether someone must stand in for a machine while it is replaced in its own room.

    So it is for a site's only machine of a service line that has demand, is out of use when replaced, and is not
    exempt in Modalities, while the setting ``swap_cover`` is on.
    """
    line = register.lines[asset.line]
    if not (register.settings.swap_cover and line.swap_cover and register.outage_weeks(asset)):
        return False
    return asset.line in register.served and register.machines_at[asset.line, asset.site] == 1


def cover_days(asset: Asset, register: Register) -> int:
    """Days for which a van must be hired to stand in for a machine while it is replaced in its own room."""
    return math.ceil(register.outage_weeks(asset) * register.settings.van_days_a_week)


def covering_van(asset: Asset, year: int, register: Register) -> ExtraCapacity | None:
    """Van that could stand in for a machine for a whole outage in a financial year, if there is one."""
    van, place = register.governing(ExtraKind.VAN, asset.line, asset.site), register.sites[asset.site]
    if van is None or not (van.is_offered(year) and place.van_standing and place.is_open(year)):
        return None
    hires = math.ceil(Fraction(cover_days(asset, register), van.minimum_days))
    days = hires * van.minimum_days
    return van if days <= DAYS_A_YEAR and (van.limit is None or days <= van.limit) else None


def can_be_covered(asset: Asset, year: int, register: Register) -> bool:
    """Whether anything could stand in for a machine in a financial year: a van, a neighbour or an added machine."""
    line, site = asset.line, asset.site
    if covering_van(asset, year, register) is not None or _can_be_added(line, site, year, register):
        return True
    return any(
        register.sites[near].is_open(year)
        and (register.machines_at[line, near] > 0 or _can_be_added(line, near, year, register))
        for near in register.neighbours.get(site, ())
    )


def _can_be_added(line: str, site: str, year: int, register: Register) -> bool:
    """Whether a machine is committed or may be added at a site by a financial year and still stand there."""
    place = register.sites[site]
    if not place.is_open(year):
        return False
    committed = any(
        scheme.asset_id is None and (scheme.line, scheme.site) == (line, site) and scheme.year <= year
        for scheme in register.committed
    )
    return committed or (
        register.settings.allow_new_capacity
        and any(
            option.can_add
            and option.line == line
            and place.spare_rooms.get(option.modality, 0) + place.max_new_rooms > 0
            for option in register.options.values()
        )
    )
