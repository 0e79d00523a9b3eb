"""Entries of the ledger, and what limits are worth, as plain objects for JSON: years as 2027/28, amounts in £."""

from __future__ import annotations

from typing import Any

from capitalplan.analysis.ledger.lines import ForcedPrice, LedgerEntry, LimitPrice
from capitalplan.analysis.price import Price
from capitalplan.analysis.worth.lines import LimitWorth
from capitalplan.terms import year_label

__all__ = ["as_object", "price_object", "worth_object"]


def as_object(entry: LedgerEntry) -> dict[str, Any]:
    """One machine or addition: what was decided, the sentence, and what else might be done at what price."""
    return {
        "what": entry.what,
        "asset_id": entry.asset_id,
        "option": entry.option,
        "offer": entry.offer,
        "trust": entry.trust,
        "site": entry.site,
        "modality": entry.modality,
        "decided": entry.decided,
        "year": _year(entry.year),
        "timing": None if entry.timing is None else str(entry.timing),
        "sentence": entry.sentence,
        "forced": [_forced(each) for each in entry.forced],
    }


def worth_object(worth: LimitWorth) -> dict[str, Any]:
    """One change of a limit: the price is what the plan saves where the limit is widened, else what it costs."""
    return {
        "kind": str(worth.kind),
        "place": worth.place,
        "year": _year(worth.year),
        "change": worth.change,
        "is_more": worth.is_more,
        "price": price_object(worth.price),
    }


def price_object(price: Price) -> dict[str, Any]:
    """A price: its basis, ``estimate`` or ``exact``, its interval, and the words in which it may be told."""
    return {
        "basis": str(price.basis),
        "low_gbp": price.low_gbp,
        "high_gbp": price.high_gbp,
        "estimate_gbp": price.estimate_gbp,
        "impossible": price.is_impossible,
        "words": price.words(),
    }


def _forced(forced: ForcedPrice) -> dict[str, Any]:
    return {
        "forcing": str(forced.forcing),
        "year": _year(forced.year),
        "option": forced.option,
        "offer": forced.offer,
        "action": forced.action,
        "price": price_object(forced.price),
        "scans_outside": forced.scans_outside,
        "patients_waiting": forced.patients_waiting,
        "over_age_years": forced.over_age_years,
        "breakdowns": None if forced.breakdowns is None else float(forced.breakdowns),
        "limits": [_limit(each) for each in forced.limits],
        "closed_by": forced.closed_by,
    }


def _limit(limit: LimitPrice) -> dict[str, Any]:
    return {"rule": limit.rule, "place": limit.place, "year": _year(limit.year), "gbp": limit.gbp}


def _year(year: int | None) -> str | None:
    return None if year is None else year_label(year)
