"""Machines that can stand in an asset's place, with what each costs and gives by year: the pieces of schedules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import (
    Purchase,
    Rates,
    age_risk,
    breakdown_risk,
    committed_purchase,
    option_life,
    purchase,
    remaining_share,
    terminal_value,
    upgrade_purchase,
)
from capitalplan.register.register import Asset, Contract, Option, Register, Scheme, Site, Upgrade
from capitalplan.service.ageing import contract_ages, is_contract_renewed, upkeep_ratio
from capitalplan.service.capacity import (
    added_capacity,
    bought_capacity,
    extra_hours,
    kept_capacity,
    kept_uptime,
    outage_share,
    weekly_extra_hours,
)
from capitalplan.settings import TerminalValue
from capitalplan.terms import ExtraKind, inflation_factors, round_half_up

__all__ = ["Machine", "added_machine", "bought_machine", "kept_machine", "upgraded_machine"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine's figures by position: the year for the registered machine (upgraded or not), the age for others.

    Attributes
    ----------
    option
        Catalogue option; None for the registered machine.
    upgrade
        What the registered machine was upgraded by, if so.
    committed
        Whether it is bought by a committed scheme.
    ages
        Age at each position, shape ``(T,)``.
    capacity, upkeep, risk
        Scans, £ and £ a year, shape ``(T,)``.
    lost
        Scans lost to installation or renewal, shape ``(T,)``.
    scans_per_hour
        Throughput class of its extra hours.
    extra_hours, extra_lost
        Hours a year it could work beyond staffed ones, and those lost to installation, shape ``(T,)``.
    breakdowns
        Serious breakdowns expected in a year, by position.
    receipts
        Receipt if it leaves at a position, £, shape ``(T + 1,)``.
    terminal
        Worth if it stands at the end at a position, £, shape ``(T + 1,)``.
    capital
        Real capital when bought or upgraded, £.
    charges
        Charge to limits by year of commissioning or upgrade, £ cash, shape ``(T,)``.
    extension
        Charge to limits by year for extending a lease, £ cash, shape ``(T,)``.
    life
        Planned life, years; None where a contract renews it.
    """

    option: str | None
    upgrade: Upgrade | None = None
    committed: bool
    ages: Whole
    capacity: Whole
    lost: Whole
    scans_per_hour: Fraction
    extra_hours: Whole
    extra_lost: Whole
    breakdowns: tuple[Fraction, ...]
    upkeep: Whole
    risk: Whole
    receipts: Whole
    terminal: Whole
    capital: int
    charges: Whole
    extension: Whole
    life: int | None

    @property
    def is_registered(self) -> bool:
        """Whether it is the registered machine, so that its figures are read by year."""
        return self.option is None


def kept_machine(asset: Asset, register: Register) -> Machine:
    """Figures of a registered machine while it stands as it is."""
    return _registered(asset, register)


def upgraded_machine(asset: Asset, upgrade: Upgrade, register: Register, rates: Rates) -> Machine:
    """Figures of a registered machine once it is upgraded or given longer life, in any year."""
    money = upgrade_purchase(upgrade, register.settings, rates)
    longer = replace(asset, life_years=asset.life_years + upgrade.years_gained)
    return replace(
        _registered(longer, register, upgrade.throughput_gain),
        upgrade=upgrade,
        capital=money.equipment_gbp,
        charges=_whole(list(money.charges_gbp)),
    )


def _registered(asset: Asset, register: Register, gain: Fraction = Fraction(0)) -> Machine:
    settings, curve = register.settings, register.curves[asset.curve]
    contract = register.contracts.get(asset.contract_id or "")
    horizon = settings.horizon
    years = len(horizon)
    start_age = max(0, settings.start_year - asset.install_year)
    ages = [year - asset.install_year for year in (*horizon, horizon[-1] + 1)]
    outage = [Fraction(0)] * years
    extension = [0] * years
    if contract is not None and is_contract_renewed(contract):
        renewals = contract_ages(asset, contract, horizon)
        outage = [outage_share(register.outage_weeks(asset)) if renewed else Fraction(0) for _, renewed in renewals]
        ages[:-1] = [age for age, _ in renewals]
        upkeep = [contract.annual_charge_gbp] * years
        risk = [0] * years
    else:
        upkeep = [round_half_up(asset.maintenance_gbp * upkeep_ratio(curve, age, start_age)) for age in ages[:-1]]
        entered = settings.risk_score_price_gbp * asset.risk_score if asset.risk_score_entered else 0
        risk = [
            age_risk(asset.price_gbp, age, asset.life_years, settings)
            + breakdown_risk(curve.at(curve.failure, age), settings)
            + entered
            for age in ages[:-1]
        ]
        if contract is not None:
            upkeep = [cost + _rent(contract, year) for cost, year in zip(upkeep, horizon, strict=True)]
            extension = _extension_charges(contract, register)
    full = [kept_capacity(asset, curve, age, gain=gain) for age in ages[:-1]]
    capacity = [kept_capacity(asset, curve, age, out, gain) for age, out in zip(ages[:-1], outage, strict=True)]
    uptime = [kept_uptime(asset, curve, age) for age in ages[:-1]]
    weekly = _weekly_extra_hours(asset.line, asset.site, asset.hours_per_week, register)
    most = [extra_hours(weekly, settings, share) for share in uptime]
    extra = [extra_hours(weekly, settings, share * (1 - out)) for share, out in zip(uptime, outage, strict=True)]
    owned = contract is None
    shares = [curve.at(curve.resale, age) for age in ages]
    receipts = [round_half_up(share * asset.paid_gbp) if owned else 0 for share in shares]
    return Machine(
        option=None,
        committed=False,
        ages=_whole(ages[:-1]),
        capacity=_whole(capacity),
        lost=_whole(full) - _whole(capacity),
        scans_per_hour=asset.scans_per_hour * (1 + gain),
        extra_hours=_whole(extra),
        extra_lost=_whole(most) - _whole(extra),
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages[:-1]),
        upkeep=_whole(upkeep),
        risk=_whole(risk),
        receipts=_whole(receipts),
        terminal=_whole([0] * years + [_kept_terminal(asset, ages[-1], register) if owned else 0]),
        capital=0,
        charges=_whole([0] * years),
        extension=_whole(extension),
        life=None if is_contract_renewed(contract) else asset.life_years,
    )


def bought_machine(
    asset: Asset, option: Option, register: Register, rates: Rates, scheme: Scheme | None = None
) -> Machine:
    """Figures of a machine bought to replace a registered one; by a committed scheme where one is given."""
    settings = register.settings
    own_price = asset.own_price_gbp if option.name == asset.like_for_like else None
    price = option.price_gbp if own_price is None else own_price
    works = option.works_gbp if asset.own_works_gbp is None else asset.own_works_gbp
    money = (
        purchase(price, works, settings, rates)
        if scheme is None
        else committed_purchase(scheme, price, works, settings, rates)
    )
    curve, gain = register.curves[option.curve], option.throughput_gain
    working = 1 - outage_share(register.outage_weeks(asset))
    weekly = _weekly_extra_hours(asset.line, asset.site, asset.hours_per_week, register)
    uptime = [curve.at(curve.uptime, age) for age in range(settings.years)]
    return _bought(
        option,
        money,
        register,
        committed=scheme is not None,
        life=option_life(option, register.lines[asset.line].life(asset.exams_per_year)),
        scans_per_hour=asset.scans_per_hour * (1 + gain),
        capacity=[bought_capacity(asset, gain, curve, age) for age in range(settings.years)],
        first_capacity=bought_capacity(asset, gain, curve, 0, 1 - working),
        extra=[extra_hours(weekly, settings, share) for share in uptime],
        first_extra=extra_hours(weekly, settings, uptime[0] * working),
    )


def added_machine(
    option: Option, site: Site, register: Register, rates: Rates, scheme: Scheme | None = None
) -> Machine:
    """Figures of one machine added at a site; by a committed scheme where one is given."""
    settings, curve = register.settings, register.curves[option.curve]
    money = (
        purchase(option.price_gbp, option.works_gbp, settings, rates)
        if scheme is None
        else committed_purchase(scheme, option.price_gbp, option.works_gbp, settings, rates)
    )
    weekly = _weekly_extra_hours(option.line, site.code, option.hours_per_week, register)
    working = [curve.at(curve.uptime, age) for age in range(settings.years)]
    working[0] *= settings.first_year_share
    machine = _bought(
        option,
        money,
        register,
        committed=scheme is not None,
        life=option_life(option, register.lines[option.line].life_mid_use),
        scans_per_hour=option.scans_per_hour,
        capacity=[added_capacity(option, curve, age, settings) for age in range(settings.years)],
        extra=[extra_hours(weekly, settings, share) for share in working],
    )
    return replace(machine, upkeep=machine.upkeep + option.annual_staff_gbp)


def _bought(
    option: Option,
    money: Purchase,
    register: Register,
    *,
    committed: bool,
    life: int,
    scans_per_hour: Fraction,
    capacity: list[int],
    extra: list[int],
    first_capacity: int | None = None,
    first_extra: int | None = None,
) -> Machine:
    """Figures of a machine bought; those of its first year are given apart where installation takes a part of it."""
    settings, curve = register.settings, register.curves[option.curve]
    ages = range(settings.years)
    maintenance = option.annual_maintenance_gbp
    shares = [curve.at(curve.resale, age) for age in range(settings.years + 1)]
    first = capacity[0] if first_capacity is None else first_capacity
    opening = extra[0] if first_extra is None else first_extra
    failures = tuple(curve.at(curve.failure, age) for age in ages)
    nothing = [0] * (settings.years - 1)
    return Machine(
        option=option.name,
        committed=committed,
        ages=_whole(list(ages)),
        capacity=_whole([first, *capacity[1:]]),
        lost=_whole([capacity[0] - first, *nothing]),
        scans_per_hour=scans_per_hour,
        extra_hours=_whole([opening, *extra[1:]]),
        extra_lost=_whole([extra[0] - opening, *nothing]),
        breakdowns=failures,
        upkeep=_whole([round_half_up(maintenance * upkeep_ratio(curve, age, 0)) for age in ages]),
        risk=_whole(
            [
                age_risk(money.price_gbp, age, life, settings) + breakdown_risk(expected, settings)
                for age, expected in zip(ages, failures, strict=True)
            ]
        ),
        receipts=_whole([round_half_up(share * money.price_gbp) for share in shares]),
        terminal=_whole([terminal_value(money, age, life, curve, settings) for age in range(settings.years + 1)]),
        capital=money.equipment_gbp + money.works_gbp,
        charges=_whole(list(money.charges_gbp)),
        extension=_whole([0] * settings.years),
        life=life,
    )


def _weekly_extra_hours(line: str, site: str, hours: Fraction, register: Register) -> Fraction:
    return weekly_extra_hours(register.governing(ExtraKind.HOURS, line, site), hours)


def _rent(contract: Contract, year: int) -> int:
    return contract.annual_charge_gbp if year < contract.end_year else contract.extension_charge_gbp


def _extension_charges(contract: Contract, register: Register) -> list[int]:
    """Charge of extending a lease, in the first year after its end: all rents of the extension, undiscounted."""
    settings = register.settings
    charges = [0] * settings.years
    first = max(0, contract.end_year - settings.start_year)
    if contract.extension_years and first < settings.years:
        rents = contract.extension_charge_gbp * contract.extension_years
        charges[first] = round_half_up(rents * inflation_factors(settings.inflation_rate, settings.years)[first])
    return charges


def _kept_terminal(asset: Asset, age: int, register: Register) -> int:
    settings, curve = register.settings, register.curves[asset.curve]
    if settings.terminal_value is TerminalValue.ANNUITY:
        return round_half_up(asset.paid_gbp * remaining_share(age, asset.life_years, settings.discount_rate))
    if settings.terminal_value is TerminalValue.RESALE:
        return round_half_up(curve.at(curve.resale, age) * asset.paid_gbp)
    return 0


def _whole(values: list[int]) -> Whole:
    return np.array(values, dtype=np.int64)
