"""What counts as treating a machine differently, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.analysis.compare import changed_schemes, moves
from capitalplan.analysis.study import Alternative
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Upgrade
from capitalplan.terms import Action
from tests.verify.small_network import asset, plan, register, row

LONGER = Upgrade(
    name="Longer life", cost_gbp=100, years_gained=3, throughput_gain=Fraction(0), first_year=None, last_year=None
)
CT1 = asset("CT1", install_year=2022, life_years=5, upgrades=(LONGER,))
KEPT = plan(row(Action.KEEP, of=CT1, own_cost_gbp=500, reason="It may stay."))
UPGRADED = plan(row(Action.UPGRADE, 2027, of=CT1, option="Longer life", own_cost_gbp=300, reason="It gains years."))
REPLACED = plan(row(Action.REPLACE, 2027, of=CT1, own_cost_gbp=900))


def move_of(ours: Plan, theirs: Plan, years_gained: int = 3) -> tuple[str, str, str, bool]:
    longer = replace(LONGER, years_gained=years_gained)
    alternative = Alternative(name="other", title="Other", plan=theirs, breaches=())
    (move,) = moves(ours, alternative, register(replace(CT1, upgrades=(longer,))))
    return move.ours, move.theirs, move.why, move.at_risk


def test_an_upgrade_is_a_move() -> None:
    assert changed_schemes(UPGRADED, KEPT) == 1
    assert changed_schemes(UPGRADED, UPGRADED) == 0
    ours, theirs, why, at_risk = move_of(UPGRADED, KEPT)
    assert (ours, theirs, at_risk) == ("upgrade 2027/28", "keep", False)
    assert why == "The plan upgrades it, they do not: its own whole-life cost is £200 lower than theirs."


def test_an_upgrade_the_plan_does_not_make_is_told_with_its_reason() -> None:
    _, theirs, why, _ = move_of(KEPT, UPGRADED)
    assert theirs == "upgrade 2027/28"
    assert why.startswith("They upgrade it, the plan does not: its own whole-life cost is £200 higher than theirs")
    assert why.endswith("; it may stay.")


@pytest.mark.parametrize(("years_gained", "at_risk"), [(0, True), (3, False)])
def test_a_machine_of_longer_life_is_not_left_over_age(years_gained: int, at_risk: bool) -> None:
    """Due in 2027/28, the plan ends with 2029/30."""
    assert move_of(UPGRADED, REPLACED, years_gained)[3] is at_risk
