"""Who pays for committed schemes: they are charged before anything else is planned."""

from __future__ import annotations

from capitalplan.register.register import Register, Scheme, Source
from capitalplan.terms import OVER_LIMIT, UNFUNDED

__all__ = ["committed_payments", "draw", "sources_of"]


def sources_of(trust: str, register: Register) -> list[Source]:
    """Sources a trust may draw on: its own first, then shared ones, each in order of name."""
    open_to = [source for source in register.sources if source.trust in (None, trust)]
    return sorted(open_to, key=lambda source: (source.trust is None, source.name))


def draw(amount: int, names: list[str], left: dict[str, int]) -> dict[str, int]:
    """Take an amount from sources in order, lowering what is left; the rest goes under ``OVER_LIMIT``."""
    taken = {}
    for name in names:
        part = min(amount, max(0, left[name]))
        if part:
            taken[name] = part
            left[name] -= part
            amount -= part
    if amount:
        taken[OVER_LIMIT] = amount
    return taken


def committed_payments(register: Register) -> dict[Scheme, dict[str, int]]:
    """Payment by source of each committed scheme, £ cash.

    A scheme that names a source is charged to it in full. Others draw on the trust's own sources, then on shared
    ones; what exceeds them all is charged to the last of them, so that the breach shows there.
    """
    if not register.sources:
        return {scheme: {UNFUNDED: scheme.capital_gbp} for scheme in register.committed}
    payments: dict[Scheme, dict[str, int]] = {}
    for position, year in enumerate(register.settings.horizon):
        left = {source.name: source.limits_gbp[position] for source in register.sources}
        schemes = [scheme for scheme in register.committed if scheme.year == year]
        for scheme in schemes:
            if scheme.source is not None:
                payments[scheme] = {scheme.source: scheme.capital_gbp}
                left[scheme.source] -= scheme.capital_gbp
        for scheme in schemes:
            if scheme.source is None:
                names = [source.name for source in sources_of(scheme.trust, register)]
                taken = draw(scheme.capital_gbp, names, left)
                over = taken.pop(OVER_LIMIT, 0)
                last = names[-1] if names else OVER_LIMIT
                if over:
                    taken[last] = taken.get(last, 0) + over
                    left[last] = left.get(last, 0) - over
                payments[scheme] = taken
    return payments
