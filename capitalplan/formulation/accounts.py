"""The revenue statement of schedules, additions and rooms: their machines, put into the books stint by stint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Rates
from capitalplan.finance.statement import Accounts, Acquired, acquired_accounts, registered_accounts, works_accounts
from capitalplan.formulation.additions import Addition, FixedAddition, Room
from capitalplan.formulation.machines import Machine
from capitalplan.formulation.patterns import Event
from capitalplan.formulation.schedules import Menu
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, Heading, Route

__all__ = ["Bookkeeper", "Stint", "added_stint", "stints"]

Whole = npt.NDArray[np.int64]
Lines = Mapping[Heading, tuple[int, ...]]

OF_OFFERS = (Heading.RENT, Heading.UNITARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """A machine in service for some years.

    Attributes
    ----------
    event
        What brought it in, or upgraded it; None for the registered machine as it is, and for additions.
    machine
        The machine.
    since, until
        First year (position) in which it is in service, and first in which it no longer is; the length of the plan if
        it stays.
    leaves
        Whether it leaves then; False where it is upgraded, or stays.
    """

    event: Event | None
    machine: Machine
    since: int
    until: int
    leaves: bool


def stints(menu: Menu, row: int) -> tuple[Stint, ...]:
    """Machines that stand in one place under a schedule, one after the other."""
    return tuple(
        Stint(event=event, machine=menu.machines[number], since=since, until=until, leaves=leaves)
        for event, number, since, until, leaves in _spells(menu, row)
    )


def _spells(menu: Menu, row: int) -> Iterator[tuple[Event | None, int, int, int, bool]]:
    years = menu.figures.capital.shape[1]
    events = menu.events[row]
    before: Event | None = None
    for after in (*events, None):
        number, since = (0, 0) if before is None else (before.machine, before.year)
        if number >= 0:
            until = years if after is None else after.year
            yield before, number, since, until, after is not None and after.action is not Action.UPGRADE
        before = after


class Bookkeeper:
    """Puts machines into the books, each kind in each year once."""

    def __init__(self, register: Register, rates: Rates) -> None:
        self.register = register
        self.rates = rates
        self._found: dict[tuple[Acquired, int], Accounts] = {}

    def accounts(self, menu: Menu, machine: Machine, since: int) -> Accounts:
        """Accounts of a machine that stands in a registered one's place from a year (position) on."""
        if machine.is_registered:
            return self._registered(menu.asset, machine, since)
        return self.acquired(machine, since)

    def as_it_is(self, menu: Menu) -> Accounts:
        """Accounts of the registered machine had it stayed as it is, a lease at its present rent."""
        return self._registered(menu.asset, menu.machines[0], 0, is_extended=False)

    def acquired(self, machine: Machine, since: int) -> Accounts:
        """Accounts of a machine taken on in a year (position)."""
        key = (self._acquired(machine), since)
        if key not in self._found:
            self._found[key] = acquired_accounts(*key, self.register.settings, self.rates)
        return self._found[key]

    def room(self, room: Room) -> Accounts:
        """Accounts of one room."""
        return works_accounts(int(room.charge.sum()), room.year, self.register.settings, self.rates)

    def schedule_totals(self, menu: Menu) -> Whole:
        """Revenue statement before relief of each schedule of a machine, £ cash by year, shape ``(K, T)``."""
        years = self.register.settings.years
        totals = np.zeros((len(menu.events), years), dtype=np.int64)
        known: dict[tuple[int, int], tuple[Whole, Whole, Whole]] = {}
        for row in range(len(menu.events)):
            for _, number, since, until, leaves in _spells(menu, row):
                key = (number, since)
                if key not in known:
                    accounts = self.accounts(menu, menu.machines[number], since)
                    known[key] = (
                        _total(accounts.standing, years),
                        _total(accounts.lasting, years),
                        _total(accounts.leaving, years),
                    )
                standing, lasting, leaving = known[key]
                totals[row, since:until] += standing[since:until]
                totals[row, since:] += lasting[since:]
                if leaves and until < years:
                    totals[row, until] += leaving[until]
        return totals

    def addition_total(self, added: Addition | FixedAddition) -> Whole:
        """Revenue statement before relief of one machine added, £ cash by year, shape ``(T,)``."""
        stint = added_stint(added)
        return np.array(self.acquired(stint.machine, stint.since).statement(stint.until).total, dtype=np.int64)

    def room_total(self, room: Room) -> Whole:
        """Revenue statement of one room, £ cash by year, shape ``(T,)``."""
        return np.array(self.room(room).statement(self.register.settings.years).total, dtype=np.int64)

    def _registered(self, asset: Asset, machine: Machine, since: int, *, is_extended: bool = True) -> Accounts:
        disposal = self.register.lines[asset.line].disposal_gbp if asset.contract_id is None else 0
        upgrade = None
        if machine.upgrade is not None:
            life = (machine.life or 0) - int(machine.ages[since])
            upgrade = (since, int(machine.charge[Route.PURCHASE][since].sum()), max(1, life))
        return registered_accounts(
            asset,
            {heading: line.tolist() for heading, line in machine.running.items()},
            (machine.receipts + disposal).tolist(),
            self.register,
            self.rates,
            upgrade=upgrade,
            is_extended=is_extended,
        )

    def _acquired(self, machine: Machine) -> Acquired:
        if machine.option is None or machine.money is None:
            raise AssertionError("a machine that is acquired is one of the catalogue")
        disposal = self.register.lines[self.register.options[machine.option].line].disposal_gbp
        return Acquired(
            money=machine.money,
            life=machine.life if machine.offer is None else None,
            offer=machine.offer,
            is_committed=machine.committed,
            running=tuple(
                (heading, tuple(line.tolist()))
                for heading, line in machine.running.items()
                if heading not in OF_OFFERS and line.any()
            ),
            resale_gbp=tuple((machine.receipts + disposal).tolist()),
            disposal_gbp=disposal,
        )


def added_stint(added: Addition | FixedAddition) -> Stint:
    """Years in which a machine added stands: until its site closes, or it is returned."""
    years = len(added.stands)
    until = added.year + int(added.stands.sum())
    return Stint(event=None, machine=added.machine, since=added.year, until=until, leaves=until < years)


def _total(lines: Lines, years: int) -> Whole:
    return np.asarray(np.array(list(lines.values()), dtype=np.int64).reshape(-1, years).sum(axis=0))
