"""Reading the plan's flows, outside scans and patients moved between trusts, and what the fleet can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from capitalplan.plan.plan import Flow, Outside, Plan
from capitalplan.terms import year_label
from capitalplan.verify.context import Context, Place
from capitalplan.verify.findings import Findings, count
from capitalplan.verify.holdings import Holding

__all__ = ["Traffic", "check_moves", "read_traffic", "sum_capacity"]


def _nought() -> defaultdict[Place, Fraction]:
    return defaultdict(Fraction)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Scans by service line, site and position; nought where there are none.

    Attributes
    ----------
    wanted
        Scans of a site's patients, wherever they are done, outside included.
    done
        Scans done at a site.
    home
        Scans of a site's patients done at that site.
    moved
        Scans of a site's patients done at another site.
    outside
        Scans of a site's patients bought outside.
    between
        Scans of one trust's patients done at another's sites, by line, both trusts and position.
    """

    wanted: defaultdict[Place, Fraction] = field(default_factory=_nought)
    done: defaultdict[Place, Fraction] = field(default_factory=_nought)
    home: defaultdict[Place, Fraction] = field(default_factory=_nought)
    moved: defaultdict[Place, Fraction] = field(default_factory=_nought)
    outside: defaultdict[Place, Fraction] = field(default_factory=_nought)
    between: defaultdict[tuple[str, str, str, int], Fraction] = field(default_factory=lambda: defaultdict(Fraction))


def read_traffic(context: Context, plan: Plan, findings: Findings) -> Traffic:
    """Add up flows and outside scans; those of an unknown line, site or year are reported and left out."""
    traffic = Traffic()
    for flow in plan.flows:
        if _is_planned(context, flow, (flow.from_site, flow.to_site), findings):
            t = flow.year - context.settings.start_year
            traffic.wanted[flow.line, flow.from_site, t] += flow.scans
            traffic.done[flow.line, flow.to_site, t] += flow.scans
            away = flow.from_site != flow.to_site
            (traffic.moved if away else traffic.home)[flow.line, flow.from_site, t] += flow.scans
            trusts = tuple(context.register.sites[site].trust for site in (flow.from_site, flow.to_site))
            if trusts[0] != trusts[1] and flow.scans:
                traffic.between[flow.line, trusts[0], trusts[1], t] += flow.scans
    for scans in plan.outside:
        if _is_planned(context, scans, (scans.site,), findings):
            t = scans.year - context.settings.start_year
            traffic.wanted[scans.line, scans.site, t] += scans.scans
            traffic.outside[scans.line, scans.site, t] += scans.scans
    return traffic


def check_moves(context: Context, plan: Plan, traffic: Traffic, findings: Findings) -> None:
    """Require the patients that the plan says are moved between trusts to be those of its flows."""
    expected = {(line, start, end, context.year(t)): scans for (line, start, end, t), scans in traffic.between.items()}
    stated: dict[tuple[str, str, str, int], Fraction] = {}
    for move in plan.moves:
        key = (move.line, move.from_trust, move.to_trust, move.year)
        message = f"Patients of {move.line} moved from {move.from_trust} to {move.to_trust} are stated twice."
        findings.require("figures", key not in stated, message, place=move.from_trust, year=move.year)
        stated[key] = move.scans
    for line, start, end, year in sorted({*stated, *expected}):
        key = (line, start, end, year)
        found, right = stated.get(key, Fraction(0)), expected.get(key, Fraction(0))
        message = (
            f"{count(found)} {line} patients of {start} are scanned at {end} in {year_label(year)} in the plan; "
            f"recomputed it is {count(right)}."
        )
        findings.require(
            "figures", found == right, message, place=start, year=year, amount=found - right, unit="patients"
        )


def sum_capacity(context: Context, holdings: Iterable[Holding]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Add up the capacity of what is in service by (service line, site), served lines only."""
    capacity: dict[tuple[str, str], tuple[int, ...]] = {}
    for holding in holdings:
        if holding.line is not None and holding.line in context.served:
            key = holding.line, holding.site
            so_far = capacity.get(key, (0,) * context.years)
            capacity[key] = tuple(a + b for a, b in zip(so_far, holding.capacity, strict=True))
    return capacity


def _is_planned(context: Context, scans: Flow | Outside, sites: tuple[str, ...], findings: Findings) -> bool:
    where = f"{scans.line}, {' to '.join(sites)}, {year_label(scans.year)}"
    known = scans.line in context.served and all(site in context.register.sites for site in sites)
    known = known and scans.year in context.settings.horizon
    for holds, fault in (
        (known, "no such service line, site or year is planned"),
        (scans.scans >= 0, f"{count(scans.scans)} scans are less than none"),
    ):
        findings.require(
            "service",
            holds,
            f"{where}: {fault}.",
            place=sites[0],
            year=scans.year,
            amount=abs(scans.scans),
            unit="scans",
        )
    return known
