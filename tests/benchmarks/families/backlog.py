"""BACKLOG: GROWTH with waiting lists that are carried from year to year, and a target whose excess is priced."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.families.arrays import DISCOUNT, YEARS
from tests.benchmarks.families.fleet import UNMET, draw
from tests.benchmarks.families.growth import lay_out
from tests.benchmarks.instance import Instance

__all__ = ["backlog"]

START_SHARE = (0.04, 0.10)
"""Waiting list at the start, as a share of the first year's demand: 2 to 5 weeks."""
TARGET_SHARE = 6 / 52 / 4.61
"""Waiting list at which 99% wait under 6 weeks, as a share of a year's demand."""
PRICE_SHARE = 0.25
"""Price of a scan that waits beyond the target at a year's end, as a share of what it costs outside."""


def backlog(assets: int, seed: int) -> Instance:
    """Draw an instance of the family."""
    fleet = draw(assets, seed)
    random = np.random.default_rng([seed, assets, 1])
    start = fleet.demand[:, :, 0] * random.uniform(*START_SHARE, size=fleet.demand.shape[:2])
    due = fleet.demand.copy()
    due[:, :, 0] += start
    layout = lay_out(fleet, due)
    build, shape = layout.build, due.shape
    block = (fleet.network[None, :, None] * 3 + np.arange(3)[:, None, None], fleet.network[None, :, None])
    waiting = build.add_columns(np.zeros(shape), block=block[0], owner=block[1])
    price = PRICE_SHARE * UNMET[:, None, None] * DISCOUNT[:YEARS] * np.ones(shape)
    price[:, :, -1] = UNMET[:, None] * DISCOUNT[YEARS]  # what is left at the end is bought outside
    beyond = build.add_columns(price, block=block[0], owner=block[1])
    build.add(layout.served, waiting, 1)
    build.add(layout.served[:, :, 1:], waiting[:, :, :-1], -1)
    target = build.add_rows("target", shape, upper=TARGET_SHARE * fleet.demand)
    build.add(target, waiting, 1)
    build.add(target, beyond, -1)
    return Instance(
        family="BACKLOG",
        assets=assets,
        seed=seed,
        problem=build.problem(),
        outside=layout.outside.ravel(),
        replacing=layout.replacing,
    )
