"""Reading what the plan does with each registered machine out of its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import Asset, Upgrade
from capitalplan.terms import Action, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.machines.acquired import Acquisition

__all__ = ["Replacement", "Schedule", "Upgrading", "offer_faults", "read_schedules"]

ORDER = {Action.EXTEND: 0, Action.UPGRADE: 1, Action.REPLACE: 2, Action.RETIRE: 3}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A machine acquired in place of another."""

    acquired: Acquisition
    new_room_first: bool

    @property
    def first(self) -> int:
        """Position from which it is in service."""
        return self.acquired.first


@dataclass(frozen=True, slots=True)
class Upgrading:
    """An upgrade or life extension of the registered machine at a position."""

    first: int
    upgrade: Upgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What happens to one registered machine, as positions.

    Attributes
    ----------
    lines
        The lines it was read from, in order of year.
    extended, retired
        When its lease is extended; when it goes without replacement, at the closing of its site included.
    """

    asset: Asset
    lines: tuple[PlannedScheme, ...] = ()
    extended: int | None = None
    upgraded: Upgrading | None = None
    replaced: tuple[Replacement, ...] = ()
    retired: int | None = None

    @property
    def leaves(self) -> int | None:
        """Position at which the registered machine leaves, None for one that stays.

        An extension of its lease and an upgrade leave it where it is.
        """
        events = [replacement.first for replacement in self.replaced]
        return min(events if self.retired is None else [*events, self.retired], default=None)


def read_schedules(context: Context, plan: Plan, findings: Findings) -> dict[str, Schedule]:
    """Read one schedule a machine; a machine whose lines make no schedule is taken as kept by the other checks."""
    by_asset: defaultdict[str, list[PlannedScheme]] = defaultdict(list)
    for line in plan.schemes:
        if line.asset_id is None:
            continue
        known = line.asset_id in context.assets
        findings.require(
            "choice", known, f"{line.asset_id} is in the plan but not in the register.", place=line.asset_id
        )
        if known:
            by_asset[line.asset_id].append(line)
    return {
        asset.asset_id: _read(context, asset, by_asset[asset.asset_id], findings) for asset in context.assets.values()
    }


def _read(context: Context, asset: Asset, lines: Sequence[PlannedScheme], findings: Findings) -> Schedule:
    fault = next(_faults(context, asset, lines), None)
    if not findings.require("choice", fault is None, f"{asset.asset_id}: {fault}.", place=asset.asset_id):
        return Schedule(asset=asset)
    ordered = _in_order(lines)
    if ordered[0].action is Action.KEEP:
        closing = context.closing(asset.site)
        gone = context.is_contract_held(asset) and closing < context.years
        return Schedule(asset=asset, lines=ordered, retired=closing if gone else None)
    at = {action: [line for line in ordered if line.action is action] for action in ORDER}
    return Schedule(
        asset=asset,
        lines=ordered,
        extended=_first(context, at[Action.EXTEND]),
        upgraded=next((_upgrading(context, asset, line) for line in at[Action.UPGRADE]), None),
        replaced=tuple(_replacement(context, asset, line) for line in at[Action.REPLACE]),
        retired=_first(context, at[Action.RETIRE]),
    )


def _first(context: Context, lines: Sequence[PlannedScheme]) -> int | None:
    return context.position(lines[0].year) if lines else None


def _replacement(context: Context, asset: Asset, line: PlannedScheme) -> Replacement:
    scheme = context.committed.get(line.scheme_id) if line.committed else None
    is_its_own = scheme is not None and scheme.asset_id == asset.asset_id
    first = context.position(line.year)
    if first is None or line.option is None:
        raise AssertionError("lines are read only once they are found to make a schedule")
    acquired = Acquisition(
        option=context.register.options[line.option],
        first=first,
        scheme=scheme if is_its_own else None,
        offer=None if line.offer is None else context.offers[line.offer],
    )
    return Replacement(acquired, line.new_room_first)


def _upgrading(context: Context, asset: Asset, line: PlannedScheme) -> Upgrading:
    first, upgrade = context.position(line.year), _upgrade_named(asset, line.option)
    if first is None or upgrade is None:
        raise AssertionError("lines are read only once they are found to make a schedule")
    return Upgrading(first, upgrade)


def _upgrade_named(asset: Asset, name: str | None) -> Upgrade | None:
    return next((upgrade for upgrade in asset.upgrades if upgrade.name == name), None)


def _faults(context: Context, asset: Asset, lines: Sequence[PlannedScheme]) -> Iterator[str]:
    """Yield why the lines of a machine make no schedule; each is looked for only where the ones before are absent."""
    if not lines:
        yield "it has no line in the plan"
    if any(line.action is Action.KEEP for line in lines):
        if len(lines) > 1:
            yield "it is kept and something else besides"
        if lines[0].year is not None or lines[0].option is not None:
            yield "it is kept, yet has a year or an option"
        if lines[0].new_room_first:
            yield "it is kept, so no new room comes first"
        if lines[0].offer is not None:
            yield f"it is kept, yet names {lines[0].offer}"
        return
    for line in lines:
        yield from _line_faults(context, asset, line)
    if len({line.year for line in lines}) < len(lines):
        yield "two things happen to it in one year"
    steps = [ORDER[line.action] for line in _in_order(lines)]
    if steps != sorted(steps):
        yield "its lines are not in the order extended, upgraded, replaced, retired"
    if any(steps.count(ORDER[action]) > 1 for action in (Action.EXTEND, Action.UPGRADE, Action.RETIRE)):
        yield "it is extended, upgraded or retired more than once"


def _line_faults(context: Context, asset: Asset, line: PlannedScheme) -> Iterator[str]:
    if line.action is Action.ADD:
        yield "a registered machine cannot be added"
    if context.position(line.year) is None:
        when = "no year" if line.year is None else f"the year {year_label(line.year)}, outside the plan"
        yield f"'{line.action}' has {when}"
    if line.action is Action.REPLACE and line.option not in context.register.options:
        yield f"it is replaced by {line.option or 'nothing'}, which the catalogue does not have"
    if line.action is Action.UPGRADE and _upgrade_named(asset, line.option) is None:
        yield f"it is upgraded by {line.option or 'nothing'}, which is not offered for it"
    if line.action not in (Action.REPLACE, Action.UPGRADE) and line.option is not None:
        yield f"'{line.action}' buys nothing, yet names {line.option}"
    if line.action is not Action.REPLACE and line.new_room_first:
        yield f"'{line.action}' installs nothing, so no new room comes first"
    if line.offer is not None:
        yield from offer_faults(context, line)


def offer_faults(context: Context, line: PlannedScheme) -> Iterator[str]:
    """Yield why a line may not name the offer it names."""
    offer = context.offers.get(line.offer or "")
    if offer is None:
        yield f"it is taken by {line.offer}, which is not offered"
    elif offer.option != line.option or line.action not in (Action.REPLACE, Action.ADD):
        yield f"{offer.name} is an offer of {offer.option}"
    elif line.committed:
        yield "what is committed is bought, not leased or managed"


def _in_order(lines: Sequence[PlannedScheme]) -> tuple[PlannedScheme, ...]:
    return tuple(sorted(lines, key=lambda line: line.year or 0))
