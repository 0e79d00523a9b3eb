"""The machines, sites and demand of the families GROWTH and BACKLOG; amounts are £ thousand and thousand scans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.families.arrays import DISCOUNT, YEARS, Index, Numbers

__all__ = ["Fleet", "bought", "draw", "kept", "running", "uptime"]

SITES = {60: 6, 300: 20, 2000: 160}
NETWORK_SITES = 12
SHARES = (0.25, 0.20, 0.55)
"""Of CT, MR and DX among the machines; so for every triple below."""
LIFE = np.array([10, 10, 12])
PRICE = np.array([[650.0, 1000.0], [1000.0, 1500.0], [180.0, 300.0]])
CAPACITY = np.array([[14.0, 17.0], [7.5, 8.5], [22.0, 27.0]])
UPKEEP_SHARE = np.array([0.09, 0.09, 0.07])
RISK = np.array([60.0, 80.0, 12.0])
UNMET = np.array([120.0, 220.0, 40.0])
TRAVEL = np.array([10.0, 12.0, 6.0])
DEMAND_GROWTH = np.array([1.05, 1.06, 1.02])
SWAP_SHARE = 0.85
NEW_PRICE_FACTOR, NEW_MOST, FIRST_YEAR_SHARE = 1.6, 2, 0.5
PARTNERS, PARTNER_SHARE = 3, 0.15
BUDGET_SHARE = 0.8
MOST_INSTALLED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What is drawn: machines, sites, demand.

    Attributes
    ----------
    modality, site, age
        Of each machine, shape ``(n,)``; age in the year before the plan's first.
    price, new_price
        Price of each option for each machine, shape ``(n, 2)``, and as new capacity, shape ``(sites, 3, 2)``.
    demand
        Shape ``(3, sites, years)``.
    arcs
        Pairs of different sites between which patients may travel, shape ``(n_arcs, 3)``: modality, from, to.
    """

    modality: Index
    site: Index
    network: Index
    age: Index
    price: Numbers
    new_price: Numbers
    demand: Numbers
    arcs: Index


def draw(assets: int, seed: int) -> Fleet:
    """Draw machines, sites and demand; sizes without a number of sites of their own have one a dozen machines."""
    random = np.random.default_rng([seed, assets])
    sites = SITES.get(assets, max(2, round(assets / 12.5)))
    modality = random.choice(3, size=assets, p=SHARES)
    site = random.integers(0, sites, size=assets)
    age = np.minimum(18, np.floor(random.gamma(2.2, 3.2, size=assets))).astype(np.int64)
    network = np.arange(sites) // NETWORK_SITES
    price = PRICE[modality] * random.uniform(0.9, 1.3, size=(assets, 2))
    new_price = NEW_PRICE_FACTOR * PRICE * random.uniform(0.9, 1.3, size=(sites, 3, 2))
    installed = np.zeros((3, sites))
    np.add.at(installed, (modality, site), CAPACITY[modality, 0] * uptime(age))
    first = 0.9 * installed * random.uniform(0.75, 1.05, size=installed.shape)
    demand = first[:, :, None] * DEMAND_GROWTH[:, None, None] ** np.arange(YEARS)
    arcs = [
        (each, home, away) for each in range(3) for home in range(sites) for away in _partners(home, network, random)
    ]
    return Fleet(
        modality=modality,
        site=site,
        network=network,
        age=age,
        price=price,
        new_price=new_price,
        demand=demand,
        arcs=np.array(arcs, dtype=np.int64).reshape(-1, 3),
    )


def _partners(home: int, network: Index, random: np.random.Generator) -> list[int]:
    near = np.flatnonzero((network == network[home]) & (np.arange(len(network)) != home))
    return sorted(random.choice(near, size=min(PARTNERS, len(near)), replace=False).tolist())


def uptime(age: Index) -> Numbers:
    return 0.97 - 0.012 * np.maximum(0, age - 5)


def _upkeep(price: Numbers, modality: Index, age: Index) -> Numbers:
    return np.asarray(UPKEEP_SHARE[modality] * price * 1.06 ** np.maximum(0, age - 5))


def _risk(modality: Index, age: Index) -> Numbers:
    return np.asarray(RISK[modality] * np.maximum(0, age - LIFE[modality]) ** 1.3)


def running(fleet: Fleet) -> Numbers:
    """Upkeep and risk of each machine in each year it is kept, shape ``(n, years)``."""
    modality = fleet.modality[:, None]
    age = fleet.age[:, None] + np.arange(YEARS)
    return _upkeep(PRICE[fleet.modality, 0][:, None], modality, age) + _risk(modality, age)


def kept(fleet: Fleet) -> Numbers:
    """Capacity of each machine in each year it is kept, shape ``(n, years)``."""
    return np.asarray(CAPACITY[fleet.modality, 0][:, None] * uptime(fleet.age[:, None] + np.arange(YEARS)))


def bought(price: Numbers, modality: Index) -> tuple[Numbers, Numbers]:
    """Discounted cost of machines bought in each year, and capacity by that year and each other.

    Parameters
    ----------
    price
        Of one option each, shape ``(n,)``.

    Returns
    -------
    tuple
        Costs, shape ``(n, years)``: price, upkeep and risk, less the worth of what is left at the end.
        Uptime where it stands, shape ``(years, years)``, 0 before.
    """
    age = np.arange(YEARS)[None, :] - np.arange(YEARS)[:, None]
    stands = age >= 0
    old = np.maximum(age, 0)
    each = modality[:, None, None]
    upkeep = (_upkeep(price[:, None, None], each, old) + _risk(each, old)) * DISCOUNT[:YEARS] * stands
    life = LIFE[modality][:, None]
    left = np.maximum(0, life - (YEARS - np.arange(YEARS))) / life
    worth = 0.5 * price[:, None] * left * DISCOUNT[YEARS]
    return price[:, None] * DISCOUNT[:YEARS] + upkeep.sum(axis=2) - worth, np.where(stands, uptime(old), 0.0)
