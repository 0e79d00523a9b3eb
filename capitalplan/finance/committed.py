"""Who pays for committed schemes: they are charged before anything else is planned."""

from __future__ import annotations

from capitalplan.finance.bearing import bear, cost_shares
from capitalplan.plan.plan import Payment
from capitalplan.register.register import Register, Scheme, Source
from capitalplan.settings import Settings
from capitalplan.terms import OVER_LIMIT, UNFUNDED, Purpose, Route, round_half_up

__all__ = ["committed_charges", "committed_payments", "planned_limit", "sources_for"]


def planned_limit(limit: int, position: int, settings: Settings) -> int:
    """The most the plan may promise of a limit in a year (position), £ cash: over-programming is in it."""
    firm = position < settings.firm_years
    share = settings.over_programming_firm if firm else settings.over_programming_indicative
    return round_half_up((1 + share) * limit)


def sources_for(trust: str, modality: str, purpose: Purpose, route: Route, register: Register) -> tuple[Source, ...]:
    """Sources that may pay for a charge borne by a trust: its own first, then shared ones, each in order of name."""
    found = (source for source in register.sources if source.may_pay(trust, modality, purpose, route))
    return tuple(sorted(found, key=lambda source: (source.trust is None, source.name)))


def committed_charges(scheme: Scheme) -> dict[int, int]:
    """Charge of a committed scheme by financial year, £ cash; years without one are left out."""
    parts = {scheme.year - 1: scheme.paid_before_gbp, scheme.year: scheme.capital_gbp - scheme.paid_before_gbp}
    return {year: gbp for year, gbp in parts.items() if gbp}


def committed_payments(register: Register) -> dict[Scheme, tuple[Payment, ...]]:
    """Payments for each committed scheme, by year; what is paid before the plan starts is left out.

    Year by year, schemes that name a source are charged to it in full. Each trust's part of the others draws on its own
    sources, then on shared ones, of those that may pay; what exceeds them all is charged to the last of them, so that
    the breach shows there.
    """
    settings = register.settings
    payments: dict[Scheme, list[Payment]] = {scheme: [] for scheme in register.committed}
    for position, year in enumerate(settings.horizon):
        left = {each.name: planned_limit(each.limits_gbp[position], position, settings) for each in register.sources}
        due = [
            (scheme, trust, gbp)
            for scheme in sorted(register.committed, key=lambda scheme: (scheme.source is None, scheme.scheme_id))
            for trust, gbp in _borne(scheme, year, register).items()
        ]
        for scheme, trust, gbp in due:
            for source, part in _draw(gbp, _names(scheme, trust, register), left).items():
                payments[scheme].append(Payment(year=year, trust=trust, source=source, route=Route.PURCHASE, gbp=part))
    return {scheme: tuple(paid) for scheme, paid in payments.items()}


def _borne(scheme: Scheme, year: int, register: Register) -> dict[str, int]:
    gbp = committed_charges(scheme).get(year, 0)
    return bear(gbp, scheme.trust, cost_shares(register, scheme.asset_id, scheme.site))


def _names(scheme: Scheme, trust: str, register: Register) -> list[str]:
    if not register.sources:
        return [UNFUNDED]
    if scheme.source is not None:
        return [scheme.source]
    purpose = Purpose.NEW if scheme.asset_id is None else Purpose.REPLACEMENT
    modality = register.lines[scheme.line].modality
    return [each.name for each in sources_for(trust, modality, purpose, Route.PURCHASE, register)] or [OVER_LIMIT]


def _draw(gbp: int, names: list[str], left: dict[str, int]) -> dict[str, int]:
    """Take an amount from sources in order, lowering what is left; what exceeds them all goes to the last."""
    taken = {}
    for name in names:
        part = gbp if name == names[-1] else min(gbp, max(0, left[name]))
        if part:
            taken[name] = part
            left[name] = left.get(name, 0) - part
            gbp -= part
    return taken
