"""What a little more, or less, of each limit is worth lies in the interval of its estimate, whatever the network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from capitalplan.analysis.worth.lines import LimitKind
from capitalplan.errors import ImpossiblePlanError
from capitalplan.register.register import Register
from capitalplan.workflow.impossible import commitments_over_limit
from tests.properties.least import ROUNDING_GBP
from tests.properties.pricing_limits import Priced, cost_under, priced
from tests.properties.random_money import random_money
from tests.properties.random_network import random_register


def only_widens(register: Register, kind: LimitKind) -> bool:
    """Whether more of a limit leaves every plan as good as it was: no minimum use grows, nor what commitments take."""
    return kind is not LimitKind.MONEY or not (
        register.committed or any(source.minimum_share for source in register.sources)
    )


def assert_within(network: Priced) -> int:
    """Price every change of a network; returns how many are worth something."""
    register, value = network.planned.register, network.planned.plan.objective_gbp
    changes = [each for each in network.changes if not commitments_over_limit(each.register)]
    worth = 0
    for change, line in zip(changes, network.prices.estimates(changes), strict=True):
        assert line is not None
        price, cost = line.price, cost_under(change)
        if cost is None:
            assert price.high_gbp is None
            continue
        exact = value - cost if change.is_more else cost - value
        assert price.low_gbp - ROUNDING_GBP <= exact
        assert price.high_gbp is None or exact <= price.high_gbp + ROUNDING_GBP
        if only_widens(register, change.kind):
            assert exact >= -ROUNDING_GBP
            assert price.low_gbp >= 0
        worth += exact > ROUNDING_GBP
    return worth


@pytest.mark.parametrize(
    ("read", "seeds"),
    [
        (random_money, range(5000, 5002)),
        (random_register, range(7, 9)),
        pytest.param(random_money, range(5002, 5022), marks=pytest.mark.long),
        pytest.param(random_money, range(5022, 5062), marks=pytest.mark.campaign),
        pytest.param(random_register, range(9, 39), marks=pytest.mark.long),
    ],
)
def test_every_estimate_holds(read: Callable[[int, Path], Register], seeds: range, tmp_path: Path) -> None:
    worth = 0
    for seed in seeds:
        try:
            network = priced(read(seed, tmp_path / str(seed)))
        except ImpossiblePlanError:
            continue
        worth += assert_within(network)
    assert worth > 0
