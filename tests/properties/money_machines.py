"""What single machines, leases and rooms cost and charge, worked out from the model's page alone.

Shares nothing with the planner or the re-check but the rounding of pounds and of yearly factors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from capitalplan.register.register import Asset, Contract, Offer, Option, Register, Scheme
from capitalplan.settings import TerminalValue
from capitalplan.terms import (
    BeyondPlan,
    ContractEnd,
    Ownership,
    Route,
    discount_factors,
    inflation_factors,
    round_half_up,
)

__all__ = ["Bought", "Machine", "Money", "Owned", "Way"]

Bought = tuple[int, Route]
"""Position and route of a charge."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a machine comes in: an option, from a position on, by an offer, as a committed scheme, or simply bought."""

    option: Option
    first: int
    offer: Offer | None = None
    scheme: Scheme | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Something in the books: value at the start of each year, ``cost`` in place of it in the year it is bought.

    ``first`` is None for what was there before the plan; ``stays`` for works, which never leave.
    """

    cost: int
    first: int | None
    book: tuple[int, ...]
    pays_dividend: bool = True
    stays: bool = False

    def statement(self, t: int, leaves: int, rate: Fraction) -> int:
        """Depreciation and dividend of a year, and what is lost in the year it leaves."""
        if self.first is not None and t < self.first:
            return 0
        start = 0 if t == self.first else self.book[t]
        if t == leaves:
            return self.book[t] + self._dividend(start, 0, rate)
        if t > leaves:
            return 0
        value = self.cost if t == self.first else self.book[t]
        return value - self.book[t + 1] + self._dividend(start, self.book[t + 1], rate)

    def _dividend(self, start: int, end: int, rate: Fraction) -> int:
        return round_half_up(rate * (start + end) / 2) if self.pays_dividend else 0


@dataclass(slots=True, kw_only=True)
class Machine:
    """A machine by position, as if it stood to the end of the plan.

    Attributes
    ----------
    upkeep
        Running costs and age risk, real £.
    brings
        What it brings when it leaves, the cost of disposal taken off, real £; 0 for what is not owned.
    loses
        What its leaving adds to the statement beside its book value, £ cash.
    running
        Its part of the statement without what is owned, £ cash.
    rebated
        Equipment price, real £ ex VAT without optimism bias, and life, where a rebate may be taken off.
    """

    first: int
    capital: list[int]
    charges: Counter[Bought] = field(default_factory=Counter)
    upkeep: list[int]
    capacity: list[int]
    lost: list[int]
    brings: list[int]
    loses: list[int]
    terminal: int
    running: list[int]
    owned: list[Owned] = field(default_factory=list)
    rebated: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Right of use, £ cash: its value, the rent, and what its contract adds to the statement year by year."""

    value: int
    rent: int
    statement: tuple[int, ...]


class Money:
    """The arithmetic of one register."""

    def __init__(self, register: Register) -> None:
        self.register, self.settings = register, register.settings
        self.years = register.settings.years
        self.d = discount_factors(self.settings.discount_rate, self.years)
        self.index = inflation_factors(self.settings.inflation_rate, 40)
        self.phi = Fraction(self.settings.months_in_first_year, 12)

    # Values

    def present(self, costs: list[int], terminal: int) -> int:
        """Present value of yearly costs less what is left at the end."""
        spent = sum((self.d[t] * cost for t, cost in enumerate(costs)), Fraction(0))
        return round_half_up(spent - self.d[self.years] * terminal)

    def annuity(self, age: int, life: int) -> Fraction:
        """``A(age, life)``."""
        rho = self.settings.discount_rate
        if age >= life:
            return Fraction(0)
        return (1 - (1 + rho) ** -(life - age)) / (1 - (1 + rho) ** -life) if rho else Fraction(life - age, life)

    def left(self, age: int, equipment: int, life: int, works: int, resale: int) -> int:
        """Worth at the end of the plan, by the setting."""
        match self.settings.terminal_value:
            case TerminalValue.ANNUITY:
                works_left = works * self.annuity(age, self.settings.works_life_years)
                return round_half_up(equipment * self.annuity(max(0, age), life)) + round_half_up(works_left)
            case TerminalValue.RESALE:
                return resale
            case TerminalValue.NONE:
                return 0

    def written_off(self, cost: int, life: int, first: int, *, stays: bool = False) -> Owned:
        """Something bought in the plan, in a straight line over its life."""
        book = [0] * (self.years + 1)
        for t in range(first + 1, self.years + 1):
            book[t] = round_half_up(cost * max(Fraction(0), life - (t - 1 - first) - self.phi) / life)
        return Owned(cost=cost, first=first, book=tuple(book), stays=stays)

    def right_of_use(self, annual: int, years: int, rate: Fraction, first: int, *, in_advance: bool) -> Lease:
        """Value a contract that begins at a position."""
        late = 0 if in_advance else 1
        factors = [sum((1 + rate) ** -(k + late) for k in range(n)) for n in range(years + 1)]
        owed = [round_half_up(annual * Fraction(factors[years - k]) * self.index[first]) for k in range(years + 1)]
        rent = round_half_up(annual * self.index[first])
        ends = [round_half_up(owed[0] * max(Fraction(0), years - k - self.phi) / years) for k in range(years - 1)]
        values = [owed[0], *ends, 0]
        statement = (values[k] - values[k + 1] + owed[k + 1] - owed[k] + rent for k in range(years))
        return Lease(owed[0], rent, tuple(statement))

    # Machines

    def registered(self, asset: Asset, extended: int | None) -> Machine:
        """A machine of the register as it is, its lease extended at a position or not."""
        settings, curve, years = self.settings, self.register.curves[asset.curve], self.years
        line, age = self.register.lines[asset.line], settings.start_year - asset.install_year
        owned = asset.ownership in (Ownership.OWNED, Ownership.CHARITY)
        energy = round_half_up(line.energy_mwh * settings.energy_price_gbp_per_mwh)
        keep = [at(curve.upkeep, age + t) / at(curve.upkeep, age) for t in range(years)]
        maintenance = [round_half_up(asset.maintenance_gbp * keep[t]) for t in range(years)]
        resale = [round_half_up(at(curve.resale, age + t) * asset.paid_gbp) for t in range(years + 1)]
        life, paid = asset.life_years, asset.paid_gbp
        machine = Machine(
            first=0,
            capital=[0] * years,
            upkeep=[maintenance[t] + energy + self._risk(asset.price_gbp, age + t, life) for t in range(years)],
            capacity=[
                round_half_up(asset.nominal_scans * min(Fraction(1), asset.uptime_scale * at(curve.uptime, age + t)))
                for t in range(years)
            ],
            lost=[0] * years,
            brings=[resale[t] - line.disposal_gbp if owned else 0 for t in range(years)],
            loses=[self._cash(line.disposal_gbp, t) - self._cash(resale[t], t) if owned else 0 for t in range(years)],
            terminal=self.left(age + years, paid, life, 0, resale[years]) if owned else 0,
            running=[self._cash(maintenance[t], t) + self._cash(energy, t) for t in range(years)],
        )
        if owned:
            m, value = max(0, life - max(0, age)), asset.book_value_gbp
            book = [
                value,
                *(round_half_up(Fraction(value * max(0, m - t), m)) if m else 0 for t in range(1, years + 1)),
            ]
            pays = asset.ownership is Ownership.OWNED
            machine.owned.append(Owned(cost=0, first=None, book=tuple(book), pays_dividend=pays))
        elif asset.contract_id is not None:
            self._rent(machine, self.register.contracts[asset.contract_id], extended)
        return machine

    def _rent(self, machine: Machine, lease: Contract, extended: int | None) -> None:
        settings, right = self.settings, None
        if extended is not None and settings.ifrs16:
            right = self.right_of_use(
                lease.extension_charge_gbp, lease.extension_years, settings.lease_rate, extended, in_advance=True
            )
            machine.charges[extended, Route.LEASE] += right.value
        for t in range(self.years):
            late = extended is not None and t >= extended
            rent = lease.extension_charge_gbp if late else lease.annual_charge_gbp
            machine.upkeep[t] += rent
            machine.running[t] += self._cash(rent, t) + round_half_up(settings.lease_vat_rate * self._cash(rent, t))
            if late and right is not None and extended is not None and t - extended < lease.extension_years:
                machine.running[t] += right.statement[t - extended] - right.rent

    def in_place_of(self, asset: Asset, way: Way) -> Machine:
        """A machine that takes the place of a registered one, in its own room."""
        option, line = way.option, self.register.lines[asset.line]
        own = asset.own_price_gbp if option.name == asset.like_for_like else None
        weeks = line.outage_weeks if asset.outage_weeks is None else asset.outage_weeks
        return self._new(
            way,
            price=option.price_gbp if own is None else own,
            works=option.works_gbp if asset.own_works_gbp is None else asset.own_works_gbp,
            life=option.life_years or line.life(asset.exams_per_year),
            scans=asset.nominal_scans * (1 + option.throughput_gain),
            works_at=(1 - min(Fraction(1), weeks / 52),) * 2,
            extra=None,
        )

    def beside(self, way: Way) -> Machine:
        """A machine added to the fleet."""
        option, line = way.option, self.register.lines[way.option.line]
        return self._new(
            way,
            price=option.price_gbp,
            works=option.works_gbp,
            life=option.life_years or line.life_mid_use,
            scans=option.scans_per_hour * option.hours_per_week * self.settings.weeks_per_year,
            works_at=(self.settings.first_year_share, 1 - min(Fraction(1), line.outage_weeks / 52)),
            extra=option.annual_staff_gbp,
        )

    def _new(
        self,
        way: Way,
        *,
        price: int,
        works: int,
        life: int,
        scans: Fraction,
        works_at: tuple[Fraction, Fraction],
        extra: int | None,
    ) -> Machine:
        """Cost a new machine; ``works_at`` is the part of a year it works in its first and when it is renewed."""
        settings, years, offer, first = self.settings, self.years, way.offer, way.first
        curve, line = self.register.curves[way.option.curve], self.register.lines[way.option.line]
        refresh = 0 if offer is None or offer.refresh_years is None else offer.refresh_years
        stood = [t - first for t in range(years)]
        ages = [s % refresh if refresh else s for s in stood]
        part = [
            Fraction(0) if s < 0 else works_at[0] if s == 0 else works_at[1] if refresh and not s % refresh else 1
            for s in stood
        ]
        full = [scans * at(curve.uptime, a) for a in ages]
        capacity = [round_half_up(full[t] * part[t]) for t in range(years)]
        lost = [
            round_half_up(full[t]) - capacity[t] if stood[t] > 0 or (not stood[t] and extra is None) else 0
            for t in range(years)
        ]
        base, amount = at(curve.upkeep, 0), way.option.annual_maintenance_gbp
        kept = offer is None or not offer.maintenance_included
        maintenance = [round_half_up(amount * at(curve.upkeep, a) / base) if kept else 0 for a in ages]
        energy = round_half_up(way.option.energy_mwh * settings.energy_price_gbp_per_mwh)
        risk = [0 if refresh else self._risk(price, a, life) for a in ages]
        resale = [round_half_up(at(curve.resale, a) * price) for a in [*ages, years - first]]
        owned = offer is None
        machine = Machine(
            first=first,
            capital=[0] * years,
            upkeep=[maintenance[t] + energy + (extra or 0) + risk[t] for t in range(years)],
            capacity=capacity,
            lost=lost,
            brings=[resale[t] - line.disposal_gbp if owned else 0 for t in range(years)],
            loses=[self._cash(line.disposal_gbp, t) - self._cash(resale[t], t) if owned else 0 for t in range(years)],
            terminal=0,
            running=[
                self._cash(maintenance[t], t) + self._cash(energy, t) + self._cash(extra or 0, t) for t in range(years)
            ],
        )
        if way.scheme is not None:
            self._commit(machine, way.scheme, price=price, works=works, life=life)
            machine.terminal = self.left(years - first, price, life, works, resale[years])
            return machine
        equipment = price * (1 + settings.optimism_bias_equipment) if owned else Fraction(0)
        building = Fraction(0) if offer and offer.works_included else works * (1 + settings.optimism_bias_works)
        self._buy(machine, equipment, building, life=life, before=way.option.works_paid_before)
        if offer is None:
            machine.rebated = price, life
        value = round_half_up(equipment), round_half_up(building)
        machine.terminal = self.left(years - first, value[0], life, value[1], resale[years] if owned else 0)
        if offer is not None:
            self._contract(machine, offer)
        return machine

    def _buy(self, machine: Machine, equipment: Fraction, works: Fraction, *, life: int, before: Fraction) -> None:
        """Charge equipment and works, and take them into the books."""
        first, earlier, vat = machine.first, max(0, machine.first - 1), 1 + self.settings.vat_rate
        value = round_half_up(works)
        machine.capital[earlier] += round_half_up(before * value)
        machine.capital[first] += round_half_up(equipment) + value - round_half_up(before * value)
        advance = round_half_up(before * works * vat * self.index[earlier])
        rest = round_half_up((equipment + (1 - before) * works) * vat * self.index[first])
        machine.charges[earlier, Route.PURCHASE] += advance
        machine.charges[first, Route.PURCHASE] += rest
        cost = round_half_up(equipment * vat * self.index[first])
        machine.owned.append(self.written_off(cost, life, first))
        building = self.written_off(advance + rest - cost, self.settings.works_life_years, first, stays=True)
        machine.owned.append(building)

    def _commit(self, machine: Machine, scheme: Scheme, *, price: int, works: int, life: int) -> None:
        """Charge a committed scheme at its own price; ``price`` and ``works`` are what is left of it at the end."""
        first, vat = machine.first, 1 + self.settings.vat_rate
        due = {first - 1: scheme.paid_before_gbp, first: scheme.capital_gbp - scheme.paid_before_gbp}
        for t, amount in due.items():
            if t >= 0:
                machine.charges[t, Route.PURCHASE] += amount
                machine.capital[t] += round_half_up(amount / vat / self.index[t])
        machine.owned.append(self.written_off(scheme.capital_gbp, life, first))

    def _contract(self, machine: Machine, offer: Offer) -> None:
        """Add rent, unitary charge and right of use of a leased or managed machine."""
        years, first, n = self.years, machine.first, offer.years

        def real(age: int) -> int:
            factor = Fraction(1) if offer.indexed else 1 / self.index[age % n]
            return round_half_up(offer.lease_gbp * factor) + round_half_up(offer.service_gbp * factor)

        for begins in self._beginnings(offer, first):
            right = None
            if self.settings.ifrs16:
                right = self.right_of_use(offer.lease_gbp, n, offer.rate, begins, in_advance=offer.in_advance)
                machine.charges[begins, offer.route] += right.value
            for t in range(begins, min(years, begins + n)):
                index = self.index[t if offer.indexed else begins]
                charged = round_half_up(offer.lease_gbp * index) + round_half_up(offer.service_gbp * index)
                machine.upkeep[t] += real(t - first)
                machine.running[t] += charged + round_half_up(offer.vat * charged)
                if right is not None:
                    machine.running[t] += right.statement[t - begins] - right.rent
        if offer.beyond is BeyondPlan.TERM:
            now, growth = years - first, 1 + self.settings.discount_rate
            end = -(-now // n) * n
            machine.terminal -= round_half_up(
                sum((real(age) * growth ** (now - age) for age in range(now, end)), Fraction(0))
            )

    def _beginnings(self, offer: Offer, first: int) -> Iterator[int]:
        """Positions at which the contract begins: once, and again where it is renewed."""
        yield first
        if offer.at_end is ContractEnd.RENEW:
            yield from range(first + offer.years, self.years, offer.years)

    def room(self, works: int, first: int) -> Machine:
        """A new room, which does nothing by itself."""
        settings, nothing = self.settings, [0] * self.years
        bias = settings.optimism_bias_works if settings.optimism_bias_rooms is None else settings.optimism_bias_rooms
        cost = works * (1 + bias) * (settings.new_room_factor - 1)
        room = Machine(
            first=first,
            capital=[0] * self.years,
            upkeep=nothing,
            capacity=nothing,
            lost=nothing,
            brings=nothing,
            loses=nothing,
            terminal=0,
            running=nothing,
        )
        earlier, vat, before = max(0, first - 1), 1 + settings.vat_rate, settings.works_paid_before
        value = round_half_up(cost)
        room.capital[earlier] += round_half_up(before * value)
        room.capital[first] += value - round_half_up(before * value)
        room.charges[earlier, Route.PURCHASE] += round_half_up(before * cost * vat * self.index[earlier])
        room.charges[first, Route.PURCHASE] += round_half_up((1 - before) * cost * vat * self.index[first])
        whole = sum(room.charges.values())
        room.owned.append(self.written_off(whole, settings.works_life_years, first, stays=True))
        if settings.terminal_value is TerminalValue.ANNUITY:
            room.terminal = round_half_up(value * self.annuity(self.years - first, settings.works_life_years))
        return room

    def _risk(self, price: int, age: int, life: int) -> int:
        return round_half_up(self.settings.over_age_price * price * max(0, age - life))

    def _cash(self, real: int, t: int) -> int:
        return round_half_up(real * self.index[t])


def at(values: tuple[Fraction, ...], age: int) -> Fraction:
    """Entry of a curve at an age."""
    return values[min(max(age, 0), len(values) - 1)]
