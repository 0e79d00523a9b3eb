"""NET: KB at sites with patients, who may go to the nearest sites. Amounts are £ thousand and thousand scans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.families.arrays import DISCOUNT, YEARS, Builder, Index, Numbers
from tests.benchmarks.families.budgets import Stock, add_machines, draw_stock
from tests.benchmarks.instance import Instance

__all__ = ["Region", "draw_region", "network", "region_instance"]

ASSETS_A_SITE = 50
SQUARE = 100.0
NEAREST = 5
CAPACITY = np.array([9.0, 6.0, 14.0])
"""Of CT, MR and DX; so for every triple below."""
KEPT_A_YEAR = 0.98
DEMAND_SHARE, CONCENTRATION, DEMAND_GROWTH = 0.8, 8.0, 1.02
TRAVEL = 0.02
UNMET = np.array([60.0, 120.0, 10.0])
WORKS_SHARE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Machines, sites and demand as drawn.

    Attributes
    ----------
    stock
        The machines.
    site, capacity
        Of each machine, shape ``(n,)``; capacity of a new one, thousand scans.
    near, distance
        Sites that may serve the patients of each site, itself first, and how far they are, shape ``(sites, reach)``.
    demand
        Shape ``(3, sites, years)``.
    """

    stock: Stock
    site: Index
    capacity: Numbers
    near: Index
    distance: Numbers
    demand: Numbers


def network(assets: int, seed: int) -> Instance:
    """Draw an instance of the family."""
    return region_instance(draw_region(assets, seed), seed)


def draw_region(assets: int, seed: int) -> Region:
    """Draw machines, sites and demand."""
    random = np.random.default_rng([seed, assets])
    stock = draw_stock(random, assets)
    sites = max(2, round(assets / ASSETS_A_SITE))
    site = random.integers(0, sites, size=assets)
    place = random.uniform(0, SQUARE, size=(sites, 2))
    capacity = CAPACITY[stock.modality] * random.uniform(0.8, 1.2, size=assets)
    distance = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    near = np.argsort(distance, axis=1, kind="stable")[:, :NEAREST]
    local = np.zeros((3, sites))
    np.add.at(local, (stock.modality, site), capacity * KEPT_A_YEAR**stock.age)
    share = random.dirichlet(np.full(sites, CONCENTRATION), size=3)
    first = DEMAND_SHARE * (0.5 * local + 0.5 * share * local.sum(axis=1, keepdims=True))
    return Region(
        stock=stock,
        site=site,
        capacity=capacity,
        near=near,
        distance=np.take_along_axis(distance, near, axis=1),
        demand=first[:, :, None] * DEMAND_GROWTH ** np.arange(YEARS),
    )


def region_instance(region: Region, seed: int) -> Instance:
    """Formulate a region; ``seed`` is what it was drawn from."""
    stock, site, years = region.stock, region.site, np.arange(YEARS)
    sites, reach = region.near.shape
    build = Builder()
    replacing, replaced = add_machines(build, stock, block=stock.modality, owner=site)
    kind, home = np.arange(3)[:, None, None], np.arange(sites)[None, :, None]
    flow = build.add_columns(
        np.broadcast_to(TRAVEL * region.distance[None, :, :, None] * DISCOUNT[:YEARS], (3, sites, reach, YEARS)),
        block=kind[..., None],
        owner=home[..., None],
    )
    unmet = build.add_columns(
        UNMET[:, None, None] * DISCOUNT[:YEARS] * np.ones((3, sites, YEARS)), block=kind, owner=home
    )

    served = build.add_rows("demand", (3, sites, YEARS), lower=region.demand, upper=region.demand)
    build.add(served[:, :, None, :], flow, 1)
    build.add(served, unmet, 1)
    capacity = build.add_rows("capacity", (3, sites, YEARS), upper=0)
    build.add(capacity[:, region.near], flow, 1)
    at = capacity[stock.modality, site]
    kept = region.capacity[:, None] * KEPT_A_YEAR ** (stock.age[:, None] + years)
    build.add(at, replacing.keep[:, None], -kept)
    since = years[None, :] - years[:, None]
    after = np.where(since >= 0, KEPT_A_YEAR ** np.maximum(since, 0), 0.0)
    provided = region.capacity[:, None, None] * after + np.where(since < 0, kept[:, None, :], 0.0)
    build.add(at[:, None, None, :], replaced[:, :, :, None], -provided[:, None])

    works = build.add_rows(
        "works",
        (sites, YEARS),
        upper=np.maximum(1, np.ceil(WORKS_SHARE * np.bincount(site, minlength=sites)))[:, None],
    )
    build.add(works[site][:, None, :], replaced, 1)
    return Instance(
        family="NET",
        assets=len(site),
        seed=seed,
        problem=build.problem(),
        outside=unmet.ravel(),
        replacing=replacing,
    )
