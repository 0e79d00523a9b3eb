"""The least cost of a small register with money by looking at every plan there is.

A third implementation of the model's page: limits and totals are tested on sums over whole plans, payments and
patients are found by a linear programme of their own.
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import numpy.typing as npt

from capitalplan.register.register import CapitalLimit, Register, Scheme, Source
from capitalplan.terms import Purpose, Route, round_half_up
from tests.properties.choices import TooManyPlansError
from tests.properties.money_choices import COST, Charged, Choices, charged, named
from tests.properties.money_machines import Money
from tests.properties.programme import Figure, Floats, Name, Programme

__all__ = ["least_cost"]

MOST_PLANS = 60_000
UNPAID_GBP = 1000
"""Price of a pound nobody pays while plans are only bounded from below."""
CLOSE_GBP = 0.01

Mask = npt.NDArray[np.bool_]
Paid = Counter[tuple[str, int]]


class _Plans:
    """Every plan as a row of figures."""

    def __init__(self, choices: Choices) -> None:
        self.choices, self.register, self.years = choices, choices.register, choices.years
        tables = list(choices.all())
        keys = {key for table in tables for figures in table for key in figures}
        self.column = {key: number for number, key in enumerate(sorted(keys))}
        self.rows = np.zeros((1, len(self.column)))
        if not all(tables):
            self.rows = self.rows[:0]
        for table in tables if len(self.rows) else ():
            if len(self.rows) * len(table) > MOST_PLANS:
                raise TooManyPlansError
            added = np.zeros((len(table), len(self.column)))
            for number, figures in enumerate(table):
                for key, amount in figures.items():
                    added[number, self.column[key]] = float(amount)
            self.rows = (self.rows[:, None, :] + added[None, :, :]).reshape(-1, len(self.column))
            self.rows = self.rows[self._has_works() & self._has_builders()]

    def of(self, key: Figure) -> Floats:
        """One figure of every plan."""
        return self.rows[:, self.column[key]] if key in self.column else np.zeros(len(self.rows))

    def cost(self) -> Floats:
        """What every plan costs without patients and what depends on payments, changes at their price."""
        settings, total = self.register.settings, self.of(COST).copy()
        for t in range(self.years):
            price = settings.firm_change_price_gbp if t < settings.firm_years else settings.change_price_gbp
            total += float(self.choices.money.d[t] * price) * self.of(named("changes", t=t))
        return total

    def _all(self) -> Mask:
        return np.ones(len(self.rows), dtype=bool)

    def _has_works(self) -> Mask:
        """Whether sites install no more than they can, or what is committed."""
        keeps, start = self._all(), self.register.settings.start_year
        for code, site in self.register.sites.items():
            for t in range(self.years):
                fixed = sum((each.site, each.year) == (code, start + t) for each in self.register.committed)
                keeps &= self.of(named("works", place=code, t=t)) <= max(site.max_installations, fixed)
        return keeps

    def _has_builders(self) -> Mask:
        keeps = self._all()
        for code, site in self.register.sites.items():
            keeps &= self.of(named("built", place=code)) <= site.max_new_rooms
        return keeps

    def take_rebates(self) -> None:
        """Take off what the tiers reached give."""
        for number, tier in enumerate(self.register.tiers):
            for t in range(self.years):
                if not tier.holds(self.register.settings.start_year + t):
                    continue
                bought = self.of(named("bought", str(number), t=t))
                reached = (bought >= tier.from_units) & (bought <= (tier.to_units or math.inf)) & (bought > 0)
                if reached.any():
                    self._take(number, t, reached)

    def _take(self, number: int, t: int, reached: Mask) -> None:
        self.rows[:, self.column[COST]] -= reached * self.of(named("rebate", str(number), t=t))
        for of in self.choices.charges:
            part = reached * self.of(charged(of, t, f"rebate {number}"))
            if part.any():
                self.rows[:, self.column[charged(of, t)]] -= part
                self.rows[:, self.column[named("borne", place=of[1])]] -= part

    def keep(self) -> None:
        """Leave out plans without rooms, without a last machine, or with capital spread unfairly."""
        self.rows = self.rows[self._has_rooms() & self._keeps_last() & self._is_fair()]

    def _has_rooms(self) -> Mask:
        keeps = self._all()
        for (line, code), t in product(self.register.demand, range(self.years)):
            spare = self.register.sites[code].spare_rooms.get(line, 0)
            keeps &= self.of(named("crowd", line, code, t)) <= spare
        return keeps

    def _keeps_last(self) -> Mask:
        keeps = self._all()
        fleet = Counter((asset.line, asset.site) for asset in self.register.assets)
        for place, t in product(fleet, range(self.years)):
            if fleet[place] > 1:
                keeps &= self.of(named("serving", *place, t)) >= 1
        return keeps

    def _is_fair(self) -> Mask:
        keeps, bound = self._all(), self.register.settings.fair_capital_spread
        if bound is None:
            return keeps
        worth: Counter[str] = Counter()
        for asset in self.register.assets:
            worth[asset.trust] += asset.price_gbp
        for one, other in combinations(sorted(trust for trust in worth if worth[trust]), 2):
            shares = [self.of(named("borne", place=trust)) / worth[trust] for trust in (one, other)]
            keeps &= np.abs(shares[0] - shares[1]) <= float(bound) + 1e-9
        return keeps


def least_cost(register: Register) -> float | None:
    """Least whole-life cost over all plans, £; None where no plan keeps every rule.

    Raises
    ------
    TooManyPlansError
        If there are too many plans to look at.
    """
    choices = Choices(Money(register))
    plans = _Plans(choices)
    fixed = committed_payments(register)
    if fixed is None or not len(plans.rows):
        return None
    plans.take_rebates()
    plans.keep()
    if not len(plans.rows):
        return None
    base = plans.cost()
    floor = np.where(can_be_paid(plans, fixed), base, math.inf)
    loose, strict = (programme(choices, fixed, elastic=elastic) for elastic in (True, False))
    figures = np.column_stack([plans.of(each) for each in loose.figures])
    best, bounded = math.inf, np.zeros(len(floor), dtype=bool)
    while (least := floor[plan := int(floor.argmin())]) < best - CLOSE_GBP:
        if not bounded[plan]:
            found = loose.bound(figures[plan])
            if found is None:
                raise AssertionError(f"patients of a plan that costs {least} can be placed nowhere")
            floor, bounded[plan] = np.maximum(floor, base + found[1][0] + figures @ found[1][1:]), True
            continue
        exact = strict.bound(figures[plan])
        best, floor[plan] = best if exact is None else min(best, base[plan] + exact[0]), math.inf
    return None if math.isinf(best) else best


# Who pays


def committed_payments(register: Register) -> Counter[tuple[str, int, Route]] | None:
    """What committed schemes draw on each source; None where they exceed one, or nobody may pay them."""
    paid: Counter[tuple[str, int, Route]] = Counter()
    if not register.sources:
        return paid
    start, years = register.settings.start_year, register.settings.years
    schemes = sorted(
        (each for each in register.committed if each.year in register.settings.horizon),
        key=lambda each: (each.source is None, each.scheme_id),
    )
    for t in range(years):
        left = {source.name: planned(register, source, t) for source in register.sources}
        for scheme in schemes:
            due = {scheme.year: scheme.capital_gbp - scheme.paid_before_gbp, scheme.year - 1: scheme.paid_before_gbp}
            if not _draw(register, scheme, due.get(start + t, 0), left, paid, t):
                return None
        if min(left.values()) < 0:
            return None
    return paid


def _draw(
    register: Register,
    scheme: Scheme,
    amount: int,
    left: dict[str, int],
    paid: Counter[tuple[str, int, Route]],
    t: int,
) -> bool:
    shares = [share for share in register.cost_shares if share.asset_id == scheme.asset_id]
    modality = register.options[scheme.option].modality
    for of, part in Choices.split(amount, Route.PURCHASE, (modality, scheme.trust, Purpose.REPLACEMENT), shares):
        may = [each for each in register.sources if pays(each, of)]
        names = [each.name for each in sorted(may, key=lambda each: (each.trust is None, each.name))]
        names = names if scheme.source is None else [scheme.source]
        if part and not names:
            return False
        rest = part
        for name in names:
            drawn = rest if name == names[-1] else min(rest, max(0, left[name]))
            left[name] -= drawn
            rest -= drawn
            paid[name, t, Route.PURCHASE] += drawn
    return True


def pays(source: Source, of: Charged) -> bool:
    """Whether a source is open to a class of charges."""
    modality, trust, purpose, route = of
    return (
        trust in source.trusts
        and (not source.modalities or modality in source.modalities)
        and (not source.purposes or purpose in source.purposes)
        and (not source.routes or route in source.routes)
    )


def over_programming(register: Register, t: int) -> Fraction:
    """Share by which more may be planned than a limit."""
    settings = register.settings
    return settings.over_programming_firm if t < settings.firm_years else settings.over_programming_indicative


def planned(register: Register, source: Source, t: int) -> int:
    """Limit of a source with over-programming."""
    return round_half_up((1 + over_programming(register, t)) * source.limits_gbp[t])


def carried(source: Source, t: int) -> int:
    """Most that is carried out of a year that is not the last."""
    return math.floor(source.carry_share * source.limits_gbp[t])


def can_be_paid(plans: _Plans, fixed: Counter[tuple[str, int, Route]]) -> Mask:
    """Whether the sources open to a class of charges would be enough for it alone; a necessary condition."""
    register, keeps = plans.register, np.ones(len(plans.rows), dtype=bool)
    if not register.sources:
        return keeps
    for of, t in product(plans.choices.charges, range(plans.years)):
        most = 0
        for source in register.sources:
            if pays(source, of):
                free = planned(register, source, t) - sum(fixed[source.name, t, route] for route in Route)
                most += free + (carried(source, t - 1) if t else 0)
        keeps &= plans.of(charged(of, t)) <= most
    return keeps


# The programme of payments and patients


def programme(choices: Choices, fixed: Counter[tuple[str, int, Route]], *, elastic: bool) -> Programme:
    """Write down what payments and patients are bound by, and what they cost, under any plan."""
    made = Programme()
    _patients(made, choices)
    _revenue(made, choices)
    if choices.register.sources:
        _payments(made, choices, elastic=elastic)
        for source in choices.register.sources:
            _source(made, choices, source, fixed)
        for limit in choices.register.capital_limits:
            _totals(made, choices, limit, fixed)
    return made


def _patients(made: Programme, choices: Choices) -> None:
    register, settings, d = choices.register, choices.settings, choices.money.d
    links = {(link.from_site, link.to_site) for link in register.links}
    sites = tuple(register.sites)
    for line, t in product(sorted({line for line, _ in register.demand}), range(choices.years)):
        demand = {site: register.demand.get((line, site), (0,) * choices.years)[t] for site in sites}
        for site in sites:
            moved: dict[Name, Fraction | int] = {
                ("scans", line, site, other, t): 1 for other in sites if (site, other) in links
            }
            made.equals({("scans", line, site, site, t): 1, ("outside", line, site, t): 1, **moved}, demand[site])
            made.price(("outside", line, site, t), d[t] * register.lines[line].outside_price_gbp)
            for name in moved:
                made.price(name, d[t] * settings.travel_price_gbp)
            if moved:
                made.most(moved, settings.travel_share * demand[site], {named("lost", line, site, t): 1})
            here: dict[Name, Fraction | int] = {
                ("scans", line, other, site, t): 1 for other in sites if other == site or (other, site) in links
            }
            made.most(here, 0, {named("capacity", line, site, t): 1})
    if settings.fair_unmet_spread is not None:
        _fair(made, choices, settings.fair_unmet_spread)


def _fair(made: Programme, choices: Choices, bound: Fraction) -> None:
    register = choices.register
    wanted: Counter[str] = Counter()
    for (_, site), scans in register.demand.items():
        wanted[register.sites[site].trust] += sum(scans)
    for one, other in permutations(sorted(trust for trust in wanted if wanted[trust]), 2):
        spread: dict[Name, Fraction] = {}
        for (line, site), t in product(register.demand, range(choices.years)):
            trust = register.sites[site].trust
            if trust in (one, other):
                spread["outside", line, site, t] = Fraction(1 if trust == one else -1, wanted[trust])
        made.most(spread, bound)


def _revenue(made: Programme, choices: Choices) -> None:
    register, money = choices.register, choices.money
    for each, t in product(register.revenue_limits, range(choices.years)):
        limit = each.limits_gbp[t]
        if limit is None:
            continue
        over: dict[Name, Fraction | int] = {("revenue over", each.trust, t): -1}
        for line, site in register.demand:
            if register.sites[site].trust == each.trust:
                over["outside", line, site, t] = register.lines[line].outside_price_gbp * money.index[t]
        made.most(over, limit, {named("statement", place=each.trust, t=t): -1})
        made.price(("revenue over", each.trust, t), money.d[t] * choices.settings.revenue_price)


def _payments(made: Programme, choices: Choices, *, elastic: bool) -> None:
    for of, t in product(sorted(choices.charges), range(choices.years)):
        paid: dict[Name, int] = {
            ("paid", source.name, of, t): 1 for source in choices.register.sources if pays(source, of)
        }
        if elastic:
            paid["unpaid", of, t] = 1
            made.price(("unpaid", of, t), UNPAID_GBP)
        made.least(paid, 0, {charged(of, t): 1})
        made.most(paid, 0, {charged(of, t): 1})


def _source(made: Programme, choices: Choices, source: Source, fixed: Counter[tuple[str, int, Route]]) -> None:
    for t in range(choices.years):
        paid: dict[Name, int] = {("paid", source.name, of, t): 1 for of in sorted(choices.charges) if pays(source, of)}
        committed = sum(fixed[source.name, t, route] for route in Route)
        used: dict[Name, int] = {**paid, ("carried", source.name, t): 1, ("carried", source.name, t - 1): -1}
        made.most(used, max(0, planned(choices.register, source, t) - committed))
        made.most({("carried", source.name, t): 1}, carried(source, t) if t + 1 < choices.years else 0)
        made.least(
            {**paid, ("short", source.name, t): 1},
            round_half_up(source.minimum_share * source.limits_gbp[t]) - committed,
        )
        made.price(("short", source.name, t), choices.money.d[t] * choices.settings.under_use_price)
    made.most({("carried", source.name, -1): 1}, 0)


def _totals(made: Programme, choices: Choices, limit: CapitalLimit, fixed: Counter[tuple[str, int, Route]]) -> None:
    register = choices.register
    sources = [each for each in register.sources if limit.trust in (None, each.trust)]
    using, without = (
        {each.name for each in sources if each.uses_capital_limit},
        {each.name for each in sources if not each.brings_cash},
    )
    for t in range(choices.years):
        capital, cash = limit.limits_gbp[t], limit.cash_gbp[t]
        if capital is not None:
            most = round_half_up((1 + over_programming(register, t)) * capital)
            _total(made, choices, using, set(Route), (t, most), fixed)
        if cash is not None:
            _total(made, choices, without, {Route.PURCHASE}, (t, cash), fixed)


def _total(
    made: Programme,
    choices: Choices,
    names: set[str],
    routes: set[Route],
    limit: tuple[int, int],
    fixed: Counter[tuple[str, int, Route]],
) -> None:
    t, most = limit
    committed = sum(fixed[name, t, route] for name in names for route in routes)
    paid: dict[Name, int] = {
        ("paid", source.name, of, t): 1
        for source in choices.register.sources
        for of in sorted(choices.charges)
        if source.name in names and of[3] in routes and pays(source, of)
    }
    if paid:
        made.most(paid, max(0, most - committed))
