"""Each repair is the least of its kind: held against every combination of schedules of tiny networks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from capitalplan.analysis.repair.repair import Changes, RepairKind, least_changes
from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.levers import Levers
from capitalplan.formulation.lifted import LIFTED
from capitalplan.formulation.schedules import Menu
from capitalplan.register.register import Asset, Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, Lock, Route
from solvers import highs
from tests.verify.small_network import SITE_A, asset, limits, register, settings, with_site

OPTIONS = SolveOptions(gap=0.0, node_limit=2_000)
START, YEARS = 2026, 4
SEEDS = range(12)


def machine(name: str, dice: random.Random) -> Asset:
    """A CT with a lock, a last year, an end of support, or nothing that binds it."""
    year = dice.randrange(START, START + YEARS)
    dates: tuple[dict[str, Any], ...] = (
        {"lock": Lock.REPLACE, "lock_year": year},
        {"latest_year": year},
        {"end_of_support_year": year},
        {"lock": Lock.KEEP, "latest_year": year},
        {},
    )
    return asset(name, **dice.choice(dates))


def network(seed: int) -> Register:
    """Three machines of one site, too little money, and one or two installations a year."""
    dice = random.Random(seed)  # noqa: S311  # a network, not a secret
    machines = [machine(f"CT{number}", dice) for number in (1, 2, 3)]
    fund = replace(limits("Fund", None, 0), limits_gbp=tuple(dice.choice((0, 1000, 1700, 2500)) for _ in range(YEARS)))
    values = settings(max_replacements=1, allow_retirement=False)
    return with_site(
        register(*machines, sources=(fund,), settings=values), SITE_A, max_installations=dice.choice((1, 2))
    )


def ways(book: Register) -> Iterator[tuple[list[tuple[Menu, int]], np.ndarray, int]]:
    """Every combination of schedules, with what it charges beyond the limits, £ by year, and installations too many."""
    menus = formulate(book, prune=False, lifted=LIFTED).columns.table.menus
    limit, most = np.array(book.sources[0].limits_gbp), book.sites[SITE_A].max_installations
    for chosen in product(*(range(len(menu.events)) for menu in menus)):
        picked = list(zip(menus, chosen, strict=True))
        nothing = np.zeros(YEARS, dtype=np.int64)
        charge = sum((menu.figures.charge.get(Route.PURCHASE, [nothing] * (k + 1))[k] for menu, k in picked), nothing)
        works = sum((menu.figures.works[k] for menu, k in picked), nothing)
        yield picked, np.maximum(charge - limit, 0), int(max(works.max() - most, 0))


def broken(picked: list[tuple[Menu, int]]) -> int:
    return sum(bool(mask[k]) for menu, k in picked for mask in menu.broken.values())


def late(menu: Menu, schedule: int) -> float:
    """Years by which a machine goes later than asked; endless where it does not as asked at all, or goes earlier."""
    goes = next((event.year for event in menu.events[schedule] if event.action is Action.REPLACE), YEARS) + START
    one = menu.asset
    lates = [goes - year for year in (one.lock_year, one.latest_year, one.end_of_support_year) if year is not None]
    undone = (one.lock is Lock.KEEP and goes < START + YEARS) or (one.lock is Lock.REPLACE and goes == START + YEARS)
    early = one.lock_year is not None and goes < one.lock_year
    return float("inf") if undone or early else max(0, *lates, 0)


def found(book: Register, kind: RepairKind) -> Changes | None:
    return least_changes(Levers(formulate(book, lifted=LIFTED)), kind, highs.solve, OPTIONS)


@pytest.mark.parametrize("seed", SEEDS)
def test_least_money(seed: int) -> None:
    book = network(seed)
    kept = [int(over.sum()) for picked, over, crowd in ways(book) if not broken(picked) and not crowd]
    changes = found(book, RepairKind.MONEY)
    assert changes is not None
    if kept:
        assert round(changes.measure * 1000) == min(kept)
        assert {cell.sheet for cell in changes.used} <= {"Funding"}
    else:
        assert {cell.sheet for cell in changes.used} & {"Equipment", "Sites", "Settings"}


@pytest.mark.parametrize("seed", SEEDS)
def test_fewest_places(seed: int) -> None:
    book = network(seed)
    counts = [int((over > 0).sum()) + broken(picked) + bool(crowd) for picked, over, crowd in ways(book)]
    changes = found(book, RepairKind.PLACES)
    assert changes is not None
    policy = any(cell.field == "end_of_support" and cell.sheet == "Settings" for cell in changes.used)
    assert changes.measure == len(changes.used)
    assert changes.measure <= min(counts) if policy else changes.measure == min(counts)


@pytest.mark.parametrize("seed", SEEDS)
def test_least_delay(seed: int) -> None:
    book = network(seed)
    years = [
        sum(late(menu, k) for menu, k in picked) for picked, over, crowd in ways(book) if not over.any() and not crowd
    ]
    changes = found(book, RepairKind.DELAY)
    least = min(years)
    assert (None if changes is None else changes.measure) == (None if least == float("inf") else least)
