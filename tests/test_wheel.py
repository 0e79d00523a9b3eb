"""The wheel holds what it should and plans outside the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    isolation = ["--no-isolation"] if find_spec("hatchling") else []
    run([sys.executable, "-m", "build", "--wheel", *isolation, "--outdir", str(folder), str(ROOT)], folder)
    return next(folder.glob("*.whl"))


def run(command: list[str], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(
        command, cwd=folder, env=environment | {"PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_holds_three_packages_and_the_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/", maxsplit=1)[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"capitalplan", "solvers", "reports"}
    tables = {f"capitalplan/_data/{path.relative_to(ROOT / 'data').as_posix()}" for path in ROOT.glob("data/*/*.csv")}
    guides = {f"capitalplan/_data/docs/{path.name}" for path in ROOT.glob("docs/*.md")}
    assert tables | guides <= set(names)
    assert {"capitalplan/py.typed", "solvers/py.typed", "reports/py.typed"} <= set(names)
    assert [name for name in names if name.startswith("capitalplan/_data") and name.endswith(".py")] == []


def test_the_wheel_plans_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    run([sys.executable, "-m", "venv", "--without-pip", "env"], tmp_path)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / "python")
    run([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", str(wheel)], tmp_path)
    site = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], tmp_path).strip())
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    find = "import capitalplan.resources as r; print(r.data_path('one_trust')); print(r.doc_path('input.md'))"
    book, guide = (Path(line) for line in run([python, "-c", find], tmp_path).splitlines())
    assert site in book.parents
    assert guide.is_file()
    run([str(scripts / "capitalplan"), "plan", str(book), "--out", "run"], tmp_path)
    plan = json.loads((tmp_path / "run" / "plan.json").read_text(encoding="utf-8"))
    assert plan["schemes"]
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["verify"] == "accepted"
