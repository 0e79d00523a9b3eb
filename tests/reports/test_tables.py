from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from capitalplan.plan.plan import Payment, Plan
from capitalplan.register.register import Assumption
from capitalplan.terms import Action, Route, Timing, year_label
from reports.columns import FUNDING
from reports.figures.fleet import fleet_at_start, fleet_in
from reports.figures.ways import largest_moves
from reports.findings import plan as findings
from reports.findings import story
from reports.page import write_page
from reports.style import count, millions, pounds, years_listed
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


def test_spend_by_source_is_the_sum_of_its_payments(tables: Tables) -> None:
    paid = tables.money.payments
    for line in tables.spend.to_dict("records"):
        of_year = paid[(paid["year"] == line["year"]) & (paid["source"] == line["source"])]
        assert of_year["paid_gbp"].sum() == line["spent_gbp"]
        assert of_year.loc[of_year["committed"] == "yes", "paid_gbp"].sum() == line["committed_gbp"]
        assert line["headroom_gbp"] == line["limit_gbp"] - line["spent_gbp"]
    for line in tables.schemes.to_dict("records"):
        own = paid[paid["number"] == line["number"]]
        assert own["paid_gbp"].sum() == line["capital_gbp"]
        for source, rows in own.groupby("source"):
            assert rows["paid_gbp"].sum() == line[FUNDING + source]


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
    case = make_case(trusts=1, sites=1, assets=10, hostile=False, served=False)
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
        (1_200_000, "within £1.2m of the best possible under these assumptions, about 1 scanner (£"),
        (90_000, "within £90,000 of the best possible under these assumptions, less than one scanner (£"),
        (1, "within £1 of the best possible under these assumptions, less than one scanner (£"),
    ],
)
def test_the_gap_is_said_in_money_and_scanners(case: Case, gap: int | None, words: str) -> None:
    assert words in story.distance(with_gap(case.plan, gap))


def test_without_a_scanner_bought_the_gap_is_said_in_money_alone(case: Case) -> None:
    kept = replace(case.plan, schemes=tuple(s for s in case.plan.schemes if s.action is Action.KEEP))
    assert story.distance(kept).endswith("under these assumptions")


def test_spend_finding_counts_years_in_which_machines_wait(tables: Tables, case: Case) -> None:
    held = {limit.year for limit in case.plan.binding if limit.rule == "money"}
    when = "every year" if len(held) == len(case.plan.years) else f"{len(held)} of 9 years"
    assert f"in {when} machines wait" in findings.spend(tables, case.plan)
    assert "no machine waits" in findings.spend(tables, replace(case.plan, binding=()))


def test_the_story_answers_what_a_board_asks(tables: Tables, case: Case) -> None:
    answers = dict(story.story(tables, case.plan))
    assert list(answers) == [
        "What we buy", "What it costs", "What patients get", "What holds it back", "What is not funded",
        "What comes next", "How sure it is", "Against other ways",
    ]  # fmt: skip
    assert f"{tables.comparison.iloc[0].unmet_scans:,} are bought outside" in answers["What patients get"]
    rival = tables.comparison.set_index("alternative").loc["Oldest first"]
    ours = tables.comparison.iloc[0]
    against = answers["Against other ways"]
    assert f"{rival.over_age:,} machines are past planned life at the end ({ours.over_age:,} here)" in against
    assert f"{rival.unmet_scans:,} scans are bought outside ({ours.unmet_scans:,} here)" in against
    net = tables.costs.set_index("alternative")[["cash_cost_gbp", "remaining_gbp"]].sum(axis=1)
    saved = net["Oldest first"] - net["This plan"]
    words = f"it costs {millions(abs(saved))} {'less' if saved >= 0 else 'more'}"
    assert f"in cash, less value left at the end, {words}" in against
    assert "are indicative" in answers["How sure it is"]
    assert findings.assumptions(tables) in answers["How sure it is"]


def test_defaults_are_shown_as_their_columns_are_headed(case: Case) -> None:
    filled = "growth_rate 0.013, high_use_over 20000"
    line = Assumption(item="Modalities: DX", value=filled, source="illustrative", used_for="DX")
    register = replace(case.register, assumptions=(line,))
    (value,) = make_tables(register, case.plan, case.study, case.facts).assumptions["value"]
    assert value == "Demand growth (% a year) 1.3; High use above (exams a year) 20,000"


def test_rules_not_kept_stand_beside_the_name(case: Case, tables: Tables) -> None:
    kept = dict(zip(tables.comparison["alternative"], tables.comparison["kept"], strict=True))
    assert kept["This plan"] == kept["Oldest first"] == "every rule kept"
    assert kept["The network's own plan"] == "1 rule not kept"
    assert "next best way" in story.comparison(tables)
    assert "own plan" not in story.comparison(tables)


def test_money_beyond_limits_is_said_once_for_each_trust(case: Case) -> None:
    own = case.study.alternatives[-1]
    first = next(s for s in own.plan.schemes if s.action is Action.REPLACE)
    assert first.year is not None
    parts = ((first.year, 1_234_000), (first.year - 1, 567))
    payments = tuple(
        Payment(year=year, trust=first.trust, source="elsewhere", route=Route.PURCHASE, gbp=gbp) for year, gbp in parts
    )
    loose = replace(first, funding={"elsewhere": 1_234_567}, payments=payments)
    plan = replace(own.plan, schemes=tuple(loose if s is first else s for s in own.plan.schemes))
    raw = replace(own.breaches[0], place="elsewhere", message="not for users")
    study = replace(case.study, alternatives=(replace(own, plan=plan, breaches=(raw,)),))
    (message,) = make_tables(case.register, case.plan, study, case.facts).breaches["message"]
    trust = case.register.trusts[first.trust].name
    before, year = year_label(first.year - 1), year_label(first.year)
    assert message == f"{trust} spends beyond its limits: £567 in {before}, £1,234,000 in {year}."


def test_moves_are_counted_and_the_largest_shown(case: Case) -> None:
    one = case.study.moves[0]
    risky = [
        replace(one, what=f"R{i}", at_risk=True, gain_gbp=-i, ours="keep", theirs="replace 2027/28") for i in range(9)
    ]
    gains = [replace(one, what=f"G{i}", gain_gbp=i, ours="replace 2027/28", theirs="keep") for i in range(9)]
    tables = make_tables(case.register, case.plan, replace(case.study, moves=(*risky, *gains)), case.facts)
    line = tables.moved.set_index("alternative").loc["Oldest first"]
    assert (line.moved, line.renewed_here, line.renewed_there, line.left_over_age) == (18, 9, 9, 9)
    shown = set(largest_moves(tables.moves)["what"])
    assert shown == {"G8", "G7", "G6", "G5", "G4", "R8", "R7", "R6", "R5", "R4"}
    assert "9 renewed there are left past their planned life here" in findings.moved(tables)


@pytest.mark.parametrize("funded", [True, False])
def test_tables_of_a_real_plan_tie_to_its_key_figures(real: Callable[[bool], Case], funded: bool) -> None:
    case = real(funded)
    tables, kpis = make_tables(case.register, case.plan, case.study, case.facts), case.plan.kpis
    ours = tables.comparison.iloc[0]
    assert len(tables.not_funded) == kpis["not_funded"]
    assert ours.additions == kpis["additions"]
    assert ours.replacements == kpis["replacements"]
    assert tables.activity["machines"].sum() == ours.additions + ours.replacements
    assert ours.capital_gbp == tables.spend["spent_gbp"].sum() == kpis["capital_cash_gbp"]
    assert ours.over_age == kpis["over_age_end"]
    assert ours.unmet_scans == kpis["outside_scans"]
    assert abs(tables.capacity["outside"].sum() - ours.unmet_scans) <= len(tables.capacity)
    assert tables.cost_years["discounted_gbp"].sum() == pytest.approx(kpis["cash_cost_gbp"], abs=0.51)
    parts = [name for name in tables.costs.columns if name not in {"alternative", "whole_life_gbp"}]
    assert abs(sum(tables.costs.iloc[0][parts]) - case.plan.objective_gbp) <= 50
    assert tables.patients_moved["scans"].sum() == pytest.approx(kpis["patients_moved"], abs=0.51)
    everything = tables.ages[tables.ages["way"] == "all"]
    for moment, rows in zip(("start", "end"), (everything[:3], everything[3:]), strict=True):
        names = [f"share_{band}_{moment}" for band in ("under_5", "5_to_10", "over_10")]
        assert list(rows["share"]) == pytest.approx([kpis[name] for name in names])
    if funded:
        assert tables.years["limit_gbp"].sum() == kpis["limits_cash_gbp"]
    else:
        assert not any("beyond its limits" in message for message in tables.breaches["message"])


def test_figures_of_a_real_plan_stand_on_its_page(real: Callable[[bool], Case], tmp_path: Path) -> None:
    case = real(True)
    write_page(tmp_path / "plan.html", case.register, case.plan, case.study, case.facts)
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    kpis = case.plan.kpis
    assert f"<dd>£{kpis['capital_cash_gbp']:,}</dd>" in text
    for name in ("not_funded", "additions", "replacements", "outside_scans"):
        assert f"<dd>{kpis[name]:,}</dd>" in text
    assert f"<dd>{kpis['over_age_start']:,} to {kpis['over_age_end']:,}</dd>" in text
    assert "outside_price_gbp" not in text


def test_shortfall_names_line_place_and_years(tables: Tables) -> None:
    sentence = findings.capacity(tables)
    assert "demand exceeds own capacity most at" in sentence
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
