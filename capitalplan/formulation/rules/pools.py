"""Rows of staff pools: hours needed by a trust within its own hours and what it draws on a pool any trust may use.

For staff group ``c``, trust ``g`` and year ``t``, in thousand hours: ``needed - draw[c,g,t] <= own hours`` and
``sum_g draw[c,g,t] <= hours of the pool any trust may use``.
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Part, RowBlock, gather
from capitalplan.formulation.variables import Columns
from capitalplan.register.register import Register
from capitalplan.service.staff import pool_hours
from capitalplan.terms import StaffGroup

__all__ = ["draw_rows", "hours_rows", "part", "trust_years"]

THOUSAND = 1000.0


def trust_years(register: Register) -> dict[tuple[str, int], int]:
    """Row of each trust and year."""
    keys = [(trust, year) for trust in sorted(register.trusts) for year in range(register.settings.years)]
    return {key: row for row, key in enumerate(keys)}


def hours_rows(rule: str, group: StaffGroup, needed: list[tuple[int, int, float]], columns: Columns) -> RowBlock:
    """One row a trust and year.

    Parameters
    ----------
    needed
        Hours by column: row of ``trust_years``, column, thousand hours a unit.
    """
    index = trust_years(columns.register)
    register = columns.register
    draws = [
        (index[each.trust, each.year], columns.starts["draws"] + number, -1.0)
        for number, each in enumerate(columns.provision.draws)
        if each.group is group
    ]
    upper = [pool_hours(register, group, trust, year) / THOUSAND for trust, year in index]
    names = [f"{slug(group)}.{slug(trust)}.{register.settings.horizon[year]}" for trust, year in index]
    return gather(rule, names, np.full(len(names), -np.inf), upper, [part(needed), part(draws)])


def draw_rows(rule: str, group: StaffGroup, columns: Columns) -> RowBlock:
    """One row a year, where there is a pool any trust may use."""
    horizon = columns.register.settings.horizon
    draws = [
        (each.year, columns.starts["draws"] + number, 1.0)
        for number, each in enumerate(columns.provision.draws)
        if each.group is group
    ]
    if not draws:
        return gather(rule, [], [], [], [])
    upper = [pool_hours(columns.register, group, None, year) / THOUSAND for year in range(len(horizon))]
    names = [f"shared.{slug(group)}.{start}" for start in horizon]
    return gather(rule, names, np.full(len(names), -np.inf), upper, [part(draws)])


def part(entries: list[tuple[int, int, float]]) -> Part:
    """Nonzeros from rows, columns and values."""
    return (
        np.array([row for row, _, _ in entries], dtype=np.int64),
        np.array([column for _, column, _ in entries], dtype=np.int64),
        np.array([value for _, _, value in entries], dtype=np.float64),
    )
