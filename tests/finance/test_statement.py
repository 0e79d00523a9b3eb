"""The revenue statement worked out on paper, to the pound: £ cash by year of the plan."""

from __future__ import annotations

from fractions import Fraction

import pytest

from capitalplan.finance.book_value import bought_book, registered_book
from capitalplan.finance.costs import Rates, purchase
from capitalplan.finance.lease_accounting import ContractYear, contract_years, extension_terms, offer_terms
from capitalplan.finance.statement import Acquired, acquired_accounts, registered_accounts
from capitalplan.register.register import Offer
from capitalplan.terms import ContractEnd, ContractKind, Heading, Ownership
from tests.formulation.offers import offer
from tests.verify.small_network import asset, contract, register, settings

FLAT = settings(
    firm_years=4, indicative_years=0, inflation_rate=Fraction(0), vat_rate=Fraction(0), dividend_rate=Fraction(1, 10),
    optimism_bias_equipment=Fraction(0), optimism_bias_works=Fraction(0), works_life_years=10,
)  # fmt: skip
RATES = Rates.of(FLAT)
RUNNING = ((Heading.MAINTENANCE, (90, 90, 90, 90)),)


def machine(by: Offer | None = None, works: int = 200) -> Acquired:
    """A CT of £1,000 with works, written off over five years, that sells for £600 less £100 a year; £30 to remove."""
    price = 1000 if by is None else 0
    return Acquired(
        money=purchase(price, works, FLAT, RATES),
        life=5 if by is None else None,
        offer=by,
        is_committed=False,
        running=RUNNING,
        resale_gbp=(600, 500, 400, 300, 200),
        disposal_gbp=30,
    )


@pytest.mark.parametrize(
    ("months", "closing", "charged"),
    [(12, (0, 800, 600, 400), (0, 200, 200, 200)), (6, (0, 900, 700, 500), (0, 100, 200, 200))],
)
def test_straight_line_from_the_year_of_purchase(
    months: int, closing: tuple[int, ...], charged: tuple[int, ...]
) -> None:
    """£1,000 over five years from 2027/28: £200 a year, or half of it in the first six months."""
    book = bought_book(1000, 5, 1, 4, months)
    assert (book.closing, book.depreciation) == (closing, charged)
    assert book.opening == (0, 0, *closing[1:3])


def test_a_machine_past_its_life_is_written_off_at_once() -> None:
    assert registered_book(160, 0, 3).depreciation == (160, 0, 0)
    assert registered_book(100, 3, 4).depreciation == (33, 34, 33, 0)


def test_a_machine_that_is_bought_and_sold_again() -> None:
    """Bought 2026/27, sold 2028/29 at £400 with £600 in the books; its works stay at £20 a year over ten years.

    Dividend at 10% of the average: machine 40, 70 and, leaving, 30; works 9, 17 (half of £340, rounded), 15, 13.
    """
    found = acquired_accounts(machine(), 0, FLAT, RATES).statement(2)
    assert found.amounts == {
        Heading.MAINTENANCE: (90, 90, 0, 0),
        Heading.DISPOSAL: (0, 0, 30, 0),
        Heading.DEPRECIATION: (220, 220, 20, 20),
        Heading.LOSS: (0, 0, 200, 0),
        Heading.DIVIDEND: (40 + 9, 70 + 17, 30 + 15, 13),
    }
    assert found.lease_rents == (0, 0, 0, 0)
    assert found.total == (359, 397, 295, 33)


def test_a_machine_that_stays_leaves_nothing() -> None:
    found = acquired_accounts(machine(works=0), 2, FLAT, RATES).statement(4)
    assert set(found.amounts) == {Heading.MAINTENANCE, Heading.DEPRECIATION, Heading.DIVIDEND}
    assert found.amounts[Heading.DEPRECIATION] == (0, 0, 200, 200)


def test_a_lease_is_depreciation_and_interest() -> None:
    """£100 a year in advance for three years at 10%: 100 + 91 + 83 = £274; interest is what rents come to more: £26."""
    terms = offer_terms(offer(lease_gbp=100, service_gbp=0, years=3, rate=Fraction(1, 10)))
    years = contract_years(terms, 0, FLAT, RATES)
    assert [each.depreciation for each in years] == [91, 92, 91]
    assert [each.interest for each in years] == [17, 9, 0]
    assert [each.vat for each in years] == [20, 20, 20]
    assert sum(each.depreciation + each.interest for each in years) == 300
    assert [(each.rent, each.lease_rent) for each in years] == [(0, 100)] * 3


def test_without_ifrs_16_a_lease_is_rent() -> None:
    plain = settings(ifrs16=False, inflation_rate=Fraction(1, 10))
    years = contract_years(offer_terms(offer(service_gbp=0, vat=Fraction(0))), 1, plain, Rates.of(plain))
    assert years == (ContractYear(330, 0, 0), ContractYear(363, 0, 0))


def test_indexation_is_the_part_of_a_rent_that_is_an_expense() -> None:
    dear = settings(inflation_rate=Fraction(1, 10))
    indexed, agreed = (
        contract_years(offer_terms(offer(indexed=each, service_gbp=0)), 0, dear, Rates.of(dear))
        for each in (True, False)
    )
    assert [each.rent for each in indexed] == [0, 30]
    assert [each.rent for each in agreed] == [0, 0]
    assert [each.lease_rent for each in indexed] == [300, 300]


@pytest.mark.parametrize(("at_end", "value"), [(ContractEnd.RENEW, 4 * 300), (ContractEnd.RETURN, 2 * 300)])
def test_a_contract_is_renewed_or_ends(at_end: ContractEnd, value: int) -> None:
    """Two years at £300 without interest: £600 is written off, and again where it is renewed."""
    accounts = acquired_accounts(machine(offer(at_end=at_end, service_gbp=0)), 0, FLAT, RATES)
    until = 4 if at_end is ContractEnd.RENEW else 2
    found = accounts.statement(until)
    works = 4 * 20
    assert sum(found.amounts[Heading.DEPRECIATION]) == value + works
    assert Heading.LOSS not in found.amounts
    assert sum(found.lease_rents) == value


def test_a_lease_of_today_is_rent_and_its_extension_a_right_of_use() -> None:
    """£50 of rent with 20% VAT in 2026/27; then two years at £60 without interest: £120 written off, VAT of £12."""
    terms = contract(ContractKind.LEASE)
    free = settings(inflation_rate=Fraction(0), lease_rate=Fraction(0))
    leased = asset(ownership=Ownership.LEASE, contract_id="K", book_value_gbp=0)
    book = register(leased, contracts={"K": terms}, settings=free)
    running = {Heading.RENT: (50, 60, 60, 60)}
    extended = registered_accounts(leased, running, (0,) * 5, book, Rates.of(free))
    assert extended.statement(3).amounts == {
        Heading.RENT: (50, 0, 0, 0),
        Heading.VAT: (10, 12, 12, 0),
        Heading.DEPRECIATION: (0, 60, 60, 0),
    }
    assert extended.statement(3).lease_rents == (0, 60, 60, 0)
    as_it_is = registered_accounts(leased, running, (0,) * 5, book, Rates.of(free), is_extended=False)
    assert as_it_is.statement(4).amounts == {Heading.RENT: (50,) * 4, Heading.VAT: (10,) * 4}


def test_terms_of_an_extension() -> None:
    terms = extension_terms(contract(ContractKind.LEASE), FLAT)
    assert (terms.lease_gbp, terms.years, terms.in_advance, terms.indexed) == (60, 2, True, True)
    assert (terms.rate, terms.vat) == (FLAT.lease_rate, FLAT.lease_vat_rate)


@pytest.mark.parametrize(("ownership", "dividend"), [(Ownership.OWNED, (12, 4, 0, 0)), (Ownership.CHARITY, ())])
def test_a_charity_machine_bears_no_dividend(ownership: Ownership, dividend: tuple[int, ...]) -> None:
    """£160 over the two years left; at 10% of £120 and £40 on average."""
    mine = asset(ownership=ownership, life_years=6)
    book = register(mine, settings=FLAT)
    found = registered_accounts(mine, {}, (0,) * 5, book, RATES).statement(4).amounts
    assert found[Heading.DEPRECIATION] == (80, 80, 0, 0)
    assert found.get(Heading.DIVIDEND, ()) == dividend


def test_an_upgraded_machine_goes_on_without_loss() -> None:
    """Until it is upgraded in 2027/28 nothing is lost; sold in 2029/30, what is left of the upgrade is."""
    mine = asset(life_years=6)
    book = register(mine, settings=FLAT)
    before = registered_accounts(mine, {}, (0,) * 5, book, RATES).statement(1, leaves=False)
    after = registered_accounts(mine, {}, (0,) * 5, book, RATES, upgrade=(1, 90, 3)).statement(3)
    assert before.amounts == {Heading.DEPRECIATION: (80, 0, 0, 0), Heading.DIVIDEND: (12, 0, 0, 0)}
    assert after.amounts[Heading.DEPRECIATION] == (0, 80 + 30, 30, 0)
    assert after.amounts[Heading.LOSS] == (0, 0, 0, 30)
