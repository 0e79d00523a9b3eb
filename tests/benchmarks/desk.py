"""DESK: the example network under many budgets, as a finance team asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.reuse import with_limits
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.resources import data_path
from tests.benchmarks.instance import Instance
from tests.benchmarks.race import Row, race

__all__ = ["DESK_GAP", "LEVELS", "desk", "race_desk"]

LEVELS = 50
LOWEST, HIGHEST = 50, 150
"""Budgets, per cent of the book's."""
DESK_GAP = 0.005


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
            problem=with_limits(base, _with_budgets(register, percent)).problem,
            level=percent,
        )
        for percent in percents
    ]


def race_desk(instances: list[Instance], engine: str, *, seconds: float, gap: float) -> Iterator[Row]:
    """Run an engine on every level: peers from nothing each time, ours from what it knows of the levels before."""
    if engine == "ours":
        return _solved_again_by_ours(instances, seconds=seconds, gap=gap)
    return (race(instance, engine, seconds=seconds, gap=gap) for instance in instances)


def _solved_again_by_ours(instances: list[Instance], *, seconds: float, gap: float) -> Iterator[Row]:
    """Our engine's solves of one level after the other; so far each begins from nothing."""
    return (race(instance, "ours", seconds=seconds, gap=gap) for instance in instances)


def _with_budgets(register: Register, percent: int) -> Register:
    def scaled(amounts: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return tuple(None if amount is None else amount * percent // 100 for amount in amounts)

    return replace(
        register,
        sources=tuple(
            replace(each, limits_gbp=tuple(amount * percent // 100 for amount in each.limits_gbp))
            for each in register.sources
        ),
        capital_limits=tuple(
            replace(each, limits_gbp=scaled(each.limits_gbp), cash_gbp=scaled(each.cash_gbp))
            for each in register.capital_limits
        ),
    )
