from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import scipy.sparse as sp

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.register.read import read_register
from capitalplan.solution import SolveOptions
from solvers import highs
from solvers.checks import objective_value
from solvers.strengthen.cohorts import merge_cohorts
from tests.folders import DATA
from tests.solvers.problems import knapsack
from tests.solvers.problems import problem as made

EXACT = SolveOptions(gap=0)


def planted(seed: int) -> tuple[Problem, int]:
    """Machines of a few kinds, some of one kind, their schedules in any order; a budget a year and demand to be met.

    Returns the problem and how many kinds of machines there are.
    """
    random = np.random.default_rng(seed)
    kinds, years = int(random.integers(1, 4)), 3
    menus = [random.integers(1, 30, (int(random.integers(2, 5)), 1 + 2 * years)) for _ in range(kinds)]
    of = [kind for kind in range(kinds) for _ in range(int(random.integers(1, 5)))]
    random.shuffle(of)
    schedules, machine = [], []
    for number, kind in enumerate(of):
        schedules.append(random.permutation(menus[kind]))
        machine += [number] * len(menus[kind])
    figures = np.concatenate(schedules)
    owner = np.arange(len(machine)), np.array(machine)
    choice = np.zeros((len(of), len(machine)))
    choice[owner[1], owner[0]] = 1
    spend, capacity = figures[:, 1 : 1 + years].T, figures[:, 1 + years :].T
    short = np.eye(years)
    rows = np.block([[choice, np.zeros((len(of), years))], [spend, 0 * short], [capacity, short]])
    found = made(
        [*figures[:, 0].tolist(), *[3.0] * years],
        rows.tolist(),
        [*[1] * len(of), *[-np.inf] * years, *[18 * len(of)] * years],
        [*[1] * len(of), *[16 * len(of)] * years, *[np.inf] * years],
        upper=[1] * len(machine) + [np.inf] * years,
        integer=[True] * len(machine) + [False] * years,
    )
    return found, kinds


def check_plan(problem: Problem, values: npt.NDArray[np.float64]) -> None:
    activity = problem.matrix @ values
    assert (activity >= problem.row_lower - 1e-6).all()
    assert (activity <= problem.row_upper + 1e-6).all()
    assert (values >= problem.lower - 1e-9).all()
    assert (values <= problem.upper + 1e-9).all()
    assert np.abs(values - np.rint(values))[problem.integer].max(initial=0) < 1e-9


@pytest.mark.parametrize("seed", range(40))
def test_machines_of_one_kind_become_one_and_the_best_plan_costs_the_same(seed: int) -> None:
    problem, kinds = planted(seed)
    cohorts = merge_cohorts(problem)
    menus = int((cohorts.problem.row_lower == cohorts.problem.row_upper).sum())
    assert menus <= kinds
    whole, merged = highs.solve(problem, EXACT), highs.solve(cohorts.problem, EXACT)
    assert merged.status is whole.status
    if merged.values is None:
        return
    assert merged.objective == pytest.approx(whole.objective, abs=1e-6)
    values = cohorts.spread(merged.values)
    check_plan(problem, values)
    assert objective_value(problem, values) == pytest.approx(whole.objective, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_answer_to_the_relaxation_is_dealt_out_too(seed: int) -> None:
    problem, _ = planted(seed)
    cohorts = merge_cohorts(problem)
    relaxed = SolveOptions(relax=True)
    whole, merged = highs.solve(problem, relaxed), highs.solve(cohorts.problem, relaxed)
    if merged.values is not None:
        values = cohorts.spread(merged.values)
        check_plan(replace(problem, integer=np.zeros_like(problem.integer)), values)
        assert objective_value(problem, values) == pytest.approx(whole.objective, abs=1e-6)


def test_any_numbers_of_a_cohort_add_up_to_the_same_rows() -> None:
    problem, _ = planted(3)
    cohorts = merge_cohorts(problem)
    random = np.random.default_rng(0)
    one_each = np.zeros(problem.n_columns)
    menus = problem.matrix.tocsr()[problem.row_lower == 1]
    for menu in range(menus.shape[0]):
        one_each[random.choice(menus[[menu]].indices)] = 1
    numbers = np.bincount(cohorts.column, one_each).astype(np.float64)
    values = cohorts.spread(numbers)
    assert set(values) <= {0.0, 1.0}
    assert (problem.matrix @ values == problem.matrix @ one_each).all()
    assert (np.bincount(cohorts.column, values) == numbers).all()


def test_a_row_of_its_own_keeps_a_machine_apart() -> None:
    rows = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1], [5, 9, 5, 9, 5, 9]]
    alike = made([4, 1] * 3, rows, [1, 1, 1, -np.inf], [1, 1, 1, 22], upper=1)
    assert merge_cohorts(alike).problem.n_columns == 2
    tied = made([4, 1] * 3, [*rows, [0, 0, 1, 0, 0, 0]], [1, 1, 1, -np.inf, 0], [1, 1, 1, 22, 0], upper=1)
    assert merge_cohorts(tied).problem.n_columns == 4
    dearer = replace(alike, costs=np.array([4.0, 1, 4, 2, 4, 1]))
    assert merge_cohorts(dearer).problem.n_columns == 4
    closed = replace(alike, upper=np.array([1.0, 1, 1, 0, 1, 1]))
    assert merge_cohorts(closed).problem.n_columns == 4
    elsewhere = replace(alike, column_owner=np.array([0, 0, 1, 1, 0, 0], dtype=np.int32))
    assert merge_cohorts(elsewhere).problem.n_columns == 4


def test_menus_that_share_a_schedule_are_left_as_they_are() -> None:
    rows = [[1, 1, 0], [0, 1, 1]]
    assert merge_cohorts(made([1, 1, 1], rows, [1, 1], [1, 1], upper=1)).problem.n_columns == 3


def test_nothing_changes_where_nothing_is_alike() -> None:
    problem = knapsack(0)
    cohorts = merge_cohorts(problem)
    assert cohorts.problem is problem
    values = np.ones(problem.n_columns)
    assert (cohorts.spread(values) == values).all()


def test_no_machines_of_the_twelve_are_alike() -> None:
    problem = formulate(read_register(DATA / "twelve_assets")).problem
    cohorts = merge_cohorts(problem)
    assert cohorts.problem.n_columns == problem.n_columns
    assert sp.linalg.norm(cohorts.problem.matrix - problem.matrix) == 0
