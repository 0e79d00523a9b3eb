"""From a workbook to a sealed run folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from capitalplan.analysis.approved import with_approved
from capitalplan.analysis.causes import ChangeCause, change_causes
from capitalplan.analysis.study import Study
from capitalplan.errors import EnvironmentFaultError, RunFolderError
from capitalplan.register.read import read_register
from capitalplan.register.reading.guards import guard_input
from capitalplan.runs import Run, new_run, read_run, run_facts
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.advanced import Advanced, Asked
from capitalplan.workflow.cross_check import cross_check
from capitalplan.workflow.engines import DEFAULT_ENGINE
from capitalplan.workflow.planning import Planned, exit_code, make_plan, make_study
from capitalplan.workflow.proving import prove
from reports.page import write_page
from reports.workbook import write_workbook

__all__ = ["Outcome", "plan_to_folder"]

PAGE = "plan.html"
BOOK = "plan.xlsx"
CROSS_CHECK_SECONDS = 120.0
NOTHING = Asked()


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
    approved: Path | None = None,
    asked: Asked = NOTHING,
    note: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Plan a workbook or CSV folder into a new run folder; nothing is left behind if anything fails.

    Parameters
    ----------
    approved
        Run folder whose plan is the approved one to stay close to.
    asked
        What is worked out beside the plan only when asked for.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError, RunFolderError, EnvironmentFaultError
        See ``capitalplan.errors``.
    """
    guard_input(book)
    base = None if approved is None else _approved_run(approved)
    with new_run(out) as run:
        register = read_register(run.take_input(book))
        if base is not None:
            register = with_approved(register, run.take_approved(base))
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
        causes = () if base is None else _causes(base, planned)
        study = _advanced(replace(study, change_causes=causes), planned, options, asked, note)
        proof, certified = prove(planned)
        note("writing the reports")
        manifest = run.keep(
            register,
            planned.plan,
            planned.solution,
            options,
            planned.checks,
            proof=proof,
            certified_gbp=certified,
        )
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


def _approved_run(folder: Path) -> Run:
    run = read_run(folder)
    if run.changed_core:
        changed = ", ".join(run.changed_core)
        raise RunFolderError(f"{folder} is no approved plan: {changed} changed after it was sealed.")
    return run


def _causes(base: Run, planned: Planned) -> tuple[ChangeCause, ...]:
    before = with_approved(read_register(base.input), base.approved())
    return change_causes(before, base.plan, planned.register, planned.plan)


def _advanced(
    study: Study, planned: Planned, options: SolveOptions, asked: Asked, note: Callable[[str], None]
) -> Study:
    """Add what was asked for; a wish to stop leaves out what is not yet worked out."""
    should_stop = options.should_stop or (lambda: False)
    advanced = Advanced(planned, options, note)
    if asked.together is not None and not should_stop():
        study = replace(study, together=advanced.together(asked.together))
    if asked.fairness is not None and not should_stop():
        study = replace(study, fairness=advanced.fairness(asked.fairness, asked.levels))
    for name in asked.challenges:
        if not should_stop():
            study = replace(study, challenges=(*study.challenges, advanced.challenge(name)))
    return study
