"""Every error the product raises on purpose.

    CapitalPlanError              exit code
    ├── InputError                3   the register has faults; carries every issue found
    │   └── NotAWorkbookError     3   the file cannot be opened safely; one sentence
    ├── ImpossiblePlanError       4   no plan meets the hard rules; carries every breach, and repairs
    ├── EnvironmentFaultError     6   disk, folder, solver or installation
    │   └── SolverError           6   an engine failed or contradicted itself
    ├── RunFolderError            6   a run folder is missing, locked or not one of ours
    └── VerifyRefusedError        7   a plan failed the independent re-check; carries every finding

Nothing else is raised for a fault of the user's or of the machine's; any other exception is a defect of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

__all__ = [
    "CapitalPlanError",
    "EnvironmentFaultError",
    "ImpossiblePlanError",
    "InputError",
    "NotAWorkbookError",
    "RunFolderError",
    "SolverError",
    "VerifyRefusedError",
]


class CapitalPlanError(Exception):
    """Root of the tree.

    Attributes
    ----------
    exit_code
        What the command line exits with when this error reaches it.
    """

    exit_code: ClassVar[int] = 6


class InputError(CapitalPlanError):
    """The input has errors.

    Attributes
    ----------
    issues
        All issues found, warnings included (``capitalplan.register.issues.Issue``), in sheet and row order.
    """

    exit_code = 3

    def __init__(self, message: str, issues: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.issues = tuple(issues)


class NotAWorkbookError(InputError):
    """The file is not one we may open: wrong kind, empty, macros, external links, or too large unpacked."""


class ImpossiblePlanError(CapitalPlanError):
    """No plan meets the hard rules.

    Attributes
    ----------
    breaches
        The smallest set of breaches found (``capitalplan.plan.plan.Breach``): rule, place, year and amount.
    repairs
        Smallest changes of the input with which there is a plan (``capitalplan.analysis.repair.Repair``), where they
        were looked for.
    tried
        What was looked for without finding any, in words.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        breaches: Sequence[object] = (),
        *,
        repairs: Sequence[object] = (),
        tried: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.breaches = tuple(breaches)
        self.repairs = tuple(repairs)
        self.tried = tuple(tried)


class EnvironmentFaultError(CapitalPlanError):
    """The disk, a folder or the installation does not allow the work; nothing was left half-written."""

    exit_code = 6


class SolverError(EnvironmentFaultError):
    """An engine is missing, failed, or returned an answer that contradicts itself."""


class RunFolderError(EnvironmentFaultError):
    """A run folder is missing, in use by another command, not empty, or not one of ours."""


class VerifyRefusedError(CapitalPlanError):
    """A plan failed the independent re-check.

    Attributes
    ----------
    findings
        Every breach the re-check found (``capitalplan.plan.plan.Breach``).
    """

    exit_code = 7

    def __init__(self, message: str, findings: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
