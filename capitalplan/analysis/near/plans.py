"""No-regret or negotiable: which schemes all plans near the best have, which most have, and which few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.near.agreement import SchemeKey, Twin, keys_of
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.pricing import certified_bound, reduced_costs, rise, rounding_errors, usable_prices
from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.terms import Action, year_label

__all__ = ["Label", "NearPlan", "Negotiable", "SchemeShare", "negotiable", "proven_by_prices"]

HALF = Fraction(1, 2)
MARGIN = 0.001
"""What a bound must pass the limit by to prove anything, £ thousand; far above any rounding of floats."""
DONE = {
    Action.REPLACE: "replaced",
    Action.RETIRE: "retired",
    Action.UPGRADE: "upgraded",
    Action.EXTEND: "lease extended",
    Action.ADD: "added",
}

Floats = npt.NDArray[np.float64]


class Label(StrEnum):
    """How far a scheme is open to negotiation."""

    ALWAYS = "always"
    """In every plan found."""
    USUALLY = "usually"
    """In at least half of them."""
    OPTIONAL = "optional"
    """In fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeShare:
    """A scheme, whatever its year, and how many of the plans found contain it.

    Attributes
    ----------
    what
        The machine, or the option and site of an addition.
    asset_id
        The machine; None for an addition.
    plans, share
        How many of the plans found contain it, and the share of them.
    in_best
        Whether the run's own plan does.
    years
        Financial years in which it falls in those plans (the first, where it comes twice in one), in order.
    options
        What is bought, or the upgrade, in those plans, in order.
    proven
        Whether every plan within the cost contains it, be it found or not.
    sentence
        The same in words.
    """

    what: str
    asset_id: str | None
    site: str
    trust: str
    modality: str
    action: Action
    label: Label
    plans: int
    share: Fraction
    in_best: bool
    years: tuple[int, ...]
    options: tuple[str, ...]
    proven: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPlan:
    """One of the plans found.

    Attributes
    ----------
    over_gbp
        What it costs beyond the run's own plan, £; 0 for that plan, below zero where it is cheaper.
    left_out, new
        Schemes of the run's own plan that it does not have, and schemes that it has beside them.
    moved
        Schemes that both have, in another year or by another option or offer.
    """

    cost_gbp: int
    over_gbp: int
    left_out: int
    new: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiable:
    """What is no-regret and what is negotiable.

    Attributes
    ----------
    within
        Share of the best plan's cost by which others may cost more.
    limit_gbp
        Most that they may cost, £.
    plans
        The run's own plan first.
    schemes
        Every scheme that any of them has: always, usually, optional; within a label those proven first.
    is_complete
        Whether it is proven that every plan within the cost has the schemes that all these have.
    sentences
        The findings, in words.
    """

    within: Fraction
    limit_gbp: int
    plans: tuple[NearPlan, ...]
    schemes: tuple[SchemeShare, ...]
    is_complete: bool
    sentences: tuple[str, ...]


def proven_by_prices(formulation: Formulation, duals: Floats, limit_gbp: int) -> frozenset[SchemeKey]:
    """Schemes of machines that every plan within a cost has, as row prices prove.

    Where a machine has no schedule without the scheme, or the bound on plans in which it keeps to those without
    (``rise`` in ``formulation/pricing.py``) passes the limit, every plan within the limit has the scheme.

    Parameters
    ----------
    formulation
        The problem with nothing pruned.
    duals
        Price of each row, such as the duals of the linear relaxation.
    """
    problem, table = formulation.problem, formulation.columns.table
    prices = usable_prices(problem, duals)
    reduced, error = reduced_costs(problem, prices), rounding_errors(problem, prices)
    limit = (limit_gbp - formulation.constant_gbp) / 1000
    bound = certified_bound(problem, prices)
    proven = set()
    numbers = {menu.asset.asset_id: number for number, menu in enumerate(table.menus)}
    for key, columns in Twin.of(formulation, limit).schedules.items():
        number = numbers[key.asset_id]
        without = np.setdiff1d(np.arange(table.first[number], table.first[number + 1]), columns)
        if not len(without) or bound + rise(reduced, error, problem.upper, closed=columns, asked=without) > (
            limit + MARGIN
        ):
            proven.add(key)
    return frozenset(proven)


def negotiable(
    register: Register,
    plans: Sequence[Plan],
    *,
    within: Fraction,
    limit_gbp: int,
    is_complete: bool,
    by_prices: frozenset[SchemeKey],
    able: frozenset[SchemeKey],
) -> Negotiable:
    """Label every scheme of some plans.

    Parameters
    ----------
    plans
        The best one first.
    is_complete
        Whether it is proven that every plan within the cost has the schemes of ``able`` that all these plans have.
    by_prices
        Schemes that row prices prove to be in every plan within the cost.
    able
        Schemes that the problem has columns for.
    """
    found = [keys_of(plan) for plan in plans]
    keys = sorted({key for each in found for key in each})
    schemes = []
    for key in keys:
        holding = [each[key] for each in found if key in each]
        is_committed = any(line.committed for line in holding[0])
        everywhere = len(holding) == len(plans)
        proven = everywhere and (is_committed or key in by_prices or (is_complete and key in able))
        schemes.append(_share(register, key, holding, len(plans), in_best=key in found[0], proven=proven))
    order = list(Label)
    schemes.sort(key=lambda each: (order.index(each.label), not each.proven, -each.plans))
    near = tuple(_near(plan, plans[0]) for plan in plans)
    return Negotiable(
        within=within,
        limit_gbp=limit_gbp,
        plans=near,
        schemes=tuple(schemes),
        is_complete=is_complete,
        sentences=_sentences(plans[0], schemes, within, limit_gbp, len(plans), is_complete=is_complete),
    )


def _share(
    register: Register,
    key: SchemeKey,
    holding: Sequence[tuple[PlannedScheme, ...]],
    count: int,
    *,
    in_best: bool,
    proven: bool,
) -> SchemeShare:
    share = Fraction(len(holding), count)
    label = Label.ALWAYS if share == 1 else Label.USUALLY if share >= HALF else Label.OPTIONAL
    years = tuple(sorted({min(line.year for line in lines if line.year is not None) for lines in holding}))
    what = key.asset_id or f"{key.option} at {key.site}"
    known = "every plan within the cost (proven)" if proven else f"{len(holding)} of {count} plans found"
    return SchemeShare(
        what=what,
        asset_id=key.asset_id or None,
        site=key.site,
        trust=holding[0][0].trust,
        modality=key.modality,
        action=key.action,
        label=label,
        plans=len(holding),
        share=share,
        in_best=in_best,
        years=years,
        options=tuple(sorted({line.option for lines in holding for line in lines if line.option is not None})),
        proven=proven,
        sentence=f"{what} is {DONE[key.action]}, {_years(years)}: in {known}.",
    )


def _years(years: Sequence[int]) -> str:
    if len(years) == 1:
        return f"always in {year_label(years[0])}"
    return f"in {year_label(years[0])} to {year_label(years[-1])}"


def _near(plan: Plan, best: Plan) -> NearPlan:
    ours, theirs = keys_of(best), keys_of(plan)
    both = ours.keys() & theirs.keys()
    return NearPlan(
        cost_gbp=plan.objective_gbp,
        over_gbp=plan.objective_gbp - best.objective_gbp,
        left_out=len(ours.keys() - theirs.keys()),
        new=len(theirs.keys() - ours.keys()),
        moved=sum(_when(ours[key]) != _when(theirs[key]) for key in both),
    )


def _when(lines: Sequence[PlannedScheme]) -> list[tuple[int | None, str | None, str | None, int]]:
    return [(line.year, line.option, line.offer, line.units) for line in lines]


def _sentences(
    best: Plan, schemes: Sequence[SchemeShare], within: Fraction, limit_gbp: int, count: int, *, is_complete: bool
) -> tuple[str, ...]:
    by_label: Mapping[Label, int] = {label: sum(each.label is label for each in schemes) for label in Label}
    proven = sum(each.proven for each in schemes)
    allowance, total = limit_gbp - best.objective_gbp, len(schemes)
    always, usually, optional = (by_label[label] for label in Label)
    sentences = [
        f"{always} of {total} schemes {_are(always)} in every plan found within £{allowance:,} "
        f"({float(100 * within):g}%) of the best; {usually} {_are(usually)} in at least half of them and "
        f"{optional} {_are(optional)} optional.",
        f"{count} plans were looked at, that of the run among them; each was re-checked and keeps to the cost.",
    ]
    others = sum(not each.in_best for each in schemes)
    if others:
        sentences.append(f"{others} of the schemes {_are(others)} not in the plan of the run: only others have them.")
    if proven:
        sentences.append(f"Of {proven} it is proven that every plan within the cost has them.")
    if always > proven:
        sentences.append(
            f"Of {always - proven} it is known only that all {count} plans found have them; another plan within the "
            "cost may not."
        )
    if is_complete:
        sentences.append("The search ended because no further scheme can be left out within the cost.")
    if best.gap_gbp is None or best.gap_gbp > allowance:
        known = "it is not known how far" if best.gap_gbp is None else f"up to £{best.gap_gbp:,}"
        sentences.append(
            f"The best is known only to the run's own gap: a plan may be cheaper than it by more than the cost allowed "
            f"here ({known})."
        )
    return tuple(sentences)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
