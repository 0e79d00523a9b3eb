"""Which patterns a machine may follow, and why each of the others may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.finance.dates import can_be_ordered, first_order_day
from capitalplan.formulation.machines import Machine
from capitalplan.formulation.patterns import Patterns
from capitalplan.register.register import Asset, Contract, Register, Scheme
from capitalplan.service.ageing import is_contract_renewed
from capitalplan.service.cover import can_be_covered, needs_cover
from capitalplan.settings import EndOfSupportPolicy, Settings
from capitalplan.terms import ContractEnd, Lock, year_label

__all__ = ["Removal", "eligible", "only_machines", "options_for"]

Mask = npt.NDArray[np.bool_]
Reason = tuple[Mask, str, str]
"""Patterns that a rule leaves, name of the rule, and the rule in words."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Why some schedules of a machine are not open to the plan.

    Attributes
    ----------
    rule
        Short name of the reason.
    detail
        The reason in words.
    schedules
        How many schedules it removed, of those earlier reasons had left.
    """

    asset_id: str
    rule: str
    detail: str
    schedules: int


def options_for(asset: Asset, register: Register) -> list[str]:
    """Names of the catalogue options that can replace a machine: its service line, and all of its capabilities."""
    return [
        option.name
        for option in register.options.values()
        if option.line == asset.line and option.can_replace and asset.capabilities <= option.capabilities
    ]


def only_machines(register: Register) -> frozenset[str]:
    """Machines that are the only one of their service line at their site."""
    counts = Counter((asset.site, asset.line) for asset in register.assets)
    return frozenset(asset.asset_id for asset in register.assets if counts[asset.site, asset.line] == 1)


def eligible(
    asset: Asset,
    machines: list[Machine],
    table: Patterns,
    register: Register,
    committed: Scheme | None,
    *,
    is_only: bool,
    is_served: bool,
    lifted: frozenset[str] = frozenset(),
) -> tuple[Mask, list[Removal], dict[str, Mask]]:
    """Mask of the patterns a machine may follow, with the reasons for the rest, and those that break rules lifted.

    Parameters
    ----------
    machines
        The registered machine, those that may be bought, and the registered one as upgraded, by machine number.
    is_only, is_served
        Whether it is the only machine of its line at its site, and whether its line has demand.
    lifted
        Names of rules that take nothing off the menu.
    """
    case = _Case(asset, machines, table, register)
    held = case.contract is not None and is_contract_renewed(case.contract)
    reasons = case.contract_held() if held else case.open(committed, is_only=is_only, is_served=is_served)
    mask = np.ones(len(table.events), dtype=bool)
    removals: list[Removal] = []
    broken: dict[str, Mask] = {}
    for kept, rule, detail in reasons:
        if rule in lifted:
            broken[rule] = ~kept
            continue
        lost = int(np.count_nonzero(mask & ~kept))
        if lost:
            removals.append(Removal(asset.asset_id, rule, detail, lost))
            mask &= kept
    return mask, removals, broken


class _Case:
    """One machine and its patterns; each method gives the patterns a rule leaves, the rule, and it in words."""

    def __init__(self, asset: Asset, machines: list[Machine], table: Patterns, register: Register) -> None:
        self.asset = asset
        self.machines = machines
        self.table = table
        self.register = register
        self.settings = register.settings
        self.contract = register.contracts.get(asset.contract_id or "")
        self.first_bought = _first(table.bought)
        self.upgraded = _first(table.upgraded)
        self.upgrades = np.where(self.upgraded >= 0, (table.upgraded >= 0).argmax(axis=1), register.settings.years)
        self.retiring = np.asarray(table.retires < self.settings.years)

    def contract_held(self) -> Iterator[Reason]:
        """Reasons for a machine its contract renews: nothing else binds it."""
        yield ~self.retiring & (self.first_bought < 0), "contract", f"renewed by contract {self.asset.contract_id}"

    def open(self, committed: Scheme | None, *, is_only: bool, is_served: bool) -> Iterator[Reason]:
        """Reasons for any other machine, in the order in which they are told."""
        asset = self.asset
        if committed is not None:
            yield from self._committed(committed)
        if self.contract is not None:
            yield _lease(self.table, self.contract, self.register)
        if asset.lock is not None:
            yield self._lock(asset.lock)
        yield from self._dates()
        cap = self.settings.hard_age_cap
        if cap is not None:
            oldest = _ages(self.table, self.machines).max(axis=1)
            yield oldest <= cap, "age cap", f"no machine older than {cap} years"
        if asset.lock is not Lock.RETIRE:
            yield from self._retirement(is_only=is_only, is_served=is_served)
        yield self._order_by()
        if any(machine.offer is not None for machine in self.machines):
            yield self._route()
        if needs_cover(asset, self.register):
            yield self._swap_cover()

    def _committed(self, scheme: Scheme) -> Iterator[Reason]:
        number = next(number for number, machine in enumerate(self.machines) if machine.committed)
        planned = (self.table.departs == scheme.year - self.settings.start_year) & (self.first_bought == number)
        yield planned, "committed", f"scheme {scheme.scheme_id} replaces it in {year_label(scheme.year)}"
        once = (self.table.bought == number).sum(axis=1) == 1
        yield once, "committed", f"scheme {scheme.scheme_id} buys one machine"

    def _lock(self, lock: Lock) -> Reason:
        asset, table, years = self.asset, self.table, self.settings.years
        if lock is Lock.KEEP:
            end = years if self.contract is None else _lease_end(self.contract, self.settings)
            kept = _closes_only(table) & (self.upgraded < 0) & (table.departs <= end)
            return kept, "lock", "locked to keep" if end >= years else "locked to keep, so its lease is not extended"
        when = "" if asset.lock_year is None else f" in {year_label(asset.lock_year)}"
        in_year = table.departs == (asset.lock_year or 0) - self.settings.start_year
        bound = (self.upgraded < 0) & (in_year | (asset.lock_year is None))
        if lock is Lock.REPLACE:
            return bound & (self.first_bought >= 0), "lock", f"locked to replace{when}"
        return bound & (table.retires < years), "lock", f"locked to retire{when}"

    def _dates(self) -> Iterator[Reason]:
        asset, start, departs = self.asset, self.settings.start_year, self.table.departs
        if asset.earliest_year is not None:
            free = (departs >= asset.earliest_year - start) | _closes_only(self.table)
            yield free, "not before", f"not before {year_label(asset.earliest_year)}"
        if asset.latest_year is not None:
            yield (
                departs <= asset.latest_year - start,
                "not after",
                f"something must be done by {year_label(asset.latest_year)}",
            )
        support = asset.end_of_support_year
        must = self.settings.end_of_support is EndOfSupportPolicy.MUST
        if must and support is not None and support in self.settings.horizon:
            years = np.array([0 if each.upgrade is None else each.upgrade.years_gained for each in self.machines])
            gained = np.where((self.upgraded >= 0) & (self.upgrades <= support - start), years[self.upgraded], 0)
            detail = f"not supported from {year_label(support)}"
            yield departs <= support - start + gained, "end of support", detail

    def _retirement(self, *, is_only: bool, is_served: bool) -> Iterator[Reason]:
        if is_only and not self.settings.allow_last_machine_retirement:
            yield ~self.retiring, "last machine", f"the only {self.asset.line} at {self.asset.site}"
        if self.contract is None:
            at_will = self.settings.allow_retirement and is_served
        else:
            at_will = is_served or not options_for(self.asset, self.register)
        why = "retirement is not allowed, or its service has no demand to judge it by"
        yield ~self.retiring | at_will, "retirement", why

    def _order_by(self) -> Reason:
        settings, months = self.settings, self.register.lines[self.asset.line].order_months
        late = np.array([not can_be_ordered(year, months, settings) for year in settings.horizon])
        free = np.array([machine.committed for machine in self.machines])
        ordered = (self.table.bought >= 0) & ~free[self.table.bought]
        first = first_order_day(settings)
        detail = f"{months} months from order to use, and no order before {first.day} {first:%B %Y}"
        return ~(ordered & late).any(axis=1), "order by", detail

    def _route(self) -> Reason:
        table, horizon = self.table, self.settings.horizon
        offers = [machine.offer for machine in self.machines]
        trust = self.asset.trust
        open_in = np.array([[each is None or each.is_offered(trust, year) for year in horizon] for each in offers])
        taken_out = np.where(table.bought >= 0, open_in[table.bought, np.arange(len(horizon))[None, :]], True)
        terms = np.array([1 if each is None else each.years for each in offers])
        returned = np.array([each is not None and each.at_end is ContractEnd.RETURN for each in offers])
        left, age = table.leaving, table.leaving_position
        in_time = np.where(returned[left], age == terms[left], age % terms[left] == 0) | (left < 0)
        last = table.last
        not_kept = (last < 0) | ~returned[last] | (table.last_position <= terms[last])
        kept = taken_out.all(axis=1) & in_time.all(axis=1) & not_kept
        return kept, "route", "a lease or managed service is taken out when it is offered, and left when it ends"

    def _swap_cover(self) -> Reason:
        asset, horizon = self.asset, self.settings.horizon
        bare = [not can_be_covered(asset, year, self.register) for year in horizon]
        swapped = (self.table.bought >= 0) & ~self.table.second_room
        years = ", ".join(year_label(year) for year, alone in zip(horizon, bare, strict=True) if alone)
        when = "" if all(bare) else f" in {years}"
        return (
            ~(swapped & np.array(bare)).any(axis=1),
            "swap cover",
            f"nothing could stand in for the only {asset.line} at {asset.site} while it is replaced{when}: no van, no "
            "neighbour, no room for another",
        )


def _first(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """First machine number in each row, -1 for none."""
    found = numbers >= 0
    return np.where(found.any(axis=1), numbers[np.arange(len(numbers)), found.argmax(axis=1)], -1)


def _closes_only(table: Patterns) -> Mask:
    """Patterns in which nothing is chosen: the machine stays, or stays until its site closes."""
    years = table.machine.shape[1]
    return np.asarray((table.retires == years) & (table.bought < 0).all(axis=1))


def _ages(table: Patterns, machines: list[Machine]) -> npt.NDArray[np.int64]:
    """Age of what stands in each year; -1 for nothing, and for machines that a contract renews."""
    ages = np.stack([machine.ages for machine in machines])
    renewed = np.array([machine.life is None for machine in machines])
    counts = (table.machine >= 0) & ~renewed[table.machine]
    return np.where(counts, ages[table.machine, table.position], -1)


def _lease_end(contract: Contract, settings: Settings) -> int:
    """First year (position) no longer covered by a lease that has not been extended."""
    return max(0, contract.end_year - settings.start_year)


def _lease(table: Patterns, contract: Contract, register: Register) -> Reason:
    years = register.settings.years
    end = _lease_end(contract, register.settings)
    extended = end + contract.extension_years
    at_end = table.departs == end
    at_extended = (table.departs == extended) & (contract.extension_years > 0)
    latest = extended if contract.extension_years else end
    held = _closes_only(table) & (np.minimum(table.departs, years) <= latest)
    whole = _closes_only(table) & (table.departs == years) & (latest >= years)
    detail = f"lease {contract.contract_id} ends in {year_label(contract.end_year)}"
    return at_end | at_extended | held | whole, "contract", detail
