"""Price of fairness: what it costs to hold trusts closer together in what is bought outside, or in capital.

The bound is rule 13 of ``docs/model.md``: the difference between any two trusts in scans bought outside as a share of
their demand (``unmet``), or in capital borne as a share of the like-for-like price of their fleet (``capital``), over
the whole plan. The plan is made without the bound, and again under bounds that fall evenly to no difference at all;
where some leave no plan, the tightest possible one is closed in on by halving.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from capitalplan.analysis.attempt import Attempt, Attempts
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register

__all__ = ["FairnessCurve", "FairnessMeasure", "FairnessPoint", "fairness_curve", "fairness_shares"]

HALVINGS = 3
"""How often the tightest possible bound is closed in on."""
STEP = 10_000
"""Bounds are rounded up to a hundredth of a percentage point."""


class FairnessMeasure(StrEnum):
    """What is to differ little between trusts."""

    UNMET = "unmet"
    CAPITAL = "capital"


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessPoint:
    """The plan under one bound on the difference between trusts.

    Attributes
    ----------
    limit
        The bound; None for none.
    spread
        Difference between the best and the worst served trust in the plan; None where there is no plan.
    shares
        Of each trust, what is compared: scans bought outside of demand, or capital of fleet value.
    cost_gbp, bound_gbp
        Cost of the best plan found under the bound, and what no plan under it costs less than, £; None where there is
        none, or nothing was proven.
    price_gbp
        Price of fairness: cost more than without a bound, £; None where there is no plan.
    price_share
        The same as a share of the cost without a bound.
    price_low_gbp, price_high_gbp
        Between which the price of the best plans lies, by the gaps proven, £; None where nothing was proven.
    is_impossible
        Whether it is proven that no plan keeps the bound; otherwise none may have been found in time.
    """

    limit: Fraction | None
    spread: Fraction | None
    shares: Mapping[str, Fraction]
    cost_gbp: int | None
    bound_gbp: int | None
    price_gbp: int | None
    price_share: Fraction | None
    price_low_gbp: int | None
    price_high_gbp: int | None
    is_impossible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessCurve:
    """What it costs to treat trusts alike, from no bound to the tightest possible.

    Attributes
    ----------
    points
        From none to the tightest bound tried, those without a plan last.
    sentences
        The findings, in words.
    """

    measure: FairnessMeasure
    points: tuple[FairnessPoint, ...]
    sentences: tuple[str, ...]


def fairness_shares(plan: Plan, register: Register, measure: FairnessMeasure) -> dict[str, Fraction]:
    """What is compared between trusts, exact, for each trust that has any demand, or any fleet."""
    if measure is FairnessMeasure.UNMET:
        wanted: dict[str, Fraction] = defaultdict(Fraction)
        bought: dict[str, Fraction] = defaultdict(Fraction)
        for (_, site), scans in register.demand.items():
            wanted[register.sites[site].trust] += sum(scans)
        for each in plan.outside:
            bought[register.sites[each.site].trust] += each.scans
        return {trust: bought[trust] / wanted[trust] for trust in sorted(wanted) if wanted[trust]}
    fleet: dict[str, Fraction] = defaultdict(Fraction)
    for asset in register.assets:
        fleet[asset.trust] += asset.price_gbp
    return {
        trust: sum((year.capital_by_trust.get(trust, 0) for year in plan.years), Fraction(0)) / fleet[trust]
        for trust in sorted(fleet)
        if fleet[trust]
    }


def fairness_curve(
    register: Register,
    measure: FairnessMeasure,
    levels: int,
    attempts: Attempts,
    *,
    free: Plan | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> FairnessCurve | None:
    """Plan a register without a bound, and under bounds that fall evenly to none at all.

    Parameters
    ----------
    levels
        Bounds to try, at least one.
    attempts
        Plans registers, in order.
    free
        The plan without the bound, where it was made before.
    note
        Told what is being worked on.

    Returns
    -------
    FairnessCurve or None
        None where there is no plan even without a bound.
    """
    note("planning without a bound between trusts")
    first = free if free is not None else next(iter(attempts([_bounded(register, measure, None)]))).plan
    if first is None:
        return None
    spread = _spread(fairness_shares(first, register, measure))
    limits = list(dict.fromkeys(_rounded(spread * (levels - k) / levels) for k in range(1, levels + 1)))
    note(f"planning under {len(limits)} bounds between trusts")
    tried = dict(zip(limits, attempts([_bounded(register, measure, limit) for limit in limits]), strict=True))
    for _ in range(HALVINGS):
        limit = _between(tried, spread)
        if limit is None or limit in tried:
            break
        note("closing in on the tightest bound")
        tried[limit] = next(iter(attempts([_bounded(register, measure, limit)])))
    points = _points(first, tried, register, measure)
    return FairnessCurve(measure=measure, points=points, sentences=tuple(_sentences(points, measure)))


def _bounded(register: Register, measure: FairnessMeasure, limit: Fraction | None) -> Register:
    changed: dict[str, Any] = {f"fair_{measure}_spread": limit}
    return replace(register, settings=replace(register.settings, **changed))


def _rounded(limit: Fraction) -> Fraction:
    return Fraction(-(-limit * STEP // 1), STEP)


def _spread(shares: Mapping[str, Fraction]) -> Fraction:
    return max(shares.values(), default=Fraction(0)) - min(shares.values(), default=Fraction(0))


def _between(tried: Mapping[Fraction, Attempt], spread: Fraction) -> Fraction | None:
    """Middle of the widest bound without a plan and the next wider one with a plan; None where every bound has one."""
    without = [limit for limit, attempt in tried.items() if attempt.plan is None]
    if not without:
        return None
    wider = [limit for limit, attempt in tried.items() if attempt.plan is not None and limit > max(without)]
    return _rounded((max(without) + min(wider, default=spread)) / 2)


def _points(
    free: Plan, tried: Mapping[Fraction, Attempt], register: Register, measure: FairnessMeasure
) -> tuple[FairnessPoint, ...]:
    """A point a bound, none first. What keeps a tighter bound keeps a wider one, and costs no less than its least."""
    limits: list[Fraction | None] = [None, *sorted(tried, reverse=True)]
    plans = [free, *(tried[limit].plan for limit in limits if limit is not None)]
    best: list[Plan | None] = list(plans)
    for place in range(len(best) - 2, -1, -1):
        best[place] = min(
            (plan for plan in (best[place], best[place + 1]) if plan is not None),
            key=lambda plan: plan.objective_gbp,
            default=None,
        )
    base, lowest = best[0], None
    points = []
    for limit, own, plan in zip(limits, plans, best, strict=True):
        proven = None if own is None else own.bound_gbp
        lowest = proven if lowest is None else max(lowest, proven or lowest)
        points.append(_point(limit, plan, lowest, base or free, free.bound_gbp, register, measure))
    return tuple(
        replace(point, is_impossible=point.limit is not None and tried[point.limit].is_impossible) for point in points
    )


def _point(
    limit: Fraction | None,
    plan: Plan | None,
    lowest: int | None,
    base: Plan,
    base_bound: int | None,
    register: Register,
    measure: FairnessMeasure,
) -> FairnessPoint:
    if plan is None:
        return FairnessPoint(
            limit=limit, spread=None, shares={}, cost_gbp=None, bound_gbp=None, price_gbp=None, price_share=None,
            price_low_gbp=None, price_high_gbp=None, is_impossible=False,
        )  # fmt: skip
    shares, price = fairness_shares(plan, register, measure), plan.objective_gbp - base.objective_gbp
    known = lowest is not None and base_bound is not None
    return FairnessPoint(
        limit=limit,
        spread=_spread(shares),
        shares=shares,
        cost_gbp=plan.objective_gbp,
        bound_gbp=lowest,
        price_gbp=price,
        price_share=Fraction(price, base.objective_gbp) if base.objective_gbp else None,
        price_low_gbp=max(0, (lowest or 0) - base.objective_gbp) if known else None,
        price_high_gbp=plan.objective_gbp - (base_bound or 0) if known else None,
        is_impossible=False,
    )


def _sentences(points: Sequence[FairnessPoint], measure: FairnessMeasure) -> list[str]:
    what = {
        FairnessMeasure.UNMET: "in scans bought outside as a share of demand",
        FairnessMeasure.CAPITAL: "in capital as a share of fleet value",
    }[measure]
    free, bounded = points[0], [point for point in points[1:] if point.cost_gbp is not None]
    told = [f"Without a bound trusts differ by {_percent(free.spread)} {what}."]
    if bounded:
        tightest = bounded[-1]
        share = "" if tightest.price_share is None else f" ({_percent(tightest.price_share)})"
        told.append(
            f"The tightest bound with a plan is {_percent(tightest.limit)}; it costs £{tightest.price_gbp:,}{share} "
            f"more{_proven(tightest)}."
        )
    none = [point for point in points[1:] if point.cost_gbp is None]
    if none:
        verdict = "no plan keeps it" if none[0].is_impossible else "no plan was found in time"
        told.append(f"With a bound of {_percent(none[0].limit)} {verdict}.")
    return told


def _proven(point: FairnessPoint) -> str:
    if point.price_low_gbp is None or point.price_high_gbp is None:
        return ", with no gap proven"
    if point.price_low_gbp == point.price_high_gbp:
        return ""
    return f", for the best plans between £{point.price_low_gbp:,} and £{point.price_high_gbp:,}"


def _percent(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.2%}"
