"""Upgrades and life extensions: of machines that may have them, and worth something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from capitalplan.register.checks.facts import Facts
from capitalplan.register.checks.spans import check_offer
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import EquipmentRow, UpgradeRow

__all__ = ["check_upgrades"]

Upgrade: TypeAlias = ReadRow[UpgradeRow]


def check_upgrades(facts: Facts) -> Iterator[Issue]:
    """Check what each line is for, what it gains, and when it is offered."""
    for read in facts.book.rows(UpgradeRow):
        row = read.data
        yield from check_offer(read, facts)
        if not row.years_gained and not row.throughput_gain:
            message = "The upgrade gains neither years nor throughput, so it is never worth its price."
            fix = "Fill in what it gains, or remove the line."
            yield read.issue("years_gained", message, fix, Severity.WARNING)
        if row.asset_id is None and row.modality is None:
            yield read.issue("asset_id", "Neither an asset ID nor a modality is given.", "Fill in one of the two.")
        elif row.asset_id is not None and row.modality is not None:
            yield read.issue("modality", "Both an asset ID and a modality are given.", "Keep one of the two.")
        elif row.asset_id is not None:
            yield from _machine(read, row.asset_id, facts)
        elif not facts.is_faulty(EquipmentRow) and not any(_may_have(row, each.data, facts) for each in _rows(facts)):
            message = f"There is no owned {row.modality} that could have it, so the line does nothing."
            yield read.issue("modality", message, "Correct the modality, or remove the line.", Severity.WARNING)


def _rows(facts: Facts) -> tuple[ReadRow[EquipmentRow], ...]:
    return facts.book.rows(EquipmentRow)


def _may_have(row: UpgradeRow, machine: EquipmentRow, facts: Facts) -> bool:
    return machine.modality == row.modality and not machine.mobile and facts.holding(machine) is None


def _machine(read: Upgrade, asset_id: str, facts: Facts) -> Iterator[Issue]:
    machine = facts.machines.get(asset_id)
    if machine is None:
        return
    kind = facts.holding(machine.data)
    if kind is not None:
        held = "PFI" if kind == "pfi" else kind
        message = f"'{asset_id}' is held by {held}; only owned machines are upgraded, so the line does nothing."
        yield read.issue("asset_id", message, "Remove the line, or correct how the machine is held.", Severity.WARNING)
