"""The limits money is held to, in whole pounds by year: sources, their carry and minimum use, and totals over them.

Committed schemes are paid first, so every limit is given with what they take of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from capitalplan.finance.committed import committed_payments, planned_limit
from capitalplan.register.register import CapitalLimit, Register, Source
from capitalplan.terms import round_half_up

__all__ = ["CAPITAL", "CASH", "NETWORK", "Limits", "Total"]

CAPITAL = "capital limit"
CASH = "cash"
NETWORK = "network"
"""Place of totals over all sources."""

Pounds = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A limit on what several sources pay together.

    Attributes
    ----------
    kind
        ``CAPITAL`` or ``CASH``.
    trust
        Whose it is; None for the network.
    sources
        Names of the sources whose payments count.
    limits_gbp
        The most they may pay by year (position), committed schemes included, £ cash: over-programming is in it, and
        where committed schemes alone take more it is what they take. None where there is no limit.
    committed_gbp
        What they pay for committed schemes.
    """

    kind: str
    trust: str | None
    sources: frozenset[str]
    limits_gbp: tuple[int | None, ...]
    committed_gbp: Pounds

    @property
    def place(self) -> str:
        """The trust, or ``NETWORK``."""
        return self.trust or NETWORK

    def counts(self, source: str, *, is_purchase: bool) -> bool:
        """Whether a payment by a source counts: cash is only paid for purchases."""
        return source in self.sources and (self.kind == CAPITAL or is_purchase)

    def left(self, position: int) -> int | None:
        """What it leaves for all but committed schemes in a year (position), £ cash; None where there is no limit."""
        limit = self.limits_gbp[position]
        return None if limit is None else limit - self.committed_gbp[position]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit on capital, £ cash by year (position).

    Attributes
    ----------
    sources
        The sources, in order of name.
    planned
        The most each may pay: its limit with over-programming.
    committed
        What each pays for committed schemes.
    carry
        The most of each that may be carried into the next year; nothing out of the last.
    minimum
        What should be used of each.
    totals
        Capital limits and cash of trusts and of the network; none without sources.
    """

    sources: tuple[Source, ...]
    planned: Mapping[str, Pounds]
    committed: Mapping[str, Pounds]
    carry: Mapping[str, Pounds]
    minimum: Mapping[str, Pounds]
    totals: tuple[Total, ...]

    @classmethod
    def of(cls, register: Register) -> Limits:
        """Limits of a register."""
        sources = register.sources
        committed = _committed(register)
        return cls(
            sources=sources,
            planned={each.name: _planned(each.limits_gbp, register) for each in sources},
            committed=committed,
            carry={
                each.name: (*(math.floor(each.carry_share * limit) for limit in each.limits_gbp[:-1]), 0)
                for each in sources
            },
            minimum={
                each.name: tuple(round_half_up(each.minimum_share * limit) for limit in each.limits_gbp)
                for each in sources
            },
            totals=tuple(
                total
                for line in register.capital_limits
                if sources
                for total in (_capital(line, register, committed), _cash(line, register, committed))
                if any(limit is not None for limit in total.limits_gbp)
            ),
        )

    def free(self, source: str, position: int) -> int:
        """What a source leaves in a year (position) after committed schemes, not below zero, £ cash."""
        return max(0, self.planned[source][position] - self.committed[source][position])

    def asked(self, source: str, position: int) -> int:
        """What should be used of a source in a year (position) beside committed schemes, £ cash."""
        return max(0, self.minimum[source][position] - self.committed[source][position])


def _planned(limits: Pounds, register: Register) -> Pounds:
    return tuple(planned_limit(limit, position, register.settings) for position, limit in enumerate(limits))


def _committed(register: Register) -> dict[str, Pounds]:
    settings = register.settings
    paid = {each.name: [0] * settings.years for each in register.sources}
    for payments in committed_payments(register).values():
        for payment in payments:
            if payment.source in paid:
                paid[payment.source][payment.year - settings.start_year] += payment.gbp
    return {name: tuple(by_year) for name, by_year in paid.items()}


def _capital(line: CapitalLimit, register: Register, committed: Mapping[str, Pounds]) -> Total:
    limits = [
        None if limit is None else planned_limit(limit, position, register.settings)
        for position, limit in enumerate(line.limits_gbp)
    ]
    names = (each.name for each in register.sources if each.uses_capital_limit and line.trust in (None, each.trust))
    return _total(CAPITAL, line.trust, frozenset(names), limits, committed)


def _cash(line: CapitalLimit, register: Register, committed: Mapping[str, Pounds]) -> Total:
    names = (each.name for each in register.sources if not each.brings_cash and line.trust in (None, each.trust))
    return _total(CASH, line.trust, frozenset(names), list(line.cash_gbp), committed)


def _total(
    kind: str, trust: str | None, names: frozenset[str], limits: list[int | None], committed: Mapping[str, Pounds]
) -> Total:
    paid = tuple(sum(committed[name][position] for name in names) for position in range(len(limits)))
    return Total(
        kind=kind,
        trust=trust,
        sources=names,
        limits_gbp=tuple(None if limit is None else max(limit, gbp) for limit, gbp in zip(limits, paid, strict=True)),
        committed_gbp=paid,
    )
