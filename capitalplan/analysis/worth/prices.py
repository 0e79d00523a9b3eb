"""What changes of limits are worth: estimates by row prices in valid intervals, and exact prices by planning again.

With ``V`` and ``V'`` the least cost before and after a change, a saving is ``V - V'`` and a cost ``V' - V``. The plan's
bound and value stand on both sides of ``V``. Row prices prove a bound below ``V'`` (``formulation/pricing.py``), and
where the plan is still one after the change, only paid in another way, its cost then is above ``V'``. Where every plan
of the one problem is a plan of the other, more costs nothing, and less saves nothing, but for the price of minimum use.

The estimate is the change of the bound that the prices prove, clipped into the interval. On the linear relaxation it is
the most that more of a limit can save, and the least that less of it can cost.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.worth.lines import LimitChange, LimitKind, LimitWorth
from capitalplan.analysis.worth.paying_again import PayingAgain
from capitalplan.finance.limits import Limits
from capitalplan.formulation.bounds import implied_bounds
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.pricing import certified_bound
from capitalplan.formulation.problem import Problem
from capitalplan.formulation.reuse import with_limits
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Solver

__all__ = ["WorthPrices"]

Floats = npt.NDArray[np.float64]


class WorthPrices:
    """Prices changes of limits of one plan.

    Parameters
    ----------
    formulation
        The plan's problem.
    values
        Value of each column in the plan, shape ``(n_columns,)``.
    duals
        Row prices, best those of the linear relaxation, shape ``(n_rows,)``.
    solve
        Solves linear problems: how the plan is paid under other limits, and the linear relaxation where a change asks
        for other columns.
    """

    def __init__(self, formulation: Formulation, values: Floats, duals: Floats, plan: Plan, solve: Solver) -> None:
        self.formulation, self.duals, self.plan, self.solve = formulation, duals, plan, solve
        self._limits = Limits.of(formulation.columns.register)
        self._paying = PayingAgain(formulation, values, solve)

    def estimates(self, changes: Sequence[LimitChange]) -> list[LimitWorth | None]:
        """Estimates of some changes, in order; None where there is no telling without planning again."""
        problem = self.formulation.problem
        reused = [self._reused(each) for each in changes]
        within = _within(problem, [same.problem for same in reused if same is not None])
        certified = self._proven(problem, self.duals, within)
        before = (_highest(self.plan.bound_gbp, certified), self.plan.objective_gbp)
        found: list[LimitWorth | None] = []
        for change, same in zip(changes, reused, strict=True):
            if self._changes_nothing(change, same):
                found.append(change.priced(_price(Basis.ESTIMATE, 0, 0, 0)))
                continue
            bound = self._anew(change.register) if same is None else self._proven(same.problem, self.duals, within)
            loss = self._loss_gbp(change)
            after = (bound, self._at_hand_gbp(change, same, loss))
            interval = _interval(change, loss, before, after)
            guess = _gain(change, certified, bound)
            found.append(None if interval is None else change.priced(_price(Basis.ESTIMATE, *interval, guess)))
        return found

    def exact(self, change: LimitChange, attempt: Attempt) -> LimitWorth | None:
        """Exact price of a change from planning again; None where that found no plan, nor that there is none.

        A plan under the narrower limits is one under the wider, and what bounds plans under the wider bounds those
        under the narrower.
        """
        if attempt.is_impossible:
            return change.priced(Price(basis=Basis.EXACT, is_impossible=True))
        if attempt.plan is None:
            return None
        bound, value = self.plan.bound_gbp, self.plan.objective_gbp
        bound_after, after = attempt.plan.bound_gbp, attempt.plan.objective_gbp
        loss = self._loss_gbp(change)
        if loss is not None and change.is_more:
            bound, after = _highest(bound, _less(bound_after, loss)), min(after, value + loss)
        elif loss is not None:
            bound_after, value = _highest(bound_after, _less(bound, loss)), min(value, after + loss)
        interval = _interval(change, loss, (bound, value), (bound_after, after))
        return None if interval is None else change.priced(_price(Basis.EXACT, *interval, _gain(change, value, after)))

    def _reused(self, change: LimitChange) -> Formulation | None:
        """The problem under a change where only bounds differ, none of them from finite to infinite."""
        if change.kind is LimitKind.TRAVEL:
            return None
        try:
            same = with_limits(self.formulation, change.register)
        except ValueError:
            return None
        ends = ((each.row_lower, each.row_upper) for each in (self.formulation.problem, same.problem))
        before, after = (np.isfinite(np.concatenate(each)) for each in ends)
        return same if (before == after).all() else None

    def _changes_nothing(self, change: LimitChange, same: Formulation | None) -> bool:
        """Whether a change leaves the problem as it is."""
        if same is None:
            return change.register.links == self.formulation.columns.register.links and change.kind is LimitKind.TRAVEL
        ends = ("row_lower", "row_upper", "upper")
        return all(np.array_equal(getattr(self.formulation.problem, end), getattr(same.problem, end)) for end in ends)

    def _at_hand_gbp(self, change: LimitChange, same: Formulation | None, loss: int | None) -> int | None:
        """Cost of the plan under a change, £; None where it is no plan, or that is not known."""
        if change.is_more and loss == 0:
            return self.plan.objective_gbp
        more = None if same is None else self._paying.more_gbp(same.problem)
        return None if more is None else self.plan.objective_gbp + more

    def _loss_gbp(self, change: LimitChange) -> int | None:
        """The most that more of a limit can cost, or less of it save, £; None where there is no telling.

        It is nothing, unless more of a source should then be used. Where a source then pays for committed schemes in
        place of others, these may be short of their own limits.
        """
        if change.kind is not LimitKind.MONEY:
            return 0
        limits = (self._limits, Limits.of(change.register))
        return self._dearer_gbp(*limits if change.is_more else limits[::-1])

    def _dearer_gbp(self, narrower: Limits, wider: Limits) -> int | None:
        """The most that a plan within limits costs more within wider ones, £; None where it may break them."""
        columns = self.formulation.columns
        years = range(columns.register.settings.years)
        is_within = all(
            wider.free(name, year) >= narrower.free(name, year)
            and wider.carry[name][year] >= narrower.carry[name][year]
            for name in narrower.planned
            for year in years
        ) and all(
            (most := one.left(year)) is None or ((held := other.left(year)) is not None and most >= held)
            for one, other in zip(wider.totals, narrower.totals, strict=True)
            for year in years
        )
        more_asked = (
            columns.rates.discount[year] * max(0, wider.asked(name, year) - narrower.asked(name, year))
            for name in narrower.planned
            for year in years
        )
        return math.ceil(columns.register.settings.under_use_price * sum(more_asked)) if is_within else None

    def _anew(self, register: Register) -> int | None:
        """Bound proven by the linear relaxation of a register's own problem, £."""
        problem = formulate(register).problem
        duals = self.solve(problem, SolveOptions(relax=True)).duals
        return None if duals is None else self._proven(problem, duals, implied_bounds(problem))

    def _proven(self, problem: Problem, duals: Floats, within: tuple[Floats, Floats]) -> int | None:
        """Bound that row prices prove, £; a column's own bounds come before those implied."""
        lower, upper = within
        bound = certified_bound(
            problem,
            duals,
            (
                np.where(np.isfinite(problem.lower), problem.lower, lower),
                np.where(np.isfinite(problem.upper), problem.upper, upper),
            ),
        )
        return None if bound == -math.inf else math.floor(1000 * bound) + self.formulation.constant_gbp


def _within(problem: Problem, others: Iterable[Problem]) -> tuple[Floats, Floats]:
    """Bounds of columns, own or implied, that hold for a problem and others that differ from it in bounds only."""
    moved, upper = np.zeros(problem.n_rows), problem.upper.copy()
    for other in others:
        for before, after in ((problem.row_lower, other.row_lower), (problem.row_upper, other.row_upper)):
            finite = np.isfinite(before)
            moved[finite] = np.maximum(moved[finite], np.abs(after[finite] - before[finite]))
        upper = np.maximum(upper, other.upper)
    return implied_bounds(replace(problem, upper=upper), moved)


def _interval(
    change: LimitChange, loss: int | None, before: tuple[int | None, int | None], after: tuple[int | None, int | None]
) -> tuple[int, int | None] | None:
    """What a change saves, or costs, at least and at most, £, from a bound and a plan before it and after it.

    Parameters
    ----------
    loss
        The most that more can cost, or less save; None where there is no telling.
    """
    dear, cheap = (before, after) if change.is_more else (after, before)
    low, high = _less(dear[0], cheap[1]), _less(dear[1], cheap[0])
    if loss is not None:
        low = max(-loss, -loss if low is None else low)
    if low is None:
        return None
    return low, None if high is None else max(low, high)


def _gain(change: LimitChange, before: int | None, after: int | None) -> int | None:
    return _less(before, after) if change.is_more else _less(after, before)


def _price(basis: Basis, low: int, high: int | None, guess: int | None) -> Price:
    """A price whose guess lies within its interval."""
    if guess is not None:
        guess = max(low, guess if high is None else min(high, guess))
    return Price(basis=basis, low_gbp=low, high_gbp=high, estimate_gbp=guess)


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def _highest(*bounds: int | None) -> int | None:
    return max((each for each in bounds if each is not None), default=None)
