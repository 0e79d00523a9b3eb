"""Changes that make a plan possible, as edits of the user's own rows."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from capitalplan.analysis.repair.repair import Changes, least_limit
from capitalplan.finance.limits import CAPITAL, NETWORK
from capitalplan.formulation.lever import Cell
from capitalplan.formulation.levers import Levers
from capitalplan.formulation.lifted import departure, moved_lock, supported
from capitalplan.formulation.rules.works import network_works_limit, site_works_limit
from capitalplan.register.edits import RowEdit
from capitalplan.register.register import Register
from capitalplan.register.resolving.extra import extra_name
from capitalplan.register.resolving.places import SHARED
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.schema import (
    SHEETS,
    CapitalLimitRow,
    EquipmentRow,
    ExtraCapacityRow,
    FundingRow,
    ModalityRow,
    Row,
    SettingRow,
    SiteRow,
    TieRow,
)
from capitalplan.settings import EndOfSupportPolicy
from capitalplan.terms import service_name, year_label

__all__ = ["repair_edits"]

PENCE = 0.01
"""What float errors may add to an amount of whole pounds."""


def repair_edits(levers: Levers, changes: Changes, book: Book) -> tuple[RowEdit, ...]:
    """Write changes as edits, one a row, in order of sheet and row."""
    register = levers.register
    rows: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, str] | None] = {}
    found: dict[tuple[str, tuple[tuple[str, str], ...]], ReadRow[Row] | None] = {}
    for cell, used in changes.used.items():
        read = _row(cell, book, register)
        key = tuple(_key(cell, read, register).items())
        found[cell.sheet, key] = read
        if cell.sheet == "Ties":
            rows[cell.sheet, key] = None
            continue
        values = rows.setdefault((cell.sheet, key), {})
        if values is not None:
            values.update(_values(cell, used, levers, changes))
            if read is None and cell.sheet == "Funding":
                owner = next(each.trust for each in register.sources if each.name == cell.place)
                values.update({} if owner is None else {"trust_code": owner})
    order = {kind.sheet: number for number, kind in enumerate(SHEETS)}
    return tuple(
        _edit(sheet, dict(key), found[sheet, key], values)
        for (sheet, key), values in sorted(rows.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    )


def _edit(sheet: str, key: dict[str, str], read: ReadRow[Row] | None, values: dict[str, str] | None) -> RowEdit:
    if read is None:
        return RowEdit(sheet=sheet, key=key, before=None, after=values)
    if values is None:
        return RowEdit(sheet=sheet, key=key, before=dict(read.typed), after=None)
    return RowEdit(sheet=sheet, key=key, before={name: read.typed.get(name, "") for name in values}, after=values)


def _values(cell: Cell, used: float, levers: Levers, changes: Changes) -> dict[str, str]:
    """New values of the fields of a cell, as text."""
    if cell.sheet in ("Funding", "Capital limits"):
        return {cell.field: str(_limit_gbp(cell, math.ceil(used * 1000 - PENCE), levers))}
    if cell.sheet == "Equipment":
        return _dates(cell, levers, changes)
    if cell.sheet == "Settings":
        return {"value": _setting(cell, used, levers, changes)}
    if cell.sheet == "Modalities":
        return {cell.field: "no"}
    return {cell.field: str(_number(cell, used, levers, changes))}


def _limit_gbp(cell: Cell, more_gbp: int, levers: Levers) -> int:
    """Least limit that lets the plan promise so much more in a year."""
    register, limits = levers.register, levers.columns.purses.limits
    position = (cell.year or 0) - register.settings.start_year
    if cell.sheet == "Funding":
        wanted = max(limits.planned[cell.place][position], limits.committed[cell.place][position]) + more_gbp
    else:
        total = next(each for each in limits.totals if each.place == cell.place and _field(each.kind) == cell.field)
        wanted = (total.limits_gbp[position] or 0) + more_gbp
        if total.kind != CAPITAL:
            return wanted
    return least_limit(wanted, position, register.settings)


def _field(kind: str) -> str:
    return "limit_gbp" if kind == CAPITAL else "cash_gbp"


def _number(cell: Cell, used: float, levers: Levers, changes: Changes) -> int:
    """New number of installations, rooms or van days."""
    register, more = levers.register, round(used)
    if cell.sheet == "Extra capacity":
        extra = next(each for each in register.extra if each.name == cell.place)
        return math.ceil(extra.limit or 0) + more
    site = register.sites[cell.place]
    if cell.field == "max_installations":
        over = levers.excess(changes.values, cell)
        return max(site_works_limit(register, cell.place, year) + round(by) for year, by in over.items())
    if cell.field == "max_new_rooms":
        return site.max_new_rooms + more
    return site.spare_rooms.get(cell.field[-2:].upper(), 0) + more


def _setting(cell: Cell, used: float, levers: Levers, changes: Changes) -> str:
    register, settings = levers.register, levers.register.settings
    if cell.field == "max_network_projects":
        over = levers.excess(changes.values, cell)
        return str(max((network_works_limit(register, year) or 0) + round(by) for year, by in over.items()))
    if cell.field == "hard_age_cap":
        return str((settings.hard_age_cap or 0) + round(used))
    if cell.field == "end_of_support":
        return str(EndOfSupportPolicy.PRICED)
    if cell.field in ("fair_unmet_spread", "fair_capital_spread"):
        bound = Fraction(math.ceil((float(getattr(settings, cell.field)) + used) * 10_000 - PENCE), 10_000)
        return f"{float(bound * 100):g}%"
    return "yes" if cell.field == "allow_last_machine_retirement" else "no"


def _dates(cell: Cell, levers: Levers, changes: Changes) -> dict[str, str]:
    """New lock or date of a machine, as the schedule chosen for it asks."""
    table, settings = levers.columns.table, levers.register.settings
    number = next(n for n, menu in enumerate(table.menus) if menu.asset.asset_id == cell.place)
    menu = table.menus[number]
    chosen = int(np.argmax(changes.values[table.first[number] : table.first[number + 1]]))
    events = menu.events[chosen]
    leaves = settings.start_year + departure(events, settings.years)
    if cell.field == "end_of_support":
        return {cell.field: year_label(settings.start_year + supported(menu, chosen, settings.years) - 1)}
    if cell.field != "lock":
        return {cell.field: year_label(leaves)}
    if moved_lock(menu.asset.lock, menu.asset.lock_year, events):
        return {"lock_year": year_label(leaves)}
    return {"lock": ""} if menu.asset.lock_year is None else {"lock": "", "lock_year": ""}


def _row(cell: Cell, book: Book, register: Register) -> ReadRow[Row] | None:
    """Row of the book that holds a cell; None where it has none."""
    rows = book.sheets.get(cell.sheet, ())
    return next((read for read in rows if _is_of(cell, read.data, register)), None)


def _is_of(cell: Cell, row: Row, register: Register) -> bool:
    if isinstance(row, TieRow):
        replaced = {each.scheme_id: each.asset_id for each in register.schemes if each.asset_id is not None}
        tie = register.ties[int(cell.place)]
        ends = (replaced.get(row.first, row.first), replaced.get(row.other, row.other))
        return (*ends, row.tie) == (tie.first, tie.other, tie.kind)
    if isinstance(row, FundingRow):
        return (row.source, row.year) == (cell.place, cell.year)
    if isinstance(row, CapitalLimitRow):
        return (NETWORK if row.trust_code in SHARED else row.trust_code, row.year) == (cell.place, cell.year)
    if isinstance(row, SettingRow):
        return row.setting == cell.field
    return cell.place == _place(row)


def _place(row: Row) -> str | None:
    if isinstance(row, SiteRow):
        return row.site_code
    if isinstance(row, EquipmentRow):
        return row.asset_id
    if isinstance(row, ModalityRow):
        return service_name(row.modality, bool(row.mobile))
    return extra_name(row) if isinstance(row, ExtraCapacityRow) else None


def _key(cell: Cell, read: ReadRow[Row] | None, register: Register) -> dict[str, str]:
    """Fields that name a row, as typed, or as they are to be typed where there is none."""
    if read is not None:
        return {name: read.typed[name] for name in read.data.key if name in read.typed}
    if cell.sheet == "Funding":
        return {"source": cell.place, "year": year_label(cell.year or 0)}
    if cell.sheet == "Settings":
        return {"setting": cell.field}
    if cell.sheet == "Modalities":
        line = register.lines[cell.place]
        return {"modality": line.modality, **({"mobile": "yes"} if line.mobile else {})}
    if cell.sheet == "Sites":
        return {"site_code": cell.place}
    raise ValueError(f"{cell.sheet} has no row for {cell.place}")
