"""Objective: discounted whole-life cost with the priced risks, in £ thousand.

``sum PV y + sum PV n + sum PV room + sum_t d[t] (prices x scans, hours, days, reports and patients)``, and
``d[T] outside price x (list over target + late reports)`` at the end. Flows are in thousand scans, so a price of £1 a
scan is £1 thousand a unit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.variables import Columns

__all__ = ["constant_gbp", "costs"]

THOUSAND = 1000.0


def costs(columns: Columns) -> npt.NDArray[np.float64]:
    """Cost of each column, £ thousand, shape ``(n_columns,)``."""
    register, provision = columns.register, columns.provision
    settings = register.settings

    def priced(items: Iterable[tuple[float, int]]) -> npt.NDArray[np.float64]:
        return np.array([price * float(columns.rates.discount[year]) for price, year in items], dtype=np.float64)

    end = float(columns.rates.discount[settings.years])
    over = priced((settings.waiting_price_gbp, each.year) for each in provision.lists)
    late = priced((settings.late_report_price_gbp, each.year) for each in provision.backlogs)
    for values, items in (
        (over, [(each.waiting.line, each.year) for each in provision.lists]),
        (late, [(each.line, each.year) for each in provision.backlogs]),
    ):
        for number, (line, year) in enumerate(items):
            if year == settings.years - 1:
                values[number] += end * register.lines[line].outside_price_gbp
    by_block = {
        "schedules": columns.table.stacked("present_value") / THOUSAND,
        "additions": np.array([each.present_value for each in columns.additions]) / THOUSAND,
        "rooms": np.array([each.present_value for each in columns.rooms]) / THOUSAND,
        "hires": priced((each.price_gbp / THOUSAND, each.year) for each in provision.hires),
        "arcs": priced(
            (0 if arc.from_site == arc.to_site else settings.travel_price_gbp, arc.year) for arc in columns.arcs
        ),
        "shortfalls": priced((register.outside_price(each.line, each.site), each.year) for each in columns.shortfalls),
        "hours": priced((each.extra.price_gbp, each.year) for each in provision.hours),
        "over": over,
        "away": priced((settings.unscheduled_away_price_gbp, each.year) for each in provision.away),
        "unmet": priced((settings.unmet_price_gbp, each.year) for each in provision.unmet),
        "reported": priced(
            (0 if each.extra is None else each.extra.price_gbp, each.year) for each in provision.reported
        ),
        "late": late,
    }
    total = np.zeros(columns.starts["end"])
    for block, values in by_block.items():
        start = columns.starts[block]
        total[start : start + len(values)] = values
    return total


def constant_gbp(columns: Columns) -> int:
    """Present value of committed additions, £: part of every plan, so in no column."""
    return sum(each.present_value for each in columns.fixed)
