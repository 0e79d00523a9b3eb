"""Small random problems of blocks that rows couple, so made that there is always a plan."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from capitalplan.formulation.problem import Problem
from tests.solvers.problems import INF, problem

__all__ = ["best_by_enumeration", "coupled", "with_bought"]

BLOCKS, MACHINES, MOST = 3, 3, 2
SHARED_MOST = 3


def coupled(seed: int) -> Problem:
    """Whole numbers of machines in three blocks and one column they share; a budget, a minimum and an equation."""
    rng = np.random.default_rng(seed)
    columns = BLOCKS * MACHINES + 1
    block = np.append(np.repeat(np.arange(BLOCKS), MACHINES), -1).astype(np.int32)
    own = np.where(block == np.arange(BLOCKS)[:, None], rng.integers(3, 12, (BLOCKS, columns)), 0)
    across = rng.integers(1, 9, (3, columns)) * (rng.random((3, columns)) < 0.8)
    across[2] = rng.integers(0, 2, columns)
    plan = np.append(rng.integers(0, MOST + 1, columns - 1), rng.integers(0, SHARED_MOST + 1))
    budget, least, exact = across @ plan
    model = problem(
        rng.integers(5, 60, columns).tolist(),
        np.vstack([own, across]).tolist(),
        [*(own @ plan - 1).tolist(), -INF, least - 3, exact],
        [*[INF] * BLOCKS, budget + 2, INF, exact],
        upper=[*[MOST] * (columns - 1), SHARED_MOST],
    )
    return replace(model, column_block=block, column_owner=np.maximum(block, 0))


def with_bought(model: Problem) -> Problem:
    """The problem with a continuous column a block: work bought, at a price, within what all may buy together."""
    count = model.n_columns
    names = tuple(f"bought_{number}" for number in range(BLOCKS))
    bought = sp.vstack([sp.eye_array(BLOCKS), sp.csc_array((model.n_rows - BLOCKS, BLOCKS))])
    together = sp.csc_array(np.append(np.zeros(count), np.ones(BLOCKS))[None, :])
    return replace(
        model,
        costs=np.append(model.costs, [3.1, 4.7, 2.9]),
        matrix=sp.csc_array(sp.vstack([sp.hstack([model.matrix, bought]), together])),
        lower=np.append(model.lower, np.zeros(BLOCKS)),
        upper=np.append(model.upper, np.full(BLOCKS, INF)),
        row_lower=np.append(model.row_lower, -INF),
        row_upper=np.append(model.row_upper, 7.5),
        integer=np.append(model.integer, np.zeros(BLOCKS, dtype=bool)),
        column_names=model.column_names + names,
        row_names=(*model.row_names, "bought"),
        row_rule=(*model.row_rule, "rule"),
        column_block=np.append(model.column_block, np.arange(BLOCKS)).astype(np.int32),
        column_owner=np.append(model.column_owner, np.arange(BLOCKS)).astype(np.int32),
        column_year=np.append(model.column_year, np.full(BLOCKS, -1)).astype(np.int32),
    )


def best_by_enumeration(model: Problem) -> float:
    """The least cost of all choices of whole numbers that keep every row."""
    ranges = [np.arange(low, high + 1) for low, high in zip(model.lower, model.upper, strict=True)]
    picks = np.array(list(itertools.product(*ranges)))
    sums = picks @ model.matrix.toarray().T
    fits = ((sums >= model.row_lower) & (sums <= model.row_upper)).all(axis=1)
    return float((picks[fits] @ model.costs).min())
