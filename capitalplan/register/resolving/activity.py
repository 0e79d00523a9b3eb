"""Splitting what is known of a whole trust over its sites, by what their machines do today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from capitalplan.register.register import Asset

__all__ = ["apportion", "exams_by_place", "split_by_activity"]


def exams_by_place(assets: Iterable[Asset]) -> dict[tuple[str, str], int]:
    """Examinations in the base year by (service line, site), mobile units aside."""
    exams: dict[tuple[str, str], int] = defaultdict(int)
    for asset in assets:
        if not asset.mobile:
            exams[asset.line, asset.site] += asset.exams_per_year
    return dict(exams)


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a whole number by weights so that the parts add up to it: largest remainders first, then the earlier part.

    Equal parts where every weight is 0.
    """
    if not any(weights):
        weights = [1] * len(weights)
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(quota) for quota in quotas]
    largest = sorted(range(len(parts)), key=lambda place: parts[place] - quotas[place])
    for place in largest[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def split_by_activity(
    total: int, line: str, sites: Sequence[str], exams: Mapping[tuple[str, str], int]
) -> dict[str, int]:
    """Split a total of a trust over some of its sites by their exams of a service line."""
    parts = apportion(total, [exams.get((line, site), 0) for site in sites])
    return dict(zip(sites, parts, strict=True))
