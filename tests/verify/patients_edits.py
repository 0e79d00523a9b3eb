"""Ways to change the plan with patients that was worked out by hand, and its register."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from capitalplan.plan.plan import Plan
from capitalplan.register.register import ExtraCapacity, Register, Tie
from capitalplan.terms import StaffGroup, TieKind
from capitalplan.verify import verify
from tests.verify.patients_plan import PLAN, REGISTER, pool
from tests.verify.small_network import with_assets


def rules(book: Register, made: Plan) -> set[str]:
    return {breach.rule for breach in verify(book, made).breaches}


def with_line(**changes: Any) -> Register:
    return replace(REGISTER, lines={**REGISTER.lines, "CT": replace(REGISTER.lines["CT"], **changes)})


def with_extra(changed: ExtraCapacity, **changes: Any) -> Register:
    return replace(
        REGISTER, extra=tuple(replace(each, **changes) if each is changed else each for each in REGISTER.extra)
    )


def with_pool(group: StaffGroup, trust: str | None, hours: int) -> Register:
    others = tuple(each for each in REGISTER.staff if (each.group, each.trust) != (group, trust))
    return replace(REGISTER, staff=(*others, pool(group, trust, hours)))


def tied(first: str, kind: TieKind, other: str) -> Register:
    return replace(REGISTER, ties=(*REGISTER.ties, Tie(first=first, kind=kind, other=other)))


def asset_edit(name: str, **changes: Any) -> Register:
    return with_assets(REGISTER, {name: changes})


def plan_with(items: str, found: tuple[Any, ...]) -> Plan:
    """The plan with another tuple of items."""
    changes: dict[str, Any] = {items: found}
    return replace(PLAN, **changes)


def edited(items: str, number: int, **changes: Any) -> Plan:
    """The plan with one item of a tuple changed."""
    found = getattr(PLAN, items)
    return plan_with(items, (*found[:number], replace(found[number], **changes), *found[number + 1 :]))


def without(items: str, *numbers: int) -> Plan:
    """The plan with items of a tuple left out."""
    found = tuple(each for number, each in enumerate(getattr(PLAN, items)) if number not in numbers)
    return plan_with(items, found)


def twice(items: str) -> Plan:
    """The plan with the first item of a tuple stated twice."""
    found = getattr(PLAN, items)
    return plan_with(items, (*found, found[0]))
