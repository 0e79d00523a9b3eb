"""A sentence with a figure or a name that is not its scheme's own is refused, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, year_label
from capitalplan.verify import verify
from capitalplan.workflow.planning import make_plan
from tests.e2e.every_part import write_network
from tests.folders import DATA

Made = tuple[Register, Plan]


@pytest.fixture(scope="module")
def every_part(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Purchases, leases, managed services, upgrades, vans, rebates and committed schemes."""
    return planned(write_network(tmp_path_factory.mktemp("every part") / "network"))


@pytest.fixture(scope="module")
def twelve() -> Made:
    """New rooms, additions, retirements and machines kept."""
    return planned(DATA / "twelve_assets")


def planned(book: Path) -> Made:
    register = read_register(book)
    return register, make_plan(register, SolveOptions(gap=0.02)).plan


def refused(made: Made, change: Callable[[PlannedScheme], str]) -> set[str]:
    """Schemes whose sentence, rewritten, is refused; nothing else is."""
    register, plan = made
    lines = tuple(replace(line, sentence=change(line)) for line in plan.schemes)
    breaches = verify(register, replace(plan, schemes=lines)).breaches
    assert {breach.rule for breach in breaches} <= {"words"}
    return {line.scheme_id for line in lines if any(f"of {line.scheme_id} " in each.message for each in breaches)}


@pytest.fixture(params=["every_part", "twelve"])
def made(request: pytest.FixtureRequest) -> Made:
    found: Made = request.getfixturevalue(request.param)
    return found


def test_sentences_as_they_are_hold(made: Made) -> None:
    assert verify(*made).ok


def test_each_digit_of_each_sentence_counts(made: Made) -> None:
    """Amounts, years, terms, days, patients, and figures within names: one digit another, and it is refused."""
    _, plan = made
    places = {
        line.scheme_id: [place for place, letter in enumerate(line.sentence) if letter.isdecimal()]
        for line in plan.schemes
    }
    for number in range(max(map(len, places.values()))):

        def change(line: PlannedScheme, number: int = number) -> str:
            text, mine = line.sentence, places[line.scheme_id]
            if number >= len(mine):
                return text
            place = mine[number]
            return f"{text[:place]}{(int(text[place]) + 3) % 10}{text[place + 1 :]}"

        assert refused(made, change) == {name for name, mine in places.items() if number < len(mine)}


@pytest.mark.parametrize("part", ["site", "machine", "option"])
def test_another_s_name_in_place_of_its_own(part: str, made: Made) -> None:
    register, plan = made

    def change(line: PlannedScheme) -> str:
        own, names = {
            "site": (register.sites[line.site].name, [site.name for site in register.sites.values()]),
            "machine": (line.asset_id, [asset.asset_id for asset in register.assets]),
            "option": (line.option, [*register.options]),
        }[part]
        return line.sentence if own is None else line.sentence.replace(own, next(n for n in names if n != own))

    assert refused(made, change) == {line.scheme_id for line in plan.schemes if change(line) != line.sentence} != set()


@pytest.mark.parametrize(
    "more",
    [
        lambda register, line: f" It saves £{line.capital_gbp + 1:,}.",
        lambda register, line: f" It is done by {year_label((line.year or 2026) + 9)}.",
        lambda register, line: f" So is {next(a for a in register.assets if a.asset_id != line.asset_id).asset_id}.",
        lambda register, line: (
            f" Patients go to {next(s for s in register.sites.values() if s.code != line.site).name}."
        ),
        lambda register, line: " It serves 45 patients a day.",
    ],
    ids=["amount", "year", "machine", "site", "figure"],
)
def test_a_sentence_that_says_more_than_is_so(more: Callable[[Register, PlannedScheme], str], twelve: Made) -> None:
    register, plan = twelve
    assert refused(twelve, lambda line: line.sentence + more(register, line)) == {
        line.scheme_id for line in plan.schemes
    }


def test_amounts_that_change_places(every_part: Made) -> None:
    _, plan = every_part
    line = next(line for line in plan.schemes if line.rebate_gbp and line.action is Action.REPLACE)
    own, off = f"£{line.capital_gbp:,}", f"£{line.rebate_gbp:,}"

    def change(each: PlannedScheme) -> str:
        swapped = each.sentence.replace(own, "£").replace(off, own).replace("for £ ", f"for {off} ")
        return swapped if each is line else each.sentence

    assert refused(every_part, change) == {line.scheme_id}
