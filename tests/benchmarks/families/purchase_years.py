"""PRES: a homogeneous fleet whose purchases carry a fixed charge in every year that has any. Amounts are £ thousand.

Machines of one age are one cohort. Each cohort is a flow of whole machines through the years, along arcs from the year
of purchase to the year of sale. The charge is linked to purchases in two ways: by one row a year over the whole fleet
(big-M), or by one a year and cohort (disaggregated), which is the tighter.
"""

from __future__ import annotations

import numpy as np

from tests.benchmarks.families.arrays import Builder
from tests.benchmarks.instance import Instance

__all__ = ["purchase_years", "purchase_years_big_m"]

YEARS = 20
OLDEST = 8
"""Cohorts have ages 1 to this at the start."""
LIFE = 12
"""Age at which a machine must go."""
PRICE = 650.0
UPKEEP_SHARE, UPKEEP_GROWTH = 0.06, 1.14
WORTH_SHARE, WORTH_KEPT = 0.9, 0.82
CHARGE_SHARE = 0.05
"""Fixed charge of a year with purchases, as a share of the price of the whole fleet."""
DISCOUNT = 1.035 ** -np.arange(YEARS + 1, dtype=np.float64)


def purchase_years(assets: int, seed: int) -> Instance:
    """Draw an instance with disaggregated links."""
    return Instance(
        family="PRES", assets=assets, seed=seed, problem=_build(assets, seed, is_disaggregated=True).problem()
    )


def purchase_years_big_m(assets: int, seed: int) -> Instance:
    """Draw the same instance with one big-M link a year."""
    build = _build(assets, seed, is_disaggregated=False)
    return Instance(family="PRES-BIG-M", assets=assets, seed=seed, problem=build.problem())


def _build(assets: int, seed: int, *, is_disaggregated: bool) -> Builder:
    random = np.random.default_rng([seed, assets])
    machines = np.bincount(random.integers(0, OLDEST, size=assets), minlength=OLDEST)
    ages = np.arange(1, OLDEST + 1)
    build = Builder()
    used = build.add_columns(
        CHARGE_SHARE * PRICE * assets * DISCOUNT[:YEARS], upper=1, whole=True, owner=0, year=np.arange(YEARS)
    )
    sold = np.array([(cohort, year) for cohort in range(OLDEST) for year in range(LIFE - ages[cohort] + 1)])
    arcs = np.array([(start, end) for start in range(YEARS) for end in range(start + 1, min(start + LIFE, YEARS) + 1)])
    first = build.add_columns(
        np.array([_held(ages[cohort], 0, year) for cohort, year in sold]),
        upper=machines[sold[:, 0]],
        whole=True,
        owner=0,
        year=sold[:, 1],
    )
    costs = np.array([PRICE * DISCOUNT[start] + _held(0, start, end) for start, end in arcs])
    flow = build.add_columns(np.tile(costs, (OLDEST, 1)), upper=machines[:, None], whole=True, owner=0, year=arcs[:, 0])

    start = build.add_rows("start", (OLDEST,), lower=machines, upper=machines)
    build.add(start[sold[:, 0]], first, 1)
    chain = build.add_rows("replaced", (OLDEST, YEARS), lower=0, upper=0)
    build.add(chain[sold[:, 0], sold[:, 1]], first, -1)
    ended = arcs[:, 1] < YEARS
    build.add(chain[:, arcs[ended, 1]], flow[:, ended], -1)
    build.add(chain[:, arcs[:, 0]], flow, 1)

    if is_disaggregated:
        links = build.add_rows("charge", (OLDEST, YEARS), upper=0)
        build.add(links[:, arcs[:, 0]], flow, 1)
        build.add(links, used[None, :], -machines[:, None])
    else:
        links = build.add_rows("charge", (YEARS,), upper=0)
        build.add(links[arcs[:, 0]], flow, 1)
        build.add(links, used, -float(assets))
    return build


def _held(age: int, start: int, end: int) -> float:
    """Upkeep from a year until sold at the start of another, less what it is worth then, discounted."""
    held = np.arange(end - start)
    upkeep = UPKEEP_SHARE * PRICE * (UPKEEP_GROWTH ** (age + held) @ DISCOUNT[start:end])
    return float(upkeep - WORTH_SHARE * PRICE * WORTH_KEPT ** (age + end - start) * DISCOUNT[end])
