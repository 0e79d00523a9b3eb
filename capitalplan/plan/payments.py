"""Splitting what is due among sources, in whole pounds: a small integer program over classes, sources and years.

For class ``c``, source ``f`` and year ``t``, in £: ``sum_f pay[c,f,t] + over[c,t] = due[c,t]``, and the rows of
``capitalplan.formulation.rules.money`` for sources, their carry and minimum use, and totals. First the least that no
source can pay, then the least (discounted) short of a minimum use, then own sources before shared ones in order of
name, trusts in order of code, and no more carried than that needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from capitalplan.errors import SolverError
from capitalplan.finance.classes import PayerClass
from capitalplan.finance.limits import CASH, Limits
from capitalplan.register.register import Register
from capitalplan.terms import OVER_LIMIT, discount_factors

__all__ = ["Due", "Split", "split_payments"]

Due = Mapping[tuple[PayerClass, int], int]
"""What is to be paid by class and year (position), committed schemes left out, £ cash above zero."""
Row = tuple[dict[int, int], float, float]
"""Coefficients by column, and bounds."""
Numbers = npt.NDArray[np.float64]

OVER_PRICE = 1000.0
"""What a pound that no source can pay counts, in pounds short of a minimum use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Who pays, £ cash; only what is above zero.

    Attributes
    ----------
    paid
        By class, source (``OVER_LIMIT`` for what none can pay) and year (position).
    carried
        Carried into the next year by source and year (position).
    """

    paid: Mapping[tuple[PayerClass, str, int], int]
    carried: Mapping[tuple[str, int], int]


def split_payments(due: Due, limits: Limits, register: Register) -> Split:
    """Find who pays.

    Parameters
    ----------
    limits
        Those of the register, which has sources.

    Raises
    ------
    SolverError
        If no payments are found, or those found do not keep the limits to the pound.
    """
    if not due:
        return Split(paid={}, carried={})
    program = _Program(due, limits, register)
    values = program.solve()
    split = Split(
        paid={key: pounds for key, number in program.pays.items() if (pounds := int(values[number]))},
        carried={key: pounds for key, number in program.carries.items() if (pounds := int(values[number]))},
    )
    if not program.holds(values):
        raise SolverError("The payments found do not keep the limits to the pound: the answer is not to be trusted.")
    return split


class _Program:
    """Columns and rows of the program; every column takes whole pounds."""

    def __init__(self, due: Due, limits: Limits, register: Register) -> None:
        self.due, self.limits, self.register = due, limits, register
        self.years = range(register.settings.years)
        self.pays: dict[tuple[PayerClass, str, int], int] = {}
        for payer, position in due:
            for name in (*payer.sources, OVER_LIMIT):
                self.pays[payer, name, position] = len(self.pays)
        count = len(self.pays)
        carrying = [(name, t) for name, most in limits.carry.items() for t in self.years if most[t]]
        self.carries = {key: count + number for number, key in enumerate(carrying)}
        count += len(carrying)
        asked = [(name, t) for name in limits.minimum for t in self.years if limits.asked(name, t)]
        self.shorts = {key: count + number for number, key in enumerate(asked)}
        self.count = count + len(asked)
        self.rows = [*self._paid(), *self._sources(), *self._minimum(), *self._totals()]

    def solve(self) -> Numbers:
        """Values of the columns, rounded to whole pounds."""
        upper = np.full(self.count, np.inf)
        for (name, position), number in self.carries.items():
            upper[number] = self.limits.carry[name][position]
        over = np.array([number for (_, name, _), number in self.pays.items() if name == OVER_LIMIT])
        upper[over] = 0
        values = None if self.shorts else self._answer(self._preferences(), upper)
        if values is None:
            costs, bounds = self._shortfalls(over), upper.copy()
            bounds[over] = np.inf
            least = self._answer(costs, bounds)
            if least is None:
                raise SolverError("No payments are found for a plan: the answer is not to be trusted.")
            fixed = np.flatnonzero(costs)
            bounds[fixed] = least[fixed]
            values = self._answer(self._preferences(), bounds)
        if values is None:
            raise SolverError("No payments are found for a plan: the answer is not to be trusted.")
        return values

    def holds(self, values: Numbers) -> bool:
        """Whether every row holds to the pound."""
        return all(
            lower <= sum(each * int(values[number]) for number, each in row.items()) <= upper
            for row, lower, upper in self.rows
        )

    def _answer(self, costs: Numbers, upper: Numbers) -> Numbers | None:
        entries = [
            (row, column, each) for row, (values, _, _) in enumerate(self.rows) for column, each in values.items()
        ]
        row, column, value = zip(*entries, strict=True)
        matrix = sp.csr_array((np.array(value, dtype=np.float64), (row, column)), shape=(len(self.rows), self.count))
        answer = milp(
            costs,
            integrality=np.ones(self.count, dtype=np.int64),
            bounds=Bounds(np.zeros(self.count), upper),
            constraints=LinearConstraint(
                matrix, [lower for _, lower, _ in self.rows], [most for _, _, most in self.rows]
            ),
            options={"mip_rel_gap": 0},
        )
        return None if answer.x is None else np.rint(answer.x)

    def _shortfalls(self, over: npt.NDArray[np.int64]) -> Numbers:
        discount = discount_factors(self.register.settings.discount_rate, len(self.years))
        costs = np.zeros(self.count)
        costs[over] = OVER_PRICE
        for (_, position), number in self.shorts.items():
            costs[number] = float(discount[position])
        return costs

    def _preferences(self) -> Numbers:
        trusts = {trust: number for number, trust in enumerate(sorted(self.register.trusts))}
        costs = np.zeros(self.count)
        for (payer, name, _), number in self.pays.items():
            if name != OVER_LIMIT:
                weight = len(self.years) * (2 * len(trusts) - trusts[payer.trust])
                costs[number] = payer.sources.index(name) * weight
        costs[list(self.carries.values())] = 1
        return costs

    def _paying(self, position: int, *, names: frozenset[str], purchases_only: bool = False) -> dict[int, int]:
        return {
            number: 1
            for (payer, name, t), number in self.pays.items()
            if t == position and name in names and (payer.takes_cash or not purchases_only)
        }

    def _paid(self) -> list[Row]:
        return [
            ({self.pays[payer, name, position]: 1 for name in (*payer.sources, OVER_LIMIT)}, gbp, gbp)
            for (payer, position), gbp in self.due.items()
        ]

    def _sources(self) -> list[Row]:
        rows: list[Row] = []
        for source in self.limits.sources:
            for position in self.years:
                row = self._paying(position, names=frozenset({source.name}))
                row |= dict.fromkeys(self._carry(source.name, position), 1)
                row |= dict.fromkeys(self._carry(source.name, position - 1), -1)
                rows.append((row, -np.inf, self.limits.free(source.name, position)))
        return rows

    def _carry(self, name: str, position: int) -> tuple[int, ...]:
        return (self.carries[name, position],) if (name, position) in self.carries else ()

    def _minimum(self) -> list[Row]:
        return [
            (self._paying(position, names=frozenset({name})) | {number: 1}, self.limits.asked(name, position), np.inf)
            for (name, position), number in self.shorts.items()
        ]

    def _totals(self) -> list[Row]:
        return [
            (self._paying(position, names=total.sources, purchases_only=total.kind == CASH), -np.inf, left)
            for total in self.limits.totals
            for position in self.years
            if (left := total.left(position)) is not None
        ]
