"""Tasks on a Dask cluster that the organisation already has; nothing else is other than on one machine."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Self

from distributed import Client, as_completed
from distributed.scheduler import KilledWorker

from capitalplan.errors import EnvironmentFaultError
from capitalplan.workflow.pools import LostTask

__all__ = ["DaskPool"]

CONNECT_SECONDS = 10


class DaskPool:
    """Workers of a Dask cluster that runs already.

    Parameters
    ----------
    address
        Of its scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    EnvironmentFaultError
        If it cannot be reached.
    """

    def __init__(self, address: str) -> None:
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise EnvironmentFaultError(
                f"The Dask cluster at {address} cannot be reached: check the address, and that its scheduler runs."
            ) from error
        self._done = as_completed(loop=self._client.loop)
        self._keys: dict[Any, Hashable] = {}

    @property
    def has_room(self) -> bool:
        """Always: the cluster decides what runs when."""
        return True

    def submit(self, key: Hashable, function: Callable[[Any], Any], task: object) -> None:
        """Hand a task to the cluster, which begins it again where a worker ends."""
        future = self._client.submit(function, task, pure=False)
        self._keys[future] = key
        self._done.add(future)

    def take(self) -> tuple[Any, Any]:
        """Wait for a task to end."""
        future = next(self._done)
        key = self._keys.pop(future)
        try:
            return key, future.result()
        except KilledWorker:
            return key, LostTask()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back what the cluster still works on, and leave it."""
        self._client.cancel(list(self._keys))
        self._client.close()
