"""What the plan may be made to do with a machine or an addition: which choices that closes, and which it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.analysis.ledger.lines import Forcing
from capitalplan.finance.dates import can_be_ordered
from capitalplan.formulation.eligibility import Removal
from capitalplan.formulation.problem import Problem, with_rows
from capitalplan.formulation.schedules import Menu
from capitalplan.formulation.variables import Columns
from capitalplan.register.register import Register
from capitalplan.terms import Action, year_label

__all__ = ["First", "Forced", "added_columns", "addition_forcings", "first_event", "forced_problem", "machine_forcings"]

Index = npt.NDArray[np.int64]

NOT_LEFT_ALONE = frozenset({"committed", "lock", "contract", "not after", "end of support", "age cap"})
"""Rules for which a machine may not be left as it is."""
NOT_RETIRED = frozenset({"last machine", "retirement"})
"""Rules that forbid no more than going without a replacement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """One thing the plan may be made to do.

    Attributes
    ----------
    asked
        Columns of which at least one is chosen; empty where none need be.
    closed
        Columns of which none is chosen.
    closed_by
        Why it may not be done, in words; empty where it may.
    """

    forcing: Forcing
    asked: Index
    closed: Index
    closed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first thing chosen for a machine: position of its year, and by which option or upgrade and offer."""

    year: int
    action: Action
    option: str | None
    offer: str | None


def first_event(menu: Menu, row: int, *, of: Action | None = None) -> First | None:
    """What a schedule first does; None where it leaves the machine, a removal at closing aside.

    Parameters
    ----------
    of
        Kind of event to look for; None for any.
    """
    event = next((each for each in menu.events[row] if of in (None, each.action)), None)
    if event is None:
        return None
    if event.action is Action.RETIRE:
        is_chosen = menu.figures.vacated[row].any()
        return First(year=event.year, action=event.action, option=None, offer=None) if is_chosen else None
    machine = menu.machines[event.machine]
    return First(
        year=event.year,
        action=event.action,
        option=machine.option if machine.upgrade is None else machine.upgrade.name,
        offer=None if machine.offer is None else machine.offer.name,
    )


def forced_problem(problem: Problem, forced: Forced) -> Problem:
    """The problem in which the plan is made to do it.

    Raises
    ------
    ValueError
        If no choice is left open.
    """
    if forced.closed_by:
        raise ValueError("nothing that is closed can be asked for")
    upper = problem.upper.copy()
    upper[forced.closed] = 0
    closed = replace(problem, upper=upper)
    if not len(forced.asked):
        return closed
    ones = np.ones(len(forced.asked))
    row = sp.csc_array((ones, (np.zeros(len(ones), dtype=np.int64), forced.asked)), shape=(1, problem.n_columns))
    return with_rows(closed, row, np.array([1.0]), np.array([np.inf]), ("forced",), "forced")


def machine_forcings(columns: Columns, number: int, chosen: int, removals: Sequence[Removal]) -> tuple[Forced, ...]:
    """What may be forced on a machine, where the plan follows a schedule of its menu, which must not have been pruned.

    ``otherwise``: the first event differs in year, action, option or offer. ``out``: the machine is left as it is,
    where the plan does something. ``in``: it is replaced, where the plan does not. ``a year earlier``, ``later``: it is
    first replaced in just that year, by any option, where the plan replaces it and the year lies within the plan.

    Parameters
    ----------
    removals
        What rules took off its menu.
    """
    menu, start = columns.table.menus[number], int(columns.table.first[number])
    firsts = [first_event(menu, row) for row in range(len(menu.events))]
    works = np.asarray(menu.figures.works.any(axis=1))
    masks: dict[Forcing, npt.NDArray[np.bool_]] = {
        Forcing.OTHERWISE: np.array([first != firsts[chosen] for first in firsts])
    }
    if firsts[chosen] is not None:
        masks[Forcing.OUT] = np.array([first is None for first in firsts])
    if not works[chosen]:
        masks[Forcing.IN] = works
    else:
        replaced = int(menu.figures.first_replaced[chosen].argmax())
        for forcing, year in ((Forcing.EARLIER, replaced - 1), (Forcing.LATER, replaced + 1)):
            if 0 <= year < columns.register.settings.years:
                masks[forcing] = menu.figures.first_replaced[:, year] > 0
    return tuple(
        Forced(
            forcing=forcing,
            asked=start + np.flatnonzero(mask),
            closed=start + np.flatnonzero(~mask),
            closed_by="" if mask.any() else _why_closed(forcing, menu, removals, columns.register),
        )
        for forcing, mask in masks.items()
    )


def _why_closed(forcing: Forcing, menu: Menu, removals: Sequence[Removal], register: Register) -> str:
    """Rules that may have closed it, in words."""
    if forcing is Forcing.OUT:
        told = [each for each in removals if each.rule in NOT_LEFT_ALONE]
    elif forcing is Forcing.OTHERWISE:
        told = list(removals)
    else:
        told = [each for each in removals if each.rule not in NOT_RETIRED]
    words = list(dict.fromkeys(each.detail for each in told))
    if forcing is not Forcing.OUT and all(machine.is_registered for machine in menu.machines):
        words.append("nothing in the catalogue can replace it")
    closes = register.sites[menu.asset.site].closing_year
    if closes is not None and closes <= register.settings.horizon[-1]:
        words.append(f"its site closes in {year_label(closes)}")
    return "; ".join(words) or "nothing else is open to it"


def added_columns(columns: Columns) -> dict[tuple[str, str, str | None], Index]:
    """Columns of what may be added, in order of year, by site, option and offer (None where it is bought)."""
    found: dict[tuple[str, str, str | None], list[int]] = {}
    for number, each in enumerate(columns.additions, columns.starts["additions"]):
        offer = each.machine.offer
        key = (each.site.code, each.option.name, None if offer is None else offer.name)
        found.setdefault(key, []).append(number)
    return {key: np.array(numbers, dtype=np.int64) for key, numbers in found.items()}


def addition_forcings(columns: Columns, mine: Index, counts: Mapping[int, int]) -> tuple[Forced, ...]:
    """What may be forced on an addition.

    ``in``: one or more in some year, where the plan adds none; ``out``: none at all. ``a year earlier``, ``later``: the
    first in just that year.

    Parameters
    ----------
    mine
        Its columns, in order of year.
    counts
        How many the plan adds, by column, of those it adds.
    """
    nothing = np.array([], dtype=np.int64)
    made = [int(column) for column in mine if counts.get(int(column))]
    if not made:
        return (Forced(forcing=Forcing.IN, asked=mine, closed=nothing),)
    year_of = {int(column): columns.additions[column - columns.starts["additions"]].year for column in mine}
    first = year_of[made[0]]
    return (
        Forced(forcing=Forcing.OUT, asked=nothing, closed=mine),
        *_moved(columns, year_of, ((Forcing.EARLIER, first - 1), (Forcing.LATER, first + 1))),
    )


def _moved(columns: Columns, year_of: Mapping[int, int], moves: Sequence[tuple[Forcing, int]]) -> Iterator[Forced]:
    for forcing, year in moves:
        if 0 <= year < columns.register.settings.years:
            asked = np.array([column for column, at in year_of.items() if at == year], dtype=np.int64)
            yield Forced(
                forcing=forcing,
                asked=asked,
                closed=np.array([column for column, at in year_of.items() if at < year], dtype=np.int64),
                closed_by="" if len(asked) else _why_not_added(columns, next(iter(year_of)), year),
            )


def _why_not_added(columns: Columns, column: int, year: int) -> str:
    register, addition = columns.register, columns.additions[column - columns.starts["additions"]]
    start, months = register.settings.horizon[year], register.lines[addition.option.line].order_months
    if not addition.site.is_open(start):
        return f"its site is not open in {year_label(start)}"
    if not can_be_ordered(start, months, register.settings):
        return f"it takes {months} months from order to use, and none can be ordered in time for {year_label(start)}"
    return f"its offer may not be taken out in {year_label(start)}"
