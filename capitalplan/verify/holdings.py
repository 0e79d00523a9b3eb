"""What one schedule, addition or room costs and gives, year by year, and its present value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import Heading, round_half_up
from capitalplan.verify.context import Context
from capitalplan.verify.machines.acquired import bought
from capitalplan.verify.machines.existing import contract_held, registered, upgraded
from capitalplan.verify.machines.machine import Machine
from capitalplan.verify.machines.rooms import Room
from capitalplan.verify.schedules import Schedule

__all__ = ["Holding", "Stint", "hold", "hold_asset", "hold_rooms"]


@dataclass(frozen=True, slots=True)
class Stint:
    """A machine and the position at which it leaves service, T when it stands at the end.

    Attributes
    ----------
    goes_on
        Whether it is the same machine that stands on as the next, upgraded, and so brings nothing.
    """

    machine: Machine
    until: int
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Yearly sums over the machines of one schedule or line, all its units together. Tuples are indexed by position.

    Attributes
    ----------
    site, line
        Where, and in which service line; None for rooms.
    units
        How many alike.
    room
        The new room, for those.
    capital, upkeep, age_risk, receipts
        Real £ ex VAT, undiscounted.
    running
        Upkeep by heading.
    capacity, lost
        Scans a year.
    extra_hours
        Hours a year that can be worked beyond staffed ones, by throughput class (scans an hour).
    machines, over_age
        Machines in service and those past their planned life.
    breakdowns
        Serious breakdowns expected in a year.
    swaps
        Positions at which a machine is replaced in its own room.
    terminal
        Worth at the end of the plan, real £, undiscounted.
    present_value
        Discounted cost less worth at the end, £.
    """

    site: str
    line: str | None
    units: int
    stints: tuple[Stint, ...]
    room: Room | None
    capital: tuple[int, ...]
    upkeep: tuple[int, ...]
    running: Mapping[Heading, tuple[int, ...]]
    age_risk: tuple[int, ...]
    receipts: tuple[int, ...]
    capacity: tuple[int, ...]
    lost: tuple[int, ...]
    extra_hours: Mapping[Fraction, tuple[int, ...]]
    machines: tuple[int, ...]
    over_age: tuple[int, ...]
    breakdowns: tuple[Fraction, ...]
    swaps: frozenset[int]
    terminal: int
    present_value: int

    def ages_in_service(self) -> Iterator[tuple[int, int]]:
        """Yield each position in service with the age of the machine then in service."""
        for stint in self.stints:
            for t in range(stint.machine.first, stint.until):
                yield t, stint.machine.ages[t]


def hold(
    context: Context,
    site: str,
    line: str,
    stints: Sequence[Stint],
    units: int = 1,
    swaps: frozenset[int] = frozenset(),
) -> Holding:
    """Add up machines that follow one another, ``units`` times over."""
    years = range(context.years)
    capital, receipts = [0] * context.years, [0] * context.years
    terminal = 0
    serving: list[list[Machine]] = [[] for _ in years]
    for stint in stints:
        machine = stint.machine
        capital = [so_far + more for so_far, more in zip(capital, machine.capital, strict=True)]
        for t in range(machine.first, stint.until):
            serving[t].append(machine)
        if stint.goes_on:
            continue
        if stint.until < context.years:
            receipts[stint.until] += machine.receipt(stint.until)
        else:
            terminal += machine.terminal
    running: defaultdict[Heading, list[int]] = defaultdict(lambda: [0] * context.years)
    for stint in stints:
        for heading, amounts in stint.machine.running.items():
            for t in range(stint.machine.first, stint.until):
                running[heading][t] += amounts[t]
    upkeep = [sum(amounts[t] for amounts in running.values()) for t in years]
    age_risk = [sum(machine.age_risk[t] for machine in serving[t]) for t in years]
    costs = [capital[t] + upkeep[t] + age_risk[t] - receipts[t] for t in years]

    def times(values: Sequence[int]) -> tuple[int, ...]:
        return tuple(value * units for value in values)

    return Holding(
        site=site,
        line=line,
        units=units,
        stints=tuple(stints),
        room=None,
        capital=times(capital),
        upkeep=times(upkeep),
        running={heading: times(amounts) for heading, amounts in running.items()},
        age_risk=times(age_risk),
        receipts=times(receipts),
        capacity=times([sum(machine.capacity[t] for machine in serving[t]) for t in years]),
        lost=times([sum(machine.lost[t] for machine in serving[t]) for t in years]),
        extra_hours=_extra_hours(serving, units),
        machines=times([len(serving[t]) for t in years]),
        over_age=times([sum(machine.over_age[t] for machine in serving[t]) for t in years]),
        breakdowns=tuple(units * sum((machine.breakdowns[t] for machine in serving[t]), Fraction(0)) for t in years),
        swaps=swaps,
        terminal=units * terminal,
        present_value=units * _present_value(context, costs, terminal),
    )


def hold_asset(context: Context, schedule: Schedule) -> Holding:
    """Add up a registered machine and those that replace it."""
    asset = schedule.asset
    if context.is_contract_held(asset):
        chain = [contract_held(context, asset)]
    else:
        chain = [registered(context, asset, schedule.extended)]
    if schedule.upgraded is not None:
        chain.append(upgraded(context, asset, schedule.upgraded.upgrade, schedule.upgraded.first))
    chain += [bought(context, asset, each.acquired, new_room_first=each.new_room_first) for each in schedule.replaced]
    end = context.years if schedule.retired is None else schedule.retired
    ends = [*(machine.first for machine in chain[1:]), end]
    stints = [
        Stint(machine, until, goes_on=number == 0 and schedule.upgraded is not None)
        for number, (machine, until) in enumerate(zip(chain, ends, strict=True))
    ]
    swaps = frozenset(each.first for each in schedule.replaced if not each.new_room_first)
    return hold(context, asset.site, asset.line, stints, swaps=swaps)


def hold_rooms(context: Context, site: str, room: Room, units: int) -> Holding:
    """Add up new rooms built at a site in one year."""
    nothing = (0,) * context.years
    return Holding(
        site=site,
        line=None,
        units=units,
        stints=(),
        room=room,
        capital=tuple(cost * units for cost in room.capital),
        upkeep=nothing,
        running={},
        age_risk=nothing,
        receipts=nothing,
        capacity=nothing,
        lost=nothing,
        extra_hours={},
        machines=nothing,
        over_age=nothing,
        breakdowns=(Fraction(0),) * context.years,
        swaps=frozenset(),
        terminal=units * room.terminal,
        present_value=units * _present_value(context, room.capital, room.terminal),
    )


def _extra_hours(serving: Sequence[Sequence[Machine]], units: int) -> dict[Fraction, tuple[int, ...]]:
    hours: defaultdict[Fraction, list[int]] = defaultdict(lambda: [0] * len(serving))
    for t, machines in enumerate(serving):
        for machine in machines:
            hours[machine.scans_per_hour][t] += units * machine.extra_hours[t]
    return {rate: tuple(by_year) for rate, by_year in hours.items()}


def _present_value(context: Context, costs: Sequence[int], terminal: int) -> int:
    spent = sum((context.discount[t] * cost for t, cost in enumerate(costs)), Fraction(0))
    return round_half_up(spent - context.discount[context.years] * terminal)
