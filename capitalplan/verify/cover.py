"""Whether someone stands in for a site's only machine while it is replaced, and carries those who cannot wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from capitalplan.plan.plan import Cover, Plan
from capitalplan.terms import CoverKind, round_half_up, year_label
from capitalplan.verify.additions import Addition
from capitalplan.verify.context import Context, Place
from capitalplan.verify.extra import cover_days, swaps_to_cover
from capitalplan.verify.findings import TOLERANCE, Findings, count
from capitalplan.verify.holdings import Holding
from capitalplan.verify.provision import Provision
from capitalplan.verify.traffic import Traffic

__all__ = ["check_cover"]


def check_cover(
    context: Context,
    plan: Plan,
    traffic: Traffic,
    provision: Provision,
    *,
    assets: Mapping[str, Holding],
    additions: Sequence[Addition],
    findings: Findings,
) -> None:
    """Require cover wherever it is needed, every cover stated to be there, and what cannot wait to be carried."""
    needed = swaps_to_cover(context, assets)
    standing = _standing(assets, additions)
    stated: defaultdict[Place, list[Cover]] = defaultdict(list)
    for cover in plan.covers:
        place = (cover.line, cover.site, cover.year - context.settings.start_year)
        asset = context.assets.get(cover.asset_id)
        known = place in needed and asset is not None and (asset.line, asset.site) == place[:2]
        what = f"{cover.kind} {cover.place} stands in for {cover.asset_id} in {year_label(cover.year)}"
        message = f"The plan says that {what}, which needs no cover then."
        if findings.require("cover", known, message, place=cover.site, year=cover.year):
            stated[place].append(cover)
            fault = _fault(context, cover, place, provision=provision, standing=standing)
            message = f"The plan says that {what}; {fault}."
            findings.require("cover", fault is None, message, place=cover.site, year=cover.year)
    for place in sorted(needed):
        line, site, t = place
        year, kinds = context.year(t), [cover.kind for cover in stated[place]]
        what = f"The only {line} machine at {site} is replaced in {year_label(year)}"
        message = f"{what} and nobody is named to stand in for it."
        findings.require("cover", bool(kinds), message, place=site, year=year)
        message = f"{what} and one kind of cover is named twice."
        findings.require("cover", len(set(kinds)) == len(kinds), message, place=site, year=year)
        _check_carried(context, place, traffic=traffic, provision=provision, additions=additions, findings=findings)


def _standing(assets: Mapping[str, Holding], additions: Sequence[Addition]) -> dict[Place, int]:
    """Machines in service that are not being replaced in their own rooms, by place."""
    machines: defaultdict[Place, int] = defaultdict(int)
    for holding in (*assets.values(), *(addition.holding for addition in additions)):
        if holding.line is not None:
            for t, number in enumerate(holding.machines):
                machines[holding.line, holding.site, t] += 0 if t in holding.swaps else number
    return machines


def _fault(
    context: Context, cover: Cover, place: Place, *, provision: Provision, standing: Mapping[Place, int]
) -> str | None:
    """Say why a cover that the plan states is none."""
    line, site, t = place
    if cover.kind == CoverKind.VAN:
        van, days = provision.vans.get(place), cover_days(context, line, site)
        if van is None or van.extra.name != cover.place:
            return "that van is not hired there"
        return f"it is hired for {van.days:,} days, {days:,} are needed" if van.days < days else None
    if cover.kind == CoverKind.NEIGHBOUR:
        links = {(link.from_site, link.to_site) for link in context.register.links}
        if (site, cover.place) not in links:
            return "that site does not serve its patients"
        if not context.is_open(cover.place, t):
            return "that site is not open"
    elif cover.kind != CoverKind.ADDED:
        return "that is no kind of cover"
    elif cover.place != site:
        return "that is another site"
    # At the site itself only what was added counts: the machine being replaced does not stand.
    return None if standing.get((line, cover.place, t), 0) else f"no {line} machine is in service there"


def _check_carried(
    context: Context,
    place: Place,
    *,
    traffic: Traffic,
    provision: Provision,
    additions: Sequence[Addition],
    findings: Findings,
) -> None:
    line, site, t = place
    year, van = context.year(t), provision.vans.get(place)
    added = [addition.holding for addition in additions if not addition.is_room]
    carried = traffic.moved[place] + traffic.outside[place] + (0 if van is None else van.able)
    carried += sum(holding.capacity[t] for holding in added if (holding.line, holding.site) == (line, site))
    stays = context.demand(place) - context.waiting_demand(place)
    due = round_half_up(context.outage(context.fleet[line, site][0]) * stays)
    message = (
        f"The only {line} machine at {site} is replaced in {year_label(year)}: {count(carried)} scans are done for it; "
        f"{count(due)} cannot wait."
    )
    short = due - carried
    findings.require("cover", short <= TOLERANCE, message, place=site, year=year, amount=short, unit="scans")
