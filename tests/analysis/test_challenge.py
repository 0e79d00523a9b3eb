"""A supplier's offer: what is handed over, what it scores to capital, and the charge at which it ties with owning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.challenge import ChallengeResult, hold_against_plan
from capitalplan.analysis.handover import hand_over
from capitalplan.errors import InputError, SolverError
from capitalplan.register.register import CapitalLimit, Challenge, Register, Tie
from capitalplan.terms import Lock, Ownership, TieKind
from tests.verify.small_network import SITE_B, asset, limits, plan, register, scheme, settings, with_settings

NAME = "Offer A"


def offer(*assets: str, **changes: Any) -> Challenge:
    """£301 a year from 2027/28 for two years, £60 of it a lease; machines renewed at age 6."""
    values: dict[str, Any] = {
        "name": NAME,
        "supplier": "Acme",
        "assets": assets or ("CT1", "CT2"),
        "start_year": 2027,
        "term_years": 2,
        "annual_charge_gbp": 301,
        "embedded_lease_gbp": 60,
        "refresh_years": 6,
        "scope": "",
    }
    return Challenge(**{**values, **changes})


def book(challenge: Challenge | None = None, **changes: Any) -> Register:
    return register(
        asset("CT1", lock=Lock.KEEP),
        asset("CT2", site=SITE_B),
        settings=settings(lease_rate=Fraction(0)),
        challenges=(challenge or offer(),),
        ties=(Tie(first="CT1", kind=TieKind.AFTER, other="CT2"),),
        **changes,
    )


def test_machines_are_held_by_contract_at_their_part_of_the_charge() -> None:
    made = hand_over(book(), offer())
    assert [each.asset_id for each in made.handed] == ["CT1", "CT2"]
    first, second = made.register.assets
    assert (first.ownership, first.lock, first.book_value_gbp) == (Ownership.MANAGED_SERVICE, None, 0)
    contracts = [made.register.contracts[each.contract_id or ""] for each in (first, second)]
    assert [each.annual_charge_gbp for each in contracts] == [151, 150]
    assert {(each.start_year, each.end_year, each.refresh_years) for each in contracts} == {(2027, 2029, 6)}
    assert made.register.ties == ()
    assert made.weight == 3


def test_its_lease_is_scored_when_it_begins() -> None:
    """£30 a machine for two years at 0%, at 10% inflation: 2 x 66; taken off what the limits of 2027/28 leave."""
    total = CapitalLimit(trust=None, limits_gbp=(400, 400, None, 400), cash_gbp=(9,) * 4)
    made = hand_over(book(sources=(limits("Capital", None, 500),), capital_limits=(total,)), offer())
    assert (made.right_of_use_gbp, made.short_gbp) == (132, 0)
    assert made.register.sources[0].limits_gbp == (500, 368, 500, 500)
    assert made.register.capital_limits[0].limits_gbp == (400, 268, None, 400)
    assert made.register.capital_limits[0].cash_gbp == (9,) * 4


def test_without_ifrs_16_nothing_is_scored() -> None:
    assert hand_over(with_settings(book(), ifrs16=False), offer()).right_of_use_gbp == 0


def test_limits_may_leave_too_little() -> None:
    made = hand_over(book(sources=(limits("Capital", None, 100),)), offer())
    assert made.short_gbp == 32


def test_machines_that_cannot_be_handed_over_stay_as_they_are() -> None:
    committed = book(schemes=(scheme("S1"),))
    made = hand_over(committed, offer())
    assert [each.asset_id for each in made.handed] == ["CT2"]
    assert made.kept == ("CT1 stays as it is in both: its replacement is committed",)
    with pytest.raises(InputError, match="None of the machines of Offer A"):
        hand_over(committed, offer("CT1"))
    with pytest.raises(InputError, match="begins in 2031/32, after the plan"):
        hand_over(book(), offer(start_year=2031))


def held(given: Register, *costs: int | None, gap: int = 0, planned: int | None = None) -> ChallengeResult:
    """Hold the offer against the plan, with what each plan costs, in the order in which they are asked for."""

    def attempts(registers: Sequence[Register]) -> Iterable[Attempt]:
        assert len(registers) == len(costs)
        for cost in costs:
            made = None if cost is None else plan(objective_gbp=cost, bound_gbp=cost - gap)
            yield Attempt(plan=made)

    before = None if planned is None else plan(objective_gbp=planned, bound_gbp=planned - gap)
    return hold_against_plan(given, NAME, attempts, lambda _: "nothing can be paid", planned=before)


def test_the_charge_at_which_they_tie() -> None:
    """The offer costs £300 more over three years of charges: £100 a year too much."""
    found = held(book(), 1300, gap=30, planned=1000)
    assert (found.cost_gbp, found.cost_low_gbp, found.cost_high_gbp) == (300, 270, 330)
    assert (found.tie_gbp, found.tie_low_gbp, found.tie_high_gbp) == (201, 191, 211)
    assert "£300 more than owning" in found.sentences[0]
    assert (
        "charge of £201 a year, against £301 offered (by the gaps proven between £191 and £211)" in found.sentences[1]
    )
    assert any("at age 6" in each for each in found.assumptions)


def test_limits_on_revenue_are_left_out_of_both_plans() -> None:
    from capitalplan.register.register import RevenueLimit

    limited = replace(book(), revenue_limits=(RevenueLimit(trust="R0A", limits_gbp=(1,) * 4),))
    assert held(limited, 900, 800, planned=1000).cost_gbp == -100


def test_no_plan_under_the_offer_is_told_in_words() -> None:
    found = held(book(), None, planned=1000)
    assert found.offer is None
    assert found.tie_gbp is None
    assert found.sentences == ("There is no plan under the offer of Acme: nothing can be paid.",)
    short = held(book(sources=(limits("Capital", None, 100),)), 900, planned=1000)
    assert "the limits of 2027/28 leave £32 too little for the £132" in short.why_not


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="no challenge 'Offer A' on the sheet Challenges; there are: none"):
        held(replace(book(), challenges=()))
    with pytest.raises(SolverError, match="machines owned: nothing can be paid"):
        held(book(), None, 900)
