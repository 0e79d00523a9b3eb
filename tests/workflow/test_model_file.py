"""The model as a file: other solvers read it, and find the value of our plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.errors import EnvironmentFaultError
from capitalplan.resources import data_path
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import engine
from capitalplan.workflow.model_file import write_model
from capitalplan.workflow.planning import plan_workbook
from tests.e2e.every_part import write_network

BOOK = data_path("twelve_assets")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """Folder of the model in both formats, and the value of its best plan, £ thousand."""
    folder = tmp_path_factory.mktemp("models")
    write_model(BOOK, folder / "model.lp")
    problem = write_model(BOOK, folder / "model.mps").problem
    value = engine("scip")(problem, SolveOptions(gap=0.0)).objective
    assert value is not None
    return folder, value


@pytest.mark.parametrize("name", ["model.mps", "model.lp"])
def test_highs_reads_it(name: str, files: tuple[Path, float]) -> None:
    highspy = pytest.importorskip("highspy")
    highs = highspy.Highs()
    for option, setting in (("output_flag", False), ("mip_rel_gap", 0.0), ("threads", 1)):
        highs.setOptionValue(option, setting)
    assert highs.readModel(str(files[0] / name)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(files[1], rel=1e-6)


def test_pulp_reads_it_for_cbc(files: tuple[Path, float]) -> None:
    pulp = pytest.importorskip("pulp")
    columns, model = pulp.LpProblem.fromMPS(str(files[0] / "model.mps"))
    assert any(name.startswith("y.QX601_CT_01") for name in columns)
    cbc = pulp.COIN_CMD(path=pulp.apis.coin_api.pulp_cbc_path, msg=False, gapRel=0.0, options=["preprocess off"])
    model.solve(cbc)
    assert pulp.value(model.objective) == pytest.approx(files[1], rel=1e-6)


def test_limits_on_both_sides_and_a_constant_are_kept(tmp_path: Path) -> None:
    """Vans, staff, patients and money: the objective of the file makes the value of the plan."""
    highspy = pytest.importorskip("highspy")
    book = write_network(tmp_path / "network")
    formulation = write_model(book, tmp_path / "model.mps")
    assert formulation.constant_gbp == 26_000
    highs = highspy.Highs()
    for option, setting in (("output_flag", False), ("mip_rel_gap", 0.0), ("threads", 1)):
        highs.setOptionValue(option, setting)
    highs.readModel(str(tmp_path / "model.mps"))
    highs.run()
    value = 1000 * highs.getInfo().objective_function_value + formulation.constant_gbp
    assert value == pytest.approx(plan_workbook(book, gap=0.0).plan.objective_gbp, rel=1e-5)
    assert f"= 1000 x objective + {formulation.constant_gbp}" in (tmp_path / "model.mps").read_text(encoding="utf-8")


def test_it_says_what_its_objective_means(files: tuple[Path, float]) -> None:
    for name, mark in (("model.mps", "* "), ("model.lp", "\\ ")):
        first, second, *_ = (files[0] / name).read_text(encoding="utf-8").splitlines()
        assert first == f"{mark}Foxley Hospitals (fictional): capital plan, least whole-life cost, £ thousand"
        assert second == f"{mark}value of the plan in £ = 1000 x objective + 0"


def test_nothing_is_overwritten_or_guessed(tmp_path: Path) -> None:
    there = tmp_path / "model.mps"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(EnvironmentFaultError, match="nothing was overwritten"):
        write_model(BOOK, there)
    assert there.read_text(encoding="utf-8") == "mine"
    with pytest.raises(EnvironmentFaultError, match=r"must end in \.mps or \.lp"):
        write_model(BOOK, tmp_path / "model.txt")
    with pytest.raises(EnvironmentFaultError, match="could not be written"):
        write_model(BOOK, tmp_path / "nowhere" / "model.lp")
