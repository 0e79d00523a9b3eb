"""Which limits make a choice dear: its reduced cost taken apart, row by row, into what it takes of limits users know.

A row adds ``price x (coefficient of the choice - that of what the plan does)``, with the sign of a cost. What is
charged in a class of payers and year is worth what the cheapest source that may pay it is worth: its own limit, and the
capital limits and cash it counts towards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.ledger.lines import LimitPrice
from capitalplan.finance.limits import CAPITAL, CASH, NETWORK
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.names import slug
from capitalplan.formulation.variables import Columns

__all__ = ["MONEY", "Limit", "LimitPrices"]

Floats = npt.NDArray[np.float64]
Limit = tuple[str, str, int | None]
"""Rule, place, and financial year (None for the whole horizon)."""

MONEY = "money"
RULES = ("works", "rooms", "cover", "workforce", "ties", "fairness", "revenue")
"""Rules whose rows are limits users know, those of money aside."""
OF_MONEY = {"source": MONEY, "capital": CAPITAL, "cash": CASH}
"""Kinds of money rows that are limits."""
SHOWN = 3
POUND = 1e-3


class LimitPrices:
    """Looks up what choices take of limits, at row prices."""

    def __init__(self, formulation: Formulation, prices: Floats) -> None:
        self.matrix = formulation.problem.matrix
        self.prices = prices
        self.limit_of = _limits(formulation)
        self.paid = _paid(formulation, prices, self.limit_of)

    def dearest(self, choice: Sequence[int], instead_of: Sequence[int]) -> tuple[LimitPrice, ...]:
        """Limits that make a choice dear, dearest first.

        Parameters
        ----------
        choice, instead_of
            Columns chosen once more, and once less, than in the plan.
        """
        total: dict[Limit, float] = defaultdict(float)
        for sign, columns in ((1.0, choice), (-1.0, instead_of)):
            for column in columns:
                for limit, worth in self._of(column):
                    total[limit] += sign * worth
        found = sorted(((worth, limit) for limit, worth in total.items() if worth >= POUND), key=lambda pair: -pair[0])
        return tuple(
            LimitPrice(rule=rule, place=place, year=year, gbp=round(1000 * worth))
            for worth, (rule, place, year) in found[:SHOWN]
        )

    def totals(self) -> Mapping[Limit, float]:
        """Row prices of each limit added up, without their signs, of limits that hold something back."""
        total: dict[Limit, float] = defaultdict(float)
        for row in np.flatnonzero(self.prices).tolist():
            own = {self.limit_of[row]: 1.0} if row in self.limit_of else {}
            for limit, share in self.paid.get(row, own).items():
                total[limit] += abs(float(self.prices[row])) * share
        return total

    def _of(self, column: int) -> Iterable[tuple[Limit, float]]:
        span = slice(self.matrix.indptr[column], self.matrix.indptr[column + 1])
        for row, value in zip(self.matrix.indices[span].tolist(), self.matrix.data[span].tolist(), strict=True):
            worth = -float(self.prices[row]) * value
            if row in self.paid:
                yield from ((limit, worth * share) for limit, share in self.paid[row].items())
            elif row in self.limit_of:
                yield self.limit_of[row], worth


def _limits(formulation: Formulation) -> dict[int, Limit]:
    """The limit each row stands for, of rows that are limits users know."""
    problem, columns = formulation.problem, formulation.columns
    register = columns.register
    names = [NETWORK, *register.sites, *register.trusts, *(each.name for each in register.sources)]
    names += [asset.asset_id for asset in register.assets]
    known = {slug(name): name for name in names}
    tied = [f"{tie.first} and {tie.other}" for tie in register.ties]
    found: dict[int, Limit] = {}
    for row, (rule, name) in enumerate(zip(problem.row_rule, problem.row_names, strict=True)):
        kind, _, rest = name.partition(".")
        place, _, last = rest.rpartition(".")
        if rule == "ties":
            found[row] = (rule, tied[int(rest.partition(".")[0])], int(last))
        elif rule == MONEY and kind in OF_MONEY:
            found[row] = (OF_MONEY[kind], known.get(place, place), int(last))
        elif rule == "rooms":
            site = rest if kind == "new_rooms" else place.rpartition(".")[0]
            found[row] = (rule, known.get(site, site), None if kind == "new_rooms" else int(last))
        elif rule == "fairness":
            found[row] = (rule, known.get(rest, rest), None)
        elif rule in RULES:
            found[row] = (rule, known.get(place, place), int(last))
    return found


def _paid(formulation: Formulation, prices: Floats, limit_of: Mapping[int, Limit]) -> dict[int, dict[Limit, float]]:
    """Of each row in which charges are paid, the share of its price that stands for each limit behind it."""
    columns, problem = formulation.columns, formulation.problem
    rows = [row for row, name in enumerate(problem.row_names) if name.startswith("paid.")]
    by_row: dict[int, list[int]] = {row: [] for row in rows}
    row_of = dict(zip(columns.purses.due, rows, strict=True))
    for number, payment in enumerate(columns.purses.payments, columns.starts["payments"]):
        by_row[row_of[payment.payer, payment.year]].append(number)
    found: dict[int, dict[Limit, float]] = {}
    for (payer, year), row in row_of.items():
        paths = [_path(formulation, prices, limit_of, column) for column in by_row[row]]
        cheapest = min(paths, key=lambda path: sum(path.values()), default={})
        worth = sum(cheapest.values())
        found[row] = (
            {limit: price / worth for limit, price in cheapest.items()}
            if worth > 0
            else {(MONEY, _payers(columns, payer), columns.register.settings.horizon[year]): 1.0}
        )
    return found


def _path(formulation: Formulation, prices: Floats, limit_of: Mapping[int, Limit], column: int) -> dict[Limit, float]:
    """What paying £1 thousand by one column is worth in each limit it counts towards."""
    matrix = formulation.problem.matrix
    span = slice(matrix.indptr[column], matrix.indptr[column + 1])
    path: dict[Limit, float] = defaultdict(float)
    for row, value in zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True):
        if row in limit_of and prices[row] < 0:
            path[limit_of[row]] += -float(prices[row]) * value
    return dict(path)


def _payers(columns: Columns, payer: int) -> str:
    """Sources that may pay for a class of charges, in words."""
    names = columns.borne.classes[payer].sources
    return " and ".join(names) if names else "no source at all"
