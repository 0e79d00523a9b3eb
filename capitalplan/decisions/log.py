"""The decision log of a run: lines that are only ever added, each holding the one before it.

Each line of ``decisions.jsonl`` carries its own hash and that of the line before it, the first the seal of the run's
manifest. ``decisions.head`` says how many lines there were when the last was added, and its hash, so that lines taken
off the end are missed too. A log taken away together with its head leaves no trace in the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capitalplan.decisions.decision import Decision, from_object, to_object
from capitalplan.errors import EnvironmentFaultError, RunFolderError
from capitalplan.locks import exclusive

__all__ = ["CUT_OFF", "HEAD", "LOG", "Log", "append", "read_kept", "read_log"]

LOG = "decisions.jsonl"
HEAD = "decisions.head"
CUT_OFF = "decisions cut off.txt"
"""Where half an entry is put aside, left by a command that was cut off."""

_LOCK = ".decisions.lock"
_PATIENCE = 200
"""Times a busy log is tried."""
_PAUSE = 0.05
"""Seconds between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The log of a run, read and held against itself.

    Attributes
    ----------
    decisions
        Every entry that can be read, in order.
    faults
        What does not hold, in words, each with its line; empty in a log to be trusted.
    cut_off
        What follows the last whole line: half an entry; empty in a whole log.
    lines
        How many whole lines there are.
    last
        Hash of the last line; the seal of the run where there is none.
    """

    decisions: tuple[Decision, ...]
    faults: tuple[str, ...]
    cut_off: bytes
    lines: int
    last: str

    @property
    def broken(self) -> tuple[str, ...]:
        """Every fault, half an entry at the end included."""
        if not self.cut_off:
            return self.faults
        half = (
            f"{LOG} line {self.lines + 1} is half an entry: a command was cut off while it wrote. The next decision "
            f"puts it aside, in the file '{CUT_OFF}'."
        )
        return (*self.faults, half)


def read_log(folder: Path, seal: str) -> Log:
    """Read the log of a run folder; a folder without one has an empty log.

    Parameters
    ----------
    seal
        Seal of the run's manifest.
    """
    head = _read(folder / HEAD)
    *lines, cut_off = (_read(folder / LOG) or b"").split(b"\n")
    decisions, faults, places, hashes = [], [], [], []
    before: str | None = seal
    for number, line in enumerate(lines, 1):
        place, fault, own = f"{LOG} line {number}", None, None
        try:
            content = _content(line)
            own = str(content.get("hash"))
            decision = from_object(content)
        except (ValueError, RecursionError):
            fault = "was changed: it can no longer be read as a decision"
        else:
            decisions.append(decision)
            place = f"{place} ({decision.who}, {decision.when})"
            if line != _canonical(content) or own != _hash(content):
                fault = "was changed after it was written"
            elif before is not None and content.get("previous") != before:
                fault = "does not follow what stands before it: a line there was changed, moved or removed"
        if fault is not None:
            faults.append(f"{place} {fault}.")
        places.append(place)
        hashes.append(own)
        before = own
    faults += _against_head(head, places, hashes)
    return Log(
        decisions=tuple(decisions),
        faults=tuple(faults),
        cut_off=cut_off,
        lines=len(lines),
        last=(hashes[-1] or "") if hashes else seal,
    )


def read_kept(file: Path) -> tuple[Decision, ...]:
    """Read decisions kept in the sealed core of a later run; none where there is no file.

    Raises
    ------
    RunFolderError
        If they cannot be read.
    """
    try:
        return tuple(from_object(_content(line)) for line in (_read(file) or b"").splitlines())
    except (ValueError, RecursionError) as error:
        raise RunFolderError(f"{file} is damaged: {error}.") from error


def append(folder: Path, seal: str, decision: Decision) -> Log:
    """Add a decision to the log of a run folder, safe on the disk before this returns.

    Half an entry left by a command that was cut off is put aside first.

    Returns
    -------
    Log
        The log with the decision.

    Raises
    ------
    RunFolderError
        If the log does not hold, or another command keeps writing it.
    EnvironmentFaultError
        If it could not be written.
    """
    try:
        with _alone(folder):
            log = read_log(folder, seal)
            if log.faults:
                raise RunFolderError(f"Nothing was recorded: {' '.join(log.faults)}")
            if log.cut_off:
                _put_aside(folder, log.cut_off)
            if not log.lines:
                _write_head(folder, 0, seal)
            content = {**to_object(decision), "previous": log.last}
            content["hash"] = _hash(content)
            _add(folder / LOG, _canonical(content) + b"\n")
            _write_head(folder, log.lines + 1, content["hash"])
            return read_log(folder, seal)
    except OSError as error:
        raise EnvironmentFaultError(
            f"The decision could not be recorded in {folder}: {error.strerror or error}."
        ) from error


def _against_head(head: bytes | None, places: Sequence[str], hashes: Sequence[str | None]) -> Iterator[str]:
    """Say how the log does not end as its head says; lines after those the head was written for are let be."""
    if head is None:
        if hashes:
            yield f"{HEAD}, which says how {LOG} ends, was removed."
        return
    number, _, last = head.decode("ascii", "replace").strip().partition(" ")
    if not number.isascii() or not number.isdecimal():
        yield f"{HEAD}, which says how {LOG} ends, was changed."
    elif int(number) > len(hashes):
        yield f"{LOG} had {int(number):,} lines and has {len(hashes):,}: what followed was removed."
    elif int(number) and hashes[int(number) - 1] not in (last, None):
        yield f"{places[int(number) - 1]} is not the line that {HEAD} was written for: it was changed or moved."


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the log, waiting for commands that hold it for a moment."""
    busy = f"Another capitalplan command is writing the decisions of {folder}."
    with ExitStack() as held:
        for attempt in range(1, _PATIENCE + 1):
            try:
                held.enter_context(exclusive(folder / _LOCK, busy))
                break
            except RunFolderError:
                if attempt == _PATIENCE:
                    raise
                time.sleep(_PAUSE)
        yield


def _put_aside(folder: Path, cut_off: bytes) -> None:
    _add(folder / CUT_OFF, cut_off + b"\n")
    with (folder / LOG).open("rb+") as handle:
        handle.truncate((folder / LOG).stat().st_size - len(cut_off))
        os.fsync(handle.fileno())


def _write_head(folder: Path, lines: int, last: str) -> None:
    part = folder / f".{HEAD}.part"
    part.unlink(missing_ok=True)
    _add(part, f"{lines} {last}\n".encode("ascii"))
    part.replace(folder / HEAD)


def _add(file: Path, content: bytes) -> None:
    with file.open("ab") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunFolderError(f"{file} cannot be read: {error.strerror or error}.") from error


def _content(line: bytes) -> dict[str, Any]:
    content = json.loads(line.decode("utf-8"))
    if isinstance(content, dict):
        _canonical(content)
        return content
    raise ValueError("it is not a JSON object")


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical({name: value for name, value in content.items() if name != "hash"})).hexdigest()
