"""What leases and managed services charge: right of use, rents and unitary charges, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Contract, Offer
from capitalplan.terms import BeyondPlan, ContractEnd, Heading, Route, round_half_up
from capitalplan.verify.context import Context

__all__ = ["Account", "RightOfUse", "extension", "offered", "real_charges", "term_rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RightOfUse:
    """A right to use a machine for some years at a rent, from the position at which its contract begins, £ cash.

    Attributes
    ----------
    value
        Charged to capital limits when it begins.
    rent
        Rent of a year at the prices of its first.
    depreciation, interest
        By year of the contract.
    """

    value: int
    rent: int
    depreciation: tuple[int, ...]
    interest: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What contracts charge by position, £ cash, as if they were renewed to the end of the plan.

    Attributes
    ----------
    charges
        Right-of-use values charged to capital limits, by position.
    statement
        Part of the revenue statement by heading.
    rents
        Rents that stand in it as depreciation and interest.
    """

    charges: dict[int, int]
    statement: dict[Heading, tuple[int, ...]]
    rents: tuple[int, ...]


def real_charges(context: Context, offer: Offer, first: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rent and unitary charge by position of a machine taken at ``first``, real £."""
    ages = [max(0, t - first) for t in range(context.years)]
    return (
        tuple(_real(context, offer, offer.lease_gbp, age) for age in ages),
        tuple(_real(context, offer, offer.service_gbp, age) for age in ages),
    )


def term_rest(context: Context, offer: Offer, first: int) -> int:
    """What the contract that runs when the plan ends still charges after it, valued then, real £."""
    if offer.beyond is not BeyondPlan.TERM:
        return 0
    end = context.years - first
    growth, rest = 1 + context.settings.discount_rate, Fraction(0)
    for age in range(end, -(-end // offer.years) * offer.years):
        charged = _real(context, offer, offer.lease_gbp, age) + _real(context, offer, offer.service_gbp, age)
        rest += charged / growth ** (age - end)
    return round_half_up(rest)


def offered(context: Context, offer: Offer, first: int) -> Account:
    """Work out what a machine taken by an offer at a position is charged."""
    headings = (Heading.RENT, Heading.UNITARY, Heading.VAT, Heading.DEPRECIATION, Heading.INTEREST)
    lines = {heading: [0] * context.years for heading in headings}
    rents, charges = [0] * context.years, {}
    for begun in _beginnings(context, offer, first):
        right = None
        if context.settings.ifrs16 and offer.lease_gbp:
            right = _right_of_use(context, offer.lease_gbp, offer.years, offer.rate, begun, in_advance=offer.in_advance)
            charges[begun] = right.value
        for k in range(min(offer.years, context.years - begun)):
            t = begun + k
            index = context.inflation[t if offer.indexed else begun]
            rent, unitary = round_half_up(offer.lease_gbp * index), round_half_up(offer.service_gbp * index)
            lines[Heading.UNITARY][t] = unitary
            lines[Heading.VAT][t] = round_half_up(offer.vat * (rent + unitary))
            _enter(lines, rents, right, rent, t=t, k=k)
    return Account(
        charges=charges, statement={heading: tuple(line) for heading, line in lines.items()}, rents=tuple(rents)
    )


def extension(context: Context, lease: Contract, extended: int | None) -> Account:
    """Work out what a lease that exists today is charged, extended at a position or not."""
    settings = context.settings
    headings = (Heading.RENT, Heading.VAT, Heading.DEPRECIATION, Heading.INTEREST)
    lines = {heading: [0] * context.years for heading in headings}
    rents, right = [0] * context.years, None
    if extended is not None and settings.ifrs16 and lease.extension_charge_gbp and lease.extension_years:
        right = _right_of_use(
            context, lease.extension_charge_gbp, lease.extension_years, settings.lease_rate, extended, in_advance=True
        )
    for t in range(context.years):
        in_extension = extended is not None and t >= extended
        real = lease.extension_charge_gbp if in_extension else lease.annual_charge_gbp
        rent = round_half_up(real * context.inflation[t])
        lines[Heading.VAT][t] = round_half_up(settings.lease_vat_rate * rent)
        k = t - extended if extended is not None and in_extension else 0
        running = right if in_extension and k < lease.extension_years else None
        _enter(lines, rents, running, rent, t=t, k=k)
    charges = {} if right is None or extended is None else {extended: right.value}
    return Account(
        charges=charges, statement={heading: tuple(line) for heading, line in lines.items()}, rents=tuple(rents)
    )


def _enter(
    lines: dict[Heading, list[int]], rents: list[int], right: RightOfUse | None, rent: int, *, t: int, k: int
) -> None:
    """Enter the rent of a year: as it is, or where it is for a right of use as depreciation and interest."""
    if right is None:
        lines[Heading.RENT][t] = rent
        return
    lines[Heading.RENT][t] = rent - right.rent
    lines[Heading.DEPRECIATION][t] = right.depreciation[k]
    lines[Heading.INTEREST][t] = right.interest[k]
    rents[t] = right.rent


def _real(context: Context, offer: Offer, charge: int, age: int) -> int:
    return charge if offer.indexed else round_half_up(charge / context.inflation[age % offer.years])


def _beginnings(context: Context, offer: Offer, first: int) -> Iterator[int]:
    """Yield the positions at which contracts begin."""
    if offer.route is Route.PURCHASE:
        raise AssertionError("what is bought needs no contract")
    yield from range(first, context.years if offer.at_end is ContractEnd.RENEW else first + 1, offer.years)


def _right_of_use(
    context: Context, annual: int, years: int, rate: Fraction, begun: int, *, in_advance: bool
) -> RightOfUse:
    """Value a contract by its rents, and write it off."""
    inflation, months = context.inflation[begun], Fraction(context.settings.months_in_first_year, 12)
    discount = 1 / (1 + rate)
    due = 0 if in_advance else 1
    owed = [
        round_half_up(annual * sum((discount ** (j + due) for j in range(years - k)), Fraction(0)) * inflation)
        for k in range(years + 1)
    ]
    rent = round_half_up(annual * inflation)
    left = [round_half_up(owed[0] * max(Fraction(0), years - k - months) / years) for k in range(years)]
    left[-1] = 0
    return RightOfUse(
        value=owed[0],
        rent=rent,
        depreciation=tuple((owed[0] if k == 0 else left[k - 1]) - left[k] for k in range(years)),
        interest=tuple(owed[k + 1] - owed[k] + rent for k in range(years)),
    )
