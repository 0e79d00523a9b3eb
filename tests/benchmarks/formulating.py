"""Formulating NET as arrays, against building the same problem in PuLP from those arrays."""

from __future__ import annotations

import time
from collections.abc import Callable

from solvers.pulp_model import pulp_model
from tests.benchmarks.families.network import draw_region, region_instance

__all__ = ["measure_formulating"]

REPEATS = 3


def measure_formulating(assets: int) -> str:
    """Measure both, the best of some repeats each, and say so in a sentence."""
    region = draw_region(assets, seed=0)
    problem = region_instance(region, seed=0).problem
    ours = _least(lambda: region_instance(region, seed=0))
    theirs = _least(lambda: pulp_model(problem))
    size = f"{problem.n_columns:,} columns, {problem.n_rows:,} rows, {problem.matrix.nnz:,} entries"
    return (
        f"NET, {assets:,} assets ({size}): {ours:.2f} s as arrays, from the machines on; {theirs:.2f} s in PuLP, "
        f"from the arrays on: {theirs / ours:.1f} times as long."
    )


def _least(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
