"""Columns of who pays: payments by class and source, what is carried over, and what is short of a minimum use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from capitalplan.finance.limits import Limits
from capitalplan.formulation.charges import Borne
from capitalplan.register.register import Register, Source

__all__ = ["Carry", "Payment", "Purses", "Short", "build_purses"]


@dataclass(frozen=True, slots=True)
class Payment:
    """``pay[f,c,t]``: £ thousand from a source for a class of charges, by its number, in a year (position)."""

    source: Source
    payer: int
    year: int


@dataclass(frozen=True, slots=True)
class Carry:
    """``carry[f,t]``: £ thousand carried from a year (position) into the next, at most ``most_gbp``."""

    source: Source
    year: int
    most_gbp: int


@dataclass(frozen=True, slots=True)
class Short:
    """``short[f,t]``: £ thousand by which less is paid than ``asked_gbp``, a minimum use less committed schemes."""

    source: Source
    year: int
    asked_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Purses:
    """The blocks of who pays; all empty without funding sources.

    Attributes
    ----------
    due
        Number of the class and year (position) wherever something may be charged, sorted by class and year.
    private
        Names of sources that stand in the row of the one class they may pay for, without columns.
    payments, carries, shorts
        What each column stands for.
    """

    limits: Limits
    due: tuple[tuple[int, int], ...]
    private: frozenset[str]
    payments: tuple[Payment, ...]
    carries: tuple[Carry, ...]
    shorts: tuple[Short, ...]


def build_purses(register: Register, borne: Borne) -> Purses:
    """Decide which payments must be told apart."""
    limits = Limits.of(register)
    years = range(register.settings.years)
    payer_years = np.unique(borne.payer * len(years) + borne.year).tolist()
    due = {(each // len(years), each % len(years)) for each in payer_years}
    serves = Counter(name for payer in borne.classes for name in payer.sources)
    totals = {name for total in limits.totals for name in total.sources}
    private = frozenset(
        source.name
        for source in register.sources
        if serves[source.name] == 1
        and source.name not in totals
        and not any(limits.carry[source.name])
        and not any(limits.minimum[source.name])
    )
    return Purses(
        limits=limits,
        due=tuple(sorted(due)) if register.sources else (),
        private=private,
        payments=tuple(
            Payment(source, payer, year)
            for year in years
            for source in register.sources
            if source.name not in private
            for payer, each in enumerate(borne.classes)
            if source.name in each.sources and (payer, year) in due
        ),
        carries=tuple(
            Carry(source, year, most)
            for source in register.sources
            for year, most in enumerate(limits.carry[source.name])
            if most
        ),
        shorts=tuple(
            Short(source, year, asked)
            for source in register.sources
            for year in years
            if (asked := limits.asked(source.name, year))
        ),
    )
