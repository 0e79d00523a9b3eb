"""Scenarios: what is changed is what differs, and what is wrong with one stops that one only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from capitalplan.errors import InputError
from capitalplan.register.edits import differences, edit_words
from capitalplan.register.read import read_register
from capitalplan.register.reading.reader import read_book
from capitalplan.register.register import Register
from capitalplan.register.scenarios.presets import PRESETS
from capitalplan.register.scenarios.scenario import BOOK, Scenario, read_scenarios
from capitalplan.register.schema import EquipmentRow, FundingRow, ScenarioRow, SchemeRow
from capitalplan.register.templates.template import Level, write_template
from capitalplan.terms import Lock
from data._tables import Cells, write_sheet
from tests.folders import change_rows, copy_network

HEADERS = ("scenario", "based_on", "table", "rows", "column", "change", "value")
OWN = "QX6 operational capital"
OWN_LIMITS = (500_000, 500_000, 600_000, *[500_000] * 6)
SOUND = ("Sound", "", "Settings", "", "discount_rate", "set", "5%")


@pytest.fixture
def twelve(tmp_path: Path) -> Path:
    return copy_network("twelve_assets", tmp_path / "twelve")


def lines_of(lines: Sequence[Sequence[str]]) -> list[Cells]:
    return [dict(zip(HEADERS, cells, strict=False)) for cells in lines]


def scenarios_of(folder: Path, *lines: Sequence[str]) -> dict[str, Scenario]:
    write_sheet(folder, ScenarioRow, lines_of(lines))
    return {scenario.name: scenario for scenario in read_scenarios(folder)}


def register_of(scenario: Scenario) -> Register:
    assert scenario.register is not None, [str(issue) for issue in scenario.issues]
    return scenario.register


def differing(folder: Path, scenario: Scenario) -> set[str]:
    assert scenario.book is not None, [str(issue) for issue in scenario.issues]
    return {edit_words(edit) for edit in differences(read_book(folder), scenario.book)}


def limits(scenario: Scenario, source: str = OWN) -> tuple[int, ...]:
    return next(each.limits_gbp for each in register_of(scenario).sources if each.name == source)


def test_without_a_sheet_there_are_the_book_and_the_presets(twelve: Path) -> None:
    found = read_scenarios(twelve)
    assert [scenario.name for scenario in found] == [BOOK, *PRESETS]
    assert found[0].register == read_register(twelve)


def test_a_plan_leaves_the_sheet_aside_whatever_is_wrong_with_it(twelve: Path) -> None:
    alone = read_register(twelve)
    scenarios_of(twelve, ("Typo", "", "Fundin", "", "Limit", "scale", "90%"), SOUND)
    assert read_register(twelve) == alone


def test_scale_shift_and_remove_change_what_they_name_and_nothing_else(twelve: Path) -> None:
    found = scenarios_of(
        twelve,
        ("All", "", "Funding", f"Source = {OWN}; Year = 2027/28 to 2028/29", "Limit", "scale", "90%"),
        ("All", "", "Funding", "source = QX6 OPERATIONAL capital; year = 29/30, 30/31", "Limit (£)", "shift", "-£1000"),
        ("All", "", "Demand", "Modality = RF", "", "remove", ""),
        ("All", "", "Sites", "Site code = QX602", "Most new rooms", "remove", ""),
    )  # fmt: skip
    assert differing(twelve, found["All"]) == {
        f"Funding, {OWN}, 2027/28: Limit (£ cash) £500,000 -> £450,000",
        f"Funding, {OWN}, 2028/29: Limit (£ cash) £600,000 -> £540,000",
        f"Funding, {OWN}, 2029/30: Limit (£ cash) £500,000 -> £499,000",
        f"Funding, {OWN}, 2030/31: Limit (£ cash) £500,000 -> £499,000",
        "Demand: the row QX601, RF, 2026/27 removed",
        "Sites, QX602: Most new rooms 1 -> blank",
    }


def test_settings_locks_prices_growth_staff_and_schemes_can_be_changed(twelve: Path) -> None:
    scheme = ("S1", "replace", "QX601-CT-01", "CT standard", "2027/28", "1200000", "committed")
    fields = ("scheme_id", "action", "asset_id", "option", "year", "capital_gbp", "status")
    write_sheet(twelve, SchemeRow, [dict(zip(fields, scheme, strict=True))])
    found = scenarios_of(
        twelve,
        ("Setting", "", "Settings", "", "Discount rate", "shift", "+1%"),
        ("Lock", "", "Equipment", "Asset ID = QX602-CT-01", "Lock", "set", "keep"),
        ("Price", "", "Catalogue", "Option = CT standard", "Price", "scale", "1.1"),
        ("Growth", "", "Modalities", "Modality = CT", "Demand growth", "shift", "1%"),
        (
            "Staff",
            "",
            "Workforce",
            "Trust code = QX6; Staff group = radiographer; Year = 2026/27",
            "WTE",
            "set",
            "61.5",
        ),
        ("Slip", "", "Schemes", "Scheme ID = S1", "Year", "shift", "2"),
    )
    base = register_of(found[BOOK])
    assert register_of(found["Setting"]).settings.discount_rate * 1000 == 45
    (locked,) = [asset for asset in register_of(found["Lock"]).assets if asset.lock is not None]
    assert (locked.asset_id, locked.lock) == ("QX602-CT-01", Lock.KEEP)
    prices = register_of(found["Price"]).options
    assert prices["CT standard"].price_gbp * 10 == base.options["CT standard"].price_gbp * 11
    assert {name: each for name, each in prices.items() if name != "CT standard"} == {
        name: each for name, each in base.options.items() if name != "CT standard"
    }
    grown = register_of(found["Growth"]).lines
    assert grown["CT"].growth_rate * 100 == base.lines["CT"].growth_rate * 100 + 1
    assert grown["CT"].outside_price_gbp == base.lines["CT"].outside_price_gbp
    assert grown["MR"] == base.lines["MR"]
    assert [pool.wte[0] for pool in register_of(found["Staff"]).staff] == [61.5]
    assert [scheme.year for scheme in register_of(found["Slip"]).schemes] == [2029]


def test_a_scenario_starts_from_what_it_is_based_on(twelve: Path) -> None:
    found = scenarios_of(
        twelve,
        ("Child", "parent", "Funding", f"Source = {OWN}", "Limit", "scale", "50%"),
        ("Parent", "", "Funding", f"Source = {OWN}; Year = 2026/27", "Limit", "set", "£1m"),
        ("Late child", "One year late", "Funding", f"Source = {OWN}", "Limit", "scale", "200%"),
        ("Empty", "Child"),
    )
    assert limits(found["Parent"]) == (1_000_000, *OWN_LIMITS[1:])
    assert limits(found["Child"]) == tuple(limit // 2 for limit in limits(found["Parent"]))
    assert found["Child"].based_on == "Parent"
    assert limits(found["Late child"]) == tuple(2 * limit for limit in limits(found["one year late"]))
    assert register_of(found["Empty"]) == register_of(found["Child"])
    assert found["Empty"].changes == ()


def test_presets_say_what_finance_expects(twelve: Path) -> None:
    fields = ("scheme_id", "action", "asset_id", "option", "year", "capital_gbp", "paid_before_gbp", "status")
    schemes = [
        ("S1", "replace", "QX601-CT-01", "CT standard", "2027/28", "900000", "200000", "committed"),
        ("S2", "replace", "QX601-DX-02", "DX room", "2031/32", "300000", "0", "ordered"),
    ]
    write_sheet(twelve, SchemeRow, [dict(zip(fields, cells, strict=True)) for cells in schemes])
    change_rows(
        twelve,
        EquipmentRow,
        lambda row: row | {"end_of_support": "31/03/2030"} if row["asset_id"] == "QX601-MR-01" else row,
    )
    found = scenarios_of(twelve, SOUND)
    firm = (*OWN_LIMITS[:4], 0, 300_000, 0, 0, 0)
    assert limits(found["firm only"]) == firm
    late = (200_000, 700_000, *OWN_LIMITS[1:8])
    assert limits(found["one year late"]) == late
    assert limits(found["current trend"], "Regional diagnostics fund")[4:] == (300_000,) * 5
    assert register_of(found["unlimited"]).sources == ()
    usual, least = (register_of(found[name]) for name in ("business as usual", "do minimum"))
    kept = {asset.asset_id for asset in usual.assets if asset.lock is Lock.KEEP}
    assert kept == {asset.asset_id for asset in usual.assets} - {"QX601-CT-01", "QX601-DX-02"}
    assert {asset.asset_id for asset in least.assets if asset.lock is Lock.KEEP} == kept - {"QX601-MR-01"}
    assert {each.carry_share for each in register_of(found["carried forward"]).sources} == {1}
    assert {each.trust for each in register_of(found["pooled"]).sources} == {None}
    assert not usual.settings.allow_new_capacity
    assert not least.settings.allow_new_capacity


@pytest.mark.parametrize(("cells", "message"), [
    (("", "Fundin", "", "Limit", "scale", "90%"), "There is no sheet 'Fundin'. Did you mean 'Funding'?"),
    (("", "Funding", "", "Limt", "scale", "90%"), "Funding has no column 'Limt'. Did you mean 'Limit (£ cash)'?"),
    (("", "Funding", "Yar = 2027/28", "Limit", "scale", "90%"), "Funding has no column 'Yar'. Did you mean 'Year'?"),
    (("", "Funding", "2027/28", "Limit", "scale", "90%"), "'2027/28' does not say which rows are meant."),
    (("", "Funding", "Year = soon", "Limit", "scale", "90%"), "Year: 'soon' is not a financial year."),
    (("", "Settings", "", "discount_rat", "set", "4%"),
     "'discount_rat' is not a setting. Did you mean 'discount_rate'?"),
    (("", "Settings", "x = 1", "discount_rate", "set", "4%"), "A setting has no rows."),
    (("", "Settings", "", "", "set", "4%"), "The line does not say which setting it changes."),
    (("", "Equipment", "Asset ID = QX601-CT-1", "Lock", "set", "keep"),
     "No row of Equipment has Asset ID = QX601-CT-1. Did you mean 'QX601-CT-01'?"),
    (("", "Equipment", "Asset ID = QX601-CT-01; Modality = MR", "Lock", "set", "keep"),
     "No row of Equipment has Asset ID = QX601-CT-01; Modality = MR together."),
    (("", "Schemes", "", "Year", "shift", "1"), "The book has no rows on Schemes."),
    (("", "Funding", "", "Limit", "scale", "much"), "Limit (£ cash): 'much' is not a percentage."),
    (("", "Funding", "", "Limit", "shift", "-£50m"), "is below the least allowed, £0."),
    (("", "Funding", "", "Source", "scale", "90%"), "Source is no amount, so it cannot be scaled."),
    (("", "Funding", "", "Source", "shift", "1"), "Source is no amount, year or date, so it cannot be shifted."),
    (("", "Funding", "", "Limit", "remove", ""), "Limit (£ cash) cannot be left blank."),
    (("", "Funding", "", "Limit", "remove", "1"), "What is removed has no value."),
    (("", "Funding", "", "Limit", "set", ""), "There is no value to set it to."),
    (("", "Funding", "", "Limit", "", "5"), "The line does not say what is to be done."),
    (("", "Funding", "", "Limit", "scal", "90%"), "'scal' is no change that can be made. Did you mean 'scale'?"),
    (("", "Funding", "", "", "scale", "90%"), "The line does not say which column of Funding it changes."),
    (("", "", "", "Limit", "scale", "90%"), "The line changes something but names no sheet."),
    (("", "Funding", "Year = 2027/28", "Year", "shift", "1"),
     f"The change leaves two rows of Funding for {OWN}, 2028/29."),
    (("", "Equipment", "", "Lock year", "scale", "2"), "Lock year is no amount, so it cannot be scaled."),
    (("", "Equipment", "", "Lock year", "shift", "2"), "Lock year is blank in every row meant."),
    (("Fast", "Funding", "", "Limit", "scale", "90%"), "There is no scenario 'Fast'."),
    (("Sond", "Funding", "", "Limit", "scale", "90%"), "There is no scenario 'Sond'. Did you mean 'Sound'?"),
    (("", "Equipment", "Asset ID = QX601-CT-01", "Site code", "set", "QX609"), "Site code 'QX609' is not in Sites."),
    (("", "Settings", "", "discount_rate", "set", "400%"), "is above the most allowed, 50%"),
])  # fmt: skip
def test_a_fault_is_told_in_one_sentence_and_stops_one_scenario(
    twelve: Path, cells: tuple[str, ...], message: str
) -> None:
    found = scenarios_of(twelve, SOUND, ("Faulty", *cells))
    assert register_of(found["Sound"]) != register_of(found[BOOK])
    faulty = found["Faulty"]
    assert faulty.register is None
    (issue,) = faulty.issues
    assert message in str(issue)
    assert issue.sheet in {"Scenarios", "Equipment"}


def test_contradictions_name_both_lines(twelve: Path) -> None:
    found = scenarios_of(
        twelve,
        ("Twice", "", "Funding", "", "Limit", "scale", "90%"),
        ("Twice", "", "Funding", "Year = 2027/28", "Limit", "set", "1"),
        ("Torn", "Twice"),
        ("Torn", "unlimited", "Settings", "", "discount_rate", "set", "4%"),
        ("Loop", "Pool"),
        ("Pool", "Loop"),
        ("do minimum", "", "Settings", "", "discount_rate", "set", "4%"),
    )  # fmt: skip
    twice, torn, loop = (str(found[name].issues[0]) for name in ("Twice", "Torn", "Loop"))
    assert "It contradicts row 2: both change Funding, " + OWN + ", 2027/28." in twice
    assert "The scenario is based on two others." in torn
    assert "has faults" in loop
    assert "'Loop', which is based on it." in str(found["Pool"].issues[0])
    assert "'do minimum' is the name of a preset, a level or the book." in str(found["do minimum"].issues[0])


def test_a_book_with_faults_has_no_scenarios(twelve: Path) -> None:
    change_rows(twelve, FundingRow, lambda row: row | {"limit_gbp": "lots"})
    with pytest.raises(InputError) as error:
        read_scenarios(twelve)
    assert "lots" in str(error.value.issues[0])


def test_a_workbook_carries_them(twelve: Path, tmp_path: Path) -> None:
    write_sheet(twelve, ScenarioRow, lines_of([SOUND]))
    write_template(tmp_path / "book.xlsx", Level.NETWORK, example=twelve)
    scenario = read_scenarios(tmp_path / "book.xlsx")[-1]
    assert scenario.name == "Sound"
    assert scenario.changes == ("Settings, discount_rate: set to 5%",)
    assert register_of(scenario).settings.discount_rate * 20 == 1
