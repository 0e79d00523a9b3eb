"""An exclusive lock between commands, given back by the operating system even when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from capitalplan.errors import RunFolderError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["exclusive"]


@contextmanager
def exclusive(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs, then remove it; a file left by a dead command is taken over.

    Raises
    ------
    RunFolderError
        With the sentence ``busy``, if another command holds it.
    """
    with path.open("ab") as handle:
        try:
            _lock(handle.fileno())
            if not os.path.samestat(os.fstat(handle.fileno()), path.stat()):
                raise RunFolderError(busy)
        except (BlockingIOError, PermissionError, FileNotFoundError) as error:
            raise RunFolderError(busy) from error
        try:
            yield
        finally:
            if sys.platform == "win32":
                handle.close()
            path.unlink(missing_ok=True)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
