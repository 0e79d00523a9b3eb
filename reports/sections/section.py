"""A part of the page, and how parts are made."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from plotly.graph_objects import Figure

from reports.columns import column
from reports.style import pounds
from reports.tables import Tables

__all__ = ["Section", "drawn", "given", "named", "section"]

_MOST_ROWS = 400
"""Rows of a table shown on the page; the workbook has them all."""

_LONG = 44
"""Width in characters from which a column is given room for sentences."""

_CODES = ("trust", "site", "year")
_NUMBERS = {"whole": ",.0f", "number": ",.1f", "share": ".1%"}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    Attributes
    ----------
    anchor, name
        Its address on the page and its word in the contents.
    finding
        Heading: what it says in one sentence.
    remark
        What to know when reading it.
    figure
        Its chart as plain data, or None.
    table
        The figures behind it.
    is_open
        Whether the table is shown at once rather than on demand.
    is_whole
        Whether paper has the whole table rather than its first rows.
    more
        Further tables, folded under their names; a part that has some can be searched.
    """

    anchor: str
    name: str
    finding: str
    remark: str
    figure: dict[str, Any] | None
    table: pd.DataFrame
    is_open: bool
    is_whole: bool
    more: tuple[Section, ...] = ()

    @property
    def rows(self) -> list[list[str]]:
        """Cells of the table as users read them, at most ``_MOST_ROWS`` rows."""
        names = [str(name) for name in self.table.columns]
        shown = self.table.head(_MOST_ROWS).itertuples(index=False, name=None)
        return [[_shown(name, value) for name, value in zip(names, cells, strict=True)] for cells in shown]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Title and style of each column."""
        shown = [column(str(name)) for name in self.table.columns]
        return [(each.title, f"{each.kind} long" if each.width >= _LONG else each.kind) for each in shown]

    @property
    def hidden(self) -> int:
        """How many rows are left to the workbook."""
        return max(0, len(self.table) - _MOST_ROWS)


def _shown(name: str, value: object) -> str:
    kind = column(name).kind
    if value is None or value != value:  # noqa: PLR0124 - a missing number is not itself
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "pounds":
        return pounds(float(str(value)))
    if kind in _NUMBERS:
        return format(float(str(value)), _NUMBERS[kind])
    return str(value)


def section(
    name: str,
    finding: str,
    frame: pd.DataFrame,
    remark: str = "",
    figure: Figure | None = None,
    *,
    is_whole: bool = False,
) -> Section:
    """Make a part; its table is shown at once where there is no chart."""
    chart = None if figure is None else json.loads(figure.to_json())
    anchor = "-".join(re.findall("[a-z0-9]+", name.lower()))
    return Section(anchor, name, finding, remark, chart, frame, chart is None, is_whole)


def given(
    name: str,
    say: Callable[[Tables], str],
    tables: Tables,
    frame: pd.DataFrame,
    remark: str = "",
    draw: Callable[[Tables], Figure] | None = None,
    *,
    is_whole: bool = False,
) -> list[Section]:
    """Part that is absent where its table is empty."""
    if frame.empty:
        return []
    figure = None if draw is None else draw(tables)
    return [section(name, say(tables), frame, remark, figure, is_whole=is_whole)]


def drawn(draw: Callable[[Tables], Figure], tables: Tables, frame: pd.DataFrame) -> Figure | None:
    """Draw a chart where there is something to draw."""
    return None if frame.empty else draw(tables)


def named(frame: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Table as the page shows it, without codes where there are names; ``more`` names further columns left out."""
    return frame.drop(columns=[name for name in (*_CODES, *more) if name in frame.columns])
