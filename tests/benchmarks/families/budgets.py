"""KB: machines that only budgets couple. Amounts are £ thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmarks.families.arrays import DISCOUNT, YEARS, Builder, Index, Numbers
from tests.benchmarks.instance import Instance, Replacing

__all__ = ["Stock", "add_machines", "budgets", "draw_stock"]

SHARES = (0.35, 0.25, 0.40)
"""Of CT, MR and DX among the machines; so for every triple below."""
PRICE = np.array([650.0, 1100.0, 180.0])
OLDEST = 13
LIFE = 12
UPKEEP_SHARE, PAST_LIFE_SHARE = 0.08, 0.03
OPTION_PRICE = np.array([1.0, 1.18, 0.80])
OPTION_UPKEEP = np.array([1.0, 0.9, 1.15])
WORTH_SHARE, WORTH_KEPT = 0.9, 0.85
BUDGET_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Machines as drawn; each array has shape ``(n,)``.

    Attributes
    ----------
    modality, age
        Age in the first year.
    price
        Of the first option.
    upkeep
        Of a new machine, first option, a year.
    growth
        Factor by which upkeep grows with each year of age.
    """

    modality: Index
    age: Index
    price: Numbers
    upkeep: Numbers
    growth: Numbers


def budgets(assets: int, seed: int) -> Instance:
    """Draw an instance of the family."""
    stock = draw_stock(np.random.default_rng([seed, assets]), assets)
    build = Builder()
    replacing, _ = add_machines(build, stock, block=stock.modality, owner=0)
    return Instance(family="KB", assets=assets, seed=seed, problem=build.problem(), replacing=replacing)


def draw_stock(random: np.random.Generator, assets: int) -> Stock:
    """Draw machines."""
    modality = random.choice(3, size=assets, p=SHARES)
    price = PRICE[modality] * random.uniform(0.9, 1.1, size=assets)
    return Stock(
        modality=modality,
        age=random.integers(0, OLDEST + 1, size=assets),
        price=price,
        upkeep=UPKEEP_SHARE * price * random.uniform(0.8, 1.2, size=assets),
        growth=1 + random.uniform(0.06, 0.14, size=assets),
    )


def add_machines(build: Builder, stock: Stock, *, block: Any, owner: Any) -> tuple[Replacing, Index]:
    """Add columns of keeping and replacing each machine, one choice a machine, and a flat budget.

    Parameters
    ----------
    block, owner
        Of each machine's columns, spread over shape ``(n,)``.

    Returns
    -------
    tuple
        Columns of replacement like for like, and all columns of replacement, shape ``(n, 3, years)``.
    """
    assets, years = len(stock.age), np.arange(YEARS)
    block, owner = (np.broadcast_to(each, (assets,)) for each in (block, owner))
    yearly = _running(stock, stock.age[:, None] + years, 0)
    before = np.concatenate([np.zeros((assets, 1)), np.cumsum(yearly * DISCOUNT[:YEARS], axis=1)], axis=1)
    keep_cost = before[:, YEARS] - _worth(stock.price, stock.age + YEARS)
    replace_cost = np.stack([_bought(stock, option) for option in range(3)], axis=1) + before[:, None, :YEARS]
    price = np.broadcast_to((stock.price[:, None] * OPTION_PRICE)[:, :, None], replace_cost.shape)

    keep = build.add_columns(keep_cost, upper=1, whole=True, block=block, owner=owner)
    replaced = build.add_columns(
        replace_cost,
        upper=1,
        whole=True,
        block=block[:, None, None],
        owner=owner[:, None, None],
        year=np.arange(YEARS),
    )
    chosen = build.add_rows("choice", (assets,), lower=1, upper=1)
    build.add(chosen, keep, 1)
    build.add(chosen[:, None, None], replaced, 1)
    spent = _unlimited(keep_cost, replace_cost, price)
    money = build.add_rows("budget", (YEARS,), upper=BUDGET_SHARE * spent / YEARS)
    build.add(money, replaced, price)
    replacing = Replacing(
        keep=keep,
        like=replaced[:, 0],
        age=stock.age,
        life=np.full(assets, LIFE),
        running=yearly / stock.price[:, None],
    )
    return replacing, replaced


def _running(stock: Stock, age: Numbers | Index, option: int) -> Numbers:
    """Upkeep of each machine at the ages of its row, shape of ``age``."""
    tail = (slice(None),) + (None,) * (age.ndim - 1)
    upkeep = OPTION_UPKEEP[option] * stock.upkeep[tail] * stock.growth[tail] ** age
    return np.asarray(upkeep + PAST_LIFE_SHARE * OPTION_PRICE[option] * stock.price[tail] * np.maximum(0, age - LIFE))


def _worth(price: Numbers, age: Numbers | Index) -> Numbers:
    """What a machine is worth at the end of the last year, discounted."""
    return np.asarray(WORTH_SHARE * price * WORTH_KEPT**age * DISCOUNT[YEARS])


def _bought(stock: Stock, option: int) -> Numbers:
    """Discounted cost of a machine bought in each year, from then on, shape ``(n, years)``."""
    years = np.arange(YEARS)
    age = years[None, None, :] - years[None, :, None]
    upkeep = _running(stock, np.maximum(age, 0), option) * (age >= 0) * DISCOUNT[:YEARS]
    price = OPTION_PRICE[option] * stock.price[:, None]
    return np.asarray(price * DISCOUNT[:YEARS] + upkeep.sum(axis=2) - _worth(price, YEARS - years))


def _unlimited(keep_cost: Numbers, replace_cost: Numbers, price: Numbers) -> float:
    """Money spent where every machine takes its cheapest choice."""
    assets = len(keep_cost)
    cheapest = replace_cost.reshape(assets, -1).argmin(axis=1)
    rows = np.arange(assets)
    replaced = replace_cost.reshape(assets, -1)[rows, cheapest] < keep_cost
    return float(price.reshape(assets, -1)[rows, cheapest][replaced].sum())
