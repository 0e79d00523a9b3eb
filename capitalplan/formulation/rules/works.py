"""Works: a site, and the network's project team, can install only so many machines in a year.

For site ``s`` and year ``t``: ``sum works[i,k,t] y[i,k] + sum_o n[s,o,t] <= W[s] - committed additions``, and the same
over all sites with the network's limit. Where committed schemes alone exceed a limit, the limit is raised to them.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.variables import Columns
from capitalplan.register.register import Register

__all__ = ["network_works_limit", "network_works_rows", "site_works_limit", "site_works_rows"]

NETWORK = "network"


def site_works_limit(register: Register, site: str, year: int) -> int:
    """Installations a site can do in a financial year, committed ones included."""
    committed = sum(scheme.site == site and scheme.year == year for scheme in register.committed)
    return max(register.sites[site].max_installations, committed)


def network_works_limit(register: Register, year: int) -> int | None:
    """Installations the network can do in a financial year, committed ones included; None without a limit."""
    limit = register.settings.max_network_projects
    return None if limit is None else max(limit, sum(scheme.year == year for scheme in register.committed))


def site_works_rows(columns: Columns) -> RowBlock:
    """One row a site and year."""
    register = columns.register
    limits = {
        site: [site_works_limit(register, site, year) for year in register.settings.horizon] for site in register.sites
    }
    return _rows(columns, {site: site for site in register.sites}, limits)


def network_works_rows(columns: Columns) -> RowBlock:
    """One row a year, if the network has a limit."""
    register = columns.register
    limits = [network_works_limit(register, year) for year in register.settings.horizon]
    given = [limit for limit in limits if limit is not None]
    return _rows(columns, dict.fromkeys(register.sites, NETWORK) if given else {}, {NETWORK: given} if given else {})


def _rows(columns: Columns, group: dict[str, str], limits: dict[str, list[int]]) -> RowBlock:
    settings, table = columns.register.settings, columns.table
    years = settings.years
    index = {place: number * years for number, place in enumerate(limits)}
    if not index:
        return gather("works", [], [], [], [])
    works = table.stacked("works")
    at = np.array([index[group[menu.asset.site]] for menu in table.menus])[table.asset_of]
    schedule, year = np.nonzero(works)
    rows = np.array([index[group[each.site.code]] + each.year for each in columns.additions], dtype=np.int64)
    parts = [
        (at[schedule] + year, schedule, works[schedule, year].astype(float)),
        (rows, columns.starts["additions"] + np.arange(len(rows)), np.ones(len(rows))),
    ]
    committed = Counter((group[each.scheme.site], each.year) for each in columns.fixed)
    upper = [float(limits[place][t] - committed[place, t]) for place in limits for t in range(years)]
    names = [f"works.{slug(place)}.{start}" for place in limits for start in settings.horizon]
    return gather("works", names, np.full(len(names), -np.inf), upper, parts)
