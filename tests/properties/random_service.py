"""The service side of a small random network: lists, vans, staff, upgrades and ties, as a user would write them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from capitalplan.register.schema import (
    ExtraCapacityRow,
    Row,
    TieRow,
    UpgradeRow,
    WaitingRow,
    WorkforceRow,
)
from capitalplan.terms import year_label
from data._tables import Cell, Cells
from tests.folders import START_YEAR

__all__ = ["Service"]

SCANS = 1040
"""What a machine does in a year."""
RADIOGRAPHER_HOURS, REPORTER_HOURS = 1560, 1072
"""Productive hours of a whole-time equivalent in a year."""


class Service:
    """Draws what a network has beside its machines.

    Parameters
    ----------
    machines, schemes
        Its machines and committed schemes; some of them are tied to each other, and some machines may be upgraded.
    """

    def __init__(
        self,
        draw: Random,
        years: int,
        lines: Sequence[str],
        sites: Sequence[str],
        machines: Sequence[Cells],
        schemes: Sequence[Cells],
    ) -> None:
        self.draw, self.years, self.lines, self.sites = draw, years, lines, sites
        self.machines, self.schemes = machines, schemes
        self.trusts = sorted({site[:3] for site in sites})
        self.lists = self._maybe(0.45)
        self.reporting = self._maybe(0.35)

    def settings(self) -> dict[str, Cell]:
        """Settings of the service side."""
        return {
            "swap_cover": self._yes(0.8),
            "new_room_first": self._yes(0.6),
            "van_days_a_week": self.draw.choice((3, 5)),
            "unscheduled_away_price_gbp": self.draw.choice((0, 50, 300)),
            "unmet_price_gbp": self.draw.choice((0, 300)),
            "waiting_price_gbp": self.draw.choice((5, 40, 150)),
            "late_report_price_gbp": self.draw.choice((5, 90, 300)),
            "failure_price_gbp": self.draw.choice((0, 20_000)),
        }

    def site(self) -> dict[str, Cell]:
        """Whether vans can stand at a site, and its spare rooms."""
        return {"van_standing": self._yes(0.7), "spare_rooms_ct": self.draw.choice((0, 1))}

    def modality(self) -> dict[str, Cell]:
        """Classes, cover and staff of a modality."""
        row: dict[str, Cell] = {
            "scans_per_hour": 1,
            "swap_cover": self._yes(0.8),
            "radiographers_per_scan_hour": self.draw.choice((1, 2)),
            "minutes_per_report": self.draw.choice((0, 30)) if self.reporting else 0,
            "radiographer_reporting_share": self.draw.choice(("0%", "30%")),
        }
        if self.lists or self._maybe(0.3):
            row["unscheduled_share"] = self.draw.choice(("0%", "15%", "30%"))
            row["waiting_list_share"] = self.draw.choice(("20%", "50%", "70%"))
        return row

    def option(self) -> dict[str, Cell]:
        """Staff of an added machine."""
        return {"annual_staff_gbp": self.draw.choice((0, 8000))}

    def sheets(self) -> dict[type[Row], list[Cells]]:
        """Sheets of the service side, those drawn."""
        return {
            WaitingRow: self._waiting(),
            ExtraCapacityRow: [*self._hours(), *self._vans(), *self._outside(), *self._outsourced()],
            WorkforceRow: self._staff(),
            UpgradeRow: self._upgrades(),
            TieRow: self._ties(),
        }

    def _maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def _yes(self, chance: float) -> str:
        return "yes" if self._maybe(chance) else "no"

    def _year(self) -> str:
        return year_label(START_YEAR + self.draw.randrange(self.years))

    def _waiting(self) -> list[Cells]:
        rows: list[Cells] = []
        for line in self.lines:
            for site in self.sites:
                row: dict[str, Cell] = {"site_code": site, "modality": line}
                if self.lists and self._maybe(0.7):
                    row["list_start"] = self.draw.choice((0, 60, 250))
                    if self._maybe(0.5):
                        row["reach_by"] = self._year()
                if self.reporting and self._maybe(0.4):
                    row["unreported"] = self.draw.choice((20, 150))
                if len(row) > 2:
                    rows.append(row)
        return rows

    def _offer(self, kind: str, line: str, price: int, *, trusts: bool = False) -> dict[str, Cell]:
        """A line of Extra capacity for the whole network, or for one place of it."""
        row: dict[str, Cell] = {"kind": kind, "modality": line, "price_gbp": price}
        place = self.draw.random()
        if place < 0.3 and not trusts:
            row["site_code"] = self.draw.choice(self.sites)
        elif place < 0.5:
            row["trust_code"] = self.draw.choice(self.trusts)
        if self._maybe(0.2):
            row[self.draw.choice(("first_year", "last_year"))] = self._year()
        return row

    def _hours(self) -> list[Cells]:
        return [
            {**self._offer("extended hours", line, self.draw.choice((8, 30, 90))), "limit": self.draw.choice((4, 10))}
            for line in self.lines
            if self._maybe(0.4)
        ]

    def _vans(self) -> list[Cells]:
        rows: list[Cells] = []
        for line in self.lines:
            if self._maybe(0.55):
                row = self._offer("mobile van", line, self.draw.choice((60, 300)))
                row |= {
                    "scans_per_day": self.draw.choice((4, 8)),
                    "minimum_days": self.draw.choice((5, 30, 70)),
                    "crewed": self._yes(0.5),
                    "cover_only": self._yes(0.5),
                }
                if self._maybe(0.4):
                    row["limit"] = self.draw.choice((40, 90))
                rows.append(row)
        return rows

    def _outside(self) -> list[Cells]:
        rows: list[Cells] = []
        for line in self.lines:
            if self._maybe(0.35):
                row = self._offer("outside provider", line, self.draw.choice((20, 120)))
                if self._maybe(0.7):
                    row["limit"] = self.draw.choice((0, 100, 400))
                rows.append(row)
        return rows

    def _outsourced(self) -> list[Cells]:
        rows: list[Cells] = []
        for line in self.lines:
            if self.reporting and self._maybe(0.6):
                row = self._offer("outsourced reporting", line, self.draw.choice((3, 20, 60)), trusts=True)
                if self._maybe(0.5):
                    row["limit"] = self.draw.choice((100, 400))
                rows.append(row)
        return rows

    def _staff(self) -> list[Cells]:
        rows: list[Cells] = []
        groups = [("radiographer", RADIOGRAPHER_HOURS, 1.0)] if self._maybe(0.4) else []
        if self.reporting:
            groups.append(("radiologist", REPORTER_HOURS, 0.4))
            if self._maybe(0.5):
                groups.append(("reporting radiographer", REPORTER_HOURS, 0.2))
        for group, hours, each in groups:
            for trust in [*self.trusts, "SHARED"]:
                if self._maybe(0.7):
                    need = len(self.machines) * SCANS * each / len(self.trusts) / hours
                    wte = round(need * self.draw.choice((0.4, 0.8, 1.2)), 2)
                    rows.append(
                        {
                            "trust_code": trust,
                            "staff_group": group,
                            "year": year_label(START_YEAR),
                            "wte": wte,
                            "joiners_wte": self.draw.choice((0, 0, 0.2)),
                        }
                    )
        return rows

    def _upgrades(self) -> list[Cells]:
        if not self._maybe(0.4):
            return []
        row: dict[str, Cell] = {
            "name": "Upgrade",
            "cost_gbp": self.draw.choice((5000, 30_000)),
            "years_gained": self.draw.choice((0, 2, 4)),
            "throughput_gain": self.draw.choice(("0%", "10%", "25%")),
        }
        if self._maybe(0.5):
            row["modality"] = self.draw.choice(self.lines)
        else:
            row["asset_id"] = self.draw.choice(self.machines)["asset_id"]
        if self._maybe(0.4):
            row[self.draw.choice(("first_year", "last_year"))] = self._year()
        return [row]

    def _ties(self) -> list[Cells]:
        """Two schemes of which neither is fixed, or one of them and a committed addition."""
        fixed = {scheme.get("asset_id") for scheme in self.schemes}
        free = [
            str(each["asset_id"])
            for each in self.machines
            if each["asset_id"] not in fixed and "lock" not in each and each.get("ownership") != "managed service"
        ]
        added = [str(scheme["scheme_id"]) for scheme in self.schemes if scheme["action"] == "add"]
        if not free or len(free + added) < 2 or not self._maybe(0.5):
            return []
        first = self.draw.choice(free)
        other = self.draw.choice([name for name in free + added if name != first])
        kind = self.draw.choice(("together", "after", "not the same year"))
        return [{"first": first, "tie": kind, "other": other}]
