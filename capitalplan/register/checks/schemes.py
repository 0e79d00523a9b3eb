"""Schemes already decided: whole, possible, and not at odds with their machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from capitalplan.register.checks.facts import Facts
from capitalplan.register.checks.spans import span
from capitalplan.register.issues import Issue
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import EquipmentRow, SchemeRow
from capitalplan.terms import (
    Action,
    ContractKind,
    Lock,
    SchemeStatus,
    financial_year,
    service_name,
    year_label,
)

__all__ = ["check_schemes"]

Scheme = ReadRow[SchemeRow]


def check_schemes(facts: Facts) -> Iterator[Issue]:
    """Check every scheme for what its action needs, and committed ones against the plan, the machine and the site."""
    first_for: dict[str, int] = {}
    for scheme in facts.book.rows(SchemeRow):
        yield from _shape(scheme, facts)
        if scheme.data.status not in (SchemeStatus.ORDERED, SchemeStatus.COMMITTED):
            continue
        yield from _years(scheme, facts)
        asset_id = scheme.data.asset_id
        if scheme.data.action is not Action.REPLACE or asset_id is None:
            continue
        if first_for.setdefault(asset_id, scheme.number) != scheme.number:
            message = f"'{asset_id}' already has a committed scheme in row {first_for[asset_id]}."
            yield scheme.issue("asset_id", message, "Keep one of the two schemes.")
        machine = facts.machines.get(asset_id)
        if machine is not None:
            yield from _against_contract(scheme, machine.data, facts)
            yield from _against_lock(scheme, machine.data)


def _shape(scheme: Scheme, facts: Facts) -> Iterator[Issue]:
    row = scheme.data
    if (row.paid_before_gbp or 0) > row.capital_gbp:
        message = f"More is paid the year before, £{row.paid_before_gbp:,}, than the whole scheme costs."
        yield scheme.issue("paid_before_gbp", message, "Correct one of the two amounts.")
    if row.action is Action.REPLACE:
        if row.asset_id is None:
            yield scheme.issue("asset_id", "A replacement has no asset ID.", "Fill in the machine it replaces.")
        machine, option = facts.machines.get(row.asset_id or ""), facts.option_rows.get(row.option)
        if machine is not None and option is not None:
            old = service_name(machine.data.modality, bool(machine.data.mobile))
            new = service_name(option.modality, bool(option.mobile))
            if old != new:
                message = f"Option '{row.option}' is {new}, but '{row.asset_id}' is {old}."
                yield scheme.issue("option", message, f"Choose an option of {old}.")
    else:
        if row.site_code is None:
            yield scheme.issue("site_code", "An addition has no site code.", "Fill in the site it is added to.")
        if row.asset_id is not None:
            yield scheme.issue("asset_id", "An addition replaces no machine.", "Clear the asset ID.")


def _years(scheme: Scheme, facts: Facts) -> Iterator[Issue]:
    row = scheme.data
    if facts.horizon is not None and row.year not in facts.horizon:
        message = f"The scheme's year {year_label(row.year)} is outside the plan ({span(facts.horizon)})."
        yield scheme.issue("year", message, "Correct the year, or remove the scheme.")
    machine = facts.machines.get(row.asset_id or "")
    code = machine.data.site_code if machine is not None else row.site_code
    site = facts.site_rows.get(code or "")
    if site is None:
        return
    if site.closing_year is not None and row.year >= site.closing_year:
        message = f"Site {code} is closed from {year_label(site.closing_year)}."
        yield scheme.issue("year", message, "Correct the year, or the closing year of the site.")
    if site.opening_year is not None and row.year < site.opening_year:
        message = f"Site {code} opens only in {year_label(site.opening_year)}."
        yield scheme.issue("year", message, "Correct the year, or the opening year of the site.")


def _against_contract(scheme: Scheme, machine: EquipmentRow, facts: Facts) -> Iterator[Issue]:
    kind = facts.holding(machine)
    if kind in {ContractKind.MANAGED_SERVICE, ContractKind.PFI}:
        message = f"'{machine.asset_id}' is in a {'PFI' if kind is ContractKind.PFI else kind}, which renews it itself."
        yield scheme.issue("asset_id", message, "Remove the scheme, or correct how the machine is held.")
    if kind is ContractKind.LEASE:
        contract = facts.contract_rows.get(machine.contract_id or "")
        last_day = contract.end_date if contract is not None else machine.contract_end
        free = None if last_day is None else financial_year(last_day + dt.timedelta(days=1))
        if free is not None and scheme.data.year < free:
            message = f"'{machine.asset_id}' is on lease until {year_label(free)}."
            yield scheme.issue("year", message, f"Type {year_label(free)} or later, or correct the end of the lease.")


def _against_lock(scheme: Scheme, machine: EquipmentRow) -> Iterator[Issue]:
    year = scheme.data.year
    if machine.lock in {Lock.KEEP, Lock.RETIRE}:
        message = f"'{machine.asset_id}' is locked to {machine.lock}, yet this scheme replaces it."
        yield scheme.issue("asset_id", message, "Clear the lock in Equipment, or remove the scheme.")
    elif machine.lock is Lock.REPLACE and machine.lock_year not in {None, year}:
        message = f"'{machine.asset_id}' is locked to another year in Equipment."
        yield scheme.issue("year", message, "Make the two years agree, or clear the lock.")
    late = machine.latest_year is not None and year > machine.latest_year
    if late or (machine.earliest_year is not None and year < machine.earliest_year):
        message = f"{year_label(year)} is outside 'not before' and 'not after' of '{machine.asset_id}'."
        yield scheme.issue("year", message, "Correct the year here or in Equipment.")
