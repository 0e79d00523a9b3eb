"""Values put on money left unused, revenue over limits and changes from the approved plan; judgements, not cash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from capitalplan.plan.changes import change_values_gbp
from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import Breach, RevenueLine, SourceYear
from capitalplan.terms import year_label

__all__ = ["CHANGES", "REVENUE_OVER", "UNDER_USE", "MoneyValues", "money_breaches", "money_values"]

UNDER_USE = "under use"
REVENUE_OVER = "revenue over"
CHANGES = "changes"

MoneyValues = Mapping[str, Sequence[Fraction]]
"""£ by year (position), undiscounted and exact, by name."""


def money_values(choices: Choices, sources: Sequence[SourceYear], revenue: Sequence[RevenueLine]) -> MoneyValues:
    """Values of the year lines of sources and of the revenue statement, and of the changes made."""
    settings = choices.columns.register.settings
    values = {name: [Fraction(0)] * settings.years for name in (UNDER_USE, REVENUE_OVER)}
    for each in sources:
        values[UNDER_USE][each.year - settings.start_year] += settings.under_use_price * each.short_gbp
    for line in revenue:
        values[REVENUE_OVER][line.year - settings.start_year] += settings.revenue_price * line.over_gbp
    return values | {CHANGES: [Fraction(price) for price in change_values_gbp(choices)]}


def money_breaches(sources: Sequence[SourceYear], revenue: Sequence[RevenueLine]) -> Iterator[Breach]:
    """Sources used less than they should be, and revenue over its limit."""
    for each in sources:
        if each.short_gbp:
            yield Breach(
                rule="minimum use",
                place=each.source,
                year=each.year,
                amount=Fraction(each.short_gbp),
                unit="£",
                message=(
                    f"{each.source} pays £{each.paid_gbp:,} in {year_label(each.year)}, £{each.short_gbp:,} less than "
                    f"the £{each.minimum_gbp:,} that should be used."
                ),
            )
    for line in revenue:
        if line.over_gbp:
            yield Breach(
                rule="revenue",
                place=line.trust,
                year=line.year,
                amount=Fraction(line.over_gbp),
                unit="£",
                message=(
                    f"The revenue statement of {line.trust} in {year_label(line.year)} is £{line.over_gbp:,} over its "
                    f"limit of £{line.limit_gbp or 0:,}."
                ),
            )
