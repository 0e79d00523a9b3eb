"""Lists, staff, reporting, extra capacity, cover, moves and use: figures that add up, and words that are true."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import exp
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from capitalplan.plan.plan import Binding
from capitalplan.terms import Action
from reports.figures.patients import WITHIN
from reports.figures.staff import SHARED
from reports.findings import plan as findings
from reports.findings import service, story
from reports.page import write_page
from reports.sections.whole import sections_of
from reports.style import millions
from reports.tables import Tables, make_tables
from reports.workbook import SHEETS, write_workbook
from tests.reports.cases import Case, make_case
from tests.reports.service_cases import VAN

PARTS = {"Patients moved", "Waiting", "Lists over target", "Staff", "Staff for added machines", "Reporting",
         "Beside machines", "How sites with one machine are kept going", "Use", "Rules passed at a price"}  # fmt: skip


@pytest.fixture(scope="module")
def tables(case: Case) -> Tables:
    return make_tables(case.register, case.plan, case.study, case.facts)


def changed(case: Case, **fields: Any) -> Tables:
    return make_tables(case.register, replace(case.plan, **fields), case.study, case.facts)


def lines_of(frame: pd.DataFrame) -> list[SimpleNamespace]:
    return [SimpleNamespace(**{str(name): value for name, value in row.items()}) for row in frame.to_dict("records")]


def test_lists_stand_beside_target_and_standard(case: Case, tables: Tables) -> None:
    assert len(tables.waiting) == len(case.register.waiting) * 9
    assert tables.waiting["waiting"].sum() == pytest.approx(float(sum(each.patients for each in case.plan.waiting)))
    over = tables.waiting["waiting"].astype(float) - tables.waiting["list_target"].astype(float)
    assert list(tables.waiting["over_target"]) == pytest.approx(list(over.clip(lower=0)))
    for line, rows in tables.waiting_lines.groupby("line"):
        assert rows["year_label"].iloc[0] == "start"
        assert rows["waiting"].iloc[0] == sum(each.start for each in case.register.waiting if each.line == line)
        last = [each for each in case.plan.waiting if each.line == line and each.year == 2034]
        demand = sum(case.register.waiting_demand[each.line, each.site][-1] for each in last)
        patients = sum((each.patients for each in last), Fraction(0))
        assert rows["mean_weeks"].iloc[-1] == pytest.approx(float(patients * 52 / demand))
        first = [each for each in case.register.waiting if each.line == line]
        joining = sum(case.register.waiting_demand[each.line, each.site][0] for each in first)
        mean = sum(each.start for each in first) * 52 / joining
        assert rows["mean_weeks"].iloc[0] == pytest.approx(mean)
        assert f"from {mean:.1f} to {float(patients * 52 / demand):.1f} weeks for {line} (" in service.waits(tables)
        if len(first) == 1:
            assert rows["share_over"].iloc[0] == pytest.approx(exp(-6 / mean))


def test_sites_that_miss_are_said_in_plain_words(case: Case, tables: Tables) -> None:
    missed = tables.missed.set_index(["line", "site"])
    assert set(missed.index) == {(each.line, each.site) for each in case.plan.waiting if each.patients > each.target}
    mr = lines_of(tables.missed[tables.missed["line"] == "MR"])[0]
    assert mr.in_words.startswith("Still over target at the end: ")
    assert "an estimated" in mr.in_words
    assert missed.loc["CT"]["in_words"].iloc[0].startswith("Late, but at its target at the end: ")
    assert "lists are over target at the end" in service.waiting(tables)
    least = tuple(replace(each, patients=Fraction(each.target)) for each in case.plan.waiting)
    met = changed(case, waiting=least)
    assert service.waiting(met).endswith("no list is over its target at the end")
    assert met.missed.empty


def test_estimates_are_called_so(page: Path, case: Case) -> None:
    text = page.read_text(encoding="utf-8")
    assert "Mean wait, estimated (weeks)" in text
    assert "are estimates: the mean wait is the list over the patients who join it" in text
    assert "99% of patients within 6 weeks" in text
    settings = replace(case.register.settings, waiting_breach_share=Fraction(5, 100))
    register = replace(case.register, settings=settings)
    assert make_tables(register, case.plan, case.study, case.facts).waiting_rule == "95% of patients within 6 weeks"


def test_staff_needed_stands_beside_staff_in_post(case: Case, tables: Tables) -> None:
    now = tables.staff[(tables.staff["trust"] == "Q00") & (tables.staff["year"] == 2026)]
    radiographers, radiologists, reporters = lines_of(now)
    assert (radiographers.wte_needed, radiographers.wte_in_post, radiographers.wte_left) == (13.0, 12.0, -1.0)
    assert (radiologists.wte_in_post, reporters.wte_in_post) == (0.0, None)
    shared = tables.staff[tables.staff["trust_name"] == SHARED]
    assert set(shared["staff_group"]) == {"radiologist"}
    assert set(shared["wte_in_post"]) == {15.0}
    said = service.staff(tables)
    assert "26.0 radiographers (24.0 in post)" in said
    held = f"radiographers of {case.register.trusts['Q00'].name} (Q00) and radiologists of the shared pool"
    assert said.endswith(f"{held} hold the plan back")


def test_without_staff_only_the_need_is_said(case: Case) -> None:
    register = replace(case.register, staff=())
    loose = tuple(replace(each, own_hours=None) for each in case.plan.staff)
    tables = make_tables(register, replace(case.plan, staff=loose, binding=()), case.study, case.facts)
    assert service.staff(tables).endswith("staff in post were not given, so staff limit nothing here")
    assert "limits of staff" in service.not_known(tables)
    assert tables.staff["wte_in_post"].isna().all()


def test_added_machines_say_what_staff_they_need(tables: Tables) -> None:
    (row,) = lines_of(tables.added_staff)
    scans = 3 * 60 * 52 * 0.95
    assert row.full_scans == round(scans)
    assert row.radiographer_wte == pytest.approx(scans * (2 / 3) / (37.5 * 52 * 0.8))
    assert row.reporting_wte == pytest.approx(scans * (10 / 60) / (37.5 * 52 * 0.55))
    assert service.added_staff(tables).startswith("The added machine needs 3.8 WTE radiographers")


def test_every_scan_is_reported_or_left_without_a_report(tables: Tables) -> None:
    frame = tables.reports
    made = frame["radiologist"] + frame["radiographer"] + frame["outsourced"]
    left = frame["backlog_before"] + frame["scans_done"] - made - frame["backlog"]
    assert left.abs().max() < 1e-6
    first = lines_of(frame)[0]
    assert first.backlog_before == 300
    assert first.backlog_allowed < 28 / 365 * made.iloc[0]
    assert (frame["late_reports"] == (frame["backlog"] - frame["backlog_allowed"]).clip(lower=0)).all()


def test_what_is_bought_beside_machines_adds_up(case: Case, tables: Tables) -> None:
    rows = tables.extra.groupby(["name", "year"])["extra_gbp"].sum()
    for line in case.plan.years:
        for name, amount in line.extra_gbp.items():
            assert abs(rows[name, line.year] - amount) <= 0.5
    said = service.beside_machines(tables)
    assert "3,604 extended hours, 40 van days" in said
    assert said.endswith("; 55 scans are beyond what anyone can do")
    assert f"{case.plan.kpis['outside_scans']:,} scans outside" in said
    spent = {line.year: line.outside_gbp + sum(line.extra_gbp.values()) for line in case.plan.years}
    assert list(service.spent_beside(tables)) == list(spent.values())
    words = f"cost {millions(sum(spent.values()))} in today's prices, {millions(max(spent.values()))} of it in "
    assert words in service.cost_beside(tables)


def test_costs_by_year_tie_to_the_cash_cost(case: Case, tables: Tables) -> None:
    assert tables.cost_years["discounted_gbp"].sum() == pytest.approx(case.plan.kpis["cash_cost_gbp"], abs=0.5)
    line, row = case.plan.years[0], lines_of(tables.cost_years)[0]
    spent = line.capital_real_gbp + line.upkeep_gbp + line.outside_gbp + sum(line.extra_gbp.values())
    assert row.cash_gbp == spent - line.resale_gbp
    ours = lines_of(tables.costs)[0]
    assert (ours.waiting_gbp, ours.left_at_end_gbp, ours.unmet_gbp) == (380_000, 90_000, 120_000)
    assert "lists over target, scans nobody can do, patients and reports left over at" in story.costs(case.plan)


def test_cover_names_who_stands_in(case: Case, tables: Tables) -> None:
    covered = tables.cover[tables.cover["cover"] != "none asked for"]
    (row,) = lines_of(covered[covered["cover"] != "new room first"])
    assert row.cover == "mobile van, neighbour"
    assert row.cover_by.startswith(f"{VAN}, 40 days hired in the year; ")
    assert row.outage_weeks == 8.0
    bare = changed(case, covers=())
    assert set(bare.cover["cover"]) <= {"none asked for", "new room first"}


def test_patients_moved_are_listed_by_pair_of_trusts(case: Case, tables: Tables) -> None:
    assert tables.patients_moved["scans"].sum() == case.plan.kpis["patients_moved"] == 1080
    assert "1,080 of them at another trust's" in service.patients_moved(tables)
    first, *_ = case.register.sites
    own = next(code for code, site in case.register.sites.items()
               if code != first and site.trust == case.register.sites[first].trust)  # fmt: skip
    flows = tuple(replace(flow, to_site=own) if flow.from_site != flow.to_site else flow for flow in case.plan.flows)
    within = changed(case, flows=flows, moves=()).patients_moved
    assert set(within["from_trust"]) == {WITHIN}
    stayed = service.patients_moved(changed(case, flows=flows, moves=()))
    assert stayed == "1,080 patients are scanned at another site over all years, all within their trust"
    assert within["scans"].sum() == 1080


def test_use_is_held_against_the_band_of_planned_life(case: Case, tables: Tables) -> None:
    assert list(tables.use["use_verdict"]).count("as planned") < len(tables.use)
    row = lines_of(tables.use)[0]
    line = case.register.lines[row.line]
    implied = "high use" if row.scans_each > line.high_use_over else "mid use"
    assert row.band_implied == implied
    strict = {name: replace(line, high_use_over=1, life_high_use=5) for name, line in case.register.lines.items()}
    busy = make_tables(replace(case.register, lines=strict), case.plan, case.study, case.facts)
    assert set(busy.use["band_implied"]) == {"high use"}
    assert service.use(busy) == "Machines are used everywhere as their planned lives assume"
    idle = tables.use.assign(band_planned="high use and mid use", band_implied="low use", use_verdict="differs")
    assert service.use(replace(tables, use=idle)).endswith(f"at {len(idle):,} more lightly")
    mixed = idle.assign(band_implied="high use")
    assert service.use(replace(tables, use=mixed)).endswith(f"at {len(idle):,} harder")


@pytest.mark.parametrize(
    ("rule", "place", "unit", "words"),
    [
        ("workforce", "Q01", "radiographer hours", "Radiographers of Brackenfield NHS Foundation Trust (Q01) are the "
         "limit in 2028/29: 61,200 of 61,300 hours."),
        ("reporting", "network", "radiologist hours", "Radiologists that any trust may use are the limit in 2028/29: "
         "61,200 of 61,300 hours."),
        ("extra", "Q0000", "extra hours", "Extended hours at Alderdale Royal Infirmary (Q0000) are the limit in "
         "2028/29: 61,200 of 61,300 hours."),
        ("extra", "Vans, CT", "van days", "Van days (Vans, CT) are the limit in 2028/29: 61,200 of 61,300 days."),
        ("extra", "North, CT", "scans", "Scans outside (North, CT) are the limit in 2028/29: 61,200 of 61,300 scans."),
        ("extra", "Night, CT", "reports", "Outsourced reports (Night, CT) are the limit in 2028/29: 61,200 of "
         "61,300 reports."),
        ("money", "Capital", "£", "Capital is the limit in 2028/29: £61,200 of £61,300 is spent, and what "
         "is left of a year cannot pay for every machine that waits."),
        ("works", "network", "installations", "Installations across the network are the limit in 2028/29: 61,200 of "
         "61,300 installations."),
    ],
)  # fmt: skip
def test_limits_are_said_in_words(rule: str, place: str, unit: str, words: str) -> None:
    case = make_case(hostile=False)
    limit = Binding(rule=rule, place=place, year=2028, amount=61_300, used=61_200, unit=unit)
    tables = changed(case, binding=(limit,))
    assert list(tables.binding["sentence"]) == list(tables.binding_places["sentence"]) == [words]


def test_years_of_a_limit_are_added_up(tables: Tables) -> None:
    staff = tables.binding_places[tables.binding_places["rule"] == "Radiographers"]
    (sentence,) = staff["sentence"]
    assert sentence.endswith("are the limit in 2028/29 and 2029/30: 122,400 of 122,400 hours together.")


def test_limits_say_at_how_many_places_and_in_how_many_years(case: Case) -> None:
    def limit(rule: str, place: str, year: int | None, unit: str) -> Binding:
        return Binding(rule=rule, place=place, year=year, amount=100, used=100, unit=unit)

    bound = (
        *(limit("money", "A", year, "£") for year in range(2026, 2035)),
        *(limit("money", "B", year, "£") for year in (2026, 2028)),
        limit("works", "Q0000", 2030, "installations"),
        limit("rooms", "Q0000", None, "rooms"),
        *(limit("workforce", trust, 2027, "radiographer hours") for trust in case.register.trusts),
        limit("extra", "Vans", 2027, "van days"),
        limit("extra", "Vans", 2028, "van days"),
    )
    tables = changed(case, binding=bound)
    assert findings.binding(tables) == (
        "What holds the plan back: funding (2 sources, 2 to 9 of 9 years); radiographers (every trust, in "
        "2027/28); extra capacity (1 offer used up, 2 of 9 years); installations a year (1 place, in 2030/31); new "
        "rooms (1 site, all years)"
    )
    first = tables.binding_places.iloc[0]
    assert (first["amount"], first["used"], first["years"]) == ("£900", "£900", "2026/27 to 2034/35")
    none = changed(case, binding=())
    assert findings.binding(none) == "No limit holds the plan back"
    assert "No limit holds the plan back. " in dict(story.story(none, case.plan))["What holds it back"]


def test_rules_passed_at_a_price_are_listed(case: Case, tables: Tables) -> None:
    assert len(tables.passed) == len(case.plan.breaches)
    unmet = lines_of(tables.passed[tables.passed["unit"] == "scans"])[0]
    assert (unmet.rule, unmet.year_label, unmet.over_by) == (
        "Scans beyond the limit of outside providers", "2026/27", 55.0,
    )  # fmt: skip
    lists = tables.passed[tables.passed["unit"] == "patients"]
    assert all(place.endswith(")") and " at " in place for place in lists["place"])
    assert "scans beyond the limit of outside providers (1)" in service.passed(tables)
    assert "55 of them are beyond what outside providers offer" in findings.patients(tables, case.plan)


def test_upgrades_and_new_rooms_are_marked_in_the_schemes(case: Case, tables: Tables) -> None:
    (upgrade,) = lines_of(tables.schemes[tables.schemes["action"] == str(Action.UPGRADE)])
    assert upgrade.option == "Tube & detector <upgrade>"
    assert list(tables.schemes["how"]).count("new room first") == 1
    assert "1 machine is upgraded or given longer life" in dict(story.story(tables, case.plan))["What we buy"]


def test_parts_with_nothing_to_show_are_absent(case: Case, tables: Tables, tmp_path: Path) -> None:
    assert {part.name for part in sections_of(tables, case.plan)} >= PARTS
    plain = make_case(served=False)
    bare = make_tables(plain.register, plain.plan, plain.study, plain.facts)
    assert {part.name for part in sections_of(bare, plain.plan)} & PARTS == {
        "Use", "How sites with one machine are kept going", "Staff for added machines", "Beside machines",
    }  # fmt: skip
    assert "waiting lists" in service.not_known(bare)
    assert "how" not in bare.schemes.columns
    assert "waiting_end" not in bare.comparison.columns
    write_workbook(tmp_path / "plan.xlsx", plain.register, plain.plan, plain.study, plain.facts)
    write_page(tmp_path / "plan.html", plain.register, plain.plan, plain.study, plain.facts)
    names = load_workbook(tmp_path / "plan.xlsx").sheetnames
    absent = {
        "Capital limits",
        "Routes",
        "Routes by year",
        "Price tiers",
        "To look at",
        "Changes",
        "Decisions",
        "Why not ours",
        "What binds",
        "Buying together",
        "Groups of trusts",
        "Fairness",
        "Fairness by trust",
        "Challenges",
        "Challenge by year",
        "Rules passed",
        "Waiting",
        "Lists by modality",
        "Lists over target",
        "Staff",
        "Reporting",
        "Moved patients",
    }
    assert names == [name for name in SHEETS if name not in absent]


def test_service_sheets_hold_tables_of_the_spreadsheet(book: Path) -> None:
    loaded: Any = load_workbook(book)
    for sheet, table in (
        ("Waiting", "Waiting"), ("Lists over target", "Missed"), ("Staff", "Staff"), ("Reporting", "Reports"),
        ("Beside machines", "Extra"), ("Cover", "Cover"), ("Moved patients", "PatientsMoved"), ("Use", "Use"),
        ("Costs by year", "CostsByYear"), ("Limits", "Binding"), ("Limits", "BindingPlaces"),
    ):  # fmt: skip
        first, last = loaded[sheet].tables[table].ref.split(":")
        headers = [cell.value for cell in loaded[sheet][first:last][0]]
        assert headers == [column.name for column in loaded[sheet].tables[table].tableColumns]


def test_staff_just_used_up_read_as_in_post(tables: Tables) -> None:
    used = tables.staff_groups.assign(wte_needed=38.1500004, wte_in_post=38.15)
    assert "38.2 radiographers (38.2 in post)" in service.staff_needed(replace(tables, staff_groups=used))


def test_limits_of_a_place_stand_above_each_of_their_years(case: Case, book: Path, tables: Tables) -> None:
    loaded: Any = load_workbook(book)["Limits"]
    together, yearly = (loaded.tables[name].ref for name in ("BindingPlaces", "Binding"))
    assert [len(loaded[ref]) - 1 for ref in (together, yearly)] == [len(tables.binding_places), len(case.plan.binding)]
    assert loaded.column_dimensions["C"].width >= len("2026/27 to 2034/35")
