"""Splitting what trusts save together: adds up to the pound, nobody pays more than alone, the core is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.coalitions import BuyingTogether, Split, buying_together
from capitalplan.errors import InputError
from capitalplan.register.register import Register, Trust
from tests.verify.small_network import asset, plan, register, site

Costs = Mapping[str, int | None]


def network(names: str) -> Register:
    """A trust a letter, each with a site and a machine."""
    return register(
        *(asset(f"CT {name}", site=f"{name}1", trust=name) for name in names),
        trusts={name: Trust(code=name, name=name) for name in names},
        sites={f"{name}1": site(f"{name}1", trust=name) for name in names},
        links=(),
    )


def game(costs: Costs, *, gap: int | None = 0, split: Split = Split.SHAPLEY, **given: Any) -> BuyingTogether:
    """Groups cost what is given by the letters of their trusts; None for no plan."""
    names = max(costs, key=len)

    def attempts(registers: Sequence[Register]) -> Iterable[Attempt]:
        for each in registers:
            cost = costs["".join(sorted(each.trusts))]
            bound = None if cost is None or gap is None else cost - gap
            yield Attempt(plan=None if cost is None else plan(objective_gbp=cost, bound_gbp=bound))

    return buying_together(network(names), split, attempts, lambda _: "it cannot pay", **given)


THREE: Costs = {"A": 100, "B": 200, "C": 300, "AB": 240, "AC": 400, "BC": 440, "ABC": 480}


def test_shapley_values_by_hand() -> None:
    """v(AB) = 60, v(AC) = 0, v(BC) = 60, v(ABC) = 120.

    A: 1/3 x 0 + 1/6 x 60 + 1/6 x 0 + 1/3 x (120 - 60) = 30; C alike 30; B: 1/6 x 60 + 1/6 x 60 + 1/3 x 120 = 60.
    """
    found = game(THREE)
    assert {share.trust: share.saving_gbp for share in found.shares} == {"A": 30, "B": 60, "C": 30}
    assert [share.pays_gbp for share in found.shares] == [70, 140, 270]
    assert (found.alone_gbp, found.joint_gbp, found.saving_gbp) == (600, 480, 120)
    assert found.in_core
    assert "lies in the core" in found.sentences[-1]


def test_pro_rata_plans_trusts_alone_and_together_only() -> None:
    found = game({"A": 100, "B": 200, "C": 300, "ABC": 500}, split=Split.PRO_RATA)
    assert [share.saving_gbp for share in found.shares] == [17, 33, 50]
    assert found.in_core is None
    assert [group.trusts for group in found.coalitions] == [("A",), ("B",), ("C",), ("A", "B", "C")]
    assert "not known" in found.sentences[-1]


def test_a_group_that_would_do_better_alone_is_named() -> None:
    """Pro rata over two trusts that could save everything without the third."""
    costs = {**THREE, "A": 100, "B": 100, "C": 1000, "AB": 80, "AC": 1100, "BC": 1100, "ABC": 1080}
    found = game(costs)
    assert found.in_core
    found = game({**costs, "AC": 1000})
    assert not found.in_core
    assert found.objection == ("A", "B")
    assert f"A and B would save £{found.objection_gbp:,} more by themselves" in found.sentences[-1]


def test_plans_apart_count_where_they_are_better_than_the_one_together() -> None:
    found = game({"A": 100, "B": 100, "C": 100, "AB": 150, "AC": 210, "BC": 210, "ABC": 290})
    assert found.joint_gbp == 250
    assert found.groups == (("A", "B"), ("C",))
    assert {share.trust: share.saving_gbp for share in found.shares} == {"A": 25, "B": 25, "C": 0}
    assert any("A and B; C" in sentence for sentence in found.sentences)


def test_a_trust_without_a_plan_alone_is_told_and_left_out() -> None:
    found = game({"A": 100, "B": 100, "C": None, "AB": 150, "ABC": 0}, split=Split.PRO_RATA)
    assert found.left_out == {"C": "it cannot pay"}
    assert [share.trust for share in found.shares] == ["A", "B"]
    assert found.saving_gbp == 50
    assert found.in_core
    assert found.sentences[0] == "C is left out of the split, as it has no plan alone: it cannot pay"


def test_gaps_bound_the_saving() -> None:
    found = game(THREE, gap=10)
    assert (found.saving_low_gbp, found.saving_high_gbp) == (90, 130)
    assert "each proven to within £10" in found.sentences[-1]
    assert game(THREE, gap=None).saving_low_gbp is None


def test_a_plan_made_before_is_not_made_again() -> None:
    joint = plan(objective_gbp=480, bound_gbp=480)
    found = game({key: cost for key, cost in THREE.items() if key != "ABC"} | {"ABC": None}, joint=joint)
    assert found.joint_gbp == 480


@pytest.mark.parametrize("split", Split)
def test_any_game_adds_up_and_nobody_pays_more_than_alone(split: Split) -> None:
    """Groups of three to five trusts at costs at random, some of them no bargain and some impossible."""
    dice = np.random.default_rng(7)
    for _ in range(60):
        names = "ABCDE"[: int(dice.integers(2, 6))]
        costs: dict[str, int | None] = {}
        for size in range(1, len(names) + 1):
            for group in combinations(names, size):
                cost = int(dice.integers(300 * size))
                costs["".join(group)] = cost if size == 1 or dice.random() > 0.2 else None
        costs[names] = costs[names] or 1000
        found = game(costs, split=split)
        assert sum(share.saving_gbp for share in found.shares) == found.saving_gbp == found.alone_gbp - found.joint_gbp
        assert sum(share.pays_gbp for share in found.shares) == found.joint_gbp
        assert all(share.pays_gbp <= share.alone_gbp for share in found.shares)
        assert all(group.value_gbp >= 0 for group in found.coalitions)


def test_shapley_values_of_nine_trusts_are_refused() -> None:
    with pytest.raises(InputError, match="up to 8 trusts, and the register has 9"):
        game({"ABCDEFGHI": 0})
