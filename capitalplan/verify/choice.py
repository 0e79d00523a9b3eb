"""Whether each machine follows an allowed schedule, reason by reason, and the last machine of a line stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise, zip_longest

from capitalplan.register.register import Asset
from capitalplan.settings import EndOfSupportPolicy
from capitalplan.terms import Lock, Ownership, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding
from capitalplan.verify.route import contract_fault
from capitalplan.verify.schedules import Schedule

__all__ = ["check_age", "check_last_machine", "check_schedules"]

Reason = Callable[[Context, Schedule], str | None]


def check_schedules(context: Context, schedules: Mapping[str, Schedule], findings: Findings) -> None:
    """Require every schedule to be allowed; contract-held machines are kept, and nothing else binds them."""
    for schedule in schedules.values():
        if not schedule.lines:
            continue
        held = context.is_contract_held(schedule.asset)
        for reason in (_contract_held, _closing) if held else REASONS:
            fault = reason(context, schedule)
            name = schedule.asset.asset_id
            findings.require("choice", fault is None, f"{name}: {fault}.", place=name)


def check_age(context: Context, holdings: Mapping[str, Holding], findings: Findings) -> None:
    """Require that no registered machine or replacement is in service at an age above the hard cap, where there is one.

    Machines that a contract renews are left out.
    """
    cap = context.settings.hard_age_cap
    if cap is None:
        return
    for name, holding in holdings.items():
        if context.is_contract_held(context.assets[name]):
            continue
        for stint in holding.stints:
            for t in range(stint.machine.first, 0 if stint.machine.is_renewed else stint.until):
                year, age = context.year(t), stint.machine.ages[t]
                message = f"{name} is in service at {age} years in {year_label(year)}; the hard age cap is {cap} years."
                findings.require("age", age <= cap, message, place=name, year=year, amount=age - cap, unit="years")


def check_last_machine(context: Context, holdings: Mapping[str, Holding], findings: Findings) -> None:
    """Require a machine in service wherever a served line started with two or more, while the site is open."""
    if context.settings.allow_last_machine_retirement:
        return
    for (line, site), assets in context.fleet.items():
        if line not in context.served or len(assets) < 2 or all(asset.lock is Lock.RETIRE for asset in assets):
            continue
        for t in range(context.years):
            if context.is_open(site, t):
                year = context.year(t)
                message = f"No registered {line} machine or its replacement is left at {site} in {year_label(year)}."
                stays = any(holdings[asset.asset_id].machines[t] for asset in assets)
                findings.require("choice", stays, message, place=site, year=year, unit="machines")


def _option(context: Context, schedule: Schedule) -> str | None:
    asset = schedule.asset
    for replacement in schedule.replaced:
        option = replacement.acquired.option
        if not option.can_replace:
            return f"{option.name} may not replace a machine"
        if option.line != asset.line:
            return f"{option.name} is of the line {option.line}, the machine of {asset.line}"
        missing = sorted(asset.capabilities - option.capabilities)
        if missing:
            return f"{option.name} lacks {', '.join(missing)}"
    return None


def _spacing(context: Context, schedule: Schedule) -> str | None:
    settings, years = context.settings, [replacement.first for replacement in schedule.replaced]
    if len(years) > settings.max_replacements:
        return f"it is replaced {len(years)} times; at most {settings.max_replacements} are allowed"
    if any(later - earlier < settings.min_years_kept for earlier, later in pairwise(years)):
        return f"a machine bought in the plan is kept less than {settings.min_years_kept} years"
    return None


def _lock(context: Context, schedule: Schedule) -> str | None:
    asset = schedule.asset
    when = "" if asset.lock_year is None else f" in {year_label(asset.lock_year)}"
    changed = schedule.extended is not None or schedule.upgraded is not None or schedule.replaced
    if asset.lock is Lock.KEEP and (changed or _leaves(context, schedule)):
        return "it is locked to be kept"
    if asset.lock is Lock.REPLACE:
        years = [replacement.first for replacement in schedule.replaced if schedule.upgraded is None]
        if not years or (asset.lock_year is not None and years[0] != context.position(asset.lock_year)):
            return f"it is locked to be replaced{when}"
    if asset.lock is Lock.RETIRE:
        retired = schedule.retired is not None and schedule.upgraded is None and not schedule.replaced
        if not retired or (asset.lock_year is not None and schedule.retired != context.position(asset.lock_year)):
            return f"it is locked to be retired{when}"
    return None


def _not_before(context: Context, schedule: Schedule) -> str | None:
    earliest, first = schedule.asset.earliest_year, schedule.leaves
    removal = first == context.closing(schedule.asset.site)
    if earliest is None or first is None or removal or context.year(first) >= earliest:
        return None
    return f"it leaves in {year_label(context.year(first))}, not before {year_label(earliest)} is allowed"


def _not_after(context: Context, schedule: Schedule) -> str | None:
    return _deadline(context, schedule, schedule.asset.latest_year, "it does not leave by {}, its latest year")


def _end_of_support(context: Context, schedule: Schedule) -> str | None:
    year = schedule.asset.end_of_support_year
    end, upgraded = context.position(year), schedule.upgraded
    if context.settings.end_of_support is not EndOfSupportPolicy.MUST or end is None:
        return None
    gained = upgraded.upgrade.years_gained if upgraded is not None and upgraded.first <= end else 0
    return _deadline(context, schedule, context.year(end) + gained, "it does not leave by {}, when its support ends")


def _deadline(context: Context, schedule: Schedule, year: int | None, fault: str) -> str | None:
    if year is None:
        return None
    first = schedule.leaves
    late = year in context.settings.horizon if first is None else context.year(first) > year
    return fault.format(year_label(year)) if late else None


def _leaves(context: Context, schedule: Schedule) -> bool:
    """Whether it is retired or returned rather than removed when its site closes."""
    return schedule.retired is not None and schedule.retired < context.closing(schedule.asset.site)


def _retirement(context: Context, schedule: Schedule) -> str | None:
    asset, settings = schedule.asset, context.settings
    if not _leaves(context, schedule):
        return None
    if schedule.replaced:
        return "it is replaced and then retired"
    if asset.lock is Lock.RETIRE:
        return None
    only = len(context.fleet[asset.line, asset.site]) == 1
    if only and not settings.allow_last_machine_retirement:
        return f"it is the only {asset.line} machine at {asset.site} and may not be retired"
    if asset.contract_id is None and not settings.allow_retirement:
        return "machines may not be retired without replacement"
    if asset.line in context.served or (asset.contract_id is not None and not _can_be_replaced(context, asset)):
        return None
    return f"{asset.line} has no demand, so the machine may not be retired"


def _can_be_replaced(context: Context, asset: Asset) -> bool:
    return any(
        option.can_replace and option.line == asset.line and asset.capabilities <= option.capabilities
        for option in context.register.options.values()
    )


def _closing(context: Context, schedule: Schedule) -> str | None:
    site = schedule.asset.site
    closing = context.closing(site)
    if closing == context.years:
        return None
    when = year_label(context.year(closing))
    if any(replacement.first >= closing for replacement in schedule.replaced):
        return f"it is replaced although {site} closes in {when}"
    if schedule.extended is not None and schedule.extended >= closing:
        return f"its lease is extended although {site} closes in {when}"
    if schedule.retired is None or schedule.retired > closing:
        return f"it stands at {site} beyond the closing in {when}"
    return None


def _lease(context: Context, schedule: Schedule) -> str | None:
    lease = context.lease(schedule.asset)
    if lease is None:
        return "it is not leased, yet its lease is extended" if schedule.extended is not None else None
    ends = max(0, lease.end_year - context.settings.start_year)
    decided = schedule.leaves
    if schedule.extended is not None:
        if lease.extension_years == 0:
            return "its lease cannot be extended"
        if schedule.extended != ends:
            return f"its lease is extended in another year than {year_label(context.year(ends))}, when it ends"
        ends += lease.extension_years
    if ends < min(context.years, context.closing(schedule.asset.site)):
        return None if decided == ends else f"its lease ends in {year_label(context.year(ends))} and is decided then"
    if decided is not None and decided < context.closing(schedule.asset.site):
        return "something happens to it before its lease ends"
    return None


def _contract_held(context: Context, schedule: Schedule) -> str | None:
    changed = schedule.extended is not None or schedule.upgraded is not None or schedule.replaced
    if changed or _leaves(context, schedule):
        return "its contract holds it, so it can only be kept"
    return None


def _committed(context: Context, schedule: Schedule) -> str | None:
    schemes = context.committed_replacements(schedule.asset)
    if not schemes:
        return None
    found = [(context.year(replacement.first), replacement.acquired.option.name) for replacement in schedule.replaced]
    due = [(scheme.year, scheme.option) for scheme in schemes]
    untouched = schedule.extended is None and schedule.upgraded is None
    if untouched and found[: len(due)] == due:
        return None
    return f"its committed replacement in {year_label(due[0][0])} by {due[0][1]} is not the first thing to happen to it"


def _upgrade(context: Context, schedule: Schedule) -> str | None:
    upgraded = schedule.upgraded
    if upgraded is None:
        return None
    name, year = upgraded.upgrade.name, context.year(upgraded.first)
    if schedule.asset.ownership not in (Ownership.OWNED, Ownership.CHARITY):
        return f"it is held by a contract, so it may not be upgraded by {name}"
    return None if upgraded.upgrade.is_offered(year) else f"{name} is not offered in {year_label(year)}"


def _new_room_first(context: Context, schedule: Schedule) -> str | None:
    asset = schedule.asset
    made = [replacement for replacement in schedule.replaced if replacement.new_room_first]
    if not made:
        return None
    rooms = context.register.sites[asset.site].spare_rooms
    if not context.settings.new_room_first:
        return "a new room may not come first"
    if len(made) > 1 or made[0] is not schedule.replaced[0] or schedule.upgraded is not None:
        return "a new room may come first only for the first thing that happens to it"
    if made[0].acquired.scheme is not None:
        return "its replacement is committed, so no new room comes first"
    if asset.line not in context.served or asset.mobile or not context.outage_weeks(asset):
        return f"replacing a machine of {asset.line} needs no new room first"
    return (
        None
        if rooms.get(asset.modality, 0)
        else f"{asset.site} has no spare {asset.modality} room when the plan starts"
    )


def _order_by(context: Context, schedule: Schedule) -> str | None:
    months = context.register.lines[schedule.asset.line].order_months
    for replacement in schedule.replaced:
        if replacement.acquired.scheme is None and not context.can_be_ordered(months, replacement.first):
            when = year_label(context.year(replacement.first))
            return f"a machine in use in {when} takes {months} months, so its order-by date has passed"
    return None


def _route(context: Context, schedule: Schedule) -> str | None:
    for replacement, following in zip_longest(schedule.replaced, schedule.replaced[1:]):
        leaves = schedule.retired if following is None else following.first
        offer = replacement.acquired.offer
        if offer is not None:
            fault = contract_fault(context, offer, schedule.asset.trust, replacement.first, leaves)
            if fault is not None:
                return fault
    return None


REASONS: tuple[Reason, ...] = (
    _option,
    _spacing,
    _lock,
    _not_before,
    _not_after,
    _end_of_support,
    _retirement,
    _closing,
    _lease,
    _committed,
    _upgrade,
    _new_room_first,
    _order_by,
    _route,
)
