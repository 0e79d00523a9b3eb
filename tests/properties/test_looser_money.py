"""Whatever gives money more room never makes a plan dearer: limits, eligibility, carry-forward, bounds, dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.register.register import Register
from tests.properties.least import assert_never_dearer, cost
from tests.properties.random_money import random_money

SEEDS = range(5000, 5018)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Register, float]]:
    folder = tmp_path_factory.mktemp("networks")
    registers = [random_money(seed, folder / str(seed)) for seed in SEEDS]
    return [(register, cost(register)) for register in registers]


def with_sources(register: Register, **changes: Any) -> Register:
    return replace(register, sources=tuple(replace(each, **changes) for each in register.sources))


def with_settings(register: Register, **changes: Any) -> Register:
    return replace(register, settings=replace(register.settings, **changes))


def higher_limits(register: Register) -> Register:
    """Of sources, their minimum use no higher than before."""
    more = (
        replace(
            each,
            limits_gbp=tuple(limit + 80_000 for limit in each.limits_gbp),
            minimum_share=Fraction(0),
        )
        for each in register.sources
    )
    return replace(register, sources=tuple(more))


def open_to_everything(register: Register) -> Register:
    nothing: frozenset[str] = frozenset()
    return with_sources(register, modalities=nothing, purposes=nothing, routes=nothing)


def carried_whole(register: Register) -> Register:
    return with_sources(register, carry_share=Fraction(1))


def no_minimum(register: Register) -> Register:
    return with_sources(register, minimum_share=Fraction(0))


def no_totals(register: Register) -> Register:
    return replace(register, capital_limits=())


def over_programmed(register: Register) -> Register:
    half = Fraction(1, 2)
    return with_settings(register, over_programming_firm=half, over_programming_indicative=half)


def no_revenue_limits(register: Register) -> Register:
    return replace(register, revenue_limits=())


def no_fair_shares(register: Register) -> Register:
    return with_settings(register, fair_unmet_spread=None, fair_capital_spread=None)


def nothing_approved(register: Register) -> Register:
    return replace(register, approved=())


def offered_to_all(register: Register) -> Register:
    always: dict[str, Any] = {"trusts": frozenset(), "first_year": None, "last_year": None}
    return replace(register, offers=tuple(replace(each, **always) for each in register.offers))


def ordered_at_once(register: Register) -> Register:
    lines = {name: replace(line, order_months=0) for name, line in register.lines.items()}
    return with_settings(replace(register, lines=lines), new_room_months=0)


@pytest.mark.parametrize(
    "loosened",
    [
        higher_limits,
        open_to_everything,
        carried_whole,
        no_minimum,
        no_totals,
        over_programmed,
        no_revenue_limits,
        no_fair_shares,
        nothing_approved,
        offered_to_all,
        ordered_at_once,
    ],
)
def test_more_room_for_money_never_makes_a_plan_dearer(
    loosened: Callable[[Register], Register], networks: list[tuple[Register, float]]
) -> None:
    assert_never_dearer(loosened, networks)
