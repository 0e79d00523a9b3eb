"""Tables laid on worksheets: header, body, and where each column came to stand, so that formulas can point at it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from capitalplan.sheets import Styles, print_landscape, safe_text, write_cell
from reports.columns import column
from reports.style import CHECK, OK

__all__ = ["TOP", "Leaf", "Placed"]

TOP = 3
"""Row of the first table's header, below title and remark."""

_LINE_HEIGHT = 13.5
_TITLE_SIZE = 1.6
"""Size of a title's letters against those of a cell."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A table that stands on a sheet.

    Attributes
    ----------
    sheet
        Name of its worksheet.
    frame
        The table.
    first, last
        First and last row of its body, counted from 0.
    columns
        Position of each column, counted from 0.
    """

    sheet: str
    frame: pd.DataFrame
    first: int
    last: int
    columns: dict[str, int]

    def cell(self, name: str, position: int) -> str:
        """Address of one cell, such as ``C7``."""
        return str(xl_rowcol_to_cell(self.first + position, self.columns[name]))

    def far_cell(self, name: str, position: int) -> str:
        """Address of one cell for formulas on other sheets."""
        return f"'{self.sheet}'!{self.cell(name, position)}"

    def span(self, name: str) -> str:
        """Address of a whole column's body, for formulas on any sheet."""
        letter = xl_col_to_name(self.columns[name], col_abs=True)
        return f"'{self.sheet}'!{letter}${self.first + 1}:{letter}${self.last + 1}"

    def sum(self, name: str) -> float:
        """Sum of a column; whole where its figures are."""
        total: float = self.frame[name].sum()
        return total


@dataclass(frozen=True, slots=True)
class Leaf:
    """One worksheet and the formats it is written with.

    Attributes
    ----------
    widths
        Width of each column set so far, in characters: rows are made tall enough for text that wraps in them, for
        spreadsheets do not all do so themselves.
    """

    sheet: Worksheet
    styles: Styles
    widths: dict[int, int] = field(default_factory=dict)

    def set_widths(self, widths: Iterable[int]) -> None:
        """Set the width of each column from the first on, in characters; before the tables that wrap in them."""
        for position, width in enumerate(widths):
            self.widths[position] = width
            self.sheet.set_column(position, position, width)

    def head(self, title: str, remark: str) -> None:
        """Write the sheet's finding and a remark, and set it up to be read and printed."""
        self.sheet.hide_gridlines(2)
        self.title(0, title)
        self.sheet.write_string(1, 0, safe_text(remark), self.styles.text)
        print_landscape(self.sheet, TOP)

    def sheet_of(self, title: str, remark: str, frame: pd.DataFrame, name: str, *, pages: int = 1) -> Placed:
        """Write a sheet that is one table of the spreadsheet, finding and remark wrapped over its first page's width.

        ``pages`` are those its columns are printed on.
        """
        self.head(title, remark)
        print_landscape(self.sheet, TOP, pages_wide=pages)
        widths = [column(str(each)).width for each in frame.columns]
        first = [width for width, reach in zip(widths, accumulate(widths), strict=True) if reach * pages <= sum(widths)]
        for row, text, style, size in ((0, title, self.styles.heading, _TITLE_SIZE), (1, remark, self.styles.wrap, 1)):
            self.sheet.merge_range(row, 0, row, len(first) - 1, safe_text(text), style)
            self.sheet.set_row(row, _LINE_HEIGHT * size * math.ceil(len(text) * size / sum(first)) + 2)
        placed = self.place(frame, name=name)
        self.sheet.print_area(0, 0, placed.last + 1, len(widths) - 1)
        return placed

    def place(self, frame: pd.DataFrame, row: int = TOP, *, main: bool = True, name: str | None = None) -> Placed:
        """Write a table with its header in a row; the main table sets widths, filter and frozen panes.

        With a ``name`` it becomes a table of the spreadsheet by that name, not only cells.
        """
        names = [str(each) for each in frame.columns]
        columns = {each: position for position, each in enumerate(names)}
        placed = Placed(self.sheet.get_name(), frame, row + 1, row + max(len(frame), 1), columns)
        if main:
            self.set_widths(column(each).width for each in names)
        self.labels(row, [column(each).title for each in names])
        if main:
            self.sheet.freeze_panes(row + 1, 0)
        if name is not None:
            headers = [{"header": column(each).title, "header_format": self.styles.header} for each in names]
            options = {"name": name, "columns": headers, "style": "Table Style Light 1"}
            self.sheet.add_table(row, 0, placed.last, len(names) - 1, options)
        elif main:
            self.sheet.autofilter(row, 0, placed.last, len(names) - 1)
        for number, cells in enumerate(frame.itertuples(index=False, name=None), start=placed.first):
            self._fit(
                number, [None if column(each).kind == "line" else cell for each, cell in zip(names, cells, strict=True)]
            )
            for (each, position), value in zip(columns.items(), cells, strict=True):
                write_cell(self.sheet, number, position, value, self._style(each))
        if frame.empty:
            self.sheet.write_string(placed.first, 0, "none", self.styles.text)
        return placed

    def block(self, row: int, title: str, frame: pd.DataFrame) -> int:
        """Write a further table under a title of its own; returns the row after it and a gap."""
        self.title(row, title)
        return self.place(frame, row + 1, main=False).last + 3

    def title(self, row: int, title: str) -> None:
        """Write a title above a table."""
        self.sheet.set_row(row, 24)
        self.sheet.write_string(row, 0, safe_text(title), self.styles.title)

    def labels(self, row: int, titles: Iterable[str]) -> None:
        """Write a header row."""
        titles = tuple(titles)
        self._fit(row, [f"{title}  " for title in titles])
        for position, title in enumerate(titles):
            self.sheet.write_string(row, position, safe_text(title, 255), self.styles.header)

    def formula(self, row: int, position: int, formula: str, value: object, style: Format | None = None) -> None:
        """Write a formula with the value it gives, so that it reads right before it is first recalculated."""
        shown = value if isinstance(value, str) else float(str(value))
        self.sheet.write_formula(row, position, formula, style or self.styles.wrap, shown)

    def totals(self, placed: Placed, names: Iterable[str]) -> None:
        """Write a row of totals under a table."""
        row = placed.last + 1
        self.sheet.write_string(row, 0, "Total", self.styles.total_label)
        for name in names:
            self.formula(
                row, placed.columns[name], f"=SUM({placed.span(name)})", placed.sum(name), self._total_style(name)
            )

    def verdict(self, row: int, position: int, test: str, good: bool) -> bool:
        """Write a verdict, OK or CHECK, by a test in spreadsheet words; ``good`` is what the test gives now."""
        self.formula(row, position, f'=IF({test},"{OK}","{CHECK}")', OK if good else CHECK)
        return good

    def colour_verdicts(self, address: str) -> None:
        """Colour cells that begin with OK or CHECK; the word carries the meaning."""
        for word, style in ((OK, self.styles.good), (CHECK, self.styles.bad)):
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": style}
            self.sheet.conditional_format(address, rule)

    def _fit(self, row: int, cells: Iterable[object]) -> None:
        lines = [
            sum(_lines(len(part), self.widths.get(position, 9)) for part in cell.split("\n"))
            for position, cell in enumerate(cells)
            if isinstance(cell, str)
        ]
        self.sheet.set_row(row, _LINE_HEIGHT * min(max(lines, default=1), 12) + 2)

    def _style(self, name: str) -> Format:
        kinds = {
            "text": self.styles.wrap,
            "wrap": self.styles.wrap,
            "line": self.styles.text,
            "pounds": self.styles.pounds,
            "whole": self.styles.whole,
            "number": self.styles.number,
            "share": self.styles.share,
            "year": self.styles.year,
            "day": self.styles.day,
        }
        return kinds[column(name).kind]

    def _total_style(self, name: str) -> Format:
        return self.styles.total_pounds if column(name).kind == "pounds" else self.styles.total_whole


def _lines(letters: int, width: int) -> int:
    return 1 if letters <= width else math.ceil(1.15 * letters / width)
