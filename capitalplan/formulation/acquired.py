"""Machines that take a registered one's place or are added: bought, leased, managed, or bought by committed schemes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    asset_capacity,
    extra_hours,
    outage_share,
    weekly_extra_hours,
)
from capitalplan.terms import ContractEnd, ExtraKind, Heading, Route, rounded_product

__all__ = ["Market"]


class Market:
    """Machines that may take a registered one's place or be added; what each kind costs is worked out once."""

    def __init__(self, register: Register, rates: Rates) -> None:
        self.register = register
        self.rates = rates
        self._ways: dict[tuple[str, str], tuple[Offer | None, ...]] = {}
        self._kinds: dict[tuple[object, ...], Machine] = {}
        self._added: dict[tuple[object, ...], Machine] = {}

    def ways(self, option: str, trust: str) -> tuple[Offer | None, ...]:
        """Ways in which a trust may acquire an option in some year of the plan: bought (None), then by each offer."""
        key = (option, trust)
        if key not in self._ways:
            offers = (offer for offer in self.register.offers if offer.option == option)
            horizon = self.register.settings.horizon
            self._ways[key] = (None, *(each for each in offers if any(each.is_offered(trust, y) for y in horizon)))
        return self._ways[key]

    def bought(
        self, asset: Asset, option: Option, *, scheme: Scheme | None = None, offer: Offer | None = None
    ) -> Machine:
        """Figures of a machine that replaces a registered one: bought, by an offer, or by a committed scheme."""
        register, settings = self.register, self.register.settings
        curve, gain = register.curves[option.curve], option.throughput_gain
        own_price = asset.own_price_gbp if option.name == asset.like_for_like else None
        weekly = weekly_extra_hours(register.governing(ExtraKind.HOURS, asset.line, asset.site), asset.hours_per_week)
        years = _Years.of(offer, outage_share(register.outage_weeks(asset)), settings.years, installed_in_service=True)
        uptime = [curve.at(curve.uptime, age) for age in years.ages]
        kind = self._kind(
            option,
            option.price_gbp if own_price is None else own_price,
            option.works_gbp if asset.own_works_gbp is None else asset.own_works_gbp,
            scheme=scheme,
            offer=offer,
            ages=years.ages,
            life=option_life(option, register.lines[asset.line].life(asset.exams_per_year)),
        )
        return _working(
            kind,
            years,
            scans_per_hour=asset.scans_per_hour * (1 + gain),
            full=[asset_capacity(asset, gain, share) for share in uptime],
            left={since: asset_capacity(asset, gain, uptime[since], out) for since, out in years.outages},
            most=[extra_hours(weekly, settings, share) for share in uptime],
            extra={since: extra_hours(weekly, settings, uptime[since] * (1 - out)) for since, out in years.outages},
        )

    def added(self, option: Option, site: Site, *, scheme: Scheme | None = None, offer: Offer | None = None) -> Machine:
        """Figures of one machine added at a site, the same machine wherever as many extra hours may be worked."""
        register = self.register
        weekly = weekly_extra_hours(register.governing(ExtraKind.HOURS, option.line, site.code), option.hours_per_week)
        key = (option.name, scheme and scheme.scheme_id, offer and offer.name, weekly)
        if key not in self._added:
            self._added[key] = self._newly_added(option, weekly, scheme, offer)
        return self._added[key]

    def _newly_added(self, option: Option, weekly: Fraction, scheme: Scheme | None, offer: Offer | None) -> Machine:
        settings, line = self.register.settings, self.register.lines[option.line]
        curve = self.register.curves[option.curve]
        years = _Years.of(offer, outage_share(line.outage_weeks), settings.years, installed_in_service=False)
        ready = [settings.first_year_share, *[Fraction(1)] * (settings.years - 1)]
        uptime = [curve.at(curve.uptime, age) for age in years.ages]
        kind = self._kind(
            option,
            option.price_gbp,
            option.works_gbp,
            scheme=scheme,
            offer=offer,
            ages=years.ages,
            life=option_life(option, line.life_mid_use),
            staff=option.annual_staff_gbp,
        )
        return _working(
            kind,
            years,
            scans_per_hour=option.scans_per_hour,
            full=[added_capacity(option, up, settings, share) for up, share in zip(uptime, ready, strict=True)],
            left={since: added_capacity(option, uptime[since], settings, 1 - out) for since, out in years.outages},
            most=[extra_hours(weekly, settings, up * share) for up, share in zip(uptime, ready, strict=True)],
            extra={since: extra_hours(weekly, settings, uptime[since] * (1 - out)) for since, out in years.outages},
        )

    def _kind(
        self,
        option: Option,
        price: int,
        works: int,
        *,
        scheme: Scheme | None,
        offer: Offer | None,
        ages: tuple[int, ...],
        life: int,
        staff: int = 0,
    ) -> Machine:
        """A machine that does nothing yet: what it costs."""
        key = (option.name, price, works, scheme and scheme.scheme_id, offer and offer.name, life, staff)
        if key not in self._kinds:
            self._kinds[key] = _idle(
                option, price, works, self.register, self.rates, scheme, offer, ages=ages, life=life, staff=staff
            )
        return self._kinds[key]


@dataclass(frozen=True, slots=True)
class _Years:
    """Age of a machine in each year since it was commissioned, and years with the share lost to an installation."""

    ages: tuple[int, ...]
    outages: list[tuple[int, Fraction]]

    @classmethod
    def of(cls, offer: Offer | None, outage: Fraction, years: int, *, installed_in_service: bool) -> _Years:
        """Years of a machine; a managed service renews it, and its first installation may take a part of the year."""
        refresh = years + 1 if offer is None or offer.refresh_years is None else offer.refresh_years
        installed = [since for since in range(0, years, refresh) if since or installed_in_service]
        return cls(tuple(since % refresh for since in range(years)), [(since, outage) for since in installed])


def _working(
    kind: Machine,
    years: _Years,
    *,
    scans_per_hour: Fraction,
    full: list[int],
    left: Mapping[int, int],
    most: list[int],
    extra: Mapping[int, int],
) -> Machine:
    """A kind of machine with what it does.

    Parameters
    ----------
    full, most
        Scans and extra hours by year since it was commissioned, installations aside.
    left, extra
        What is left of them in the years of installations.
    """
    capacity = whole([left.get(since, scans) for since, scans in enumerate(full)])
    hours = whole([extra.get(since, each) for since, each in enumerate(most)])
    return replace(
        kind,
        capacity=capacity,
        lost=whole(full) - capacity,
        scans_per_hour=scans_per_hour,
        extra_hours=hours,
        extra_lost=whole(most) - hours,
    )


def _idle(
    option: Option,
    price: int,
    works: int,
    register: Register,
    rates: Rates,
    scheme: Scheme | None,
    offer: Offer | None,
    *,
    ages: Sequence[int],
    life: int,
    staff: int,
) -> Machine:
    """Figures of a machine that does nothing."""
    settings, curve = register.settings, register.curves[option.curve]
    years = settings.years
    money = _money(option, price, works, register, rates, scheme, offer)
    disposal = register.lines[option.line].disposal_gbp
    failures = tuple(curve.at(curve.failure, age) for age in ages)
    shares = [curve.at(curve.resale, age) for age in range(years + 1)]
    terminal = [terminal_value(money, age, life, curve, settings) for age in range(years + 1)]
    receipts = [rounded_product(share, price) - disposal for share in shares]
    if offer is not None:
        terminal = [worth - beyond_plan(offer, age, settings) for age, worth in enumerate(terminal)]
        receipts = [0] * (years + 1)
    risk = [
        age_risk(price, age, life, settings) + breakdown_risk(expected, settings)
        for age, expected in zip(ages, failures, strict=True)
    ]
    is_managed = offer is not None and offer.route is Route.MANAGED_SERVICE
    before = [money.before_gbp] * years
    nothing = np.zeros(years, dtype=np.int64)
    return Machine(
        option=option.name,
        offer=offer,
        committed=scheme is not None,
        ages=whole(ages),
        capacity=nothing,
        lost=nothing,
        scans_per_hour=Fraction(0),
        extra_hours=nothing,
        extra_lost=nothing,
        breakdowns=failures,
        running=by_heading(_running(option, offer, ages, staff, register), years),
        risk=whole([0] * years if is_managed else risk),
        receipts=whole(receipts),
        terminal=whole(terminal),
        money=money,
        capital=by_year([money.capital_gbp - money.before_gbp] * years, before),
        charge=_charges(money, offer, register, rates),
        extension=nothing,
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
            rounded_product(option.annual_maintenance_gbp, upkeep_ratio(curve, age, 0)) for age in ages
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
