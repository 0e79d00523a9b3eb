"""Choice: one schedule a machine, and a site's last machine of a modality stays.

``sum_k y[i,k] = 1`` for every machine ``i``.

For every site and served line that starts with two or more machines, not all locked to retire, and every year in which
the site is open: ``sum_i sum_k serv[i,k,t] y[i,k] >= 1``. (Where there is only one machine, schedules that retire it
are not on its menu.)
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.variables import Columns
from capitalplan.terms import Lock

__all__ = ["last_machine_rows", "one_schedule_rows"]


def one_schedule_rows(columns: Columns) -> RowBlock:
    """One row a machine."""
    table = columns.table
    count = len(table.menus)
    schedules = np.arange(table.first[-1])
    names = [f"choice.{slug(menu.asset.asset_id)}" for menu in table.menus]
    ones = np.ones(count)
    return gather("choice", names, ones, ones, [(table.asset_of, schedules, np.ones(len(schedules)))])


def last_machine_rows(columns: Columns) -> RowBlock:
    """One row a site, served line and year, where retirements could empty it."""
    settings, table = columns.register.settings, columns.table
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, menu in enumerate(table.menus):
        if menu.asset.line in columns.served:
            groups[menu.asset.site, menu.asset.line].append(number)
    names: list[str] = []
    parts = []
    for (site, line), members in sorted(groups.items()):
        locked = all(table.menus[number].asset.lock is Lock.RETIRE for number in members)
        can_empty = all(table.menus[number].figures.vacated.any() for number in members)
        if settings.allow_last_machine_retirement or locked or len(members) == 1 or not can_empty:
            continue
        serving = np.concatenate([table.menus[number].figures.serving for number in members])
        schedules = np.concatenate([np.arange(table.first[n], table.first[n + 1]) for n in members])
        for year, start in enumerate(settings.horizon):
            if columns.register.sites[site].is_open(start):
                row = np.full(len(schedules), len(names))
                parts.append((row, schedules, serving[:, year].astype(float)))
                names.append(f"last_machine.{slug(site)}.{slug(line)}.{start}")
    ones = np.ones(len(names))
    return gather("choice", names, ones, ones * np.inf, parts)
