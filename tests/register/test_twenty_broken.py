"""Hand-broken copies of a sound workbook: each planted fault is reported at its cell, and all of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from capitalplan.register.checks import check_book
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.reader import read_book, settings_from

Sheets = dict[str, list[list[object]]]
Writer = Callable[[Sheets], Path]


class Fault(NamedTuple):
    """A cell to break, where it is reported, and words the report holds."""

    sheet: str
    cell: str
    value: object
    place: str
    words: str


def errors_of(path: Path) -> list[Issue]:
    book = read_book(path)
    issues = (*book.issues, *check_book(book, settings_from(book)))
    return [issue for issue in issues if issue.severity is Severity.ERROR]


def plant(sheets: Sheets, fault: Fault) -> None:
    column, row = ord(fault.cell[0]) - ord("A"), int(fault.cell[1:]) - 1
    rows = sheets[fault.sheet]
    while len(rows) <= row:
        rows.append([None] * len(rows[0]))
    rows[row][column] = fault.value


FAULTS = [
    Fault("Equipment", "C2", "toaster", "Equipment!C2", "Modality"),
    Fault("Equipment", "C1", "Modalty", "Equipment!C1", "did you mean 'Modality'"),
    Fault("Equipment", "A3", "CT1", "Equipment!A3", "already in row 2"),
    Fault("Equipment", "B2", "RAA1", "Equipment!B2", "'RAA01'"),
    Fault("Equipment", "D2", None, "Equipment!D2", "blank"),
    Fault("Equipment", "D2", dt.date(2031, 5, 1), "Equipment!D2", "after the plan starts"),
    Fault("Equipment", "D2", "31/02/2016", "Equipment!D2", "neither a date"),
    Fault("Equipment", "F4", "M9", "Equipment!F4", "not in Contracts"),
    Fault("Equipment", "G2", -5, "Equipment!G2", "below"),
    Fault("Equipment", "G2", True, "Equipment!G2", "not a whole number"),
    Fault("Equipment", "I2", 97, "Equipment!I2", "97%"),
    Fault("Equipment", "J2", "#REF!", "Equipment!J2", "#REF!"),
    Fault("Equipment", "M2", "2027/28", "Equipment!M2", "no lock"),
    Fault("Equipment", "R2", dt.date(2010, 1, 1), "Equipment!R2", "before it was installed"),
    Fault("Settings", "B5", 35, "Settings!B5", "35%"),
    Fault("Settings", "A5", "discount rat", "Settings!A5", "'discount_rate'"),
    Fault("Sites", "E2", None, "Sites!D2", "longitude"),
    Fault("Sites", "F3", "2028/29", "Sites!G3", "closes before it opens"),
    Fault("Contracts", "D2", dt.date(2017, 1, 1), "Contracts!D2", "ends before it starts"),
    Fault("Schemes", "C2", "CT9", "Schemes!C2", "not in Equipment"),
    Fault("Schemes", "C2", "MR1", "Schemes!C2", "renews it itself"),
    Fault("Schemes", "E2", "MR new", "Schemes!E2", "is MR, but 'CT1' is CT"),
    Fault("Schemes", "F2", "2035/36", "Schemes!F2", "outside the plan"),
    Fault("Schemes", "C2", None, "Schemes row 2", "no asset ID"),
    Fault("Ageing", "B3", 5, "Ageing!B2", "age 1"),
    Fault("Demand", "A2", "RAA07", "Demand!A2", "not in Sites"),
    Fault("Travel", "B2", "RAA01", "Travel!B2", "its own site"),
    Fault("Funding", "C5", "2040/41", "Funding!C2", "2029/30"),
    Fault("Funding", "B3", "RBB", "Funding!B3", "RBB"),
    Fault("Funding", "D2", "lots", "Funding!D2", "pounds"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.sheet}-{fault.cell}-{fault.value}")
def test_a_planted_fault_is_reported_at_its_cell(fault: Fault, sheets: Sheets, write_book: Writer) -> None:
    plant(sheets, fault)
    errors = errors_of(write_book(sheets))
    told = {issue.place: f"{issue.message} {issue.fix}" for issue in errors}
    assert fault.place in told
    assert fault.words in told[fault.place]
    assert all(issue.sheet == fault.sheet for issue in errors), "no fault may cascade to another sheet"
    assert all(issue.fix for issue in errors)


@pytest.mark.parametrize(("sheet", "words"), [("Equipment", "no sheet 'Equipment'")])
def test_a_missing_register_is_one_fault(sheet: str, words: str, sheets: Sheets, write_book: Writer) -> None:
    del sheets[sheet]
    assert words in " ".join(issue.message for issue in errors_of(write_book(sheets)))


def test_an_empty_register_is_told(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"] = sheets["Equipment"][:1]
    assert "empty" in {word.strip(".") for issue in errors_of(write_book(sheets)) for word in issue.message.split()}


def test_a_missing_and_a_doubled_column(sheets: Sheets, write_book: Writer) -> None:
    sheets["Equipment"][0][3] = "Exams"
    told = " ".join(issue.message for issue in errors_of(write_book(sheets)))
    assert "'Installed' is missing" in told
    assert "second 'Exams a year'" in told


def test_a_double_of_a_faulty_row_is_told_too(sheets: Sheets, write_book: Writer) -> None:
    plant(sheets, Fault("Equipment", "C2", "toaster", "", ""))
    plant(sheets, Fault("Equipment", "A3", "ct1", "", ""))
    assert {issue.place for issue in errors_of(write_book(sheets))} == {"Equipment!C2", "Equipment!A3"}


def test_every_fault_is_reported_at_once(sheets: Sheets, write_book: Writer) -> None:
    planted = [
        Fault("Settings", "B5", "often", "Settings!B5", ""),
        Fault("Sites", "D2", "north", "Sites!D2", ""),
        Fault("Equipment", "C2", "toaster", "Equipment!C2", ""),
        Fault("Equipment", "G2", "many", "Equipment!G2", ""),
        Fault("Equipment", "I3", 250, "Equipment!I3", ""),
        Fault("Equipment", "F4", "M9", "Equipment!F4", ""),
        Fault("Equipment", "D5", "??/??/2015", "Equipment!D5", ""),
        Fault("Contracts", "E2", "a lot", "Contracts!E2", ""),
        Fault("Schemes", "F2", "2035/36", "Schemes!F2", ""),
        Fault("Catalogue", "C3", "dear", "Catalogue!C3", ""),
        Fault("Ageing", "C3", "98", "Ageing!C3", ""),
        Fault("Demand", "D2", -1, "Demand!D2", ""),
        Fault("Travel", "B2", "RAA01", "Travel!B2", ""),
        Fault("Funding", "D3", None, "Funding!D3", ""),
    ]
    for fault in planted:
        plant(sheets, fault)
    assert {issue.place for issue in errors_of(write_book(sheets))} == {fault.place for fault in planted}


WARNINGS = [
    Fault("Equipment", "D2", 1975, "Equipment!D2", "51 years old"),
    Fault("Equipment", "G2", 150_000, "Equipment!G2", "more than its staffed hours"),
    Fault("Equipment", "E2", "leased", "Equipment!E2", "leaves it alone throughout"),
    Fault("Equipment", "E4", "owned", "Equipment!E4", "managed service"),
    Fault("Equipment", "L4", "keep", "Equipment!L4", "ignored"),
    Fault("Equipment", "J2", "tbc", "Equipment!J2", "blank"),
    Fault("Equipment", "K3", None, "Equipment row 3", "serial"),
    Fault("Funding", "C6", "2044/45", "Funding!C6", "outside the plan"),
]


@pytest.mark.parametrize("fault", WARNINGS, ids=lambda fault: f"{fault.sheet}-{fault.cell}-{fault.value}")
def test_what_is_odd_but_can_be_planned_is_a_warning(fault: Fault, sheets: Sheets, write_book: Writer) -> None:
    if fault.cell == "C6":
        sheets["Funding"].append(["Own", "RAA", None, 1])
    plant(sheets, fault)
    path = write_book(sheets)
    book = read_book(path)
    issues = (*book.issues, *check_book(book, settings_from(book)))
    assert {issue.severity for issue in issues} == {Severity.WARNING}
    assert fault.words in next(issue.message for issue in issues if issue.place == fault.place)
