"""Whether waiting lists grow only by patients who may wait, and are what the plan says of them."""

from __future__ import annotations

import math
from fractions import Fraction

from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from capitalplan.verify.context import Context, Place
from capitalplan.verify.findings import TOLERANCE, Findings, count
from capitalplan.verify.provision import Provision

__all__ = ["check_estimates", "check_lists", "mean_weeks", "share_over"]

NEAR = Fraction(1, 10**9)
WEEKS = 52


def check_lists(context: Context, provision: Provision, findings: Findings) -> None:
    """Require every list to grow in a year by no more than the year's waiting-list demand."""
    for line, site in context.lists:
        for t in range(context.years):
            place, year = (line, site, t), context.year(t)
            grown = provision.waiting(place) - provision.waiting_before(place)
            may = context.waiting_demand(place)
            message = (
                f"{line} at {site} in {year_label(year)}: the waiting list grows by {count(grown)}; "
                f"{count(may)} patients may wait."
            )
            over = grown - may
            findings.require("waiting", over <= TOLERANCE, message, place=site, year=year, amount=over, unit="patients")


def check_estimates(context: Context, plan: Plan, provision: Provision, findings: Findings) -> None:
    """Require the target of every list and the estimates of its waits to be as recomputed."""
    for each in plan.waiting:
        t, waiting = context.position(each.year), context.lists.get((each.line, each.site))
        if t is None or waiting is None:
            continue
        place = (each.line, each.site, t)
        mean = mean_weeks(context, provision, place)
        what = f"{each.line} at {each.site} in {year_label(each.year)}"
        share = None if mean is None else share_over(context, mean)
        for holds, message in (
            (each.target == waiting.targets[t], f"{what}: the target is {waiting.targets[t]:,} patients."),
            (_is_near(each.mean_weeks, mean), f"{what}: the mean wait is {_said(mean)} weeks."),
            (_is_near(each.share_over, share), f"{what}: the share over the standard is {_said(share)}."),
        ):
            findings.require("figures", holds, message, place=each.site, year=each.year)


def mean_weeks(context: Context, provision: Provision, place: Place) -> Fraction | None:
    """Mean wait by Little's law, the list over the year's waiting-list demand, in weeks; None without demand."""
    demand = context.waiting_demand(place)
    return provision.waiting(place) * WEEKS / demand if demand else None


def share_over(context: Context, mean: Fraction) -> Fraction:
    """Share waiting longer than the standard where waits of this mean, in weeks, are spread exponentially."""
    if mean <= 0:
        return Fraction(0)
    return Fraction(math.exp(-float(context.settings.waiting_standard_weeks / mean)))


def _is_near(stated: float | None, right: Fraction | None) -> bool:
    if stated is None or right is None:
        return stated is None and right is None
    return math.isfinite(stated) and abs(Fraction(stated) - right) <= NEAR * max(Fraction(1), abs(right))


def _said(figure: Fraction | None) -> str:
    return "not known" if figure is None else f"{float(figure):,.6f}"
