"""Two plans side by side, and what made schemes move, told from plans made by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from capitalplan.analysis.comparison import compare_plans, cost_difference, figures
from capitalplan.analysis.move_causes import Difference, Outcome, Trial, grouped, move_causes, trial
from capitalplan.plan.plan import Plan
from capitalplan.register.edits import RowEdit
from capitalplan.terms import Action
from tests.verify.small_network import SITE_A, asset, plan, row

CT1, CT2 = asset("CT1"), asset("CT2")


def proven(made: Plan, value: int, bound: int | None) -> Plan:
    return replace(made, objective_gbp=value, bound_gbp=bound)


KEPT = proven(plan(row(Action.KEEP, of=CT1), row(Action.KEEP, of=CT2)), 1000, 1000)
ONE = proven(plan(row(Action.REPLACE, 2027, of=CT1), row(Action.KEEP, of=CT2)), 900, 900)
LATER = proven(plan(row(Action.REPLACE, 2028, of=CT1), row(Action.REPLACE, 2027, of=CT2)), 800, 800)


def limit(year: int, source: str = "Own") -> RowEdit:
    return RowEdit(
        sheet="Funding",
        key={"source": source, "year": f"{year}/{(year + 1) % 100:02d}"},
        before={"limit_gbp": "1"},
        after={"limit_gbp": "2"},
    )


RAISED, LOWERED = (Difference(words=words, edits=(limit(2027),)) for words in ("raised", "lowered"))


def told(first: Plan, second: Plan) -> list[tuple[str, str, str, str]]:
    return [(move.kind, move.what, move.first, move.second) for move in compare_plans(first, second)]


def test_schemes_move_and_are_added_and_dropped() -> None:
    assert told(ONE, LATER) == [
        ("moved", "CT1", "replace 2027/28 with CT standard", "replace 2028/29 with CT standard"),
        ("added", "CT2", "keep", "replace 2027/28 with CT standard"),
    ]
    assert told(ONE, KEPT) == [("dropped", "CT1", "replace 2027/28 with CT standard", "keep")]
    assert told(ONE, ONE) == []


def test_a_route_is_a_move_and_a_machine_of_one_register_only_is_told() -> None:
    leased = plan(row(Action.REPLACE, 2027, of=CT1, offer="Lease A"), row(Action.KEEP, of=CT2))
    assert told(ONE, leased)[0][3] == "replace 2027/28 with CT standard by Lease A"
    assert told(ONE, plan(row(Action.KEEP, of=CT2)))[0][3] == "not in the register"
    assert told(KEPT, plan(row(Action.KEEP, of=CT2))) == []


def test_additions_are_told_by_option_and_site() -> None:
    added = [plan(row(Action.ADD, year, option="CT standard", units=units)) for year, units in ((2027, 1), (2027, 2))]
    assert told(*added) == [("moved", f"CT standard at {SITE_A}", "add 1 2027/28", "add 2 2027/28")]
    assert told(plan(), added[0]) == [("added", f"CT standard at {SITE_A}", "not added", "add 1 2027/28")]


@pytest.mark.parametrize(
    ("first", "second", "low", "high", "resolved"),
    [
        ((1000, 1000), (900, 900), -100, -100, True),
        ((1000, 950), (900, 890), -110, -50, True),
        ((1000, 950), (980, 940), -60, 30, False),
    ],
)
def test_costs_differ_by_what_the_gaps_leave_open(
    first: tuple[int, int], second: tuple[int, int], low: int, high: int, resolved: bool
) -> None:
    price = cost_difference(proven(KEPT, *first), proven(ONE, *second))
    assert price is not None
    assert (price.low_gbp, price.high_gbp, price.is_resolved) == (low, high, resolved)


def test_nothing_is_said_of_costs_without_a_bound() -> None:
    assert cost_difference(KEPT, proven(ONE, 900, None)) is None


def test_figures_stand_side_by_side() -> None:
    counted = [replace(made, kpis=defaultdict(int, outside_scans=scans)) for made, scans in ((KEPT, 70), (ONE, 30))]
    lines = {line.name: (line.first, line.second) for line in figures(*counted)}
    assert lines["Whole-life cost"] == (1000, 900)
    assert lines["Scans bought outside"] == (70, 30)


def causes(base: Plan, *trials: Trial) -> dict[str, tuple[tuple[str, ...], str]]:
    found = move_causes(compare_plans(KEPT, LATER), base, trials)
    return {each.move.what: (each.causes, each.sentence) for each in found}


def test_a_move_is_put_down_to_the_change_it_is_seen_with() -> None:
    two = proven(plan(row(Action.KEEP, of=CT1), row(Action.REPLACE, 2027, of=CT2)), 900, 900)
    found = causes(KEPT, trial(RAISED, KEPT, two), trial(LOWERED, KEPT, ONE))
    assert found["CT2"] == (("raised",), "Seen with this change alone: raised.")
    assert found["CT1"][0] == ()
    assert found["CT1"][1].startswith("Seen with no change alone: it takes several together")


def test_a_cost_within_the_gap_may_be_a_tie() -> None:
    two = proven(plan(row(Action.KEEP, of=CT1), row(Action.REPLACE, 2027, of=CT2)), 990, 940)
    (words, sentence) = causes(proven(KEPT, 1000, 950), trial(RAISED, proven(KEPT, 1000, 950), two))["CT2"]
    assert words == ("raised",)
    assert "may also be a tie within the gap" in sentence


def test_a_move_seen_with_nothing_changed_has_no_cause() -> None:
    found = causes(LATER, trial(RAISED, LATER, LATER))
    assert {words for words, _ in found.values()} == {()}
    assert all("with nothing changed" in sentence for _, sentence in found.values())


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.NOT_TRIED, "Not known"),
        (Outcome.UNUSED, "Nothing the plan uses differs"),
        (Outcome.IMPOSSIBLE, "1 of the 1 changes make no plan alone"),
    ],
)
def test_what_was_not_seen_is_told_as_such(outcome: Outcome, words: str) -> None:
    assert words in causes(KEPT, Trial(difference=RAISED, outcome=outcome))["CT2"][1]


def test_many_differences_are_tried_in_groups() -> None:
    edits = [limit(2020 + number, source) for source in ("Own", "Shared") for number in range(8)]
    assert len(grouped(edits[:8], 12)) == 8
    own, shared = grouped(edits, 12)
    assert (own.words, len(own.edits), shared.words) == ("Funding, Own: 8 rows", 8, "Funding, Shared: 8 rows")
    (whole,) = grouped([limit(2027, f"S{number}") for number in range(13)], 12)
    assert whole.words == "Funding: 13 rows"
