"""Which prices are tested, and how each is halved and doubled."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.analysis.prices import PriceVariant, price_variants
from capitalplan.register.register import ApprovedLine, ExtraCapacity, Register
from capitalplan.terms import Action, ExtraKind
from tests.verify.small_network import SITE_A, SITE_B, asset, line, plan, register, with_settings

UNUSED = {
    "waiting_value_gbp": 0,
    "unscheduled_value_gbp": 0,
    "unmet_value_gbp": 0,
    "late_reports_value_gbp": 0,
    "extended_hours": 0,
    "van_days": 0,
    "outsourced_reports": 0,
    "under_use_value_gbp": 0,
    "revenue_over_value_gbp": 0,
}
DEMAND = {("CT", SITE_A): (900,) * 4, ("CT", SITE_B): (900,) * 4}
BOOK = register(asset(), lines={"CT": line("CT", outside_price_gbp=125)}, demand=DEMAND)


def extra(kind: ExtraKind, *places: str, **changes: Any) -> ExtraCapacity:
    values: dict[str, Any] = {
        "name": f"{kind} {' '.join(places)}",
        "kind": kind,
        "line": "CT",
        "places": places,
        "price_gbp": 75,
        "limit": None,
        "scans_per_day": 0,
        "minimum_days": 1,
        "crewed": False,
        "cover_only": False,
        "first_year": None,
        "last_year": None,
    }
    return ExtraCapacity(**{**values, **changes})


def variants(book: Register, **used: int) -> dict[tuple[str, str], PriceVariant]:
    found = price_variants(book, plan(kpis={**UNUSED, **used}))
    return {(each.price, each.factor): each for each in found}


def test_half_a_pound_goes_up() -> None:
    found = variants(BOOK)
    assert found["price of a scan outside", "half"].value == "CT £63"
    assert found["price of a scan outside", "double"].value == "CT £250"


def test_the_price_of_an_outside_provider_moves_with_that_of_the_line() -> None:
    found = variants(replace(BOOK, extra=(extra(ExtraKind.OUTSIDE, SITE_A), extra(ExtraKind.HOURS, SITE_A))))
    changed = found["price of a scan outside", "double"]
    assert changed.value == "CT £150 to £250"
    assert [each.price_gbp for each in changed.register.extra] == [150, 75]


@pytest.mark.parametrize(
    ("figure", "price", "setting", "value"),
    [
        ("waiting_value_gbp", "price of waiting over target", "waiting_price_gbp", "£200 a patient and year"),
        (
            "unscheduled_value_gbp",
            "price of an unscheduled patient away",
            "unscheduled_away_price_gbp",
            "£200 a scan",
        ),
        ("unmet_value_gbp", "price of a scan nobody can do", "unmet_price_gbp", "£600 a scan"),
        ("late_reports_value_gbp", "price of a late report", "late_report_price_gbp", "£100 a report"),
    ],
)
def test_a_price_the_plan_does_not_meet_is_not_tested(figure: str, price: str, setting: str, value: str) -> None:
    assert (price, "double") not in variants(BOOK)
    found = variants(BOOK, **{figure: 1})
    assert found[price, "double"].value == value
    changed = (getattr(found[price, factor].register.settings, setting) for factor in ("half", "double"))
    assert tuple(changed) == tuple(
        int(getattr(BOOK.settings, setting) * factor) for factor in (Fraction(1, 2), Fraction(2))
    )


@pytest.mark.parametrize(
    ("figure", "price", "kind"),
    [
        ("extended_hours", "price of an extra hour", ExtraKind.HOURS),
        ("van_days", "price of a van day", ExtraKind.VAN),
        ("outsourced_reports", "price of an outsourced report", ExtraKind.REPORTING),
    ],
)
def test_a_price_of_extra_capacity_is_tested_where_it_is_used(figure: str, price: str, kind: ExtraKind) -> None:
    book = replace(BOOK, extra=tuple(extra(each, SITE_A) for each in ExtraKind))
    assert (price, "half") not in variants(book)
    changed = variants(book, **{figure: 1})[price, "half"]
    assert changed.value == "CT £38"
    assert {each.kind: each.price_gbp for each in changed.register.extra} == dict.fromkeys(ExtraKind, 75) | {kind: 38}


def test_breakdowns_are_tested_once_they_have_a_price() -> None:
    assert ("price of a serious breakdown", "half") not in variants(BOOK)
    found = variants(with_settings(BOOK, failure_price_gbp=5001))
    assert found["price of a serious breakdown", "half"].value == "£2,501 a breakdown"


@pytest.mark.parametrize(
    ("figure", "price", "setting"),
    [
        ("under_use_value_gbp", "price of money under its minimum use", "under_use_price"),
        ("revenue_over_value_gbp", "price of revenue over its limit", "revenue_price"),
    ],
)
def test_prices_of_money_are_tested_where_the_plan_meets_them(figure: str, price: str, setting: str) -> None:
    assert (price, "half") not in variants(BOOK)
    changed = variants(BOOK, **{figure: 1})[price, "half"]
    assert changed.value == "£0.50 for each £"
    assert getattr(changed.register.settings, setting) == Fraction(1, 2)


def test_changes_are_tested_where_there_is_an_approved_plan() -> None:
    price = "price of a change from the approved plan"
    assert (price, "double") not in variants(BOOK)
    line = ApprovedLine(asset_id="CT1", site=SITE_A, action=Action.RETIRE, option=None, offer=None, year=2026, units=1)
    assert (
        variants(replace(BOOK, approved=(line,)))[price, "double"].value == "£50,000 a scheme, £2,000,000 in firm years"
    )


def test_electricity_is_tested_once_it_has_a_price() -> None:
    assert ("price of electricity", "half") not in variants(BOOK)
    found = variants(with_settings(BOOK, energy_price_gbp_per_mwh=201))
    assert found["price of electricity", "half"].value == "£101 a MWh"
