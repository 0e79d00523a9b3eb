"""What a machine can do in a year: scans, and hours beyond its staffed ones.

Scans are throughput x staffed time x uptime, less the weeks of an installation; extra hours fill the week up to what is
offered.
"""

from __future__ import annotations

from fractions import Fraction

from capitalplan.register.register import Asset, Curve, ExtraCapacity, Option
from capitalplan.settings import Settings
from capitalplan.terms import rounded_product

__all__ = [
    "added_capacity",
    "asset_capacity",
    "extra_hours",
    "kept_uptime",
    "outage_share",
    "weekly_extra_hours",
]

WEEKS_IN_A_YEAR = 52
HOURS_IN_A_WEEK = 168


def outage_share(weeks: Fraction) -> Fraction:
    """Share of the year in which a machine being replaced is out of use."""
    return min(Fraction(1), weeks / WEEKS_IN_A_YEAR)


def kept_uptime(asset: Asset, curve: Curve, age: int) -> Fraction:
    """Uptime of a registered machine at an age; measured uptime scales its curve, up to always working."""
    return min(Fraction(1), asset.uptime_scale * curve.at(curve.uptime, age))


def asset_capacity(asset: Asset, gain: Fraction, uptime: Fraction, outage: Fraction = Fraction(0)) -> int:
    """Scans a year of a registered machine, or of one bought to replace it, in the same staffed hours.

    Parameters
    ----------
    gain
        In scans an hour, by an upgrade or of what is bought, as a share.
    outage
        Part of the year in which it is out of use.
    """
    return rounded_product(asset.nominal_scans, 1 + gain, uptime, 1 - outage)


def added_capacity(option: Option, uptime: Fraction, settings: Settings, share: Fraction) -> int:
    """Scans a year of an added machine; ``share`` is the part of the year in which it stands ready."""
    return rounded_product(option.scans_per_hour, option.hours_per_week, settings.weeks_per_year, uptime, share)


def weekly_extra_hours(extra: ExtraCapacity | None, hours_per_week: Fraction) -> Fraction:
    """Hours a week a machine may work beyond its staffed ones; 0 where extended hours are not offered."""
    if extra is None:
        return Fraction(0)
    left = max(Fraction(0), HOURS_IN_A_WEEK - hours_per_week)
    return left if extra.limit is None else min(extra.limit, left)


def extra_hours(weekly: Fraction, settings: Settings, working: Fraction) -> int:
    """Extra hours a year, from those of a week and the share of the year in which the machine works."""
    return rounded_product(weekly, settings.weeks_per_year, working) if weekly else 0
