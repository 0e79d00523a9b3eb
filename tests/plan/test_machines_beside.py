"""Replacements that need someone to stand in, that are set up first, tied, or put off by an upgrade."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import Register, Tie
from capitalplan.terms import Action, CoverKind, ExtraKind, Lock, TieKind, Timing
from tests.plan.beside import bare, covered_line, extra, planned, upgrade
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, limits, line, register, settings, with_settings

DUE = {"lock": Lock.REPLACE, "lock_year": 2027}
DEMAND = {("CT", SITE_A): (900,) * 4}
ALONE = {SITE_A: bare(SITE_A), SITE_B: bare(SITE_B, van_standing=False)}


def replacement(plan: Plan, asset_id: str = "CT1") -> PlannedScheme:
    (line,) = (each for each in plan.schemes if (each.asset_id, each.action) == (asset_id, Action.REPLACE))
    return line


def only(*machines: Any, **changes: Any) -> Register:
    """Site A with one CT that needs cover."""
    values = {"sites": ALONE, "lines": covered_line(), "demand": DEMAND}
    return register(*(machines or (asset("CT1", **DUE),)), **{**values, **changes})


def test_a_van_stands_in_for_whole_hires() -> None:
    plan = planned(only(extra=(extra(ExtraKind.VAN, 10, minimum_days=10, cover_only=True, name="Van"),)))
    (cover,) = plan.covers
    assert (cover.asset_id, cover.year, cover.kind, cover.place) == ("CT1", 2027, CoverKind.VAN, "Van")
    (van,) = plan.vans
    assert (van.name, van.site, van.year, van.days) == ("Van", SITE_A, 2027, 30)
    assert replacement(plan).sentence.endswith("; while it is out, 30 days of a mobile van stand in.")
    assert [year.extra_gbp for year in plan.years] == [{}, {"Van": 300}, {}, {}]
    assert plan.kpis["van_days"] == 30


def test_a_neighbour_stands_in_and_its_patients_are_counted() -> None:
    """Five weeks of 52 without the machine: 87 scans of 900, which the machine may lose."""
    plan = planned(only(asset("CT1", **DUE), asset("CT2", site=SITE_B, lock=Lock.KEEP)))
    (cover,) = plan.covers
    assert (cover.kind, cover.place) == (CoverKind.NEIGHBOUR, SITE_B)
    (moved,) = (each for each in plan.flows if (each.from_site, each.to_site, each.year) == (SITE_A, SITE_B, 2027))
    assert (
        f"; while it is out, {round(moved.scans):,} patients of that year go to {SITE_B}" in replacement(plan).sentence
    )
    assert round(moved.scans) == pytest.approx(87, abs=1)


def test_an_added_machine_stands_in() -> None:
    rooms = {**ALONE, SITE_A: bare(SITE_A, spare_rooms={"CT": 1})}
    plan = planned(only(sites=rooms, demand={("CT", SITE_A): (1800,) * 4}))
    assert [(cover.kind, cover.place) for cover in plan.covers] == [(CoverKind.ADDED, SITE_A)]
    assert replacement(plan).sentence.endswith("; while it is out, the machine added at the site stands in.")


def test_without_cover_the_only_machine_is_not_funded_and_the_reason_says_so() -> None:
    plan = planned(only(asset("CT1", install_year=2016), settings=settings(over_age_price=Fraction(1))))
    (kept,) = plan.schemes
    assert kept.timing is Timing.NOT_FUNDED
    assert kept.reason == (
        "Due in 2021/22, but nothing could stand in for the only CT at R0A01 while it is replaced: no van, no "
        "neighbour, no room for another."
    )


def test_without_the_rule_nobody_stands_in() -> None:
    plan = planned(with_settings(only(), swap_cover=False))
    assert plan.covers == ()
    assert "while it is out" not in replacement(plan).sentence


def test_a_machine_set_up_in_a_spare_room_first_needs_no_cover() -> None:
    rooms = {**ALONE, SITE_A: bare(SITE_A, spare_rooms={"CT": 1})}
    options = settings(new_room_first=True, allow_new_capacity=False)
    plan = planned(only(sites=rooms, settings=options))
    bought = replacement(plan)
    assert bought.new_room_first
    assert plan.covers == ()
    assert bought.sentence.endswith(", set up in a spare room before the old machine goes.")
    assert plan.kpis["new_room_first"] == 1


# Upgrades: a machine due in 2027/28


def upgraded(**changes: Any) -> Plan:
    values: dict[str, Any] = {"lock": None, "upgrades": (upgrade(first_year=2027, last_year=2027),)}
    machine = asset("CT1", **{**values, **changes})
    return planned(
        register(machine, settings=settings(over_age_price=Fraction(1)), sources=(limits("Own", TRUST, 200),))
    )


def test_an_upgrade_is_a_line_of_its_own() -> None:
    """£100 and 10% of bias, VAT and a year of 10% inflation: £145 of cash."""
    (line,) = upgraded().schemes
    assert (line.action, line.option, line.route, line.units) == (Action.UPGRADE, "New tube", "upgrade", 0)
    assert (line.year, line.due_year, line.timing) == (2027, 2027, Timing.KEPT)
    assert (line.scheme_id, line.capital_gbp, line.funding) == ("CT1 upgrade 2027/28", 145, {"Own": 145})
    assert line.sentence == ("Upgrade the CT machine CT1 at R0A01 in 2027/28 for £145 (cash, VAT included): New tube.")
    assert line.reason.startswith(
        "Reaches its planned life of 5 years in 2027/28; it gains 3 years of life and 10% more scans an hour; "
        "against keeping it as it is, its own cost over the plan is £"
    )


def test_the_upgraded_machine_is_held_against_its_longer_life() -> None:
    plan = upgraded()
    assert [year.over_age for year in plan.years] == [0, 0, 0, 0]
    assert plan.kpis["upgrades"] == 1
    assert plan.kpis["not_funded"] == 0


def test_an_upgraded_machine_that_outlives_its_longer_life_is_not_funded() -> None:
    (line,) = upgraded(install_year=2019).schemes
    assert line.timing is Timing.NOT_FUNDED
    assert line.reason.endswith("; its longer life ends in 2027/28.")
    assert line.reason.startswith("Past its planned life of 5 years since 2024/25; it gains 3 years of life")


def test_a_replacement_after_an_upgrade_is_held_against_the_longer_life() -> None:
    """Due in 2026/27, upgraded then by two years, and replaced in 2028/29."""
    machine = asset(
        "CT1",
        install_year=2021,
        lock=None,
        latest_year=2028,
        upgrades=(upgrade(years_gained=2, last_year=2026, throughput_gain=Fraction(0), cost_gbp=1),),
    )
    plan = planned(register(machine, settings=settings(over_age_price=Fraction(1))))
    first, second = plan.schemes
    assert (first.action, first.year, first.timing) == (Action.UPGRADE, 2026, Timing.KEPT)
    assert (second.action, second.year, second.timing) == (Action.REPLACE, 2028, Timing.ON_TIME)
    assert first.due_year == second.due_year == 2026
    assert second.own_cost_gbp == 0
    assert first.own_cost_gbp == plan.objective_gbp
    assert second.reason.startswith("Reaches its planned life of 7 years, upgrade included, in 2028/29; ")


# Ties


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TieKind.TOGETHER, ("tied to CT2: together", "tied to CT1: together")),
        (TieKind.AFTER, ("tied to CT2: after", "tied to CT1: before")),
        (TieKind.APART, ("tied to CT2: not the same year", "tied to CT1: not the same year")),
    ],
)
def test_ties_are_told_with_the_reason(kind: TieKind, words: tuple[str, str]) -> None:
    machines = [asset(name, lock=Lock.REPLACE) for name in ("CT1", "CT2")]
    plan = planned(register(*machines, ties=(Tie(first="CT1", kind=kind, other="CT2"),)))
    first, second = (replacement(plan, name) for name in ("CT1", "CT2"))
    assert (first.reason.endswith(f"; {words[0]}."), second.reason.endswith(f"; {words[1]}.")) == (True, True)


def test_breakdowns_are_those_expected_of_the_machines_in_service() -> None:
    """A tenth at age 4 when the plan starts, a fifth from age 5 on; none when new."""
    rates = (Fraction(0),) * 4 + (Fraction(1, 10), Fraction(1, 5))
    book = register(asset("CT1", lock=Lock.REPLACE, lock_year=2028))
    curve = book.curves["default"]
    curves = {"default": type(curve)(name="default", uptime=curve.uptime, upkeep=curve.upkeep, resale=curve.resale,
                                     failure=rates)}  # fmt: skip
    plan = planned(register(*book.assets, curves=curves, lines={"CT": line("CT"), "MG": line("MG")}))
    assert [year.breakdowns for year in plan.years] == [Fraction(1, 10), Fraction(1, 5), 0, 0]
