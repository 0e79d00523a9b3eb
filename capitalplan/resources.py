"""Where packaged data and guides stand, in a wheel, an editable install and a checkout alike.

No other module looks for them.
"""

from __future__ import annotations

from pathlib import Path

from capitalplan.errors import EnvironmentFaultError

__all__ = ["data_path", "doc_path"]

_PACKAGE = Path(__file__).resolve().parent
_PACKED = _PACKAGE / "_data"


def data_path(*parts: str) -> Path:
    """Find packaged data, such as ``data_path("one_trust")`` for the folder of an example network.

    Raises
    ------
    EnvironmentFaultError
        If the installation has no such file or folder.
    """
    return _existing((_PACKED if _PACKED.is_dir() else _PACKAGE.parent / "data").joinpath(*parts))


def doc_path(*parts: str) -> Path:
    """Find a guide, such as ``doc_path("input.md")``.

    Raises
    ------
    EnvironmentFaultError
        If the installation has no such guide.
    """
    return _existing((_PACKED if _PACKED.is_dir() else _PACKAGE.parent).joinpath("docs", *parts))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise EnvironmentFaultError(f"This installation is incomplete: {path} is missing. Install capitalplan again.")
    return path
