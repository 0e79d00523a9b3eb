"""Two plans side by side: what happens to each machine in the one and in the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from capitalplan.analysis.study import Alternative, Move
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, year_label

__all__ = ["changed_schemes", "moves"]

Lines = tuple[PlannedScheme, ...]


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


def _by_asset(plan: Plan) -> Mapping[str, Lines]:
    lines: dict[str, list[PlannedScheme]] = defaultdict(list)
    for scheme in plan.schemes:
        if scheme.asset_id is not None:
            lines[scheme.asset_id].append(scheme)
    return {asset_id: tuple(schemes) for asset_id, schemes in lines.items()}


def _signature(lines: Lines) -> tuple[tuple[Action, int | None, str | None], ...]:
    return tuple((line.action, line.year, line.option) for line in lines)


def _added(plan: Plan) -> Counter[tuple[str, str, int]]:
    """Machines added by (site, option, year)."""
    added: Counter[tuple[str, str, int]] = Counter()
    for line in plan.schemes:
        if line.action is Action.ADD and line.option != NEW_ROOM and not line.committed:
            added[line.site, line.option or "", line.year or 0] += line.units
    return added


def _machine_move(asset: Asset, ours: Lines, theirs: Lines, alternative: Alternative, last: int) -> Move:
    gain = sum(line.own_cost_gbp for line in theirs) - sum(line.own_cost_gbp for line in ours)
    renewed_here = any(line.action is Action.REPLACE for line in ours)
    renewed_there = any(line.action is Action.REPLACE for line in theirs)
    stays = all(line.action in (Action.KEEP, Action.EXTEND) for line in ours)
    return Move(
        against=alternative.name,
        what=asset.asset_id,
        asset_id=asset.asset_id,
        site=asset.site,
        modality=asset.line,
        ours=_words(ours),
        theirs=_words(theirs),
        why=_why(ours, gain, renewed_here=renewed_here, renewed_there=renewed_there),
        gain_gbp=gain,
        at_risk=stays and asset.due_year < last and renewed_there,
    )


def _words(lines: Lines) -> str:
    parts = [line.action if line.year is None else f"{line.action} {year_label(line.year)}" for line in lines]
    return ", ".join(parts)


def _why(ours: Lines, gain: int, *, renewed_here: bool, renewed_there: bool) -> str:
    difference = f"£{abs(gain):,} {'lower' if gain > 0 else 'higher'} than" if gain else "the same as"
    own = f"its own whole-life cost is {difference} theirs"
    if renewed_here and not renewed_there:
        return f"The plan renews it, they do not: {own}."
    if renewed_there and not renewed_here:
        return f"They renew it, the plan does not: {own}; {_first_lower(ours[0].reason)}"
    return f"{own[0].upper()}{own[1:]}."


def _first_lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _added_moves(plan: Plan, alternative: Alternative) -> list[Move]:
    ours, theirs = _added(plan), _added(alternative.plan)
    lines = {
        (line.site, line.option or "", line.year or 0): line
        for each in (alternative.plan, plan)
        for line in each.schemes
        if line.action is Action.ADD
    }
    found = []
    for key in sorted({*ours, *theirs}):
        if ours[key] == theirs[key]:
            continue
        site, option, year = key
        line = lines[key]
        found.append(
            Move(
                against=alternative.name,
                what=f"{option} added at {site}",
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
