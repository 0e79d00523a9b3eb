"""Lines of the plan before money and words are put to them: what happens, where and when."""

from __future__ import annotations

from dataclasses import dataclass, replace

from capitalplan.formulation.machines import Machine
from capitalplan.formulation.patterns import Event
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import NEW_ROOM
from capitalplan.register.register import Asset, Register, Site, Upgrade
from capitalplan.service.ageing import is_contract_renewed
from capitalplan.terms import Action, Timing, year_label

__all__ = ["Draft", "draft_lines", "standing_machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One line without money and words.

    Attributes
    ----------
    year
        Financial year; None where nothing happens.
    units
        Machines installed, or rooms built.
    charge_gbp
        Charge to limits, £ cash.
    due_year
        Financial year in which the machine reaches its planned life, the longer one once it is upgraded; the timing is
        held against it. None for additions and rooms.
    own_cost_gbp
        Discounted cost of the machine's schedule, or of what is added, £; on a machine's first line only.
    menu, chosen
        The machine's menu and the schedule chosen from it; no menu for additions and rooms.
    predecessor
        The event that bought the machine this line replaces; None where that is the registered machine.
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
    charge_gbp: int
    timing: Timing
    due_year: int | None = None
    own_cost_gbp: int = 0
    committed: bool = False
    new_room_first: bool = False
    menu: Menu | None = None
    chosen: int = 0
    predecessor: Event | None = None

    @property
    def asset(self) -> Asset | None:
        """The registered machine; None for additions and rooms."""
        return None if self.menu is None else self.menu.asset


def draft_lines(choices: Choices) -> list[Draft]:
    """Lines of a plan in order of trust, site, modality, machine and year."""
    register = choices.columns.register
    drafts = [draft for menu, chosen in choices.schedules for draft in _asset_lines(menu, chosen, register)]
    drafts += _added_lines(choices)
    return sorted(
        drafts,
        key=lambda draft: (
            draft.trust,
            draft.site,
            draft.modality,
            draft.asset is None,
            "" if draft.asset is None else draft.asset.asset_id,
            draft.year or 0,
            draft.scheme_id,
        ),
    )


def _asset_lines(menu: Menu, chosen: int, register: Register) -> list[Draft]:
    asset, events = menu.asset, menu.events[chosen]
    horizon = register.settings.horizon
    lines = _extension(menu, chosen, register)
    due: int = asset.due_year
    bought: Event | None = None
    for event in events:
        upgrade = menu.machines[event.machine].upgrade if event.action is Action.UPGRADE else None
        if event.action is Action.RETIRE:
            lines.append(_line(menu, chosen, Action.RETIRE, horizon[event.year], timing=Timing.KEPT, due=due))
        elif upgrade is not None:
            due += upgrade.years_gained
            timing = _timing_kept(due, register) if event is events[-1] else Timing.KEPT
            lines.append(_upgrade(menu, chosen, event, upgrade, horizon[event.year], timing=timing, due=due))
        else:
            lines.append(_replacement(menu, chosen, event, register, due=due, predecessor=bought))
            bought = event
    if not lines:
        contract = register.contracts.get(asset.contract_id or "")
        held = is_contract_renewed(contract)
        timing = Timing.KEPT if held else _timing_kept(due, register)
        route = "contract" if held else "none"
        lines.append(_line(menu, chosen, Action.KEEP, None, route=route, timing=timing, due=due))
    lines[0] = replace(lines[0], own_cost_gbp=int(menu.figures.present_value[chosen]))
    return lines


def _upgrade(menu: Menu, chosen: int, event: Event, upgrade: Upgrade, year: int, *, timing: Timing, due: int) -> Draft:
    return _line(
        menu,
        chosen,
        Action.UPGRADE,
        year,
        option=upgrade.name,
        route="upgrade",
        charge=int(menu.machines[event.machine].charges[event.year]),
        timing=timing,
        due=due,
    )


def _replacement(
    menu: Menu, chosen: int, event: Event, register: Register, *, due: int, predecessor: Event | None
) -> Draft:
    machine, year = menu.machines[event.machine], register.settings.horizon[event.year]
    committed = (scheme for scheme in register.committed if scheme.asset_id == menu.asset.asset_id)
    scheme = next(committed, None) if machine.committed else None
    line = _line(
        menu,
        chosen,
        Action.REPLACE,
        year,
        option=machine.option,
        route="purchase" if scheme is None else "committed",
        scheme_id=None if scheme is None else scheme.scheme_id,
        charge=int(machine.charges[event.year]),
        timing=_held_against(year, due) if predecessor is None else Timing.ON_TIME,
        due=due,
    )
    return replace(line, predecessor=predecessor, new_room_first=event.new_room_first)


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
        menu,
        chosen,
        Action.EXTEND,
        year,
        route="lease extension",
        charge=charge,
        timing=Timing.KEPT,
        due=menu.asset.due_year,
    )
    return [line]


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
    charge: int = 0,
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
        charge_gbp=charge,
        timing=timing,
        due_year=due,
        committed=scheme_id is not None,
        menu=menu,
        chosen=chosen,
    )


def _timing_kept(due: int, register: Register) -> Timing:
    return Timing.NOT_FUNDED if due <= register.settings.horizon[-1] else Timing.KEPT


def _held_against(year: int, due: int) -> Timing:
    if year == due:
        return Timing.ON_TIME
    return Timing.EARLY if year < due else Timing.LATE


def _added_lines(choices: Choices) -> list[Draft]:
    register = choices.columns.register
    horizon = register.settings.horizon
    drafts = []
    for addition, count in choices.additions:
        year, option = horizon[addition.year], addition.option
        drafts.append(
            _added(
                scheme_id=f"{addition.site.code} add {option.name} {year_label(year)}",
                site=addition.site,
                modality=option.modality,
                mobile=option.mobile,
                year=year,
                option=option.name,
                units=count,
                charge_gbp=count * addition.charge,
                own_cost_gbp=count * addition.present_value,
            )
        )
    for room, count in choices.rooms:
        year = horizon[room.year]
        drafts.append(
            _added(
                scheme_id=f"{room.site.code} {NEW_ROOM} {room.modality} {year_label(year)}",
                site=room.site,
                modality=room.modality,
                mobile=False,
                year=year,
                option=NEW_ROOM,
                units=count,
                charge_gbp=count * room.charge,
                own_cost_gbp=count * room.present_value,
            )
        )
    for fixed in choices.columns.fixed:
        scheme, option = fixed.scheme, register.options[fixed.scheme.option]
        line = _added(
            scheme_id=scheme.scheme_id,
            site=register.sites[scheme.site],
            modality=option.modality,
            mobile=option.mobile,
            year=scheme.year,
            option=option.name,
            units=1,
            charge_gbp=scheme.capital_gbp,
            own_cost_gbp=fixed.present_value,
        )
        drafts.append(replace(line, route="committed", committed=True))
    return drafts


def _added(
    *,
    scheme_id: str,
    site: Site,
    modality: str,
    mobile: bool,
    year: int,
    option: str,
    units: int,
    charge_gbp: int,
    own_cost_gbp: int,
) -> Draft:
    return Draft(
        scheme_id=scheme_id,
        trust=site.trust,
        site=site.code,
        modality=modality,
        mobile=mobile,
        action=Action.ADD,
        year=year,
        option=option,
        route="purchase",
        units=units,
        charge_gbp=charge_gbp,
        own_cost_gbp=own_cost_gbp,
        timing=Timing.ON_TIME,
    )


def standing_machine(menu: Menu, chosen: int, year: int) -> tuple[Machine, int] | None:
    """Machine in service in a year (position) under a schedule, and the position of its figures; None without one."""
    standing, since = 0, 0
    for event in menu.events[chosen]:
        if event.year > year:
            break
        standing, since = event.machine, event.year
    if standing < 0:
        return None
    machine = menu.machines[standing]
    return machine, year if machine.is_registered else year - since
