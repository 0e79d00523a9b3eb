"""Figures of schedules by year, read off the machines that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Rates
from capitalplan.finance.discounting import present_values
from capitalplan.formulation.machines import RUNNING_HEADINGS, Machine
from capitalplan.formulation.patterns import Patterns
from capitalplan.register.register import Asset, ExtraCapacity, Register
from capitalplan.terms import ExtraKind, Heading, Route

__all__ = ["FigureReader", "Figures"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of schedules by year, one schedule a row; money in £, scans a year.

    Attributes
    ----------
    capital, upkeep, risk, receipts
        Real £ ex VAT, shape ``(K, T)``.
    running
        Upkeep by heading, each of shape ``(K, T)``; headings under which no machine costs anything are absent.
    terminal
        Worth at the end, £, shape ``(K,)``.
    charge
        Charge to limits by route, committed schemes left out, £ cash, each of shape ``(K, T)``; routes by which no
        schedule is charged are absent.
    capacity, lost
        Scans, and scans lost to installations, shape ``(K, T)``.
    extra
        Whole hours that could be worked beyond staffed ones, by scans an hour, each of shape ``(K, T)``.
    swap, second_room, first_replaced
        1 in the year of a replacement in its own room with an outage, of one made new room first, and of the first
        replacement, shape ``(K, T)``.
    works, vacated, serving
        Installations, rooms given up by then, and machines in service, shape ``(K, T)``.
    present_value
        Discounted cost, £, shape ``(K,)``.
    """

    capital: Whole
    upkeep: Whole
    running: Mapping[Heading, Whole]
    risk: Whole
    receipts: Whole
    terminal: Whole
    charge: Mapping[Route, Whole]
    capacity: Whole
    lost: Whole
    extra: Mapping[Fraction, Whole]
    swap: Whole
    second_room: Whole
    first_replaced: Whole
    works: Whole
    vacated: Whole
    serving: Whole
    present_value: Whole

    @property
    def charged(self) -> Whole:
        """Charge to limits by all routes together, £ cash, shape ``(K, T)``."""
        return sum(self.charge.values(), np.zeros_like(self.capital))


class FigureReader:
    """Reads schedules' figures off the machines that stand in them."""

    def __init__(
        self, asset: Asset, machines: list[Machine], table: Patterns, register: Register, rates: Rates
    ) -> None:
        self.machines = machines
        self.table = table
        self.rates = rates
        self.has_outage = register.outage_weeks(asset) > 0
        self.hours = _offered(register.governing(ExtraKind.HOURS, asset.line, asset.site), register)

    def figures(self, rows: Whole) -> Figures:
        """Figures of some of the patterns."""
        table, years = self.table, np.arange(self.table.machine.shape[1])[None, :]
        standing, buying, leaving = table.machine[rows] >= 0, table.bought[rows] >= 0, table.leaving[rows] >= 0
        second_room = table.second_room[rows]
        begun = np.maximum(table.bought[rows], table.upgraded[rows])
        receipts = self._stacked("receipts")[table.leaving[rows], table.leaving_position[rows]]
        terminal = self._stacked("terminal")[table.last[rows], table.last_position[rows]]
        capital = _spread(np.stack([each.capital for each in self.machines]), begun)
        running = self._running(rows)
        upkeep = np.asarray(sum(running.values(), np.zeros_like(capital)))
        risk, lost = self._read("risk", rows), self._read("lost", rows)
        receipts = np.where(leaving, receipts, 0)
        terminal = np.where(table.last[rows] >= 0, terminal, 0)
        retired = (table.retires[rows][:, None] <= years) & (table.last[rows] < 0)[:, None]
        return Figures(
            capital=capital,
            upkeep=upkeep,
            running=running,
            risk=risk,
            receipts=receipts,
            terminal=terminal,
            charge=self._charge(rows, begun),
            capacity=self._read("capacity", rows) + lost * second_room,
            lost=lost * ~second_room,
            extra=self._extra(rows),
            swap=(buying & ~second_room & self.has_outage).astype(np.int64),
            second_room=second_room.astype(np.int64),
            first_replaced=(buying & (buying.cumsum(axis=1) == 1)).astype(np.int64),
            works=buying.astype(np.int64),
            vacated=retired.astype(np.int64),
            serving=standing.astype(np.int64),
            present_value=present_values(capital + upkeep + risk - receipts, terminal, self.rates.discount),
        )

    def _stacked(self, name: str) -> Whole:
        return np.stack([getattr(each, name) for each in self.machines])

    def _read(self, name: str, rows: Whole) -> Whole:
        """Figure of the machine in service, 0 where there is none."""
        machine, position = self.table.machine[rows], self.table.position[rows]
        return np.where(machine >= 0, self._stacked(name)[machine, position], 0)

    def _running(self, rows: Whole) -> dict[Heading, Whole]:
        machine, position = self.table.machine[rows], self.table.position[rows]
        by_heading = {
            heading: np.stack([each.running[heading] for each in self.machines]) for heading in RUNNING_HEADINGS
        }
        return {
            heading: np.where(machine >= 0, costs[machine, position], 0)
            for heading, costs in by_heading.items()
            if costs.any()
        }

    def _charge(self, rows: Whole, begun: Whole) -> dict[Route, Whole]:
        """Purchases when they are made; contracts when they begin, and again when they do with the machine standing."""
        machine, years = self.table.machine[rows], np.arange(self.table.machine.shape[1])[None, :]
        nothing = np.zeros((years.size, years.size), dtype=np.int64)
        found: dict[Route, Whole] = {}
        for route in Route:
            table = np.stack([nothing if each.committed else each.charge.get(route, nothing) for each in self.machines])
            if route is Route.PURCHASE:
                found[route] = _spread(table, begun)
            else:
                since = years - self.table.position[rows]
                found[route] = np.where(machine >= 0, table[machine, since, years], 0)
        found[Route.LEASE] += np.where(machine == 0, self.machines[0].extension[None, :], 0)
        return {route: charges for route, charges in found.items() if charges.any()}

    def _extra(self, rows: Whole) -> dict[Fraction, Whole]:
        if not self.hours.any():
            return {}
        hours = self._read("extra_hours", rows) + self._read("extra_lost", rows) * self.table.second_room[rows]
        rates = sorted({each.scans_per_hour for each in self.machines})
        number = np.array([rates.index(each.scans_per_hour) for each in self.machines])[self.table.machine[rows]]
        by_class = {rate: np.where(number == each, hours, 0) * self.hours for each, rate in enumerate(rates)}
        return {rate: values for rate, values in by_class.items() if values.any()}


def _spread(table: Whole, begun: Whole) -> Whole:
    """Amounts of what is begun in each year, in that year and the year before it, shape ``(K, T)``.

    Parameters
    ----------
    table
        Amounts by machine, year in which it is begun and year, shape ``(n_machines, T, T)``.
    begun
        Number of the machine begun in each year, -1 for none, shape ``(K, T)``.
    """
    years = np.arange(begun.shape[1])
    amounts = np.where(begun >= 0, table[begun, years, years], 0)
    amounts[:, :-1] += np.where(begun >= 0, table[begun, years, np.maximum(years - 1, 0)], 0)[:, 1:]
    return amounts


def _offered(extra: ExtraCapacity | None, register: Register) -> Whole:
    """1 in the years in which extra capacity is offered, else 0, shape ``(T,)``."""
    return np.array(
        [extra is not None and extra.is_offered(year) for year in register.settings.horizon], dtype=np.int64
    )
