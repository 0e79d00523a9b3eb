"""Memory of a process and of those it started, as the kernel tells it (Linux)."""

from __future__ import annotations

from pathlib import Path

__all__ = ["group_mb", "own_peak_mb"]

PROCESSES = Path("/proc")


def own_peak_mb() -> float:
    """Most memory this process has held, MB; unlike getrusage it forgets what held before the process began."""
    return _kilobytes(PROCESSES / "self", "VmHWM") / 1024


def group_mb(leader: int) -> float:
    """Memory the processes of a group hold now, MB."""
    return sum(_kilobytes(each, "VmRSS") for each in PROCESSES.glob("[0-9]*") if _group(each) == leader) / 1024


def _group(process: Path) -> int:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[2])
    except (OSError, IndexError):
        return -1


def _kilobytes(process: Path, field: str) -> int:
    try:
        lines = (process / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{field}:")), 0)
