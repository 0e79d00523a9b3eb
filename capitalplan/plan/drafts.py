"""Lines of the plan before money and words are put to them: what happens, where and when, and what it is charged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from capitalplan.finance.bearing import Bill
from capitalplan.finance.committed import committed_charges
from capitalplan.formulation.accounts import Stint, stints
from capitalplan.formulation.additions import Room
from capitalplan.formulation.machines import Machine
from capitalplan.formulation.patterns import Event
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.decode import Choices
from capitalplan.plan.rebates import Rebates, TakenOff
from capitalplan.register.register import Asset, Offer, Register, Scheme, Upgrade
from capitalplan.service.ageing import is_contract_renewed
from capitalplan.terms import Action, Purpose, Route, Timing, year_label

__all__ = ["Draft", "asset_lines", "committed_bills", "rebate_bills", "standing_machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One line without money and words.

    Attributes
    ----------
    year
        Financial year; None where nothing happens.
    units
        Machines installed, or rooms built.
    bills
        What it is charged to limits, rebates taken off.
    due_year
        Financial year in which the machine reaches its planned life, the longer one once it is upgraded; the timing is
        held against it. None for additions and rooms.
    schedule_cost_gbp
        Discounted cost of the machine's schedule, rebates taken off, £; 0 for additions and rooms.
    own_cost_gbp
        The same, or the discounted cost of what is added; on a machine's first line only.
    offer
        Line of Routes by which it is leased or managed.
    rebate
        What a price tier takes off each machine.
    scheme
        The committed scheme it is.
    stint
        The machine it brings in or upgrades, while it stands; None for rooms and where nothing is brought in.
    room
        The room it builds.
    menu, chosen
        The machine's menu and the schedule chosen from it; no menu for additions and rooms.
    predecessor
        The event that brought in the machine this line replaces; None where that is the registered machine.
    """

    scheme_id: str
    trust: str
    site: str
    modality: str
    mobile: bool
    action: Action
    year: int | None
    option: str | None
    route: str
    units: int
    bills: tuple[Bill, ...] = ()
    timing: Timing
    due_year: int | None = None
    schedule_cost_gbp: int = 0
    own_cost_gbp: int = 0
    new_room_first: bool = False
    offer: Offer | None = None
    rebate: TakenOff | None = None
    scheme: Scheme | None = None
    stint: Stint | None = None
    room: Room | None = None
    menu: Menu | None = None
    chosen: int = 0
    predecessor: Event | None = None

    @property
    def asset(self) -> Asset | None:
        """The registered machine; None for additions and rooms."""
        return None if self.menu is None else self.menu.asset

    @property
    def committed(self) -> bool:
        """Whether the plan must leave it as it is."""
        return self.scheme is not None

    @property
    def purpose(self) -> Purpose:
        """What its capital is spent on."""
        return Purpose.NEW if self.action is Action.ADD else Purpose.REPLACEMENT

    @property
    def charge_gbp(self) -> int:
        """Charge to limits in all years, rebates taken off, £ cash."""
        return sum(bill.gbp * bill.units for bill in self.bills)

    @property
    def rebate_gbp(self) -> int:
        """What price tiers take off the charge, £ cash."""
        return 0 if self.rebate is None else self.units * self.rebate.money.charge_gbp


def rebate_bills(rebate: TakenOff | None, year: int, units: int = 1) -> tuple[Bill, ...]:
    """What a price tier takes off the charges of a financial year."""
    if rebate is None or not rebate.money.charge_gbp:
        return ()
    return (Bill(year=year, route=Route.PURCHASE, gbp=-rebate.money.charge_gbp, units=units),)


def committed_bills(scheme: Scheme, register: Register) -> tuple[Bill, ...]:
    """Charges of a committed scheme in the years of the plan."""
    horizon = register.settings.horizon
    return tuple(
        Bill(year=year, route=Route.PURCHASE, gbp=gbp)
        for year, gbp in committed_charges(scheme).items()
        if year in horizon
    )


def asset_lines(menu: Menu, chosen: int, choices: Choices, rebates: Rebates) -> list[Draft]:
    """Lines of one machine, in order of year."""
    register = choices.columns.register
    asset, events = menu.asset, menu.events[chosen]
    horizon = register.settings.horizon
    lines = _extension(menu, chosen, register)
    due: int = asset.due_year
    bought: Event | None = None
    by_event = {id(stint.event): stint for stint in stints(menu, chosen) if stint.event is not None}
    for event in events:
        if event.action is Action.RETIRE:
            lines.append(_line(menu, chosen, Action.RETIRE, horizon[event.year], timing=Timing.KEPT, due=due))
            continue
        stint = by_event[id(event)]
        if (upgrade := stint.machine.upgrade) is not None:
            due += upgrade.years_gained
            timing = _timing_kept(due, register) if event is events[-1] else Timing.KEPT
            lines.append(_upgrade(menu, chosen, stint, upgrade, horizon, timing=timing, due=due))
        else:
            lines.append(_replacement(menu, chosen, event, stint, register, rebates, due=due, predecessor=bought))
            bought = event
    if not lines:
        contract = register.contracts.get(asset.contract_id or "")
        held = is_contract_renewed(contract)
        timing = Timing.KEPT if held else _timing_kept(due, register)
        route = "contract" if held else "none"
        lines.append(_line(menu, chosen, Action.KEEP, None, route=route, timing=timing, due=due))
    off = sum(line.rebate.money.present_value_gbp for line in lines if line.rebate is not None)
    cost = int(menu.figures.present_value[chosen]) - off
    lines = [replace(line, schedule_cost_gbp=cost) for line in lines]
    return [replace(lines[0], own_cost_gbp=cost), *lines[1:]]


def _upgrade(
    menu: Menu, chosen: int, stint: Stint, upgrade: Upgrade, horizon: Sequence[int], *, timing: Timing, due: int
) -> Draft:
    line = _line(
        menu, chosen, Action.UPGRADE, horizon[stint.since], option=upgrade.name, route="upgrade", timing=timing, due=due
    )
    return replace(line, bills=_bills(stint, horizon), stint=stint)


def _replacement(
    menu: Menu,
    chosen: int,
    event: Event,
    stint: Stint,
    register: Register,
    rebates: Rebates,
    *,
    due: int,
    predecessor: Event | None,
) -> Draft:
    machine, horizon = stint.machine, register.settings.horizon
    year, offer = horizon[event.year], machine.offer
    committed = (scheme for scheme in register.committed if scheme.asset_id == menu.asset.asset_id)
    scheme = next(committed, None) if machine.committed else None
    rebate = rebates.on(stint, menu.asset.trust)
    bills = _bills(stint, horizon) if scheme is None else committed_bills(scheme, register)
    line = _line(
        menu,
        chosen,
        Action.REPLACE,
        year,
        option=machine.option,
        route=_route(offer) if scheme is None else "committed",
        scheme_id=None if scheme is None else scheme.scheme_id,
        timing=_held_against(year, due) if predecessor is None else Timing.ON_TIME,
        due=due,
    )
    return replace(
        line,
        bills=(*bills, *rebate_bills(rebate, year)),
        offer=offer,
        rebate=rebate,
        scheme=scheme,
        stint=stint,
        predecessor=predecessor,
        new_room_first=event.new_room_first,
    )


def _route(offer: Offer | None) -> str:
    return str(Route.PURCHASE if offer is None else offer.route)


def _bills(stint: Stint, horizon: Sequence[int]) -> tuple[Bill, ...]:
    """Charges of a machine while it stands, and before it does."""
    return tuple(
        Bill(year=horizon[position], route=route, gbp=int(charge[stint.since, position]))
        for route, charge in stint.machine.charge.items()
        for position in np.flatnonzero(charge[stint.since, : stint.until]).tolist()
    )


def _extension(menu: Menu, chosen: int, register: Register) -> list[Draft]:
    """Line of a lease extension, if the machine stands on in the first year after its lease."""
    events = menu.events[chosen]
    departs = events[0].year if events else register.settings.years
    contract = register.contracts.get(menu.asset.contract_id or "")
    if contract is None or is_contract_renewed(contract) or not contract.extension_years:
        return []
    first = max(0, contract.end_year - register.settings.start_year)
    if first >= register.settings.years or departs <= first:
        return []
    charge, year = int(menu.machines[0].extension[first]), register.settings.horizon[first]
    line = _line(
        menu, chosen, Action.EXTEND, year, route="lease extension", timing=Timing.KEPT, due=menu.asset.due_year
    )
    return [replace(line, bills=(Bill(year=year, route=Route.LEASE, gbp=charge),) if charge else ())]


def _line(
    menu: Menu,
    chosen: int,
    action: Action,
    year: int | None,
    *,
    timing: Timing,
    due: int,
    option: str | None = None,
    route: str = "none",
    scheme_id: str | None = None,
) -> Draft:
    asset = menu.asset
    when = "" if year is None else f" {year_label(year)}"
    return Draft(
        scheme_id=scheme_id or f"{asset.asset_id} {action}{when}",
        trust=asset.trust,
        site=asset.site,
        modality=asset.modality,
        mobile=asset.mobile,
        action=action,
        year=year,
        option=option,
        route=route,
        units=int(action is Action.REPLACE),
        timing=timing,
        due_year=due,
        menu=menu,
        chosen=chosen,
    )


def _timing_kept(due: int, register: Register) -> Timing:
    return Timing.NOT_FUNDED if due <= register.settings.horizon[-1] else Timing.KEPT


def _held_against(year: int, due: int) -> Timing:
    if year == due:
        return Timing.ON_TIME
    return Timing.EARLY if year < due else Timing.LATE


def standing_machine(menu: Menu, chosen: int, year: int) -> tuple[Machine, int] | None:
    """Machine in service in a year (position) under a schedule, and the position of its figures; None without one."""
    for stint in stints(menu, chosen):
        if stint.since <= year < stint.until:
            return stint.machine, year if stint.machine.is_registered else year - stint.since
    return None
