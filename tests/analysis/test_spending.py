"""Rules of thumb spend only what sources may pay, within totals, and buy only what can still be ordered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.analysis.baselines import in_order, oldest
from capitalplan.analysis.need import unconstrained_need
from capitalplan.formulation.formulate import formulate
from capitalplan.register.register import CapitalLimit, CostShare, Register, Source, Trust
from capitalplan.terms import Action, Purpose, Route
from tests.formulation.offers import offer
from tests.verify.small_network import SITE_A, TRUST, asset, limits, line, option, register, settings

# A replacement charges £1,608 in 2026/27 and 10% more each year: 1,769, 1,946, 2,140.
OTHER = "R0B"
OLD = asset("OLD", install_year=2018)
OLDER = asset("OLDER", install_year=2017)


def years_of(*machines: Any, **changes: Any) -> dict[str, int]:
    """Year in which each machine is replaced, oldest first."""
    formulation = formulate(register(*machines, **{"settings": settings(max_replacements=1), **changes}), prune=False)
    choices = in_order(formulation, oldest)
    found = {}
    for menu, row in zip(formulation.columns.table.menus, choices.schedules, strict=True):
        for event in menu.events[row]:
            assert menu.machines[event.machine].offer is None
            if event.action is Action.REPLACE:
                found[menu.asset.asset_id] = 2026 + event.year
    return found


def fund(amount: int, **changes: Any) -> Source:
    return replace(limits("Fund", TRUST, amount), **changes)


def test_a_source_that_may_not_pay_for_replacements_is_left_alone() -> None:
    assert years_of(OLD, sources=(fund(9000),)) == {"OLD": 2026}
    for rule in ({"purposes": frozenset({Purpose.NEW})}, {"routes": frozenset({Route.LEASE})}):
        assert years_of(OLD, sources=(fund(9000, **rule),)) == {}


@pytest.mark.parametrize("limited", ["limits_gbp", "cash_gbp"])
def test_totals_hold_back_what_sources_would_pay(limited: str) -> None:
    values: dict[str, Any] = {"limits_gbp": (None,) * 4, "cash_gbp": (None,) * 4, limited: (1607, 1769, 9000, 0)}
    total = CapitalLimit(trust=TRUST, **values)
    found = years_of(OLD, OLDER, sources=(fund(9000, brings_cash=False),), capital_limits=(total,))
    assert found == {"OLDER": 2027, "OLD": 2028}


def test_works_paid_the_year_before_take_the_money_of_that_year() -> None:
    """Half of the works, £144 in the money of the first year, are paid before: 2027/28 needs them in 2026/27."""
    standard = {"CT standard": option(works_paid_before=Fraction(1, 2))}
    limited = fund(0, limits_gbp=(0, 9000, 9000, 9000))
    assert years_of(OLD, options=standard, sources=(limited,)) == {"OLD": 2028}
    assert years_of(OLD, options=standard, sources=(replace(limited, limits_gbp=(144, 9000, 0, 0)),)) == {"OLD": 2027}


def test_every_trust_must_hold_its_share() -> None:
    share = CostShare(asset_id="OLD", site=None, trust=OTHER, share=Fraction(1, 4), basis="", consent=None)
    trusts = {code: Trust(code=code, name=code) for code in (TRUST, OTHER)}
    theirs = replace(limits("Theirs", OTHER, 0), limits_gbp=(401, 443, 0, 0))
    known = {"trusts": trusts, "cost_shares": (share,)}
    assert years_of(OLD, sources=(fund(9000), theirs), **known) == {"OLD": 2027}
    assert years_of(OLD, sources=(fund(9000),), **known) == {}


def test_it_buys_and_never_leases() -> None:
    assert years_of(OLD, sources=(fund(9000),), offers=(offer(),)) == {"OLD": 2026}
    assert years_of(OLD, sources=(fund(9000, routes=frozenset({Route.LEASE})),), offers=(offer(),)) == {}


def test_what_can_no_longer_be_ordered_waits() -> None:
    values = settings(max_replacements=1, plan_date=dt.date(2026, 4, 1))
    assert years_of(OLD, sources=(fund(9000),), settings=values, lines={"CT": line("CT", order_months=18)}) == {
        "OLD": 2027
    }


def test_machines_are_added_from_sources_for_new_capacity() -> None:
    book: dict[str, Any] = {"demand": {("CT", SITE_A): (2000,) * 4}, "settings": settings(max_replacements=0)}
    for purpose, count in ((Purpose.NEW, 1), (Purpose.REPLACEMENT, 0)):
        known: Register = register(asset("CT1"), sources=(fund(2000, purposes=frozenset({purpose})),), **book)
        assert sum(in_order(formulate(known, prune=False), oldest).additions.values()) == count


def test_need_falls_in_the_years_in_which_it_is_charged() -> None:
    """Due in 2027/28: £1,610 in that year, and half of the works, £144 in the money of 2026/27, the year before."""
    standard = {"CT standard": option(works_paid_before=Fraction(1, 2))}
    lines = unconstrained_need(register(asset("CT1"), options=standard))
    assert [(each.machines, each.capital_gbp) for each in lines] == [(0, 144), (1, 1610), (0, 0), (0, 0)]
