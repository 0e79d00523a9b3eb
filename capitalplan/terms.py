"""The small words everything shares: codes, financial years, whole-pound rounding.

A *year* is a financial year, April to March, held as the calendar year in which it starts: ``2026`` is 2026/27.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

__all__ = [
    "OVER_LIMIT",
    "UNFUNDED",
    "Action",
    "BeyondPlan",
    "Certainty",
    "Consent",
    "ContractEnd",
    "ContractKind",
    "CoverKind",
    "DemandClass",
    "ExtraKind",
    "Heading",
    "Lock",
    "Modality",
    "Ownership",
    "Purpose",
    "Route",
    "SchemeStatus",
    "StaffGroup",
    "TieKind",
    "Timing",
    "discount_factors",
    "financial_year",
    "inflation_factors",
    "parse_year",
    "queue_factor",
    "round_half_up",
    "rounded_product",
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
    """Status of a scheme, from idea to order; ordered and committed ones are never moved by the plan.

    SOC, OBC and FBC are the strategic outline, outline and full business case: approved to that stage.
    """

    ORDERED = "ordered"
    COMMITTED = "committed"
    FBC = "FBC"
    OBC = "OBC"
    SOC = "SOC"
    IDEA = "idea"


class Route(StrEnum):
    """How a machine is acquired."""

    PURCHASE = "purchase"
    LEASE = "lease"
    MANAGED_SERVICE = "managed service"


class Purpose(StrEnum):
    """What capital is spent on: renewing what there is, or new capacity."""

    REPLACEMENT = "replacement"
    NEW = "new"


class Certainty(StrEnum):
    """How sure a funding source is, the surest first."""

    CONFIRMED = "confirmed"
    BID = "bid"
    POSSIBLE = "possible"


class ContractEnd(StrEnum):
    """What happens when a lease or managed service taken out in the plan ends within it."""

    RENEW = "renew"
    RETURN = "return"


class BeyondPlan(StrEnum):
    """Terminal rule of a contract that outlasts the plan: which of its charges are counted."""

    INSIDE = "charges inside the plan"
    TERM = "charges to the end of the term"


class Consent(StrEnum):
    """Whether a trust has agreed to bear its share of a cost."""

    AGREED = "agreed"
    ASKED = "asked"
    REFUSED = "refused"


class Heading(StrEnum):
    """Lines of the revenue statement."""

    MAINTENANCE = "maintenance"
    RENT = "rent"
    UNITARY = "unitary charge"
    VAT = "irrecoverable VAT"
    ENERGY = "energy"
    STAFF = "staff of added machines"
    EXTRA_HOURS = "extended hours"
    VANS = "mobile vans"
    OUTSIDE = "scans bought outside"
    REPORTING = "outsourced reporting"
    DISPOSAL = "disposal"
    DEPRECIATION = "depreciation"
    LOSS = "loss on disposal"
    INTEREST = "lease interest"
    DIVIDEND = "dividend"
    RELIEF = "relief for gifts and rebates"


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
    UPGRADE = "upgrade"


class Timing(StrEnum):
    """When a machine is renewed, held against the year in which it reaches its planned life."""

    EARLY = "early"
    ON_TIME = "on time"
    LATE = "late"
    NOT_FUNDED = "not funded"
    KEPT = "kept"


class DemandClass(StrEnum):
    """How soon patients must be scanned."""

    UNSCHEDULED = "unscheduled"
    WAITING_LIST = "waiting list"
    PLANNED = "planned"


class ExtraKind(StrEnum):
    """Ways of serving patients without buying a machine."""

    HOURS = "extended hours"
    VAN = "mobile van"
    OUTSIDE = "outside provider"
    REPORTING = "outsourced reporting"


class StaffGroup(StrEnum):
    """Staff whose hours limit what can be scanned and reported."""

    RADIOGRAPHER = "radiographer"
    RADIOLOGIST = "radiologist"
    REPORTING_RADIOGRAPHER = "reporting radiographer"


class TieKind(StrEnum):
    """How the replacement of one machine is bound to that of another."""

    TOGETHER = "together"
    AFTER = "after"
    APART = "not the same year"


class CoverKind(StrEnum):
    """Who scans the patients of a site's only machine while it is being replaced."""

    VAN = "mobile van"
    NEIGHBOUR = "neighbour"
    ADDED = "added machine"


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


def rounded_product(*factors: Fraction | int) -> int:
    """Round the exact product of some factors to the nearest whole unit, halves upward, without making a fraction."""
    above, below = 1, 1
    for factor in factors:
        above *= factor.numerator
        below *= factor.denominator
    return (2 * above + below) // (2 * below)


def discount_factors(rate: Fraction, years: int) -> tuple[Fraction, ...]:
    """Discount factors ``(1 + rate)^-t`` for ``t = 0..years``, each rounded to nine decimals.

    The ninth decimal moves no scheme by a pound; fixed decimals let every present value be computed exactly.
    """
    return tuple(Fraction(round_half_up(BILLIONTH / (1 + rate) ** t), BILLIONTH) for t in range(years + 1))


def inflation_factors(rate: Fraction, years: int) -> tuple[Fraction, ...]:
    """Price indices ``(1 + rate)^t`` for ``t = 0..years``, each rounded to nine decimals."""
    return tuple(Fraction(round_half_up(BILLIONTH * (1 + rate) ** t), BILLIONTH) for t in range(years + 1))


def queue_factor(share: Fraction) -> Fraction:
    """``ln(1 / share)`` to nine decimals: the standard wait over the mean wait at which ``share`` wait longer.

    Waits are taken to be spread exponentially (Fong et al. 2022, the method of NHS-R's waiting list package); 1% over
    the standard gives 4.605, 5% gives 2.996.
    """
    logarithm = (Decimal(share.denominator) / Decimal(share.numerator)).ln()
    return Fraction(round_half_up(Fraction(logarithm) * BILLIONTH), BILLIONTH)
