"""A check at the start: the engines and reports found are ours, not another package of the same name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from capitalplan.errors import EnvironmentFaultError

__all__ = ["check_neighbours"]


def check_neighbours() -> None:
    """Make sure that ``solvers`` and ``reports`` stand beside ``capitalplan``, loading neither.

    Raises
    ------
    EnvironmentFaultError
        If one is missing, or another package of that name is found first; names where that one stands.
    """
    home = Path(__file__).resolve().parents[2]
    for name in ("solvers", "reports"):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise EnvironmentFaultError(f"The package {name} of capitalplan is missing. Install capitalplan again.")
        found = Path(spec.origin).resolve().parents[1]
        if found != home:
            raise EnvironmentFaultError(
                f"Another package named {name} stands in the way, in {found}. "
                "Install capitalplan in a virtual environment of its own."
            )
