"""The why-not-ours ledger: for every machine and addition, what anything else would cost the network; fast figures.

A forced price is the value of the best plan under the forcing less that of the best plan. Row prices prove a bound
``L`` on every plan, and a higher one, ``L_F``, on every plan that keeps certain columns at zero and chooses at least
one of others (``rise`` in ``formulation/pricing.py``). The best plan costs no more than the plan, so the price is at
least ``L_F`` less the plan's value, and never below zero. It is at most the value of any plan that keeps to the forcing
(a *plan at hand*), less the plan's own bound. The estimate is ``L_F - L``, brought into the interval.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.ledger.at_hand import AtHand, Found
from capitalplan.analysis.ledger.forcing import Forced, added_columns, addition_forcings, first_event, machine_forcings
from capitalplan.analysis.ledger.limit_prices import LimitPrices
from capitalplan.analysis.ledger.lines import REPLACED, ForcedPrice, Forcing, LedgerEntry
from capitalplan.analysis.ledger.words import added_words, decided_words, sentence
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.whole_menus import WholeMenus, whole_menus
from capitalplan.formulation.eligibility import Removal
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.pricing import certified_bound, reduced_costs, rise, rounding_errors, usable_prices
from capitalplan.plan.drafts import standing_machine
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.solution import Solver
from capitalplan.terms import Action, Timing

__all__ = ["Subject", "closed_price", "estimated_entries", "ledger", "subjects"]

Floats = npt.NDArray[np.float64]
Tried = dict[tuple[tuple[int, int], ...], Found | None]
"""Changes tried on the plan, and the plan at hand where they make one."""

TRIES = 3
"""Most choices tried of each forcing for a plan at hand, cheapest by price first."""
ROUNDING = 1e-9
"""Relative error of sums of floats, of which there are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A machine or an addition, what the plan does with it, and what may be forced on it.

    Attributes
    ----------
    asset_id
        The machine; None for an addition.
    lines
        Its lines in the plan; of an addition, none where it is refused.
    columns
        All its columns.
    chosen
        Those the plan chooses, and how often.
    """

    asset_id: str | None
    option: str | None
    offer: str | None
    trust: str
    site: str
    modality: str
    lines: tuple[PlannedScheme, ...]
    columns: npt.NDArray[np.int64]
    chosen: Mapping[int, int]
    forcings: tuple[Forced, ...]

    def entry(self, forced: Sequence[ForcedPrice]) -> LedgerEntry:
        """The entry of the ledger with these prices."""
        is_machine = self.asset_id is not None
        decided = decided_words(self.lines) if is_machine else added_words(self.lines)
        timings = [line.timing for line in self.lines] if is_machine else []
        timing = Timing.NOT_FUNDED if Timing.NOT_FUNDED in timings else next(iter(timings), None)
        return LedgerEntry(
            asset_id=self.asset_id,
            option=self.option,
            offer=self.offer,
            trust=self.trust,
            site=self.site,
            modality=self.modality,
            decided=decided,
            year=self.lines[0].year if self.lines else None,
            timing=timing,
            forced=tuple(forced),
            sentence=sentence(decided, timing, forced),
        )


def subjects(whole: WholeMenus, plan: Plan) -> tuple[Subject, ...]:
    """List every machine, and every option that may be added at a site, with what may be forced on it."""
    return (*_machines(whole, plan), *_additions(whole, plan))


def ledger(
    formulation: Formulation, values: Floats, duals: Floats, plan: Plan, solve: Solver
) -> tuple[LedgerEntry, ...]:
    """Price what else might be done with every machine and addition, fast: estimates inside valid intervals.

    Parameters
    ----------
    formulation, values
        The problem of the plan's register, and the value of each column in the plan.
    duals
        Row prices of its linear relaxation, shape ``(n_rows,)``; all zero where there are none, and then nothing is
        estimated.
    solve
        Solves a small linear problem.
    """
    whole = whole_menus(formulation, values, duals)
    return estimated_entries(whole, subjects(whole, plan), plan, solve)


def estimated_entries(
    whole: WholeMenus, chosen: Sequence[Subject], plan: Plan, solve: Solver
) -> tuple[LedgerEntry, ...]:
    """Entries of some machines and additions, priced as ``ledger`` prices them all."""
    pricing = _Pricing(whole, plan, solve)
    return tuple(subject.entry(pricing.prices(subject)) for subject in chosen)


def closed_price(forced: Forced, basis: Basis) -> ForcedPrice:
    """Price of what may not be done."""
    return ForcedPrice(
        forcing=forced.forcing,
        year=None,
        option=None,
        offer=None,
        action="",
        price=Price(basis=basis, is_impossible=True),
        closed_by=forced.closed_by,
    )


def _machines(whole: WholeMenus, plan: Plan) -> Iterator[Subject]:
    columns, table = whole.formulation.columns, whole.formulation.columns.table
    lines: dict[str, list[PlannedScheme]] = defaultdict(list)
    for line in plan.schemes:
        if line.asset_id is not None:
            lines[line.asset_id].append(line)
    removals: dict[str, list[Removal]] = defaultdict(list)
    for removal in table.removals:
        removals[removal.asset_id].append(removal)
    for number, menu in enumerate(table.menus):
        first, end = int(table.first[number]), int(table.first[number + 1])
        chosen = int(whole.values[first:end].argmax())
        yield Subject(
            asset_id=menu.asset.asset_id,
            option=None,
            offer=None,
            trust=menu.asset.trust,
            site=menu.asset.site,
            modality=menu.asset.modality,
            lines=tuple(lines[menu.asset.asset_id]),
            columns=np.arange(first, end),
            chosen={first + chosen: 1},
            forcings=machine_forcings(columns, number, chosen, removals[menu.asset.asset_id]),
        )


def _additions(whole: WholeMenus, plan: Plan) -> Iterator[Subject]:
    columns, start = whole.formulation.columns, whole.formulation.columns.starts["additions"]
    lines: dict[tuple[str, str, str | None], list[PlannedScheme]] = defaultdict(list)
    for line in plan.schemes:
        if line.action is Action.ADD and line.option not in (None, NEW_ROOM) and not line.committed:
            lines[line.site, line.option or "", line.offer].append(line)
    for key, mine in added_columns(columns).items():
        addition = columns.additions[int(mine[0]) - start]
        counts = {int(each): count for each in mine if (count := round(float(whole.values[each])))}
        yield Subject(
            asset_id=None,
            option=addition.option.name,
            offer=key[2],
            trust=addition.site.trust,
            site=addition.site.code,
            modality=addition.option.modality,
            lines=tuple(lines[key]),
            columns=mine,
            chosen=counts,
            forcings=addition_forcings(columns, mine, counts),
        )


class _Pricing:
    """Prices forcings from row prices and plans at hand."""

    def __init__(self, whole: WholeMenus, plan: Plan, solve: Solver) -> None:
        problem = whole.formulation.problem
        prices = usable_prices(problem, whole.duals)
        self.columns = whole.formulation.columns
        self.constant = whole.formulation.constant_gbp
        self.plan = plan
        self.upper = problem.upper
        self.has_prices = bool(prices.any())
        self.reduced = reduced_costs(problem, prices)
        self.error = rounding_errors(problem, prices)
        self.bound = certified_bound(problem, prices) if self.has_prices else -math.inf
        self.limits = LimitPrices(whole.formulation, prices)
        self.hand = AtHand(whole.formulation, whole.values, solve)
        self.least = plan.bound_gbp if plan.bound_gbp is not None else self._pounds(self.bound)
        starts = self.columns.starts
        self.outside = slice(starts["shortfalls"], starts["rebates"])
        self.lists = slice(starts["lists"], starts["over"])
        self.rooms = {
            (each.site.code, each.modality, each.year): number
            for number, each in enumerate(self.columns.rooms, starts["rooms"])
        }

    def prices(self, subject: Subject) -> list[ForcedPrice]:
        """Price of each forcing; a plan at hand for one of them serves every other it keeps to."""
        tried: Tried = {}
        for forced in reversed(subject.forcings):
            if not forced.closed_by:
                self._try(subject, forced, tried)
        found = [(dict(changes), plan) for changes, plan in tried.items() if plan is not None]
        return [self._price(subject, forced, found) for forced in subject.forcings]

    def _price(self, subject: Subject, forced: Forced, found: Sequence[tuple[dict[int, int], Found]]) -> ForcedPrice:
        if forced.closed_by:
            return closed_price(forced, Basis.ESTIMATE)
        kept = [plan for changes, plan in found if _keeps(changes, forced)]
        best = min(kept, key=lambda plan: plan.value, default=None)
        choice = None if not len(forced.asked) else int(forced.asked[self.reduced[forced.asked].argmin()])
        year, action, option, offer = self._happens(subject, forced.forcing, choice)
        given_up = _given_up(subject, choice)
        over_age, breakdowns = self._own(given_up, choice)
        return ForcedPrice(
            forcing=forced.forcing,
            year=year,
            option=option,
            offer=offer,
            action=action,
            price=self._interval(forced, best),
            scans_outside=None if best is None else self._more(best, self.outside),
            patients_waiting=None if best is None else self._more(best, self.lists),
            over_age_years=over_age,
            breakdowns=breakdowns,
            limits=self.limits.dearest([] if choice is None else [choice], list(given_up)),
        )

    def _interval(self, forced: Forced, best: Found | None) -> Price:
        low, bound = 0, self._pounds(self.bound + self._dearer(forced, self.error))
        if bound is not None:
            low = max(0, bound - self.plan.objective_gbp)
        high = None
        if best is not None and self.least is not None:
            high = max(low, math.ceil(1000 * best.value * (1 + ROUNDING)) + self.constant - self.least)
        estimate = None
        if self.has_prices:
            guess = round(1000 * self._dearer(forced, np.zeros_like(self.error)))
            estimate = max(low, guess if high is None else min(guess, high))
        return Price(basis=Basis.ESTIMATE, low_gbp=low, high_gbp=high, estimate_gbp=estimate)

    def _dearer(self, forced: Forced, error: Floats) -> float:
        """By how much the bound rises under a forcing, units of the objective."""
        return rise(self.reduced, error, self.upper, closed=forced.closed, asked=forced.asked)

    def _pounds(self, bound: float) -> int | None:
        """A bound in whole pounds, rounded down; None where nothing is proven."""
        if bound == -math.inf:
            return None
        return math.floor(1000 * (bound - ROUNDING * abs(bound))) + self.constant

    def _try(self, subject: Subject, forced: Forced, tried: Tried) -> None:
        """Look for a plan at hand among a few choices in order of price, up to the first."""
        order = forced.asked[np.argsort(self.reduced[forced.asked], kind="stable")][:TRIES]
        for choice in order.tolist() if len(order) else [None]:
            for changes in self._changes(subject, choice):
                key = tuple(changes.items())
                if key not in tried:
                    tried[key] = self.hand.changed(changes)
                if tried[key] is not None:
                    return

    def _changes(self, subject: Subject, choice: int | None) -> Iterator[dict[int, int]]:
        """Columns that change for a choice; of an addition also with a room built for it."""
        given_up = _given_up(subject, choice)
        nothing = dict.fromkeys(given_up, 0)
        if choice is None:
            yield nothing
            return
        units = sum(given_up.values()) or 1
        changes = {**nothing, choice: units + subject.chosen.get(choice, 0)}
        yield changes
        if subject.asset_id is not None:
            return
        addition = self.columns.additions[choice - self.columns.starts["additions"]]
        room = self.rooms.get((addition.site.code, addition.option.modality, addition.year))
        if room is not None:
            yield {**changes, room: round(float(self.hand.values[room])) + units}

    def _more(self, plan: Found, span: slice) -> int:
        return round(1000 * float(plan.values[span].sum() - self.hand.values[span].sum()))

    def _happens(
        self, subject: Subject, forcing: Forcing, choice: int | None
    ) -> tuple[int | None, str, str | None, str | None]:
        """Year, action, option and offer of what is forced: a replacement, where that is asked for."""
        horizon = self.columns.register.settings.horizon
        if choice is None:
            return None, str(Action.KEEP), None, None
        if subject.asset_id is None:
            added = self.columns.additions[choice - self.columns.starts["additions"]]
            return horizon[added.year], str(Action.ADD), subject.option, subject.offer
        number, row = self._schedule(choice)
        of = Action.REPLACE if forcing in REPLACED else None
        first = first_event(self.columns.table.menus[number], row, of=of)
        if first is None:
            return None, str(Action.KEEP), None, None
        return horizon[first.year], str(first.action), first.option, first.offer

    def _own(self, given_up: Mapping[int, int], choice: int | None) -> tuple[int, Fraction]:
        """Years past planned life and breakdowns expected of the machine itself, more than in the plan."""
        ours = [self._ageing(column, count) for column, count in given_up.items()]
        theirs = [] if choice is None else [self._ageing(choice, sum(given_up.values()) or 1)]
        years = sum(years for years, _ in theirs) - sum(years for years, _ in ours)
        return years, sum((each for _, each in theirs), Fraction(0)) - sum((each for _, each in ours), Fraction(0))

    def _ageing(self, column: int, count: int) -> tuple[int, Fraction]:
        columns = self.columns
        positions = range(columns.register.settings.years)
        if column >= columns.starts["additions"]:
            added = columns.additions[column - columns.starts["additions"]]
            standing = [(added.machine, t - added.year) for t in positions if added.stands[t]]
        else:
            number, row = self._schedule(column)
            found = (standing_machine(columns.table.menus[number], row, t) for t in positions)
            standing = [each for each in found if each is not None]
        over = sum(machine.life is not None and machine.ages[at] > machine.life for machine, at in standing)
        return count * int(over), count * sum((machine.breakdowns[at] for machine, at in standing), Fraction(0))

    def _schedule(self, column: int) -> tuple[int, int]:
        """Number of the machine a schedule's column belongs to, and of the schedule on its menu."""
        first = self.columns.table.first
        number = int(np.searchsorted(first, column, side="right")) - 1
        return number, column - int(first[number])


def _given_up(subject: Subject, choice: int | None) -> dict[int, int]:
    """What a choice stands in for, by column: a machine's schedule, the first of an addition; all where it is none."""
    chosen = sorted(subject.chosen.items())
    return dict(chosen if choice is None else chosen[:1])


def _keeps(changes: Mapping[int, int], forced: Forced) -> bool:
    """Whether a plan with these changes keeps to a forcing on the same machine or addition."""
    is_shut = any(changes.get(int(column), 0) for column in forced.closed)
    return not is_shut and (not len(forced.asked) or any(changes.get(int(column), 0) for column in forced.asked))
