"""Added machines and new rooms: what may be added where and when, with its capacity and present value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Purchase, Rates, room_purchase, terminal_value
from capitalplan.finance.dates import can_be_ordered
from capitalplan.finance.discounting import present_values
from capitalplan.formulation.acquired import Market
from capitalplan.formulation.machines import RUNNING_HEADINGS, Machine, by_year
from capitalplan.formulation.schedules import Menu
from capitalplan.register.register import Offer, Option, Register, Scheme, Site
from capitalplan.settings import TerminalValue
from capitalplan.terms import ContractEnd, ExtraKind, Route

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
    """``n[s,o,r,tau]``: machines of an option added at a site by a route, commissioned in a year.

    Attributes
    ----------
    machine
        One of them, with its option and offer.
    year
        Position in the horizon.
    limit
        Most there may be rooms for.
    capacity, extra_hours, stands
        Scans, hours and 1 where it is in service, by year, of one machine.
    charge
        Charge to capital limits by route, £ cash by year, of one machine; routes without any are absent.
    present_value
        Discounted cost of one machine, £.
    """

    site: Site
    option: Option
    machine: Machine
    year: int
    limit: int
    capacity: Whole
    extra_hours: Whole
    stands: Whole
    charge: Mapping[Route, Whole]
    present_value: int


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
    def charge(self) -> Whole:
        """Charge to capital limits by year, £ cash per room: a purchase."""
        return np.asarray(by_year(self.money.charges_gbp, self.money.charges_before_gbp)[self.year])

    @property
    def capital(self) -> Whole:
        """Real capital by year, £ ex VAT per room."""
        return _room_capital(self.money, self.year)


def possible_additions(
    register: Register, rates: Rates, menus: Sequence[Menu], served: Sequence[str]
) -> tuple[Addition, ...]:
    """List the machines that may be added: a site, an option and a year each, where there is or may be a room."""
    settings = register.settings
    if not settings.allow_new_capacity:
        return ()
    vacating = _rooms_that_may_fall_vacant(menus)
    market = Market(register, rates)
    vintages, additions = _Vintages(market), []
    for site in register.sites.values():
        for option in register.options.values():
            if not option.can_add or option.line not in served:
                continue
            spare = site.spare_rooms.get(option.modality, 0) + vacating.get((site.code, option.line), 0)
            limit = spare + site.max_new_rooms
            if not limit:
                continue
            for offer in market.ways(option.name, site.trust):
                for year in range(settings.years):
                    if _may_be_added(option, offer, site, year, register):
                        figures = vintages.of(option, offer, site, year)
                        additions.append(Addition(site=site, option=option, year=year, limit=limit, **figures))
    return tuple(additions)


class _Vintages:
    """Figures of machines added in a year, worked out once for all sites where they are the same."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._found: dict[tuple[object, ...], dict[str, Any]] = {}

    def of(self, option: Option, offer: Offer | None, site: Site, year: int) -> dict[str, Any]:
        """Attributes of an ``Addition`` beside its site, option, year and limit."""
        register, rates = self.market.register, self.market.rates
        is_open = tuple(site.is_open(start) for start in register.settings.horizon)
        extra = register.governing(ExtraKind.HOURS, option.line, site.code)
        key = (option.name, offer and offer.name, year, is_open, extra and extra.name)
        if key not in self._found:
            machine = self.market.added(option, site, offer=offer)
            figures = vintage_years(machine, year, site, register)
            self._found[key] = {
                "machine": machine,
                "capacity": figures["capacity"],
                "extra_hours": figures["extra_hours"],
                "stands": figures["stands"],
                "charge": _vintage_charge(machine, year, figures["stands"]),
                "present_value": _vintage_value(figures, rates),
            }
        return self._found[key]


def _may_be_added(option: Option, offer: Offer | None, site: Site, year: int, register: Register) -> bool:
    """Whether it can be ordered in time for an open site, and its offer be taken out and left when a contract ends."""
    start = register.settings.horizon[year]
    if not site.is_open(start) or not can_be_ordered(
        start, register.lines[option.line].order_months, register.settings
    ):
        return False
    if offer is None:
        return True
    stays = None if site.closing_year is None else site.closing_year - start
    if stays is None or site.closing_year not in register.settings.horizon:
        in_time = True
    elif offer.at_end is ContractEnd.RETURN:
        in_time = stays >= offer.years
    else:
        in_time = stays % offer.years == 0
    return offer.is_offered(site.trust, start) and in_time


def _rooms_that_may_fall_vacant(menus: Sequence[Menu]) -> dict[tuple[str, str], int]:
    vacating: dict[tuple[str, str], int] = {}
    for menu in menus:
        if menu.figures.vacated.any():
            key = (menu.asset.site, menu.asset.line)
            vacating[key] = vacating.get(key, 0) + 1
    return vacating


def committed_additions(register: Register, rates: Rates) -> tuple[FixedAddition, ...]:
    """List the machines that committed schemes add."""
    fixed, market = [], Market(register, rates)
    for scheme in register.committed:
        if scheme.asset_id is not None:
            continue
        site = register.sites[scheme.site]
        machine = market.added(register.options[scheme.option], site, scheme=scheme)
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
    """Figures by year of one added machine commissioned in a year, until its site closes or it is returned.

    Returns
    -------
    dict
        ``capacity``, ``extra_hours``, ``stands``, ``capital``, ``upkeep`` and its headings, ``risk`` and ``receipts``,
        each of shape ``(T,)``, and ``terminal``, of shape ``(1,)``.
    """
    years = register.settings.years
    age = np.maximum(np.arange(years) - year, 0)
    returned = _returned_at(machine.offer)
    stands = np.array(
        [
            site.is_open(start) and t >= year and (returned is None or t - year < returned)
            for t, start in enumerate(register.settings.horizon)
        ]
    )
    names = ("capacity", "upkeep", "risk", "extra_hours")
    values = {name: getattr(machine, name) for name in names}
    values |= {str(heading): machine.running[heading] for heading in RUNNING_HEADINGS}
    figures = {name: np.where(stands, by_age[age], 0) for name, by_age in values.items()}
    figures["extra_hours"] = figures["extra_hours"] * _offered(machine, site, register)
    figures["capital"] = machine.capital[year]
    leaves = np.flatnonzero(~stands[year:])
    figures["receipts"] = np.zeros(years, dtype=np.int64)
    if len(leaves):
        figures["receipts"][year + leaves[0]] = machine.receipts[leaves[0]]
    figures["stands"] = stands.astype(np.int64)
    figures["terminal"] = np.array([0 if len(leaves) else machine.terminal[years - year]])
    return figures


def _returned_at(offer: Offer | None) -> int | None:
    """Age at which a machine goes back to its supplier; None where it need not."""
    return offer.years if offer is not None and offer.at_end is ContractEnd.RETURN else None


def _vintage_charge(machine: Machine, year: int, stands: Whole) -> dict[Route, Whole]:
    """Charge to limits by route: what is bought, and contracts that begin while the machine stands."""
    found = {route: table[year] * (1 if route is Route.PURCHASE else stands) for route, table in machine.charge.items()}
    return {route: charges for route, charges in found.items() if charges.any()}


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
    values: dict[tuple[str, int, bool], int] = {}
    for code, modality in wanted:
        site, cost = register.sites[code], money[modality]
        for year, start in enumerate(settings.horizon):
            if site.is_open(start) and can_be_ordered(start, settings.new_room_months, settings):
                key = (modality, year, site.is_open(settings.horizon[-1]))
                if key not in values:
                    values[key] = _room_value(cost, year, site, register, rates)
                rooms.append(Room(site=site, modality=modality, money=cost, year=year, present_value=values[key]))
    return tuple(rooms)


def room_terminal(money: Purchase, year: int, site: Site, register: Register) -> int:
    """Worth at the end of a room built in a year (position), £: by annuity, and only where the site stays open."""
    settings = register.settings
    if settings.terminal_value is not TerminalValue.ANNUITY or not site.is_open(settings.horizon[-1]):
        return 0
    return terminal_value(money, settings.years - year, settings.works_life_years, None, settings)


def _room_capital(money: Purchase, year: int) -> Whole:
    years = len(money.charges_gbp)
    return np.asarray(by_year([money.capital_gbp - money.before_gbp] * years, [money.before_gbp] * years)[year])


def _room_value(money: Purchase, year: int, site: Site, register: Register, rates: Rates) -> int:
    worth = np.array([room_terminal(money, year, site, register)])
    return int(present_values(_room_capital(money, year)[None, :], worth, rates.discount)[0])
