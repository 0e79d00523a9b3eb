"""What a little more, or less, of each limit is worth: exact by planning again, estimated in intervals that hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.analysis.attempt import Attempt
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.worth.changes import limit_changes
from capitalplan.analysis.worth.lines import NETWORK, LimitChange, LimitKind
from capitalplan.register.read import read_register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan
from capitalplan.workflow.workers import attempts_apart
from tests.folders import DATA, START_YEAR, funding_rows
from tests.properties.least import ROUNDING_GBP
from tests.properties.pricing_limits import Priced, cost_under, priced
from tests.service.cases import OTHER, Rows, Workbook, demand, machine, site, staff, year

OWN = "QX6 operational capital"


def change(network: Priced, kind: LimitKind, place: str, position: int | None = None, *, more: bool) -> LimitChange:
    """The only change of a limit that fits."""
    when = None if position is None else START_YEAR + position
    (found,) = (
        each
        for each in network.changes
        if (each.kind, each.place, each.year, each.is_more) == (kind, place, when, more)
    )
    return found


def estimate(network: Priced, asked: LimitChange) -> Price:
    (line,) = network.prices.estimates([asked])
    assert line is not None
    assert line.price.basis is Basis.ESTIMATE
    return line.price


def exact(network: Priced, asked: LimitChange) -> Price:
    """Exact price, which the interval of the estimate contains."""
    (attempt,) = attempts_apart([asked.register], SolveOptions(gap=0), workers=1)
    line = network.prices.exact(asked, attempt)
    assert line is not None
    price, guess = line.price, estimate(network, asked)
    assert price.basis is Basis.EXACT
    if not price.is_impossible:
        assert price.high_gbp is not None
        assert guess.low_gbp <= price.high_gbp + ROUNDING_GBP
        assert guess.high_gbp is None or price.low_gbp <= guess.high_gbp + ROUNDING_GBP
    return price


def case(folder: Path, sheets: dict[str, Rows], **settings: str | int) -> Priced:
    return priced(read_register(Workbook(folder, sheets, **settings).folder))


@pytest.fixture(scope="module")
def twelve() -> Priced:
    return priced(read_register(DATA / "twelve_assets"))


def test_exact_prices_are_differences_of_plans(twelve: Priced) -> None:
    """A cost that row prices see nothing of, for machines come whole, and a saving of nothing."""
    value = twelve.planned.plan.objective_gbp
    less = change(twelve, LimitKind.MONEY, OWN, 4, more=False)
    cost = cost_under(less)
    assert cost is not None
    assert exact(twelve, less).words() == f"exactly £{cost - value:,}"
    assert cost - value > 1_000_000
    more = change(twelve, LimitKind.MONEY, OWN, 7, more=True)
    assert cost_under(more) == value
    assert exact(twelve, more).words() == "exactly £0"


def test_what_less_costs_more_gives_back(twelve: Priced) -> None:
    """From the plan with £100,000 less on, £100,000 more saves what that had cost."""
    value = twelve.planned.plan.objective_gbp
    poorer = priced(change(twelve, LimitKind.MONEY, OWN, 4, more=False).register)
    asked = change(poorer, LimitKind.MONEY, OWN, 4, more=True)
    assert asked.register == twelve.planned.register
    assert exact(poorer, asked).words() == f"exactly £{poorer.planned.plan.objective_gbp - value:,}"


def test_every_change_is_one_a_user_can_make(twelve: Priced) -> None:
    """Limits of a source by year, a site's installations in all years; there is no staff, and no limit of works."""
    asked = [(each.kind, each.place, each.change) for each in twelve.changes]
    assert len(asked) == len(set(asked)) + 2 * 2 * 8
    assert {each for each in asked if each[0] is not LimitKind.MONEY} == {
        (LimitKind.WORKS, "QX601", "one more installation a year"),
        (LimitKind.WORKS, "QX602", "one more installation a year"),
        (LimitKind.TRAVEL, NETWORK, "10 more minutes of travel"),
    }


def test_a_source_cannot_lose_more_than_it_has(tmp_path: Path) -> None:
    network = case(tmp_path, {"Funding": funding_rows("Capital", "SHARED", [40_000, 0, 100_000])})
    changes = [each.change for each in network.changes if each.kind is LimitKind.MONEY]
    assert changes == ["£100,000 more", "£40,000 less", "£100,000 more", "£100,000 more", "£100,000 less"]


def test_without_money_there_is_no_plan(tmp_path: Path) -> None:
    """A machine that must be replaced in a year, and just the money for it."""
    locked = machine("CT1", lock="replace", lock_year=year(1))
    network = case(tmp_path, {"Equipment": [locked], "Funding": funding_rows("Capital", "SHARED", [0, 100_000, 0])})
    less = change(network, LimitKind.MONEY, "Capital", 1, more=False)
    assert exact(network, less).words() == "no plan"
    assert estimate(network, less).high_gbp is None


def test_money_that_buys_nothing_is_worth_nothing(tmp_path: Path) -> None:
    network = case(tmp_path, {"Funding": funding_rows("Capital", "SHARED", [500_000] * 3)})
    for each in network.changes:
        if each.kind is LimitKind.MONEY and not each.is_more:
            assert estimate(network, each).words() == "about £0 (estimate; between £0 and £0)"


def test_more_may_cost_where_it_should_be_used(tmp_path: Path) -> None:
    """Half of what a source holds should be used, nothing is worth buying, and each pound unused counts as one."""
    sheets: dict[str, Rows] = {
        "Funding": funding_rows("Capital", "SHARED", [200_000] * 3),
        "Sources": [{"source": "Capital", "minimum_use": "50%"}],
        "Demand": [demand(0)],
    }
    network = case(tmp_path, sheets, under_use_price="10%")
    more = change(network, LimitKind.MONEY, "Capital", 0, more=True)
    less = change(network, LimitKind.MONEY, "Capital", 0, more=False)
    assert exact(network, more).words() == "exactly -£5,000"
    assert exact(network, less).words() == "exactly -£5,000"


def test_one_more_radiographer(tmp_path: Path) -> None:
    """An hour is worked for every scan, and those not scanned here are bought outside for £100."""
    sheets: dict[str, Rows] = {
        "Workforce": [staff("radiographer", 0.1)],
        "Equipment": [machine("CT1", exams_per_year=100)],
    }
    network = case(tmp_path, sheets)
    asked = change(network, LimitKind.STAFF, "QA1", more=True)
    hours = zip(network.planned.register.staff[0].hours, asked.register.staff[0].hours, strict=True)
    saved = 100 * sum(min(1000, after) - before for before, after in hours)
    assert saved > 0
    assert exact(network, asked).words() == f"exactly £{saved:,}"


@pytest.mark.parametrize(("place", "projects", "at_site"), [("QA101", 5, 1), (NETWORK, 1, 5)])
def test_one_more_installation(place: str, projects: int, at_site: int, tmp_path: Path) -> None:
    """Two machines past their life, of which one has to wait a year at £60,000 of age risk."""
    old = [machine(name, install_date=year(-4), life_years=2) for name in ("CT1", "CT2")]
    sheets: dict[str, Rows] = {"Sites": [site(max_installations=at_site)], "Equipment": old, "Demand": [demand(2000)]}
    network = case(tmp_path, sheets, max_network_projects=projects, over_age_price="30%")
    assert exact(network, change(network, LimitKind.WORKS, place, more=True)).words() == "exactly £60,000"


def test_ten_more_minutes(tmp_path: Path) -> None:
    """A neighbour fifty minutes away does a thousand scans a year for £10 of travel each, not £100 outside."""
    sheets: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [machine("CT1"), machine("CT2", OTHER)],
        "Demand": [demand(2000), demand(0, OTHER)],
        "Travel": [{"from_site": "QA101", "to_site": OTHER, "minutes": 50, "agreed": "yes"}],
    }
    book = Workbook(tmp_path / "near", sheets).folder
    register = read_register(book)
    farther = read_register(Workbook(tmp_path / "far", sheets, max_travel_minutes=55).folder)
    network = priced(register)
    (asked,) = (each for each in limit_changes(register, farther.links) if each.kind is LimitKind.TRAVEL)
    assert exact(network, asked).words() == "exactly £270,000"
    assert estimate(network, asked).estimate_gbp == 270_000


def test_what_was_not_found_in_time_is_no_exact_price(twelve: Priced) -> None:
    less = change(twelve, LimitKind.MONEY, OWN, 4, more=False)
    assert twelve.prices.exact(less, Attempt(plan=None)) is None


def test_a_gap_that_is_too_wide_is_said(twelve: Priced) -> None:
    """The plan after the change is proven to a tenth only; a plan is always at hand that costs no more than before."""
    more = change(twelve, LimitKind.MONEY, OWN, 7, more=True)
    plan = make_plan(more.register, SolveOptions(gap=0.2)).plan
    line = twelve.prices.exact(more, Attempt(plan=plan))
    assert line is not None
    assert line.price.low_gbp == 0
    assert line.price.words().startswith("not resolved at this gap (between £0 and £")
