"""The price of fairness: bounds that fall evenly, prices that never fall, and the tightest bound that is possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.fairness import FairnessCurve, FairnessMeasure, fairness_curve, fairness_shares
from capitalplan.plan.plan import Outside, Plan
from capitalplan.register.register import Register, Trust
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, plan, register, site

OTHER = "R0B"
BOOK = register(
    asset("CT1"),
    trusts={code: Trust(code=code, name=code) for code in (TRUST, OTHER)},
    sites={SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust=OTHER)},
    demand={("CT", SITE_A): (100,) * 4, ("CT", SITE_B): (50,) * 4},
)


def bought(outside: int, cost: int, *, gap: int = 0) -> Plan:
    """A plan that buys some scans of site A outside, at a cost."""
    scans = Outside(line="CT", site=SITE_A, year=2026, scans=Fraction(outside))
    return plan(outside=(scans,), objective_gbp=cost, bound_gbp=cost - gap)


def curve(costs: dict[int, int], *, tightest: int = 0, gap: int = 0) -> FairnessCurve:
    """Plans differ by hundredths of demand at the costs given; none keeps a bound below the tightest."""
    tried: list[Fraction | None] = []

    def attempts(registers: Sequence[Register]) -> Iterable[Attempt]:
        for each in registers:
            limit = each.settings.fair_unmet_spread
            tried.append(limit)
            hundredths = max((key for key in costs if limit is None or key <= limit * 100), default=-1)
            keeps = hundredths >= tightest and (limit is None or limit * 100 >= tightest)
            yield Attempt(
                plan=bought(hundredths * 4, costs[hundredths], gap=gap) if keeps else None, is_impossible=not keeps
            )

    found = fairness_curve(BOOK, FairnessMeasure.UNMET, 4, attempts)
    assert found is not None
    assert tried[0] is None
    return found


def test_what_is_compared() -> None:
    assert fairness_shares(bought(20, 0), BOOK, FairnessMeasure.UNMET) == {TRUST: Fraction(1, 20), OTHER: 0}


def test_bounds_fall_evenly_and_prices_rise() -> None:
    found = curve({8: 1000, 6: 1010, 4: 1030, 2: 1100, 0: 1200}, gap=5)
    assert [point.limit for point in found.points] == [None, *(Fraction(n, 100) for n in (6, 4, 2, 0))]
    assert [point.price_gbp for point in found.points] == [0, 10, 30, 100, 200]
    assert found.points[-1].price_share == Fraction(1, 5)
    assert (found.points[-1].price_low_gbp, found.points[-1].price_high_gbp) == (195, 205)
    assert found.points[0].spread == Fraction(8, 100)
    assert "differ by 8.00%" in found.sentences[0]
    assert "£200 (20.00%) more" in found.sentences[1]


def test_a_tighter_plan_that_costs_less_stands_in_for_a_wider_one() -> None:
    """Within their gaps plans need not rise in cost; what keeps the tighter bound keeps the wider one."""
    found = curve({8: 1000, 6: 1050, 4: 1030, 2: 1100, 0: 1200})
    assert [point.price_gbp for point in found.points] == [0, 30, 30, 100, 200]


def test_the_tightest_bound_is_closed_in_on() -> None:
    found = curve({8: 1000, 6: 1010, 3: 1050}, tightest=3)
    with_plan = [point.limit for point in found.points if point.cost_gbp is not None]
    without = [point.limit for point in found.points if point.is_impossible]
    assert with_plan[-1] == Fraction(3, 100)
    assert without[0] == Fraction(275, 10_000)
    assert found.sentences[-1] == "With a bound of 2.75% no plan keeps it."


def test_no_plan_at_all_is_no_curve() -> None:
    assert fairness_curve(BOOK, FairnessMeasure.CAPITAL, 4, lambda given: (Attempt(plan=None) for _ in given)) is None
