"""From a workbook to a sealed run folder, and from a run folder to its re-check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Breach, Check
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.runs import Run, new_run, normalise, read_run, run_facts
from capitalplan.solution import SolveOptions, Status
from capitalplan.verify import verify
from capitalplan.workflow.engines import DEFAULT_ENGINE
from capitalplan.workflow.planning import Planned, cross_check, make_plan, make_study

__all__ = ["Outcome", "Recheck", "plan_to_folder", "recheck"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A run folder held against its own hashes and its plan against the register.

    Attributes
    ----------
    changed_core
        Files of the sealed core that are not as they were sealed.
    changed_views
        Views changed since: a notice, no more.
    """

    run: Run
    checks: tuple[Check, ...]
    breaches: tuple[Breach, ...]
    changed_core: tuple[str, ...]
    changed_views: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the core is as sealed and the plan holds."""
        return not self.changed_core and not self.breaches


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
    from reports.page import write_page  # noqa: PLC0415 - plotly is not wanted before there is a plan
    from reports.workbook import write_workbook  # noqa: PLC0415 - nor pandas

    with new_run(out) as run:
        register = read_register(run.take_input(book))
        note("planning")
        planned = make_plan(register, options, engine_name=engine_name)
        agreement = ""
        if cross_check_with is not None:
            note(f"checking with {cross_check_with}")
            agreement = cross_check(planned, cross_check_with, options.time_limit or CROSS_CHECK_SECONDS)
        stopped = planned.solution.status is not Status.OPTIMAL
        study = make_study(planned, test_prices=test_prices and not stopped, note=note)
        note("writing the reports")
        manifest = run.keep(register, planned.plan, planned.solution, options, planned.checks)
        facts = run_facts(manifest)
        write_workbook(run.view(BOOK), register, planned.plan, study, facts)
        write_page(run.view(PAGE), register, planned.plan, study, facts)
        folder = run.seal()
    codes = {Status.OPTIMAL: 0, Status.INTERRUPTED: 130}
    return Outcome(
        folder=folder,
        planned=planned,
        study=study,
        agreement=agreement,
        exit_code=codes.get(planned.solution.status, 5),
    )


def recheck(folder: Path) -> Recheck:
    """Re-check a run without any engine: hashes, the register read again, every rule and every pound.

    Raises
    ------
    RunFolderError
        If it is not a run folder, or its plan cannot be read.
    InputError
        If its input can no longer be read.
    """
    run = read_run(folder)
    register = read_register(run.input)
    changed = list(run.changed_core)
    if not _is_as_kept(register, run) and "input/register.json" not in changed:
        changed.append("input/register.json")
    report = verify(register, run.plan)
    return Recheck(
        run=run,
        checks=tuple(report.checks),
        breaches=tuple(report.breaches),
        changed_core=tuple(changed),
        changed_views=run.changed_views,
    )


def _is_as_kept(register: Register, run: Run) -> bool:
    return normalise(register) == (run.path / "input" / "register.json").read_bytes()
