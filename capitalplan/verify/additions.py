"""Reading additions and new rooms out of the plan's lines, and what each line is charged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Scheme
from capitalplan.terms import Action, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding, Stint, hold, hold_rooms
from capitalplan.verify.machines import added, room_charge

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
    charge
        Recomputed charge to capital limits, £ cash.
    scheme
        The committed scheme it is, if any.
    """

    line: PlannedScheme
    first: int
    is_room: bool
    charge: int
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
            key = (line.site, line.modality, line.option, line.year)
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
        works = max(_works(context, line.modality))
        holding = hold_rooms(context, line.site, works, first, line.units)
        charge = line.units * room_charge(context, works, first)
        return Addition(line=line, first=first, is_room=True, charge=charge, holding=holding, scheme=None)
    option = context.register.options[line.option]
    machine = added(context, line.site, option, first, scheme)
    until = max(first, context.closing(line.site))
    holding = hold(context, line.site, option.line, [Stint(machine, until)], line.units)
    charge = line.units * machine.charge
    return Addition(line=line, first=first, is_room=False, charge=charge, holding=holding, scheme=scheme)


def _works(context: Context, modality: str) -> list[int]:
    options = context.register.options.values()
    return [option.works_gbp for option in options if option.modality == modality and option.can_add]


def _faults(context: Context, line: PlannedScheme, scheme: Scheme | None) -> Iterator[str]:
    """Yield why a line makes no addition; each fault is looked for only where the ones before it are absent."""
    if line.action is not Action.ADD:
        yield f"'{line.action}' names no machine"
    if context.position(line.year) is None:
        when = "has no year" if line.year is None else f"falls in {year_label(line.year)}, outside the plan"
        yield f"the addition {when}"
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
        return
    yield from _option_faults(context, line, scheme)


def _option_faults(context: Context, line: PlannedScheme, scheme: Scheme | None) -> Iterator[str]:
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
