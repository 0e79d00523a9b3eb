"""A price halved or doubled is rounded as every other amount is."""

from __future__ import annotations

from capitalplan.analysis.prices import price_variants
from tests.verify.small_network import SITE_A, asset, line, register


def test_half_a_pound_goes_up() -> None:
    lines = {"CT": line("CT", outside_price_gbp=125)}
    book = register(asset(), lines=lines, demand={("CT", SITE_A): (900,) * 4})
    found = {(each.price, each.factor): each.value for each in price_variants(book)}
    assert found["price of a scan outside", "half"] == "CT £63"
    assert found["price of a scan outside", "double"] == "CT £250"
