"""Why not ours, and what binds, in page and workbook: the figures of the entries, labelled as what they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from capitalplan.analysis.ledger.as_json import as_object, worth_object
from capitalplan.analysis.ledger.lines import Forcing, LedgerEntry
from capitalplan.analysis.price import Basis, Price
from capitalplan.terms import Timing
from reports.charts import ledger as charts
from reports.findings import ledger as findings
from reports.findings import story
from reports.page import write_page
from reports.tables import Tables, make_tables
from reports.workbook import write_workbook
from tests.reports.cases import HOSTILE, Case, make_case
from tests.reports.ledger_cases import CLOSED, ledger_of, worth_of
from tests.reports.test_page import Reader

WHY, BINDS = "Why not ours", "What binds"
HEADER = 4


@pytest.fixture(scope="module")
def tables(case: Case) -> Tables:
    return make_tables(case.register, case.plan, case.study, case.facts)


@pytest.fixture(scope="module")
def small() -> Case:
    return make_case(assets=8, sites=2)


@pytest.fixture(scope="module")
def text(page: Path) -> str:
    return "".join(Reader(page.read_text(encoding="utf-8")).words)


def rows_of(book: Path, sheet: str) -> list[dict[str, Any]]:
    """Rows of a sheet by the titles of its columns."""
    lines = list(load_workbook(book)[sheet].iter_rows(min_row=HEADER, values_only=True))
    titles = [str(title) for title in lines[0]]
    return [dict(zip(titles, line, strict=True)) for line in lines[1:]]


def changed(case: Case, entries: tuple[LedgerEntry, ...]) -> Tables:
    return make_tables(case.register, case.plan, replace(case.study, ledger=entries), case.facts)


def test_every_price_stands_on_its_sheet_as_a_number_and_labelled(case: Case, book: Path) -> None:
    found = sorted(
        ((row["Site code"], row["Which of its choices"], row["At least (£)"], row["Estimate (£)"], row["At most (£)"],
          str(row["Estimate or exact"])) for row in rows_of(book, WHY)),
        key=str,
    )  # fmt: skip
    wanted = []
    for entry in case.study.ledger:
        for number, forced in enumerate(entry.forced, start=1):
            price = forced.price
            figures = (price.low_gbp, price.estimate_gbp, price.high_gbp)
            basis = str(price.basis) if price.is_resolved or price.basis is Basis.ESTIMATE else "exact, not resolved"
            known = ((None, None, None), "no plan") if price.is_impossible else (figures, basis)
            wanted.append((entry.site, number, *known[0], known[1]))
    assert found == sorted(wanted, key=str)
    assert {basis for *_, basis in found} == {"estimate", "exact", "exact, not resolved", "no plan"}


def test_every_machine_has_a_row_and_the_checks_count_them(case: Case, book: Path) -> None:
    machines = {row["Machine or addition"] for row in rows_of(book, WHY) if row["Timing"]}
    assert machines == {asset.asset_id for asset in case.register.assets}
    checks = {row[0].value: row[5].value for row in load_workbook(book, data_only=True)["Checks"].iter_rows(min_row=5)}
    assert checks["Machines of the register that have a row in Why not ours"] == "OK"
    assert checks["Machines not funded in Why not ours against the Plan sheet"] == "OK"


def test_a_machine_that_the_ledger_leaves_out_is_noticed(small: Case, tmp_path: Path) -> None:
    short = replace(small.study, ledger=small.study.ledger[1:])
    write_workbook(tmp_path / "plan.xlsx", small.register, small.plan, short, small.facts)
    checks = {row[0].value: row[5].value for row in load_workbook(tmp_path / "plan.xlsx", data_only=True)["Checks"]}
    assert checks["Machines of the register that have a row in Why not ours"] == "CHECK"


def test_sheets_have_filters_and_frozen_panes(book: Path) -> None:
    loaded = load_workbook(book)
    for name in (WHY, BINDS):
        (table,) = loaded[name].tables.values()
        assert table.autoFilter is not None
        assert loaded[name].freeze_panes
        assert loaded[name].page_setup.orientation == "landscape"


def test_the_page_tells_each_price_in_its_own_words(case: Case, text: str) -> None:
    told = [entry for entry in case.study.ledger if entry.timing is not Timing.KEPT]
    assert told
    for entry in told:
        assert entry.sentence in text
        for forced in entry.forced:
            assert forced.price.words() in text
    assert f"{findings.PRICE_RULE}." in text


def test_machines_not_funded_are_open_and_the_rest_is_folded(tables: Tables, page: Path) -> None:
    found = tables.ledger
    assert len(found.due) == len(tables.not_funded)
    part = page.read_text(encoding="utf-8").partition('id="why-not-ours"')[2].partition("</section>")[0]
    opened, _, folded = part.partition("<details>")
    assert opened.count("<tr>") == len(found.due) + 1
    assert folded.count("<tr>") == len(found.renewed) + len(found.refused) + len(found.added) + 3
    assert list(found.due["trust_name"]) == sorted(found.due["trust_name"])


def test_the_board_reads_which_machine_is_cheapest_to_bring_in(case: Case, tables: Tables) -> None:
    inside = [
        (forced.price.estimate_gbp, entry.asset_id, forced.price.words())
        for entry in case.study.ledger
        for forced in entry.forced
        if entry.timing is Timing.NOT_FUNDED and forced.forcing is Forcing.IN and forced.price.estimate_gbp is not None
    ]
    _, asset_id, words = min(inside, key=lambda each: each[0])
    answer = dict(story.story(tables, case.plan))["What is not funded"]
    assert f" {asset_id} at " in answer
    assert answer.endswith(f"cost to the network: {words}.")
    assert findings.why(tables).startswith(f"{len(tables.not_funded)} machines are due and not funded; the cheapest")


def test_an_estimate_of_nothing_is_not_called_the_cheapest(case: Case) -> None:
    nothing = Price(basis=Basis.ESTIMATE, estimate_gbp=0)
    due = [entry for entry in case.study.ledger if entry.timing is Timing.NOT_FUNDED]
    blank = tuple(replace(entry, forced=tuple(replace(f, price=nothing) for f in entry.forced)) for entry in due[:2])
    said = "for 2 of them the estimate is £0, too close to tell without planning again"
    assert findings.cheapest(changed(case, blank)) == [said]
    first, second = findings.cheapest(changed(case, (*blank, due[2])))
    assert first == said
    assert second.startswith("of the others the cheapest to bring in is the ")
    assert f" {due[2].asset_id} at " in second


def test_without_an_estimate_no_machine_is_called_the_cheapest(case: Case) -> None:
    entries = tuple(
        replace(entry, forced=tuple(replace(f, price=replace(f.price, estimate_gbp=None)) for f in entry.forced))
        for entry in case.study.ledger
    )
    tables = changed(case, entries)
    assert findings.cheapest(tables) == []
    assert "cheapest" not in dict(story.story(tables, case.plan))["What is not funded"]


def test_choices_that_are_the_same_are_told_once(case: Case) -> None:
    entry = next(each for each in case.study.ledger if each.timing is Timing.NOT_FUNDED)
    inside = next(each for each in entry.forced if each.forcing is Forcing.IN)
    same = (replace(inside, forcing=Forcing.OTHERWISE), inside)
    (choices,) = changed(case, (replace(entry, forced=same),)).ledger.entries["choices"]
    assert choices.count("•") == 1
    assert choices.startswith("• Next best, brought in (")


def test_a_machine_with_no_choice_left_says_so(case: Case) -> None:
    entry = replace(case.study.ledger[0], forced=())
    found = changed(case, (entry,)).ledger
    assert list(found.entries["choices"]) == ["Nothing else may be done"]
    assert list(found.forced["forcing"]) == ["nothing else may be done"]
    assert list(found.forced["low_gbp"]) == [None]


def test_what_limits_are_worth_stands_on_its_sheet(case: Case, book: Path) -> None:
    rows = rows_of(book, BINDS)
    assert len(rows) == len(case.study.worth)
    for row, worth in zip(rows, case.study.worth, strict=True):
        price = worth.price
        figures = (None,) * 3 if price.is_impossible else (price.low_gbp, price.estimate_gbp, price.high_gbp)
        assert (row["At least (£)"], row["Estimate (£)"], row["At most (£)"]) == figures
        assert row["Price in words"] == price.words()
        assert row["Change"] == worth.change
        assert row["The plan"] == ("saves" if worth.is_more else "costs")


def test_the_chart_marks_what_is_no_estimate(tables: Tables) -> None:
    drawn = json.loads(charts.worth(tables).to_json())
    more, less = drawn["data"]
    assert more["text"][0][0] == "£4,321<br>exact"
    assert less["text"][0][0] == "no plan"
    assert sum("exact" in told for line in more["text"] for told in line) == 1
    titles = [each["text"] for each in drawn["layout"]["annotations"]]
    assert titles == [
        "£100,000 more saves (estimates unless marked as exact)",
        "£100,000 less, or what there is, costs (estimates unless marked as exact)",
    ]


def test_worth_findings_name_the_largest_and_label_it(case: Case, tables: Tables) -> None:
    best = max(
        (each for each in case.study.worth if each.kind == "money" and each.is_more),
        key=lambda each: each.price.estimate_gbp or 0,
    )
    assert findings.worth(tables).endswith(f"is worth {best.price.words()}")
    assert "(estimate; " in findings.worth(tables)
    assert findings.others(tables).startswith("One more radiographer (1.0 WTE), ")
    assert (tables.ledger.others["place"] == "the whole network").sum() == 0


def test_what_is_not_resolved_is_never_called_worth_something(case: Case) -> None:
    open_ones = tuple(
        replace(each, price=replace(each.price, basis=Basis.EXACT, low_gbp=-1, high_gbp=9, is_impossible=False))
        for each in case.study.worth
    )
    tables = make_tables(case.register, case.plan, replace(case.study, worth=open_ones), case.facts)
    assert "would save nothing" in findings.worth(tables)
    assert set(tables.ledger.worth["price_basis"]) == {"exact, not resolved"}


def test_what_is_closed_says_why(tables: Tables) -> None:
    closed = [choices for choices in tables.ledger.entries["choices"] if CLOSED in choices]
    assert closed
    assert set(closed) == {f"• Brought in: no plan; {CLOSED}"}


def test_hostile_entries_are_written_as_text(small: Case, tmp_path: Path) -> None:
    case = small
    first, *others = case.study.ledger
    hostile = replace(first, decided=HOSTILE[1], sentence=HOSTILE[0], forced=tuple(
        replace(forced, option=HOSTILE[0], closed_by=HOSTILE[1]) for forced in first.forced
    ))  # fmt: skip
    study = replace(case.study, ledger=(hostile, *others))
    write_page(tmp_path / "plan.html", case.register, case.plan, study, case.facts)
    write_workbook(tmp_path / "plan.xlsx", case.register, case.plan, study, case.facts)
    read = Reader((tmp_path / "plan.html").read_text(encoding="utf-8"))
    assert len(read.all("script")) == len(read.data) + 2
    cells = [cell for row in load_workbook(tmp_path / "plan.xlsx")[WHY].iter_rows() for cell in row]
    assert any(cell.value == HOSTILE[1] and cell.data_type == "s" for cell in cells)
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)


def test_without_a_ledger_nothing_of_it_is_there(small: Case, tmp_path: Path) -> None:
    case = small
    study = replace(case.study, ledger=(), worth=())
    write_page(tmp_path / "plan.html", case.register, case.plan, study, case.facts)
    write_workbook(tmp_path / "plan.xlsx", case.register, case.plan, study, case.facts)
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    for anchor in ("why-not-ours", "what-more-money-would-buy", "what-else-binds"):
        assert f'id="{anchor}"' not in text
    assert "cheapest to bring in" not in text
    loaded = load_workbook(tmp_path / "plan.xlsx")
    assert {WHY, BINDS} & set(loaded.sheetnames) == set()
    assert not any(WHY in str(row[0].value) for row in loaded["Checks"])


def test_without_limits_machines_are_not_renewed_rather_than_not_funded(tmp_path: Path) -> None:
    case = make_case(funded=False, assets=8, sites=2)
    plan = replace(
        case.plan, schemes=tuple(replace(s, timing=Timing.NOT_FUNDED) if s.asset_id else s for s in case.plan.schemes)
    )
    study = replace(case.study, ledger=ledger_of(case.register, plan), worth=worth_of(case.register))
    tables = make_tables(case.register, plan, study, case.facts)
    assert "due and not renewed" in findings.why(tables)
    assert findings.binds(tables) == findings.others(tables)


def test_entries_of_a_real_plan_tie_to_it(real: Callable[[bool], Case], tmp_path: Path) -> None:
    case = real(True)
    study = replace(case.study, ledger=ledger_of(case.register, case.plan), worth=worth_of(case.register))
    tables = make_tables(case.register, case.plan, study, case.facts)
    assert len(tables.ledger.due) == case.plan.kpis["not_funded"]
    write_workbook(tmp_path / "plan.xlsx", case.register, case.plan, study, case.facts)
    checks = load_workbook(tmp_path / "plan.xlsx", data_only=True)["Checks"]
    assert str(checks["B3"].value).startswith("OK")


def test_objects_hold_the_figures_of_the_entry(case: Case) -> None:
    for entry in case.study.ledger:
        made = json.loads(json.dumps(as_object(entry)))
        assert made["what"] == entry.what
        assert made["sentence"] == entry.sentence
        for forced, shown in zip(entry.forced, made["forced"], strict=True):
            price = forced.price
            assert shown["price"] == {
                "basis": str(price.basis), "low_gbp": price.low_gbp, "high_gbp": price.high_gbp,
                "estimate_gbp": price.estimate_gbp, "impossible": price.is_impossible, "words": price.words(),
            }  # fmt: skip
            assert shown["breakdowns"] == (None if forced.breakdowns is None else float(forced.breakdowns))
            assert (shown["year"] or "").startswith(str(forced.year or ""))
    for worth in case.study.worth:
        assert json.loads(json.dumps(worth_object(worth)))["price"]["words"] == worth.price.words()
