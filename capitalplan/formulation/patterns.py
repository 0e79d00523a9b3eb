"""What can happen to one place over the horizon, before anything is known of the machine in it.

Machines are numbered: 0 is the registered one, 1.. are those that may be bought, -1 is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from capitalplan.terms import Action

__all__ = ["Event", "Patterns", "patterns"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens at the start of a year.

    Attributes
    ----------
    year
        Position in the horizon.
    action
        ``replace`` or ``retire``.
    machine
        Number of the machine bought; -1 for a retirement.
    """

    year: int
    action: Action
    machine: int


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
        Where to read that machine's figures, shape ``(K, T)``: the year for machine 0, its age for others.
    bought
        Machine bought at the start of a year, -1 for none, shape ``(K, T)``.
    leaving, leaving_position
        Machine that leaves at the start of a year, -1 for none, and where to read its receipt, shape ``(K, T)``.
    last, last_position
        Machine standing at the end, -1 for none, and where to read its worth, shape ``(K,)``.
    departs
        Year in which the registered machine leaves; ``T`` if it stays, shape ``(K,)``.
    retires
        Year of a retirement chosen (not forced by closing), ``T`` for none, shape ``(K,)``.
    """

    events: tuple[tuple[Event, ...], ...]
    machine: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]
    bought: npt.NDArray[np.int64]
    leaving: npt.NDArray[np.int64]
    leaving_position: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    last_position: npt.NDArray[np.int64]
    departs: npt.NDArray[np.int64]
    retires: npt.NDArray[np.int64]


@lru_cache(maxsize=256)
def patterns(years: int, machines: int, max_replacements: int, min_years_kept: int, closing: int | None) -> Patterns:
    """Enumerate keep, retire in each year, and every sequence of replacements.

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
    """
    end = years if closing is None else closing
    chains = [*_sequences(0, end, machines, max_replacements, min_years_kept)]
    retirements = [(Event(year, Action.RETIRE, -1),) for year in range(end)]
    count = len(chains) + len(retirements)
    table = {name: np.full((count, years), -1, dtype=np.int64) for name in ("machine", "bought", "leaving")}
    position = np.zeros((count, years), dtype=np.int64)
    leaving_position = np.zeros((count, years), dtype=np.int64)
    last, last_position = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    departs, retires = np.full(count, years, dtype=np.int64), np.full(count, years, dtype=np.int64)
    events = []
    for row, chosen in enumerate([*chains, *retirements]):
        removal = () if closing is None or chosen in retirements else (Event(closing, Action.RETIRE, -1),)
        happening = (*chosen, *removal)
        events.append(happening)
        if chosen in retirements:
            retires[row] = chosen[0].year
        if happening:
            departs[row] = happening[0].year
        standing, since = 0, 0
        for event in happening:
            table["machine"][row, since : event.year] = standing
            position[row, since : event.year] = np.arange(since, event.year) - (since if standing else 0)
            table["leaving"][row, event.year] = standing
            leaving_position[row, event.year] = event.year - (since if standing else 0)
            standing, since = event.machine, event.year
            table["bought"][row, event.year] = event.machine
        if standing >= 0:
            table["machine"][row, since:] = standing
            position[row, since:] = np.arange(since, years) - (since if standing else 0)
            last[row], last_position[row] = standing, years - (since if standing else 0)
    return Patterns(
        events=tuple(events),
        position=position,
        leaving_position=leaving_position,
        last=last,
        last_position=last_position,
        departs=departs,
        retires=retires,
        **table,
    )


def _sequences(
    earliest: int, end: int, machines: int, replacements: int, min_years_kept: int
) -> Iterator[tuple[Event, ...]]:
    yield ()
    if replacements == 0:
        return
    for year in range(earliest, end):
        for machine in range(1, machines + 1):
            for later in _sequences(year + min_years_kept, end, machines, replacements - 1, min_years_kept):
                yield (Event(year, Action.REPLACE, machine), *later)
