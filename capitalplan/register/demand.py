"""Scans wanted by service line, site and year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from capitalplan.register.ledger import Ledger
from capitalplan.register.register import Asset, ServiceLine
from capitalplan.register.rows import Book
from capitalplan.register.schema import DemandRow
from capitalplan.settings import Settings
from capitalplan.terms import round_half_up

__all__ = ["resolve_demand"]


def resolve_demand(
    book: Book, settings: Settings, lines: Mapping[str, ServiceLine], assets: Sequence[Asset], ledger: Ledger
) -> dict[tuple[str, str], tuple[int, ...]]:
    """Demand by (service line, site): the Demand sheet, and today's exams grown where it is silent.

    Exams are those of the year before the plan starts. Years between and after the lines of the sheet grow from the
    line before; years before the first line are counted back from it. Mobile units are planned by age only.
    """
    typed: dict[tuple[str, str], dict[int, DemandRow]] = defaultdict(dict)
    for read in book.rows(DemandRow):
        typed[read.data.modality, read.data.site_code][read.data.year] = read.data
    exams: dict[tuple[str, str], int] = defaultdict(int)
    for asset in assets:
        if not asset.mobile:
            exams[asset.line, asset.site] += asset.exams_per_year
    demand = {}
    for key in sorted({*typed, *(place for place, scans in exams.items() if scans)}):
        growth = lines[key[0]].growth_rate
        if key in typed:
            demand[str(key[0]), key[1]] = _from_lines(typed[key], growth, settings.horizon)
        else:
            grown = (exams[key] * (1 + growth) ** (t + 1) for t in range(settings.years))
            demand[key] = tuple(round_half_up(scans) for scans in grown)
            shown = f"today's exams, growing {float(growth):.1%} a year"
            ledger.use(f"Demand: {key[0]}", shown, "Modalities", key[1])
    return demand


def _from_lines(lines: Mapping[int, DemandRow], growth: Fraction, horizon: Sequence[int]) -> tuple[int, ...]:
    years = sorted(lines)
    scans = []
    for year in horizon:
        base = max((given for given in years if given <= year), default=years[0])
        own = lines[base].growth_rate
        rate = growth if own is None else own
        scans.append(round_half_up(lines[base].scans * (1 + rate) ** (year - base)))
    return tuple(scans)
