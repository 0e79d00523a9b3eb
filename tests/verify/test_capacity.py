"""Capacity worked out by hand, machine by machine, and values with a discount rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, ContractKind, Ownership
from capitalplan.verify import verify
from tests.verify.small_network import (
    SITE_A,
    asset,
    contract,
    option,
    plan,
    register,
    row,
    unfunded,
    with_settings,
    with_site,
)

CT1 = asset()
MANAGED = asset(ownership=Ownership.MANAGED_SERVICE, contract_id="K")
KEPT = row(Action.KEEP, of=CT1)
HELD = row(Action.KEEP, of=CT1, route="contract")
REPLACED = row(Action.REPLACE, 2027, of=CT1)


def served(machine: Asset, **changes: Any) -> Register:
    return register(machine, demand={("CT", SITE_A): (0,) * 4}, **changes)


def held(**changes: Any) -> Register:
    return served(MANAGED, contracts={"K": contract(ContractKind.MANAGED_SERVICE, **changes)})


CASES: dict[str, tuple[Register, PlannedScheme, tuple[int, int, int, int]]] = {
    "kept, at ages 4 to 7": (served(CT1), KEPT, (900, 880, 850, 800)),
    "older than its curve": (served(replace(CT1, install_year=2000)), KEPT, (800, 800, 800, 800)),
    # 1.2 x 0.9 is cut to 1; 1.2 x 0.88 too; 1.2 x 0.85 = 1.02 is cut; 1.2 x 0.8 = 0.96
    "better than its curve": (served(replace(CT1, uptime_scale=Fraction(6, 5))), KEPT, (1000, 1000, 1000, 960)),
    # 1000.5 x 0.9 = 900.45, 880.44, 850.425, 800.4
    "rounded": (served(replace(CT1, nominal_scans=Fraction(2001, 2))), KEPT, (900, 880, 850, 800)),
    # 1000 x 1.2 x 0.75 = 900, then 1200 x 0.98 and 0.96
    "replaced by something faster": (
        served(CT1, options={"CT standard": option(throughput_gain=Fraction(1, 5))}),
        REPLACED,
        (900, 900, 1176, 1152),
    ),
    # own uptime does not pass to the machine that is bought
    "replaced after poor uptime": (
        served(replace(CT1, uptime_scale=Fraction(1, 2))),
        REPLACED,
        (450, 750, 980, 960),
    ),
    "removed when the site closes": (
        with_site(served(CT1), SITE_A, closing_year=2028),
        row(Action.RETIRE, 2028, of=CT1),
        (900, 880, 0, 0),
    ),
    "gone before the plan begins": (
        with_site(served(CT1), SITE_A, closing_year=2020),
        row(Action.RETIRE, 2026, of=CT1),
        (0, 0, 0, 0),
    ),
    # four years old: 0.9, then new with a quarter of the year lost, then 0.98 and 0.96
    "renewed at age 5": (held(refresh_years=5), HELD, (900, 750, 980, 960)),
    # past age 2 at the start, so renewed at once
    "renewed at once and every two years": (held(refresh_years=2), HELD, (750, 980, 750, 980)),
    "held at a closing site": (with_site(held(), SITE_A, closing_year=2028), HELD, (900, 750, 0, 0)),
    "renewed at its planned life": (held(refresh_years=None), HELD, (900, 750, 980, 960)),
}


@pytest.mark.parametrize("case", CASES)
def test_capacity_worked_out_by_hand(case: str) -> None:
    book, line, capacity = CASES[case]
    report = verify(book, plan(line, capacity={("CT", SITE_A): capacity}))
    assert [breach.message for breach in report.breaches if breach.rule in ("choice", "service")] == []


@pytest.mark.parametrize("t", range(4))
@pytest.mark.parametrize("case", CASES)
def test_a_scan_out_is_found(case: str, t: int) -> None:
    book, line, capacity = CASES[case]
    stated = tuple(scans + (at == t) for at, scans in enumerate(capacity))
    report = verify(book, plan(line, capacity={("CT", SITE_A): stated}))
    found = [(breach.year, breach.amount) for breach in report.breaches if breach.rule == "service"]
    assert found == [(2026 + t, Fraction(1))]


@pytest.mark.parametrize(
    ("life", "objective"),
    [
        # d = 1, 1/1.1, 1/1.21, 1/1.331, 1/1.4641. Spent: 100 + (1340 + 90 - 80) / 1.1 + 90 / 1.21 + 108 / 1.331
        # = 1482.795. Left at 3 of 5 years (1 - 1.1^-2) / (1 - 1.1^-5) = 0.457826 of 1100: 504; at 3 of 20 years
        # (1 - 1.1^-17) / (1 - 1.1^-20) = 0.942212 of 240: 226. 730 / 1.4641 = 498.600. 1482.795 - 498.600 = 984.195
        (None, 984),
        # over its life of 1 year by a year in 2029/30: 0.1 x 1000 / 1.331 = 75.131; only the works are left, 226
        # / 1.4641 = 154.361. 1482.795 + 75.131 - 154.361 = 1403.565
        (1, 1404),
    ],
)
def test_a_discounted_replacement_worked_out_by_hand(life: int | None, objective: int) -> None:
    book = with_settings(register(CT1, options={"CT standard": option(life_years=life)}), discount_rate=Fraction(1, 10))
    report = verify(book, plan(unfunded(REPLACED, 1769), objective_gbp=objective))
    assert [breach.message for breach in report.breaches if breach.rule in ("objective", "money")] == []
