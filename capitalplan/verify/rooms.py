"""Whether additions have rooms, and whether sites can carry the installations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from capitalplan.terms import service_name, year_label
from capitalplan.verify.additions import Addition
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.schedules import Schedule

__all__ = ["check_rooms", "check_works"]


def check_rooms(
    context: Context, schedules: Mapping[str, Schedule], additions: Sequence[Addition], findings: Findings
) -> None:
    """Require a room for every machine added, no more new rooms than can be built, and open sites."""
    planned = [addition for addition in additions if addition.scheme is None]
    for addition in planned:
        line = addition.line
        message = f"{line.scheme_id}: {line.site} is not open in {year_label(context.year(addition.first))}."
        is_open = context.is_open(line.site, addition.first)
        findings.require("rooms", is_open, message, place=line.site, year=line.year)
    built: Counter[str] = Counter()
    for addition in planned:
        built[addition.line.site] += addition.line.units if addition.is_room else 0
    for code, site in context.register.sites.items():
        message = f"{built[code]} new rooms are built at {code}; {site.max_new_rooms} could be."
        over = built[code] - site.max_new_rooms
        findings.require("rooms", over <= 0, message, place=code, amount=over, unit="rooms")
    wanted = {(a.line.site, a.line.modality) for a in planned if not a.is_room and not a.line.mobile}
    wanted |= {(s.asset.site, s.asset.modality) for s in schedules.values() if _set_up(s) and not s.asset.mobile}
    for site_code, modality in sorted(wanted):
        if service_name(modality, mobile=False) in context.served:
            _check_site(context, site_code, modality, schedules=schedules, planned=planned, findings=findings)


def _check_site(
    context: Context,
    site: str,
    modality: str,
    *,
    schedules: Mapping[str, Schedule],
    planned: Sequence[Addition],
    findings: Findings,
) -> None:
    here = [a for a in planned if (a.line.site, a.line.modality, a.line.mobile) == (site, modality, False)]
    fleet = context.fleet.get((service_name(modality, mobile=False), site), ())
    vacated = [schedules[asset.asset_id].retired for asset in fleet]
    set_up = [t for asset in fleet for t in _set_up(schedules[asset.asset_id])]
    for t in range(context.years):
        year = context.year(t)
        added = sum(a.line.units for a in here if not a.is_room and a.first <= t)
        rooms = context.register.sites[site].spare_rooms.get(modality, 0)
        rooms += sum(a.line.units for a in here if a.is_room and a.first <= t)
        rooms += sum(retired is not None and retired <= t for retired in vacated)
        first = set_up.count(t)
        beside = f" and {first} set up before the old one goes" if first else ""
        message = (
            f"{added} {modality} machines are added at {site} by {year_label(year)}{beside}, with rooms for {rooms}."
        )
        over = added + first - rooms
        findings.require("rooms", over <= 0, message, place=site, year=year, amount=over, unit="rooms")


def _set_up(schedule: Schedule) -> list[int]:
    """Positions at which a machine is replaced new room first."""
    return [replacement.first for replacement in schedule.replaced if replacement.new_room_first]


def check_works(
    context: Context, schedules: Mapping[str, Schedule], additions: Sequence[Addition], findings: Findings
) -> None:
    """Require installations in a year to stay within what sites and the network can carry."""
    installed: Counter[tuple[str, int]] = Counter()
    committed: Counter[tuple[str, int]] = Counter()
    for scheme in context.committed.values():
        t = scheme.year - context.settings.start_year
        committed[scheme.site, t] += 1
    for schedule in schedules.values():
        for replacement in schedule.replaced:
            installed[schedule.asset.site, replacement.first] += 1
    for addition in additions:
        if not addition.is_room:
            installed[addition.line.site, addition.first] += addition.line.units
    for code, site in context.register.sites.items():
        for t in range(context.years):
            limit = max(site.max_installations, committed[code, t])
            _check_year(context, code, t, installed=installed[code, t], limit=limit, findings=findings)
    most = context.settings.max_network_projects
    if most is None:
        return
    for t in range(context.years):
        everywhere = sum(count for (_, year), count in installed.items() if year == t)
        fixed = sum(count for (_, year), count in committed.items() if year == t)
        name = context.settings.network_name
        _check_year(context, name, t, installed=everywhere, limit=max(most, fixed), findings=findings)


def _check_year(context: Context, place: str, t: int, *, installed: int, limit: int, findings: Findings) -> None:
    year, over = context.year(t), installed - limit
    message = f"{installed} machines are installed at {place} in {year_label(year)}; the limit is {limit}."
    findings.require("works", over <= 0, message, place=place, year=year, amount=over, unit="installations")
