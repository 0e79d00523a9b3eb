"""HiGHS 1.16.0 with a start and presolve on ends 'Optimal' below its own linear relaxation: watched, and avoided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.sparse as sp

from capitalplan.errors import SolverError
from capitalplan.formulation.problem import Problem
from capitalplan.solution import Solution, SolveOptions, Status
from solvers import highs as adapter
from solvers.answer import Answer, answered
from solvers.checks import check_values
from solvers.guards import refuse_below_root, refuse_if_disproven
from solvers.watch import Watch

highspy = pytest.importorskip("highspy")

Floats = npt.NDArray[np.float64]
DATA = Path(__file__).parent / "data"
START_COST = 99_892.65


@pytest.fixture(scope="module")
def model() -> Problem:
    with np.load(DATA / "bugmodel.npz") as data:
        columns, matrix = len(data["c"]), sp.csc_array(sp.load_npz(DATA / "bugA.npz"))
        return Problem(
            costs=data["c"].astype(np.float64),
            matrix=matrix,
            lower=np.zeros(columns),
            upper=data["ub"].astype(np.float64),
            row_lower=data["lo"].astype(np.float64),
            row_upper=data["hi"].astype(np.float64),
            integer=data["isint"].astype(bool),
            column_names=tuple(f"x{number}" for number in range(columns)),
            row_names=tuple(f"r{number}" for number in range(matrix.shape[0])),
            row_rule=("rule",) * matrix.shape[0],
            column_block=np.zeros(columns, dtype=np.int32),
            column_owner=np.zeros(columns, dtype=np.int32),
            column_year=np.zeros(columns, dtype=np.int32),
        )


def with_a_start(model: Problem, start: Any) -> tuple[float, float]:
    """Objective HiGHS states, and cost of the point it returns, when given a start with presolve on."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = model.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.costs, model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = model.matrix.indptr, model.matrix.indices
    lp.a_matrix_.value_ = model.matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[whole] for whole in model.integer.astype(int)]
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("time_limit", 30.0)
    engine.passModel(lp)
    point = highspy.HighsSolution()
    point.col_value = list(start)
    engine.setSolution(point)
    engine.run()
    cost = float(model.costs @ np.array(engine.getSolution().col_value))
    return float(engine.getInfo().objective_function_value), cost


def test_the_fault_is_still_there(model: Problem) -> None:
    with np.load(DATA / "bugmodel.npz") as data:
        stated, cost = with_a_start(model, data["x"])
    if stated == pytest.approx(cost, rel=1e-6):
        pytest.fail(f"mended in HiGHS {adapter.version()}: starts may be used again")


STATED, LINEAR = 98_395.1708718129, 98_581.98139180806
"""Objective and bound stated of the start; the linear relaxation."""


@pytest.fixture(scope="module")
def honest(model: Problem) -> Solution:
    """The adapter's answer, without a start."""
    return adapter.solve(model, SolveOptions(gap=0.003))


@pytest.fixture
def start() -> Floats:
    with np.load(DATA / "bugmodel.npz") as data:
        return np.asarray(data["x"], dtype=np.float64)


def test_the_plan_it_returns_convicts_it(model: Problem, start: Floats) -> None:
    """The first guard, which needs to know nothing else."""
    with pytest.raises(SolverError, match="its objective is not the cost of its plan"):
        check_values(model, start, STATED, "HiGHS")

    def run(_problem: Problem, _options: SolveOptions, _watch: Watch) -> Answer:
        return Answer(status=Status.OPTIMAL, values=start, objective=STATED, bound=STATED)

    with pytest.raises(SolverError, match="its objective is not the cost of its plan"):
        answered(model, SolveOptions(gap=0.0), "HiGHS", run, adapter.solve)


def test_the_linear_relaxation_convicts_it() -> None:
    with pytest.raises(SolverError, match=r"states a plan of 98,395\.17, yet .* less than 98,581\.98"):
        refuse_below_root("HiGHS", Status.OPTIMAL, STATED, LINEAR)


def test_a_better_plan_convicts_it(model: Problem, start: Floats, honest: Solution) -> None:
    """Its bound lies below every plan; what is wrong is to call the start optimal."""
    value, better = float(model.costs @ start), honest.objective
    assert better is not None
    with pytest.raises(SolverError, match=rf"less than 99,882\.66, yet one of {better:,.2f}"):
        refuse_if_disproven("HiGHS", Status.OPTIMAL, value, STATED, gap=1e-4, known=better)
    refuse_if_disproven("HiGHS", Status.STOPPED, value, STATED, gap=1e-4, known=better)


def test_the_adapter_keeps_its_bound_below_every_plan(model: Problem, honest: Solution) -> None:
    linear = adapter.solve(model, SolveOptions(relax=True))
    assert linear.objective is not None
    assert linear.objective == pytest.approx(98_581.98, abs=0.01)
    assert linear.objective <= honest.bound <= START_COST
    assert honest.objective is not None
    assert honest.bound <= honest.objective
