"""Text of a CSV file as the value a spreadsheet would hold had it been typed there."""

from __future__ import annotations

import datetime as dt
import re

from capitalplan.register.reading.days import day_or_none

__all__ = ["natural_value"]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")


def natural_value(text: str) -> str | int | float | dt.date:
    """Turn plain numbers, percentages and days into such; everything else, faulty as it may be, stays as it is."""
    bare = text.strip()
    if _NUMBER.fullmatch(bare):
        return float(bare) if "." in bare else int(bare)
    if bare.endswith("%") and _NUMBER.fullmatch(bare[:-1]):
        return float(f"{float(bare[:-1]) / 100:.12g}")
    if _DAY.fullmatch(bare):
        return day_or_none(bare) or text
    return text
