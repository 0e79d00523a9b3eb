"""Machines the plan, or a committed scheme, brings in: bought, leased or managed, in place of others or beside them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Asset, Offer, Option, Scheme
from capitalplan.settings import TerminalValue
from capitalplan.terms import Heading, Route, round_half_up
from capitalplan.verify.context import Context
from capitalplan.verify.machines.contracts import offered, real_charges, term_rest
from capitalplan.verify.machines.machine import (
    Machine,
    Property,
    age_risk,
    bought_property,
    extra_hours,
    in_cash,
    maintenance,
    resale,
    worth,
)

__all__ = ["Acquisition", "added", "bought"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """An option taken at a position: bought by the plan, by a committed scheme, or taken by an offer."""

    option: Option
    first: int
    scheme: Scheme | None = None
    offer: Offer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """Where and for what an acquired machine is set up.

    ``opening`` and ``renewal`` are the shares of a year in which it works in its first and when a contract renews it.
    """

    price: int
    works: int
    life: int
    scans: Fraction
    scans_per_hour: Fraction
    place: tuple[str, str]
    hours_per_week: Fraction
    opening: Fraction
    renewal: Fraction
    replaces: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """Capital of an acquired machine: charged, £ cash; real £; what of it is worth something at the end; the books."""

    charges: dict[tuple[int, Route], int]
    capital: tuple[int, ...]
    value: tuple[int, int]
    properties: tuple[Property, ...]


def bought(context: Context, asset: Asset, acquired: Acquisition, *, new_room_first: bool = False) -> Machine:
    """Cost a machine that takes the place of a registered one.

    Where it is set up in a spare room before the old one goes, nothing is lost to its installation.
    """
    option = acquired.option
    own_price = asset.own_price_gbp if option.name == asset.like_for_like else None
    working = 1 - context.outage(asset)
    return _installed(
        context,
        acquired,
        _Setting(
            price=option.price_gbp if own_price is None else own_price,
            works=option.works_gbp if asset.own_works_gbp is None else asset.own_works_gbp,
            life=option.life_years or context.register.lines[asset.line].life(asset.exams_per_year),
            scans=asset.nominal_scans * (1 + option.throughput_gain),
            scans_per_hour=asset.scans_per_hour * (1 + option.throughput_gain),
            place=(asset.line, asset.site),
            hours_per_week=asset.hours_per_week,
            opening=Fraction(1) if new_room_first else working,
            renewal=working,
            replaces=True,
        ),
    )


def added(context: Context, site: str, acquired: Acquisition) -> Machine:
    """Cost one machine added to the fleet at a site."""
    settings, option = context.settings, acquired.option
    line = context.register.lines[option.line]
    return _installed(
        context,
        acquired,
        _Setting(
            price=option.price_gbp,
            works=option.works_gbp,
            life=option.life_years or line.life_mid_use,
            scans=option.scans_per_hour * option.hours_per_week * settings.weeks_per_year,
            scans_per_hour=option.scans_per_hour,
            place=(option.line, site),
            hours_per_week=option.hours_per_week,
            opening=settings.first_year_share,
            renewal=1 - min(Fraction(1), line.outage_weeks / 52),
            replaces=False,
        ),
    )


def _installed(context: Context, acquired: Acquisition, setting: _Setting) -> Machine:
    option, offer, first = acquired.option, acquired.offer, acquired.first
    curve, years = context.register.curves[option.curve], range(context.years)
    refresh = None if offer is None else offer.refresh_years
    managed = offer is not None and offer.route is Route.MANAGED_SERVICE
    stood = tuple(t - first for t in years)
    ages = tuple(age if refresh is None or age < 0 else age % refresh for age in stood)
    working = tuple(
        setting.opening if age == 0 else setting.renewal if refresh and age > 0 and age % refresh == 0 else Fraction(1)
        for age in stood
    )
    full = tuple(round_half_up(setting.scans * curve.at(curve.uptime, age)) for age in ages)
    capacity = tuple(round_half_up(setting.scans * curve.at(curve.uptime, ages[t]) * working[t]) for t in years)
    installed = [t for t in years if stood[t] > 0 or (setting.replaces and stood[t] == 0)]
    cost = _cost(context, acquired, setting)
    charges, statement, rents = dict(cost.charges), {}, (0,) * context.years
    running = _running(context, acquired, ages, replaces=setting.replaces)
    for heading, amounts in running.items():
        statement[heading] = in_cash(context, amounts)
    terminal = worth(context, curve, context.years - first, price=setting.price, value=cost.value, life=setting.life)
    if offer is not None:
        account = offered(context, offer, first)
        charges |= {(t, offer.route): charge for t, charge in account.charges.items() if charge}
        running[Heading.RENT], running[Heading.UNITARY] = real_charges(context, offer, first)
        statement |= account.statement
        rents = account.rents
        if context.settings.terminal_value is TerminalValue.RESALE:
            terminal = 0
        terminal -= term_rest(context, offer, first)
    return Machine(
        first=first,
        charges=charges,
        capital=cost.capital,
        capacity=capacity,
        lost=tuple(full[t] - capacity[t] if t in installed else 0 for t in years),
        scans_per_hour=setting.scans_per_hour,
        extra_hours=extra_hours(
            context,
            setting.place,
            setting.hours_per_week,
            (curve.at(curve.uptime, ages[t]) * working[t] for t in years),
        ),
        running=running,
        age_risk=tuple(0 if managed else age_risk(context, curve, setting.price, age, setting.life) for age in ages),
        resale=tuple(resale(curve, age, setting.price) for age in ages),
        disposal=context.register.lines[option.line].disposal_gbp,
        is_owned=offer is None,
        over_age=tuple(not managed and age > setting.life for age in ages),
        ages=ages,
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages),
        terminal=terminal,
        statement=statement,
        rents=rents,
        properties=cost.properties,
        price=setting.price,
        life=setting.life,
        offer=offer,
    )


def _running(
    context: Context, acquired: Acquisition, ages: tuple[int, ...], *, replaces: bool
) -> dict[Heading, tuple[int, ...]]:
    """Running costs beside rent and unitary charge, real £."""
    option, offer, curve = acquired.option, acquired.offer, context.register.curves[acquired.option.curve]
    running = {Heading.ENERGY: (context.energy(option.energy_mwh),) * context.years}
    if offer is None or not offer.maintenance_included:
        base, amount = curve.at(curve.upkeep, 0), option.annual_maintenance_gbp
        running[Heading.MAINTENANCE] = tuple(maintenance(amount, curve, age, base) for age in ages)
    if not replaces:
        running[Heading.STAFF] = (option.annual_staff_gbp,) * context.years
    return running


def _cost(context: Context, acquired: Acquisition, setting: _Setting) -> _Cost:
    if acquired.scheme is not None:
        return _committed_cost(context, acquired.scheme, acquired.first, setting)
    settings, offer, first = context.settings, acquired.offer, acquired.first
    included = offer is not None and offer.works_included
    price = Fraction(0) if offer is not None else setting.price * (1 + settings.optimism_bias_equipment)
    works = Fraction(0) if included else setting.works * (1 + settings.optimism_bias_works)
    before, share, with_vat = max(0, first - 1), acquired.option.works_paid_before, 1 + settings.vat_rate
    value = round_half_up(price), round_half_up(works)
    early = round_half_up(share * value[1])
    capital = [0] * context.years
    capital[before] += early
    capital[first] += sum(value) - early
    charged: defaultdict[tuple[int, Route], int] = defaultdict(int)
    charged[before, Route.PURCHASE] += round_half_up(share * works * with_vat * context.inflation[before])
    now = (price + (1 - share) * works) * with_vat * context.inflation[first]
    charged[first, Route.PURCHASE] += round_half_up(now)
    equipment = round_half_up(price * with_vat * context.inflation[first])
    rest = sum(charged.values()) - equipment
    books = []
    if offer is None:
        books.append(bought_property(context, equipment, setting.life, first))
    if rest:
        books.append(bought_property(context, rest, settings.works_life_years, first, stays=True))
    return _Cost(
        charges={key: amount for key, amount in charged.items() if amount},
        capital=tuple(capital),
        value=value,
        properties=tuple(books),
    )


def _committed_cost(context: Context, scheme: Scheme, first: int, setting: _Setting) -> _Cost:
    """Cost a scheme at its own price; what is paid before the plan is left out."""
    paid = {first: scheme.capital_gbp - scheme.paid_before_gbp}
    if first > 0:
        paid[first - 1] = scheme.paid_before_gbp
    capital = [0] * context.years
    for t, amount in paid.items():
        capital[t] = round_half_up(amount / (1 + context.settings.vat_rate) / context.inflation[t])
    return _Cost(
        charges={(t, Route.PURCHASE): amount for t, amount in paid.items() if amount},
        capital=tuple(capital),
        value=(setting.price, setting.works),
        properties=(bought_property(context, scheme.capital_gbp, setting.life, first),),
    )
