"""The run folder: a sealed core and views that may be rewritten.

The core is the input as given (``input/original/``), the approved plan it is to stay close to, if there is one
(``input/approved.json``), the input as understood (``input/register.json``), ``plan.json`` and ``manifest.json``;
everything else in the folder is a view. A folder is built under a temporary name beside its
place and takes its name when it is whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from capitalplan import __version__
from capitalplan.analysis.approved import approved_from_json, approved_lines, approved_to_json
from capitalplan.errors import EnvironmentFaultError, RunFolderError
from capitalplan.locks import exclusive
from capitalplan.plan.encode import from_json, plain, to_json
from capitalplan.plan.plan import Check, Plan, RunFacts
from capitalplan.register.register import ApprovedLine, Assumption, Register
from capitalplan.settings import settings_specs
from capitalplan.solution import Solution, SolveOptions

__all__ = ["Manifest", "Run", "RunWriter", "new_run", "normalise", "read_run", "run_facts"]

_SCHEMA_VERSION = "1"
_MANIFEST = "manifest.json"
_ORIGINAL = "input/original"
_APPROVED = "input/approved.json"
_REGISTER = "input/register.json"
_PLAN = "plan.json"
_LIBRARIES = ("highspy", "ortools", "pulp", "numpy", "scipy", "pandas", "pydantic", "openpyxl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a run was made from, how, and what came of it.

    Attributes
    ----------
    created
        When the plan was made, UTC.
    input
        Name of the workbook or CSV folder within ``input/original``.
    core, views
        SHA-256 of each file by its path in the folder.
    options
        Gap asked for, and time limit in seconds (None for none).
    objective_gbp, bound_gbp, gap
        As in the plan: £, £ and a share of one.
    stop_reason
        The engine's own words.
    seconds
        Wall-clock time of the solve.
    verify
        ``accepted`` or ``refused``, the outcome of ``checks``.
    settings
        Every setting as it was used, given or default.
    assumptions
        Every default used.
    versions
        Python, system and libraries.
    """

    schema_version: str
    tool_version: str
    created: str
    network: str
    input: str
    core: Mapping[str, str]
    views: Mapping[str, str]
    engine: str
    options: Mapping[str, float | None]
    seed: int
    threads: int
    status: str
    objective_gbp: int
    bound_gbp: int | None
    gap: float | None
    stop_reason: str
    seconds: float
    verify: str
    checks: tuple[Check, ...]
    settings: Mapping[str, str | None]
    assumptions: tuple[Assumption, ...]
    versions: Mapping[str, str]


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
    """

    path: Path
    manifest: Manifest
    plan: Plan
    changed_core: tuple[str, ...]
    changed_views: tuple[str, ...]

    @property
    def input(self) -> Path:
        """The workbook or CSV folder as it was given."""
        return self.path / _ORIGINAL / self.manifest.input

    def approved(self) -> tuple[ApprovedLine, ...]:
        """Lines of the approved plan it was to stay close to; empty without one.

        Raises
        ------
        RunFolderError
            If they cannot be read.
        """
        file = self.path / _APPROVED
        return approved_from_json(_read_object(file)) if file.exists() else ()


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
        source = source.resolve()
        copy = self._folder / _ORIGINAL / source.name
        if source.is_dir():
            copy.mkdir(parents=True)
            for file in sorted(source.iterdir()):
                if file.suffix.lower() == ".csv":
                    shutil.copyfile(file, copy / file.name)
        else:
            copy.parent.mkdir(parents=True)
            shutil.copyfile(source, copy)
        self._input = source.name
        return copy

    def take_approved(self, run: Run) -> tuple[ApprovedLine, ...]:
        """Keep the plan of another run as the approved one, once the input is taken.

        Returns
        -------
        tuple of ApprovedLine
            Its lines.
        """
        lines = approved_lines(run.plan)
        written = json.dumps(approved_to_json(lines), ensure_ascii=False, indent=1)
        (self._folder / _APPROVED).write_text(written + "\n", encoding="utf-8", newline="\n")
        return lines

    def keep(
        self, register: Register, plan: Plan, solution: Solution, options: SolveOptions, checks: tuple[Check, ...]
    ) -> Manifest:
        """Write the core and describe it; the manifest stays open for views until ``seal``."""
        (self._folder / _REGISTER).write_bytes(normalise(register))
        written = json.dumps(to_json(plan, register.assumptions), ensure_ascii=False, indent=1, allow_nan=False)
        (self._folder / _PLAN).write_text(written + "\n", encoding="utf-8", newline="\n")
        self._manifest = Manifest(
            schema_version=_SCHEMA_VERSION,
            tool_version=__version__,
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            network=plan.network,
            input=self._input,
            core=_hashes(self._folder),
            views={},
            engine=solution.engine,
            options={"gap": options.gap, "time_limit": options.time_limit},
            seed=options.seed,
            threads=options.threads,
            status=plan.status,
            objective_gbp=plan.objective_gbp,
            bound_gbp=plan.bound_gbp,
            gap=plan.gap,
            stop_reason=solution.message,
            seconds=solution.seconds,
            verify="refused" if any(check.breaches for check in checks) else "accepted",
            checks=checks,
            settings=_settings(register),
            assumptions=register.assumptions,
            versions={"Python": platform.python_version(), "system": platform.platform()}
            | {name: version(name) for name in _LIBRARIES},
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
        found = _hashes(self._folder)
        core = self._manifest.core
        views = {name: digest for name, digest in found.items() if name not in core}
        content = plain(replace(self._manifest, views=views), str)
        written = json.dumps({**content, "seal": _seal(content)}, ensure_ascii=False, indent=1, allow_nan=False)
        (self._folder / _MANIFEST).write_text(written + "\n", encoding="utf-8", newline="\n")
        _flush(self._folder)
        if self._target.exists():
            self._target.rmdir()
        self._folder.rename(self._target)
        return self._target


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


def read_run(path: Path) -> Run:
    """Read a run folder and hold every file against its hash.

    Raises
    ------
    RunFolderError
        If it is not a run folder, was written in another format, or its manifest or plan cannot be read.
    """
    path = path.resolve()
    content = _read_object(path / _MANIFEST)
    if content.get("schema_version") != _SCHEMA_VERSION:
        raise RunFolderError(
            f"{path / _MANIFEST} is in format {content.get('schema_version')}; this version of capitalplan reads "
            f"format {_SCHEMA_VERSION}. Plan again from the input, or use the version that wrote it."
        )
    seal = content.pop("seal", None)
    try:
        manifest = TypeAdapter(Manifest).validate_python(content)
    except ValidationError as error:
        raise RunFolderError(f"{path / _MANIFEST} is damaged: {error.errors()[0]['msg']}.") from error
    try:
        found = _hashes(path)
    except OSError as error:
        raise RunFolderError(f"{path} could not be read: {error.strerror or error}.") from error
    changed = {name for name, digest in manifest.core.items() if found.get(name) != digest}
    changed |= {name for name in found if _is_table(name) and name not in manifest.core}
    if seal != _seal(content):
        changed.add(_MANIFEST)
    return Run(
        path=path,
        manifest=manifest,
        plan=from_json(_read_object(path / _PLAN)),
        changed_core=tuple(sorted(changed)),
        changed_views=tuple(sorted(name for name, digest in manifest.views.items() if found.get(name) != digest)),
    )


def run_facts(manifest: Manifest) -> RunFacts:
    """Write a manifest as reports show it."""
    limit = manifest.options["time_limit"]
    facts = {
        "Input": manifest.input,
        "Planned": manifest.created,
        "Status": manifest.status,
        "Whole-life cost": f"£{manifest.objective_gbp:,}",
        "Proven bound": "none" if manifest.bound_gbp is None else f"£{manifest.bound_gbp:,}",
        "Gap": "not proven" if manifest.gap is None else f"{manifest.gap:.2%}",
        "Gap asked for": f"{manifest.options['gap']:.2%}",
        "Time limit": "none" if limit is None else f"{limit:g} s",
        "Time taken": f"{manifest.seconds:.1f} s",
        "Stop reason": manifest.stop_reason,
        "Independent re-check": manifest.verify,
        "Engine": manifest.engine,
        "Threads": str(manifest.threads),
        "Seed": str(manifest.seed),
        "capitalplan": manifest.tool_version,
        **manifest.versions,
        **{f"SHA-256 of {name}": digest for name, digest in manifest.core.items()},
    }
    return RunFacts(facts=facts, checks=manifest.checks)


def normalise(register: Register) -> bytes:
    """Write the resolved register as stable JSON, exact fractions as ``n/d``.

    Two inputs that mean the same give the same bytes: warnings are left out, for they speak of cells.
    """
    content = plain(register, lambda exact: f"{exact.numerator}/{exact.denominator}")
    del content["warnings"]
    return _canonical(content)


def _settings(register: Register) -> dict[str, str | None]:
    values = {spec.name: getattr(register.settings, spec.name) for spec in settings_specs()}
    return {name: None if value is None else str(value) for name, value in values.items()}


def _canonical(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content)).hexdigest()


def _refuse_taken(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunFolderError(f"{target} is not empty. Name a new folder for the run.")


def _is_table(name: str) -> bool:
    return name.startswith(f"{_ORIGINAL}/") and name.lower().endswith(".csv")


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file but the manifest, by its path in the folder."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {name: _digest(files[name]) for name in sorted(files) if name != _MANIFEST}


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as handle:
                os.fsync(handle.fileno())


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
