"""What makes the problem smaller or tighter loses no plan that could be the best."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import solve
from tests.properties.random_network import random_register

CHUNKS = pytest.mark.parametrize(
    "seeds",
    [range(40), *(pytest.param(range(k, k + 130), marks=pytest.mark.long) for k in range(40, 300, 130))],
    ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}",
)


def cost(problem: Problem, *, relax: bool = False) -> float:
    """Least cost, £ thousand; infinite where there is no plan."""
    found = solve(problem, SolveOptions(gap=0, relax=relax)).objective
    return float("inf") if found is None else found


def without_rounding(problem: Problem) -> Problem:
    kept = [number for number, rule in enumerate(problem.row_rule) if rule != "rounding"]
    return replace(
        problem,
        matrix=problem.matrix[kept, :],
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        row_names=tuple(problem.row_names[number] for number in kept),
        row_rule=tuple(problem.row_rule[number] for number in kept),
    )


@CHUNKS
def test_rounding_cuts_off_fractions_but_no_plan(seeds: range, tmp_path: Path) -> None:
    tightened = 0
    for seed in seeds:
        problem = formulate(random_register(seed, tmp_path / str(seed))).problem
        plain = without_rounding(problem)
        if plain.n_rows == problem.n_rows:
            continue
        assert cost(problem) == pytest.approx(cost(plain), abs=1e-3), seed
        tight, bare = cost(problem, relax=True), cost(plain, relax=True)
        assert tight >= bare - 1e-6, seed
        tightened += tight > bare + 1e-6
    assert tightened > 0


@CHUNKS
def test_dominated_schedules_are_in_no_plan_that_is_missed(seeds: range, tmp_path: Path) -> None:
    smaller = 0
    for seed in seeds:
        register = random_register(seed, tmp_path / str(seed))
        pruned, whole = formulate(register).problem, formulate(register, prune=False).problem
        smaller += pruned.n_columns < whole.n_columns
        assert cost(pruned) == pytest.approx(cost(whole), abs=1e-3), seed
    assert smaller > 0
