"""The sheets on patients, waiting lists, staff, reporting, extra capacity and use, each a table of the spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.book.grid import TOP, Leaf, Placed
from reports.findings import service
from reports.tables import Tables

__all__ = ["SERVICE_SHEETS", "service_sheet", "service_sheets"]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How a sheet is made: its finding, its remark, its table, further tables below it, and what is totalled."""

    say: Callable[[Tables], str]
    remark: Callable[[Tables], str]
    table: str
    below: tuple[tuple[str, Callable[[Tables], str]], ...] = ()
    totals: tuple[str, ...] = ()
    fixed: int = 0


def _all_lists(tables: Tables) -> str:
    return f"All sites together, by modality; the standard is {tables.waiting_rule}"


_SHEETS: Mapping[str, _Sheet] = {
    "Moved patients": _Sheet(
        service.patients_moved, lambda _: "Patients scanned at another site than the one they come to.",
        "patients_moved", totals=("scans",), fixed=2),
    "Waiting": _Sheet(
        service.waiting, lambda tables: f"The standard is {tables.waiting_rule}. {service.ESTIMATES}. Lists over "
        "target and totals by modality stand below the table.",
        "waiting", below=(("missed", service.missed), ("waiting_lines", _all_lists)), fixed=3),
    "Staff": _Sheet(
        service.staff, lambda _: f"{service.STAFF_NEED}.", "staff", below=(("added_staff", service.added_staff),),
        fixed=3),
    "Reporting": _Sheet(
        service.reporting, lambda _: "Scans without a report at the start of a year and scans of the year are reported "
        "or left without one at its end.", "reports",
        totals=("scans_done", "radiologist", "radiographer", "outsourced"), fixed=3),
    "Beside machines": _Sheet(
        service.beside_machines, lambda _: "Prices are today's, ex VAT. Sums of costs may differ from the "
        "plan's by the rounding of each line and year.", "extra", totals=("scans", "extra_gbp"), fixed=4),
    "Cover": _Sheet(
        service.cover, lambda _: "How sites with one machine of a modality are kept going while it is replaced.",
        "cover", fixed=3),
    "Use": _Sheet(
        service.use, lambda _: "Planned lives are fixed from use in the base year; this is the band of use that the "
        "plan implies, scans on mobile vans left out.", "use", fixed=3),
}  # fmt: skip

SERVICE_SHEETS = tuple(_SHEETS)
"""Names of the sheets, in order."""


def service_sheets(tables: Tables) -> tuple[str, ...]:
    """Names of the sheets that have something to show."""
    return tuple(name for name, sheet in _SHEETS.items() if not _frame(tables, sheet.table).empty)


def service_sheet(leaf: Leaf, tables: Tables) -> Placed:
    """Write the sheet by its name; returns its table."""
    sheet = _SHEETS[leaf.sheet.get_name()]
    leaf.head(sheet.say(tables), sheet.remark(tables))
    placed = leaf.place(_frame(tables, sheet.table), name=_table_name(sheet.table))
    leaf.sheet.freeze_panes(TOP + 1, sheet.fixed)
    if sheet.totals:
        leaf.totals(placed, sheet.totals)
    row = placed.last + 4
    for table, say in sheet.below:
        frame = _frame(tables, table)
        if not frame.empty:
            row = leaf.block(row, say(tables), frame, name=_table_name(table))
    return placed


def _frame(tables: Tables, name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(tables, name)
    return frame


def _table_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
