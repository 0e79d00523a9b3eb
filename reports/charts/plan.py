"""Charts of money, machines and other ways of planning."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from reports.charts.base import finish, in_millions, listed, safe, wrapped
from reports.figures.ways import ALL_KEPT
from reports.style import BAND_COLOURS, BANDS, INK, capitalised, modality_colour, source_colour
from reports.tables import Tables

__all__ = ["MOST_PLACES", "ages", "capacity", "comparison", "need", "price_tests", "spend", "timeline", "trusts"]

_HEAT = ((0.0, "#B3470A"), (0.35, "#F4B183"), (0.5, "#F7F7F7"), (0.65, "#92C0E0"), (1.0, "#1F5F94"))
MOST_PLACES = 24
"""Places drawn on the chart of capacity, so that it fits on a sheet of paper."""


def spend(tables: Tables) -> go.Figure:
    """Draw spend by year and source as stacked columns, the limit as a line; indicative years are shaded."""
    figure = go.Figure()
    for position, source in enumerate(dict.fromkeys(tables.spend["source"])):
        lines = tables.spend[tables.spend["source"] == source]
        figure.add_bar(
            x=listed(lines["year_label"]),
            **in_millions(lines["spent_gbp"]),
            name=safe(source, 40),
            marker_color=source_colour(position),
        )
    years = tables.years
    if years["limit_gbp"].notna().all():
        figure.add_scatter(
            x=listed(years["year_label"]),
            **in_millions(years["limit_gbp"]),
            name="Limit, all sources",
            mode="lines+markers",
            line={"color": INK, "width": 3, "shape": "hvh"},
            marker={"symbol": "diamond", "size": 8},
        )
    _shade_indicative(figure, tables)
    figure.update_layout(barmode="stack")
    return finish(figure, 430, money=True)


def need(tables: Tables) -> go.Figure:
    """Draw unlimited need by year beside what is planned."""
    years = tables.years
    figure = go.Figure()
    for name, title, colour in (
        ("need_gbp", "Unlimited need", "#B47A00"),
        ("spent_gbp", "Planned spend", source_colour(1)),
    ):
        figure.add_bar(
            x=listed(years["year_label"]),
            **in_millions(years[name]),
            name=title,
            marker_color=colour,
        )
    figure.update_layout(barmode="group")
    return finish(figure, 360, money=True)


def trusts(tables: Tables) -> go.Figure:
    """Draw capital by trust as one bar each, over all years."""
    totals = tables.trust_spend.groupby(["trust", "trust_name"], sort=False)["capital_gbp"].sum()
    figure = go.Figure(
        go.Bar(
            x=[amount / 1e6 for amount in listed(totals)],
            y=[f"{safe(name, 44)} ({safe(code)})" for code, name in totals.index],
            orientation="h",
            marker_color=source_colour(1),
            text=[f"£{amount / 1e6:,.1f}m" for amount in totals],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed")
    finish(figure, 80 + 36 * len(totals))
    figure.update_xaxes(tickprefix="£", ticksuffix="m", rangemode="tozero")
    return figure.update_layout(showlegend=False, margin_t=20, margin_r=70)


def timeline(tables: Tables) -> go.Figure:
    """Draw machines replaced and added by year and service line; additions are hatched, mobile units dotted."""
    figure = go.Figure()
    for (line, action), counts in tables.activity.groupby(["line", "action"], sort=False):
        is_added = action == "add"
        shape = ("x" if is_added else ".") if "mobile" in str(line) else ("/" if is_added else "")
        figure.add_bar(
            x=listed(counts["year_label"]),
            y=listed(counts["machines"]),
            name=f"{safe(line)} {'added' if is_added else 'replaced'}",
            marker={
                "color": modality_colour(str(line)),
                "line": {"color": "white", "width": 1},
                "pattern": {"shape": shape, "size": 6, "fgcolor": "white", "fillmode": "overlay"},
            },
            hovertemplate="%{x}: %{y}",
        )
    figure.update_layout(barmode="stack")
    finish(figure, 400)
    most = int(tables.activity.groupby("year_label")["machines"].sum().max())
    return figure.update_yaxes(title="Machines installed", tickformat=",d", dtick=max(1, most // 6))


def ages(tables: Tables) -> go.Figure:
    """Draw the age profile, all machines and by modality, at the start and in the last year, beside 60/30/10."""
    frame = tables.ages[tables.ages["way"] != "trust"]
    moments = list(dict.fromkeys(frame["moment"]))
    figure = make_subplots(1, len(moments), subplot_titles=[m.capitalize() for m in moments], shared_yaxes=True)
    groups = list(dict.fromkeys(frame["group"]))
    for column, moment in enumerate(moments, start=1):
        for band, colour in zip(BANDS, BAND_COLOURS, strict=True):
            rows = frame[(frame["moment"] == moment) & (frame["band"] == band)]
            figure.add_bar(
                x=listed(rows["share"]),
                y=[safe(group) for group in rows["group"]],
                orientation="h",
                name=band,
                legendgroup=band,
                showlegend=column == 1,
                marker={"color": colour, "line": {"color": "white", "width": 1}},
                text=[str(number) if number else "" for number in rows["machines"]],
                textposition="inside",
                insidetextanchor="start",
                textangle=0,
                constraintext="none",
                hovertemplate="%{y}, " + band + ": %{x:.0%}, %{text} machines<extra></extra>",
                row=1,
                col=column,
            )
        for share in (0.6, 0.9):
            figure.add_vline(x=share, line={"color": INK, "width": 1.5, "dash": "dash"}, row=1, col=column)
    figure.update_layout(barmode="stack")
    finish(figure, 150 + 38 * len(groups))
    figure.update_layout(legend={"yanchor": "top", "y": -60 / (60 + 38 * len(groups))}, margin_b=90)
    figure.update_xaxes(tickformat=".0%", range=[0, 1], tickvals=[0, 0.3, 0.6, 0.9])
    return figure.update_yaxes(autorange="reversed", showgrid=False)


def capacity(tables: Tables) -> go.Figure:
    """Draw capacity as a share of demand, a row for each service line and site, a column for each year.

    Where there are many places only those with the least capacity for their demand are drawn.
    """
    frame = tables.capacity[tables.capacity["demand"] > 0]
    ratio = (frame["capacity"] / frame["demand"]).astype(float)
    names = zip(frame["line"], frame["site_name"], frame["site"], strict=True)
    frame = frame.assign(ratio=ratio, place=[f"{line} {safe(name, 34)} ({safe(site)})" for line, name, site in names])
    grid = frame.pivot_table(index="place", columns="year_label", values="ratio", sort=False)
    if len(grid) > MOST_PLACES:
        grid = grid.loc[grid.min(axis=1).nsmallest(MOST_PLACES).index]
    shares = [[float(value) for value in row] for row in grid.to_numpy()]
    figure = go.Figure(
        go.Heatmap(
            x=listed(grid.columns),
            y=listed(grid.index),
            z=shares,
            zmin=0.5,
            zmax=1.5,
            colorscale=_HEAT,
            text=[[f"{value:.0%}" for value in row] for row in shares],
            texttemplate="%{text}",
            textfont={"size": 12},
            xgap=2,
            ygap=2,
            showscale=False,
            hovertemplate="%{y}, %{x}: capacity is %{text} of demand<extra></extra>",
        )
    )
    finish(figure, 110 + 18 * max(len(grid), 3))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure.update_xaxes(side="top")


def comparison(tables: Tables) -> go.Figure:
    """Draw the plan beside other ways of planning: cost, capital, scans bought outside, machines over age."""
    frame = tables.comparison
    panels = (
        ("whole_life_gbp", "Whole-life cost, £m", 1e6),
        ("capital_gbp", "Capital, £m cash", 1e6),
        ("unmet_scans", "Scans bought outside", 1),
        ("over_age", "Past life in the last year", 1),
    )
    names = [
        wrapped(way) + ("" if kept == ALL_KEPT else f"<br>({kept})")
        for way, kept in zip(frame["alternative"], frame["kept"], strict=True)
    ]
    figure = make_subplots(
        2, 2, subplot_titles=[title for _, title, _ in panels], shared_yaxes=True, vertical_spacing=0.16
    )
    for position, (name, _, unit) in enumerate(panels):
        amounts = [float(value) / unit for value in frame[name]]
        figure.add_bar(
            x=amounts,
            y=names,
            orientation="h",
            marker_color=[source_colour(0), *["#8CA9BF"] * (len(frame) - 1)],
            text=[f"{value:,.1f}" if unit > 1 else f"{value:,.0f}" for value in amounts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
            row=1 + position // 2,
            col=1 + position % 2,
        )
    finish(figure, 160 + 96 * len(frame))
    figure.update_layout(showlegend=False, margin_r=70)
    figure.update_xaxes(showticklabels=False, rangemode="tozero")
    return figure.update_yaxes(autorange="reversed", showgrid=False)


def price_tests(tables: Tables) -> go.Figure:
    """Draw how many schemes change when each price is halved or doubled."""
    figure = go.Figure()
    for factor, colour in (("halved", "#8CA9BF"), ("doubled", source_colour(0))):
        tests = tables.price_tests[tables.price_tests["factor"] == factor]
        figure.add_bar(
            x=listed(tests["schemes_changed"]),
            y=[safe(capitalised(price), 40) for price in tests["price"]],
            orientation="h",
            name=factor,
            marker_color=colour,
            text=[f"{number:,}" for number in tests["schemes_changed"]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y} " + factor + ": %{x} change<extra></extra>",
        )
    figure.update_layout(barmode="group")
    finish(figure, 140 + 40 * tables.price_tests["price"].nunique())
    figure.update_xaxes(
        title={"text": "Machines or additions that change", "standoff": 6}, rangemode="tozero", tickformat=",d"
    )
    figure.update_layout(margin_b=64)
    return figure.update_yaxes(autorange="reversed", showgrid=False)


def _shade_indicative(figure: go.Figure, tables: Tables) -> None:
    positions: Sequence[int] = [i for i, firm in enumerate(tables.years["firm"]) if firm == "indicative"]
    if positions:
        figure.add_vrect(
            x0=positions[0] - 0.5,
            x1=positions[-1] + 0.5,
            fillcolor="#EDEFF1",
            layer="below",
            line_width=0,
            annotation={"text": "limits indicative", "font": {"size": 12, "color": INK}},
            annotation_position="top right",
        )
