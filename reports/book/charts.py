"""Charts native to the workbook."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from reports.book.grid import Placed
from reports.style import BAND_COLOURS, INK, source_colour

__all__ = ["ages", "spend"]

_FONT = {"name": "Arial", "size": 9, "color": INK}
_TITLE = {**_FONT, "size": 12, "bold": True}


def spend(book: Workbook, years: Placed, funded: bool) -> Chart:
    """Draw planned spend by year as columns, the limit as a line where there is one."""
    chart = book.add_chart({"type": "column"})
    categories = f"={years.span('year_label')}"
    chart.add_series(
        {
            "name": "Planned spend",
            "categories": categories,
            "values": f"={years.span('spent_gbp')}",
            "fill": {"color": source_colour(1)},
            "gap": 60,
        }
    )
    line = book.add_chart({"type": "line"})
    name, values = ("Limit", "limit_gbp") if funded else ("Unlimited need", "need_gbp")
    line.add_series(
        {
            "name": name,
            "categories": categories,
            "values": f"={years.span(values)}",
            "line": {"color": INK, "width": 2.25},
            "marker": {"type": "diamond", "fill": {"color": INK}, "border": {"color": INK}},
        }
    )
    chart.combine(line)
    _finish(chart, f"Planned spend and {name.lower()} by year, £m cash")
    grid = {"visible": True, "line": {"color": "#D8DDE0"}}
    chart.set_y_axis({"num_format": "#,##0.0,,", "num_font": _FONT, "min": 0, "major_gridlines": grid})
    return chart


def ages(book: Workbook, placed: Placed, bands: list[str]) -> Chart:
    """Draw the age profile at the start and at the end as two bars of shares."""
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for band, colour in zip(bands, BAND_COLOURS, strict=True):
        chart.add_series(
            {
                "name": band,
                "categories": f"={placed.span('moment')}",
                "values": f"={placed.span(band)}",
                "fill": {"color": colour},
                "data_labels": {
                    "value": True,
                    "font": {**_FONT, "color": "#FFFFFF" if colour == BAND_COLOURS[0] else INK},
                },
                "gap": 50,
            }
        )
    _finish(chart, "Machines by age, start and end of the plan")
    chart.set_y_axis({"reverse": True, "num_font": _FONT})
    chart.set_x_axis({"num_format": "0%", "num_font": _FONT, "major_gridlines": {"visible": False}})
    return chart


def _finish(chart: Chart, title: str) -> None:
    chart.set_title({"name": title, "name_font": _TITLE, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT})
    chart.set_size({"width": 860, "height": 380})
