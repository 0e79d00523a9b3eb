"""Each change from an approved plan names what in the input differs and bears on it, or the change it follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from capitalplan.analysis.approved import approved_from_json, approved_lines, approved_to_json, with_approved
from capitalplan.analysis.causes import ChangeCause, change_causes
from capitalplan.plan.plan import Change, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.terms import Action, Lock, year_label
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    asset,
    limits,
    option,
    plan,
    register,
    row,
    with_assets,
    with_settings,
)

CT1, CT2 = asset("CT1"), asset("CT2", site=SITE_B)
BEFORE = register(CT1, CT2, sources=(limits("Capital", None, 2000),))
APPROVED = {"CT1": 2028, "CT2": 2029}


def lines(**years: int | None) -> list[PlannedScheme]:
    """Replacements in the years given; None keeps a machine."""
    assets = {"CT1": CT1, "CT2": CT2}
    return [row(Action.KEEP if year is None else Action.REPLACE, year, of=assets[name]) for name, year in years.items()]


def told(register: Register, **years: int | None) -> dict[str, ChangeCause]:
    """Causes of the changes of a plan with these years from one with those approved."""
    changed = [name for name, year in years.items() if year != APPROVED[name]]
    words = {name: "keep" if year is None else f"replace {year_label(year)}" for name, year in years.items()}
    changes = tuple(
        Change(
            what=name,
            asset_id=name,
            site={"CT1": SITE_A, "CT2": SITE_B}[name],
            approved=f"replace {year_label(APPROVED[name])}",
            planned=words[name],
            firm=True,
            price_gbp=1,
        )
        for name in changed
    )
    found = change_causes(BEFORE, plan(*lines(**APPROVED)), register, plan(*lines(**years), changes=changes, gap_gbp=7))
    return {cause.change.what: cause for cause in found}


def cut(year: int, amount: int) -> Register:
    """The limit of a year changed."""
    (source,) = BEFORE.sources
    new = tuple(amount if 2026 + t == year else limit for t, limit in enumerate(source.limits_gbp))
    return replace(BEFORE, sources=(replace(source, limits_gbp=new),))


def test_a_limit_that_fell_in_its_year() -> None:
    found = told(cut(2028, 500), CT1=2027, CT2=2029)
    assert found["CT1"].causes == ("The limit of Capital in 2028/29 is £500, and was £2,000.",)
    assert found["CT1"].follows == ()


def test_another_change_follows_it() -> None:
    """CT1 loses its money in 2028/29 and takes that of 2029/30; CT2 makes room for it."""
    found = told(cut(2028, 500), CT1=2029, CT2=2027)
    assert found["CT1"].causes[0].startswith("The limit of Capital in 2028/29")
    assert found["CT2"].causes == ("Makes room in 2029/30 for CT1 (replace 2029/30).",)
    assert found["CT2"].follows == ("CT1",)


def test_room_that_another_left_is_taken() -> None:
    found = told(with_assets(BEFORE, {"CT1": {"lock": Lock.KEEP}}), CT1=None, CT2=2028)
    assert found["CT1"].causes == ("CT1: lock is keep, and was none.",)
    assert found["CT2"].causes == ("Takes the room left in 2028/29 by CT1 (keep).",)


def test_a_price_that_rose() -> None:
    book = replace(BEFORE, options={"CT standard": option(price_gbp=1500)})
    assert told(book, CT1=None, CT2=2029)["CT1"].causes == ("CT standard: price is £1,500, and was £1,000.",)


def test_demand_that_fell() -> None:
    book = replace(BEFORE, demand={("CT", SITE_A): (5,) * 4})
    assert told(book, CT1=None, CT2=2029)["CT1"].causes == (
        f"Demand for CT at {SITE_A} is 20 scans over the plan, and was 0.",
    )


def test_a_setting() -> None:
    book = with_settings(BEFORE, allow_retirement=False)
    assert told(book, CT1=None, CT2=2029)["CT1"].causes == ("Setting allow_retirement is no, and was yes.",)


def test_what_differs_only_elsewhere_is_told_as_such() -> None:
    (cause,) = told(cut(2026, 0), CT1=2027, CT2=2029)["CT1"].causes
    assert cause.startswith("Nothing near it differs. The limit of Capital in 2026/27 is £0")


def test_where_nothing_differs_the_gap_is_named() -> None:
    (cause,) = told(BEFORE, CT1=2027, CT2=2029)["CT1"].causes
    assert cause.startswith("Nothing in the input differs")
    assert "within £7" in cause


def test_approved_lines_leave_out_what_is_kept_and_come_back_from_json() -> None:
    added = row(Action.ADD, 2027, units=2)
    room: dict[str, Any] = {"option": "new room", "units": 1}
    approved = approved_lines(plan(*lines(CT1=2028, CT2=None), added, row(Action.ADD, 2027, **room)))
    assert [(line.asset_id, line.action, line.year, line.units) for line in approved] == [
        ("CT1", Action.REPLACE, 2028, 1),
        (None, Action.ADD, 2027, 2),
    ]
    assert approved_from_json(approved_to_json(approved)) == approved
    assert with_approved(register(CT2), approved).approved == approved[1:]
