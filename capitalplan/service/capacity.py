"""Scans a year that a machine can do: throughput x staffed time x uptime, less the weeks of its installation."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.register.register import Asset, Curve, Option, ServiceLine
from capitalplan.settings import Settings
from capitalplan.terms import round_half_up

__all__ = ["added_capacity", "bought_capacity", "kept_capacity", "outage_share"]

WEEKS_IN_A_YEAR = 52


def outage_share(line: ServiceLine) -> Fraction:
    """Share of the year in which a machine being replaced is out of use."""
    return min(Fraction(1), line.outage_weeks / WEEKS_IN_A_YEAR)


def kept_capacity(asset: Asset, curve: Curve, age: int, outage: Fraction = Fraction(0)) -> int:
    """Scans a year of a registered machine at an age; measured uptime scales its curve, up to always working."""
    uptime = min(Fraction(1), asset.uptime_scale * curve.at(curve.uptime, age))
    return round_half_up(asset.nominal_scans * uptime * (1 - outage))


def bought_capacity(asset: Asset, gain: Fraction, curve: Curve, age: int, outage: Fraction = Fraction(0)) -> int:
    """Scans a year of a machine bought to replace a registered one, in the same staffed hours."""
    return round_half_up(asset.nominal_scans * (1 + gain) * curve.at(curve.uptime, age) * (1 - outage))


def added_capacity(option: Option, curve: Curve, age: int, settings: Settings) -> int:
    """Scans a year of an added machine; a part of the year in its first."""
    full = option.scans_per_hour * option.hours_per_week * settings.weeks_per_year * curve.at(curve.uptime, age)
    return round_half_up(full * (settings.first_year_share if age == 0 else 1))
