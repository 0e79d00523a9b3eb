"""Two plans side by side: what happens to each machine in the one and in the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from capitalplan.analysis.study import Alternative, Move
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, year_label

__all__ = ["changed_schemes", "more_or_fewer", "moves"]

Lines = tuple[PlannedScheme, ...]
Added = tuple[str, str, str, int]
"""Site, option, offer (empty for a purchase) and year."""


def moves(plan: Plan, alternative: Alternative, register: Register) -> tuple[Move, ...]:
    """List each machine and addition that the plan treats differently from an alternative."""
    ours, theirs = _by_asset(plan), _by_asset(alternative.plan)
    assets = {asset.asset_id: asset for asset in register.assets}
    found = [
        _machine_move(assets[asset_id], lines, theirs[asset_id], alternative, register.settings.horizon[-1])
        for asset_id, lines in ours.items()
        if _signature(lines) != _signature(theirs[asset_id])
    ]
    return (*found, *_added_moves(plan, alternative))


def changed_schemes(plan: Plan, other: Plan) -> int:
    """How many machines are treated differently, and additions differ, between two plans of one register."""
    ours, theirs = _by_asset(plan), _by_asset(other)
    machines = sum(_signature(lines) != _signature(theirs[asset_id]) for asset_id, lines in ours.items())
    first, second = _added(plan), _added(other)
    return machines + sum(abs(first[key] - second[key]) for key in {*first, *second})


def more_or_fewer(number: int, what: str) -> str:
    """A difference in words, such as ``2 more additions`` or ``as many replacements``."""
    if number == 0:
        return f"as many {what}s"
    return f"{abs(number)} {'more' if number > 0 else 'fewer'} {what}{'' if abs(number) == 1 else 's'}"


def _by_asset(plan: Plan) -> Mapping[str, Lines]:
    lines: dict[str, list[PlannedScheme]] = defaultdict(list)
    for scheme in plan.schemes:
        if scheme.asset_id is not None:
            lines[scheme.asset_id].append(scheme)
    return {asset_id: tuple(schemes) for asset_id, schemes in lines.items()}


def _signature(lines: Lines) -> tuple[tuple[Action, int | None, str | None, str | None], ...]:
    return tuple((line.action, line.year, line.option, line.offer) for line in lines)


def _added(plan: Plan) -> Counter[Added]:
    """Machines added, but for committed ones."""
    added: Counter[Added] = Counter()
    for line in plan.schemes:
        if line.action is Action.ADD and line.option != NEW_ROOM and not line.committed:
            added[_key(line)] += line.units
    return added


def _key(line: PlannedScheme) -> Added:
    return line.site, line.option or "", line.offer or "", line.year or 0


def _machine_move(asset: Asset, ours: Lines, theirs: Lines, alternative: Alternative, last: int) -> Move:
    gain = sum(line.own_cost_gbp for line in theirs) - sum(line.own_cost_gbp for line in ours)
    renewed_there = _does(Action.REPLACE, theirs)
    stays = all(line.action in (Action.KEEP, Action.EXTEND, Action.UPGRADE) for line in ours)
    upgraded = {line.option for line in ours if line.action is Action.UPGRADE}
    due = asset.due_year + sum(each.years_gained for each in asset.upgrades if each.name in upgraded)
    return Move(
        against=alternative.name,
        what=asset.asset_id,
        asset_id=asset.asset_id,
        site=asset.site,
        modality=asset.line,
        ours=_words(ours),
        theirs=_words(theirs),
        why=_why(ours, theirs, gain),
        gain_gbp=gain,
        at_risk=stays and due < last and renewed_there,
    )


def _words(lines: Lines) -> str:
    parts = [line.action if line.year is None else f"{line.action} {year_label(line.year)}" for line in lines]
    offers = ["" if line.offer is None else f" by {line.offer}" for line in lines]
    return ", ".join(f"{part}{offer}" for part, offer in zip(parts, offers, strict=True))


def _why(ours: Lines, theirs: Lines, gain: int) -> str:
    difference = f"£{abs(gain):,} {'lower' if gain > 0 else 'higher'} than" if gain else "the same as"
    own = f"its own whole-life cost is {difference} theirs"
    for action, verb in ((Action.REPLACE, "renew"), (Action.UPGRADE, "upgrade")):
        here, there = _does(action, ours), _does(action, theirs)
        if here and not there:
            return f"The plan {verb}s it, they do not: {own}."
        if there and not here:
            return f"They {verb} it, the plan does not: {own}; {_first_lower(ours[0].reason)}"
    return f"{own[0].upper()}{own[1:]}."


def _does(action: Action, lines: Lines) -> bool:
    return any(line.action is action for line in lines)


def _first_lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _added_moves(plan: Plan, alternative: Alternative) -> list[Move]:
    ours, theirs = _added(plan), _added(alternative.plan)
    lines = {
        _key(line): line for each in (alternative.plan, plan) for line in each.schemes if line.action is Action.ADD
    }
    found = []
    for key in sorted({*ours, *theirs}):
        if ours[key] == theirs[key]:
            continue
        site, option, offer, year = key
        line = lines[key]
        found.append(
            Move(
                against=alternative.name,
                what=f"{option} added at {site}{f' by {offer}' if offer else ''}",
                asset_id=None,
                site=site,
                modality=line.modality,
                ours=f"add {ours[key]} in {year_label(year)}" if ours[key] else "not added",
                theirs=f"add {theirs[key]} in {year_label(year)}" if theirs[key] else "not added",
                why=line.reason if ours[key] else "The plan serves the same patients in other ways.",
                gain_gbp=(theirs[key] - ours[key]) * line.own_cost_gbp // max(1, line.units),
                at_risk=False,
            )
        )
    return found
