"""The same machine by each route, as cells of tables."""

from __future__ import annotations

from collections.abc import Sequence

from capitalplan.analysis.routes import RouteComparison
from capitalplan.register.register import Register
from capitalplan.terms import year_label
from reports.figures.names import Cells

__all__ = ["BOUGHT", "route_cells", "route_year_cells"]

BOUGHT = "bought"
"""Shown in place of an offer where a machine is bought."""


def route_cells(compared: Sequence[RouteComparison]) -> Cells:
    """Each option by each route: cost, capital score, cash and revenue over the plan, and which costs least."""
    for each in compared:
        least = min(figures.yearly_gbp for figures in each.routes)
        for figures in each.routes:
            yield (
                each.option,
                str(figures.route),
                figures.offer or BOUGHT,
                figures.years_in_service,
                figures.cost_gbp,
                figures.yearly_gbp,
                figures.yearly_gbp - each.routes[0].yearly_gbp,
                sum(figures.capital_gbp),
                sum(figures.cash_gbp),
                sum(figures.revenue_gbp),
                "least a year" if figures.yearly_gbp == least else "",
            )


def route_year_cells(compared: Sequence[RouteComparison], register: Register) -> Cells:
    """Capital score, cash and revenue of each option by each route, year by year."""
    for each in compared:
        for figures in each.routes:
            for position, year in enumerate(register.settings.horizon):
                yield (
                    each.option,
                    str(figures.route),
                    figures.offer or BOUGHT,
                    year,
                    year_label(year),
                    figures.capital_gbp[position],
                    figures.cash_gbp[position],
                    figures.revenue_gbp[position],
                )
