"""What a run keeps beside its plan, edited with every hash made to fit: ``verify`` refuses it and names the rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capitalplan import __version__
from capitalplan.workflow.record import RECORD_RULES
from tests.e2e.command import Ended
from tests.e2e.test_recheck import edit, seal_again
from tests.test_structure import run_python

Command = Callable[..., Ended]
Content = dict[str, Any]


def put(name: str, value: object) -> Callable[[Content], None]:
    return lambda content: content.__setitem__(name, value)


def within(part: str, name: str, value: object) -> Callable[[Content], None]:
    return lambda content: content[part].__setitem__(name, value)


def without_first(part: str) -> Callable[[Content], None]:
    return lambda content: content[part].pop(0)


def cheaper(content: Content) -> None:
    content["objective_gbp"] -= 1


def closer(content: Content) -> None:
    content["bound_gbp"] += 1


def fewer_checks(content: Content) -> None:
    next(check for check in content["checks"] if check["rule"] == "money")["checked"] -= 1


def a_breach(content: Content) -> None:
    next(check for check in content["checks"] if check["rule"] == "money")["breaches"] += 1


def more_certain(content: Content) -> None:
    content["certified_gbp"] += 1


def another_source(content: Content) -> None:
    content["assumptions"][0]["source"] = "the Treasury"


def another_price(content: Content) -> None:
    """The price of a source of money is halved."""
    name = next(name for name in content["prices"] if name.startswith("paid."))
    content["prices"][name] /= 2


def no_prices(content: Content) -> None:
    content["prices"].clear()


def another_schedule(content: Content) -> None:
    first = next(iter(content["choices"]))
    del content["choices"][first]
    content["choices"][first.rpartition(".")[0] + ".1"] = 1


def two_schedules(content: Content) -> None:
    first = next(iter(content["choices"]))
    content["choices"][first.rpartition(".")[0] + ".1"] = 1


def no_addition(content: Content) -> None:
    del content["choices"][next(name for name in content["choices"] if name.startswith("n."))]


EDITS: dict[str, tuple[str, Callable[[Content], None], str, str]] = {
    "a pound less": ("manifest.json", cheaper, "manifest", "The value of the plan is £"),
    "a bound a pound nearer": ("manifest.json", closer, "manifest", "The engine's bound is £"),
    "no bound": ("manifest.json", put("bound_gbp", None), "manifest", "The engine's bound is nothing"),
    "a narrower gap": ("manifest.json", put("gap", 1e-9), "manifest", "The gap is"),
    "another status": ("manifest.json", put("status", "proven"), "manifest", "The status is proven"),
    "another network": ("manifest.json", put("network", "Elsewhere"), "manifest", "The network is Elsewhere"),
    "another setting": ("manifest.json", within("settings", "discount_rate", "1/50"), "manifest", "discount_rate"),
    "a setting of nobody's": ("manifest.json", within("settings", "luck", "1"), "manifest", "luck is 1"),
    "an assumption less": ("manifest.json", without_first("assumptions"), "manifest", "Settings: start_year"),
    "another source": ("manifest.json", another_source, "manifest", "Settings: start_year"),
    "an assumption less in the plan": ("plan.json", without_first("assumptions"), "manifest", "listed in plan.json"),
    "a check less": ("manifest.json", fewer_checks, "manifest", "the rule money"),
    "a breach of nothing": ("manifest.json", a_breach, "manifest", "counts breaches that are not there, of: money"),
    "a rule left out": ("manifest.json", without_first("checks"), "manifest", "the rule choice is nothing"),
    "another outcome": ("manifest.json", put("verify", "refused"), "manifest", "re-check is refused"),
    "a certified bound a pound higher": ("manifest.json", more_certain, "bound", "The certified bound is £"),
    "no certified bound": ("manifest.json", put("certified_gbp", None), "bound", "is nothing in manifest.json"),
    "another price": ("proof.json", another_price, "bound", "the prices in proof.json prove £"),
    "a price of nothing": ("proof.json", within("prices", "luck", 2.0), "bound", "does not have: luck"),
    "no prices": ("proof.json", no_prices, "bound", "the prices in proof.json prove nothing"),
    "another schedule": ("proof.json", another_schedule, "choices", "QX601-CT-01: proof.json has"),
    "two schedules": ("proof.json", two_schedules, "choices", "choice.QX601_CT_01"),
    "an addition less": ("proof.json", no_addition, "choices", "plan.json has add"),
    "more than all": ("proof.json", within("choices", "n.QX601.CT_standard.2026", 99), "choices", "n.QX601.CT"),
    "a choice of nothing": ("proof.json", within("choices", "luck", 1), "choices", "does not offer: luck"),
    "a share of patients": ("proof.json", within("choices", "x.CT.QX601.2034", 1), "choices", "x.CT.QX601.2034"),
}  # fmt: skip
"""File, its edit, the rule that breaks and words that say where."""


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_beside_the_plan_is_refused(name: str, run: Path, capitalplan: Command) -> None:
    file, change, rule, words = EDITS[name]
    edit(run, change, file)
    seal_again(run)
    ended = capitalplan("verify", run, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["ok"], told["changed_core"]) == (7, False, [])
    assert {breach["rule"] for breach in told["breaches"]} == {rule}
    assert any(words in breach["message"] for breach in told["breaches"])


def test_a_run_of_another_version_may_have_been_checked_less(run: Path, capitalplan: Command) -> None:
    edit(run, fewer_checks, "manifest.json")
    edit(run, put("tool_version", "0.0.9"), "manifest.json")
    seal_again(run)
    ended = capitalplan("verify", run)
    assert ended.code == 0
    assert f"Notice: made by capitalplan 0.0.9, checked by {__version__}." in ended.out


def test_every_rule_of_the_record_has_an_edit_that_breaks_it() -> None:
    assert {rule for _, _, rule, _ in EDITS.values()} == set(RECORD_RULES)


@pytest.mark.parametrize("price", ["NaN", "Infinity", '"dear"'])
def test_a_price_that_is_no_number_is_told(price: str, run: Path, capitalplan: Command) -> None:
    edit(run, within("prices", "luck", 12345.5), "proof.json")
    proof = run / "proof.json"
    proof.write_text(proof.read_text(encoding="utf-8").replace("12345.5", price), encoding="utf-8")
    assert "proof.json is not as it was sealed." in capitalplan("verify", run).out
    seal_again(run)
    ended = capitalplan("verify", run)
    assert ended.code == 6
    assert "proof.json is damaged" in ended.err


def test_the_bound_is_said_with_who_says_so(planned: tuple[Path, Ended], capitalplan: Command) -> None:
    manifest = json.loads((planned[0] / "manifest.json").read_text(encoding="utf-8"))
    certified, claimed = manifest["certified_gbp"], manifest["bound_gbp"]
    assert 0 < certified <= claimed <= manifest["objective_gbp"]
    said = capitalplan("verify", planned[0]).out
    assert f"No plan under these assumptions costs less than £{certified:,}: certified" in said
    assert f"{manifest['engine']} claims that none costs less than £{claimed:,}: the engine's word" in said
    told = json.loads(capitalplan("verify", planned[0], "--json").out)
    assert told["bound"] == {"certified_gbp": certified, "engine_gbp": claimed, "engine": manifest["engine"]}


def test_verify_loads_no_engine(planned: tuple[Path, Ended]) -> None:
    code = (
        f"import sys; from capitalplan.cli import main; sys.argv = ['capitalplan', 'verify', {str(planned[0])!r}]\n"
        "try: main()\nexcept SystemExit as ended: print('ENDED', ended.code)\n"
        "print('LOADED', *sorted(name for name in sys.modules if '.' not in name))"
    )
    *_, ended, loaded = run_python(code).stdout.splitlines()
    assert ended == "ENDED 0"
    assert "capitalplan" in loaded.split()
    assert {"solvers", "highspy", "ortools", "pulp", "reports"} & set(loaded.split()) == set()
