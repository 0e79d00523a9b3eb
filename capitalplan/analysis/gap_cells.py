"""Cells of Equipment that are blank or doubtful, and what else might plausibly stand in them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import quantiles
from types import MappingProxyType
from typing import Any

from capitalplan.register.columns import columns_of
from capitalplan.register.equipment_row import EquipmentRow
from capitalplan.register.register import Asset, Register
from capitalplan.register.rows import Book, ReadRow
from capitalplan.terms import financial_year, round_half_up, service_name, year_label

__all__ = ["FIELDS", "Cell", "Trial", "cells_in_question", "with_values"]

ENOUGH = 5
"""From so many values on, those of the same service line say what is plausible."""
FIFTH = Fraction(1, 5)
YEARS = 2
ILLUSTRATIVE = "illustrative"
MAY_BE_BLANK: Mapping[str, tuple[Callable[[Asset, Register], Any], str]] = MappingProxyType({
    "exams_per_year": (lambda asset, _: asset.exams_per_year, "median of its service line in the register"),
    "hours_per_week": (lambda asset, _: asset.hours_per_week, "from today's exams"),
    "scans_per_hour": (lambda asset, _: asset.scans_per_hour, "from Modalities and today's exams"),
    "annual_maintenance_gbp": (lambda asset, _: asset.maintenance_gbp, "Catalogue, at its age"),
    "replacement_cost_gbp": (lambda asset, _: asset.price_gbp, "Catalogue"),
    "purchase_price_gbp": (lambda asset, _: asset.paid_gbp, "its replacement price"),
    "net_book_value_gbp": (lambda asset, _: asset.book_value_gbp, "straight line from the price paid"),
    "life_years": (lambda asset, _: asset.life_years, "Modalities, by use"),
    "outage_weeks": (lambda asset, register: register.outage_weeks(asset), "Modalities"),
    "risk_score": (lambda asset, _: asset.risk_score, "from age and support"),
    "end_of_support": (lambda *_: None, "not known: counted as supported throughout"),
})  # fmt: skip
"""What counts while a cell is blank, and where that comes from."""
MAY_BE_DOUBTED = ("install_date", *(field for field in MAY_BE_BLANK if field != "end_of_support"))
FIELDS = ("install_date", *MAY_BE_BLANK)
"""Fields asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Another value that a cell might plausibly have.

    Attributes
    ----------
    value
        The value as the cell's row holds it.
    text
        The same as users read it.
    basis
        Why it is plausible; ends with ``illustrative`` where nothing in the register says so.
    """

    value: Any
    text: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of Equipment that is blank or doubtful.

    Attributes
    ----------
    asset_id
        The machine.
    field, column
        Name of the field, and header of its column.
    address
        Such as ``C7``, or ``row 7`` of a blank cell.
    doubt
        What the reader warned of; empty for a cell that is merely blank.
    assumed, source
        What counts now, as users read it, and where it comes from.
    trials
        A low and a high value, where there are any.
    """

    asset_id: str
    field: str
    column: str
    address: str
    doubt: str
    assumed: str
    source: str
    trials: tuple[Trial, ...]


def cells_in_question(book: Book, register: Register) -> tuple[Cell, ...]:
    """List every cell of Equipment that is blank, or was warned of, in order of field and machine.

    A cell of a machine whose like is often given is tried at the quartiles of its service line, any other a fifth lower
    and higher, an installation two years earlier and later.
    """
    assets = {asset.asset_id: asset for asset in register.assets}
    rows = sorted(book.rows(EquipmentRow), key=lambda read: read.data.asset_id)
    known = _known(rows)
    doubts = _doubts(register)
    cells = []
    for field in FIELDS:
        for read in rows:
            doubt = doubts.get((read.number, columns_of(EquipmentRow)[field].title), "")
            is_blank = field in MAY_BE_BLANK and getattr(read.data, field) is None
            if is_blank or (doubt and field in MAY_BE_DOUBTED):
                cells.append(_cell(read, field, assets[read.data.asset_id], register, known, doubt, is_blank=is_blank))
    return tuple(cells)


def with_values(book: Book, values: Mapping[str, Any], field: str) -> Book:
    """Take values of one field into a book, machine by machine."""
    known = {read.number: read.data.asset_id for read in book.rows(EquipmentRow)}
    rows = tuple(
        replace(read, data=read.data.model_copy(update={field: values[known[read.number]]}))
        if known[read.number] in values
        else read
        for read in book.sheets[EquipmentRow.sheet]
    )
    return replace(book, sheets={**book.sheets, EquipmentRow.sheet: rows})


def _known(rows: Sequence[ReadRow[EquipmentRow]]) -> Mapping[tuple[str, str], list[Fraction]]:
    """Values given for a field by machines of a service line."""
    known = defaultdict(list)
    for read in rows:
        for field in MAY_BE_BLANK:
            value = getattr(read.data, field)
            if isinstance(value, int | Fraction):
                known[field, service_name(read.data.modality, bool(read.data.mobile))].append(Fraction(value))
    return known


def _doubts(register: Register) -> Mapping[tuple[int, str], str]:
    """Warnings of single cells of Equipment, by row and column."""
    return {
        (issue.row, issue.column): issue.message
        for issue in register.warnings
        if issue.sheet == EquipmentRow.sheet and issue.row is not None and issue.column is not None
    }


def _cell(
    read: ReadRow[EquipmentRow],
    field: str,
    asset: Asset,
    register: Register,
    known: Mapping[tuple[str, str], list[Fraction]],
    doubt: str,
    *,
    is_blank: bool,
) -> Cell:
    value = MAY_BE_BLANK[field][0](asset, register) if is_blank else getattr(read.data, field)
    source = MAY_BE_BLANK[field][1] if is_blank else "as typed"
    return Cell(
        asset_id=asset.asset_id,
        field=field,
        column=columns_of(EquipmentRow)[field].title,
        address=read.cells.get(field, f"row {read.number}"),
        doubt=doubt,
        assumed=_shown(field, value),
        source=source,
        trials=_trials(field, value, asset, known.get((field, asset.line), [])),
    )


def _trials(field: str, value: Any, asset: Asset, known: Sequence[Fraction]) -> tuple[Trial, ...]:
    if field == "install_date":
        shifted = ((value.replace(year=value.year + by, day=min(value.day, 28)), by) for by in (-YEARS, YEARS))
        basis = f"{YEARS} years {{}}, {ILLUSTRATIVE}"
        return tuple(_trial(field, day, basis.format("later" if by > 0 else "earlier")) for day, by in shifted)
    if field == "end_of_support":
        days = (dt.date(asset.due_year + by, 3, 31) for by in (0, YEARS))
        at = ("when its planned life ends", f"{YEARS} years after its planned life ends")
        return tuple(_trial(field, day, f"{basis}, {ILLUSTRATIVE}") for day, basis in zip(days, at, strict=True))
    ends: Sequence[tuple[Fraction, str]]
    if len(known) >= ENOUGH:
        low, _, high = quantiles(known, n=4, method="inclusive")
        basis = f"{{}} quartile of {len(known)} {asset.line} machines in the register"
        ends = ((low, basis.format("low")), (high, basis.format("high")))
    else:
        ends = tuple(
            ((1 + by) * Fraction(value), f"a fifth {way}, {ILLUSTRATIVE}")
            for by, way in ((-FIFTH, "lower"), (FIFTH, "higher"))
        )
    column = columns_of(EquipmentRow)[field]
    trials = []
    for end, basis in ends:
        within = min(max(Fraction(end), Fraction(column.low or 0)), Fraction(column.high or end))
        typed = within if column.kind == "number" else round_half_up(within)
        if typed != value:
            trials.append(_trial(field, typed, basis))
    return tuple(trials)


def _trial(field: str, value: Any, basis: str) -> Trial:
    return Trial(value=value, text=_shown(field, value), basis=basis)


def _shown(field: str, value: Any) -> str:
    kind = columns_of(EquipmentRow)[field].kind
    if value is None:
        return "not known"
    if isinstance(value, dt.date):
        return year_label(financial_year(value)) if field == "install_date" else f"{value:%d/%m/%Y}"
    return f"£{value:,}" if kind == "pounds" else f"{float(value):,.4g}" if kind == "number" else f"{value:,}"
