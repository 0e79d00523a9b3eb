"""DESK: the example network under many budgets, as a finance team asks for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.reuse import with_limits
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.resources import data_path
from capitalplan.solution import SolveOptions
from tests.benchmarks.child import limit_of, run_apart, solve_levels_to_files
from tests.benchmarks.instance import Instance
from tests.benchmarks.race import Row, race, row_of

__all__ = ["COLD", "DESK_GAP", "LEVELS", "desk", "race_desk", "with_budgets"]

LEVELS = 50
LOWEST, HIGHEST = 50, 150
"""Budgets, per cent of the book's."""
DESK_GAP = 0.005
COLD = "ours-cold"
"""Our engine, each level from nothing."""


def desk(levels: int) -> list[Instance]:
    """Instances of the example network under budgets evenly spread, all with the same columns and matrix."""
    register = read_register(data_path("example_network"))
    base = formulate(register)
    percents = np.linspace(LOWEST, HIGHEST, levels).round().astype(int).tolist()
    return [
        Instance(
            family="DESK",
            assets=len(register.assets),
            seed=0,
            problem=with_limits(base, with_budgets(register, percent)).problem,
            level=percent,
        )
        for percent in percents
    ]


def race_desk(instances: list[Instance], engine: str, *, seconds: float, gap: float) -> Iterator[Row]:
    """Run an engine on every level: peers from nothing each time, ours from what it knows of other levels, or cold."""
    if engine == "ours":
        return _solved_again_by_ours(instances, seconds=seconds, gap=gap)
    contestant = "ours" if engine == COLD else engine
    return (race(instance, contestant, seconds=seconds, gap=gap) | {"engine": engine} for instance in instances)


def _solved_again_by_ours(instances: list[Instance], *, seconds: float, gap: float) -> Iterator[Row]:
    """Our engine's solve of all levels together."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        problems = [instance.problem for instance in instances]
        options = SolveOptions(gap=gap, time_limit=seconds, seed=instances[0].seed)
        ended = run_apart(solve_levels_to_files, folder, problems, options, limit=limit_of(seconds * len(problems)))
        for level, instance in enumerate(instances):
            (folder / str(level)).mkdir(exist_ok=True)
            yield row_of(instance, "ours", seconds, folder / str(level), ended)


def with_budgets(register: Register, percent: int) -> Register:
    """A register under a share of its budgets; the least to be used of a source stays what it is at the lowest."""

    def scaled(amounts: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(None if amount is None else amount * percent // 100 for amount in amounts)

    return replace(
        register,
        sources=tuple(
            replace(
                each,
                limits_gbp=tuple(amount * percent // 100 for amount in each.limits_gbp),
                minimum_share=each.minimum_share * Fraction(LOWEST, percent),
            )
            for each in register.sources
        ),
        capital_limits=tuple(
            replace(each, limits_gbp=scaled(each.limits_gbp), cash_gbp=scaled(each.cash_gbp))
            for each in register.capital_limits
        ),
    )
