"""Sites whose patients nobody in the network could scan."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

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
from capitalplan.terms import Action, ExtraKind, Modality, SchemeStatus

__all__ = ["check_reach"]

Demand: TypeAlias = ReadRow[DemandRow]

MAY_DECIDE = (SettingRow, SiteRow, EquipmentRow, SchemeRow, CatalogueRow, DemandRow, ExtraCapacityRow, TravelRow)
ROOMS = {
    Modality.CT: "spare_rooms_ct",
    Modality.MR: "spare_rooms_mr",
    Modality.DX: "spare_rooms_dx",
    Modality.RF: "spare_rooms_rf",
}


def check_reach(facts: Facts) -> Iterator[Issue]:
    """Demand at a site without a machine of the line, where none may be added, no van comes and no link helps."""
    if facts.is_faulty(*MAY_DECIDE):
        return
    reach = _Reach(facts)
    told = set()
    for read in facts.book.rows(DemandRow):
        modality = read.data.modality
        for site in reach.wanting(read):
            if (site, modality) not in told and not reach.is_served(site, modality):
                told.add((site, modality))
                message = (
                    f"Nobody in the network can scan {modality} patients of {site}: it has no {modality}, none may be "
                    "added, and no site within reach has one."
                )
                fix = "Give it a link in Travel, a room in Sites or a van in Extra capacity."
                yield read.issue("site_code", message, fix).as_judgement("site-unreachable", f"{site} {modality}")


@dataclass(frozen=True)
class _Reach:
    facts: Facts

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

    def wanting(self, read: Demand) -> tuple[str, ...]:
        """Sites for whose patients a line of demand is; a trust's goes to its sites with machines, else to all."""
        row = read.data
        if row.scans == 0:
            return ()
        if row.site_code is not None:
            return (row.site_code,)
        sites = self.facts.sites_of(row.trust_code or "")
        return () if any((site, str(row.modality)) in self.equipped for site in sites) else sites

    def is_served(self, site: str, modality: Modality) -> bool:
        """Whether anybody but an outside provider could scan there, or near."""
        near = (site, *self.facts.links.get(site, ()))
        return any(self._has_or_may_have(place, modality) for place in near) or self._has_van(site, modality)

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
