"""The benchmark: ``python -m tests.benchmarks FAMILY --assets N --seconds S --engines ... --seeds K --json FILE``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from tests.benchmarks.contestants import CONTESTANTS
from tests.benchmarks.desk import COLD, DESK_GAP, LEVELS, desk, race_desk
from tests.benchmarks.families.registry import FAMILIES
from tests.benchmarks.formulating import measure_formulating
from tests.benchmarks.page import write_page
from tests.benchmarks.practice import practice
from tests.benchmarks.race import Row, race
from tests.benchmarks.results import Head, bounds_too_high, head, read_results, table_of, write_results
from tests.benchmarks.whole import measure_whole

__all__ = ["main"]

GAP = 1e-4
"""HiGHS's own default."""
WIDE = 200
"""Characters in a line of the table where it goes to no terminal."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code: 1 where a bound is too high, or ``whole`` has no plan; 2 for bad usage."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    for path in (getattr(asked, "json", None), getattr(asked, "page", None)):
        if path is not None and not path.absolute().parent.is_dir():
            parser.error(f"the folder of {path} does not exist")
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    if asked.command == "formulate":
        console.print(measure_formulating(asked.assets))
        return 0
    if asked.command == "whole":
        whole = measure_whole(asked.assets, asked.seconds, asked.json)
        console.print(whole.words)
        return 0 if whole.holds else 1
    try:
        rows, heads = read_results(asked.merge)
    except ValueError as error:
        parser.error(str(error))
    if asked.command != "report":
        heads.insert(0, head())
        for row in _run(asked):
            rows.append(row)
            if asked.json is not None:  # after each run, so that ending a long study early loses none
                write_results(asked.json, rows, heads)
    if not rows:
        parser.error("there is nothing to report: name results with --merge")
    return _report(asked, console, rows, heads)


def _report(asked: argparse.Namespace, console: Console, rows: list[Row], heads: list[Head]) -> int:
    if asked.json is not None:
        write_results(asked.json, rows, heads)
    if asked.page is not None:
        write_page(asked.page, rows, heads)
    console.print(table_of(rows))
    faults = bounds_too_high(rows)
    for sentence in faults or ["No bound exceeds the best plan any engine found."]:
        console.print(sentence)
    return 1 if faults else 0


def _run(asked: argparse.Namespace) -> Iterator[Row]:
    notes = Console(stderr=True)
    for row in _rows(asked):
        gap = "no gap" if row["gap"] is None else f"gap {100 * row['gap']:.3f}%"
        level = "" if row["level"] is None else f", {row['level']}% of the budget"
        place = f"{row['family']}, {row['assets']:,} assets, seed {row['seed']}{level}, {row['engine']}"
        notes.print(f"{place}: {row['status']}, {gap}, {row['seconds']:.1f} s, {row['peak_memory_mb']:,.0f} MB")
        yield row


def _rows(asked: argparse.Namespace) -> Iterator[Row]:
    given = {"seconds": asked.seconds, "gap": asked.gap}
    if asked.command == "DESK":
        instances = desk(asked.levels)
        for engine in asked.engines:
            yield from race_desk(instances, engine, **given)
        return
    for seed in range(asked.seeds):
        instance = FAMILIES[asked.command](asked.assets, seed)
        usual = practice(instance)
        for engine in asked.engines:
            yield race(instance, engine, **given) | {"practice": usual}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    shared.add_argument("--page", type=Path, metavar="FILE.html", help="write charts to this file")
    shared.add_argument("--merge", type=Path, nargs="+", default=[], metavar="FILE", help="add rows of earlier runs")
    running = argparse.ArgumentParser(add_help=False, parents=[shared])
    running.add_argument("--seconds", type=_positive, default=60.0, help="time each engine is given (60)")
    for family in FAMILIES:
        each = commands.add_parser(family, parents=[running], help=f"race engines on instances of {family}")
        _add_engines(each, list(CONTESTANTS))
        each.add_argument("--assets", type=_whole, required=True, metavar="N")
        each.add_argument("--seeds", type=_whole, default=3, metavar="K", help="seeds 0 to K-1 (3)")
        each.add_argument("--gap", type=float, default=GAP, help="relative gap at which an engine may stop (0.0001)")
    each = commands.add_parser("DESK", parents=[running], help="race engines on budget levels of the example network")
    _add_engines(each, [*CONTESTANTS, COLD])
    each.add_argument("--levels", type=_whole, default=LEVELS, metavar="K", help="levels from 50%% to 150%% (50)")
    each.add_argument("--gap", type=float, default=DESK_GAP, help="relative gap at which an engine may stop (0.005)")
    commands.add_parser("report", parents=[shared], help="table and page of the rows merged")
    each = commands.add_parser("formulate", help="formulate NET as arrays and in PuLP")
    each.add_argument("--assets", type=_whole, default=5000, metavar="N")
    each = commands.add_parser("whole", help="formulate, solve, check and write NET in one process")
    each.add_argument("--assets", type=_whole, default=5000, metavar="N")
    each.add_argument("--seconds", type=_positive, default=60.0, help="time the engine is given (60)")
    each.add_argument("--json", type=Path, metavar="FILE", help="write the measures to this file")
    return parser


def _add_engines(parser: argparse.ArgumentParser, known: list[str]) -> None:
    def engines(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"no engine {', '.join(unknown)}: choose of {', '.join(known)}")
        return names

    parser.add_argument("--engines", type=engines, default=known, metavar="NAMES", help=f"of {', '.join(known)}")


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
