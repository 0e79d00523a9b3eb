"""Charts of scenarios: costs with what is proven of them, and curves over levels."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from reports.charts.base import finish, listed, safe
from reports.study.tables import StudyTables
from reports.style import HEADROOM, INK, millions, source_colour

__all__ = ["costs", "frontier"]

_ROW_HEIGHT = 30
_CURVES = (
    ("whole_life_gbp", "Whole-life cost", 1e6, "£%{y:,.1f}m"),
    ("unmet_scans", "Scans bought outside, all years", 1, "%{y:,.0f}"),
    ("waiting_end", "Patients waiting at the end", 1, "%{y:,.0f}"),
    ("over_age", "Past planned life in the last year", 1, "%{y:,.0f}"),
    ("over_ten", "Machines over 10 years at the end", 0.01, "%{y:.0f}%"),
    ("capital_gbp", "Capital, cash", 1e6, "£%{y:,.1f}m"),
)


def costs(tables: StudyTables) -> go.Figure:
    """Draw the cost of each scenario as a bar; the dark part is proven to be needed by any plan."""
    rows = tables.results[tables.results["whole_life_gbp"].notna()]
    names = [safe(name, 40) for name in rows["scenario"]]
    proven = [0.0 if bound is None else bound / 1e6 for bound in listed(rows["bound_gbp"])]
    whole = [cost / 1e6 for cost in listed(rows["whole_life_gbp"])]
    figure = go.Figure()
    figure.add_bar(
        y=names, x=proven, orientation="h", name="No plan costs less", marker_color=source_colour(0), hoverinfo="skip"
    )
    figure.add_bar(
        y=names,
        x=[most - least for most, least in zip(whole, proven, strict=True)],
        orientation="h",
        name="Up to this plan's cost",
        marker_color=HEADROOM,
        text=[millions(cost) for cost in listed(rows["whole_life_gbp"])],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    finish(figure, 130 + _ROW_HEIGHT * len(names)).update_layout(barmode="stack", margin_r=90)
    figure.update_xaxes(tickprefix="£", ticksuffix="m", rangemode="tozero")
    return figure.update_yaxes(autorange="reversed")


def frontier(rows: pd.DataFrame) -> go.Figure:
    """Draw what each level of a sweep gives: a panel for each key figure, cost with the bound below it."""
    rows = rows[rows["whole_life_gbp"].notna()]
    curves = [curve for curve in _CURVES if rows[curve[0]].astype(float).any()]
    figure = make_subplots(
        (len(curves) + 1) // 2, 2, subplot_titles=[title for _, title, _, _ in curves], vertical_spacing=0.14
    )
    levels = [float(level) * 100 for level in rows["level"]]
    for place, (name, title, unit, told) in enumerate(curves):
        at = {"row": place // 2 + 1, "col": place % 2 + 1}
        if name == "whole_life_gbp":
            bounds = [None if bound is None else bound / unit for bound in listed(rows["bound_gbp"])]
            figure.add_scatter(
                x=levels,
                y=bounds,
                name="No plan costs less",
                mode="lines",
                line={"color": HEADROOM, "dash": "dot"},
                **at,
            )
        figure.add_scatter(
            x=levels,
            y=[float(value) / unit for value in listed(rows[name])],
            name=title,
            mode="lines+markers",
            line={"color": source_colour(0), "width": 3},
            marker={"color": INK, "size": 6},
            hovertemplate=f"%{{x:.0f}}%: {told}<extra></extra>",
            showlegend=False,
            **at,
        )
        figure.update_yaxes(tickprefix="£" if unit == 1e6 else "", ticksuffix={1e6: "m", 0.01: "%"}.get(unit, ""), **at)
    finish(figure, 80 + 260 * ((len(curves) + 1) // 2))
    return figure.update_xaxes(ticksuffix="%")
