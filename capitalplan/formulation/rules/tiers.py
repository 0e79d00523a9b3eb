"""Tiers: a rebate is had only on machines that are bought, and only when enough are bought together in the year.

With ``Q[v,t]`` the machines of framework ``v`` bought in year ``t``, ``M`` the most there may be, and for tier ``l``
``L`` and ``U`` the machines it asks for, ``zeta[l,t]`` whether it is reached and ``reb[c,l]`` the machines of kind
``c`` on which its rebate is had:

one      ``sum_l zeta[l,t] <= 1``

least    ``sum_l L zeta[l,t] <= Q[v,t]``

most     ``Q[v,t] + sum_l (M - U) zeta[l,t] <= M``

counted  ``sum_l reb[c,l] <= machines of kind c``

had      ``sum_c reb[c,l] <= limit x zeta[l,t]`` for each place: a machine replaced, or an option added at a site

The last two are disaggregated, place by place, so that a fraction of a tier gives no more than its share.

Where a rebate may be unwelcome, numbers of machines that reach no tier are tiers without a rebate, one of them all is
reached, and

forced   ``sum_l reb[c,l] >= machines of kind c - limit x (1 - sum_l zeta[l,t])`` over tiers with a rebate
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Part, RowBlock, gather
from capitalplan.formulation.tiers import most_bought
from capitalplan.formulation.variables import Columns

__all__ = ["counted_rows", "forced_rows", "had_rows", "least_rows", "most_rows", "one_tier_rows"]


def one_tier_rows(columns: Columns) -> RowBlock:
    """One row a framework and year in which more than one tier may be reached."""
    least = 1.0 if columns.tiers.is_forced else -np.inf
    rows = [(key, numbers) for key, numbers in _groups(columns).items() if len(numbers) > 1 or columns.tiers.is_forced]
    names = [f"one_tier.{slug(framework)}.{year}" for (framework, year), _ in rows]
    parts = [_reached(row, numbers, np.ones(len(numbers)), columns) for row, (_, numbers) in enumerate(rows)]
    return gather("tiers", names, np.full(len(names), least), np.ones(len(names)), parts)


def least_rows(columns: Columns) -> RowBlock:
    """One row a framework and year."""
    reached = columns.tiers.reached
    names: list[str] = []
    parts: list[Part] = []
    for (framework, year), numbers in _groups(columns).items():
        least = np.array([reached[number].tier.from_units for number in numbers], dtype=np.float64)
        parts.append(_reached(len(names), numbers, least, columns))
        parts.append(_bought(len(names), numbers, -1.0, columns))
        names.append(f"least.{slug(framework)}.{year}")
    return gather("tiers", names, np.full(len(names), -np.inf), np.zeros(len(names)), parts)


def most_rows(columns: Columns) -> RowBlock:
    """One row a framework and year in which more machines may be bought than a tier asks for at most."""
    reached = columns.tiers.reached
    names: list[str] = []
    upper: list[float] = []
    parts: list[Part] = []
    for (framework, year), numbers in _groups(columns).items():
        most = most_bought(columns.tiers.counting(reached[numbers[0]]))
        ends = [most if (end := reached[number].tier.to_units) is None else min(end, most) for number in numbers]
        if min(ends) == most:
            continue
        parts.append(_reached(len(names), numbers, most - np.array(ends, dtype=np.float64), columns))
        parts.append(_bought(len(names), numbers, 1.0, columns))
        names.append(f"most.{slug(framework)}.{year}")
        upper.append(float(most))
    return gather("tiers", names, np.full(len(names), -np.inf), upper, parts)


def counted_rows(columns: Columns) -> RowBlock:
    """One row a kind of machines on which a rebate may be had."""
    names: list[str] = []
    parts: list[Part] = []
    for kind, numbers in _by_kind(columns).items():
        parts += _had_less_bought(len(names), kind, numbers, columns)
        names.append(_kind_name("counted", kind, columns))
    return gather("tiers", names, np.full(len(names), -np.inf), np.zeros(len(names)), parts)


def forced_rows(columns: Columns) -> RowBlock:
    """One row a kind of machines on which a rebate may be had, where it must be."""
    tiers = columns.tiers
    names: list[str] = []
    lower: list[float] = []
    parts: list[Part] = []
    for kind, numbers in _by_kind(columns).items() if tiers.is_forced else ():
        limit = float(tiers.counted[kind].most)
        reached = [tiers.rebates[number].reached for number in numbers]
        parts += _had_less_bought(len(names), kind, numbers, columns)
        parts.append(_reached(len(names), reached, np.full(len(reached), -limit), columns))
        names.append(_kind_name("forced", kind, columns))
        lower.append(-limit)
    return gather("tiers", names, lower, np.full(len(names), np.inf), parts)


def had_rows(columns: Columns) -> RowBlock:
    """One row a tier, year and place."""
    tiers, starts = columns.tiers, columns.starts
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, rebate in enumerate(tiers.rebates):
        places[rebate.reached, tiers.counted[rebate.counted].place].append(number)
    names: list[str] = []
    parts: list[Part] = []
    for (number, place), had in places.items():
        limit = float(tiers.counted[tiers.rebates[had[0]].counted].most)
        parts.append((np.full(len(had), len(names)), starts["rebates"] + np.array(had), np.ones(len(had))))
        parts.append(_reached(len(names), [number], np.array([-limit]), columns))
        names.append(f"had.{slug(place)}.{_name(number, columns)}")
    return gather("tiers", names, np.full(len(names), -np.inf), np.zeros(len(names)), parts)


def _by_kind(columns: Columns) -> dict[int, list[int]]:
    """Numbers of the rebates that may be had on each kind of machines."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, rebate in enumerate(columns.tiers.rebates):
        found[rebate.counted].append(number)
    return found


def _had_less_bought(row: int, kind: int, numbers: list[int], columns: Columns) -> list[Part]:
    bought = columns.tiers.counted[kind].columns
    return [
        (np.full(len(numbers), row), columns.starts["rebates"] + np.array(numbers), np.ones(len(numbers))),
        (np.full(len(bought), row), bought, -np.ones(len(bought))),
    ]


def _kind_name(word: str, kind: int, columns: Columns) -> str:
    each = columns.tiers.counted[kind]
    return f"{word}.{slug(each.name)}.{columns.register.settings.horizon[each.year]}"


def _groups(columns: Columns) -> dict[tuple[str, int], list[int]]:
    """Tiers by framework and financial year."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, reach in enumerate(columns.tiers.reached):
        found[reach.tier.framework, columns.register.settings.horizon[reach.year]].append(number)
    return found


def _reached(row: int, numbers: list[int], values: np.ndarray, columns: Columns) -> Part:
    return np.full(len(numbers), row), columns.starts["tiers"] + np.array(numbers), values


def _bought(row: int, numbers: list[int], value: float, columns: Columns) -> Part:
    """Machines bought that count towards the tiers of a framework."""
    counting = columns.tiers.counting(columns.tiers.reached[numbers[0]])
    bought = np.concatenate([each.columns for each in counting])
    return np.full(len(bought), row), bought, np.full(len(bought), value)


def _name(number: int, columns: Columns) -> str:
    reach = columns.tiers.reached[number]
    year = columns.register.settings.horizon[reach.year]
    return f"{slug(reach.tier.framework)}.{reach.tier.from_units}.{year}"
