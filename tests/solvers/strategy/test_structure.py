"""What a problem is taken apart into: units that choose, blocks, and the rows between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solvers.strategy.structure import blocks_of, part, units_of, without
from tests.solvers.problems import INF, problem
from tests.solvers.strategy.coupled import coupled, with_bought


def test_a_machine_that_follows_one_schedule_is_a_unit() -> None:
    rows = [
        [1, 1, 1, 0, 0, 0, 0, 0],  # one of three schedules
        [0, 0, 0, 1, 1, 0, 0, 0],  # one of two
        [0, 0, 0, 0, 0, 1, 0, 2],  # not each counted once
        [5, 0, 0, 4, 0, 0, 1, 0],
    ]
    model = problem(
        [1] * 8,
        rows,
        [1, 1, 1, -INF],
        [1, 1, 1, 9],
        upper=[1, 1, 1, 1, 1, 3, INF, 1],
        integer=[True] * 6 + [False, True],
    )
    units = units_of(model)
    assert len(set(units[:3])) == len(set(units[3:5])) == 1
    assert units[6] == -1
    assert sorted(set(units[model.integer])) == list(range(4))


def test_identical_machines_counted_as_one_are_a_unit() -> None:
    model = problem([1, 2, 3], [[1, 1, 0], [1, 0, 1]], [3, -INF], [3, 9], upper=3)
    units = units_of(model)
    assert units[0] == units[1] != units[2]


@pytest.mark.parametrize(("entries", "lower", "upper"), [([1, 1], 0, 1), ([1, 2], 1, 1), ([1, -1], 1, 1)])
def test_other_rows_make_no_unit(entries: list[float], lower: float, upper: float) -> None:
    model = problem([1, 1], [entries], [lower], [upper], upper=1)
    assert sorted(units_of(model)) == [0, 1]


def test_blocks_have_their_columns_and_the_rows_no_other_column_is_in() -> None:
    model = with_bought(coupled(0))
    blocks = blocks_of(model)
    assert blocks.coupling.tolist() == [3, 4, 5, 6]
    assert [each.columns.tolist() for each in blocks.parts] == [[9], [0, 1, 2, 10], [3, 4, 5, 11], [6, 7, 8, 12]]
    assert [each.rows.tolist() for each in blocks.parts] == [[], [0], [1], [2]]


def test_a_part_is_the_problem_of_its_block_at_other_costs() -> None:
    model = with_bought(coupled(0))
    costs = np.arange(model.n_columns, dtype=np.float64)
    block = blocks_of(model).parts[2]
    alone = part(model, block, costs)
    assert alone.costs.tolist() == [3, 4, 5, 11]
    assert alone.matrix.toarray().tolist() == [model.matrix.toarray()[1, block.columns].tolist()]
    assert (alone.lower.tolist(), alone.upper.tolist()) == ([0] * 4, [2, 2, 2, INF])
    assert (alone.row_lower.tolist(), alone.row_upper.tolist()) == ([model.row_lower[1]], [INF])
    assert alone.integer.tolist() == [True, True, True, False]
    assert alone.column_names == ("column_3", "column_4", "column_5", "bought_1")
    assert alone.row_names == ("row_1",)


def test_columns_left_out_stay_at_their_lower_bound() -> None:
    model = replace(coupled(0), lower=np.append(np.ones(1), np.zeros(9)))
    closed = np.arange(10) < 2
    assert without(model, closed).upper.tolist() == [1, 0, *model.upper[2:]]
