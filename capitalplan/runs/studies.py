"""The folder of many plans of one book: each plan is written as it is found, and a study that was stopped goes on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from capitalplan.analysis.scenarios import Outcome, Solved
from capitalplan.errors import EnvironmentFaultError, RunFolderError
from capitalplan.locks import exclusive
from capitalplan.plan.encode import from_json, to_json
from capitalplan.register.register import Register
from capitalplan.runs.parts import ORIGINAL, PLAN, hashes
from capitalplan.runs.writing import copy_input

__all__ = ["StudyFolder", "open_study"]

SCHEMA_VERSION = "1"
STUDY = "study.json"
SCENARIOS = "scenarios"
OUTCOME = "outcome.json"
VALUES = "values.npy"
SLUG_LENGTH = 40


class StudyFolder:
    """Scenarios of a study, each in a folder of its own; see ``open_study``.

    Attributes
    ----------
    input
        The book, as it was copied.
    """

    def __init__(self, folder: Path, book: str) -> None:
        self.folder = folder
        self.input = folder / ORIGINAL / book

    def kept(self, number: int, name: str) -> Solved | None:
        """What came of a scenario, where it was kept."""
        place = self._place(number, name)
        if not place.is_dir():
            return None
        try:
            told = json.loads((place / OUTCOME).read_text(encoding="utf-8"))
            has_plan = (place / PLAN).exists()
            return Solved(
                outcome=Outcome(told["outcome"]),
                reason=told["reason"],
                plan=from_json(json.loads((place / PLAN).read_text(encoding="utf-8"))) if has_plan else None,
                values=np.load(place / VALUES, allow_pickle=False) if has_plan else None,
                bound=told["bound"],
                seconds=told["seconds"],
            )
        except (ValueError, KeyError, FileNotFoundError) as error:
            raise RunFolderError(
                f"{place} is not as it was written. Remove that folder, and go on with --resume: it is planned again."
            ) from error

    def keep(self, number: int, name: str, solved: Solved, register: Register) -> None:
        """Keep what came of a scenario, whole or not at all."""
        place = self._place(number, name)
        part = place.with_name(f".{place.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        told = {"outcome": solved.outcome, "reason": solved.reason, "bound": solved.bound, "seconds": solved.seconds}
        _write_json(part / OUTCOME, {"schema_version": SCHEMA_VERSION, "scenario": name, **told})
        if solved.plan is not None and solved.values is not None:
            _write_json(part / PLAN, to_json(solved.plan, register.assumptions))
            np.save(part / VALUES, solved.values, allow_pickle=False)
        if place.exists():
            shutil.rmtree(place)
        part.rename(place)

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Write what the whole study found, beside its scenarios."""
        _write_json(self.folder / name, {"schema_version": SCHEMA_VERSION, **content})

    def _place(self, number: int, name: str) -> Path:
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:SLUG_LENGTH]
        return self.folder / SCENARIOS / f"{number:03d}-{slug}"


@contextmanager
def open_study(target: Path, book: Path, asked: Mapping[str, Any], *, resume: bool) -> Iterator[StudyFolder]:
    """Open the folder of a study, new or to go on with.

    Parameters
    ----------
    asked
        What the plans depend on beside the book; a study goes on only with the same.
    resume
        Whether to go on with a study that was stopped, where the folder holds one.

    Raises
    ------
    RunFolderError
        If the folder holds something else, another command is writing it, or it was begun with another book or asked
        for something else.
    EnvironmentFaultError
        If it cannot be written.
    """
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = target.with_name(f".{target.name}.lock")
        with exclusive(lock, f"{target} is being written by another capitalplan command."):
            is_begun = (target / STUDY).is_file()
            if is_begun and not resume:
                raise RunFolderError(
                    f"{target} holds a study already. Go on with it by --resume, or name a new folder."
                )
            if not is_begun:
                _begin(target, book, asked)
            else:
                _refuse_other(target, book, asked)
            yield StudyFolder(target, book.resolve().name)
    except OSError as error:
        raise EnvironmentFaultError(
            f"The folder {target} could not be written: {error.strerror or error}. What was finished is kept."
        ) from error


def _begin(target: Path, book: Path, asked: Mapping[str, Any]) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunFolderError(f"{target} is not empty. Name a new folder for the study.")
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    copy_input(book.resolve(), part)
    _write_json(
        part / STUDY, {"schema_version": SCHEMA_VERSION, "input": hashes(part / ORIGINAL), "asked": dict(asked)}
    )
    if target.exists():
        target.rmdir()
    part.rename(target)


def _refuse_other(target: Path, book: Path, asked: Mapping[str, Any]) -> None:
    """Refuse to go on with a study that was begun otherwise."""
    begun = json.loads((target / STUDY).read_text(encoding="utf-8"))
    version = begun.get("schema_version")
    if version != SCHEMA_VERSION:
        raise RunFolderError(f"{target} holds a study in format {version}; this version goes on with {SCHEMA_VERSION}.")
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        copy_input(book.resolve(), part)
        given = hashes(part / ORIGINAL)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if given != begun["input"]:
        raise RunFolderError(f"{target} was begun with another book. Name a new folder for the study.")
    for name, value in asked.items():
        if begun["asked"].get(name) != value:
            was = begun["asked"].get(name)
            raise RunFolderError(f"{target} was begun with {name} {was}, not {value}. Name a new folder for the study.")


def _write_json(path: Path, content: Any) -> None:
    written = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(written + "\n", encoding="utf-8", newline="\n")
