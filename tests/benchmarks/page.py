"""Charts of results as one page that opens without any network."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.charts.base import finish
from reports.style import source_colour
from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.practice import ORDERS
from tests.benchmarks.race import Row, gap_at
from tests.benchmarks.results import Head, median

__all__ = ["write_page"]

HEIGHT = 420
POINTS = 200
"""Times at which a line is drawn, at most."""
LEAST_GAP = 1e-5
"""Smallest gap drawn on the scale of powers."""
GAPS = {"KB": 0.0001, "NET": 0.0005, "DESK": 0.005}
"""Gap whose time is drawn against size; elsewhere :data:`USUAL_GAP`."""
USUAL_GAP = 0.01
SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up")

Runs = dict[str, list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with what it shows, its remark, and a table of the same figures."""

    anchor: str
    title: str
    remark: str
    figure: dict[str, Any]
    headers: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]

    @property
    def amounts(self) -> set[int]:
        """Positions of the columns that hold numbers."""
        return {place for line in self.lines for place, cell in enumerate(line) if cell[:1].isdigit()} - {0}


def write_page(path: Path, rows: list[Row], heads: list[Head]) -> None:
    """Write charts of rows; an existing file is replaced."""
    sizes: dict[str, dict[int, Runs]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in rows:
        sizes[row["family"]][row["assets"]][row["engine"]].append(row)
    charts = []
    for family, by_size in sizes.items():
        charts += [_gaps(family, assets, engines) for assets, engines in by_size.items()]
        if len(by_size) > 1:
            charts += [_times(family, by_size), _memory(family, by_size)]
    if any(row["practice"] for row in rows):
        charts.append(_practice(sizes))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    texts = {name: files("reports").joinpath(*place).read_text(encoding="utf-8") for name, place in _PARTS.items()}
    content = environment.get_template("page.html").render(charts=charts, heads=heads, runs=len(rows), **texts)
    path.write_text(content, encoding="utf-8", newline="\n")


_PARTS = {
    "style": ("templates", "page.css"),
    "plotly": ("vendor", "plotly-cartesian.min.js"),
    "script": ("templates", "page.js"),
}


def _gaps(family: str, assets: int, engines: Runs) -> Chart:
    figure = go.Figure()
    lines = []
    for engine, runs in engines.items():
        if all(len(run["trace"]) == 1 for run in runs):
            times = [statistics.median(run["seconds"] for run in runs)]
            gaps = [median(run["gap"] for run in runs)]
        else:
            times = _times_drawn(runs)
            gaps = [median(gap_at(run["trace"], at) for run in runs) for at in times]
        drawn = [(at, gap) for at, gap in zip(times, gaps, strict=True) if gap is not None]
        lines.append((engine, str(len(runs)), _percent(median(run["gap"] for run in runs)), ", ".join(_statuses(runs))))
        if drawn:
            figure.add_scatter(
                x=[at for at, _ in drawn],
                y=[100 * max(gap, LEAST_GAP) for _, gap in drawn],
                mode="lines+markers" if len(drawn) < 3 else "lines",
                **_look(engine),
                line_shape="hv",
                hovertemplate="%{x:.0f} s: %{y:.3f}%",
            )
    finish(figure, HEIGHT)
    figure.update_xaxes(title="Seconds", rangemode="tozero")
    figure.update_yaxes(title="Gap, %", type="log", dtick=1, minor={"showgrid": False})
    figure.update_layout(margin_b=60)
    return Chart(
        anchor=f"gap-{family}-{assets}".lower(),
        title=f"{family}, {assets:,} assets: gap against time",
        remark=(
            "Between the best plan and the best bound so far, median over seeds. An engine that reports nothing while "
            "it runs has its end only; one that states no bound, or whose plan does not hold, is in the table alone. "
            f"Gaps below {100 * LEAST_GAP:g}% are drawn there."
        ),
        figure=_plain(figure),
        headers=("Engine", "Runs", "Gap at the end", "Ended"),
        lines=lines,
    )


def _times_drawn(runs: list[Row]) -> list[float]:
    times = sorted({line[0] for run in runs for line in run["trace"]})
    step = max(1, len(times) // POINTS)
    return sorted({*times[::step], times[-1]})


def _times(family: str, by_size: dict[int, Runs]) -> Chart:
    gap = GAPS.get(family, USUAL_GAP)
    figure, lines = go.Figure(), []
    for engine in _engines(by_size):
        found = {
            assets: median(_reached(run, gap) for run in engines[engine])
            for assets, engines in sorted(by_size.items())
            if engine in engines
        }
        _add_sizes(figure, engine, found)
        for assets, at in found.items():
            is_stated = any(run["bound"] is not None for run in by_size[assets][engine])
            missing = "not reached" if is_stated else "no bound stated"
            lines.append((engine, f"{assets:,}", missing if at is None else f"{at:,.1f}"))
    _finish_sizes(figure, "Seconds")
    return Chart(
        anchor=f"time-{family}".lower(),
        title=f"{family}: seconds to a gap of {100 * gap:g}%, against size",
        remark="Median over seeds; a size at which an engine does not reach the gap has no point.",
        figure=_plain(figure),
        headers=("Engine", "Assets", "Seconds"),
        lines=lines,
    )


def _memory(family: str, by_size: dict[int, Runs]) -> Chart:
    figure, lines = go.Figure(), []
    for engine in _engines(by_size):
        found = {
            assets: statistics.median(run["peak_memory_mb"] for run in engines[engine])
            for assets, engines in sorted(by_size.items())
            if engine in engines
        }
        _add_sizes(figure, engine, found)
        lines += [(engine, f"{assets:,}", f"{most:,.0f}") for assets, most in found.items()]
    _finish_sizes(figure, "MB")
    return Chart(
        anchor=f"memory-{family}".lower(),
        title=f"{family}: peak memory against size",
        remark="Of a process of its own for each run, libraries and problem included; median over seeds.",
        figure=_plain(figure),
        headers=("Engine", "Assets", "MB"),
        lines=lines,
    )


def _practice(sizes: dict[str, dict[int, Runs]]) -> Chart:
    found: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    lines = []
    for family, by_size in sizes.items():
        for assets, engines in by_size.items():
            plans = _best_plans(engines)
            place = f"{family} {assets:,}"
            for name in ("plan", *ORDERS) if plans else ():
                values = [_value(plan, name, "value") for plan in plans.values()]
                value, outside = median(values), median(_value(plan, name, "scans_outside") for plan in plans.values())
                more = [
                    None if usual is None else usual / plan["incumbent"] - 1
                    for usual, plan in zip(values, plans.values(), strict=True)
                ]
                extra = median(more)
                lines.append(
                    (place, name, _amount(value), _amount(outside), "-" if extra is None else f"{100 * extra:.1f}%")
                )
                if name != "plan" and extra is not None and value is not None:
                    found[name].append((place, 100 * extra, value))
    figure = go.Figure()
    for position, (name, bars) in enumerate(found.items()):
        figure.add_bar(
            x=[place for place, _, _ in bars],
            y=[extra for _, extra, _ in bars],
            customdata=[value for _, _, value in bars],
            name=name,
            marker_color=source_colour(position * 2 + 1),
            text=[f"{extra:.1f}%" for _, extra, _ in bars],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.1f}% more, £%{customdata:,.0f}k",
        )
    finish(figure, HEIGHT)
    figure.update_xaxes(type="category")
    figure.update_yaxes(title="Cost above the plan's, %", rangemode="tozero")
    return Chart(
        anchor="practice",
        title="Whole-life cost of oldest first and worst first, above the best plan found",
        remark=(
            "Under the same limits, with machines replaced like for like and no capacity added; scans nobody does are "
            "priced in the cost. Best plan of any engine in these runs; median over seeds."
        ),
        figure=_plain(figure),
        headers=("Instance", "Way of planning", "Cost, £ thousand", "Scans outside, thousand", "More than the plan"),
        lines=lines,
    )


def _best_plans(engines: Runs) -> dict[str, Row]:
    """Best row of each instance that practice was simulated on."""
    best: dict[str, Row] = {}
    for row in (row for runs in engines.values() for row in runs):
        known = best.get(row["hash"])
        if not row["practice"] or row["incumbent"] is None:
            continue
        if known is None or row["incumbent"] < known["incumbent"]:
            best[row["hash"]] = row
    return best


def _value(plan: Row, name: str, field: str) -> float | None:
    told = {"value": plan["incumbent"], "scans_outside": plan["scans_outside"]} if name == "plan" else None
    value: float | None = (told or plan["practice"][name])[field]
    return value


def _reached(run: Row, gap: float) -> float | None:
    return next(
        (at for at, _, _ in run["trace"] if (so_far := gap_at(run["trace"], at)) is not None and so_far <= gap), None
    )


def _add_sizes(figure: go.Figure, engine: str, found: dict[int, float | None]) -> None:
    known = {assets: value for assets, value in found.items() if value is not None}
    figure.add_scatter(
        x=list(known), y=list(known.values()), mode="lines+markers", **_look(engine), hovertemplate="%{x}: %{y:,.1f}"
    )


def _finish_sizes(figure: go.Figure, unit: str) -> None:
    finish(figure, HEIGHT)
    sizes, amounts = (sorted({each for part in figure.data for each in part[axis]}) for axis in "xy")
    figure.update_xaxes(title="Assets", type="log", tickvals=sizes, ticktext=[f"{size:,}" for size in sizes])
    round_amounts = [step * 10.0**power for power in range(-2, 6) for step in (1, 2, 5)]
    shown = [each for each in round_amounts if amounts and amounts[0] / 2 < each < amounts[-1] * 2]
    figure.update_yaxes(title=unit, type="log", tickvals=shown, ticktext=[f"{each:,.5g}" for each in shown])
    figure.update_layout(margin_b=60)


def _look(engine: str) -> dict[str, Any]:
    position = list(CONTESTANTS).index(engine) if engine in CONTESTANTS else len(CONTESTANTS)
    colour = source_colour(position)
    width = 4 if engine == "ours" else 2
    symbol = SYMBOLS[position % len(SYMBOLS)]
    return {"name": engine, "line": {"color": colour, "width": width}, "marker": {"symbol": symbol, "size": 9}}


def _engines(by_size: dict[int, Runs]) -> Iterable[str]:
    return dict.fromkeys(engine for engines in by_size.values() for engine in engines)


def _statuses(runs: list[Row]) -> list[str]:
    return sorted({run["status"] for run in runs})


def _plain(figure: go.Figure) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(figure.to_json())
    return plain


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.3f}%"


def _amount(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
