"""A run folder read, and every file held against its hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from capitalplan.analysis.approved import approved_from_json
from capitalplan.decisions import Decision, read_kept, read_log
from capitalplan.errors import RunFolderError
from capitalplan.formulation.proof import Proof, proof_from_json
from capitalplan.plan.encode import from_json
from capitalplan.plan.plan import Plan
from capitalplan.register.register import ApprovedLine, Assumption
from capitalplan.runs.manifest import Manifest
from capitalplan.runs.parts import (
    APPROVED,
    DECISIONS,
    MANIFEST,
    ORIGINAL,
    PLAN,
    PROOF,
    SCHEMA_VERSION,
    hashes,
    is_table,
    seal_of,
)

__all__ = ["Run", "read_run"]

_ASSUMPTIONS = TypeAdapter(tuple[Assumption, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run folder, read.

    Attributes
    ----------
    path
        The folder.
    changed_core
        Core files that are not as they were sealed, missing and added ones included; empty in a run to be trusted.
    changed_views
        Views that were changed or removed since; a notice, no more.
    seal
        Hash of the manifest, as the folder states it.
    decisions
        What was decided on the plan, in order; no part of the sealed core.
    broken_log
        Where the log of decisions was changed, in words; empty in a log to be trusted.
    """

    path: Path
    manifest: Manifest
    plan: Plan
    changed_core: tuple[str, ...]
    changed_views: tuple[str, ...]
    seal: str
    decisions: tuple[Decision, ...]
    broken_log: tuple[str, ...]

    @property
    def input(self) -> Path:
        """The workbook or CSV folder as it was given."""
        return self.path / ORIGINAL / self.manifest.input

    def proof(self) -> Proof:
        """Choices and prices kept with the plan.

        Raises
        ------
        RunFolderError
            If they cannot be read.
        """
        return proof_from_json(_read_object(self.path / PROOF))

    def earlier(self) -> tuple[Decision, ...]:
        """Decisions on the plans before it, as they were when it was made.

        Raises
        ------
        RunFolderError
            If they cannot be read.
        """
        return read_kept(self.path / DECISIONS)

    def assumptions(self) -> tuple[Assumption, ...]:
        """Assumptions listed beside the plan.

        Raises
        ------
        RunFolderError
            If they cannot be read.
        """
        try:
            return _ASSUMPTIONS.validate_python(_read_object(self.path / PLAN).get("assumptions"))
        except ValidationError as error:
            raise RunFolderError(f"plan.json is damaged at assumptions: {error.errors()[0]['msg']}.") from error

    def approved(self) -> tuple[ApprovedLine, ...]:
        """Lines of the approved plan it was to stay close to; empty without one.

        Raises
        ------
        RunFolderError
            If they cannot be read.
        """
        file = self.path / APPROVED
        return approved_from_json(_read_object(file)) if file.exists() else ()


def read_run(path: Path) -> Run:
    """Read a run folder and hold every file against its hash.

    Raises
    ------
    RunFolderError
        If it is not a run folder, was written in another format, or its manifest or plan cannot be read.
    """
    path = path.resolve()
    content = _read_object(path / MANIFEST)
    if content.get("schema_version") != SCHEMA_VERSION:
        raise RunFolderError(
            f"{path / MANIFEST} is in format {content.get('schema_version')}; this version of capitalplan reads "
            f"format {SCHEMA_VERSION}. Plan again from the input, or use the version that wrote it."
        )
    seal = content.pop("seal", None)
    try:
        manifest = TypeAdapter(Manifest).validate_python(content)
    except ValidationError as error:
        raise RunFolderError(f"{path / MANIFEST} is damaged: {error.errors()[0]['msg']}.") from error
    try:
        found = hashes(path)
    except OSError as error:
        raise RunFolderError(f"{path} could not be read: {error.strerror or error}.") from error
    changed = {name for name, digest in manifest.core.items() if found.get(name) != digest}
    changed |= {name for name in found if is_table(name) and name not in manifest.core}
    if seal != seal_of(content):
        changed.add(MANIFEST)
    log = read_log(path, str(seal))
    return Run(
        path=path,
        manifest=manifest,
        plan=from_json(_read_object(path / PLAN)),
        changed_core=tuple(sorted(changed)),
        changed_views=tuple(sorted(name for name, digest in manifest.views.items() if found.get(name) != digest)),
        seal=str(seal),
        decisions=log.decisions,
        broken_log=log.broken,
    )


def _read_object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunFolderError(f"{path.parent} is not a whole run folder: {path.name} cannot be read.") from error
    except ValueError as error:
        raise RunFolderError(f"{path} is damaged: it is not JSON.") from error
    if not isinstance(content, dict):
        raise RunFolderError(f"{path} is damaged: it is not a JSON object.")
    return content
