"""Money lines of a plan: payments, sources by year, the revenue statement, price tiers, dates, changes and flags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import Consent, Heading, Route, SchemeStatus

__all__ = ["CaseDates", "Change", "Flag", "Payer", "Payment", "RevenueLine", "SourceYear", "TierReached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What one source pays for a scheme in a year.

    Attributes
    ----------
    year
        Financial year in which it is charged.
    trust
        Trust that pays; ``source`` is its own or one it may draw on.
    route
        ``purchase`` for equipment, works, rooms and upgrades; ``lease`` or ``managed service`` for a right of use.
    gbp
        £ cash, above zero.
    """

    year: int
    trust: str
    source: str
    route: Route
    gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A trust's share of a scheme's capital.

    Attributes
    ----------
    share
        Share of one; all payers of a scheme add up to one.
    basis
        Why so much, in the user's words; empty for the owner's rest.
    consent
        Whether the trust has agreed; None for the owner, and where nobody said.
    """

    trust: str
    share: Fraction
    basis: str
    consent: Consent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDates:
    """The business-case route of a scheme.

    Attributes
    ----------
    status
        From Schemes where the scheme stands there, else ``idea``.
    approver
        Who approves it, by its capital; empty where nobody has to.
    case_by
        Day by which the business case goes to the approver; None once it is approved (FBC) or ordered.
    order_by
        Day by which it is ordered, so that it is in service by ``in_service_by``; None once it is ordered.
    in_service_by
        Last day of the financial year of the scheme.
    """

    status: SchemeStatus
    approver: str
    case_by: dt.date | None
    order_by: dt.date | None
    in_service_by: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceYear:
    """One funding source in one year, £ cash.

    Attributes
    ----------
    limit_gbp
        Limit as given.
    planned_limit_gbp
        Limit with over-programming: the most the plan may promise.
    carried_in_gbp, carried_out_gbp
        Brought in from the year before, and left for the year after.
    paid_gbp
        What it pays, committed schemes included.
    minimum_gbp
        What should be used.
    short_gbp
        By how much less is used.
    """

    source: str
    year: int
    limit_gbp: int
    planned_limit_gbp: int
    carried_in_gbp: int
    paid_gbp: int
    carried_out_gbp: int
    minimum_gbp: int
    short_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueLine:
    """The revenue statement of a trust in a year, £ cash, by legal owner; only headings that are not zero.

    Attributes
    ----------
    amounts_gbp
        By heading; relief is below zero, and so is a profit on disposal.
    limit_gbp
        Limit of the year, before relief for gifts and rebates; None where there is none.
    over_gbp
        By how much the statement before relief exceeds it.
    lease_rents_gbp
        Rents paid for right-of-use assets: cash that stands in the statement as depreciation and interest instead.
    """

    trust: str
    year: int
    amounts_gbp: Mapping[Heading, int]
    limit_gbp: int | None
    over_gbp: int
    lease_rents_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierReached:
    """A price tier reached by the machines bought in a year.

    Attributes
    ----------
    units
        Machines bought that count.
    rebate
        Share of the equipment price.
    rebate_gbp
        Off the charges of the year, £ cash.
    real_gbp
        Off capital, real £.
    """

    framework: str
    year: int
    units: int
    from_units: int
    rebate: Fraction
    rebate_gbp: int
    real_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A scheme that differs from the approved plan.

    Attributes
    ----------
    what
        The machine, or the option and site of machines added.
    approved, planned
        What happens in each, such as ``replace 2027/28 by CT standard``.
    firm
        Whether it touches a firm year.
    price_gbp
        Price put on it; a judgement, not cash.
    """

    what: str
    asset_id: str | None
    site: str
    approved: str
    planned: str
    firm: bool
    price_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something to be looked at before money is committed, such as a rental that may be a lease.

    Attributes
    ----------
    rule
        Short name: ``maybe a lease`` or ``consent``.
    place
        Site, machine or contract.
    """

    rule: str
    place: str
    year: int | None
    message: str
