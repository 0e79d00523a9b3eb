"""Buying together: rebates on what is bought when enough is, worked out on paper and found by the engine."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.finance.costs import Rates
from capitalplan.finance.rebates import reached, rebate_money
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.register.register import Register, Tier
from capitalplan.solution import SolveOptions, Status
from capitalplan.terms import Lock
from solvers import highs
from tests.formulation.offers import offer, tier
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, limits, register, scheme, settings, site


def pair(*tiers: Tier, **changes: Any) -> Register:
    """Two scanners without demand; the first must be replaced in 2026/27, the second may be, or kept for 920.

    To replace one costs 1,340 and 396 of upkeep, less 160 for the old one and 220 + 192 that is left of the new one
    four years on: 1,164 in all. A fifth off the price of 1,100 is 220, less 44 at the end.
    """
    values: dict[str, Any] = {
        "settings": settings(max_replacements=1, over_age_price=Fraction(0)),
        "sites": {code: site(code, spare_rooms={}, max_new_rooms=0) for code in (SITE_A, SITE_B)},
        "tiers": tiers,
    }
    first = asset(lock=Lock.REPLACE, lock_year=2026)
    return register(first, asset("CT2", maintenance_gbp=160), **{**values, **changes})


def solved(book: Register) -> tuple[Formulation, dict[str, float], float]:
    """The problem, the columns its best solution uses, and what it costs, £."""
    formulation = formulate(book)
    solution = highs.solve(formulation.problem, SolveOptions(gap=0))
    assert solution.status is Status.OPTIMAL
    assert solution.values is not None
    assert solution.objective is not None
    used = {
        name: round(float(value), 6)
        for name, value in zip(formulation.problem.column_names, solution.values, strict=True)
        if value > 1e-6
    }
    return formulation, used, 1000 * solution.objective


def test_what_a_rebate_takes_off() -> None:
    book = settings(discount_rate=Fraction(1, 10))
    money = rebate_money(tier(2, "0.05"), 1000, 1, 5, book, Rates.of(book), stands_to_end=True)
    assert (money.real_gbp, money.charge_gbp) == (55, 73)  # 1100 x 5%; x 1.2 x 1.1
    assert money.residual_gbp == 25  # 55 x (1 - 1.1^-2) / (1 - 1.1^-5)
    assert money.present_value_gbp == 33  # 55 / 1.1 - 25 / 1.1^4
    gone = rebate_money(tier(2, "0.05"), 1000, 1, 5, book, Rates.of(book), stands_to_end=False)
    assert (gone.residual_gbp, gone.present_value_gbp) == (0, 50)


@pytest.mark.parametrize(("units", "rebate"), [(1, None), (2, "1/10"), (3, "1/10"), (4, None), (5, "1/5")])
def test_the_tier_a_number_of_machines_reaches(units: int, rebate: str | None) -> None:
    tiers = (tier(2, "1/10", 3), tier(5, "1/5"))
    found = reached(tiers, units, 2026)
    assert (found and found.rebate) == (rebate and Fraction(rebate))
    assert reached([replace(each, last_year=2025) for each in tiers], 5, 2026) is None


def test_one_more_is_bought_where_that_is_cheaper_in_total() -> None:
    """Replacing the second in 2026/27 with the first costs more than keeping it, but for 20% off both."""
    book = pair(tier(2, "1/5"))
    _, alone, dearer = solved(pair())
    _, together, cost = solved(book)
    assert "y.CT2.0" in alone
    assert together["tier.Framework.2.2026"] == 1
    assert together["rebate.CT1.CT_standard.kept.Framework.2.2026"] == 1
    assert together["rebate.CT2.CT_standard.kept.Framework.2.2026"] == 1
    assert cost == pytest.approx(2 * (1164 - 176), abs=1e-6)
    assert dearer == pytest.approx(1164 + 920, abs=1e-6)


def test_a_tier_asks_for_enough_machines_and_no_more_than_its_most() -> None:
    _, used, _ = solved(pair(tier(3, "9/10")))
    assert not any(name.startswith(("tier", "rebate")) for name in used)
    both = pair(tier(1, "1/5", 1), tier(2, "1/100"))
    both = replace(both, assets=tuple(replace(each, lock=Lock.REPLACE, lock_year=2026) for each in both.assets))
    _, used, _ = solved(both)
    assert "tier.Framework.1.2026" not in used
    assert used["tier.Framework.2.2026"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"first_year": 2027},
        {"last_year": 2025},
        {"trusts": frozenset({"R0B"})},
        {"options": frozenset({"MR standard"})},
    ],
)
def test_only_its_options_trusts_and_years_count(change: dict[str, Any]) -> None:
    formulation, used, _ = solved(pair(tier(2, "1/5", **change)))
    assert "y.CT2.0" in used
    assert not any(name.startswith("rebate") and name.endswith("2026") for name in formulation.problem.column_names)


def test_leased_and_committed_machines_do_not_count() -> None:
    lease = offer(years=4, lease_gbp=1, service_gbp=0, works_included=True)
    ordered = pair(tier(2, "1/5"), offers=(lease,), schemes=(scheme("S", year=2026),))
    ordered = replace(ordered, assets=(replace(ordered.assets[0], lock=None), ordered.assets[1]))
    _, used, _ = solved(ordered)
    assert not any(name.startswith("tier") for name in used)


def test_additions_count_each_of_them() -> None:
    """Room for two more and patients for three: both are bought with the rebate."""
    sites = {SITE_A: site(SITE_A, spare_rooms={"CT": 2}, max_new_rooms=0, max_installations=3)}
    book = pair(tier(3, "1/2"), sites=sites, demand={("CT", SITE_A): (4000,) * 4}, links=())
    _, used, _ = solved(replace(book, assets=book.assets[:1]))
    assert used[f"n.{SITE_A}.CT_standard.2026"] == 2
    assert used[f"rebate.{SITE_A}_CT_standard.kept.Framework.3.2026"] == 2


def test_a_rebate_counts_against_the_limit() -> None:
    """Two scanners cost £3,216 of cash, £2,688 with a fifth off their price: a limit of that lets them through."""
    both = pair(tier(2, "1/5"), sources=(limits("Own", TRUST, 2688),))
    both = replace(both, assets=tuple(replace(each, lock=Lock.REPLACE, lock_year=2026) for each in both.assets))
    solved(both)
    formulation = formulate(replace(both, sources=(limits("Own", TRUST, 2687),)))
    assert highs.solve(formulation.problem, SolveOptions(gap=0)).status is Status.INFEASIBLE


@pytest.mark.parametrize("rebate", ["1/5", "1/2"])
def test_a_rebate_is_had_though_a_source_should_be_used(rebate: str) -> None:
    """Two scanners would use the source as they should at full price, and £1 short is priced at £1."""
    fund = limits("Own", TRUST, 3216, minimum_share=Fraction(1))
    both = pair(tier(2, rebate, 2), tier(4, "3/5"), sources=(fund,))
    both = replace(both, assets=tuple(replace(each, lock=Lock.REPLACE, lock_year=2026) for each in both.assets))
    _, used, _ = solved(both)
    assert used["tier.Framework.2.2026"] == 1
    assert used["rebate.CT1.CT_standard.kept.Framework.2.2026"] == 1
    assert used["short.Own.2026"] == pytest.approx(2.64 * float(Fraction(rebate)))
    few = replace(both, tiers=(tier(2, "1/1000"), tier(4, "3/5")), assets=pair().assets)
    assert solved(few)[1]["tier.Framework.0.2026"] == 1


def test_columns_know_their_line_and_trust() -> None:
    problem = formulate(pair(tier(2, "1/5"))).problem
    shared = [number for number, name in enumerate(problem.column_names) if name.startswith(("tier", "rebate"))]
    assert {int(problem.column_block[number]) for number in shared} == {0}
    assert {int(problem.column_owner[number]) for number in shared} == {0}
    whole = [problem.column_names[number].partition(".")[0] for number in shared if problem.integer[number]]
    assert set(whole) == {"tier"}
