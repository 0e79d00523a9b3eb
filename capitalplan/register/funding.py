"""Money as it comes: funding sources, capital limits, revenue limits, approvals, cost shares and the approved plan."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from capitalplan.terms import Action, Certainty, Consent, Purpose, Route

__all__ = ["Approval", "ApprovedLine", "CapitalLimit", "CostShare", "RevenueLimit", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A funding source that the plan counts.

    Attributes
    ----------
    trust
        Whose it is; None for a source that several trusts may draw on.
    limits_gbp
        Limit by year, £ cash.
    trusts
        Trusts it may pay for: its owner, or those of a shared source.
    modalities, purposes, routes
        What it may pay for; empty for everything.
    uses_capital_limit
        Whether what it pays counts against the capital limits of its trust and of the network.
    brings_cash
        Whether it brings its own cash; without it, what it pays for purchases is paid from the trust's cash.
    donated
        Whether assets it pays for are donated or granted, and so left out of the dividend.
    carry_share
        Share of a year's limit that may be carried into the next year.
    minimum_share
        Share of a year's limit that should be used.
    """

    name: str
    trust: str | None
    limits_gbp: tuple[int, ...]
    trusts: frozenset[str]
    modalities: frozenset[str]
    purposes: frozenset[Purpose]
    routes: frozenset[Route]
    uses_capital_limit: bool
    brings_cash: bool
    donated: bool
    certainty: Certainty
    carry_share: Fraction
    minimum_share: Fraction

    def may_pay(self, trust: str, modality: str, purpose: Purpose, route: Route) -> bool:
        """Whether it may pay for a charge of a trust."""
        return (
            trust in self.trusts
            and (not self.modalities or modality in self.modalities)
            and (not self.purposes or purpose in self.purposes)
            and (not self.routes or route in self.routes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalLimit:
    """The totals a trust, or the whole network, is held to.

    Attributes
    ----------
    trust
        The trust; None for the network.
    limits_gbp
        Capital limit by year, £ cash: the most that sources which use it may pay; None where there is no limit.
    cash_gbp
        Cash by year, £: the most that sources which bring no cash may pay for purchases; None where it is not limited.
    """

    trust: str | None
    limits_gbp: tuple[int | None, ...]
    cash_gbp: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueLimit:
    """The most revenue a trust's imaging equipment may cost in a year, by the revenue statement.

    Attributes
    ----------
    limits_gbp
        £ cash by year; None where there is no limit. Elastic: what is over is priced and listed.
    """

    trust: str
    limits_gbp: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approves a scheme up to what capital.

    Attributes
    ----------
    up_to_gbp
        Largest capital the approver may approve, £ cash; None for any.
    months
        From the business case to its approval.
    """

    approver: str
    up_to_gbp: int | None
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostShare:
    """A trust's share of the capital of a machine, or of what is added at a site.

    Attributes
    ----------
    asset_id
        The machine; None where the share is of additions and new rooms at ``site``.
    site
        Site of additions; None where the share is of a machine.
    share
        Share of one; what shares leave is borne by the owner.
    basis
        Why so much, in the user's words.
    consent
        Whether the trust has agreed; None where nobody said.
    """

    asset_id: str | None
    site: str | None
    trust: str
    share: Fraction
    basis: str
    consent: Consent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedLine:
    """A line of the approved plan that this plan is to stay close to.

    Attributes
    ----------
    asset_id
        The machine; None for machines added at a site.
    action
        ``replace``, ``retire``, ``upgrade`` or ``add``.
    option, offer
        Catalogue option (or name of the upgrade) and line of Routes; None for a retirement, and for a purchase.
    year
        Financial year.
    units
        Machines added; 1 for a machine's own line.
    """

    asset_id: str | None
    site: str
    action: Action
    option: str | None
    offer: str | None
    year: int
    units: int
    new_room_first: bool = False
