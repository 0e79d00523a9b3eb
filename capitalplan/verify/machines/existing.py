"""Registered machines: as they are, upgraded, or renewed by the contract that holds them."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.register.register import Asset, Curve, Upgrade
from capitalplan.terms import Heading, Ownership, Route, round_half_up
from capitalplan.verify.context import Context
from capitalplan.verify.machines.contracts import extension
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

__all__ = ["contract_held", "registered", "upgraded"]


def registered(context: Context, asset: Asset, extended: int | None) -> Machine:
    """Cost a registered machine that is owned, given by charity or leased; ``extended`` is when its lease is."""
    return _own(context, asset, extended=extended)


def upgraded(context: Context, asset: Asset, upgrade: Upgrade, first: int) -> Machine:
    """Cost a registered machine from the year on in which it is upgraded or given longer life."""
    return _own(context, asset, upgrade=upgrade, first=first)


def contract_held(context: Context, asset: Asset) -> Machine:
    """Cost a managed service or PFI machine, which its contract renews whenever it reaches its refresh age.

    Until a contract that has yet to begin does so, the machine costs what one of the trust's own does.
    """
    curve, contract = context.register.curves[asset.curve], context.contract(asset)
    refresh = asset.life_years if contract is None else contract.refresh_years or asset.life_years
    age_at_start = context.age_at_start(asset)
    begins = 0 if contract is None else max(0, (contract.start_year or context.year(0)) - context.year(0))
    renewal = max(begins, refresh - age_at_start)
    years = range(context.years)
    own = _own(context, asset)
    ages = tuple(age_at_start + t if t < renewal else (t - renewal) % refresh for t in years)
    full = tuple(round_half_up(_own_scans(asset, curve, age)) for age in ages)
    share = 1 - context.outage(asset)
    working = tuple(share if t >= renewal and ages[t] == 0 else Fraction(1) for t in years)
    capacity = tuple(round_half_up(_own_scans(asset, curve, ages[t]) * working[t]) for t in years)
    nothing = (0,) * context.years
    charge = 0 if contract is None else contract.annual_charge_gbp
    unitary = tuple(charge if t >= begins else 0 for t in years)
    upkeep = tuple(own.running[Heading.MAINTENANCE][t] if t < begins else 0 for t in years)
    energy = (context.energy(context.register.lines[asset.line].energy_mwh),) * context.years
    charged = in_cash(context, unitary)
    return Machine(
        first=0,
        charges={},
        capital=nothing,
        capacity=capacity,
        lost=tuple(whole - part for whole, part in zip(full, capacity, strict=True)),
        scans_per_hour=asset.scans_per_hour,
        extra_hours=extra_hours(
            context,
            (asset.line, asset.site),
            asset.hours_per_week,
            (_own_uptime(asset, curve, ages[t]) * working[t] for t in years),
        ),
        running={Heading.MAINTENANCE: upkeep, Heading.UNITARY: unitary, Heading.ENERGY: energy},
        age_risk=tuple(own.age_risk[t] if t < begins else 0 for t in years),
        resale=nothing,
        disposal=0,
        is_owned=False,
        over_age=(False,) * context.years,
        ages=ages,
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages),
        terminal=0,
        statement={
            Heading.MAINTENANCE: in_cash(context, upkeep),
            Heading.UNITARY: charged,
            Heading.VAT: tuple(round_half_up(context.settings.managed_vat_rate * amount) for amount in charged),
            Heading.ENERGY: in_cash(context, energy),
        },
        rents=nothing,
        properties=(),
        price=asset.price_gbp,
        life=asset.life_years,
    )


def _own(
    context: Context, asset: Asset, *, extended: int | None = None, upgrade: Upgrade | None = None, first: int = 0
) -> Machine:
    """Cost the registered machine itself, as it is or as upgraded at ``first``."""
    settings, curve, line = context.settings, context.register.curves[asset.curve], context.register.lines[asset.line]
    years = range(context.years)
    ages = tuple(context.year(t) - asset.install_year for t in years)
    owned = asset.ownership in (Ownership.OWNED, Ownership.CHARITY)
    base = curve.at(curve.upkeep, settings.start_year - asset.install_year)
    score = settings.risk_score_price_gbp * asset.risk_score if asset.risk_score_entered else 0
    life, gain, charges = asset.life_years, Fraction(0), {}
    capital = [0] * context.years
    properties: tuple[Property, ...] = (_book(context, asset),) if owned else ()
    if upgrade is not None:
        life, gain = life + upgrade.years_gained, upgrade.throughput_gain
        cost = upgrade.cost_gbp * (1 + settings.optimism_bias_equipment)
        capital[first] = round_half_up(cost)
        charge = round_half_up(cost * (1 + settings.vat_rate) * context.inflation[first])
        charges = {(first, Route.PURCHASE): charge} if charge else {}
        properties += (bought_property(context, charge, max(1, life - ages[first]), first),)
    running = {
        Heading.MAINTENANCE: tuple(maintenance(asset.maintenance_gbp, curve, age, base) for age in ages),
        Heading.ENERGY: (context.energy(line.energy_mwh),) * context.years,
    }
    statement = {heading: in_cash(context, amounts) for heading, amounts in running.items()}
    lease, rents = context.lease(asset), (0,) * context.years
    if lease is not None:
        account = extension(context, lease, extended)
        in_extension = [extended is not None and t >= extended for t in years]
        running[Heading.RENT] = tuple(
            lease.extension_charge_gbp if late else lease.annual_charge_gbp for late in in_extension
        )
        statement |= account.statement
        rents = account.rents
        charges = {(t, Route.LEASE): charge for t, charge in account.charges.items()}
    paid, final_age = asset.paid_gbp, context.year(context.years) - asset.install_year
    return Machine(
        first=first,
        charges=charges,
        capital=tuple(capital),
        capacity=tuple(round_half_up(_own_scans(asset, curve, age) * (1 + gain)) for age in ages),
        lost=(0,) * context.years,
        scans_per_hour=asset.scans_per_hour * (1 + gain),
        extra_hours=extra_hours(
            context, (asset.line, asset.site), asset.hours_per_week, (_own_uptime(asset, curve, age) for age in ages)
        ),
        running=running,
        age_risk=tuple(age_risk(context, curve, asset.price_gbp, age, life) + score for age in ages),
        resale=tuple(resale(curve, age, paid) for age in ages),
        disposal=line.disposal_gbp,
        is_owned=owned,
        over_age=tuple(age > life for age in ages),
        ages=ages,
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages),
        terminal=worth(context, curve, final_age, price=paid, value=(paid, 0), life=life) if owned else 0,
        statement=statement,
        rents=rents,
        properties=properties,
        price=asset.price_gbp,
        life=life,
    )


def _book(context: Context, asset: Asset) -> Property:
    """Write off what a registered machine is worth in the books over what is left of its planned life."""
    left = max(0, asset.life_years - context.age_at_start(asset))
    value = asset.book_value_gbp
    book = tuple(
        value if t == 0 else round_half_up(Fraction(value * max(0, left - t), left)) if left else 0
        for t in range(context.years + 1)
    )
    pays = asset.ownership is Ownership.OWNED
    return Property(cost=0, first=None, book=book, pays_dividend=pays, stays=False)


def _own_uptime(asset: Asset, curve: Curve, age: int) -> Fraction:
    return min(Fraction(1), asset.uptime_scale * curve.at(curve.uptime, age))


def _own_scans(asset: Asset, curve: Curve, age: int) -> Fraction:
    return asset.nominal_scans * _own_uptime(asset, curve, age)
