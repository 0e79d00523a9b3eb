"""The revenue statement of a machine, room or purchase: what it adds by year and heading, £ cash.

Everything but its last year is the same however long a machine stands, so that what it adds is worked out once
(``Accounts``) and read off for every year in which it might leave. ``capitalplan.formulation.accounts`` does so for the
machines of schedules and additions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from capitalplan.finance.book_value import Book, bought_book, registered_book
from capitalplan.finance.costs import Purchase, Rates
from capitalplan.finance.lease_accounting import ContractYear, contract_years, extension_terms, offer_terms
from capitalplan.register.register import Asset, Contract, Offer, Register
from capitalplan.settings import Settings
from capitalplan.terms import ContractEnd, ContractKind, Heading, Ownership, round_half_up

__all__ = [
    "Accounts",
    "Acquired",
    "Statement",
    "acquired_accounts",
    "property_accounts",
    "registered_accounts",
    "works_accounts",
]

Pounds = tuple[int, ...]
"""£ cash by year (position)."""
Lines = Mapping[Heading, Pounds]


@dataclass(frozen=True, slots=True)
class Statement:
    """What something adds to the revenue statement, £ cash by year (position).

    Attributes
    ----------
    amounts
        By heading, relief left out; only headings that are not zero throughout.
    lease_rents
        Rents paid that stand in the statement as depreciation and interest.
    """

    amounts: Lines
    lease_rents: Pounds

    @property
    def total(self) -> Pounds:
        """All headings together, before relief."""
        return tuple(sum(line[t] for line in self.amounts.values()) for t in range(len(self.lease_rents)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What a machine adds to the revenue statement whenever it leaves, £ cash by year (position) and heading.

    Attributes
    ----------
    since
        Year in which it is taken on; 0 for a machine registered when the plan starts.
    standing
        Amounts of a year in which it is in service.
    leaving
        Amounts of a year at whose start it leaves: disposal, loss and the rest of the dividend; nothing where it is
        not owned.
    lasting
        Amounts of its works, which stay to the end of the plan whatever becomes of it.
    lease_rents
        Rents of a year in which it is in service that stand as depreciation and interest.
    """

    since: int
    standing: Lines
    leaving: Lines
    lasting: Lines
    lease_rents: Pounds

    def statement(self, until: int, *, leaves: bool = True) -> Statement:
        """Statement of a stint.

        Parameters
        ----------
        until
            First year (position) in which it is no longer in service; the length of the plan if it stays.
        leaves
            Whether it then leaves the trust; False where it is upgraded and goes on.
        """
        years = len(self.lease_rents)
        total: dict[Heading, list[int]] = defaultdict(lambda: [0] * years)
        for lines, span in (
            (self.standing, range(self.since, until)),
            (self.lasting, range(self.since, years)),
            (self.leaving, range(until, min(until + 1, years)) if leaves else range(0)),
        ):
            for heading, line in lines.items():
                for t in span:
                    total[heading][t] += line[t]
        return Statement(
            amounts={heading: tuple(total[heading]) for heading in Heading if any(total.get(heading, ()))},
            lease_rents=tuple(rent if self.since <= t < until else 0 for t, rent in enumerate(self.lease_rents)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquired:
    """A machine bought, leased or managed in the plan, as its statement is made of it; figures by age.

    Attributes
    ----------
    money
        What is bought: machine and works, or works alone.
    life
        Years over which it is written off; None where no machine is bought.
    offer
        Contract by which it is leased or managed; None where it is bought.
    is_committed
        Whether it is bought by a committed scheme: all of its capital is then written off with the machine.
    running
        Maintenance, energy and staff, real £ a year; rent and unitary charge are those of the offer.
    resale_gbp
        What it brings if it leaves at an age, real £, disposal not taken off.
    disposal_gbp
        Cost of taking it out, real £.
    """

    money: Purchase
    life: int | None
    offer: Offer | None
    is_committed: bool
    running: tuple[tuple[Heading, Pounds], ...]
    resale_gbp: Pounds
    disposal_gbp: int


@dataclass(slots=True)
class _Ledger:
    """Lines of a statement as they are filled in."""

    settings: Settings
    rates: Rates
    lines: dict[Heading, list[int]] = field(default_factory=dict)
    lease_rents: list[int] = field(default_factory=list)

    def add(self, heading: Heading, year: int, gbp: int) -> None:
        """Add an amount of a year (position)."""
        self.lines.setdefault(heading, [0] * self.settings.years)[year] += gbp

    def add_real(self, heading: Heading, year: int, real: int) -> int:
        """Add a real amount in the cash of its year, and say how much that is."""
        gbp = round_half_up(real * self.rates.inflation[year])
        self.add(heading, year, gbp)
        return gbp

    def add_book(self, book: Book, *, dividend: bool) -> None:
        """Add depreciation, and the dividend where it is due."""
        due = book.dividend(self.settings.dividend_rate) if dividend else (0,) * self.settings.years
        for year, (charge, part) in enumerate(zip(book.depreciation, due, strict=True)):
            self.add(Heading.DEPRECIATION, year, charge)
            self.add(Heading.DIVIDEND, year, part)

    def add_contract(self, begins: int, years: Sequence[ContractYear]) -> None:
        """Add the years of a contract."""
        self.lease_rents = self.lease_rents or [0] * self.settings.years
        for year, each in enumerate(years, begins):
            for heading, gbp in (
                (Heading.RENT, each.rent),
                (Heading.UNITARY, each.unitary),
                (Heading.VAT, each.vat),
                (Heading.DEPRECIATION, each.depreciation),
                (Heading.INTEREST, each.interest),
            ):
                self.add(heading, year, gbp)
            self.lease_rents[year] += each.lease_rent

    def finish(self) -> Lines:
        """Lines that are not zero throughout."""
        return {heading: tuple(line) for heading, line in self.lines.items() if any(line)}


def registered_accounts(
    asset: Asset,
    running: Mapping[Heading, Sequence[int]],
    resale_gbp: Sequence[int],
    register: Register,
    rates: Rates,
    *,
    upgrade: tuple[int, int, int] | None = None,
    is_extended: bool = True,
) -> Accounts:
    """Accounts of a registered machine, as it is or as upgraded.

    Parameters
    ----------
    running
        Running costs by heading and year (position), real £.
    resale_gbp
        What it brings if it leaves in a year (position), real £, disposal not taken off.
    upgrade
        Year (position) in which it is upgraded, what that is charged, £ cash, and over how many years it is written
        off.
    is_extended
        Whether a lease is extended when it ends; otherwise its present rent goes on.
    """
    settings = register.settings
    years, since = settings.years, 0 if upgrade is None else upgrade[0]
    contract = register.contracts.get(asset.contract_id or "")
    standing = _Ledger(settings, rates)
    extension = _extension(contract, settings) if is_extended else None
    if contract is not None and extension is not None:
        standing.add_contract(
            extension, contract_years(extension_terms(contract, settings), extension, settings, rates)
        )
    for heading, line in running.items():
        for year in range(since, years):
            if heading is Heading.RENT:
                real = line[year] if is_extended or contract is None else contract.annual_charge_gbp
                if not _is_extension(year, extension, contract):
                    _add_charge(standing, heading, year, real)
            elif heading is Heading.UNITARY:
                _add_charge(standing, heading, year, line[year])
            else:
                standing.add_real(heading, year, line[year])
    books = []
    if asset.ownership in (Ownership.OWNED, Ownership.CHARITY):
        left = asset.life_years - max(0, settings.start_year - asset.install_year)
        book = registered_book(asset.book_value_gbp, max(0, left), years)
        books.append((book, asset.ownership is Ownership.OWNED))
    if upgrade is not None:
        books.append((bought_book(upgrade[1], upgrade[2], since, years, settings.months_in_first_year), True))
    for book, dividend in books:
        standing.add_book(book, dividend=dividend)
    disposal = register.lines[asset.line].disposal_gbp
    return Accounts(
        since=since,
        standing=standing.finish(),
        leaving=_leaving(books, resale_gbp, disposal, settings, rates) if books else {},
        lasting={},
        lease_rents=tuple(standing.lease_rents or [0] * years),
    )


def _add_charge(ledger: _Ledger, heading: Heading, year: int, real: int) -> None:
    """Add rent or unitary charge of a contract that exists today, with the VAT on it that cannot be recovered."""
    settings = ledger.settings
    vat = settings.lease_vat_rate if heading is Heading.RENT else settings.managed_vat_rate
    ledger.add(Heading.VAT, year, round_half_up(vat * ledger.add_real(heading, year, real)))


def _extension(contract: Contract | None, settings: Settings) -> int | None:
    """Year (position) in which a lease is extended if it is kept; None where it cannot be, or not in the plan."""
    if contract is None or contract.kind is not ContractKind.LEASE or not contract.extension_years:
        return None
    first = max(0, contract.end_year - settings.start_year)
    return first if first < settings.years else None


def _is_extension(year: int, extension: int | None, contract: Contract | None) -> bool:
    return extension is not None and contract is not None and 0 <= year - extension < contract.extension_years


def acquired_accounts(machine: Acquired, since: int, settings: Settings, rates: Rates) -> Accounts:
    """Accounts of a machine taken on in a year (position)."""
    years, standing = settings.years, _Ledger(settings, rates)
    for heading, line in machine.running:
        for year in range(since, years):
            standing.add_real(heading, year, line[year - since])
    offer, money = machine.offer, machine.money
    books = []
    if offer is not None:
        last = years if offer.at_end is ContractEnd.RENEW else since + 1
        for begins in range(since, last, offer.years):
            standing.add_contract(begins, contract_years(offer_terms(offer), begins, settings, rates))
    elif machine.life is not None:
        cost = money.equipment_charges_gbp[since]
        book = bought_book(cost, machine.life, since, years, settings.months_in_first_year)
        standing.add_book(book, dividend=True)
        books.append((book, True))
    works = 0 if machine.is_committed else money.charged_gbp(since) - money.equipment_charges_gbp[since]
    resale = (*(0,) * since, *machine.resale_gbp)[:years]
    return Accounts(
        since=since,
        standing=standing.finish(),
        leaving=_leaving(books, resale, machine.disposal_gbp, settings, rates) if books else {},
        lasting=works_accounts(works, since, settings, rates).lasting,
        lease_rents=tuple(standing.lease_rents or [0] * years),
    )


def works_accounts(cost: int, since: int, settings: Settings, rates: Rates) -> Accounts:
    """Accounts of works, or of a room: written off over their own life, to the end of the plan.

    Parameters
    ----------
    cost
        What they are charged, both years together, £ cash.
    since
        Year (position) from which they are used.
    """
    lasting = _Ledger(settings, rates)
    if cost:
        book = bought_book(cost, settings.works_life_years, since, settings.years, settings.months_in_first_year)
        lasting.add_book(book, dividend=True)
    return Accounts(since=since, standing={}, leaving={}, lasting=lasting.finish(), lease_rents=(0,) * settings.years)


def property_accounts(cost: int, life: int, since: int, settings: Settings, rates: Rates) -> Accounts:
    """Depreciation, loss and dividend of something owned that leaves with a machine and brings nothing.

    Parameters
    ----------
    cost
        What it cost, £ cash: an upgrade, or what a rebate takes off.
    life
        Years over which it is written off.
    since
        Year (position) in which it is bought.
    """
    years, standing = settings.years, _Ledger(settings, rates)
    book = bought_book(cost, life, since, years, settings.months_in_first_year)
    standing.add_book(book, dividend=True)
    return Accounts(
        since=since,
        standing=standing.finish(),
        leaving=_leaving([(book, True)], (0,) * years, 0, settings, rates),
        lasting={},
        lease_rents=(0,) * years,
    )


def _leaving(
    books: Sequence[tuple[Book, bool]], resale_gbp: Sequence[int], disposal_gbp: int, settings: Settings, rates: Rates
) -> Lines:
    """Disposal, loss on book value and what is left of the dividend, by year in which a machine leaves.

    Parameters
    ----------
    books
        What leaves with it, and whether the dividend is due on it.
    """
    ledger = _Ledger(settings, rates)
    for year in range(settings.years):
        ledger.add_real(Heading.DISPOSAL, year, disposal_gbp)
        brought = round_half_up(resale_gbp[year] * rates.inflation[year])
        ledger.add(Heading.LOSS, year, sum(book.opening[year] for book, _ in books) - brought)
    for book, dividend in books:
        for year, gbp in enumerate(book.leaving_dividend(settings.dividend_rate) if dividend else ()):
            ledger.add(Heading.DIVIDEND, year, gbp)
    return ledger.finish()
