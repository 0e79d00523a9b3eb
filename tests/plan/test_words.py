"""The reason given for each line is true of the plan, and the limits called binding are those that hold it back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, ContractKind, Lock, Ownership
from capitalplan.workflow.planning import make_plan
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    contract,
    limits,
    option,
    register,
    settings,
    site,
)

DEAR_AGE = settings(over_age_price=Fraction(1))
OLD: dict[str, Any] = {"install_year": 2016}
LEASED: dict[str, Any] = {"ownership": Ownership.LEASE, "contract_id": "K"}
CLOSING = {SITE_A: site(SITE_A, closing_year=2028), SITE_B: site(SITE_B)}


def planned(book: Register) -> Plan:
    return make_plan(book, SolveOptions(gap=0)).plan


@pytest.mark.parametrize(
    ("book", "reason"),
    [
        (
            register(asset(**OLD), settings=settings(over_age_price=Fraction(1), max_network_projects=0)),
            "Due in 2021/22; since then its site or the network can install no more in each of 4 years.",
        ),
        (
            register(asset(**OLD), settings=DEAR_AGE, sources=(limits("Own", TRUST, 100),)),
            "Due in 2021/22; in every year since, the plan leaves Trust less money than replacing it would cost: too "
            "little of Own.",
        ),
        (
            register(asset(**OLD, earliest_year=2031), settings=DEAR_AGE),
            "Due in 2021/22, but the plan may not replace it since: not before 2031/32.",
        ),
        (register(asset(**OLD), options={}), "Due in 2021/22, but nothing in the catalogue can replace it."),
        (
            register(asset(**OLD), settings=settings(over_age_price=Fraction(0))),
            "Due in 2021/22, but keeping it costs less over the plan than any replacement that rules and limits allow.",
        ),
        (register(asset(**OLD, lock=Lock.KEEP)), "Locked by the capital lead: not to be touched."),
        (
            register(asset(lock=Lock.REPLACE, lock_year=2027)),
            "Reaches its planned life of 5 years in 2027/28; it may not be kept: locked to replace in 2027/28.",
        ),
    ],
    ids=["works", "money", "not before", "no option", "cheaper kept", "locked", "on time"],
)
def test_why_a_machine_waits_or_goes(book: Register, reason: str) -> None:
    (line,) = planned(book).schemes
    assert line.reason.startswith(reason)


def test_a_machine_at_a_closing_site_is_held_against_staying_until_then() -> None:
    bought, gone = planned(register(asset(**OLD), sites=CLOSING)).schemes
    assert "against keeping it, its own cost over the plan is £" in bought.reason
    assert gone.reason == f"Its site, {SITE_A}, closes in 2028/29."


def test_a_second_replacement_speaks_of_the_machine_bought_first() -> None:
    """It falls in the very year in which the registered machine would have reached its planned life."""
    machine = asset(life_years=10, end_of_support_year=2026)
    book = register(
        machine,
        settings=settings(firm_years=9, over_age_price=Fraction(3)),
        options={"CT standard": option(life_years=5)},
    )
    first, second = planned(book).schemes
    assert (first.year, second.year, machine.due_year) == (2026, 2032, 2032)
    assert second.reason == (
        "Replaced again: the machine bought in 2026/27 is then 6 years old, of a planned life of 5."
    )


def test_the_network_s_limit_on_installations_is_told_to_bind() -> None:
    machines = [asset(name, **OLD) for name in ("CT1", "CT2", "CT3")]
    plan = planned(register(*machines, settings=settings(over_age_price=Fraction(1), max_network_projects=1)))
    found = [(limit.rule, limit.place, limit.year, limit.used) for limit in plan.binding]
    assert found == [("works", "network", 2026, 1), ("works", "network", 2027, 1)]


def test_a_limit_does_not_bind_for_a_machine_that_may_not_be_replaced_yet() -> None:
    book = register(
        asset(**OLD, earliest_year=2029),
        settings=settings(over_age_price=Fraction(1)),
        sources=(limits("Own", TRUST, 2500),),
    )
    plan = planned(book)
    assert [line.year for line in plan.schemes] == [2029]
    assert plan.binding == ()


@pytest.mark.parametrize(("options", "action"), [({"CT standard": option()}, Action.REPLACE), ({}, Action.RETIRE)])
def test_a_lease_is_not_returned_where_no_demand_can_judge_it(options: dict[str, Any], action: Action) -> None:
    """Two leased machines without demand: both returned would empty the site, unless nothing can replace them."""
    machines = [asset(name, **LEASED) for name in ("CT1", "CT2")]
    terms = {"K": contract(ContractKind.LEASE, extension_years=0)}
    plan = planned(register(*machines, contracts=terms, options=options))
    assert {line.action for line in plan.schemes} == {action}


def test_why_a_lease_is_extended() -> None:
    terms = {"K": contract(ContractKind.LEASE)}
    chosen = planned(register(asset(**LEASED), contracts=terms)).schemes[0]
    forced = planned(register(asset(**LEASED), contracts=terms, options={}, settings=settings(firm_years=2))).schemes[0]
    assert chosen.action is forced.action is Action.EXTEND
    assert chosen.reason == "Lease K ends and extending it fits the plan better than ending it now."
    assert forced.reason == "Lease K ends, and nothing but extending it is open to the plan."
