"""The small words everything shares: codes, financial years, whole-pound rounding.

A *year* is a financial year, April to March, held as the calendar year in which it starts: ``2026`` is 2026/27.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from fractions import Fraction

__all__ = [
    "OVER_LIMIT",
    "UNFUNDED",
    "Action",
    "ContractKind",
    "Lock",
    "Modality",
    "Ownership",
    "SchemeStatus",
    "Timing",
    "discount_factors",
    "financial_year",
    "inflation_factors",
    "parse_year",
    "round_half_up",
    "service_name",
    "year_label",
]

BILLIONTH = 1_000_000_000

OVER_LIMIT = "over the limit"
"""Name under which money is shown that no funding source can pay."""
UNFUNDED = "no limits given"
"""Name under which money is shown when there are no funding sources."""


class Modality(StrEnum):
    """DICOM modality codes (0008,0060) that an imaging register holds."""

    CT = "CT"
    MR = "MR"
    DX = "DX"
    CR = "CR"
    RF = "RF"
    XA = "XA"
    MG = "MG"
    US = "US"
    NM = "NM"
    PT = "PT"
    BMD = "BMD"


class Ownership(StrEnum):
    """How a machine is held today."""

    OWNED = "owned"
    CHARITY = "charity"
    LEASE = "lease"
    MANAGED_SERVICE = "managed service"
    PFI = "pfi"


class ContractKind(StrEnum):
    """Kinds of contract that hold machines."""

    LEASE = "lease"
    MANAGED_SERVICE = "managed service"
    PFI = "pfi"


class SchemeStatus(StrEnum):
    """Status of a scheme in the Schemes sheet; the first two are committed and never moved by the plan."""

    ORDERED = "ordered"
    COMMITTED = "committed"
    IDEA = "idea"


class Lock(StrEnum):
    """What the lead has decided for a machine before any optimisation."""

    KEEP = "keep"
    REPLACE = "replace"
    RETIRE = "retire"


class Action(StrEnum):
    """What a scheme does."""

    KEEP = "keep"
    REPLACE = "replace"
    RETIRE = "retire"
    ADD = "add"
    EXTEND = "extend"


class Timing(StrEnum):
    """When a machine is renewed, held against the year in which it reaches its planned life."""

    EARLY = "early"
    ON_TIME = "on time"
    LATE = "late"
    NOT_FUNDED = "not funded"
    KEPT = "kept"


def year_label(year: int) -> str:
    """Write a financial year as users read it: ``2026`` becomes ``2026/27``."""
    return f"{year}/{(year + 1) % 100:02d}"


_YEAR = re.compile(
    r"(?:FY)?\s*((?:19|20)\d\d|\d\d(?=\s*[/\u2013-]\s*\d\d$))(?:\s*[/\u2013-]\s*(\d{2}|\d{4}))?", re.IGNORECASE
)


def parse_year(text: str) -> int:
    """Read ``2026/27``, ``2026/2027``, ``2026-27``, ``26/27``, ``FY2026/27`` or ``2026``.

    Two digits below 70 are of this century, as in dates.

    Raises
    ------
    ValueError
        If the text is none of these, or its second half is not the year after the first.
    """
    match = _YEAR.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a financial year such as 2026/27")
    start = int(match[1])
    if start < 100:
        start += 2000 if start < 70 else 1900
    if match[2] is not None and int(match[2]) % 100 != (start + 1) % 100:
        raise ValueError(f"{text!r} does not run over two adjoining years, such as 2026/27")
    return start


def financial_year(day: dt.date) -> int:
    """Financial year (April to March) a day falls in, as its starting calendar year."""
    return day.year if day.month >= 4 else day.year - 1


def service_name(modality: str, mobile: bool) -> str:
    """Name of the service line a machine belongs to: mobile units are a line of their own, like for like."""
    return f"{modality} mobile" if mobile else str(modality)


def round_half_up(value: Fraction) -> int:
    """Round an exact amount to the nearest whole unit, halves upward; money is whole pounds, capacity whole scans."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def discount_factors(rate: Fraction, years: int) -> tuple[Fraction, ...]:
    """Discount factors ``(1 + rate)^-t`` for ``t = 0..years``, each rounded to nine decimals.

    The ninth decimal moves no scheme by a pound; fixed decimals let every present value be computed exactly.
    """
    return tuple(Fraction(round_half_up(BILLIONTH / (1 + rate) ** t), BILLIONTH) for t in range(years + 1))


def inflation_factors(rate: Fraction, years: int) -> tuple[Fraction, ...]:
    """Price indices ``(1 + rate)^t`` for ``t = 0..years``, each rounded to nine decimals."""
    return tuple(Fraction(round_half_up(BILLIONTH * (1 + rate) ** t), BILLIONTH) for t in range(years + 1))
