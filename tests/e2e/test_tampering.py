"""A plan edited so that one rule breaks, every hash made to fit: ``verify`` refuses it and names that rule.

Most edits put in the plan that would be made if one limit of the register were wider: whole in itself, with figures
that all tie, and wrong in nothing but that limit. Edits of what a run keeps beside its plan are in ``test_record``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from capitalplan.analysis.approved import with_approved
from capitalplan.plan.encode import to_json
from capitalplan.register.read import read_register
from capitalplan.runs import read_run
from capitalplan.solution import SolveOptions
from capitalplan.terms import Heading
from capitalplan.verify.findings import RULES
from capitalplan.workflow.planning import make_plan
from tests.e2e.command import Ended
from tests.e2e.every_part import HOME, SECOND, Sheets, write_approved, write_network
from tests.e2e.test_recheck import edit, seal_again
from tests.folders import START_YEAR
from tests.service.cases import year

Command = Callable[..., Ended]
Content = dict[str, Any]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder of the network as it is; not to be changed."""
    from tests.e2e.command import run_command

    folder = tmp_path_factory.mktemp("every part")
    approved, run = folder / "approved", folder / "run"
    before, network = write_approved(folder / "before"), write_network(folder / "network")
    for words in ((before, "--out", approved), (network, "--from", approved, "--out", run)):
        ended = run_command("plan", *words, "--gap", "0", "--no-price-tests")
        assert ended.code == 0, ended.err
    return run


@pytest.fixture
def run(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "run"))


REPEATED = ("network", "status", "objective_gbp", "bound_gbp", "gap")
"""What the manifest repeats of the plan."""


def refused(run: Path, command: Command) -> tuple[set[str], list[str]]:
    """Rules that do not hold once the manifest repeats the plan, and what is said of them."""
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    edit(run, lambda manifest: manifest.update({name: plan[name] for name in REPEATED}), "manifest.json")
    seal_again(run)
    ended = command("verify", run, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["ok"], told["changed_core"]) == (7, False, [])
    said = command("verify", run).out
    assert all(f"{breach['rule']}: {breach['message']}" in said for breach in told["breaches"])
    return {breach["rule"] for breach in told["breaches"]}, [breach["message"] for breach in told["breaches"]]


def test_the_network_uses_every_part(sealed: Path, capitalplan: Command) -> None:
    plan = json.loads((sealed / "plan.json").read_text(encoding="utf-8"))
    parts = ("flows", "outside", "moves", "extra_hours", "vans", "waiting", "reports", "staff", "covers")
    for part in (*parts, "sources", "revenue", "tiers", "changes"):
        assert plan[part], part
    assert {"purchase", "committed", "lease", "managed service", "upgrade"} <= {row["route"] for row in plan["schemes"]}
    assert {"minimum use", "revenue"} <= {row["rule"] for row in plan["breaches"]}
    headings = {heading for line in plan["revenue"] for heading in line["amounts_gbp"]}
    assert headings >= set(Heading) - {Heading.RENT, Heading.STAFF, Heading.LOSS}
    assert {"replace", "upgrade"} <= {row["action"] for row in plan["schemes"]}
    assert {"workforce", "reporting", "extra"} & {each["rule"] for each in plan["binding"]}
    told = json.loads(capitalplan("verify", sealed, "--json").out)
    assert {check["rule"] for check in told["checks"] if not check["checked"]} == set()


def test_a_run_that_stays_close_to_an_approved_plan_is_replayed(
    sealed: Path, tmp_path: Path, capitalplan: Command
) -> None:
    told = json.loads(capitalplan("replay", sealed, "--out", tmp_path / "again", "--json").out)
    assert (told["same"], told["moved"], told["versions"], told["exit_code"]) == (True, [], {}, 0)
    for name in ("input/approved.json", "plan.json", "proof.json"):
        assert (tmp_path / "again" / name).read_bytes() == (sealed / name).read_bytes()


def rows(sheets: Sheets, sheet: str, **where: object) -> list[dict[str, Any]]:
    return [row for row in sheets[sheet] if all(row.get(name) == value for name, value in where.items())]


def change(sheet: str, where: dict[str, object], **changes: Any) -> Callable[[Sheets], None]:
    def apply(sheets: Sheets) -> None:
        found = rows(sheets, sheet, **where)
        assert found
        for row in found:
            row.update(changes)

    return apply


def setting(name: str, value: str | int) -> Callable[[Sheets], None]:
    return change("Settings", {"setting": name}, value=value)


def both(*changes: Callable[[Sheets], None]) -> Callable[[Sheets], None]:
    def apply(sheets: Sheets) -> None:
        for each in changes:
            each(sheets)

    return apply


def ties(*given: tuple[str, str, str]) -> Callable[[Sheets], None]:
    def apply(sheets: Sheets) -> None:
        sheets["Ties"] = [{"first": first, "tie": tie, "other": other} for first, tie, other in given]

    return apply


def funding(limit: int) -> Callable[[Sheets], None]:
    def apply(sheets: Sheets) -> None:
        for row in rows(sheets, "Funding", source="Capital"):
            row["limit_gbp"] = limit

    return apply


TIE = ("CT1", "not the same year", "CT3")
WIDER: dict[str, tuple[str, Callable[[Sheets], None], str]] = {
    "a date": ("choice", change("Equipment", {"asset_id": "CT4"}, earliest_year="", latest_year=year(1)), "CT4"),
    "an upgrade before it is offered": ("choice", change("Upgrades", {}, first_year=year(0), last_year=year(0)),
                                        "Faster CT"),
    "a tie": ("ties", ties(("CT1", "together", "CT3")), "not the same year"),
    "patients who travel": ("service", setting("travel_share", "100%"), "at most"),
    "extended hours": ("extra", change("Extra capacity", {"kind": "extended hours"}, limit=20), "extra hours"),
    "van days": ("extra", change("Extra capacity", {"name": "Van"}, cover_only="no"), "it only stands in"),
    "outsourced reports": ("extra", change("Extra capacity", {"name": "Outsourcer"}, limit=""), "Outsourcer"),
    "cover": ("cover", setting("swap_cover", "no"), "nobody is named to stand in"),
    "radiographers": ("workforce", change("Workforce", {"staff_group": "radiographer"}, wte=9), "radiographer"),
    "radiologists": ("reporting", change("Workforce", {"staff_group": "radiologist"}, wte=9), "radiologist"),
    "money": ("money", both(funding(900_000), change("Equipment", {"asset_id": "CT2"}, earliest_year=year(2),
                                                     latest_year=year(2))), "Capital pays"),
    "cash": ("money", change("Capital limits", {"trust_code": "QB1"}, cash_gbp=90_000), "QB1 uses"),
    "an offer to others": ("choice", change("Routes", {"offer": "CT lease"}, trusts="QA1, QC1"), "not offered to QA1"),
    "an order too late": ("choice", both(setting("plan_date", f"{START_YEAR - 1}-12-31"),
                                         change("Equipment", {"asset_id": "DX1"}, latest_year=year(0))), "order-by"),
    "fairness": ("fairness", setting("fair_unmet_spread", "100%"), "may differ by"),
    "rooms": ("rooms", both(change("Sites", {"site_code": SECOND}, spare_rooms_ct=1), setting("new_room_first", "no")),
              SECOND),
    "works": ("works", both(change("Sites", {"site_code": HOME}, max_installations=2),
                            ties(TIE, ("CT1", "together", "CT2"))), HOME),
    "age": ("age", setting("hard_age_cap", ""), "DX1"),
}  # fmt: skip
"""Rule that breaks, what is wider in the register of the plan put in, and a word that names the place."""
OTHERS_PROOF = {"choices", "bound"}
"""Rules that fall where a plan is put in that other choices make, or one cheaper than any can be."""


@pytest.mark.parametrize("name", WIDER)
def test_a_plan_made_under_a_wider_limit(name: str, run: Path, tmp_path: Path, capitalplan: Command) -> None:
    rule, wider, word = WIDER[name]
    register = with_approved(read_register(write_network(tmp_path / "wider", wider)), read_run(run).approved())
    other = to_json(make_plan(register, SolveOptions(gap=0)).plan)

    def put_in(ours: Content) -> None:
        """The other plan, with what plans repeat of the register as this register has it."""
        other["kpis"]["limits_cash_gbp"] = ours["kpis"]["limits_cash_gbp"]
        other["assumptions"] = ours["assumptions"]
        for own, line in zip(ours["years"], other["years"], strict=True):
            line["limit_by_source"] = own["limit_by_source"]
        for own, line in zip(ours["sources"], other["sources"], strict=True):
            line |= {name: own[name] for name in ("limit_gbp", "planned_limit_gbp")}
        hours = {(line["group"], line["trust"], line["year"]): line["own_hours"] for line in ours["staff"]}
        for line in other["staff"]:
            line["own_hours"] = hours[line["group"], line["trust"], line["year"]]
        ours.update(other)

    edit(run, put_in)
    broken, said = refused(run, capitalplan)
    assert broken - OTHERS_PROOF == {rule}
    assert any(word in message for message in said)


def longer_list(content: Content) -> None:
    """Those who are scanned outside stand on the list instead, and stay there."""
    gone = next(line for line in content["outside"] if line["site"] == HOME and line["year"] > year(0))
    content["outside"].remove(gone)
    for line in content["waiting"]:
        if line["year"] >= gone["year"]:
            line["patients"] = str(Fraction(line["patients"]) + Fraction(gone["scans"]))


def late_report(content: Content) -> None:
    content["reports"][0]["backlog"] = str(Fraction(content["reports"][0]["backlog"]) + 10)


def cheaper(content: Content) -> None:
    content["objective_gbp"] -= 1


def fewer_days(content: Content) -> None:
    content["kpis"]["van_days"] -= 1


def fewer_breaches(content: Content) -> None:
    content["breaches"].pop()


def own_hours(content: Content) -> None:
    content["staff"][0]["own_hours"] += 1


def paid_by_another(content: Content) -> None:
    """The machine that two trusts pay for is paid by its owner alone."""
    row = next(row for row in content["schemes"] if row["asset_id"] == "CT1")
    for payment in row["payments"]:
        payment["trust"] = row["trust"]


def more_rebate(content: Content) -> None:
    content["tiers"][0]["rebate_gbp"] += 1


def no_dividend(content: Content) -> None:
    del content["revenue"][1]["amounts_gbp"]["dividend"]


def no_change(content: Content) -> None:
    content["changes"].clear()


def another_approver(content: Content) -> None:
    next(row for row in content["schemes"] if row["case"])["case"]["approver"] = "Nobody"


def silent(content: Content) -> None:
    next(row for row in content["schemes"] if row["action"] == "upgrade")["sentence"] = "It is upgraded."


EDITS: dict[str, tuple[Callable[[Content], None], str]] = {
    "a longer list": (longer_list, "waiting"),
    "a report made late": (late_report, "reporting"),
    "paid by another": (paid_by_another, "money"),
    "a pound more off": (more_rebate, "tiers"),
    "a dividend not paid": (no_dividend, "revenue"),
    "a change not told": (no_change, "stability"),
    "another approver": (another_approver, "case"),
    "a pound less": (cheaper, "objective"),
    "a van day less": (fewer_days, "figures"),
    "a breach left out": (fewer_breaches, "figures"),
    "an hour more in post": (own_hours, "figures"),
    "a sentence that says nothing": (silent, "words"),
}
TOTALS = {"objective", "figures", "revenue", "bound"}
"""Rules that fall with most others, as they add up what was edited."""


@pytest.mark.parametrize("name", EDITS)
def test_a_figure_edited_by_hand(name: str, run: Path, capitalplan: Command) -> None:
    change_it, rule = EDITS[name]
    edit(run, change_it)
    broken, _ = refused(run, capitalplan)
    assert rule in broken
    assert broken - TOTALS <= {rule}


def test_a_van_left_out_of_the_choices(run: Path, capitalplan: Command) -> None:
    def no_vans(proof: Content) -> None:
        proof["choices"] = {name: count for name, count in proof["choices"].items() if not name.startswith("v.")}

    edit(run, no_vans, "proof.json")
    broken, said = refused(run, capitalplan)
    assert broken == {"choices"}
    assert any("proof.json has" in message and "days in" in message for message in said), said


def test_every_rule_has_an_edit_that_breaks_it() -> None:
    assert {rule for rule, _, _ in WIDER.values()} | {rule for _, rule in EDITS.values()} == set(RULES)
