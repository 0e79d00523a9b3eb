"""Data gaps that matter: blank or doubtful cells of which another plausible value would change the plan.

At the prices of the linear relaxation each machine chooses for itself: with ``d`` the reduced costs of its schedules,
the plan's schedule ``p`` is ``d_p - min_k d_k`` from its best. A cell of one machine moves only that machine's, so that
all cells of a kind are changed at once and their problem is built once for each value. What this distance grows by is
an estimate of what another choice for the machine would save. Where exams make demand, prices of machines do not show
what a cell does; such a cell is changed alone, and the distance is that of the plan's choices from the linear
relaxation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.gap_cells import FIELDS, Cell, Trial
from capitalplan.analysis.price import Price
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.pricing import reduced_costs
from capitalplan.formulation.problem import Problem, with_integers_held
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Solver

__all__ = ["CellEffect", "Replanned", "TriedValue", "cell_effects", "held_choices", "sentences"]

MOST_ALONE = 20
"""So many cells that make demand are changed alone; of more only the prices of machines are asked."""
NAMED = 3
"""So many cells are named in the sentence."""

Floats = npt.NDArray[np.float64]
WithValues = Callable[[Mapping[str, Trial], str], Register]
"""The register with values of a field, machine by machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedValue:
    """What another value of a cell would do.

    Attributes
    ----------
    effect_gbp
        About how much another choice would save then, £ of discounted whole-life cost, at these prices; 0 where the
        plan's own choice stays as good as it is. Where that is closed, what the best choice left would cost more.
    is_closed
        Whether the plan's own choice could not be made then.
    is_impossible
        Whether nothing at all would be left to choose for the machine, so that there would be no plan.
    """

    text: str
    basis: str
    effect_gbp: int
    is_closed: bool
    is_impossible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """What planning again with a cell changed alone shows.

    Attributes
    ----------
    value
        The value tried.
    moved
        Machines and additions treated differently, in words.
    saving
        What the new plan saves against keeping to the choices of the old one; impossible where these, or any, make no
        plan then.
    sentence
        The finding in words.
    """

    value: str
    moved: tuple[str, ...]
    saving: Price
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEffect:
    """A cell in question and what it does to the plan.

    Attributes
    ----------
    effect_gbp
        The greatest of those of the values tried.
    makes_demand
        Whether the cell's value makes demand too.
    replanned
        Where it was planned again.
    """

    cell: Cell
    tried: tuple[TriedValue, ...]
    effect_gbp: int
    makes_demand: bool
    replanned: Replanned | None = None

    @property
    def matters(self) -> bool:
        """Whether another plausible value may change the plan."""
        return self.effect_gbp > 0 or self.is_closed

    @property
    def is_closed(self) -> bool:
        """Whether a value tried closes the plan's own choice."""
        return any(each.is_closed for each in self.tried)

    @property
    def is_impossible(self) -> bool:
        """Whether with a value tried there would be no plan."""
        return any(each.is_impossible for each in self.tried)

    @property
    def verdict(self) -> str:
        """The effect in words, labelled as what it is."""
        if self.is_impossible:
            return "leaves no plan: nothing would be open to the machine"
        if self.is_closed:
            return f"changes the plan: its choice would not be open, about £{self.effect_gbp:,} more (estimate)"
        if self.effect_gbp:
            return f"may change the plan: about £{self.effect_gbp:,} (estimate)"
        return "does not matter at these prices" if self.tried else "no other value was tried"


def cell_effects(
    register: Register,
    cells: Sequence[Cell],
    with_values: WithValues,
    choices: Mapping[str, tuple[object, ...]],
    solve: Solver,
    held: Callable[[Formulation], Problem | None],
    note: Callable[[str], None],
) -> tuple[CellEffect, ...]:
    """Price every cell, those that matter most first.

    Parameters
    ----------
    with_values
        Reads the register again with other values.
    choices
        Events of the plan's schedule, by machine.
    held
        The problem of a changed register with the plan's choices held, all whole numbers fixed; None where they are
        not open.
    """
    base = formulate(register, prune=False)
    relaxed = solve(base.problem, SolveOptions(relax=True))
    prices = {} if relaxed.duals is None else dict(zip(base.problem.row_names, relaxed.duals.tolist(), strict=True))
    today = _costs(base, prices, choices)
    today_distance = {asset_id: own - best for asset_id, (own, best) in today.items() if own is not None}
    regret = _regret(base, solve, held)
    found = []
    for field in FIELDS:
        asked = [cell for cell in cells if cell.field == field]
        if not asked:
            continue
        note(f"trying other values of {asked[0].column}")
        tried: dict[str, list[TriedValue]] = {cell.asset_id: [] for cell in asked}
        demanding: set[str] = set()
        for turn in range(max(len(cell.trials) for cell in asked)):
            values = {cell.asset_id: cell.trials[turn] for cell in asked if turn < len(cell.trials)}
            changed = with_values(values, field)
            demanding |= _making_demand(register, changed, values)
            then = _costs(formulate(changed, prune=False), prices, choices)
            for asset_id, trial in values.items():
                own, best = then[asset_id]
                closed = own is None
                effect = best - today[asset_id][1] if own is None else own - best - today_distance[asset_id]
                if asset_id in demanding and len(demanding) <= MOST_ALONE and regret is not None and not closed:
                    grown = _regret(formulate(with_values({asset_id: trial}, field), prune=False), solve, held)
                    closed, effect = grown is None, effect if grown is None else max(effect, grown - regret)
                tried[asset_id].append(
                    TriedValue(
                        text=trial.text,
                        basis=trial.basis,
                        effect_gbp=0 if np.isinf(effect) else max(0, round(effect * 1000)),
                        is_closed=closed,
                        is_impossible=bool(np.isinf(effect)),
                    )
                )
        found += [
            CellEffect(
                cell=cell,
                tried=tuple(tried[cell.asset_id]),
                effect_gbp=max((each.effect_gbp for each in tried[cell.asset_id]), default=0),
                makes_demand=cell.asset_id in demanding,
            )
            for cell in asked
        ]
    return tuple(sorted(found, key=lambda each: (not each.is_impossible, not each.matters, -each.effect_gbp)))


def sentences(effects: Sequence[CellEffect]) -> tuple[str, ...]:
    """Say how many cells matter, and which most."""
    matter = [each for each in effects if each.matters]
    if not effects:
        return ("No cell of Equipment is blank or doubtful.",)
    verb = "matters" if len(matter) == 1 else "matter"
    head = f"{len(matter):,} of {len(effects):,} blank or doubtful cells of Equipment {verb}"
    if not matter:
        return (f"{head}: at these prices no plausible value changes a choice (estimate).",)
    worst = ", ".join(f"{each.cell.column} of {each.cell.asset_id}" for each in matter[:NAMED])
    more = f", and {len(matter) - NAMED:,} more" if len(matter) > NAMED else ""
    return (
        f"{head} (estimate): {worst}{more}.",
        "An estimate says what another choice for the machine would save at the prices of the linear relaxation, with "
        "that cell alone changed; only planning again (--exact) says what changes.",
    )


def held_choices(
    formulation: Formulation, choices: Mapping[str, tuple[object, ...]], others: Mapping[str, float]
) -> Problem | None:
    """The problem with all whole numbers held at a plan's choices; None where a choice is not open.

    Parameters
    ----------
    others
        Value of each whole-number column that is no schedule, by the column's name; 0 where it is not named.
    """
    problem, table = formulation.problem, formulation.columns.table
    values = np.array([others.get(name, 0.0) for name in problem.column_names])
    values[: int(table.first[-1])] = 0
    for number, menu in enumerate(table.menus):
        events = choices[menu.asset.asset_id]
        if events not in menu.events:
            return None
        values[int(table.first[number]) + menu.events.index(events)] = 1
    return with_integers_held(problem, values)


def _costs(
    formulation: Formulation, prices: Mapping[str, float], choices: Mapping[str, tuple[object, ...]]
) -> dict[str, tuple[float | None, float]]:
    """Reduced cost of each machine's choice at some prices, None where it is not open, and of its best, £ thousand."""
    table = formulation.columns.table
    duals = np.array([prices.get(name, 0.0) for name in formulation.problem.row_names])
    reduced = reduced_costs(formulation.problem, duals)
    costs: dict[str, tuple[float | None, float]] = {}
    for number, menu in enumerate(table.menus):
        own = reduced[int(table.first[number]) : int(table.first[number + 1])]
        events = choices[menu.asset.asset_id]
        chosen = float(own[menu.events.index(events)]) if events in menu.events else None
        costs[menu.asset.asset_id] = (chosen, float(own.min()) if len(own) else np.inf)
    return costs


def _regret(formulation: Formulation, solve: Solver, held: Callable[[Formulation], Problem | None]) -> float | None:
    """How far the plan's choices are from the linear relaxation, £ thousand; None where they make no plan."""
    fixed = held(formulation)
    if fixed is None:
        return None
    kept, relaxed = (solve(problem, SolveOptions(relax=True)) for problem in (fixed, formulation.problem))
    if kept.objective is None or relaxed.objective is None:
        return None
    return kept.objective - relaxed.objective


def _making_demand(register: Register, changed: Register, asked: Mapping[str, Trial]) -> set[str]:
    """Machines asked about in whose service line and trust demand, or a waiting list, changed."""
    before = {(each.line, each.site): each for each in register.waiting}
    places = {place for place, scans in changed.demand.items() if register.demand.get(place) != scans}
    places |= {place for each in changed.waiting if before.get(place := (each.line, each.site)) != each}
    there = {(line, register.sites[site].trust) for line, site in places}
    return {
        asset.asset_id
        for asset in register.assets
        if asset.asset_id in asked and (asset.line, register.sites[asset.site].trust) in there
    }
