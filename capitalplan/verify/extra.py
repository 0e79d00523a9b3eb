"""Whether extended hours, vans and outsourced reports stay within what is offered."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from capitalplan.register.register import Asset, ExtraCapacity
from capitalplan.terms import ExtraKind, year_label
from capitalplan.verify.context import Context, Place
from capitalplan.verify.findings import TOLERANCE, Findings, count
from capitalplan.verify.holdings import Holding
from capitalplan.verify.provision import Provision, Van
from capitalplan.verify.traffic import Traffic

__all__ = ["check_extra", "cover_days", "swaps_to_cover"]

DAYS_A_YEAR = 364


def check_extra(
    context: Context,
    traffic: Traffic,
    provision: Provision,
    *,
    holdings: Sequence[Holding],
    assets: Mapping[str, Holding],
    findings: Findings,
) -> None:
    """Require extra hours that the machines can work, vans as they are hired out, and limits kept.

    Scans outside have no limit here: what is over that of a provider is priced.
    """
    _check_hours(context, provision, holdings, findings)
    swaps = swaps_to_cover(context, assets)
    for place, van in provision.vans.items():
        _check_van(context, place, van, traffic=traffic, is_swap=place in swaps, findings=findings)
    _check_van_limits(context, provision, findings)
    _check_outsourced(context, provision, findings)


def swaps_to_cover(context: Context, assets: Mapping[str, Holding]) -> set[Place]:
    """Where and when a site's only machine is replaced in its own room, and someone must stand in for it."""
    return {
        (line, site, t)
        for (line, site), fleet in context.fleet.items()
        if len(fleet) == 1 and _needs_cover(context, fleet[0])
        for t in assets[fleet[0].asset_id].swaps
    }


def _needs_cover(context: Context, asset: Asset) -> bool:
    asked = context.settings.swap_cover and context.register.lines[asset.line].swap_cover
    return asked and asset.line in context.served and context.outage_weeks(asset) > 0


def cover_days(context: Context, line: str, site: str) -> int:
    """Days for which a van must stand in for a site's only machine of a line while it is replaced in its own room."""
    (only,) = context.fleet[line, site]
    return math.ceil(context.outage_weeks(only) * context.settings.van_days_a_week)


def _check_hours(context: Context, provision: Provision, holdings: Sequence[Holding], findings: Findings) -> None:
    able: defaultdict[tuple[Place, Fraction], int] = defaultdict(int)
    for holding in holdings:
        if holding.line is not None:
            for rate, by_year in holding.extra_hours.items():
                for t, hours in enumerate(by_year):
                    able[(holding.line, holding.site, t), rate] += hours
    for ((line, site, t), rate), worked in provision.hours.items():
        year, most = context.year(t), able[(line, site, t), rate]
        message = (
            f"{line} at {site} in {year_label(year)}: {count(worked)} extra hours are worked at {count(rate)} scans an "
            f"hour; {count(most)} can be."
        )
        over = worked - most
        findings.require("extra", over <= TOLERANCE, message, place=site, year=year, amount=over, unit="extra hours")


def _check_van(
    context: Context, place: Place, van: Van, *, traffic: Traffic, is_swap: bool, findings: Findings
) -> None:
    line, site, t = place
    year, extra = context.year(t), van.extra
    what = f"{van.days:,} days of the van {extra.name} at {site} in {year_label(year)}"
    stands = context.register.sites[site].van_standing and context.is_open(site, t)
    for holds, message in (
        (stands, f"{what}: a van cannot stand there in that year."),
        (van.days % extra.minimum_days == 0, f"{what}: it is hired for {extra.minimum_days:,} days at a time."),
        (van.days <= DAYS_A_YEAR, f"{what}: at most {DAYS_A_YEAR} days are in a year."),
    ):
        findings.require("extra", holds, message, place=site, year=year, unit="van days")
    done = traffic.done[place]
    for most, why in ((Fraction(van.able), "it can do"), (done, "all scans done there are")):
        message = f"{what}: {count(van.scans)} scans are done on it; {why} {count(most)}."
        over = van.scans - most
        findings.require("extra", over <= TOLERANCE, message, place=site, year=year, amount=over, unit="scans")
    if extra.cover_only:
        hires = math.ceil(Fraction(cover_days(context, line, site), extra.minimum_days)) if is_swap else 0
        most_days = hires * extra.minimum_days
        message = f"{what}: it only stands in for the only machine while that is replaced, for {most_days:,} days."
        beyond = van.days - most_days
        findings.require("extra", beyond <= 0, message, place=site, year=year, amount=beyond, unit="van days")


def _check_van_limits(context: Context, provision: Provision, findings: Findings) -> None:
    days: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for (_, _, t), van in provision.vans.items():
        days[van.extra.name, t] += van.days
    for extra in context.register.extra:
        if extra.kind is ExtraKind.VAN:
            for t in range(context.years):
                _check_limit(context, extra, t, used=days[extra.name, t], slack=Fraction(0), findings=findings)


def _check_outsourced(context: Context, provision: Provision, findings: Findings) -> None:
    made: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for (line, trust, t), each in provision.reports.items():
        extra, year = context.register.governing(ExtraKind.REPORTING, line, trust), context.year(t)
        if extra is not None:
            made[extra.name, t] += each.outsourced
        offered = extra is not None and extra.is_offered(year)
        message = (
            f"{count(each.outsourced)} {line} reports of {trust} are outsourced in {year_label(year)}; none can be."
        )
        holds = offered or each.outsourced == 0
        findings.require("extra", holds, message, place=trust, year=year, amount=each.outsourced, unit="reports")
    for extra in context.register.extra:
        if extra.kind is ExtraKind.REPORTING:
            for t in range(context.years):
                _check_limit(context, extra, t, used=made[extra.name, t], slack=TOLERANCE, findings=findings)


def _check_limit(
    context: Context, extra: ExtraCapacity, t: int, *, used: Fraction, slack: Fraction, findings: Findings
) -> None:
    if extra.limit is None:
        return
    year, unit = context.year(t), "van days" if extra.kind is ExtraKind.VAN else "reports"
    message = f"{extra.name} gives {count(used)} {unit} in {year_label(year)}; its limit is {count(extra.limit)}."
    over = used - extra.limit
    findings.require("extra", over <= slack, message, place=extra.name, year=year, amount=over, unit=unit)
