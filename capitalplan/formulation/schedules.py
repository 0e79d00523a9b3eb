"""Per machine: every schedule it may follow, with spend, capacity and cost by year, less those that are dominated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Rates
from capitalplan.finance.discounting import present_values
from capitalplan.formulation.eligibility import Removal, eligible, only_machines, options_for
from capitalplan.formulation.machines import Machine, bought_machine, kept_machine
from capitalplan.formulation.patterns import Event, Patterns, patterns
from capitalplan.register.register import Asset, Register, Scheme

__all__ = ["Figures", "Menu", "ScheduleTable", "build_schedules"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of schedules by year, one schedule a row; money in £, scans a year.

    Attributes
    ----------
    capital, upkeep, risk, receipts
        Real £ ex VAT, shape ``(K, T)``.
    terminal
        Worth at the end, £, shape ``(K,)``.
    charge
        Charge to limits, committed schemes left out, £ cash, shape ``(K, T)``.
    capacity, lost
        Scans, and scans lost to installations, shape ``(K, T)``.
    works, vacated, serving
        Installations, rooms given up by then, and machines in service, shape ``(K, T)``.
    present_value
        Discounted cost, £, shape ``(K,)``.
    """

    capital: Whole
    upkeep: Whole
    risk: Whole
    receipts: Whole
    terminal: Whole
    charge: Whole
    capacity: Whole
    lost: Whole
    works: Whole
    vacated: Whole
    serving: Whole
    present_value: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What one machine may choose from.

    Attributes
    ----------
    machines
        The registered machine and those that may be bought, by machine number.
    events
        The events of each schedule left on the menu.
    figures
        Their figures, row by row.
    """

    asset: Asset
    machines: tuple[Machine, ...]
    events: tuple[tuple[Event, ...], ...]
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTable:
    """The menus of all machines, in order of asset.

    Attributes
    ----------
    first
        Number of each machine's first schedule among all schedules, shape ``(n_assets + 1,)``.
    removals
        Why schedules are not open, machine by machine.
    """

    menus: tuple[Menu, ...]
    first: Whole
    removals: tuple[Removal, ...]

    @property
    def asset_of(self) -> Whole:
        """Number of the machine each schedule belongs to."""
        return np.repeat(np.arange(len(self.menus)), np.diff(self.first))

    def stacked(self, name: str) -> Whole:
        """One of the figures for all schedules, one below the other."""
        return np.concatenate([getattr(menu.figures, name) for menu in self.menus])


def build_schedules(register: Register, *, prune: bool = True) -> ScheduleTable:
    """Enumerate the schedules of every machine.

    Parameters
    ----------
    prune
        Whether to drop schedules that another one is at least as good as in every figure a rule can see.
    """
    rates = Rates.of(register.settings)
    committed = {scheme.asset_id: scheme for scheme in register.committed if scheme.asset_id is not None}
    only = only_machines(register)
    served = {line for line, _ in register.demand}
    menus, removals = [], []
    for asset in register.assets:
        scheme = committed.get(asset.asset_id)
        machines = _machines(asset, register, rates, scheme)
        table = _patterns(asset, len(machines) - 1, register)
        is_served = asset.line in served
        mask, reasons = eligible(
            asset, machines, table, register, scheme, is_only=asset.asset_id in only, is_served=is_served
        )
        rows = np.flatnonzero(mask)
        figures = _figures(table, rows, machines, rates)
        if prune and len(rows) > 1:
            kept = _undominated(figures, seen=_seen(register, is_served=is_served))
            rows, figures = rows[kept], _figures(table, rows[kept], machines, rates)
        removals.extend(reasons)
        menus.append(
            Menu(
                asset=asset,
                machines=tuple(machines),
                events=tuple(table.events[row] for row in rows),
                figures=figures,
            )
        )
    first = np.concatenate([[0], np.cumsum([len(menu.events) for menu in menus])]).astype(np.int64)
    return ScheduleTable(menus=tuple(menus), first=first, removals=tuple(removals))


def _machines(asset: Asset, register: Register, rates: Rates, scheme: Scheme | None) -> list[Machine]:
    machines = [kept_machine(asset, register)]
    machines += [
        bought_machine(asset, register.options[name], register, rates) for name in options_for(asset, register)
    ]
    if scheme is not None:
        machines.append(bought_machine(asset, register.options[scheme.option], register, rates, scheme))
    return machines


def _patterns(asset: Asset, bought: int, register: Register) -> Patterns:
    settings = register.settings
    closes = register.sites[asset.site].closing_year
    closing = None if closes is None or closes > settings.horizon[-1] else max(0, closes - settings.start_year)
    return patterns(settings.years, bought, settings.max_replacements, settings.min_years_kept, closing)


def _figures(table: Patterns, rows: Whole, machines: list[Machine], rates: Rates) -> Figures:
    """Read each schedule's figures off the machines that stand in it."""
    machine, position, bought = table.machine[rows], table.position[rows], table.bought[rows]
    standing, buying, leaving = machine >= 0, bought >= 0, table.leaving[rows] >= 0
    years = np.arange(machine.shape[1])[None, :]

    def read(name: str) -> Whole:
        stacked = np.stack([getattr(each, name) for each in machines])
        return np.where(standing, stacked[machine, position], 0)

    receipts = np.stack([each.receipts for each in machines])[table.leaving[rows], table.leaving_position[rows]]
    terminal = np.stack([each.terminal for each in machines])[table.last[rows], table.last_position[rows]]
    charges = np.stack([each.charges * (not each.committed) for each in machines])[bought, years]
    extensions = np.where(machine == 0, machines[0].extension[None, :], 0)
    capital = np.where(buying, np.array([each.capital for each in machines])[bought], 0)
    upkeep, risk = read("upkeep"), read("risk")
    receipts = np.where(leaving, receipts, 0)
    terminal = np.where(table.last[rows] >= 0, terminal, 0)
    retired = (table.retires[rows][:, None] <= years) & (table.last[rows] < 0)[:, None]
    return Figures(
        capital=capital,
        upkeep=upkeep,
        risk=risk,
        receipts=receipts,
        terminal=terminal,
        charge=np.where(buying, charges, 0) + extensions,
        capacity=read("capacity"),
        lost=read("lost"),
        works=buying.astype(np.int64),
        vacated=retired.astype(np.int64),
        serving=standing.astype(np.int64),
        present_value=present_values(capital + upkeep + risk - receipts, terminal, rates.discount),
    )


def _seen(register: Register, *, is_served: bool) -> tuple[tuple[str, int], ...]:
    """Figures that a rule or the objective can see, each with the sign that makes less better."""
    money = (("charge", 1),) if register.sources else ()
    service = (("capacity", -1), ("lost", -1), ("vacated", -1), ("serving", -1)) if is_served else ()
    return (("present_value", 1), ("works", 1), *money, *service)


def _undominated(figures: Figures, seen: tuple[tuple[str, int], ...]) -> Whole:
    """Rows that no other row is at least as good as in every figure seen; of equal rows the first."""
    columns = [sign * getattr(figures, name).reshape(len(figures.present_value), -1) for name, sign in seen]
    values = np.concatenate(columns, axis=1)
    order = np.argsort(figures.present_value, kind="stable")
    kept: list[int] = []
    for row in order:
        if not kept or not (values[kept] <= values[row]).all(axis=1).any():
            kept.append(int(row))
    return np.sort(np.array(kept, dtype=np.int64))
