"""How sensitive a plan is to each ageing curve and to planned life: the plan made again under each one changed.

================  ====================================================================================================
``uptime``        time lost, ``1 - uptime``, halved and doubled at every age (no more than all of it); what was measured
                  of a machine stays as it is today and follows the changed curve from there; staffed time stays
``upkeep``        what upkeep at each age is above that of a new machine, halved and doubled (never below nothing)
``failure``       serious breakdowns a year, halved and doubled at every age
``resale``        share of the price paid, halved and doubled at every age (no more than all of it)
``planned life``  one year shorter (never below one) and longer for every registered machine, entered or by use, and for
                  options without a life of their own, which follow Modalities; options with one keep it
================  ====================================================================================================

All curves are changed together, one kind at a time; everything else is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from capitalplan.analysis.compare import changed_schemes, more_or_fewer
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.objective import constant_gbp
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Asset, Curve, Register

__all__ = ["CurveTest", "CurveVariant", "curve_test", "curve_variants", "is_unused", "sensitivity"]

Plans = Callable[[Sequence[Register]], Iterable[Plan | None]]

FACTORS = (("halved", Fraction(1, 2)), ("doubled", Fraction(2)))
LIVES = (("one year shorter", -1), ("one year longer", 1))
SUBJECTS = {
    "uptime": "the time lost to breakdown and service",
    "upkeep": "the rise of upkeep with age",
    "failure": "the serious breakdowns expected",
    "resale": "resale values",
    "planned life": "planned lives",
}
"""What is changed of each curve, as users read it."""
UNUSED = {
    "uptime": "no line has demand that uptime would serve, or none loses any time",
    "upkeep": "nothing is paid for maintenance, or it does not rise with age",
    "failure": "a breakdown has no price (setting failure_price_gbp), so only the number expected moves",
    "resale": "nothing that could be sold has a resale value",
    "planned life": "neither age risk nor remaining value is priced",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveVariant:
    """A register with one kind of curve changed.

    Attributes
    ----------
    curve
        ``uptime``, ``upkeep``, ``failure``, ``resale`` or ``planned life``.
    change
        ``halved``, ``doubled``, ``one year shorter`` or ``one year longer``.
    """

    curve: str
    change: str
    register: Register


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTest:
    """What a changed curve would change. Figures of the plan made under it are None where none was found.

    Attributes
    ----------
    is_used
        Whether any cost or limit of the plan depends on the curve; where none does, nothing was planned again.
    schemes_changed
        Machines treated otherwise, and additions that differ.
    additions, replacements
        How many there are then.
    capital_gbp
        Capital over the horizon then, £ cash.
    cost_gbp
        Whole-life cost then, less that of the plan, £.
    gap
        Relative gap of the test's own solve; None where it proved none.
    gap_gbp
        How far the cost difference of the best plans may lie from ``cost_gbp``, by the gaps proven for the two, £; None
        where either proved none.
    sentence
        The finding, in words.
    """

    curve: str
    change: str
    is_used: bool
    schemes_changed: int | None
    additions: int | None
    replacements: int | None
    capital_gbp: int | None
    cost_gbp: int | None
    gap: float | None
    gap_gbp: int | None
    sentence: str


def sensitivity(
    base: Formulation,
    plan: Plan,
    plans: Plans,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda _: None,
) -> tuple[CurveTest, ...]:
    """Plan again with each ageing curve, and planned life, changed both ways.

    Parameters
    ----------
    base, plan
        The register as it is, and the plan under it.
    plans
        Makes the plan of each register, in order; None where none is found.
    should_stop
        Asked before each test; True leaves out those not yet made.
    note
        Told what is being worked on.
    """
    variants = curve_variants(base.columns.register)
    used = [not is_unused(base, formulate(variant.register)) for variant in variants]
    others = iter(plans([variant.register for variant, is_used in zip(variants, used, strict=True) if is_used]))
    tests = []
    for variant, is_used in zip(variants, used, strict=True):
        if should_stop():
            note("stopped; the tests so far are kept")
            break
        note(f"testing {variant.curve}, {variant.change}")
        tests.append(curve_test(plan, variant, next(others) if is_used else plan, is_used=is_used))
    return tuple(tests)


def curve_variants(register: Register) -> tuple[CurveVariant, ...]:
    """Make the register with each curve, and planned life, changed both ways."""
    changes: dict[str, Callable[[Register, Fraction], Register]] = {
        "uptime": _uptime,
        "upkeep": _upkeep,
        "failure": _failure,
        "resale": _resale,
    }
    variants = [
        CurveVariant(curve=curve, change=word, register=change(register, factor))
        for curve, change in changes.items()
        for word, factor in FACTORS
    ]
    variants += [CurveVariant(curve="planned life", change=word, register=_life(register, by)) for word, by in LIVES]
    return tuple(variants)


def is_unused(base: Formulation, changed: Formulation) -> bool:
    """Whether a change leaves the whole problem, and the costs outside it, as they were."""
    ours, theirs = base.problem, changed.problem
    if (ours.column_names, ours.row_names) != (theirs.column_names, theirs.row_names):
        return False
    names = ("costs", "lower", "upper", "row_lower", "row_upper")
    return (
        all(np.array_equal(getattr(ours, name), getattr(theirs, name)) for name in names)
        and (ours.matrix - theirs.matrix).count_nonzero() == 0
        and constant_gbp(base.columns) == constant_gbp(changed.columns)
    )


def curve_test(plan: Plan, variant: CurveVariant, other: Plan | None, *, is_used: bool = True) -> CurveTest:
    """Say what a plan made under a changed curve does otherwise; ``other`` is None where none was found.

    Parameters
    ----------
    is_used
        Whether any cost or limit depends on the curve; where none does, ``other`` is the plan itself.
    """
    subject = SUBJECTS[variant.curve]
    opening = f"With {subject} {variant.change}"
    if other is None:
        return CurveTest(
            curve=variant.curve,
            change=variant.change,
            is_used=is_used,
            schemes_changed=None,
            additions=None,
            replacements=None,
            capital_gbp=None,
            cost_gbp=None,
            gap=None,
            gap_gbp=None,
            sentence=f"{opening}, no plan was found.",
        )
    gaps = None if plan.gap_gbp is None or other.gap_gbp is None else max(plan.gap_gbp, other.gap_gbp)
    cost = other.objective_gbp - plan.objective_gbp
    return CurveTest(
        curve=variant.curve,
        change=variant.change,
        is_used=is_used,
        schemes_changed=changed_schemes(plan, other),
        additions=int(other.kpis["additions"]),
        replacements=int(other.kpis["replacements"]),
        capital_gbp=int(other.kpis["capital_cash_gbp"]),
        cost_gbp=cost,
        gap=other.gap,
        gap_gbp=gaps,
        sentence=(
            f"{opening}, {_effect(plan, other)}; {_cost_words(cost, gaps)}."
            if is_used
            else f"{opening}, nothing changes: {UNUSED[variant.curve]}."
        ),
    )


def _effect(plan: Plan, other: Plan) -> str:
    changed = changed_schemes(plan, other)
    if not changed:
        return "no scheme changes"
    capital, before = int(other.kpis["capital_cash_gbp"]), int(plan.kpis["capital_cash_gbp"])
    added = int(other.kpis["additions"]) - int(plan.kpis["additions"])
    renewed = int(other.kpis["replacements"]) - int(plan.kpis["replacements"])
    schemes = "1 scheme changes" if changed == 1 else f"{changed} schemes change"
    return (
        f"{schemes}: {more_or_fewer(added, 'addition')}, {more_or_fewer(renewed, 'replacement')}, capital of "
        f"£{capital:,} against £{before:,}"
    )


def _cost_words(cost: int, gap: int | None) -> str:
    if not cost:
        return "whole-life cost stays as it is"
    moved = f"whole-life cost is £{abs(cost):,} {'higher' if cost > 0 else 'lower'}"
    if gap is None:
        return f"{moved}, with no gap proven"
    if abs(cost) <= gap:
        return f"{moved}, which lies within the £{gap:,} to which the plans are proven"
    return f"{moved}, proven to within £{gap:,}"


def _with_curves(register: Register, change: Callable[[Curve], Curve]) -> Register:
    return replace(register, curves={name: change(curve) for name, curve in register.curves.items()})


def _uptime(register: Register, factor: Fraction) -> Register:
    changed = _with_curves(
        register,
        lambda curve: replace(
            curve, uptime=tuple(max(Fraction(0), 1 - (1 - share) * factor) for share in curve.uptime)
        ),
    )
    return replace(changed, assets=tuple(_as_measured(asset, register, changed) for asset in register.assets))


def _as_measured(asset: Asset, before: Register, after: Register) -> Asset:
    """Keep the uptime measured of a machine today; one that was not measured follows its curve."""
    age = before.settings.start_year - asset.install_year
    old, new = (each.curves[asset.curve].at(each.curves[asset.curve].uptime, age) for each in (before, after))
    if asset.uptime_scale == 1 or not new:
        return asset
    return replace(asset, uptime_scale=asset.uptime_scale * old / new)


def _upkeep(register: Register, factor: Fraction) -> Register:
    def change(curve: Curve) -> Curve:
        new = curve.upkeep[0]
        return replace(curve, upkeep=tuple(max(Fraction(0), new + (share - new) * factor) for share in curve.upkeep))

    return _with_curves(register, change)


def _failure(register: Register, factor: Fraction) -> Register:
    return _with_curves(
        register, lambda curve: replace(curve, failure=tuple(expected * factor for expected in curve.failure))
    )


def _resale(register: Register, factor: Fraction) -> Register:
    return _with_curves(
        register,
        lambda curve: replace(curve, resale=tuple(min(Fraction(1), share * factor) for share in curve.resale)),
    )


def _life(register: Register, years: int) -> Register:
    return replace(
        register,
        assets=tuple(replace(asset, life_years=max(1, asset.life_years + years)) for asset in register.assets),
        lines={
            name: replace(
                line,
                life_high_use=max(1, line.life_high_use + years),
                life_mid_use=max(1, line.life_mid_use + years),
                life_low_use=max(1, line.life_low_use + years),
            )
            for name, line in register.lines.items()
        },
    )
