from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.checks import check_book
from capitalplan.register.reader import read_book, settings_from
from capitalplan.register.schema import EquipmentRow, FundingRow, OrganisationRow, SiteRow
from capitalplan.register.template import Level, write_template
from capitalplan.resources import data_path
from capitalplan.settings import Settings


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
