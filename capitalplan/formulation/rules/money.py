"""Money: what each trust is charged is paid from its own sources and the shared ones, within their limits of the year.

For trust ``g`` and year ``t``, in £ thousand cash, over shared sources ``f``:

paid    ``sum charge y + sum charge n + sum charge room - sum_f pay[f,g,t] <= sum of own B - committed``

shared  ``sum_g pay[f,g,t] <= B[f,t] - committed[f,t]``

A trust's own sources serve nobody else, so they stand in the row as a number. Committed schemes are paid first and
lower the limits. Nothing is carried over.
"""

from __future__ import annotations

import numpy as np

from capitalplan.finance.committed import committed_payments
from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.variables import Columns
from capitalplan.register.register import Register

__all__ = ["free_limits", "paid_rows", "shared_rows"]

THOUSAND = 1000.0


def paid_rows(columns: Columns) -> RowBlock:
    """One row a trust and year; none without funding sources."""
    register, starts = columns.register, columns.starts
    if not register.sources:
        return gather("money", [], [], [], [])
    years = register.settings.years
    trusts = {trust: number for number, trust in enumerate(sorted(register.trusts))}

    charge = columns.table.stacked("charge")
    owner = np.array([trusts[menu.asset.trust] for menu in columns.table.menus])[columns.table.asset_of]
    schedule, year = np.nonzero(charge)
    parts = [(owner[schedule] * years + year, schedule, charge[schedule, year] / THOUSAND)]
    for block, items in (("additions", columns.additions), ("rooms", columns.rooms)):
        rows = np.array([trusts[each.site.trust] * years + each.year for each in items], dtype=np.int64)
        charges = np.array([each.charge / THOUSAND for each in items])
        parts.append((rows, starts[block] + np.arange(len(items)), charges))
    rows = np.array([trusts[each.trust] * years + each.year for each in columns.payments], dtype=np.int64)
    parts.append((rows, starts["payments"] + np.arange(len(rows)), -np.ones(len(rows))))
    free = free_limits(register)
    own = {trust: [source.name for source in register.sources if source.trust == trust] for trust in trusts}
    upper = [sum(max(0, free[name][t]) for name in own[trust]) / THOUSAND for trust in trusts for t in range(years)]
    names = [f"paid.{slug(trust)}.{start}" for trust in trusts for start in register.settings.horizon]
    return gather("money", names, np.full(len(names), -np.inf), upper, parts)


def shared_rows(columns: Columns) -> RowBlock:
    """One row a shared funding source and year."""
    register = columns.register
    years = register.settings.years
    shared = [source.name for source in register.sources if source.trust is None]
    index = {name: number * years for number, name in enumerate(shared)}
    rows = np.array([index[each.source.name] + each.year for each in columns.payments], dtype=np.int64)
    parts = [(rows, columns.starts["payments"] + np.arange(len(rows)), np.ones(len(rows)))]
    free = free_limits(register)
    upper = np.array([max(0, free[name][t]) / THOUSAND for name in shared for t in range(years)])
    names = [f"shared.{slug(name)}.{start}" for name in shared for start in register.settings.horizon]
    return gather("money", names, np.full(len(names), -np.inf), upper, parts)


def free_limits(register: Register) -> dict[str, list[int]]:
    """Limit by source and year (position) after committed schemes, £ cash; below zero where they exceed it."""
    free = {source.name: list(source.limits_gbp) for source in register.sources}
    for scheme, payment in committed_payments(register).items():
        for name, amount in payment.items():
            if name in free:
                free[name][scheme.year - register.settings.start_year] -= amount
    return free
