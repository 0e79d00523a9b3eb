"""One physical machine, year by year, and what of it stands in the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Curve, Offer
from capitalplan.settings import TerminalValue
from capitalplan.terms import ExtraKind, Heading, Route, round_half_up
from capitalplan.verify.context import Context

__all__ = [
    "Machine",
    "Property",
    "age_risk",
    "bought_property",
    "extra_hours",
    "in_cash",
    "maintenance",
    "resale",
    "worth",
]

WEEK_HOURS = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """Something that is owned and written off in a straight line, £ cash.

    Attributes
    ----------
    cost
        Paid for it in the plan; 0 for what was there before.
    first
        Position at which it is bought; None for what was there before.
    book
        Book value at the start of each year, ``0..T``; not used up to ``first``.
    pays_dividend
        Whether the dividend is due on it.
    stays
        Whether it stands in the books to the end of the plan whatever becomes of the machine.
    """

    cost: int
    first: int | None
    book: tuple[int, ...]
    pays_dividend: bool
    stays: bool

    def depreciation(self, t: int, until: int) -> int:
        """Charge of a year, where it leaves at ``until``."""
        if t >= until or (self.first is not None and t < self.first):
            return 0
        return (self.cost if t == self.first else self.book[t]) - self.book[t + 1]

    def dividend(self, t: int, until: int, rate: Fraction) -> int:
        """Dividend of a year on the average of its book values, where it leaves at ``until``."""
        if not self.pays_dividend or t > until or (self.first is not None and t < self.first):
            return 0
        start = 0 if t == self.first else self.book[t]
        end = 0 if t == until else self.book[t + 1]
        return round_half_up(rate * (start + end) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One physical machine as if it stood to the end of the plan.

    Tuples are indexed by position; entries before ``first`` are not used, but for what is paid in advance.

    Attributes
    ----------
    first
        Position from which it is in service.
    charges
        Charged to capital limits by position and route, £ cash; only what is not 0.
    capital
        Equipment and works (or upgrade), real £ ex VAT.
    capacity, lost
        Scans a year it can do, and scans it cannot do because it is being installed or renewed.
    scans_per_hour
        Throughput class of its extra hours.
    extra_hours
        Hours a year it can work beyond staffed ones, 0 where they are not offered.
    running
        Running costs by heading, real £ a year.
    age_risk
        Real £ a year.
    resale
        Trade-in price when it leaves service at a position, real £.
    disposal
        Cost of taking it out, real £; 0 for what is not owned.
    is_owned
        Whether it is sold and disposed of when it leaves.
    over_age
        Whether it is past its planned life.
    ages
        Age in years.
    breakdowns
        Serious breakdowns expected in a year.
    terminal
        Worth at the end of the plan if still in service, real £.
    statement
        Its part of the revenue statement in years of service by heading, £ cash, property left out.
    rents
        Rents of a right of use, £ cash, that stand in the statement as depreciation and interest.
    properties
        What of it stands in the books.
    price, life
        Equipment price, real £ ex VAT without optimism bias, and planned life; what a rebate is taken off.
    offer
        Contract by which it is leased or managed, if any.
    """

    first: int
    charges: Mapping[tuple[int, Route], int]
    capital: tuple[int, ...]
    capacity: tuple[int, ...]
    lost: tuple[int, ...]
    scans_per_hour: Fraction
    extra_hours: tuple[int, ...]
    running: Mapping[Heading, tuple[int, ...]]
    age_risk: tuple[int, ...]
    resale: tuple[int, ...]
    disposal: int
    is_owned: bool
    over_age: tuple[bool, ...]
    ages: tuple[int, ...]
    breakdowns: tuple[Fraction, ...]
    terminal: int
    statement: Mapping[Heading, tuple[int, ...]]
    rents: tuple[int, ...]
    properties: tuple[Property, ...]
    price: int
    life: int
    offer: Offer | None = None

    @property
    def is_renewed(self) -> bool:
        """Whether a managed service taken in the plan renews it."""
        return self.offer is not None and self.offer.route is Route.MANAGED_SERVICE

    def receipt(self, t: int) -> int:
        """What leaving service at a position brings, real £, the cost of disposal taken off."""
        return self.resale[t] - self.disposal if self.is_owned else 0


def bought_property(context: Context, cost: int, life: int, first: int, *, stays: bool = False) -> Property:
    """Write off what is bought at a position over its life, the first year's months in part."""
    months = Fraction(context.settings.months_in_first_year, 12)

    def left(years: int) -> int:
        return round_half_up(cost * max(Fraction(0), life - years - months) / life)

    book = tuple(0 if t <= first else left(t - 1 - first) for t in range(context.years + 1))
    return Property(cost=cost, first=first, book=book, pays_dividend=True, stays=stays)


def in_cash(context: Context, real: Iterable[int]) -> tuple[int, ...]:
    """Turn real pounds by position into cash."""
    return tuple(round_half_up(amount * context.inflation[t]) for t, amount in enumerate(real))


def extra_hours(
    context: Context, place: tuple[str, str], hours_per_week: Fraction, working: Iterable[Fraction]
) -> tuple[int, ...]:
    """Hours a year beyond staffed ones, by the share of each year in which the machine works."""
    extra = context.register.governing(ExtraKind.HOURS, *place)
    if extra is None:
        return (0,) * context.years
    left = max(Fraction(0), WEEK_HOURS - hours_per_week)
    yearly = (left if extra.limit is None else min(left, extra.limit)) * context.settings.weeks_per_year
    return tuple(
        round_half_up(yearly * share) if extra.is_offered(context.year(t)) else 0 for t, share in enumerate(working)
    )


def maintenance(amount: int, curve: Curve, age: int, base: Fraction) -> int:
    """Maintenance at an age, where ``base`` is the multiple at which it costs ``amount``."""
    return amount if base == 0 else round_half_up(amount * curve.at(curve.upkeep, age) / base)


def age_risk(context: Context, curve: Curve, price: int, age: int, life: int) -> int:
    """Price of the risk of a machine past its life, and of its breakdowns."""
    settings = context.settings
    over_age = round_half_up(settings.over_age_price * price * max(0, age - life))
    return over_age + round_half_up(settings.failure_price_gbp * curve.at(curve.failure, age))


def resale(curve: Curve, age: int, price: int) -> int:
    """Trade-in price at an age."""
    return round_half_up(curve.at(curve.resale, age) * price)


def worth(context: Context, curve: Curve, age: int, *, price: int, value: tuple[int, int], life: int) -> int:
    """Worth at the end of the plan of equipment and works, of a machine that was sold for ``price``."""
    match context.settings.terminal_value:
        case TerminalValue.ANNUITY:
            equipment, works = value
            in_works = context.annuity(age, context.settings.works_life_years)
            return round_half_up(equipment * context.annuity(age, life)) + round_half_up(works * in_works)
        case TerminalValue.RESALE:
            return resale(curve, age, price)
        case TerminalValue.NONE:
            return 0
