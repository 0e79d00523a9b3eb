"""What a plan changes of the approved one: which lines, in which words, at which price."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.plan.changes import change_values_gbp, changes
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.terms import Action
from tests.verify.small_network import SITE_A, asset, register, scheme, settings

VALUES = settings(firm_years=2, indicative_years=2, max_replacements=1, change_price_gbp=30, firm_change_price_gbp=700)


def agreed(asset_id: str | None, year: int, action: Action = Action.REPLACE, **changes: Any) -> ApprovedLine:
    values: dict[str, Any] = {
        "asset_id": asset_id,
        "site": SITE_A,
        "action": action,
        "option": None if action is Action.RETIRE else "CT standard",
        "offer": None,
        "year": year,
        "units": 1,
    }
    return ApprovedLine(**{**values, **changes})


def book(*approved: ApprovedLine, **changes: Any) -> Register:
    return register(
        asset("CT1"),
        asset("CT2"),
        **{"settings": VALUES, "demand": {("CT", SITE_A): (2000,) * 4}, "approved": approved, **changes},
    )


def chosen(known: Register, *years: int | None, additions: dict[int, int] | None = None) -> Any:
    """Choices: the year in which each machine is replaced, None to keep it; machines added by year."""
    formulation = formulate(known, prune=False)
    rows = [row_of(formulation, number, year) for number, year in enumerate(years)]
    added = [
        (each, count)
        for year, count in (additions or {}).items()
        for each in formulation.columns.additions
        if (each.site.code, 2026 + each.year) == (SITE_A, year)
    ]
    return SimpleNamespace(
        columns=formulation.columns,
        schedules=tuple(zip(formulation.columns.table.menus, rows, strict=True)),
        additions=tuple(added),
    )


def row_of(formulation: Formulation, number: int, year: int | None) -> int:
    wanted = [] if year is None else [(year - 2026, Action.REPLACE)]
    events = formulation.columns.table.menus[number].events
    return next(row for row, each in enumerate(events) if [(event.year, event.action) for event in each] == wanted)


def test_without_an_approved_plan_there_are_no_changes() -> None:
    choices = chosen(book(), 2027, None)
    assert changes(choices) == ()
    assert change_values_gbp(choices) == (0, 0, 0, 0)


def test_a_plan_that_is_as_approved_has_no_changes() -> None:
    known = book(agreed("CT1", 2027), agreed(None, 2028, Action.ADD, units=2), agreed("CT1", 2040))
    assert changes(chosen(known, 2027, None, additions={2028: 2})) == ()


def test_a_move_is_priced_in_the_first_year_that_differs() -> None:
    later, sooner = agreed("CT1", 2027), agreed("CT2", 2029)
    choices = chosen(book(later, sooner), 2028, 2028)
    first, second = changes(choices)
    assert (first.what, first.approved, first.planned) == (
        "CT1",
        "replace 2027/28 by CT standard",
        "replace 2028/29 by CT standard",
    )
    assert (first.firm, first.price_gbp) == (True, 700)
    assert (second.asset_id, second.firm, second.price_gbp) == ("CT2", False, 30)
    assert change_values_gbp(choices) == (0, 700, 30, 0)


def test_what_is_dropped_and_what_is_new_are_changes() -> None:
    dropped, new = changes(chosen(book(agreed("CT1", 2028, Action.RETIRE)), None, 2029))
    assert (dropped.approved, dropped.planned) == ("retire 2028/29", "keep")
    assert (new.approved, new.planned) == ("keep", "replace 2029/30 by CT standard")


def test_machines_added_are_counted_one_by_one() -> None:
    known = book(agreed(None, 2028, Action.ADD, units=2))
    (fewer,) = changes(chosen(known, None, None, additions={2028: 1}))
    assert (fewer.asset_id, fewer.site, fewer.approved, fewer.planned) == (
        None,
        SITE_A,
        "add 2 in 2028/29",
        "add 1 in 2028/29",
    )
    assert fewer.price_gbp == 30
    choices = chosen(known, None, None, additions={2027: 2})
    assert [(each.planned, each.price_gbp) for each in changes(choices)] == [
        ("add 2 in 2027/28", 1400),
        ("none in 2028/29", 60),
    ]
    assert change_values_gbp(choices) == (0, 1400, 60, 0)


def test_a_committed_addition_counts_as_added() -> None:
    ordered = scheme("S", action=Action.ADD, asset_id=None, year=2027)
    known = book(agreed(None, 2027, Action.ADD), schemes=(ordered,))
    assert changes(chosen(known, None, None)) == ()
    (more,) = changes(chosen(book(agreed("CT1", 2040), schemes=(ordered,)), None, None))
    assert (more.planned, more.price_gbp) == ("add 1 in 2027/28", 700)
