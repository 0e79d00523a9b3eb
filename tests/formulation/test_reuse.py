"""A problem used again under other limits is the one that would be built anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.reuse import with_limits
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from tests.folders import funding_rows
from tests.properties.random_money import random_money
from tests.properties.random_network import random_register
from tests.service.cases import Rows, Workbook, staff

Read = Callable[[int, Path], Register]


def other_limits(register: Register, seed: int) -> Register:
    """Every limit there is drawn anew, none of them nothing; where money is none, it stays so."""
    draw = Random(seed)  # noqa: S311 - repeatable draws, no secrets

    def drawn(amounts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(amount and draw.randint(1, 400) * 1000 for amount in amounts)

    projects = register.settings.max_network_projects
    return replace(
        register,
        settings=replace(register.settings, max_network_projects=None if projects is None else draw.randint(0, 4)),
        sites={code: replace(site, max_installations=draw.randint(0, 5)) for code, site in register.sites.items()},
        sources=tuple(replace(each, limits_gbp=drawn(each.limits_gbp)) for each in register.sources),
        capital_limits=tuple(
            replace(each, limits_gbp=drawn(each.limits_gbp), cash_gbp=drawn(each.cash_gbp))
            for each in register.capital_limits
        ),
        staff=tuple(replace(each, hours=tuple(draw.randint(0, 3000) for _ in each.hours)) for each in register.staff),
    )


def assert_same(one: Formulation, other: Formulation) -> None:
    for each in fields(one.problem):
        before, after = getattr(one.problem, each.name), getattr(other.problem, each.name)
        if isinstance(before, sp.csc_array):
            assert (before != after).nnz == 0
        else:
            assert np.array_equal(before, after), each.name
    assert one.constant_gbp == other.constant_gbp
    assert one.columns.purses == other.columns.purses
    assert one.columns.register == other.columns.register


@pytest.mark.parametrize("read", [random_money, random_register])
def test_other_limits_give_the_problem_built_anew(read: Read, tmp_path: Path) -> None:
    reused = 0
    for seed in range(6):
        register = read(seed, tmp_path / str(seed))
        changed = other_limits(register, seed)
        try:
            again = with_limits(formulate(register), changed)
        except ValueError:
            continue
        assert_same(again, formulate(changed))
        reused += register != changed
    assert reused > 2


@pytest.fixture
def register(tmp_path: Path) -> Register:
    sheets: dict[str, Rows] = {
        "Funding": funding_rows("Capital", "SHARED", [0, 100_000, 0]),
        "Sources": [{"source": "Capital", "carry_forward": "50%", "minimum_use": "0%"}],
        "Workforce": [staff("radiographer", 1)],
    }
    return read_register(Workbook(tmp_path / "book", sheets).folder)


def with_source(register: Register, **changes: Any) -> Register:
    return replace(register, sources=(replace(register.sources[0], **changes),))


def test_what_asks_for_other_columns_is_refused(register: Register) -> None:
    """Money to carry over where there was none."""
    with pytest.raises(ValueError, match="other columns"):
        with_limits(formulate(register), with_source(register, limits_gbp=(1000, 100_000, 0)))


@pytest.mark.parametrize(
    "change",
    [
        lambda register: with_source(register, carry_share=Fraction(1)),
        lambda register: replace(register, demand={}),
        lambda register: replace(register, staff=()),
        lambda register: replace(register, settings=replace(register.settings, max_network_projects=1)),
    ],
)
def test_other_differences_are_refused(register: Register, change: Callable[[Register], Register]) -> None:
    with pytest.raises(ValueError, match="more than limits"):
        with_limits(formulate(register), change(register))
