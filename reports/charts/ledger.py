"""Chart of what more, and less, of each funding source is worth in each year."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from capitalplan.analysis.price import Basis
from reports.charts.base import finish, listed, safe
from reports.figures.ledger import COSTS, NO_PLAN, SAVES
from reports.style import INK, capitalised, pounds
from reports.tables import Tables

__all__ = ["MOST_SOURCES", "worth"]

MOST_SOURCES = 24
"""Funding sources drawn, those where a change is worth most."""

_SCALES = {SAVES: ((0, "#F4F8FB"), (1, "#7FB2DC")), COSTS: ((0, "#FDF6F1"), (1, "#F0A36B"))}
_ROW_HEIGHT = 34


def worth(tables: Tables) -> go.Figure:
    """Draw a row for each funding source and a column for each year: what more of it saves, and what less costs."""
    rows = tables.ledger.money
    places = _places(rows)
    years = [label for label in tables.years["year_label"] if label in set(rows["year_label"])]
    parts = [(effect, rows[rows["effect"] == effect]) for effect in (SAVES, COSTS)]
    parts = [(effect, part) for effect, part in parts if not part.empty]
    is_exact = rows["price_basis"].str.startswith(str(Basis.EXACT)).any()
    known = "estimates unless marked as exact" if is_exact else "estimates"
    titles = [f"{capitalised(safe(_change(part)))} {effect} ({known})" for effect, part in parts]
    height = _ROW_HEIGHT * max(len(places), 2)
    figure = make_subplots(len(parts), 1, subplot_titles=titles, vertical_spacing=90 / (len(parts) * (height + 90)))
    most = max(1.0, rows["estimate_gbp"].astype(float).max())
    for row, (effect, part) in enumerate(parts, start=1):
        cells = {(line.place, line.year_label): line for line in part.itertuples()}
        grid = [[cells.get((place, year)) for year in years] for place in places]
        figure.add_heatmap(
            x=years, y=[safe(place, 40) for place in places],
            z=[[_height(cell) for cell in line] for line in grid], zmin=0, zmax=most,
            text=[[_told(cell) for cell in line] for line in grid], texttemplate="%{text}",
            textfont={"size": 12, "color": INK},
            customdata=[["" if cell is None else _in_full(cell) for cell in line] for line in grid],
            hovertemplate="%{y}, %{x}: %{customdata}<extra></extra>",
            colorscale=_SCALES[effect], showscale=False, xgap=2, ygap=2, row=row, col=1,
        )  # fmt: skip
    finish(figure, 40 + len(parts) * (height + 90))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure.update_layout(margin_t=40)


def _places(rows: pd.DataFrame) -> list[str]:
    """Sources in their order; where there are many, those where a change is worth most."""
    most = rows.groupby("place", sort=False)["estimate_gbp"].max().astype(float).fillna(0.0)
    if len(most) > MOST_SOURCES:
        most = most[most.index.isin(most.nlargest(MOST_SOURCES).index)]
    return listed(most.index)


def _change(part: pd.DataFrame) -> str:
    """The change that most cells are about; a source with less than that loses what it has."""
    words = part["limit_change"].value_counts()
    return f"{words.index[0]}{', or what there is,' if len(words) > 1 else ''}"


def _height(cell: Any) -> float | None:
    return None if cell is None or cell.estimate_gbp is None else float(cell.estimate_gbp)


def _told(cell: Any) -> str:
    """Amount in a cell, marked where it is no estimate."""
    if cell is None:
        return ""
    if cell.estimate_gbp is None:
        return NO_PLAN if cell.price_basis == NO_PLAN else "not known"
    known = "" if cell.price_basis == str(Basis.ESTIMATE) else f"<br>{cell.price_basis.rpartition(', ')[2]}"
    return f"{pounds(cell.estimate_gbp)}{known}"


def _in_full(cell: Any) -> str:
    return safe(f"{cell.limit_change} {cell.effect} {cell.price_words}", 200)
