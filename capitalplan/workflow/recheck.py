"""From a run folder to its re-check, without any engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from capitalplan.analysis.approved import with_approved
from capitalplan.errors import InputError, RunFolderError
from capitalplan.formulation.formulate import formulate
from capitalplan.plan.plan import Breach, Check
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.runs import Run, normalise, read_run
from capitalplan.verify import verify
from capitalplan.workflow.record import Bound, check_record

__all__ = ["Recheck", "recheck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A run folder held against its own hashes, and its plan and its proof against the register.

    Attributes
    ----------
    checks, breaches
        Rules of the plan, then those of what the run keeps beside it.
    bound
        What is known of the least that any plan can cost; None where the input can no longer be read.
    changed_core
        Files of the sealed core that are not as they were sealed.
    changed_views
        Views changed since: a notice, no more.
    broken_log
        Where the log of decisions was changed, in words.
    """

    run: Run
    checks: tuple[Check, ...]
    breaches: tuple[Breach, ...]
    bound: Bound | None
    changed_core: tuple[str, ...]
    changed_views: tuple[str, ...]
    broken_log: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the core is as sealed, the plan holds, and so does the log of decisions."""
        return not self.changed_core and not self.breaches and not self.broken_log


def recheck(folder: Path) -> Recheck:
    """Re-check a run without any engine: hashes, the register read again, every rule, every pound, and the proof.

    The problem is built again from the register: the choices must make the plan, and the prices prove the bound stated.

    Raises
    ------
    RunFolderError
        If it is not a run folder, or its plan cannot be read.
    InputError
        If its input is as it was sealed and yet cannot be read.
    """
    run = read_run(folder)
    try:
        register, proof = with_approved(read_register(run.input), run.approved()), run.proof()
    except (InputError, RunFolderError):
        if not run.changed_core:
            raise
        return Recheck(
            run=run,
            checks=(),
            breaches=(),
            bound=None,
            changed_core=run.changed_core,
            changed_views=run.changed_views,
            broken_log=run.broken_log,
        )
    changed = list(run.changed_core)
    if not _is_as_kept(register, run) and "input/register.json" not in changed:
        changed.append("input/register.json")
    report = verify(register, run.plan)
    record, bound = check_record(run, register, report, formulate(register), proof)
    return Recheck(
        run=run,
        checks=(*report.checks, *record.checks),
        breaches=(*report.breaches, *record.breaches),
        bound=bound,
        changed_core=tuple(changed),
        changed_views=run.changed_views,
        broken_log=run.broken_log,
    )


def _is_as_kept(register: Register, run: Run) -> bool:
    kept = run.path / "input" / "register.json"
    return kept.is_file() and kept.read_bytes() == normalise(register)
