"""The house keeps its plan: who imports whom, what loads when, what every module says it offers."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import capitalplan

ROOT = Path(__file__).parents[1]
PACKAGES = ("capitalplan", "solvers", "reports")
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "_data" not in path.parts
}

ORDER = (
    {"errors"},
    {"terms", "resources", "locks"},
    {"settings", "sheets"},
    {"register"},
    {"service", "finance"},
    {"formulation"},
    {"solution"},
    {"plan"},
    {"decisions"},
    {"analysis"},
    {"runs"},
    {"workflow"},
    {"cli", "web"},
    {"__main__"},
)
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
PLAN_DATA = "capitalplan.plan.plan"
FOR_TYPES_ONLY = {("capitalplan.solution", "capitalplan.formulation.problem")}
LIMITED = {
    "capitalplan.verify": {"terms", "settings", "register", "errors", "plan.plan", "verify"},
    "solvers": {"solution", "formulation.problem", "formulation.bounds", "errors", "terms"},
    "reports": {"plan", "analysis", "register", "settings", "terms", "errors", "sheets", "resources"},
}
HOMES = {
    "joblib": {"capitalplan.workflow.workers", "capitalplan.workflow.pools"},
    "distributed": {"capitalplan.workflow.clusters"},
}
NOT_IN_VERIFY = {"numpy", "scipy", "pandas"}
MAY_BUILD_CHARTS = {"reports.charts", "reports.tables"}
MOST_LINES = 400


def imports(module: str) -> set[str]:
    """Modules named by the imports of a module, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in whole}
    return found


def within(name: str, rooms: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def is_allowed(module: str, target: str) -> bool:
    """Whether the plan of the house lets ``module`` import ``target``, both ours."""
    limited = next((rooms for package, rooms in LIMITED.items() if within(module, {package})), None)
    if target == "capitalplan" or (module, target) in FOR_TYPES_ONLY:
        return True
    package = target.split(".", maxsplit=1)[0]
    if package != "capitalplan":
        chart = module.startswith("capitalplan.web") and target in MAY_BUILD_CHARTS
        return chart or module.startswith("capitalplan.workflow") or module.split(".", maxsplit=1)[0] == package
    if limited is not None:
        return within(target.removeprefix("capitalplan."), limited)
    here, there = module.split(".")[1], target.split(".")[1]
    if there == "verify":
        return FLOOR[here] > FLOOR["plan"]
    if target == PLAN_DATA:
        return FLOOR[here] > FLOOR["register"]
    return here == there or FLOOR[there] < FLOOR[here]


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"capitalplan"}))
def test_imports_go_one_way(module: str) -> None:
    ours = {name for name in imports(module) if name.split(".")[0] in PACKAGES}
    assert {name for name in ours if not is_allowed(module, name)} == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_libraries_stay_in_their_room(module: str) -> None:
    libraries = {name.split(".")[0] for name in imports(module)}
    assert {name for name in libraries if module not in HOMES.get(name, {module})} == set()
    if within(module, {"capitalplan.verify"}):
        assert libraries & NOT_IN_VERIFY == set()


def test_a_wrong_import_would_be_seen() -> None:
    assert not is_allowed("capitalplan.register.read", "capitalplan.plan.plan")
    assert not is_allowed("capitalplan.service.demand", "capitalplan.finance.money")
    assert not is_allowed("capitalplan.verify.check", "capitalplan.plan.extract")
    assert not is_allowed("capitalplan.cli", "reports.workbook")
    assert not is_allowed("solvers.highs", "capitalplan.register.register")
    assert not is_allowed("reports.page", "solvers.highs")
    assert is_allowed("capitalplan.workflow.planning", "solvers.highs")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_modules_offer_what_they_say(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    made = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    public = {name for name in made if not name.startswith("_")}
    loaded = import_module(module)
    offered = getattr(loaded, "__all__", ())
    assert public - set(offered) == set()
    assert [name for name in offered if not hasattr(loaded, name)] == []


@pytest.mark.parametrize("module", sorted(MODULES))
def test_modules_are_small(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert len(text.splitlines()) < MOST_LINES


def test_public_names_are_lazy_and_there() -> None:
    assert {name for name in capitalplan.__all__ if getattr(capitalplan, name) is None} == set()
    assert set(capitalplan.__all__) <= set(dir(capitalplan))
    with pytest.raises(AttributeError, match="no attribute 'scanner'"):
        capitalplan.scanner  # noqa: B018  # the look-up is what is tested


HEAVY = {"pandas", "ortools", "plotly", "highspy", "scipy", "pulp", "openpyxl", "xlsxwriter"}


def run_python(code: str, *, path: str = str(ROOT)) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, encoding="utf-8", env=environment, check=False
    )


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from capitalplan.cli import main; sys.argv = ['capitalplan', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('LOADED', *sorted(name for name in sys.modules if '.' not in name))"
    )
    result = run_python(code)
    assert result.returncode == 0, result.stderr
    loaded = set(result.stdout.splitlines()[-1].split())
    assert "capitalplan" in loaded
    assert loaded & HEAVY == set()


def test_a_stranger_of_our_name_is_named(tmp_path: Path) -> None:
    code = "from capitalplan.workflow.startup import check_neighbours; check_neighbours()"
    assert run_python(code).returncode == 0
    stranger = tmp_path / "elsewhere" / "reports"
    stranger.mkdir(parents=True)
    (stranger / "__init__.py").touch()
    result = run_python(code, path=f"{stranger.parent}{os.pathsep}{ROOT}")
    assert result.returncode != 0
    assert f"Another package named reports stands in the way, in {stranger.parent.resolve()}" in result.stderr


FOREIGN = {
    "a package registry": r"pypi\.org/simple|pythonhosted\.org|registry\.npmjs|deb\.debian\.org",
    "a path of one machine": r"""["'` =](/tmp|/root|/work|/home/\w+)/""",
}
TEXT = {".py", ".md", ".toml", ".csv", ".html", ".css", ".js", ".txt", ".yml", ".yaml", ".cfg", ""}


def test_nothing_points_at_one_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    ).stdout.split("\0")  # fmt: skip
    found = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix not in TEXT or path.name.endswith(".min.js") or path == Path(__file__) or not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{name} names {what}" for what, pattern in FOREIGN.items() if re.search(pattern, text)]
    assert found == []
