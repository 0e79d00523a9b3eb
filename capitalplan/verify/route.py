"""Whether a lease or managed service may be taken out, and ends when its machine leaves."""

from __future__ import annotations

from capitalplan.register.register import Offer
from capitalplan.terms import ContractEnd, year_label
from capitalplan.verify.context import Context

__all__ = ["contract_fault"]


def contract_fault(context: Context, offer: Offer, trust: str, first: int, leaves: int | None) -> str | None:
    """Say why an offer taken at a position does not fit, None where it does; ``leaves`` is None for one that stays."""
    when = year_label(context.year(first))
    if not offer.is_offered(trust, context.year(first)):
        return f"{offer.name} is not offered to {trust} in {when}"
    returned = offer.at_end is ContractEnd.RETURN
    if leaves is None:
        if not returned or first + offer.years >= context.years:
            return None
        return f"{offer.name}, taken in {when}, is to be returned after {offer.years} years, yet stays"
    age = leaves - first
    fits = age == offer.years if returned else age % offer.years == 0
    return None if fits else f"{offer.name}, taken in {when} for {offer.years} years, is given up after {age}"
