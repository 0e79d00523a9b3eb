"""A network of three trusts that uses every part of the service side, with every limit tight.

Nothing ages or is discounted: a CT does 1,000 scans a year, a new one costs £100,000, a scan outside £100.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from data._tables import Cell, Cells
from tests.folders import funding_rows
from tests.service.cases import HOME, OTHER, Workbook, demand, machine, modality, option, site, staff, year

__all__ = ["HOME", "OTHER", "SECOND", "Change", "Sheets", "write_network"]

SECOND = "QC101"
"""A third site, of trust QC1."""

Sheets = dict[str, list[dict[str, Cell]]]
Change = Callable[[Sheets], None]

SETTINGS: dict[str, Cell] = {
    "allow_new_capacity": "yes",
    "swap_cover": "yes",
    "new_room_first": "yes",
    "travel_share": "10%",
    "hard_age_cap": 10,
    "hours_per_wte": "37.5",
    "radiographer_productive_share": "100%",
    "reporting_productive_share": "100%",
    "waiting_price_gbp": 20,
    "late_report_price_gbp": 30,
}


def write_network(folder: Path, change: Change = lambda _: None) -> Path:
    """Write the network, changed if asked for."""
    sheets: Sheets = {name: [dict(row) for row in rows] for name, rows in _sheets().items()}
    change(sheets)
    given: dict[str, list[Cells]] = {name: list(rows) for name, rows in sheets.items() if name != "Settings"}
    changed = {str(row["setting"]): row["value"] for row in sheets["Settings"]}
    return Workbook(folder, dict(given), **changed).folder


def _sheets() -> dict[str, list[Cells]]:
    return {
        "Settings": [{"setting": name, "value": value} for name, value in SETTINGS.items()],
        "Sites": [
            site(max_installations=1),
            site(SECOND, van_standing="yes"),
            site(OTHER, van_standing="yes"),
        ],
        "Equipment": [
            machine("CT1", latest_year=year(1)),
            machine("CT2"),
            machine("CT3", SECOND, latest_year=year(1)),
            machine("CT4", OTHER, earliest_year=year(9)),
            machine("DX1", SECOND, modality="DX", exams_per_year=0, install_date="2017/18", life_years=12),
        ],
        "Catalogue": [
            option(can_add="no"),
            option("CT small", price_gbp=30_000, can_replace="no", like_for_like="no"),
            option("DX room", modality="DX", price_gbp=20_000, life_years=12),
        ],
        "Modalities": [
            modality(
                outage_weeks=13,
                swap_cover="yes",
                minutes_per_report=30,
                radiographer_reporting_share="20%",
            ),
            modality(modality="DX"),
        ],
        "Demand": [
            demand(500, HOME, demand_class="unscheduled"),
            demand(100, HOME, demand_class="waiting list"),
            demand(1900, HOME, demand_class="planned"),
            demand(1400, SECOND),
            demand(600, OTHER),
        ],
        "Travel": [{"from_site": HOME, "to_site": OTHER, "minutes": 20}],
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 300, "unreported": 50}],
        "Extra capacity": [
            {"kind": "extended hours", "modality": "CT", "price_gbp": 20, "limit": 2},
            {"kind": "mobile van", "name": "Van", "modality": "CT", "price_gbp": 100, "scans_per_day": 10,
             "minimum_days": 5, "cover_only": "yes"},
            {"kind": "outside provider", "name": "Provider", "modality": "CT", "price_gbp": 100, "limit": 250},
            {"kind": "outsourced reporting", "name": "Outsourcer", "modality": "CT", "price_gbp": 10, "limit": 50},
        ],
        "Workforce": [
            staff("radiographer", 1, "QA1"),
            staff("radiographer", 1, "QB1"),
            staff("radiographer", 1, "QC1"),
            staff("radiographer", 0.05, "SHARED"),
            staff("radiologist", 0.38, "QA1"),
            staff("radiologist", 0.3, "QB1"),
            staff("radiologist", 0.5, "QC1"),
            staff("reporting radiographer", 0.1, "SHARED"),
        ],
        "Accepted": [
            {"warning": "staff-below-activity", "place": "QA1 reporters", "reason": "They are being recruited."}
        ],
        "Upgrades": [
            {"name": "Faster CT", "asset_id": "CT4", "cost_gbp": 500, "throughput_gain": "10%", "first_year": year(1)}
        ],
        "Ties": [{"first": "CT1", "tie": "not the same year", "other": "CT3"}],
        "Funding": [
            *funding_rows("Capital", "SHARED", [210_000] * 3),
            *funding_rows("Own", "QB1", [120_000] * 3),
        ],
    }  # fmt: skip
