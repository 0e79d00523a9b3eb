"""Who pays, to the pound, against what is worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from capitalplan.finance.bearing import Bill, bear, cost_shares
from capitalplan.finance.committed import committed_payments
from capitalplan.finance.limits import Limits
from capitalplan.plan.funding import Funding, fund
from capitalplan.register.register import CapitalLimit, CostShare, Register, Source, Trust
from capitalplan.terms import OVER_LIMIT, UNFUNDED, Action, Purpose, Route
from tests.verify.small_network import SITE_A, TRUST, asset, limits, register, scheme, settings

OTHER = "R0B"
TRUSTS = {code: Trust(code=code, name=code) for code in (TRUST, OTHER)}
YEARS = (2026, 2027, 2028, 2029)


def share(trust: str, part: Fraction, **changes: Any) -> CostShare:
    """A trust's share in CT1."""
    values: dict[str, Any] = {
        "asset_id": "CT1",
        "site": None,
        "trust": trust,
        "share": part,
        "basis": "",
        "consent": None,
    }
    return CostShare(**{**values, **changes})


def source(name: str, trust: str | None, *amounts: int, **changes: Any) -> Source:
    """A source that has these limits, the last of them in all later years."""
    by_year = (*amounts, *[amounts[-1]] * (len(YEARS) - len(amounts)))
    own = frozenset(TRUSTS) if trust is None else frozenset({trust})
    return replace(limits(name, trust, 0), limits_gbp=by_year, trusts=own, **changes)


def line(*bills: Bill, trust: str = TRUST, action: Action = Action.REPLACE, of: str | None = "CT1") -> Any:
    """A line of a plan, as far as it is paid for."""
    return SimpleNamespace(
        trust=trust,
        site=SITE_A,
        modality="CT",
        action=action,
        asset=None if of is None else SimpleNamespace(asset_id=of),
        committed=False,
        scheme_id="",
        bills=bills,
    )


def bought(gbp: int, year: int = 2026, route: Route = Route.PURCHASE) -> Bill:
    return Bill(year=year, route=route, gbp=gbp)


def book(*sources: Source, **changes: Any) -> Register:
    return register(asset("CT1"), sources=tuple(sorted(sources, key=lambda each: each.name)), trusts=TRUSTS, **changes)


def paid(funding: Funding) -> list[dict[str, int]]:
    """What each source pays, line by line."""
    lines = []
    for payments in funding.payments:
        total: dict[str, int] = {}
        for each in payments:
            total[each.source] = total.get(each.source, 0) + each.gbp
        lines.append(total)
    return lines


def of_source(funding: Funding, name: str) -> list[tuple[int, int, int, int]]:
    """Carried in, paid, carried out and short, year by year."""
    found = [each for each in funding.sources if each.source == name]
    return [(each.carried_in_gbp, each.paid_gbp, each.carried_out_gbp, each.short_gbp) for each in found]


def test_shares_are_rounded_and_the_owner_bears_the_rest() -> None:
    shares = (share(OTHER, Fraction(1, 3)),)
    assert bear(100, TRUST, shares) == {OTHER: 33, TRUST: 67}
    assert bear(-50, TRUST, shares) == {OTHER: -17, TRUST: -33}
    assert Bill(2026, Route.PURCHASE, 100, units=2).borne(TRUST, shares) == {OTHER: 66, TRUST: 134}


def test_shares_of_a_machine_are_not_those_of_its_site() -> None:
    at_site = share(OTHER, Fraction(1, 2), asset_id=None, site=SITE_A)
    known = book(cost_shares=(share(OTHER, Fraction(1, 4)), at_site))
    assert [each.share for each in cost_shares(known, "CT1", SITE_A)] == [Fraction(1, 4)]
    assert [each.share for each in cost_shares(known, None, SITE_A)] == [Fraction(1, 2)]
    assert cost_shares(known, "CT2", SITE_A) == ()


def test_own_money_goes_before_shared_money_line_by_line() -> None:
    known = book(source("Shared", None, 1000), source("B own", TRUST, 300), source("A own", TRUST, 200))
    found = paid(fund([line(bought(400)), line(bought(300))], known))
    assert found == [{"A own": 200, "B own": 200}, {"B own": 100, "Shared": 200}]


def test_two_trusts_meet_in_a_shared_source() -> None:
    known = book(source("Shared", None, 500), source("Own", TRUST, 100), source("Other own", OTHER, 300))
    found = paid(fund([line(bought(400)), line(bought(500), trust=OTHER, of="CT2")], known))
    assert found == [{"Own": 100, "Shared": 300}, {"Other own": 300, "Shared": 200}]


def test_a_source_pays_only_for_what_it_may() -> None:
    new_only = source("New", TRUST, 1000, purposes=frozenset({Purpose.NEW}))
    leases = source("Leases", TRUST, 1000, routes=frozenset({Route.LEASE}))
    known = book(new_only, leases, source("Own", TRUST, 1000))
    lines = [
        line(bought(500)),
        line(bought(400), action=Action.ADD, of=None),
        line(bought(300, route=Route.LEASE)),
    ]
    assert paid(fund(lines, known)) == [{"Own": 500}, {"New": 400}, {"Leases": 300}]


def test_what_only_one_source_may_pay_keeps_others_from_it() -> None:
    """Own money is first in the alphabet for both, but only it may replace machines."""
    known = book(source("A own", TRUST, 500), source("New", TRUST, 400, purposes=frozenset({Purpose.NEW})))
    lines = [line(bought(400), action=Action.ADD, of=None), line(bought(500))]
    assert paid(fund(lines, known)) == [{"New": 400}, {"A own": 500}]


def test_a_share_is_paid_by_the_trust_that_bears_it() -> None:
    known = book(
        source("Own", TRUST, 1000), source("Other own", OTHER, 1000), cost_shares=(share(OTHER, Fraction(1, 4)),)
    )
    (payments,) = fund([line(bought(1001))], known).payments
    assert {(each.trust, each.source, each.gbp) for each in payments} == {
        (OTHER, "Other own", 250),
        (TRUST, "Own", 751),
    }


def test_a_rebate_lowers_what_is_paid() -> None:
    known = book(source("Own", TRUST, 1000))
    discounted = Bill(2026, Route.PURCHASE, 1000, units=2), Bill(2026, Route.PURCHASE, -250, units=1)
    assert sum(each.gbp for each in fund([line(*discounted)], book()).payments[0]) == 1750
    assert paid(fund([line(bought(1000), Bill(2026, Route.PURCHASE, -50))], known)) == [{"Own": 950}]


def test_money_is_carried_into_the_next_year_only_as_far_as_it_may_be_and_as_needed() -> None:
    known = book(source("Own", TRUST, 1000, carry_share=Fraction(1, 4)))
    funding = fund([line(bought(700)), line(bought(1150, 2027))], known)
    assert of_source(funding, "Own") == [(0, 700, 150, 0), (150, 1150, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)]
    over = fund([line(bought(700)), line(bought(1251, 2027))], known)
    assert paid(over) == [{"Own": 700}, {"Own": 1250, OVER_LIMIT: 1}]


def test_money_that_must_be_used_is_used_first() -> None:
    """The shared source comes last, but half of it should be used."""
    known = book(source("Own", TRUST, 1000), source("Shared", None, 800, minimum_share=Fraction(1, 2)))
    funding = fund([line(bought(500)), line(bought(300, 2027))], known)
    assert paid(funding) == [{"Own": 100, "Shared": 400}, {"Shared": 300}]
    assert [short for *_, short in of_source(funding, "Shared")] == [0, 100, 400, 400]


def test_the_capital_limit_and_the_cash_are_two_totals() -> None:
    """A grant brings its cash and uses no capital limit; a lease takes capital limit but no cash."""
    grant = source("Grant", TRUST, 300, uses_capital_limit=False, brings_cash=True)
    total = CapitalLimit(trust=TRUST, limits_gbp=(600,) * 4, cash_gbp=(400,) * 4)
    known = book(source("Capital", TRUST, 1000, brings_cash=False), grant, capital_limits=(total,))
    funding = fund([line(bought(500)), line(bought(200, route=Route.LEASE))], known)
    assert paid(funding) == [{"Capital": 400, "Grant": 100}, {"Capital": 200}]
    for lines in ([line(bought(701))], [line(bought(500)), line(bought(401, route=Route.LEASE))]):
        assert sum(each.get(OVER_LIMIT, 0) for each in paid(fund(lines, known))) == 1


def test_the_network_is_held_to_its_own_total() -> None:
    total = CapitalLimit(trust=None, limits_gbp=(500, None, None, None), cash_gbp=(None,) * 4)
    known = book(source("Own", TRUST, 400), source("Other own", OTHER, 400), capital_limits=(total,))
    lines = [line(bought(300)), line(bought(201), trust=OTHER, of="CT2"), line(bought(400, 2027))]
    found = paid(fund(lines, known))
    assert sum(each.get(OVER_LIMIT, 0) for each in found) == 1
    assert found[2] == {"Own": 400}


def test_over_programming_lets_more_be_promised() -> None:
    values = settings(over_programming_firm=Fraction(1, 10), over_programming_indicative=Fraction(1, 5))
    known = book(source("Own", TRUST, 1005), settings=values)
    assert Limits.of(known).planned["Own"] == (1106, 1106, 1106, 1206)


def test_without_sources_nothing_is_limited() -> None:
    total = CapitalLimit(trust=TRUST, limits_gbp=(1,) * 4, cash_gbp=(1,) * 4)
    known = book(capital_limits=(total,))
    funding = fund([line(bought(500))], known)
    assert paid(funding) == [{UNFUNDED: 500}]
    assert funding.sources == ()


COMMITTED: Sequence[tuple[dict[str, Any], dict[int, dict[str, int]]]] = [
    ({}, {2027: {"Own": 1500, "Shared": 500}}),
    ({"source": "Shared"}, {2027: {"Shared": 2000}}),
    ({"paid_before_gbp": 600}, {2026: {"Own": 600}, 2027: {"Own": 1400}}),
    ({"year": 2026, "paid_before_gbp": 600}, {2026: {"Own": 1400}}),
    ({"capital_gbp": 3000}, {2027: {"Own": 1500, "Shared": 1500}}),
]


@pytest.mark.parametrize(("changes", "expected"), COMMITTED)
def test_committed_schemes_are_paid_first(changes: dict[str, Any], expected: dict[int, dict[str, int]]) -> None:
    known = book(source("Own", TRUST, 1500), source("Shared", None, 700), schemes=(scheme("S", **changes),))
    found: dict[int, dict[str, int]] = {}
    for payment in committed_payments(known)[known.schemes[0]]:
        found.setdefault(payment.year, {})[payment.source] = payment.gbp
    assert found == expected


def test_each_trusts_part_of_a_committed_scheme_is_paid_from_its_own_sources() -> None:
    half = (share(OTHER, Fraction(1, 2)),)
    known = book(source("Own", TRUST, 1500), source("Other own", OTHER, 700), schemes=(scheme("S"),), cost_shares=half)
    (payments,) = committed_payments(known).values()
    assert [(each.trust, each.source, each.gbp) for each in payments] == [
        (OTHER, "Other own", 1000),
        (TRUST, "Own", 1000),
    ]
    assert Limits.of(known).free("Other own", 1) == 0


def test_committed_schemes_raise_a_total_they_exceed() -> None:
    total = CapitalLimit(trust=TRUST, limits_gbp=(500,) * 4, cash_gbp=(None,) * 4)
    known = book(source("Own", TRUST, 5000), schemes=(scheme("S"),), capital_limits=(total,))
    (limit,) = Limits.of(known).totals
    assert [limit.left(position) for position in range(4)] == [500, 0, 500, 500]
