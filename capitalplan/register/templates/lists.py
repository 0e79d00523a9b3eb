"""Dropdowns and limits of the input workbook, and the Lists sheet behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import xlsxwriter

from capitalplan.register.schema import (
    CatalogueRow,
    Column,
    ContractRow,
    EquipmentRow,
    OrganisationRow,
    Row,
    SiteRow,
)
from capitalplan.sheets import Styles, print_landscape, write_cell

__all__ = ["Lists", "validation"]

LISTED_ROWS = 1_000
_POINTERS: Mapping[str, type[Row]] = MappingProxyType({
    "site_code": SiteRow,
    "from_site": SiteRow,
    "to_site": SiteRow,
    "trust_code": OrganisationRow,
    "contract_id": ContractRow,
    "asset_id": EquipmentRow,
    "first": EquipmentRow,
    "other": EquipmentRow,
})  # fmt: skip
_OPTION_FIELDS = frozenset({"option", "planned_option"})


class Lists:
    """Words offered in dropdowns: the codes typed on other sheets, and the lists of the Lists sheet.

    Parameters
    ----------
    kinds
        The sheets of the workbook.
    options
        Names of the catalogue options.
    years
        Financial years of the plan, as users read them.
    """

    def __init__(self, kinds: Sequence[type[Row]], options: Sequence[str], years: Sequence[str]) -> None:
        self.sheets = {kind.sheet for kind in kinds}
        self.words = {"Options": tuple(options), "Years": tuple(years)}

    def source(self, kind: type[Row], field: str, column: Column) -> str | None:
        """Range of cells that a field's dropdown shows; None for a field that names its own rows, and for free text."""
        pointed = _POINTERS.get(field)
        if pointed is not None and pointed is not kind and pointed.sheet in self.sheets:
            return f"='{pointed.sheet}'!$A$2:$A${LISTED_ROWS}"
        if field in _OPTION_FIELDS and kind is not CatalogueRow:
            return self._range("Options")
        return self._range("Years") if column.kind == "year" else None

    def _range(self, title: str) -> str:
        letter = "AB"[list(self.words).index(title)]
        return f"=Lists!${letter}$2:${letter}${len(self.words[title]) + 1}"

    def write(self, book: xlsxwriter.Workbook, styles: Styles) -> None:
        """Write the Lists sheet."""
        sheet = book.add_worksheet("Lists")
        for column, (title, words) in enumerate(self.words.items()):
            sheet.write_string(0, column, title, styles.header)
            for row, word in enumerate(words, start=1):
                write_cell(sheet, row, column, word, styles.typed_text)
        sheet.set_column(0, 0, 40, styles.typed_text)
        sheet.set_column(1, 1, 14, styles.typed_text)
        sheet.freeze_panes(1, 0)
        print_landscape(sheet)


def validation(column: Column, source: str | None) -> dict[str, Any] | None:
    """Make the validation of a column's cells: it warns and never forbids, for the reader understands more than Excel.

    Parameters
    ----------
    source
        Range of cells offered in a dropdown, or None.
    """
    rule: dict[str, Any] = {"error_type": "warning", "error_title": column.title[:32]}
    if column.choices:
        return rule | {"validate": "list", "source": list(column.choices), "error_message": "Choose from the list."}
    if column.kind == "yes_no":
        return rule | {"validate": "list", "source": ["yes", "no"], "error_message": "Choose yes or no."}
    if source is not None:
        return rule | {"validate": "list", "source": source, "error_message": "This is not in the list. Keep it?"}
    if column.kind not in {"whole", "number", "pounds", "share"} or (column.low is None and column.high is None):
        return None
    validate = "integer" if column.kind == "whole" else "decimal"
    if column.high is None:
        limits: dict[str, Any] = {"criteria": ">=", "value": column.low}
    else:
        limits = {"criteria": "between", "minimum": column.low or 0, "maximum": column.high}
    return rule | {"validate": validate, "error_message": f"Usually {_bounds(column)}. Keep it?", **limits}


def _bounds(column: Column) -> str:
    def shown(limit: float | None) -> str:
        return f"{limit:.0%}" if column.kind == "share" and limit is not None else f"{limit or 0:,.10g}"

    return f"{shown(column.low)} or more" if column.high is None else f"{shown(column.low)} to {shown(column.high)}"
