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
    """How a sheet is made: its finding, its remark, its table, its totals and how many columns stay in sight."""

    say: Callable[[Tables], str]
    remark: Callable[[Tables], str]
    table: str
    totals: tuple[str, ...] = ()
    fixed: int = 3


def _standard(tables: Tables) -> str:
    return f"The diagnostic standard is {tables.waiting_rule}. {service.ESTIMATES}."


_SHEETS: Mapping[str, _Sheet] = {
    "Rules passed": _Sheet(
        service.passed, lambda _: "In brackets: how many places. The plan may pass these rules where that costs less "
        "than keeping them; each has its price in Settings.", "passed"),
    "Moved patients": _Sheet(
        service.patients_moved, lambda _: "Patients scanned at another site than the one they come to.",
        "patients_moved", totals=("scans",), fixed=2),
    "Waiting": _Sheet(service.waiting, _standard, "waiting"),
    "Lists by modality": _Sheet(service.waiting, _standard, "waiting_lines", fixed=1),
    "Lists over target": _Sheet(
        service.missed, lambda _: "Sites whose list is over its target in some year, the furthest over at the end "
        "first.", "missed"),
    "Staff": _Sheet(service.staff, lambda _: f"{service.STAFF_NEED}.", "staff"),
    "Added staff": _Sheet(
        service.added_staff, lambda _: "What each added machine needs in its first full year, if patients fill its "
        "staffed hours.", "added_staff", totals=("units", "full_scans")),
    "Reporting": _Sheet(
        service.reporting, lambda _: "Scans without a report at the start of a year and scans of the year are reported "
        "or left without one at its end.", "reports",
        totals=("scans_done", "radiologist", "radiographer", "outsourced")),
    "Beside machines": _Sheet(
        service.beside_machines, lambda _: "Prices are today's, ex VAT. Sums of costs may differ from the plan's by "
        "the rounding of each line and year.", "extra", totals=("scans", "extra_gbp"), fixed=4),
    "Cover": _Sheet(
        service.cover, lambda _: "How sites with one machine of a modality are kept going while it is replaced.",
        "cover"),
    "Use": _Sheet(
        service.use, lambda _: "Planned lives are fixed from use in the base year; this is the band of use that the "
        "plan implies, scans on mobile vans left out.", "use"),
}  # fmt: skip

SERVICE_SHEETS = tuple(_SHEETS)
"""Names of the sheets, in order."""


def service_sheets(tables: Tables) -> tuple[str, ...]:
    """Names of the sheets that have something to show."""
    return tuple(name for name, sheet in _SHEETS.items() if not _frame(tables, sheet).empty)


def service_sheet(leaf: Leaf, tables: Tables) -> Placed:
    """Write the sheet by its name; returns its table."""
    sheet = _SHEETS[leaf.sheet.get_name()]
    name = "".join(word.capitalize() for word in sheet.table.split("_"))
    placed = leaf.sheet_of(sheet.say(tables), sheet.remark(tables), _frame(tables, sheet), name)
    leaf.sheet.freeze_panes(TOP + 1, sheet.fixed)
    if sheet.totals:
        leaf.totals(placed, sheet.totals)
    return placed


def _frame(tables: Tables, sheet: _Sheet) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(tables, sheet.table)
    return frame
