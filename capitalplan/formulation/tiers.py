"""Columns of price tiers: which tier is reached in a year, and on how many machines its rebate is had."""

from __future__ import annotations

import itertools
import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Rates
from capitalplan.finance.rebates import RebateMoney, rebate_money
from capitalplan.formulation.additions import Addition
from capitalplan.formulation.machines import Machine
from capitalplan.formulation.schedules import Menu
from capitalplan.register.register import Asset, Option, Register, Site, Tier
from capitalplan.terms import Action, Purpose

__all__ = ["Counted", "Rebate", "Tiers", "YearTier", "build_tiers", "most_bought"]

Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class YearTier:
    """``zeta[l,t]``: 1 where a tier is reached in a year (position); one without a rebate stands for reaching none."""

    tier: Tier
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Machines of one kind, in one place and year, that count towards tiers.

    Attributes
    ----------
    place
        Machine replaced, or site and option of what is added: of a place no more than ``most`` are bought in a year.
    asset
        The machine replaced; None for additions.
    price_gbp, life_years
        Equipment price, £ ex VAT today, and planned life.
    stands_to_end
        Whether what is bought stands when the plan ends.
    columns
        Numbers of the columns, schedules or an addition, each unit of which buys one.
    """

    place: str
    asset: Asset | None
    site: Site
    option: Option
    year: int
    price_gbp: int
    life_years: int
    stands_to_end: bool
    columns: Index
    most: int

    @property
    def name(self) -> str:
        """Place, option and whether it stands to the end, as rows and columns are named."""
        what = self.place if self.asset is None else f"{self.place}.{self.option.name}"
        return f"{what}.{'kept' if self.stands_to_end else 'left'}"

    @property
    def trust(self) -> str:
        """Trust that buys."""
        return self.site.trust if self.asset is None else self.asset.trust

    @property
    def purpose(self) -> Purpose:
        """What its capital is spent on."""
        return Purpose.NEW if self.asset is None else Purpose.REPLACEMENT

    def counts(self, tier: Tier) -> bool:
        """Whether it counts towards a tier, and has its rebate."""
        return self.option.name in tier.options and (not tier.trusts or self.trust in tier.trusts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebate:
    """``reb[c,l]``: machines of a kind on which the rebate of a tier is had.

    Attributes
    ----------
    counted, reached
        Numbers of the kind of machines, and of the tier in its year.
    money
        What it takes off each.
    """

    counted: int
    reached: int
    money: RebateMoney


@dataclass(frozen=True, kw_only=True)
class Tiers:
    """Columns of price tiers, and the machines they count; all empty without the sheet Frameworks.

    It has no slots, so that it may keep what it found.

    Attributes
    ----------
    is_forced
        Whether a rebate is had whenever its tier is reached, though charging more might be wanted: towards a minimum
        use, or a bound on the spread of capital. Elsewhere nothing speaks against it.
    """

    reached: tuple[YearTier, ...]
    counted: tuple[Counted, ...]
    rebates: tuple[Rebate, ...]
    is_forced: bool

    @cached_property
    def _of_year(self) -> dict[int, list[Counted]]:
        return _by_year(self.counted)

    def counting(self, reach: YearTier) -> list[Counted]:
        """Machines that count towards a tier in its year."""
        return [each for each in self._of_year[reach.year] if each.counts(reach.tier)]


def most_bought(counted: Iterable[Counted]) -> int:
    """Most machines of these kinds that may be bought together."""
    return sum({each.place: each.most for each in counted}.values())


def build_tiers(
    register: Register, rates: Rates, menus: Sequence[Menu], first: Index, additions: Sequence[Addition]
) -> Tiers:
    """List tiers that may be reached and rebates that may be had.

    Parameters
    ----------
    first
        Number of each machine's first schedule; additions follow the last.
    """
    if not register.tiers:
        return Tiers(reached=(), counted=(), rebates=(), is_forced=False)
    tiered = frozenset[str]().union(*(tier.options for tier in register.tiers))
    bought = [*_replacements(register, menus, first, tiered), *_additions(additions, int(first[-1]))]
    counted = tuple(each for each in bought if any(each.counts(tier) for tier in register.tiers))
    of_year = _by_year(counted)
    is_forced = register.settings.fair_capital_spread is not None or any(
        each.minimum_share for each in register.sources
    )
    found = (
        YearTier(tier, year)
        for year, start in enumerate(register.settings.horizon)
        for tier in register.tiers
        if tier.holds(start) and most_bought(each for each in of_year[year] if each.counts(tier)) >= tier.from_units
    )
    reached = tuple(found)
    if is_forced:
        reached = (*reached, *_reaching_none(reached))
    rebated: dict[int, list[tuple[int, YearTier]]] = defaultdict(list)
    for number, reach in enumerate(reached):
        if reach.tier.rebate:
            rebated[reach.year].append((number, reach))
    rebates = (
        Rebate(counted=kind, reached=number, money=_money(each, reach, register, rates))
        for kind, each in enumerate(counted)
        for number, reach in rebated[each.year]
        if each.counts(reach.tier)
    )
    return Tiers(reached=reached, counted=counted, rebates=tuple(rebates), is_forced=is_forced)


def _by_year(counted: Iterable[Counted]) -> dict[int, list[Counted]]:
    found: dict[int, list[Counted]] = defaultdict(list)
    for each in counted:
        found[each.year].append(each)
    return found


def _reaching_none(reached: Sequence[YearTier]) -> Iterator[YearTier]:
    """Numbers of machines between, below and above the tiers of a framework in a year, as tiers without a rebate."""
    key = operator.attrgetter("year", "tier.framework")
    for (year, _), group in itertools.groupby(sorted(reached, key=key), key):
        tiers = sorted((each.tier for each in group), key=operator.attrgetter("from_units"))
        start: int | None = 0
        for tier in tiers:
            if start is not None and start < tier.from_units:
                yield YearTier(replace(tier, from_units=start, to_units=tier.from_units - 1, rebate=Fraction(0)), year)
            start = None if tier.to_units is None else tier.to_units + 1
        if start is not None:
            yield YearTier(replace(tiers[-1], from_units=start, to_units=None, rebate=Fraction(0)), year)


def _money(each: Counted, reach: YearTier, register: Register, rates: Rates) -> RebateMoney:
    return rebate_money(
        reach.tier,
        each.price_gbp,
        each.year,
        each.life_years,
        register.settings,
        rates,
        stands_to_end=each.stands_to_end,
    )


def _replacements(register: Register, menus: Sequence[Menu], first: Index, tiered: frozenset[str]) -> Iterator[Counted]:
    for number, menu in enumerate(menus):
        if tiered.isdisjoint(machine.option for machine in menu.machines):
            continue
        rows: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
        for row, events in enumerate(menu.events):
            for event in events:
                if event.action is Action.REPLACE and _is_bought(menu.machines[event.machine]):
                    rows[event.year, event.machine, event is events[-1]].append(int(first[number]) + row)
        for (year, machine, stands_to_end), columns in sorted(rows.items()):
            bought = menu.machines[machine]
            yield Counted(
                place=menu.asset.asset_id,
                asset=menu.asset,
                site=register.sites[menu.asset.site],
                option=register.options[bought.option or ""],
                year=year,
                price_gbp=_price(bought),
                life_years=bought.life or 0,
                stands_to_end=stands_to_end,
                columns=np.array(columns, dtype=np.int64),
                most=1,
            )


def _additions(additions: Sequence[Addition], first: int) -> Iterator[Counted]:
    for number, each in enumerate(additions, first):
        if _is_bought(each.machine):
            yield Counted(
                place=f"{each.site.code} {each.option.name}",
                asset=None,
                site=each.site,
                option=each.option,
                year=each.year,
                price_gbp=_price(each.machine),
                life_years=each.machine.life or 0,
                stands_to_end=bool(each.stands[-1]),
                columns=np.array([number], dtype=np.int64),
                most=each.limit,
            )


def _is_bought(machine: Machine) -> bool:
    """Whether it is bought by a choice of the plan: committed ones and those leased or managed have no rebate."""
    return machine.offer is None and not machine.committed


def _price(machine: Machine) -> int:
    return 0 if machine.money is None else machine.money.price_gbp
