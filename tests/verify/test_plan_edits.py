"""A whole plan worked out by hand passes; every single edit of it is caught by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from capitalplan.plan.plan import NEW_ROOM, Change, Payer, Plan, PlannedScheme, TierReached
from capitalplan.terms import Action, Heading, Route, SchemeStatus, Timing
from capitalplan.verify import verify
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, case, pay, row, source_year
from tests.verify.whole_plan import (
    ADD,
    COMMITTED,
    CT1,
    CT3,
    KEEP_CT2,
    KEEP_CT3,
    KEEP_MG1,
    MG1,
    PLAN,
    REGISTER,
    REPLACE,
    flow,
    line_edit,
    more,
    rules,
    year_edit,
)

TIER = TierReached(framework="CTs", year=2027, units=1, from_units=1, rebate=Fraction(1, 10), rebate_gbp=0, real_gbp=0)
CHANGE = Change(
    what="CT1", asset_id="CT1", site=SITE_A, approved="keep", planned="replace 2027/28", firm=True, price_gbp=0
)


def source_edit(**changes: Any) -> Plan:
    """The plan with one figure of the shared source in 2026/27 changed."""
    return replace(PLAN, sources=(replace(PLAN.sources[0], **changes), *PLAN.sources[1:]))


def revenue_edit(**changes: Any) -> Plan:
    """The plan with one figure of the revenue statement of 2027/28 changed."""
    return replace(PLAN, revenue=(PLAN.revenue[0], replace(PLAN.revenue[1], **changes), *PLAN.revenue[2:]))


def paid_edit(line: PlannedScheme, funding: dict[str, int]) -> Plan:
    """The plan with one line paid in its year by other sources."""
    return line_edit(line, funding=funding, payments=pay(line.year or 0, line.trust, funding))


def test_the_plan_worked_out_by_hand_passes() -> None:
    report = verify(REGISTER, PLAN)
    assert [breach.message for breach in report.breaches] == []
    assert report.ok
    nothing_to_check = {"age", "ties", "waiting", "extra", "cover", "workforce", "reporting", "fairness", "stability"}
    assert {check.rule for check in report.checks if not check.checked} == nothing_to_check


PLAN_EDITS: dict[str, tuple[Plan, str]] = {
    "a machine is left out": (more(without=(KEEP_MG1,)), "choice"),
    "a machine is not in the register": (more(row(Action.KEEP, of=asset("CT9"))), "choice"),
    "a machine is kept and replaced": (more(row(Action.KEEP, of=CT1, scheme_id="x")), "choice"),
    "a kept machine has a year": (line_edit(KEEP_CT2, year=2027), "choice"),
    "a replacement has no year": (line_edit(REPLACE, year=None), "choice"),
    "a replacement is outside the plan": (line_edit(REPLACE, year=2040), "choice"),
    "an option is not in the catalogue": (line_edit(REPLACE, option="CT gold"), "choice"),
    "a machine is added in its own place": (line_edit(REPLACE, action=Action.ADD), "choice"),
    "a retirement names an option": (line_edit(REPLACE, action=Action.RETIRE), "choice"),
    "a machine without demand is retired": (
        more(row(Action.RETIRE, 2027, of=MG1), without=(KEEP_MG1,)),
        "choice",
    ),
    "two things happen in one year": (more(row(Action.RETIRE, 2027, of=CT1)), "choice"),
    "a replaced machine is retired": (more(row(Action.RETIRE, 2029, of=CT1)), "choice"),
    "a retired machine is replaced": (more(row(Action.RETIRE, 2026, of=CT1)), "choice"),
    "an owned machine's lease is extended": (more(row(Action.EXTEND, 2026, of=CT1)), "choice"),
    "a new machine is replaced too soon": (more(row(Action.REPLACE, 2028, of=CT1)), "choice"),
    "a managed service machine is replaced": (
        more(row(Action.REPLACE, 2027, of=CT3), without=(KEEP_CT3,)),
        "choice",
    ),
    "the committed scheme is left out": (more(without=(COMMITTED,)), "choice"),
    "the committed scheme is moved": (line_edit(COMMITTED, year=2029), "choice"),
    "the committed scheme is at another site": (line_edit(COMMITTED, site=SITE_A), "choice"),
    "the committed scheme is no longer called so": (line_edit(COMMITTED, committed=False), "choice"),
    "a line of the plan is called committed": (line_edit(ADD, committed=True), "choice"),
    "two lines share an identifier": (line_edit(KEEP_CT2, scheme_id="add CT"), "choice"),
    "a line is at another site": (line_edit(KEEP_CT2, site=SITE_B), "choice"),
    "a line goes by another route": (line_edit(REPLACE, route="none"), "choice"),
    "a line installs two": (line_edit(REPLACE, units=2), "choice"),
    "an addition is at an unknown site": (line_edit(ADD, site="R0A99"), "choice"),
    "an addition is of no machine": (line_edit(ADD, units=0), "choice"),
    "an addition is doubled": (more(replace(ADD, scheme_id="x")), "choice"),
    "a line without machine is kept": (line_edit(ADD, action=Action.KEEP), "choice"),
    "scans outside are left out": (replace(PLAN, outside=()), "service"),
    "a flow is less than none": (replace(PLAN, flows=(*PLAN.flows, flow(SITE_A, SITE_A, 2026, -5))), "service"),
    "a flow is of an unknown site": (replace(PLAN, flows=(*PLAN.flows, flow("R0A99", SITE_A, 2026, 5))), "service"),
    "a flow is outside the plan": (replace(PLAN, flows=(*PLAN.flows, flow(SITE_A, SITE_A, 2036, 5))), "service"),
    "a flow is of a line without demand": (
        replace(PLAN, flows=(*PLAN.flows, replace(PLAN.flows[0], line="MG"))),
        "service",
    ),
    "capacity is out by a scan": (
        replace(PLAN, capacity={**PLAN.capacity, ("CT", SITE_B): (940, 900, 1250, 1961)}),
        "service",
    ),
    "capacity has a year too few": (
        replace(PLAN, capacity={**PLAN.capacity, ("CT", SITE_B): (940, 900, 1250)}),
        "service",
    ),
    "capital is out by a pound": (line_edit(REPLACE, capital_gbp=1770, funding={"Trust limit": 1770}), "money"),
    "a kept machine is charged": (line_edit(KEEP_CT2, capital_gbp=1, funding={"Trust limit": 1}), "money"),
    "funding does not add up": (line_edit(REPLACE, funding={"Trust limit": 1768}), "money"),
    "funding is of an unknown source": (line_edit(REPLACE, funding={"Lottery": 1769}), "money"),
    "funding is less than none": (line_edit(REPLACE, funding={"Trust limit": 1770, "Shared": -1}), "money"),
    "a limit is exceeded": (paid_edit(ADD, {"Trust limit": 2140}), "money"),
    "a committed scheme spares its trust": (paid_edit(COMMITTED, {"Trust limit": 1999, "Shared": 1}), "money"),
    "a scheme is paid a year late": (line_edit(REPLACE, payments=pay(2028, TRUST, REPLACE.funding)), "money"),
    "a scheme is paid by another trust": (line_edit(REPLACE, payments=pay(2027, "R0B", REPLACE.funding)), "money"),
    "a scheme is paid as a lease": (
        line_edit(REPLACE, payments=pay(2027, TRUST, REPLACE.funding, Route.LEASE)),
        "money",
    ),
    "a scheme is not paid": (line_edit(REPLACE, payments=()), "money"),
    "funding is not what is paid": (line_edit(ADD, funding={"Trust limit": 1501, "Shared": 639}), "money"),
    "a source is left out of a year": (replace(PLAN, sources=PLAN.sources[1:]), "money"),
    "a source stands twice": (replace(PLAN, sources=(*PLAN.sources, PLAN.sources[0])), "money"),
    "a source is unknown": (replace(PLAN, sources=(*PLAN.sources, source_year("Lottery", 2026, 1))), "money"),
    "a source is not open so wide": (source_edit(limit_gbp=999), "money"),
    "a source is over-programmed": (source_edit(planned_limit_gbp=1001), "money"),
    "a source pays less": (source_edit(paid_gbp=1), "money"),
    "a source carries something in": (source_edit(carried_in_gbp=1), "money"),
    "a source carries something out": (source_edit(carried_out_gbp=1), "money"),
    "a source is short": (source_edit(minimum_gbp=1, short_gbp=1), "money"),
    "a rebate is taken": (line_edit(REPLACE, rebate_gbp=1), "tiers"),
    "a tier is reached": (replace(PLAN, tiers=(TIER,)), "tiers"),
    "a statement is left out": (replace(PLAN, revenue=PLAN.revenue[1:]), "revenue"),
    "a statement stands twice": (replace(PLAN, revenue=(*PLAN.revenue, PLAN.revenue[0])), "revenue"),
    "a statement is of another trust": (revenue_edit(trust="R0B"), "revenue"),
    "a statement is outside the plan": (revenue_edit(year=2036), "revenue"),
    "a heading is out by a pound": (
        revenue_edit(amounts_gbp={**PLAN.revenue[1].amounts_gbp, Heading.LOSS: -87}),
        "revenue",
    ),
    "a heading is made up": (revenue_edit(amounts_gbp={**PLAN.revenue[1].amounts_gbp, Heading.VAT: 1}), "revenue"),
    "revenue has a limit": (revenue_edit(limit_gbp=10_000), "revenue"),
    "revenue is over a limit": (revenue_edit(over_gbp=1), "revenue"),
    "rents are paid": (revenue_edit(lease_rents_gbp=1), "revenue"),
    "a revenue effect is out by a pound": (line_edit(REPLACE, revenue_part_year_gbp=291), "revenue"),
    "a full-year effect is left out": (line_edit(REPLACE, revenue_full_year_gbp=None), "revenue"),
    "a kept machine has a revenue effect": (line_edit(KEEP_CT2, revenue_part_year_gbp=0), "revenue"),
    "a change is made up": (replace(PLAN, changes=(CHANGE,)), "stability"),
    "a scheme is ordered late": (line_edit(REPLACE, case=case(2027, order_by=dt.date(2028, 4, 1))), "case"),
    "a scheme has a business case": (line_edit(REPLACE, case=case(2027, status=SchemeStatus.OBC)), "case"),
    "a scheme has an approver": (line_edit(REPLACE, case=case(2027, approver="Board")), "case"),
    "a scheme has no dates": (line_edit(REPLACE, case=None), "case"),
    "a kept machine has dates": (line_edit(KEEP_CT2, case=case(2027)), "case"),
    "another trust bears a part": (
        line_edit(REPLACE, payers=(Payer(trust="R0B", share=Fraction(1), basis="", consent=None),)),
        "case",
    ),
    "nobody bears it": (line_edit(REPLACE, payers=()), "case"),
    "another trust benefits": (line_edit(REPLACE, benefits={"R0B": Fraction(1)}), "case"),
    "nobody benefits": (line_edit(REPLACE, benefits={}), "case"),
    "the plan says it has no limits": (replace(PLAN, funded=False), "money"),
    "a second machine is added without a room": (line_edit(ADD, units=2), "rooms"),
    "too many rooms are built": (more(row(Action.ADD, 2029, option=NEW_ROOM, units=2)), "rooms"),
    "too many machines are installed": (line_edit(ADD, units=3), "works"),
    "the value is out by a pound": (replace(PLAN, objective_gbp=7912), "objective"),
    "the bound is above the value": (replace(PLAN, bound_gbp=8914, gap=0.0, gap_gbp=0), "objective"),
    "the gap is another": (replace(PLAN, gap_gbp=12), "objective"),
    "the relative gap is another": (replace(PLAN, gap=0.0), "objective"),
    "the relative gap is no number": (replace(PLAN, gap=float("nan")), "objective"),
    "the gap is not given": (replace(PLAN, gap=None), "objective"),
    "a gap stands without a bound": (replace(PLAN, bound_gbp=None), "objective"),
    "a year is left out": (replace(PLAN, years=PLAN.years[1:]), "figures"),
    "a whole-life cost is out by a pound": (line_edit(KEEP_CT2, own_cost_gbp=41), "figures"),
    "a timing is another": (line_edit(REPLACE, timing=Timing.LATE), "figures"),
    "a machine past its life is called kept": (line_edit(KEEP_MG1, timing=Timing.KEPT), "figures"),
    "a due year is another": (line_edit(REPLACE, due_year=2028), "figures"),
    "the network is another": (replace(PLAN, network="Elsewhere"), "figures"),
    "limits are called firm": (year_edit(firm=False), "figures"),
    "a sentence leaves out the year": (line_edit(REPLACE, sentence="CT1 is replaced by a CT standard."), "words"),
    "a sentence leaves out the option": (line_edit(REPLACE, sentence="CT1 is replaced in 2027/28."), "words"),
}


@pytest.mark.parametrize("edit", PLAN_EDITS)
def test_an_edit_of_the_plan_is_caught(edit: str) -> None:
    edited, rule = PLAN_EDITS[edit]
    assert rule in rules(REGISTER, edited)


@pytest.mark.parametrize(
    ("field", "figure"),
    [
        ("capital_by_source", {"Trust limit": 1768, "Shared": 1}),
        ("limit_by_source", {"Shared": 1000}),
        ("capital_by_trust", {TRUST: 1770}),
        ("upkeep_gbp", 291),
        ("capital_real_gbp", 1341),
        ("resale_gbp", 0),
        ("outside_gbp", 4001),
        ("travel_gbp", 0),
        ("age_risk_gbp", 151),
        ("demand", {"CT": 2649}),
        ("capacity", {"CT": 2610, "MG": 1}),
        ("outside_scans", {}),
        ("machines", 5),
        ("over_age", 0),
    ],
)
def test_a_yearly_figure_that_is_out_is_caught(field: str, figure: object) -> None:
    breaches = verify(REGISTER, year_edit(**{field: figure})).breaches
    assert {(breach.rule, breach.year) for breach in breaches} == {("figures", 2027)}


@pytest.mark.parametrize("name", PLAN.kpis)
@pytest.mark.parametrize("out", [1, 0.001, float("nan"), "many"])
def test_a_key_figure_that_is_out_is_caught(name: str, out: float | str) -> None:
    stated = PLAN.kpis[name]
    edited = out if isinstance(stated, str) or isinstance(out, str) else stated + out
    breaches = verify(REGISTER, replace(PLAN, kpis={**PLAN.kpis, name: edited})).breaches
    assert [(breach.rule, f"'{name}'" in breach.message) for breach in breaches] == [("figures", True)]


@pytest.mark.parametrize(
    "broken",
    [
        lambda line: replace(line, scheme_id="", asset_id="", trust="", site="", modality="", option="", route=""),
        lambda line: replace(line, year=-1, due_year=-1, units=-1, capital_gbp=-1, funding={"": -1}),
        *(lambda line, action=action: replace(line, action=action) for action in Action),
        *(lambda line, action=action: replace(line, action=action, asset_id=None) for action in Action),
        *(lambda line, action=action: replace(line, action=action, year=None, option=None) for action in Action),
        lambda line: replace(line, option=NEW_ROOM, asset_id=None, action=Action.ADD, modality="US"),
        lambda line: replace(line, committed=True, scheme_id="S1"),
        lambda line: replace(line, offer="Lottery"),
        lambda line: replace(line, payments=pay(-1, "", {"": -1})),
        lambda line: replace(line, payers=(), benefits={"": Fraction(-1)}, case=None, rebate_gbp=-1),
    ],
)
@pytest.mark.parametrize("index", range(len(PLAN.schemes)))
def test_a_broken_line_is_reported_and_never_stops_the_recheck(
    index: int, broken: Callable[[PlannedScheme], PlannedScheme]
) -> None:
    edited = broken(PLAN.schemes[index])
    schemes = (*PLAN.schemes[:index], edited, *PLAN.schemes[index + 1 :])
    report = verify(REGISTER, replace(PLAN, schemes=schemes))
    assert report.ok == (edited == PLAN.schemes[index])
    assert all(breach.message.endswith(".") for breach in report.breaches)
