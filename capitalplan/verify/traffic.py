"""Reading the plan's flows and outside scans, and what the fleet can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.plan.plan import Flow, Outside, Plan
from capitalplan.terms import year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding

__all__ = ["Place", "Traffic", "count", "read_traffic", "sum_capacity"]

Place = tuple[str, str, int]
"""Service line, site, position."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Scans by service line, site and position; nought where there are none.

    Attributes
    ----------
    wanted
        Scans of a site's patients, wherever they are done, outside included.
    done
        Scans done at a site.
    moved
        Scans of a site's patients done at another site.
    outside
        Scans of a site's patients bought outside.
    """

    wanted: defaultdict[Place, Fraction]
    done: defaultdict[Place, Fraction]
    moved: defaultdict[Place, Fraction]
    outside: defaultdict[Place, Fraction]


def read_traffic(context: Context, plan: Plan, findings: Findings) -> Traffic:
    """Add up flows and outside scans; those of an unknown line, site or year are reported and left out."""
    traffic = Traffic(*(defaultdict(Fraction) for _ in range(4)))
    for flow in plan.flows:
        if _is_planned(context, flow, (flow.from_site, flow.to_site), findings):
            t = flow.year - context.settings.start_year
            traffic.wanted[flow.line, flow.from_site, t] += flow.scans
            traffic.done[flow.line, flow.to_site, t] += flow.scans
            if flow.from_site != flow.to_site:
                traffic.moved[flow.line, flow.from_site, t] += flow.scans
    for scans in plan.outside:
        if _is_planned(context, scans, (scans.site,), findings):
            t = scans.year - context.settings.start_year
            traffic.wanted[scans.line, scans.site, t] += scans.scans
            traffic.outside[scans.line, scans.site, t] += scans.scans
    return traffic


def sum_capacity(context: Context, holdings: Iterable[Holding]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Add up the capacity of what is in service by (service line, site), served lines only."""
    capacity: dict[tuple[str, str], tuple[int, ...]] = {}
    for holding in holdings:
        if holding.line is not None and holding.line in context.served:
            key = holding.line, holding.site
            so_far = capacity.get(key, (0,) * context.years)
            capacity[key] = tuple(a + b for a, b in zip(so_far, holding.capacity, strict=True))
    return capacity


def count(scans: Fraction | int) -> str:
    """Write scans as users read them, with at most three decimals: ``1,250``, ``0.5``."""
    return f"{float(scans):,.3f}".rstrip("0").rstrip(".")


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
