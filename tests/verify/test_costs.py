"""Schedules worked out by hand to the pound: the re-check agrees, and with no other amount."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.plan.plan import NEW_ROOM, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.settings import TerminalValue
from capitalplan.terms import Action, ContractKind, Lock, Ownership
from capitalplan.verify import verify
from tests.verify.small_network import (
    SITE_A,
    asset,
    contract,
    option,
    plan,
    register,
    row,
    scheme,
    settings,
    unfunded,
    with_settings,
    with_site,
)

CT1 = asset()
RETIRED = asset(lock=Lock.RETIRE)
LEASED = asset(ownership=Ownership.LEASE, contract_id="K", lock=Lock.RETIRE)
MANAGED = asset(ownership=Ownership.MANAGED_SERVICE, contract_id="K", install_year=2023)
ONE = register(CT1)
EMPTY = register()

# Replaced in 2027/28: old upkeep 100, trade-in at age 5 0.1 x 800 = 80; equipment 1000 x 1.1 = 1100, works
# 200 x 1.2 = 240; charged 1340 x 1.2 x 1.1 = 1768.8; upkeep 90 + 90 + 1.2 x 90 = 288; worth at age 3 of 5 years
# 1100 x 2/5 = 440 and works at 3 of 20 years 240 x 17/20 = 204. 100 - 80 + 1340 + 288 - 644 = 1004.
REPLACED_2027 = row(Action.REPLACE, 2027, of=CT1, capital_gbp=1769)

Case = tuple[Register, tuple[PlannedScheme, ...], int]

CASES: dict[str, Case] = {
    # upkeep 100 x (2, 2.5, 3, 4) / 2 = 575; over age by 1 and 2 years 0.1 x 1000 x 3 = 300; worth nothing at age 8
    "kept": (ONE, (row(Action.KEEP, of=CT1),), 875),
    # 100 + 125 / 1.1 + 250 / 1.21 + 400 / 1.331 = 720.77
    "kept, discounted at 10%": (with_settings(ONE, discount_rate=Fraction(1, 10)), (row(Action.KEEP, of=CT1),), 721),
    "replaced": (ONE, (REPLACED_2027,), 1004),
    # as above, but worth 0.3 x 1000 = 300 at age 3
    "replaced, worth its resale": (with_settings(ONE, terminal_value=TerminalValue.RESALE), (REPLACED_2027,), 1348),
    "replaced, worth nothing": (with_settings(ONE, terminal_value=TerminalValue.NONE), (REPLACED_2027,), 1648),
    # own price 2000 and works 0: equipment 2200, charged 2200 x 1.2 x 1.1 = 2904, worth 2200 x 2/5 = 880
    "replaced at its own price": (
        register(replace(CT1, own_price_gbp=2000, own_works_gbp=0)),
        (replace(REPLACED_2027, capital_gbp=2904),),
        100 - 80 + 2200 + 288 - 880,
    ),
    # own price set aside as the option is not its like for like; works 0: 1100 x 1.2 x 1.1 = 1452, worth 440
    "replaced by something else": (
        register(replace(CT1, own_price_gbp=2000, own_works_gbp=0, like_for_like=None)),
        (replace(REPLACED_2027, capital_gbp=1452),),
        100 - 80 + 1100 + 288 - 440,
    ),
    # high use, life 4: worth 1100 x 1/4 = 275
    "replaced in high use": (register(replace(CT1, exams_per_year=2001)), (REPLACED_2027,), 1004 + 440 - 275),
    # trade-in at age 4 0.2 x 800 = 160, then at age 3 0.3 x 1000 = 300; 1340 + 288 and 1340 + 90;
    # worth at age 1 1100 x 4/5 = 880 and 240 x 19/20 = 228; the second charged 1340 x 1.2 x 1.331 = 2140.2
    "replaced twice": (
        ONE,
        (
            row(Action.REPLACE, 2026, of=CT1, capital_gbp=1608),
            row(Action.REPLACE, 2029, of=CT1, capital_gbp=2140),
        ),
        1340 - 160 + 288 + 1340 - 300 + 90 - 1108,
    ),
    # 2000 / 1.2 / 1.1 = 1515.2 real; no optimism bias in its worth: 1000 x 2/5 = 400, 200 x 17/20 = 170
    "committed": (
        register(CT1, schemes=(scheme("S1"),)),
        (row(Action.REPLACE, 2027, of=CT1, capital_gbp=2000, committed=True, scheme_id="S1"),),
        100 - 80 + 1515 + 288 - 570,
    ),
    # 100 + 125 of upkeep, trade-in at age 6 0.05 x 800 = 40
    "retired": (register(RETIRED), (row(Action.RETIRE, 2028, of=RETIRED),), 185),
    "removed at closing": (with_site(ONE, SITE_A, closing_year=2028), (row(Action.RETIRE, 2028, of=CT1),), 185),
    # 5 points at £7 in four years
    "kept with an entered risk score": (
        register(replace(CT1, risk_score=5, risk_score_entered=True), settings=settings(risk_score_price_gbp=7)),
        (row(Action.KEEP, of=CT1),),
        875 + 4 * 35,
    ),
    # rent 50, then 60 and 60 in extension, beside upkeep 100 + 125 + 150 and 100 for a year over age; nothing back;
    # charged 60 x (1 + 1 / 1.0475) x 1.1 = 129.007
    "lease extended and returned": (
        register(LEASED, contracts={"K": contract(ContractKind.LEASE)}),
        (row(Action.EXTEND, 2027, of=LEASED, capital_gbp=129), row(Action.RETIRE, 2029, of=LEASED)),
        645,
    ),
    "managed service": (
        register(MANAGED, contracts={"K": contract(ContractKind.MANAGED_SERVICE)}),
        (row(Action.KEEP, of=MANAGED, route="contract"),),
        4 * 50,
    ),
    # each 1340 + 288 - 644
    "two added": (EMPTY, (row(Action.ADD, 2027, units=2, capital_gbp=2 * 1769),), 2 * 984),
    # life 4 of its own: worth 1100 x 1/4 = 275 and 204
    "added with a life of its own": (
        register(options={"CT standard": option(life_years=4)}),
        (row(Action.ADD, 2027, capital_gbp=1769),),
        1340 + 288 - 479,
    ),
    # closing in 2029/30: 1340 + 90 + 90, trade-in at age 2 0.4 x 1000 = 400, worth nothing at the end
    "added at a closing site": (
        with_site(EMPTY, SITE_A, closing_year=2029),
        (row(Action.ADD, 2027, capital_gbp=1769),),
        1120,
    ),
    # works 240 x (2 - 1), charged 240 x 1.2 x 1.1 = 316.8, worth 240 x 17/20 = 204
    "new room": (EMPTY, (row(Action.ADD, 2027, option=NEW_ROOM, capital_gbp=317),), 36),
}


@pytest.mark.parametrize("case", CASES)
def test_value_and_charges_worked_out_by_hand(case: str) -> None:
    book, lines, objective = CASES[case]
    lines = tuple(unfunded(line, line.capital_gbp) for line in lines)
    report = verify(book, plan(*lines, objective_gbp=objective))
    assert [b.message for b in report.breaches if b.rule in ("choice", "money", "objective")] == []


@pytest.mark.parametrize("out", [-1, 1])
@pytest.mark.parametrize("case", CASES)
def test_a_pound_out_is_found(case: str, out: int) -> None:
    book, lines, objective = CASES[case]
    lines = tuple(unfunded(line, line.capital_gbp + out) for line in lines)
    report = verify(book, plan(*lines, objective_gbp=objective + out))
    assert [b.amount for b in report.breaches if b.rule == "objective"] == [out]
    assert {b.amount for b in report.breaches if b.rule == "money"} == {out}
