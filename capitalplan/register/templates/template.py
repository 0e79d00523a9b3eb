"""Blank and example workbooks, made from the row classes the reader uses."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.reading.headers import required_fields
from capitalplan.register.schema import (
    SHEETS,
    CatalogueRow,
    Column,
    CostShareRow,
    OrganisationRow,
    Row,
    SettingRow,
    TravelRow,
    columns_of,
)
from capitalplan.register.templates.content import Content, blank_content, example_content
from capitalplan.register.templates.lists import Lists, validation
from capitalplan.settings import SettingSpec, settings_specs
from capitalplan.sheets import Styles, column_width, open_book, print_landscape, write_cell

__all__ = ["Level", "write_template"]

BLANK_ROWS = 100
COLUMNS_A_PAGE = 14
NOTE_WIDTH = 90
LINE_HEIGHT = 15


class Level(StrEnum):
    """Who plans: one trust, an imaging network, or several networks."""

    OPERATIONAL = "operational"
    NETWORK = "network"
    STRATEGIC = "strategic"


_NETWORK_SHEETS = frozenset({OrganisationRow.sheet, TravelRow.sheet, CostShareRow.sheet})
_INTRO = (
    "Fill in the Equipment sheet first: it is the only one that is required. Every other sheet may stay blank.",
    "Point at a header to see what its column means. Money is in whole pounds, years are financial years (2026/27).",
    "Figures marked 'illustrative' are placeholders to be replaced by your own.",
)  # fmt: skip


def write_template(
    path: Path, level: Level, *, basic: bool = False, example: Path | None = None, trust: str | None = None
) -> None:
    """Write an input workbook with headers, notes, dropdowns and number formats.

    Parameters
    ----------
    path
        Where it goes; it must not exist.
    level
        Operational leaves out the sheets that join trusts, unless the example fills them.
    basic
        Only the five basic sheets (and Organisations where a trust is named), their basic columns and the settings
        changed most often.
    example
        A folder of CSV files to fill the workbook from, values as typed.
    trust
        Code of the one trust it is for: its rows of the example, or its name ready in a blank workbook.

    Raises
    ------
    EnvironmentFaultError
        If the file exists, cannot be written or is not named as a workbook.
    InputError
        If the example has no machine of the trust.
    """
    if path.suffix.lower() != ".xlsx":
        raise EnvironmentFaultError(f"The template is an Excel workbook, so '{path.name}' must end in .xlsx.")
    if os.path.lexists(path):
        raise EnvironmentFaultError(f"'{path}' exists already; choose another name, nothing was overwritten.")
    content = blank_content(trust, basic) if example is None else example_content(example, trust)
    kinds = [
        kind
        for kind in SHEETS
        if (kind.basic or not basic or (kind is OrganisationRow and trust is not None))
        and (level is not Level.OPERATIONAL or kind.sheet not in _NETWORK_SHEETS or content.rows.get(kind.sheet))
    ]
    book = open_book(path)
    _TemplateBook(book, kinds, content, basic).write()
    try:
        book.close()
    except FileCreateError as error:
        raise EnvironmentFaultError(f"'{path}' could not be written; check the folder.") from error


class _TemplateBook:
    def __init__(self, book: xlsxwriter.Workbook, kinds: Sequence[type[Row]], content: Content, basic: bool) -> None:
        self.book = book
        self.kinds = kinds
        self.content = content
        self.basic = basic
        self.styles = Styles.of(book)
        self.lists = Lists(kinds, self._options(), content.years)

    def _options(self) -> tuple[str, ...]:
        named = (row.get("option") for row in self.content.rows.get(CatalogueRow.sheet, ()))
        return tuple(str(option) for option in named if option) or self.content.default_options

    def write(self) -> None:
        """Write every sheet, README first and Lists last."""
        readme = self.book.add_worksheet("README")
        for kind in self.kinds:
            self._sheet(kind)
        self.lists.write(self.book, self.styles)
        self._readme(readme)

    def _columns(self, kind: type[Row]) -> dict[str, Column]:
        whole = not (self.basic and kind.basic)
        return {name: column for name, column in columns_of(kind).items() if column.basic or whole}

    def _sheet(self, kind: type[Row]) -> None:
        sheet = self.book.add_worksheet(kind.sheet)
        columns = self._columns(kind)
        rows = self.content.rows.get(kind.sheet, ())
        last = max(len(rows), BLANK_ROWS)
        if kind is SettingRow:
            last = len(rows)
        required = required_fields(kind)
        sheet.add_table(
            0,
            0,
            last,
            len(columns) - 1,
            {
                "name": f"{kind.sheet.replace(' ', '')}Table",
                "style": "Table Style Light 1",
                "columns": [{"header": column.title} for column in columns.values()],
            },
        )
        for position, (name, column) in enumerate(columns.items()):
            style = self.styles.required if name in required else self._header_style(column)
            sheet.write_string(0, position, column.title, style)
            self._note(sheet, position, column, name in required)
            longest = max((len(str(row.get(name) or "")) for row in rows), default=0)
            sheet.set_column(position, position, column_width(column.title, longest), self._format(column.kind))
            rule = validation(column, self.lists.source(kind, name, column))
            if rule is not None:
                sheet.data_validation(1, position, last, position, rule)
            for number, row in enumerate(rows, start=1):
                write_cell(sheet, number, position, row.get(name), self._format(column.kind))
        if kind is SettingRow:
            self._settings(sheet, rows)
        sheet.set_row(0, 42)
        sheet.freeze_panes(1, 1)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        print_landscape(sheet, pages_wide=math.ceil(len(columns) / COLUMNS_A_PAGE))

    def _settings(self, sheet: Worksheet, rows: Sequence[dict[str, object]]) -> None:
        specs = {spec.name: spec for spec in settings_specs()}
        for number, row in enumerate(rows, start=1):
            spec = specs.get(str(row.get("setting")))
            if spec is not None:
                write_cell(sheet, number, 1, row.get("value"), self._format(spec.kind))
                rule = validation(_as_column(spec), None)
                if rule is not None:
                    sheet.data_validation(number, 1, number, 1, rule)
            write_cell(sheet, number, 3, row.get("note"), self.styles.wrap)
            sheet.set_row(number, LINE_HEIGHT * math.ceil(len(str(row.get("note"))) / NOTE_WIDTH))
        sheet.set_column(0, 0, 32, self.styles.typed_text)
        sheet.set_column(1, 1, 22)
        sheet.set_column(2, 2, 34, self.styles.wrap)
        sheet.set_column(3, 3, NOTE_WIDTH, self.styles.wrap)

    def _header_style(self, column: Column) -> xlsxwriter.format.Format:
        return self.styles.info if "For information" in column.note else self.styles.optional

    def _format(self, kind: str) -> xlsxwriter.format.Format:
        styles = self.styles
        formats = {"pounds": styles.pounds, "whole": styles.whole, "share": styles.share, "date": styles.day}
        formats |= {"day_or_year": styles.day, "number": styles.text, "raw": styles.text}
        return formats.get(kind, styles.typed_text)

    def _note(self, sheet: Worksheet, position: int, column: Column, required: bool) -> None:
        parts = [column.note, "Required." if required else ""]
        if column.choices:
            parts.append(f"One of: {', '.join(column.choices)}.")
        text = " ".join(part for part in parts if part)
        if text:
            sheet.write_comment(0, position, text, {"x_scale": 2, "y_scale": 1 + len(text) / 150, "font_size": 9})

    def _readme(self, sheet: Worksheet) -> None:
        styles = self.styles
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 22, styles.text)
        sheet.set_column(1, 1, 100, styles.wrap)
        sheet.write_string(0, 0, "Imaging equipment register", styles.title)
        sheet.set_row(0, 24)
        for row, line in enumerate(_INTRO, start=2):
            sheet.merge_range(row, 0, row, 1, line, styles.wrap)
        row = 6
        sheet.write_row(row, 0, ("Header colour", "What it means"), styles.header)
        key = (
            (styles.required, "Required", "Fill it in on every line."),
            (styles.optional, "Optional", "Used by the plan; where blank, the header's note says what is taken."),
            (styles.info, "For information", "Carried along and shown; it moves nothing in the plan."),
        )
        for offset, (style, word, meaning) in enumerate(key, start=1):
            sheet.write_string(row + offset, 0, word, style)
            sheet.write_string(row + offset, 1, meaning, styles.wrap)
        row += len(key) + 2
        sheet.write_row(row, 0, ("Sheet", "What it is for, and what happens without it"), styles.header)
        link = self.book.add_format({"font_name": "Arial", "font_size": 10, "underline": 1, "font_color": "#005EB8"})
        for offset, kind in enumerate(self.kinds, start=1):
            sheet.write_url(row + offset, 0, f"internal:'{kind.sheet}'!A1", link, kind.sheet)
            sheet.write_string(row + offset, 1, kind.about, styles.wrap)
        print_landscape(sheet)


def _as_column(spec: SettingSpec) -> Column:
    low = None if spec.low is None else float(spec.low)
    high = None if spec.high is None else float(spec.high)
    return Column(spec.kind, spec.name, low=low, high=high, choices=spec.choices)
