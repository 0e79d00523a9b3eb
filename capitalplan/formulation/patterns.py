"""What can happen to one place over the horizon, before anything is known of the machine in it.

Machines are numbered: 0 is the registered one, 1.. are those that may be acquired (each option bought and by each of
its offers, then a committed one), after them come the registered one as upgraded, and -1 is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

from capitalplan.terms import Action

__all__ = ["Event", "Patterns", "count_patterns", "patterns"]

Chain = tuple["Event", ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens at the start of a year.

    Attributes
    ----------
    year
        Position in the horizon.
    action
        ``replace``, ``retire`` or ``upgrade``.
    machine
        Number of the machine bought, or of the upgraded machine; -1 for a retirement.
    new_room_first
        Whether a machine bought is set up in a spare room before the old one goes, without an outage.
    """

    year: int
    action: Action
    machine: int
    new_room_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """All patterns of a horizon, one a row.

    Attributes
    ----------
    events
        What happens, in order of year.
    machine
        Machine in service by year, shape ``(K, T)``.
    position
        Where to read that machine's figures, shape ``(K, T)``: the year for the registered machine (upgraded or not),
        its age for others.
    bought, upgraded
        Machine bought, and upgraded machine made, at the start of a year, -1 for none, shape ``(K, T)``.
    second_room
        Whether the machine bought is set up in a spare room before the old one goes, shape ``(K, T)``.
    leaving, leaving_position
        Machine that leaves at the start of a year, -1 for none, and where to read its receipt, shape ``(K, T)``.
    last, last_position
        Machine standing at the end, -1 for none, and where to read its worth, shape ``(K,)``.
    departs
        Year in which the registered machine, upgraded or not, leaves; ``T`` if it stays, shape ``(K,)``.
    retires
        Year of a retirement chosen (not forced by closing), ``T`` for none, shape ``(K,)``.
    """

    events: tuple[Chain, ...]
    machine: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]
    bought: npt.NDArray[np.int64]
    upgraded: npt.NDArray[np.int64]
    second_room: npt.NDArray[np.bool_]
    leaving: npt.NDArray[np.int64]
    leaving_position: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    last_position: npt.NDArray[np.int64]
    departs: npt.NDArray[np.int64]
    retires: npt.NDArray[np.int64]


@lru_cache(maxsize=256)
def patterns(
    years: int,
    machines: int,
    max_replacements: int,
    min_years_kept: int,
    closing: int | None,
    *,
    new_room_first: bool = False,
    upgrades: tuple[tuple[int, ...], ...] = (),
) -> Patterns:
    """Enumerate keep, retire in each year, every sequence of replacements, and each of these after an upgrade.

    Parameters
    ----------
    years
        Length of the horizon, T.
    machines
        How many machines may be bought.
    max_replacements, min_years_kept
        Most replacements in a sequence, and least years between two of them.
    closing
        Position of the year in which the site closes: nothing is bought from then on and what stands is removed;
        None if it stays open.
    new_room_first
        Whether a replacement that is the first event may also be made new room first.
    upgrades
        For each upgrade, the years (positions) in which it may be had.
    """
    end = years if closing is None else closing
    chains = [*_sequences(0, end, machines, max_replacements, min_years_kept)]
    if new_room_first:
        chains += [(replace(first, new_room_first=True), *later) for first, *later in filter(None, chains)]
    chains += [(Event(year, Action.RETIRE, -1),) for year in range(end)]
    for number, offered in enumerate(upgrades, start=machines + 1):
        for year in offered:
            if year < end:
                chains += _upgraded(
                    Event(year, Action.UPGRADE, number), end, machines, max_replacements, min_years_kept
                )
    return _table(chains, years, closing)


def count_patterns(
    years: int,
    machines: int,
    max_replacements: int,
    min_years_kept: int,
    closing: int | None,
    *,
    new_room_first: bool = False,
    upgrades: tuple[tuple[int, ...], ...] = (),
) -> int:
    """How many patterns there are, without enumerating them; parameters are those of ``patterns``."""
    end = years if closing is None else closing

    def sequences(earliest: int) -> int:
        free = [end - earliest - (count - 1) * (min_years_kept - 1) for count in range(1, max_replacements + 1)]
        return 1 + sum(comb(max(0, left), count) * int(machines**count) for count, left in enumerate(free, start=1))

    upgraded = [year for offered in upgrades for year in offered if year < end]
    return (
        sequences(0) * (1 + new_room_first)
        - new_room_first
        + end
        + sum(sequences(year + 1) + end - year - 1 for year in upgraded)
    )


def _sequences(earliest: int, end: int, machines: int, replacements: int, min_years_kept: int) -> Iterator[Chain]:
    yield ()
    if replacements == 0:
        return
    for year in range(earliest, end):
        for machine in range(1, machines + 1):
            for later in _sequences(year + min_years_kept, end, machines, replacements - 1, min_years_kept):
                yield (Event(year, Action.REPLACE, machine), *later)


def _upgraded(upgrade: Event, end: int, machines: int, replacements: int, min_years_kept: int) -> Iterator[Chain]:
    for later in _sequences(upgrade.year + 1, end, machines, replacements, min_years_kept):
        yield (upgrade, *later)
    for year in range(upgrade.year + 1, end):
        yield (upgrade, Event(year, Action.RETIRE, -1))


def _table(chains: list[Chain], years: int, closing: int | None) -> Patterns:
    count = len(chains)
    names = ("machine", "bought", "upgraded", "leaving")
    table = {name: np.full((count, years), -1, dtype=np.int64) for name in names}
    position, leaving_position = (np.zeros((count, years), dtype=np.int64) for _ in range(2))
    second_room = np.zeros((count, years), dtype=bool)
    last, last_position = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    departs, retires = (np.full(count, years, dtype=np.int64) for _ in range(2))
    events = []
    for row, chosen in enumerate(chains):
        retiring = bool(chosen) and chosen[-1].action is Action.RETIRE
        removal = () if closing is None or retiring else (Event(closing, Action.RETIRE, -1),)
        happening = (*chosen, *removal)
        events.append(happening)
        if retiring:
            retires[row] = chosen[-1].year
        standing, since, read_from = 0, 0, 0
        for event in happening:
            table["machine"][row, since : event.year] = standing
            position[row, since : event.year] = np.arange(since, event.year) - read_from
            if event.action is Action.UPGRADE:
                table["upgraded"][row, event.year] = event.machine
            else:
                departs[row] = min(departs[row], event.year)
                table["leaving"][row, event.year] = standing
                leaving_position[row, event.year] = event.year - read_from
                table["bought"][row, event.year] = event.machine
                second_room[row, event.year] = event.new_room_first
                read_from = event.year
            standing, since = event.machine, event.year
        if standing >= 0:
            table["machine"][row, since:] = standing
            position[row, since:] = np.arange(since, years) - read_from
            last[row], last_position[row] = standing, years - read_from
    return Patterns(
        events=tuple(events),
        position=position,
        second_room=second_room,
        leaving_position=leaving_position,
        last=last,
        last_position=last_position,
        departs=departs,
        retires=retires,
        **table,
    )
