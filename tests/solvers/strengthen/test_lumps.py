from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.register.read import read_register
from capitalplan.solution import Solution, SolveOptions
from solvers import highs
from solvers.strengthen.lumps import with_lump_cuts
from tests.benchmarks.families.growth import growth
from tests.folders import DATA
from tests.solvers.problems import knapsack, market_split, siting
from tests.solvers.problems import problem as made

EXACT = SolveOptions(gap=0)


def relaxed(problem: Problem) -> Solution:
    return highs.solve(problem, SolveOptions(relax=True))


def with_cuts(problem: Problem) -> tuple[Problem, Solution]:
    return with_lump_cuts(problem, relaxed(problem), relaxed)


def network(seed: int, *, alike: bool = False) -> Problem:
    """Sites with menus of machines and lumps to add, flows between them in measures of their own, a list left over.

    The machines of a site are alike or not. Bounds of every kind: whole-number columns that start below zero or above,
    flows with ends or without.
    """
    random = np.random.default_rng(seed)
    sites, machines, lumps = int(random.integers(1, 4)), 2, 2
    columns: list[tuple[float, float, float, bool]] = []
    rows: dict[str, dict[int, float]] = {f"{rule}{s}": {} for rule in ("need", "room") for s in range(sites)}
    limits = {f"need{s}": (each, each) for s, each in enumerate(random.uniform(5, 40, sites).round(2))}
    limits |= {f"room{s}": (-np.inf, float(random.choice([0, 0, 3.5]))) for s in range(sites)}
    if random.random() < 0.3:
        limits["need0"] = (-limits["need0"][0], -limits["need0"][0])

    def column(cost: float, low: float, high: float, whole: bool, entries: dict[str, float]) -> None:
        for row, value in entries.items():
            rows.setdefault(row, {})[len(columns)] = value
        columns.append((cost, low, high, whole))

    turned = [-1.0 if limits[f"need{s}"][0] < 0 else 1.0 for s in range(sites)]
    for site in range(sites):
        menus = [
            [(int(random.integers(1, 60)), round(random.uniform(0, 14), 2)) for _ in range(3)] for _ in range(machines)
        ]
        for machine in range(machines):
            for price, capacity in menus[0 if alike else machine]:
                choice = f"choice{site}.{machine}"
                limits[choice] = (1.0, 1.0)
                column(price, 0, 1, True, {f"room{site}": -capacity, choice: 1.0})
        for _ in range(lumps):
            low = float(random.choice([0, 0, 1, -1]))
            size = float(random.choice([7.5, 4.25, 11.3]))
            column(float(random.integers(20, 60)), low, low + 2, True, {f"room{site}": -size, "works": 1.0})
        column(9.0, 0, np.inf, False, {f"need{site}": turned[site]})
        for other in range(sites):
            ends = float(random.choice([np.inf, 6.0])) if other != site else np.inf
            low = float(random.choice([0, 0.5])) if other != site else 0.0
            measure = float(random.choice([1, 1, 2.5]))
            column(float(other != site), low, ends, False, {f"need{site}": turned[site], f"room{other}": measure})
    limits["works"] = (-np.inf, float(sites + 1))
    matrix = np.zeros((len(rows), len(columns)))
    for row, entries in enumerate(rows.values()):
        matrix[row, list(entries)] = list(entries.values())
    costs, lower, upper, integer = zip(*columns, strict=True)
    least, most = zip(*[limits[row] for row in rows], strict=True)
    return made(costs, matrix.tolist(), least, most, lower=lower, upper=upper, integer=integer)


def check_no_plan_is_lost(problem: Problem, tight: Problem) -> None:
    """Each cut holds even for the plan that comes closest to breaking it."""
    rows = tight.matrix.tocsr()
    for row in range(problem.n_rows, tight.n_rows):
        closest = highs.solve(replace(problem, costs=rows[[row]].toarray()[0]), EXACT)
        if closest.objective is not None:
            assert closest.objective >= tight.row_lower[row] - 1e-6, tight.row_names[row]


@pytest.mark.parametrize(
    "seeds",
    [range(25), pytest.param(range(25, 500), marks=pytest.mark.long)],
    ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}",
)
def test_cuts_lose_fractions_and_no_plan(seeds: range) -> None:
    tightened = 0
    for seed in seeds:
        problem = network(seed)
        tight, answer = with_cuts(problem)
        check_no_plan_is_lost(problem, tight)
        tightened += answer.bound > relaxed(problem).bound + 1e-3
        assert len(set(tight.row_names)) == tight.n_rows
        if answer.duals is not None:
            assert len(answer.duals) == tight.n_rows
            assert answer.reduced_costs == pytest.approx(tight.costs - tight.matrix.T @ answer.duals, abs=1e-6)
    assert tightened > len(seeds) / 4


@pytest.mark.parametrize("seed", range(3))
def test_cuts_hold_where_all_of_a_place_is_for_one_charge(seed: int) -> None:
    problem = siting(seed)
    tight, _ = with_cuts(problem)
    assert tight.n_rows > problem.n_rows
    check_no_plan_is_lost(problem, tight)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_plan_of_a_growing_network_costs_the_same(seed: int) -> None:
    problem = growth(12, seed).problem
    tight, answer = with_cuts(problem)
    best = highs.solve(tight, EXACT)
    assert best.objective == pytest.approx(highs.solve(problem, EXACT).objective, rel=1e-9)
    assert relaxed(problem).bound < answer.bound <= best.bound + 1e-6


def test_the_best_plan_of_the_twelve_costs_the_same_and_most_of_it_is_known_before() -> None:
    problem = formulate(read_register(DATA / "twelve_assets")).problem
    tight, answer = with_cuts(problem)
    assert highs.solve(tight, EXACT).objective == pytest.approx(highs.solve(problem, EXACT).objective, rel=1e-9)
    assert answer.bound > relaxed(problem).bound * 1.04


@pytest.mark.parametrize("problem", [knapsack(0), market_split()], ids=["knapsack", "market split"])
def test_where_nothing_flows_the_problem_stays_as_it_is(problem: Problem) -> None:
    assert with_cuts(problem)[0] is problem


def test_an_impossible_problem_stays_as_it_is() -> None:
    problem = siting(0)
    impossible = replace(problem, row_lower=problem.row_lower.copy(), row_upper=problem.row_upper.copy())
    impossible.row_upper[-1] = -1.0
    tight, answer = with_cuts(impossible)
    assert tight is impossible
    assert answer.values is None
