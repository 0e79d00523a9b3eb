"""From a workbook to a sealed run folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from capitalplan.analysis.study import Study
from capitalplan.errors import EnvironmentFaultError
from capitalplan.register.read import read_register
from capitalplan.register.reading.guards import guard_input
from capitalplan.runs import new_run, run_facts
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.cross_check import cross_check
from capitalplan.workflow.engines import DEFAULT_ENGINE
from capitalplan.workflow.planning import Planned, exit_code, make_plan, make_study
from reports.page import write_page
from reports.workbook import write_workbook

__all__ = ["Outcome", "plan_to_folder"]

PAGE = "plan.html"
BOOK = "plan.xlsx"
CROSS_CHECK_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan in its run folder.

    Attributes
    ----------
    agreement
        What a cross-check with another engine found; empty when none was asked for.
    exit_code
        0 within the gap asked for, 5 stopped before, 130 interrupted.
    """

    folder: Path
    planned: Planned
    study: Study
    agreement: str
    exit_code: int


def plan_to_folder(
    book: Path,
    out: Path,
    options: SolveOptions,
    *,
    engine_name: str = DEFAULT_ENGINE,
    cross_check_with: str | None = None,
    test_prices: bool = True,
    note: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Plan a workbook or CSV folder into a new run folder; nothing is left behind if anything fails.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError, RunFolderError, EnvironmentFaultError
        See ``capitalplan.errors``.
    """
    guard_input(book)
    with new_run(out) as run:
        register = read_register(run.take_input(book))
        note("planning")
        planned = make_plan(register, options, engine_name=engine_name)
        stopped = planned.solution.status is not Status.OPTIMAL
        agreement = ""
        if cross_check_with is not None and stopped:
            agreement = f"Not checked with {cross_check_with}: the plan was stopped before it was proven."
        elif cross_check_with is not None:
            note(f"checking with {cross_check_with}")
            agreement = cross_check(planned, cross_check_with, options.gap, options.time_limit or CROSS_CHECK_SECONDS)
        study = make_study(
            planned,
            test_prices=test_prices and not stopped,
            should_stop=options.should_stop or (lambda: False),
            note=note,
        )
        note("writing the reports")
        manifest = run.keep(register, planned.plan, planned.solution, options, planned.checks)
        facts = run_facts(manifest)
        try:
            write_workbook(run.view(BOOK), register, planned.plan, study, facts)
        except FileCreateError as error:
            raise EnvironmentFaultError(
                f"{out / BOOK} could not be written: {error}. Nothing was left half-written."
            ) from error
        write_page(run.view(PAGE), register, planned.plan, study, facts)
        folder = run.seal()
    return Outcome(
        folder=folder, planned=planned, study=study, agreement=agreement, exit_code=exit_code(planned, options.gap)
    )
