"""A plan that does not keep a rule is told which, and at its edges each rule lets through what it should."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import PlannedScheme
from capitalplan.register.register import Register
from capitalplan.settings import EndOfSupportPolicy
from capitalplan.terms import Action, ContractKind, Lock, Ownership
from capitalplan.verify import verify
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    contract,
    limits,
    option,
    plan,
    register,
    row,
    scheme,
    with_assets,
    with_settings,
    with_site,
)
from tests.verify.whole_plan import COMMITTED, CT1, CT2, KEEP_CT2, PLAN, REGISTER, REPLACE, more, rules


def ct1(**changes: Any) -> Register:
    return with_assets(REGISTER, {"CT1": changes})


REGISTER_EDITS: dict[str, tuple[Register, str, str]] = {
    "locked to be kept": (ct1(lock=Lock.KEEP), "choice", "locked to be kept"),
    "locked to be retired": (ct1(lock=Lock.RETIRE), "choice", "locked to be retired"),
    "locked to another year": (ct1(lock=Lock.REPLACE, lock_year=2028), "choice", "locked to be replaced in 2028/29"),
    "not before": (ct1(earliest_year=2028), "choice", "not before 2028/29"),
    "not after": (ct1(latest_year=2026), "choice", "by 2026/27, its latest year"),
    "end of support": (ct1(end_of_support_year=2026), "choice", "by 2026/27, when its support ends"),
    "capability": (ct1(capabilities=frozenset({"cardiac", "dual energy"})), "choice", "lacks dual energy"),
    "may not replace": (
        replace(REGISTER, options={"CT standard": option(can_replace=False)}),
        "choice",
        "may not replace",
    ),
    "may not be added": (replace(REGISTER, options={"CT standard": option(can_add=False)}), "choice", "not be added"),
    "no new capacity": (with_settings(REGISTER, allow_new_capacity=False), "choice", "new capacity is not allowed"),
    "no replacements": (with_settings(REGISTER, max_replacements=0), "choice", "replaced 1 times"),
    "closing before": (with_site(REGISTER, SITE_A, closing_year=2027), "choice", "although R0A01 closes in 2027/28"),
    "closing after": (with_site(REGISTER, SITE_A, closing_year=2029), "choice", "beyond the closing in 2029/30"),
    "not linked": (replace(REGISTER, links=()), "service", "do not serve each other's patients"),
    "not open": (with_site(REGISTER, SITE_B, opening_year=2028), "service", "that site is not open"),
    "too much demand": (
        replace(REGISTER, demand={**REGISTER.demand, ("CT", SITE_A): (1802,) * 4}),
        "service",
        "1,802 are wanted",
    ),
    "not all may travel": (
        with_settings(
            replace(REGISTER, lines={**REGISTER.lines, "CT": replace(REGISTER.lines["CT"], outage_weeks=Fraction(0))}),
            travel_share=Fraction(0),
        ),
        "service",
        "50 patients are scanned elsewhere, at most 0 may be",
    ),
    "a smaller limit": (
        replace(REGISTER, sources=(limits("Shared", None, 639), limits("Trust limit", TRUST, 2000))),
        "money",
        "Shared pays £640 in 2029/30; its limit is £639",
    ),
    "another trust's limit": (
        replace(REGISTER, sources=(limits("Shared", "R0B", 1000), limits("Trust limit", TRUST, 2000))),
        "money",
        "may not draw £640 on Shared",
    ),
    "another source named": (
        replace(REGISTER, schemes=(replace(REGISTER.schemes[0], source="Shared"),)),
        "money",
        "S1 of R0A may not draw £2,000 on Trust limit",
    ),
    "no limits": (replace(REGISTER, sources=()), "money", "none were given"),
    "no spare room": (with_site(REGISTER, SITE_A, spare_rooms={}), "rooms", "with rooms for 0"),
    "addition at a closed site": (with_site(REGISTER, SITE_A, closing_year=2029), "rooms", "not open in 2029/30"),
    "no installations": (with_site(REGISTER, SITE_A, max_installations=0), "works", "the limit is 0"),
    "no projects": (with_settings(REGISTER, max_network_projects=0), "works", "at Small network in 2027/28"),
    "hard age cap": (with_settings(REGISTER, hard_age_cap=12), "age", "MG1 is in service at 13 years in 2029/30"),
}


@pytest.mark.parametrize("edit", REGISTER_EDITS)
def test_a_rule_the_plan_does_not_keep_is_named(edit: str) -> None:
    book, rule, words = REGISTER_EDITS[edit]
    breaches = verify(book, PLAN).breaches
    assert any(breach.rule == rule and words in breach.message for breach in breaches)


def test_lost_scans_of_a_replacement_may_travel_beyond_the_share() -> None:
    assert rules(with_settings(REGISTER, travel_share=Fraction(0)), PLAN) == set()


def test_a_scan_of_rounding_is_let_through() -> None:
    near = replace(PLAN.flows[0], scans=Fraction(1799))
    assert "service" not in rules(REGISTER, replace(PLAN, flows=(near, *PLAN.flows[1:])))


def test_committed_installations_raise_the_limits_on_works() -> None:
    book = with_settings(with_site(REGISTER, SITE_B, max_installations=0), max_network_projects=1)
    assert rules(book, PLAN) == set()


def test_network_limit_gives_way_to_what_is_committed() -> None:
    schemes = tuple(scheme(f"S{i}", action=Action.ADD, asset_id=None, site=SITE_B, year=2028) for i in (1, 2))
    book = with_settings(replace(REGISTER, schemes=schemes), max_network_projects=1)
    two = more(replace(COMMITTED, scheme_id="S2"))
    assert "works" not in rules(book, two)
    assert "works" in rules(with_settings(REGISTER, max_network_projects=1), two)


def test_a_vacated_room_takes_an_addition() -> None:
    retired = row(Action.RETIRE, 2029, of=CT2)
    book = with_site(REGISTER, SITE_A, spare_rooms={})
    assert "rooms" in rules(book, PLAN)
    assert "rooms" not in rules(book, more(retired, without=(KEEP_CT2,)))


def test_the_last_machine_of_a_line_stays() -> None:
    gone = more(row(Action.RETIRE, 2027, of=CT1), row(Action.RETIRE, 2028, of=CT2), without=(REPLACE, KEEP_CT2))
    messages = [breach.message for breach in verify(REGISTER, gone).breaches if breach.rule == "choice"]
    assert messages == [
        f"No registered CT machine or its replacement is left at {SITE_A} in {year}." for year in ("2028/29", "2029/30")
    ]
    allowed = with_settings(REGISTER, allow_last_machine_retirement=True)
    assert "choice" not in rules(allowed, gone)


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"end_of_support_year": 2025}, True),
        ({"end_of_support_year": 2027}, True),
        ({"earliest_year": 2027, "latest_year": 2027}, True),
        ({"lock": Lock.REPLACE, "lock_year": 2027}, True),
        ({"capabilities": frozenset({"cardiac"})}, True),
        ({"latest_year": 2026}, False),
    ],
)
def test_dates_and_locks_hold_at_their_edges(change: dict[str, Any], allowed: bool) -> None:
    assert ("choice" not in rules(ct1(**change), PLAN)) is allowed


def test_a_priced_end_of_support_binds_nothing() -> None:
    book = with_settings(ct1(end_of_support_year=2026), end_of_support=EndOfSupportPolicy.PRICED)
    assert rules(book, PLAN) == set()


LEASED = asset("CT1", ownership=Ownership.LEASE, contract_id="L")
RETURN = row(Action.RETIRE, 2027, of=LEASED)
EXTEND = row(Action.EXTEND, 2027, of=LEASED)
LATER = row(Action.RETIRE, 2029, of=LEASED)


@pytest.mark.parametrize(
    ("lines", "changes", "allowed"),
    [
        ((RETURN,), {}, True),
        ((row(Action.REPLACE, 2027, of=LEASED),), {}, True),
        ((EXTEND, LATER), {}, True),
        ((EXTEND, row(Action.REPLACE, 2029, of=LEASED)), {}, True),
        ((EXTEND,), {"extension_years": 3}, True),
        ((row(Action.KEEP, of=LEASED),), {"end_year": 2030}, True),
        ((replace(RETURN, year=2026),), {"end_year": 2020}, True),
        ((row(Action.KEEP, of=LEASED),), {}, False),
        ((RETURN,), {"end_year": 2028}, False),
        ((RETURN,), {"end_year": 2026}, False),
        ((EXTEND,), {}, False),
        ((EXTEND, LATER), {"extension_years": 0}, False),
        ((EXTEND, EXTEND), {}, False),
    ],
)
def test_a_lease_is_decided_when_it_ends(
    lines: tuple[PlannedScheme, ...], changes: dict[str, Any], allowed: bool
) -> None:
    other = asset("CT2")
    terms = {"L": contract(ContractKind.LEASE, **changes)}
    book = register(LEASED, other, contracts=terms, demand={("CT", SITE_A): (0,) * 4})
    assert ("choice" not in rules(book, plan(*lines, row(Action.KEEP, of=other)))) is allowed


@pytest.mark.parametrize(
    ("change", "extended_then_replaced", "extended_then_returned"),
    [
        ({"lock": Lock.REPLACE}, True, False),
        ({"lock": Lock.RETIRE}, False, True),
        ({"lock": Lock.KEEP}, False, False),
        ({"earliest_year": 2029}, True, True),
        ({"latest_year": 2028}, False, False),
        ({"end_of_support_year": 2028}, False, False),
    ],
)
def test_locks_and_dates_look_past_an_extension(
    change: dict[str, Any], extended_then_replaced: bool, extended_then_returned: bool
) -> None:
    leased, other = replace(LEASED, **change), asset("CT2")
    terms = {"L": contract(ContractKind.LEASE)}
    book = register(leased, other, contracts=terms, demand={("CT", SITE_A): (0,) * 4})
    kept = row(Action.KEEP, of=other)
    replaced = plan(EXTEND, row(Action.REPLACE, 2029, of=LEASED), kept)
    assert ("choice" not in rules(book, replaced)) is extended_then_replaced
    assert ("choice" not in rules(book, plan(EXTEND, LATER, kept))) is extended_then_returned


def test_a_sites_only_leased_machine_is_not_returned() -> None:
    terms = {"L": contract(ContractKind.LEASE)}
    book = register(LEASED, contracts=terms, demand={("CT", SITE_A): (0,) * 4})
    assert "choice" in rules(book, plan(RETURN))
    assert "choice" not in rules(with_settings(book, allow_last_machine_retirement=True), plan(RETURN))


def test_a_committed_replacement_comes_first() -> None:
    book = replace(REGISTER, schemes=(*REGISTER.schemes, scheme("S2", year=2028)))
    messages = [breach.message for breach in verify(book, PLAN).breaches if breach.rule == "choice"]
    assert (
        "CT1: its committed replacement in 2028/29 by CT standard is not the first thing to happen to it." in messages
    )


def test_scans_beyond_capacity_are_caught() -> None:
    flows = tuple(replace(f, scans=Fraction(1750)) if (f.to_site, f.year) == (SITE_A, 2027) else f for f in PLAN.flows)
    messages = [breach.message for breach in verify(REGISTER, replace(PLAN, flows=flows, outside=())).breaches]
    assert "CT at R0A01 in 2027/28: 1,750 scans are done, there is capacity for 1,710." in messages


def test_lines_in_the_wrong_order_make_no_schedule() -> None:
    messages = [breach.message for breach in verify(REGISTER, more(row(Action.RETIRE, 2026, of=CT1))).breaches]
    assert "CT1: its lines are not in the order extended, upgraded, replaced, retired." in messages
