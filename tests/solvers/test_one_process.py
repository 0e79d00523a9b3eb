"""highspy and OR-Tools carry a HiGHS each: in one process, in either order, both load, solve and print nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from solvers import cp_sat, highs, or_tools, pulp_solvers

ROOT = Path(__file__).parents[2]
SCRIPT = """
import importlib, sys
from capitalplan.solution import SolveOptions
from tests.solvers.problems import capital_rationing
for name in sys.argv[1:]:
    engine = importlib.import_module(name)
    print(engine.solve(capital_rationing(), SolveOptions(gap=0.0)).objective)
    print(engine.solve(capital_rationing(), SolveOptions(relax=True)).objective)
"""
BOTH = ("solvers.highs", "solvers.or_tools")


@pytest.mark.skipif(not (highs.available() and or_tools.available()), reason="needs both libraries")
@pytest.mark.parametrize("order", [BOTH, BOTH[::-1]])
def test_both_orders(order: tuple[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *order], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert [float(line) for line in done.stdout.splitlines()] == pytest.approx([-70, -70.272727] * 2)


def test_importing_the_engines_loads_no_library() -> None:
    script = (
        "import sys, solvers.highs, solvers.or_tools, solvers.cp_sat, solvers.pulp_solvers\n"
        "print([name for name in ('highspy', 'ortools', 'pulp') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]"


def test_a_missing_library_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = ("highspy", "ortools.linear_solver.pywraplp", "ortools.sat.python.cp_model", "pulp")
    for library in missing:
        monkeypatch.setitem(sys.modules, library, None)
    assert [module.available() for module in (highs, or_tools, cp_sat, pulp_solvers)] == [False] * 4
