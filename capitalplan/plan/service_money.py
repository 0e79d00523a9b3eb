"""What the service side of a plan costs by year, real £, undiscounted and exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from capitalplan.plan.decode import Choices
from capitalplan.register.register import ExtraCapacity
from capitalplan.terms import ExtraKind, Heading

__all__ = ["extra_gbp", "outside_gbp", "place_gbp", "travel_gbp"]


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
    years = choices.columns.register.settings.years
    total: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * years)
    for _, extra, _, year, cost in _extra(choices):
        total[extra.name][year] += cost
    return total


def place_gbp(choices: Choices) -> Mapping[tuple[str, int, Heading], Fraction]:
    """Scans bought outside by trust of the patients, and the rest by trust of the place: by trust, year and heading."""
    register = choices.columns.register
    total: dict[tuple[str, int, Heading], Fraction] = defaultdict(Fraction)
    for (line, site, year), scans in choices.outside.items():
        total[register.sites[site].trust, year, Heading.OUTSIDE] += register.outside_price(line, site) * scans
    for heading, _, trust, year, cost in _extra(choices):
        total[trust, year, heading] += cost
    return total


def _extra(choices: Choices) -> Iterator[tuple[Heading, ExtraCapacity, str, int, Fraction]]:
    """Everything of Extra capacity that is used: heading, line, trust, year (position) and real £."""
    register = choices.columns.register

    def governing(kind: ExtraKind, line: str, place: str) -> ExtraCapacity:
        extra = register.governing(kind, line, place)
        if extra is None:
            raise AssertionError("only what Extra capacity offers is ever used")
        return extra

    for (line, site, _, year), hours in choices.hours.items():
        extra = governing(ExtraKind.HOURS, line, site)
        yield Heading.EXTRA_HOURS, extra, register.sites[site].trust, year, extra.price_gbp * hours
    for hire, count in choices.hires:
        cost = Fraction(hire.extra.price_gbp * count * hire.extra.minimum_days)
        yield Heading.VANS, hire.extra, hire.site.trust, hire.year, cost
    for (line, trust, group, year), made in choices.reports.items():
        if group is None:
            extra = governing(ExtraKind.REPORTING, line, trust)
            yield Heading.REPORTING, extra, trust, year, extra.price_gbp * made
