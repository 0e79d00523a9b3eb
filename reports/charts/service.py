"""Charts of waiting lists, staff, reporting and what is bought beside machines."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from capitalplan.terms import StaffGroup
from reports.charts.base import finish, in_millions, listed, safe
from reports.style import INK, capitalised, modality_colour, source_colour
from reports.tables import Tables

__all__ = ["beside_machines", "reporting", "staff", "waiting"]

_ACROSS = 3
_PANEL_HEIGHT = 230
_MAKERS = (
    ("radiologist", f"{StaffGroup.RADIOLOGIST}s", "#0B3C6F"),
    ("radiographer", f"{StaffGroup.REPORTING_RADIOGRAPHER}s", "#8FBCDB"),
    ("outsourced", "outsourced", "#B47A00"),
)
_TARGET = {"color": INK, "width": 2, "dash": "dash"}


def waiting(tables: Tables) -> go.Figure:
    """Draw the list of each service line by year beside its target and the standard's, a panel each."""
    frame = tables.waiting_lines
    lines = list(dict.fromkeys(frame["line"]))
    figure = _panels([safe(line) for line in lines])
    for position, line in enumerate(lines):
        rows, place = frame[frame["line"] == line], _place(position)
        first = position == 0
        for name, title, style in (
            ("waiting", "list", {"mode": "lines+markers", "line": {"color": modality_colour(str(line)), "width": 3}}),
            ("list_target", "target", {"mode": "lines", "line": _TARGET}),
            ("list_standard", "list that meets the standard", {"mode": "lines", "line": {**_TARGET, "dash": "dot"}}),
        ):
            figure.add_scatter(
                x=listed(rows["year_label"]), y=listed(rows[name]), name=title, legendgroup=title, showlegend=first,
                hovertemplate=f"%{{x}}, {title}: %{{y:,.0f}} patients<extra></extra>", **style, **place,
            )  # fmt: skip
    return _small(figure, len(lines), "Patients")


def staff(tables: Tables) -> go.Figure:
    """Draw WTE needed by year as columns and WTE in post as a line, a panel for each group of staff."""
    frame = tables.staff_groups
    groups = list(dict.fromkeys(frame["staff_group"]))
    figure = _panels([f"{capitalised(str(group))}s" for group in groups])
    for position, group in enumerate(groups):
        rows, place = frame[frame["staff_group"] == group], _place(position)
        figure.add_bar(
            x=listed(rows["year_label"]), y=listed(rows["wte_needed"]), name="needed", legendgroup="needed",
            showlegend=position == 0, marker_color=source_colour(1),
            hovertemplate="%{x}: %{y:,.1f} WTE needed<extra></extra>", **place,
        )  # fmt: skip
        if rows["wte_in_post"].notna().all():
            figure.add_scatter(
                x=listed(rows["year_label"]), y=listed(rows["wte_in_post"]), name="in post", legendgroup="in post",
                showlegend=group == _first_limited(frame), mode="lines+markers",
                line={"color": INK, "width": 3}, marker={"symbol": "diamond", "size": 8},
                hovertemplate="%{x}: %{y:,.1f} WTE in post<extra></extra>", **place,
            )  # fmt: skip
    return _small(figure, len(groups), "WTE")


def reporting(tables: Tables) -> go.Figure:
    """Draw reports by maker as stacked columns, and the backlog beside what turnaround allows."""
    years = tables.reports.groupby("year_label", sort=False)[
        [*(name for name, _, _ in _MAKERS), "backlog", "backlog_allowed"]
    ].sum()
    figure = _panels(["Reports made", "Scans without a report at the end of the year"], across=2)
    for name, title, colour in _MAKERS:
        if years[name].sum():
            figure.add_bar(
                x=listed(years.index), y=listed(years[name]), name=title, marker_color=colour,
                hovertemplate=f"%{{x}}: %{{y:,.0f}} reports, {title}<extra></extra>", row=1, col=1,
            )  # fmt: skip
    figure.add_bar(
        x=listed(years.index), y=listed(years["backlog"]), name="backlog", marker_color="#D55E00",
        hovertemplate="%{x}: %{y:,.0f} scans without a report<extra></extra>", row=1, col=2,
    )  # fmt: skip
    figure.add_scatter(
        x=listed(years.index), y=listed(years["backlog_allowed"]), name="backlog allowed",
        mode="lines+markers", line={"color": INK, "width": 3}, marker={"symbol": "diamond", "size": 8},
        hovertemplate="%{x}: %{y:,.0f} scans allowed<extra></extra>", row=1, col=2,
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    return _small(figure, 1, None)


def beside_machines(tables: Tables) -> go.Figure:
    """Draw what is spent beside machines by year and kind."""
    figure = go.Figure()
    years = list(tables.years["year_label"])
    for position, kind in enumerate(dict.fromkeys(tables.extra["kind"])):
        rows = tables.extra[tables.extra["kind"] == kind]
        spent = rows.groupby("year_label")["extra_gbp"].sum().astype(float).reindex(years, fill_value=0.0)
        figure.add_bar(
            x=years, **in_millions(spent), name=safe(capitalised(str(kind))), marker_color=source_colour(position)
        )
    figure.update_layout(barmode="stack")
    return finish(figure, 380, money=True)


def _first_limited(frame: pd.DataFrame) -> object:
    return frame.loc[frame["wte_in_post"].notna(), "staff_group"].iloc[0]


def _panels(titles: list[str], across: int = _ACROSS) -> go.Figure:
    columns = min(across, len(titles))
    rows = -(-len(titles) // columns)
    return make_subplots(rows, columns, subplot_titles=titles, vertical_spacing=0.28 / rows, horizontal_spacing=0.08)


def _place(position: int) -> dict[str, int]:
    return {"row": 1 + position // _ACROSS, "col": 1 + position % _ACROSS}


def _small(figure: go.Figure, panels: int, title: str | None) -> go.Figure:
    rows = -(-panels // _ACROSS)
    finish(figure, 130 + _PANEL_HEIGHT * rows)
    figure.update_xaxes(tickangle=-60, tickfont={"size": 11})
    figure.update_yaxes(rangemode="tozero", tickformat=",.0f")
    if title is not None:
        figure.update_yaxes(title={"text": title, "font": {"size": 12}}, col=1)
    figure.update_layout(margin_t=90, margin_b=70, legend_y=1 + 46 / (_PANEL_HEIGHT * rows))
    return figure
