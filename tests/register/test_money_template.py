"""Sheets on money through the template: as typed, and for one trust of a network."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl

from capitalplan.register.read import read_register
from capitalplan.register.reading.reader import read_book, settings_from
from capitalplan.register.schema import RouteRow
from capitalplan.register.templates.template import Level, write_template
from data._tables import Cell, Cells
from tests.register.small_service import EAST, NORTH, service_folder, year


def by_year(**cells: Cell) -> list[Cells]:
    """One row for each year of the plan."""
    return [{"year": year(position), **cells} for position in range(4)]


MONEY: dict[str, list[Cells]] = {
    "Funding": [
        *by_year(source="QA1 capital", trust_code="QA1", limit_gbp=500_000),
        *by_year(source="Fund", trust_code="SHARED", limit_gbp=500_000),
        *by_year(source="QA1 fund", trust_code="SHARED", limit_gbp=500_000),
    ],
    "Sources": [
        {"source": "QA1 capital", "kind": "operational capital", "minimum_use": "12.5%", "brings_cash": "no"},
        {"source": "Fund", "certainty": "bid", "trusts": "QA1, QB1", "modalities": "CT, MR", "purposes": "new"},
        {"source": "QA1 fund", "trusts": "QA1", "routes": "purchase"},
    ],
    "Capital limits": [*by_year(limit_gbp=1_000_000), *by_year(trust_code="QA1", cash_gbp=400_000)],
    "Revenue limits": by_year(trust_code="QA1", limit_gbp=900_000),
    "Routes": [
        {
            "offer": "CT lease", "route": "lease", "option": "CT standard", "trusts": "QA1, QB1", "term_years": 7,
            "lease_gbp": 142_000, "rate": "5.5%", "paid": "arrears", "at_end": "return",
            "beyond": "charges to the end of the term",
        },
        {
            "offer": "MR managed", "route": "managed service", "option": "MR 1.5T", "trusts": "QA1", "term_years": 10,
            "per_scan_gbp": 12.5, "contract_scans": 8_000, "refresh_years": 10, "beyond": "charges inside the plan",
        },
    ],
    "Frameworks": [{"framework": "CT together", "options": "CT standard, CT cardiac", "from_units": 3, "rebate": "5%"}],
    "Cost shares": [{"asset_id": "CT1", "trust_code": "QB1", "share": "30%", "basis": "patients", "consent": "asked"}],
    "Approvals": [
        {"approver": "Board", "up_to_gbp": 5_000_000, "months": 3},
        {"approver": "NHS England", "months": 9},
    ],
    "Challenges": [
        {
            "name": "North CT", "asset_ids": "CT1, CT2", "start_year": year(1), "term_years": 7,
            "annual_charge_gbp": 300_000, "embedded_lease_gbp": 200_000, "refresh_years": 8,
        },
    ],
    "Schemes": [
        {
            "scheme_id": "S-1", "action": "add", "site_code": EAST, "option": "CT standard", "year": year(2),
            "capital_gbp": 400_000, "paid_before_gbp": 50_000, "status": "OBC",
        },
        {
            "scheme_id": "S-2", "action": "add", "site_code": NORTH, "option": "MR 1.5T", "year": year(2),
            "capital_gbp": 400_000, "status": "SOC",
        },
    ],
}  # fmt: skip


def test_the_money_sheets_come_back_as_typed(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "folder", MONEY, plan_date="2026-09-30", funding_certainty="bid")
    write_template(tmp_path / "whole.xlsx", Level.NETWORK, example=folder)
    book, typed = read_book(tmp_path / "whole.xlsx"), read_book(folder)
    assert not (*book.issues, *typed.issues)
    for sheet in MONEY:
        assert book.sheets[sheet]
        assert [read.data for read in book.sheets[sheet]] == [read.data for read in typed.sheets[sheet]]
    assert settings_from(book) == settings_from(typed)
    assert settings_from(book).plan_date == dt.date(2026, 9, 30)


def test_one_trust_keeps_the_money_it_may_use(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "folder", MONEY, funding_certainty="bid")
    for trust, counts in {
        "QA1": [12, 3, 8, 4, 2, 1, 0, 2, 1, 1],
        "QB1": [4, 1, 4, 0, 1, 1, 0, 2, 0, 1],
    }.items():
        path = tmp_path / f"{trust}.xlsx"
        write_template(path, Level.OPERATIONAL, example=folder, trust=trust)
        sheets = read_book(path).sheets
        assert [len(sheets.get(sheet, ())) for sheet in MONEY] == counts
        register = read_register(path)
        assert {source.trusts for source in register.sources} == {frozenset({trust})}
        assert all(offer.trusts == {trust} for offer in register.offers)


def test_the_sheet_that_joins_trusts_is_left_to_networks(tmp_path: Path) -> None:
    for level in Level:
        path = tmp_path / f"{level}.xlsx"
        write_template(path, level)
        names = openpyxl.load_workbook(path, read_only=True).sheetnames
        assert ("Cost shares" in names) is (level is not Level.OPERATIONAL)


def test_dropdowns_of_the_money_sheets_name_words_and_rows(tmp_path: Path) -> None:
    write_template(tmp_path / "blank.xlsx", Level.NETWORK)
    book = openpyxl.load_workbook(tmp_path / "blank.xlsx")

    def rules(sheet: str) -> str:
        return " ".join(str(rule.formula1) for rule in book[sheet].data_validations.dataValidation)

    assert "confirmed,bid,possible" in rules("Sources")
    assert "'Organisations'!$A$2" in rules("Capital limits")
    assert "lease,managed service" in rules("Routes")
    assert "charges to the end of the term" in rules(RouteRow.sheet)
    assert "agreed,asked,refused" in rules("Cost shares")
    assert "FBC" in rules("Schemes")
