"""Added machines and new rooms: what may be added where and when, with its capacity and present value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Purchase, Rates, room_purchase, terminal_value
from capitalplan.finance.discounting import present_values
from capitalplan.formulation.machines import Machine, added_machine
from capitalplan.formulation.schedules import Menu
from capitalplan.register.register import Option, Register, Scheme, Site
from capitalplan.settings import TerminalValue
from capitalplan.terms import ExtraKind

__all__ = [
    "Addition",
    "FixedAddition",
    "Room",
    "committed_additions",
    "new_rooms",
    "possible_additions",
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
    extra_hours: Whole
    stands: Whole
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
    extra_hours: Whole
    stands: Whole
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


def possible_additions(
    register: Register, rates: Rates, menus: Sequence[Menu], served: Sequence[str]
) -> tuple[Addition, ...]:
    """List the machines that may be added: a site, an option and a year each, where there is or may be a room."""
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
                figures = vintage_years(machine, year, site, register)
                additions.append(
                    Addition(
                        site=site,
                        option=option,
                        machine=machine,
                        year=year,
                        limit=limit,
                        capacity=figures["capacity"],
                        extra_hours=figures["extra_hours"],
                        stands=figures["stands"],
                        present_value=_vintage_value(figures, rates),
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


def committed_additions(register: Register, rates: Rates) -> tuple[FixedAddition, ...]:
    """List the machines that committed schemes add."""
    fixed = []
    for scheme in register.committed:
        if scheme.asset_id is not None:
            continue
        site = register.sites[scheme.site]
        machine = added_machine(register.options[scheme.option], site, register, rates, scheme)
        year = scheme.year - register.settings.start_year
        figures = vintage_years(machine, year, site, register)
        fixed.append(
            FixedAddition(
                scheme=scheme,
                machine=machine,
                year=year,
                capacity=figures["capacity"],
                extra_hours=figures["extra_hours"],
                stands=figures["stands"],
                present_value=_vintage_value(figures, rates),
            )
        )
    return tuple(fixed)


def vintage_years(machine: Machine, year: int, site: Site, register: Register) -> dict[str, Whole]:
    """Figures by year of one added machine commissioned in a year, until its site closes."""
    years = register.settings.years
    stands = np.array([site.is_open(start) and t >= year for t, start in enumerate(register.settings.horizon)])
    age = np.maximum(np.arange(years) - year, 0)
    names = ("capacity", "upkeep", "risk", "extra_hours")
    figures = {name: np.where(stands, getattr(machine, name)[age], 0) for name in names}
    figures["extra_hours"] = figures["extra_hours"] * _offered(machine, site, register)
    figures["capital"] = np.where(np.arange(years) == year, machine.capital, 0)
    closes = np.flatnonzero(~stands[year:])
    figures["receipts"] = np.zeros(years, dtype=np.int64)
    if len(closes):
        figures["receipts"][year + closes[0]] = machine.receipts[closes[0]]
    figures["stands"] = stands.astype(np.int64)
    figures["terminal"] = np.array([0 if len(closes) else machine.terminal[years - year]])
    return figures


def _offered(machine: Machine, site: Site, register: Register) -> Whole:
    """1 in the years in which extended hours are offered for a machine at a site, else 0."""
    line = register.options[machine.option or ""].line
    extra = register.governing(ExtraKind.HOURS, line, site.code)
    return np.array(
        [extra is not None and extra.is_offered(year) for year in register.settings.horizon], dtype=np.int64
    )


def _vintage_value(figures: dict[str, Whole], rates: Rates) -> int:
    yearly = figures["capital"] + figures["upkeep"] + figures["risk"] - figures["receipts"]
    return int(present_values(yearly[None, :], figures["terminal"], rates.discount)[0])


def new_rooms(register: Register, rates: Rates, additions: Sequence[Addition]) -> tuple[Room, ...]:
    """List the rooms that may be built for added machines."""
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
