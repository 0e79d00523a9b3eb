from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.checks import check_book
from capitalplan.register.reading.reader import read_book, settings_from
from capitalplan.register.schema import SHEETS, EquipmentRow, FundingRow, OrganisationRow, SiteRow
from capitalplan.register.templates.template import Level, write_template
from capitalplan.resources import data_path
from capitalplan.settings import Settings
from data._tables import Cells
from tests.register.small_service import EAST, NORTH, machine, service_folder, year


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("basic", [False, True])
def test_a_blank_template_reads_with_nothing_wrong_but_the_empty_register(
    tmp_path: Path, level: Level, basic: bool
) -> None:
    path = tmp_path / "blank.xlsx"
    write_template(path, level, basic=basic)
    book = read_book(path)
    issues = (*book.issues, *check_book(book, settings_from(book)))
    assert [issue.place for issue in issues] == ["Equipment"]
    assert settings_from(book) == Settings()


def test_the_basic_template_has_five_sheets_of_input(tmp_path: Path) -> None:
    write_template(tmp_path / "basic.xlsx", Level.NETWORK, basic=True)
    book = openpyxl.load_workbook(tmp_path / "basic.xlsx")
    assert book.sheetnames == ["README", "Settings", "Sites", "Equipment", "Demand", "Funding", "Lists"]


@pytest.mark.parametrize("example", ["one_trust", "example_network"])
def test_an_example_template_reads_like_its_csv_folder(tmp_path: Path, example: str) -> None:
    path = tmp_path / "example.xlsx"
    write_template(path, Level.NETWORK, example=data_path(example))
    book, folder = read_book(path), read_book(data_path(example))
    assert not book.issues
    for name, rows in folder.sheets.items():
        if name != "Settings":
            assert [row.data for row in book.sheets[name]] == [row.data for row in rows]
    assert settings_from(book) == settings_from(folder)


def test_one_trust_of_a_network(tmp_path: Path) -> None:
    path = tmp_path / "trust.xlsx"
    write_template(path, Level.OPERATIONAL, example=data_path("example_network"), trust="QX1")
    book = read_book(path)
    assert not [issue for issue in (*book.issues, *check_book(book, settings_from(book))) if issue.severity == "error"]
    assert {read.data.site_code[:3] for read in book.rows(EquipmentRow)} == {"QX1"}
    assert {read.data.site_code for read in book.rows(EquipmentRow)} <= {
        read.data.site_code for read in book.rows(SiteRow)
    }
    assert "QX1" in {read.data.trust_code for read in book.rows(FundingRow)}
    assert [read.data.trust_code for read in book.rows(OrganisationRow)] == ["QX1"]


SERVICE: dict[str, list[Cells]] = {
    "Equipment": [
        machine("CT1", NORTH, exams_per_year=6000),
        machine("CT3", EAST, exams_per_year=1000),
        machine("CT4", EAST, exams_per_year=1000),
    ],
    "Upgrades": [
        {"name": "Tube", "asset_id": "CT1", "cost_gbp": 90_000, "years_gained": 3},
        {"name": "AI", "modality": "CT", "cost_gbp": 9000, "throughput_gain": "15%", "last_year": year(2)},
    ],
    "Ties": [{"first": "CT3", "tie": "not the same year", "other": "CT4"}],
    "Demand": [
        {"trust_code": "QA1", "modality": "CT", "demand_class": "waiting list", "year": year(0), "scans": 5000},
        {"site_code": EAST, "modality": "CT", "year": year(1), "growth_rate": "2%"},
    ],
    "Waiting": [{"trust_code": "QA1", "modality": "CT", "list_start": 400, "reach_by": year(1), "unreported": 9}],
    "Extra capacity": [
        {"kind": "extended hours", "modality": "CT", "site_code": EAST, "price_gbp": 60, "limit": 12.5},
        {"kind": "mobile van", "modality": "CT", "price_gbp": 4000, "scans_per_day": 30, "crewed": "no"},
    ],
    "Workforce": [
        {"trust_code": "QB1", "staff_group": "radiographer", "year": year(0), "wte": 20.5, "joiners_wte": -1},
        {"staff_group": "radiologist", "year": year(0), "wte": 12},
    ],
    "Accepted": [{"warning": "some-code", "place": "CT at QB101", "reason": "Known", "date": "2026-04-01"}],
}


def test_the_service_sheets_come_back_as_typed(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "folder", SERVICE)
    write_template(tmp_path / "whole.xlsx", Level.NETWORK, example=folder)
    book, typed = read_book(tmp_path / "whole.xlsx"), read_book(folder)
    assert not book.issues
    for sheet in SERVICE:
        assert [read.data for read in book.sheets[sheet]] == [read.data for read in typed.sheets[sheet]]
        assert book.sheets[sheet]
    write_template(tmp_path / "trust.xlsx", Level.OPERATIONAL, example=folder, trust="QB1")
    own = read_book(tmp_path / "trust.xlsx").sheets
    assert {sheet: len(own[sheet]) for sheet in SERVICE} == {
        "Equipment": 2,
        "Upgrades": 1,
        "Ties": 1,
        "Demand": 1,
        "Waiting": 0,
        "Extra capacity": 2,
        "Workforce": 2,
        "Accepted": 1,
    }


def test_every_sheet_of_the_whole_template_explains_itself(tmp_path: Path) -> None:
    write_template(tmp_path / "blank.xlsx", Level.NETWORK)
    book = openpyxl.load_workbook(tmp_path / "blank.xlsx")
    assert book.sheetnames == ["README", *(kind.sheet for kind in SHEETS), "Lists"]
    rules = {rule.formula1 for rule in book["Ties"].data_validations.dataValidation}
    assert "'Equipment'!$A$2:$A$1000" in rules
    assert any("not the same year" in rule for rule in rules)
    assert any(
        "outsourced reporting" in rule.formula1 for rule in book["Extra capacity"].data_validations.dataValidation
    )
    for name in ("Waiting", "Extra capacity", "Workforce", "Upgrades", "Ties", "Accepted"):
        assert sum(cell.comment is not None for cell in book[name][1]) >= len(list(book[name][1])) - 2


def test_imperfect_values_survive_as_typed_and_nothing_becomes_a_formula(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with (folder / "Equipment.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Asset ID", "Site code", "Modality", "Installed", "Replacement price", "Serial", "Uptime"])
        writer.writerow(["=cmd()", "RAA01", "X ray", "2016/17", "£1.2m", "00123", "97%"])
    path = tmp_path / "book.xlsx"
    write_template(path, Level.NETWORK, example=folder)
    sheet = openpyxl.load_workbook(path)["Equipment"]
    row = {header.value: cell for header, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["Asset ID"].value, row["Asset ID"].data_type) == ("=cmd()", "s")
    assert row["Modality"].value == "X ray"
    assert row["Replacement price (£)"].value == "£1.2m"
    assert row["Serial number"].value == "00123"
    assert row["Uptime (%)"].value == 0.97


def test_dropdowns_offer_what_the_reader_understands(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    write_template(path, Level.NETWORK)
    book = openpyxl.load_workbook(path)
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in book["Equipment"].data_validations.dataValidation}
    headers = {cell.value: cell.coordinate.rstrip("1") for cell in book["Equipment"][1]}
    assert "MR" in rules[f"{headers['Modality']}2"]
    assert rules[f"{headers['Site code']}2"].startswith("'Sites'!")
    assert rules[f"{headers['Planned option']}2"].startswith("Lists!")
    assert all(cell.comment for cell in book["Equipment"][1] if cell.value in {"Asset ID", "Installed"})


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(EnvironmentFaultError):
        write_template(path, Level.NETWORK)
    assert path.read_bytes() == b"mine"
