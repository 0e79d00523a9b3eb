"""What all charts share: amounts and names in the form the chart library takes them, and one look.

Plotly reads markup in labels, so every name of the user's is escaped here.
"""

from __future__ import annotations

import html
import textwrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from reports.style import INK

__all__ = ["finish", "in_millions", "listed", "safe", "wrapped"]

GRID = "#D8DDE0"


def listed(values: pd.Series | pd.Index) -> list[Any]:
    """Values as plain numbers and words."""
    return [value.item() if hasattr(value, "item") else value for value in values]


def in_millions(amounts: pd.Series) -> dict[str, Any]:
    """Heights in £m, with whole pounds to be read on hovering."""
    whole = listed(amounts)
    return {
        "y": [amount / 1e6 for amount in whole],
        "customdata": whole,
        "hovertemplate": "%{x}: £%{customdata:,.0f}",
    }


def safe(text: object, limit: int = 60) -> str:
    """Escape a name, cut to a number of characters."""
    words = str(text)
    return html.escape(words if len(words) <= limit else words[: limit - 1] + "…", quote=False)


def wrapped(text: str) -> str:
    """Escape a name and break it over two lines."""
    return "<br>".join(safe(part, 30) for part in textwrap.wrap(text, 30)[:2])


def finish(figure: go.Figure, height: int, *, money: bool = False) -> go.Figure:
    """Give a chart the look of all, and a height in pixels; ``money`` marks its scale as £m."""
    figure.update_layout(
        template="none",
        height=height,
        autosize=True,
        font={"family": "Arial, Helvetica, sans-serif", "size": 13, "color": INK},
        margin={"l": 60, "r": 20, "t": 50, "b": 40},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "traceorder": "normal"},
        paper_bgcolor="white",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.3,
    )
    figure.update_xaxes(automargin=True, showgrid=False, zeroline=False, ticks="")
    figure.update_yaxes(automargin=True, gridcolor=GRID, zeroline=False, ticks="")
    if money:
        figure.update_yaxes(tickprefix="£", ticksuffix="m")
    return figure
