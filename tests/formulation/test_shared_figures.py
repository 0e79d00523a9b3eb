"""Figures worked out once and used often: the same as if each were worked out by itself."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.finance.costs import Rates
from capitalplan.formulation.acquired import Market
from capitalplan.terms import ExtraKind, round_half_up, rounded_product
from tests.formulation.tiny_register import tiny_register
from tests.formulation.tiny_service import extra
from tests.verify.small_network import SITE_A, SITE_B

BOOK = tiny_register()


@pytest.mark.parametrize(
    "factors",
    [(1, Fraction(1, 2)), (Fraction(-1, 2), 1), (-3, Fraction(1, 2)), (Fraction(2, 3), Fraction(9, 4), 7), (0, 5), ()],
)
def test_a_product_is_rounded_as_its_fraction_is(factors: tuple[Fraction | int, ...]) -> None:
    assert rounded_product(*factors) == round_half_up(Fraction(math.prod(factors)))


def test_a_machine_is_the_same_bought_alone_or_after_others() -> None:
    market = Market(BOOK, Rates.of(BOOK.settings))
    (option,) = BOOK.options.values()
    dear = replace(BOOK.assets[0], own_price_gbp=1500, like_for_like=option.name)
    busy = replace(BOOK.assets[1], nominal_scans=Fraction(3000))
    for asset in (BOOK.assets[0], dear, busy, BOOK.assets[0]):
        shared, alone = market.bought(asset, option), Market(BOOK, market.rates).bought(asset, option)
        for name in ("capacity", "lost", "extra_hours", "risk", "receipts", "terminal", "capital", "upkeep"):
            assert getattr(shared, name).tolist() == getattr(alone, name).tolist()
        assert shared.money == alone.money


def test_machines_added_differ_only_where_more_hours_may_be_worked() -> None:
    late = replace(BOOK, extra=(extra(ExtraKind.HOURS, SITE_A, price=30, limit=20),))
    (option,) = BOOK.options.values()
    market, same = (Market(book, Rates.of(book.settings)) for book in (late, BOOK))
    here, there = (market.added(option, late.sites[code]) for code in (SITE_A, SITE_B))
    assert here.extra_hours.any()
    assert not there.extra_hours.any()
    assert same.added(option, BOOK.sites[SITE_A]) is same.added(option, BOOK.sites[SITE_B])


def test_a_copy_of_a_register_looks_up_its_own_facts() -> None:
    line, site = BOOK.assets[0].line, BOOK.assets[0].site
    before = (BOOK.machines_at[line, site], BOOK.governing(ExtraKind.OUTSIDE, line, site), BOOK.served)
    copy = replace(
        BOOK, assets=BOOK.assets[1:], demand={}, extra=(extra(ExtraKind.OUTSIDE, site, price=90, limit=500),)
    )
    assert copy.machines_at[line, site] == BOOK.machines_at[line, site] - 1
    assert copy.governing(ExtraKind.OUTSIDE, line, site) is copy.extra[0]
    assert copy.served == frozenset()
    assert (BOOK.machines_at[line, site], BOOK.governing(ExtraKind.OUTSIDE, line, site), BOOK.served) == before
