"""The whole way on NET in one process: formulate, solve, check, write."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import engine
from solvers.checks import check_values
from tests.benchmarks.child import limit_of, run_apart
from tests.benchmarks.families.network import network
from tests.benchmarks.results import head

__all__ = ["Whole", "measure_whole"]

GAP = 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What was measured.

    Attributes
    ----------
    words
        A sentence on it.
    holds
        Whether a plan was found and holds.
    """

    words: str
    holds: bool


def measure_whole(assets: int, seconds: float, path: Path | None) -> Whole:
    """Go the whole way in a process of its own and measure it.

    Parameters
    ----------
    seconds
        Time the engine is given.
    path
        File for the measures, or None.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        ended = run_apart(_go, folder, assets, seconds, limit=limit_of(seconds))
        told = folder / "whole.json"
        result: dict[str, Any] = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {"status": "failed"}
    result |= {"seconds": round(ended.seconds, 1), "peak_memory_mb": round(ended.peak_mb), "overran": ended.overran}
    result.pop("values", None)
    if path is not None:
        content = json.dumps({"head": head(), "family": "NET", "assets": assets, "seed": 0, **result}, indent=1)
        path.write_text(content + "\n", encoding="utf-8", newline="\n")
    holds = result.get("value") is not None
    plan = "no plan that holds"
    if holds:
        stages = ", ".join(f"{stage} {took:.1f} s" for stage, took in result["stages"].items())
        plan = f"a plan within {100 * result['gap']:.3f}% of the best possible ({stages})"
    words = f"NET, {assets:,} assets: {plan}; {ended.seconds:.1f} s and {ended.peak_mb:,.0f} MB in all."
    return Whole(words=words, holds=holds)


def _go(folder: Path, assets: int, seconds: float) -> None:
    marks = [time.perf_counter()]
    instance = network(assets, seed=0)
    marks.append(time.perf_counter())
    solution = engine("highs")(instance.problem, SolveOptions(gap=GAP, time_limit=seconds))
    marks.append(time.perf_counter())
    result: dict[str, Any] = {"status": str(solution.status), "hash": instance.digest}
    if solution.values is not None and solution.objective is not None:
        check_values(instance.problem, solution.values, solution.objective, solution.engine)
        marks.append(time.perf_counter())
        steps = zip(("formulate", "solve", "check"), marks, marks[1:], strict=False)
        result |= {
            "value": solution.objective,
            "bound": solution.bound,
            "gap": solution.gap,
            "stages": {step: round(after - before, 2) for step, before, after in steps},
            "values": solution.values.tolist(),
        }
    (folder / "whole.json").write_text(json.dumps(result), encoding="utf-8")
