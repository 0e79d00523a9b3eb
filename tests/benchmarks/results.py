"""Results of a run: head and rows as a file, the check of every bound, medians over seeds and the table."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.benchmarks.race import CHECKPOINTS, Row

__all__ = ["SCHEMA_VERSION", "Head", "bounds_too_high", "head", "median", "read_results", "table_of", "write_results"]

SCHEMA_VERSION = 1
TOLERANCE = 1e-6
"""Of a bound against the best plan, relative."""
Head = dict[str, Any]

LIBRARIES = ("highspy", "ortools", "pulp", "numpy", "scipy", "capitalplan")


def head() -> Head:
    """Where and how the run was made."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "schema_version": SCHEMA_VERSION,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python", "-m", "tests.benchmarks", *sys.argv[1:]]),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "memory_gb": round(pages / 1024**3, 1),
            "system": platform.platform(),
        },
        "python": platform.python_version(),
        "versions": {library: version(library) for library in LIBRARIES},
    }


def write_results(path: Path, rows: list[Row], heads: list[Head]) -> None:
    """Write rows as JSON, with the head of this run and of those whose rows were added."""
    content = json.dumps({"head": heads[0], "earlier": heads[1:], "rows": rows}, indent=1, allow_nan=False)
    path.write_text(content + "\n", encoding="utf-8", newline="\n")


def read_results(paths: Iterable[Path]) -> tuple[list[Row], list[Head]]:
    """Rows of earlier runs, and their heads.

    Raises
    ------
    ValueError
        If a file is not the results of a run.
    """
    rows: list[Row] = []
    heads: list[Head] = []
    for path in paths:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found = [content["head"], *content["earlier"]]
            fits = all(each["schema_version"] == SCHEMA_VERSION for each in found)
            rows += content["rows"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} cannot be read as results of a run: {error}") from error
        if not fits:
            raise ValueError(f"{path} was written by another version of the benchmark")
        heads += found
    return rows, heads


def bounds_too_high(rows: list[Row]) -> list[str]:
    """Bounds, at the end or in a trace, that exceed the best plan any engine found on the same arrays, in words."""
    best: dict[str, float] = {}
    for row in rows:
        if row["incumbent"] is not None:
            best[row["hash"]] = min(row["incumbent"], best.get(row["hash"], row["incumbent"]))
    found = []
    for row in rows:
        stated = [row["bound"], *(bound for _, _, bound in row["trace"])]
        highest = max((bound for bound in stated if bound is not None), default=None)
        known = best.get(row["hash"])
        if highest is not None and known is not None and highest > known + TOLERANCE * max(1.0, abs(known)):
            place = f"{row['family']}, {row['assets']:,} assets, seed {row['seed']}"
            found.append(f"{row['engine']} states a bound of {highest:,.3f} on {place}, above a plan of {known:,.3f}.")
    return found


def median(values: Iterable[float | None]) -> float | None:
    """Median over seeds, where those without a value count as the worst; None where it is one of them."""
    listed = [float("inf") if value is None else value for value in values]
    middle = statistics.median_high(listed)
    return None if middle == float("inf") else statistics.median(listed)


def table_of(rows: list[Row]) -> Table:
    """Medians over seeds: a line an engine and size, and lines of what practice would do."""
    table = Table(title="Medians over runs; values in £ thousand, scans outside in thousand", title_justify="left")
    points = [at for at in CHECKPOINTS if any(str(at) in row["checkpoints"] for row in rows)]
    for name in ("Family", "Assets", "Engine", "Runs"):
        table.add_column(name, justify="left" if name in {"Family", "Engine"} else "right")
    for name in (*(f"Gap {at} s" for at in points), "Gap", "Plan", "Bound", "Outside", "Seconds", "In all", "Peak MB"):
        table.add_column(name, justify="right")
    table.add_column("Ended")
    groups: dict[tuple[str, int], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        groups[row["family"], row["assets"]][row["engine"]].append(row)
    for (family, assets), engines in groups.items():
        for engine, runs in engines.items():
            gaps = [_percent(median(run["checkpoints"].get(str(at)) for run in runs)) for at in points]
            table.add_row(
                family, f"{assets:,}", engine, str(len(runs)), *gaps,
                _percent(median(run["gap"] for run in runs)),
                _amount(median(run["incumbent"] for run in runs)),
                _amount(statistics.median(bounds) if (bounds := _there(runs, "bound")) else None),
                _amount(median(run["scans_outside"] for run in runs)),
                f"{statistics.median(run['seconds'] for run in runs):,.1f}",
                f"{sum(run['seconds'] for run in runs):,.0f}",
                f"{statistics.median(run['peak_memory_mb'] for run in runs):,.0f}",
                ", ".join(sorted({run["status"] for run in runs})),
            )  # fmt: skip
        first = next(iter(engines.values()))
        for name in first[0]["practice"] or ():
            told = [run["practice"][name] for run in first]
            value, outside = (median(each[part] for each in told) for part in ("value", "scans_outside"))
            blank = [""] * (len(points) + 1)
            table.add_row(family, f"{assets:,}", name, str(len(told)), *blank, _amount(value), "", _amount(outside))
        table.add_section()
    return table


def _there(runs: list[Row], field: str) -> list[float]:
    return [run[field] for run in runs if run[field] is not None]


def _percent(gap: float | None) -> str:
    return "-" if gap is None else f"{100 * gap:.3f}%"


def _amount(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _cpu() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
