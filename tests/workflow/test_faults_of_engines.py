"""An engine that is wrong, or has no licence, or states no bound: said in words, and nothing false is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from capitalplan.errors import SolverError
from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.pricing import certified_bound
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import UNPROVEN
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.resources import data_path
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.engines import engine
from capitalplan.workflow.planning import STOPPED_EARLY, exit_code, make_plan, make_study
from capitalplan.workflow.running import plan_to_folder
from solvers import or_tools
from solvers.answer import Answer
from solvers.watch import Watch

THROUGH_PULP = "HiGHS"
Run = Callable[[Problem, SolveOptions, Watch], Answer]


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(data_path("twelve_assets"))


def test_a_bound_is_proven_for_an_engine_that_states_none(register: Register) -> None:
    """What is shown is the bound of the linear relaxation; 'optimal' is the engine's word and proves nothing."""
    planned = make_plan(register, SolveOptions(gap=0.01), engine_name=THROUGH_PULP)
    problem = formulate(register).problem
    duals = engine("highs")(problem, SolveOptions(relax=True)).duals
    assert duals is not None
    assert planned.solution.status is Status.OPTIMAL
    assert planned.plan.bound_gbp == int(certified_bound(problem, duals) * 1000) + planned.formulation.constant_gbp
    assert planned.plan.gap is not None
    assert planned.plan.gap > 0.01
    assert planned.plan.status == UNPROVEN
    assert exit_code(planned, 0.01) == STOPPED_EARLY


def test_it_is_planned_to_the_gap_asked_for_where_that_bound_is_enough(register: Register) -> None:
    planned = make_plan(register, SolveOptions(gap=0.5), engine_name=THROUGH_PULP)
    assert planned.plan.status == "planned to the gap asked for"
    assert exit_code(planned, 0.5) == 0


def test_an_engine_without_a_licence_says_so(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    import pulp

    def refused(*_: object) -> None:
        raise LookupError("No licence found")

    monkeypatch.setattr(pulp.HiGHS, "actualSolve", refused)
    with pytest.raises(SolverError, match=r"The engine failed.*No licence found \(HiGHS \(PuLP"):
        make_plan(register, SolveOptions(), engine_name=THROUGH_PULP)


def cheaper(problem: Problem, values: np.ndarray) -> Answer:
    """States a thousandth less than its plan costs."""
    stated = 0.999 * float(problem.costs @ values)
    return Answer(status=Status.OPTIMAL, values=values, objective=stated, bound=stated)


def too_sure(problem: Problem, values: np.ndarray) -> Answer:
    """Claims a bound above its own plan."""
    value = float(problem.costs @ values)
    return Answer(status=Status.OPTIMAL, values=values, objective=value, bound=1.01 * value)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [(cheaper, "its objective is not the cost of its plan"), (too_sure, "lies above its plan")],
)
def test_a_wrong_optimal_is_never_shown(
    wrong: Callable[[Problem, np.ndarray], Answer],
    words: str,
    register: Register,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = or_tools._run

    def run(problem: Problem, options: SolveOptions, watch: Watch) -> Answer:
        answer = honest(problem, options, watch)
        return answer if answer.values is None else wrong(problem, answer.values)

    monkeypatch.setattr(or_tools, "_run", run)
    with pytest.raises(SolverError, match=f"SCIP .*{words}") as caught:
        plan_to_folder(data_path("twelve_assets"), tmp_path / "run", SolveOptions(), engine_name="scip")
    assert caught.value.exit_code == 6
    assert list(tmp_path.iterdir()) == []


def test_a_known_way_of_planning_convicts_a_bound(register: Register) -> None:
    """Oldest first keeps every rule of this register: an engine that claims nothing costs as little is wrong."""
    planned = make_plan(register, SolveOptions(gap=0.0))
    oldest = next(each for each in make_study(planned, test_prices=False).alternatives if each.name == "oldest first")
    assert not oldest.breaches
    claim = oldest.plan.objective_gbp + 1000
    faulty = replace(planned, plan=replace(planned.plan, bound_gbp=claim, objective_gbp=claim + 1))
    with pytest.raises(SolverError, match=f"HiGHS .* is wrong: .* less than £{claim:,}, yet oldest first"):
        make_study(faulty, test_prices=False)
