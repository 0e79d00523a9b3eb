"""Buying together, fairness, stability and challenges from a workbook, worked out on paper."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from capitalplan.analysis.approved import approved_lines, with_approved
from capitalplan.analysis.causes import change_causes
from capitalplan.analysis.coalitions import Split
from capitalplan.analysis.compare import changed_schemes
from capitalplan.analysis.fairness import FairnessMeasure
from capitalplan.errors import RunFolderError
from capitalplan.register.read import read_register
from capitalplan.resources import data_path
from capitalplan.solution import SolveOptions
from capitalplan.workflow.advanced import Advanced
from capitalplan.workflow.network import challenge, fairness, together
from capitalplan.workflow.planning import make_plan, plan_workbook
from capitalplan.workflow.recheck import recheck
from capitalplan.workflow.running import plan_to_folder
from data._tables import Cells
from tests.folders import funding_rows
from tests.service.cases import OTHER, Rows, Workbook, demand, machine, site, year

EXACT = SolveOptions(gap=0)


def quiet(_: str) -> None:
    """Say nothing."""


def two_trusts(folder: Path, **sheets: Rows) -> Path:
    """A CT at each of two trusts that is to be replaced for £100,000; two in one year are 10% cheaper."""
    rows: dict[str, Rows] = {
        "Sites": [site(), site(OTHER)],
        "Equipment": [machine("CT1", lock="replace"), machine("CT2", OTHER, lock="replace")],
        "Demand": [demand(1000), demand(1000, OTHER)],
        "Funding": [*funding_rows("Own A", "QA1", [100_000] * 3), *funding_rows("Own B", "QB1", [100_000] * 3)],
        "Frameworks": [{"framework": "CT", "options": "CT standard", "from_units": 2, "rebate": "10%"}],
        **sheets,
    }
    return Workbook(folder, rows).folder


def advanced(folder: Path) -> Advanced:
    return Advanced(make_plan(read_register(folder), EXACT), EXACT)


@pytest.mark.parametrize("split", Split)
def test_two_trusts_save_a_tier_by_buying_together(tmp_path: Path, split: Split) -> None:
    """Alone £100,000 and three years of £1,000 each; together £20,000 less, £10,000 each."""
    found = advanced(two_trusts(tmp_path / "book")).together(split)
    assert [(share.alone_gbp, share.saving_gbp) for share in found.shares] == [(103_000, 10_000)] * 2
    assert found.joint_gbp == 186_000
    assert (found.saving_low_gbp, found.saving_high_gbp) == (20_000, 20_000)
    assert found.in_core


def test_a_trust_that_cannot_plan_alone_is_told_why(tmp_path: Path) -> None:
    """B has to replace its machine and has no money but its half of what is shared."""
    book = two_trusts(
        tmp_path / "book",
        Funding=[*funding_rows("Own A", "QA1", [100_000] * 3), *funding_rows("All", "SHARED", [100_000] * 3)],
    )
    answer = together(book, EXACT, Split.PRO_RATA, quiet)
    assert answer.content["left_out"].keys() == {"QB1"}
    assert "QB1 is left out of the split" in answer.sentences[0]
    assert "too low by £50,000" in answer.sentences[0]
    assert answer.exit_code == 0


def test_together_as_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = together(two_trusts(tmp_path / "book"), EXACT, Split.SHAPLEY, quiet)
    answer.show()
    shown = capsys.readouterr().out
    assert "£20,000 less than the £206,000 of their plans alone" in shown
    assert "£93,000" in shown
    assert answer.content["shares"][0] == {"trust": "QA1", "alone_gbp": 103_000, "saving_gbp": 10_000}
    assert answer.content["joint"]["QB1"]["capital_gbp"] == 90_000


def test_the_price_of_fairness(tmp_path: Path) -> None:
    """A's CT does 1,000 of 1,500 scans: it buys a third outside, B nothing.

    Alike, B buys a third of its 1,000 scans for £100 each as well, in each of three years: £100,000.
    """
    book = two_trusts(
        tmp_path / "book", Frameworks=[], Demand=[demand(1500), demand(1000, OTHER)],
        Equipment=[machine("CT1"), machine("CT2", OTHER)],
    )  # fmt: skip
    answer = fairness(book, EXACT, FairnessMeasure.UNMET, 2, quiet)
    points = answer.content["points"]
    assert [point["limit"] for point in points] == [None, 0.1667, 0.0]
    assert points[0]["spread"] == pytest.approx(1 / 3)
    assert points[2]["price_gbp"] == pytest.approx(100_000, abs=2)
    assert points[1]["price_gbp"] == pytest.approx(49_990, abs=2)
    assert answer.exit_code == 0


def test_the_tightest_bound_on_capital_is_found(tmp_path: Path) -> None:
    """Fleets are worth £100,000 each. A has to renew its machine; B may, at £100,000 that it does not need."""
    book = two_trusts(
        tmp_path / "book", Frameworks=[], Equipment=[machine("CT1", lock="replace"), machine("CT2", OTHER, lock="keep")]
    )
    curve = advanced(book).fairness(FairnessMeasure.CAPITAL, 1)
    assert curve is not None
    assert [point.limit for point in curve.points] == [None, 1, Fraction(1, 2), 0] or curve.points[-1].is_impossible
    assert curve.points[0].spread == 1
    assert all(point.is_impossible for point in curve.points if point.limit is not None and point.limit < 1)


def three_machines(folder: Path, limits: list[int]) -> Path:
    """Three CTs to be replaced in three years, for £100,000 each."""
    sheets: dict[str, Rows] = {
        "Equipment": [machine(f"CT{n}", lock="replace") for n in (1, 2, 3)],
        "Demand": [demand(3000)],
        "Funding": funding_rows("Capital", "SHARED", limits),
    }
    return Workbook(folder, sheets).folder


def test_a_cut_moves_one_scheme_and_names_its_cause(tmp_path: Path) -> None:
    before = three_machines(tmp_path / "before", [100_000] * 3)
    after = three_machines(tmp_path / "after", [100_000, 200_000, 0])
    plan_to_folder(before, tmp_path / "approved", EXACT, test_prices=False)
    outcome = plan_to_folder(after, tmp_path / "run", EXACT, test_prices=False, approved=tmp_path / "approved")
    (cause,) = outcome.study.change_causes
    assert cause.causes[0] == "The limit of Capital in 2028/29 is £0, and was £100,000."
    assert (cause.change.firm, cause.change.price_gbp) == (True, 1_000_000)
    base = plan_workbook(before, gap=0).plan
    assert changed_schemes(base, outcome.planned.plan) == 1 <= changed_schemes(base, plan_workbook(after, gap=0).plan)

    found = recheck(tmp_path / "run")
    assert found.ok
    kept = tmp_path / "run" / "input" / "approved.json"
    kept.write_text(kept.read_text(encoding="utf-8").replace("2026/27", "2027/28"), encoding="utf-8")
    assert {"input/approved.json", "input/register.json"} <= set(recheck(tmp_path / "run").changed_core)
    with pytest.raises(RunFolderError, match=r"is no approved plan: input/approved.json changed"):
        plan_to_folder(after, tmp_path / "again", EXACT, approved=tmp_path / "run")


def test_a_supplier_is_held_against_the_plan(tmp_path: Path) -> None:
    """Owned, £1,000 of maintenance a year. Under the offer £1,000 in the first year, then £30,000 twice: £58,000 more.

    The tie is at £29,000 a year less. Its lease of £10,000 is scored at 10,000 + 10,000 / 1.0475.
    """
    offer: Cells = {
        "name": "Acme offer", "supplier": "Acme", "asset_ids": "CT1", "start_year": year(1), "term_years": 2,
        "annual_charge_gbp": 30_000, "embedded_lease_gbp": 10_000, "refresh_years": 4,
    }  # fmt: skip
    book = Workbook(tmp_path / "book", {"Challenges": [offer]}).folder
    result = advanced(book).challenge("Acme offer")
    assert (result.cost_gbp, result.tie_gbp) == (58_000, 1000)
    assert (result.tie_low_gbp, result.tie_high_gbp) == (1000, 1000)
    assert [each.owned_gbp for each in result.years] == [1000] * 3
    assert [each.offer_gbp for each in result.years] == [1000, 30_000, 30_000]
    assert [each.offer_capital_gbp for each in result.years] == [0, 19_547, 0]
    answer = challenge(book, EXACT, "Acme offer", quiet)
    assert answer.content["tie_gbp"] == 1000
    assert any("at age 4" in sentence for sentence in answer.sentences)


def test_staying_close_moves_fewer_schemes_on_the_twelve_asset_network() -> None:
    """Limits of the third year are halved; each change names one of them."""
    register = read_register(data_path("twelve_assets"))
    base = make_plan(register, EXACT)
    halved = tuple(
        replace(source, limits_gbp=tuple(gbp // 2 if t == 2 else gbp for t, gbp in enumerate(source.limits_gbp)))
        for source in register.sources
    )
    cut = replace(register, sources=halved)
    free, close = make_plan(cut, EXACT), make_plan(with_approved(cut, approved_lines(base.plan)), EXACT)
    assert changed_schemes(base.plan, close.plan) < changed_schemes(base.plan, free.plan)
    causes = change_causes(register, base.plan, close.register, close.plan)
    assert [each.change for each in causes] == list(close.plan.changes)
    assert all("in 2028/29 is" in each.causes[0] for each in causes)
