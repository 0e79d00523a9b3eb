"""From column values to choices: which schedule, how many additions and rooms, which patients where."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.variables import Addition, Arc, Columns, Room

__all__ = ["Choices", "decode"]

MILLION = 1_000_000
SLACK = 0.1

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a solution decides.

    Attributes
    ----------
    schedules
        The menu of each machine and the number of the schedule chosen from it, in order of asset.
    additions, rooms
        Vintages with how many of them, only where there are any.
    flows
        Scans by (line, from site, to site, year position), exact to three decimals, above zero.
    outside
        Scans by (line, site, year position) that are left over from demand, above zero.
    """

    columns: Columns
    schedules: tuple[tuple[Menu, int], ...]
    additions: tuple[tuple[Addition, int], ...]
    rooms: tuple[tuple[Room, int], ...]
    flows: Mapping[tuple[str, str, str, int], Fraction]
    outside: Mapping[tuple[str, str, int], Fraction]


def decode(formulation: Formulation, values: npt.NDArray[np.float64]) -> Choices:
    """Read the choices off the values of the columns.

    Flows are cut to three decimals of a scan and what is then left of demand is bought outside, so that every
    patient is counted exactly once.
    """
    columns = formulation.columns
    starts, table = columns.starts, columns.table
    schedules = tuple(
        (menu, int(values[table.first[number] : table.first[number + 1]].argmax()))
        for number, menu in enumerate(table.menus)
    )
    flows = _flows(columns, values[starts["arcs"] : starts["shortfalls"]])
    outside = {}
    served: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for (line, home, _, year), scans in flows.items():
        served[line, home, year] += scans
    for each in columns.shortfalls:
        key = (each.line, each.site, each.year)
        left = columns.register.demand[each.line, each.site][each.year] - served[key]
        if left:
            outside[key] = left
    return Choices(
        columns=columns,
        schedules=schedules,
        additions=_counts(columns.additions, values[starts["additions"] : starts["rooms"]]),
        rooms=_counts(columns.rooms, values[starts["rooms"] : starts["arcs"]]),
        flows=flows,
        outside=outside,
    )


def _counts(items: tuple[T, ...], values: npt.NDArray[np.float64]) -> tuple[tuple[T, int], ...]:
    counted = ((item, round(float(value))) for item, value in zip(items, values, strict=True))
    return tuple((item, count) for item, count in counted if count)


def _flows(columns: Columns, values: npt.NDArray[np.float64]) -> dict[tuple[str, str, str, int], Fraction]:
    """Cut thousand scans to thousandths of a scan, never above the demand they serve."""
    left = {(each.line, each.site, each.year): _demand(columns, each.line, each.site, each.year)
            for each in columns.shortfalls}  # fmt: skip
    flows = {}
    for arc, value in zip(columns.arcs, values, strict=True):
        scans = min(Fraction(math.floor(float(value) * MILLION + SLACK), 1000), left[_home(arc)])
        if scans > 0:
            left[_home(arc)] -= scans
            flows[arc.line, arc.from_site, arc.to_site, arc.year] = scans
    return flows


def _home(arc: Arc) -> tuple[str, str, int]:
    return arc.line, arc.from_site, arc.year


def _demand(columns: Columns, line: str, site: str, year: int) -> Fraction:
    return Fraction(columns.register.demand[line, site][year])
