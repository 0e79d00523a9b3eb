"""Whether committed schemes stand in the plan as they are in the register, and each line is what it says it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Asset
from capitalplan.terms import Action, Route, Timing, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.schedules import Schedule

__all__ = ["check_committed", "check_lines"]


def check_committed(context: Context, plan: Plan, findings: Findings) -> None:
    """Require every committed scheme once and untouched, and no other line to call itself committed."""
    flagged = [line for line in plan.schemes if line.committed]
    for scheme in context.committed.values():
        found = [line for line in flagged if line.scheme_id == scheme.scheme_id]
        message = f"The committed scheme {scheme.scheme_id} stands {len(found)} times in the plan, not once."
        once = findings.require("choice", len(found) == 1, message, place=scheme.site, year=scheme.year)
        if not once:
            continue
        line = found[0]
        charged = scheme.capital_gbp - (scheme.paid_before_gbp if context.position(scheme.year) == 0 else 0)
        stated = (line.action, line.asset_id, line.site, line.option, line.year, line.units, line.capital_gbp)
        decided = (scheme.action, scheme.asset_id, scheme.site, scheme.option, scheme.year, 1, charged)
        message = (
            f"The committed scheme {scheme.scheme_id} was changed: it is {scheme.option} at {scheme.site} in "
            f"{year_label(scheme.year)} for {pounds(charged)}."
        )
        findings.require("choice", stated == decided, message, place=scheme.site, year=scheme.year)
    for line in flagged:
        message = f"{line.scheme_id} is called committed, but the register has no such committed scheme."
        findings.require("choice", line.scheme_id in context.committed, message, place=line.site, year=line.year)


def check_lines(context: Context, plan: Plan, schedules: Mapping[str, Schedule], findings: Findings) -> None:
    """Require identifiers to be unique and every line to state its place, route, units and timing rightly."""
    ids = Counter(line.scheme_id for line in plan.schemes)
    for name, count in ids.items():
        findings.require("choice", count == 1, f"{count} lines share the identifier {name}.", place=name)
    for line in plan.schemes:
        _check_place(context, line, findings)
        route, units = _route(context, line), _units(line)
        message = f"{line.scheme_id} goes by the route '{line.route}'; it is '{route}'."
        findings.require("choice", line.route == route, message, place=line.site, year=line.year)
        if units is not None:
            message = f"{line.scheme_id} states {line.units} machines installed; it installs {units}."
            findings.require("choice", line.units == units, message, place=line.site, year=line.year, unit="machines")
    for schedule in schedules.values():
        for line, timing in _timings(context, schedule):
            _check_timing(line, timing, schedule.asset.due_year, findings)
    for line in plan.schemes:
        if line.asset_id is None:
            _check_timing(line, Timing.ON_TIME, None, findings)


def _check_place(context: Context, line: PlannedScheme, findings: Findings) -> None:
    asset = None if line.asset_id is None else context.assets.get(line.asset_id)
    site = context.register.sites.get(line.site)
    if asset is not None:
        expected = (asset.trust, asset.site, str(asset.modality), asset.mobile)
    elif site is not None:
        expected = (site.trust, line.site, line.modality, line.mobile)
    else:
        return
    stated = (line.trust, line.site, line.modality, line.mobile)
    message = f"{line.scheme_id} states {_place(stated)}; the register has {_place(expected)}."
    findings.require("choice", stated == expected, message, place=line.site, year=line.year)


def _place(place: tuple[str, str, str, bool]) -> str:
    trust, site, modality, mobile = place
    return f"trust {trust}, site {site}, {modality}{' mobile' if mobile else ''}"


def _route(context: Context, line: PlannedScheme) -> str:
    if line.action in (Action.REPLACE, Action.ADD):
        offer = context.offers.get(line.offer or "")
        return "committed" if line.committed else str(Route.PURCHASE if offer is None else offer.route)
    if line.action is Action.EXTEND:
        return "lease extension"
    if line.action is Action.UPGRADE:
        return "upgrade"
    asset = None if line.asset_id is None else context.assets.get(line.asset_id)
    held = asset is not None and context.is_contract_held(asset)
    return "contract" if held and line.action is Action.KEEP else "none"


def _units(line: PlannedScheme) -> int | None:
    if line.action is Action.ADD:
        return None if line.option == NEW_ROOM or not line.committed else 1
    return 1 if line.action is Action.REPLACE else 0


def _timings(context: Context, schedule: Schedule) -> Iterator[tuple[PlannedScheme, Timing]]:
    """Yield every line with its timing, held against the longer life of a machine that is upgraded.

    An upgrade is no renewal: its line is not funded where the longer life ends inside the plan and nothing follows it.
    """
    asset, due_year = schedule.asset, schedule.asset.due_year
    if schedule.upgraded is not None:
        due_year += schedule.upgraded.upgrade.years_gained
    first = next((line for line in schedule.lines if line.action is Action.REPLACE), None)
    for line in schedule.lines:
        if line.year is not None and line is first:
            timing = _held_against(line.year, due_year)
        elif line.action is Action.REPLACE:
            timing = Timing.ON_TIME
        elif line is schedule.lines[-1] and _is_kept_on(context, line, asset):
            timing = Timing.NOT_FUNDED if due_year <= context.settings.horizon[-1] else Timing.KEPT
        else:
            timing = Timing.KEPT
        yield line, timing


def _is_kept_on(context: Context, line: PlannedScheme, asset: Asset) -> bool:
    """Whether the line leaves the machine as it is or longer-lived, with no replacement after it."""
    return line.action is Action.UPGRADE or (line.action is Action.KEEP and not context.is_contract_held(asset))


def _held_against(year: int, due_year: int) -> Timing:
    if year == due_year:
        return Timing.ON_TIME
    return Timing.EARLY if year < due_year else Timing.LATE


def _check_timing(line: PlannedScheme, timing: Timing, due_year: int | None, findings: Findings) -> None:
    message = f"{line.scheme_id} is called '{line.timing}'; it is '{timing}'."
    findings.require("figures", line.timing is timing, message, place=line.site, year=line.year)
    due = "no due year" if due_year is None else year_label(due_year)
    message = f"{line.scheme_id} states another due year than {due}."
    findings.require("figures", line.due_year == due_year, message, place=line.site, year=line.year, unit="years")
