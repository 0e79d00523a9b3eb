"""What the service side of a plan costs by year, real £, undiscounted and exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from capitalplan.plan.decode import Choices
from capitalplan.terms import ExtraKind

__all__ = ["extra_gbp", "outside_gbp", "travel_gbp"]


def outside_gbp(choices: Choices) -> list[Fraction]:
    """Scans bought outside, at the price that governs the patients' site."""
    register = choices.columns.register
    total = [Fraction(0)] * register.settings.years
    for (line, site, year), scans in choices.outside.items():
        total[year] += register.outside_price(line, site) * scans
    return total


def travel_gbp(choices: Choices) -> list[Fraction]:
    """Value put on patients scanned away from home; a judgement, not cash."""
    settings = choices.columns.register.settings
    total = [Fraction(0)] * settings.years
    for (_, home, place, year), scans in choices.flows.items():
        if home != place:
            total[year] += settings.travel_price_gbp * scans
    return total


def extra_gbp(choices: Choices) -> Mapping[str, list[Fraction]]:
    """Extended hours, vans and outsourced reports, by name of the line of Extra capacity."""
    register = choices.columns.register
    total: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * register.settings.years)

    def add(kind: ExtraKind, line: str, place: str, year: int, amount: Fraction | int) -> None:
        extra = register.governing(kind, line, place)
        if extra is None:
            raise AssertionError("only what Extra capacity offers is ever used")
        total[extra.name][year] += extra.price_gbp * amount

    for (line, site, _, year), hours in choices.hours.items():
        add(ExtraKind.HOURS, line, site, year, hours)
    for hire, count in choices.hires:
        add(ExtraKind.VAN, hire.extra.line, hire.site.code, hire.year, count * hire.extra.minimum_days)
    for (line, trust, group, year), made in choices.reports.items():
        if group is None:
            add(ExtraKind.REPORTING, line, trust, year, made)
    return total
