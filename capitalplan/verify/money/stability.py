"""What differs from the approved plan, when, and at what price."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import ApprovedLine
from capitalplan.terms import Action, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds

__all__ = ["Moved", "check_changes", "find_changes"]

Event = tuple[int, str, str | None, str | None, bool]
"""Year, action, option, offer, and whether a new room comes first."""
EVENTS = (Action.REPLACE, Action.RETIRE, Action.UPGRADE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A machine whose schedule, or machines added whose number, differs from the approved plan.

    Attributes
    ----------
    asset_id
        The machine; None for machines added.
    t
        First position at which the two differ.
    price
        Price put on it, £; of all machines added or left out together.
    """

    asset_id: str | None
    site: str
    t: int
    price: int


def find_changes(context: Context, plan: Plan) -> list[Moved]:
    """Compare the plan with the approved one; events outside the years of the plan are left out."""
    approved = context.register.approved
    if not approved:
        return []
    before, added_before = _read(context, approved)
    after, added_after = _read(context, [line for line in plan.schemes if line.option != NEW_ROOM])
    moved = []
    for asset in context.register.assets:
        other = before[asset.asset_id] ^ after[asset.asset_id]
        if other:
            t = min(year for year, *_ in other) - context.settings.start_year
            moved.append(Moved(asset_id=asset.asset_id, site=asset.site, t=t, price=_price(context, t)))
    for site, event in sorted({*added_before, *added_after}, key=str):
        number = abs(added_after[site, event] - added_before[site, event])
        if number:
            t = event[0] - context.settings.start_year
            moved.append(Moved(asset_id=None, site=site, t=t, price=number * _price(context, t)))
    return moved


def _read(
    context: Context, lines: Iterable[ApprovedLine | PlannedScheme]
) -> tuple[defaultdict[str, set[Event]], Counter[tuple[str, Event]]]:
    """Events of each machine, and machines added at each site, within the years of the plan."""
    events: defaultdict[str, set[Event]] = defaultdict(set)
    added: Counter[tuple[str, Event]] = Counter()
    for line in lines:
        if line.year is None or context.position(line.year) is None:
            continue
        event = (line.year, str(line.action), line.option, line.offer, line.new_room_first)
        if line.asset_id is None:
            added[line.site, event] += line.units
        elif line.action in EVENTS:
            events[line.asset_id].add(event)
    return events, added


def check_changes(context: Context, plan: Plan, moved: Sequence[Moved], findings: Findings) -> None:
    """Require the plan to state every change from the approved plan, and no other, at its price."""
    expected = _sums((each.asset_id, each.site, each.t < context.settings.firm_years, each.price) for each in moved)
    stated = _sums((each.asset_id, each.site, each.firm, each.price_gbp) for each in plan.changes)
    kept = {(asset.asset_id, asset.site, True) for asset in context.register.assets if context.register.approved}
    for key in sorted({*stated, *expected, *kept}, key=str):
        asset_id, site, firm = key
        what = f"Changes of {asset_id or 'machines added'} at {site} in {'firm' if firm else 'indicative'} years"
        found, right = (_said(prices, key) for prices in (stated, expected))
        message = f"{what} are {found} in the plan; recomputed they are {right}."
        findings.require("stability", found == right, message, place=site, amount=stated[key] - expected[key], unit="£")
    by_asset = Counter(each.asset_id for each in plan.changes if each.asset_id is not None)
    for each in moved:
        if each.asset_id is not None:
            when, times = year_label(context.year(each.t)), by_asset[each.asset_id]
            message = f"{each.asset_id} differs from the approved plan from {when} on; {times} lines say so, not one."
            findings.require("stability", times == 1, message, place=each.site)


def _price(context: Context, t: int) -> int:
    settings = context.settings
    return settings.firm_change_price_gbp if t < settings.firm_years else settings.change_price_gbp


def _said(prices: Counter[tuple[str | None, str, bool]], key: tuple[str | None, str, bool]) -> str:
    return f"priced at {pounds(prices[key])}" if key in prices else "none"


def _sums(prices: Iterable[tuple[str | None, str, bool, int]]) -> Counter[tuple[str | None, str, bool]]:
    total: Counter[tuple[str | None, str, bool]] = Counter()
    for asset_id, site, firm, price in prices:
        total[asset_id, site, firm] += price
    return total
