from __future__ import annotations

from dataclasses import replace

import pytest

from capitalplan.plan.plan import Plan
from capitalplan.terms import Action, Timing
from reports import findings
from reports.fleet import fleet_at_start, fleet_in
from reports.style import FUNDING, count, millions, pounds, years_listed
from reports.tables import Tables, make_tables
from tests.reports.cases import Case, make_case


@pytest.fixture(scope="module")
def tables(case: Case) -> Tables:
    return make_tables(case.register, case.plan, case.study, case.facts)


def with_gap(plan: Plan, gap_gbp: int | None) -> Plan:
    return replace(plan, gap_gbp=gap_gbp)


def test_every_asset_and_every_pound_is_in_the_schemes(case: Case, tables: Tables) -> None:
    assert set(tables.schemes["asset_id"]) - {""} == {asset.asset_id for asset in case.register.assets}
    sources = [name for name in tables.schemes.columns if name.startswith(FUNDING)]
    assert (tables.schemes[sources].sum(axis=1) == tables.schemes["capital_gbp"]).all()
    assert (
        tables.spend["spent_gbp"].sum()
        == tables.schemes["capital_gbp"].sum()
        == tables.trust_spend["capital_gbp"].sum()
    )


def test_spend_by_source_is_the_sum_of_its_schemes(tables: Tables) -> None:
    for line in tables.spend.to_dict("records"):
        of_year = tables.schemes[tables.schemes["year"] == line["year"]]
        assert of_year[FUNDING + line["source"]].sum() == line["spent_gbp"]
        committed = of_year[of_year["committed"] == "yes"]
        assert committed[FUNDING + line["source"]].sum() == line["committed_gbp"]
        assert line["headroom_gbp"] == line["limit_gbp"] - line["spent_gbp"]


def test_not_funded_are_the_machines_the_plan_says(case: Case, tables: Tables) -> None:
    wanted = {scheme.asset_id for scheme in case.plan.schemes if scheme.timing is Timing.NOT_FUNDED}
    assert wanted
    assert set(tables.not_funded["asset_id"]) == wanted
    assert tables.not_funded["life_at_end"].is_monotonic_decreasing


def test_age_bands_hold_every_machine_once(case: Case, tables: Tables) -> None:
    last = case.register.settings.horizon[-1]
    for moment, fleet in (
        ("at the start", fleet_at_start(case.register)),
        ("in 2034/35", fleet_in(case.register, case.plan, last)),
    ):
        for way in ("all", "modality", "trust"):
            rows = tables.ages[(tables.ages["moment"] == moment) & (tables.ages["way"] == way)]
            assert rows["machines"].sum() == len(fleet)


def test_golden_rules_are_judged_at_their_edge() -> None:
    case = make_case(trusts=1, sites=1, assets=10, hostile=False)
    start = case.register.settings.start_year
    aged = [replace(asset, install_year=start - age, contract_id=None)
            for asset, age in zip(case.register.assets, (0, 1, 2, 3, 4, 4, 5, 7, 10, 11), strict=True)]  # fmt: skip
    register = replace(case.register, assets=tuple(aged))
    ages = make_tables(register, case.plan, case.study, case.facts).ages
    first = ages[(ages["moment"] == "at the start") & (ages["way"] == "all")]
    assert list(first["machines"]) == [6, 3, 1]
    assert list(first["verdict"]) == ["met"] * 3


def test_fleet_follows_replacement_addition_closure_and_contract(case: Case) -> None:
    register, plan = case.register, case.plan
    renewed = next(
        s for s in plan.schemes if s.action is Action.REPLACE and register.sites[s.site].closing_year is None
    )
    assert renewed.year is not None
    place = (renewed.site, renewed.modality)

    def youngest(year: int) -> int:
        return min(m.age for m in fleet_in(register, plan, year) if (m.site, m.modality) == place)

    assert youngest(renewed.year) == 0
    closing = next(site for site in register.sites.values() if site.closing_year is not None)
    assert closing.closing_year is not None
    before, after = (fleet_in(register, plan, closing.closing_year - step) for step in (1, 0))
    assert any(m.site == closing.code for m in before)
    assert not any(m.site == closing.code for m in after)
    added = replace(plan, schemes=tuple(s for s in plan.schemes if s.asset_id is None))
    bare = replace(plan, schemes=())
    year = register.settings.horizon[1]
    assert len(fleet_in(register, added, year)) == len(fleet_in(register, bare, year)) + 1
    contracted = register.contracts["M1"]
    assert contracted.refresh_years == 7
    alone = replace(register, assets=register.assets[:1])
    ages = [fleet_in(alone, bare, year)[0].age for year in register.settings.horizon]
    assert max(ages[1:]) < 7
    assert 0 in ages


def test_capacity_counts_scans_bought_outside(case: Case, tables: Tables) -> None:
    assert tables.capacity["outside"].sum() == sum(round(line.scans) for line in case.plan.outside)
    assert (tables.capacity["balance"] == tables.capacity["capacity"] - tables.capacity["demand"]).all()


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (None, "not proven"),
        (0, "can cost less"),
        (1_200_000, "within £1.2m of the best possible under these assumptions, about"),
        (90_000, "within £90,000 of the best possible under these assumptions, less than one scanner"),
    ],
)
def test_the_gap_is_said_in_money_and_scanners(case: Case, gap: int | None, words: str) -> None:
    assert words in findings.distance(with_gap(case.plan, gap))


def test_spend_finding_counts_years_at_their_limit(tables: Tables, case: Case) -> None:
    years = {limit.year for limit in case.plan.binding}
    assert f"in {len(years)} of 9 years" in findings.spend(tables, case.plan)
    free = replace(case.plan, binding=())
    assert "below every limit" in findings.spend(tables, free)


def test_shortfall_names_line_place_and_years(tables: Tables) -> None:
    sentence = findings.capacity(tables)
    assert "demand exceeds own capacity at" in sentence
    assert "to 2034/35" in sentence


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (pounds(-1234567), "-£1,234,567"),
        (millions(1_240_000), "£1.2m"),
        (millions(850_000), "£850,000"),
        (count(1, "machine is"), "1 machine is"),
        (count(1200, "machine is"), "1,200 machines are"),
        (count(0, "year"), "no years"),
        (years_listed([2026, 2027, 2028, 2030]), "2026/27 to 2028/29 and 2030/31"),
        (years_listed([2026]), "2026/27"),
    ],
)
def test_words(said: str, words: str) -> None:
    assert said == words
