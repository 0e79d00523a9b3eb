"""GROWTH, the hard family: demand outgrows the fleet, new capacity comes in lumps, patients travel inside networks.

One column a machine for being kept, and one for each option and year of replacement; whole numbers of new machines by
site, option and year; flows of patients inside a network, and scans bought outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.families.arrays import DISCOUNT, YEARS, Builder, Index, Numbers
from tests.benchmarks.families.fleet import (
    BUDGET_SHARE,
    CAPACITY,
    FIRST_YEAR_SHARE,
    LIFE,
    MOST_INSTALLED,
    NEW_MOST,
    PARTNER_SHARE,
    PRICE,
    SWAP_SHARE,
    TRAVEL,
    UNMET,
    Fleet,
    bought,
    draw,
    kept,
    running,
)
from tests.benchmarks.instance import Instance, Replacing

__all__ = ["Layout", "growth", "lay_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A problem as far as it is laid out.

    Attributes
    ----------
    build
        Its columns and rows.
    served
        Rows of what is due, shape ``(3, sites, years)``.
    outside
        Columns of scans bought outside, shape ``(3, sites, years)``.
    replacing
        Columns of replacement, like for like.
    """

    build: Builder
    served: Index
    outside: Index
    replacing: Replacing


def growth(assets: int, seed: int) -> Instance:
    """Draw an instance of the family."""
    fleet = draw(assets, seed)
    layout = lay_out(fleet, fleet.demand)
    return Instance(
        family="GROWTH",
        assets=assets,
        seed=seed,
        problem=layout.build.problem(),
        outside=layout.outside.ravel(),
        replacing=layout.replacing,
    )


def lay_out(fleet: Fleet, due: Numbers) -> Layout:
    """Lay out columns and rows; ``due`` is what must be served, shape ``(3, sites, years)``."""
    assets, sites = len(fleet.modality), len(fleet.network)
    build = Builder()
    block = fleet.network[:, None] * 3 + np.arange(3)
    own_block, own_network = block[fleet.site, fleet.modality], fleet.network[fleet.site]
    years = np.arange(YEARS)

    kept_cost, kept_capacity = running(fleet) * DISCOUNT[:YEARS], kept(fleet)
    before = np.concatenate([np.zeros((assets, 1)), np.cumsum(kept_cost, axis=1)], axis=1)
    keep = build.add_columns(before[:, YEARS], upper=1, whole=True, block=own_block, owner=own_network)
    choices = [bought(fleet.price[:, option], fleet.modality) for option in range(2)]
    replace_costs = np.stack([cost + before[:, :YEARS] for cost, _ in choices], axis=1)
    replaced = build.add_columns(
        replace_costs,
        upper=1,
        whole=True,
        block=own_block[:, None, None],
        owner=own_network[:, None, None],
        year=years,
    )
    standing = choices[0][1]
    flat = fleet.new_price.reshape(-1)
    new_cost = bought(flat, np.tile(np.repeat(np.arange(3), 2), sites))[0].reshape(sites, 3, 2, YEARS)
    new = build.add_columns(
        new_cost,
        upper=NEW_MOST,
        whole=True,
        block=block[:, :, None, None],
        owner=fleet.network[:, None, None, None],
        year=years,
    )
    home = build.add_columns(np.zeros((3, sites, YEARS)), block=block.T[:, :, None], owner=fleet.network[None, :, None])
    kind, source, target = fleet.arcs.T
    away = build.add_columns(
        TRAVEL[kind][:, None] * DISCOUNT[:YEARS],
        upper=PARTNER_SHARE * fleet.demand[kind, target],
        block=block[source, kind][:, None],
        owner=fleet.network[source][:, None],
    )
    outside = build.add_columns(
        UNMET[:, None, None] * DISCOUNT[:YEARS] * np.ones((3, sites, YEARS)),
        block=block.T[:, :, None],
        owner=fleet.network[None, :, None],
    )

    chosen = build.add_rows("choice", (assets,), lower=1, upper=1)
    build.add(chosen, keep, 1)
    build.add(chosen[:, None, None], replaced, 1)

    served = build.add_rows("demand", (3, sites, YEARS), lower=due, upper=due)
    build.add(served, home, 1)
    build.add(served[kind, source], away, 1)
    build.add(served, outside, 1)

    capacity = build.add_rows("capacity", (3, sites, YEARS), upper=0)
    build.add(capacity, home, 1)
    build.add(capacity[kind, target], away, 1)
    at = capacity[fleet.modality, fleet.site]
    build.add(at, keep[:, None], -kept_capacity)
    swap = np.where(np.eye(YEARS, dtype=bool), SWAP_SHARE, 1.0)
    for option in range(2):
        after = CAPACITY[fleet.modality, option][:, None, None] * standing * swap
        old = np.where(years[None, :] < years[:, None], 1.0, 0.0) * kept_capacity[:, None, :]
        build.add(at[:, None, :], replaced[:, option, :, None], -(after + old))
        started = standing * np.where(np.eye(YEARS, dtype=bool), FIRST_YEAR_SHARE, 1.0)
        each = CAPACITY[:, option][None, :, None, None] * started
        build.add(capacity.transpose(1, 0, 2)[:, :, None, :], new[:, :, option, :, None], -each)

    budget = BUDGET_SHARE * PRICE[fleet.modality, 0].sum() / YEARS
    money = build.add_rows("budget", (YEARS,), upper=budget)
    build.add(money, replaced, fleet.price[:, :, None])
    build.add(money, new, fleet.new_price[:, :, :, None])

    works = build.add_rows("works", (sites, YEARS), upper=MOST_INSTALLED)
    build.add(works[fleet.site][:, None, :], replaced, 1)
    build.add(works[:, None, None, :], new, 1)
    return Layout(
        build=build,
        served=served,
        outside=outside,
        replacing=Replacing(
            keep=keep,
            like=replaced[:, 0],
            age=fleet.age,
            life=LIFE[fleet.modality],
            running=running(fleet) / PRICE[fleet.modality, :1],
        ),
    )
