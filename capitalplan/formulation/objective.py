"""Objective: discounted whole-life cost with the priced risks, in £ thousand.

``sum PV y + sum PV n + sum PV room + sum_t d[t] (outside price x + travel price f)``; flows are in thousand scans, so a
price of £1 a scan is £1 thousand a unit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.variables import Columns

__all__ = ["constant_gbp", "costs"]

THOUSAND = 1000.0


def costs(columns: Columns) -> npt.NDArray[np.float64]:
    """Cost of each column, £ thousand, shape ``(n_columns,)``."""
    register = columns.register
    discount = [float(factor) for factor in columns.rates.discount]
    travel = register.settings.travel_price_gbp
    arcs = [0.0 if arc.from_site == arc.to_site else travel * discount[arc.year] for arc in columns.arcs]
    outside = [register.lines[each.line].outside_price_gbp * discount[each.year] for each in columns.shortfalls]
    return np.concatenate(
        [
            columns.table.stacked("present_value") / THOUSAND,
            np.array([each.present_value for each in columns.additions]) / THOUSAND,
            np.array([each.present_value for each in columns.rooms]) / THOUSAND,
            np.array(arcs, dtype=float),
            np.array(outside, dtype=float),
            np.zeros(len(columns.payments)),
        ]
    )


def constant_gbp(columns: Columns) -> int:
    """Present value of committed additions, £: part of every plan, so in no column."""
    return sum(each.present_value for each in columns.fixed)
