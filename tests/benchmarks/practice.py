"""What practice would do under the same limits: like for like, oldest or worst first, while money and works last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from capitalplan.formulation.problem import with_integers_held
from capitalplan.solution import SolveOptions, Status
from solvers import highs
from tests.benchmarks.instance import Index, Instance, Numbers, Replacing

__all__ = ["ORDERS", "choices", "practice", "scans_outside"]

LIMITS = ("budget", "works")
"""Rules whose rows limit what may be replaced."""

Order = Callable[[Replacing, int], Numbers]

ORDERS: dict[str, Order] = {
    "oldest first": lambda replacing, _: -replacing.age.astype(np.float64),
    "worst first": lambda replacing, year: -replacing.running[:, year],
}
"""Rank of each machine in a year, the first to be replaced lowest; the older of two alike goes first."""


def practice(instance: Instance) -> dict[str, dict[str, float | None]] | None:
    """Value of each order, £ thousand, and scans bought outside, thousand; None where it cannot be simulated.

    Whole numbers are held at what the order chooses, no capacity is added; the rest is solved as a linear problem.
    """
    if instance.replacing is None:
        return None
    return {name: _valued(instance, choices(instance, order)) for name, order in ORDERS.items()}


def choices(instance: Instance, order: Order) -> Numbers:
    """Value of every whole-number column under an order; other columns are 0."""
    replacing, problem = instance.replacing, instance.problem
    if replacing is None:
        raise ValueError("practice cannot be simulated on this family")
    left = np.where(np.isin(problem.row_rule, LIMITS), problem.row_upper, np.inf)
    values = np.zeros(problem.n_columns)
    values[replacing.keep] = 1
    starts, rows, entries = problem.matrix.indptr, problem.matrix.indices, problem.matrix.data
    for year in range(replacing.like.shape[1]):
        due = (values[replacing.keep] > 0) & (replacing.age + year >= replacing.life)
        ranked = np.lexsort((-replacing.age, order(replacing, year)))
        for machine in ranked[due[ranked]]:
            column = replacing.like[machine, year]
            part = slice(starts[column], starts[column + 1])
            if (entries[part] <= left[rows[part]] + 1e-9).all():
                left[rows[part]] -= entries[part]
                values[replacing.keep[machine]], values[column] = 0, 1
    return values


def scans_outside(values: Numbers, outside: Index) -> float | None:
    """Scans bought outside or lost in all years, thousand; None where no demand is modelled."""
    return float(values[outside].sum()) if len(outside) else None


def _valued(instance: Instance, values: Numbers) -> dict[str, float | None]:
    solved = highs.solve(with_integers_held(instance.problem, values), SolveOptions(relax=True))
    if solved.status is not Status.OPTIMAL or solved.values is None:
        return {"value": None, "scans_outside": None}
    return {"value": solved.objective, "scans_outside": scans_outside(solved.values, instance.outside)}
