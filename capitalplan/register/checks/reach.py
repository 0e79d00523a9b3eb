"""Sites whose patients nobody in the network could scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from capitalplan.register.checks.extra import governing
from capitalplan.register.checks.facts import Facts
from capitalplan.register.issues import Issue
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import (
    CatalogueRow,
    DemandRow,
    EquipmentRow,
    ExtraCapacityRow,
    SchemeRow,
    SettingRow,
    SiteRow,
    TravelRow,
)
from capitalplan.terms import Action, ExtraKind, Modality, SchemeStatus, year_label

__all__ = ["check_reach"]

Demand: TypeAlias = ReadRow[DemandRow]
Place: TypeAlias = tuple[str, Modality]

MAY_DECIDE = (SettingRow, SiteRow, EquipmentRow, SchemeRow, CatalogueRow, DemandRow, ExtraCapacityRow, TravelRow)
ROOMS = {
    Modality.CT: "spare_rooms_ct",
    Modality.MR: "spare_rooms_mr",
    Modality.DX: "spare_rooms_dx",
    Modality.RF: "spare_rooms_rf",
}


def check_reach(facts: Facts) -> Iterator[Issue]:
    """Patients in years in which their site has no machine, none may be added, no van comes and no link helps."""
    if facts.is_faulty(*MAY_DECIDE) or facts.horizon is None:
        return
    reach = _Reach(facts, facts.horizon)
    for (site, modality), wanted in reach.wanted.items():
        left = [t for t in reach.horizon if t in wanted.years and not reach.is_served(site, modality, t)]
        if left:
            when = "" if len(left) == len(reach.horizon) else f" {_years(left)}"
            message = (
                f"Nobody in the network can scan {modality} patients of {site}{when}: there it has no {modality}, none "
                "may be added, and no open site within reach has one."
            )
            fix = "Give it a link in Travel, a room in Sites or a van in Extra capacity."
            yield wanted.read.issue(wanted.column, message, fix).as_judgement("site-unreachable", f"{site} {modality}")


def _years(years: Sequence[int]) -> str:
    if len(years) == 1:
        return f"in {year_label(years[0])}"
    return f"in {len(years)} years from {year_label(years[0])} to {year_label(years[-1])}"


@dataclass(frozen=True)
class _Wanted:
    """Years in which a place has patients, and the cell that says so."""

    read: ReadRow[Any]
    column: str
    years: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Reach:
    facts: Facts
    horizon: range

    @cached_property
    def equipped(self) -> Set[tuple[str, str]]:
        """Site and modality of every machine, committed additions among them."""
        facts = self.facts
        found = {
            (read.data.site_code, str(read.data.modality))
            for read in facts.book.rows(EquipmentRow)
            if not read.data.mobile
        }
        for read in facts.book.rows(SchemeRow):
            row = read.data
            option = facts.option_rows.get(row.option)
            if row.action is Action.ADD and row.status is not SchemeStatus.IDEA and option is not None:
                found.add((row.site_code or "", str(option.modality)))
        return found

    @cached_property
    def addable(self) -> Set[str]:
        """Modalities of which the catalogue has something to add."""
        if not self.facts.settings.allow_new_capacity:
            return set()
        options = self.facts.option_rows.values()
        return {str(each.modality) for each in options if not each.mobile and each.can_add is not False}

    @cached_property
    def wanted(self) -> Mapping[Place, _Wanted]:
        """Places with patients: those of Demand, and those with machines today whose site closes."""
        found: dict[Place, _Wanted] = {}
        for read, years in self._demand():
            for site in self._sites(read.data):
                found.setdefault((site, read.data.modality), _Wanted(read, "site_code")).years.update(years)
        closing = {row.data.site_code: row for row in self.facts.book.rows(SiteRow) if row.data.closing_year}
        for machine in self.facts.book.rows(EquipmentRow):
            row, closes = machine.data, closing.get(machine.data.site_code)
            if closes is not None and not row.mobile and row.exams_per_year != 0:
                place = row.site_code, row.modality
                found.setdefault(place, _Wanted(closes, "closing_year", set(self.horizon)))
        return found

    def _demand(self) -> Iterator[tuple[Demand, Sequence[int]]]:
        """Lines of Demand, each with the years for which it gives patients: the first one's go back to the start."""
        groups: dict[tuple[object, ...], list[Demand]] = defaultdict(list)
        for read in sorted(self.facts.book.rows(DemandRow), key=lambda each: each.data.year):
            row = read.data
            groups[row.site_code, row.trust_code, row.modality, row.demand_class].append(read)
        for reads in groups.values():
            given = [read for read in reads if read.data.scans is not None]
            if not given:
                yield reads[0], self.horizon
            starts = [self.horizon.start, *(read.data.year for read in given[1:]), self.horizon.stop]
            for read, first, after in zip(given, starts, starts[1:], strict=False):
                yield read, range(first, after) if read.data.scans else ()

    def _sites(self, row: DemandRow) -> tuple[str, ...]:
        """Sites for whose patients a line is; a trust's goes to its sites with machines, else to all."""
        if row.site_code is not None:
            return (row.site_code,)
        sites = self.facts.sites_of(row.trust_code or "")
        return tuple(site for site in sites if (site, str(row.modality)) in self.equipped) or sites

    def is_served(self, site: str, modality: Modality, year: int) -> bool:
        """Whether anybody but an outside provider could scan there, or near, in a year."""
        near = (site, *self.facts.links.get(site, ()))
        if any(self._is_open(place, year) and self._has_or_may_have(place, modality) for place in near):
            return True
        if not self._is_open(site, year):
            return (site, str(modality)) in self.equipped and not self._is_closed(site, year)
        return self._has_van(site, modality)

    def _is_open(self, site: str, year: int) -> bool:
        row = self.facts.site_rows.get(site)
        return (row is None or (row.opening_year or year) <= year) and not self._is_closed(site, year)

    def _is_closed(self, site: str, year: int) -> bool:
        row = self.facts.site_rows.get(site)
        return row is not None and row.closing_year is not None and row.closing_year <= year

    def _has_or_may_have(self, site: str, modality: Modality) -> bool:
        if (site, str(modality)) in self.equipped:
            return True
        row = self.facts.site_rows.get(site)
        if str(modality) not in self.addable or (row is not None and row.max_installations == 0):
            return False
        spare = 0 if row is None or modality not in ROOMS else getattr(row, ROOMS[modality]) or 0
        return spare > 0 or row is None or row.max_new_rooms != 0

    def _has_van(self, site: str, modality: Modality) -> bool:
        row = self.facts.site_rows.get(site)
        van = governing(self.facts, ExtraKind.VAN, modality, site)
        return van is not None and not van.data.cover_only and (row is None or row.van_standing is not False)
