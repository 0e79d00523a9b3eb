"""From a run folder to its re-check, without any engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from capitalplan.analysis.approved import with_approved
from capitalplan.errors import InputError
from capitalplan.plan.plan import Breach, Check
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.runs import Run, normalise, read_run
from capitalplan.verify import verify

__all__ = ["Recheck", "recheck"]


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


def recheck(folder: Path) -> Recheck:
    """Re-check a run without any engine: hashes, the register read again, every rule and every pound.

    Raises
    ------
    RunFolderError
        If it is not a run folder, or its plan cannot be read.
    InputError
        If its input is as it was sealed and yet cannot be read.
    """
    run = read_run(folder)
    try:
        register = with_approved(read_register(run.input), run.approved())
    except InputError:
        if not run.changed_core:
            raise
        return Recheck(run=run, checks=(), breaches=(), changed_core=run.changed_core, changed_views=run.changed_views)
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
    kept = run.path / "input" / "register.json"
    return kept.is_file() and kept.read_bytes() == normalise(register)
