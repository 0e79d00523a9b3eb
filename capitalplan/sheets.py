"""Safe cell writing and shared styles, for templates and result books alike.

Whatever is written as text stays text: no value of the user's ever becomes a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

__all__ = [
    "AMBER_FILL",
    "RED_FILL",
    "Styles",
    "column_width",
    "open_book",
    "print_landscape",
    "safe_text",
    "write_cell",
]

CELL_LIMIT = 32_767
RED_FILL = "F8CBC6"
AMBER_FILL = "FFE699"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_HEAD = {**_FONT, "bold": True, "text_wrap": True, "border": 1, "border_color": "#768692"}


def safe_text(value: str, limit: int = CELL_LIMIT) -> str:
    """Make text that any spreadsheet stores as it is: control characters removed, length bounded.

    Parameters
    ----------
    value
        Any text.
    limit
        Most characters kept; longer text ends with an ellipsis. A cell holds at most 32,767.
    """
    clean = _UNWRITABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def open_book(path: Path) -> xlsxwriter.Workbook:
    """Open a new workbook in which text is never turned into a formula, link or number.

    The caller closes it, or uses it as a context manager.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    return xlsxwriter.Workbook(str(path), options)


def write_cell(sheet: Worksheet, row: int, column: int, value: object, style: Format | None = None) -> None:
    """Write one value by its type: numbers as numbers, days as dates, yes or no for truth, all else as plain text.

    Parameters
    ----------
    row, column
        Counted from 0.
    value
        None leaves a blank cell that still has the style.
    """
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no", style)
    elif isinstance(value, int | float | Fraction):
        sheet.write_number(row, column, float(value) if isinstance(value, Fraction) else value, style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, tuple | list | frozenset):
        sheet.write_string(row, column, safe_text(", ".join(map(str, value))), style)
    else:
        sheet.write_string(row, column, safe_text(str(value)), style)


def column_width(title: str, longest: int = 0) -> int:
    """Width in characters for a column: wide enough for its longest header word and, within reason, its values."""
    words = max((len(word) for word in title.split()), default=0)
    return min(max(words + 3, (len(title) + 1) // 2 + 3, longest + 2, 9), 48)


def print_landscape(sheet: Worksheet, header_row: int = 0, *, pages_wide: int = 1) -> None:
    """Set a sheet to print on A4 landscape, its header row repeated and pages numbered.

    Parameters
    ----------
    pages_wide
        Pages the columns are spread over; on more than one, the first column is repeated too.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(pages_wide, 0)
    if pages_wide > 1:
        sheet.repeat_columns(0)
    sheet.repeat_rows(header_row)
    sheet.set_footer("&L&A&RPage &P of &N")


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of one workbook.

    Attributes
    ----------
    title, heading, header, note
        Sheet title; the same, wrapped in the cells it is merged over; table header on the house colour; small grey
        remark.
    text, wrap, typed_text
        Text on one line; text that wraps; a cell whose typed content stays text, never a date or a number.
    pounds, whole, number, share, year, day
        ``£#,##0``; ``#,##0``; one decimal; percentage with one decimal; centred year; ``dd/mm/yyyy``.
    good, warn, bad
        Green, amber and red fills; always to be paired with a word, never colour alone.
    required, optional, info
        Header fills of an input sheet: must be filled, may be filled, for information only.
    total_label, total_pounds, total_whole
        Bold with a line above, for totals.
    """

    title: Format
    heading: Format
    header: Format
    note: Format
    text: Format
    wrap: Format
    typed_text: Format
    pounds: Format
    whole: Format
    number: Format
    share: Format
    year: Format
    day: Format
    good: Format
    warn: Format
    bad: Format
    required: Format
    optional: Format
    info: Format
    total_label: Format
    total_pounds: Format
    total_whole: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> Self:
        """Add the formats to a workbook."""

        def style(**extra: Any) -> Format:
            return book.add_format({**_FONT, **extra})

        def head(fill: str, ink: str) -> Format:
            return book.add_format({**_HEAD, "bg_color": fill, "font_color": ink})

        title = {"bold": True, "font_size": 16, "font_color": "#003087"}
        total = {"bold": True, "top": 1}
        return cls(
            title=style(**title),
            heading=style(text_wrap=True, **title),
            header=head("#005EB8", "#FFFFFF"),
            note=style(italic=True, font_color="#425563", text_wrap=True),
            text=style(),
            wrap=style(text_wrap=True),
            typed_text=style(num_format="@"),
            pounds=style(num_format="£#,##0_-;[Red]-£#,##0_-"),
            whole=style(num_format="#,##0_-"),
            number=style(num_format="#,##0.0_-"),
            share=style(num_format="0.0%_-"),
            year=style(align="center"),
            day=style(num_format="dd/mm/yyyy", align="center"),
            good=style(bg_color="#CFE8D5", font_color="#00401E"),
            warn=style(bg_color=f"#{AMBER_FILL}", font_color="#4D3800"),
            bad=style(bg_color=f"#{RED_FILL}", font_color="#6B0F0A"),
            required=head("#005EB8", "#FFFFFF"),
            optional=head("#D5E6F5", "#003087"),
            info=head("#E8EDEE", "#425563"),
            total_label=style(**total),
            total_pounds=style(num_format="£#,##0_-;[Red]-£#,##0_-", **total),
            total_whole=style(num_format="#,##0_-", **total),
        )
