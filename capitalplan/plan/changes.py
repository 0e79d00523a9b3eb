"""What a plan changes of the approved one, in words and at what price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from capitalplan.formulation.approved import AddedKey, Approved, Step, added_key, change_price, steps
from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import Change
from capitalplan.register.register import Register
from capitalplan.terms import Action, year_label

__all__ = ["change_values_gbp", "changes"]


def changes(choices: Choices) -> tuple[Change, ...]:
    """Changes from the approved plan, machines first, each at its undiscounted price; none without an approved plan.

    A machine is one line, priced in the first year in which it differs. Machines added are one line for each site,
    option, offer and year, priced for each machine more or fewer.
    """
    return tuple(change for _, change in _dated(choices))


def change_values_gbp(choices: Choices) -> tuple[int, ...]:
    """Price put on changes by year (position), £, undiscounted."""
    values = [0] * choices.columns.register.settings.years
    for position, change in _dated(choices):
        values[position] += change.price_gbp
    return tuple(values)


def _dated(choices: Choices) -> list[tuple[int, Change]]:
    """Changes with the year (position) in which each is priced."""
    approved, register = choices.columns.approved, choices.columns.register
    if approved is None:
        return []
    return [*_of_machines(choices, approved, register), *_of_additions(choices, approved, register)]


def _of_machines(choices: Choices, approved: Approved, register: Register) -> Iterable[tuple[int, Change]]:
    for menu, chosen in choices.schedules:
        position = approved.differs(menu, chosen)
        if position is not None:
            asset = menu.asset
            yield (
                position,
                Change(
                    what=asset.asset_id,
                    asset_id=asset.asset_id,
                    site=asset.site,
                    approved=_happens(approved.machines.get(asset.asset_id, ()), register),
                    planned=_happens(steps(menu, chosen), register),
                    firm=position < register.settings.firm_years,
                    price_gbp=change_price(position, register),
                ),
            )


def _of_additions(choices: Choices, approved: Approved, register: Register) -> Iterable[tuple[int, Change]]:
    planned: Counter[AddedKey] = Counter(added_key(each) for each in choices.columns.fixed)
    for addition, count in choices.additions:
        planned[added_key(addition)] += count
    for key in sorted({*approved.added, *planned}, key=lambda each: (each[0], each[3], each[1], each[2] or "")):
        site, option, offer, position = key
        before, after = approved.added.get(key, 0), planned[key]
        if before != after:
            year = year_label(register.settings.horizon[position])
            by = "" if offer is None else f" by {offer}"
            yield (
                position,
                Change(
                    what=f"{option} added at {site}",
                    asset_id=None,
                    site=site,
                    approved=f"add {before} in {year}{by}" if before else f"none in {year}{by}",
                    planned=f"add {after} in {year}{by}" if after else f"none in {year}{by}",
                    firm=position < register.settings.firm_years,
                    price_gbp=abs(after - before) * change_price(position, register),
                ),
            )


def _happens(events: Iterable[Step], register: Register) -> str:
    """In words, such as ``replace 2027/28 by CT standard``; ``keep`` where nothing happens."""
    words = []
    for position, action, name, offer, new_room_first in events:
        text = f"{action} {year_label(register.settings.horizon[position])}"
        text += {Action.REPLACE: f" by {name}", Action.UPGRADE: f" ({name})"}.get(action, "")
        text += "" if offer is None else f" through {offer}"
        words.append(text + (", new room first" if new_room_first else ""))
    return "; ".join(words) or "keep"
