"""From column values to choices: which schedule, how many additions, rooms and hires, which patients where."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.additions import Addition, Room
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.provision import Hire
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.variables import Arc, Columns
from capitalplan.terms import StaffGroup

__all__ = ["Choices", "Place", "decode"]

MILLION = 1_000_000
SLACK = 0.1
LEFT_OUT_FIRST = (None, StaffGroup.RADIOLOGIST, StaffGroup.REPORTING_RADIOGRAPHER)
"""Whose reports are left out first where more are made than there are scans: outsourced ones, then radiologists'."""

T = TypeVar("T")
Values = npt.NDArray[np.float64]
Place = tuple[str, str, int]
"""Service line, site (or trust), position of the year."""
Flows = dict[tuple[str, str, str, int], Fraction]
Reports = dict[tuple[str, str, StaffGroup | None, int], Fraction]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a solution decides. Scans, hours and reports are exact to three decimals; years are positions.

    Attributes
    ----------
    schedules
        The menu of each machine and the number of the schedule chosen from it, in order of asset.
    additions, rooms, hires
        Vintages, and hires of a van at a site in a year, with how many of them, only where there are any.
    flows
        Scans by (line, from site, to site, year), above zero.
    outside
        Scans bought outside by (line, site, year), above zero.
    lists
        Patients waiting at the end of a year by (line, site, year), every list and year.
    on_vans
        Scans done on a van by (line, site, year), above zero.
    hours
        Extra hours worked by (line, site, scans an hour, year), above zero.
    reports
        Reports made by (line, trust, staff group or None for outsourced, year), above zero.
    backlogs
        Scans without a report at the end of a year by (line, trust, year), wherever reports are counted.
    """

    columns: Columns
    schedules: tuple[tuple[Menu, int], ...]
    additions: tuple[tuple[Addition, int], ...]
    rooms: tuple[tuple[Room, int], ...]
    hires: tuple[tuple[Hire, int], ...]
    flows: Mapping[tuple[str, str, str, int], Fraction]
    outside: Mapping[Place, Fraction]
    lists: Mapping[Place, Fraction]
    on_vans: Mapping[Place, Fraction]
    hours: Mapping[tuple[str, str, Fraction, int], Fraction]
    reports: Mapping[tuple[str, str, StaffGroup | None, int], Fraction]
    backlogs: Mapping[Place, Fraction]

    @cached_property
    def done(self) -> Mapping[Place, Fraction]:
        """Scans done at a site, those on vans included, by (line, site, year)."""
        return _done(self.flows)


def decode(formulation: Formulation, values: Values) -> Choices:
    """Read the choices off the values of the columns, by the last section of ``docs/model.md``.

    Amounts are rounded to thousandths, and what is then left of demand is bought outside or stands on the waiting list,
    so that every patient, and every scan without a report, is counted exactly once.
    """
    columns = formulation.columns
    starts, table, provision = columns.starts, columns.table, columns.provision
    blocks = {name: values[starts[name] : starts[after]] for name, after in pairwise(starts)}
    flows, outside, lists = _patients(columns, blocks["arcs"], blocks["shortfalls"])
    done = _done(flows)
    hires = _counts(provision.hires, blocks["hires"])
    reports, backlogs = _reports(columns, blocks["reported"], done)
    return Choices(
        columns=columns,
        schedules=tuple(
            (menu, int(values[table.first[number] : table.first[number + 1]].argmax()))
            for number, menu in enumerate(table.menus)
        ),
        additions=_counts(columns.additions, blocks["additions"]),
        rooms=_counts(columns.rooms, blocks["rooms"]),
        hires=hires,
        flows=flows,
        outside=outside,
        lists=lists,
        on_vans=_on_vans(columns, blocks["on_vans"], hires, done),
        hours=_hours(columns, blocks["hours"]),
        reports=reports,
        backlogs=backlogs,
    )


def _counts(items: tuple[T, ...], values: Values) -> tuple[tuple[T, int], ...]:
    counted = ((item, round(float(value))) for item, value in zip(items, values, strict=True))
    return tuple((item, count) for item, count in counted if count)


def _cut(value: float) -> Fraction:
    """Thousands, as columns hold them, cut down to thousandths of a unit."""
    return Fraction(max(0, math.floor(value * MILLION + SLACK)), 1000)


def _raised(value: float) -> Fraction:
    """Thousands, as columns hold them, raised to thousandths of a unit."""
    return Fraction(max(0, math.ceil(value * MILLION - SLACK)), 1000)


def _done(flows: Mapping[tuple[str, str, str, int], Fraction]) -> dict[Place, Fraction]:
    done: dict[Place, Fraction] = defaultdict(Fraction)
    for (line, _, place, year), scans in flows.items():
        done[line, place, year] += scans
    return done


def _patients(
    columns: Columns, arcs: Values, shortfalls: Values
) -> tuple[Flows, dict[Place, Fraction], dict[Place, Fraction]]:
    """Flows, scans outside and lists, year by year: what is not scanned waits, or is bought outside."""
    register = columns.register
    starts = {(each.line, each.site): each.start for each in register.waiting}
    may_join = {place: register.waiting_demand.get(place, (0,) * register.settings.years) for place in starts}
    leaving: dict[Place, list[tuple[Arc, float]]] = defaultdict(list)
    for arc, value in zip(columns.arcs, arcs, strict=True):
        leaving[arc.line, arc.from_site, arc.year].append((arc, float(value)))
    flows: Flows = {}
    outside: dict[Place, Fraction] = {}
    lists: dict[Place, Fraction] = {}
    for each, value in sorted(zip(columns.shortfalls, shortfalls, strict=True), key=lambda pair: pair[0].year):
        key, place = (each.line, each.site, each.year), (each.line, each.site)
        before = lists.get((*place, each.year - 1), Fraction(starts.get(place, 0)))
        left = register.demand[place][each.year] + before
        rounded = _raised if place in starts else _cut
        for arc, served in leaving[key]:
            scans = min(rounded(served), left)
            if scans > 0:
                left -= scans
                flows[arc.line, arc.from_site, arc.to_site, arc.year] = scans
        bought = left
        if place in starts:
            bought = min(rounded(float(value)), left)
            bought += max(Fraction(0), left - bought - before - may_join[place][each.year])
            lists[key] = left - bought
        if bought:
            outside[key] = bought
    return flows, outside, lists


def _on_vans(
    columns: Columns, values: Values, hires: tuple[tuple[Hire, int], ...], done: Mapping[Place, Fraction]
) -> dict[Place, Fraction]:
    """Scans on vans: no more than their hires can do, nor than are done at the site."""
    able = {(hire.extra.line, hire.site.code, hire.year): hire.scans * count for hire, count in hires}
    scans = {}
    for van, value in zip(columns.provision.on_vans, values, strict=True):
        key = (van.line, van.site, van.year)
        most = min(Fraction(able.get(key, 0)), done.get(key, Fraction(0)))
        if (on_van := min(_cut(float(value)), most)) > 0:
            scans[key] = on_van
    return scans


def _hours(columns: Columns, values: Values) -> dict[tuple[str, str, Fraction, int], Fraction]:
    worked = {}
    for each, value in zip(columns.provision.hours, values, strict=True):
        if (hours := Fraction(round(float(value) * MILLION), 1000)) > 0:
            worked[each.extra.line, each.site, each.scans_per_hour, each.year] = hours
    return worked


def _reports(columns: Columns, values: Values, done: Mapping[Place, Fraction]) -> tuple[Reports, dict[Place, Fraction]]:
    """Reports made, no more than there are scans without one, and what is left of these at the end of each year."""
    register = columns.register
    scans: dict[Place, Fraction] = defaultdict(Fraction)
    for (line, site, year), at_site in done.items():
        scans[line, register.sites[site].trust, year] += at_site
    made: dict[Place, Reports] = defaultdict(dict)
    for each, value in zip(columns.provision.reported, values, strict=True):
        made[each.line, each.trust, each.year][each.line, each.trust, each.group, each.year] = _raised(float(value))
    reports: Reports = {}
    backlogs: dict[Place, Fraction] = {}
    for backlog in sorted(columns.provision.backlogs, key=lambda each: each.year):
        key = (backlog.line, backlog.trust, backlog.year)
        before = backlogs.get((*key[:2], backlog.year - 1), Fraction(register.unreported.get(key[:2], 0)))
        waiting, here = before + scans[key], made[key]
        too_many = sum(here.values(), -waiting)
        for group in LEFT_OUT_FIRST:
            name = (backlog.line, backlog.trust, group, backlog.year)
            if name in here and too_many > 0:
                dropped = min(here[name], too_many)
                here[name] -= dropped
                too_many -= dropped
        backlogs[key] = waiting - sum(here.values(), Fraction(0))
        reports |= {name: count for name, count in here.items() if count}
    return reports, backlogs
