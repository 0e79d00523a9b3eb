"""A sound workbook with patients, staff and ties, broken by hand: each fault is told at its cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from capitalplan.errors import InputError
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.read import inspect, read_register

Sheets = dict[str, list[list[object]]]
Writer = Callable[[Sheets], Path]


class Fault(NamedTuple):
    """A cell to break, where it is reported, and words the report holds."""

    sheet: str
    cell: str
    value: object
    place: str
    words: str


@pytest.fixture
def service(sheets: Sheets) -> Sheets:
    """The sound workbook, with patients, staff and ties."""
    sheets["Demand"] = [
        ["Site code", "Trust code", "Modality", "Class", "Year", "Scans", "Growth after (% a year)"],
        ["RAA01", None, "CT", None, "2026/27", 24000, None],
        [None, "RAA", "MR", "unscheduled", "2026/27", 1000, None],
        [None, "RAA", "MR", "waiting list", "2026/27", 5000, None],
        ["RAA02", None, "DX", None, "2026/27", 9000, None],
        ["RAA02", None, "CT", None, "2026/27", 500, None],
    ]
    sheets["Modalities"] = [
        [
            "Modality",
            "Unscheduled (% of demand)",
            "Waiting list (% of demand)",
            "Radiographers per scan hour",
            "Reporting time per scan, min",
            "Reporting radiographers (% of reports)",
            "Scans an hour",
        ],
        ["CT", "30%", "60%", 2, 20, "10%", 4],
        ["MR", None, None, 2, 20, "10%", 2],
        ["DX", None, None, 1, 4, "60%", 5],
    ]
    sheets["Waiting"] = [
        ["Site code", "Trust code", "Modality", "Patients waiting", "Standard reached by", "Unreported scans"],
        ["RAA01", None, "CT", 900, "2027/28", None],
        [None, "RAA", "MR", 700, None, 200],
    ]
    sheets["Extra capacity"] = [
        [
            "Kind",
            "Name",
            "Modality",
            "Site code",
            "Trust code",
            "Price (£ each)",
            "Limit",
            "Scans on a van a day",
            "Shortest van hire, days",
            "First year",
            "Last year",
        ],
        ["extended hours", "Evenings", "CT", "RAA01", None, 150, 20, None, None, "2026/27", "2029/30"],
        ["mobile van", "Blue van", "CT", None, None, 3000, 100, 30, 5, None, None],
        ["outside provider", None, "MR", None, "RAA", None, 2000, None, None, None, None],
        ["outsourced reporting", None, "CT", None, "RAA", 30, 1000, None, None, None, None],
    ]
    sheets["Workforce"] = [
        ["Trust code", "Staff group", "Year", "WTE in post", "Joiners less leavers, WTE"],
        ["RAA", "radiographer", "2026/27", 15, None],
        ["RAA", "radiographer", "2027/28", None, 1],
        ["RAA", "radiologist", "2026/27", 9, None],
        ["SHARED", "reporting radiographer", "2026/27", 2, None],
    ]
    sheets["Upgrades"] = [
        ["Name", "Asset ID", "Modality", "Cost (£)", "Years gained", "Throughput gain (%)", "First year", "Last year"],
        ["New tube", "CT2", None, 120000, 2, None, "2026/27", "2028/29"],
        ["New detector", None, "DX", 40000, None, "10%", None, None],
    ]
    sheets["Schemes"] += [
        ["S-2", "add", None, "RAA01", "CT new", "2027/28", 1500000, "committed"],
        ["S-3", "add", None, "RAA01", "MR new", "2027/28", 1500000, "idea"],
        ["S-4", "add", None, "RAA01", "DX new", "2028/29", 400000, "committed"],
    ]
    sheets["Ties"] = [
        ["Scheme", "Tie", "Other scheme"],
        ["CT2", "after", "S-1"],
        ["DX1", "not the same year", "CT2"],
        ["CT2", "after", "S-2"],
    ]
    return sheets  # fmt: skip


def plant(sheets: Sheets, *faults: Fault) -> None:
    for fault in faults:
        column, row = ord(fault.cell[0]) - ord("A"), int(fault.cell[1:]) - 1
        rows = sheets[fault.sheet]
        while len(rows) <= row:
            rows.append([None] * len(rows[0]))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = fault.value


def told(issues: tuple[Issue, ...], severity: Severity) -> dict[str, str]:
    return {issue.place: f"{issue.message} {issue.fix}" for issue in issues if issue.severity is severity}


def test_the_sound_workbook_is_sound(service: Sheets, write_book: Writer) -> None:
    path = write_book(service)
    assert inspect(path) == ()
    assert read_register(path).staff


ERRORS = [
    Fault("Equipment", "H2", 170, "Equipment!H2", "168"),
    Fault("Demand", "B2", "RAA", "Demand!B2", "Both a site and a trust"),
    Fault("Demand", "A2", None, "Demand row 2", "Neither a site nor a trust"),
    Fault("Demand", "A2", "RAA09", "Demand!A2", "not in Sites"),
    Fault("Demand", "B3", "RAB", "Demand!B3", "not in"),
    Fault("Demand", "B3", "SHARED", "Demand!B3", "not in"),
    Fault("Demand", "D3", None, "Demand!D4", "all classes in row 3"),
    Fault("Demand", "D2", "soonish", "Demand!D2", "Class"),
    Fault("Modalities", "C2", "75%", "Modalities!C2", "105%"),
    Fault("Modalities", "B3", "25%", "Modalities!B3", "104%"),
    Fault("Settings", "A5", "waiting_standard_year", "Settings!B5", "before the plan starts"),
    Fault("Waiting", "C2", "X-ray", "Waiting!C2", "DM01"),
    Fault("Waiting", "E2", "2025/26", "Waiting!E2", "before the plan starts"),
    Fault("Waiting", "B3", None, "Waiting row 3", "Neither a site nor a trust"),
    Fault("Waiting", "A2", "RAA11", "Waiting!A2", "not in Sites"),
    Fault("Waiting", "D2", -1, "Waiting!D2", "below"),
    Fault("Extra capacity", "G2", 89, "Extra capacity!G2", "169 a week"),
    Fault("Extra capacity", "G2", 200, "Extra capacity!G2", "more than the 168"),
    Fault("Extra capacity", "F2", None, "Extra capacity row 2", "no price"),
    Fault("Extra capacity", "F3", None, "Extra capacity row 3", "no price"),
    Fault("Extra capacity", "H3", None, "Extra capacity row 3", "no scans a day"),
    Fault("Extra capacity", "I3", 365, "Extra capacity!I3", "364"),
    Fault("Extra capacity", "J2", "2030/31", "Extra capacity!J2", "after the last year"),
    Fault("Extra capacity", "E2", "RAA", "Extra capacity!E2", "Both a site and a trust"),
    Fault("Extra capacity", "D2", "RAA12", "Extra capacity!D2", "not in Sites"),
    Fault("Extra capacity", "E4", "RAB", "Extra capacity!E4", "not in"),
    Fault("Extra capacity", "D5", "RAA01", "Extra capacity!D5", "by trust, not by site"),
    Fault("Extra capacity", "B3", "evenings", "Extra capacity!B3", "already in row 2"),
    Fault("Extra capacity", "A2", "teleport", "Extra capacity!A2", "Kind"),
    Fault("Workforce", "E3", -16, "Workforce!E3", "-1 WTE would be left"),
    Fault("Workforce", "D2", -3, "Workforce!D2", "below"),
    Fault("Workforce", "D4", None, "Workforce row 4", "no WTE in post"),
    Fault("Workforce", "A2", "RAB", "Workforce!A2", "not in"),
    Fault("Workforce", "B2", "porter", "Workforce!B2", "Staff group"),
    Fault("Upgrades", "B2", "CT9", "Upgrades!B2", "not in Equipment"),
    Fault("Upgrades", "B2", None, "Upgrades row 2", "Neither an asset ID nor a modality"),
    Fault("Upgrades", "C2", "CT", "Upgrades!C2", "Both an asset ID and a modality"),
    Fault("Upgrades", "G2", "2029/30", "Upgrades!G2", "after the last year"),
    Fault("Ties", "C2", "CT2", "Ties!C2", "tied to itself"),
    Fault("Ties", "A3", "CT9", "Ties!A3", "not in Equipment or Schemes"),
    Fault("Ties", "C2", "S-3", "Ties!C2", "is an idea"),
    Fault("Ties", "A4", "S-4", "Ties!C4", "Neither of the two is a machine"),
]


@pytest.mark.parametrize("fault", ERRORS, ids=lambda fault: f"{fault.sheet}-{fault.cell}-{fault.value}")
def test_a_planted_fault_is_reported_at_its_cell(fault: Fault, service: Sheets, write_book: Writer) -> None:
    if fault.value == "waiting_standard_year":
        service["Settings"][4][1] = "2020/21"
    plant(service, fault)
    errors = told(inspect(write_book(service)), Severity.ERROR)
    assert fault.place in errors
    assert fault.words in errors[fault.place]
    assert all(place.startswith(fault.sheet) for place in errors), "no fault may cascade to another sheet"


WARNINGS = [
    Fault("Waiting", "F3", None, "Waiting row 3", "does nothing"),
    Fault("Extra capacity", "K2", "2025/26", "Extra capacity!K2", "never offered"),
    Fault("Extra capacity", "G3", 4, "Extra capacity!G3", "never hired"),
    Fault("Extra capacity", "D3", "RAA02", "Extra capacity!D3", "no van can stand"),
    Fault("Extra capacity", "C5", "PT", "Extra capacity!C5", "neither machines nor patients of PT"),
    Fault("Workforce", "C5", "2031/32", "Workforce!C5", "outside the plan"),
    Fault("Upgrades", "B2", "MR1", "Upgrades!B2", "only owned machines"),
    Fault("Upgrades", "E2", None, "Upgrades row 2", "neither years nor throughput"),
    Fault("Upgrades", "C3", "MR", "Upgrades!C3", "no owned MR"),
    Fault("Upgrades", "H2", "2025/26", "Upgrades!H2", "never offered"),
]


@pytest.mark.parametrize("fault", WARNINGS, ids=lambda fault: f"{fault.sheet}-{fault.cell}-{fault.value}")
def test_what_is_odd_but_can_be_planned_is_a_warning(fault: Fault, service: Sheets, write_book: Writer) -> None:
    if fault.sheet == "Waiting":
        plant(service, Fault("Waiting", "D3", None, "", ""))
    if fault.value == "2025/26":
        plant(service, Fault(fault.sheet, "J2" if fault.sheet == "Extra capacity" else "G2", None, "", ""))
    if fault.words == "no van can stand":
        for row, value in enumerate(["Van standing", "yes", "no"], start=1):
            plant(service, Fault("Sites", f"H{row}", value, "", ""))
    plant(service, fault)
    issues = inspect(write_book(service))
    assert {issue.severity for issue in issues} == {Severity.WARNING}
    assert fault.words in told(issues, Severity.WARNING)[fault.place]


JUDGEMENTS = [
    (
        Fault("Workforce", "D2", 9, "Workforce!D2", "hours of radiographers"),
        "staff-below-activity",
        "RAA radiographers",
    ),
    (Fault("Workforce", "D4", 5, "Workforce!D4", "hours of reporters"), "staff-below-activity", "RAA reporters"),
    (Fault("Demand", "C6", "RF", "Demand!A6", "Nobody in the network"), "site-unreachable", "RAA02 RF"),
    (Fault("Waiting", "C2", "RF", "Waiting!D2", "no waiting-list demand"), "list-without-demand", "RAA01 RF"),
    (Fault("Demand", "F4", 0, "Waiting!D3", "no waiting-list demand"), "list-without-demand", "RAA MR"),
]


@pytest.mark.parametrize(("fault", "code", "subject"), JUDGEMENTS, ids=str)
def test_a_judgement_stops_the_plan_until_it_is_accepted(
    fault: Fault, code: str, subject: str, service: Sheets, write_book: Writer
) -> None:
    plant(service, fault)
    path = write_book(service)
    (issue,) = inspect(path)
    assert (issue.severity, issue.place, issue.code, issue.subject) == (Severity.JUDGEMENT, fault.place, code, subject)
    assert fault.words in issue.message
    assert f"Warning '{code}', Place '{subject}'" in issue.fix
    with pytest.raises(InputError, match="1 judgement to correct or accept") as caught:
        read_register(path)
    assert caught.value.issues == (issue,)
    service["Accepted"] = [
        ["Warning", "Place", "Reason", "Accepted by", "Date"],
        [code.upper(), f" {subject.replace(' ', ', ')}", "Agency staff until spring.", "A. Lead", "2026-03-02"],
    ]
    (accepted,) = read_register(write_book(service)).warnings
    assert (accepted.severity, accepted.place, accepted.code) == (Severity.WARNING, fault.place, code)
    assert accepted.message.startswith(issue.message)
    assert accepted.message.endswith("Accepted by A. Lead on 2 March 2026: Agency staff until spring.")


def test_what_no_judgement_needs_is_a_warning(service: Sheets, write_book: Writer) -> None:
    plant(service, Fault("Workforce", "D2", 9, "", ""))
    service["Accepted"] = [
        ["Warning", "Place", "Reason"],
        ["staff-below-activity", "RAA radiographer", "A slip of the pen"],
        ["site-unreachable", "RAA07 CT", "Left from last year"],
    ]
    issues = inspect(write_book(service))
    assert [issue.severity for issue in issues] == [Severity.JUDGEMENT, Severity.WARNING, Severity.WARNING]
    assert "Did you mean 'staff-below-activity, RAA radiographers'?" in issues[1].fix
    assert issues[2].place == "Accepted!A3"


def test_shared_staff_are_counted_once(service: Sheets, write_book: Writer) -> None:
    service["Sites"].append(["RBB01", "RBB", "East", 53.0, -1.2, None, None])
    service["Equipment"].append(["CT3", *service["Equipment"][2][1:]])
    service["Equipment"][-1][1] = "RBB01"
    service["Equipment"][-1][10] = "S9"
    service["Workforce"][1:] = [["SHARED", "radiographer", "2026/27", 15, None]]
    judgements = [issue for issue in inspect(write_book(service)) if issue.severity is Severity.JUDGEMENT]
    assert [issue.subject for issue in judgements] == ["network radiographers"]


def test_a_site_is_reached_by_link_room_or_van(service: Sheets, write_book: Writer) -> None:
    plant(service, Fault("Travel", "D1", "Agreed", "", ""), Fault("Travel", "D2", "no", "", ""))
    plant(service, Fault("Sites", "G3", None, "", ""))
    assert inspect(write_book(service)) == ()
    for row, value in enumerate(["Most new rooms", 1, 0], start=1):
        plant(service, Fault("Sites", f"H{row}", value, "", ""))
    assert inspect(write_book(service)) == ()
    plant(service, Fault("Extra capacity", "C3", "MR", "", ""))
    (issue,) = inspect(write_book(service))
    assert (issue.code, issue.subject) == ("site-unreachable", "RAA02 CT")
    plant(service, Fault("Travel", "D2", "yes", "", ""))
    assert inspect(write_book(service)) == ()


TIES = [
    ([["CT2", "together", "DX1"], ["DX1", "not the same year", "CT2"]], "Ties!B3", "together"),
    ([["CT2", "after", "DX1"], ["DX1", "after", "CT2"]], "Ties!B3", "after itself"),
    ([["CT2", "together", "DX1"], ["CT2", "after", "DX1"]], "Ties!B3", "together"),
    ([["CT2", "together", "DX1"], ["CT1", "together", "DX1"]], "Ties!B3", "is fixed to 2026/27"),
    ([["CT2", "together", "S-1"]], "Ties!B2", "'CT2' is fixed to 2028/29"),
    ([["S-1", "after", "CT2"]], "Ties!B2", "does not allow"),
    ([["CT1", "after", "MR1"]], "Ties!B2", "'MR1' is never replaced"),
    ([["CT2", "not the same year", "S-4"]], "Ties!B2", "'S-4' is fixed to 2028/29"),
]


@pytest.mark.parametrize(("ties", "place", "words"), TIES, ids=str)
def test_ties_that_no_plan_can_keep(
    ties: list[list[object]], place: str, words: str, service: Sheets, write_book: Writer
) -> None:
    plant(service, Fault("Equipment", "L3", "replace", "", ""), Fault("Equipment", "M3", "2028/29", "", ""))
    if len(ties) == 2 and words != "is fixed to 2026/27":
        plant(service, Fault("Equipment", "L3", None, "", ""), Fault("Equipment", "M3", None, "", ""))
    service["Ties"][1:] = ties
    errors = told(inspect(write_book(service)), Severity.ERROR)
    assert list(errors) == [place]
    assert words in errors[place]


def test_two_lines_for_one_place(service: Sheets, write_book: Writer) -> None:
    service["Extra capacity"] += [
        ["extended hours", "Weekends", "CT", "RAA01", None, 200, 10],
        ["mobile van", "Red van", "CT", None, "SHARED", 3000, 100, 30],
    ]
    service["Workforce"].append([None, "reporting radiographer", "2026/27", 3, None])
    service["Demand"] += [
        ["RAA01", None, "MR", "unscheduled", "2026/27", 1],
        ["RAA02", None, "MR", "unscheduled", "2026/27", 1],
    ]
    service["Waiting"] += [["RAA01", None, "MR", 5], ["RAA02", None, "MR", 5]]
    errors = told(inspect(write_book(service)), Severity.ERROR)
    assert set(errors) == {"Extra capacity!A6", "Extra capacity!A7", "Workforce!C6", "Demand!B3", "Waiting!B3"}


def test_a_curve_with_breakdowns_for_some_ages_only(service: Sheets, write_book: Writer) -> None:
    plant(service, Fault("Ageing", "F1", "Breakdowns a year", "", ""), Fault("Ageing", "F3", 0.2, "", ""))
    errors = told(inspect(write_book(service)), Severity.ERROR)
    assert "but not for age 0, 2" in errors["Ageing!F3"]


def test_every_fault_is_reported_at_once(service: Sheets, write_book: Writer) -> None:
    planted = [fault for fault in ERRORS if fault.cell != "D2" and fault.sheet != "Settings"]
    planted = list({(fault.sheet, fault.cell[1:]): fault for fault in planted}.values())
    plant(service, *planted)
    errors = told(inspect(write_book(service)), Severity.ERROR)
    assert {fault.sheet for fault in planted} == {place.split("!")[0].split(" row")[0] for place in errors}
    assert len(errors) >= len(planted)
