"""Per machine: every schedule it may follow, with spend, capacity and cost by year, less those that are dominated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Rates
from capitalplan.finance.discounting import present_values
from capitalplan.formulation.eligibility import Removal, eligible, only_machines, options_for
from capitalplan.formulation.machines import Machine, bought_machine, kept_machine, upgraded_machine
from capitalplan.formulation.patterns import Event, Patterns, patterns
from capitalplan.register.register import Asset, ExtraCapacity, Register, Scheme, Upgrade
from capitalplan.service.cover import needs_cover
from capitalplan.terms import ExtraKind, Ownership

__all__ = ["Figures", "Menu", "ScheduleTable", "build_schedules"]

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


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
    risk: Whole
    receipts: Whole
    terminal: Whole
    charge: Whole
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What one machine may choose from.

    Attributes
    ----------
    machines
        The registered machine, those that may be bought, and the registered one as upgraded, by machine number.
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
        Whether to drop schedules that another one is at least as good as in every figure a rule can see. That of doing
        nothing is never dropped: reasons are told against it.
    """
    rates = Rates.of(register.settings)
    committed = {scheme.asset_id: scheme for scheme in register.committed if scheme.asset_id is not None}
    only = only_machines(register)
    served = {line for line, _ in register.demand}
    menus, removals = [], []
    for asset in register.assets:
        scheme = committed.get(asset.asset_id)
        is_served = asset.line in served
        upgrades = _upgrades(asset) if scheme is None else ()
        machines = _machines(asset, upgrades, register, rates, scheme)
        second_room = scheme is None and is_served and _has_second_room(asset, register)
        table = _patterns(asset, machines, register, second_room=second_room)
        mask, reasons = eligible(
            asset, machines, table, register, scheme, is_only=asset.asset_id in only, is_served=is_served
        )
        rows = np.flatnonzero(mask)
        reader = _Reader(asset, machines, table, register, rates)
        figures = reader.figures(rows)
        if prune and len(rows) > 1:
            kept = _undominated(figures, _seen(asset, register, is_served=is_served)) | _is_idle(table, rows)
            rows, figures = rows[kept], reader.figures(rows[kept])
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


def _upgrades(asset: Asset) -> tuple[Upgrade, ...]:
    return asset.upgrades if asset.ownership in (Ownership.OWNED, Ownership.CHARITY) else ()


def _has_second_room(asset: Asset, register: Register) -> bool:
    """Whether a replacement may be set up in a spare room before the old machine goes."""
    spare = register.sites[asset.site].spare_rooms.get(asset.modality, 0)
    outage = register.outage_weeks(asset)
    return register.settings.new_room_first and not asset.mobile and outage > 0 and spare > 0


def _machines(
    asset: Asset, upgrades: tuple[Upgrade, ...], register: Register, rates: Rates, scheme: Scheme | None
) -> list[Machine]:
    machines = [kept_machine(asset, register)]
    machines += [
        bought_machine(asset, register.options[name], register, rates) for name in options_for(asset, register)
    ]
    if scheme is not None:
        machines.append(bought_machine(asset, register.options[scheme.option], register, rates, scheme))
    return machines + [upgraded_machine(asset, upgrade, register, rates) for upgrade in upgrades]


def _patterns(asset: Asset, machines: list[Machine], register: Register, *, second_room: bool) -> Patterns:
    settings = register.settings
    closes = register.sites[asset.site].closing_year
    closing = None if closes is None or closes > settings.horizon[-1] else max(0, closes - settings.start_year)
    return patterns(
        settings.years,
        sum(not machine.is_registered for machine in machines),
        settings.max_replacements,
        settings.min_years_kept,
        closing,
        new_room_first=second_room,
        upgrades=tuple(
            tuple(t for t, year in enumerate(settings.horizon) if machine.upgrade.is_offered(year))
            for machine in machines
            if machine.upgrade is not None
        ),
    )


class _Reader:
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
        charges = np.stack([each.charges * (not each.committed) for each in self.machines])[begun, years]
        extensions = np.where(table.machine[rows] == 0, self.machines[0].extension[None, :], 0)
        capital = np.where(begun >= 0, np.array([each.capital for each in self.machines])[begun], 0)
        upkeep, risk, lost = self._read("upkeep", rows), self._read("risk", rows), self._read("lost", rows)
        receipts = np.where(leaving, receipts, 0)
        terminal = np.where(table.last[rows] >= 0, terminal, 0)
        retired = (table.retires[rows][:, None] <= years) & (table.last[rows] < 0)[:, None]
        return Figures(
            capital=capital,
            upkeep=upkeep,
            risk=risk,
            receipts=receipts,
            terminal=terminal,
            charge=np.where(begun >= 0, charges, 0) + extensions,
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

    def _extra(self, rows: Whole) -> dict[Fraction, Whole]:
        if not self.hours.any():
            return {}
        hours = self._read("extra_hours", rows) + self._read("extra_lost", rows) * self.table.second_room[rows]
        rates = sorted({each.scans_per_hour for each in self.machines})
        number = np.array([rates.index(each.scans_per_hour) for each in self.machines])[self.table.machine[rows]]
        by_class = {rate: np.where(number == each, hours, 0) * self.hours for each, rate in enumerate(rates)}
        return {rate: values for rate, values in by_class.items() if values.any()}


def _offered(extra: ExtraCapacity | None, register: Register) -> Whole:
    """1 in the years in which extra capacity is offered, else 0, shape ``(T,)``."""
    return np.array(
        [extra is not None and extra.is_offered(year) for year in register.settings.horizon], dtype=np.int64
    )


def _seen(asset: Asset, register: Register, *, is_served: bool) -> tuple[tuple[str, int], ...]:
    """Figures that a rule or the objective can see, each with the sign that makes less better; both signs bind it."""
    seen = [("present_value", 1), ("works", 1)]
    if register.sources:
        seen.append(("charge", 1))
    if is_served:
        seen += [("capacity", -1), ("lost", -1), ("vacated", -1), ("serving", -1), ("swap", 1), ("second_room", 1)]
        van = register.governing(ExtraKind.VAN, asset.line, asset.site)
        if van is not None and van.cover_only and needs_cover(asset, register):
            seen.append(("swap", -1))
    if any(asset.asset_id in (tie.first, tie.other) for tie in register.ties):
        seen += [("works", -1), ("first_replaced", 1), ("first_replaced", -1)]
    return tuple(seen)


def _is_idle(table: Patterns, rows: Whole) -> Mask:
    """Whether nothing is chosen in a pattern: the machine stays, or stays until its site closes."""
    untouched = (table.bought[rows] < 0).all(axis=1) & (table.upgraded[rows] < 0).all(axis=1)
    return np.asarray(untouched & (table.retires[rows] == table.machine.shape[1]))


def _undominated(figures: Figures, seen: tuple[tuple[str, int], ...]) -> Mask:
    """Whether no other row is at least as good in every figure seen; of equal rows the first is kept."""
    columns = [sign * getattr(figures, name).reshape(len(figures.present_value), -1) for name, sign in seen]
    columns += [-hours for hours in figures.extra.values()]
    values = np.concatenate(columns, axis=1)
    order = np.argsort(figures.present_value, kind="stable")
    kept: list[int] = []
    for row in order:
        if not kept or not (values[kept] <= values[row]).all(axis=1).any():
            kept.append(int(row))
    return np.isin(np.arange(len(values)), kept)
