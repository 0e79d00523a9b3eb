"""Every pound and scan of one physical machine, year by year, as if it stood to the end of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Asset, Contract, Curve, Option, Scheme, Upgrade
from capitalplan.settings import TerminalValue
from capitalplan.terms import ExtraKind, Ownership, round_half_up
from capitalplan.verify.context import Context

__all__ = [
    "Machine",
    "added",
    "bought",
    "contract_held",
    "extension_charge",
    "registered",
    "room_charge",
    "room_costs",
    "upgraded",
]

WEEK_HOURS = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One physical machine. Tuples are indexed by position; entries before ``first`` are not used.

    Attributes
    ----------
    first
        Position from which it is in service.
    charge
        Charged to capital limits at ``first``, £ cash.
    capital
        Equipment and works (or upgrade) at ``first``, real £ ex VAT.
    capacity, lost
        Scans a year it can do, and scans it cannot do because it is being installed.
    scans_per_hour
        Throughput class of its extra hours.
    extra_hours
        Hours a year it can work beyond staffed ones, 0 where they are not offered.
    upkeep, age_risk
        Real £ a year.
    resale
        Receipt when it leaves service at a position, real £.
    over_age
        Whether it is past its planned life.
    ages
        Age in years.
    breakdowns
        Serious breakdowns expected in a year.
    terminal
        Worth at the end of the plan if still in service, real £.
    """

    first: int
    charge: int
    capital: int
    capacity: tuple[int, ...]
    lost: tuple[int, ...]
    scans_per_hour: Fraction
    extra_hours: tuple[int, ...]
    upkeep: tuple[int, ...]
    age_risk: tuple[int, ...]
    resale: tuple[int, ...]
    over_age: tuple[bool, ...]
    ages: tuple[int, ...]
    breakdowns: tuple[Fraction, ...]
    terminal: int


def registered(context: Context, asset: Asset, extended: int | None) -> Machine:
    """Cost a registered machine that is owned, given by charity or leased; ``extended`` is when its lease is."""
    return _own(context, asset, first=0, life=asset.life_years, gain=Fraction(0), extended=extended)


def upgraded(context: Context, asset: Asset, upgrade: Upgrade, first: int) -> Machine:
    """Cost a registered machine from the year on in which it is upgraded or given longer life."""
    settings = context.settings
    cost = upgrade.cost_gbp * (1 + settings.optimism_bias_equipment)
    return _own(
        context,
        asset,
        first=first,
        life=asset.life_years + upgrade.years_gained,
        gain=upgrade.throughput_gain,
        capital=round_half_up(cost),
        charge=round_half_up(cost * (1 + settings.vat_rate) * context.inflation[first]),
    )


def contract_held(context: Context, asset: Asset) -> Machine:
    """Cost a managed service or PFI machine, which its contract renews whenever it reaches its refresh age."""
    curve, contract = context.register.curves[asset.curve], context.contract(asset)
    refresh = asset.life_years if contract is None else contract.refresh_years or asset.life_years
    age_at_start = max(0, context.settings.start_year - asset.install_year)
    renewal = max(0, refresh - age_at_start)
    years = range(context.years)
    ages = tuple(age_at_start + t if t < renewal else (t - renewal) % refresh for t in years)
    full = tuple(round_half_up(_own_scans(asset, curve, age)) for age in ages)
    share = 1 - context.outage(asset)
    working = tuple(share if t >= renewal and ages[t] == 0 else Fraction(1) for t in years)
    capacity = tuple(round_half_up(_own_scans(asset, curve, ages[t]) * working[t]) for t in years)
    nothing = (0,) * context.years
    return Machine(
        first=0,
        charge=0,
        capital=0,
        capacity=capacity,
        lost=tuple(whole - part for whole, part in zip(full, capacity, strict=True)),
        scans_per_hour=asset.scans_per_hour,
        extra_hours=_extra_hours(
            context,
            (asset.line, asset.site),
            asset.hours_per_week,
            (_own_uptime(asset, curve, ages[t]) * working[t] for t in years),
        ),
        upkeep=(0 if contract is None else contract.annual_charge_gbp,) * context.years,
        age_risk=nothing,
        resale=nothing,
        over_age=(False,) * context.years,
        ages=ages,
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages),
        terminal=0,
    )


def bought(
    context: Context,
    asset: Asset,
    option: Option,
    first: int,
    scheme: Scheme | None,
    *,
    new_room_first: bool = False,
) -> Machine:
    """Cost a machine bought in place of a registered one, by a committed scheme or by the plan.

    Where it is set up in a spare room before the old one goes, nothing is lost to its installation.
    """
    own_price = asset.own_price_gbp if option.name == asset.like_for_like else None
    return _installed(
        context,
        option,
        first,
        scheme,
        price=option.price_gbp if own_price is None else own_price,
        works=option.works_gbp if asset.own_works_gbp is None else asset.own_works_gbp,
        life=option.life_years or context.register.lines[asset.line].life(asset.exams_per_year),
        scans=asset.nominal_scans * (1 + option.throughput_gain),
        scans_per_hour=asset.scans_per_hour * (1 + option.throughput_gain),
        place=(asset.line, asset.site),
        hours_per_week=asset.hours_per_week,
        first_year=Fraction(1) if new_room_first else 1 - context.outage(asset),
        replaces=True,
    )


def added(context: Context, site: str, option: Option, first: int, scheme: Scheme | None) -> Machine:
    """Cost one machine added to the fleet at a site, by a committed scheme or by the plan."""
    settings = context.settings
    return _installed(
        context,
        option,
        first,
        scheme,
        price=option.price_gbp,
        works=option.works_gbp,
        life=option.life_years or context.register.lines[option.line].life_mid_use,
        scans=option.scans_per_hour * option.hours_per_week * settings.weeks_per_year,
        scans_per_hour=option.scans_per_hour,
        place=(option.line, site),
        hours_per_week=option.hours_per_week,
        first_year=settings.first_year_share,
        replaces=False,
    )


def extension_charge(context: Context, lease: Contract, first: int) -> int:
    """Charge of a lease extension to capital limits, £ cash: all of its rents."""
    return round_half_up(lease.extension_charge_gbp * lease.extension_years * context.inflation[first])


def room_costs(context: Context, works: int, first: int) -> tuple[int, int]:
    """Capital, real £, and worth at the end of one new room, from the dearest works of its modality."""
    settings = context.settings
    capital = round_half_up(works * (1 + settings.optimism_bias_works) * (settings.new_room_factor - 1))
    if settings.terminal_value is not TerminalValue.ANNUITY:
        return capital, 0
    return capital, round_half_up(capital * context.annuity(context.years - first, settings.works_life_years))


def room_charge(context: Context, works: int, first: int) -> int:
    """Charge of one new room to capital limits, £ cash."""
    settings = context.settings
    real = works * (1 + settings.optimism_bias_works) * (settings.new_room_factor - 1)
    return round_half_up(real * (1 + settings.vat_rate) * context.inflation[first])


def _installed(
    context: Context,
    option: Option,
    first: int,
    scheme: Scheme | None,
    *,
    price: int,
    works: int,
    life: int,
    scans: Fraction,
    scans_per_hour: Fraction,
    place: tuple[str, str],
    hours_per_week: Fraction,
    first_year: Fraction,
    replaces: bool,
) -> Machine:
    settings, curve = context.settings, context.register.curves[option.curve]
    with_vat = 1 + settings.vat_rate
    if scheme is None:
        priced = price * (1 + settings.optimism_bias_equipment), works * (1 + settings.optimism_bias_works)
        value = round_half_up(priced[0]), round_half_up(priced[1])
        charge = round_half_up(sum(priced) * with_vat * context.inflation[first])
        capital = sum(value)
    else:
        value = price, works
        charge = scheme.capital_gbp
        capital = round_half_up(scheme.capital_gbp / with_vat / context.inflation[first])
    ages = tuple(t - first for t in range(context.years))
    full = tuple(round_half_up(scans * curve.at(curve.uptime, age)) for age in ages)
    opening = round_half_up(scans * curve.at(curve.uptime, 0) * first_year)
    working = (curve.at(curve.uptime, age) * (first_year if age == 0 else 1) for age in ages)
    base, staff = curve.at(curve.upkeep, 0), 0 if replaces else option.annual_staff_gbp
    return Machine(
        first=first,
        charge=charge,
        capital=capital,
        capacity=tuple(opening if age == 0 else whole for age, whole in zip(ages, full, strict=True)),
        lost=tuple(full[first] - opening if replaces and age == 0 else 0 for age in ages),
        scans_per_hour=scans_per_hour,
        extra_hours=_extra_hours(context, place, hours_per_week, working),
        upkeep=tuple(_upkeep(option.annual_maintenance_gbp, curve, age, base) + staff for age in ages),
        age_risk=tuple(_age_risk(context, curve, price, age, life) for age in ages),
        resale=tuple(_resale(curve, age, price) for age in ages),
        over_age=tuple(age > life for age in ages),
        ages=ages,
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages),
        terminal=_worth(context, curve, context.years - first, price=price, value=value, life=life),
    )


def _own(
    context: Context,
    asset: Asset,
    *,
    first: int,
    life: int,
    gain: Fraction,
    extended: int | None = None,
    capital: int = 0,
    charge: int = 0,
) -> Machine:
    """Cost the registered machine itself, as it is or as upgraded at ``first``."""
    settings, curve = context.settings, context.register.curves[asset.curve]
    ages = tuple(context.year(t) - asset.install_year for t in range(context.years))
    owned = asset.ownership in (Ownership.OWNED, Ownership.CHARITY)
    base = curve.at(curve.upkeep, settings.start_year - asset.install_year)
    lease = context.lease(asset)
    score = settings.risk_score_price_gbp * asset.risk_score if asset.risk_score_entered else 0
    paid, final_age = asset.paid_gbp, context.year(context.years) - asset.install_year
    worth = _worth(context, curve, final_age, price=paid, value=(paid, 0), life=life)
    return Machine(
        first=first,
        charge=charge,
        capital=capital,
        capacity=tuple(round_half_up(_own_scans(asset, curve, age) * (1 + gain)) for age in ages),
        lost=(0,) * context.years,
        scans_per_hour=asset.scans_per_hour * (1 + gain),
        extra_hours=_extra_hours(
            context,
            (asset.line, asset.site),
            asset.hours_per_week,
            (_own_uptime(asset, curve, age) for age in ages),
        ),
        upkeep=tuple(
            _upkeep(asset.maintenance_gbp, curve, age, base) + _rent(lease, t, extended) for t, age in enumerate(ages)
        ),
        age_risk=tuple(_age_risk(context, curve, asset.price_gbp, age, life) + score for age in ages),
        resale=tuple(_resale(curve, age, paid) if owned else 0 for age in ages),
        over_age=tuple(age > life for age in ages),
        ages=ages,
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages),
        terminal=worth if owned else 0,
    )


def _own_uptime(asset: Asset, curve: Curve, age: int) -> Fraction:
    return min(Fraction(1), asset.uptime_scale * curve.at(curve.uptime, age))


def _own_scans(asset: Asset, curve: Curve, age: int) -> Fraction:
    return asset.nominal_scans * _own_uptime(asset, curve, age)


def _extra_hours(
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


def _upkeep(maintenance: int, curve: Curve, age: int, base: Fraction) -> int:
    return maintenance if base == 0 else round_half_up(maintenance * curve.at(curve.upkeep, age) / base)


def _rent(lease: Contract | None, position: int, extended: int | None) -> int:
    if lease is None:
        return 0
    in_extension = extended is not None and position >= extended
    return lease.extension_charge_gbp if in_extension else lease.annual_charge_gbp


def _age_risk(context: Context, curve: Curve, price: int, age: int, life: int) -> int:
    settings = context.settings
    over_age = round_half_up(settings.over_age_price * price * max(0, age - life))
    return over_age + round_half_up(settings.failure_price_gbp * curve.at(curve.failure, age))


def _resale(curve: Curve, age: int, price: int) -> int:
    return round_half_up(curve.at(curve.resale, age) * price)


def _worth(context: Context, curve: Curve, age: int, *, price: int, value: tuple[int, int], life: int) -> int:
    match context.settings.terminal_value:
        case TerminalValue.ANNUITY:
            equipment, works = value
            in_works = context.annuity(age, context.settings.works_life_years)
            return round_half_up(equipment * context.annuity(age, life)) + round_half_up(works * in_works)
        case TerminalValue.RESALE:
            return _resale(curve, age, price)
        case TerminalValue.NONE:
            return 0
