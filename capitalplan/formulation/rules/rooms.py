"""Rooms: an added machine stands in a spare room, in one given up by a retirement, or in a new one.

A replacement made new room first needs a second room in its year.

For site ``s``, modality ``m`` and year ``t``:

``sum_{o,tau<=t} n[s,o,tau] + sum_i sum_k second_room[i,k,t] y[i,k]
<= R0[s,m] + sum_i sum_k vacated[i,k,t] y[i,k] + sum_{tau<=t} room[s,m,tau]``

and for every site ``sum_{m,tau} room[s,m,tau] <= rooms that may be built``.
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.variables import Columns

__all__ = ["new_room_rows", "room_rows"]


def room_rows(columns: Columns) -> RowBlock:
    """One row a site, modality that may be added or set up in a second room there, and year."""
    register, starts = columns.register, columns.starts
    years = register.settings.years
    places = sorted(
        {(each.site.code, each.option.modality) for each in columns.additions}
        | {(menu.asset.site, menu.asset.modality) for menu in columns.table.menus if menu.figures.second_room.any()}
    )
    index = {place: number * years for number, place in enumerate(places)}
    parts = []
    for block, sign, items in (
        ("additions", 1.0, [(each.site.code, each.option.modality, each.year) for each in columns.additions]),
        ("rooms", -1.0, [(each.site.code, each.modality, each.year) for each in columns.rooms]),
    ):
        for number, (site, modality, built) in enumerate(items):
            later = np.arange(built, years)
            rows = index[site, modality] + later
            parts.append((rows, np.full(len(later), starts[block] + number), np.full(len(later), sign)))
    for number, menu in enumerate(columns.table.menus):
        place = (menu.asset.site, menu.asset.modality)
        if place in index and not menu.asset.mobile:
            crowding = menu.figures.second_room - menu.figures.vacated
            schedule, year = np.nonzero(crowding)
            values = crowding[schedule, year].astype(float)
            parts.append((index[place] + year, columns.table.first[number] + schedule, values))
    spare = np.repeat([float(register.sites[site].spare_rooms.get(modality, 0)) for site, modality in places], years)
    names = [
        f"rooms.{slug(site)}.{modality}.{start}" for site, modality in places for start in register.settings.horizon
    ]
    return gather("rooms", names, np.full(len(names), -np.inf), spare, parts)


def new_room_rows(columns: Columns) -> RowBlock:
    """One row a site where rooms may be built."""
    sites = sorted({each.site.code for each in columns.rooms})
    index = {site: row for row, site in enumerate(sites)}
    rows = np.array([index[each.site.code] for each in columns.rooms], dtype=np.int64)
    parts = [(rows, columns.starts["rooms"] + np.arange(len(rows)), np.ones(len(rows)))]
    upper = [float(columns.register.sites[site].max_new_rooms) for site in sites]
    names = [f"new_rooms.{slug(site)}" for site in sites]
    return gather("rooms", names, np.full(len(sites), -np.inf), upper, parts)
