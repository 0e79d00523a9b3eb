"""The approved plan a plan is to stay close to: where choices differ from it, and what each difference costs.

Events of years outside the plan are left aside. What is added at a site is compared machine by machine of an option
(and offer) and year, committed additions included; new rooms follow machines and are not compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from capitalplan.formulation.additions import Addition, FixedAddition
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.plan import NEW_ROOM
from capitalplan.register.register import Register
from capitalplan.terms import Action

__all__ = [
    "AddedKey",
    "Approved",
    "Deviation",
    "Step",
    "added_key",
    "change_price",
    "deviations",
    "settled_changes",
    "steps",
]

Step = tuple[int, Action, str | None, str | None, bool]
"""Year (position), action, option or upgrade, offer, and whether it is made new room first."""
AddedKey = tuple[str, str, str | None, int]
"""Site, option, offer and year (position) of machines added."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """``more`` and ``fewer``: machines of an addition, by its number, beyond and below those approved."""

    addition: int
    approved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The approved plan, as far as it falls into the years of this one.

    Attributes
    ----------
    machines
        What happens to each machine, in order of year; machines to which nothing happens are absent.
    added
        Machines added.
    """

    machines: Mapping[str, tuple[Step, ...]]
    added: Mapping[AddedKey, int]

    @classmethod
    def of(cls, register: Register) -> Approved | None:
        """The approved plan of a register, if it has one."""
        if not register.approved:
            return None
        horizon = register.settings.horizon
        machines: dict[str, list[Step]] = defaultdict(list)
        added: Counter[AddedKey] = Counter()
        for line in register.approved:
            if line.year not in horizon:
                continue
            position = line.year - horizon[0]
            if line.asset_id is not None:
                machines[line.asset_id].append((position, line.action, line.option, line.offer, line.new_room_first))
            elif line.option not in (None, NEW_ROOM):
                added[line.site, line.option or "", line.offer, position] += line.units
        return cls(
            machines={name: tuple(sorted(found, key=lambda step: step[0])) for name, found in machines.items()},
            added=added,
        )

    def differs(self, menu: Menu, row: int) -> int | None:
        """First year (position) in which a schedule is not what is approved for its machine; None where it is."""
        approved, planned = self.machines.get(menu.asset.asset_id, ()), steps(menu, row)
        return min((step[0] for step in {*approved} ^ {*planned}), default=None)


def steps(menu: Menu, row: int) -> tuple[Step, ...]:
    """What happens to a machine under a schedule."""
    found = []
    for event in menu.events[row]:
        machine = None if event.action is Action.RETIRE else menu.machines[event.machine]
        upgrade = None if machine is None else machine.upgrade
        name = upgrade.name if upgrade is not None else machine.option if machine is not None else None
        offer = None if machine is None or machine.offer is None else machine.offer.name
        found.append((event.year, event.action, name, offer, event.new_room_first))
    return tuple(found)


def added_key(each: Addition | FixedAddition) -> AddedKey:
    """What an addition is compared by."""
    if isinstance(each, FixedAddition):
        return each.scheme.site, each.scheme.option, None, each.year
    offer = each.machine.offer
    return each.site.code, each.option.name, None if offer is None else offer.name, each.year


def change_price(position: int, register: Register) -> int:
    """Price of a change in a year (position), £: a judgement."""
    settings = register.settings
    return settings.firm_change_price_gbp if position < settings.firm_years else settings.change_price_gbp


def deviations(
    approved: Approved | None, additions: Sequence[Addition], fixed: Sequence[FixedAddition]
) -> tuple[Deviation, ...]:
    """Additions of which some machines are approved beside committed ones, and how many."""
    if approved is None:
        return ()
    committed = Counter(added_key(each) for each in fixed)
    wanted = ((number, added_key(each)) for number, each in enumerate(additions))
    return tuple(
        Deviation(number, left) for number, key in wanted if (left := approved.added.get(key, 0) - committed[key]) > 0
    )


def settled_changes(
    approved: Approved | None, additions: Sequence[Addition], fixed: Sequence[FixedAddition]
) -> dict[AddedKey, int]:
    """Machines added that differ from the approved plan whatever is decided.

    They are committed without being approved, or approved but no longer to be had.
    """
    if approved is None:
        return {}
    committed = Counter(added_key(each) for each in fixed)
    open_now = {added_key(each) for each in additions}
    balance = {key: approved.added.get(key, 0) - committed[key] for key in {*approved.added, *committed}}
    return {key: abs(left) for key, left in balance.items() if left < 0 or (left > 0 and key not in open_now)}
