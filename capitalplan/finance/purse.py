"""What is left of sources and of totals over them, as charges are paid one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from capitalplan.finance.classes import PayerClass
from capitalplan.finance.limits import Limits, Total
from capitalplan.plan.plan import Payment
from capitalplan.terms import Route

__all__ = ["Charge", "Purse"]

Charge = tuple[PayerClass, int, int]
"""Class of payers, year (position) and £ cash."""


class Purse:
    """Money left by year (position), £ cash, committed schemes taken off; nothing is carried over unless given."""

    def __init__(self, limits: Limits, carried: Mapping[tuple[str, int], int] | None = None) -> None:
        years = range(len(next(iter(limits.planned.values()), ())))
        moved = carried or {}
        self.totals = limits.totals
        self.left = {
            (source.name, t): limits.free(source.name, t)
            + moved.get((source.name, t - 1), 0)
            - moved.get((source.name, t), 0)
            for source in limits.sources
            for t in years
        }
        self.left_of_totals = {
            (number, t): left
            for number, total in enumerate(limits.totals)
            for t in years
            if (left := total.left(t)) is not None
        }

    def take(self, payments: Iterable[Payment], start_year: int) -> None:
        """Take payments off, whether or not there is money for them."""
        for each in payments:
            position = each.year - start_year
            if (each.source, position) in self.left:
                self._take(each.source, position, each.gbp, is_purchase=each.route is Route.PURCHASE)

    def most(self, payer: PayerClass, position: int, *, sources_only: bool = False) -> int:
        """The most that charges of a class can still be paid with in a year, £ cash.

        Parameters
        ----------
        sources_only
            Whether to leave totals aside.
        """
        if sources_only:
            return sum(max(0, self.left[name, position]) for name in payer.sources)
        return sum(self._draw(payer, position, None).values())

    def pay(self, charges: Iterable[Charge]) -> bool:
        """Pay charges, each from its sources in turn; False, and nothing taken, where they do not hold them all."""
        before = dict(self.left), dict(self.left_of_totals)
        for payer, position, gbp in charges:
            drawn = self._draw(payer, position, gbp)
            for name, part in drawn.items():
                self._take(name, position, part, is_purchase=payer.takes_cash)
            if sum(drawn.values()) < gbp:
                self.left, self.left_of_totals = before
                return False
        return True

    def holds(self, charges: Iterable[Charge]) -> bool:
        """Whether sources and totals hold charges; nothing is taken."""
        before = dict(self.left), dict(self.left_of_totals)
        found = self.pay(charges)
        self.left, self.left_of_totals = before
        return found

    def binding(self, payer: PayerClass, position: int, gbp: int) -> list[Total]:
        """Totals of the sources of a class that hold less than a charge in a year."""
        return [
            self.totals[number]
            for number, left in self._totals(position)
            if left < gbp
            and any(self.totals[number].counts(name, is_purchase=payer.takes_cash) for name in payer.sources)
        ]

    def _draw(self, payer: PayerClass, position: int, gbp: int | None) -> dict[str, int]:
        """What each source in turn would pay of a charge, or of as much as there is."""
        totals, drawn, due = dict(self._totals(position)), {}, gbp
        for name in payer.sources:
            counting = [each for each in totals if self.totals[each].counts(name, is_purchase=payer.takes_cash)]
            most = [self.left[name, position], *(totals[each] for each in counting)]
            part = max(0, min(most if due is None else [due, *most]))
            if part:
                drawn[name] = part
                due = None if due is None else due - part
                for each in counting:
                    totals[each] -= part
        return drawn

    def _totals(self, position: int) -> list[tuple[int, int]]:
        return [(number, left) for (number, t), left in self.left_of_totals.items() if t == position]

    def _take(self, name: str, position: int, gbp: int, *, is_purchase: bool) -> None:
        self.left[name, position] -= gbp
        for number, _ in self._totals(position):
            if self.totals[number].counts(name, is_purchase=is_purchase):
                self.left_of_totals[number, position] -= gbp
