"""What binds in a sealed run: what a little more, or less, of each limit is worth, estimated or planned again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import not_
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.table import Table
from rich.text import Text

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.ledger.limit_prices import MONEY, LimitPrices
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.worth.changes import MINUTES, limit_changes
from capitalplan.analysis.worth.lines import LimitChange, LimitKind, LimitWorth
from capitalplan.analysis.worth.prices import WorthPrices
from capitalplan.formulation.formulate import Formulation
from capitalplan.plan.plan import Plan
from capitalplan.register.reading.reader import read_book
from capitalplan.register.reading.words import nearest, plain_key
from capitalplan.register.register import Register
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.places import resolve_links
from capitalplan.solution import SolveOptions
from capitalplan.terms import year_label
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.impossible import commitments_over_limit
from capitalplan.workflow.planning import SMALL, is_within
from capitalplan.workflow.sealed import Sealed
from capitalplan.workflow.terminal import table_console
from capitalplan.workflow.workers import attempts_apart

__all__ = ["ExactWorth", "LimitChoice", "estimated_worth", "exact_worth", "show_worth", "worth_lines"]

Floats = npt.NDArray[np.float64]

TITLES = {
    LimitKind.MONEY: "Money: £100,000 more and less of a funding source in a year",
    LimitKind.WORKS: "Works: one more installation in every year",
    LimitKind.STAFF: "Staff: one more radiographer in every year",
    LimitKind.TRAVEL: "Travel: ten more minutes for every site",
}


RULES = {LimitKind.MONEY: MONEY, LimitKind.WORKS: "works", LimitKind.STAFF: "workforce"}
"""Rule whose rows hold each kind of limit; travel has none."""
MOST = 250
"""Most changes estimated at once: each takes time by the size of the register, and nobody reads thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChoice:
    """Which limits are asked about.

    Attributes
    ----------
    kinds
        Kinds of limit; empty for all.
    place
        Funding source, site, trust or ``network``, as typed; None for all.
    year
        Financial year as ``2027/28``; None for all, limits of every year included.
    """

    kinds: Collection[LimitKind] = ()
    place: str | None = None
    year: str | None = None

    def of(self, changes: Sequence[LimitChange], years: Sequence[int]) -> list[LimitChange]:
        """The changes asked about.

        Raises
        ------
        LookupError
            If there is no such place or year, or nothing is left; the message suggests near ones.
        """
        found = [each for each in changes if not self.kinds or each.kind in self.kinds]
        if self.place is not None:
            places = list(dict.fromkeys(each.place for each in found))
            named = [each for each in places if plain_key(each) == plain_key(self.place)]
            if not named:
                near = nearest(self.place, places)
                guess = f" Did you mean {near}?" if near is not None else ""
                raise LookupError(f"No such limit: {self.place}.{guess} There are: {', '.join(places) or 'none'}.")
            found = [each for each in found if each.place in named]
        if self.year is not None:
            if self.year not in map(year_label, years):
                raise LookupError(
                    f"The plan has no year {self.year}: it runs from {year_label(years[0])} to {year_label(years[-1])}."
                )
            found = [each for each in found if each.year is not None and year_label(each.year) == self.year]
        if not found:
            raise LookupError("There is no limit of that kind, place and year in this run.")
        return found


EVERYTHING = LimitChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactWorth:
    """What limits are worth by planning again.

    Attributes
    ----------
    lines
        Exact where a plan was found, or proven not to be there; else estimates.
    stopped
        How many plans were stopped before the gap asked for, or were not found in time.
    """

    lines: tuple[LimitWorth, ...]
    stopped: int


def worth_lines(sealed: Sealed, choice: LimitChoice = EVERYTHING) -> tuple[LimitWorth, ...]:
    """Estimates of what a little more, or less, of each limit of a run is worth.

    Raises
    ------
    LookupError
        If what is asked about is not there.
    """
    formulation, values = sealed.formulation, sealed.values
    return estimated_worth(formulation, values, sealed.duals, sealed.plan, sealed.run.input, choice)


def estimated_worth(
    formulation: Formulation, values: Floats, duals: Floats, plan: Plan, book: Path, choice: LimitChoice = EVERYTHING
) -> tuple[LimitWorth, ...]:
    """Estimates of what a little more, or less, of each limit of a plan is worth.

    Of very many limits only those are estimated that the row prices say hold the plan back most.

    Parameters
    ----------
    values
        Value of each column in the plan, shape ``(n_columns,)``.
    duals
        Row prices of the linear relaxation, shape ``(n_rows,)``; all zero where it is still to be solved.
    book
        Workbook or CSV folder the plan was made from: the minutes between sites are there.

    Raises
    ------
    LookupError
        If what is asked about is not there.
    """
    changes = _dearest(_changes(formulation.columns.register, book, choice), formulation, duals)
    over = [_is_overcommitted(each) for each in changes]
    prices = _prices(formulation, values, duals, plan)
    estimates = iter(prices.estimates(list(compress(changes, map(not_, over)))))
    lines = (
        each.priced(Price(basis=Basis.ESTIMATE, is_impossible=True)) if is_over else next(estimates)
        for each, is_over in zip(changes, over, strict=True)
    )
    return tuple(line for line in lines if line is not None)


def exact_worth(sealed: Sealed, choice: LimitChoice, options: SolveOptions) -> ExactWorth:
    """Plan again under each change asked about, several at once, each in one thread and re-checked.

    Raises
    ------
    LookupError
        If what is asked about is not there.
    VerifyRefusedError
        If the re-check refuses a plan.
    """
    formulation = sealed.formulation
    changes = _changes(sealed.register, sealed.run.input, choice)
    over = [_is_overcommitted(each) for each in changes]
    registers = [each.register for each in compress(changes, map(not_, over))]
    small = formulation.problem.n_columns <= SMALL
    alone = replace(options, on_progress=None, should_stop=None)
    attempts = iter(attempts_apart(registers, alone, workers=1 if small else None))
    prices = _prices(formulation, sealed.values, sealed.duals, sealed.plan)
    lines: list[LimitWorth] = []
    stopped = 0
    for change, is_over in zip(changes, over, strict=True):
        attempt = Attempt(plan=None, is_impossible=True) if is_over else next(attempts)
        is_proven = attempt.is_impossible or (attempt.plan is not None and is_within(attempt.plan.gap, options.gap))
        stopped += not is_proven
        line = prices.exact(change, attempt) or prices.estimates([change])[0]
        if line is not None:
            lines.append(line)
    return ExactWorth(lines=tuple(lines), stopped=stopped)


def show_worth(lines: Sequence[LimitWorth]) -> None:
    """Print a table for each kind of limit, what is worth most first; estimates of nothing are only counted."""
    console = table_console()
    for kind, title in TITLES.items():
        asked = [line for line in lines if line.kind is kind]
        shown = sorted((line for line in asked if not _is_nothing(line.price)), key=_most_first)
        if shown:
            console.print(_table(title, shown))
        left_out = len(asked) - len(shown)
        if left_out:
            others = f"{left_out} {'other is' if left_out == 1 else 'others are'}" if shown else "Known to be"
            console.print(f"{title}. {others} worth nothing.", highlight=False, markup=False, soft_wrap=True)


def _table(title: str, lines: Sequence[LimitWorth]) -> Table:
    table = Table(title=title)
    for name in ("Limit", "Year", "Change"):
        table.add_column(name, overflow="fold")
    table.add_column("Saves or costs", justify="right")
    table.add_column("Whole-life cost", overflow="fold")
    for line in lines:
        table.add_row(
            Text(line.place),
            "every year" if line.year is None else year_label(line.year),
            line.change,
            "saves" if line.is_more else "costs",
            line.price.words(),
        )
    return table


def _most_first(line: LimitWorth) -> tuple[bool, int]:
    return not line.price.is_impossible, -(line.price.estimate_gbp or 0)


def _is_nothing(price: Price) -> bool:
    """Whether a price is known to be nothing without planning again."""
    return price.basis is Basis.ESTIMATE and not price.is_impossible and price.estimate_gbp == 0 == price.high_gbp


def _prices(formulation: Formulation, values: Floats, duals: Floats, plan: Plan) -> WorthPrices:
    """Prices at those of the linear relaxation, which is solved where there are none yet."""
    solve = engine(DEFAULT_ENGINE)
    if not duals.any():
        relaxed = solve(formulation.problem, SolveOptions(relax=True)).duals
        duals = duals if relaxed is None else relaxed
    return WorthPrices(formulation, values, duals, plan, solve)


def _changes(register: Register, book: Path, choice: LimitChoice) -> list[LimitChange]:
    settings = register.settings
    farther = replace(settings, max_travel_minutes=settings.max_travel_minutes + MINUTES)
    links = resolve_links(read_book(book), register.sites, farther, Ledger())
    return choice.of(limit_changes(register, links), settings.horizon)


def _dearest(changes: list[LimitChange], formulation: Formulation, duals: Floats) -> list[LimitChange]:
    """The changes of the limits dearest at row prices, ``MOST`` at most, in their order."""
    if len(changes) <= MOST:
        return changes
    prices: dict[tuple[str, str, int | None], float] = defaultdict(float)
    for (rule, place, year), price in LimitPrices(formulation, duals).totals().items():
        prices[rule, place, year] += price
        prices[rule, place, None] += 0.0 if year is None else price
    of_change = [prices.get((RULES.get(each.kind, ""), each.place, each.year), 0.0) for each in changes]
    first = sorted(range(len(changes)), key=lambda number: (changes[number].kind in RULES, -of_change[number]))
    return [changes[number] for number in sorted(first[:MOST])]


def _is_overcommitted(change: LimitChange) -> bool:
    """Whether committed schemes alone exceed a limit under a change."""
    return bool(commitments_over_limit(change.register))
