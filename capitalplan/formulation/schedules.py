"""Per machine: every schedule it may follow, with spend, capacity and cost by year, less those that are dominated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from capitalplan.errors import InputError
from capitalplan.finance.costs import Rates
from capitalplan.formulation.acquired import Market
from capitalplan.formulation.eligibility import Removal, eligible, only_machines, options_for
from capitalplan.formulation.figures import FigureReader, Figures
from capitalplan.formulation.machines import Machine, kept_machine, upgraded_machine
from capitalplan.formulation.patterns import Event, Patterns, count_patterns, patterns
from capitalplan.register.register import Asset, Register, Scheme, Upgrade
from capitalplan.service.cover import needs_cover
from capitalplan.terms import ExtraKind, Ownership, Route

__all__ = ["Menu", "ScheduleTable", "build_schedules"]

MOST_PATTERNS, MOST_SCHEDULES = 30_000, 500_000
"""What one machine may choose from before any rule, and all machines together after them, none dropped yet.

Comparing one machine's takes time by their square; all together take memory, about 4 kB each before an engine starts.
"""

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What one machine may choose from.

    Attributes
    ----------
    machines
        The registered machine, those that may be acquired, and the registered one as upgraded, by machine number.
    events
        The events of each schedule left on the menu.
    figures
        Their figures, row by row.
    broken
        Which of them break a rule that is lifted, by its name.
    """

    asset: Asset
    machines: tuple[Machine, ...]
    events: tuple[tuple[Event, ...], ...]
    figures: Figures
    broken: Mapping[str, Mask] = field(default_factory=dict)


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

    def stacked_charge(self, route: Route) -> Whole:
        """Charge to limits by a route for all schedules, £ cash, one below the other, shape ``(n_schedules, T)``."""
        figures = [menu.figures for menu in self.menus]
        return np.concatenate([each.charge.get(route, np.zeros_like(each.capital)) for each in figures])


def build_schedules(register: Register, *, prune: bool = True, lifted: frozenset[str] = frozenset()) -> ScheduleTable:
    """Enumerate the schedules of every machine.

    Parameters
    ----------
    prune
        Whether to drop schedules that another one is at least as good as in every figure a rule can see, charges by
        route and year among them. That of doing nothing is never dropped: reasons are told against it. Nothing is
        dropped of a machine for which charging more, or going in another year, may be worth it to others or beyond
        its own costs: where price tiers count its options, its trust has revenue limits, a source should be used at
        least in part, capital is shared out by a bound on its spread, or there is an approved plan to stay close to.

    Raises
    ------
    InputError
        If one machine, or all together, could follow more schedules than can be compared and held.
    """
    rates = Rates.of(register.settings)
    market = Market(register, rates)
    committed = {scheme.asset_id: scheme for scheme in register.committed if scheme.asset_id is not None}
    only = only_machines(register)
    menus, removals = [], []
    count = 0
    for asset in register.assets:
        scheme = committed.get(asset.asset_id)
        is_served = asset.line in register.served
        upgrades = _upgrades(asset) if scheme is None else ()
        machines = _machines(asset, upgrades, market, scheme)
        second_room = scheme is None and is_served and _has_second_room(asset, register)
        table = _patterns(asset, machines, register, second_room=second_room)
        mask, reasons, broken = eligible(
            asset, machines, table, register, scheme, is_only=asset.asset_id in only, is_served=is_served, lifted=lifted
        )
        rows = np.flatnonzero(mask)
        count += len(rows)
        if count > MOST_SCHEDULES:
            raise _too_many(f"The machines up to {asset.asset_id} have {count:,} schedules", MOST_SCHEDULES, register)
        reader = FigureReader(asset, machines, table, register, rates)
        figures = reader.figures(rows)
        breaks = any(each[rows].any() for each in broken.values())
        if prune and len(rows) > 1 and not breaks and not _may_be_worth_more(asset, machines, register):
            seen = _seen(asset, register, is_served=is_served)
            kept = _undominated(figures, seen, has_limits=bool(register.sources)) | _is_idle(table, rows)
            rows, figures = rows[kept], reader.figures(rows[kept])
        removals.extend(reasons)
        menus.append(
            Menu(
                asset=asset,
                machines=tuple(machines),
                events=tuple(table.events[row] for row in rows),
                figures=figures,
                broken={rule: each[rows] for rule, each in broken.items()},
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


def _machines(asset: Asset, upgrades: tuple[Upgrade, ...], market: Market, scheme: Scheme | None) -> list[Machine]:
    register, rates = market.register, market.rates
    machines = [kept_machine(asset, register, rates)]
    machines += [
        market.bought(asset, register.options[name], offer=offer)
        for name in options_for(asset, register)
        for offer in market.ways(name, asset.trust)
    ]
    if scheme is not None:
        machines.append(market.bought(asset, register.options[scheme.option], scheme=scheme))
    return machines + [upgraded_machine(asset, upgrade, register, rates) for upgrade in upgrades]


def _patterns(asset: Asset, machines: list[Machine], register: Register, *, second_room: bool) -> Patterns:
    settings = register.settings
    closes = register.sites[asset.site].closing_year
    closing = None if closes is None or closes > settings.horizon[-1] else max(0, closes - settings.start_year)
    acquired = sum(not machine.is_registered for machine in machines)
    kept = settings.years, acquired, settings.max_replacements, settings.min_years_kept, closing
    upgrades = tuple(
        tuple(t for t, year in enumerate(settings.horizon) if machine.upgrade.is_offered(year))
        for machine in machines
        if machine.upgrade is not None
    )
    count = count_patterns(*kept, new_room_first=second_room, upgrades=upgrades)
    if count > MOST_PATTERNS:
        raise _too_many(f"{asset.asset_id} has {count:,} schedules", MOST_PATTERNS, register)
    return patterns(*kept, new_room_first=second_room, upgrades=upgrades)


def _too_many(found: str, most: int, register: Register) -> InputError:
    settings = register.settings
    return InputError(
        f"{found} to choose from, and at most {most:,} can be planned with: on the sheet Settings lower "
        f"max_replacements (now {settings.max_replacements}), raise min_years_kept (now {settings.min_years_kept}) or "
        f"plan fewer years (now {settings.years})."
    )


def _may_be_worth_more(asset: Asset, machines: list[Machine], register: Register) -> bool:
    """Whether a schedule may be chosen though another is at least as good in every figure a rule can see."""
    options = {each.option for each in machines}
    return (
        bool(register.approved)
        or register.settings.fair_capital_spread is not None
        or any(source.minimum_share for source in register.sources)
        or any(limit.trust == asset.trust for limit in register.revenue_limits)
        or any(options & tier.options for tier in register.tiers)
    )


def _seen(asset: Asset, register: Register, *, is_served: bool) -> tuple[tuple[str, int], ...]:
    """Figures that a rule or the objective can see, each with the sign that makes less better; both signs bind it."""
    seen = [("present_value", 1), ("works", 1)]
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


def _undominated(figures: Figures, seen: tuple[tuple[str, int], ...], *, has_limits: bool) -> Mask:
    """Whether no other row is at least as good in every figure seen; of equal rows the first is kept.

    Charges by route are seen where money is limited.
    """
    columns = [sign * getattr(figures, name).reshape(len(figures.present_value), -1) for name, sign in seen]
    columns += [-hours for hours in figures.extra.values()]
    columns += list(figures.charge.values()) if has_limits else []
    values = np.concatenate(columns, axis=1)
    order = np.argsort(figures.present_value, kind="stable")
    kept: list[int] = []
    for row in order:
        if not kept or not (values[kept] <= values[row]).all(axis=1).any():
            kept.append(int(row))
    return np.isin(np.arange(len(values)), kept)
