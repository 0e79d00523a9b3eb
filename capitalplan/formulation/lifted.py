"""What schedules that break a rule lifted ask of locks and dates, and of the cap on age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.patterns import Event
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.variables import Columns
from capitalplan.terms import Action, Lock

__all__ = [
    "AGE_CAP",
    "LAST_MACHINE",
    "LIFTED",
    "LOCK",
    "NOT_AFTER",
    "NOT_BEFORE",
    "SUPPORT",
    "SWAP_COVER",
    "delays",
    "departure",
    "moved_lock",
    "oldest_ages",
    "strays",
    "supported",
]

Floats = npt.NDArray[np.float64]

LOCK, NOT_BEFORE, NOT_AFTER, SUPPORT = "lock", "not before", "not after", "end of support"
AGE_CAP, LAST_MACHINE, SWAP_COVER = "age cap", "last machine", "swap cover"
LIFTED = frozenset({LOCK, NOT_BEFORE, NOT_AFTER, SUPPORT, AGE_CAP, LAST_MACHINE, SWAP_COVER})
"""Rules that take schedules off menus and that a change of a cell can lift."""
STRAY_YEARS = 20.0
"""What a schedule that breaks another rule counts, beside those that only go later."""


def delays(columns: Columns) -> Floats:
    """Years by which each schedule goes later than a lock or date asks; infinite where it breaks another rule."""
    start, years = columns.register.settings.start_year, columns.register.settings.years
    found = []
    for menu in columns.table.menus:
        asset, broken = menu.asset, menu.broken
        nothing = np.zeros(len(menu.events), dtype=bool)
        locked = broken.get(LOCK, nothing)
        others = [each for rule, each in broken.items() if rule not in (LOCK, NOT_AFTER, SUPPORT)]
        closed = np.logical_or.reduce([nothing, *others])
        for number, events in enumerate(menu.events):
            leaves = start + departure(events, years)
            dates = (
                (locked, asset.lock_year, leaves),
                (broken.get(NOT_AFTER, nothing), asset.latest_year, leaves),
                (broken.get(SUPPORT, nothing), asset.end_of_support_year, start + supported(menu, number, years)),
            )
            late = [then - year for mask, year, then in dates if mask[number] and year is not None]
            as_locked = not locked[number] or moved_lock(asset.lock, asset.lock_year, events)
            only_later = as_locked and not closed[number] and min(late, default=0) >= 0
            found.append(float(max(late, default=0)) if only_later else np.inf)
    return np.array(found, dtype=np.float64)


def strays(columns: Columns) -> Floats:
    """Years by which each schedule goes later than a lock or date asks, or many where it breaks another rule."""
    years = delays(columns)
    return np.where(np.isfinite(years), years, STRAY_YEARS)


def departure(events: Sequence[Event], years: int) -> int:
    """Year (position) in which the registered machine leaves; ``years`` if it stays."""
    return next((event.year for event in events if event.action is not Action.UPGRADE), years)


def supported(menu: Menu, number: int, years: int) -> int:
    """First year (position) without support that a schedule allows; an upgrade by then gains its years."""
    events = menu.events[number]
    leaves = departure(events, years)
    upgrade = menu.machines[events[0].machine].upgrade if events and events[0].action is Action.UPGRADE else None
    return leaves if upgrade is None else min(leaves, max(leaves - upgrade.years_gained, events[0].year))


def moved_lock(lock: Lock | None, lock_year: int | None, events: Sequence[Event]) -> bool:
    """Whether a schedule does what a lock with a year asks, but in another year."""
    if lock_year is None or not events:
        return False
    return (lock, events[0].action) in {(Lock.REPLACE, Action.REPLACE), (Lock.RETIRE, Action.RETIRE)}


def oldest_ages(menu: Menu, years: int) -> npt.NDArray[np.int64]:
    """Oldest age at which a machine is in service, schedule by schedule, shape ``(K,)``."""
    return np.array([max(_ages(menu, events, years), default=0) for events in menu.events], dtype=np.int64)


def _ages(menu: Menu, events: Sequence[Event], years: int) -> Iterator[int]:
    standing, since, read_from = 0, 0, 0
    for event in (*events, Event(years, Action.RETIRE, -1)):
        if standing >= 0 and event.year > since:
            yield int(menu.machines[standing].ages[since - read_from : event.year - read_from].max())
        if event.action is not Action.UPGRADE:
            read_from = event.year
        standing, since = event.machine, event.year
