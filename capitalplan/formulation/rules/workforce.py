"""Workforce: radiographers scan within their productive hours.

For trust ``g`` and year ``t``, in thousand hours, draws ``d`` on the pool that any trust may use:

``sum_m rad[m] (sum_s f[m,s,s' in g,t] - sum_{s' in g} g[m,s',t] on crewed vans) - d[g,t] <= own hours``
"""

from __future__ import annotations

from capitalplan.formulation.rows import RowBlock, gather
from capitalplan.formulation.rules.pools import draw_rows, hours_rows, trust_years
from capitalplan.formulation.variables import Columns
from capitalplan.service.staff import hours_per_scan
from capitalplan.terms import StaffGroup

__all__ = ["radiographer_rows", "shared_radiographer_rows"]


def radiographer_rows(columns: Columns) -> RowBlock:
    """One row a trust and year, where radiographers are given."""
    register, starts = columns.register, columns.starts
    if StaffGroup.RADIOGRAPHER not in columns.provision.limited:
        return gather("workforce", [], [], [], [])
    index = trust_years(register)
    need = {line: float(hours_per_scan(register.lines[line])) for line in columns.served}
    entries = [
        (index[register.sites[arc.to_site].trust, arc.year], starts["arcs"] + number, need[arc.line])
        for number, arc in enumerate(columns.arcs)
    ]
    entries += [
        (index[register.sites[van.site].trust, van.year], starts["on_vans"] + number, -need[van.line])
        for number, van in enumerate(columns.provision.on_vans)
        if van.crewed
    ]
    return hours_rows("workforce", StaffGroup.RADIOGRAPHER, entries, columns)


def shared_radiographer_rows(columns: Columns) -> RowBlock:
    """One row a year, where there are radiographers any trust may draw on."""
    return draw_rows("workforce", StaffGroup.RADIOGRAPHER, columns)
