"""The smallest changes of the input that make a plan possible: least money, fewest places, least delay.

Each is a problem over the same schedules, in which cells of the input are columns (``formulation/levers.py``) and the
plan's own costs are forgotten. Its whole numbers stay whole, so that a network that is impossible only because machines
cannot be had by halves is repaired too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.finance.committed import committed_payments, planned_limit
from capitalplan.finance.limits import Limits
from capitalplan.formulation.lever import Cell, Means
from capitalplan.formulation.levers import DELAYS, Levers, over_programming
from capitalplan.formulation.lifted import delays, strays
from capitalplan.formulation.problem import Problem, with_rows
from capitalplan.register.edits import RowEdit
from capitalplan.register.funding import Source
from capitalplan.register.register import Register
from capitalplan.settings import Settings
from capitalplan.solution import Solution, SolveOptions, Solver, Status
from capitalplan.terms import OVER_LIMIT, Certainty

__all__ = ["Changes", "Repair", "RepairKind", "least_changes", "least_limit", "repair_to_json", "with_commitments"]

Floats = npt.NDArray[np.float64]

SCHEMA_VERSION = "1"
USED = 1e-6
"""What a lever must be used to count, in its unit."""


class RepairKind(StrEnum):
    """What a repair has least of."""

    MONEY = "money"
    PLACES = "places"
    DELAY = "delay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A change of the input with which there is a plan.

    Attributes
    ----------
    kind
        What it has least of.
    title
        The repair in one sentence.
    edits
        What changes, row by row.
    words
        The same as users read it, a line an edit.
    is_least
        Whether it is proven that no repair has less; else it is the least found.
    """

    kind: RepairKind
    title: str
    edits: tuple[RowEdit, ...]
    words: tuple[str, ...]
    is_least: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """Title and edits in words."""
        return (f"{self.title}.", *self.words)


def repair_to_json(repair: Repair) -> dict[str, Any]:
    """Write a repair as JSON, with the version of its format."""
    return {"schema_version": SCHEMA_VERSION, **asdict(repair)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How far each lever is used.

    Attributes
    ----------
    used
        By cell, in the lever's unit; only those used.
    values
        Value of each column of the problem with levers.
    measure
        What the repair has least of: £ thousand of limits raised, cells changed, or years of delay.
    is_least
        Whether it is proven that there is no less.
    """

    used: Mapping[Cell, float]
    values: Floats
    measure: float
    is_least: bool


def with_commitments(register: Register) -> tuple[Register, Mapping[Cell, int]]:
    """Raise the limits of sources that committed schemes alone exceed: nothing else can help there.

    Returns
    -------
    tuple
        The register so changed, and by how much each limit is raised, £.
    """
    register, raised = _with_payers(register)
    committed = Limits.of(register).committed
    sources = []
    for source in register.sources:
        limits = []
        for position, limit in enumerate(source.limits_gbp):
            enough = least_limit(committed[source.name][position], position, register.settings, at_least=limit)
            limits.append(enough)
            if enough > limit:
                raised[_limit_cell(source.name, position, register)] = enough - limit
        sources.append(replace(source, limits_gbp=tuple(limits)))
    return replace(register, sources=tuple(sources)), raised


def _with_payers(register: Register) -> tuple[Register, dict[Cell, int]]:
    """Give each trust that has no source which may pay its committed schemes one that does, and no more.

    Funding has a line for every year of a source, zero where there is nothing.
    """
    settings = register.settings
    due: dict[str, list[int]] = {}
    for payment in (each for paid in committed_payments(register).values() for each in paid):
        if payment.source == OVER_LIMIT:
            due.setdefault(payment.trust, [0] * settings.years)[payment.year - settings.start_year] += payment.gbp
    added: dict[Cell, int] = {}
    sources = []
    for trust, amounts in due.items():
        limits = tuple(least_limit(gbp, position, settings) for position, gbp in enumerate(amounts))
        source = _own_source(f"{trust} committed schemes", trust, limits)
        sources.append(source)
        added |= {_limit_cell(source.name, position, register): gbp for position, gbp in enumerate(limits)}
    every = sorted((*register.sources, *sources), key=lambda source: source.name)
    return replace(register, sources=tuple(every)), added


def _own_source(name: str, trust: str, limits: tuple[int, ...]) -> Source:
    """A trust's own source that may pay for everything, as one of which only Funding speaks."""
    return Source(
        name=name,
        trust=trust,
        limits_gbp=limits,
        trusts=frozenset({trust}),
        modalities=frozenset(),
        purposes=frozenset(),
        routes=frozenset(),
        uses_capital_limit=True,
        brings_cash=True,
        donated=False,
        certainty=Certainty.CONFIRMED,
        carry_share=Fraction(0),
        minimum_share=Fraction(0),
    )


def _limit_cell(source: str, position: int, register: Register) -> Cell:
    return Cell("Funding", "limit_gbp", source, register.settings.horizon[position])


def least_limit(promised: int, position: int, settings: Settings, *, at_least: int = 0) -> int:
    """Least limit of a year (position) with which so much may be promised, £ cash."""
    limit = max(at_least, math.floor(promised / (1 + over_programming(position, settings))) - 2)
    while planned_limit(limit, position, settings) < promised:
        limit += 1
    return limit


def least_changes(levers: Levers, kind: RepairKind, solver: Solver, options: SolveOptions) -> Changes | None:
    """Find the least change of a kind.

    Parameters
    ----------
    options
        Stops: a gap and a number of nodes, so that the same input gives the same repair.

    Returns
    -------
    Changes or None
        None where there is none of the kind, or none is found.
    """
    if kind is RepairKind.MONEY:
        return _least_money(levers, solver, options)
    if kind is RepairKind.PLACES:
        return _fewest_places(levers, solver, options)
    return _least_delay(levers, solver, options)


def _least_money(levers: Levers, solver: Solver, options: SolveOptions) -> Changes | None:
    """Least £ of limits raised; other rules only where money alone cannot do, and then as little of them as can be."""
    problem, first = levers.problem, levers.first
    money = np.array([each is Means.MONEY for each in levers.means], dtype=bool)
    pounds, rest = np.where(money, levers.weights, 0.0), np.where(money, 0.0, levers.weights)
    closed = _with_upper(problem, first, np.where(money, problem.upper[first:], 0.0))
    alone = solver(_with_costs(closed, first, pounds), options)
    if alone.values is not None:
        return _changes(levers, alone, pounds)
    if alone.status is not Status.INFEASIBLE:
        return None
    others = solver(_with_costs(problem, first, rest, strays(levers.columns)), options)
    if others.values is None:
        return None
    limited = _with_row(problem, first, rest, float(rest @ others.values[first:]))
    both = solver(_with_costs(limited, first, pounds), options)
    found = others if both.values is None else both
    least = others.status is both.status is Status.OPTIMAL
    changes = _changes(levers, found, pounds)
    return changes and replace(changes, is_least=least)


def _fewest_places(levers: Levers, solver: Solver, options: SolveOptions) -> Changes | None:
    """Fewest cells changed, and of those with as few the least amounts."""
    problem, first = levers.problem, levers.first
    count = problem.n_columns - first
    many = np.flatnonzero(~(levers.is_whole & (problem.upper[first:] == 1)))
    flagged = _with_flags(problem, first + many, levers.most[many])
    flags = np.ones(flagged.n_columns - first)
    flags[many] = 0.0
    fewest = solver(_with_costs(flagged, first, flags), options)
    if fewest.values is None:
        return None
    limited = _with_row(flagged, first, flags, float(np.rint(flags @ fewest.values[first:])))
    weights = np.zeros(len(flags))
    weights[:count] = levers.weights
    least = solver(_with_costs(limited, first, weights, strays(levers.columns)), options)
    found = fewest if least.values is None else least
    changes = _changes(levers, replace(found, values=None if found.values is None else found.values[: first + count]))
    return changes and replace(changes, measure=float(len(changes.used)), is_least=fewest.status is Status.OPTIMAL)


def _least_delay(levers: Levers, solver: Solver, options: SolveOptions) -> Changes | None:
    """Fewest years, over all machines, by which they go later than a lock or date asks."""
    problem, first = levers.problem, levers.first
    years = delays(levers.columns)
    if not (np.isfinite(years) & (years > 0)).any():
        return None
    upper = problem.upper.copy()
    schedules = len(years)
    upper[:schedules] = np.where(np.isfinite(years), upper[:schedules], 0.0)
    dated = [each.sheet == "Equipment" and each.field in DELAYS for each in levers.cells]
    upper[first:] = np.where(dated, upper[first:], 0.0)
    costs = np.zeros(problem.n_columns)
    costs[:schedules] = np.where(np.isfinite(years), years, 0.0)
    costs[first:] = 1 / (1 + len(dated))
    found = solver(replace(problem, costs=costs, upper=upper), options)
    if found.values is None:
        return None
    chosen = found.values[:schedules] > 0.5
    changes = _changes(levers, found)
    return changes and replace(changes, measure=float(years[chosen].sum()))


def _changes(levers: Levers, found: Solution, weights: Floats | None = None) -> Changes | None:
    if found.values is None:
        return None
    amounts = found.values[levers.first :]
    used = {cell: float(amount) for cell, amount in zip(levers.cells, amounts, strict=True) if amount > USED}
    measure = 0.0 if weights is None else float(weights @ amounts)
    return Changes(used=used, values=found.values, measure=measure, is_least=found.status is Status.OPTIMAL)


def _with_costs(problem: Problem, first: int, costs: Floats, schedules: Floats | None = None) -> Problem:
    own = np.zeros(first)
    if schedules is not None:
        own[: len(schedules)] = schedules
    return replace(problem, costs=np.concatenate([own, costs]))


def _with_upper(problem: Problem, first: int, upper: Floats) -> Problem:
    return replace(problem, upper=np.concatenate([problem.upper[:first], upper]))


def _with_row(problem: Problem, first: int, values: Floats, most: float) -> Problem:
    """Add a row: the levers, at these values, come to no more."""
    return _with_rows(problem, sp.csc_array(np.concatenate([np.zeros(first), values])[None, :]), most + USED)


def _with_flags(problem: Problem, columns: npt.NDArray[np.int64], most: Floats) -> Problem:
    """Add a column for each of some, which is 1 where that is used at all."""
    count = len(columns)
    rows = np.arange(count)
    own = sp.csc_array((np.ones(count), (rows, columns)), shape=(count, problem.n_columns))
    wide = replace(
        problem,
        costs=np.concatenate([problem.costs, np.zeros(count)]),
        matrix=sp.csc_array(sp.hstack([problem.matrix, sp.csc_array((problem.n_rows, count))])),
        lower=np.concatenate([problem.lower, np.zeros(count)]),
        upper=np.concatenate([problem.upper, np.ones(count)]),
        integer=np.concatenate([problem.integer, np.ones(count, dtype=bool)]),
        column_names=problem.column_names + tuple(f"changed.{number}" for number in range(count)),
        column_block=np.concatenate([problem.column_block, np.full(count, -1, dtype=np.int32)]),
        column_owner=np.concatenate([problem.column_owner, np.full(count, -1, dtype=np.int32)]),
        column_year=np.concatenate([problem.column_year, np.full(count, -1, dtype=np.int32)]),
    )
    return _with_rows(wide, sp.csc_array(sp.hstack([own, -sp.diags_array(most)])), 0.0)


def _with_rows(problem: Problem, rows: sp.csc_array, upper: float) -> Problem:
    """Add rows, each at most ``upper``."""
    count = rows.shape[0]
    names = tuple(f"least.{problem.n_rows + number}" for number in range(count))
    return with_rows(problem, rows, np.full(count, -np.inf), np.full(count, upper), names, "least")
