"""Machines that stand in an asset's place, with what each costs and gives by year: the pieces of schedules.

The registered machine, as it is and as upgraded, is made here; those that take its place in
``capitalplan.formulation.acquired``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import (
    Purchase,
    Rates,
    age_risk,
    breakdown_risk,
    energy_cost,
    remaining_share,
    upgrade_purchase,
)
from capitalplan.finance.leases import extension_charges
from capitalplan.register.register import Asset, Contract, Offer, Register, Upgrade
from capitalplan.service.ageing import contract_ages, is_contract_renewed, is_held, upkeep_ratio
from capitalplan.service.capacity import (
    asset_capacity,
    extra_hours,
    kept_uptime,
    outage_share,
    weekly_extra_hours,
)
from capitalplan.settings import TerminalValue
from capitalplan.terms import ExtraKind, Heading, Route, rounded_product

__all__ = ["RUNNING_HEADINGS", "Machine", "by_heading", "by_year", "kept_machine", "upgraded_machine", "whole"]

Whole = npt.NDArray[np.int64]

RUNNING_HEADINGS = (Heading.MAINTENANCE, Heading.RENT, Heading.UNITARY, Heading.ENERGY, Heading.STAFF)
"""What the upkeep of a machine is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine's figures by position: the year for the registered machine (upgraded or not), the age for others.

    Attributes
    ----------
    option
        Catalogue option; None for the registered machine.
    offer
        Line of Routes by which it is leased or managed; None where it is bought, and for the registered machine.
    upgrade
        What the registered machine was upgraded by, if so.
    committed
        Whether it is bought by a committed scheme.
    ages
        Age at each position, shape ``(T,)``.
    capacity, risk
        Scans and £ a year, shape ``(T,)``.
    running
        Running costs by heading, real £ a year, each of shape ``(T,)``: always those of ``RUNNING_HEADINGS``.
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
    money
        What is bought: the machine, its works or its upgrade; None for the registered machine as it is.
    capital
        Real capital, £, in a year (second position) if commissioned or upgraded in a year (first), shape ``(T, T)``.
    charge
        The same for charges to limits, £ cash, by route; routes without any are absent. Charges of renewed contracts
        fall only in years in which the machine still stands.
    extension
        Charge to limits by year for extending a lease that exists today, £ cash, shape ``(T,)``.
    life
        Planned life, years; None where a contract renews it.
    """

    option: str | None
    offer: Offer | None = None
    upgrade: Upgrade | None = None
    committed: bool
    ages: Whole
    capacity: Whole
    lost: Whole
    scans_per_hour: Fraction
    extra_hours: Whole
    extra_lost: Whole
    breakdowns: tuple[Fraction, ...]
    running: Mapping[Heading, Whole]
    risk: Whole
    receipts: Whole
    terminal: Whole
    money: Purchase | None = None
    capital: Whole
    charge: Mapping[Route, Whole]
    extension: Whole
    life: int | None

    @property
    def is_registered(self) -> bool:
        """Whether it is the registered machine, so that its figures are read by year."""
        return self.option is None

    @property
    def upkeep(self) -> Whole:
        """All running costs together, real £ a year, shape ``(T,)``."""
        return np.asarray(sum(self.running.values()), dtype=np.int64)


def by_heading(parts: Mapping[Heading, Sequence[int]], years: int) -> dict[Heading, Whole]:
    """Running costs with every heading, zero where nothing is given, each of shape ``(T,)``."""
    return {heading: whole(parts.get(heading, [0] * years)) for heading in RUNNING_HEADINGS}


def by_year(at: Sequence[int], before: Sequence[int]) -> Whole:
    """Amounts by year of commissioning and year in which they fall, shape ``(T, T)``.

    Parameters
    ----------
    at
        Falls in the year of commissioning.
    before
        Falls in the year before it; in the first year of the plan, in that year.
    """
    years = np.arange(len(at))
    table = np.diag(whole(at))
    table[years, np.maximum(years - 1, 0)] += whole(before)
    return table


def whole(values: Sequence[int]) -> Whole:
    """Whole numbers as an array."""
    return np.array(values, dtype=np.int64)


def kept_machine(asset: Asset, register: Register, rates: Rates) -> Machine:
    """Figures of a registered machine while it stands as it is."""
    return _registered(asset, register, rates)


def upgraded_machine(asset: Asset, upgrade: Upgrade, register: Register, rates: Rates) -> Machine:
    """Figures of a registered machine once it is upgraded or given longer life, in any year."""
    money = upgrade_purchase(upgrade, register.settings, rates)
    longer = replace(asset, life_years=asset.life_years + upgrade.years_gained)
    years = register.settings.years
    return replace(
        _registered(longer, register, rates, upgrade.throughput_gain),
        upgrade=upgrade,
        money=money,
        capital=by_year([money.capital_gbp] * years, [0] * years),
        charge={Route.PURCHASE: by_year(money.charges_gbp, money.charges_before_gbp)},
    )


def _registered(asset: Asset, register: Register, rates: Rates, gain: Fraction = Fraction(0)) -> Machine:
    settings, curve = register.settings, register.curves[asset.curve]
    contract = register.contracts.get(asset.contract_id or "")
    horizon = settings.horizon
    years = len(horizon)
    ages = [year - asset.install_year for year in (*horizon, horizon[-1] + 1)]
    outage, extension = [Fraction(0)] * years, (0,) * years
    if is_contract_renewed(contract):
        renewals = contract_ages(asset, contract, horizon)
        outage = [outage_share(register.outage_weeks(asset)) if renewed else Fraction(0) for _, renewed in renewals]
        ages[:-1] = [age for age, _ in renewals]
    elif contract is not None:
        extension = extension_charges(contract, settings, rates)
    entered = settings.risk_score_price_gbp * asset.risk_score if asset.risk_score_entered else 0
    risk = [
        0
        if is_held(contract, year)
        else age_risk(asset.price_gbp, age, asset.life_years, settings)
        + breakdown_risk(curve.at(curve.failure, age), settings)
        + entered
        for year, age in zip(horizon, ages[:-1], strict=True)
    ]
    uptime = [kept_uptime(asset, curve, age) for age in ages[:-1]]
    full = [asset_capacity(asset, gain, share) for share in uptime]
    capacity = [
        asset_capacity(asset, gain, share, out) if out else scans
        for scans, share, out in zip(full, uptime, outage, strict=True)
    ]
    weekly = weekly_extra_hours(register.governing(ExtraKind.HOURS, asset.line, asset.site), asset.hours_per_week)
    most = [extra_hours(weekly, settings, share) for share in uptime]
    extra = [
        extra_hours(weekly, settings, share * (1 - out)) if out else hours
        for hours, share, out in zip(most, uptime, outage, strict=True)
    ]
    owned, disposal = contract is None, register.lines[asset.line].disposal_gbp
    shares = [curve.at(curve.resale, age) for age in ages]
    receipts = [rounded_product(share, asset.paid_gbp) - disposal if owned else 0 for share in shares]
    return Machine(
        option=None,
        committed=False,
        ages=whole(ages[:-1]),
        capacity=whole(capacity),
        lost=whole(full) - whole(capacity),
        scans_per_hour=asset.scans_per_hour * (1 + gain),
        extra_hours=whole(extra),
        extra_lost=whole(most) - whole(extra),
        breakdowns=tuple(curve.at(curve.failure, age) for age in ages[:-1]),
        running=by_heading(_running(asset, contract, ages[:-1], register), years),
        risk=whole(risk),
        receipts=whole(receipts),
        terminal=whole([0] * years + [_kept_terminal(asset, ages[-1], register) if owned else 0]),
        capital=np.zeros((years, years), dtype=np.int64),
        charge={},
        extension=whole(extension),
        life=None if is_contract_renewed(contract) else asset.life_years,
    )


def _running(
    asset: Asset, contract: Contract | None, ages: Sequence[int], register: Register
) -> dict[Heading, list[int]]:
    settings, curve = register.settings, register.curves[asset.curve]
    held = [is_held(contract, year) for year in settings.horizon]
    start_age = max(0, settings.start_year - asset.install_year)
    running = {
        Heading.MAINTENANCE: [
            0 if by_contract else rounded_product(asset.maintenance_gbp, upkeep_ratio(curve, age, start_age))
            for age, by_contract in zip(ages, held, strict=True)
        ],
        Heading.ENERGY: [energy_cost(register.lines[asset.line].energy_mwh, settings)] * len(ages),
    }
    if is_contract_renewed(contract):
        running[Heading.UNITARY] = [contract.annual_charge_gbp if by_contract else 0 for by_contract in held]
    elif contract is not None:
        running[Heading.RENT] = [_rent(contract, year) for year in settings.horizon]
    return running


def _rent(contract: Contract, year: int) -> int:
    return contract.annual_charge_gbp if year < contract.end_year else contract.extension_charge_gbp


def _kept_terminal(asset: Asset, age: int, register: Register) -> int:
    settings, curve = register.settings, register.curves[asset.curve]
    if settings.terminal_value is TerminalValue.ANNUITY:
        return rounded_product(asset.paid_gbp, remaining_share(age, asset.life_years, settings.discount_rate))
    if settings.terminal_value is TerminalValue.RESALE:
        return rounded_product(curve.at(curve.resale, age), asset.paid_gbp)
    return 0
