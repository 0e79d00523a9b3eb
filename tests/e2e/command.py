"""The command line as a user's shell runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Ended", "command_line", "environment", "run_command"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def command_line(*words: object) -> list[str]:
    return [sys.executable, "-P", "-m", "capitalplan", *map(str, words)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def run_command(*words: object, before: Callable[[], None] | None = None) -> Ended:
    """Run a command; ``before`` is called in its process first, on POSIX systems."""
    done = subprocess.run(
        command_line(*words),
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        check=False,
        timeout=600,
        preexec_fn=before,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
