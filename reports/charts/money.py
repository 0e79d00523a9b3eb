"""Charts of capital limits, revenue, buying together, fairness and suppliers' offers."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports.charts.base import finish, in_millions, listed, safe
from reports.figures.payments import CAPITAL, CASH, NETWORK
from reports.style import INK, capitalised, millions, source_colour
from reports.tables import Tables

__all__ = ["challenge", "fairness", "limits", "revenue", "together"]

_BEFORE, _AFTER = "#8FBCDB", "#0B3C6F"


def limits(tables: Tables) -> go.Figure:
    """Draw what counts against capital limit and cash by year, each beside its total: the network's, or the sum."""
    frame = tables.money.limits
    figure = go.Figure()
    for total, colour in ((CAPITAL, source_colour(0)), (CASH, source_colour(1))):
        rows = frame[frame["total"] == total]
        rows = rows[rows["trust_name"] == NETWORK] if (rows["trust_name"] == NETWORK).any() else rows
        if rows.empty:
            continue
        years = rows.groupby("year_label", sort=False)[["planned_gbp", "used_gbp"]].sum()
        names = listed(years.index)
        figure.add_bar(
            x=names,
            **in_millions(years["used_gbp"]),
            name=f"{capitalised(total)}: used",
            marker_color=colour,
            offsetgroup=total,
        )
        figure.add_scatter(
            x=names,
            **in_millions(years["planned_gbp"]),
            name=f"{capitalised(total)}: most",
            mode="markers",
            marker={"symbol": "line-ew", "size": 22, "line": {"width": 4, "color": INK}},
            offsetgroup=total,
        )
    figure.update_layout(barmode="group", scattermode="group")
    return finish(figure, 400, money=True)


def revenue(tables: Tables) -> go.Figure:
    """Draw the revenue statement of all trusts by year, before and after."""
    years = tables.money.revenue_years
    figure = go.Figure()
    for name, title, colour in (
        ("before_gbp", "Before: business as usual", _BEFORE),
        ("after_gbp", "After: this plan", _AFTER),
    ):
        if name in years.columns:
            figure.add_bar(x=listed(years["year_label"]), **in_millions(years[name]), name=title, marker_color=colour)
    figure.update_layout(barmode="group")
    return finish(figure, 380, money=True)


def together(tables: Tables) -> go.Figure:
    """Draw what each trust saves by planning together."""
    shares = tables.money.shares
    known = shares[shares["saving_gbp"].notna()]
    amounts = listed(known["saving_gbp"])
    names = zip(known["trust"], known["trust_name"], strict=True)
    figure = go.Figure(
        go.Bar(
            x=[amount / 1e6 for amount in amounts],
            y=[f"{safe(name, 44)} ({safe(code)})" for code, name in names],
            orientation="h",
            marker_color=source_colour(2),
            text=[millions(amount) for amount in amounts],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed")
    finish(figure, 80 + 36 * len(known))
    figure.update_xaxes(tickprefix="£", ticksuffix="m", rangemode="tozero")
    return figure.update_layout(showlegend=False, margin_t=20, margin_r=90)


def fairness(tables: Tables) -> go.Figure:
    """Draw what it costs to hold trusts closer together: price by the difference left, proven range as bars."""
    frame = tables.money.fairness
    points = frame[frame["fair_price_gbp"].notna()].sort_values("fair_spread", kind="stable")
    figure = go.Figure(
        go.Scatter(
            x=listed(points["fair_spread"]),
            **in_millions(points["fair_price_gbp"]),
            error_y=_range(points),
            mode="lines+markers",
            line={"color": source_colour(0), "width": 3},
            marker={"size": 10},
            name="Price of fairness",
        )
    )
    finish(figure, 380, money=True)
    figure.update_xaxes(title="Difference between trusts", tickformat=".1%", rangemode="tozero")
    return figure.update_layout(showlegend=False)


def _range(points: pd.DataFrame) -> dict[str, object]:
    """Between which the price of the best plans lies, as far as it is proven."""
    if points["fair_low_gbp"].isna().any() or points["fair_high_gbp"].isna().any():
        return {"visible": False}
    price = points["fair_price_gbp"].astype(float)
    return {
        "type": "data",
        "symmetric": False,
        "array": listed((points["fair_high_gbp"].astype(float) - price) / 1e6),
        "arrayminus": listed((price - points["fair_low_gbp"].astype(float)) / 1e6),
        "color": INK,
    }


def challenge(years: pd.DataFrame) -> go.Figure:
    """Draw cash paid by year with the machines owned and under a supplier's offer."""
    figure = go.Figure()
    for name, title, colour in (("owned_gbp", "Owned", _AFTER), ("offer_gbp", "Under the offer", source_colour(3))):
        figure.add_bar(x=listed(years["year_label"]), **in_millions(years[name]), name=title, marker_color=colour)
    figure.update_layout(barmode="group")
    return finish(figure, 360, money=True)
