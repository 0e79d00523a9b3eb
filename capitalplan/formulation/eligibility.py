"""Which patterns a machine may follow, and why each of the others may not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.machines import Machine
from capitalplan.formulation.patterns import Patterns
from capitalplan.register.register import Asset, Contract, Register, Scheme
from capitalplan.service.ageing import is_contract_renewed
from capitalplan.settings import EndOfSupportPolicy
from capitalplan.terms import Lock, year_label

__all__ = ["Removal", "eligible", "only_machines", "options_for"]

Mask = npt.NDArray[np.bool_]


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
) -> tuple[Mask, list[Removal]]:
    """Mask of the patterns a machine may follow, with the reasons for the rest.

    Parameters
    ----------
    machines
        The registered machine and those that may be bought, the committed one last.
    is_only, is_served
        Whether it is the only machine of its line at its site, and whether its line has demand.
    """
    start, years = register.settings.start_year, register.settings.years
    contract = register.contracts.get(asset.contract_id or "")
    mask = np.ones(len(table.events), dtype=bool)
    removals: list[Removal] = []

    def keep_only(kept: Mask, rule: str, detail: str) -> None:
        lost = int(np.count_nonzero(mask & ~kept))
        if lost:
            removals.append(Removal(asset.asset_id, rule, detail, lost))
            mask[:] &= kept

    first_bought = _first_bought(table)
    if contract is not None and is_contract_renewed(contract):
        closes = table.retires == years
        keep_only(closes & (first_bought < 0), "contract", f"renewed by contract {contract.contract_id}")
        return mask, removals
    if committed is not None:
        year = committed.year - start
        planned = (table.departs == year) & (first_bought == len(machines) - 1)
        keep_only(planned, "committed", f"scheme {committed.scheme_id} replaces it in {year_label(committed.year)}")
        again = (table.bought == len(machines) - 1).sum(axis=1) == 1
        keep_only(again, "committed", f"scheme {committed.scheme_id} buys one machine")
    if contract is not None:
        keep_only(*_lease(table, contract, register))
    retiring = table.retires < years
    if asset.lock is not None:
        keep_only(*_lock(asset, table, first_bought, register))
    if asset.earliest_year is not None:
        free = (table.departs >= asset.earliest_year - start) | _closes_only(table)
        keep_only(free, "not before", f"not before {year_label(asset.earliest_year)}")
    if asset.latest_year is not None:
        keep_only(table.departs <= asset.latest_year - start, "not after", f"by {year_label(asset.latest_year)}")
    support = asset.end_of_support_year
    if support is not None and start <= support < start + years:
        must = register.settings.end_of_support is EndOfSupportPolicy.MUST
        in_time = table.departs <= support - start
        keep_only(in_time | (not must), "end of support", f"not supported from {year_label(support)}")
    cap = register.settings.hard_age_cap
    if cap is not None:
        oldest = _ages(table, machines).max(axis=1)
        keep_only(oldest <= cap, "age cap", f"no machine older than {cap} years")
    if asset.lock is not Lock.RETIRE:
        last = is_only and not register.settings.allow_last_machine_retirement
        why = (
            f"the only {asset.line} at {asset.site}"
            if last
            else "retirement is not allowed, or its service has no demand to judge it by"
        )
        at_will = contract is not None or (register.settings.allow_retirement and is_served)
        allowed = at_will and not last
        keep_only(~retiring | allowed, "retirement", why)
    return mask, removals


def _first_bought(table: Patterns) -> npt.NDArray[np.int64]:
    """Number of the first machine bought, -1 for none."""
    any_bought = (table.bought >= 0).any(axis=1)
    first = table.bought[np.arange(len(table.events)), (table.bought >= 0).argmax(axis=1)]
    return np.where(any_bought, first, -1)


def _closes_only(table: Patterns) -> Mask:
    """Patterns in which nothing is chosen: the machine stays, or stays until its site closes."""
    years = table.machine.shape[1]
    return np.asarray((table.retires == years) & (table.bought < 0).all(axis=1))


def _ages(table: Patterns, machines: list[Machine]) -> npt.NDArray[np.int64]:
    ages = np.stack([machine.ages for machine in machines])
    return np.where(table.machine >= 0, ages[table.machine, table.position], -1)


def _lease(table: Patterns, contract: Contract, register: Register) -> tuple[Mask, str, str]:
    years = register.settings.years
    end = max(0, contract.end_year - register.settings.start_year)
    extended = end + contract.extension_years
    at_end = table.departs == end
    at_extended = (table.departs == extended) & (contract.extension_years > 0)
    latest = extended if contract.extension_years else end
    held = _closes_only(table) & (np.minimum(table.departs, years) <= latest)
    whole = _closes_only(table) & (table.departs == years) & (latest >= years)
    detail = f"lease {contract.contract_id} ends in {year_label(contract.end_year)}"
    return at_end | at_extended | held | whole, "contract", detail


def _lock(
    asset: Asset, table: Patterns, first_bought: npt.NDArray[np.int64], register: Register
) -> tuple[Mask, str, str]:
    years = register.settings.years
    when = "" if asset.lock_year is None else f" in {year_label(asset.lock_year)}"
    in_year = (
        np.ones(len(table.events), dtype=bool)
        if asset.lock_year is None
        else table.departs == asset.lock_year - register.settings.start_year
    )
    if asset.lock is Lock.KEEP:
        return _closes_only(table), "lock", "locked to keep"
    if asset.lock is Lock.REPLACE:
        replaced = (first_bought >= 0) & in_year
        return replaced, "lock", f"locked to replace{when}"
    return (table.retires < years) & in_year, "lock", f"locked to retire{when}"
