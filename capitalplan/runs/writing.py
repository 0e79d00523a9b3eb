"""A run folder in the making: built under a temporary name, and given its own when it is whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from capitalplan.analysis.approved import approved_lines, approved_to_json
from capitalplan.analysis.repair.repair import Repair, repair_to_json
from capitalplan.decisions import Decision, to_object
from capitalplan.errors import EnvironmentFaultError, RunFolderError
from capitalplan.formulation.proof import Proof, proof_to_json
from capitalplan.locks import exclusive
from capitalplan.plan.encode import plain, to_json
from capitalplan.plan.plan import Check, Plan
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.runs.manifest import Manifest, describe
from capitalplan.runs.parts import (
    APPROVED,
    DECISIONS,
    MANIFEST,
    ORIGINAL,
    PLAN,
    PROOF,
    REGISTER,
    REPAIR,
    canonical,
    hashes,
    seal_of,
)
from capitalplan.runs.reading import Run
from capitalplan.solution import Solution, SolveOptions

__all__ = ["RunWriter", "copy_input", "new_run", "normalise"]


class RunWriter:
    """A run folder in the making; see ``new_run``."""

    def __init__(self, target: Path, folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._input = ""
        self._manifest: Manifest | None = None

    def take_input(self, source: Path) -> Path:
        """Copy the workbook, or the CSV files of the folder, byte for byte.

        Returns
        -------
        Path
            The copy: read from there, and what is planned is what is kept.
        """
        copy = copy_input(source, self._folder)
        self._input = copy.name
        return copy

    def take_approved(self, run: Run) -> Sequence[ApprovedLine]:
        """Keep the plan of another run, as decided, as the approved one, once the input is taken.

        Returns
        -------
        sequence of ApprovedLine
            Its lines.
        """
        decisions = (*run.earlier(), *run.decisions)
        self.keep_decisions(decisions)
        return self.keep_approved(approved_lines(run.plan, decisions))

    def keep_decisions(self, decisions: Sequence[Decision]) -> None:
        """Keep what was decided on earlier plans, once the input is taken."""
        if decisions:
            (self._folder / DECISIONS).write_bytes(b"".join(canonical(to_object(each)) + b"\n" for each in decisions))

    def keep_approved(self, lines: Sequence[ApprovedLine]) -> Sequence[ApprovedLine]:
        """Keep lines of an approved plan, once the input is taken, and hand them on."""
        written = json.dumps(approved_to_json(lines), ensure_ascii=False, indent=1)
        (self._folder / APPROVED).write_text(written + "\n", encoding="utf-8", newline="\n")
        return lines

    def keep_repair(self, repair: Repair) -> None:
        """Keep how the input given was repaired into the one taken."""
        written = json.dumps(repair_to_json(repair), ensure_ascii=False, indent=1)
        (self._folder / REPAIR).write_text(written + "\n", encoding="utf-8", newline="\n")

    def keep(
        self,
        register: Register,
        plan: Plan,
        solution: Solution,
        options: SolveOptions,
        checks: tuple[Check, ...],
        *,
        proof: Proof,
        certified_gbp: int | None,
    ) -> Manifest:
        """Write the core and describe it; the manifest stays open for views until ``seal``."""
        (self._folder / REGISTER).write_bytes(normalise(register))
        for name, content in ((PLAN, to_json(plan, register.assumptions)), (PROOF, proof_to_json(proof))):
            written = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
            (self._folder / name).write_text(written + "\n", encoding="utf-8", newline="\n")
        self._manifest = describe(
            register,
            plan,
            solution,
            options,
            checks,
            given=self._input,
            core=hashes(self._folder),
            certified_gbp=certified_gbp,
        )
        return self._manifest

    def view(self, name: str) -> Path:
        """Where to write a view, such as ``plan.html``, once the core is kept."""
        return self._folder / name

    def seal(self) -> Path:
        """Write the manifest, make sure that all of it is on the disk, and give the folder its name.

        Returns
        -------
        Path
            The run folder.
        """
        if self._manifest is None:
            raise ValueError("a run is sealed after its core was kept")
        found = hashes(self._folder)
        core = self._manifest.core
        views = {name: digest for name, digest in found.items() if name not in core}
        content = plain(replace(self._manifest, views=views), str)
        written = json.dumps({**content, "seal": seal_of(content)}, ensure_ascii=False, indent=1, allow_nan=False)
        (self._folder / MANIFEST).write_text(written + "\n", encoding="utf-8", newline="\n")
        _flush(self._folder)
        if self._target.exists():
            self._target.rmdir()
        self._folder.rename(self._target)
        return self._target


def copy_input(source: Path, folder: Path) -> Path:
    """Copy a workbook, or the CSV files of a folder, byte for byte into a folder's place for its input."""
    source = source.resolve()
    copy = folder / ORIGINAL / source.name
    if source.is_dir():
        copy.mkdir(parents=True)
        for file in sorted(source.iterdir()):
            if file.suffix.lower() == ".csv":
                shutil.copyfile(file, copy / file.name)
    else:
        copy.parent.mkdir(parents=True)
        shutil.copyfile(source, copy)
    return copy


@contextmanager
def new_run(target: Path) -> Iterator[RunWriter]:
    """Open a run folder to be written; leaving the block without ``seal`` leaves nothing behind.

    Raises
    ------
    RunFolderError
        If ``target`` is a file or a folder with something in it, or another command is writing it.
    EnvironmentFaultError
        If the disk is full or may not be written to.
    """
    target = target.resolve()
    try:
        _refuse_taken(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(
            target.with_name(f".{target.name}.lock"), f"{target} is being written by another capitalplan command."
        ):
            _refuse_taken(target)
            folder = target.with_name(f".{target.name}.part")
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir()
            try:
                yield RunWriter(target, folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise EnvironmentFaultError(
            f"The run folder {target} could not be written: {error.strerror or error}. Nothing was left half-written."
        ) from error


def normalise(register: Register) -> bytes:
    """Write the resolved register as stable JSON, exact fractions as ``n/d``.

    Two inputs that mean the same give the same bytes: warnings are left out, for they speak of cells.
    """
    content = plain(register, lambda exact: f"{exact.numerator}/{exact.denominator}")
    del content["warnings"]
    return canonical(content)


def _refuse_taken(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunFolderError(f"{target} is not empty. Name a new folder for the run.")


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as handle:
                os.fsync(handle.fileno())
