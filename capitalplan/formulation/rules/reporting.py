"""Reporting: every scan is reported, within productive hours, and the backlog is what turnaround allows.

For line ``m``, trust ``g`` and year ``t``, in thousand reports ``done`` by group ``c`` (or outsourced):

backlog     ``r[m,g,t] - r[m,g,t-1] - sum f + sum_c done[m,g,c,t] = 0``, ``r[m,g,-1] = r0``

share       ``(1 - share) done[radiographers] - share (done[radiologists] + outsourced) <= 0``

turnaround  ``r[m,g,t] - late[m,g,t] <= days[m,t] / 365 sum_c done[m,g,c,t]``

hours       ``sum_m rep[m] done[m,g,c,t] - draw[c,g,t] <= own hours of group c``, in thousand hours
"""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.rules.pools import draw_rows, hours_rows, part, trust_years
from capitalplan.formulation.variables import Columns
from capitalplan.service.staff import hours_per_report, turnaround
from capitalplan.terms import StaffGroup

__all__ = [
    "backlog_rows",
    "radiologist_rows",
    "reporting_radiographer_rows",
    "share_rows",
    "shared_radiologist_rows",
    "shared_reporting_radiographer_rows",
    "turnaround_rows",
]

THOUSAND = 1000.0


def backlog_rows(columns: Columns) -> RowBlock:
    """One row a reported line, trust and year."""
    register, starts = columns.register, columns.starts
    backlogs = columns.provision.backlogs
    index = {(each.line, each.trust, each.year): row for row, each in enumerate(backlogs)}
    rows = np.arange(len(backlogs))
    later = np.array([row for row, each in enumerate(backlogs) if each.year], dtype=np.int64)
    scans = [
        (index[arc.line, register.sites[arc.to_site].trust, arc.year], number)
        for number, arc in enumerate(columns.arcs)
        if (arc.line, register.sites[arc.to_site].trust, arc.year) in index
    ]
    at = np.array([row for row, _ in scans], dtype=np.int64)
    parts = [
        (rows, starts["backlogs"] + rows, np.ones(len(rows))),
        (later, starts["backlogs"] + later - 1, -np.ones(len(later))),
        (at, starts["arcs"] + np.array([number for _, number in scans], dtype=np.int64), -np.ones(len(at))),
        part(
            [
                (index[each.line, each.trust, each.year], starts["reported"] + number, 1.0)
                for number, each in enumerate(columns.provision.reported)
            ]
        ),
    ]
    first = [0.0 if each.year else register.unreported.get((each.line, each.trust), 0) / THOUSAND for each in backlogs]
    return gather("reporting", _names("backlog", columns), first, first, parts)


def share_rows(columns: Columns) -> RowBlock:
    """One row a reported line, trust and year: reporting radiographers make no more than their share."""
    starts, register = columns.starts, columns.register
    groups = {
        (each.line, each.trust, each.year)
        for each in columns.provision.reported
        if each.group is StaffGroup.REPORTING_RADIOGRAPHER
    }
    index = {key: row for row, key in enumerate(sorted(groups))}
    entries = []
    for number, each in enumerate(columns.provision.reported):
        row = index.get((each.line, each.trust, each.year))
        if row is not None:
            share = float(register.lines[each.line].radiographer_reporting_share)
            own = each.group is StaffGroup.REPORTING_RADIOGRAPHER
            entries.append((row, starts["reported"] + number, 1 - share if own else -share))
    names = [f"share.{slug(line)}.{slug(trust)}.{register.settings.horizon[year]}" for line, trust, year in index]
    return gather("reporting", names, np.full(len(names), -np.inf), np.zeros(len(names)), [part(entries)])


def turnaround_rows(columns: Columns) -> RowBlock:
    """One row a reported line, trust and year; what is over the backlog that turnaround allows is priced."""
    register, starts = columns.register, columns.starts
    backlogs = columns.provision.backlogs
    index = {(each.line, each.trust, each.year): row for row, each in enumerate(backlogs)}
    rows = np.arange(len(backlogs))
    allowed = {key: float(turnaround(register, *key)) for key in {(each.line, each.year) for each in backlogs}}
    entries = [
        (index[each.line, each.trust, each.year], starts["reported"] + number, -allowed[each.line, each.year])
        for number, each in enumerate(columns.provision.reported)
    ]
    parts = [
        (rows, starts["backlogs"] + rows, np.ones(len(rows))),
        (rows, starts["late"] + rows, -np.ones(len(rows))),
        part(entries),
    ]
    return gather("reporting", _names("turnaround", columns), np.full(len(rows), -np.inf), np.zeros(len(rows)), parts)


def radiologist_rows(columns: Columns) -> RowBlock:
    """One row a trust and year, where radiologists are given."""
    return _reporter_rows(StaffGroup.RADIOLOGIST, columns)


def reporting_radiographer_rows(columns: Columns) -> RowBlock:
    """One row a trust and year, where reporting radiographers are given."""
    return _reporter_rows(StaffGroup.REPORTING_RADIOGRAPHER, columns)


def shared_radiologist_rows(columns: Columns) -> RowBlock:
    """One row a year, where there are radiologists any trust may draw on."""
    return draw_rows("reporting", StaffGroup.RADIOLOGIST, columns)


def shared_reporting_radiographer_rows(columns: Columns) -> RowBlock:
    """One row a year, where there are reporting radiographers any trust may draw on."""
    return draw_rows("reporting", StaffGroup.REPORTING_RADIOGRAPHER, columns)


def _reporter_rows(group: StaffGroup, columns: Columns) -> RowBlock:
    index = trust_years(columns.register)
    needed = [
        (
            index[each.trust, each.year],
            columns.starts["reported"] + number,
            float(hours_per_report(columns.register.lines[each.line])),
        )
        for number, each in enumerate(columns.provision.reported)
        if each.group is group
    ]
    return hours_rows("reporting", group, needed, columns) if needed else gather("reporting", [], [], [], [])


def _names(kind: str, columns: Columns) -> list[str]:
    horizon = columns.register.settings.horizon
    return [f"{kind}.{slug(each.line)}.{slug(each.trust)}.{horizon[each.year]}" for each in columns.provision.backlogs]
