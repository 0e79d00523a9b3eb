"""How far the plan of a workbook moves with each ageing curve, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.sensitivity import CurveTest, sensitivity
from capitalplan.plan.plan import Plan
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import INTERRUPTED, SMALL, STOPPED_EARLY, Planned, exit_code, is_within, make_plan
from capitalplan.workflow.terminal import table_console
from capitalplan.workflow.workers import plans_apart

__all__ = ["CurveStudy", "as_json", "show", "study_curves"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveStudy:
    """A plan, and what becomes of it under each curve changed.

    Attributes
    ----------
    exit_code
        0 where all were planned within the gap asked for, 5 where one was stopped before, 130 interrupted.
    """

    planned: Planned
    tests: tuple[CurveTest, ...]
    exit_code: int


def study_curves(book: Path, options: SolveOptions, note: Callable[[str], None] = lambda _: None) -> CurveStudy:
    """Plan a workbook or CSV folder, and again with each ageing curve changed, several at once, each in one thread.

    Parameters
    ----------
    options
        How to solve; its time limit is for each plan.
    note
        Told what is being worked on.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError
        See ``capitalplan.errors``.
    """
    register = read_register(book)
    note("planning")
    planned = make_plan(register, options)
    should_stop = options.should_stop or (lambda: False)
    apart = replace(options, on_progress=None, should_stop=None)
    workers = 1 if planned.formulation.problem.n_columns <= SMALL else None

    def plans(registers: Sequence[Register]) -> Iterable[Plan | None]:
        return plans_apart(registers, apart, workers=workers)

    tests = sensitivity(planned.formulation, planned.plan, plans, should_stop=should_stop, note=note)
    code = exit_code(planned, options.gap)
    if should_stop():
        code = INTERRUPTED
    elif not all(is_within(test.gap, options.gap) for test in tests):
        code = STOPPED_EARLY
    return CurveStudy(planned=planned, tests=tests, exit_code=code)


def as_json(study: CurveStudy) -> dict[str, Any]:
    """Plan and tests as one object."""
    plan = study.planned.plan
    return {
        "network": plan.network,
        "objective_gbp": plan.objective_gbp,
        "gap": plan.gap,
        "tests": [asdict(test) for test in study.tests],
        "exit_code": study.exit_code,
    }


def show(study: CurveStudy) -> None:
    """Print the same to standard output: the plan, a line a test, and each finding in a sentence."""
    console, plan = table_console(), study.planned.plan
    console.print(
        f"{plan.network}: whole-life cost £{plan.objective_gbp:,}, {_several(plan, 'replacement')}, "
        f"{_several(plan, 'addition')}, capital of £{plan.kpis['capital_cash_gbp']:,}",
        highlight=False,
        markup=False,
    )
    table = Table(title="The plan made again under each ageing curve")
    for name in ("Curve", "Changed to"):
        table.add_column(name)
    for name in ("Schemes that change", "Replacements", "Additions", "Capital", "Whole-life cost", "Proven within"):
        table.add_column(name, justify="right", overflow="fold")
    for test in study.tests:
        table.add_row(
            Text(test.curve),
            Text(test.change),
            _number(test.schemes_changed),
            _number(test.replacements),
            _number(test.additions),
            _number(test.capital_gbp, "£"),
            _difference(test.cost_gbp),
            _number(test.gap_gbp, "£"),
        )
    console.print(table)
    for test in study.tests:
        console.print(test.sentence, highlight=False, markup=False, soft_wrap=True)


def _several(plan: Plan, thing: str) -> str:
    number = plan.kpis[f"{thing}s"]
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _number(value: int | None, unit: str = "") -> str:
    return "-" if value is None else f"{unit}{value:,}"


def _difference(value: int | None) -> str:
    if not value:
        return _number(value, "£")
    return f"{'+' if value > 0 else '-'}£{abs(value):,}"
