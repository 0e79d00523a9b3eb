"""When there is no plan, the user is told which rule would have to give, where, when and by how much."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.plan.plan import Breach
from capitalplan.register.register import Asset, CapitalLimit, ExtraCapacity, Register, Source, Tie, Trust
from capitalplan.solution import SolveOptions
from capitalplan.terms import ExtraKind, Lock, Purpose, TieKind
from capitalplan.workflow.planning import make_plan
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    limits,
    line,
    register,
    scheme,
    settings,
    site,
    with_site,
)

# Replacing CT1 charges £1,608 in 2026/27 and £1,769 in 2027/28, when its maker stops supporting it.
# What is lacking is told at the source, or at the trust that is short of it.
PLACES = {"Fund", TRUST}
UNSUPPORTED = asset("CT1", end_of_support_year=2027)
DEMAND = {("CT", SITE_A): (900,) * 4}


def breaches(book: Register) -> tuple[Breach, ...]:
    with pytest.raises(ImpossiblePlanError) as caught:
        make_plan(book, SolveOptions(gap=0))
    assert all(isinstance(each, Breach) for each in caught.value.breaches)
    return tuple(each for each in caught.value.breaches if isinstance(each, Breach))


@pytest.mark.parametrize(
    ("sources", "short"),
    [
        ((limits("Fund", None, 1000),), 608),
        ((limits("Fund", None, 1607),), 1),
        ((limits("Fund", None, 600), limits("Own", TRUST, 400)), 608),
        ((limits("Fund", None, 0), limits("Own", TRUST, 400), limits("Own too", TRUST, 100)), 1108),
    ],
)
def test_a_limit_too_small_for_what_must_be_replaced(sources: tuple[Source, ...], short: int) -> None:
    (breach,) = breaches(register(UNSUPPORTED, sources=sources))
    assert (breach.rule, breach.year, int(breach.amount), breach.unit) == ("money", 2026, short, "£")
    assert breach.place in PLACES
    assert all(word in breach.message for word in (breach.place, "2026/27", f"£{short:,}"))


def test_a_pound_more_makes_a_plan() -> None:
    plan = make_plan(register(UNSUPPORTED, sources=(limits("Fund", None, 1608),)), SolveOptions(gap=0)).plan
    assert [line.year for line in plan.schemes] == [2026]


def test_a_year_without_money_is_named_where_the_lock_points_to_it() -> None:
    locked = asset("CT1", lock=Lock.REPLACE, lock_year=2028)
    fund = replace(limits("Fund", None, 5000), limits_gbp=(5000, 5000, 0, 5000))
    (breach,) = breaches(register(locked, sources=(fund,)))
    assert (breach.rule, breach.year, int(breach.amount)) == ("money", 2028, 1946)
    assert breach.place in PLACES


def test_committed_schemes_over_a_limit() -> None:
    (breach,) = breaches(register(asset("CT1"), schemes=(scheme("S1"),), sources=(limits("Fund", TRUST, 1500),)))
    assert (breach.rule, breach.place, breach.year, int(breach.amount)) == ("money", "Fund", 2027, 500)
    assert "committed" in breach.message
    assert "£500" in breach.message


@pytest.mark.parametrize(
    ("total", "place", "words"),
    [
        (CapitalLimit(trust=TRUST, limits_gbp=(1600,) * 4, cash_gbp=(None,) * 4), TRUST, "capital limit of R0A"),
        (CapitalLimit(trust=TRUST, limits_gbp=(None,) * 4, cash_gbp=(1600,) * 4), TRUST, "cash of R0A"),
        (
            CapitalLimit(trust=None, limits_gbp=(1600,) * 4, cash_gbp=(None,) * 4),
            "network",
            "capital limit of the network",
        ),
    ],
)
def test_a_total_too_small_for_what_must_be_replaced(total: CapitalLimit, place: str, words: str) -> None:
    own = replace(limits("Fund", TRUST, 5000), brings_cash=False)
    (breach,) = breaches(register(UNSUPPORTED, sources=(own,), capital_limits=(total,)))
    assert (breach.rule, breach.year, int(breach.amount), breach.unit) == ("money", 2026, 8, "£")
    assert breach.place == place
    assert words in breach.message


def test_a_charge_no_source_may_pay_is_told_apart() -> None:
    new_only = replace(limits("Fund", TRUST, 5000), purposes=frozenset({Purpose.NEW}))
    (breach,) = breaches(register(UNSUPPORTED, sources=(new_only,)))
    assert (breach.rule, breach.place, int(breach.amount)) == ("money", TRUST, 1608)
    assert "no funding source may pay" in breach.message


def test_trusts_that_cannot_be_as_alike_as_asked() -> None:
    """One trust must spend £1,608 on a fleet of £1,000, the other has nothing that can be replaced."""
    trusts = {code: Trust(code=code, name=code) for code in (TRUST, "R0B")}
    sites = {SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust="R0B")}
    machines = replace(UNSUPPORTED, latest_year=2026), asset("CT2", site=SITE_B, trust="R0B", lock=Lock.KEEP)
    values = settings(max_replacements=1, fair_capital_spread=Fraction(1))
    sources = limits("Fund", TRUST, 5000), limits("Other fund", "R0B", 5000)
    (breach,) = breaches(register(*machines, trusts=trusts, sites=sites, sources=sources, settings=values))
    assert (breach.rule, breach.place, breach.unit) == ("fairness", "Small network", "share")
    assert float(breach.amount) == pytest.approx(0.608, abs=1e-3)
    assert "60.80%" in breach.message


@pytest.mark.parametrize("demand", [{}, DEMAND], ids=["by age only", "with demand"])
def test_a_lock_against_the_end_of_support_names_the_machine_and_both_reasons(
    demand: dict[tuple[str, str], tuple[int, ...]],
) -> None:
    (breach,) = breaches(register(replace(UNSUPPORTED, lock=Lock.KEEP), asset("CT2"), demand=demand))
    assert (breach.rule, breach.place) == ("choice", "CT1")
    assert all(words in breach.message for words in ("CT1", "locked to keep", "not supported from 2027/28"))


def test_a_lock_that_no_option_can_serve_names_the_machine() -> None:
    locked = asset("CT1", lock=Lock.REPLACE, capabilities=frozenset({"spectral"}))
    (breach,) = breaches(register(locked))
    assert breach.place == "CT1"
    assert "locked to replace" in breach.message


def test_more_installations_than_a_site_can_carry() -> None:
    machines = [asset(name, end_of_support_year=2026) for name in ("CT1", "CT2")]
    sites = {code: site(code) for code in (SITE_A, SITE_B)}
    book = with_site(register(*machines, sites=sites), SITE_A, max_installations=1)
    (breach,) = breaches(book)
    assert (breach.rule, breach.place, breach.year, int(breach.amount)) == ("works", SITE_A, 2026, 1)


def test_a_committed_scheme_of_a_trust_without_any_source() -> None:
    trusts = {code: Trust(code=code, name=code) for code in (TRUST, "R0B")}
    book = register(asset("CT1"), trusts=trusts, schemes=(scheme("S"),), sources=(limits("Fund", "R0B", 9000),))
    (breach,) = breaches(book)
    assert (breach.rule, breach.place, breach.year, breach.amount) == ("money", TRUST, 2027, Fraction(2000))


def covered(*machines: Asset, **changes: Any) -> Register:
    """CT1 is the only CT of site A, which nobody can stand in for unless given, and must be replaced in 2027/28."""
    values: dict[str, Any] = {
        "lines": {"CT": line("CT", swap_cover=True)},
        "demand": {("CT", SITE_A): (900,) * 4},
        "sites": {code: site(code, spare_rooms={}, max_new_rooms=0, van_standing=True) for code in (SITE_A, SITE_B)},
        "links": (),
    }
    locked = asset("CT1", lock=Lock.REPLACE, lock_year=2027)
    return register(locked, *machines, **{**values, **changes})


def test_a_swap_nobody_could_cover_says_what_would_help() -> None:
    (breach,) = breaches(covered())
    assert (breach.rule, breach.place, breach.year) == ("cover", "CT1", None)
    assert "nothing could stand in for the only CT at R0A01" in breach.message
    assert all(words in breach.message for words in ("Extra capacity", "Travel", "spare room in Sites", "swap_cover"))


def van(limit: int, **changes: Any) -> ExtraCapacity:
    """A van that may stand at both sites for £1 a day; a whole outage takes 65 days of it."""
    values: dict[str, Any] = {
        "name": "Shared van",
        "kind": ExtraKind.VAN,
        "line": "CT",
        "places": (SITE_A, SITE_B),
        "price_gbp": 1,
        "limit": Fraction(limit),
        "scans_per_day": 10,
        "minimum_days": 1,
        "crewed": True,
        "cover_only": True,
        "first_year": None,
        "last_year": None,
    }
    return ExtraCapacity(**{**values, **changes})


def test_a_van_that_cannot_be_at_two_sites_at_once() -> None:
    other = asset("CT2", site=SITE_B, lock=Lock.REPLACE, lock_year=2027)
    demand = {("CT", code): (900,) * 4 for code in (SITE_A, SITE_B)}
    (breach,) = breaches(covered(other, demand=demand, extra=(van(100),)))
    assert (breach.rule, breach.place, breach.year) == ("extra", "Shared van", 2027)
    assert (int(breach.amount), breach.unit) == (30, "days")
    assert "van days of Shared van in 2027/28 is too low by 30 days" in breach.message


def test_neighbours_replaced_at_once_cannot_stand_in_for_each_other() -> None:
    other = asset("CT2", site=SITE_B, lock=Lock.REPLACE, lock_year=2027)
    demand = {("CT", code): (900,) * 4 for code in (SITE_A, SITE_B)}
    links = register().links
    found = breaches(covered(other, demand=demand, links=links))
    assert [each.place for each in found] == ["CT1", "CT2"]
    for each in found:
        assert (each.rule, each.year, each.unit) == ("cover", 2027, "machine")
        assert f"Nobody can stand in for {each.place} while it is replaced in 2027/28" in each.message


@pytest.mark.parametrize(
    ("kind", "years", "words"),
    [
        (TieKind.TOGETHER, (2027, 2028), "cannot be replaced in the same year"),
        (TieKind.AFTER, (2027, 2028), "cannot be replaced one after the other"),
        (TieKind.APART, (2027, 2027), "cannot be replaced in different years"),
    ],
)
def test_a_tie_against_the_locks_is_named_once(kind: TieKind, years: tuple[int, int], words: str) -> None:
    machines = [
        asset(name, lock=Lock.REPLACE, lock_year=year) for name, year in zip(("CT1", "CT2"), years, strict=True)
    ]
    (breach,) = breaches(register(*machines, ties=(Tie(first="CT1", kind=kind, other="CT2"),)))
    assert (breach.rule, breach.place) == ("ties", "CT1")
    assert f"CT1 and CT2 {words}" in breach.message
    assert "within the locks, dates, cover and limits" in breach.message
