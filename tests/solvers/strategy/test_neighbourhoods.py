"""Neighbourhoods free whole units, as many as their size asks for, and repeat with their seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions
from solvers.strategy import neighbourhoods
from solvers.strategy.neighbourhoods import Neighbourhoods
from solvers.strategy.relaxed import Relaxed, solve_relaxed
from solvers.strategy.standing import Standing
from solvers.strategy.structure import units_of
from tests.benchmarks.families.growth import growth

DRAWS = 40


@pytest.fixture(scope="module")
def model() -> Problem:
    """A growth problem whose columns belong to three owners."""
    whole = growth(12, 0).problem
    return replace(whole, column_owner=(whole.column_block % 3).astype(np.int32))


@pytest.fixture(scope="module")
def relaxed(model: Problem) -> Relaxed:
    found = solve_relaxed(model, Standing(SolveOptions()))
    assert isinstance(found, Relaxed)
    return found


def around(relaxed: Relaxed, seed: int = 0) -> Neighbourhoods:
    """Neighbourhoods shrunk to their least size, so that they leave something out."""
    made = Neighbourhoods(relaxed.problem, relaxed.problem.integer, relaxed.reduced_costs, seed)
    for kind in made.kinds:
        for _ in range(DRAWS):
            made.learn(kind, is_settled=False, gain=0.0)
    return made


def test_draws_free_whole_units(model: Problem, relaxed: Relaxed) -> None:
    units, drawn = units_of(model), around(relaxed)
    seen = set()
    for _ in range(DRAWS):
        kind, free = drawn.draw(relaxed.values)
        seen.add(kind)
        assert free.any()
        assert not free[~model.integer].any()
        if kind == "window":
            continue
        touched = np.isin(units, units[free])
        assert (free[model.integer] == touched[model.integer]).all(), kind
    assert seen == {"regret", "random", "block", "pair", "window"}


def test_a_window_frees_the_years_it_is_about_and_what_has_no_year(model: Problem, relaxed: Relaxed) -> None:
    drawn, units = around(relaxed), units_of(model)
    windows = [free for kind, free in (drawn.draw(relaxed.values) for _ in range(DRAWS)) if kind == "window"]
    for free in windows:
        years = set(model.column_year[free].tolist()) - {-1}
        assert len(years) <= neighbourhoods.YEARS[1]
        assert years == set(range(min(years), max(years) + 1))
        inside = model.integer & np.isin(units, units[free]) & np.isin(model.column_year, [-1, *years])
        assert (free == inside).all()
    assert windows


def test_draws_repeat_with_their_seed(relaxed: Relaxed) -> None:
    def drawn(seed: int) -> list[tuple[str, bytes]]:
        made = around(relaxed, seed)
        return [(kind, free.tobytes()) for kind, free in (made.draw(relaxed.values) for _ in range(DRAWS))]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_sizes_grow_where_problems_are_settled_and_shrink_where_they_are_not(relaxed: Relaxed) -> None:
    made = around(relaxed)
    begun = dict(made.size)
    assert set(begun.values()) == {neighbourhoods.LEAST_SIZE}
    made.learn("random", is_settled=True, gain=0.0)
    assert made.size["random"] > begun["random"]
    assert made.size["regret"] == begun["regret"]
    for _ in range(DRAWS):
        made.learn("random", is_settled=True, gain=0.0)
    assert made.size["random"] == neighbourhoods.MOST_SIZE
    made.learn("random", is_settled=False, gain=0.0)
    assert made.size["random"] < neighbourhoods.MOST_SIZE


def test_larger_neighbourhoods_free_more(model: Problem, relaxed: Relaxed) -> None:
    small, large = around(relaxed), around(relaxed)
    for kind in large.kinds:
        for _ in range(DRAWS):
            large.learn(kind, is_settled=True, gain=0.0)
    freed = [np.mean([made.draw(relaxed.values)[1].sum() for _ in range(DRAWS)]) for made in (small, large)]
    assert freed[0] < freed[1] <= model.integer.sum()


def test_kinds_that_find_better_plans_are_drawn_more_often(relaxed: Relaxed) -> None:
    made = around(relaxed)
    for _ in range(DRAWS):
        made.learn("regret", is_settled=True, gain=1.0)
    kinds = [made.draw(relaxed.values)[0] for _ in range(DRAWS)]
    assert kinds.count("regret") > DRAWS / 2


def test_there_are_no_pairs_of_one_owner_and_no_windows_without_years(model: Problem, relaxed: Relaxed) -> None:
    alone = replace(
        model,
        column_owner=np.zeros_like(model.column_owner),
        column_block=np.zeros_like(model.column_block),
        column_year=np.full_like(model.column_year, -1),
    )
    made = Neighbourhoods(alone, alone.integer, relaxed.reduced_costs, 0)
    assert set(made.kinds) == {"regret", "random"}
