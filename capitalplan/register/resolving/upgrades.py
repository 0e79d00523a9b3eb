"""Upgrades and life extensions, machine by machine."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.register.provision import Upgrade
from capitalplan.register.rows import Book
from capitalplan.register.schema import EquipmentRow, UpgradeRow

__all__ = ["offered_upgrades"]


def offered_upgrades(book: Book, machine: EquipmentRow) -> tuple[Upgrade, ...]:
    """Upgrades that the Upgrades sheet offers for a machine, by name; a line of its own goes before its modality's."""
    found: dict[str, UpgradeRow] = {}
    for read in book.rows(UpgradeRow):
        row = read.data
        if row.asset_id is None:
            if row.modality is machine.modality and not machine.mobile:
                found.setdefault(row.name, row)
        elif row.asset_id == machine.asset_id:
            found[row.name] = row
    return tuple(_upgrade(found[name]) for name in sorted(found))


def _upgrade(row: UpgradeRow) -> Upgrade:
    return Upgrade(
        name=row.name,
        cost_gbp=row.cost_gbp,
        years_gained=row.years_gained or 0,
        throughput_gain=row.throughput_gain or Fraction(0),
        first_year=row.first_year,
        last_year=row.last_year,
    )
