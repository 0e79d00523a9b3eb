"""Objective: discounted whole-life cost with the priced risks, in £ thousand.

``sum PV y + sum PV n + sum PV room - sum PV rebate + sum_t d[t] (prices x scans, hours, days, reports and patients, and
x money short of a minimum use, revenue over limits and changes from the approved plan)``, and
``d[T] outside price x (list over target + late reports)`` at the end. Flows are in thousand scans, so a price of £1 a
scan is £1 thousand a unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.approved import change_price, settled_changes
from capitalplan.formulation.variables import Columns
from capitalplan.terms import round_half_up

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
        "rebates": np.array([-each.money.present_value_gbp for each in columns.tiers.rebates]) / THOUSAND,
        "hours": priced((each.extra.price_gbp, each.year) for each in provision.hours),
        "over": over,
        "away": priced((settings.unscheduled_away_price_gbp, each.year) for each in provision.away),
        "unmet": priced((settings.unmet_price_gbp, each.year) for each in provision.unmet),
        "reported": priced(
            (0 if each.extra is None else each.extra.price_gbp, each.year) for each in provision.reported
        ),
        "late": late,
        "shorts": priced((float(settings.under_use_price), each.year) for each in columns.purses.shorts),
        "over_revenue": priced((float(settings.revenue_price), each.year) for each in columns.over_revenue),
    }
    total = np.zeros(columns.starts["end"])
    for each in (by_block, _changes(columns)):
        for block, values in each.items():
            start = columns.starts[block]
            total[start : start + len(values)] += values
    return total


def _changes(columns: Columns) -> dict[str, npt.NDArray[np.float64]]:
    """Prices of what differs from the approved plan, £ thousand."""
    approved = columns.approved
    if approved is None:
        return {}
    price = [float(_change_gbp(year, columns)) / THOUSAND for year in range(columns.register.settings.years)]
    differs = [approved.differs(menu, row) for menu in columns.table.menus for row in range(len(menu.events))]
    deviating = {each.addition for each in columns.deviations}
    by_deviation = np.array([price[columns.additions[each.addition].year] for each in columns.deviations])
    return {
        "schedules": np.array([0.0 if year is None else price[year] for year in differs]),
        "additions": np.array(
            [0.0 if number in deviating else price[each.year] for number, each in enumerate(columns.additions)]
        ),
        "more": by_deviation,
        "fewer": by_deviation,
    }


def _change_gbp(year: int, columns: Columns) -> Fraction:
    """Discounted price of a change in a year (position), £."""
    return columns.rates.discount[year] * change_price(year, columns.register)


def constant_gbp(columns: Columns) -> int:
    """Present value of what is part of every plan and so in no column, £: committed additions, and their changes."""
    settled = settled_changes(columns.approved, columns.additions, columns.fixed)
    changes = sum((count * _change_gbp(key[-1], columns) for key, count in settled.items()), Fraction(0))
    return sum(each.present_value for each in columns.fixed) + round_half_up(changes)
