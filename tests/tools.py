"""Programs that tests drive but the product does not need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

__all__ = ["find_tool"]


def find_tool(*names: str) -> Path:
    """Path of the first program found; without any the test is skipped, or fails where ``CI=true``."""
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    missing = f"none of {', '.join(names)} is installed"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(missing)
    pytest.skip(missing)
