"""Readable names for rows and columns."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["slug"]


@lru_cache(maxsize=65_536)
def slug(text: str) -> str:
    """Keep letters, digits, dots and underscores; everything else becomes an underscore."""
    return re.sub(r"[^A-Za-z0-9_.]", "_", text)
