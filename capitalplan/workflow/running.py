"""From a workbook to a sealed run folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from capitalplan.analysis.approved import with_approved
from capitalplan.analysis.causes import ChangeCause, change_causes
from capitalplan.analysis.followed import DecidedLine, decided_lines
from capitalplan.analysis.ledger.estimates import ledger
from capitalplan.analysis.repair.repair import Repair, RepairKind
from capitalplan.analysis.study import Study
from capitalplan.decisions import Decision
from capitalplan.errors import EnvironmentFaultError, ImpossiblePlanError, RunFolderError
from capitalplan.formulation.proof import Proof
from capitalplan.register.read import read_register
from capitalplan.register.reading.guards import guard_input
from capitalplan.register.register import ApprovedLine
from capitalplan.runs import Run, new_run, read_run, run_facts
from capitalplan.solution import SolveOptions, Status
from capitalplan.workflow.advanced import Advanced, Asked
from capitalplan.workflow.cross_check import cross_check
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import Planned, exit_code, make_plan, make_study
from capitalplan.workflow.proving import prove
from capitalplan.workflow.repairing import repaired_input, with_repairs
from capitalplan.workflow.worth import estimated_worth
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
    repair
        How the input was repaired before it was planned; None where it was not.
    exit_code
        0 within the gap asked for, 5 stopped before, 130 interrupted.
    """

    folder: Path
    planned: Planned
    study: Study
    agreement: str
    repair: Repair | None
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
    approved_lines: Sequence[ApprovedLine] = (),
    decisions: Sequence[Decision] = (),
    repair: RepairKind | None = None,
    asked: Asked = NOTHING,
    note: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Plan a workbook or CSV folder into a new run folder; nothing is left behind if anything fails.

    Parameters
    ----------
    approved
        Run folder whose plan, as decided, is the approved one to stay close to.
    approved_lines, decisions
        Lines of an approved plan whose run is no longer at hand, and what was decided on it, as another run keeps them.
    repair
        Repair of the input to find and plan with; the input itself is only read.
    asked
        What is worked out beside the plan only when asked for.

    Raises
    ------
    InputError, ImpossiblePlanError, VerifyRefusedError, SolverError, RunFolderError, EnvironmentFaultError
        See ``capitalplan.errors``.
    """
    for name in (engine_name, *([] if cross_check_with is None else [cross_check_with])):
        engine(name)  # one that is missing is told before there is anything to wait for
    guard_input(book)
    base = None if approved is None else _approved_run(approved)
    with new_run(out) as run, repaired_input(book, repair, options, note) as (given, repaired):
        taken = run.take_input(given)
        register = read_register(taken)
        if base is not None:
            register = with_approved(register, run.take_approved(base))
            decisions = (*base.earlier(), *base.decisions)
        elif approved_lines or decisions:
            register = with_approved(register, run.keep_approved(approved_lines))
            run.keep_decisions(decisions)
        note("planning")
        try:
            planned = make_plan(register, options, engine_name=engine_name)
        except ImpossiblePlanError as error:
            raise with_repairs(error, given, register, options, note) from None
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
        decided = decided_lines(decisions, planned.register, planned.plan)
        causes = () if base is None else _causes(base, planned, decided)
        study = _advanced(replace(study, change_causes=causes, decisions=decided), planned, options, asked, note)
        proof, certified = prove(planned)
        study = _explained(study, planned, proof, taken, note)
        if repaired is not None:
            run.keep_repair(repaired)
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
        facts = run_facts(manifest, () if repaired is None else repaired.lines)
        try:
            write_workbook(run.view(BOOK), register, planned.plan, study, facts)
        except FileCreateError as error:
            raise EnvironmentFaultError(
                f"{out / BOOK} could not be written: {error}. Nothing was left half-written."
            ) from error
        write_page(run.view(PAGE), register, planned.plan, study, facts)
        folder = run.seal()
    return Outcome(
        folder=folder,
        planned=planned,
        study=study,
        agreement=agreement,
        repair=repaired,
        exit_code=exit_code(planned, options.gap),
    )


def _approved_run(folder: Path) -> Run:
    run = read_run(folder)
    if run.changed_core:
        changed = ", ".join(run.changed_core)
        raise RunFolderError(f"{folder} is no approved plan: {changed} changed after it was sealed.")
    if run.broken_log:
        raise RunFolderError(f"{folder} is no approved plan: {' '.join(run.broken_log)}")
    return run


def _causes(base: Run, planned: Planned, decided: Sequence[DecidedLine]) -> tuple[ChangeCause, ...]:
    before = with_approved(read_register(base.input), base.approved())
    return change_causes(before, base.plan, planned.register, planned.plan, decided)


def _explained(study: Study, planned: Planned, proof: Proof, book: Path, note: Callable[[str], None]) -> Study:
    """Add what anything else would cost, and what a little more of each limit would be worth, estimated."""
    note("pricing what else might be done")
    formulation, values = planned.formulation, planned.solution.values
    if values is None:
        raise ValueError("a solution without values holds no plan")
    duals = proof.duals(formulation.problem)
    return replace(
        study,
        ledger=ledger(formulation, values, duals, planned.plan, engine(DEFAULT_ENGINE)),
        worth=estimated_worth(formulation, values, duals, planned.plan, book),
    )


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
