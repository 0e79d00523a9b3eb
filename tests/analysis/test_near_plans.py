"""No-regret or negotiable: plans found near the best, and what is said of their schemes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from capitalplan.analysis.near.agreement import SchemeKey, keys_of
from capitalplan.analysis.near.plans import Label, Negotiable, negotiable, proven_by_prices
from capitalplan.analysis.near.search import Found, NearSearch
from capitalplan.formulation.formulate import formulate
from capitalplan.plan.extract import extract
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.register.schema import EquipmentRow
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action
from capitalplan.verify import verify
from capitalplan.workflow.engines import engine
from tests.folders import change_rows, copy_network
from tests.properties.brute_force import TooManyPlansError, least_cost
from tests.properties.choices import Tally
from tests.properties.random_network import random_register

ROUNDING_GBP = 2
SOLVE = engine("highs")


def near(register: Register, within: str, most: int = 4) -> tuple[Found, Negotiable] | None:
    full = formulate(register, prune=False)
    solution = SOLVE(full.problem, SolveOptions(gap=0))
    if solution.values is None:
        return None
    best = extract(full, solution)
    share = Fraction(within)
    limit = best.objective_gbp + int(share * abs(best.objective_gbp))
    search = NearSearch(full, best, solution.values, limit, SOLVE, SolveOptions(), lambda _: None)
    found = search.run(most)
    duals = SOLVE(full.problem, SolveOptions(relax=True)).duals
    answer = negotiable(
        register,
        found.plans,
        within=share,
        limit_gbp=limit,
        is_complete=found.is_complete,
        by_prices=proven_by_prices(full, np.zeros(full.problem.n_rows) if duals is None else duals, limit),
        able=frozenset({*search.twin.schedules, *search.twin.groups}),
    )
    return found, answer


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """The twelve-asset network with a machine locked to be replaced."""
    folder = copy_network("twelve_assets", tmp_path_factory.mktemp("near") / "network")
    locked = {"lock": "replace", "lock_year": "2031/32"}
    change_rows(folder, EquipmentRow, lambda row: row | (locked if row["asset_id"] == "QX602-DX-01" else {}))
    return read_register(folder)


@pytest.fixture(scope="module")
def found(twelve: Register) -> tuple[Found, Negotiable]:
    answer = near(twelve, "0.005")
    assert answer is not None
    return answer


def test_every_plan_holds_and_keeps_to_the_cost(twelve: Register, found: tuple[Found, Negotiable]) -> None:
    plans, limit = found[0].plans, found[1].limit_gbp
    assert len(plans) > 1
    assert [verify(twelve, plan).ok for plan in plans] == [True] * len(plans)
    assert max(plan.objective_gbp for plan in plans) <= limit
    assert len({frozenset(keys_of(plan)) for plan in plans}) > 1


def test_labels_are_the_shares_of_the_plans(found: tuple[Found, Negotiable]) -> None:
    plans, answer = found[0].plans, found[1]
    for each in answer.schemes:
        holding = sum(
            any((key.asset_id or None, key.site, key.action) == (each.asset_id, each.site, each.action)
                and (key.asset_id or f"{key.option} at {key.site}") == each.what for key in keys_of(plan))
            for plan in plans
        )  # fmt: skip
        assert (each.plans, each.share) == (holding, Fraction(holding, len(plans)))
        wanted = (
            Label.ALWAYS if holding == len(plans) else Label.USUALLY if 2 * holding >= len(plans) else Label.OPTIONAL
        )
        assert each.label is wanted
        assert ("proven" in each.sentence) is each.proven
    assert f"of {len(answer.schemes)} schemes" in answer.sentences[0]


def test_a_locked_scheme_is_proven(found: tuple[Found, Negotiable]) -> None:
    locked = next(each for each in found[1].schemes if each.asset_id == "QX602-DX-01")
    assert (locked.label, locked.proven, locked.years) == (Label.ALWAYS, True, (2031,))
    assert "always in 2031/32" in locked.sentence


def test_nothing_is_called_proven_that_a_plan_does_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan without a proven scheme, of all that there are, costs more than the limit."""
    checked, plain = 0, Tally._schedules
    for seed in range(10):
        register = random_register(seed, tmp_path / str(seed))
        answer = near(register, "0.03")
        if answer is None:
            continue
        for each in answer[1].schemes:
            if not each.proven or each.asset_id is None or each.action not in (Action.REPLACE, Action.RETIRE):
                continue
            done = "replaced" if each.action is Action.REPLACE else "retired"
            with monkeypatch.context() as patched:
                patched.setattr(
                    Tally,
                    "_schedules",
                    lambda tally, asset, key=each.asset_id, done=done: (
                        schedule
                        for schedule in plain(tally, asset)
                        if asset.asset_id != key or getattr(schedule, done) in (None, ())
                    ),
                )
                try:
                    cost = least_cost(register)
                except (TooManyPlansError, ValueError):
                    continue
            assert cost is None or cost > answer[1].limit_gbp - ROUNDING_GBP, (seed, each.what)
            checked += 1
    assert checked > 3


def test_prices_prove_what_a_lock_forces(twelve: Register) -> None:
    full = formulate(twelve, prune=False)
    asset = next(each for each in twelve.assets if each.asset_id == "QX602-DX-01")
    key = SchemeKey(site=asset.site, modality=asset.modality, asset_id=asset.asset_id, action=Action.REPLACE, option="")
    assert key in proven_by_prices(full, np.zeros(full.problem.n_rows), 10**9)
