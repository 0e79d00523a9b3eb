"""What the re-check has looked at and what did not hold, gathered rule by rule."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from capitalplan.plan.plan import Breach, Check

__all__ = ["RULES", "TOLERANCE", "Findings", "count", "pounds"]

TOLERANCE = Fraction(1)
"""Scans, hours or reports by which a row may be out, since the plan keeps them to three decimals."""

RULES = (
    "choice",
    "ties",
    "service",
    "waiting",
    "extra",
    "cover",
    "workforce",
    "reporting",
    "money",
    "tiers",
    "revenue",
    "fairness",
    "stability",
    "case",
    "rooms",
    "works",
    "age",
    "objective",
    "figures",
    "words",
)
"""Names of the rules, in the order of the report."""


def count(amount: Fraction | int) -> str:
    """Write scans, hours or reports as users read them, with at most three decimals: ``1,250``, ``0.5``."""
    words = f"{float(amount):,.3f}"
    return words.rstrip("0").rstrip(".")


def pounds(amount: int) -> str:
    """Write whole pounds as users read them: ``£1,234,567``, ``-£5``."""
    return f"{'-' if amount < 0 else ''}£{abs(amount):,}"


class Findings:
    """Counts every check and keeps every breach.

    Parameters
    ----------
    rules
        Names of the rules, in the order of the report.
    """

    def __init__(self, rules: tuple[str, ...] = RULES) -> None:
        self._rules = rules
        self._checked: Counter[str] = Counter()
        self._breaches: list[Breach] = []

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """Breaches in the order of the rules, then as found."""
        return tuple(sorted(self._breaches, key=lambda breach: self._rules.index(breach.rule)))

    @property
    def checks(self) -> tuple[Check, ...]:
        """One line a rule."""
        broken = Counter(breach.rule for breach in self._breaches)
        return tuple(Check(rule=rule, checked=self._checked[rule], breaches=broken[rule]) for rule in self._rules)

    def require(
        self,
        rule: str,
        holds: bool,
        message: str,
        *,
        place: str,
        year: int | None = None,
        amount: Fraction | int = 1,
        unit: str = "lines",
    ) -> bool:
        """Count one check and keep a breach when it does not hold.

        Parameters
        ----------
        rule
            One of the rules it was made for.
        holds
            Whether the rule is kept.
        message
            What is wrong if it is not, in one sentence.
        place
            Machine, site, funding source or network.
        year
            Financial year, where there is one.
        amount, unit
            By how much the rule is not kept.
        """
        self._checked[rule] += 1
        if not holds:
            self._breaches.append(
                Breach(rule=rule, place=place, year=year, amount=Fraction(amount), unit=unit, message=message)
            )
        return holds

    def equal(self, rule: str, what: str, found: int, expected: int, *, place: str, year: int | None = None) -> bool:
        """Require an amount of money to be what it was recomputed to be, to the pound."""
        message = f"{what} is {pounds(found)} in the plan; recomputed it is {pounds(expected)}."
        return self.require(rule, found == expected, message, place=place, year=year, amount=found - expected, unit="£")
