"""Which machines are in service in a year of a plan, and how old they are then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, ContractKind, service_name

__all__ = ["Machine", "fleet_at_start", "fleet_in"]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine in service: where it stands, its service line and modality, and its age in whole years."""

    trust: str
    site: str
    line: str
    modality: str
    age: int


def fleet_at_start(register: Register) -> list[Machine]:
    """Machines on the register and their ages in the plan's first year, before anything is planned."""
    start = register.settings.start_year
    return [Machine(a.trust, a.site, a.line, a.modality, max(0, start - a.install_year)) for a in register.assets]


def fleet_in(register: Register, plan: Plan, year: int) -> list[Machine]:
    """Machines in service in a financial year of a plan, replacements, retirements, additions and closures included."""
    machines = [*_registered(register, plan, year), *_added(register, plan, year)]
    return [machine for machine in machines if not _closed(register, machine.site, year)]


def _registered(register: Register, plan: Plan, year: int) -> Iterator[Machine]:
    events: dict[str, PlannedScheme] = {}
    for scheme in plan.schemes:
        happened = scheme.action in {Action.REPLACE, Action.RETIRE} and scheme.year is not None and scheme.year <= year
        if scheme.asset_id is not None and happened:
            latest = events.get(scheme.asset_id)
            if latest is None or (latest.year or 0) <= (scheme.year or 0):
                events[scheme.asset_id] = scheme
    for asset in register.assets:
        event = events.get(asset.asset_id)
        if event is None or event.action is not Action.RETIRE:
            yield Machine(asset.trust, asset.site, asset.line, asset.modality, _age(register, asset, event, year))


def _age(register: Register, asset: Asset, replaced: PlannedScheme | None, year: int) -> int:
    if replaced is not None and replaced.year is not None:
        return _renewed(register, replaced, year - replaced.year)
    start = register.settings.start_year
    at_start, elapsed = max(0, start - asset.install_year), year - start
    contract = register.contracts.get(asset.contract_id or "")
    if contract is None or contract.kind is ContractKind.LEASE:
        return max(0, year - asset.install_year)
    cycle = contract.refresh_years or asset.life_years
    first = max(0, cycle - at_start)
    return at_start + elapsed if elapsed < first else (elapsed - first) % cycle


def _renewed(register: Register, bought: PlannedScheme, age: int) -> int:
    """Age of a machine acquired in the plan: a managed service renews it at its refresh age."""
    refresh = next((offer.refresh_years for offer in register.offers if offer.name == bought.offer), None)
    return age if refresh is None else age % refresh


def _added(register: Register, plan: Plan, year: int) -> Iterator[Machine]:
    for scheme in plan.schemes:
        if scheme.action is Action.ADD and scheme.option != NEW_ROOM and scheme.year is not None:
            age = year - scheme.year
            if age >= 0:
                line = service_name(scheme.modality, scheme.mobile)
                age = _renewed(register, scheme, age)
                yield from [Machine(scheme.trust, scheme.site, line, scheme.modality, age)] * scheme.units


def _closed(register: Register, site: str, year: int) -> bool:
    closes = register.sites[site].closing_year
    return closes is not None and year >= closes
