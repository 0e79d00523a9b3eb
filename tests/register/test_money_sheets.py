"""Sheets on money: what they become in the register, and each of their faults told at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from capitalplan.finance.dates import can_be_ordered
from capitalplan.register.issues import Severity
from capitalplan.register.read import inspect
from capitalplan.register.reading.reader import default_book
from capitalplan.register.schema import ModalityRow
from capitalplan.settings import Settings
from capitalplan.terms import BeyondPlan, ContractEnd, Purpose, Route, SchemeStatus
from data._tables import Cell, Cells
from tests.register.small_service import EAST, NORTH, machine, service_folder, service_register, year

Rows = Sequence[Cells]


def funding(source: str = "QA1 capital", trust: str = "QA1", **limits: int) -> list[Cells]:
    """Four years of one source."""
    return [
        {"source": source, "trust_code": trust, "year": year(position), "limit_gbp": limits.get(f"y{position}", 1000)}
        for position in range(4)
    ]


def offer(*blank: str, **changes: Cell) -> Cells:
    """A seven-year lease of a CT, renewed at its end; some cells left blank."""
    row: Cells = {
        "offer": "CT lease",
        "route": "lease",
        "option": "CT standard",
        "term_years": 7,
        "lease_gbp": 120_000,
        "at_end": "renew",
        "beyond": "charges inside the plan",
        **changes,
    }
    return {name: value for name, value in row.items() if name not in blank}


def test_a_source_without_a_line_may_pay_for_everything(tmp_path: Path) -> None:
    [source] = service_register(tmp_path / "book", {"Funding": funding()}).sources
    assert source.trusts == {"QA1"}
    assert source.may_pay("QA1", "CT", Purpose.NEW, Route.LEASE)
    assert not source.may_pay("QB1", "CT", Purpose.NEW, Route.LEASE)
    assert (source.uses_capital_limit, source.brings_cash, source.donated) == (True, True, False)
    assert not source.carry_share + source.minimum_share


def test_a_source_pays_for_what_its_line_says(tmp_path: Path) -> None:
    line: Cells = {
        "source": "Fund",
        "uses_capital_limit": "no",
        "brings_cash": "no",
        "donated": "yes",
        "trusts": "qa1",
        "modalities": "CT, MR",
        "purposes": "new",
        "routes": "Purchase; lease",
        "carry_forward": "10%",
        "minimum_use": "80%",
    }
    [source] = service_register(tmp_path / "book", {"Funding": funding("Fund", "SHARED"), "Sources": [line]}).sources
    assert source.may_pay("QA1", "MR", Purpose.NEW, Route.LEASE)
    assert not source.may_pay("QB1", "MR", Purpose.NEW, Route.LEASE)
    assert not source.may_pay("QA1", "DX", Purpose.NEW, Route.LEASE)
    assert not source.may_pay("QA1", "MR", Purpose.REPLACEMENT, Route.LEASE)
    assert not source.may_pay("QA1", "MR", Purpose.NEW, Route.MANAGED_SERVICE)
    assert (source.uses_capital_limit, source.brings_cash, source.donated) == (False, False, True)
    assert (source.carry_share, source.minimum_share) == (Fraction(1, 10), Fraction(4, 5))


@pytest.mark.parametrize(
    ("counted", "names"),
    [
        ("confirmed", ["QA1 capital"]),
        ("bid", ["Bid", "QA1 capital"]),
        ("possible", ["Bid", "QA1 capital", "Rumour"]),
    ],
)
def test_only_funding_that_is_sure_enough_counts(counted: str, names: list[str], tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Funding": [*funding(), *funding("Bid"), *funding("Rumour")],
        "Sources": [
            {"source": "Bid", "certainty": "bid"},
            {"source": "Rumour", "certainty": "possible"},
        ],
    }
    register = service_register(tmp_path / "book", sheets, funding_certainty=counted)
    assert [source.name for source in register.sources] == names
    told = " ".join(register.left_out)
    assert [name for name in ("Bid", "Rumour") if f"Source {name} is" in told] == [
        name for name in ("Bid", "Rumour") if name not in names
    ]


def test_an_offer_is_filled_in_by_its_route(tmp_path: Path) -> None:
    managed = offer(
        "lease_gbp",
        offer="MR service",
        route="managed service",
        option="MR 1.5T",
        per_scan_gbp=12.5,
        contract_scans=6001,
        extension_years=3,
        refresh_years=8,
        at_end="return",
        beyond="charges to the end of the term",
    )
    lease, service = service_register(tmp_path / "book", {"Routes": [managed, offer()]}).offers
    assert (lease.name, lease.years, lease.lease_gbp, lease.service_gbp) == ("CT lease", 7, 120_000, 0)
    assert (lease.rate, lease.vat) == (Fraction(475, 10_000), Fraction(1, 5))
    assert (lease.in_advance, lease.indexed, lease.maintenance_included) == (True, False, False)
    assert (lease.at_end, lease.beyond) == (ContractEnd.RENEW, BeyondPlan.INSIDE)
    # 12.5 x 6,001 = 75,012.5
    assert (service.years, service.lease_gbp, service.service_gbp, service.refresh_years) == (10, 0, 75_013, 8)
    assert (service.vat, service.indexed, service.maintenance_included) == (Fraction(0), True, True)
    assert (service.at_end, service.beyond) == (ContractEnd.RETURN, BeyondPlan.TERM)


def test_totals_tiers_shares_and_challenges(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Funding": funding(),
        "Capital limits": [
            {"trust_code": "SHARED", "year": year(0), "limit_gbp": 900},
            {"trust_code": "QA1", "year": year(1), "cash_gbp": 50},
        ],
        "Revenue limits": [{"trust_code": "QB1", "year": year(2), "limit_gbp": 7}],
        "Frameworks": [
            {"framework": "F", "options": "CT standard", "from_units": 5, "rebate": "8%"},
            {"framework": "F", "options": "CT standard", "from_units": 2, "rebate": "5%"},
        ],
        "Cost shares": [
            {"asset_id": "CT1", "trust_code": "QB1", "share": "25%", "basis": "patients", "consent": "asked"}
        ],
        "Challenges": [
            {
                "name": "All CT",
                "modality": "CT",
                "trust_code": "QA1",
                "start_year": year(1),
                "term_years": 10,
                "annual_charge_gbp": 500_000,
                "refresh_years": 8,
            }
        ],
        "Schemes": [
            {
                "scheme_id": "S1",
                "action": "replace",
                "asset_id": "CT1",
                "option": "CT standard",
                "year": year(1),
                "capital_gbp": 900,
                "paid_before_gbp": 300,
                "status": "OBC",
            }
        ],
    }
    register = service_register(tmp_path / "book", sheets)
    network, trust = register.capital_limits
    assert (network.trust, network.limits_gbp, network.cash_gbp) == (None, (900, None, None, None), (None,) * 4)
    assert (trust.trust, trust.limits_gbp, trust.cash_gbp) == ("QA1", (None,) * 4, (None, 50, None, None))
    assert [each.limits_gbp for each in register.revenue_limits] == [(None, None, 7, None)]
    assert [(tier.from_units, tier.to_units) for tier in register.tiers] == [(2, 4), (5, None)]
    assert [(each.asset_id, each.trust, each.share) for each in register.cost_shares] == [
        ("CT1", "QB1", Fraction(1, 4))
    ]
    assert [each.assets for each in register.challenges] == [("CT1", "CT2")]
    [scheme] = register.schemes
    assert (scheme.status, scheme.paid_before_gbp, scheme.is_committed) == (SchemeStatus.OBC, 300, False)
    assert any("S1 is at OBC" in line for line in register.left_out)
    assert [each.approver for each in register.approvals][-1] == "HM Treasury"


def test_book_value_is_straight_line_unless_entered(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Equipment": [
            machine("CT1", NORTH, exams_per_year=1, purchase_price_gbp=700, life_years=10),
            machine("CT2", NORTH, exams_per_year=1, net_book_value_gbp=123),
            machine("CT3", EAST, exams_per_year=1, ownership="lease", contract_end="31/03/2028"),
        ]
    }
    values = [asset.book_value_gbp for asset in service_register(tmp_path / "book", sheets).assets]
    # six years old of ten
    assert values == [280, 123, 0]


def test_by_default_orders_can_still_be_placed_for_every_year() -> None:
    settings = Settings()
    months = [read.data.order_months for read in default_book().rows(ModalityRow)]
    for given in (*months, settings.new_room_months):
        assert given is not None
        assert can_be_ordered(settings.start_year, given, settings)


def source(**changes: Cell) -> dict[str, Rows]:
    """One source of QA1 and its line in Sources."""
    return {"Funding": funding(), "Sources": [{"source": "QA1 capital", **changes}]}


def tiers(*steps: tuple[int, int | None, str]) -> dict[str, Rows]:
    """Tiers of one framework: from, to, rebate."""
    return {
        "Frameworks": [
            {"framework": "F", "options": "CT standard", "from_units": low, "to_units": high or "", "rebate": rebate}
            for low, high, rebate in steps
        ]
    }


CHEAP: Cells = {"option": "CT standard", "modality": "CT", "price_gbp": -1, "annual_maintenance_gbp": 1}
PAID_BEFORE: Cells = {
    "scheme_id": "S",
    "action": "replace",
    "asset_id": "CT1",
    "option": "CT standard",
    "year": year(1),
    "capital_gbp": 5,
    "paid_before_gbp": 6,
    "status": "ordered",
}
NO_SCOPE: Cells = {
    "name": "X",
    "modality": "PT",
    "start_year": year(0),
    "term_years": 5,
    "annual_charge_gbp": 1,
    "refresh_years": 5,
}
NO_ADDING: dict[str, Cell] = {"allow_new_capacity": "no"}

FAULTS: dict[str, tuple[dict[str, Rows], dict[str, Cell], str, str]] = {
    "source unknown": (
        {"Funding": funding(), "Sources": [{"source": "QA1 capitol"}]},
        {},
        "Sources!A2",
        "QA1 capital",
    ),
    "word unknown": (source(purposes="newish"), {}, "Sources!B2", "purposes"),
    "nobody, by trust": (source(trusts="QB1"), {}, "Sources!B2", "Nobody may use"),
    "nobody, by modality": (source(modalities="PT"), {}, "Sources!B2", "Nobody may use"),
    "nobody, by route": (source(routes="lease"), {}, "Sources!B2", "Nobody may use"),
    "nobody, by purpose": (source(purposes="new"), NO_ADDING, "Sources!B2", "Nobody may use"),
    "year missing": ({"Funding": funding()[:3]}, {}, "Funding!C2", "no limit for 2029/30"),
    "share typed as a number": (source(carry_forward=35), {}, "Sources!B2", "35 means 3,500%: type 35% or 0.35"),
    "negative rent": ({"Routes": [offer(lease_gbp=-5)]}, {}, "Routes!E2", "£0 or more"),
    "negative price": ({"Catalogue": [CHEAP]}, {}, "Catalogue!C2", "£0 or more"),
    "no terminal rule": ({"Routes": [offer("beyond")]}, {}, "Routes row 2", "outlasts the plan"),
    "no rule at its end": ({"Routes": [offer("at_end", term_years=2)]}, {}, "Routes row 2", "ends inside the plan"),
    "no rent": ({"Routes": [offer("lease_gbp", service_gbp=4)]}, {}, "Routes row 2", "no rent"),
    "no refresh": ({"Routes": [offer(route="managed service")]}, {}, "Routes row 2", "refresh"),
    "unknown option": ({"Routes": [offer(option="CT standart")]}, {}, "Routes!C2", "CT standard"),
    "scans without a price": ({"Routes": [offer(contract_scans=5)]}, {}, "Routes!F2", "contract volume"),
    "more earns less": (tiers((2, None, "8%"), (5, None, "5%")), {}, "Frameworks!E3", "earns less"),
    "tiers overlap": (tiers((2, 6, "5%"), (5, None, "8%")), {}, "Frameworks!C3", "overlap"),
    "a gap of tiers": (tiers((2, 3, "5%"), (6, None, "8%")), {}, "Frameworks!C3", "covers 4 to 5 machines"),
    "two tiers from one number": (
        {
            "Frameworks": [
                {"framework": "F", "options": "CT standard", "from_units": 2, "rebate": "5%"},
                {
                    "framework": "F",
                    "options": "CT standard",
                    "from_units": 2,
                    "rebate": "6%",
                    "first_year": year(2),
                },
            ]
        },
        {},
        "Frameworks!C3",
        "overlap from 2",
    ),
    "a bid pays for an order": (
        {**source(certainty="bid"), "Schemes": [{**PAID_BEFORE, "capital_gbp": 7, "funding_source": "QA1 capital"}]},
        {},
        "Schemes!I2",
        "only 'bid'",
    ),
    "renewed beyond the plan": (
        {"Routes": [offer("beyond", term_years=3, last_year=year(0))]},
        {},
        "Routes row 2",
        "begun in 2026/27 and renewed outlasts the plan",
    ),
    "owner shares": (
        {"Cost shares": [{"asset_id": "CT1", "trust_code": "QA1", "share": "5%"}]},
        {},
        "Cost shares!B2",
        "owns it",
    ),
    "more than the whole": (
        {"Cost shares": [{"site_code": NORTH, "trust_code": "QB1", "share": 1.5}]},
        {},
        "Cost shares!C2",
        "above the most",
    ),
    "nobody above": (
        {"Approvals": [{"approver": "Board", "up_to_gbp": 5, "months": 1}]},
        {},
        "Approvals!B2",
        "Nobody approves",
    ),
    "nothing in scope": ({"Challenges": [NO_SCOPE]}, {}, "Challenges!A2", "no owned machine"),
    "paid before more than all": ({"Schemes": [PAID_BEFORE]}, {}, "Schemes!G2", "£6"),
}


@pytest.mark.parametrize(("sheets", "settings", "place", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_each_fault_is_told_at_its_cell(
    sheets: Mapping[str, Rows], settings: dict[str, Cell], place: str, words: str, tmp_path: Path
) -> None:
    issues = inspect(service_folder(tmp_path / "book", sheets, **settings))
    errors = {issue.place: f"{issue.message} {issue.fix}" for issue in issues if issue.severity is Severity.ERROR}
    assert list(errors) == [place]
    assert words in errors[place]


def test_a_year_without_a_total_is_a_warning(tmp_path: Path) -> None:
    limit: Cells = {"trust_code": "QA1", "year": year(0), "limit_gbp": 5}
    issues = inspect(service_folder(tmp_path / "book", {"Funding": funding(), "Capital limits": [limit]}))
    [warning] = [issue for issue in issues if issue.sheet == "Capital limits"]
    assert warning.severity is Severity.WARNING
    assert "2027/28, 2028/29, 2029/30" in warning.message


def managed(*blank: str, **changes: Cell) -> dict[str, Rows]:
    """A ten-year managed service of an MR, some cells left blank."""
    given: dict[str, Cell] = {"offer": "MR", "option": "MR 1.5T", "term_years": 10, "refresh_years": 8, **changes}
    return {"Routes": [offer(*blank, route="managed service", **given)]}


VAN: Cells = {"kind": "mobile van", "modality": "CT", "price_gbp": 4000, "scans_per_day": 30}

WARNINGS: dict[str, tuple[dict[str, Rows], str, str]] = {
    "no lease part": (managed("lease_gbp", service_gbp=9), "Routes row 2", "may be a lease (IFRS 16)"),
    "standing van": ({"Extra capacity": [VAN]}, "Extra capacity!A2", "may be a lease (IFRS 16)"),
    "others' own source": (source(trusts="QA1, QB1"), "Sources!B2", "only QA1 may use it"),
    "no total": (
        {"Capital limits": [{"trust_code": "QA1", "year": year(t)} for t in range(4)]},
        "Capital limits row 2",
        "limits nothing",
    ),
    "a sharer without money": (
        {"Funding": funding(), "Cost shares": [{"asset_id": "CT1", "trust_code": "QB1", "share": "5%"}]},
        "Cost shares!B2",
        "No source may pay for QB1",
    ),
}


@pytest.mark.parametrize(("sheets", "place", "words"), WARNINGS.values(), ids=WARNINGS.keys())
def test_what_finance_should_look_at_is_a_warning(
    sheets: Mapping[str, Rows], place: str, words: str, tmp_path: Path
) -> None:
    issues = inspect(service_folder(tmp_path / "book", sheets))
    assert {issue.severity for issue in issues} == {Severity.WARNING}
    assert any(issue.place.startswith(place) and words in issue.message for issue in issues)


@pytest.mark.parametrize(
    "sheets",
    [managed(lease_gbp=0, service_gbp=9), managed(), {"Extra capacity": [{**VAN, "limit": 20}]}],
    ids=["said to be none", "lease part given", "a few days"],
)
def test_what_is_settled_gives_no_warning(sheets: dict[str, Rows], tmp_path: Path) -> None:
    assert inspect(service_folder(tmp_path / "book", sheets)) == ()


def test_without_ifrs_16_no_rental_is_flagged(tmp_path: Path) -> None:
    sheets = {**managed("lease_gbp", service_gbp=9), "Extra capacity": [VAN]}
    assert inspect(service_folder(tmp_path / "book", sheets, ifrs16="no")) == ()


def test_a_managed_service_of_today_is_an_assumption(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Equipment": [machine("CT1", NORTH, exams_per_year=1, contract_id="M1")],
        "Contracts": [
            {"contract_id": "M1", "kind": "managed service", "end_date": "2035-03-31", "annual_charge_gbp": 9}
        ],
    }
    told = [each.value for each in service_register(tmp_path / "book", sheets).assumptions if "M1" in each.item]
    assert len(told) == 1
    assert "may be a lease (IFRS 16)" in told[0]
