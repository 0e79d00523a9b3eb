"""Scans wanted by service line, site, class and year."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Asset, ServiceLine, Site
from capitalplan.register.resolving.activity import exams_by_place, split_by_activity
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.rows import Book
from capitalplan.register.schema import DemandRow, ModalityRow, WaitingRow
from capitalplan.settings import Settings
from capitalplan.terms import DemandClass, round_half_up, service_name

__all__ = ["Demand", "resolve_demand"]

Series = tuple[int, ...]
Place = tuple[str, str]
Lines = Mapping[int, DemandRow]


@dataclass(frozen=True, slots=True)
class Demand:
    """Scans by year, by (service line, site).

    Attributes
    ----------
    total
        All patients.
    unscheduled, waiting
        Those who are unscheduled and those who may wait on a list, only where there are any.
    """

    total: Mapping[Place, Series]
    unscheduled: Mapping[Place, Series]
    waiting: Mapping[Place, Series]


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares of demand by class; ``source`` is empty where they are the user's own or there are none."""

    unscheduled: Fraction
    waiting: Fraction
    source: str

    def split(self, total: int) -> dict[DemandClass, int]:
        unscheduled = min(total, round_half_up(self.unscheduled * total))
        waiting = min(total - unscheduled, round_half_up(self.waiting * total))
        return {
            DemandClass.UNSCHEDULED: unscheduled,
            DemandClass.WAITING_LIST: waiting,
            DemandClass.PLANNED: total - unscheduled - waiting,
        }

    def __str__(self) -> str:
        return f"{float(self.unscheduled):.0%} unscheduled, {float(self.waiting):.0%} on the waiting list"


def resolve_demand(
    book: Book,
    defaults: Book,
    settings: Settings,
    lines: Mapping[str, ServiceLine],
    sites: Mapping[str, Site],
    assets: Sequence[Asset],
    ledger: Ledger,
) -> Demand:
    """Demand of the Demand sheet, and today's exams grown where it is silent.

    Exams are those of the year before the plan starts. Years between and after the lines of the sheet grow from the
    line before; years before the first line are counted back from it. A line without scans only changes growth. What is
    given for a trust is split over those of its sites that have no line of their own for the class, by exams. Each
    class is grown and rounded on its own; where none is named, the shares of Modalities split the total. Mobile units
    are planned by age only.
    """
    return _Resolver(book, defaults, settings, lines, sites, assets, ledger).demand()


class _Resolver:
    def __init__(
        self,
        book: Book,
        defaults: Book,
        settings: Settings,
        lines: Mapping[str, ServiceLine],
        sites: Mapping[str, Site],
        assets: Sequence[Asset],
        ledger: Ledger,
    ) -> None:
        self.settings = settings
        self.lines = lines
        self.sites = sites
        self.ledger = ledger
        self.exams = exams_by_place(assets)
        self.shares = {name: _shares(name, book, defaults) for name in lines}
        self.site_lines = _by_class(book, lambda row: row.site_code)
        self.trust_lines = _by_class(book, lambda row: None if row.site_code else row.trust_code)
        self.found: dict[Place, dict[DemandClass | None, Series]] = defaultdict(dict)

    def demand(self) -> Demand:
        for (line, site), classes in self.site_lines.items():
            for name, rows in classes.items():
                self._add(line, site, name, self._series(line, [site], name, rows))
        for (line, trust), classes in self.trust_lines.items():
            for name, rows in classes.items():
                self._split(line, trust, name, rows)
        for place in sorted(place for place, exams in self.exams.items() if exams and place not in self.found):
            line, site = place
            self._add(line, site, None, self._series(line, [site], None, {}))
            growth = f"today's exams, growing {float(self.lines[line].growth_rate):.1%} a year"
            self.ledger.use(f"Demand: {line}", growth, "Modalities", site)
        parts = {place: self._classes(place) for place in sorted(self.found)}
        return Demand(
            total={place: tuple(map(sum, zip(*parts[place].values(), strict=True))) for place in parts},
            unscheduled=_where_any(parts, DemandClass.UNSCHEDULED),
            waiting=_where_any(parts, DemandClass.WAITING_LIST),
        )

    def _split(self, line: str, trust: str, name: DemandClass | None, rows: Lines) -> None:
        """Split a trust's scans of a class over its sites, year by year."""
        own = [code for code in sorted(self.sites) if self.sites[code].trust == trust]
        sites = [code for code in own if name not in self.site_lines.get((line, code), {})] or own
        totals = self._series(line, sites, name, rows)
        years = [split_by_activity(total, line, sites, self.exams) for total in totals]
        for site in sites:
            self._add(line, site, name, tuple(parts[site] for parts in years))

    def _add(self, line: str, site: str, name: DemandClass | None, scans: Series) -> None:
        before = self.found[line, site].get(name, (0,) * len(scans))
        self.found[line, site][name] = tuple(map(sum, zip(before, scans, strict=True)))

    def _series(self, line: str, sites: Sequence[str], name: DemandClass | None, rows: Lines) -> Series:
        """Scans by year from the lines of a class, or from today's exams where none of them gives scans."""
        horizon, growth = self.settings.horizon, self.lines[line].growth_rate
        given = {year: row.scans for year, row in rows.items() if row.scans is not None}
        if not given:
            today = sum(self.exams.get((line, site), 0) for site in sites)
            given = {horizon[0] - 1: today if name is None else self.shares[line].split(today)[name]}
        first = rows.get(min(rows)) if rows else None
        at_first = growth if first is None or first.scans is None else _growth(first, growth)

        def rate(year: int) -> Fraction:
            base = max((each for each in rows if each <= year), default=None)
            return at_first if base is None else _growth(rows[base], growth)

        if min(given) > horizon[0] and any(given.values()):
            back = f"counted back from the first year given at {float(at_first):.1%} a year"
            for site in sites:
                self.ledger.use(f"Demand: earlier years, {line}", back, "Demand and Modalities", site)
        scans = []
        for year in horizon:
            base = max((each for each in given if each <= year), default=min(given))
            factor = math.prod((1 + rate(each) for each in range(min(base, year), max(base, year))), start=Fraction(1))
            scans.append(round_half_up(given[base] * (factor if year >= base else 1 / factor)))
        return tuple(scans)

    def _classes(self, place: Place) -> dict[DemandClass, Series]:
        """Scans of a place by class, all-classes figures split by shares."""
        shares = self.shares[place[0]]
        parts = {name: [0] * self.settings.years for name in DemandClass}
        for name, scans in self.found[place].items():
            if name is None and shares.source:
                self.ledger.use(f"Demand: classes, {place[0]}", str(shares), shares.source, place[1])
            for t, total in enumerate(scans):
                for each, part in (shares.split(total) if name is None else {name: total}).items():
                    parts[each][t] += part
        return {name: tuple(scans) for name, scans in parts.items()}


def _growth(row: DemandRow, otherwise: Fraction) -> Fraction:
    return otherwise if row.growth_rate is None else row.growth_rate


def _by_class(
    book: Book, place: Callable[[DemandRow], str | None]
) -> dict[Place, dict[DemandClass | None, dict[int, DemandRow]]]:
    """Rows by (service line, place), class and year; all classes where those named only change growth."""
    found: dict[Place, dict[DemandClass | None, dict[int, DemandRow]]] = defaultdict(dict)
    for read in book.rows(DemandRow):
        row, where = read.data, place(read.data)
        if where is not None:
            found[str(row.modality), where].setdefault(row.demand_class, {})[row.year] = row
    for classes in found.values():
        gives_scans = any(row.scans is not None for rows in classes.values() for row in rows.values())
        if None not in classes and not gives_scans:
            for name in DemandClass:
                classes.setdefault(name, {})
    return found


def _shares(line: str, book: Book, defaults: Book) -> _Shares:
    """Shares the user typed, and the packaged ones where the line has a waiting list; else everything is planned."""
    own, standard = (
        next((r.data for r in rows if service_name(r.data.modality, bool(r.data.mobile)) == line), None)
        for rows in (book.rows(ModalityRow), defaults.rows(ModalityRow))
    )
    has_list = any(read.data.modality == line and read.data.list_start is not None for read in book.rows(WaitingRow))
    base = standard if has_list else None
    typed = (own.unscheduled_share, own.waiting_list_share) if own is not None else (None, None)
    filler = (base.unscheduled_share, base.waiting_list_share) if base is not None else (None, None)
    is_filled = any(mine is None and default for mine, default in zip(typed, filler, strict=True))
    unscheduled, waiting = (
        (default if mine is None else mine) or Fraction(0) for mine, default in zip(typed, filler, strict=True)
    )
    source = (base.source if base is not None and base.source else "illustrative") if is_filled else ""
    return _Shares(unscheduled, waiting, source)


def _where_any(parts: Mapping[Place, Mapping[DemandClass, Series]], name: DemandClass) -> dict[Place, Series]:
    return {place: classes[name] for place, classes in parts.items() if any(classes[name])}
