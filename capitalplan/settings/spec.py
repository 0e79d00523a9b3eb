"""What one setting is: kind, default, unit, meaning, source and bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

__all__ = ["SettingSpec", "setting"]

ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One line of the Settings sheet.

    Attributes
    ----------
    name
        The word in the first column.
    kind
        ``share`` (a fraction of one, shown as a percentage), ``pounds``, ``whole``, ``number``, ``year``, ``date``,
        ``yes_no``, ``text`` or ``choice``.
    default
        Value used when the line is absent or blank; None where blank is a meaning of its own.
    unit, meaning, source
        What users read beside the value. A source of ``illustrative`` is a judgement, to be replaced by the user's own.
    low, high
        Inclusive bounds, where there are any.
    choices
        The words allowed, for a choice.
    """

    name: str
    kind: str
    default: Any
    unit: str
    meaning: str
    source: str
    low: Fraction | None = None
    high: Fraction | None = None
    choices: tuple[str, ...] = ()


def setting(
    kind: str,
    default: Any,
    unit: str,
    meaning: str,
    source: str = ILLUSTRATIVE,
    *,
    low: Fraction | int | None = None,
    high: Fraction | int | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a setting as a field of a settings class; a source left out is ``illustrative``."""
    limits = {"low": None if low is None else Fraction(low), "high": None if high is None else Fraction(high)}
    about = {"kind": kind, "unit": unit, "meaning": meaning, "source": source, "choices": choices, **limits}
    return field(default=default, metadata=about)
