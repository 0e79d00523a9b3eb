"""Columns of the problem: blocks of variables and the numbers of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Purchase, Rates, room_purchase, terminal_value
from capitalplan.finance.discounting import present_values
from capitalplan.formulation.machines import Machine, added_machine
from capitalplan.formulation.schedules import Menu, ScheduleTable, build_schedules
from capitalplan.register.register import Option, Register, Scheme, Site, Source
from capitalplan.settings import TerminalValue

__all__ = [
    "Addition",
    "Arc",
    "Columns",
    "FixedAddition",
    "Payment",
    "Room",
    "Shortfall",
    "build_columns",
    "room_terminal",
    "vintage_years",
]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """``n[s,o,tau]``: machines of an option added at a site, commissioned in a year (position in the horizon)."""

    site: Site
    option: Option
    machine: Machine
    year: int
    limit: int
    capacity: Whole
    present_value: int

    @property
    def charge(self) -> int:
        """Charge to capital limits in its year, £ cash per machine."""
        return int(self.machine.charges[self.year])


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedAddition:
    """A committed addition: no variable, but capacity, cost and an installation."""

    scheme: Scheme
    machine: Machine
    year: int
    capacity: Whole
    present_value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """``room[s,m,tau]``: rooms built at a site for a modality, ready in a year."""

    site: Site
    modality: str
    money: Purchase
    year: int
    present_value: int

    @property
    def charge(self) -> int:
        """Charge to capital limits in its year, £ cash per room."""
        return self.money.charges_gbp[self.year]


@dataclass(frozen=True, slots=True)
class Arc:
    """``f[m,s,s',t]``: thousand scans of patients of one site done at another (or the same) in a year."""

    line: str
    from_site: str
    to_site: str
    year: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """``x[m,s,t]``: thousand scans of a site's patients bought outside in a year."""

    line: str
    site: str
    year: int


@dataclass(frozen=True, slots=True)
class Payment:
    """``pay[f,g,t]``: £ thousand from a shared source for a trust in a year."""

    source: Source
    trust: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All columns, block after block: schedules, additions, rooms, arcs, shortfalls, payments.

    Attributes
    ----------
    table
        Schedules, the first block.
    additions, rooms, arcs, shortfalls, payments
        What each column of the later blocks stands for, in order.
    fixed
        Committed additions, which have no columns.
    served
        Service lines that have demand, sorted.
    """

    register: Register
    rates: Rates
    table: ScheduleTable
    additions: tuple[Addition, ...]
    rooms: tuple[Room, ...]
    arcs: tuple[Arc, ...]
    shortfalls: tuple[Shortfall, ...]
    payments: tuple[Payment, ...]
    fixed: tuple[FixedAddition, ...]
    served: tuple[str, ...]

    @property
    def starts(self) -> dict[str, int]:
        """Number of the first column of each block."""
        sizes = {
            "schedules": int(self.table.first[-1]),
            "additions": len(self.additions),
            "rooms": len(self.rooms),
            "arcs": len(self.arcs),
            "shortfalls": len(self.shortfalls),
            "payments": len(self.payments),
        }
        ends = np.cumsum([0, *sizes.values()])
        return dict(zip([*sizes, "end"], (int(end) for end in ends), strict=True))


def build_columns(register: Register, *, prune: bool = True) -> Columns:
    """Decide which variables the register needs."""
    table = build_schedules(register, prune=prune)
    rates = Rates.of(register.settings)
    served = tuple(sorted({line for line, _ in register.demand}))
    additions = _additions(register, rates, table.menus, served)
    return Columns(
        register=register,
        rates=rates,
        table=table,
        additions=additions,
        rooms=_rooms(register, rates, additions),
        arcs=_arcs(register, additions, served),
        shortfalls=tuple(
            Shortfall(line, site, year)
            for (line, site), scans in sorted(register.demand.items())
            for year in range(register.settings.years)
            if scans[year]
        ),
        payments=tuple(
            Payment(source, trust, year)
            for year in range(register.settings.years)
            for source in register.sources
            if source.trust is None
            for trust in sorted(register.trusts)
        ),
        fixed=_fixed(register, rates),
        served=served,
    )


def _additions(register: Register, rates: Rates, menus: Sequence[Menu], served: Sequence[str]) -> tuple[Addition, ...]:
    settings = register.settings
    if not settings.allow_new_capacity:
        return ()
    vacating = _rooms_that_may_fall_vacant(menus)
    additions = []
    for site in register.sites.values():
        for option in register.options.values():
            if not option.can_add or option.line not in served:
                continue
            spare = site.spare_rooms.get(option.modality, 0) + vacating.get((site.code, option.line), 0)
            limit = spare + site.max_new_rooms
            if not limit:
                continue
            machine = added_machine(option, site, register, rates)
            for year, start in enumerate(settings.horizon):
                if not site.is_open(start):
                    continue
                capacity, value = _vintage(machine, year, site, register, rates)
                additions.append(
                    Addition(
                        site=site,
                        option=option,
                        machine=machine,
                        year=year,
                        limit=limit,
                        capacity=capacity,
                        present_value=value,
                    )
                )
    return tuple(additions)


def _rooms_that_may_fall_vacant(menus: Sequence[Menu]) -> dict[tuple[str, str], int]:
    vacating: dict[tuple[str, str], int] = {}
    for menu in menus:
        if menu.figures.vacated.any():
            key = (menu.asset.site, menu.asset.line)
            vacating[key] = vacating.get(key, 0) + 1
    return vacating


def _fixed(register: Register, rates: Rates) -> tuple[FixedAddition, ...]:
    fixed = []
    for scheme in register.committed:
        if scheme.asset_id is not None:
            continue
        site = register.sites[scheme.site]
        machine = added_machine(register.options[scheme.option], site, register, rates, scheme)
        year = scheme.year - register.settings.start_year
        capacity, value = _vintage(machine, year, site, register, rates)
        fixed.append(FixedAddition(scheme=scheme, machine=machine, year=year, capacity=capacity, present_value=value))
    return tuple(fixed)


def vintage_years(machine: Machine, year: int, site: Site, register: Register) -> dict[str, Whole]:
    """Figures by year of one added machine commissioned in a year, until its site closes."""
    years = register.settings.years
    stands = np.array([site.is_open(start) and t >= year for t, start in enumerate(register.settings.horizon)])
    age = np.maximum(np.arange(years) - year, 0)
    figures = {name: np.where(stands, getattr(machine, name)[age], 0) for name in ("capacity", "upkeep", "risk")}
    figures["capital"] = np.where(np.arange(years) == year, machine.capital, 0)
    closes = np.flatnonzero(~stands[year:])
    figures["receipts"] = np.zeros(years, dtype=np.int64)
    if len(closes):
        figures["receipts"][year + closes[0]] = machine.receipts[closes[0]]
    figures["stands"] = stands.astype(np.int64)
    figures["terminal"] = np.array([0 if len(closes) else machine.terminal[years - year]])
    return figures


def _vintage(machine: Machine, year: int, site: Site, register: Register, rates: Rates) -> tuple[Whole, int]:
    figures = vintage_years(machine, year, site, register)
    yearly = figures["capital"] + figures["upkeep"] + figures["risk"] - figures["receipts"]
    return figures["capacity"], int(present_values(yearly[None, :], figures["terminal"], rates.discount)[0])


def _rooms(register: Register, rates: Rates, additions: Sequence[Addition]) -> tuple[Room, ...]:
    settings = register.settings
    rooms = []
    wanted = sorted({(each.site.code, each.option.modality) for each in additions if each.site.max_new_rooms})
    money = {modality: room_purchase(modality, register, rates) for _, modality in wanted}
    for code, modality in wanted:
        site, cost = register.sites[code], money[modality]
        for year, start in enumerate(settings.horizon):
            if site.is_open(start):
                rooms.append(
                    Room(
                        site=site,
                        modality=modality,
                        money=cost,
                        year=year,
                        present_value=_room_value(cost, year, site, register, rates),
                    )
                )
    return tuple(rooms)


def room_terminal(money: Purchase, year: int, site: Site, register: Register) -> int:
    """Worth at the end of a room built in a year (position), £: by annuity, and only where the site stays open."""
    settings = register.settings
    if settings.terminal_value is not TerminalValue.ANNUITY or not site.is_open(settings.horizon[-1]):
        return 0
    return terminal_value(money, settings.years - year, settings.works_life_years, None, settings)


def _room_value(money: Purchase, year: int, site: Site, register: Register, rates: Rates) -> int:
    yearly = np.zeros((1, register.settings.years), dtype=np.int64)
    yearly[0, year] = money.works_gbp
    worth = np.array([room_terminal(money, year, site, register)])
    return int(present_values(yearly, worth, rates.discount)[0])


def _arcs(register: Register, additions: Sequence[Addition], served: Sequence[str]) -> tuple[Arc, ...]:
    """Arcs from sites with demand to themselves and to linked sites, open in the year and able to scan."""
    able = {(asset.line, asset.site) for asset in register.assets}
    able |= {(scheme.line, scheme.site) for scheme in register.committed}
    able |= {(each.option.line, each.site.code) for each in additions}
    reach: dict[str, list[str]] = {code: [code] for code in register.sites}
    for link in register.links:
        reach[link.from_site].append(link.to_site)
    return tuple(
        Arc(line, start, end, year)
        for line in served
        for start in register.sites
        if (line, start) in register.demand
        for end in reach[start]
        if (line, end) in able
        for year, calendar in enumerate(register.settings.horizon)
        if register.demand[line, start][year] and (register.sites[end].is_open(calendar) or end == start)
    )
