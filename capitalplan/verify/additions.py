"""Reading additions and new rooms out of the plan's lines, and what each line is charged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Offer, Option, Scheme
from capitalplan.terms import Action, ContractEnd, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding, Stint, hold, hold_rooms
from capitalplan.verify.machines.acquired import Acquisition, added
from capitalplan.verify.machines.rooms import new_room
from capitalplan.verify.route import contract_fault
from capitalplan.verify.schedules import offer_faults

__all__ = ["Addition", "read_additions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Machines added or rooms built by one line.

    Attributes
    ----------
    first
        Position of its year.
    is_room
        Whether it builds rooms rather than adds machines.
    scheme
        The committed scheme it is, if any.
    """

    line: PlannedScheme
    first: int
    is_room: bool
    holding: Holding
    scheme: Scheme | None


def read_additions(context: Context, plan: Plan, findings: Findings) -> list[Addition]:
    """Read every line without a machine; those that make no addition are reported and left out of the other checks."""
    lines = [line for line in plan.schemes if line.asset_id is None]
    seen: Counter[tuple[object, ...]] = Counter()
    additions = []
    for line in lines:
        scheme = context.committed.get(line.scheme_id) if line.committed else None
        scheme = scheme if scheme is not None and scheme.action is Action.ADD else None
        fault = next(_faults(context, line, scheme), None)
        if fault is None and scheme is None:
            key = (line.site, line.modality, line.option, line.offer, line.year)
            fault = "another line adds the same in the same year" if seen[key] else None
            seen[key] += 1
        what = f"{line.scheme_id} at {line.site}: {fault}."
        if findings.require("choice", fault is None, what, place=line.site, year=line.year):
            additions.append(_addition(context, line, scheme))
    return additions


def _addition(context: Context, line: PlannedScheme, scheme: Scheme | None) -> Addition:
    first = context.position(line.year)
    if first is None or line.option is None:
        raise AssertionError("lines are read only once they are found to make an addition")
    if line.option == NEW_ROOM:
        room = new_room(context, line.site, max(_works(context, line.modality)), first)
        holding = hold_rooms(context, line.site, room, line.units)
        return Addition(line=line, first=first, is_room=True, holding=holding, scheme=None)
    option, offer = context.register.options[line.option], _offer(context, line)
    machine = added(context, line.site, Acquisition(option=option, first=first, scheme=scheme, offer=offer))
    until = max(first, context.closing(line.site))
    if offer is not None and offer.at_end is ContractEnd.RETURN:
        until = min(until, first + offer.years)
    holding = hold(context, line.site, option.line, [Stint(machine, until)], line.units)
    return Addition(line=line, first=first, is_room=False, holding=holding, scheme=scheme)


def _offer(context: Context, line: PlannedScheme) -> Offer | None:
    return None if line.offer is None else context.offers[line.offer]


def _works(context: Context, modality: str) -> list[int]:
    options = context.register.options.values()
    return [option.works_gbp for option in options if option.modality == modality and option.can_add]


def _faults(context: Context, line: PlannedScheme, scheme: Scheme | None) -> Iterator[str]:
    """Yield why a line makes no addition; each fault is looked for only where the ones before it are absent."""
    if line.action is not Action.ADD:
        yield f"'{line.action}' names no machine"
    first = context.position(line.year)
    if first is None:
        when = "has no year" if line.year is None else f"falls in {year_label(line.year)}, outside the plan"
        yield f"the addition {when}"
        return
    if line.site not in context.register.sites:
        yield "the site is not in the register"
    if line.units < 1:
        yield f"{line.units} machines or rooms cannot be added"
    if line.new_room_first:
        yield "an addition replaces nothing, so no new room comes first"
    if line.option == NEW_ROOM:
        if line.mobile:
            yield "a mobile unit needs no room"
        if not _works(context, line.modality):
            yield f"no {line.modality} option may be added, so no room is due"
        if line.offer is not None:
            yield "a room is built, not leased or managed"
        if not context.can_be_ordered(context.settings.new_room_months, first):
            yield "it should have been ordered before the plan begins"
        return
    if line.offer is not None:
        yield from offer_faults(context, line)
    yield from _option_faults(context, line, first, scheme)


def _option_faults(context: Context, line: PlannedScheme, first: int, scheme: Scheme | None) -> Iterator[str]:
    option = context.register.options.get(line.option or "")
    if option is None:
        yield f"{line.option or 'nothing'} is added, which the catalogue does not have"
    elif (option.modality, option.mobile) != (line.modality, line.mobile):
        yield f"{option.name} is of the line {option.line}, not of the line stated"
    elif option.line not in context.register.lines:
        yield f"{option.name} is of the line {option.line}, which the register does not have"
    elif scheme is None and not context.settings.allow_new_capacity:
        yield "new capacity is not allowed"
    elif scheme is None and not option.can_add:
        yield f"{option.name} may not be added"
    elif scheme is None:
        yield from _timing_faults(context, line, option, first)


def _timing_faults(context: Context, line: PlannedScheme, option: Option, first: int) -> Iterator[str]:
    months = context.register.lines[option.line].order_months
    if not context.can_be_ordered(months, first):
        yield f"{option.name} takes {months} months, so it should have been ordered before the plan begins"
    offer = _offer(context, line)
    if offer is not None:
        closing = context.closing(line.site)
        leaves = closing if closing < context.years else None
        if offer.at_end is ContractEnd.RETURN:
            ends = first + offer.years
            leaves = ends if ends < context.years and (leaves is None or ends <= leaves) else leaves
        fault = contract_fault(context, offer, context.register.sites[line.site].trust, first, leaves)
        if fault is not None:
            yield fault
