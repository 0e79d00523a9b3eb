"""What each choice charges to limits, by trust that bears it, class of payers and year: the body of the money rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from capitalplan.finance.bearing import bear, cost_shares
from capitalplan.finance.classes import Classes, PayerClass
from capitalplan.finance.purse import Charge
from capitalplan.formulation.additions import Addition, Room
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.tiers import Tiers
from capitalplan.register.register import Register
from capitalplan.terms import Action, Purpose, Route

__all__ = ["Borne", "borne_charges", "borne_rebates", "event_charges", "schedule_charges", "unit_charges"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """Charges as flat arrays of entries, each of a column, class and year; committed schemes left out.

    Attributes
    ----------
    classes
        Classes of payers, sorted.
    column
        Number of the column.
    payer
        Number of the class.
    year
        Year (position) in which it falls.
    gbp
        £ cash for each unit of the column; below zero for a rebate.
    """

    classes: tuple[PayerClass, ...]
    column: Whole
    payer: Whole
    year: Whole
    gbp: Whole

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of each class: its trust's code, numbered where the trust has several classes."""
        of_trust = Counter(payer.trust for payer in self.classes)
        numbers = {trust: count(1) for trust in of_trust}
        return tuple(
            payer.trust if of_trust[payer.trust] == 1 else f"{payer.trust}.{next(numbers[payer.trust])}"
            for payer in self.classes
        )

    def less(self, rebates: Borne, first: int) -> Borne:
        """The same with rebates, whose columns are counted from ``first`` on."""
        return Borne(
            classes=self.classes,
            column=np.concatenate([self.column, first + rebates.column]),
            payer=np.concatenate(
                [
                    self.payer,
                    np.array([self.classes.index(each) for each in rebates.classes], dtype=np.int64)[rebates.payer],
                ]
            ),
            year=np.concatenate([self.year, rebates.year]),
            gbp=np.concatenate([self.gbp, rebates.gbp]),
        )

    @property
    def trust(self) -> npt.NDArray[np.str_]:
        """Code of the trust that bears each entry."""
        return np.array([payer.trust for payer in self.classes], dtype=np.str_)[self.payer]


class _Gathered:
    """Entries as they are gathered."""

    def __init__(self, register: Register) -> None:
        self.found = Classes.of(register)
        self.number: dict[PayerClass, int] = {}
        self.parts: list[tuple[Whole, Whole, Whole, Whole]] = []

    def add(self, payer: PayerClass, column: Whole, year: Whole, gbp: Whole) -> None:
        """Note entries of one class."""
        if len(column):
            number = self.number.setdefault(payer, len(self.number))
            self.parts.append((column, np.full(len(column), number), year, gbp))

    def add_each(self, column: int, charges: Iterable[Charge]) -> None:
        """Note charges of one column."""
        for payer, year, gbp in charges:
            self.add(payer, np.array([column]), np.array([year]), np.array([gbp]))

    def finish(self) -> Borne:
        """All entries, classes in order."""
        classes = sorted(self.number)
        order = np.array([classes.index(payer) for payer in self.number], dtype=np.int64)
        column, payer, year, gbp = (
            np.concatenate([part[k] for part in self.parts]).astype(np.int64) if self.parts else np.empty(0, np.int64)
            for k in range(4)
        )
        return Borne(
            classes=tuple(classes), column=column, payer=order[payer] if len(payer) else payer, year=year, gbp=gbp
        )


def borne_charges(
    menus: Sequence[Menu], additions: Sequence[Addition], rooms: Sequence[Room], register: Register
) -> Borne:
    """Charges of schedules, additions and rooms, whose columns follow each other in this order."""
    gathered = _Gathered(register)
    first = 0
    for menu in menus:
        if cost_shares(register, menu.asset.asset_id, menu.asset.site):
            for row in range(len(menu.events)):
                gathered.add_each(first + row, schedule_charges(menu, row, gathered.found))
        else:
            _add_menu(gathered, menu, first)
        first += len(menu.events)
    units: tuple[Addition | Room, ...] = (*additions, *rooms)
    for column, unit in enumerate(units, first):
        gathered.add_each(column, unit_charges(unit, gathered.found))
    return gathered.finish()


def borne_rebates(tiers: Tiers, register: Register) -> Borne:
    """What rebates take off these charges; columns are numbers of the rebates."""
    gathered = _Gathered(register)
    for number, rebate in enumerate(tiers.rebates):
        bought = tiers.counted[rebate.counted]
        shares = cost_shares(register, None if bought.asset is None else bought.asset.asset_id, bought.site.code)
        borne = bear(-rebate.money.charge_gbp, bought.trust, shares)
        key = (bought.option.modality, bought.purpose, Route.PURCHASE)
        gathered.add_each(
            number, [(gathered.found.find(trust, *key), bought.year, gbp) for trust, gbp in borne.items()]
        )
    return gathered.finish()


def _add_menu(gathered: _Gathered, menu: Menu, first: int) -> None:
    """Charges of a machine that its owner bears alone."""
    for route, charge in menu.figures.charge.items():
        payer = gathered.found.find(menu.asset.trust, menu.asset.modality, Purpose.REPLACEMENT, route)
        row, year = np.nonzero(charge)
        gathered.add(payer, first + row, year, charge[row, year])


def schedule_charges(menu: Menu, row: int, classes: Classes) -> list[Charge]:
    """Charges of a schedule by who may pay them; shares of each event are rounded by themselves."""
    asset = menu.asset
    shares = cost_shares(classes.register, asset.asset_id, asset.site)
    return [
        (classes.find(trust, asset.modality, Purpose.REPLACEMENT, route), year, part)
        for route, year, gbp in event_charges(menu, row)
        for trust, part in bear(gbp, asset.trust, shares).items()
    ]


def unit_charges(unit: Addition | Room, classes: Classes) -> list[Charge]:
    """Charges of one machine added, or one room built, by who may pay them."""
    modality = unit.modality if isinstance(unit, Room) else unit.option.modality
    charge = {Route.PURCHASE: unit.charge} if isinstance(unit, Room) else unit.charge
    shares = cost_shares(classes.register, None, unit.site.code)
    return [
        (classes.find(trust, modality, Purpose.NEW, route), int(year), part)
        for route, by_year in charge.items()
        for year in np.flatnonzero(by_year)
        for trust, part in bear(int(by_year[year]), unit.site.trust, shares).items()
    ]


def event_charges(menu: Menu, row: int) -> Iterator[tuple[Route, int, int]]:
    """Charges of a schedule, event by event: route, year (position) and £ cash; a lease extension comes first.

    Those of a committed replacement are left out, as in the figures of the menu.
    """
    events = menu.events[row]
    years = len(menu.machines[0].extension)
    ends = [*(event.year for event in events), years]
    for year in np.flatnonzero(menu.machines[0].extension[: ends[0]]):
        yield Route.LEASE, int(year), int(menu.machines[0].extension[year])
    for event, until in zip(events, ends[1:], strict=True):
        machine = menu.machines[event.machine]
        if event.action is Action.RETIRE or machine.committed:
            continue
        for route, charge in machine.charge.items():
            for year in np.flatnonzero(charge[event.year, :until]):
                yield route, int(year), int(charge[event.year, year])
