"""Tasks in other processes of this machine, and what any pool of workers does."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Hashable
from importlib import import_module
from types import TracebackType
from typing import Any, Protocol, Self

from joblib import cpu_count
from joblib.externals import loky

from capitalplan.errors import EnvironmentFaultError

__all__ = ["LocalPool", "LostTask", "Pool", "open_pool"]

MOST_TRIES = 3
"""Times a task is begun before it is given up, where the process that worked on it ends."""


class LostTask:
    """Stands for the result of a task whose process ended each time it was begun."""


class Pool(Protocol):
    """Works on tasks, a few at a time; which one ends first does not change what it gives."""

    @property
    def has_room(self) -> bool:
        """Whether another task would be begun at once."""

    def submit(self, key: Hashable, function: Callable[[Any], Any], task: object) -> None:
        """Hand over a task, named by its key."""

    def take(self) -> tuple[Any, Any]:
        """Wait for a task to end, and give its key and result, or a ``LostTask``."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End what is still running."""


def open_pool(workers: int | None, address: str | None) -> Pool:
    """Open a pool on a Dask cluster where there is an address, else on this machine.

    Parameters
    ----------
    workers
        Processes to use on this machine; None for one a processor.

    Raises
    ------
    EnvironmentFaultError
        If the cluster cannot be reached, or Dask is not installed.
    """
    if address is None:
        return LocalPool(workers or cpu_count())
    try:
        clusters: Any = import_module("capitalplan.workflow.clusters")
    except ImportError as error:
        raise EnvironmentFaultError(
            "Dask is not installed: install capitalplan with its extra 'dask', or leave --engine out."
        ) from error
    pool: Pool = clusters.DaskPool(address)
    return pool


class LocalPool:
    """Processes of this machine, each by itself: one that is killed costs the time of its own task only.

    Parameters
    ----------
    workers
        How many.
    """

    def __init__(self, workers: int) -> None:
        self._idle: deque[loky.ProcessPoolExecutor] = deque(_process() for _ in range(workers))
        self._running: dict[Any, tuple[loky.ProcessPoolExecutor, Hashable, Callable[[Any], Any], object, int]] = {}

    @property
    def has_room(self) -> bool:
        """Whether a process is idle."""
        return bool(self._idle)

    def submit(self, key: Hashable, function: Callable[[Any], Any], task: object) -> None:
        """Hand a task to an idle process."""
        self._begin(self._idle.popleft(), key, function, task, 1)

    def take(self) -> tuple[Any, Any]:
        """Wait for a task to end; one whose process has ended is begun again in a new one."""
        while True:
            done, _ = loky.wait(self._running, return_when=loky.FIRST_COMPLETED)
            future = min(done, key=list(self._running).index)
            process, key, function, task, tries = self._running.pop(future)
            try:
                result = future.result()
            except loky.BrokenProcessPool:
                process = _process()
                if tries < MOST_TRIES:
                    self._begin(process, key, function, task, tries + 1)
                    continue
                result = LostTask()
            self._idle.append(process)
            return key, result

    def _begin(
        self,
        process: loky.ProcessPoolExecutor,
        key: Hashable,
        function: Callable[[Any], Any],
        task: object,
        tries: int,
    ) -> None:
        try:
            future = process.submit(function, task)
        except loky.BrokenProcessPool:  # it ended while it was idle
            process = _process()
            future = process.submit(function, task)
        self._running[future] = (process, key, function, task, tries)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        for process in (*self._idle, *(each[0] for each in self._running.values())):
            process.shutdown(wait=False, kill_workers=True)


def _process() -> loky.ProcessPoolExecutor:
    return loky.ProcessPoolExecutor(max_workers=1, initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
