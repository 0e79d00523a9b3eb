"""Machines whose dates, contracts, locks or use contradict themselves or the plan."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from capitalplan.register.checks.facts import Facts
from capitalplan.register.checks.spans import span
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import CatalogueRow, ContractRow, EquipmentRow
from capitalplan.terms import ContractKind, Lock, Ownership, financial_year, service_name, year_label

__all__ = ["check_machines"]

IMPLAUSIBLE_AGE = 45
_OWN = frozenset({Ownership.OWNED, Ownership.CHARITY})

Machine = ReadRow[EquipmentRow]


def check_machines(facts: Facts) -> Iterator[Issue]:
    """Faults of single machines against the plan's years, their contract and their site."""
    for machine in facts.book.rows(EquipmentRow):
        yield from _dates(machine, facts)
        yield from _holding(machine, facts)
        yield from _use(machine, facts)
        yield from _locks(machine, facts)
    yield from _missing_serials(facts)
    yield from _lines_without_option(facts)


def _dates(machine: Machine, facts: Facts) -> Iterator[Issue]:
    row = machine.data
    if facts.horizon is not None:
        start = facts.horizon[0]
        age = start - financial_year(row.install_date)
        if age < 0:
            message = f"It is installed after the plan starts ({year_label(start)})."
            yield machine.issue("install_date", message, "Correct the date, or enter it in Schemes instead.")
        elif age > IMPLAUSIBLE_AGE:
            message = f"It would be {age} years old when the plan starts."
            yield machine.issue("install_date", message, "Check the date.", Severity.WARNING)
        yield from _place(machine, facts, start)
    if row.end_of_support is not None and row.end_of_support < row.install_date:
        message = "The maker's support ends before it was installed."
        yield machine.issue("end_of_support", message, "Check both dates.")
    if row.contract_end is not None and row.contract_end < row.install_date:
        message = "The contract ends before it was installed."
        yield machine.issue("contract_end", message, "Check both dates.", Severity.WARNING)


def _place(machine: Machine, facts: Facts, start: int) -> Iterator[Issue]:
    code = machine.data.site_code
    site = facts.site_rows.get(code)
    if site is None:
        return
    if site.opening_year is not None and site.opening_year > start:
        message = f"It stands at {code}, which opens only in {year_label(site.opening_year)}."
        fix = "Correct the opening year in Sites, or enter the machine in Schemes as an addition."
        yield machine.issue("site_code", message, fix, Severity.WARNING)
    if site.closing_year is not None and site.closing_year <= start:
        message = (
            f"It stands at {code}, which is closed from {year_label(site.closing_year)}, so it is never in service."
        )
        yield machine.issue("site_code", message, "Correct the closing year in Sites, or its site.", Severity.WARNING)


def _holding(machine: Machine, facts: Facts) -> Iterator[Issue]:
    row = machine.data
    contract = facts.contract_rows.get(row.contract_id or "")
    if contract is not None and row.ownership is not None and str(row.ownership) != str(contract.kind):
        message = (
            f"It is held as {row.ownership}, but contract '{row.contract_id}' is a {contract.kind}: that is taken."
        )
        yield machine.issue("ownership", message, "Make the two agree.", Severity.WARNING)
    if contract is None and row.ownership is None and row.contract_id is not None and not facts.has(ContractRow):
        message = f"Contract '{row.contract_id}' is not described, so the machine is planned as owned."
        yield machine.issue("contract_id", message, "Fill in Contracts, or its ownership.", Severity.WARNING)
    if row.ownership in {None, *_OWN} or row.contract_id is not None or row.contract_end is not None:
        return
    message = (
        f"It is held as {row.ownership} without a contract or a contract end, so the plan leaves it alone throughout."
    )
    yield machine.issue("ownership", message, "Fill in its contract ID or its contract end.", Severity.WARNING)


def _use(machine: Machine, facts: Facts) -> Iterator[Issue]:
    row = machine.data
    if row.exams_per_year is None or row.scans_per_hour is None or row.hours_per_week is None:
        return
    most = row.scans_per_hour * row.hours_per_week * Fraction(facts.settings.weeks_per_year)
    if row.exams_per_year > most:
        message = f"{row.exams_per_year:,} exams a year is more than its staffed hours allow ({float(most):,.0f})."
        yield machine.issue("exams_per_year", message, "Check exams, hours and scans an hour.", Severity.WARNING)


def _locks(machine: Machine, facts: Facts) -> Iterator[Issue]:
    row = machine.data
    if row.lock is None and row.lock_year is not None:
        yield machine.issue("lock_year", "There is a lock year but no lock.", "Choose a lock, or clear the year.")
    if row.lock is Lock.KEEP and row.lock_year is not None:
        message = "A machine locked to keep has no lock year, so the year is ignored."
        yield machine.issue("lock_year", message, "Clear the year.", Severity.WARNING)
    if row.lock is not None and facts.holding(row) in {ContractKind.MANAGED_SERVICE, ContractKind.PFI}:
        message = "Its contract renews it, so the lock is ignored."
        yield machine.issue("lock", message, "Clear the lock.", Severity.WARNING)
    if row.earliest_year is not None and row.latest_year is not None and row.earliest_year > row.latest_year:
        message = f"Not before {year_label(row.earliest_year)} is later than not after {year_label(row.latest_year)}."
        yield machine.issue("earliest_year", message, "Correct one of the two years.")
    if row.lock in {Lock.REPLACE, Lock.RETIRE} and row.lock_year is not None:
        yield from _lock_year(machine, row.lock_year, facts)
    if facts.horizon is None:
        return
    if row.latest_year is not None and row.latest_year < facts.horizon[0]:
        message = f"Not after {year_label(row.latest_year)} is before the plan starts."
        yield machine.issue("latest_year", message, f"Type {year_label(facts.horizon[0])} or later, or clear it.")
    if row.planned_year is not None and row.planned_year not in facts.horizon:
        message = f"{year_label(row.planned_year)} is outside the plan ({span(facts.horizon)})."
        yield machine.issue("planned_year", message, "Check the year.", Severity.WARNING)


def _lock_year(machine: Machine, year: int, facts: Facts) -> Iterator[Issue]:
    row = machine.data
    if facts.horizon is not None and year not in facts.horizon:
        message = f"{year_label(year)} is outside the plan ({span(facts.horizon)})."
        yield machine.issue("lock_year", message, "Type a year of the plan, or clear the lock.")
    if row.earliest_year is not None and year < row.earliest_year:
        message = f"The lock year is before not before {year_label(row.earliest_year)}."
        yield machine.issue("lock_year", message, "Correct one of the two years.")
    if row.latest_year is not None and year > row.latest_year:
        message = f"The lock year is after not after {year_label(row.latest_year)}."
        yield machine.issue("lock_year", message, "Correct one of the two years.")
    site = facts.site_rows.get(row.site_code)
    if row.lock is Lock.REPLACE and site is not None and site.closing_year is not None and year >= site.closing_year:
        message = f"Site {row.site_code} is closed from {year_label(site.closing_year)}."
        yield machine.issue("lock_year", message, "Type an earlier year, or lock it to retire.")


def _missing_serials(facts: Facts) -> Iterator[Issue]:
    machines = facts.book.rows(EquipmentRow)
    blank = [machine for machine in machines if machine.data.serial is None]
    if blank and len(blank) < len(machines):
        machine = blank[0]
        rest = "" if len(blank) == 1 else f" and {len(blank) - 1} more"
        message = f"'{machine.data.asset_id}'{rest} of {len(machines)} machines have no serial number."
        if not rest:
            message = f"'{machine.data.asset_id}' has no serial number."
        yield machine.issue("serial", message, "Fill it in where it is known.", Severity.WARNING)


def _lines_without_option(facts: Facts) -> Iterator[Issue]:
    if not facts.book.rows(CatalogueRow) or facts.book.dropped_keys.get(CatalogueRow.sheet):
        return
    served = {
        service_name(option.modality, bool(option.mobile))
        for option in facts.option_rows.values()
        if option.can_replace is not False
    }
    told: set[str] = set()
    for machine in facts.book.rows(EquipmentRow):
        line = service_name(machine.data.modality, bool(machine.data.mobile))
        if line not in served and line not in told:
            told.add(line)
            message = f"Catalogue has no option that may replace {line}, so such machines can only be kept or retired."
            yield machine.issue("modality", message, "Add an option to Catalogue.", Severity.WARNING)
