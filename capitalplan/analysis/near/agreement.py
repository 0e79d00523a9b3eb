"""Which schemes a plan contains, as columns of the problem, and how far a plan agrees with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem, with_rows
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.terms import Action

__all__ = ["SchemeKey", "Twin", "keys_of"]

YEAR_SHARE = 0.25
"""What it counts that a machine's first event falls in the same year, beside that it is the same."""
ANY = 0.5
COST_ROW, AVOID_ROW = "near.cost", "near.avoid"
RULE = "near"

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SchemeKey:
    """A scheme whatever its year: a machine and what is done with it, or a site and what is added there.

    Attributes
    ----------
    asset_id
        The machine; empty for an addition.
    option
        Of an addition: the option added; empty for a machine.
    """

    site: str
    modality: str
    asset_id: str
    action: Action
    option: str


def keys_of(plan: Plan) -> Mapping[SchemeKey, tuple[PlannedScheme, ...]]:
    """Schemes of a plan and their lines, in order; machines kept are none, nor are new rooms."""
    found: dict[SchemeKey, tuple[PlannedScheme, ...]] = {}
    for line in plan.schemes:
        if line.action is Action.KEEP or line.option == NEW_ROOM:
            continue
        key = SchemeKey(
            site=line.site,
            modality=line.modality,
            asset_id=line.asset_id or "",
            action=line.action,
            option=(line.option or "") if line.asset_id is None else "",
        )
        found[key] = (*found.get(key, ()), line)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The problem in which plans of a limited cost are to agree as little as possible with those found.

    One column is added for every site and option that may be added there: whether it is. One row is added that holds
    the cost.

    Attributes
    ----------
    problem
        The problem, its costs still those of the plan.
    cost_row
        Number of the row that holds the cost.
    states, state_years
        Number of each schedule's first event: of its machine and action, and of these and the year.
    schedules
        Columns of a machine's schedules that contain a scheme.
    added
        Columns that count how often a scheme is added, year by year.
    groups
        The column that says whether a scheme is added.
    """

    problem: Problem
    cost_row: int
    states: Index
    state_years: Index
    schedules: Mapping[SchemeKey, Index]
    added: Mapping[SchemeKey, Index]
    groups: Mapping[SchemeKey, int]

    @classmethod
    def of(cls, formulation: Formulation, limit: float) -> Twin:
        """Build it for plans whose objective is at most a limit, units of the problem's objective."""
        table = formulation.columns.table
        firsts = [
            (number, events[0].action if events else None, events[0].year if events else None)
            for number, menu in enumerate(table.menus)
            for events in menu.events
        ]
        added = _added(formulation)
        own = formulation.problem
        count = own.n_columns
        return cls(
            problem=_with_groups(own, list(added.values()), limit),
            cost_row=own.n_rows,
            states=_numbered([each[:2] for each in firsts]),
            state_years=_numbered(firsts),
            schedules=_schedules(table.menus, table.first),
            added=added,
            groups={key: count + number for number, key in enumerate(added)},
        )

    def least_agreement(self, found: Sequence[Floats]) -> Problem:
        """The problem of agreeing as little as possible with plans found, each event counted as often as it was."""
        costs = np.zeros(self.problem.n_columns)
        schedules = len(self.states)
        chosen = np.sum([np.rint(values[:schedules]) for values in found], axis=0)
        for numbers, share in ((self.states, 1.0), (self.state_years, YEAR_SHARE)):
            costs[:schedules] += share * np.bincount(numbers, chosen)[numbers]
        for column in self.groups.values():
            costs[column] = sum(round(float(values[column])) for values in found)
        return replace(self.problem, costs=costs)

    def avoiding(self, problem: Problem, schemes: Sequence[SchemeKey]) -> Problem | None:
        """A problem of this twin whose plans leave out at least one of some schemes; None where none of them can be."""
        columns: list[int] = []
        able = 0
        for key in schemes:
            if key in self.groups:
                columns.append(self.groups[key])
            elif key in self.schedules:
                columns += self.schedules[key].tolist()
            else:
                continue
            able += 1
        if not able:
            return None
        row = sp.csc_array((np.ones(len(columns)), ([0] * len(columns), columns)), shape=(1, problem.n_columns))
        return with_rows(problem, row, np.array([-np.inf]), np.array([able - 1.0]), (AVOID_ROW,), RULE)

    def completed(self, values: Floats) -> Floats:
        """Values of the plain problem's columns with those of the columns added."""
        return np.concatenate([values, [float(values[columns].sum() > ANY) for columns in self.added.values()]])


def _numbered(keys: Sequence[object]) -> Index:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _schedules(menus: Sequence[Menu], first: Index) -> dict[SchemeKey, Index]:
    found: dict[SchemeKey, list[int]] = {}
    for number, menu in enumerate(menus):
        asset = menu.asset
        for row, events in enumerate(menu.events):
            for action in {event.action for event in events}:
                key = SchemeKey(
                    site=asset.site, modality=asset.modality, asset_id=asset.asset_id, action=action, option=""
                )
                found.setdefault(key, []).append(int(first[number]) + row)
    return {key: np.array(columns, dtype=np.int64) for key, columns in found.items()}


def _added(formulation: Formulation) -> dict[SchemeKey, Index]:
    """Columns of what may be added, by scheme."""
    start = formulation.columns.starts["additions"]
    found: dict[SchemeKey, list[int]] = {}
    for number, each in enumerate(formulation.columns.additions):
        key = SchemeKey(
            site=each.site.code,
            modality=each.option.modality,
            asset_id="",
            action=Action.ADD,
            option=each.option.name,
        )
        found.setdefault(key, []).append(start + number)
    return {key: np.array(columns, dtype=np.int64) for key, columns in found.items()}


def _with_groups(problem: Problem, groups: Sequence[Index], limit: float) -> Problem:
    """Add a column a group, at 1 where any of its columns is above zero, and the row that holds the cost."""
    count, own = len(groups), problem.n_columns
    heads = np.array([members[0] for members in groups], dtype=np.int64)
    wider = replace(
        problem,
        costs=np.concatenate([problem.costs, np.zeros(count)]),
        matrix=sp.csc_array(sp.hstack([problem.matrix, sp.csc_array((problem.n_rows, count))])),
        lower=np.concatenate([problem.lower, np.zeros(count)]),
        upper=np.concatenate([problem.upper, np.ones(count)]),
        integer=np.concatenate([problem.integer, np.ones(count, dtype=bool)]),
        column_names=problem.column_names + tuple(f"near.{number}" for number in range(count)),
        column_block=np.concatenate([problem.column_block, problem.column_block[heads]]),
        column_owner=np.concatenate([problem.column_owner, problem.column_owner[heads]]),
        column_year=np.concatenate([problem.column_year, problem.column_year[heads]]),
    )
    rows, columns, entries = [0] * own, list(range(own)), problem.costs.tolist()
    for number, members in enumerate(groups):
        rows += [1 + number] * (len(members) + 1)
        columns += [*members.tolist(), own + number]
        entries += [*([1.0] * len(members)), -float(problem.upper[members].sum())]
    matrix = sp.csc_array((entries, (rows, columns)), shape=(1 + count, own + count))
    upper = np.concatenate([[limit], np.zeros(count)])
    names = (COST_ROW, *(f"near.any.{number}" for number in range(count)))
    return with_rows(wider, matrix, np.full(1 + count, -np.inf), upper, names, RULE)
