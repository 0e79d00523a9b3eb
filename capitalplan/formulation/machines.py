"""Machines that can stand in an asset's place, with what each costs and gives by year: the pieces of schedules."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import (
    Purchase,
    Rates,
    age_risk,
    committed_purchase,
    option_life,
    purchase,
    remaining_share,
    terminal_value,
)
from capitalplan.register.register import Asset, Contract, Option, Register, Scheme, Site
from capitalplan.service.ageing import contract_ages, is_contract_renewed, upkeep_ratio
from capitalplan.service.capacity import added_capacity, bought_capacity, kept_capacity, outage_share
from capitalplan.settings import TerminalValue
from capitalplan.terms import inflation_factors, round_half_up

__all__ = ["Machine", "added_machine", "bought_machine", "kept_machine"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine's figures by position: the year for the registered machine, the age for a bought one.

    Attributes
    ----------
    option
        Catalogue option; None for the registered machine.
    committed
        Whether it is bought by a committed scheme.
    ages
        Age at each position, shape ``(T,)``.
    capacity, upkeep, risk
        Scans, £ and £ a year, shape ``(T,)``.
    lost
        Scans lost to installation or renewal, shape ``(T,)``.
    receipts
        Receipt if it leaves at a position, £, shape ``(T + 1,)``.
    terminal
        Worth if it stands at the end at a position, £, shape ``(T + 1,)``.
    capital
        Real capital when bought, £.
    charges
        Charge to limits by year of commissioning, £ cash, shape ``(T,)``.
    extension
        Charge to limits by year for extending a lease, £ cash, shape ``(T,)``.
    life
        Planned life, years; None where a contract renews it.
    """

    option: str | None
    committed: bool
    ages: Whole
    capacity: Whole
    lost: Whole
    upkeep: Whole
    risk: Whole
    receipts: Whole
    terminal: Whole
    capital: int
    charges: Whole
    extension: Whole
    life: int | None


def kept_machine(asset: Asset, register: Register) -> Machine:
    """Figures of a registered machine while it stands."""
    settings, curve = register.settings, register.curves[asset.curve]
    contract = register.contracts.get(asset.contract_id or "")
    horizon = settings.horizon
    years = len(horizon)
    start_age = max(0, settings.start_year - asset.install_year)
    ages = [year - asset.install_year for year in (*horizon, horizon[-1] + 1)]
    lost = [0] * years
    extension = [0] * years
    if contract is not None and is_contract_renewed(contract):
        outage = outage_share(register.lines[asset.line])
        renewals = contract_ages(asset, contract, horizon)
        full = [kept_capacity(asset, curve, age) for age, _ in renewals]
        capacity = [kept_capacity(asset, curve, age, outage if renewed else Fraction(0)) for age, renewed in renewals]
        lost = [before - after for before, after in zip(full, capacity, strict=True)]
        upkeep = [contract.annual_charge_gbp] * years
        risk = [0] * years
        ages[:-1] = [age for age, _ in renewals]
    else:
        capacity = [kept_capacity(asset, curve, age) for age in ages[:-1]]
        upkeep = [round_half_up(asset.maintenance_gbp * upkeep_ratio(curve, age, start_age)) for age in ages[:-1]]
        entered = settings.risk_score_price_gbp * asset.risk_score if asset.risk_score_entered else 0
        risk = [age_risk(asset.price_gbp, age, asset.life_years, settings) + entered for age in ages[:-1]]
        if contract is not None:
            upkeep = [cost + _rent(contract, year) for cost, year in zip(upkeep, horizon, strict=True)]
            extension = _extension_charges(contract, register)
    owned = contract is None
    shares = [curve.at(curve.resale, age) for age in ages]
    receipts = [round_half_up(share * asset.paid_gbp) if owned else 0 for share in shares]
    return Machine(
        option=None,
        committed=False,
        ages=_whole(ages[:-1]),
        capacity=_whole(capacity),
        lost=_whole(lost),
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
    curve = register.curves[option.curve]
    outage = outage_share(register.lines[asset.line])
    gain = option.throughput_gain
    full, *later = (bought_capacity(asset, gain, curve, age) for age in range(settings.years))
    first = bought_capacity(asset, gain, curve, 0, outage)
    life = option_life(option, register.lines[asset.line].life(asset.exams_per_year))
    return _bought(option, money, [first, *later], full - first, life, register, committed=scheme is not None)


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
    capacity = [added_capacity(option, curve, age, settings) for age in range(settings.years)]
    life = option_life(option, register.lines[option.line].life_mid_use)
    return _bought(option, money, capacity, 0, life, register, committed=scheme is not None)


def _bought(
    option: Option, money: Purchase, capacity: list[int], lost: int, life: int, register: Register, *, committed: bool
) -> Machine:
    settings, curve = register.settings, register.curves[option.curve]
    ages = range(settings.years)
    maintenance = option.annual_maintenance_gbp
    shares = [curve.at(curve.resale, age) for age in range(settings.years + 1)]
    return Machine(
        option=option.name,
        committed=committed,
        ages=_whole(list(ages)),
        capacity=_whole(capacity),
        lost=_whole([lost, *[0] * (settings.years - 1)]),
        upkeep=_whole([round_half_up(maintenance * upkeep_ratio(curve, age, 0)) for age in ages]),
        risk=_whole([age_risk(money.price_gbp, age, life, settings) for age in ages]),
        receipts=_whole([round_half_up(share * money.price_gbp) for share in shares]),
        terminal=_whole([terminal_value(money, age, life, curve, settings) for age in range(settings.years + 1)]),
        capital=money.equipment_gbp + money.works_gbp,
        charges=_whole(list(money.charges_gbp)),
        extension=_whole([0] * settings.years),
        life=life,
    )


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
