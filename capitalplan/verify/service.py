"""Whether patients are scanned or wait: balance, capacity, travel and open sites, line by line and year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from capitalplan.verify.context import Context, Place
from capitalplan.verify.findings import TOLERANCE, Findings, count
from capitalplan.verify.holdings import Holding
from capitalplan.verify.provision import Provision
from capitalplan.verify.traffic import Traffic, sum_capacity

__all__ = ["check_service"]


def check_service(
    context: Context,
    plan: Plan,
    traffic: Traffic,
    provision: Provision,
    *,
    holdings: Sequence[Holding],
    findings: Findings,
) -> None:
    """Require every patient scanned or waiting, within capacity and travel limits, and the plan's capacity right."""
    capacity = sum_capacity(context, holdings)
    lost: defaultdict[Place, int] = defaultdict(int)
    for holding in holdings:
        if holding.line is not None:
            for t, scans in enumerate(holding.lost):
                lost[holding.line, holding.site, t] += scans
    in_extra_hours: defaultdict[Place, Fraction] = defaultdict(Fraction)
    for (place, rate), hours in provision.hours.items():
        in_extra_hours[place] += hours * rate
    nothing = (0,) * context.years
    for line in sorted(context.served):
        for site in context.register.sites:
            here = capacity.get((line, site), nothing)
            _check_capacity(context, (line, site), plan.capacity.get((line, site), nothing), here, findings)
            for t in range(context.years):
                place = (line, site, t)
                _check_balance(context, traffic, provision, place, lost=lost[place], findings=findings)
                able = here[t] + in_extra_hours[place]
                _check_scans(context, traffic, provision, place, able=able, findings=findings)
    for line, site in plan.capacity:
        known = line in context.served and site in context.register.sites
        message = f"The plan states capacity for {line} at {site}, which the register does not plan."
        findings.require("service", known, message, place=site)
    _check_links(context, plan, findings)


def _check_balance(
    context: Context, traffic: Traffic, provision: Provision, place: Place, *, lost: int, findings: Findings
) -> None:
    """Check that the patients of a site are scanned, bought outside or wait, and how many of them travel."""
    line, site, t = place
    year, before, after = context.year(t), provision.waiting_before(place), provision.waiting(place)
    wanted, planned = context.demand(place) + before, traffic.wanted[place] + after
    moved, may_move = traffic.moved[place], context.settings.travel_share * wanted + lost
    what = f"{line} at {site} in {year_label(year)}"
    waiting = f", {count(after)} of them waiting at its end" if place in provision.lists else ""
    first = f", {count(before)} of them waiting from before" if place in provision.lists else ""
    for over, message in (
        (
            abs(planned - wanted),
            f"{what}: {count(planned)} scans are planned{waiting}, {count(wanted)} are wanted{first}.",
        ),
        (
            moved - may_move if context.is_open(site, t) else Fraction(0),
            f"{what}: {count(moved)} patients are scanned elsewhere, at most {count(may_move)} may be.",
        ),
    ):
        findings.require("service", over <= TOLERANCE, message, place=site, year=year, amount=over, unit="scans")


def _check_scans(
    context: Context, traffic: Traffic, provision: Provision, place: Place, *, able: Fraction, findings: Findings
) -> None:
    """Check that the scans done at a site, less those on a van, are within what its machines can do."""
    line, site, t = place
    year, van = context.year(t), provision.vans.get(place)
    done = traffic.done[place] - (0 if van is None else van.scans)
    message = (
        f"{line} at {site} in {year_label(year)}: {count(done)} scans are done, there is capacity for {count(able)}."
    )
    over = done - able
    findings.require("service", over <= TOLERANCE, message, place=site, year=year, amount=over, unit="scans")


def _check_capacity(
    context: Context, key: tuple[str, str], stated: Sequence[int], recomputed: Sequence[int], findings: Findings
) -> None:
    line, site = key
    message = f"The capacity of {line} at {site} is stated for {len(stated)} years, not {context.years}."
    if not findings.require("service", len(stated) == context.years, message, place=site, unit="years"):
        return
    for t, (found, expected) in enumerate(zip(stated, recomputed, strict=True)):
        year, out = context.year(t), found - expected
        message = (
            f"The capacity of {line} at {site} in {year_label(year)} is {count(found)} in the plan; "
            f"recomputed it is {count(expected)}."
        )
        findings.require("service", out == 0, message, place=site, year=year, amount=out, unit="scans")


def _check_links(context: Context, plan: Plan, findings: Findings) -> None:
    links = {(link.from_site, link.to_site) for link in context.register.links}
    for flow in plan.flows:
        t = context.position(flow.year)
        known = flow.from_site in context.register.sites and flow.to_site in context.register.sites
        if flow.from_site == flow.to_site or flow.scans == 0 or t is None or not known:
            continue
        what = f"{flow.line} patients of {flow.from_site} go to {flow.to_site} in {year_label(flow.year)}"
        for holds, fault in (
            ((flow.from_site, flow.to_site) in links, "these sites do not serve each other's patients"),
            (context.is_open(flow.to_site, t), "that site is not open"),
        ):
            findings.require(
                "service",
                holds,
                f"{what}; {fault}.",
                place=flow.from_site,
                year=flow.year,
                amount=flow.scans,
                unit="scans",
            )
