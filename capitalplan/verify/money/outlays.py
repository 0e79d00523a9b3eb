"""What every line of the plan is charged to capital limits, and which trusts bear it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from capitalplan.plan.plan import PlannedScheme
from capitalplan.register.register import Scheme
from capitalplan.terms import Action, Route, round_half_up
from capitalplan.verify.additions import Addition
from capitalplan.verify.context import Context
from capitalplan.verify.holdings import Holding, Stint
from capitalplan.verify.machines.machine import Property
from capitalplan.verify.machines.rooms import Room
from capitalplan.verify.schedules import Schedule

__all__ = ["Charge", "Outlay", "Rebate", "bear", "list_outlays"]

Charge = tuple[int, Route]
"""Position and route of a charge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebate:
    """What a price tier takes off one machine.

    Attributes
    ----------
    framework
        Whose tier it is.
    cash
        Off its charge, £ cash.
    real, worth
        Off its capital, and off its worth at the end of the plan, real £.
    saved
        The rebate as property: what is not written off.
    """

    framework: str
    cash: int
    real: int
    worth: int
    saved: Property


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlay:
    """One line of the plan with what it buys.

    Attributes
    ----------
    owner
        Legal owner of what it buys.
    units
        How many alike.
    stint
        The machine it brings in, upgrades or extends the lease of, and when that leaves; None for rooms and for lines
        that do nothing of the kind.
    room
        The room it builds.
    scheme
        The committed scheme it is, if any.
    charges
        One unit's, £ cash, rebates not taken off.
    rebates
        What price tiers take off one unit.
    """

    line: PlannedScheme
    owner: str
    units: int
    stint: Stint | None = None
    room: Room | None = None
    scheme: Scheme | None = None
    charges: Mapping[Charge, int]
    rebates: tuple[Rebate, ...] = ()

    @property
    def installs(self) -> bool:
        """Whether it brings in a machine."""
        return self.stint is not None and self.line.action in (Action.REPLACE, Action.ADD)

    @property
    def rebate_cash(self) -> int:
        """What is taken off all its units, £ cash."""
        return self.units * sum(rebate.cash for rebate in self.rebates)

    @property
    def properties(self) -> Iterator[tuple[Property, int | None]]:
        """What one unit buys and when it leaves the books, None for what stays in them to the end."""
        if self.room is not None:
            yield self.room.building, None
        if self.stint is not None:
            for each in self.stint.machine.properties:
                if each.first is not None:
                    yield each, None if each.stays else self.stint.until


def list_outlays(
    context: Context,
    schedules: Mapping[str, Schedule],
    holdings: Mapping[str, Holding],
    additions: Sequence[Addition],
) -> list[Outlay]:
    """Recompute the charges of every line that could be read, before any rebate."""
    outlays = []
    for addition in additions:
        holding = addition.holding
        stint = holding.stints[0] if holding.stints else None
        made = holding.room if stint is None else stint.machine
        outlays.append(
            Outlay(
                line=addition.line,
                owner=context.register.sites[addition.line.site].trust,
                units=holding.units,
                stint=stint,
                room=holding.room,
                scheme=addition.scheme,
                charges={} if made is None else _within(made.charges, context.years if stint is None else stint.until),
            )
        )
    for name, schedule in schedules.items():
        stints = holdings[name].stints
        later = iter(stints[1:])
        replaced = iter(schedule.replaced)
        for line in schedule.lines:
            stint = scheme = None
            if line.action is Action.EXTEND:
                stint = stints[0]
            elif line.action is Action.UPGRADE:
                stint = next(later)
            elif line.action is Action.REPLACE:
                stint, scheme = next(later), next(replaced).acquired.scheme
            charges = {} if stint is None else _within(stint.machine.charges, stint.until)
            owner = schedule.asset.trust
            outlays.append(Outlay(line=line, owner=owner, units=1, stint=stint, scheme=scheme, charges=charges))
    return outlays


def bear(context: Context, outlay: Outlay) -> dict[tuple[int, Route, str], int]:
    """Recompute what each trust bears of a line by position and route, all units together, rebates taken off, £ cash.

    Trusts with a share bear it of every unit's charge, and of what a rebate takes off it; the owner bears the rest.
    """
    line = outlay.line
    shares = context.cost_shares(line.asset_id, line.site)
    amounts = [(t, route, amount) for (t, route), amount in outlay.charges.items()]
    if outlay.stint is not None:
        bought_in = outlay.stint.machine.first
        amounts += [(bought_in, Route.PURCHASE, -rebate.cash) for rebate in outlay.rebates]
    borne: Counter[tuple[int, Route, str]] = Counter()
    for t, route, amount in amounts:
        parts = {share.trust: round_half_up(share.share * amount) for share in shares}
        for trust, part in parts.items():
            borne[t, route, trust] += outlay.units * part
        borne[t, route, outlay.owner] += outlay.units * (amount - sum(parts.values()))
    return {key: amount for key, amount in borne.items() if amount}


def _within(charges: Mapping[Charge, int], until: int) -> dict[Charge, int]:
    return {(t, route): amount for (t, route), amount in charges.items() if t < until}
