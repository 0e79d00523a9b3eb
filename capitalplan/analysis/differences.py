"""What differs between two registers, in words: machines, options, limits by year, demand and settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from capitalplan.register.register import Register
from capitalplan.settings import settings_specs
from capitalplan.terms import year_label

__all__ = ["demand_differences", "field_differences", "limit_differences", "setting_differences"]

FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "asset": {
            "lock": "lock",
            "lock_year": "lock year",
            "earliest_year": "date not before",
            "latest_year": "date not after",
            "end_of_support_year": "end of support",
            "ownership": "ownership",
            "contract_id": "contract",
            "site": "site",
            "install_year": "year of installation",
            "life_years": "planned life",
            "exams_per_year": "examinations a year",
            "hours_per_week": "staffed hours",
            "maintenance_gbp": "maintenance",
            "own_price_gbp": "replacement price",
            "own_works_gbp": "works",
            "outage_weeks": "outage weeks",
            "price_gbp": "like-for-like price",
            "book_value_gbp": "net book value",
            "risk_score": "risk score",
        },
        "contract": {
            "end_year": "end",
            "annual_charge_gbp": "charge a year",
            "extension_charge_gbp": "charge in extension",
            "extension_years": "extension",
            "refresh_years": "refresh age",
        },
        "option": {
            "price_gbp": "price",
            "works_gbp": "works",
            "annual_maintenance_gbp": "maintenance",
            "annual_staff_gbp": "staff a year",
            "scans_per_hour": "scans an hour",
            "throughput_gain": "throughput gain",
            "life_years": "planned life",
            "can_replace": "use for replacement",
            "can_add": "use for new capacity",
        },
        "offer": {
            "lease_gbp": "rent a year",
            "service_gbp": "service charge a year",
            "years": "length",
            "rate": "rate",
            "first_year": "first year",
            "last_year": "last year",
        },
        "site": {
            "opening_year": "opening",
            "closing_year": "closing",
            "max_installations": "most installations a year",
            "max_new_rooms": "new rooms",
            "spare_rooms": "spare rooms",
            "van_standing": "standing for vans",
        },
    }
)
"""Fields compared of each kind, as users read them."""


def field_differences(kind: str, was: Any, now: Any, subject: str) -> Iterator[str]:
    """Compare two records of a kind of ``FIELDS``, either of which may be None where there is none."""
    if was is None or now is None:
        if was is not now:
            yield f"{subject} is {'new' if was is None else 'no longer there'}."
        return
    for name, label in FIELDS[kind].items():
        old, new = getattr(was, name), getattr(now, name)
        if old != new:
            yield f"{subject}: {label} is {_shown(name, new)}, and was {_shown(name, old)}."


def limit_differences(
    before: Register,
    after: Register,
    *,
    trusts: Collection[str] | None = None,
    years: Collection[int] | None = None,
) -> Iterator[str]:
    """Compare limits of sources, capital limits, cash and revenue limits by year, £ cash; those that fell come first.

    Parameters
    ----------
    trusts
        Trusts whose money is looked at, shared and network money included; None for all.
    years
        Financial years looked at; None for all.
    """
    old, new = _limits(before, trusts), _limits(after, trusts)
    found = []
    for key in {**old, **new}:
        name, year = key
        was, now = old.get(key), new.get(key)
        if was != now and (years is None or year in years):
            rise = (now or 0) - (was or 0) if was is not None and now is not None else 0
            words = f"{name} in {year_label(year)} is {_shown('gbp', now)}, and was {_shown('gbp', was)}."
            found.append((rise, words))
    yield from (words for _, words in sorted(found, key=lambda each: each[0]))


def _limits(register: Register, trusts: Collection[str] | None) -> dict[tuple[str, int], int | None]:
    limits: dict[tuple[str, int], int | None] = {}
    for position, year in enumerate(register.settings.horizon):
        for source in register.sources:
            if trusts is None or source.trusts & set(trusts):
                limits[f"The limit of {source.name}", year] = source.limits_gbp[position]
        for total in register.capital_limits:
            whose = total.trust or "the network"
            if trusts is None or total.trust is None or total.trust in trusts:
                limits[f"The capital limit of {whose}", year] = total.limits_gbp[position]
                limits[f"The cash of {whose}", year] = total.cash_gbp[position]
        for line in register.revenue_limits:
            if trusts is None or line.trust in trusts:
                limits[f"The revenue limit of {line.trust}", year] = line.limits_gbp[position]
    return {key: limit for key, limit in limits.items() if limit is not None}


def demand_differences(before: Register, after: Register, site: str) -> Iterator[str]:
    """Compare what a site's patients need and what may serve them beside machines."""
    for line in sorted({name for register in (before, after) for name, place in register.demand if place == site}):
        was, now = (sum(register.demand.get((line, site), ())) for register in (before, after))
        if was != now:
            yield f"Demand for {line} at {site} is {now:,} scans over the plan, and was {was:,}."
        old, new = (register.outside_price(line, site) for register in (before, after))
        if old != new:
            yield f"A {line} scan bought outside costs £{new:,}, and cost £{old:,}."
    old_extra, new_extra = (
        {each.name: each for each in register.extra if site in each.places} for register in (before, after)
    )
    for name in sorted({*old_extra, *new_extra}):
        if old_extra.get(name) != new_extra.get(name):
            verb = "changed" if name in old_extra and name in new_extra else "new" if name in new_extra else "gone"
            yield f"{name} in Extra capacity is {verb}."


def setting_differences(before: Register, after: Register) -> Iterator[str]:
    """Compare settings, name and planned years aside."""
    for spec in settings_specs():
        was, now = getattr(before.settings, spec.name), getattr(after.settings, spec.name)
        if was != now and spec.name != "network_name":
            name = "x_gbp" if spec.kind == "pounds" else "x_year" if spec.kind == "year" else spec.kind
            yield f"Setting {spec.name} is {_shown(name, now)}, and was {_shown(name, was)}."


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("gbp"):
        return f"£{value:,}"
    if name.endswith("_year"):
        return year_label(value)
    if name == "share" or name in ("rate", "throughput_gain"):
        return f"{float(value):.4g}" if value > 1 else f"{float(value):.2%}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {number}" for key, number in sorted(value.items())) or "none"
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)
