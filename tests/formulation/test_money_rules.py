"""Sources, totals, shares, fairness and stability: what the problem makes of them, worked out by hand.

A replacement charges (1,000 x 1.1 + 200 x 1.2) x 1.2 = £1,608 in 2026/27, 10% more each year: 1,769, 1,946, 2,140.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.register.register import (
    ApprovedLine,
    Asset,
    CapitalLimit,
    CostShare,
    Register,
    RevenueLimit,
    Source,
    Trust,
)
from capitalplan.settings import TerminalValue
from capitalplan.terms import Action, Lock, Purpose, Route
from tests.formulation.offers import offer
from tests.formulation.solving import Answer, solve
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, limits, line, register, settings, site

OTHER = "R0B"
TRUSTS = {code: Trust(code=code, name=code) for code in (TRUST, OTHER)}
SITES = {SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust=OTHER)}
IN_2026, IN_2027 = [(0, "replace")], [(1, "replace")]


def locked(name: str = "CT1", year: int = 2026, **changes: Any) -> Asset:
    """A scanner that must be replaced in a year."""
    return asset(name, lock=Lock.REPLACE, lock_year=year, **changes)


def theirs(name: str = "CT2", **changes: Any) -> Asset:
    """A scanner of the other trust."""
    return asset(name, site=SITE_B, trust=OTHER, **changes)


def source(name: str, trust: str | None, amount: int, **changes: Any) -> Source:
    """A source with the same limit in all four years."""
    own = frozenset(TRUSTS) if trust is None else frozenset({trust})
    return replace(limits(name, trust, amount), trusts=own, **changes)


def book(*machines: Asset, **changes: Any) -> Register:
    """Two trusts with a site each; no machine is replaced twice."""
    values: dict[str, Any] = {
        "settings": settings(max_replacements=1),
        "trusts": TRUSTS,
        "sites": SITES,
        "sources": (source("Own", TRUST, 5000),),
    }
    return register(*machines, **{**values, **changes})


def total(trust: str | None, capital: int | None = None, cash: int | None = None) -> CapitalLimit:
    return CapitalLimit(trust=trust, limits_gbp=(capital,) * 4, cash_gbp=(cash,) * 4)


def solved(known: Register) -> Answer:
    answer = solve(known)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("trust", "amount", "planned"), [(TRUST, 1608, True), (TRUST, 1607, False), (OTHER, 9000, False)]
)
def test_a_charge_is_paid_in_full_by_a_source_of_the_trust(trust: str, amount: int, planned: bool) -> None:
    assert (solve(book(locked(), sources=(source("Own", trust, amount),))) is not None) is planned


@pytest.mark.parametrize(
    ("rule", "planned"),
    [
        ({"purposes": frozenset({Purpose.REPLACEMENT})}, True),
        ({"purposes": frozenset({Purpose.NEW})}, False),
        ({"modalities": frozenset({"CT"})}, True),
        ({"modalities": frozenset({"MR"})}, False),
        ({"routes": frozenset({Route.PURCHASE})}, True),
        ({"routes": frozenset({Route.LEASE})}, False),
    ],
)
def test_a_source_pays_only_for_what_it_may(rule: dict[str, Any], planned: bool) -> None:
    assert (solve(book(locked(), sources=(source("Own", TRUST, 5000, **rule),))) is not None) is planned


def test_moving_a_source_from_replacement_to_new_moves_its_money() -> None:
    """One scanner for £1,608, and demand for more than the one there does: it is replaced, or another is added."""
    demand = {("CT", SITE_A): (1500,) * 4}
    for purpose, is_added in ((Purpose.REPLACEMENT, False), (Purpose.NEW, True)):
        fund = source("Fund", TRUST, 1608, purposes=frozenset({purpose}))
        answer = solved(book(asset("CT1"), demand=demand, sources=(fund,)))
        assert bool(answer.starting("n")) is is_added
        assert bool(answer.events["CT1"]) is not is_added


def test_two_sources_split_a_charge() -> None:
    sources = source("Own", TRUST, 1000), source("Shared", None, 800)
    answer = solved(book(locked(), theirs(), sources=sources))
    assert answer.starting("pay", "Shared")[f"{TRUST}.2026"] >= 0.608
    assert solve(book(locked(), sources=(sources[0], source("Shared", None, 607)))) is None


@pytest.mark.parametrize(("share", "planned"), [("77/100", True), ("3/4", False), ("0", False)])
def test_money_is_carried_forward_within_its_share(share: str, planned: bool) -> None:
    """£1,769 in 2027/28 takes £769 of the year before."""
    answer = solve(book(locked(year=2027), sources=(source("Own", TRUST, 1000, carry_share=Fraction(share)),)))
    assert (answer is not None) is planned
    assert answer is None or answer.used["carry.Own.2026"] >= 0.769


def test_nothing_is_carried_out_of_the_last_year_and_nothing_comes_before_the_first() -> None:
    own = source("Own", TRUST, 1000, carry_share=Fraction(1))
    assert solve(book(locked(), sources=(own,))) is None
    assert solve(book(locked(), sources=(replace(own, limits_gbp=(1607, 9000, 0, 0)),))) is None


def test_over_programming_raises_what_may_be_promised() -> None:
    values = settings(max_replacements=1, over_programming_firm=Fraction(1, 10))
    assert solve(book(locked(), sources=(source("Own", TRUST, 1461),), settings=values)) is None  # 1,607
    assert solve(book(locked(), sources=(source("Own", TRUST, 1462),), settings=values)) is not None


@pytest.mark.parametrize(
    ("limit", "planned"),
    [
        (total(TRUST, capital=1608), True),
        (total(TRUST, capital=1607), False),
        (total(None, capital=1607), False),
        (total(OTHER, capital=0), True),
        (total(TRUST, cash=1608), True),
        (total(TRUST, cash=1607), False),
        (total(None, cash=1607), False),
    ],
)
def test_capital_limit_and_cash_are_tested_beside_the_source(limit: CapitalLimit, planned: bool) -> None:
    own = source("Own", TRUST, 5000, brings_cash=False)
    assert (solve(book(locked(), sources=(own,), capital_limits=(limit,))) is not None) is planned


def test_a_grant_that_brings_its_cash_and_uses_no_limit_is_in_neither_total() -> None:
    grant = source("Grant", TRUST, 1000, uses_capital_limit=False)
    own = source("Own", TRUST, 1000, brings_cash=False)
    known = book(locked(), sources=(grant, own), capital_limits=(total(TRUST, capital=608, cash=608),))
    assert solved(known).starting("pay", "Own") == {f"{TRUST}.2026": 0.608}
    assert solve(replace(known, capital_limits=(total(TRUST, capital=607),))) is None


def test_a_lease_takes_capital_limit_but_no_cash() -> None:
    """£300 a year for four years without interest is £1,200 of right of use, and needs no works."""
    lease = offer(years=4, works_included=True)
    own = source("Own", TRUST, 5000, brings_cash=False)
    known = book(locked(), sources=(own,), offers=(lease,), capital_limits=(total(TRUST, capital=1200, cash=0),))
    assert solved(known).events["CT1"] == IN_2026
    assert solve(replace(known, capital_limits=(total(TRUST, capital=1199, cash=0),))) is None
    off = replace(known, settings=replace(known.settings, ifrs16=False))
    assert solve(replace(off, capital_limits=(total(TRUST, capital=0, cash=0),))) is not None


@pytest.mark.parametrize(("price", "is_used"), [("0", False), ("1/100", False), ("5", True)])
def test_money_that_should_be_used_is_worth_its_price(price: str, is_used: bool) -> None:
    values = settings(max_replacements=1, under_use_price=Fraction(price), over_age_price=Fraction(0))
    fund = source("Fund", TRUST, 2000, minimum_share=Fraction(4, 5))
    answer = solved(book(asset("CT1", install_year=2025), sources=(fund,), settings=values))
    assert bool(answer.events["CT1"]) is is_used
    years = sum(answer.starting("short", "Fund").values())
    assert years == pytest.approx(1.6 * (3 if is_used else 4))
    assert sum(answer.starting("pay", "Fund").values()) == pytest.approx(sum(paid_for(answer)))


def paid_for(answer: Answer) -> list[float]:
    """Charges of the replacements of one answer, £ thousand."""
    return [(1.608, 1.769, 1.946, 2.14)[year] for year, _ in answer.events["CT1"]]


def test_every_trust_pays_its_share_from_its_own_sources() -> None:
    third = CostShare(asset_id="CT1", site=None, trust=OTHER, share=Fraction(1, 3), basis="scans", consent=None)
    sources = source("Other own", OTHER, 536), source("Own", TRUST, 1072)
    assert solve(book(locked(), sources=sources, cost_shares=(third,))) is not None
    for number in range(2):
        less = tuple(
            replace(each, limits_gbp=tuple(x - (k == number) for x in each.limits_gbp))
            for k, each in enumerate(sources)
        )
        assert solve(book(locked(), sources=less, cost_shares=(third,))) is None


@pytest.mark.parametrize(("spread", "alone"), [(None, True), ("2", True), ("1", False)])
def test_trusts_spend_alike_on_their_fleets(spread: str | None, alone: bool) -> None:
    """One trust must replace a scanner worth £1,000 for £1,608; within a spread of 1 the other must spend £608."""
    bound = None if spread is None else Fraction(spread)
    values = settings(
        max_replacements=1,
        fair_capital_spread=bound,
        over_age_price=Fraction(0),
        terminal_value=TerminalValue.NONE,
    )
    sources = source("Other own", OTHER, 5000), source("Own", TRUST, 5000)
    answer = solved(book(locked(), theirs(maintenance_gbp=0), sources=sources, settings=values))
    assert (not answer.events["CT2"]) is alone


def test_trusts_are_alike_in_what_is_bought_outside() -> None:
    """Site A lacks 500 scans of 1,500 a year, site B has scans to spare but is not linked: B buys outside as well."""
    values = settings(max_replacements=0, fair_unmet_spread=Fraction(1, 10), allow_new_capacity=False)
    known = book(
        asset("CT1", install_year=2026, life_years=9),
        theirs(install_year=2026, life_years=9),
        demand={("CT", SITE_A): (1500,) * 4, ("CT", SITE_B): (500,) * 4},
        links=(),
        settings=values,
    )
    plain, fair = (
        solved(replace(known, settings=replace(values, fair_unmet_spread=each))) for each in (None, Fraction(1, 10))
    )
    bought = [answer.starting("x", "CT") for answer in (plain, fair)]
    shares = [
        [
            sum(v for name, v in each.items() if name.startswith(code)) / demand
            for code, demand in ((SITE_A, 6), (SITE_B, 2))
        ]
        for each in bought
    ]
    assert shares[0][1] == 0
    assert shares[1][0] == pytest.approx(shares[0][0])
    assert shares[1][0] - shares[1][1] == pytest.approx(0.1, abs=1e-6)


def approved(*lines: ApprovedLine, **changes: Any) -> Register:
    """Two scanners that had best be left alone, and an approved plan; a change costs £5,000, in firm years £50,000."""
    values = settings(
        firm_years=1,
        indicative_years=3,
        max_replacements=1,
        over_age_price=Fraction(0),
        change_price_gbp=5_000,
        firm_change_price_gbp=50_000,
    )
    machines = asset("CT1", maintenance_gbp=0), asset("CT2", maintenance_gbp=0)
    return book(*machines, approved=lines, settings=values, **changes)


def agreed(asset_id: str | None, year: int, action: Action = Action.REPLACE, units: int = 1) -> ApprovedLine:
    return ApprovedLine(
        asset_id=asset_id, site=SITE_A, action=action, option="CT standard", offer=None, year=year, units=units
    )


def test_an_approved_plan_is_kept_to_where_it_can_be() -> None:
    """Years outside the plan are left aside; a machine not named in the approved plan is to be left alone."""
    answer = solved(approved(agreed("CT1", 2027), agreed("CT2", 2020)))
    assert answer.events == {"CT1": IN_2027, "CT2": []}
    free = solved(approved(agreed("CT2", 2020)))
    assert answer.gbp - free.gbp == pytest.approx(present_value("CT1", 2027) - present_value("CT1", None))


def present_value(name: str, year: int | None) -> int:
    """Own cost of a scanner replaced in a year, or kept."""
    known = approved()
    (asset_of,) = (each for each in known.assets if each.asset_id == name)
    lock = {"lock": Lock.KEEP} if year is None else {"lock": Lock.REPLACE, "lock_year": year}
    return round(solved(replace(known, assets=(replace(asset_of, **lock),))).gbp)


def test_a_move_costs_its_price_once_more_in_firm_years() -> None:
    """The money of 2027/28 is cut: the replacement moves, at £5,000; one approved for 2026/27 moves at £50,000."""
    cut = replace(source("Own", TRUST, 5000), limits_gbp=(0, 0, 5000, 5000))
    for year, price in ((2027, 5_000), (2026, 50_000)):
        answer = solved(approved(agreed("CT1", year), sources=(cut,)))
        best = min((2028, 2029, None), key=lambda each: present_value("CT1", each))
        assert answer.gbp == pytest.approx(present_value("CT1", best) + present_value("CT2", None) + price)


def test_machines_added_are_counted_against_those_approved() -> None:
    """Two are approved and there is room for one only: one is fewer, whether or not the other is added."""
    demand = {("CT", SITE_A): (1,) * 4}
    two = agreed(None, 2027, Action.ADD, units=2)
    one_room = {SITE_A: site(SITE_A, max_new_rooms=0), SITE_B: site(SITE_B, trust=OTHER, max_new_rooms=0)}
    answer = solved(approved(two, demand=demand, sites=one_room))
    assert answer.starting("n", SITE_A) == {"CT_standard.2027": 1}
    assert sum(answer.starting("fewer").values()) == 1
    nowhere = {code: replace(each, spare_rooms={}) for code, each in one_room.items()}
    assert not solved(approved(two, demand=demand, sites=nowhere)).starting("n")


def test_revenue_over_its_limit_is_priced() -> None:
    """Kept, a scanner without book value costs £100, £125, £150 and £200 of maintenance, and scans are bought outside.

    It can do 900, 880, 850 and 800 of the 1,000 scans wanted; the others are bought at £1.
    """
    values = settings(
        inflation_rate=Fraction(0), revenue_price=Fraction(3), allow_new_capacity=False, max_replacements=0
    )
    known = book(
        asset("CT1", book_value_gbp=0, lock=Lock.KEEP),
        settings=values,
        lines={"CT": line("CT", outside_price_gbp=1)},
        demand={("CT", SITE_A): (1000,) * 4},
    )
    plain = solved(known)
    limit = RevenueLimit(trust=TRUST, limits_gbp=(200, 199, None, 350))
    limited = solved(replace(known, revenue_limits=(limit,)))
    assert limited.starting("over_revenue", TRUST) == pytest.approx({"2027": 0.046, "2029": 0.05})
    assert limited.gbp - plain.gbp == pytest.approx(3 * 96)
