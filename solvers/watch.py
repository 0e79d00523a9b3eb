"""Watching over a running engine: progress comes out, the wish to stop goes in, Ctrl-C loses nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import TypeVar

from capitalplan.solution import Progress, SolveOptions

__all__ = ["Watch"]

Answer = TypeVar("Answer")
POLL_SECONDS = 0.05


class Watch:
    """Runs an engine in a thread of its own and polls from the thread of the caller.

    Signal handlers, ``should_stop`` and ``on_progress`` all run in the caller's thread. A ``KeyboardInterrupt`` counts
    as a wish to stop; any other exception of the caller's functions stops the engine, then goes on to the caller.
    """

    def __init__(self, options: SolveOptions) -> None:
        self._options = options
        self._started = time.perf_counter()
        self._unread: SimpleQueue[Progress] = SimpleQueue()
        self._trace: list[Progress] = []
        self._stopping = False

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the solve began."""
        return time.perf_counter() - self._started

    @property
    def stopping(self) -> bool:
        """Whether the engine has been asked to stop."""
        return self._stopping

    @property
    def trace(self) -> tuple[Progress, ...]:
        """The lines of progress so far, in order."""
        return tuple(self._trace)

    def report(self, incumbent: float, bound: float) -> None:
        """Note a line of progress, from the engine's thread; an infinite incumbent means no plan yet."""
        self._unread.put(Progress(self.seconds, incumbent if math.isfinite(incumbent) else None, bound))

    def run(self, work: Callable[[], Answer], stop: Callable[[], None]) -> Answer:
        """Run ``work``; call ``stop`` on every poll from the moment a stop is wished.

        Parameters
        ----------
        work
            The engine's blocking call.
        stop
            Asks the engine to end; may be called many times, and before the engine has begun.
        """
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="solver") as pool:
            future = pool.submit(work)
            try:
                while not future.done():
                    try:
                        self._poll(stop)
                        wait([future], timeout=POLL_SECONDS)
                    except KeyboardInterrupt:
                        self._stopping = True
                self._deliver()
            except BaseException:
                self._stopping = True
                while not future.done():
                    stop()
                    time.sleep(POLL_SECONDS)
                raise
            return future.result()

    def _poll(self, stop: Callable[[], None]) -> None:
        self._deliver()
        if not self._stopping and self._options.should_stop is not None:
            self._stopping = self._options.should_stop()
        if self._stopping:
            stop()

    def _deliver(self) -> None:
        while True:
            try:
                line = self._unread.get_nowait()
            except Empty:
                return
            self._trace.append(line)
            if self._options.on_progress is not None:
                self._options.on_progress(line)
