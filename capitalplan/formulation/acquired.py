"""Machines that take a registered one's place or are added: bought, leased, managed, or bought by committed schemes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from capitalplan.finance.costs import (
    Purchase,
    Rates,
    age_risk,
    breakdown_risk,
    committed_purchase,
    energy_cost,
    option_life,
    purchase,
    terminal_value,
)
from capitalplan.finance.leases import beyond_plan, offer_charges, right_of_use_charges
from capitalplan.formulation.machines import Machine, Whole, by_heading, by_year, whole
from capitalplan.register.register import Asset, Offer, Option, Register, Scheme, Site
from capitalplan.service.ageing import upkeep_ratio
from capitalplan.service.capacity import (
    added_capacity,
    bought_capacity,
    extra_hours,
    outage_share,
    weekly_extra_hours,
)
from capitalplan.terms import ContractEnd, ExtraKind, Heading, Route, round_half_up

__all__ = ["added_machine", "bought_machine", "ways_to_acquire"]


def ways_to_acquire(option: str, trust: str, register: Register) -> list[Offer | None]:
    """Ways in which a trust may acquire an option in some year of the plan: bought (None), then by each offer."""
    offers = (offer for offer in register.offers if offer.option == option)
    return [None, *(each for each in offers if any(each.is_offered(trust, y) for y in register.settings.horizon))]


def bought_machine(
    asset: Asset,
    option: Option,
    register: Register,
    rates: Rates,
    scheme: Scheme | None = None,
    offer: Offer | None = None,
) -> Machine:
    """Figures of a machine that replaces a registered one: bought, by an offer, or by a committed scheme."""
    settings, curve, gain = register.settings, register.curves[option.curve], option.throughput_gain
    own_price = asset.own_price_gbp if option.name == asset.like_for_like else None
    weekly = weekly_extra_hours(register.governing(ExtraKind.HOURS, asset.line, asset.site), asset.hours_per_week)
    years = _Years.of(offer, outage_share(register.outage_weeks(asset)), settings.years, installed_in_service=True)
    uptime = [curve.at(curve.uptime, age) for age in years.ages]
    full = [bought_capacity(asset, gain, curve, age) for age in years.ages]
    most = [extra_hours(weekly, settings, share) for share in uptime]
    capacity, extra = [*full], [*most]
    for since, out in years.outages:
        capacity[since] = bought_capacity(asset, gain, curve, years.ages[since], out)
        extra[since] = extra_hours(weekly, settings, uptime[since] * (1 - out))
    return _acquired(
        option,
        option.price_gbp if own_price is None else own_price,
        option.works_gbp if asset.own_works_gbp is None else asset.own_works_gbp,
        register,
        rates,
        scheme=scheme,
        offer=offer,
        ages=years.ages,
        life=option_life(option, register.lines[asset.line].life(asset.exams_per_year)),
        scans_per_hour=asset.scans_per_hour * (1 + gain),
        capacity=(full, capacity),
        extra=(most, extra),
    )


def added_machine(
    option: Option,
    site: Site,
    register: Register,
    rates: Rates,
    scheme: Scheme | None = None,
    offer: Offer | None = None,
) -> Machine:
    """Figures of one machine added at a site: bought, by an offer, or by a committed scheme."""
    settings, curve, line = register.settings, register.curves[option.curve], register.lines[option.line]
    weekly = weekly_extra_hours(register.governing(ExtraKind.HOURS, option.line, site.code), option.hours_per_week)
    years = _Years.of(offer, outage_share(line.outage_weeks), settings.years, installed_in_service=False)
    ready = [settings.first_year_share, *[Fraction(1)] * (settings.years - 1)]
    uptime = [curve.at(curve.uptime, age) for age in years.ages]
    full = [added_capacity(option, curve, age, settings, share) for age, share in zip(years.ages, ready, strict=True)]
    most = [extra_hours(weekly, settings, up * share) for up, share in zip(uptime, ready, strict=True)]
    capacity, extra = [*full], [*most]
    for since, out in years.outages:
        capacity[since] = added_capacity(option, curve, years.ages[since], settings, 1 - out)
        extra[since] = extra_hours(weekly, settings, uptime[since] * (1 - out))
    return _acquired(
        option,
        option.price_gbp,
        option.works_gbp,
        register,
        rates,
        scheme=scheme,
        offer=offer,
        ages=years.ages,
        life=option_life(option, line.life_mid_use),
        scans_per_hour=option.scans_per_hour,
        capacity=(full, capacity),
        extra=(most, extra),
        staff=option.annual_staff_gbp,
    )


@dataclass(frozen=True, slots=True)
class _Years:
    """Age of a machine in each year since it was commissioned, and years with the share lost to an installation."""

    ages: list[int]
    outages: list[tuple[int, Fraction]]

    @classmethod
    def of(cls, offer: Offer | None, outage: Fraction, years: int, *, installed_in_service: bool) -> _Years:
        """Years of a machine; a managed service renews it, and its first installation may take a part of the year."""
        refresh = years + 1 if offer is None or offer.refresh_years is None else offer.refresh_years
        installed = [since for since in range(0, years, refresh) if since or installed_in_service]
        return cls([since % refresh for since in range(years)], [(since, outage) for since in installed])


def _acquired(
    option: Option,
    price: int,
    works: int,
    register: Register,
    rates: Rates,
    *,
    scheme: Scheme | None,
    offer: Offer | None,
    ages: list[int],
    life: int,
    scans_per_hour: Fraction,
    capacity: Sequence[list[int]],
    extra: Sequence[list[int]],
    staff: int = 0,
) -> Machine:
    """Figures of a machine; capacity and extra hours are given without and with the outage of installations."""
    settings, curve = register.settings, register.curves[option.curve]
    years = settings.years
    money = _money(option, price, works, register, rates, scheme, offer)
    disposal = register.lines[option.line].disposal_gbp
    failures = tuple(curve.at(curve.failure, age) for age in ages)
    shares = [curve.at(curve.resale, age) for age in range(years + 1)]
    terminal = [terminal_value(money, age, life, curve, settings) for age in range(years + 1)]
    receipts = [round_half_up(share * price) - disposal for share in shares]
    if offer is not None:
        terminal = [worth - beyond_plan(offer, age, settings) for age, worth in enumerate(terminal)]
        receipts = [0] * (years + 1)
    risk = [
        age_risk(price, age, life, settings) + breakdown_risk(expected, settings)
        for age, expected in zip(ages, failures, strict=True)
    ]
    is_managed = offer is not None and offer.route is Route.MANAGED_SERVICE
    before = [money.before_gbp] * years
    return Machine(
        option=option.name,
        offer=offer,
        committed=scheme is not None,
        ages=whole(ages),
        capacity=whole(capacity[1]),
        lost=whole(capacity[0]) - whole(capacity[1]),
        scans_per_hour=scans_per_hour,
        extra_hours=whole(extra[1]),
        extra_lost=whole(extra[0]) - whole(extra[1]),
        breakdowns=failures,
        running=by_heading(_running(option, offer, ages, staff, register), years),
        risk=whole([0] * years if is_managed else risk),
        receipts=whole(receipts),
        terminal=whole(terminal),
        money=money,
        capital=by_year([money.capital_gbp - money.before_gbp] * years, before),
        charge=_charges(money, offer, register, rates),
        extension=np.zeros(years, dtype=np.int64),
        life=None if is_managed else life,
    )


def _money(
    option: Option,
    price: int,
    works: int,
    register: Register,
    rates: Rates,
    scheme: Scheme | None,
    offer: Offer | None,
) -> Purchase:
    """What is bought: machine and works, or works alone where the machine is leased or managed."""
    if scheme is not None:
        return committed_purchase(scheme, price, works, register.settings, rates)
    if offer is not None:
        price, works = 0, 0 if offer.works_included else works
    return purchase(price, works, register.settings, rates, paid_before=option.works_paid_before)


def _charges(money: Purchase, offer: Offer | None, register: Register, rates: Rates) -> dict[Route, Whole]:
    found = {Route.PURCHASE: by_year(money.charges_gbp, money.charges_before_gbp)}
    if offer is not None:
        settings = register.settings
        value = whole(right_of_use_charges(offer, settings, rates))
        years = np.arange(settings.years)
        since = years[None, :] - years[:, None]
        begins = (since == 0) | ((since > 0) & (since % offer.years == 0) & (offer.at_end is ContractEnd.RENEW))
        found[offer.route] = np.where(begins, value[None, :], 0)
    return {route: charges for route, charges in found.items() if charges.any()}


def _running(
    option: Option, offer: Offer | None, ages: Sequence[int], staff: int, register: Register
) -> dict[Heading, list[int]]:
    settings, curve = register.settings, register.curves[option.curve]
    years = len(ages)
    running = {
        Heading.MAINTENANCE: [
            round_half_up(option.annual_maintenance_gbp * upkeep_ratio(curve, age, 0)) for age in ages
        ],
        Heading.ENERGY: [energy_cost(option.energy_mwh, settings)] * years,
        Heading.STAFF: [staff] * years,
    }
    if offer is not None:
        charges = offer_charges(offer, range(years), settings)
        running[Heading.RENT] = [rent for rent, _ in charges]
        running[Heading.UNITARY] = [unitary for _, unitary in charges]
        if offer.maintenance_included:
            running[Heading.MAINTENANCE] = [0] * years
    return running
